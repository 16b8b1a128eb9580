//! What a page must show: `expect:`, `refused:`, `exists:`, `none:`, `wait:` and `logged_in:`.

use std::ops::Range;

use super::super::super::model::{PageCondition, PageConditionSet, PageTest, TextTest};
use super::super::super::names::Place;
use super::super::super::yaml::{OneOrMany, Ordered, Tree};
use super::super::Context;
use super::super::condition::{Use, test};
use super::locator::{self, without_secrets};
use super::reading;
use crate::diagnostic::At;

/// Keys of a condition besides those of a locator, and what each is.
pub(in crate::recipe) const CONDITION: &[(&str, &str)] = &[
    ("is", "What the value of the located element must be: a value, or a test such as `{ matches: … }`."),
    ("gone", "What must not be seen."),
    ("url", "What the page's address must hold; or `{ matches: … }` for the whole."),
    ("title", "What the page's title must hold; or `{ matches: … }` for the whole."),
    ("values", "By label: what must stand in fields, or beside captions."),
    ("reason", "In `refused`: where the page's own words stand."),
];

const FORMS: &str = "write a text that is seen, a locator such as `{ css: \"#receipt\" }`, `{ url: … }`, `{ title: … }`, `{ values: { … } }` or `{ gone: … }`";

/// Lowers one condition, or a list of alternatives; `span` is where its key stands.
pub(in super::super) fn conditions(
    context: &Context,
    written: Option<&OneOrMany<At<Tree>>>,
    span: &Range<usize>,
    place: &Place<'_>,
    purpose: Use,
) -> PageConditionSet {
    let Some(written) = written else { return PageConditionSet::default() };
    if written.0.is_empty() {
        context.wrong(span, "the list is empty and would never be met", FORMS);
    }
    PageConditionSet { any: written.0.iter().filter_map(|tree| condition(context, tree, place, purpose)).collect() }
}

fn condition(context: &Context, written: &At<Tree>, place: &Place<'_>, purpose: Use) -> Option<PageCondition> {
    let place = &without_secrets(place);
    let mut condition = PageCondition { span: written.span.clone(), all: Vec::new(), reason: None };
    if let Some(text) = written.value.scalar() {
        let text = At::new(text, written.span.clone());
        condition.all.push(PageTest::Seen(locator::words(context, &text, place), None));
        return Some(condition);
    }
    let Tree::Map(members) = &written.value else {
        let title = format!("expected what the page shows, found {}", written.value.found());
        context.wrong(&written.span, title, FORMS);
        return None;
    };
    if members.iter().next().is_none() {
        context.wrong(&written.span, "the condition is empty and would always be met", FORMS);
    }
    seen(context, members, written, place, &mut condition);
    for (key, value) in members.iter().filter(|(key, _)| !locator::is_key(key)) {
        match key.as_str() {
            "is" => {}
            "gone" => condition.all.extend(locator::locator(context, value, place).map(PageTest::Gone)),
            "url" => condition.all.extend(text_test(context, value, place).map(PageTest::Url)),
            "title" => condition.all.extend(text_test(context, value, place).map(PageTest::Title)),
            "values" => match &value.value {
                Tree::Map(values) => {
                    condition.all.push(PageTest::Values(reading::compared(context, values, &value.span, place)));
                }
                other => {
                    let title = format!("expected labels and values, found {}", other.found());
                    context.wrong(&value.span, title, "write `values: { Betrag: \"${gross}\" }`");
                }
            },
            "reason" if purpose == Use::Refused => condition.reason = locator::locator(context, value, place),
            "reason" => {
                context.wrong(&key.span, "`reason` belongs to `refused`", "it says where the page's own words stand");
            }
            // That nobody knows it has been said.
            _ => {}
        }
    }
    // Words alone say no; something else must tell that they do.
    if condition.reason.is_some() && members.0.len() == 1 {
        let help = "add what is seen, such as `{ css: \".error\", reason: { css: \".error\" } }`";
        context.wrong(&written.span, "`reason` alone does not tell when it is a refusal", help);
    }
    Some(condition)
}

/// The locator among the keys of a condition, with its `is:`.
fn seen(
    context: &Context,
    members: &Ordered<At<Tree>>,
    written: &At<Tree>,
    place: &Place<'_>,
    condition: &mut PageCondition,
) {
    let is = members.iter().find(|(key, _)| key.as_str() == "is");
    if !members.iter().any(|(key, _)| locator::is_key(key)) {
        locator::unknown(context, members, CONDITION);
        if let Some((key, _)) = is {
            let help = "write `{ css: \"#total\", is: \"${gross}\" }`, or `values: { Betrag: \"${gross}\" }`";
            context.wrong(&key.span, "`is` needs a locator", help);
        }
        return;
    }
    let is = is.map(|(_, value)| test(context, value, place));
    let locator = locator::of_members(context, members, &written.span, place, CONDITION);
    condition.all.extend(locator.map(|locator| PageTest::Seen(locator, is)));
}

/// What is asked of the address or the title.
fn text_test(context: &Context, written: &At<Tree>, place: &Place<'_>) -> Option<TextTest> {
    if let Some(text) = written.value.scalar() {
        let text = At::new(text, written.span.clone());
        context.not_empty(&text, "the text");
        return Some(TextTest::Holds(context.template_at(&text, place)));
    }
    if let Tree::Map(members) = &written.value
        && let [(key, value)] = members.0.as_slice()
        && key.as_str() == "matches"
        && let Some(pattern) = value.value.scalar()
    {
        return Some(TextTest::Matches(context.whole_pattern(&At::new(pattern, value.span.clone()))));
    }
    let title = format!("expected a text, found {}", written.value.found());
    context.wrong(&written.span, title, "write a text that it holds, or `{ matches: … }` for the whole");
    None
}

//! What is read of a page: captured, or compared.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::super::model::{Compared, PageCapture, ReadFrom, Reading, Test};
use super::super::super::names::Place;
use super::super::super::yaml::{Ordered, Text, Tree};
use super::super::Context;
use super::super::condition::test;
use super::locator::{self, without_secrets};
use crate::diagnostic::At;

/// Keys of a captured value besides those of a locator, and what each is.
pub(in crate::recipe) const CAPTURE: &[(&str, &str)] = &[
    ("attribute", "This attribute of the element instead of its value or text."),
    ("pattern", "A regular expression with one group, which is kept."),
    ("first", "`true`: the first of several; else exactly one must match."),
    ("url", "`true`: the page's address."),
    ("title", "`true`: the page's title."),
];

/// Keys of a compared value besides those of a locator, and what each is.
pub(in crate::recipe) const VALUE: &[(&str, &str)] = &[
    ("is", "What the value must be: a value, or a test such as `{ matches: … }`."),
    ("attribute", "This attribute of the element instead of its value or text."),
    ("pattern", "A regular expression with one group, which is compared."),
];

const FORMS: &str =
    "write a label, a locator such as `{ css: \"#receipt\" }`, or `{ url: true, pattern: '/invoices/(\\d+)' }`";

/// Lowers `capture:`.
pub(super) fn captures(context: &Context, written: &Ordered<At<Tree>>, place: &Place<'_>) -> Vec<PageCapture> {
    let mut names = BTreeSet::new();
    let captures = written.iter().filter_map(|(name, tree)| {
        context.name("capture", name);
        if !names.insert(name.as_str()) {
            context.wrong(&name.span, format!("`{}` is captured twice", name.value), "");
        }
        let reading = captured(context, tree, &without_secrets(place))?;
        Some(PageCapture { name: name.as_str().into(), span: name.span.clone(), reading })
    });
    captures.collect()
}

fn captured(context: &Context, written: &At<Tree>, place: &Place<'_>) -> Option<Reading> {
    if let Some(text) = written.value.scalar() {
        if text.starts_with("$.") {
            let help = format!("that is a path into the answer of an http target; {FORMS}");
            context.wrong(&written.span, format!("`{}` is not on the page", &*text), help);
            return None;
        }
        let locator = locator::words(context, &At::new(text, written.span.clone()), place);
        return Some(Reading { from: ReadFrom::Element { locator, attribute: None, first: false }, pattern: None });
    }
    let Tree::Map(members) = &written.value else {
        let title = format!("expected where the value stands, found {}", written.value.found());
        context.wrong(&written.span, title, FORMS);
        return None;
    };
    let (mut first, mut page) = (false, None);
    for (key, value) in members.iter() {
        let word = key.as_str();
        if word == "first" {
            first = flag(context, value);
        } else if ["url", "title"].contains(&word) && flag(context, value) && page.replace(key).is_some() {
            context.wrong(&key.span, "a captured value stands in one place", FORMS);
        }
    }
    let (attribute, pattern) = beside(context, members);
    let Some(page) = page else {
        let locator = locator::of_members(context, members, &written.span, place, CAPTURE)?;
        return Some(Reading { from: ReadFrom::Element { locator, attribute, first }, pattern });
    };
    locator::unknown(context, members, CAPTURE);
    let other =
        |(key, _): &&(At<String>, At<Tree>)| locator::is_key(key) || ["attribute", "first"].contains(&key.as_str());
    if let Some((key, _)) = members.iter().find(other) {
        let title = format!("`{}` and `{}` exclude each other", page.value, key.value);
        context.wrong(&key.span, title, "a captured value stands in one place");
    }
    let from = if page.as_str() == "url" { ReadFrom::Url } else { ReadFrom::Title };
    Some(Reading { from, pattern })
}

/// Lowers `same:` and `values:`: labels and what must stand there, or names with a locator and `is:`.
pub(super) fn compared(
    context: &Context,
    written: &Ordered<At<Tree>>,
    span: &Range<usize>,
    place: &Place<'_>,
) -> Vec<Compared> {
    let place = &without_secrets(place);
    if written.iter().next().is_none() {
        context.wrong(span, "nothing is compared", "write `{ Betrag: \"${gross}\" }`");
    }
    let list = written.iter().filter_map(|(name, value)| {
        let (reading, test) = match &value.value {
            Tree::Map(members) if members.iter().any(|(key, _)| key.as_str() == "is" || locator::is_key(key)) => {
                located(context, members, &value.span, place)?
            }
            _ => {
                let label = At::new(Text(name.value.clone()), name.span.clone());
                let locator = locator::words(context, &label, place);
                let from = ReadFrom::Element { locator, attribute: None, first: false };
                (Reading { from, pattern: None }, test(context, value, place))
            }
        };
        // The name is what messages call the value; where it is a label, it is filled in like any other.
        let what = name.value.clone();
        Some(Compared { span: name.span.clone(), what, reading, test })
    });
    list.collect()
}

fn located(
    context: &Context,
    members: &Ordered<At<Tree>>,
    span: &Range<usize>,
    place: &Place<'_>,
) -> Option<(Reading, Test)> {
    const FORM: &str = "write `Betrag: { css: \"#total\", is: \"${gross}\" }`";
    let is = members.iter().find(|(key, _)| key.as_str() == "is").map(|(_, value)| test(context, value, place));
    let (attribute, pattern) = beside(context, members);
    let locator = locator::of_members(context, members, span, place, VALUE)?;
    if is.is_none() {
        context.missing(span, "is", FORM);
    }
    Some((Reading { from: ReadFrom::Element { locator, attribute, first: false }, pattern }, is?))
}

/// `attribute:` and `pattern:`.
fn beside(context: &Context, members: &Ordered<At<Tree>>) -> (Option<String>, Option<regex::Regex>) {
    let text = |key: &str| {
        let (_, value) = members.iter().find(|(known, _)| known.as_str() == key)?;
        let text = value.value.scalar();
        if text.is_none() {
            context.wrong(&value.span, format!("expected a text, found {}", value.value.found()), "");
        }
        Some(At::new(text?, value.span.clone()))
    };
    let attribute = text("attribute").map(|text| context.not_empty(&text, "the attribute's name"));
    (attribute, text("pattern").map(|text| context.group_pattern(&text)))
}

fn flag(context: &Context, written: &At<Tree>) -> bool {
    match written.value {
        Tree::Bool(flag) => flag,
        _ => {
            let title = format!("expected `true` or `false`, found {}", written.value.found());
            context.wrong(&written.span, title, "");
            false
        }
    }
}

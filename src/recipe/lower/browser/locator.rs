//! How a recipe names an element of a page.

use std::ops::Range;

use super::super::super::model::{By, Locator, Nth};
use super::super::super::names::Place;
use super::super::super::yaml::{Ordered, Text, Tree};
use super::super::Context;
use crate::diagnostic::{At, did_you_mean};
use crate::expression::Template;

/// The keys by one of which a locator names its element, and what each is.
pub(in crate::recipe) const LOCATOR: &[(&str, &str)] = &[
    ("role", "An element by its ARIA role, such as `button`; `name:` says which."),
    ("text", "The innermost element whose visible text holds this."),
    ("label", "A control by its label, as a person reads it."),
    ("placeholder", "A control by its placeholder."),
    ("test_id", "An element by its attribute `data-testid`."),
    ("css", "An element by a CSS selector."),
    ("xpath", "An element by an XPath (1.0)."),
    ("row", "The row of a table that has a cell with exactly this text."),
];

/// Keys that go with them.
pub(in crate::recipe) const BESIDE: &[(&str, &str)] = &[
    ("name", "With `role`: the whole name of the element, as it is read out."),
    ("nth", "Which of several, counted from 1, or `last`; exactly one must match unless stated."),
    ("within", "The one element in which it is looked for."),
];

/// The roles of ARIA 1.2 that elements of a page have.
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "application",
    "article",
    "banner",
    "blockquote",
    "button",
    "caption",
    "cell",
    "checkbox",
    "code",
    "columnheader",
    "combobox",
    "complementary",
    "contentinfo",
    "definition",
    "deletion",
    "dialog",
    "directory",
    "document",
    "emphasis",
    "feed",
    "figure",
    "form",
    "grid",
    "gridcell",
    "group",
    "heading",
    "img",
    "insertion",
    "link",
    "list",
    "listbox",
    "listitem",
    "log",
    "main",
    "marquee",
    "math",
    "menu",
    "menubar",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "meter",
    "navigation",
    "note",
    "option",
    "paragraph",
    "progressbar",
    "radio",
    "radiogroup",
    "region",
    "row",
    "rowgroup",
    "rowheader",
    "scrollbar",
    "search",
    "searchbox",
    "separator",
    "slider",
    "spinbutton",
    "status",
    "strong",
    "subscript",
    "superscript",
    "switch",
    "tab",
    "table",
    "tablist",
    "tabpanel",
    "term",
    "textbox",
    "time",
    "timer",
    "toolbar",
    "tooltip",
    "tree",
    "treegrid",
    "treeitem",
];

const FORMS: &str = "write a label as a person reads it, or one of `{ role: button, name: Speichern }`, `{ text }`, `{ label }`, `{ placeholder }`, `{ test_id }`, `{ css }`, `{ xpath }`, `{ row }`";

/// The same place for what is looked for on a page, or shown: no secrets.
pub(super) fn without_secrets<'r>(place: &Place<'r>) -> Place<'r> {
    Place { secrets: Err("it would be looked for on a page, and shown"), ..place.clone() }
}

/// Whether a key is one of a locator.
pub(super) fn is_key(key: &str) -> bool {
    LOCATOR.iter().chain(BESIDE).any(|(known, _)| *known == key)
}

/// Lowers a locator: a text as a person reads it, or a map.
pub(super) fn locator(context: &Context, written: &At<Tree>, place: &Place<'_>) -> Option<Locator> {
    if let Some(text) = written.value.scalar() {
        return Some(words(context, &At::new(text, written.span.clone()), place));
    }
    match &written.value {
        Tree::Map(members) => of_members(context, members, &written.span, place, &[]),
        other => {
            let title = format!("expected what names an element, found {}", other.found());
            context.wrong(&written.span, title, FORMS);
            None
        }
    }
}

/// An element by a text as such.
pub(super) fn words(context: &Context, text: &At<Text>, place: &Place<'_>) -> Locator {
    let by = By::Words(named(context, text, place, "the label"));
    Locator { span: text.span.clone(), by, nth: None, within: None }
}

/// One locator, or a list of them.
pub(super) fn several(context: &Context, written: &At<Tree>, place: &Place<'_>) -> Vec<Locator> {
    match &written.value {
        Tree::List(list) => {
            if list.is_empty() {
                context.wrong(&written.span, "the list is empty", "name at least one");
            }
            list.iter().filter_map(|item| locator(context, item, place)).collect()
        }
        _ => locator(context, written, place).into_iter().collect(),
    }
}

/// Lowers those keys of a map that are a locator's, and reports those that nobody knows; `own` are the caller's.
pub(super) fn of_members(
    context: &Context,
    members: &Ordered<At<Tree>>,
    span: &Range<usize>,
    place: &Place<'_>,
    own: &[(&str, &str)],
) -> Option<Locator> {
    let strange = unknown(context, members, own);
    let plain = without_secrets(place);
    let mut by: Option<(&At<String>, By)> = None;
    let (mut name, mut nth, mut within) = (None, None, None);
    for (key, value) in members.iter().filter(|(key, _)| is_key(key)) {
        if key.as_str() == "within" {
            within = locator(context, value, place).map(Box::new);
            continue;
        }
        let Some(text) = value.value.scalar() else {
            context.wrong(&value.span, format!("expected a text, found {}", value.value.found()), "");
            continue;
        };
        let text = At::new(text, value.span.clone());
        let found = match key.as_str() {
            "name" => {
                name = Some((key, named(context, &text, &plain, "the name")));
                continue;
            }
            "nth" => {
                nth = self::nth(context, &text, &plain);
                continue;
            }
            "role" => By::Role { role: role(context, &text), name: None },
            "text" => By::Text(named(context, &text, &plain, "the text")),
            "label" => By::Label(named(context, &text, &plain, "the label")),
            "placeholder" => By::Placeholder(named(context, &text, &plain, "the placeholder")),
            "test_id" => By::TestId(named(context, &text, &plain, "the test id")),
            "css" => By::Css(named(context, &text, &plain, "the selector")),
            "xpath" => By::Xpath(named(context, &text, &plain, "the XPath")),
            _ => By::Row(named(context, &text, &plain, "the text of the cell")),
        };
        match &by {
            Some((first, _)) => context.wrong(
                &key.span,
                format!("an element is named in one way, and here by `{}` and `{}`", first.value, key.value),
                "keep one; to look for it in a part of the page, use `within:`",
            ),
            None => by = Some((key, found)),
        }
    }
    let Some((_, mut by)) = by else {
        // That a key is unknown, or a value could not be read, has been said.
        if !strange && !members.iter().any(|(key, _)| LOCATOR.iter().any(|(known, _)| *known == key.value)) {
            context.wrong(span, "nothing says which element is meant", FORMS);
        }
        return None;
    };
    match (&mut by, name) {
        (By::Role { name, .. }, Some((_, given))) => *name = Some(given),
        (_, Some((key, _))) => context.wrong(
            &key.span,
            "`name` goes with `role`",
            "write `{ role: button, name: Speichern }`, or the name alone: `Speichern`",
        ),
        (_, None) => {}
    }
    Some(Locator { span: span.clone(), by, nth, within })
}

/// A text that names something and so must not be empty, nor a secret.
fn named(context: &Context, text: &At<Text>, place: &Place<'_>, what: &str) -> At<Template> {
    context.not_empty(text, what);
    context.template_at(text, &without_secrets(place))
}

fn role(context: &Context, text: &At<Text>) -> String {
    if !ROLES.contains(&text.as_str()) {
        let help = match did_you_mean(text, ROLES.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "roles are words of ARIA, such as button, link, textbox, checkbox, dialog, row".to_owned(),
        };
        context.wrong(&text.span, format!("`{}` is not a role", text.as_str()), help);
    }
    text.value.0.clone()
}

fn nth(context: &Context, text: &At<Text>, place: &Place<'_>) -> Option<Nth> {
    if text.as_str() == "last" {
        return Some(Nth::Last);
    }
    if !text.contains("${") && !text.parse::<u32>().is_ok_and(|number| number > 0) {
        let title = format!("`{}` is not a place in a row of elements", text.as_str());
        context.wrong(&text.span, title, "write a number counted from 1, or `last`");
        return None;
    }
    Some(Nth::Number(context.template_at(text, place)))
}

/// Reports the keys of a map that are neither a locator's nor the caller's; whether there are any.
pub(super) fn unknown(context: &Context, members: &Ordered<At<Tree>>, own: &[(&str, &str)]) -> bool {
    let known: Vec<&str> = LOCATOR.iter().chain(BESIDE).chain(own).map(|(key, _)| *key).collect();
    let strange: Vec<&At<String>> =
        members.iter().map(|(key, _)| key).filter(|key| !known.contains(&key.as_str())).collect();
    for key in &strange {
        let help = match did_you_mean(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if key.starts_with('$') => {
                "a path leads into the answer of an http target; on a page there are labels".to_owned()
            }
            None => format!("the keys here are: {}", known.join(", ")),
        };
        context.wrong(&key.span, format!("unknown key `{}`", key.value), help);
    }
    !strange.is_empty()
}

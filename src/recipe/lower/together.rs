//! What goes with what in a step: which keys each verb takes, and which belong to a lookup or a browser alone.

use super::super::model::Method;
use super::super::raw;
use super::super::yaml::Keyed;
use super::kind::Section;
use super::{Context, browser};
use crate::diagnostic::At;

/// The verbs of an HTTP step and the keys that go with each.
pub(crate) const VERBS: &[(&str, Method, &[&str])] = &[
    (
        "get",
        Method::Get,
        &["query", "headers", "effect", "when", "expect", "refused", "capture", "list", "same", "pages"],
    ),
    ("post", Method::Post, WRITING),
    ("put", Method::Put, WRITING),
    ("patch", Method::Patch, WRITING),
    ("delete", Method::Delete, WRITING),
];

const WRITING: &[&str] = &[
    "query",
    "headers",
    "json",
    "form",
    "multipart",
    "body",
    "effect",
    "when",
    "expect",
    "refused",
    "exists",
    "capture",
    "wait_until",
    "list",
    "same",
    "pages",
];

/// The keys that go with `for_each`.
pub(crate) const FOR_EACH: &[&str] = &["as", "number", "by", "steps", "when"];

/// Keys of a lookup's last step alone.
const LOOKUP: &[&str] = &["list", "same", "pages"];

/// Whether a key may stand in a step that is a call.
pub(super) fn is_own(key: &str) -> bool {
    VERBS.iter().any(|(verb, _, takes)| *verb == key || takes.contains(&key))
}

/// Reports all keys that do not go with a `for_each` of calls; whether it is one at all.
pub(super) fn is_for_each(context: &Context, written: &Keyed<raw::Step>) -> bool {
    let mut alone = true;
    for key in written.keys.iter().filter(|key| key.as_str() != "for_each" && !FOR_EACH.contains(&key.as_str())) {
        if VERBS.iter().any(|(verb, ..)| *verb == key.value) {
            context.wrong(
                &key.span,
                format!("two verbs stand in one step, `for_each` and `{}`", key.value),
                "what is repeated stands in its `steps:`",
            );
            alone = false;
        } else {
            context.wrong(
                &key.span,
                format!("`{}` does not go with `for_each`", key.value),
                format!("`for_each` takes: {}", FOR_EACH.join(", ")),
            );
        }
    }
    alone
}

/// Finds the one verb of a step and reports all keys that do not go with it.
pub(super) fn verb(context: &Context, written: &Keyed<raw::Step>, section: Section, last: bool) -> Option<Method> {
    let is_verb = |key: &&At<String>| VERBS.iter().any(|(verb, ..)| *verb == key.value);
    let verbs: Vec<&At<String>> = written.keys.iter().filter(is_verb).collect();
    for key in &written.keys {
        if key.as_str() != "for_each" && FOR_EACH.contains(&key.as_str()) && key.as_str() != "when" {
            let title = format!("`{}` goes with `for_each`, which is missing", key.value);
            context.wrong(&key.span, title, "add `for_each: lines` to the step");
        } else if browser::is_own(key) {
            context.wrong(
                &key.span,
                format!("`{}` belongs to a browser target, and this is an http target", key.value),
                "steps of an http target begin with get, post, put, patch or delete",
            );
        }
    }
    let first = match verbs.as_slice() {
        [] => {
            if !written.keys.iter().any(|key| browser::is_own(key)) {
                context.wrong(
                    &written.span,
                    "this step does nothing",
                    "a step has one of get, post, put, patch and delete",
                );
            }
            return None;
        }
        [one] => one,
        [one, two, ..] => {
            context.wrong(
                &two.span,
                format!("two verbs stand in one step, `{}` and `{}`", one.value, two.value),
                "make two steps of it, each with its own `- `",
            );
            return None;
        }
    };
    let (verb, method, takes) = VERBS.iter().find(|(verb, ..)| *verb == first.value)?;
    for key in written.keys.iter().filter(|key| key.value != *verb) {
        let word = key.as_str();
        if browser::is_own(word) {
            continue;
        }
        if !takes.contains(&word) {
            let takes: Vec<&str> =
                takes.iter().filter(|word| section == Section::Lookup || !LOOKUP.contains(word)).copied().collect();
            context.wrong(
                &key.span,
                format!("`{word}` does not go with `{verb}`"),
                format!("`{verb}` takes: {}", takes.join(", ")),
            );
        } else if LOOKUP.contains(&word) && section != Section::Lookup {
            context.wrong(&key.span, format!("`{word}` belongs to a lookup"), "move it to the last step of `lookup:`");
        } else if LOOKUP.contains(&word) && !last {
            context.wrong(
                &key.span,
                format!("`{word}` belongs to the last step of a lookup"),
                "the last step's answer tells whether the entry is there; what stands before it only captures",
            );
        }
    }
    super::source::exclusive(context, &written.keys, &["json", "form", "multipart", "body"]);
    Some(*method)
}

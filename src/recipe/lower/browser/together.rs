//! What goes with what in a step of a browser: which keys each verb takes, and which belong to calls alone.

use super::super::super::raw;
use super::super::super::yaml::Keyed;
use super::super::{Context, together};
use crate::diagnostic::At;

/// The verbs of a browser's step and the keys that go with each.
pub(in crate::recipe) const VERBS: &[(&str, &[&str])] = &[
    ("open", &["when"]),
    ("fill", USUAL),
    ("type", &["into", "when", "within", "timeout"]),
    ("select", USUAL),
    ("choose", USUAL),
    ("check", USUAL),
    ("uncheck", USUAL),
    ("click", USUAL),
    ("press", &["in", "when", "within", "timeout"]),
    ("upload", USUAL),
    ("submit", &["effect", "refused", "exists", "when", "within", "timeout"]),
    ("expect", USUAL),
    ("capture", USUAL),
    ("found", &["none", "same", "capture", "within", "timeout"]),
    ("wait", USUAL),
    ("frame", USUAL),
    ("window", &["when", "timeout"]),
    ("accept_alert", &["when", "timeout"]),
    ("screenshot", &["when"]),
    ("for_each", &["as", "number", "by", "steps", "when", "within"]),
];

const USUAL: &[&str] = &["when", "within", "timeout"];

/// Whether a key stands in no step but a browser's.
pub(in super::super) fn is_own(key: &str) -> bool {
    let takes = |(verb, takes): &(&str, &[&str])| *verb == key || takes.contains(&key);
    VERBS.iter().any(takes) && !together::is_own(key)
}

/// Finds the one verb of a step and reports all keys that do not go with it.
pub(super) fn verb(context: &Context, written: &Keyed<raw::Step>) -> Option<&'static str> {
    let mut foreign = false;
    for key in written.keys.iter().filter(|key| together::is_own(key) && !known(key)) {
        foreign = true;
        context.wrong(
            &key.span,
            format!("`{}` belongs to an http target, and this is a browser target", key.value),
            "steps of a browser target begin with open, fill, select, click, submit and the like",
        );
    }
    let verbs: Vec<(&At<String>, &'static str, &[&str])> = written
        .keys
        .iter()
        .filter_map(|key| VERBS.iter().find(|(verb, _)| *verb == key.value).map(|(verb, takes)| (key, *verb, *takes)))
        .collect();
    // `capture` goes with `found`.
    let alone = |key: &At<String>| !verbs.iter().any(|(_, _, takes)| takes.contains(&key.as_str()));
    let mut main = verbs.iter().filter(|(key, ..)| alone(key));
    let (_, verb, takes) = match (main.next(), main.next()) {
        (Some(one), None) => one,
        (Some((one, ..)), Some((two, ..))) => {
            context.wrong(
                &two.span,
                format!("two verbs stand in one step, `{}` and `{}`", one.value, two.value),
                "make two steps of it, each with its own `- `",
            );
            return None;
        }
        (None, _) => {
            if !foreign {
                nothing(context, written);
            }
            return None;
        }
    };
    for key in written.keys.iter().filter(|key| key.value != *verb && known(key)) {
        if !takes.contains(&key.as_str()) {
            let title = format!("`{}` does not go with `{verb}`", key.value);
            context.wrong(&key.span, title, format!("`{verb}` takes: {}", takes.join(", ")));
        }
    }
    Some(verb)
}

fn known(key: &At<String>) -> bool {
    VERBS.iter().any(|(verb, takes)| *verb == key.value || takes.contains(&key.as_str()))
}

/// A step without a verb: mostly one whose verb was forgotten.
fn nothing(context: &Context, written: &Keyed<raw::Step>) {
    let owner = |key: &At<String>| {
        let (verb, _) =
            VERBS.iter().find(|(_, takes)| takes.contains(&key.as_str()) && !USUAL.contains(&key.as_str()))?;
        Some((key.clone(), *verb))
    };
    match written.keys.iter().find_map(owner) {
        Some((key, verb)) => {
            let help = format!("add `{verb}:` to the step");
            context.wrong(&key.span, format!("`{}` goes with `{verb}`, which is missing", key.value), help);
        }
        None => {
            let verbs: Vec<&str> = VERBS.iter().map(|(verb, _)| *verb).collect();
            let help = format!("a step has one of {}", verbs.join(", "));
            context.wrong(&written.span, "this step does nothing", help);
        }
    }
}

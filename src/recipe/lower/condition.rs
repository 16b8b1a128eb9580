//! `expect:`, `refused:`, `exists:` and the tests in them and in `same:`.

use super::super::model::{Condition, ConditionSet, StatusPattern, Test};
use super::super::names::Place;
use super::super::yaml::{OneOrMany, Text, Tree};
use super::Context;
use super::words::status;
use crate::diagnostic::{At, did_you_mean};

/// What a condition is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// `expect:`.
    Expect,
    /// `refused:`.
    Refused,
    /// `exists:`.
    Exists,
}

/// Lowers one map, or a list of alternatives.
pub(super) fn conditions(
    context: &Context,
    written: Option<&OneOrMany<At<Tree>>>,
    place: &Place<'_>,
    purpose: Use,
) -> ConditionSet {
    let Some(written) = written else { return ConditionSet::default() };
    ConditionSet { any: written.0.iter().filter_map(|tree| condition(context, tree, place, purpose)).collect() }
}

fn condition(context: &Context, written: &At<Tree>, place: &Place<'_>, purpose: Use) -> Option<Condition> {
    let Tree::Map(members) = &written.value else {
        context.wrong(
            &written.span,
            format!("expected a map, found {}", written.value.found()),
            "write `{ status: 201 }`, `{ $.state: done }`, `{ text: saved }` or `{ headers: { … } }`",
        );
        return None;
    };
    let mut condition = Condition {
        span: written.span.clone(),
        status: Vec::new(),
        headers: Vec::new(),
        paths: Vec::new(),
        text: None,
        reason: None,
    };
    if members.iter().next().is_none() {
        context.wrong(&written.span, "the condition is empty and would always be met", "");
    }
    for (key, value) in members.iter() {
        match key.as_str() {
            "status" => condition.status = statuses(context, value),
            "headers" => match &value.value {
                Tree::Map(headers) => {
                    for (name, expected) in headers.iter() {
                        super::words::header_name(context, name);
                        condition.headers.push((name.to_lowercase(), test(context, expected, place)));
                    }
                }
                other => context.wrong(
                    &value.span,
                    format!("expected headers and their values, found {}", other.found()),
                    "",
                ),
            },
            "text" => match value.value.scalar() {
                Some(text) => condition.text = Some(context.template(&At::new(text, value.span.clone()), place)),
                None => context.wrong(&value.span, format!("expected a text, found {}", value.value.found()), ""),
            },
            "reason" if purpose == Use::Refused => match value.value.scalar() {
                Some(text) => condition.reason = Some(context.json_path(&text, &value.span)),
                None => context.wrong(&value.span, format!("expected a path, found {}", value.value.found()), ""),
            },
            "reason" => {
                context.wrong(&key.span, "`reason` belongs to `refused`", "it names the path of the target's own words")
            }
            path if path.starts_with('$') => {
                let path = context.json_path(path, &key.span);
                condition.paths.push((path, test(context, value, place)));
            }
            other => {
                let help = match did_you_mean(other, ["status", "headers", "text", "reason"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys here are status, headers, text, and paths such as `$.{other}`"),
                };
                context.wrong(&key.span, format!("unknown key `{other}`"), help);
            }
        }
    }
    // Words alone say no; the status or a path must tell that they do.
    if condition.reason.is_some() && members.0.len() == 1 {
        context.wrong(&written.span, "`reason` alone does not tell when it is a refusal", "add `status:` or a path");
    }
    Some(condition)
}

fn statuses(context: &Context, written: &At<Tree>) -> Vec<StatusPattern> {
    let single = std::slice::from_ref(written);
    let list = match &written.value {
        Tree::List(list) => list.as_slice(),
        _ => single,
    };
    let statuses = list.iter().filter_map(|tree| {
        let found = tree.value.scalar().and_then(|text| status(&text));
        if found.is_none() {
            let title = format!("{} is not an HTTP status", tree.value.found());
            context.wrong(&tree.span, title, "write `201`, `2xx`, or several: `[200, 201]`");
        }
        found
    });
    statuses.collect()
}

/// Lowers what is asked of one value.
pub(super) fn test(context: &Context, written: &At<Tree>, place: &Place<'_>) -> Test {
    let harmless = || Test::Exists(true);
    if let Some(text) = written.value.scalar() {
        return Test::Equals(context.template(&At::new(text, written.span.clone()), place));
    }
    const FORMS: &str =
        "write a value, or one of `{ not: … }`, `{ matches: … }`, `{ exists: … }`, `{ empty: … }`, `{ one_of: [ … ] }`";
    let Tree::Map(members) = &written.value else {
        let help = match &written.value {
            Tree::Null => "for a value that is missing or null write `{ exists: false }`",
            Tree::List(_) => "for any of several values write `{ one_of: [ … ] }`",
            _ => FORMS,
        };
        context.wrong(&written.span, format!("expected what the value must be, found {}", written.value.found()), help);
        return harmless();
    };
    let [(key, value)] = members.0.as_slice() else {
        context.wrong(&written.span, "a test asks one thing", FORMS);
        return harmless();
    };
    let text = |tree: &At<Tree>| match tree.value.scalar() {
        Some(text) => At::new(text, tree.span.clone()),
        None => {
            context.wrong(&tree.span, format!("expected a value, found {}", tree.value.found()), "");
            At::new(Text(String::new()), tree.span.clone())
        }
    };
    let flag = |tree: &At<Tree>| match tree.value {
        Tree::Bool(flag) => flag,
        _ => {
            context.wrong(&tree.span, format!("expected `true` or `false`, found {}", tree.value.found()), "");
            true
        }
    };
    match key.as_str() {
        "not" => Test::Not(context.template(&text(value), place)),
        "matches" => Test::Matches(context.whole_pattern(&text(value))),
        "exists" => Test::Exists(flag(value)),
        "empty" => Test::Empty(flag(value)),
        "one_of" => match &value.value {
            Tree::List(list) if !list.is_empty() => {
                Test::OneOf(list.iter().map(|item| context.template(&text(item), place)).collect())
            }
            other => {
                context.wrong(&value.span, format!("expected a list of values, found {}", other.found()), "");
                harmless()
            }
        },
        other => {
            let help = match did_you_mean(other, ["not", "matches", "exists", "empty", "one_of"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None => FORMS.to_owned(),
            };
            context.wrong(&key.span, format!("unknown test `{other}`"), help);
            harmless()
        }
    }
}

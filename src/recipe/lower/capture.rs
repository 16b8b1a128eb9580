//! `capture:` what is kept of an answer.

use std::collections::BTreeSet;

use super::super::model::{Capture, CaptureFrom};
use super::super::yaml::{Ordered, Tree};
use super::Context;
use super::words::header_name;
use crate::diagnostic::{At, did_you_mean};

const FORMS: &str = "write a path (`$.id`), `{ header: Location }`, `{ cookie: SESSIONID }`, `{ text: 'No (\\d+)' }` or `{ path: $.ids[*], first: true }`";

/// Lowers `capture:`.
pub(super) fn captures(context: &Context, written: &Ordered<At<Tree>>) -> Vec<Capture> {
    let mut names = BTreeSet::new();
    let captures = written.iter().filter_map(|(name, tree)| {
        context.name("capture", name);
        if !names.insert(name.as_str()) {
            context.wrong(&name.span, format!("`{}` is captured twice", name.value), "");
        }
        let (from, first) = from(context, tree)?;
        Some(Capture { name: name.as_str().into(), span: name.span.clone(), from, first })
    });
    captures.collect()
}

fn from(context: &Context, written: &At<Tree>) -> Option<(CaptureFrom, bool)> {
    if let Some(path) = written.value.scalar() {
        if !path.starts_with('$') {
            context.wrong(&written.span, format!("`{}` is not a path", &*path), FORMS);
            return None;
        }
        return Some((CaptureFrom::Json(context.json_path(&path, &written.span)), false));
    }
    let Tree::Map(members) = &written.value else {
        context.wrong(
            &written.span,
            format!("expected where the value stands, found {}", written.value.found()),
            FORMS,
        );
        return None;
    };
    let mut first = false;
    let mut found = None;
    for (key, value) in members.iter() {
        if key.as_str() == "first" {
            match value.value {
                Tree::Bool(flag) => first = flag,
                _ => {
                    context.wrong(&value.span, format!("expected `true` or `false`, found {}", value.value.found()), "")
                }
            }
            continue;
        }
        let Some(text) = value.value.scalar() else {
            context.wrong(&value.span, format!("expected a text, found {}", value.value.found()), FORMS);
            continue;
        };
        let text = At::new(text, value.span.clone());
        let from = match key.as_str() {
            "path" => CaptureFrom::Json(context.json_path(&text, &text.span)),
            "header" => {
                header_name(context, &text);
                CaptureFrom::Header(text.value.0.clone())
            }
            "cookie" => CaptureFrom::Cookie(context.not_empty(&text, "the cookie's name")),
            "text" => CaptureFrom::Text(context.group_pattern(&text)),
            other => {
                unknown(context, key, other);
                continue;
            }
        };
        if found.replace(from).is_some() {
            context.wrong(&key.span, "a captured value stands in one place", FORMS);
        }
    }
    if found.is_none() && context.is_clean() {
        context.wrong(&written.span, "nothing says where the value stands", FORMS);
    }
    Some((found?, first))
}

fn unknown(context: &Context, key: &At<String>, word: &str) {
    let browser = ["css", "xpath", "role", "test_id", "label"];
    let help = match did_you_mean(word, ["path", "header", "cookie", "text", "first"]) {
        _ if browser.contains(&word) => {
            "that is for browser targets; of an HTTP answer a path is captured: `$.id`".to_owned()
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => FORMS.to_owned(),
    };
    context.wrong(&key.span, format!("unknown key `{word}`"), help);
}

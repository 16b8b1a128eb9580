//! What is kept of an answer: each capture must be there exactly once, and be one value.

use serde_json::Value as Json;

use super::answer::Reading;
use super::condition::decimal;
use crate::recipe::model::{Capture, CaptureFrom};
use crate::record::Value;
use crate::target::{Captures, Trouble};

/// Captures from an answer. JSON paths start from `entry` where a look-up found one, else from the whole body.
///
/// # Errors
/// The first capture that is not there exactly once, or is no single value.
pub(super) fn captures(wanted: &[Capture], reading: &Reading<'_>, entry: Option<&Json>) -> Result<Captures, Trouble> {
    let mut captures = Captures::new();
    for capture in wanted {
        let values = match &capture.from {
            CaptureFrom::Json(path) => {
                let root = match entry {
                    Some(entry) => entry,
                    None => reading.json()?,
                };
                let nodes = path.path.query(root).all();
                // Null is no value: there is nothing that a later step could use.
                nodes.into_iter().filter(|node| !node.is_null()).map(single).collect()
            }
            CaptureFrom::Header(name) => texts(reading.answer.header_values(name)),
            CaptureFrom::Cookie(name) => texts(reading.answer.cookie_values(name).into_iter()),
            CaptureFrom::Text(regex) => texts(
                regex
                    .captures_iter(reading.text())
                    .filter_map(|found| found.get(1).or_else(|| found.get(0)).map(|group| group.as_str().to_owned())),
            ),
        };
        let enough = if capture.first { !values.is_empty() } else { values.len() == 1 };
        if !enough {
            return Err(Trouble::Capture {
                name: capture.name.to_string(),
                from: place(&capture.from),
                found: values.len(),
            });
        }
        let Some(Some(value)) = values.into_iter().next() else {
            return Err(Trouble::CaptureKind { name: capture.name.to_string(), from: place(&capture.from) });
        };
        captures.push((std::sync::Arc::clone(&capture.name), value));
    }
    Ok(captures)
}

fn texts(values: impl Iterator<Item = String>) -> Vec<Option<Value>> {
    values.map(|text| Some(Value::text(text))).collect()
}

/// A JSON value as a value; none for lists and objects.
fn single(node: &Json) -> Option<Value> {
    match node {
        Json::String(text) => Some(Value::text(text.as_str())),
        Json::Bool(value) => Some(Value::Bool(*value)),
        // A number beyond 28 digits keeps its digits as text: it is an id, not an amount.
        Json::Number(number) => Some(decimal(node).map_or_else(|| Value::text(number.to_string()), Value::Number)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn place(from: &CaptureFrom) -> String {
    match from {
        CaptureFrom::Json(path) => path.source.clone(),
        CaptureFrom::Header(name) => format!("header {name}"),
        CaptureFrom::Cookie(name) => format!("cookie {name}"),
        CaptureFrom::Text(regex) => format!("text {}", regex.as_str()),
    }
}

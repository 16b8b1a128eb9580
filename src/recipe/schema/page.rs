//! The shapes of what browser steps say of a page. Recipes write a text, a map or a list in one place, which the types read
//! as trees; the keys of the maps come from the lowering, which knows them.

use serde_json::{Map, Value, json};

use super::super::lower::{BESIDE, CAPTURE, CONDITION, LOCATOR, VALUE};

/// Keys and what each is.
type Keys = &'static [(&'static str, &'static str)];

/// The shapes, what each is, and its keys.
const SHAPES: &[(&str, &str, &[Keys])] = &[
    (
        "Locator",
        "An element of a page: its label or text as a person reads it, or one of these keys. It must match exactly one.",
        &[LOCATOR, BESIDE],
    ),
    (
        "PageCondition",
        "What a page shows: a text that is seen, or all of these. `expect: { css: \"#total\", is: \"${gross}\" }`",
        &[LOCATOR, BESIDE, CONDITION],
    ),
    (
        "PageCapture",
        "A value of a page: the label it stands beside, a locator, or `{ url: true, pattern: '/invoices/(\\d+)' }`.",
        &[LOCATOR, BESIDE, CAPTURE],
    ),
    (
        "PageValue",
        "What must stand beside the label: a value, a test such as `{ not: … }`, or a locator with `is:`.",
        &[LOCATOR, BESIDE, VALUE, TESTS],
    ),
    ("Submit", "What is clicked, or the key that submits.", &[LOCATOR, BESIDE, PRESS]),
];

const TESTS: Keys = &[
    ("not", "There, and not equal to this."),
    ("matches", "The whole text matches this regular expression."),
    ("exists", "Whether it is there."),
    ("empty", "Whether it is empty."),
    ("one_of", "Equal to any of these."),
];

const PRESS: Keys = &[
    ("press", "The key that submits, such as `Enter`."),
    ("in", "The control that gets the key; the one that has the focus unless stated."),
];

/// What keys mean that calls have, too.
const MEANS: Keys = &[
    ("expect", "What the page must show; after the submit it tells whether the entry took. A list holds alternatives."),
    ("refused", "What the page shows when the answer is no; `reason:` is where its own words stand."),
    ("exists", "What the page shows when the entry is there already."),
    ("capture", "Names for values of the page."),
    ("same", "In a lookup: labels, and what must stand there."),
    ("effect", "`repeatable` where the same form may be submitted twice with the same result; `once` unless stated."),
];

/// Adds the shapes to the definitions.
pub(super) fn define(root: &mut Value) {
    for (name, what, keys) in SHAPES {
        let keys = keys.iter().flat_map(|keys| keys.iter());
        let properties: Map<String, Value> = keys.map(|(key, is)| ((*key).to_owned(), member(name, key, is))).collect();
        root["$defs"][name] = json!({
            "description": what,
            "type": ["string", "number", "boolean", "object"],
            "properties": properties,
            "additionalProperties": false,
        });
    }
}

/// What a key of a shape takes.
fn member(shape: &str, key: &str, is: &str) -> Value {
    let takes = match (shape, key) {
        (_, "within" | "gone" | "reason" | "in") => reference("Locator"),
        (_, "values") => json!({ "type": "object", "additionalProperties": reference("PageValue") }),
        (_, "is" | "not") | ("PageCondition", "url" | "title") => reference("Tree"),
        (_, "one_of") => json!({ "type": "array", "items": reference("Tree") }),
        (_, "first" | "exists" | "empty") | ("PageCapture", "url" | "title") => json!({ "type": "boolean" }),
        _ => json!({ "type": ["string", "number", "boolean"] }),
    };
    described(takes, is)
}

/// What a key of a browser's step takes; `flat` is how the types have it.
pub(super) fn property(key: &str, flat: &Value) -> Value {
    let takes = match key {
        "into" | "click" | "found" | "frame" | "within" | "in" => reference("Locator"),
        "check" | "uncheck" => one_or_many("Locator"),
        "submit" => reference("Submit"),
        "expect" | "refused" | "exists" | "none" | "wait" => one_or_many("PageCondition"),
        "capture" => json!({ "type": "object", "additionalProperties": reference("PageCapture") }),
        "same" => json!({ "type": "object", "additionalProperties": reference("PageValue") }),
        "accept_alert" => json!({ "type": ["null", "string", "number", "boolean"] }),
        _ => flat.clone(),
    };
    let own = MEANS.iter().find(|(known, _)| *known == key).map(|(_, what)| *what);
    described(takes, own.or(flat["description"].as_str()).unwrap_or_default())
}

/// The same for `logged_in:`.
pub(super) fn conditions(flat: &Value) -> Value {
    described(one_or_many("PageCondition"), flat["description"].as_str().unwrap_or_default())
}

fn one_or_many(name: &str) -> Value {
    let one = reference(name);
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn described(mut schema: Value, what: &str) -> Value {
    schema["description"] = what.into();
    schema
}

//! What conditions say of answers.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::super::answer::{Answer, Reading};
use super::super::condition::Conditions;
use super::fixture::{Values, condition, part, path, recipe, step, target, text};
use crate::recipe::model::{Condition, ConditionSet, Method, StatusPattern, Test};
use crate::record::Value;
use crate::target::fill::Filler;

fn an_answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
    Answer { url: "http://erp.example/".parse().unwrap(), status, headers, body: body.as_bytes().to_vec() }
}

/// In what an answer differs from a condition, in one text.
fn unmet(condition: Condition, answer: &Answer, values: &Values) -> String {
    let recipe = recipe(target("http://erp.example", part(step(Method::Post, "/"))));
    let filler = Filler { recipe: &recipe, show: false };
    let conditions = Conditions { filler: &filler, scope: values };
    let set = ConditionSet { any: vec![condition] };
    let differences = conditions.nearest(&set, &Reading::new(answer)).unwrap();
    let words: Vec<String> =
        differences.into_iter().map(|one| format!("{}: {} / {}", one.what, one.expected, one.found)).collect();
    words.join("; ")
}

fn on(test: Test, json: &str, values: &Values) -> String {
    let condition = Condition { paths: vec![(path("$.v"), test)], ..condition() };
    unmet(condition, &an_answer(200, &[], json), values)
}

fn gross(digits: &str) -> Values {
    Values::of(&[("gross", Value::Number(digits.parse().unwrap()))])
}

#[test]
fn numbers_are_equal_by_exact_value() {
    let equals = || Test::Equals(text("${gross}"));
    let same = ["119", "119.0", "119.00", r#""119.00""#, r#""119""#, "1.19e2"];
    for found in same {
        assert_eq!(on(equals(), &format!(r#"{{"v": {found}}}"#), &gross("119.00")), "", "{found}");
    }
    let other = ["119.001", r#""119,00""#, r#""119 EUR""#, "true", "null", "[119]", "118.9999999999999999999999"];
    for found in other {
        assert_ne!(on(equals(), &format!(r#"{{"v": {found}}}"#), &gross("119.00")), "", "{found}");
    }
    // A double would call these two equal.
    assert_eq!(on(equals(), r#"{"v": 0.30000000000000004}"#, &gross("0.3")), "$.v: 0.3 / 0.30000000000000004");
    assert_eq!(on(Test::Equals(text("119")), r#"{"v": 119.00}"#, &gross("1")), "");
}

#[test]
fn texts_are_equal_as_they_stand() {
    let values = Values::of(&[("note", Value::text("007")), ("issued", Value::Date(jiff::civil::date(2026, 1, 31)))]);
    assert_eq!(on(Test::Equals(text("${note}")), r#"{"v": "007"}"#, &values), "");
    assert_eq!(on(Test::Equals(text("${note}")), r#"{"v": "7"}"#, &values), "$.v: 007 / 7");
    assert_eq!(on(Test::Equals(text("${issued}")), r#"{"v": "2026-01-31"}"#, &values), "");
    assert_eq!(on(Test::Equals(text("open")), r#"{"v": "Open"}"#, &values), "$.v: open / Open");
    assert_eq!(on(Test::Equals(text("true")), r#"{"v": true}"#, &values), "");
}

#[test]
fn a_missing_value_equals_none() {
    let values = Values::default();
    assert_eq!(on(Test::Equals(text("${note}")), r#"{}"#, &values), "");
    assert_eq!(on(Test::Equals(text("${note}")), r#"{"v": null}"#, &values), "");
    assert_eq!(on(Test::Equals(text("${note}")), r#"{"v": "x"}"#, &values), "$.v: absent / x");
    assert_eq!(on(Test::Equals(text("x")), r#"{}"#, &values), "$.v: x / missing");
}

#[test]
fn existence_and_emptiness() {
    let values = Values::default();
    for (json, exists, empty) in [
        (r#"{}"#, false, true),
        (r#"{"v": null}"#, false, true),
        (r#"{"v": ""}"#, true, true),
        (r#"{"v": []}"#, true, true),
        (r#"{"v": 0}"#, true, false),
        (r#"{"v": [1]}"#, true, false),
    ] {
        assert_eq!(on(Test::Exists(true), json, &values).is_empty(), exists, "{json}");
        assert_eq!(on(Test::Exists(false), json, &values).is_empty(), !exists, "{json}");
        assert_eq!(on(Test::Empty(true), json, &values).is_empty(), empty, "{json}");
        assert_eq!(on(Test::Empty(false), json, &values).is_empty(), !empty, "{json}");
    }
}

#[test]
fn not_and_one_of_and_matches() {
    let values = Values::default();
    assert_eq!(on(Test::Not(text("error")), r#"{"v": "ok"}"#, &values), "");
    assert_eq!(on(Test::Not(text("error")), r#"{"v": "error"}"#, &values), "$.v: other than error / error");
    assert_eq!(on(Test::Not(text("error")), r#"{}"#, &values), "$.v: other than error / missing");
    let one_of = || Test::OneOf(vec![text("open"), text("posted")]);
    assert_eq!(on(one_of(), r#"{"v": "posted"}"#, &values), "");
    assert_eq!(on(one_of(), r#"{"v": "draft"}"#, &values), "$.v: open or posted / draft");
    let matches = |pattern: &str| Test::Matches(regex::Regex::new(pattern).unwrap());
    assert_eq!(on(matches(r"RE-\d+"), r#"{"v": "RE-17"}"#, &values), "");
    assert_eq!(on(matches(r"RE-\d+"), r#"{"v": "RE-17b"}"#, &values), r"$.v: like `RE-\d+` / RE-17b");
    assert_eq!(on(matches("a|ab"), r#"{"v": "ab"}"#, &values), "", "the whole text, not the first alternative");
}

#[test]
fn status_headers_and_text() {
    let values = Values::of(&[("note", Value::text("RE-1"))]);
    let answer = an_answer(201, &[("x-state", "done")], "Rechnung RE-1 gespeichert");
    let whole = Condition {
        status: vec![StatusPattern::Class(2)],
        headers: vec![("x-state".into(), Test::Equals(text("done")))],
        text: Some(text("${note} gespeichert")),
        ..condition()
    };
    assert_eq!(unmet(whole, &answer, &values), "");
    let other = Condition {
        headers: vec![("x-state".into(), Test::Equals(text("open")))],
        text: Some(text("gelöscht")),
        ..condition()
    };
    assert_eq!(
        unmet(other, &answer, &values),
        "header `x-state`: open / done; the text: `gelöscht` / not in the answer"
    );
    let status = Condition { status: vec![StatusPattern::Exactly(200), StatusPattern::Class(3)], ..condition() };
    assert_eq!(unmet(status, &answer, &values), "the status: 200 or 3xx / 201");
}

#[test]
fn text_is_read_in_the_charset_of_the_answer() {
    let mut answer = an_answer(200, &[("content-type", "text/html; charset=ISO-8859-1")], "");
    answer.body = b"gel\xf6scht".to_vec();
    let condition = Condition { text: Some(text("gelöscht")), ..condition() };
    assert_eq!(unmet(condition, &answer, &Values::default()), "");
}

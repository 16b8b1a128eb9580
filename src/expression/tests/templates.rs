//! Texts with `${...}` in them.

use super::{Office, number, shown};
use crate::expression::{Kind, Name, Template};
use crate::record::Value;

fn template(source: &str) -> Template {
    Template::new(source, &Office::new()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn value(source: &str) -> Value {
    template(source).value(&Office::new()).unwrap()
}

fn problems(source: &str) -> Vec<String> {
    Template::new(source, &Office::new()).unwrap_err().iter().map(|problem| shown(source, problem)).collect()
}

fn failure(source: &str) -> String {
    shown(source, &template(source).value(&Office::new()).unwrap_err())
}

#[test]
fn a_single_expression_keeps_its_type() {
    assert_eq!(value("${net}"), number("1.10"));
    assert_eq!(value("${ discount }"), Value::Missing);
    assert_eq!(value("${discount ?? null}"), Value::Null);
    assert_eq!(template("${net}").kind(), Kind::Number);
    assert_eq!(template("${net} ").kind(), Kind::Text);
    assert!(template("${net}").single().is_some());
    assert!(template(" ${net}").single().is_none());
}

#[test]
fn a_longer_text_is_filled_in() {
    assert_eq!(value("RE ${number}: ${net} ${total.currency}"), Value::text("RE RE-2026-00012: 1.10 EUR"));
    assert_eq!(value("${net}${vat}"), Value::text("1.100.20"));
    assert_eq!(value(""), Value::text(""));
    assert_eq!(value("ä${'}'}${\"}\"}${'\\'}'}ü"), Value::text("ä}}'}ü"));
}

#[test]
fn dollars_stand_for_themselves() {
    assert_eq!(value("5 $ and $x and $"), Value::text("5 $ and $x and $"));
    assert_eq!(value("$${net}"), Value::text("${net}"));
    assert_eq!(value("$$${net}"), Value::text("$${net}"));
    assert_eq!(value("$${${net}}"), Value::text("${1.10}"));
    assert_eq!(value("{net} }"), Value::text("{net} }"));
    assert_eq!(template("a$${b").literal(), Some("a${b"));
    assert_eq!(template("").literal(), Some(""));
    assert_eq!(template("${net}").literal(), None);
}

#[test]
fn values_are_escaped_and_literals_are_not() {
    let escape = |value: &Value| format!("<{value}>");
    assert_eq!(template("a/${net}/${number}").text(&Office::new(), &escape).unwrap(), "a/<1.10>/<RE-2026-00012>");
    assert_eq!(template("${net}").text(&Office::new(), &escape).unwrap(), "<1.10>");
    let missing = template("${discount}").text(&Office::new(), &escape).unwrap_err();
    assert_eq!(missing.message, "`discount` is missing and cannot be written into a text");
}

#[test]
fn names_of_all_expressions_are_listed_once() {
    let names = template("${net} ${secrets.A} ${net + vat}");
    assert_eq!(names.names(), [&Name::Field(2), &Name::Secret("A".into()), &Name::Field(3)]);
    assert!(names.is_secret());
    assert!(!template("${net}").is_secret());
}

#[test]
fn what_is_wrong_has_its_place_in_the_whole_text() {
    assert_eq!(
        problems("ä ${nett} and ${net + number}"),
        [
            "unknown name `nett` | nett | did you mean `net`?",
            "`net` is a number and `number` is text: they cannot be added | net + number | \
             write `net.text() + number`, or a text with `${…}` in it",
        ]
    );
    assert_eq!(
        problems("a ${net"),
        ["`${` is not closed by `}` | ${ | add the `}`; to write `${` as text, write `$${`"]
    );
    assert_eq!(problems("${'a}"), ["`${` is not closed by `}` | ${ | a text in quotes before the `}` is not closed"]);
    assert_eq!(problems("a ${ } b"), ["the expression is empty | ${ }"]);
    assert_eq!(
        problems("${${net}}"),
        ["`${` is not part of the language | ${ | inside an expression, names stand without `${` and `}`"]
    );
}

#[test]
fn what_fails_has_its_place_in_the_whole_text() {
    assert_eq!(
        failure("ä ${note}."),
        "`note` is missing and cannot be written into a text | note | \
         give it a default with `note ?? …`, or ask `note == null` first"
    );
    assert_eq!(
        failure("ä ${tags}"),
        "`tags` is a list and cannot be written into a text | tags | say how: `.join(\", \")`"
    );
    assert_eq!(
        failure("ä ${lines.first}"),
        "`lines.first` is a map and cannot be written into a text | lines.first | write one of its members"
    );
    assert!(failure("ä ${1 / zero}").starts_with("division by zero: `zero` is 0 | zero |"));
    assert!(failure("${1 / zero}").starts_with("division by zero: `zero` is 0 | zero |"));
}

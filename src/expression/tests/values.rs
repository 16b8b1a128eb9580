//! What is computed.

use super::{Office, money, number};
use crate::expression::{Expression, Kind, Name};
use crate::record::Value;

fn truth(source: &str) -> bool {
    match Office::new().value(source) {
        Value::Bool(value) => value,
        other => panic!("{source} is {other:?}"),
    }
}

fn text(source: &str) -> String {
    Office::new().value(source).to_string()
}

#[test]
fn decimals_are_exact() {
    assert!(truth("0.1 + 0.2 == 0.3"));
    assert!(truth("net + vat == gross"));
    assert!(truth("1.10 == 1.1"));
    assert!(truth("7 % 3 == 1 and -7 % 3 == -1 and 1.5 % 1 == 0.5"));
    assert_eq!(text("10 / 4"), "2.5");
    assert_eq!(text("10 / 5"), "2");
    assert_eq!(text("net"), "1.10");
    assert_eq!(text("net + 0.90"), "2.00");
    assert_eq!(text("1 / 3"), "0.3333333333333333333333333333");
    assert_eq!(text("2 / 3"), "0.6666666666666666666666666667");
    assert_eq!(text("(119.99 / 1.19 * 0.19).round(2)"), "19.16");
    assert_eq!(text("79228162514264337593543950335"), "79228162514264337593543950335");
}

#[test]
fn zero_has_no_sign() {
    assert_eq!(text("-zero"), "0");
    assert_eq!(text("zero * -1"), "0");
    assert_eq!(text("(-0.4).round()"), "0");
    assert_eq!(text("-0.0"), "0.0");
}

#[test]
fn operators_bind_as_people_read_them() {
    assert_eq!(text("2 + 3 * 4"), "14");
    assert_eq!(text("(2 + 3) * 4"), "20");
    assert_eq!(text("10 - 4 - 3"), "3");
    assert_eq!(text("2 * -3"), "-6");
    assert_eq!(text("--3"), "3");
    assert_eq!(text("-net.abs"), "-1.10");
    assert!(truth("not 1 == 2"));
    assert!(truth("not false and false == false"));
    assert!(truth("true or false and false"));
    assert!(truth("1 + 1 == 2 and 2 * 2 == 4"));
    assert!(truth("discount ?? 0 == 0"));
    assert!(truth("discount ?? 1 > 0"));
    assert_eq!(text("false ? 1 : true ? 2 : 3"), "2");
    assert_eq!(text("net > 1 or paid ? 'a' : 'b'"), "a");
    assert_eq!(text("discount ?? due ?? 3"), "3");
    assert_eq!(text("discount ?? -1"), "-1");
    assert!(truth("(1 < 2) == (2 < 3)"));
}

#[test]
fn and_or_choice_and_default_look_no_further_than_needed() {
    assert!(!truth("false and 1 / zero == 1"));
    assert!(truth("true or 1 / zero == 1"));
    assert_eq!(text("zero == 0 ? 0 : 1 / zero"), "0");
    assert_eq!(text("net ?? (1 / zero)"), text("net"));
}

#[test]
fn a_value_that_may_be_missing_can_be_asked_for() {
    for source in
        ["discount == null", "null == discount", "discount.is_missing", "discount.is_missing()", "any_null == null"]
    {
        assert!(truth(source), "{source}");
    }
    for source in ["net != null", "net.is_given", "not (net == null)", "lines.is_given()", "lines.first.is_given"] {
        assert!(truth(source), "{source}");
    }
    assert_eq!(Office::new().value("discount"), Value::Missing);
    assert_eq!(Office::new().value("discount ?? null"), Value::Null);
    assert_eq!(Office::new().value("any_null ?? 3"), number("3"));
    assert!(truth("due == null ? true : due > issued"));
}

#[test]
fn texts_are_equal_letter_by_letter() {
    assert!(truth("number == 'RE-2026-00012'"));
    assert!(!truth("number == \"re-2026-00012\""));
    assert!(truth("'a' + \"b\" == 'ab'"));
    assert_eq!(text(r#" 'it\'s' + "\t\"\u{20ac}\"\\" "#), "it's\t\"€\"\\");
    assert_eq!(text("'ä}{\n'"), "ä}{\n");
}

#[test]
fn money_keeps_its_currency() {
    let office = Office::new();
    assert_eq!(office.value("total + fee"), money("120.00", "EUR"));
    assert_eq!(office.value("total - fee"), money("118.00", "EUR"));
    assert_eq!(office.value("2 * fee"), money("2.00", "EUR"));
    assert_eq!(office.value("total / 2"), money("59.5", "EUR"));
    assert_eq!(office.value("total / fee"), number("119"));
    assert_eq!(office.value("-fee"), money("-1.00", "EUR"));
    assert!(truth("total > fee and fee == fee * 1"));
    assert!(truth("total.amount == 119 and total.currency == 'EUR'"));
    assert!(truth("total.currency in ['EUR', 'CHF']"));
}

#[test]
fn dates_are_compared_by_the_calendar() {
    assert!(truth("issued < today"));
    assert!(truth("issued == '2026-01-31'.date()"));
    assert!(truth("sent.date == issued and sent.time == at"));
    assert!(truth("received == stored"), "the same instant in two offsets");
    assert!(truth("issued.plus_days(30) == '2026-03-02'.date"));
}

#[test]
fn lists_are_searched_and_compared() {
    assert!(truth("net in [1, 1.1, 2]"));
    assert!(truth("net not in [1, 2]"));
    assert!(truth("not (net in [1, 2])"));
    assert!(truth("'a' in tags and 'c' not in tags"));
    assert!(truth("tags == ['a', 'b',] and tags != ['a'] and tags != ['b', 'a']"));
    assert_eq!(text("tags[1]"), "b");
    assert_eq!(Office::new().value("tags[2]"), Value::Missing);
    assert_eq!(text("lines[1].price"), "10");
    assert_eq!(text("[1, 2][zero]"), "1");
}

#[test]
fn list_methods_see_the_members_of_the_element_first() {
    assert_eq!(text("lines.sum(quantity * price)"), "33.05");
    assert_eq!(text("lines.sum(quantity * price + net)"), "36.35");
    assert_eq!(text("lines.count"), "3");
    assert_eq!(text("lines.count(price > net)"), "2");
    assert_eq!(text("lines.min(price)"), "0.05");
    assert_eq!(text("lines.max(quantity)"), "3");
    assert_eq!(text("lines.map(article).join(', ')"), "A-1, B-2, C-3");
    assert_eq!(text("lines.map(price).sum()"), "11.55");
    assert_eq!(text("lines.filter(price > 1).sum(quantity)"), "5");
    assert_eq!(text("lines.first.article + lines.last.article"), "A-1C-3");
    assert_eq!(text("lines.sum(tags.count(it != article))"), "6");
    assert_eq!(text("tags.map(it.upper()).join('')"), "AB");
    assert!(truth("lines.all(it.price > 0) and lines.any(article == 'B-2')"));
    assert!(truth("none.all(it > 1) and not none.any(it > 1) and none.sum == 0 and none.max == null"));
    assert!(truth("lines.any(tags.any(it == 'a') and price == 10)"));
}

#[test]
fn captures_find_their_kind_with_their_value() {
    assert!(truth("any_number == 5 and any_number + 1 > any_number"));
    assert!(truth("any_text.number() == any_number"));
    assert!(truth("answer.id == 7 and answer.other == null and erp.invoice_id == 42"));
    assert!(truth("any_date.year == 2026 and any_date.year() == 2026 and answer.day == 'x'"));
    assert_eq!(text("any_date.format('dd.MM.yyyy')"), "01.02.2026");
    assert_eq!(text("any_number.format('de', 2)"), "5,00");
}

#[test]
fn kinds_are_known_before_there_is_a_value() {
    let office = Office::new();
    let kind = |source: &str| Expression::new(source, &office).unwrap().kind().clone();
    assert_eq!(kind("net + 1"), Kind::Number);
    assert_eq!(kind("total * net"), Kind::Money);
    assert_eq!(kind("net > 1"), Kind::Bool);
    assert_eq!(kind("discount ?? null"), Kind::Number);
    assert_eq!(kind("discount ?? ''"), Kind::Any);
    assert_eq!(kind("paid ? issued : due"), Kind::Date);
    assert_eq!(kind("lines.sum(quantity * price)"), Kind::Number);
    assert_eq!(kind("lines.map(article)"), Kind::List(Box::new(Kind::Text)));
    assert_eq!(kind("lines.first.price"), Kind::Number);
    assert_eq!(kind("sent.time"), Kind::Time);
    assert_eq!(kind("any_number"), Kind::Any);
}

#[test]
fn names_are_listed_once_in_the_order_of_their_use() {
    let office = Office::new();
    let expression = Expression::new("lines.sum(price * net) + net > secrets.X.length", &office).unwrap();
    assert_eq!(expression.names(), [Name::Lines, Name::Field(2), Name::Secret("X".into())]);
    assert!(expression.is_secret());
    assert!(!Expression::new("net", &office).unwrap().is_secret());
    assert_eq!(expression.source(), "lines.sum(price * net) + net > secrets.X.length");
}

//! What each method does.

use super::Office;
use crate::expression::METHODS;

/// Expressions and what they are as text; one at least for each method.
const CASES: &[(&str, &str)] = &[
    ("note.is_missing()", "true"),
    ("note.is_given()", "false"),
    ("net.text() + '|' + issued.text() + '|' + paid.text() + '|' + fee.text()", "1.10|2026-01-31|true|1.00 EUR"),
    ("'[' + supplier.trim() + ']'", "[Müller & Söhne]"),
    ("'straße'.upper()", "STRASSE"),
    ("'ÄÖ'.lower()", "äö"),
    ("'Käse'.length", "4"),
    ("number.contains('2026')", "true"),
    ("number.starts_with('re')", "false"),
    ("number.ends_with('12')", "true"),
    ("'a.b.c'.replace('.', '')", "abc"),
    ("'Käse'.left(2) + '|' + 'x'.left(2)", "Kä|x"),
    ("'Käse'.right(3) + '|' + 'x'.right(3)", "äse|x"),
    ("'Käse'.substring(1, 2) + '|' + 'Käse'.substring(2) + '|' + 'x'.substring(5)", "äs|se|"),
    ("'a;b;;c'.split(';').length", "4"),
    (r"number.matches('RE-\d{4}-\d{5}')", "true"),
    (r#"number.matches("\d{4}")"#, "false"),
    (r"'ab'.matches('a|ab')", "true"),
    ("'7'.pad_left(3, '0') + '|' + '1234'.pad_left(3, '0')", "007|1234"),
    ("'7'.pad_right(3, '·')", "7··"),
    ("'+49 (0) 30-12'.digits", "4903012"),
    ("'-1234.50'.number()", "-1234.50"),
    ("'2026-02-28'.date().plus_days(1)", "2026-03-01"),
    ("2.5.round()", "3"),
    ("(-2.5).round()", "-3"),
    ("1.005.round(2)", "1.01"),
    ("2.round(2)", "2"),
    ("2.5.round_even()", "2"),
    ("1.015.round_even(2)", "1.02"),
    ("(-1.5).abs()", "1.5"),
    ("(-1.5).floor()", "-2"),
    ("(-1.5).ceil()", "-1"),
    ("1234.5.format('de', 2)", "1234,50"),
    ("1234.5.format('de-CH')", "1234.5"),
    ("net.format('de', 2)", "1,10"),
    ("1.10.format('iso', 1)", "1.1"),
    ("total.amount", "119.00"),
    ("total.currency", "EUR"),
    ("(total / 7).round(2)", "17 EUR"),
    ("(fee * 0.125).round_even(2)", "0.12 EUR"),
    ("(-fee).abs()", "1.00 EUR"),
    ("issued.plus_days(-31)", "2025-12-31"),
    ("issued.plus_months(1)", "2026-02-28"),
    ("'2024-02-29'.date().plus_years(1)", "2025-02-28"),
    ("issued.minus_days(30)", "2026-01-01"),
    ("issued.minus_months(2)", "2025-11-30"),
    ("issued.minus_years(26)", "2000-01-31"),
    ("issued.days_until('2026-02-02'.date())", "2"),
    ("today.days_until(issued)", "-295"),
    ("today.start_of_month", "2026-11-01"),
    ("'2024-02-03'.date().end_of_month", "2024-02-29"),
    ("issued.year", "2026"),
    ("issued.month", "1"),
    ("issued.day()", "31"),
    ("issued.weekday", "6"),
    ("issued.format('dd.MM.yyyy')", "31.01.2026"),
    ("issued.format('d.M.yy')", "31.1.26"),
    ("issued.format('%Y%m%d')", "20260131"),
    ("issued.format(\"dd. 'Tag' yyyy\")", "31. Tag 2026"),
    ("at.hour", "8"),
    ("at.minute", "5"),
    ("at.format('H:mm') + at.format('%H:%M:%S')", "8:0508:05:09"),
    ("sent.date", "2026-01-31"),
    ("received.time", "09:05:09"),
    ("sent.format('yyyy-MM-ddTHH:mm:ssZ')", "2026-01-31T08:05:09Z"),
    ("lines.sum(quantity)", "6"),
    ("lines.count()", "3"),
    ("lines.min(price)", "0.05"),
    ("lines.max(price)", "10"),
    ("lines.all(price > 1)", "false"),
    ("lines.any(price > 1)", "true"),
    ("lines.map(quantity).first", "2"),
    ("lines.filter(price < 1).map(article).last", "C-3"),
    ("tags.length", "2"),
    ("[1, issued, 'x'].join('-')", "1-2026-01-31-x"),
];

#[test]
fn each_does_what_it_says() {
    let office = Office::new();
    for (source, expected) in CASES {
        assert_eq!(office.value(source).to_string(), *expected, "{source}");
    }
}

#[test]
fn each_is_tested() {
    for method in METHODS {
        let called = format!(".{}", method.name);
        assert!(CASES.iter().any(|(source, _)| source.contains(&called)), "{} has no test", method.signature());
    }
}

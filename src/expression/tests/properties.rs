//! What holds for all texts and all numbers.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::Office;
use crate::expression::{Expression, Template};
use crate::record::Value;

/// Texts that look like expressions far more often than chance would have it.
fn nearly_an_expression() -> impl Strategy<Value = String> {
    let words = [
        "net",
        "lines",
        "tags",
        "number",
        "issued",
        "any_date",
        "null",
        "true",
        "it",
        "price",
        "not",
        "and",
        "or",
        "in",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        ">=",
        "??",
        "?",
        ":",
        "1",
        "0.5",
        "'a'",
        "\"b\"",
        "sum",
        "map",
        "matches",
        "format",
        "'dd.MM'",
        "plus_days",
        "round",
        "first",
        "'",
        "\\",
        "ä",
        "${",
        "}",
        "€",
        "1e3",
        "=",
        "_",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..24)
        .prop_flat_map(|words| prop::sample::select(vec!["", " "]).prop_map(move |between| words.join(between)))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (-1_000_000_000_000_i64..1_000_000_000_000, 0_u32..8).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn evaluates_without_panic(source: &str) {
    let office = Office::new();
    match Expression::new(source, &office) {
        Ok(expression) => {
            if let Err(problem) = expression.value(&office) {
                assert!(source.get(problem.span.clone()).is_some(), "{source}: {problem:?}");
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(source.get(problem.span.clone()).is_some(), "{source}: {problem:?}");
                assert!(!problem.message.is_empty());
            }
        }
    }
    if let Ok(template) = Template::new(source, &office) {
        let _ = template.value(&office);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_makes_it_panic(source in "\\PC*") {
        evaluates_without_panic(&source);
    }

    #[test]
    fn no_expression_makes_it_panic(source in nearly_an_expression()) {
        evaluates_without_panic(&source);
        evaluates_without_panic(&format!("${{{source}}}"));
    }

    #[test]
    fn arithmetic_is_that_of_decimals(a in decimal(), b in decimal()) {
        let office = Office::new();
        let value = |sign: &str| office.value(&format!("({a}) {sign} ({b})"));
        prop_assert_eq!(value("+"), Value::Number(a + b));
        prop_assert_eq!(value("-"), Value::Number(a - b));
        prop_assert_eq!(value("*"), Value::Number(a * b));
        prop_assert_eq!(value("=="), Value::Bool(a == b));
        prop_assert_eq!(value("<"), Value::Bool(a < b));
        prop_assert_eq!(value(">="), Value::Bool(a >= b));
        if !b.is_zero() {
            prop_assert_eq!(value("/"), Value::Number(a / b));
            prop_assert_eq!(value("%"), Value::Number(a % b));
            prop_assert_eq!(office.value(&format!("({a}) / ({b})")).to_string(), (a / b).normalize().to_string());
        }
    }

    #[test]
    fn a_number_is_printed_as_it_was_written(number in decimal()) {
        let printed = Office::new().value(&number.abs().to_string()).to_string();
        prop_assert_eq!(printed, number.abs().to_string());
    }

    #[test]
    fn a_text_in_quotes_is_that_text(text in "[^\\\\']*") {
        prop_assert_eq!(Office::new().value(&format!("'{text}'")), Value::text(text));
    }

    #[test]
    fn a_text_without_dollars_is_a_literal(text in "[^$]*") {
        let template = Template::new(&text, &Office::new()).unwrap();
        prop_assert_eq!(template.literal(), Some(&*text));
    }

    #[test]
    fn every_line_is_summed(prices in prop::collection::vec(decimal(), 0..20)) {
        let list: Vec<String> = prices.iter().map(|price| format!("({price})")).collect();
        let expected: Decimal = prices.iter().sum();
        prop_assert_eq!(Office::new().value(&format!("[{}].sum()", list.join(", "))), Value::Number(expected));
    }
}

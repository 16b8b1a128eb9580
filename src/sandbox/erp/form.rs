//! The invoice form: its fields as people write them, in German, and as the ERP keeps them.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Number, Value};

use super::invoice::{FieldError, Invoice, Problem, check};
use crate::sandbox::ledger::Members;

/// How a field of the form is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Text,
    /// `31.01.2026`.
    Date,
    /// `1.234,56`.
    Amount,
    /// A choice of the currencies that the ERP books.
    Currency,
}

/// A field of the form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Its name in the API, and in the form.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) writing: Writing,
    pub(super) required: bool,
}

/// All of them, in the order of the form.
pub(super) const FIELDS: [Field; 8] = [
    field("number", "Rechnungsnummer", Writing::Text, true),
    field("supplier", "Lieferant", Writing::Text, true),
    field("issued", "Datum", Writing::Date, false),
    field("net", "Netto", Writing::Amount, false),
    field("vat", "USt", Writing::Amount, false),
    field("total", "Brutto", Writing::Amount, false),
    field("iban", "IBAN", Writing::Text, false),
    field("currency", "Währung", Writing::Currency, false),
];

const fn field(name: &'static str, label: &'static str, writing: Writing, required: bool) -> Field {
    Field { name, label, writing, required }
}

/// The values of a sent form as the ERP keeps them, and all that is wrong with them. What cannot be read stays as it
/// was sent; empty fields are missing.
pub(super) fn read(sent: &[(String, String)]) -> (Members, Vec<FieldError>) {
    let (mut members, mut errors) = (Map::new(), Vec::new());
    for field in FIELDS {
        let text = sent.iter().find(|(name, _)| name == field.name).map_or("", |(_, text)| text.trim());
        if text.is_empty() {
            continue;
        }
        let value = match field.writing {
            Writing::Text | Writing::Currency => Ok(Value::String(text.to_owned())),
            Writing::Date => date(text).map(|date| Value::String(date.to_string())).ok_or(Problem::NotADate),
            Writing::Amount => amount(text).map(Value::Number).ok_or(Problem::NotADecimal),
        };
        let value = value.unwrap_or_else(|problem| {
            errors.push(FieldError { field: field.name, problem });
            Value::String(text.to_owned())
        });
        members.insert(field.name.to_owned(), value);
    }
    let unread: Vec<&str> = errors.iter().map(|error| error.field).collect();
    let others: Vec<FieldError> = check(&members).into_iter().filter(|error| !unread.contains(&error.field)).collect();
    errors.extend(others);
    (Arc::new(members), errors)
}

/// A field of an invoice as a German page shows it.
pub(super) fn shown(invoice: &Invoice, field: Field) -> String {
    let text = invoice.text(field.name);
    match field.writing {
        Writing::Text | Writing::Currency => text,
        Writing::Date => text.parse::<Date>().map_or(text, |date| date.strftime("%d.%m.%Y").to_string()),
        Writing::Amount => german(&text).unwrap_or(text),
    }
}

/// `31.01.2026`: two digits, two digits, four digits, a day that exists.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !digits(day, 2) || !digits(month, 2) || !digits(year, 4) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `1.234,56`, `1234,56`, `-5`: dots, if there are any, stand between all groups of three digits.
fn amount(text: &str) -> Option<Number> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = match unsigned.split_once(',') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split('.').collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || first.len() <= 3;
    if !digits(first) || !grouped || rest.iter().any(|group| group.len() != 3 || !digits(group)) {
        return None;
    }
    let whole = groups.concat();
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let number = match decimals {
        Some(decimals) if !digits(decimals) => return None,
        Some(decimals) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{whole}"),
    };
    number.parse().ok()
}

/// `1234.56` as `1.234,56`; nothing if it is no plain decimal.
fn german(text: &str) -> Option<String> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut grouped = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if !decimals.is_empty() {
        grouped.push(',');
        grouped.push_str(decimals);
    }
    Some(grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_amounts_and_dates_are_read_strictly() {
        let read = |text| amount(text).map(|number| number.to_string());
        for (text, expected) in
            [("1.234,56", "1234.56"), ("1234,5", "1234.5"), ("0,10", "0.10"), ("-5", "-5"), ("007", "7")]
        {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for wrong in ["12.50", "1.5", "1,234.56", "1.23,4", "1234.567,0", ",5", "5,", "-", "", "1e3", "1 000", "--1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(date("31.01.2026").map(|date| date.to_string()).as_deref(), Some("2026-01-31"));
        for wrong in ["31.02.2026", "1.1.2026", "2026-01-31", "31.01.26", "31.01.2026.", "٣١.01.2026"] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_read_is_shown_the_same() {
        proptest::proptest!(|(text in "-?[1-9][0-9]{0,2}(\\.[0-9]{3}){0,4}(,[0-9]{1,4})?")| {
            let number = amount(&text).unwrap().to_string();
            proptest::prop_assert_eq!(german(&number), Some(text));
        });
        assert_eq!(german("1e3"), None);
    }
}

//! The invoice form: its fields as people write them, in German, and as the ERP keeps them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::invoice::{FieldError, Invoice, check};
use crate::sandbox::german;
use crate::sandbox::ledger::Members;
use crate::sandbox::problem::Problem;

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
            Writing::Date => german::date(text).map(|date| Value::String(date.to_string())).ok_or(Problem::NotADate),
            Writing::Amount => german::amount(text).map(Value::Number).ok_or(Problem::NotADecimal),
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
        Writing::Date => german::shown_date(&text).unwrap_or(text),
        Writing::Amount => german::shown_amount(&text).unwrap_or(text),
    }
}

//! A supplier invoice and what makes one acceptable: the field validation that a real ERP would have.

use std::str::FromStr;
use std::time::Instant;

use iban::Iban;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::sandbox::ledger::Members;
use crate::sandbox::problem::Problem;

/// The currencies that the ERP books.
pub(in crate::sandbox) const CURRENCIES: [&str; 5] = ["EUR", "CHF", "USD", "GBP", "SEK"];

/// Members that the ERP gives itself; what a client sends under these names is ignored.
const OWN_MEMBERS: [&str; 3] = ["id", "state", "receipt"];

/// The longest text of a field, in characters.
const LONGEST_TEXT: usize = 200;

/// An invoice as it stands at one moment; changes make a new one.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Invoice {
    pub(in crate::sandbox) id: u64,
    /// What the client sent, all of it, with exact digits.
    pub(in crate::sandbox) fields: Members,
    pub(in crate::sandbox) state: State,
    /// Until when searches do not show it.
    pub(in crate::sandbox) hidden_until: Option<Instant>,
    pub(in crate::sandbox) files: Vec<Members>,
}

/// How far an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum State {
    /// Entered, may still be confirmed.
    Draft,
    /// Final.
    Confirmed,
}

impl State {
    pub(in crate::sandbox) fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Confirmed => "confirmed",
        }
    }
}

impl Invoice {
    /// The text of a field; empty if it is missing.
    pub(in crate::sandbox) fn text(&self, name: &str) -> String {
        match self.fields.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    /// The number by which people at the office name it.
    pub(in crate::sandbox) fn receipt(&self) -> String {
        format!("ERP-{:06}", self.id)
    }

    pub(in crate::sandbox) fn is_visible(&self, now: Instant) -> bool {
        self.hidden_until.is_none_or(|until| until <= now)
    }
}

/// As the API answers it: the id, what the client sent, then state and receipt.
impl Serialize for Invoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        for (name, value) in self.fields.iter().filter(|(name, _)| !OWN_MEMBERS.contains(&name.as_str())) {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("state", self.state.name())?;
        map.serialize_entry("receipt", &self.receipt())?;
        map.end()
    }
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct FieldError {
    pub(in crate::sandbox) field: &'static str,
    pub(in crate::sandbox) problem: Problem,
}

/// All that is wrong with the fields of an invoice, in their order. `null` counts as missing; names that the ERP does
/// not know are kept and not judged.
pub(in crate::sandbox) fn check(fields: &Map<String, Value>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut judge = |field, problem: Option<Problem>| {
        errors.extend(problem.map(|problem| FieldError { field, problem }));
    };
    let present = |name: &str| fields.get(name).filter(|value| !value.is_null());
    for name in ["number", "supplier"] {
        judge(name, present(name).map_or(Some(Problem::Required), required_text));
    }
    for name in ["issued", "due"] {
        judge(name, present(name).filter(|value| !is_date(value)).map(|_| Problem::NotADate));
    }
    for name in ["net", "vat", "total"] {
        judge(name, present(name).filter(|value| decimal(value).is_none()).map(|_| Problem::NotADecimal));
    }
    if let (Some(net), Some(vat), Some(total)) =
        (present("net").and_then(decimal), present("vat").and_then(decimal), present("total").and_then(decimal))
    {
        judge("total", (net.checked_add(vat) != Some(total)).then_some(Problem::SumDiffers));
    }
    let iban = present("iban").filter(|value| value.as_str().is_none_or(|text| text.parse::<Iban>().is_err()));
    judge("iban", iban.map(|_| Problem::NotAnIban));
    let currency = present("currency").filter(|value| value.as_str().is_none_or(|text| !CURRENCIES.contains(&text)));
    judge("currency", currency.map(|_| Problem::UnknownCurrency));
    judge("lines", present("lines").filter(|value| !value.is_array()).map(|_| Problem::NotAList));
    errors
}

fn required_text(value: &Value) -> Option<Problem> {
    match value.as_str() {
        None => Some(Problem::NotText),
        Some(text) if text.trim().is_empty() => Some(Problem::Required),
        Some(text) => (text.chars().count() > LONGEST_TEXT).then_some(Problem::TooLong),
    }
}

/// ISO 8601, calendar dates with hyphens only.
pub(in crate::sandbox) fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 10 && Date::from_str(text).is_ok())
}

/// A decimal as JSON number or as text, in the exact digits.
pub(in crate::sandbox) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => Decimal::from_str_exact(text).ok(),
        Value::Number(number) => {
            let digits = number.to_string();
            Decimal::from_str_exact(&digits).or_else(|_| Decimal::from_scientific(&digits)).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(body: &str) -> Vec<(&'static str, Problem)> {
        let fields = serde_json::from_str(body).unwrap();
        check(&fields).into_iter().map(|error| (error.field, error.problem)).collect()
    }

    #[test]
    fn a_good_invoice_passes_with_numbers_or_texts() {
        let good = r#"{"number":"RE-1","supplier":"Müller GmbH","issued":"2026-01-31","due":null,"net":100.00,"vat":"19.00",
            "total":119,"iban":"DE44 5001 0517 5407 3249 31","currency":"EUR","lines":[{}],"cost_centre":true}"#;
        assert_eq!(problems(good), []);
        assert_eq!(problems(r#"{"number":"RE-1","supplier":"A","total":1e2}"#), []);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let bad = r#"{"number":12,"issued":"31.01.2026","due":"2026-02-30","net":"1,5","total":true,
            "iban":"DE44500105175407324932","currency":"eur","lines":{}}"#;
        assert_eq!(
            problems(bad),
            [
                ("number", Problem::NotText),
                ("supplier", Problem::Required),
                ("issued", Problem::NotADate),
                ("due", Problem::NotADate),
                ("net", Problem::NotADecimal),
                ("total", Problem::NotADecimal),
                ("iban", Problem::NotAnIban),
                ("currency", Problem::UnknownCurrency),
                ("lines", Problem::NotAList),
            ]
        );
        let sum = r#"{"number":" ","supplier":"A","net":"0.1","vat":"0.2","total":"0.31"}"#;
        assert_eq!(problems(sum), [("number", Problem::Required), ("total", Problem::SumDiffers)]);
    }
}

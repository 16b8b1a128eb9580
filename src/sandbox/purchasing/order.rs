//! A purchase order with its lines, and what makes one acceptable.

use std::time::Instant;

use iban::Iban;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value};

use super::form::{HEAD, LINE, Writing};
use crate::sandbox::erp::invoice::CURRENCIES;
use crate::sandbox::ledger::Members;
use crate::sandbox::problem::Problem;

/// How goods come.
pub(super) const SHIPPING: [&str; 3] = ["Paket", "Spedition", "Abholung"];

/// The most lines of an order.
const MOST_LINES: usize = 200;
/// The longest text of a field, in characters.
const LONGEST_TEXT: usize = 200;

/// An order as it was saved.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: u64,
    /// What was sent, dates as ISO 8601, numbers in their exact digits, the lines as a list.
    pub(super) fields: Members,
    /// Until when searches do not show it.
    pub(super) hidden_until: Option<Instant>,
}

impl Order {
    /// The text of a field of the head; empty if it is missing.
    pub(super) fn text(&self, name: &str) -> String {
        text(&self.fields, name)
    }

    pub(super) fn lines(&self) -> &[Value] {
        lines(&self.fields)
    }

    /// The number by which people at the office name it.
    pub(super) fn receipt(&self) -> String {
        format!("PO-{:06}", self.id)
    }

    /// The sum of its lines, each rounded to cents; nothing if it is too large for a decimal.
    pub(super) fn total(&self) -> Option<Decimal> {
        self.lines().iter().try_fold(Decimal::new(0, 2), |sum, line| {
            let number = |name| line.get(name).and_then(decimal);
            let amount = number("quantity")?.checked_mul(number("price")?)?;
            sum.checked_add(amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
        })
    }

    pub(super) fn is_visible(&self, now: Instant) -> bool {
        self.hidden_until.is_none_or(|until| until <= now)
    }
}

/// The text of a member; empty if it is missing.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> String {
    match members.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn lines(fields: &Map<String, Value>) -> &[Value] {
    fields.get("lines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A number that was read; nothing if it is still text.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::from_str_exact(&number.to_string()).ok(),
        _ => None,
    }
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A field of the head.
    Head(&'static str),
    /// A field of a line; lines count from 0.
    Line(usize, &'static str),
    /// The lines together.
    Lines,
}

/// One thing that is wrong with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) place: Place,
    pub(super) problem: Problem,
}

/// All that is wrong with an order whose values were read, in the order of its fields.
pub(super) fn check(fields: &Map<String, Value>) -> Vec<Wrong> {
    let mut all = Vec::new();
    for field in HEAD {
        let problem = field_problem(fields, field.name, field.writing, field.required);
        all.extend(problem.map(|problem| Wrong { place: Place::Head(field.name), problem }));
    }
    let lines = lines(fields);
    match lines.len() {
        0 => all.push(Wrong { place: Place::Lines, problem: Problem::NoLines }),
        count if count > MOST_LINES => all.push(Wrong { place: Place::Lines, problem: Problem::TooManyLines }),
        _ => {}
    }
    for (at, line) in lines.iter().enumerate().take(MOST_LINES) {
        let Some(members) = line.as_object() else { continue };
        for field in LINE {
            let problem = field_problem(members, field.name, field.writing, field.required);
            all.extend(problem.map(|problem| Wrong { place: Place::Line(at, field.name), problem }));
        }
    }
    all
}

fn field_problem(members: &Map<String, Value>, name: &str, writing: Writing, required: bool) -> Option<Problem> {
    let Some(value) = members.get(name) else {
        return required.then_some(Problem::Required);
    };
    let text = value.as_str().unwrap_or_default();
    if text.chars().count() > LONGEST_TEXT {
        return Some(Problem::TooLong);
    }
    match writing {
        Writing::Iban => text.parse::<Iban>().is_err().then_some(Problem::NotAnIban),
        Writing::Currency => (!CURRENCIES.contains(&text)).then_some(Problem::UnknownCurrency),
        Writing::Shipping => (!SHIPPING.contains(&text)).then_some(Problem::UnknownShipping),
        Writing::Quantity => decimal(value).filter(|number| *number <= Decimal::ZERO).map(|_| Problem::NotPositive),
        // They were read, or were said not to be readable.
        Writing::Text | Writing::LongText | Writing::Tick | Writing::Date | Writing::Amount => None,
    }
}

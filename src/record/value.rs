//! Typed values: what a field holds once it was read.

use std::fmt::{self, Write};
use std::sync::Arc;

use jiff::{civil, tz};
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A typed value. Cloning is cheap: short texts stand in it, longer contents are shared.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// There is none: an empty cell, a field that was not found.
    Missing,
    /// An explicit `null`, as `${x ?? null}` sends it.
    Null,
    /// Text (also codes, IBANs, addresses: whatever has no arithmetic).
    Text(SmolStr),
    /// An exact number; integers are decimals without fraction.
    Number(Decimal),
    /// An amount with its currency.
    Money(Money),
    /// True or false.
    Bool(bool),
    /// A calendar day.
    Date(civil::Date),
    /// A time of day.
    Time(civil::Time),
    /// A date with a time of day.
    DateTime(Timestamp),
    /// Several values in order.
    List(Arc<[Value]>),
    /// Named values in order, such as one line of an invoice.
    Map(Arc<[(Arc<str>, Value)]>),
}

/// An amount and the currency it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// The exact amount.
    pub amount: Decimal,
    /// ISO 4217 code, three capital letters.
    pub currency: Arc<str>,
}

/// A date and time of day, with the offset from UTC where the source stated one. Never filled in from the computer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timestamp {
    /// Date and time of day as written.
    pub civil: civil::DateTime,
    /// Offset from UTC, where written.
    pub offset: Option<tz::Offset>,
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<SmolStr>) -> Self {
        Value::Text(text.into())
    }

    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    /// What kind of value it is, as messages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Missing => "missing",
            Value::Null => "null",
            Value::Text(_) => "text",
            Value::Number(_) => "number",
            Value::Money(_) => "money",
            Value::Bool(_) => "bool",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::DateTime(_) => "datetime",
            Value::List(_) => "list",
            Value::Map(_) => "map",
        }
    }

    /// The text by which contents are compared: equal for equal values and for no others of the same kind. Numbers count
    /// by value, so 1.10 is 1.1, also within money and lists.
    pub fn content(&self) -> String {
        match self {
            Value::Number(number) => number.normalize().to_string(),
            Value::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
            Value::List(items) => Self::contents(items.iter().map(|item| ("", item))),
            Value::Map(members) => Self::contents(members.iter().map(|(name, value)| (&**name, value))),
            other => other.to_string(),
        }
    }

    /// The bytes of the same meaning, which cost less to make: for memory, not for keeping.
    pub(crate) fn write_content(&self, bytes: &mut Vec<u8>) {
        let text = |tag: u8, text: &str, bytes: &mut Vec<u8>| {
            bytes.push(tag);
            bytes.extend_from_slice(&text.len().to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        };
        match self {
            Value::Missing => bytes.push(0),
            Value::Null => bytes.push(1),
            Value::Text(content) => text(2, content, bytes),
            Value::Number(number) => {
                bytes.push(3);
                bytes.extend_from_slice(&number.normalize().serialize());
            }
            Value::Money(Money { amount, currency }) => {
                bytes.push(4);
                bytes.extend_from_slice(&amount.normalize().serialize());
                text(2, currency, bytes);
            }
            Value::Bool(value) => bytes.extend_from_slice(&[5, u8::from(*value)]),
            Value::Date(date) => {
                bytes.push(6);
                bytes.extend_from_slice(&date.year().to_le_bytes());
                bytes.extend(date.month().to_le_bytes());
                bytes.extend(date.day().to_le_bytes());
            }
            Value::Time(_) => text(7, &self.to_string(), bytes),
            Value::DateTime(_) => text(8, &self.to_string(), bytes),
            Value::List(items) => {
                bytes.push(9);
                bytes.extend_from_slice(&items.len().to_le_bytes());
                items.iter().for_each(|item| item.write_content(bytes));
            }
            Value::Map(members) => {
                bytes.push(10);
                bytes.extend_from_slice(&members.len().to_le_bytes());
                for (name, value) in members.iter() {
                    text(2, name, bytes);
                    value.write_content(bytes);
                }
            }
        }
    }

    fn contents<'a>(values: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
        values.fold(String::new(), |mut all, (name, value)| {
            let content = value.content();
            // Writing to a text cannot fail.
            let _ = write!(all, "{}:{name}{} {}:{content}", name.len(), value.kind(), content.len());
            all
        })
    }

    /// As the JSON lines of the contract show it: numbers are strings of exact digits, dates ISO 8601, missing null.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Missing | Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Map(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect())
            }
            Value::Money(money) => serde_json::json!({
                "amount": money.amount.to_string(),
                "currency": &*money.currency,
            }),
            other => Json::String(other.to_string()),
        }
    }
}

/// The exact, locale-free text of a value; missing and null are empty. A number is printed with the digits that it was
/// written with (`1.10` stays `1.10`).
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing | Value::Null => Ok(()),
            Value::Text(text) => out.write_str(text),
            Value::Number(number) => write!(out, "{number}"),
            Value::Money(money) => write!(out, "{} {}", money.amount, money.currency),
            Value::Bool(value) => write!(out, "{value}"),
            Value::Date(date) => write!(out, "{date}"),
            Value::Time(time) => write!(out, "{time}"),
            Value::DateTime(stamp) => write!(out, "{stamp}"),
            Value::List(_) | Value::Map(_) => write!(out, "{}", self.to_json()),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.civil)?;
        match self.offset {
            None => Ok(()),
            Some(offset) if offset == tz::Offset::UTC => out.write_str("Z"),
            Some(offset) => {
                let seconds = offset.seconds();
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

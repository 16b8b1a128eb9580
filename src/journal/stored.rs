//! Values as the journal keeps them: JSON that says the kind, so that what is read back is exactly what was put down.

use std::str::FromStr;
use std::sync::Arc;

use jiff::tz::Offset;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::store::JournalError;
use crate::record::{Money, Timestamp, Value};
use crate::target::Captures;

/// A value with its kind.
pub(crate) fn from_value(value: &Value) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Null => json!({ "null": null }),
        Value::Text(text) => json!({ "text": &**text }),
        Value::Number(number) => json!({ "number": number.to_string() }),
        Value::Money(money) => json!({ "money": [money.amount.to_string(), &*money.currency] }),
        Value::Bool(value) => json!({ "bool": value }),
        Value::Date(date) => json!({ "date": date.to_string() }),
        Value::Time(time) => json!({ "time": time.to_string() }),
        Value::DateTime(stamp) => {
            json!({ "datetime": [stamp.civil.to_string(), stamp.offset.map(Offset::seconds)] })
        }
        Value::List(items) => json!({ "list": items.iter().map(from_value).collect::<Vec<_>>() }),
        Value::Map(members) => {
            json!({ "map": members.iter().map(|(name, value)| json!([&**name, from_value(value)])).collect::<Vec<_>>() })
        }
    }
}

/// The value that [`from_value`] wrote; none if it is not such a one.
pub(crate) fn value(json: &Json) -> Option<Value> {
    let object = match json {
        Json::Null => return Some(Value::Missing),
        other => other.as_object()?,
    };
    let (kind, inner) = object.iter().next()?;
    Some(match kind.as_str() {
        "null" => Value::Null,
        "text" => Value::text(inner.as_str()?),
        "number" => Value::Number(Decimal::from_str(inner.as_str()?).ok()?),
        "money" => Value::Money(Money {
            amount: Decimal::from_str(inner.get(0)?.as_str()?).ok()?,
            currency: inner.get(1)?.as_str()?.into(),
        }),
        "bool" => Value::Bool(inner.as_bool()?),
        "date" => Value::Date(inner.as_str()?.parse().ok()?),
        "time" => Value::Time(inner.as_str()?.parse().ok()?),
        "datetime" => {
            let offset = match inner.get(1)?.as_i64() {
                Some(seconds) => Some(Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?),
                None => None,
            };
            Value::DateTime(Timestamp { civil: inner.get(0)?.as_str()?.parse().ok()?, offset })
        }
        "list" => Value::List(inner.as_array()?.iter().map(value).collect::<Option<Vec<_>>>()?.into()),
        "map" => {
            let member = |pair: &Json| Some((Arc::from(pair.get(0)?.as_str()?), value(pair.get(1)?)?));
            Value::Map(inner.as_array()?.iter().map(member).collect::<Option<Vec<_>>>()?.into())
        }
        _ => return None,
    })
}

/// Captures as a list of name and value.
pub(crate) fn from_captures(captures: &Captures) -> Json {
    captures.iter().map(|(name, value)| json!([&**name, from_value(value)])).collect()
}

/// The captures that [`from_captures`] wrote.
pub(crate) fn captures(text: Option<&str>) -> Result<Captures, JournalError> {
    let Some(text) = text else { return Ok(Captures::new()) };
    let read = || -> Option<Captures> {
        let json: Json = serde_json::from_str(text).ok()?;
        json.as_array()?.iter().map(|pair| Some((Arc::from(pair.get(0)?.as_str()?), value(pair.get(1)?)?))).collect()
    };
    read().ok_or_else(|| JournalError::Damaged("captures that cannot be read".to_owned()))
}

/// Names and values of captures (or of a record's fields), as people read them.
pub(crate) fn named(json: &Json) -> Vec<(String, String)> {
    let pair = |pair: &Json| Some((pair.get(0)?.as_str()?.to_owned(), value(pair.get(1)?)?.to_string()));
    json.as_array().into_iter().flatten().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_as_it_was() {
        let stamp = Timestamp { civil: jiff::civil::date(2026, 1, 31).at(14, 30, 15, 0), offset: Some(Offset::UTC) };
        let values = [
            Value::Missing,
            Value::Null,
            Value::text("Müller & Söhne"),
            Value::Number("1.10".parse().unwrap()),
            Value::Money(Money { amount: "-0.05".parse().unwrap(), currency: "CHF".into() }),
            Value::Bool(true),
            Value::Date(jiff::civil::date(2026, 2, 28)),
            Value::Time(jiff::civil::time(8, 5, 0, 0)),
            Value::DateTime(stamp),
            Value::DateTime(Timestamp { offset: None, ..stamp }),
        ];
        let map = Value::Map([("a".into(), values[2].clone()), ("b".into(), Value::Missing)].into());
        for value_in in values.into_iter().chain([Value::List([map].into())]) {
            let text = from_value(&value_in).to_string();
            let back = value(&serde_json::from_str(&text).unwrap());
            assert_eq!(back.as_ref(), Some(&value_in), "{text}");
            // A number keeps its digits, not only its value.
            assert_eq!(back.unwrap().to_string(), value_in.to_string());
        }
    }
}

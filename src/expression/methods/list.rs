//! Methods of lists that look at no element in particular, and the two that every value has. Those that ask their
//! argument for each element are done by the evaluator.

use rust_decimal::Decimal;

use super::super::operators::{MAX_TEXT, too_long};
use super::super::problem::{Trouble, quoted};
use super::Call;
use crate::record::Value;

type Answer = Result<Value, Trouble>;

pub(super) fn is_missing(call: &Call<'_>) -> Answer {
    Ok(Value::Bool(matches!(call.on, Value::Missing | Value::Null)))
}

pub(super) fn is_given(call: &Call<'_>) -> Answer {
    Ok(Value::Bool(!matches!(call.on, Value::Missing | Value::Null)))
}

pub(super) fn first(call: &Call<'_>) -> Answer {
    Ok(call.list()?.first().cloned().unwrap_or(Value::Missing))
}

pub(super) fn last(call: &Call<'_>) -> Answer {
    Ok(call.list()?.last().cloned().unwrap_or(Value::Missing))
}

pub(super) fn length(call: &Call<'_>) -> Answer {
    Ok(Value::Number(Decimal::from(call.list()?.len())))
}

pub(super) fn join(call: &Call<'_>) -> Answer {
    let (items, separator) = (call.list()?, call.text_at(0)?);
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        match item {
            Value::Text(text) => joined.push_str(text),
            Value::Missing | Value::Null => {
                let element = format!("element {index} of {}", quoted(call.written));
                return Err(Trouble::new(format!("{element} is {} and cannot be joined", item.kind()))
                    .help("leave it out with `.filter(it != null)`, or give it a default with `.map(it ?? \"\")`"));
            }
            Value::List(_) | Value::Map(_) => {
                let element = format!("element {index} of {}", quoted(call.written));
                return Err(Trouble::new(format!("{element} is a {} and cannot be joined", item.kind()))
                    .help("say what of it: `.map(…).join(…)`"));
            }
            other => joined.push_str(&other.to_string()),
        }
        if joined.len() > MAX_TEXT {
            return Err(too_long());
        }
    }
    Ok(Value::text(joined))
}

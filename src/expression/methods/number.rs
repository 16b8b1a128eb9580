//! Methods of numbers and of money.

use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::operators::plain_zero;
use super::super::problem::Trouble;
use super::{Call, Prepared};
use crate::diagnostic::did_you_mean;
use crate::record::{Money, Value};

/// The most decimals that a number has.
const MAX_DECIMALS: usize = 28;

/// The locales of recipes, with their decimal marks.
const LOCALES: [(&str, char); 6] =
    [("de", ','), ("de-AT", ','), ("de-CH", '.'), ("en-GB", '.'), ("en-US", '.'), ("iso", '.')];

type Answer = Result<Value, Trouble>;

/// The decimal mark of a locale.
pub(super) fn decimal_mark(locale: &str) -> Result<char, Trouble> {
    let found = LOCALES.iter().find(|(name, _)| *name == locale).map(|(_, mark)| *mark);
    found.ok_or_else(|| {
        let names = LOCALES.map(|(name, _)| name);
        let help = match did_you_mean(locale, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the locales are {}", names.map(|name| format!("`{name}`")).join(", ")),
        };
        Trouble::new(format!("unknown locale `{locale}`")).help(help)
    })
}

/// The same change for a number and for the amount of money.
fn changed(call: &Call<'_>, change: impl Fn(Decimal) -> Decimal) -> Answer {
    match call.on {
        Value::Number(number) => Ok(Value::Number(plain_zero(change(*number)))),
        Value::Money(Money { amount, currency }) => {
            Ok(Value::Money(Money { amount: plain_zero(change(*amount)), currency: Arc::clone(currency) }))
        }
        _ => Err(call.unfit()),
    }
}

fn rounded(call: &Call<'_>, strategy: RoundingStrategy) -> Answer {
    let decimals = if call.has(0) { call.count_at(0, MAX_DECIMALS)? } else { 0 };
    let decimals = u32::try_from(decimals).unwrap_or_default();
    changed(call, |number| number.round_dp_with_strategy(decimals, strategy))
}

pub(super) fn round(call: &Call<'_>) -> Answer {
    rounded(call, RoundingStrategy::MidpointAwayFromZero)
}

pub(super) fn round_even(call: &Call<'_>) -> Answer {
    rounded(call, RoundingStrategy::MidpointNearestEven)
}

pub(super) fn abs(call: &Call<'_>) -> Answer {
    changed(call, |number| number.abs())
}

pub(super) fn floor(call: &Call<'_>) -> Answer {
    changed(call, |number| number.floor())
}

pub(super) fn ceil(call: &Call<'_>) -> Answer {
    changed(call, |number| number.ceil())
}

pub(super) fn amount(call: &Call<'_>) -> Answer {
    match call.on {
        Value::Money(money) => Ok(Value::Number(money.amount)),
        _ => Err(call.unfit()),
    }
}

pub(super) fn currency(call: &Call<'_>) -> Answer {
    match call.on {
        Value::Money(money) => Ok(Value::text(Arc::clone(&money.currency))),
        _ => Err(call.unfit()),
    }
}

pub(super) fn format(call: &Call<'_>) -> Answer {
    let Prepared::Mark(mark) = call.prepared else { return Err(call.unfit()) };
    let mut number = call.number()?;
    if call.has(1) {
        let decimals = u32::try_from(call.count_at(1, MAX_DECIMALS)?).unwrap_or_default();
        if number.normalize().scale() > decimals {
            return Err(Trouble::new(format!("{} has more than {decimals} decimals", call.shown()))
                .help(format!("round it first: `.round({decimals}).format(…)`")));
        }
        number.rescale(decimals);
        if number.scale() != decimals {
            return Err(Trouble::new(format!("{} has no room for {decimals} decimals", call.shown())));
        }
    }
    Ok(Value::text(number.to_string().replace('.', mark.encode_utf8(&mut [0; 4]))))
}

//! Methods of texts. Characters are Unicode scalar values: `ä` is one, where the source wrote it as one.

use rust_decimal::Decimal;

use super::super::operators::{MAX_TEXT, too_long};
use super::super::problem::Trouble;
use super::{Call, Prepared};
use crate::record::Value;

/// The longest text that padding makes, in characters.
const MAX_PADDED: usize = 10_000;

type Answer = Result<Value, Trouble>;

pub(super) fn text(call: &Call<'_>) -> Answer {
    Ok(match call.on {
        Value::Text(text) => Value::Text(text.clone()),
        other => Value::text(other.to_string()),
    })
}

pub(super) fn trim(call: &Call<'_>) -> Answer {
    Ok(Value::text(call.text()?.trim()))
}

pub(super) fn upper(call: &Call<'_>) -> Answer {
    Ok(Value::text(call.text()?.to_uppercase()))
}

pub(super) fn lower(call: &Call<'_>) -> Answer {
    Ok(Value::text(call.text()?.to_lowercase()))
}

pub(super) fn length(call: &Call<'_>) -> Answer {
    Ok(Value::Number(Decimal::from(call.text()?.chars().count())))
}

pub(super) fn contains(call: &Call<'_>) -> Answer {
    Ok(Value::Bool(call.text()?.contains(part(call)?)))
}

pub(super) fn starts_with(call: &Call<'_>) -> Answer {
    Ok(Value::Bool(call.text()?.starts_with(part(call)?)))
}

pub(super) fn ends_with(call: &Call<'_>) -> Answer {
    Ok(Value::Bool(call.text()?.ends_with(part(call)?)))
}

/// Every text contains the empty one: asking for it is a mistake, and answering "yes" would hide it.
fn part<'a>(call: &'a Call<'_>) -> Result<&'a str, Trouble> {
    let part = call.text_at(0)?;
    if part.is_empty() { Err(Trouble::new("the text to look for is empty")) } else { Ok(part) }
}

pub(super) fn replace(call: &Call<'_>) -> Answer {
    let (text, old, new) = (call.text()?, part(call)?, call.text_at(1)?);
    let grown = new.len().saturating_sub(old.len()).saturating_mul(text.matches(old).count());
    if text.len().saturating_add(grown) > MAX_TEXT {
        return Err(too_long());
    }
    Ok(Value::text(text.replace(old, new)))
}

pub(super) fn left(call: &Call<'_>) -> Answer {
    Ok(Value::text(split_at(call.text()?, call.count_at(0, MAX_TEXT)?).0))
}

pub(super) fn right(call: &Call<'_>) -> Answer {
    let text = call.text()?;
    let skip = text.chars().count().saturating_sub(call.count_at(0, MAX_TEXT)?);
    Ok(Value::text(split_at(text, skip).1))
}

pub(super) fn substring(call: &Call<'_>) -> Answer {
    let rest = split_at(call.text()?, call.count_at(0, MAX_TEXT)?).1;
    let length = if call.has(1) { call.count_at(1, MAX_TEXT)? } else { MAX_TEXT };
    Ok(Value::text(split_at(rest, length).0))
}

/// The first `count` characters and the rest.
fn split_at(text: &str, count: usize) -> (&str, &str) {
    text.split_at(text.char_indices().nth(count).map_or(text.len(), |(at, _)| at))
}

pub(super) fn split(call: &Call<'_>) -> Answer {
    let separator = call.text_at(0)?;
    if separator.is_empty() {
        return Err(Trouble::new("the separator is empty"));
    }
    Ok(Value::List(call.text()?.split(separator).map(Value::text).collect()))
}

pub(super) fn matches(call: &Call<'_>) -> Answer {
    match call.prepared {
        Prepared::Pattern(pattern) => Ok(Value::Bool(pattern.is_match(call.text()?))),
        _ => Err(call.unfit()),
    }
}

pub(super) fn pad_left(call: &Call<'_>) -> Answer {
    let (text, padding) = padding(call)?;
    Ok(Value::text(padding + text))
}

pub(super) fn pad_right(call: &Call<'_>) -> Answer {
    let (text, padding) = padding(call)?;
    Ok(Value::text([text, &padding].concat()))
}

fn padding<'a>(call: &'a Call<'_>) -> Result<(&'a str, String), Trouble> {
    let (text, length, with) = (call.text()?, call.count_at(0, MAX_PADDED)?, call.text_at(1)?);
    if with.chars().count() != 1 {
        return Err(Trouble::new("one character is needed to fill with").help("for example `pad_left(8, \"0\")`"));
    }
    Ok((text, with.repeat(length.saturating_sub(text.chars().count()))))
}

pub(super) fn digits(call: &Call<'_>) -> Answer {
    Ok(Value::text(call.text()?.chars().filter(char::is_ascii_digit).collect::<String>()))
}

pub(super) fn number(call: &Call<'_>) -> Answer {
    let text = call.text()?;
    let plain = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = Decimal::from_str_exact(text).ok().filter(|_| digits(whole) && digits(fraction));
    number.map(Value::Number).ok_or_else(|| {
        Trouble::new(format!("{} is not a number", call.shown()))
            .help("a number is written with digits and a decimal point: `-1234.56`")
    })
}

pub(super) fn date(call: &Call<'_>) -> Answer {
    let text = call.text()?;
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = text.parse().ok().filter(|_| form);
    date.map(Value::Date).ok_or_else(|| {
        Trouble::new(format!("{} is not a date", call.shown())).help("a date is written as `2026-01-31`")
    })
}

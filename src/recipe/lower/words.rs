//! The small notations of single values: durations, rates, shares, sizes, headers, and literals of a type.

use std::time::Duration;

use jiff::civil;
use rust_decimal::Decimal;

use super::super::model::{Rate, StatusPattern, Type};
use super::super::yaml::Text;
use super::Context;
use crate::diagnostic::At;
use crate::record::{Money, Timestamp, Value};

/// `500ms`, `2s`, `5m`, `24h`, `1d`; the default, where it is not given or wrong.
pub(super) fn duration(context: &Context, text: Option<&At<Text>>, default: Duration) -> Duration {
    let Some(text) = text else { return default };
    parse_duration(text).unwrap_or_else(|| {
        context.wrong(
            &text.span,
            format!("`{}` is not a length of time", text.as_str()),
            "write a whole number and a unit: `500ms`, `2s`, `5m`, `24h` or `1d`",
        );
        default
    })
}

/// A length of time, if the text is one.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit())?);
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    // A hundred years: more is a slip, and would overflow where times are added.
    number.checked_mul(seconds).filter(|seconds| *seconds <= 100 * 366 * 24 * 60 * 60).map(Duration::from_secs)
}

/// `20/s`, `100/min`, `1000/h`.
pub(super) fn rate(context: &Context, text: &At<Text>) -> Option<Rate> {
    let parsed = text.split_once('/').and_then(|(calls, unit)| {
        let calls: u32 = calls.trim().parse().ok().filter(|calls| *calls > 0)?;
        let seconds = match unit.trim() {
            "s" => 1,
            "min" | "m" => 60,
            "h" => 3600,
            _ => return None,
        };
        Some(Rate { calls, per: Duration::from_secs(seconds) })
    });
    if parsed.is_none() {
        context.wrong(
            &text.span,
            format!("`{}` is not a rate", text.as_str()),
            "write calls and a time: `20/s`, `100/min` or `1000/h`",
        );
    }
    parsed
}

/// `5%`, as 0.05.
pub(super) fn share(context: &Context, text: &At<Text>) -> Option<Decimal> {
    let number = text.strip_suffix('%').and_then(|number| number.trim().parse::<Decimal>().ok());
    let share = number.filter(|number| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(number));
    if share.is_none() {
        context.wrong(
            &text.span,
            format!("`{}` is not a share", text.as_str()),
            "write a percentage from `0%` to `100%`, such as `5%` or `2.5%`",
        );
    }
    share.map(|percent| (percent / Decimal::ONE_HUNDRED).normalize())
}

/// `10MB`, `512 kB`, `4096`: bytes; units of 1000.
pub(super) fn size(context: &Context, text: Option<&At<Text>>, default: u64) -> u64 {
    let Some(text) = text else { return default };
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim() {
        "" | "B" => Some(1),
        "kB" | "KB" => Some(1_000),
        "MB" => Some(1_000_000),
        "GB" => Some(1_000_000_000),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).unwrap_or_else(|| {
        context.wrong(
            &text.span,
            format!("`{}` is not a size", text.as_str()),
            "write a whole number and a unit: `512kB`, `10MB` or `1GB`",
        );
        default
    })
}

/// One ASCII character, or `tab`; `none` (where it is allowed) is `Some(0)`, which no file can have.
pub(super) fn character(context: &Context, text: &At<Text>, what: &str, tab: bool) -> Option<u8> {
    match text.as_bytes() {
        b"tab" | b"\\t" if tab => Some(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\r' | b'\n') => Some(*byte),
        _ => {
            let help = if tab {
                "write one character such as `\";\"`, or `tab`"
            } else {
                "write one character such as `'\"'`"
            };
            context.wrong(&text.span, format!("`{}` cannot be the {what}", text.as_str()), help);
            None
        }
    }
}

/// Whether a header's name is a token (RFC 9110, section 5.6.2); if not, that is reported.
pub(super) fn header_name(context: &Context, name: &At<impl AsRef<str>>) {
    let text = name.value.as_ref();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.is_empty() || !text.bytes().all(token) {
        context.wrong(
            &name.span,
            format!("`{text}` cannot be the name of a header"),
            "a header's name has letters, digits and `-`, without blanks and colons",
        );
    } else if ["content-length", "transfer-encoding", "host", "connection"].contains(&text.to_lowercase().as_str()) {
        context.wrong(&name.span, format!("the header `{text}` is set by the program itself"), "take it out");
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// `201` or `2xx`.
pub(super) fn status(text: &str) -> Option<StatusPattern> {
    if let Some(class) = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")) {
        return class.parse().ok().filter(|class| (1..=5).contains(class)).map(StatusPattern::Class);
    }
    text.parse().ok().filter(|status| (100..=599).contains(status)).map(StatusPattern::Exactly)
}

/// A literal of a recipe as a value of a type: numbers as `1234.56`, dates as `2026-12-31`. The locale is not asked; it
/// says how the source is written.
pub(super) fn literal(kind: Type, currency: Option<&str>, text: &str) -> Result<Value, &'static str> {
    const NUMBER: &str = "write it as `1234.56`: digits with a point, whatever the locale";
    let number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').map_or((digits, "0"), |(whole, fraction)| (whole, fraction));
        let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all(whole) || !all(fraction) {
            return Err(NUMBER);
        }
        Decimal::from_str_exact(text).map_err(|_| "a number has at most 28 digits")
    };
    match kind {
        Type::Integer if text.contains('.') => Err("the field is an integer; write a whole number"),
        Type::Integer | Type::Decimal => number(text).map(Value::Number),
        Type::Money => {
            let (amount, own) = match text.split_once(' ') {
                Some((amount, own)) => (amount, Some(own)),
                None => (text, None),
            };
            let amount = number(amount)?;
            Ok(match own.or(currency) {
                Some(currency) => Value::Money(Money { amount, currency: currency.into() }),
                None => Value::Number(amount),
            })
        }
        Type::Date => {
            let iso = text.len() == 10 && text.is_ascii();
            let date = iso.then(|| text.parse::<civil::Date>().ok()).flatten();
            date.map(Value::Date).ok_or("write a date that exists as `2026-12-31`, whatever the locale")
        }
        Type::Time => text.parse::<civil::Time>().map(Value::Time).map_err(|_| "write a time of day as `14:30`"),
        Type::DateTime => {
            let civil =
                text.parse::<civil::DateTime>().map_err(|_| "write a date and time as `2026-12-31T14:30:00`")?;
            Ok(Value::DateTime(Timestamp { civil, offset: None }))
        }
        Type::Bool => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("write `true` or `false`"),
        },
        _ => Ok(Value::text(text)),
    }
}

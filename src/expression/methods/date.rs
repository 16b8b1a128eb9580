//! Methods of dates, times and both together. Days are calendar days: no clock and no time zone of the computer.

use jiff::civil::Date;
use jiff::{Span, civil};
use rust_decimal::Decimal;

use super::super::problem::Trouble;
use super::{Call, Prepared};
use crate::record::{Timestamp, Value};

type Answer = Result<Value, Trouble>;

/// The date moved by a number of days, months or years; a day that the month does not have becomes its last one.
fn moved(call: &Call<'_>, unit: &str, sign: i64, span: fn(Span, i64) -> Result<Span, jiff::Error>) -> Answer {
    let (date, count) = (call.date()?, call.whole_at(0)?);
    let moved = count.checked_mul(sign).and_then(|count| span(Span::new(), count).ok());
    let moved = moved.and_then(|span| date.checked_add(span).ok());
    moved.map(Value::Date).ok_or_else(|| {
        let trouble = if call.secret {
            Trouble::new(format!("so many {unit} from the date on is no date"))
        } else {
            Trouble::new(format!("{count} {unit} from {date} on is no date"))
        };
        trouble.help("dates go from year -9999 to year 9999")
    })
}

pub(super) fn plus_days(call: &Call<'_>) -> Answer {
    moved(call, "days", 1, |span, days| span.try_days(days))
}

pub(super) fn plus_months(call: &Call<'_>) -> Answer {
    moved(call, "months", 1, |span, months| span.try_months(months))
}

pub(super) fn plus_years(call: &Call<'_>) -> Answer {
    moved(call, "years", 1, |span, years| span.try_years(years))
}

pub(super) fn minus_days(call: &Call<'_>) -> Answer {
    moved(call, "days", -1, |span, days| span.try_days(days))
}

pub(super) fn minus_months(call: &Call<'_>) -> Answer {
    moved(call, "months", -1, |span, months| span.try_months(months))
}

pub(super) fn minus_years(call: &Call<'_>) -> Answer {
    moved(call, "years", -1, |span, years| span.try_years(years))
}

pub(super) fn days_until(call: &Call<'_>) -> Answer {
    let Some(Value::Date(other)) = call.arguments.first().map(AsRef::as_ref) else { return Err(call.unfit()) };
    let span = call.date()?.until(*other).map_err(|error| Trouble::new(error.to_string()))?;
    Ok(whole(span.get_days()))
}

pub(super) fn start_of_month(call: &Call<'_>) -> Answer {
    Ok(Value::Date(call.date()?.first_of_month()))
}

pub(super) fn end_of_month(call: &Call<'_>) -> Answer {
    Ok(Value::Date(call.date()?.last_of_month()))
}

fn whole(number: impl Into<i64>) -> Value {
    Value::Number(Decimal::from(number.into()))
}

fn part(call: &Call<'_>, part: fn(Date) -> i64) -> Answer {
    call.date().map(|date| whole(part(date)))
}

pub(super) fn year(call: &Call<'_>) -> Answer {
    part(call, |date| date.year().into())
}

pub(super) fn month(call: &Call<'_>) -> Answer {
    part(call, |date| date.month().into())
}

pub(super) fn day(call: &Call<'_>) -> Answer {
    part(call, |date| date.day().into())
}

pub(super) fn weekday(call: &Call<'_>) -> Answer {
    part(call, |date| date.weekday().to_monday_one_offset().into())
}

fn clock(call: &Call<'_>) -> Result<civil::Time, Trouble> {
    if let Value::Time(time) = call.on { Ok(*time) } else { Err(call.unfit()) }
}

pub(super) fn hour(call: &Call<'_>) -> Answer {
    clock(call).map(|time| whole(time.hour()))
}

pub(super) fn minute(call: &Call<'_>) -> Answer {
    clock(call).map(|time| whole(time.minute()))
}

fn stamp(call: &Call<'_>) -> Result<Timestamp, Trouble> {
    if let Value::DateTime(stamp) = call.on { Ok(*stamp) } else { Err(call.unfit()) }
}

pub(super) fn date(call: &Call<'_>) -> Answer {
    stamp(call).map(|stamp| Value::Date(stamp.civil.date()))
}

pub(super) fn time(call: &Call<'_>) -> Answer {
    stamp(call).map(|stamp| Value::Time(stamp.civil.time()))
}

pub(super) fn format(call: &Call<'_>) -> Answer {
    let Prepared::DateFormat(format) = call.prepared else { return Err(call.unfit()) };
    format.write(call.on).map(Value::text).ok_or_else(|| call.unfit())
}

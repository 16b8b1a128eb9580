//! From a text to a day, a time of day, or both, by the formats of a field.

use jiff::civil;

use super::format::{DateFormat, Mismatch, Parts};
use crate::recipe::model::{Locale, Type};
use crate::record::{DateFault, Timestamp, Value};
use crate::validate::locale;

/// Which of the three a field wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// Both.
    DateTime,
}

/// The formats of one field, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    wanted: Wanted,
    formats: Vec<DateFormat>,
    /// A format that cannot be used; then nothing can be read.
    broken: Option<DateFault>,
}

impl Wanted {
    fn kind(self) -> Type {
        match self {
            Wanted::Date => Type::Date,
            Wanted::Time => Type::Time,
            Wanted::DateTime => Type::DateTime,
        }
    }
}

impl Moments {
    /// The stated formats, or else those of the locale.
    pub(crate) fn new(wanted: Wanted, stated: &[String], in_locale: Locale) -> Self {
        let defaults = match wanted {
            Wanted::Date => locale::date_formats(in_locale),
            Wanted::Time => locale::time_formats(in_locale),
            Wanted::DateTime => locale::datetime_formats(in_locale),
        };
        let sources: Vec<&str> =
            if stated.is_empty() { defaults.to_vec() } else { stated.iter().map(String::as_str).collect() };
        let mut moments = Self { wanted, formats: Vec::new(), broken: None };
        for source in sources {
            match DateFormat::new(source, wanted.kind()) {
                Ok(format) => moments.formats.push(format),
                Err(reason) => {
                    moments.broken.get_or_insert(DateFault::BadFormat { format: source.to_owned(), reason });
                }
            }
        }
        moments
    }

    /// The format that cannot be used, if there is one.
    pub(crate) fn fault(&self) -> Option<DateFault> {
        self.broken.clone()
    }

    /// Reads a text by the first format that it is written in.
    ///
    /// # Errors
    /// What is wrong with it; of several formats, the fault of the one that comes nearest.
    pub(crate) fn read(&self, text: &str) -> Result<Value, DateFault> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        if let Some(date) = self.day(text) {
            return Ok(Value::Date(date));
        }
        let mut nearest: Option<DateFault> = None;
        for format in &self.formats {
            let fault = match format.matches(text) {
                Ok(parts) => match build(self.wanted, &parts, format) {
                    Ok(value) => return Ok(value),
                    // It is written in this format, so this is its fault, whatever comes later.
                    Err(fault) => return Err(fault),
                },
                Err(Mismatch::TwoDigitYear) => DateFault::TwoDigitYear,
                Err(Mismatch::TimeFollows) => DateFault::HasTime,
                Err(Mismatch::Form) => continue,
            };
            nearest.get_or_insert(fault);
        }
        Err(nearest.unwrap_or_else(|| self.expected()))
    }

    /// The day that a text says, where a day is wanted, found the short way. None says nothing.
    pub(crate) fn day(&self, text: &str) -> Option<civil::Date> {
        let first = self.formats.first().filter(|_| self.wanted == Wanted::Date && self.broken.is_none())?;
        first.day(text)
    }

    /// A value of a cell that holds a date as such.
    ///
    /// # Errors
    /// A time of day where a day alone is wanted.
    pub(crate) fn date_cell(&self, moment: civil::DateTime) -> Option<Result<Value, DateFault>> {
        match self.wanted {
            Wanted::Date if moment.time() == civil::Time::midnight() => Some(day(moment.date())),
            Wanted::Date => Some(Err(DateFault::HasTime)),
            Wanted::DateTime => {
                Some(day(moment.date()).map(|_| Value::DateTime(Timestamp { civil: moment, offset: None })))
            }
            Wanted::Time => None,
        }
    }

    fn expected(&self) -> DateFault {
        let example = civil::date(2026, 12, 31).at(14, 30, 0, 0);
        DateFault::Format {
            formats: self.formats.iter().map(|format| format.source().to_owned()).collect(),
            example: self.formats.first().map(|format| format.write(example)).unwrap_or_default(),
        }
    }
}

fn build(wanted: Wanted, parts: &Parts, format: &DateFormat) -> Result<Value, DateFault> {
    match wanted {
        Wanted::Date => {
            let date = date(parts, format)?;
            // A format may name a time of day that must then be midnight.
            let time = parts.hour.map_or(Ok(civil::Time::midnight()), |_| time(parts))?;
            if time == civil::Time::midnight() { Ok(Value::Date(date)) } else { Err(DateFault::HasTime) }
        }
        Wanted::Time => Ok(Value::Time(time(parts)?)),
        Wanted::DateTime => {
            let civil = date(parts, format)?.to_datetime(time(parts)?);
            Ok(Value::DateTime(Timestamp { civil, offset: parts.offset }))
        }
    }
}

fn day(date: civil::Date) -> Result<Value, DateFault> {
    if (1000..=9999).contains(&date.year()) { Ok(Value::Date(date)) } else { Err(DateFault::Year) }
}

fn date(parts: &Parts, format: &DateFormat) -> Result<civil::Date, DateFault> {
    let (year, month, day) = (parts.year.unwrap_or(0), parts.month.unwrap_or(0), parts.day.unwrap_or(0));
    let year = i16::try_from(year).ok().filter(|year| (1000..=9999).contains(year)).ok_or(DateFault::Year)?;
    let no_month = || DateFault::NoSuchMonth { month, format: format.source().to_owned() };
    let short = i8::try_from(month).map_err(|_| no_month())?;
    let first = civil::Date::new(year, short, 1).map_err(|_| no_month())?;
    let days = first.days_in_month();
    i8::try_from(day).ok().and_then(|day| civil::Date::new(year, short, day).ok()).ok_or(DateFault::NoSuchDay {
        year,
        month: short,
        days,
    })
}

fn time(parts: &Parts) -> Result<civil::Time, DateFault> {
    let mut hour = parts.hour.unwrap_or(0);
    if parts.half_day {
        if !(1..=12).contains(&hour) {
            return Err(DateFault::NoSuchTime);
        }
        hour = hour % 12 + if parts.afternoon == Some(true) { 12 } else { 0 };
    }
    let small = |number: i64| i8::try_from(number).map_err(|_| DateFault::NoSuchTime);
    let nanosecond = i32::try_from(parts.nanosecond.unwrap_or(0)).map_err(|_| DateFault::NoSuchTime)?;
    civil::Time::new(small(hour)?, small(parts.minute.unwrap_or(0))?, small(parts.second.unwrap_or(0))?, nanosecond)
        .map_err(|_| DateFault::NoSuchTime)
}

//! What a stored cell value means, exactly: numbers as decimal digits, serial dates of both date systems as dates.

use std::fmt::Write;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use jiff::civil;

use super::number_format;
use crate::record::{Cell, Row};

const DAY: f64 = 86_400_000.0;

/// The serial number after 9999-12-31, the last day that a spreadsheet knows.
const END_OF_TIME: f64 = 2_958_466.0;

/// How many days before the date systems are still counted: back to the calendar of today.
const BEFORE_1900: f64 = 115_000.0;

/// Writes values into rows with buffers that are used again and again.
#[derive(Default)]
pub(super) struct Values {
    digits: String,
    shown: String,
}

impl Values {
    /// Adds a value as a cell on the right of a row. `format` is the cell's number format, where it is known.
    pub(super) fn push(&mut self, row: &mut Row, value: &DataRef<'_>, format: Option<&str>) {
        match value {
            DataRef::Empty => row.push(Cell::Empty),
            DataRef::String(text) => push_text(row, text),
            DataRef::SharedString(text) => push_text(row, text),
            DataRef::Bool(value) => row.push(Cell::Bool(*value)),
            DataRef::Error(error) => {
                self.digits.clear();
                let _ = write!(self.digits, "{error}");
                row.push(Cell::Error(&self.digits));
            }
            DataRef::Int(number) => {
                self.digits.clear();
                let _ = write!(self.digits, "{number}");
                self.push_number(row, format);
            }
            // A file may say so, a spreadsheet program never does.
            DataRef::Float(number) if !number.is_finite() => row.push(Cell::Error("#NUM!")),
            DataRef::Float(number) => {
                digits(*number, &mut self.digits);
                self.push_number(row, format);
            }
            DataRef::DateTime(moment) => self.push_moment(row, moment),
            DataRef::DateTimeIso(text) => row.push(iso_moment(text)),
            DataRef::DurationIso(text) => match iso_duration(text) {
                Some(milliseconds) => {
                    duration(milliseconds, &mut self.digits);
                    row.push(Cell::Duration(&self.digits));
                }
                None => row.push(Cell::Text(text)),
            },
        }
    }

    fn push_number(&mut self, row: &mut Row, format: Option<&str>) {
        let shown = match format {
            Some(format) if number_format::show(&self.digits, format, &mut self.shown) => &self.shown,
            _ => &self.digits,
        };
        row.push(Cell::Number { digits: &self.digits, shown });
    }

    fn push_moment(&mut self, row: &mut Row, moment: &ExcelDateTime) {
        let serial = moment.as_f64();
        if moment.is_duration() && serial.is_finite() && serial.abs() < END_OF_TIME {
            // In milliseconds it is far below what an i64 holds.
            duration((serial * DAY).round() as i64, &mut self.digits);
            row.push(Cell::Duration(&self.digits));
            return;
        }
        match civil_moment(moment) {
            Some(cell) => row.push(cell),
            // A number formatted as a date that is none (the 29 February 1900 that Excel made up, beyond 9999) stays
            // the number that it is; a date field then rejects it.
            None => {
                digits(serial, &mut self.digits);
                row.push(Cell::Number { digits: &self.digits, shown: &self.digits });
            }
        }
    }
}

/// Some xls files of other writers come out of calamine with NULs between the letters; no spreadsheet program stores
/// such text, so it is an error rather than a wrong value.
fn push_text(row: &mut Row, text: &str) {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        row.push(Cell::Error("unreadable text"));
    } else {
        row.push(Cell::Text(text));
    }
}

/// A serial date as a date, a time of day (below one day), or neither.
fn civil_moment(moment: &ExcelDateTime) -> Option<Cell<'static>> {
    let serial = moment.as_f64();
    if (-BEFORE_1900..0.0).contains(&serial) {
        // The date system can only be asked for by comparison.
        let is_1904 = *moment == ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, true);
        return before_epoch(serial, is_1904);
    }
    if !(0.0..END_OF_TIME).contains(&serial) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let time = civil::Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        i32::from(milli) * 1_000_000,
    )
    .ok()?;
    if (serial * DAY).round() < DAY {
        return Some(Cell::Time(time));
    }
    let date = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Cell::Date(date.to_datetime(time)))
}

/// A day before the date system begins. Excel shows none; LibreOffice and other readers count backwards, so this does.
fn before_epoch(serial: f64, is_1904: bool) -> Option<Cell<'static>> {
    let epoch = if is_1904 { civil::date(1904, 1, 1) } else { civil::date(1899, 12, 30) };
    // In milliseconds it is far below what an i64 holds.
    let span = jiff::SignedDuration::from_millis((serial * DAY).round() as i64);
    epoch.to_datetime(civil::Time::midnight()).checked_add(span).ok().map(Cell::Date)
}

/// The digits of a number as a spreadsheet program means it: the shortest that give the same number and, as programs
/// show no more than 15 significant digits of a fraction, at most those. Whole numbers below 2⁵³ are exact.
fn digits(number: f64, out: &mut String) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    out.clear();
    if number == 0.0 {
        out.push('0');
        return;
    }
    let _ = write!(out, "{number}");
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return;
    }
    let significant = out.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    if significant > 15 && number.is_finite() {
        let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
        out.clear();
        let _ = write!(out, "{rounded}");
    }
}

/// A length of time as `h:mm:ss`, with milliseconds where there are any.
fn duration(milliseconds: i64, out: &mut String) {
    out.clear();
    if milliseconds < 0 {
        out.push('-');
    }
    let rest = milliseconds.unsigned_abs();
    let (seconds, rest) = (rest / 1000, rest % 1000);
    let _ = write!(out, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest > 0 {
        let _ = write!(out, ".{rest:03}");
    }
}

/// An ISO 8601 date, time or date-time, as OpenDocument and strict Office files store them; else the text.
fn iso_moment(text: &str) -> Cell<'_> {
    let plain = text.trim_end_matches('Z');
    if let Ok(moment) = plain.parse::<civil::DateTime>() {
        return Cell::Date(moment);
    }
    match plain.parse::<civil::Time>() {
        Ok(time) => Cell::Time(time),
        Err(_) => Cell::Text(text),
    }
}

/// The milliseconds of an ISO 8601 duration such as `PT12H30M00.5S`.
fn iso_duration(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    let total = span.total((jiff::Unit::Millisecond, jiff::SpanRelativeTo::days_are_24_hours())).ok()?;
    (total.abs() < END_OF_TIME * DAY).then(|| total.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Origin;

    fn read(value: DataRef<'_>) -> Row {
        let mut row = Row::new(Origin::file("x"));
        Values::default().push(&mut row, &value, None);
        row
    }

    fn moment(serial: f64, is_1904: bool) -> Row {
        read(DataRef::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904)))
    }

    fn number(value: f64) -> String {
        let row = read(DataRef::Float(value));
        let Cell::Number { digits, .. } = row.cell(0) else { panic!("{:?}", row.cell(0)) };
        digits.to_owned()
    }

    #[test]
    fn numbers_have_the_digits_that_a_person_typed() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(1234.56), "1234.56");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(4.35 * 100.0), "435");
        assert_eq!(number(9_007_199_254_740_991.0), "9007199254740991");
        assert_eq!(number(1e21), "1000000000000000000000");
        assert_eq!(number(-1.5e-7), "-0.00000015");
        assert_eq!(number(2.0 / 3.0), "0.666666666666667");
    }

    #[test]
    fn serial_dates_of_both_systems_are_dates_and_what_is_none_stays_a_number() {
        let date = |year, month, day| Cell::Date(civil::date(year, month, day).at(0, 0, 0, 0));
        assert_eq!(moment(46_053.0, false).cell(0), date(2026, 1, 31));
        assert_eq!(moment(46_053.0 - 1462.0, true).cell(0), date(2026, 1, 31));
        assert_eq!(moment(1.0, false).cell(0), date(1900, 1, 1));
        assert_eq!(moment(61.0, false).cell(0), date(1900, 3, 1));
        assert_eq!(moment(46_053.5, false).cell(0), Cell::Date(civil::date(2026, 1, 31).at(12, 0, 0, 0)));
        assert_eq!(moment(0.25, false).cell(0), Cell::Time(civil::time(6, 0, 0, 0)));
        assert_eq!(moment(-12_345.0, false).cell(0), date(1866, 3, 13));
        for serial in [60.0, -1e6, 2_958_466.0, 1e300] {
            assert!(matches!(moment(serial, false).cell(0), Cell::Number { .. }), "{serial}");
        }
    }

    #[test]
    fn lengths_of_time_are_hours_minutes_seconds() {
        let length = |serial| read(DataRef::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::TimeDelta, false)));
        assert_eq!(length(1.5).cell(0), Cell::Duration("36:00:00"));
        assert_eq!(length(-1.0 / 48.0).cell(0), Cell::Duration("-0:30:00"));
        assert_eq!(length(1.0 / 86_400_000.0).cell(0), Cell::Duration("0:00:00.001"));
        assert_eq!(read(DataRef::DurationIso("PT25H01M02S".into())).cell(0), Cell::Duration("25:01:02"));
        assert_eq!(read(DataRef::DurationIso("soon".into())).cell(0), Cell::Text("soon"));
    }

    #[test]
    fn what_is_no_value_is_never_passed_on_as_one() {
        assert_eq!(read(DataRef::Float(f64::NAN)).cell(0), Cell::Error("#NUM!"));
        assert_eq!(read(DataRef::Float(f64::INFINITY)).cell(0), Cell::Error("#NUM!"));
        assert_eq!(read(DataRef::String("M\0ü\0".into())).cell(0), Cell::Error("unreadable text"));
        assert_eq!(read(DataRef::SharedString(" Müller ")).cell(0), Cell::Text(" Müller "));
    }

    #[test]
    fn iso_dates_are_dates() {
        assert_eq!(iso_moment("2026-01-31"), Cell::Date(civil::date(2026, 1, 31).at(0, 0, 0, 0)));
        assert_eq!(iso_moment("2026-01-31T10:20:30Z"), Cell::Date(civil::date(2026, 1, 31).at(10, 20, 30, 0)));
        assert_eq!(iso_moment("10:20:30"), Cell::Time(civil::time(10, 20, 30, 0)));
        assert_eq!(iso_moment("31.01.2026"), Cell::Text("31.01.2026"));
    }
}

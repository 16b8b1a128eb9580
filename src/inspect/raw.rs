//! One row as one line of JSON: cells as text from the first column on, and a letter for what each is.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{DateTime, Time};
use serde::Serialize;

use crate::record::{Cell, NOT_CALCULATED, Place, Row};

/// A row as `eintrag inspect --raw` prints it.
#[derive(Debug, Serialize)]
pub struct RawLine<'a> {
    /// Where it stands, as everywhere else.
    origin: String,
    /// The sheet, for spreadsheets.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    /// The row's number in the sheet, or the line that it begins on.
    row: u64,
    cells: Vec<Option<Cow<'a, str>>>,
    /// s text, n number, b bool, d date or date-time, t time, p duration, e error, - empty.
    types: String,
    /// What is wrong with single cells beyond an error that they hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issues: Vec<CellIssue>,
}

#[derive(Debug, Serialize)]
struct CellIssue {
    cell: String,
    why: &'static str,
}

impl<'a> RawLine<'a> {
    /// The line of a row.
    pub fn new(row: &'a Row) -> Self {
        let (sheet, number): (Option<&Arc<str>>, u64) = match &row.origin.place {
            Place::File | Place::Item(_) => (None, 0),
            Place::Line(line) => (None, *line),
            Place::Sheet { sheet, row } => (Some(sheet), u64::from(*row)),
        };
        let mut line = Self {
            origin: row.origin.to_string(),
            sheet: sheet.map(|sheet| &**sheet),
            row: number,
            cells: Vec::with_capacity(row.len()),
            types: String::with_capacity(row.len()),
            issues: Vec::new(),
        };
        for (column, cell) in row.cells().enumerate() {
            let (mut text, kind) = shown(cell);
            // A spreadsheet knows one line break only; some programs store it in two letters.
            if sheet.is_some()
                && let Some(broken) = text.as_deref().filter(|text| text.contains('\r'))
            {
                text = Some(broken.replace("\r\n", "\n").replace('\r', "\n").into());
            }
            if cell == Cell::Error(NOT_CALCULATED) {
                line.issues.push(CellIssue { cell: format!("{}{number}", letters(column)), why: NOT_CALCULATED });
            }
            line.cells.push(text);
            line.types.push(kind);
        }
        line
    }

    /// Whether the row has a formula that no program has calculated yet.
    pub fn is_uncalculated(&self) -> bool {
        !self.issues.is_empty()
    }
}

/// A cell as text and the letter of what it is. A formula without a value has none.
pub(super) fn shown(cell: Cell<'_>) -> (Option<Cow<'_, str>>, char) {
    match cell {
        Cell::Empty | Cell::Wrong(_) | Cell::Error(NOT_CALCULATED) => (None, '-'),
        Cell::Text("") => (Some("".into()), '-'),
        Cell::Text(text) | Cell::Standard(text) => (Some(text.into()), 's'),
        Cell::Number { digits, .. } => (Some(digits.into()), 'n'),
        Cell::Bool(value) => (Some(if value { "true" } else { "false" }.into()), 'b'),
        Cell::Date(moment) if moment.time() == Time::midnight() => (Some(moment.date().to_string().into()), 'd'),
        Cell::Date(moment) => (Some(date_time(moment).into()), 'd'),
        Cell::Time(time) => (Some(time_of_day(time).into()), 't'),
        Cell::Duration(text) => (Some(text.into()), 'p'),
        Cell::Error(text) => (Some(text.into()), 'e'),
    }
}

fn date_time(moment: DateTime) -> String {
    format!("{}T{}", moment.date(), time_of_day(moment.time()))
}

/// With milliseconds where there are any: a spreadsheet has no finer time.
fn time_of_day(time: Time) -> String {
    let seconds = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    match time.subsec_nanosecond() / 1_000_000 {
        0 => seconds,
        milliseconds => format!("{seconds}.{milliseconds:03}"),
    }
}

/// The name of a column as a spreadsheet shows it, counted from 0: `A`, `Z`, `AA`.
pub(super) fn letters(column: usize) -> String {
    crate::source::column_letters(column)
}

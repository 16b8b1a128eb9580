//! From the cells of a sheet, as calamine gives them, to rows: blank columns filled, cells in order, and what calamine
//! passes over told as what it is.

use std::sync::Arc;

use calamine::{Data, DataRef, Range, Reader as _, Style, XlsxError};

use super::area::Area;
use super::book::{Book, BookError, Kind};
use super::oddities::{Oddities, Position};
use super::value::Values;
use crate::record::{Cell, NOT_CALCULATED, Origin, Place, Row};
use crate::source::SourceError;

/// A cell as the file gives it: row, column, content, style.
type Found<'a> = (u32, u32, Content<'a>, usize);

/// What a cell holds.
enum Content<'a> {
    Value(DataRef<'a>),
    /// An error that calamine has no name for.
    Error(String),
    /// A formula without a value.
    NotCalculated,
}

/// The style of a cell in formats whose styles are not read.
const NO_STYLE: usize = usize::MAX;

/// Gives each row of the area that is not blank, until told to stop. The row is handed over to be taken.
pub(super) fn each_row(
    book: &mut Book,
    sheet: &Arc<str>,
    area: Area,
    oddities: Oddities,
    name: &Arc<str>,
    take: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<(), SourceError> {
    let mut rows = Rows { sheet, area, name, take };
    match &mut book.kind {
        Kind::Xlsx(book) => {
            let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| BookError::from(error).told(name))?;
            let code = |style: &Style| style.number_format.as_ref().map(|format| format.format_code.clone());
            let formats: Vec<Option<String>> = cells.styles().iter().map(code).collect();
            let Oddities { mut uncalculated, mut errors, unplaced, .. } = oddities;
            rows.assemble(&formats, || match cells.next_cell_with_style_id() {
                Ok(Some((cell, style))) => {
                    let at: Position = cell.get_position();
                    let content = if *cell.get_value() == DataRef::Empty && uncalculated.front() == Some(&at) {
                        uncalculated.pop_front();
                        Content::NotCalculated
                    } else {
                        Content::Value(cell.get_value().clone())
                    };
                    Ok(Some((at.0, at.1, content, style)))
                }
                Ok(None) => Ok(None),
                // Calamine stops before such a cell is done, and goes on behind it.
                Err(XlsxError::CellError(text)) if !unplaced && errors.front().is_some_and(|(_, odd)| *odd == text) => {
                    let at = errors.pop_front().map_or((0, 0), |(at, _)| at);
                    Ok(Some((at.0, at.1, Content::Error(text), NO_STYLE)))
                }
                Err(error) => Err(error.into()),
            })
        }
        Kind::Xlsb(book) => {
            let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble(&[], || {
                Ok(cells.next_cell()?.map(|cell| {
                    let (row, column) = cell.get_position();
                    (row, column, Content::Value(cell.get_value().clone()), NO_STYLE)
                }))
            })
        }
        Kind::Xls(book) => {
            let range = book.worksheet_range(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble_range(&range, false)
        }
        Kind::Ods(book) => {
            let range = book.worksheet_range(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble_range(&range, true)
        }
    }
}

/// Makes rows of cells.
struct Rows<'a> {
    sheet: &'a Arc<str>,
    area: Area,
    name: &'a Arc<str>,
    take: &'a mut dyn FnMut(&mut Row) -> bool,
}

impl Rows<'_> {
    /// `text_errors` says that error values come as texts.
    fn assemble_range(&mut self, range: &Range<Data>, text_errors: bool) -> Result<(), SourceError> {
        // A range begins at the first used cell, not at A1.
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut cells = range.used_cells();
        self.assemble(&[], || {
            // A sheet has at most a million rows, so its positions fit.
            Ok(cells.next().map(|(row, column, value)| {
                let content = match value {
                    Data::String(text) if text_errors && is_error(text) => Content::Error(text.clone()),
                    value => Content::Value(borrow(value)),
                };
                (first_row + row as u32, first_column + column as u32, content, NO_STYLE)
            }))
        })
    }

    fn assemble<'c>(
        &mut self,
        formats: &[Option<String>],
        mut next_cell: impl FnMut() -> Result<Option<Found<'c>>, BookError>,
    ) -> Result<(), SourceError> {
        let Self { sheet, area, name, take } = self;
        let mut values = Values::default();
        let mut row = Row::new(Origin::file(Arc::clone(name)));
        let mut pending: Vec<(u32, Content<'_>, usize)> = Vec::new();
        let mut current = 0;
        loop {
            let next = next_cell();
            let ends = !matches!(&next, Ok(Some((at, ..))) if *at == current);
            if ends && !pending.is_empty() {
                // Columns that are out of order or given twice are repaired as spreadsheet programs do: the last one wins.
                if !pending.is_sorted_by_key(|(column, ..)| *column) {
                    pending.sort_by_key(|(column, ..)| *column);
                }
                row.clear(Place::Sheet { sheet: Arc::clone(sheet), row: current + 1 });
                row.origin.file = Arc::clone(name);
                let mut cells = pending.drain(..).peekable();
                while let Some((column, content, style)) = cells.next() {
                    if cells.peek().is_some_and(|(next, ..)| *next == column) {
                        continue;
                    }
                    // The area begins at or before this column, and a row is at most 16,384 cells long.
                    for _ in row.len()..(column - area.first_column) as usize {
                        row.push(Cell::Empty);
                    }
                    match content {
                        Content::Value(value) => {
                            values.push(&mut row, &value, formats.get(style).and_then(Option::as_deref));
                        }
                        Content::Error(text) => row.push(Cell::Error(&text)),
                        Content::NotCalculated => row.push(Cell::Error(NOT_CALCULATED)),
                    }
                }
                drop(cells);
                if !take(&mut row) {
                    return Ok(());
                }
            }
            let next = next.map_err(|error| {
                let mut told = error.told(name);
                if row.origin.place != Place::File {
                    told.title =
                        format!("the sheet `{sheet}` of `{name}` cannot be read beyond row {}: {error}", current + 1);
                    told.at = row.origin.clone();
                }
                told
            })?;
            let Some((at, column, content, style)) = next else { return Ok(()) };
            if at < current {
                let title = format!("the sheet `{sheet}` of `{name}` gives row {} after row {}", at + 1, current + 1);
                return Err(SourceError::file(name, title).help("open it in a spreadsheet program and save it again"));
            }
            if at > area.last_row {
                return Ok(());
            }
            current = at;
            let empty = match &content {
                Content::Value(DataRef::Empty) => true,
                Content::Value(DataRef::String(text)) => text.is_empty(),
                Content::Value(DataRef::SharedString(text)) => text.is_empty(),
                _ => false,
            };
            if !empty && at >= area.first_row && (area.first_column..=area.last_column).contains(&column) {
                pending.push((column, content, style));
            }
        }
    }
}

/// Whether a text of an OpenDocument cell is what a spreadsheet program shows for an error. Calamine gives such cells as
/// text, so a text that only looks like an error is taken for one: it is rejected rather than entered.
fn is_error(text: &str) -> bool {
    matches!(text, "#DIV/0!" | "#N/A" | "#NAME?" | "#NULL!" | "#NUM!" | "#REF!" | "#VALUE!" | "#SPILL!" | "#CALC!")
        || text
            .strip_prefix("Err:")
            .is_some_and(|code| code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit()))
}

fn borrow(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) => DataRef::DateTimeIso(value.clone()),
        Data::DurationIso(value) => DataRef::DurationIso(value.clone()),
        Data::Error(value) => DataRef::Error(value.clone()),
        _ => DataRef::Empty,
    }
}

//! Reads a sheet on a thread of its own and hands over its rows in batches. The thread is there because a streaming
//! cell reader borrows the workbook that it reads from, which no struct can hold together; it also keeps whatever goes
//! wrong inside a library for files of strangers from taking the program down.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use calamine::{Data, DataRef, Range, Reader as _, Style};

use super::area::Area;
use super::book::{Book, BookError, Place as BookPlace};
use super::guard;
use super::value::Values;
use crate::recipe::model::ExcelSource;
use crate::record::{Cell, Origin, Place, Row};
use crate::source::SourceError;
use crate::source::facts::{TOP_COLUMNS, TOP_ROWS};

/// How many rows and cells go into one batch.
const BATCH_ROWS: usize = 256;
const BATCH_CELLS: usize = 16_384;

/// The rows and columns that are kept for fields that point at single cells.
const TOP: Area =
    Area { first_row: 0, last_row: TOP_ROWS as u32 - 1, first_column: 0, last_column: TOP_COLUMNS as u32 - 1 };

/// What is to be read.
pub(super) struct Job {
    pub(super) path: PathBuf,
    pub(super) name: Arc<str>,
    pub(super) source: ExcelSource,
    /// Whether the first rows are wanted.
    pub(super) top: bool,
    /// Whether the rows are wanted.
    pub(super) rows: bool,
}

/// What is known when the sheet is open.
pub(super) struct Opened {
    pub(super) sheet: Arc<str>,
    pub(super) area: Area,
    pub(super) headless: bool,
    pub(super) top: Vec<Row>,
}

/// Rows on their way; the vector goes back and forth, so its rows keep their buffers.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    /// How many of the rows are filled.
    pub(super) filled: usize,
}

/// What the thread says.
pub(super) enum Message {
    Opened(Opened),
    Rows(Batch),
    /// The sheet was read to its end.
    End,
    Failed(SourceError),
}

/// Reads what the job says; ends early when nobody listens any more.
pub(super) fn work(job: &Job, out: &SyncSender<Message>, back: &Receiver<Batch>) {
    let last = match read(job, out, back) {
        Ok(()) => Message::End,
        Err(error) => Message::Failed(error),
    };
    // Nobody listening is the reader's way to say that it has had enough.
    let _ = out.send(last);
}

fn read(job: &Job, out: &SyncSender<Message>, back: &Receiver<Batch>) -> Result<(), SourceError> {
    let name = &job.name;
    let format = guard::inspect(&job.path, name)?;
    let mut book = Book::open(&job.path, format, name)?;
    let BookPlace { sheet, area, headless } = book.place(&job.source, &job.path, name)?;
    let shared: Arc<str> = sheet.as_str().into();
    let mut top = Vec::new();
    if job.top {
        each_row(&mut book, &shared, TOP, name, &mut |row| {
            let Place::Sheet { row: number, .. } = row.origin.place else { return true };
            for blank in top.len() as u32 + 1..number {
                let place = Place::Sheet { sheet: Arc::clone(&shared), row: blank };
                top.push(Row::new(Origin { file: Arc::clone(name), place }));
            }
            top.push(row.clone());
            true
        })?;
    }
    if out.send(Message::Opened(Opened { sheet: Arc::clone(&shared), area, headless, top })).is_err() || !job.rows {
        return Ok(());
    }
    let mut batch = Batch::default();
    let mut cells = 0;
    each_row(&mut book, &shared, area, name, &mut |row| {
        cells += row.len();
        match batch.rows.get_mut(batch.filled) {
            Some(slot) => std::mem::swap(slot, row),
            None => batch.rows.push(std::mem::replace(row, Row::new(row.origin.clone()))),
        }
        batch.filled += 1;
        if batch.filled < BATCH_ROWS && cells < BATCH_CELLS {
            return true;
        }
        cells = 0;
        let full = std::mem::replace(&mut batch, back.try_recv().unwrap_or_default());
        batch.filled = 0;
        out.send(Message::Rows(full)).is_ok()
    })?;
    if batch.filled > 0 {
        let _ = out.send(Message::Rows(batch));
    }
    Ok(())
}

/// A cell as the file gives it: row, column, value, style.
type Found<'a> = (u32, u32, DataRef<'a>, usize);

/// The style of a cell in formats whose styles are not read.
const NO_STYLE: usize = usize::MAX;

/// Gives each row of the area that is not blank, until told to stop. The row is handed over to be taken.
fn each_row(
    book: &mut Book,
    sheet: &Arc<str>,
    area: Area,
    name: &Arc<str>,
    take: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<(), SourceError> {
    let mut rows = Rows { sheet, area, name, take };
    match book {
        Book::Xlsx(book) => {
            let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| BookError::from(error).told(name))?;
            let code = |style: &Style| style.number_format.as_ref().map(|format| format.format_code.clone());
            let formats: Vec<Option<String>> = cells.styles().iter().map(code).collect();
            rows.assemble(&formats, || {
                Ok(cells.next_cell_with_style_id()?.map(|(cell, style)| {
                    let (row, column) = cell.get_position();
                    (row, column, cell.get_value().clone(), style)
                }))
            })
        }
        Book::Xlsb(book) => {
            let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble(&[], || {
                Ok(cells.next_cell()?.map(|cell| {
                    let (row, column) = cell.get_position();
                    (row, column, cell.get_value().clone(), NO_STYLE)
                }))
            })
        }
        Book::Xls(book) => {
            let range = book.worksheet_range(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble_range(&range)
        }
        Book::Ods(book) => {
            let range = book.worksheet_range(sheet).map_err(|error| BookError::from(error).told(name))?;
            rows.assemble_range(&range)
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
    fn assemble_range(&mut self, range: &Range<Data>) -> Result<(), SourceError> {
        // A range begins at the first used cell, not at A1.
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut cells = range.used_cells();
        self.assemble(&[], || {
            // A sheet has at most a million rows, so its positions fit.
            Ok(cells.next().map(|(row, column, value)| {
                (first_row + row as u32, first_column + column as u32, borrow(value), NO_STYLE)
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
        let mut pending: Vec<(u32, DataRef<'_>, usize)> = Vec::new();
        let mut current = 0;
        loop {
            let next = next_cell().map_err(|error| error.told(name))?;
            let ends = next.as_ref().is_none_or(|(at, ..)| *at != current);
            if ends && !pending.is_empty() {
                // Columns that are out of order or given twice are repaired as spreadsheet programs do: the last one wins.
                if !pending.is_sorted_by_key(|(column, ..)| *column) {
                    pending.sort_by_key(|(column, ..)| *column);
                }
                row.clear(Place::Sheet { sheet: Arc::clone(sheet), row: current + 1 });
                row.origin.file = Arc::clone(name);
                let mut cells = pending.drain(..).peekable();
                while let Some((column, value, style)) = cells.next() {
                    if cells.peek().is_some_and(|(next, ..)| *next == column) {
                        continue;
                    }
                    // The area begins at or before this column, and a row is at most 16,384 cells long.
                    for _ in row.len()..(column - area.first_column) as usize {
                        row.push(Cell::Empty);
                    }
                    values.push(&mut row, &value, formats.get(style).and_then(Option::as_deref));
                }
                drop(cells);
                if !take(&mut row) {
                    return Ok(());
                }
            }
            let Some((at, column, value, style)) = next else { return Ok(()) };
            if at < current {
                let title = format!("the sheet `{sheet}` of `{name}` gives row {} after row {}", at + 1, current + 1);
                return Err(SourceError::file(name, title).help("open it in a spreadsheet program and save it again"));
            }
            if at > area.last_row {
                return Ok(());
            }
            current = at;
            let empty = match &value {
                DataRef::Empty => true,
                DataRef::String(text) => text.is_empty(),
                DataRef::SharedString(text) => text.is_empty(),
                _ => false,
            };
            if !empty && at >= area.first_row && (area.first_column..=area.last_column).contains(&column) {
                pending.push((column, value, style));
            }
        }
    }
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

//! Reads a sheet on a thread of its own and hands over its rows in batches. The thread is there because a streaming
//! cell reader borrows the workbook that it reads from, which no struct can hold together; it also keeps whatever goes
//! wrong inside a library for files of strangers from taking the program down.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use super::area::Area;
use super::book::{Book, Place as BookPlace, SheetInfo};
use super::broken;
use super::cells::each_row;
use super::oddities::Oddities;
use crate::recipe::model::{ExcelSource, HiddenRows};
use crate::record::{Origin, Place, Row};
use crate::source::SourceError;
use crate::source::contained::contained;
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
    pub(super) scope: Scope,
}

/// How much of a workbook is to be read.
pub(super) enum Scope {
    /// What a recipe says.
    Recipe {
        source: Box<ExcelSource>,
        /// Whether the first rows are wanted.
        top: bool,
        /// Whether the rows are wanted.
        rows: bool,
    },
    /// Every row of every sheet.
    All,
}

/// What is known when the sheet is open.
pub(super) struct Opened {
    pub(super) sheet: Arc<str>,
    pub(super) area: Area,
    pub(super) headless: bool,
    pub(super) merged: Vec<Area>,
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
    /// The sheet of a recipe is open.
    Opened(Opened),
    /// The book is open, and all its sheets follow.
    Sheets(Vec<SheetInfo>),
    Rows(Batch),
    /// A sheet cannot be read, or not to its end; others follow.
    Problem(SourceError),
    /// Everything was read to its end.
    End,
    Failed(SourceError),
}

/// Reads what the job says; ends early when nobody listens any more.
pub(super) fn work(job: &Job, out: &SyncSender<Message>, back: &Receiver<Batch>) {
    let mut rows = Batches { out, back, batch: Batch::default(), cells: 0 };
    let done = contained(|| match &job.scope {
        Scope::Recipe { source, top, rows: wanted } => read(job, source, (*top, *wanted), &mut rows),
        Scope::All => read_all(job, &mut rows),
    });
    let last = match done.unwrap_or_else(|| Err(broken(&job.name))) {
        Ok(()) => Message::End,
        Err(error) => Message::Failed(error),
    };
    // What was read before a fault is handed over. Nobody listening is the reader's way to say that it has had enough.
    rows.flush();
    let _ = out.send(last);
}

fn read(
    job: &Job,
    source: &ExcelSource,
    (wants_top, wants_rows): (bool, bool),
    rows: &mut Batches<'_>,
) -> Result<(), SourceError> {
    let name = &job.name;
    let mut book = Book::open(&job.path, name)?;
    let BookPlace { sheet, area, headless } = book.place(source, &job.path, name)?;
    let skips_hidden = source.hidden == HiddenRows::Skip;
    let mut oddities = book.oddities(&sheet, skips_hidden);
    let shared: Arc<str> = sheet.as_str().into();
    let merged = std::mem::take(&mut oddities.merged);
    let hidden = std::mem::take(&mut oddities.hidden);
    let mut top = Vec::new();
    if wants_top {
        let oddities = book.oddities(&sheet, false);
        each_row(&mut book, &shared, TOP, oddities, name, &mut |row| {
            let Place::Sheet { row: number, .. } = row.origin.place else { return true };
            for blank in top.len() as u32 + 1..number {
                let place = Place::Sheet { sheet: Arc::clone(&shared), row: blank };
                top.push(Row::new(Origin { file: Arc::clone(name), place }));
            }
            top.push(row.clone());
            true
        })?;
    }
    let opened = Opened { sheet: Arc::clone(&shared), area, headless, merged, top };
    if rows.out.send(Message::Opened(opened)).is_err() || !wants_rows {
        return Ok(());
    }
    each_row(&mut book, &shared, area, oddities, name, &mut |row| {
        let skipped = match row.origin.place {
            Place::Sheet { row, .. } => skips_hidden && hidden.contains(row - 1),
            _ => false,
        };
        skipped || rows.push(row)
    })
}

fn read_all(job: &Job, rows: &mut Batches<'_>) -> Result<(), SourceError> {
    let name = &job.name;
    let mut book = Book::open(&job.path, name)?;
    let sheets = book.sheets();
    if rows.out.send(Message::Sheets(sheets.clone())).is_err() {
        return Ok(());
    }
    for sheet in sheets.into_iter().filter(|sheet| sheet.has_cells) {
        let oddities: Oddities = book.oddities(&sheet.name, false);
        let shared: Arc<str> = sheet.name.as_str().into();
        let mut listening = true;
        let mut take = |row: &mut Row| {
            listening = rows.push(row);
            listening
        };
        let done = contained(|| each_row(&mut book, &shared, Area::ALL, oddities, name, &mut take));
        if !listening {
            return Ok(());
        }
        match done {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                if !rows.flush() || rows.out.send(Message::Problem(error)).is_err() {
                    return Ok(());
                }
            }
            // After a panic the book may be in any state.
            None => return Err(broken(name)),
        }
    }
    Ok(())
}

/// Gathers rows and hands them over.
struct Batches<'a> {
    out: &'a SyncSender<Message>,
    back: &'a Receiver<Batch>,
    batch: Batch,
    cells: usize,
}

impl Batches<'_> {
    /// Takes a row; false when nobody listens any more.
    fn push(&mut self, row: &mut Row) -> bool {
        self.cells += row.len();
        match self.batch.rows.get_mut(self.batch.filled) {
            Some(slot) => std::mem::swap(slot, row),
            None => self.batch.rows.push(std::mem::replace(row, Row::new(row.origin.clone()))),
        }
        self.batch.filled += 1;
        (self.batch.filled < BATCH_ROWS && self.cells < BATCH_CELLS) || self.flush()
    }

    /// Hands over what was gathered; false when nobody listens any more.
    fn flush(&mut self) -> bool {
        self.cells = 0;
        if self.batch.filled == 0 {
            return true;
        }
        let full = std::mem::replace(&mut self.batch, self.back.try_recv().unwrap_or_default());
        self.batch.filled = 0;
        self.out.send(Message::Rows(full)).is_ok()
    }
}

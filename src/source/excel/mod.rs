//! Spreadsheets: xlsx, xlsm and xlsb as a stream, xls and ods as calamine loads them. A thread reads; this side finds
//! the header and gives the rows.

mod archive;
mod area;
mod biff;
mod book;
mod cells;
mod content;
mod every;
mod guard;
mod mend;
mod number_format;
mod oddities;
mod rows;
mod value;
mod worker;
mod xlsb;

pub(crate) use area::range_start;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

pub use book::SheetInfo;
pub(super) use every::EverySheet;

use self::area::Area;
use self::worker::{Batch, Job, Message, Opened, Scope};
use super::contained::contained;
use super::header::{self, LOOK_AHEAD};
use super::{FileFacts, Snapshot, SourceError, Wanted};
use crate::recipe::model::{ExcelSource, HeaderRow};
use crate::record::{Origin, Place, Row};

/// How many batches may wait to be read.
const WAITING: usize = 4;

/// The columns that are named where there is no header, even if the first rows are narrower.
const NAMED_COLUMNS: usize = 26;

/// The sheets of a workbook, in its order.
///
/// # Errors
/// What keeps the file from being opened as a workbook.
pub fn list_sheets(snapshot: &Snapshot) -> Result<Vec<SheetInfo>, SourceError> {
    let name = &snapshot.name;
    contained(|| Ok(book::Book::open(&snapshot.copy, name)?.sheets())).unwrap_or_else(|| Err(broken(name)))
}

/// The rows of a sheet.
pub(super) struct SheetRows {
    from: Receiver<Message>,
    back: SyncSender<Batch>,
    batch: Batch,
    at: usize,
    /// Rows that were read to find the header, and stand below it.
    ahead: VecDeque<Row>,
    ended: bool,
    name: Arc<str>,
}

impl SheetRows {
    pub(super) fn open(
        source: &ExcelSource,
        snapshot: &Snapshot,
        wanted: &Wanted,
    ) -> Result<(Self, FileFacts), SourceError> {
        let name = Arc::clone(&snapshot.name);
        let (out, from) = sync_channel(WAITING);
        let (back, returned) = sync_channel(WAITING + 2);
        let job = Job {
            path: snapshot.copy.clone(),
            name: Arc::clone(&name),
            scope: Scope::Recipe { source: Box::new(source.clone()), top: wanted.top, rows: !wanted.single },
        };
        start(job, out, returned)?;
        let opened = match from.recv() {
            Ok(Message::Opened(opened)) => opened,
            Ok(Message::Failed(error)) => return Err(error),
            _ => return Err(broken(&name)),
        };
        let mut facts = FileFacts::new(&name);
        let mut rows = Self { from, back, batch: Batch::default(), at: 0, ahead: VecDeque::new(), ended: false, name };
        if !wanted.single {
            rows.find_header(source.header, wanted, &opened, &mut facts)?;
        }
        facts.sheet = Some(opened.sheet);
        facts.top = opened.top;
        Ok((rows, facts))
    }

    fn find_header(
        &mut self,
        header: HeaderRow,
        wanted: &Wanted,
        opened: &Opened,
        facts: &mut FileFacts,
    ) -> Result<(), SourceError> {
        let header = if opened.headless { HeaderRow::None } else { header };
        let mut row = Row::new(Origin::file(Arc::clone(&self.name)));
        if let HeaderRow::Row(number) = header {
            let mut above = Vec::new();
            while self.next(&mut row)? {
                match &row.origin.place {
                    Place::Sheet { row: at, .. } if *at < number => above.push(row.clone()),
                    Place::Sheet { row: at, .. } if *at == number => {
                        use_header(&row, &above, opened, facts);
                        return Ok(());
                    }
                    _ => break,
                }
                // Cells of a header are merged with those right above them.
                if above.len() > LOOK_AHEAD {
                    above.remove(0);
                }
            }
            let title = format!("row {number} of the sheet `{}`, where the header should be, is empty", opened.sheet);
            return Err(SourceError::file(&self.name, title)
                .help("`header_row:` is the row's number as the spreadsheet program shows it"));
        }
        let mut rows = Vec::new();
        while rows.len() < LOOK_AHEAD && self.next(&mut row)? {
            rows.push(row.clone());
        }
        if header == HeaderRow::None {
            let first = opened.area.first_column as usize;
            let widest = rows.iter().map(Row::len).max().unwrap_or(0);
            let most = (opened.area.last_column - opened.area.first_column) as usize + 1;
            facts.header = (first..first + widest.max(NAMED_COLUMNS).min(most)).map(header::letters).collect();
        } else if let Some(at) = header::pick(&rows, &wanted.columns) {
            use_header(&rows[at], &rows[..at], opened, facts);
            rows.drain(..=at);
        }
        self.ahead = rows.into();
        Ok(())
    }

    /// Reads the next row that is not blank; false at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        if let Some(ahead) = self.ahead.pop_front() {
            *row = ahead;
            return Ok(true);
        }
        while self.at == self.batch.filled {
            if self.ended {
                return Ok(false);
            }
            match self.from.recv() {
                Ok(Message::Rows(batch)) => {
                    let read = std::mem::replace(&mut self.batch, batch);
                    self.at = 0;
                    // A batch that finds no room to go back is made anew by the thread.
                    let _ = self.back.try_send(read);
                }
                Ok(Message::End) => self.ended = true,
                Ok(Message::Failed(error) | Message::Problem(error)) => {
                    self.ended = true;
                    return Err(error);
                }
                Ok(Message::Opened(_) | Message::Sheets(_)) | Err(_) => {
                    self.ended = true;
                    return Err(broken(&self.name));
                }
            }
        }
        std::mem::swap(row, &mut self.batch.rows[self.at]);
        self.at += 1;
        Ok(true)
    }
}

/// The texts of the header row. A column whose name stands further up in a cell that is merged down to the header is
/// called by it.
fn use_header(row: &Row, above: &[Row], opened: &Opened, facts: &mut FileFacts) {
    let mut names = header::names(row);
    let number = |row: &Row| match row.origin.place {
        Place::Sheet { row, .. } => row - 1,
        _ => 0,
    };
    let at = number(row);
    let left = opened.area.first_column;
    let reaches_down = |merged: &&Area| merged.first_row < at && at <= merged.last_row && merged.first_column >= left;
    for merged in opened.merged.iter().filter(reaches_down) {
        let column = (merged.first_column - left) as usize;
        let Some(top) = above.iter().find(|row| number(row) == merged.first_row) else { continue };
        if names.get(column).is_none_or(|name| name.is_empty())
            && let Some(name) = header::names(top).into_iter().nth(column)
        {
            names.resize(names.len().max(column + 1), String::new());
            names[column] = name;
        }
    }
    facts.header = names;
    facts.header_origin = Some(row.origin.clone());
}

/// Starts the thread that reads.
fn start(job: Job, out: SyncSender<Message>, back: Receiver<Batch>) -> Result<(), SourceError> {
    let name = Arc::clone(&job.name);
    std::thread::Builder::new()
        .name("sheet".into())
        .spawn(move || worker::work(&job, &out, &back))
        .map(drop)
        .map_err(|error| SourceError::io(&name, "start a thread for", &error))
}

/// The thread ended without a word: a defect in a library that the file brought out.
fn broken(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` is damaged in a way that keeps it from being read"))
        .help("open it in a spreadsheet program and save it again as xlsx")
}

#[cfg(test)]
mod tests;

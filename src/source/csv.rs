//! CSV: records with the exact line that each begins on, in constant memory. The cutting is done by `csv-core`; this
//! adds encodings, lines, limits, and errors for what that library would let pass: a quote that is never closed, bytes
//! that are no text, records without end.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encoding;
use super::facts::{TOP_COLUMNS, TOP_ROWS};
use super::header::{self, LOOK_AHEAD};
use super::text::{Fault, Text, breaks};
use super::{FileFacts, Snapshot, SourceError, Wanted, dialect};
use crate::recipe::model::{CsvSource, HeaderRow};
use crate::record::{Cell, Origin, Place, Row, Why};

/// The longest record, in bytes of UTF-8. What is longer is mostly a quote that was never closed.
const LONGEST_RECORD: usize = 64 << 20;

/// The most cells of a record: four times what a spreadsheet can show.
const MOST_CELLS: usize = 1 << 16;

/// How much text serves to find the delimiter.
const SAMPLE: usize = 1 << 18;

/// The rows of a CSV file.
pub(super) struct CsvRows {
    records: Records,
    layout: Layout,
    name: Arc<str>,
    /// How many cells a row must have, and may have; none where there is no header.
    width: Option<(usize, usize)>,
    evidence: Vec<String>,
    doubts: Vec<String>,
}

impl CsvRows {
    pub(super) fn open(
        source: &CsvSource,
        snapshot: &Snapshot,
        wanted: &Wanted,
    ) -> Result<(Self, FileFacts), SourceError> {
        let name = &snapshot.name;
        let path = &snapshot.copy;
        let label = source.encoding.as_ref().map(|label| label.value.as_str());
        let found = encoding::find(path, name, label, wanted.lenient)?;
        let mut doubts: Vec<String> = found.doubt.iter().cloned().collect();
        let mut evidence = vec![format!("encoding {}: {}", found.charset.name(), found.evidence)];
        let quote = source.quote.unwrap_or(b'"');
        let (sample, whole) = sample(path, &found, name)?;
        let separator = dialect::separator_line(&sample);
        let body = separator.map_or(sample.as_slice(), |(_, length)| &sample[length..]);
        let delimiter = match (source.delimiter, separator) {
            (Some(stated), _) => {
                evidence.push(format!("delimiter {}: stated in the recipe", dialect::shown(stated)));
                Some(stated)
            }
            (None, Some((stated, _))) => {
                evidence.push(format!("delimiter {}: stated in the first line", dialect::shown(stated)));
                Some(stated)
            }
            (None, None) => {
                let (delimiter, why) = match dialect::delimiter(body, quote, whole) {
                    Ok(found) => found,
                    Err(undecided) => {
                        let title = format!("the delimiter of `{name}` is not clear: {}", undecided.seen);
                        if !wanted.lenient {
                            let error = SourceError::file(name, title);
                            return Err(error.help("state it, for example `delimiter: ';'`"));
                        }
                        doubts.push(title);
                        (undecided.best, undecided.seen)
                    }
                };
                evidence.push(match delimiter {
                    Some(delimiter) => format!("delimiter {}: {why}", dialect::shown(delimiter)),
                    None => why,
                });
                delimiter
            }
        };
        let dialect = Dialect { delimiter: delimiter.unwrap_or(b','), quote, separator_line: separator.is_some() };
        let layout = Layout { path: path.clone(), found, dialect };
        let open = || Records::open(&layout, name);

        let mut facts = FileFacts::new(name);
        facts.encoding = Some(layout.found.charset.name());
        facts.delimiter = delimiter.map(char::from);
        if wanted.top {
            facts.top = top(open()?, name)?;
        }
        let (records, probe) = (open()?, open()?);
        let mut rows = Self { records, layout, name: Arc::clone(name), width: None, evidence, doubts };
        if !wanted.single {
            rows.find_header(source.header, wanted, probe, &mut facts)?;
        }
        Ok((rows, facts))
    }

    /// What was found out about the file's encoding and dialect, and why.
    pub(super) fn evidence(&self) -> &[String] {
        &self.evidence
    }

    /// What is not clear about the file, where it was opened nevertheless.
    pub(super) fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// The file in pieces that several threads may read, from the row after the header on; none where it has to be read
    /// from one end to the other.
    pub(super) fn pieces(&self, facts: &FileFacts) -> Option<Pieces> {
        let header = facts.header_origin.as_ref().map_or(0, |origin| match origin.place {
            Place::Line(line) => line,
            _ => 0,
        });
        Pieces::new(self, header)
    }

    fn find_header(
        &mut self,
        header: HeaderRow,
        wanted: &Wanted,
        mut probe: Records,
        facts: &mut FileFacts,
    ) -> Result<(), SourceError> {
        let mut row = Row::new(Origin::file(Arc::clone(&self.name)));
        match header {
            HeaderRow::None => {
                let mut width = 0;
                for at in 0..LOOK_AHEAD {
                    match probe.read_into(&mut row) {
                        Ok(true) => width = width.max(row.len()),
                        Ok(false) => break,
                        Err(error) if at == 0 => return Err(error),
                        // As below: it is told when the rows are read.
                        Err(_) => break,
                    }
                }
                facts.header = (0..width).map(header::letters).collect();
            }
            HeaderRow::First => {
                let mut rows = Vec::new();
                // A problem further down is told when the rows are read; it is no reason not to find the header.
                while rows.len() < LOOK_AHEAD {
                    match probe.read_into(&mut row) {
                        Ok(true) => rows.push(row.clone()),
                        Ok(false) => break,
                        Err(error) if rows.is_empty() => return Err(error),
                        Err(_) => break,
                    }
                }
                if let Some(at) = header::pick(&rows, &wanted.columns) {
                    self.begin_below(&rows[at], facts)?;
                }
            }
            HeaderRow::Row(line) => loop {
                let found = self.records.read_into(&mut row)?;
                let at = line_of(&row);
                if found && at < u64::from(line) {
                    continue;
                }
                if found && at == u64::from(line) {
                    self.use_header(&row, facts);
                    break;
                }
                let title = format!("line {line} of `{}`, where the header should be, begins no row", self.name);
                return Err(SourceError::line(&self.name, u64::from(line), title)
                    .help("`header_row:` is the header's line, counted from 1 with blank lines"));
            },
        }
        Ok(())
    }

    /// Reads up to the header, which was found in another pass.
    fn begin_below(&mut self, header: &Row, facts: &mut FileFacts) -> Result<(), SourceError> {
        let mut row = Row::new(Origin::file(Arc::clone(&self.name)));
        while self.records.read_into(&mut row)? {
            if line_of(&row) >= line_of(header) {
                break;
            }
        }
        self.use_header(&row, facts);
        Ok(())
    }

    fn use_header(&mut self, row: &Row, facts: &mut FileFacts) {
        facts.header = header::names(row);
        facts.header_origin = Some(row.origin.clone());
        let named = facts.header.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |last| last + 1);
        self.width = Some((named, facts.header.len()));
    }

    /// Reads the next record into a row; false at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        if !self.records.read_into(row)? {
            return Ok(false);
        }
        if let Some((least, most)) = self.width {
            let found = row.len();
            if found < least {
                row.problems.push(Why::TooFewCells { expected: least, found });
            } else if found > most && row.cells().skip(most).any(|cell| !matches!(cell, Cell::Text(""))) {
                row.problems.push(Why::TooManyCells { expected: most, found });
            }
        }
        Ok(true)
    }
}

fn line_of(row: &Row) -> u64 {
    match row.origin.place {
        Place::Line(line) => line,
        _ => 0,
    }
}

/// The beginning of the text, and whether it is all of it.
fn sample(path: &Path, found: &encoding::Found, name: &Arc<str>) -> Result<(Vec<u8>, bool), SourceError> {
    let mut text = Text::open(path, found).map_err(|error| SourceError::io(name, "read", &error))?;
    let mut sample = Vec::new();
    while sample.len() < SAMPLE {
        // What is wrong further down is told with its line when the records are read.
        let Ok(piece) = text.available() else { return Ok((sample, false)) };
        if piece.is_empty() {
            return Ok((sample, true));
        }
        let count = piece.len();
        sample.extend_from_slice(piece);
        text.consume(count);
    }
    sample.truncate(SAMPLE);
    Ok((sample, false))
}

/// The first records, blank lines included.
fn top(mut records: Records, name: &Arc<str>) -> Result<Vec<Row>, SourceError> {
    let mut rows = Vec::new();
    let mut row = Row::new(Origin::file(Arc::clone(name)));
    let mut line = 1;
    while rows.len() < TOP_ROWS && records.read_into(&mut row)? {
        while line < line_of(&row) && rows.len() < TOP_ROWS {
            rows.push(Row::new(Origin::line(Arc::clone(name), line)));
            line += 1;
        }
        line = records.line;
        let mut kept = Row::new(row.origin.clone());
        row.cells().take(TOP_COLUMNS).for_each(|cell| kept.push(cell));
        rows.push(kept);
    }
    rows.truncate(TOP_ROWS);
    Ok(rows)
}

/// How a file is cut.
#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: u8,
    /// Whether the first line is `sep=;`.
    separator_line: bool,
}

impl Dialect {
    fn reader(self) -> csv_core::Reader {
        let mut core = csv_core::ReaderBuilder::new().delimiter(self.delimiter).quote(self.quote).build();
        begin(&mut core);
        core
    }
}

/// A fresh reader takes a byte order mark at its beginning away. The file's own is gone by then, and one that stands further
/// down (files that were put one behind the other) is part of its cell, wherever a piece begins: a blank line first.
fn begin(core: &mut csv_core::Reader) {
    let _ = core.read_record(b"\n", &mut [0], &mut [0]);
}

/// Which file it is, what its bytes stand for, and how it is cut.
#[derive(Clone)]
struct Layout {
    path: PathBuf,
    found: encoding::Found,
    dialect: Dialect,
}

/// Cuts a text into records and knows on which line each begins.
struct Records {
    text: Text,
    core: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// The physical line that is read next, counted from 1.
    line: u64,
    after_cr: bool,
    name: Arc<str>,
    encoding: String,
    delimiter: u8,
}

impl Records {
    fn open(layout: &Layout, name: &Arc<str>) -> Result<Self, SourceError> {
        let text = Text::open(&layout.path, &layout.found).map_err(|error| SourceError::io(name, "read", &error))?;
        let mut records = Self::new(text, layout, name);
        if layout.dialect.separator_line {
            records.skip_line()?;
        }
        Ok(records)
    }

    fn new(text: Text, layout: &Layout, name: &Arc<str>) -> Self {
        Self {
            text,
            core: layout.dialect.reader(),
            output: vec![0; 1 << 12],
            ends: vec![0; 64],
            line: 1,
            after_cr: false,
            name: Arc::clone(name),
            encoding: layout.found.charset.name(),
            delimiter: layout.dialect.delimiter,
        }
    }

    /// Goes on with a piece of the file that begins on a line, and with the rest of the file behind it, if there is any;
    /// gives back the bytes of the piece before.
    fn restart(&mut self, bytes: Vec<u8>, rest: Option<File>, line: u64) -> Vec<u8> {
        self.core.reset();
        begin(&mut self.core);
        (self.line, self.after_cr) = (line, false);
        self.text.restart(bytes, rest)
    }

    /// Skips what stands before the next line break.
    fn skip_line(&mut self) -> Result<(), SourceError> {
        loop {
            let piece = self.text.available().map_err(|fault| fail(&fault, self.line, &self.name, &self.encoding))?;
            let end = memchr::memchr2(b'\n', b'\r', piece);
            let count = end.unwrap_or(piece.len());
            let ended = end.is_some() || piece.is_empty();
            self.text.consume(count);
            if ended {
                return Ok(());
            }
        }
    }

    /// Reads the next record; false at the end.
    fn read_into(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        if !self.skip_breaks()? {
            return Ok(false);
        }
        let begin = self.line;
        let (written, cells) = self.cut()?;
        let output = &self.output[..written];
        let Ok(text) = std::str::from_utf8(output) else {
            let good = std::str::from_utf8(output).map_or_else(|error| error.valid_up_to(), str::len);
            let line = begin + breaks(&output[..good]);
            return Err(fail(&Fault::Malformed, line, &self.name, &self.encoding));
        };
        if !Arc::ptr_eq(&row.origin.file, &self.name) {
            row.origin.file = Arc::clone(&self.name);
        }
        row.clear(Place::Line(begin));
        row.push_texts(text, &self.ends[..cells]);
        Ok(true)
    }

    /// Goes to the first byte of the next record; false if there is none.
    fn skip_breaks(&mut self) -> Result<bool, SourceError> {
        loop {
            let piece = self.text.available().map_err(|fault| fail(&fault, self.line, &self.name, &self.encoding))?;
            if piece.is_empty() {
                return Ok(false);
            }
            let mut count = 0;
            for byte in piece {
                match byte {
                    b'\n' if self.after_cr => self.after_cr = false,
                    b'\n' => self.line += 1,
                    b'\r' => {
                        self.line += 1;
                        self.after_cr = true;
                    }
                    _ => break,
                }
                count += 1;
            }
            let more = count < piece.len();
            self.text.consume(count);
            if more {
                self.after_cr = false;
                return Ok(true);
            }
        }
    }

    /// Cuts one record into `output` and `ends`, and gives the lengths of both.
    fn cut(&mut self) -> Result<(usize, usize), SourceError> {
        let (mut written, mut cells) = (0, 0);
        loop {
            let piece = match self.text.available() {
                Ok(piece) => piece,
                Err(fault) => {
                    let line = self.line + breaks(&self.output[..written]);
                    return Err(fail(&fault, line, &self.name, &self.encoding));
                }
            };
            // A line break that is not there ends the last record, unless a quote is open.
            let at_end = piece.is_empty();
            let input = if at_end { b"\n" } else { piece };
            let (result, read, bytes, fields) =
                self.core.read_record(input, &mut self.output[written..], &mut self.ends[cells..]);
            let last = read.checked_sub(1).map(|at| input[at]);
            written += bytes;
            cells += fields;
            if !at_end {
                self.text.consume(read);
            }
            match result {
                csv_core::ReadRecordResult::InputEmpty if at_end => return Err(self.open_quote(cells)),
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    if self.output.len() >= LONGEST_RECORD {
                        return Err(self.too_long(cells));
                    }
                    self.output.resize(self.output.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() >= MOST_CELLS {
                        let title = format!("the row that begins here has more than {MOST_CELLS} cells");
                        let help = format!("is {} really the delimiter?", dialect::shown(self.delimiter));
                        return Err(SourceError::line(&self.name, self.line, title).help(help));
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => {
                    // Line breaks inside quotes stay in the text; the one that ends the record does not.
                    self.line += self.breaks_inside(cells);
                    if !at_end {
                        self.line += 1;
                        self.after_cr = last == Some(b'\r');
                    }
                    return Ok((written, cells));
                }
            }
        }
    }

    /// The line on which the cell begins that comes after so many whole ones.
    fn line_of_open_cell(&self, cells: usize) -> u64 {
        self.line + self.breaks_inside(cells)
    }

    /// The line breaks inside the first cells of the record: cell by cell, since a CR that ends one and an LF that
    /// begins the next are two.
    fn breaks_inside(&self, cells: usize) -> u64 {
        let ends = &self.ends[..cells];
        let whole = &self.output[..ends.last().copied().unwrap_or(0)];
        if memchr::memchr2(b'\n', b'\r', whole).is_none() {
            return 0;
        }
        let begins = std::iter::once(0).chain(ends.iter().copied());
        begins.zip(ends).map(|(begin, end)| breaks(&self.output[begin..*end])).sum()
    }

    fn open_quote(&self, cells: usize) -> SourceError {
        let line = self.line_of_open_cell(cells);
        let title = format!("a quote that opens on line {line} of `{}` is never closed", self.name);
        SourceError::line(&self.name, line, title)
            .help("close it, or write a quote that belongs to the text twice inside quotes")
    }

    fn too_long(&self, cells: usize) -> SourceError {
        let line = self.line_of_open_cell(cells);
        let title = format!("the row that begins on line {line} is longer than {} MB", LONGEST_RECORD >> 20);
        SourceError::line(&self.name, line, title).help("look for a quote there that is never closed")
    }
}

fn fail(fault: &Fault, line: u64, name: &Arc<str>, encoding: &str) -> SourceError {
    match fault {
        Fault::Malformed => SourceError::line(name, line, format!("line {line} of `{name}` is not valid {encoding}"))
            .help("state the encoding it is written in, for example `encoding: windows-1252`"),
        Fault::Nul => SourceError::line(name, line, format!("line {line} of `{name}` has a NUL byte"))
            .help("a text file has none: it is damaged, or its encoding is another one, such as utf-16le"),
        Fault::Io(error) => SourceError::io(name, "read", error),
    }
}

mod pieces;
#[cfg(test)]
mod tests;

pub(crate) use pieces::{Piece, PieceRows, Pieces};

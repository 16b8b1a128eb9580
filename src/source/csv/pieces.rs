//! A CSV file in pieces that end where a record ends, so that several threads can cut and read it at the same time. To
//! find such an end takes no more than a look for line breaks where there are no quotes, and a pass of the CSV library
//! where there are some.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use super::{CsvRows, Layout, Records};
use crate::record::Row;
use crate::source::SourceError;
use crate::source::encoding::Charset;
use crate::source::text::{Text, breaks, read};

/// The length of a piece: small enough for the memory that is nearest to a processor.
const PIECE: usize = 1 << 16;

/// The length up to which the end of a record is looked for. Beyond it the rest of the file is one piece, which is read
/// as it stands there: in bounded memory, but by one thread.
const LONGEST: usize = 1 << 22;

/// Cuts a file into pieces.
pub(crate) struct Pieces {
    layout: Layout,
    name: Arc<str>,
    width: Option<(usize, usize)>,
    /// The line of the header; the records up to there are no data.
    header: u64,
    file: Option<File>,
    /// What was read and not handed out.
    buffer: Vec<u8>,
    line: u64,
    /// [`PIECE`] and [`LONGEST`], but for tests.
    lengths: (usize, usize),
    core: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

/// Some records.
#[derive(Default)]
pub(crate) struct Piece {
    bytes: Vec<u8>,
    /// The line that it begins on.
    line: u64,
    /// The file from the end of this piece on, where it has no end.
    rest: Option<File>,
}

/// Reads pieces, one after the other.
pub(crate) struct PieceRows {
    rows: CsvRows,
    header: u64,
}

impl Pieces {
    /// The pieces of a file that is open; none where bytes do not tell what is a line break or a quote, or where the
    /// first line is not part of the table.
    pub(super) fn new(rows: &CsvRows, header: u64) -> Option<Self> {
        let layout = rows.layout.clone();
        let tells = match layout.found.charset {
            Charset::Utf8 | Charset::Cp850 => true,
            Charset::Whatwg(encoding) => encoding.is_single_byte() && encoding.is_ascii_compatible(),
        };
        if !tells || layout.dialect.separator_line {
            return None;
        }
        let mut file = File::open(&layout.path).ok()?;
        file.seek(SeekFrom::Start(layout.found.mark as u64)).ok()?;
        Some(Self {
            core: layout.dialect.reader(),
            layout,
            name: Arc::clone(&rows.name),
            width: rows.width,
            header,
            file: Some(file),
            buffer: Vec::new(),
            line: 1,
            lengths: (PIECE, LONGEST),
            output: vec![0; 1 << 12],
            ends: vec![0; 1 << 6],
        })
    }

    /// The same in pieces of other lengths.
    #[cfg(test)]
    pub(super) fn with_lengths(mut self, piece: usize, longest: usize) -> Self {
        self.lengths = (piece, longest);
        self
    }

    /// What reads the pieces.
    pub(crate) fn rows(&self) -> PieceRows {
        let text = Text::of_pieces(&self.layout.found);
        let rows = CsvRows {
            records: Records::new(text, &self.layout, &self.name),
            layout: self.layout.clone(),
            name: Arc::clone(&self.name),
            width: self.width,
            evidence: Vec::new(),
            doubts: Vec::new(),
        };
        PieceRows { rows, header: self.header }
    }

    /// The next piece, in the buffer of a used one; none at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn next(&mut self, used: Piece) -> Result<Option<Piece>, SourceError> {
        let Some(mut file) = self.file.take() else { return Ok(None) };
        let (mut target, longest) = self.lengths;
        let end = loop {
            let ended = self.fill(&mut file, target)?;
            if ended {
                break self.buffer.len();
            }
            let end = self.last_end();
            if end > 0 {
                self.file = Some(file);
                break end;
            }
            if target >= longest {
                let bytes = std::mem::take(&mut self.buffer);
                return Ok(Some(Piece { bytes, line: self.line, rest: Some(file) }));
            }
            target *= 2;
        };
        if end == 0 {
            return Ok(None);
        }
        // What is behind the end begins the next piece.
        let mut bytes = used.bytes;
        bytes.clear();
        bytes.extend_from_slice(&self.buffer[end..]);
        std::mem::swap(&mut bytes, &mut self.buffer);
        bytes.truncate(end);
        let line = self.line;
        self.line += breaks(&bytes);
        Ok(Some(Piece { bytes, line, rest: None }))
    }

    /// Reads on until the buffer is so long; true at the end of the file.
    fn fill(&mut self, file: &mut File, target: usize) -> Result<bool, SourceError> {
        let mut filled = self.buffer.len();
        self.buffer.resize(target.max(filled), 0);
        while filled < self.buffer.len() {
            let count =
                read(file, &mut self.buffer[filled..]).map_err(|error| SourceError::io(&self.name, "read", &error))?;
            if count == 0 {
                self.buffer.truncate(filled);
                return Ok(true);
            }
            filled += count;
        }
        Ok(false)
    }

    /// Where the last record ends that the buffer holds as a whole; 0 if none does.
    fn last_end(&mut self) -> usize {
        if memchr::memchr(self.layout.dialect.quote, &self.buffer).is_some() {
            return self.last_end_by_core();
        }
        // A CR at the very end may be the first half of a line break.
        let sure = self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer);
        memchr::memrchr2(b'\n', b'\r', sure).map_or(0, |at| at + 1)
    }

    /// The same where line breaks may stand inside quotes.
    fn last_end_by_core(&mut self) -> usize {
        self.core.reset();
        let (mut at, mut end) = (0, 0);
        loop {
            let (result, read, ..) = self.core.read_record(&self.buffer[at..], &mut self.output, &mut self.ends);
            at += read;
            match result {
                // What is cut is thrown away: only where it ends is wanted.
                csv_core::ReadRecordResult::OutputFull | csv_core::ReadRecordResult::OutputEndsFull => {}
                csv_core::ReadRecordResult::InputEmpty | csv_core::ReadRecordResult::End => return end,
                csv_core::ReadRecordResult::Record => {
                    match (self.buffer.get(at.wrapping_sub(1)), self.buffer.get(at)) {
                        (Some(b'\r'), Some(b'\n')) => end = at + 1,
                        (Some(b'\r'), None) => return end,
                        _ => end = at,
                    }
                }
            }
        }
    }
}

impl PieceRows {
    /// Begins a piece; gives back the one before, to be used again.
    pub(crate) fn begin(&mut self, piece: Piece) -> Piece {
        let bytes = self.rows.records.restart(piece.bytes, piece.rest, piece.line);
        Piece { bytes, line: 0, rest: None }
    }

    /// Reads the next row of the piece; false at its end.
    ///
    /// # Errors
    /// What keeps the rest of the file from being read.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        while self.rows.next(row)? {
            if super::line_of(row) > self.header {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

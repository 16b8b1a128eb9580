//! Rejects of a CSV: delimiter, quote, encoding and place of the header as the recipe has them, so that the same recipe
//! reads the corrected file.

use std::io;
use std::path::Path;

use super::{REASON, ROW, Rows};
use crate::recipe::model::{CsvSource, HeaderRow};
use crate::source::{FileFacts, encode};

pub(super) fn write(path: &Path, source: &CsvSource, facts: &FileFacts, rows: Rows<'_>) -> io::Result<()> {
    let delimiter = facts.delimiter.and_then(|letter| u8::try_from(letter).ok()).unwrap_or(b';');
    let mut settings = csv::WriterBuilder::new();
    settings.delimiter(delimiter).quote(source.quote.unwrap_or(b'"')).flexible(true);
    let mut out = settings.from_writer(Vec::new());
    if source.header != HeaderRow::None {
        out.write_record(facts.header.iter().map(String::as_str).chain([REASON, ROW]))?;
    }
    rows.each(|row, reason, identity| {
        let mut cells: Vec<String> = row.cells().map(|cell| cell.to_string()).collect();
        cells.resize(facts.header.len().max(cells.len()), String::new());
        cells.extend([reason.to_owned(), identity.to_owned()]);
        Ok(out.write_record(&cells)?)
    })?;
    let table = out.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    let table = String::from_utf8(table).map_err(io::Error::other)?;
    // A stated header row counts lines, so as many stand before it.
    let above = match source.header {
        HeaderRow::Row(row) => "\n".repeat(row.saturating_sub(1) as usize),
        HeaderRow::First | HeaderRow::None => String::new(),
    };
    let label = source.encoding.as_ref().map(|label| label.value.as_str());
    std::fs::write(path, encode(label, &(above + &table)))
}

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
    let mut rejects = Vec::new();
    rows.each(|row, reason, identity| {
        let cells: Vec<String> = row.cells().map(|cell| cell.to_string()).collect();
        rejects.push((cells, [reason.to_owned(), identity.to_owned()]));
        Ok(())
    })?;
    // Cells beyond the header get columns without names, so that the reasons stand in one column all the same.
    let width = rejects.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0).max(facts.header.len());
    let padding = std::iter::repeat_n("", width - facts.header.len());
    if source.header != HeaderRow::None {
        out.write_record(facts.header.iter().map(String::as_str).chain(padding).chain([REASON, ROW]))?;
    }
    for (mut cells, further) in rejects {
        cells.resize(width, String::new());
        cells.extend(further);
        out.write_record(&cells)?;
    }
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

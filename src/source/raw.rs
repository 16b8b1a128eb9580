//! All that there is in a file, before a recipe says what is wanted: for `eintrag inspect`. What a recipe would have to
//! state because it is not clear is taken as it most likely is, and told as a doubt.

use std::fs::File;
use std::io::Read;

use super::csv::CsvRows;
use super::excel::{EverySheet, SheetInfo};
use super::{FileFacts, Snapshot, SourceError, Wanted};
use crate::recipe::model::{CsvSource, HeaderRow};
use crate::record::Row;

/// The endings of spreadsheets; such a file is read as one whatever is in it, so that the message fits.
const SPREADSHEETS: [&str; 10] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "xltx", "xltm", "xlt", "xlam", "ots"];

/// The endings of files that are neither text tables nor spreadsheets.
const OTHERS: [&str; 6] = ["eml", "msg", "mbox", "html", "docx", "zip"];

/// Every row of a file, from its first line or from A1 on.
pub struct RawRows {
    rows: Kind,
    facts: FileFacts,
}

enum Kind {
    Csv { rows: Box<CsvRows>, failed: bool },
    Sheets(Box<EverySheet>),
}

impl RawRows {
    /// Opens a file as what its content and its name say it is.
    ///
    /// # Errors
    /// What keeps it from being read as a CSV file or a spreadsheet.
    pub fn open(snapshot: &Snapshot) -> Result<Self, SourceError> {
        let name = &snapshot.name;
        let ending = snapshot.original.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let ending = ending.unwrap_or_default();
        let mut start = Vec::new();
        File::open(&snapshot.copy)
            .and_then(|file| file.take(8).read_to_end(&mut start))
            .map_err(|error| SourceError::io(name, "read", &error))?;
        let is_book = start.starts_with(b"PK") || start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
        if OTHERS.contains(&ending.as_str()) {
            let title = format!("`{name}` is neither a CSV file nor a spreadsheet");
            return Err(SourceError::file(name, title)
                .help("this version looks into csv, xlsx, xlsm, xlsb, xls, ods, xml, json and pdf"));
        }
        if is_book || SPREADSHEETS.contains(&ending.as_str()) {
            let rows = EverySheet::open(snapshot)?;
            return Ok(Self { rows: Kind::Sheets(Box::new(rows)), facts: FileFacts::new(name) });
        }
        let csv = CsvSource { header: HeaderRow::None, ..CsvSource::default() };
        let (rows, facts) = CsvRows::open(&csv, snapshot, &Wanted { lenient: true, ..Wanted::default() })?;
        Ok(Self { rows: Kind::Csv { rows: Box::new(rows), failed: false }, facts })
    }

    /// The sheets of a spreadsheet, also those without cells; none for a CSV file.
    pub fn sheets(&self) -> Option<&[SheetInfo]> {
        match &self.rows {
            Kind::Csv { .. } => None,
            Kind::Sheets(rows) => Some(rows.sheets()),
        }
    }

    /// Encoding and delimiter of a CSV file.
    pub fn facts(&self) -> &FileFacts {
        &self.facts
    }

    /// Why a CSV file is read in this encoding and cut at this delimiter: one line each.
    pub fn evidence(&self) -> &[String] {
        match &self.rows {
            Kind::Csv { rows, .. } => rows.evidence(),
            Kind::Sheets(_) => &[],
        }
    }

    /// What is not clear about the file: a recipe has to state it.
    pub fn doubts(&self) -> &[String] {
        match &self.rows {
            Kind::Csv { rows, .. } => rows.doubts(),
            Kind::Sheets(_) => &[],
        }
    }

    /// Reads the next row that is not blank; false at the end. After an error it goes on with what can still be read.
    ///
    /// # Errors
    /// What keeps a sheet, or the rest of the file, from being read.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        match &mut self.rows {
            Kind::Csv { failed: true, .. } => Ok(false),
            Kind::Csv { rows, failed } => rows.next(row).inspect_err(|_| *failed = true),
            Kind::Sheets(rows) => rows.next(row),
        }
    }
}

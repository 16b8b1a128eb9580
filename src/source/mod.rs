//! Where rows come from. A source gives rows as they stand, each with its origin, and says what the file is; it gives
//! no meaning to what it reads.

use std::path::PathBuf;
use std::sync::Arc;

use crate::recipe::model::Source;
use crate::record::Row;

/// An input file, copied and hashed before anything is read from it, so that nobody can change it under us.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its name as the user knows it, without folders.
    pub name: Arc<str>,
    /// The path as the user gave it.
    pub original: PathBuf,
    /// The copy that is read.
    pub copy: PathBuf,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// What a source found out about a file before its first row.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Its name as the user knows it.
    pub name: Arc<str>,
    /// The character encoding, for text files.
    pub encoding: Option<String>,
    /// The delimiter, for CSV.
    pub delimiter: Option<char>,
    /// The sheet, for spreadsheets.
    pub sheet: Option<Arc<str>>,
    /// The column names, one a column (empty where a column has none).
    pub header: Vec<String>,
    /// Where the header stands.
    pub header_origin: Option<crate::record::Origin>,
    /// The first rows of the sheet from A1 on, kept where the recipe points at single cells.
    pub top: Vec<Row>,
}

/// A file that cannot be read, or not to its end.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{title}")]
pub struct SourceError {
    /// What is wrong: lower case, no full stop.
    pub title: String,
    /// What to do.
    pub help: Option<String>,
    /// Where in the file.
    pub at: crate::record::Origin,
}

/// An open input.
pub struct Reader {
    facts: FileFacts,
}

impl Reader {
    /// Opens a snapshot as the recipe says.
    ///
    /// # Errors
    /// What keeps the file from being read as that.
    pub fn open(source: &Source, snapshot: &Snapshot) -> Result<Self, SourceError> {
        let _ = source;
        let facts = FileFacts {
            name: Arc::clone(&snapshot.name),
            encoding: None,
            delimiter: None,
            sheet: None,
            header: Vec::new(),
            header_origin: None,
            top: Vec::new(),
        };
        Ok(Self { facts })
    }

    /// What is known of the file.
    pub fn facts(&self) -> &FileFacts {
        &self.facts
    }

    /// Reads the next row into `row`; false at the end.
    ///
    /// # Errors
    /// What keeps the rest of the file from being read.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        let _ = row;
        Ok(false)
    }
}

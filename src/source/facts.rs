//! What a source finds out about a file before its first row, and what the caller wants found out.

use std::sync::Arc;

use crate::recipe::model::{Field, Finder, Pick};
use crate::record::{Origin, Row};

/// The rows and columns that [`FileFacts::top`] holds at most.
pub(super) const TOP_ROWS: usize = 200;
pub(super) const TOP_COLUMNS: usize = 100;

/// What a source found out about a file before its first row.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Its name as the user knows it.
    pub name: Arc<str>,
    /// The character encoding, for text files.
    pub encoding: Option<String>,
    /// The delimiter, for CSV; none where the file has one column only.
    pub delimiter: Option<char>,
    /// The sheet, for spreadsheets.
    pub sheet: Option<Arc<str>>,
    /// The column names, one a column (empty where a column has none).
    pub header: Vec<String>,
    /// Where the header stands.
    pub header_origin: Option<Origin>,
    /// The first rows of the sheet from A1 on, kept where the recipe points at single cells: `top[0]` is the first
    /// row, blank rows included, so that a row's position here is its number in the sheet. For a text file each record
    /// and each blank line is a row.
    pub top: Vec<Row>,
}

impl FileFacts {
    /// Facts of a file of which nothing is known yet.
    pub(super) fn new(name: &Arc<str>) -> Self {
        Self {
            name: Arc::clone(name),
            encoding: None,
            delimiter: None,
            sheet: None,
            header: Vec::new(),
            header_origin: None,
            top: Vec::new(),
        }
    }
}

/// What the caller needs beyond the rows.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whether [`FileFacts::top`] is to be filled.
    pub top: bool,
    /// Whether the file is one record (a form): the reader then gives one row without cells, whose origin is the file.
    pub single: bool,
    /// The columns that are looked for, with their aliases. They find the header below a preamble, where the recipe
    /// does not state its row.
    pub columns: Vec<Vec<String>>,
    /// What the source itself is to look up for each row, in the order of the fields: it puts them into the row by their
    /// number here.
    pub picks: Arc<[Pick]>,
    /// Whether a person only looks at the file: what is not clear (encoding, delimiter) is then taken as it most likely
    /// is, with a doubt that is told, instead of refused.
    pub lenient: bool,
}

impl Wanted {
    /// What the fields of a recipe need.
    pub fn for_fields(fields: &[Field]) -> Self {
        let columns: Vec<Vec<String>> = fields
            .iter()
            .filter_map(|field| match &field.finder {
                Finder::Column(names) => Some(names.iter().map(|name| name.value.clone()).collect()),
                _ => None,
            })
            .collect();
        let top = fields
            .iter()
            .any(|field| matches!(field.finder, Finder::Cell { .. } | Finder::RightOf(_) | Finder::Below(_)));
        let picks: Arc<[Pick]> = fields
            .iter()
            .filter_map(|field| if let Finder::Pick(pick) = &field.finder { Some(pick.clone()) } else { None })
            .collect();
        Self { top, single: top && columns.is_empty(), columns, picks, lenient: false }
    }
}

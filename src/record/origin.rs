//! Where a row stands, as a person would say it.

use std::fmt;
use std::sync::Arc;

/// The place of a row or value: `rechnungen.csv:37` or `book.xlsx › Sheet1!7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file's name as the user knows it (without folders).
    pub file: Arc<str>,
    /// Where in the file.
    pub place: Place,
}

/// The place inside a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line of a text file, counted from 1; for a row with quoted line breaks, its first line.
    Line(u64),
    /// A row of a sheet, counted from 1 as the spreadsheet program shows it.
    Sheet {
        /// The sheet's name.
        sheet: Arc<str>,
        /// The row's number.
        row: u32,
    },
    /// A piece of a file that has no lines or rows of its own, by what it is called there: `message 3` of a mailbox,
    /// `$.items[3]` of a JSON file.
    Item(Arc<str>),
}

impl Origin {
    /// The file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), place: Place::File }
    }

    /// A line of a text file, counted from 1.
    pub fn line(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self { file: file.into(), place: Place::Line(line) }
    }

    /// A piece of a file, by what it is called there.
    pub fn item(file: impl Into<Arc<str>>, item: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), place: Place::Item(item.into()) }
    }

    /// The place without the file's name: `37`, `Sheet1!7`, `$.items[3]`, or nothing for the whole file.
    pub fn place(&self) -> String {
        match &self.place {
            Place::File => String::new(),
            Place::Line(line) => line.to_string(),
            Place::Sheet { sheet, row } => format!("{sheet}!{row}"),
            Place::Item(item) => item.to_string(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File => write!(out, "{}", self.file),
            Place::Line(line) => write!(out, "{}:{line}", self.file),
            Place::Sheet { sheet, row } => write!(out, "{} › {sheet}!{row}", self.file),
            Place::Item(item) => write!(out, "{} › {item}", self.file),
        }
    }
}

//! One open input, whatever its format.

use std::sync::Arc;

use super::csv::CsvRows;
use super::excel::SheetRows;
use super::{FileFacts, Snapshot, SourceError, Wanted};
use crate::recipe::model::{Source, SourceKind};
use crate::record::{Origin, Place, Row};

/// An open input.
pub struct Reader {
    facts: FileFacts,
    rows: Rows,
    evidence: Vec<String>,
}

enum Rows {
    Csv(Box<CsvRows>),
    Sheet(Box<SheetRows>),
    /// The file is one record; whether its row was given.
    Single {
        given: bool,
    },
}

impl Reader {
    /// Opens a snapshot as the recipe says.
    ///
    /// # Errors
    /// What keeps the file from being read as that.
    pub fn open(source: &Source, snapshot: &Snapshot) -> Result<Self, SourceError> {
        Self::open_with(source, snapshot, &Wanted::default())
    }

    /// Opens a snapshot as the recipe says, with what its fields need.
    ///
    /// # Errors
    /// What keeps the file from being read as that.
    pub fn open_with(source: &Source, snapshot: &Snapshot, wanted: &Wanted) -> Result<Self, SourceError> {
        let (rows, facts, evidence) = match &source.kind {
            SourceKind::Csv(csv) => {
                let (rows, facts) = CsvRows::open(csv, snapshot, wanted)?;
                let evidence = rows.evidence().to_vec();
                (Rows::Csv(Box::new(rows)), facts, evidence)
            }
            SourceKind::Excel(excel) => {
                let (rows, facts) = SheetRows::open(excel, snapshot, wanted)?;
                (Rows::Sheet(Box::new(rows)), facts, Vec::new())
            }
        };
        let rows = if wanted.single { Rows::Single { given: false } } else { rows };
        Ok(Self { facts, rows, evidence })
    }

    /// What is known of the file.
    pub fn facts(&self) -> &FileFacts {
        &self.facts
    }

    /// Why the file is read in this encoding and cut at this delimiter: one line each.
    pub fn evidence(&self) -> &[String] {
        &self.evidence
    }

    /// Reads the next row into `row`; false at the end.
    ///
    /// # Errors
    /// What keeps the rest of the file from being read.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        match &mut self.rows {
            Rows::Csv(rows) => rows.next(row),
            Rows::Sheet(rows) => rows.next(row),
            Rows::Single { given } => {
                if *given {
                    return Ok(false);
                }
                *given = true;
                row.clear(Place::File);
                row.origin = Origin::file(Arc::clone(&self.facts.name));
                Ok(true)
            }
        }
    }
}

//! One open input, whatever its format.

use std::sync::Arc;
use std::vec;

use super::csv::{CsvRows, Pieces};
use super::excel::SheetRows;
use super::left_out::{Rules, Verdict};
use super::{FileFacts, Snapshot, SourceError, Wanted, einvoice, json, pdf, xml};
use crate::recipe::model::{LeftOut, Source, SourceKind};
use crate::record::{Origin, Place, Row};

/// An open input.
pub struct Reader {
    facts: FileFacts,
    rows: Format,
    evidence: Vec<String>,
    /// What is left out, where the recipe says so.
    rules: Option<Rules>,
    ended: bool,
    left_out: u64,
}

enum Format {
    Csv(Box<CsvRows>),
    Sheet(Box<SheetRows>),
    /// All rows of a file that can only be read as a whole.
    Whole(vec::IntoIter<Row>),
    /// The file is one record; whether its row was given.
    Single {
        given: bool,
    },
}

impl Format {
    fn whole((rows, facts): (Vec<Row>, FileFacts)) -> (Self, FileFacts, Vec<String>) {
        (Format::Whole(rows.into_iter()), facts, Vec::new())
    }
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
                (Format::Csv(Box::new(rows)), facts, evidence)
            }
            SourceKind::Excel(excel) => {
                let (rows, facts) = SheetRows::open(excel, snapshot, wanted)?;
                (Format::Sheet(Box::new(rows)), facts, Vec::new())
            }
            SourceKind::Xml(source) => Format::whole(xml::rows(source, snapshot, wanted)?),
            SourceKind::Json(source) => Format::whole(json::rows(source, snapshot, wanted)?),
            SourceKind::Einvoice(source) => Format::whole(einvoice::rows(source, snapshot, wanted)?),
            SourceKind::Pdf(_) => Format::whole(pdf::rows(snapshot, wanted)?),
        };
        let states_some = |left_out: &&LeftOut| !left_out.stop_at.is_empty() || !left_out.skip.is_empty();
        let rules = match source.kind.left_out().filter(states_some) {
            Some(left_out) if !wanted.single => Some(Rules::new(left_out, &facts)?),
            _ => None,
        };
        let rows = if wanted.single { Format::Single { given: false } } else { rows };
        Ok(Self { facts, rows, evidence, rules, ended: false, left_out: 0 })
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
        while self.next_of_file(row)? {
            match self.rules.as_ref().map_or(Verdict::Data, |rules| rules.judge(row)) {
                // What stands below the end is read all the same, to be counted.
                Verdict::Data if !self.ended => return Ok(true),
                Verdict::Data | Verdict::Skipped => {}
                Verdict::Ended => self.ended = true,
            }
            self.left_out += 1;
        }
        Ok(false)
    }

    /// The file in pieces that several threads may read, instead of row by row; none where it has to be read from one end
    /// to the other.
    pub(crate) fn pieces(&self) -> Option<Pieces> {
        match &self.rows {
            Format::Csv(rows) if self.rules.is_none() => rows.pieces(&self.facts),
            _ => None,
        }
    }

    /// How many rows were left out so far by `stop_at:` and `skip_rows_where:`.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn next_of_file(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        match &mut self.rows {
            Format::Csv(rows) => rows.next(row),
            Format::Sheet(rows) => rows.next(row),
            Format::Whole(rows) => match rows.next() {
                Some(next) => {
                    *row = next;
                    Ok(true)
                }
                None => Ok(false),
            },
            Format::Single { given } => {
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

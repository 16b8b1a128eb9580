//! One open input, whatever its format.

use std::sync::Arc;
use std::vec;

use super::csv::{CsvRows, Pieces};
use super::excel::SheetRows;
use super::left_out::{Rules, Verdict};
use super::mail::MailUnit;
use super::{FileFacts, Snapshot, SourceError, Wanted, einvoice, json, pdf, xml};
use crate::recipe::model::{LeftOut, Source, SourceKind};
use crate::record::{Cell, Origin, Place, Row, Why};

/// An open input.
pub struct Reader {
    facts: FileFacts,
    rows: Format,
    evidence: Vec<String>,
    /// What is left out, where the recipe says so.
    rules: Option<Rules>,
    ended: bool,
    left_out: u64,
    /// The first row of what came with a mail, read ahead to know that there is one.
    ahead: Option<Row>,
    /// The mail that the rows came with.
    mail: Option<Arc<MailUnit>>,
    /// How many values the recipe wants looked up.
    picks: usize,
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
        let mut left_out = 0;
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
            SourceKind::Email(_) => return Self::open_mail(source, snapshot, wanted),
            SourceKind::Xml(source) => Format::whole(xml::rows(source, snapshot, wanted)?),
            SourceKind::Json(source) => Format::whole(json::rows(source, snapshot, wanted)?),
            SourceKind::Einvoice(source) => {
                let (rows, facts, sub_lines) = einvoice::rows(source, snapshot, wanted)?;
                left_out = sub_lines;
                Format::whole((rows, facts))
            }
            SourceKind::Pdf(_) => Format::whole(pdf::rows(snapshot, wanted)?),
        };
        let states_some = |left_out: &&LeftOut| !left_out.stop_at.is_empty() || !left_out.skip.is_empty();
        let rules = match source.kind.left_out().filter(states_some) {
            Some(left_out) if !wanted.single => Some(Rules::new(left_out, &facts)?),
            _ => None,
        };
        let rows = if wanted.single { Format::Single { given: false } } else { rows };
        let picks = wanted.picks.len();
        Ok(Self { facts, rows, evidence, rules, ended: false, left_out, ahead: None, mail: None, picks })
    }

    /// Opens what came with a mail: an attachment as what it is, or the mail itself as one row.
    fn open_mail(source: &Source, snapshot: &Snapshot, wanted: &Wanted) -> Result<Self, SourceError> {
        let name = &snapshot.name;
        let unit = snapshot.mail.as_ref().ok_or_else(|| SourceError::file(name, format!("`{name}` is no mail")))?;
        if let Some(error) = &unit.broken {
            return Err(SourceError::clone(error));
        }
        let mut reader = match &unit.content {
            Some(kind) => {
                let inner = Source { kind: (**kind).clone(), locale: source.locale, zone: source.zone.clone() };
                Self::open_with(&inner, snapshot, wanted)?
            }
            None => Self::one_row(snapshot, wanted),
        };
        reader.mail = Some(Arc::clone(unit));
        if unit.content.is_some() {
            let mut first = Row::new(Origin::file(Arc::clone(name)));
            if reader.next_of_rows(&mut first)? {
                reader.ahead = Some(first);
            } else if reader.left_out == 0 {
                // Without a row the mail would be in no balance.
                let mut empty = MailUnit::clone(unit);
                empty.content = None;
                empty.picks.problems.push(Why::NoRows);
                reader = Self { mail: Some(Arc::new(empty)), ..Self::one_row(snapshot, wanted) };
            }
        }
        Ok(reader)
    }

    /// A reader of a file that is one row as a whole.
    fn one_row(snapshot: &Snapshot, wanted: &Wanted) -> Self {
        Self {
            facts: FileFacts::new(&snapshot.name),
            rows: Format::Single { given: false },
            evidence: Vec::new(),
            rules: None,
            ended: false,
            left_out: 0,
            ahead: None,
            mail: None,
            picks: wanted.picks.len(),
        }
    }

    /// Whether there is nothing to read but a row that says why.
    pub fn is_refused(&self) -> bool {
        self.mail.as_ref().is_some_and(|unit| unit.content.is_none() && !unit.picks.problems.is_empty())
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
            Format::Csv(rows) if self.rules.is_none() && self.mail.is_none() => rows.pieces(&self.facts),
            _ => None,
        }
    }

    /// How many rows were left out so far by `stop_at:` and `skip_rows_where:`, and lines of e-invoices inside of lines.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn next_of_file(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        if !self.next_of_rows(row)? {
            return Ok(false);
        }
        if let Some(unit) = &self.mail {
            // What the attachment's own reader has looked up stays.
            for number in 0..self.picks {
                match unit.picks.picked(number) {
                    Cell::Empty => {}
                    picked => row.pick(number, picked),
                }
            }
            row.problems.extend(unit.picks.problems.iter().cloned());
        }
        Ok(true)
    }

    fn next_of_rows(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        if let Some(first) = self.ahead.take() {
            *row = first;
            return Ok(true);
        }
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

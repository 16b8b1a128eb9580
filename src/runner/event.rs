//! What a run tells those who listen: the screen, the journal's lines, reports. The runner knows none of them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::balance::Balance;
use super::reason::Reason;
use crate::journal::RunId;
use crate::record::{Issue, Key, Origin, Outcome, Record, Value};
use crate::source::FileFacts;
use crate::target::Captures;
use crate::validate::FileVerdict;

/// One thing that happened.
pub enum Event<'a> {
    /// The run has its number.
    Began(RunId),
    /// The whole input was read and judged once: how many records will be dealt with (carried ones included).
    Counted {
        /// Records in all.
        records: u64,
    },
    /// A file of the input, read to its end.
    File(&'a FileReport),
    /// A record's end.
    Record(&'a RecordReport),
    /// Good records of a dry run that are not told one by one.
    Good {
        /// How many.
        records: u64,
    },
    /// The end of the run.
    Ended(&'a Balance),
}

/// Something that listens to a run.
pub trait Listener {
    /// Takes an event in.
    ///
    /// # Errors
    /// What keeps it from doing its work; the run then stops.
    fn take(&mut self, event: &Event<'_>) -> Result<(), String>;

    /// Whether it wants to hear of each good record of a dry run, and not only how many there are.
    fn wants_good_records(&self) -> bool {
        true
    }
}

/// A file of the input.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its facts; none if it could not be opened.
    pub facts: Option<FileFacts>,
    /// Its name.
    pub name: Arc<str>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows read.
    pub rows: u64,
    /// What is said of it as a whole.
    pub verdict: FileVerdict,
}

/// A record and its end.
#[derive(Clone, Debug)]
pub struct RecordReport {
    /// Its id.
    pub id: String,
    /// Where its first row stands.
    pub origin: Origin,
    /// Where all its rows stand, in reading order.
    pub places: Vec<Origin>,
    /// Its key, where there is one.
    pub key: Option<Key>,
    /// Its outcome.
    pub outcome: Outcome,
    /// Its fields as far as they could be read, by name.
    pub fields: Vec<(Arc<str>, Value)>,
    /// What is wrong with its data.
    pub issues: Vec<Issue>,
    /// Why it ended so.
    pub reason: Option<Reason>,
    /// Its entries.
    pub entries: Vec<EntryReport>,
    /// Whether it came from the journal instead of the input.
    pub carried: bool,
    /// The record, where it is to be kept because it waits for something.
    pub keep: Option<Record>,
}

/// One entry of a record and its end.
#[derive(Clone, Debug)]
pub struct EntryReport {
    /// The target.
    pub target: Arc<str>,
    /// The part.
    pub part: Arc<str>,
    /// The element's own key, where the part has elements.
    pub element: Option<Arc<str>>,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why it ended so.
    pub reason: Option<Reason>,
    /// The steps as rendered (dry runs only).
    pub steps: Vec<Json>,
    /// What the target gave back.
    pub receipt: Captures,
}

impl EntryReport {
    /// What it is called: `erp.entry`, `erp.lines[3]`.
    pub fn name(&self) -> String {
        match &self.element {
            None => format!("{}.{}", self.target, self.part),
            Some(element) => format!("{}.{}[{element}]", self.target, self.part),
        }
    }

    /// Why the record ended as this entry did: which of its elements is to blame is part of that.
    pub(super) fn reason_of_record(&self) -> Option<Reason> {
        let reason = self.reason.clone()?;
        let is_told = matches!(self.outcome, Outcome::Rejected | Outcome::Held | Outcome::Failed | Outcome::InDoubt);
        Some(match self.element {
            Some(_) if is_told => Reason::OfElement { name: self.name(), reason: Box::new(reason) },
            _ => reason,
        })
    }
}

impl RecordReport {
    /// How many rows it is made of.
    pub fn rows(&self) -> u64 {
        self.places.len() as u64
    }
}

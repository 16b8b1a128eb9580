//! The first pass: what must be known of the whole input before anything of it is sent.

use rust_decimal::Decimal;

use super::event::FileReport;
use super::input::{self, Input, Pass};
use super::keys::Keys;
use super::reason::Reason;
use crate::record::{Judged, Record};

/// What the first pass found out.
pub(super) struct Survey {
    pub(super) files: Vec<FileReport>,
    /// Records and rejected ones among them, by file.
    counts: Vec<(u64, u64)>,
    keys: Keys,
}

/// Reads the whole input once.
pub(super) fn survey(input: &Input) -> Survey {
    let mut survey = Survey { files: Vec::new(), counts: vec![(0, 0); input.snapshots.len()], keys: Keys::default() };
    input::go_through(input, &mut survey);
    survey.keys.settle();
    survey
}

impl Pass for Survey {
    fn judged(&mut self, file: usize, judged: Judged) -> bool {
        let (records, rejected) = &mut self.counts[file];
        *records += 1;
        match judged {
            Judged::Rejected(record) => {
                *rejected += 1;
                if let Some(key) = &record.key {
                    self.keys.note_rejected(key);
                }
            }
            Judged::Valid(record) => self.keys.note(file, &record),
        }
        true
    }

    fn file(&mut self, _file: usize, report: FileReport) {
        self.files.push(report);
    }
}

impl Survey {
    /// Records in all.
    pub(super) fn records(&self) -> u64 {
        self.counts.iter().map(|(records, _)| records).sum()
    }

    /// Whether so many of a file's records are wrong that nothing of it is sent.
    pub(super) fn gate(&self, file: usize, below: Option<Decimal>) -> Option<Reason> {
        let (records, rejected) = self.counts[file];
        let below = below?;
        // Compared as a product, so that nothing is rounded.
        (rejected > 0 && Decimal::from(rejected) >= below * Decimal::from(records)).then(|| Reason::Gate {
            rejected,
            records,
            below: format!("{}%", (below * Decimal::ONE_HUNDRED).normalize()),
        })
    }

    /// Why a good record is not entered for the sake of another with the same key, if so: the second of two equal ones,
    /// all of different ones.
    pub(super) fn duplicate(&self, file: usize, record: &Record) -> Option<Reason> {
        self.keys.duplicate(file, record)
    }

    /// Whether the input holds a record with this key, good or not: then it is the input that counts, and not what an
    /// earlier run left open.
    pub(super) fn holds(&self, record: &Record) -> bool {
        self.keys.holds(&record.key)
    }
}

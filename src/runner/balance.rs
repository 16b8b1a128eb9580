//! The balance: every row read and every record made, each in exactly one outcome.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::event::{FileReport, RecordReport};
use super::reason::Reason;
use crate::record::Outcome;
use crate::validate::ControlTotal;

/// The balance of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balance {
    /// Rows read.
    pub rows: u64,
    /// Rows that are no records by the recipe's word (footers).
    pub skipped: u64,
    /// Rows of records of each outcome.
    pub rows_in: BTreeMap<Outcome, u64>,
    /// Records made of the input.
    pub records: u64,
    /// Records of each outcome.
    pub records_in: BTreeMap<Outcome, u64>,
    /// Records that an earlier run left open and that this input does not hold, by outcome.
    pub carried: BTreeMap<Outcome, u64>,
    /// Control totals by file.
    pub totals: Vec<(Arc<str>, ControlTotal)>,
    /// Files with something wrong as a whole: unreadable, without a column, a control total not met.
    pub unreadable: u64,
    /// Whether the run was stopped before all was reached.
    pub stopped: bool,
}

impl Balance {
    /// Takes in what the first pass says of the files.
    pub(super) fn take_files(&mut self, files: &[FileReport]) {
        for file in files {
            self.rows += file.rows;
            self.skipped += file.verdict.skipped;
            let totals = file.verdict.totals.iter().map(|total| (Arc::clone(&file.name), total.clone()));
            self.totals.extend(totals);
            // A file with something wrong that left no record to say so still must not pass as good.
            self.unreadable += u64::from(!file.verdict.issues.is_empty());
        }
    }

    /// As the last line of `--format jsonl` shows it.
    pub fn to_json(&self) -> Json {
        let counts = |counts: &BTreeMap<Outcome, u64>| -> Json {
            counts.iter().map(|(outcome, count)| (outcome.word().to_owned(), json!(count))).collect()
        };
        let total = |(file, total): &(Arc<str>, ControlTotal)| {
            json!({ "file": &**file, "name": total.name, "expected": total.expected, "found": total.found,
                    "met": total.expected.as_ref() == Some(&total.found) })
        };
        json!({
            "kind": "balance",
            "rows": self.rows,
            "rows_in": counts(&self.rows_in),
            "skipped": self.skipped,
            "records": self.records,
            "records_in": counts(&self.records_in),
            "carried": counts(&self.carried),
            "totals": self.totals.iter().map(total).collect::<Vec<_>>(),
            "unreadable_files": self.unreadable,
            "stopped": self.stopped,
            "closes": self.closes(),
            "exit_code": self.exit_code(),
        })
    }

    /// Books a record's end.
    pub(super) fn book(&mut self, report: &RecordReport) {
        if report.carried {
            *self.carried.entry(report.outcome).or_default() += 1;
        } else {
            *self.rows_in.entry(report.outcome).or_default() += report.rows();
            *self.records_in.entry(report.outcome).or_default() += 1;
        }
        let deliberate = matches!(report.reason, Some(Reason::NotSelected | Reason::Rehearsed | Reason::OnlyRechecked));
        if report.outcome == Outcome::Pending && !deliberate {
            self.stopped = true;
        }
    }

    /// Books good records of a dry run that are not told one by one.
    pub(super) fn book_valid(&mut self, records: u64, rows: u64) {
        if records > 0 {
            *self.rows_in.entry(Outcome::Valid).or_default() += rows;
            *self.records_in.entry(Outcome::Valid).or_default() += records;
        }
    }

    /// Whether every row read and every record made is in exactly one outcome.
    pub fn closes(&self) -> bool {
        self.rows_in.values().sum::<u64>() + self.skipped == self.rows
            && self.records_in.values().sum::<u64>() == self.records
    }

    /// Records of an outcome, carried ones included.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.records_in.get(&outcome).copied().unwrap_or(0) + self.carried.get(&outcome).copied().unwrap_or(0)
    }

    /// Whether no record needs anything more: none is held, failed, in doubt or pending.
    pub fn needs_no_more(&self) -> bool {
        let open = [Outcome::Held, Outcome::Failed, Outcome::InDoubt, Outcome::Pending];
        open.into_iter().all(|outcome| self.count(outcome) == 0)
    }

    /// The exit code of the contract: 4 does not close, 3 stopped early, 5 in doubt, 1 some rejected, held or failed,
    /// 0 all entered or unchanged (or valid, in a dry run).
    pub fn exit_code(&self) -> u8 {
        if !self.closes() {
            4
        } else if self.stopped {
            3
        } else if self.count(Outcome::InDoubt) > 0 {
            5
        } else if self.unreadable > 0
            || [Outcome::Rejected, Outcome::Held, Outcome::Failed].iter().any(|outcome| self.count(*outcome) > 0)
        {
            1
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(records: &[(Outcome, u64)]) -> Balance {
        let total = records.iter().map(|(_, count)| count).sum();
        let outcomes: BTreeMap<_, _> = records.iter().copied().collect();
        Balance { rows: total, records: total, rows_in: outcomes.clone(), records_in: outcomes, ..Balance::default() }
    }

    #[test]
    fn a_lost_row_is_seen_and_comes_first() {
        let mut lost = balance(&[(Outcome::Entered, 3), (Outcome::InDoubt, 1)]);
        assert!(lost.closes());
        lost.rows += 1;
        assert!(!lost.closes());
        assert_eq!(lost.exit_code(), 4);
    }

    #[test]
    fn the_first_exit_code_that_applies_counts() {
        assert_eq!(balance(&[(Outcome::Entered, 3), (Outcome::Unchanged, 1)]).exit_code(), 0);
        assert_eq!(balance(&[(Outcome::Entered, 3), (Outcome::Held, 1)]).exit_code(), 1);
        assert_eq!(balance(&[(Outcome::Rejected, 3), (Outcome::InDoubt, 1)]).exit_code(), 5);
        let stopped = Balance { stopped: true, ..balance(&[(Outcome::Pending, 3), (Outcome::InDoubt, 1)]) };
        assert_eq!(stopped.exit_code(), 3);
    }
}

//! From what validation judged to the report of a record: ids, fields by name, and the outcomes that are known before
//! anything is sent.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::event::RecordReport;
use super::reason::Reason;
use super::survey::Survey;
use crate::journal::{entry_key, hex, record_id};
use crate::recipe::Recipe;
use crate::record::{Issue, Judged, Origin, Outcome, Record, Rejected, Value};
use crate::source::Snapshot;

/// A record on its way.
pub(super) enum Booked {
    /// To be entered.
    Open(Box<Record>, RecordReport),
    /// Its end is known.
    Closed(RecordReport),
}

/// What is known of a record before anything is sent.
pub(super) fn book(
    recipe: &Recipe,
    survey: &Survey,
    snapshots: &[Snapshot],
    (file, judged): (usize, Judged),
) -> Booked {
    let of_file = &survey.files[file].verdict.issues;
    let record = match judged {
        Judged::Rejected(rejected) => return Booked::Closed(rejected_report(&snapshots[file], rejected, of_file)),
        Judged::Valid(record) => record,
    };
    let mut report = report_of(recipe, &record);
    let (outcome, reason) = if !of_file.is_empty() {
        report.issues.clone_from(of_file);
        (Outcome::Rejected, None)
    } else {
        match survey.duplicate(file, &record).or_else(|| survey.gate(file, recipe.send_if_rejected_below)) {
            None => return Booked::Open(Box::new(record), report),
            Some(reason @ Reason::DuplicateOf(_)) => (Outcome::Unchanged, Some(reason)),
            Some(reason) => (Outcome::Held, Some(reason)),
        }
    };
    report.outcome = outcome;
    report.reason = reason;
    Booked::Closed(report)
}

/// A report of a good record, as long as nothing is known of its end.
pub(super) fn report_of(recipe: &Recipe, record: &Record) -> RecordReport {
    let of_lines = recipe.grouping.as_ref().map_or(&[][..], |grouping| &grouping.lines);
    let mut fields: Vec<(Arc<str>, Value)> = recipe
        .fields
        .iter()
        .zip(&record.fields)
        .enumerate()
        .filter(|(slot, _)| !of_lines.contains(slot))
        .map(|(_, (field, value))| (Arc::clone(&field.name), value.clone()))
        .collect();
    if !record.lines.is_missing() {
        fields.push(("lines".into(), record.lines.clone()));
    }
    RecordReport {
        id: record_id(&entry_key(&recipe.ledger, &record.key)),
        origin: record.origin.clone(),
        places: record.places(),
        key: Some(record.key.clone()),
        outcome: Outcome::Pending,
        fields,
        issues: Vec::new(),
        reason: None,
        entries: Vec::new(),
        carried: false,
        keep: None,
    }
}

fn rejected_report(snapshot: &Snapshot, rejected: Rejected, of_file: &[Issue]) -> RecordReport {
    let places = rejected.places();
    let mut issues = rejected.issues;
    let new: Vec<Issue> = of_file.iter().filter(|issue| !issues.contains(issue)).cloned().collect();
    issues.extend(new);
    RecordReport {
        id: row_id(&snapshot.sha256, &rejected.origin),
        places,
        origin: rejected.origin,
        key: rejected.key,
        outcome: Outcome::Rejected,
        fields: rejected.fields,
        issues,
        reason: None,
        entries: Vec::new(),
        carried: false,
        keep: None,
    }
}

/// The id of a row that has no key: of its file's content and its place.
fn row_id(sha256: &str, origin: &Origin) -> String {
    hex(&Sha256::digest(format!("{sha256} {}", origin.place()))[..6])
}

//! One pass over the input: opens each file, judges each row, and tells what comes out. A run makes two: the first to
//! know the whole before anything is sent (duplicates, control totals, the gate), the second to send. Both read the same
//! snapshots by the same pure rules, so they come to the same records, and neither needs to keep them in memory.

use std::sync::Arc;

use jiff::civil::Date;

use super::event::FileReport;
use crate::environment::Environment;
use crate::recipe::Recipe;
use crate::record::{Issue, Judged, Origin, Rejected, Row, Why};
use crate::source::{Reader, Snapshot, Wanted};
use crate::validate::{FileVerdict, Validator};

/// What a pass tells.
pub(super) trait Pass {
    /// A record, good or not. False ends the pass.
    fn judged(&mut self, file: usize, judged: Judged) -> bool;
    /// A file, read to its end or as far as it could be.
    fn file(&mut self, file: usize, report: FileReport);
}

/// What a pass reads, and what it needs to judge it.
#[derive(Clone)]
pub struct Input {
    /// The recipe.
    pub recipe: Arc<Recipe>,
    /// The files, copied and hashed.
    pub snapshots: Vec<Snapshot>,
    /// What `${today}` means.
    pub today: Date,
    /// What `${env.…}` means.
    pub environment: Environment,
}

/// Goes through the whole input.
pub(super) fn go_through(input: &Input, pass: &mut dyn Pass) {
    let mut validator =
        Validator::new(Arc::clone(&input.recipe), input.today).with_environment(input.environment.clone());
    for (index, snapshot) in input.snapshots.iter().enumerate() {
        let mut report = FileReport {
            facts: None,
            name: Arc::clone(&snapshot.name),
            sha256: snapshot.sha256.clone(),
            rows: 0,
            verdict: FileVerdict::default(),
        };
        let goes_on = read_file(input, snapshot, &mut validator, &mut report, &mut |judged| pass.judged(index, judged));
        pass.file(index, report);
        if !goes_on {
            return;
        }
    }
}

/// Reads one file into `report`; false if the pass was ended.
fn read_file(
    input: &Input,
    snapshot: &Snapshot,
    validator: &mut Validator,
    report: &mut FileReport,
    tell: &mut dyn FnMut(Judged) -> bool,
) -> bool {
    let unreadable = |at: Origin, title: String, help: Option<String>| {
        let why = Why::Unreadable { title, help };
        Issue { at, field: None, value: None, why }
    };
    let wanted = Wanted::for_fields(&input.recipe.fields);
    let mut reader = match Reader::open_with(&input.recipe.source, snapshot, &wanted) {
        Ok(reader) => reader,
        Err(error) => {
            report.verdict.issues.push(unreadable(error.at, error.title, error.help));
            return true;
        }
    };
    report.facts = Some(reader.facts().clone());
    let columns = validator.open(reader.facts());
    let mut row = Row::new(Origin::file(Arc::clone(&snapshot.name)));
    let mut judged = Vec::new();
    let mut goes_on = true;
    let broken = loop {
        match reader.next(&mut row) {
            Ok(false) => break None,
            Err(error) => break Some(unreadable(error.at, error.title, error.help)),
            Ok(true) => {}
        }
        report.rows += 1;
        match &columns {
            Ok(()) => validator.row(&row, &mut judged),
            // Without its columns no row can be read, but each is accounted for.
            Err(issues) => judged.push(Judged::Rejected(Rejected {
                origin: row.origin.clone(),
                rows: vec![row.origin.clone()],
                key: None,
                fields: Vec::new(),
                issues: issues.clone(),
            })),
        }
        goes_on = judged.drain(..).all(&mut *tell);
        if !goes_on {
            break None;
        }
    };
    if columns.is_ok() {
        report.verdict = validator.close(&mut judged);
        goes_on = judged.drain(..).all(&mut *tell) && goes_on;
    } else if let Err(issues) = columns {
        report.verdict.issues.extend(issues);
    }
    report.verdict.issues.extend(broken);
    // By the recipe's word no records, and in the balance all the same.
    report.rows += reader.left_out();
    report.verdict.skipped += reader.left_out();
    goes_on
}

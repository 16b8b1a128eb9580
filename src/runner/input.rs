//! One pass over the input: opens each file, judges each row, and tells what comes out. A run makes two: the first to
//! know the whole before anything is sent (duplicates, control totals, the gate), the second to send. Both read the same
//! snapshots by the same pure rules, so they come to the same records, and neither needs to keep them in memory.

use std::sync::Arc;

use jiff::civil::Date;

use super::crew::{self, BATCH};
use super::event::FileReport;
use crate::environment::Environment;
use crate::recipe::Recipe;
use crate::record::{Issue, Judged, Key, Origin, Rejected, Row, Why};
use crate::source::{Reader, Snapshot, SourceError, Wanted};
use crate::validate::{FileVerdict, Validator};

/// What becomes of records on the thread that judged them.
pub(super) trait Sift: Sync {
    /// What is made of some records that stand one after the other.
    type Batch: Default + Send;
    /// Takes a record in, good or not.
    fn record(&self, judged: Judged, batch: &mut Self::Batch);
    /// Whether of good records their keys are enough.
    fn takes_keys(&self) -> bool {
        false
    }
    /// Takes in a good record of one row by its key, if that is enough.
    fn good(&self, _origin: &Origin, _key: &Key, _batch: &mut Self::Batch) {}
}

/// Takes in what a pass yields, in reading order.
pub(super) trait Pass {
    /// What becomes of its records.
    type Sift: Sift;
    /// The sift for all files.
    fn sift(&self) -> Self::Sift;
    /// Records of a file. False ends the pass.
    fn batch(&mut self, file: usize, batch: <Self::Sift as Sift>::Batch) -> bool;
    /// A file, read to its end or as far as it could be.
    fn file(&mut self, file: usize, report: FileReport);
}

/// What a pass reads, and what it needs to judge it.
#[derive(Clone)]
pub struct Input {
    /// The recipe.
    pub recipe: Arc<Recipe>,
    /// The files, copied and hashed. Shared by all who need them: there may be many thousands.
    pub snapshots: Arc<Vec<Snapshot>>,
    /// What `${today}` means.
    pub today: Date,
    /// What `${env.…}` means.
    pub environment: Environment,
}

/// How far a file could be read.
#[derive(Default)]
pub(super) struct End {
    /// Rows that were handed out.
    pub(super) rows: u64,
    /// What kept the rest from being read.
    pub(super) broken: Option<SourceError>,
    /// Rows that the recipe leaves out.
    pub(super) left_out: u64,
}

/// Goes through the whole input.
pub(super) fn go_through<P: Pass>(input: &Input, pass: &mut P) {
    let mut validator = Validator::in_environment(Arc::clone(&input.recipe), input.today, input.environment.clone());
    for (index, snapshot) in input.snapshots.iter().enumerate() {
        let mut report = FileReport {
            facts: None,
            name: Arc::clone(&snapshot.name),
            sha256: snapshot.sha256.clone(),
            rows: 0,
            verdict: FileVerdict::default(),
        };
        let goes_on = read_file(input, (index, snapshot), &mut validator, &mut report, pass);
        pass.file(index, report);
        if !goes_on {
            return;
        }
    }
}

/// Reads one file into `report`; false if the pass was ended.
fn read_file<P: Pass>(
    input: &Input,
    (index, snapshot): (usize, &Snapshot),
    validator: &mut Validator,
    report: &mut FileReport,
    pass: &mut P,
) -> bool {
    let wanted = Wanted::for_fields(&input.recipe.fields);
    let mut reader = match Reader::open_with(&input.recipe.source, snapshot, &wanted) {
        Ok(reader) => reader,
        Err(error) => {
            report.verdict.issues.push(unreadable(error));
            return true;
        }
    };
    report.facts = Some(reader.facts().clone());
    let sift = pass.sift();
    // An input that is only there to say what is wrong has no columns, and needs none.
    let columns = if reader.is_refused() { Err(Vec::new()) } else { validator.open(reader.facts()) };
    let (end, goes_on) = match (&columns, validator.row_judge()) {
        (Err(issues), _) => {
            // Without its columns no row can be read, but each is accounted for.
            let refuse = |row: &Row, judged: &mut Vec<Judged>| judged.push(refused(row, issues));
            one_by_one(&mut reader, snapshot, &sift, refuse, |batch| pass.batch(index, batch))
        }
        (Ok(()), None) => {
            let judge = |row: &Row, judged: &mut Vec<Judged>| validator.row(row, judged);
            one_by_one(&mut reader, snapshot, &sift, judge, |batch| pass.batch(index, batch))
        }
        (Ok(()), Some(judge)) => crew::judge(reader, judge, &sift, |batch, aside| {
            validator.take(&aside);
            pass.batch(index, batch)
        }),
    };
    let mut open = goes_on;
    match columns {
        Ok(()) => {
            let (mut judged, mut batch) = (Vec::new(), Default::default());
            report.verdict = validator.close(&mut judged);
            judged.into_iter().for_each(|judged| sift.record(judged, &mut batch));
            open = pass.batch(index, batch) && open;
        }
        Err(issues) => report.verdict.issues.extend(issues),
    }
    report.verdict.issues.extend(end.broken.map(unreadable));
    // By the recipe's word no records, and in the balance all the same.
    report.rows = end.rows + end.left_out;
    report.verdict.skipped += end.left_out;
    open
}

/// Judges row after row on this thread; false if the pass was ended.
fn one_by_one<S: Sift>(
    reader: &mut Reader,
    snapshot: &Snapshot,
    sift: &S,
    mut judge: impl FnMut(&Row, &mut Vec<Judged>),
    mut take: impl FnMut(S::Batch) -> bool,
) -> (End, bool) {
    let mut end = End::default();
    let mut row = Row::new(Origin::file(Arc::clone(&snapshot.name)));
    let (mut judged, mut batch, mut goes_on) = (Vec::new(), S::Batch::default(), true);
    while goes_on {
        match reader.next(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                end.broken = Some(error);
                break;
            }
        }
        end.rows += 1;
        judge(&row, &mut judged);
        judged.drain(..).for_each(|judged| sift.record(judged, &mut batch));
        if end.rows.is_multiple_of(BATCH as u64) {
            goes_on = take(std::mem::take(&mut batch));
        }
    }
    end.left_out = reader.left_out();
    (end, goes_on && take(batch))
}

fn refused(row: &Row, issues: &[Issue]) -> Judged {
    let own =
        row.problems.iter().map(|why| Issue { at: row.origin.clone(), field: None, value: None, why: why.clone() });
    Judged::Rejected(Rejected {
        origin: row.origin.clone(),
        further: Vec::new(),
        key: None,
        fields: Vec::new(),
        issues: own.chain(issues.iter().cloned()).collect(),
    })
}

fn unreadable(error: SourceError) -> Issue {
    let why = Why::Unreadable { title: error.title, help: error.help };
    Issue { at: error.at, field: None, value: None, why }
}

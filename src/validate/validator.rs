//! The rows of one input after the other: each is judged by itself, and what needs the memory of other rows (`unique:`,
//! `occurrence`, records of several rows, control totals) is settled here, in reading order.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::civil::Date;

use super::alone::{Aside, RowJudge};
use super::control::Totals;
use super::draft::Draft;
use super::grouping::{Groups, Joined, Roles};
use super::judge::{Judge, shown};
use super::seen::{self, Seen};
use super::{FileVerdict, RecipeFault};
use crate::environment::Environment;
use crate::extract::Extraction;
use crate::recipe::Recipe;
use crate::record::{Issue, Judged, Origin, Place, Row, Value, Why};
use crate::source::FileFacts;

/// Reads the rows of one input after the other and judges them. Pure but for its memory of what it has seen.
#[derive(Debug)]
pub struct Validator {
    judge: Arc<Judge>,
    roles: Option<Roles>,
    file: Option<Box<OpenFile>>,
}

/// What is known of the file at hand.
#[derive(Debug)]
struct OpenFile {
    origin: Origin,
    extraction: Arc<Extraction>,
    totals: Totals,
    groups: Groups,
    /// One memory a field of `unique`, with the number of the line or sheet row, or the position among `items`.
    unique: Vec<Seen<u64>>,
    /// The places of values that a number alone does not name.
    items: Vec<Place>,
    occurrences: Seen<u64>,
    skipped: u64,
    /// Reused for each digest.
    buffer: Vec<u8>,
}

impl Validator {
    /// A validator for a recipe; `today` is what `${today}` means. Variables of the environment are those of the process.
    pub fn new(recipe: Arc<Recipe>, today: Date) -> Self {
        Self::in_environment(recipe, today, Environment::default())
    }

    /// The same with another environment for `${env.NAME}`.
    pub fn in_environment(recipe: Arc<Recipe>, today: Date, environment: Environment) -> Self {
        let judge = Judge::new(recipe, today, environment);
        let grouping = judge.recipe.grouping.as_ref();
        let roles = grouping.map(|grouping| Roles::new(grouping, judge.recipe.fields.len(), &judge.plan.per_record));
        Self { judge: Arc::new(judge), roles, file: None }
    }

    /// What is wrong with the recipe's own words, as far as only their reading tells: defaults that are not written as
    /// the source writes them or not allowed by the field itself, formats that cannot be used; for `eintrag check`.
    pub fn faults_of_recipe(&self) -> Vec<RecipeFault> {
        self.judge.faults_of_recipe()
    }

    /// Begins a file: finds the columns of the fields.
    ///
    /// # Errors
    /// The columns that are missing or stand there twice; no row of the file can then be read.
    pub fn open(&mut self, facts: &FileFacts) -> Result<(), Vec<Issue>> {
        self.file = None;
        let extraction = Extraction::new(&self.judge.recipe.fields, facts)?;
        self.file = Some(Box::new(OpenFile {
            origin: Origin::file(Arc::clone(&facts.name)),
            extraction: Arc::new(extraction),
            totals: Totals::new(&self.judge.recipe),
            groups: Groups::default(),
            unique: self.judge.unique.iter().map(|_| Seen::default()).collect(),
            items: Vec::new(),
            occurrences: Seen::default(),
            skipped: 0,
            buffer: Vec::new(),
        }));
        Ok(())
    }

    /// What judges the rows of the file at hand on other threads; none for recipes in which the verdict of a row depends
    /// on other rows.
    pub fn row_judge(&self) -> Option<RowJudge> {
        let file = self.file.as_ref().filter(|_| self.judge.judges_rows_alone())?;
        Some(RowJudge::new(&self.judge, &file.extraction, &file.origin.file, file.totals.captions()))
    }

    /// Takes in what such a judge has put aside, in reading order.
    pub fn take(&mut self, aside: &Aside) {
        let Some(file) = &mut self.file else { return };
        let controls = &self.judge.recipe.control;
        for row in &aside.footers {
            file.totals.footer(row, controls, &self.judge.readers, &file.extraction);
            file.skipped += 1;
        }
        file.totals.add(&aside.addends);
    }

    /// Judges one row; pushes each record that became complete by it.
    pub fn row(&mut self, row: &Row, judged: &mut Vec<Judged>) {
        let Some(mut file) = self.file.take() else { return };
        if file.totals.footer(row, &self.judge.recipe.control, &self.judge.readers, &file.extraction) {
            file.skipped += 1;
        } else {
            self.judge_row(row, &mut file, judged);
        }
        self.file = Some(file);
    }

    /// Ends the file: pushes the records still open, compares control totals.
    pub fn close(&mut self, judged: &mut Vec<Judged>) -> FileVerdict {
        let Some(mut file) = self.file.take() else { return FileVerdict::default() };
        for draft in file.groups.close() {
            judged.push(self.finish(draft, &mut file));
        }
        let scope = self.judge.scope(&[], &Value::Missing, 1);
        let (totals, mut issues) = file.totals.close(&self.judge.recipe, &file.origin, &scope);
        issues.append(&mut file.groups.issues);
        FileVerdict { issues, totals, skipped: file.skipped }
    }

    fn judge_row(&self, row: &Row, file: &mut OpenFile, judged: &mut Vec<Judged>) {
        let judge = &*self.judge;
        let mut draft = judge.read(row, row.origin.clone(), &file.extraction);
        let grouped = judge.recipe.grouping.as_ref().zip(self.roles.as_ref());
        let mut occurrence = 1;
        if grouped.is_none() && judge.counts_occurrence {
            occurrence = Self::count(&draft, file);
        }
        for at in &judge.plan.per_row {
            judge.compute(*at, occurrence, &mut draft, &Value::Missing);
        }
        // A value that is not allowed was read all the same, and the file's own total counts it.
        let addends: Vec<_> = judge.addends(&draft.fields, |at| draft.is_faulty(at)).collect();
        file.totals.add(&addends);
        for at in 0..judge.readers.len() {
            if !judge.plan.per_record.contains(&at) || grouped.is_none() {
                judge.constrain(at, &mut draft, row, &file.extraction);
            }
        }
        let begins = grouped.is_none_or(|(grouping, _)| file.groups.begins(grouping, &draft));
        self.check_unique(&mut draft, row, file, |at| {
            begins || grouped.is_some_and(|(grouping, _)| grouping.lines.contains(&at))
        });
        let Some((grouping, roles)) = grouped else {
            judged.push(judge.finish(draft, occurrence, &judge.names));
            return;
        };
        match file.groups.join(grouping, roles, &judge.readers, row, draft) {
            Joined::Kept(None) => {}
            Joined::Kept(Some(before)) => judged.push(self.finish(before, file)),
            Joined::Alone(draft) => {
                judged.push(Judged::Rejected(draft.reject(&judge.names, &grouping.lines, None)));
            }
        }
    }

    /// Judges a record of several rows that are all there.
    fn finish(&self, draft: Draft, file: &mut OpenFile) -> Judged {
        let occurrence = if self.judge.counts_occurrence { Self::count(&draft, file) } else { 1 };
        self.judge.finish(draft, occurrence, &self.judge.names)
    }

    fn check_unique(&self, draft: &mut Draft, row: &Row, file: &mut OpenFile, wanted: impl Fn(usize) -> bool) {
        for (seen, at) in file.unique.iter_mut().zip(&self.judge.unique) {
            let value = &draft.fields[*at];
            if draft.is_faulty(*at) || value.is_missing() || !wanted(*at) {
                continue;
            }
            let digest = seen::digest([value], &mut file.buffer);
            let number = match &row.origin.place {
                Place::File => 0,
                Place::Line(line) => *line,
                Place::Sheet { row, .. } => u64::from(*row),
                Place::Item(_) => file.items.len() as u64,
            };
            let first = match seen.entry(digest) {
                Entry::Vacant(free) => {
                    free.insert(number);
                    if matches!(row.origin.place, Place::Item(_)) {
                        file.items.push(row.origin.place.clone());
                    }
                    continue;
                }
                Entry::Occupied(taken) => *taken.get(),
            };
            let first = match &row.origin.place {
                Place::Sheet { sheet, .. } => {
                    Place::Sheet { sheet: Arc::clone(sheet), row: u32::try_from(first).unwrap_or(u32::MAX) }
                }
                Place::Item(_) => {
                    let item = usize::try_from(first).ok().and_then(|first| file.items.get(first));
                    item.cloned().unwrap_or(Place::File)
                }
                Place::File | Place::Line(_) => Place::Line(first),
            };
            let found = shown(value);
            draft.fault(*at, &self.judge.readers[*at].name, &row.origin, found, Why::Unique { first });
        }
    }

    /// The n-th row of this content in its file. Computed fields say nothing that the others do not.
    fn count(draft: &Draft, file: &mut OpenFile) -> u64 {
        let lines: Vec<&Value> = draft.lines.iter().flat_map(|line| &line.values).collect();
        let digest = seen::digest(draft.fields.iter().chain(lines), &mut file.buffer);
        let count = file.occurrences.entry(digest).or_insert(0);
        *count += 1;
        *count
    }
}

//! The way of a row: cells to values, computed fields, constraints, then the record with its checks, key and verdict.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::civil::Date;

use super::checks::{self, CheckPlan};
use super::computed::Plan;
use super::control::Totals;
use super::draft::{Draft, Line};
use super::field::{FieldReader, as_found};
use super::grouping::{Groups, Joined, Roles};
use super::scope::RecordScope;
use super::seen::{self, Seen};
use super::{FileVerdict, RecipeFault};
use crate::environment::Environment;
use crate::extract::Extraction;
use crate::recipe::Recipe;
use crate::recipe::model::{Finder, KeyField};
use crate::record::{Issue, Judged, Key, Origin, Place, Record, Row, Value, Why};
use crate::source::FileFacts;

/// Reads the rows of one input after the other and judges them. Pure but for its memory of what it has seen.
#[derive(Debug)]
pub struct Validator {
    recipe: Arc<Recipe>,
    today: Date,
    environment: Environment,
    readers: Vec<FieldReader>,
    names: Vec<Arc<str>>,
    plan: Plan,
    checks: Vec<CheckPlan>,
    roles: Option<Roles>,
    /// Fields with `unique:`.
    unique: Vec<usize>,
    /// Whether anything asks for `occurrence`; counting costs memory for each row.
    counts_occurrence: bool,
    file: Option<Box<OpenFile>>,
}

/// What is known of the file at hand.
#[derive(Debug)]
struct OpenFile {
    origin: Origin,
    extraction: Extraction,
    totals: Totals,
    groups: Groups,
    /// One memory a field of `unique`, with the number of the line or sheet row.
    unique: Vec<Seen<u64>>,
    occurrences: Seen<u64>,
    skipped: u64,
    /// Reused for each digest.
    buffer: Vec<u8>,
}

impl Validator {
    /// A validator for a recipe; `today` is what `${today}` means. Variables of the environment are those of the process
    /// unless [`Validator::with_environment`] says otherwise.
    pub fn new(recipe: Arc<Recipe>, today: Date) -> Self {
        let locale = recipe.source.locale;
        let readers: Vec<FieldReader> = recipe.fields.iter().map(|field| FieldReader::new(field, locale)).collect();
        let plan = Plan::new(&recipe);
        let grouping = recipe.grouping.as_ref();
        Self {
            names: recipe.fields.iter().map(|field| Arc::clone(&field.name)).collect(),
            checks: recipe.checks.iter().enumerate().map(|(at, check)| CheckPlan::new(at, check)).collect(),
            roles: grouping.map(|grouping| Roles::new(grouping, recipe.fields.len(), &plan.per_record)),
            unique: (0..readers.len()).filter(|at| readers[*at].rules.unique).collect(),
            // Targets may ask for it as well; the recipe's own text is the one place that has them all.
            counts_occurrence: recipe.key.iter().any(|part| matches!(part, KeyField::Occurrence))
                || recipe.text.text.contains("occurrence"),
            environment: Environment::default(),
            file: None,
            recipe,
            today,
            readers,
            plan,
        }
    }

    /// The same validator with another environment for `${env.NAME}`.
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// What is wrong with the recipe's own words, as far as only their reading tells: defaults that are not written as
    /// the source writes them or not allowed by the field itself, formats that cannot be used; for `eintrag check`.
    pub fn faults_of_recipe(&self) -> Vec<RecipeFault> {
        let faults = self.readers.iter().enumerate();
        faults
            .filter_map(|(field, reader)| {
                let (default, why) = reader.fault_of_recipe()?;
                Some(RecipeFault { field, default, why })
            })
            .collect()
    }

    /// Begins a file: finds the columns of the fields.
    ///
    /// # Errors
    /// The columns that are missing or stand there twice; no row of the file can then be read.
    pub fn open(&mut self, facts: &FileFacts) -> Result<(), Vec<Issue>> {
        self.file = None;
        let extraction = Extraction::new(&self.recipe.fields, facts)?;
        self.file = Some(Box::new(OpenFile {
            origin: Origin::file(Arc::clone(&facts.name)),
            extraction,
            totals: Totals::new(&self.recipe),
            groups: Groups::default(),
            unique: self.unique.iter().map(|_| Seen::default()).collect(),
            occurrences: Seen::default(),
            skipped: 0,
            buffer: Vec::new(),
        }));
        Ok(())
    }

    /// Judges one row; pushes each record that became complete by it.
    pub fn row(&mut self, row: &Row, judged: &mut Vec<Judged>) {
        let Some(mut file) = self.file.take() else { return };
        if file.totals.footer(row, &self.recipe.control, &self.readers, &file.extraction) {
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
            judged.push(self.finish(draft, &mut file, 1));
        }
        let scope = RecordScope {
            fields: &[],
            lines: &Value::Missing,
            occurrence: 1,
            today: self.today,
            environment: &self.environment,
        };
        let (totals, mut issues) = file.totals.close(&self.recipe, &file.origin, &scope);
        issues.append(&mut file.groups.issues);
        FileVerdict { issues, totals, skipped: file.skipped }
    }

    fn judge_row(&self, row: &Row, file: &mut OpenFile, judged: &mut Vec<Judged>) {
        let mut draft = self.read(row, file);
        let recipe = Arc::clone(&self.recipe);
        let grouped = recipe.grouping.as_ref().zip(self.roles.as_ref());
        let mut occurrence = 1;
        if grouped.is_none() && self.counts_occurrence {
            occurrence = Self::count(&draft, file);
        }
        for at in &self.plan.per_row {
            compute(&self.context(occurrence), *at, &mut draft, &Value::Missing);
        }
        // A value that is not allowed was read all the same, and the file's own total counts it.
        file.totals.add(&recipe.control, &draft.fields, |at| !draft.is_faulty(at));
        for at in 0..self.readers.len() {
            if !self.plan.per_record.contains(&at) || grouped.is_none() {
                self.constrain(at, &mut draft, row, file);
            }
        }
        let begins = grouped.is_none_or(|(grouping, _)| file.groups.begins(grouping, &draft));
        self.check_unique(&mut draft, row, file, |at| {
            begins || grouped.is_some_and(|(grouping, _)| grouping.lines.contains(&at))
        });
        let Some((grouping, roles)) = grouped else {
            judged.push(self.finish(draft, file, occurrence));
            return;
        };
        match file.groups.join(grouping, roles, &self.readers, row, draft) {
            Joined::Kept(None) => {}
            Joined::Kept(Some(before)) => judged.push(self.finish(before, file, 1)),
            Joined::Alone(draft) => {
                judged.push(Judged::Rejected(draft.reject(&self.names, &grouping.lines, None)));
            }
        }
    }

    /// All fields of a row that stand in cells.
    fn read(&self, row: &Row, file: &OpenFile) -> Draft {
        let mut draft = Draft::new(row.origin.clone(), self.readers.len());
        draft.issues.extend(row.problems.iter().map(|why| Issue {
            at: row.origin.clone(),
            field: None,
            value: None,
            why: why.clone(),
        }));
        for (at, reader) in self.readers.iter().enumerate() {
            if matches!(self.recipe.fields[at].finder, Finder::Computed(_)) {
                draft.fields.push(Value::Missing);
                continue;
            }
            let cell = file.extraction.cell(at, row);
            let value = reader.read(cell).unwrap_or_else(|why| {
                let found = as_found(cell).or_else(|| reader.default_text().map(str::to_owned));
                draft.fault(at, &reader.name, file.extraction.origin(at, row), found, why);
                Value::Missing
            });
            draft.fields.push(value);
        }
        draft
    }

    fn constrain(&self, at: usize, draft: &mut Draft, row: &Row, file: &OpenFile) {
        if draft.is_faulty(at) {
            return;
        }
        let mut faults = Vec::new();
        let reader = &self.readers[at];
        reader.rules.check(&draft.fields[at], &mut |why| faults.push(why));
        for why in faults {
            let found = as_found(file.extraction.cell(at, row)).or_else(|| shown(&draft.fields[at]));
            draft.fault(at, &reader.name, file.extraction.origin(at, row), found, why);
        }
    }

    fn check_unique(&self, draft: &mut Draft, row: &Row, file: &mut OpenFile, wanted: impl Fn(usize) -> bool) {
        for (seen, at) in file.unique.iter_mut().zip(&self.unique) {
            let value = &draft.fields[*at];
            if draft.is_faulty(*at) || value.is_missing() || !wanted(*at) {
                continue;
            }
            let digest = seen::digest([value], &mut file.buffer);
            let number = match &row.origin.place {
                Place::File => 0,
                Place::Line(line) => *line,
                Place::Sheet { row, .. } => u64::from(*row),
            };
            let first = match seen.entry(digest) {
                Entry::Vacant(free) => {
                    free.insert(number);
                    continue;
                }
                Entry::Occupied(taken) => *taken.get(),
            };
            let first = match &row.origin.place {
                Place::Sheet { sheet, .. } => {
                    Place::Sheet { sheet: Arc::clone(sheet), row: u32::try_from(first).unwrap_or(u32::MAX) }
                }
                _ => Place::Line(first),
            };
            let found = shown(value);
            draft.fault(*at, &self.readers[*at].name, &row.origin, found, Why::Unique { first });
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

    /// Judges a record whose rows are all there.
    fn finish(&self, mut draft: Draft, file: &mut OpenFile, occurrence: u64) -> Judged {
        let recipe = Arc::clone(&self.recipe);
        let skip: &[usize] = recipe.grouping.as_ref().map_or(&[], |grouping| &grouping.lines);
        let grouped = recipe.grouping.is_some();
        let occurrence = if grouped && self.counts_occurrence { Self::count(&draft, file) } else { occurrence };
        let lines = if grouped { self.lines(&draft.lines, skip) } else { Value::Missing };
        for at in &self.plan.per_record {
            compute(&self.context(occurrence), *at, &mut draft, &lines);
            if grouped && !draft.is_faulty(*at) {
                let mut faults = Vec::new();
                self.readers[*at].rules.check(&draft.fields[*at], &mut |why| faults.push(why));
                let origin = draft.origin.clone();
                for why in faults {
                    draft.fault(*at, &self.readers[*at].name, &origin, shown(&draft.fields[*at]), why);
                }
            }
        }
        self.run_checks(&mut draft, &lines, skip, occurrence);
        let key = self.key(&mut draft, occurrence);
        match key {
            Some(key) if draft.issues.is_empty() => Judged::Valid(Record {
                origin: draft.origin,
                rows: draft.rows,
                fields: draft.fields,
                lines,
                occurrence,
                key,
            }),
            key => Judged::Rejected(draft.reject(&self.names, skip, key)),
        }
    }

    fn run_checks(&self, draft: &mut Draft, lines: &Value, line_fields: &[usize], occurrence: u64) {
        let context = self.context(occurrence);
        let spoiled_line = draft.lines.iter().any(|line| line.faulty.contains(&true));
        for plan in &self.checks {
            let check = &self.recipe.checks[plan.at];
            let header_faulty = plan.uses.iter().any(|at| !line_fields.contains(at) && draft.is_faulty(*at));
            if header_faulty || (plan.uses_lines && spoiled_line) {
                continue;
            }
            if !plan.per_line || line_fields.is_empty() {
                let faulty = plan.uses.iter().any(|at| draft.is_faulty(*at));
                if let (false, Some(why)) = (faulty, checks::ask(check, &context.scope(&draft.fields, lines))) {
                    draft.issues.push(Issue { at: draft.origin.clone(), field: None, value: None, why });
                }
                continue;
            }
            let mut fields = draft.fields.clone();
            for line in &draft.lines {
                let mut usable = true;
                for ((at, value), faulty) in line_fields.iter().zip(&line.values).zip(&line.faulty) {
                    usable &= !(*faulty && plan.uses.contains(at));
                    fields[*at] = value.clone();
                }
                if let (true, Some(why)) = (usable, checks::ask(check, &context.scope(&fields, lines))) {
                    draft.issues.push(Issue { at: line.origin.clone(), field: None, value: None, why });
                }
            }
        }
    }

    /// The key; none if one of its fields is faulty or empty.
    fn key(&self, draft: &mut Draft, occurrence: u64) -> Option<Key> {
        let mut parts = Vec::with_capacity(self.recipe.key.len());
        for part in &self.recipe.key {
            match part {
                KeyField::Field(at) if draft.is_faulty(*at) => return None,
                KeyField::Field(at) => parts.push((Arc::clone(self.names.get(*at)?), draft.fields[*at].clone())),
                KeyField::Occurrence => {
                    parts.push((Arc::from("occurrence"), Value::Number(rust_decimal::Decimal::from(occurrence))));
                }
            }
        }
        match Key::new(parts) {
            Ok(key) => Some(key),
            Err(name) => {
                draft.issues.push(Issue {
                    at: draft.origin.clone(),
                    field: Some(name),
                    value: None,
                    why: Why::KeyEmpty,
                });
                None
            }
        }
    }

    /// The lines as a list of maps.
    fn lines(&self, lines: &[Line], fields: &[usize]) -> Value {
        let map = |line: &Line| {
            let members = fields.iter().zip(&line.values);
            Value::Map(members.map(|(at, value)| (Arc::clone(&self.names[*at]), value.clone())).collect())
        };
        Value::List(lines.iter().map(map).collect())
    }

    fn context(&self, occurrence: u64) -> Context<'_> {
        Context { validator: self, occurrence }
    }
}

/// What stays the same while the expressions of one record are asked.
struct Context<'a> {
    validator: &'a Validator,
    occurrence: u64,
}

impl Context<'_> {
    fn scope<'a>(&'a self, fields: &'a [Value], lines: &'a Value) -> RecordScope<'a> {
        RecordScope {
            fields,
            lines,
            occurrence: self.occurrence,
            today: self.validator.today,
            environment: &self.validator.environment,
        }
    }
}

/// Gives a computed field its value, unless one that it uses is faulty.
fn compute(context: &Context<'_>, at: usize, draft: &mut Draft, lines: &Value) {
    let validator = context.validator;
    let Finder::Computed(template) = &validator.recipe.fields[at].finder else { return };
    let spoiled_line = || draft.lines.iter().any(|line| line.faulty.contains(&true));
    // That a required value is missing is said of its own field.
    let lacks = |used: &usize| validator.readers[*used].rules.required && draft.fields[*used].is_missing();
    let faulty = validator.plan.uses[at].iter().any(|used| draft.is_faulty(*used) || lacks(used));
    if faulty || (validator.plan.uses_lines[at] && spoiled_line()) {
        draft.spoil(at);
        return;
    }
    let reader = &validator.readers[at];
    let computed = template.value.value(&context.scope(&draft.fields, lines));
    let origin = draft.origin.clone();
    match computed {
        Ok(value) => {
            let text = shown(&value);
            match reader.fit(value) {
                Ok(value) => draft.fields[at] = value,
                Err(why) => draft.fault(at, &reader.name, &origin, text, why),
            }
        }
        Err(problem) => {
            draft.fault(at, &reader.name, &origin, None, checks::no_value(template.value.source(), problem));
        }
    }
}

/// A value for an issue; none if there is nothing to show.
fn shown(value: &Value) -> Option<String> {
    let text = value.to_string();
    (!text.is_empty()).then_some(text)
}

//! What can be said of one record by itself: cells to values, computed fields, constraints, checks and the key. Nothing
//! here knows of other rows or remembers anything, so that any thread may ask it.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::RecipeFault;
use super::checks::{self, CheckPlan};
use super::computed::Plan;
use super::control::amount;
use super::draft::{Draft, Line};
use super::elements;
use super::field::{FieldReader, as_found};
use super::scope::RecordScope;
use super::short::Short;
use crate::environment::Environment;
use crate::extract::Extraction;
use crate::recipe::Recipe;
use crate::recipe::model::{Finder, KeyField, Repeat, Total};
use crate::record::{Issue, Judged, Key, Origin, Record, Row, Value, Why};

/// A recipe, compiled for judging.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) recipe: Arc<Recipe>,
    pub(super) today: Date,
    pub(super) environment: Environment,
    pub(super) readers: Vec<FieldReader>,
    /// The fields' names.
    pub(super) names: Vec<Arc<str>>,
    pub(super) plan: Plan,
    pub(super) checks: Vec<CheckPlan>,
    /// Fields with `unique:`.
    pub(super) unique: Vec<usize>,
    /// Whether anything asks for `occurrence`; counting costs memory for each row.
    pub(super) counts_occurrence: bool,
    /// What writes are repeated for.
    pub(super) repeats: Vec<Repeat>,
    /// The short way, if there is one.
    pub(super) short: Option<Short>,
}

impl Judge {
    pub(super) fn new(recipe: Arc<Recipe>, today: Date, environment: Environment) -> Self {
        let locale = recipe.source.locale;
        let readers: Vec<FieldReader> = recipe.fields.iter().map(|field| FieldReader::new(field, locale)).collect();
        let mut judge = Self {
            names: recipe.fields.iter().map(|field| Arc::clone(&field.name)).collect(),
            checks: recipe.checks.iter().enumerate().map(|(at, check)| CheckPlan::new(at, check)).collect(),
            unique: (0..readers.len()).filter(|at| readers[*at].rules.unique).collect(),
            // Targets may ask for it as well; the recipe's own text is the one place that has them all.
            counts_occurrence: recipe.key.iter().any(|part| matches!(part, KeyField::Occurrence))
                || recipe.text.text.contains("occurrence"),
            plan: Plan::new(&recipe),
            repeats: elements::repeats(&recipe),
            recipe,
            today,
            environment,
            readers,
            short: None,
        };
        judge.short = Short::new(&judge);
        judge
    }

    /// Whether the verdict of a row depends on no other row.
    pub(super) fn judges_rows_alone(&self) -> bool {
        self.recipe.grouping.is_none() && self.unique.is_empty() && !self.counts_occurrence
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

    /// All fields of a row that stand in cells.
    pub(super) fn read(&self, row: &Row, origin: Origin, extraction: &Extraction) -> Draft {
        let mut draft = Draft::new(origin, self.readers.len());
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
            let cell = extraction.cell(at, row);
            let value = reader.read(cell).unwrap_or_else(|why| {
                let found = as_found(cell).or_else(|| reader.default_text().map(str::to_owned));
                draft.fault(at, &reader.name, extraction.origin(at, row), found, why);
                Value::Missing
            });
            draft.fields.push(value);
        }
        draft
    }

    pub(super) fn constrain(&self, at: usize, draft: &mut Draft, row: &Row, extraction: &Extraction) {
        if draft.is_faulty(at) {
            return;
        }
        let reader = &self.readers[at];
        if reader.rules.accept(&draft.fields[at]) {
            return;
        }
        let mut faults = Vec::new();
        reader.rules.check(&draft.fields[at], &mut |why| faults.push(why));
        for why in faults {
            let found = as_found(extraction.cell(at, row)).or_else(|| shown(&draft.fields[at]));
            draft.fault(at, &reader.name, extraction.origin(at, row), found, why);
        }
    }

    /// What the row adds to each control total; none where its value is not known.
    pub(super) fn addends(
        &self,
        fields: &[Value],
        is_faulty: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = Option<Decimal>> {
        self.recipe.control.iter().map(move |control| match control.total {
            Total::Count => Some(Decimal::ONE),
            Total::Sum(field) if is_faulty(field) => None,
            Total::Sum(field) => {
                let value = fields.get(field)?;
                amount(value).or(value.is_missing().then_some(Decimal::ZERO))
            }
        })
    }

    /// Judges a record whose rows are all there; `names` are the fields' names.
    pub(super) fn finish(&self, mut draft: Draft, occurrence: u64, names: &[Arc<str>]) -> Judged {
        let skip: &[usize] = self.recipe.grouping.as_ref().map_or(&[], |grouping| &grouping.lines);
        let grouped = self.recipe.grouping.is_some();
        let lines = if grouped { self.lines(&draft.lines, skip) } else { Value::Missing };
        for at in &self.plan.per_record {
            self.compute(*at, occurrence, &mut draft, &lines);
            if grouped && !draft.is_faulty(*at) {
                let mut faults = Vec::new();
                self.readers[*at].rules.check(&draft.fields[*at], &mut |why| faults.push(why));
                let origin = draft.origin.clone();
                for why in faults {
                    draft.fault(*at, &self.readers[*at].name, &origin, shown(&draft.fields[*at]), why);
                }
            }
        }
        self.check_elements(&mut draft, &lines);
        self.run_checks(&mut draft, &lines, skip, occurrence);
        let key = self.key(&mut draft, occurrence, names);
        match key {
            Some(key) if draft.issues.is_empty() => Judged::Valid(Record {
                origin: draft.origin,
                further: draft.further,
                fields: draft.fields,
                lines,
                occurrence,
                key,
            }),
            key => Judged::Rejected(draft.reject(names, skip, key)),
        }
    }

    fn run_checks(&self, draft: &mut Draft, lines: &Value, line_fields: &[usize], occurrence: u64) {
        let spoiled_line = draft.lines.iter().any(|line| line.faulty.contains(&true));
        for plan in &self.checks {
            let check = &self.recipe.checks[plan.at];
            let header_faulty = plan.uses.iter().any(|at| !line_fields.contains(at) && draft.is_faulty(*at));
            if header_faulty || (plan.uses_lines && spoiled_line) {
                continue;
            }
            if !plan.per_line || line_fields.is_empty() {
                let faulty = plan.uses.iter().any(|at| draft.is_faulty(*at));
                if let (false, Some(why)) = (faulty, checks::ask(check, &self.scope(&draft.fields, lines, occurrence)))
                {
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
                if let (true, Some(why)) = (usable, checks::ask(check, &self.scope(&fields, lines, occurrence))) {
                    draft.issues.push(Issue { at: line.origin.clone(), field: None, value: None, why });
                }
            }
        }
    }

    /// The key; none if one of its fields is faulty or empty.
    fn key(&self, draft: &mut Draft, occurrence: u64, names: &[Arc<str>]) -> Option<Key> {
        if self.recipe.key.iter().any(|part| matches!(part, KeyField::Field(at) if draft.is_faulty(*at))) {
            return None;
        }
        let parts = self.recipe.key.iter().map(|part| match part {
            KeyField::Field(at) => (Arc::clone(&names[*at]), draft.fields[*at].clone()),
            KeyField::Occurrence => (Arc::from("occurrence"), Value::Number(Decimal::from(occurrence))),
        });
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

    /// Gives a computed field its value, unless one that it uses is faulty.
    pub(super) fn compute(&self, at: usize, occurrence: u64, draft: &mut Draft, lines: &Value) {
        let Finder::Computed(template) = &self.recipe.fields[at].finder else { return };
        let spoiled_line = || draft.lines.iter().any(|line| line.faulty.contains(&true));
        // That a required value is missing is said of its own field.
        let lacks = |used: &usize| self.readers[*used].rules.required && draft.fields[*used].is_missing();
        let faulty = self.plan.uses[at].iter().any(|used| draft.is_faulty(*used) || lacks(used));
        if faulty || (self.plan.uses_lines[at] && spoiled_line()) {
            draft.spoil(at);
            return;
        }
        let reader = &self.readers[at];
        let computed = template.value.value(&self.scope(&draft.fields, lines, occurrence));
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

    /// What the names of expressions stand for.
    pub(super) fn scope<'a>(&'a self, fields: &'a [Value], lines: &'a Value, occurrence: u64) -> RecordScope<'a> {
        RecordScope { fields, lines, occurrence, today: self.today, environment: &self.environment }
    }
}

/// A value for an issue; none if there is nothing to show.
pub(super) fn shown(value: &Value) -> Option<String> {
    let text = value.to_string();
    (!text.is_empty()).then_some(text)
}

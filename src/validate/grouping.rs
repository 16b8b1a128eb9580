//! `records:` rows that make one record together: which rows belong together, what must agree in them, and what is
//! rejected with them. No record leaves here that may lack one of its rows.

use std::collections::HashMap;

use super::constraints::same;
use super::draft::{Draft, Line};
use super::field::FieldReader;
use super::seen::{self, Digest, Seen};
use crate::recipe::model::Grouping;
use crate::record::{Issue, Place, Row, Value, Why};

/// The records of one file that are not complete yet.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// In the order of their first rows; one at the most unless rows may be scattered.
    open: Vec<(Digest, Draft)>,
    by_id: HashMap<Digest, usize>,
    /// Records that were complete, so that one that comes back is noticed.
    closed: Seen<()>,
    /// A row whose record cannot be told, which the next record may lack.
    stray: Option<Place>,
    /// All such rows, where rows may be scattered: any record may lack them.
    strays: Vec<Place>,
    /// What is wrong with the file as a whole.
    pub(super) issues: Vec<Issue>,
    buffer: Vec<u8>,
}

/// Which fields play which part.
#[derive(Debug)]
pub(super) struct Roles {
    /// Fields that must agree in all rows: those of `same:`, and all that are neither `one_per:` nor `lines:` nor
    /// computed for the whole record. Otherwise one row's value would be taken and the others silently lost.
    pub(super) agree: Vec<usize>,
}

impl Roles {
    pub(super) fn new(grouping: &Grouping, fields: usize, per_record: &[usize]) -> Self {
        let elsewhere =
            |at: &usize| grouping.one_per.contains(at) || grouping.lines.contains(at) || per_record.contains(at);
        Self { agree: (0..fields).filter(|at| !elsewhere(at)).collect() }
    }
}

/// What became of a row.
pub(super) enum Joined {
    /// It went into a record that is still open; the record before it, if any, is complete now.
    Kept(Option<Draft>),
    /// Its record cannot be told: it is rejected alone.
    Alone(Draft),
}

impl Groups {
    /// Whether the row begins a record, so that what is unique in a record is looked at once.
    pub(super) fn begins(&mut self, grouping: &Grouping, draft: &Draft) -> bool {
        let id = seen::digest(grouping.one_per.iter().map(|at| &draft.fields[*at]), &mut self.buffer);
        !self.by_id.contains_key(&id)
    }

    /// Puts a row to its record.
    pub(super) fn join(
        &mut self,
        grouping: &Grouping,
        roles: &Roles,
        readers: &[FieldReader],
        row: &Row,
        mut draft: Draft,
    ) -> Joined {
        let unknown = |at: &&usize| draft.is_faulty(**at) || draft.fields[**at].is_missing();
        if let Some(at) = grouping.one_per.iter().find(unknown).copied() {
            if !draft.is_faulty(at) {
                draft.fault(at, &readers[at].name, &row.origin, None, Why::KeyEmpty);
            }
            self.stray(grouping, &row.origin.place);
            return Joined::Alone(draft);
        }
        let id = seen::digest(grouping.one_per.iter().map(|at| &draft.fields[*at]), &mut self.buffer);
        // The cells of a row with too few or too many of them may have moved, the one that names the record among them.
        if row.problems.iter().any(Why::is_ragged) && !self.by_id.contains_key(&id) {
            self.stray(grouping, &row.origin.place);
            return Joined::Alone(draft);
        }
        if let Some(at) = self.by_id.get(&id).copied() {
            let (_, whole) = &mut self.open[at];
            agree(whole, &draft, roles, readers, row);
            whole.further.push(row.origin.clone());
            // What is wrong with the whole document was said of its first row.
            whole.issues.extend(draft.issues.drain(..).filter(|issue| !issue.why.is_of_document()));
            whole.lines.push(line(grouping, &mut draft, row));
            return Joined::Kept(None);
        }
        let before = if grouping.scattered { None } else { self.open.pop() };
        if let Some((before_id, _)) = &before {
            self.by_id.clear();
            self.closed.insert(*before_id, ());
        }
        if self.closed.contains_key(&id) {
            let record = label(grouping, readers, &draft);
            let why = Why::NotAdjacent { record };
            draft.issues.push(Issue { at: row.origin.clone(), field: None, value: None, why: why.clone() });
            // The rows before were taken for the whole record, so nothing of this file can be trusted to be whole.
            self.issues.push(Issue { at: row.origin.clone(), field: None, value: None, why });
        }
        if let Some(at) = self.stray.take() {
            draft.issues.push(Issue { at: row.origin.clone(), field: None, value: None, why: Why::Unassigned { at } });
        }
        let first = line(grouping, &mut draft, row);
        draft.lines.push(first);
        self.by_id.insert(id, self.open.len());
        self.open.push((id, draft));
        Joined::Kept(before.map(|(_, whole)| whole))
    }

    /// The records that are still open, in the order of their first rows.
    pub(super) fn close(&mut self) -> Vec<Draft> {
        self.by_id.clear();
        let strays = std::mem::take(&mut self.strays);
        let open = std::mem::take(&mut self.open);
        open.into_iter()
            .map(|(_, mut draft)| {
                for at in &strays {
                    let why = Why::Unassigned { at: at.clone() };
                    draft.issues.push(Issue { at: draft.origin.clone(), field: None, value: None, why });
                }
                draft
            })
            .collect()
    }

    /// A row whose record cannot be told may belong to the record before it or after it, or to any.
    fn stray(&mut self, grouping: &Grouping, place: &Place) {
        if grouping.scattered {
            // One is enough to say that all of them may be incomplete.
            if self.strays.is_empty() {
                self.strays.push(place.clone());
            }
            return;
        }
        if let Some((_, open)) = self.open.last_mut() {
            let why = Why::Unassigned { at: place.clone() };
            open.issues.push(Issue { at: open.origin.clone(), field: None, value: None, why });
        }
        self.stray = Some(place.clone());
    }
}

/// Notes where a row does not agree with the first one.
fn agree(whole: &mut Draft, draft: &Draft, roles: &Roles, readers: &[FieldReader], row: &Row) {
    for at in &roles.agree {
        if draft.is_faulty(*at) {
            whole.spoil(*at);
        } else if !whole.is_faulty(*at) && !same(&whole.fields[*at], &draft.fields[*at]) {
            let why = Why::NotSame { first: whole.fields[*at].to_string(), at: whole.origin.place.clone() };
            let value = Some(draft.fields[*at].to_string());
            whole.fault(*at, &readers[*at].name, &row.origin, value, why);
        }
    }
}

/// Takes the values of the line out of a row.
fn line(grouping: &Grouping, draft: &mut Draft, row: &Row) -> Line {
    let faulty = grouping.lines.iter().map(|at| draft.is_faulty(*at)).collect();
    let values = grouping.lines.iter().map(|at| std::mem::replace(&mut draft.fields[*at], Value::Missing)).collect();
    Line { origin: row.origin.clone(), values, faulty }
}

fn label(grouping: &Grouping, readers: &[FieldReader], draft: &Draft) -> String {
    let parts = grouping.one_per.iter().map(|at| format!("{}={}", readers[*at].name, draft.fields[*at]));
    parts.collect::<Vec<_>>().join(", ")
}

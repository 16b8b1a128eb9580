//! A record in the making: the values read so far, which of them are faulty, and all that is wrong.

use std::sync::Arc;

use crate::record::{Issue, Key, Origin, Rejected, Value, Why};

/// One row, or the rows of one record, on the way to a verdict.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) origin: Origin,
    /// Where its further rows stand.
    pub(super) further: Vec<Origin>,
    /// One value a field of the recipe.
    pub(super) fields: Vec<Value>,
    /// The lines, each with its values in the order of `lines:`; empty for recipes without lines.
    pub(super) lines: Vec<Line>,
    pub(super) issues: Vec<Issue>,
    /// Which fields are faulty; empty while none is, so that good rows cost nothing.
    faulty: Vec<bool>,
}

/// One line of a record that spans several rows.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) origin: Origin,
    pub(super) values: Vec<Value>,
    pub(super) faulty: Vec<bool>,
}

impl Draft {
    pub(super) fn new(origin: Origin, fields: usize) -> Self {
        Self {
            origin,
            further: Vec::new(),
            fields: Vec::with_capacity(fields),
            lines: Vec::new(),
            issues: Vec::new(),
            faulty: Vec::new(),
        }
    }

    /// Whether a field has no value that may be used, for its own fault or for that of one it is computed from.
    pub(super) fn is_faulty(&self, field: usize) -> bool {
        self.faulty.get(field).copied().unwrap_or(false)
    }

    /// Takes a field out of all that follows.
    pub(super) fn spoil(&mut self, field: usize) {
        if self.faulty.len() <= field {
            self.faulty.resize(field + 1, false);
        }
        self.faulty[field] = true;
    }

    /// Adds an issue of a field and takes the field out of all that follows.
    pub(super) fn fault(&mut self, field: usize, name: &Arc<str>, at: &Origin, value: Option<String>, why: Why) {
        self.issues.push(Issue { at: at.clone(), field: Some(Arc::clone(name)), value, why });
        self.spoil(field);
    }

    /// The verdict "rejected", with all that could be read.
    pub(super) fn reject(self, names: &[Arc<str>], skip: &[usize], key: Option<Key>) -> Rejected {
        let fields = names
            .iter()
            .zip(&self.fields)
            .enumerate()
            .filter(|(at, _)| !self.is_faulty(*at) && !skip.contains(at))
            .map(|(_, (name, value))| (Arc::clone(name), value.clone()))
            .collect();
        Rejected { origin: self.origin, further: self.further, key, fields, issues: without_shifted(self.issues) }
    }
}

/// Where a row has too many or too few cells, or a document nothing to be read, what its fields say is no news.
fn without_shifted(mut issues: Vec<Issue>) -> Vec<Issue> {
    let explained: Vec<Origin> =
        issues.iter().filter(|issue| issue.why.explains_fields()).map(|issue| issue.at.clone()).collect();
    issues.retain(|issue| issue.why.explains_fields() || !explained.contains(&issue.at));
    issues
}

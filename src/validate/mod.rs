//! From raw cells to typed records, or to issues: locale, types, constraints, checks, grouping, control totals.

use std::sync::Arc;

use jiff::civil::Date;

use crate::recipe::Recipe;
use crate::record::{Issue, Judged, Row};
use crate::source::FileFacts;

/// Reads the rows of one input after the other and judges them. Pure but for its memory of what it has seen.
pub struct Validator {
    recipe: Arc<Recipe>,
    today: Date,
}

/// What is known once a file is read to its end.
#[derive(Clone, Debug, Default)]
pub struct FileVerdict {
    /// What is wrong with the file as a whole; if any, all its records are rejected for it.
    pub issues: Vec<Issue>,
    /// Control totals, each met or not.
    pub totals: Vec<ControlTotal>,
    /// Rows that are no records by the recipe's own word (footers).
    pub skipped: u64,
}

/// One control total of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlTotal {
    /// `sum of gross`, `count`.
    pub name: String,
    /// What the file (or the caller) states, as exact digits; none if it was not found.
    pub expected: Option<String>,
    /// What the rows add up to.
    pub found: String,
}

impl Validator {
    /// A validator for a recipe; `today` is what `${today}` means.
    pub fn new(recipe: Arc<Recipe>, today: Date) -> Self {
        Self { recipe, today }
    }

    /// Begins a file: finds the columns of the fields.
    ///
    /// # Errors
    /// The columns that are missing or stand there twice; no row of the file can then be read.
    pub fn open(&mut self, facts: &FileFacts) -> Result<(), Vec<Issue>> {
        let _ = (facts, &self.recipe, self.today);
        Ok(())
    }

    /// Judges one row; pushes each record that became complete by it.
    pub fn row(&mut self, row: &Row, judged: &mut Vec<Judged>) {
        let _ = (row, judged);
    }

    /// Ends the file: pushes the records still open, compares control totals.
    pub fn close(&mut self, judged: &mut Vec<Judged>) -> FileVerdict {
        let _ = judged;
        FileVerdict::default()
    }
}

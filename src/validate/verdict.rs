//! What is said of a file as a whole, once it is read to its end, and of the recipe before any file.

use crate::record::{Issue, Why};

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

/// Something wrong with what a recipe says of a field, which shows only once its locale and type are known.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipeFault {
    /// The field's position.
    pub field: usize,
    /// Its default, if that is to blame; else its format is.
    pub default: Option<String>,
    /// What is wrong.
    pub why: Why,
}

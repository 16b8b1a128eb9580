//! One thing wrong with the data, as facts. The words for it, in each language, are in [`crate::messages`].

use std::sync::Arc;

use super::Origin;

/// One thing wrong: where, in which field, the value as found, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Where the value stands.
    pub at: Origin,
    /// The field, where one field is to blame.
    pub field: Option<Arc<str>>,
    /// The value exactly as found.
    pub value: Option<String>,
    /// What is wrong with it.
    pub why: Why,
}

/// The reasons, each with the facts that its message needs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// The field is required and there is no value.
    Required,
    /// The file cannot be read, or not to its end.
    Unreadable {
        /// What is wrong, in the words of the source.
        title: String,
        /// What to do.
        help: Option<String>,
    },
    /// A check of the recipe is not met; its own message, where it has one, and the check as written.
    Check {
        /// The expression as written in the recipe.
        check: Arc<str>,
        /// The message of the recipe.
        message: Option<Arc<str>>,
    },
    /// The row has cells beyond the last column of the header, and they are not empty.
    TooManyCells {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// The row ends before the last named column of the header.
    TooFewCells {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
}

impl Why {
    /// The stable code of the contract: `number`, `required`, `pattern` …
    pub fn code(&self) -> &'static str {
        match self {
            Why::Required => "required",
            Why::Unreadable { .. } => "unreadable",
            Why::Check { .. } => "check",
            Why::TooManyCells { .. } | Why::TooFewCells { .. } => "ragged",
        }
    }
}

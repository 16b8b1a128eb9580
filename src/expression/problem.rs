//! What can be wrong with an expression, with its place in the expression's own text.

use std::ops::Range;

/// One thing wrong with an expression or its evaluation: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where: bytes of the expression's (or template's) text.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

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

/// What is wrong, before it is known where: operators and methods do not know where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Trouble {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn at(self, span: impl Into<Range<usize>>) -> Problem {
        Problem { message: self.message, span: span.into(), help: self.help }
    }
}

/// A piece of an expression as messages show it: in backticks, and cut where it is long.
pub(super) fn quoted(source: &str) -> String {
    const LONGEST: usize = 48;
    let source = source.trim();
    if source.chars().count() <= LONGEST {
        return format!("`{source}`");
    }
    let cut: String = source.chars().take(LONGEST - 1).collect();
    format!("`{}…`", cut.trim_end())
}

//! A file that cannot be read, and the few ways in which such an error is made.

use std::io;
use std::sync::Arc;

use crate::record::Origin;

/// A file that cannot be read, or not to its end.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{title}")]
pub struct SourceError {
    /// What is wrong: lower case, no full stop.
    pub title: String,
    /// What to do.
    pub help: Option<String>,
    /// Where in the file.
    pub at: Origin,
}

impl SourceError {
    /// An error about a file as a whole.
    pub(crate) fn file(name: &Arc<str>, title: impl Into<String>) -> Self {
        Self { title: title.into(), help: None, at: Origin::file(Arc::clone(name)) }
    }

    /// An error about a line of a text file, counted from 1.
    pub(crate) fn line(name: &Arc<str>, line: u64, title: impl Into<String>) -> Self {
        Self { title: title.into(), help: None, at: Origin::line(Arc::clone(name), line) }
    }

    /// An error of the operating system.
    pub(crate) fn io(name: &Arc<str>, doing: &str, error: &io::Error) -> Self {
        Self::file(name, format!("cannot {doing} `{name}`: {error}"))
    }

    /// With what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

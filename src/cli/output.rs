//! stdout is data, stderr is talk.

use std::io::Write;

use serde_json::Value as Json;

use super::Failed;
use super::arguments::{Arguments, Format};
use crate::diagnostic::Diagnostic;
use crate::messages::Language;

/// Where a command writes.
pub(crate) struct Output {
    pub(crate) language: Language,
    pub(crate) format: Format,
}

impl Output {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self { language: arguments.lang.unwrap_or_else(Language::from_environment), format: arguments.format }
    }

    /// Data.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failed> {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| match text.ends_with('\n') {
            true => Ok(()),
            false => out.write_all(b"\n"),
        });
        written.map_err(|error| Failed::usage(format!("cannot write to stdout: {error}")))
    }

    /// One line of JSON.
    pub(crate) fn line(&self, line: &Json) -> Result<(), Failed> {
        self.data(&line.to_string())
    }

    /// Talk. A closed stderr is no reason to stop.
    pub(crate) fn talk(&self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    /// Messages about a recipe or another text of the user.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.talk(&format!("{diagnostic}\n"));
        }
    }

    pub(crate) fn is_jsonl(&self) -> bool {
        self.format == Format::Jsonl
    }
}

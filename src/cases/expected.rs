//! `expected.jsonl`: the lines that a case expects, one JSON object a line, in the form of `--format jsonl`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};

/// The kinds of lines.
const KINDS: [&str; 3] = ["file", "record", "balance"];

/// What a line speaks of: its kind, and the place or name that tells it from others of the kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    /// The line's `kind`.
    pub(super) kind: &'static str,
    /// The record's origin or the file's name.
    pub(super) name: String,
}

impl Subject {
    /// What a line speaks of; or else what is wrong with it, and what to do.
    pub(super) fn of(line: &Json) -> Result<Self, (String, String)> {
        let text = |member: &str| line.get(member).and_then(Json::as_str);
        let found = text("kind").unwrap_or_default();
        let Some(kind) = KINDS.into_iter().find(|kind| *kind == found) else {
            let title =
                if found.is_empty() { "a line without `kind`".to_owned() } else { format!("unknown kind `{found}`") };
            let help = match did_you_mean(found, KINDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the kinds are `file`, `record` and `balance`".to_owned(),
            };
            return Err((title, help));
        };
        let member = match kind {
            "record" => "origin",
            "file" => "name",
            _ => return Ok(Self { kind, name: String::new() }),
        };
        match text(member) {
            Some(name) => Ok(Self { kind, name: name.to_owned() }),
            None => {
                let help = format!("a {kind} is known by it: `\"{member}\": \"…\"`");
                Err((format!("a {kind} without `{member}`"), help))
            }
        }
    }
}

/// Reads the expected lines; none where there is no such file yet.
///
/// # Errors
/// Everything in it that is no line.
pub(super) fn read(path: &Path) -> Result<Option<Vec<(Subject, Json)>>, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(vec![Diagnostic::new(format!("cannot read `{shown}`: {error}"))]),
    };
    let source = Arc::new(SourceText { path: shown, text });
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    let mut known: BTreeMap<Subject, usize> = BTreeMap::new();
    let mut start = 0;
    for (index, whole) in source.text.split_inclusive('\n').enumerate() {
        let line = whole.trim_end();
        let span = start..start + line.len();
        start += whole.len();
        if line.trim().is_empty() {
            continue;
        }
        match parse(&source, line, span.clone()) {
            Err(problem) => problems.push(problem),
            Ok((subject, json)) => {
                if let Some(first) = known.insert(subject.clone(), index + 1) {
                    let name = if subject.name.is_empty() { subject.kind } else { &subject.name };
                    let title = format!("`{name}` is expected twice, here and in line {first}");
                    problems.push(Diagnostic::at(&source, span, title).help("keep the line that is meant"));
                }
                lines.push((subject, json));
            }
        }
    }
    if problems.is_empty() { Ok(Some(lines)) } else { Err(problems) }
}

fn parse(source: &Arc<SourceText>, line: &str, span: Range<usize>) -> Result<(Subject, Json), Diagnostic> {
    let json: Json = serde_json::from_str(line).map_err(|error| {
        let words = error.to_string();
        // The place is shown in the text; serde_json counts bytes from 1.
        let words = words.split(" at line ").next().unwrap_or_default();
        let at = (span.start + error.column().saturating_sub(1)).min(span.end.saturating_sub(1));
        Diagnostic::at(source, at..at + 1, format!("this line is no JSON: {words}"))
    })?;
    match Subject::of(&json) {
        Ok(subject) => Ok((subject, json)),
        Err((title, help)) => Err(Diagnostic::at(source, span, title).help(help)),
    }
}

/// Writes lines as what is expected; answers whether that changed anything.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(path: &Path, lines: &[Json]) -> Result<bool, Diagnostic> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(false);
    }
    fs::write(path, text)
        .map(|()| true)
        .map_err(|error| Diagnostic::new(format!("cannot write `{}`: {error}", path.display())))
}

//! The JSON lines of the contract: one object a line, each with a `kind`.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json, json};

use crate::messages::{self, Language};
use crate::record::{Issue, Value};
use crate::runner::{EntryReport, Event, FileReport, Listener, RecordReport};
use crate::secret::Secrets;

/// Writes the lines of a run.
pub struct Lines<W> {
    out: W,
    language: Language,
    secrets: Arc<Secrets>,
    flushed: Instant,
}

/// How long a line may wait in a buffer before whoever reads along gets it.
const FLUSH: Duration = Duration::from_millis(200);

impl<W: Write> Lines<W> {
    /// Lines that go to `out`.
    pub fn new(out: W, language: Language, secrets: Arc<Secrets>) -> Self {
        Self { out, language, secrets, flushed: Instant::now() }
    }
}

impl<W: Write> Listener for Lines<W> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        let line = match event {
            Event::File(file) => file_line(file, self.language),
            Event::Record(record) => record_line(record, self.language),
            Event::Ended(balance) => balance.to_json(),
            Event::Began(_) | Event::Counted { .. } => return Ok(()),
        };
        let text = self.secrets.mask(&line.to_string());
        let mut written = writeln!(self.out, "{text}");
        if self.flushed.elapsed() >= FLUSH || matches!(event, Event::Ended(_)) {
            self.flushed = Instant::now();
            written = written.and_then(|()| self.out.flush());
        }
        written.map_err(|error| format!("cannot write the JSON lines: {error}"))
    }
}

/// The line of a file.
pub fn file_line(file: &FileReport, language: Language) -> Json {
    let mut line = Map::new();
    line.insert("kind".into(), json!("file"));
    line.insert("name".into(), json!(&*file.name));
    line.insert("sha256".into(), json!(file.sha256));
    if let Some(facts) = &file.facts {
        if let Some(encoding) = &facts.encoding {
            line.insert("encoding".into(), json!(encoding));
        }
        if let Some(delimiter) = facts.delimiter {
            line.insert("dialect".into(), json!({ "delimiter": delimiter }));
        }
        if let Some(sheet) = &facts.sheet {
            line.insert("sheet".into(), json!(&**sheet));
        }
    }
    line.insert("rows".into(), json!(file.rows));
    line.insert("skipped".into(), json!(file.verdict.skipped));
    line.insert("issues".into(), issues(&file.verdict.issues, language));
    Json::Object(line)
}

/// The line of a record.
pub fn record_line(record: &RecordReport, language: Language) -> Json {
    let mut line = Map::new();
    line.insert("kind".into(), json!("record"));
    line.insert("id".into(), json!(record.id));
    line.insert("origin".into(), json!(record.origin.to_string()));
    line.insert("rows".into(), json!(record.rows()));
    line.insert("key".into(), record.key.as_ref().map_or(Json::Null, crate::record::Key::to_json));
    line.insert("outcome".into(), json!(record.outcome.word()));
    if let Some(reason) = &record.reason {
        line.insert("code".into(), json!(reason.code()));
        line.insert("reason".into(), json!(messages::reason(reason, language)));
    }
    if record.carried {
        line.insert("carried".into(), json!(true));
    }
    line.insert("fields".into(), members(&record.fields));
    line.insert("issues".into(), issues(&record.issues, language));
    line.insert("entries".into(), record.entries.iter().map(|entry| entry_json(entry, language)).collect());
    Json::Object(line)
}

fn members(values: &[(Arc<str>, Value)]) -> Json {
    values.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect()
}

fn issues(issues: &[Issue], language: Language) -> Json {
    issues
        .iter()
        .map(|issue| {
            json!({
                "field": issue.field.as_deref(),
                "value": issue.value,
                "code": issue.why.code(),
                "why": messages::why(&issue.why, language),
                "at": issue.at.to_string(),
            })
        })
        .collect()
}

fn entry_json(entry: &EntryReport, language: Language) -> Json {
    let mut json = Map::new();
    json.insert("target".into(), json!(&*entry.target));
    json.insert("part".into(), json!(&*entry.part));
    json.insert("outcome".into(), json!(entry.outcome.word()));
    if let Some(reason) = &entry.reason {
        json.insert("code".into(), json!(reason.code()));
        json.insert("reason".into(), json!(messages::reason(reason, language)));
    }
    if !entry.steps.is_empty() {
        json.insert("steps".into(), Json::Array(entry.steps.clone()));
    }
    if !entry.receipt.is_empty() {
        json.insert("receipt".into(), members(&entry.receipt));
    }
    Json::Object(json)
}

//! The JSON lines of the contract: one object a line, each with a `kind`.

use std::fmt::Display;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::ser::{Serialize, SerializeMap, Serializer};
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
            Event::File(file) => file_line(file, self.language).to_string(),
            Event::Record(record) => record_text(record, self.language),
            Event::Ended(balance) => balance.to_json().to_string(),
            Event::Began(_) | Event::Counted { .. } | Event::Good { .. } => return Ok(()),
        };
        let text = self.secrets.mask(&line);
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
    // Maps with names for keys can always be made.
    serde_json::to_value(RecordLine { record, language, and_german: false }).unwrap_or_default()
}

/// The text of a record's line.
pub fn record_text(record: &RecordReport, language: Language) -> String {
    serde_json::to_string(&RecordLine { record, language, and_german: false }).unwrap_or_default()
}

/// The text of a record's line in English, with all that staff read of it in German besides: whoever asks the journal
/// later may speak either.
pub(super) fn record_text_of_journal(record: &RecordReport) -> String {
    serde_json::to_string(&RecordLine { record, language: Language::English, and_german: true }).unwrap_or_default()
}

/// The words of a line of the journal: of its `reason` or the `why` of an issue. Older lines have English ones alone.
pub fn words_of<'l>(line: &'l Json, name: &str, language: Language) -> &'l str {
    let german = line.get(format!("{name}_de")).filter(|_| language == Language::German);
    german.or_else(|| line.get(name)).and_then(Json::as_str).unwrap_or_default()
}

/// Written straight from the report: there is one for each record, and for some two.
struct RecordLine<'a> {
    record: &'a RecordReport,
    language: Language,
    and_german: bool,
}

impl Serialize for RecordLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("kind", "record")?;
        line.serialize_entry("id", &record.id)?;
        line.serialize_entry("origin", &Text(&record.origin))?;
        line.serialize_entry("rows", &record.rows())?;
        let key =
            record.key.as_ref().map(|key| Members(key.parts().iter().map(|part| (&*part.name, &part.value)).collect()));
        line.serialize_entry("key", &key)?;
        line.serialize_entry("outcome", record.outcome.word())?;
        if let Some(reason) = &record.reason {
            line.serialize_entry("code", &reason.code())?;
            line.serialize_entry("reason", &messages::reason(reason, self.language))?;
            if self.and_german {
                line.serialize_entry("reason_de", &messages::reason(reason, Language::German))?;
            }
        }
        if record.carried {
            line.serialize_entry("carried", &true)?;
        }
        line.serialize_entry("fields", &Members::of(&record.fields))?;
        let mut issues = issues(&record.issues, self.language);
        if self.and_german {
            for (line, issue) in issues.as_array_mut().into_iter().flatten().zip(&record.issues) {
                line["why_de"] = messages::why(&issue.why, Language::German).into();
            }
        }
        line.serialize_entry("issues", &issues)?;
        let entries: Vec<EntryLine<'_>> =
            record.entries.iter().map(|entry| EntryLine { entry, language: self.language }).collect();
        line.serialize_entry("entries", &entries)?;
        line.end()
    }
}

/// An entry in the line of its record.
struct EntryLine<'a> {
    entry: &'a EntryReport,
    language: Language,
}

impl Serialize for EntryLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.entry;
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("target", &*entry.target)?;
        line.serialize_entry("part", &*entry.part)?;
        if let Some(element) = &entry.element {
            line.serialize_entry("element", &**element)?;
        }
        line.serialize_entry("outcome", entry.outcome.word())?;
        if let Some(reason) = &entry.reason {
            line.serialize_entry("code", &reason.code())?;
            line.serialize_entry("reason", &messages::reason(reason, self.language))?;
        }
        if !entry.steps.is_empty() {
            line.serialize_entry("steps", &entry.steps)?;
        }
        if !entry.receipt.is_empty() {
            line.serialize_entry("receipt", &Members::of(&entry.receipt))?;
        }
        line.end()
    }
}

/// Named values as one object.
struct Members<'a>(Vec<(&'a str, &'a Value)>);

impl<'a> Members<'a> {
    fn of(values: &'a [(Arc<str>, Value)]) -> Self {
        Self(values.iter().map(|(name, value)| (&**name, value)).collect())
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, Shown(value))))
    }
}

/// A value as the lines show it; the simple ones without a copy of their text.
struct Shown<'a>(&'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) => serializer.collect_str(self.0),
            other => other.to_json().serialize(serializer),
        }
    }
}

/// Something that is shown as its text.
struct Text<'a, T>(&'a T);

impl<T: Display> Serialize for Text<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
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

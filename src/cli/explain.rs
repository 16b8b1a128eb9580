//! `eintrag explain`: one record's whole story.

use serde_json::{Value as Json, json};

use super::arguments::{Arguments, Explain};
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::journal::stored;
use crate::messages::{self, Language, Word, word};
use crate::report;

pub(super) fn explain(arguments: &Arguments, explain: &Explain, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    let found = place::record(&journal, &explain.id)?;
    let story = journal.story(&found.ledger, &found.record).map_err(|error| Failed::usage(error.to_string()))?;
    if output.is_jsonl() {
        for (run, line) in &story.lines {
            output.line(&json!({ "kind": "line", "run": run, "line": line }))?;
        }
        for event in &story.events {
            output.line(&json!({ "kind": "event", "seq": event.seq, "at": event.at, "run": event.run,
                "entry": event.entry, "event": event.kind, "data": event.data }))?;
        }
        return Ok(exit::GOOD);
    }
    output.data(&format!("[{}] {} ({})", found.record, found.key, found.ledger))?;
    let language = output.language;
    let mut fields = Json::Null;
    for (run, line) in &story.lines {
        let part = |name: &str| line.get(name).and_then(Json::as_str).unwrap_or_default();
        let outcome = report::outcome_text(part("outcome"), language);
        let (of_run, from) = (word(Word::RunNumber, language), word(Word::From, language));
        let reason = report::words_of(line, "reason", language);
        output.data(&format!("{of_run} #{run}: {outcome} {from} {} {reason}", part("origin")))?;
        for issue in line.get("issues").and_then(Json::as_array).into_iter().flatten() {
            output.data(&format!("    {}", report::issue_text(issue, language)))?;
        }
        // The values are shown again only where they changed.
        let now = line.get("fields").cloned().unwrap_or_default();
        if now != fields {
            for (name, value) in now.as_object().into_iter().flatten() {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                output.data(&format!("    {name}: {shown}"))?;
            }
            fields = now;
        }
    }
    for event in &story.events {
        let run = event.run.map_or_else(String::new, |run| format!(" {} #{run}", word(Word::RunNumber, language)));
        let words = messages::event(&event.kind, language);
        let entry = event.entry.as_ref().map_or_else(String::new, |entry| format!(" {entry}"));
        output.data(&format!("{}{run}{entry}: {words}{}", event.at, facts(&event.data, language)))?;
    }
    Ok(exit::GOOD)
}

/// The facts of an event, for people: what the target gave back, why, who.
fn facts(data: &Json, language: Language) -> String {
    let mut facts = Vec::new();
    for (name, value) in data.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            // The record was named above, and digests say nothing to people.
            (_, Json::Null) | ("ledger" | "record" | "content" | "digests" | "sha256", _) => {}
            ("captures", captures) => {
                for (name, value) in stored::named(captures) {
                    facts.push(format!("{name} {value}"));
                }
            }
            (_, Json::String(text)) if name == "why" => facts.push(text.clone()),
            (_, Json::String(text)) => facts.push(format!("{} {text}", messages::event_fact(name, language))),
            (_, other) => facts.push(format!("{} {other}", messages::event_fact(name, language))),
        }
    }
    if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) }
}

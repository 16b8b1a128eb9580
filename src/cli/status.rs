//! `eintrag status`: how many records stand where, and what waits for a person.

use serde_json::json;

use super::arguments::Arguments;
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::messages;
use crate::record::Outcome;

pub(super) fn status(arguments: &Arguments, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    place::warn_of_trust(&journal, output);
    let failed = |error: crate::journal::JournalError| Failed::usage(error.to_string());
    let counts = journal.counts().map_err(failed)?;
    let open = journal.open_records().map_err(failed)?;
    if output.is_jsonl() {
        for count in &counts {
            let outcomes: serde_json::Map<_, _> =
                count.outcomes.iter().map(|(outcome, count)| (outcome.clone(), json!(count))).collect();
            output.line(&json!({ "kind": "ledger", "ledger": count.ledger, "records": outcomes,
                                 "cut_off": count.cut_off }))?;
        }
        for record in &open {
            output.line(&json!({ "kind": "open", "ledger": record.ledger, "id": record.record, "key": record.key,
                "origin": record.origin, "outcome": record.outcome, "reason": record.reason, "run": record.run }))?;
        }
        return Ok(exit::GOOD);
    }
    for count in &counts {
        output.data(&count.ledger)?;
        for (outcome, records) in &count.outcomes {
            let words = Outcome::from_word(outcome).map_or(("?", ""), |it| messages::outcome(it, output.language));
            output.data(&format!("  {records:>7}  {:<12} {}", words.0, words.1))?;
        }
        if count.cut_off > 0 {
            output.data(&format!(
                "  {:>7}  {}",
                count.cut_off,
                messages::word(messages::Word::CutOff, output.language)
            ))?;
        }
    }
    for record in &open {
        let outcome = Outcome::from_word(&record.outcome).map_or("?", |it| messages::outcome(it, output.language).0);
        let reason = record.reason.as_deref().unwrap_or_default();
        output.data(&format!("[{}] {} {} ({}): {reason}", record.record, outcome, record.key, record.origin))?;
    }
    Ok(exit::GOOD)
}

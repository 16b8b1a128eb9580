//! A past run as text: its balance, and every record that is not simply in.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::{balance_text, words_of};
use crate::journal::RunRow;
use crate::messages::{self, Language};
use crate::record::Outcome;

/// The report of a run.
pub fn run_text(run: &RunRow, lines: &[Json], language: Language) -> String {
    let mut text = String::new();
    let ended = run.ended.as_deref().unwrap_or("-");
    let _ = writeln!(text, "{} #{} {} – {ended}", run.recipe, run.id, run.started);
    if let Some(balance) = &run.balance {
        text.push_str(&balance_text(balance, language));
    }
    for line in lines {
        let part = |name: &str| line.get(name).and_then(Json::as_str).unwrap_or_default();
        if matches!(part("outcome"), "entered" | "unchanged" | "valid") {
            continue;
        }
        let outcome = outcome_text(part("outcome"), language);
        let _ = writeln!(text, "{} [{}] {outcome} {}", part("origin"), part("id"), words_of(line, "reason", language));
        for issue in line.get("issues").and_then(Json::as_array).into_iter().flatten() {
            let _ = writeln!(text, "    {}", issue_text(issue, language));
        }
    }
    text
}

/// An outcome by the word of the contract, as a person reads it.
pub fn outcome_text(word: &str, language: Language) -> &str {
    Outcome::from_word(word).map_or(word, |outcome| messages::outcome(outcome, language).0)
}

/// An issue of a line of the journal: its place, its field, and the value where there is one.
pub fn issue_text(issue: &Json, language: Language) -> String {
    let part = |name: &str| issue.get(name).and_then(Json::as_str);
    let field = part("field").map_or_else(String::new, |field| format!(" {field}"));
    let value = part("value").map_or_else(String::new, |value| format!(": {value:?}"));
    format!("{}{field}{value} - {}", part("at").unwrap_or_default(), words_of(issue, "why", language))
}

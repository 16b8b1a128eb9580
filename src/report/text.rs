//! A past run as text: its balance, and every record that is not simply in.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::balance_text;
use crate::journal::RunRow;
use crate::messages::Language;

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
        let _ = writeln!(text, "{} [{}] {} {}", part("origin"), part("id"), part("outcome"), part("reason"));
        for issue in line.get("issues").and_then(Json::as_array).into_iter().flatten() {
            let part = |name: &str| issue.get(name).and_then(Json::as_str).unwrap_or_default();
            let _ = writeln!(text, "    {} {}: {:?} - {}", part("at"), part("field"), part("value"), part("why"));
        }
    }
    text
}

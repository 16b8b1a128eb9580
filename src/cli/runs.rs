//! `eintrag runs`.

use serde_json::json;

use super::arguments::{Arguments, Runs};
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::messages::{Word, word};
use crate::report;

pub(super) fn runs(arguments: &Arguments, runs: &Runs, output: &Output) -> Done {
    let language = output.language;
    let journal = place::journal(arguments)?;
    for run in journal.runs(runs.limit).map_err(|error| Failed::usage(error.to_string()))? {
        if output.is_jsonl() {
            output.line(&json!({ "kind": "run", "run": run.id, "recipe": run.recipe, "path": run.path,
                "ledger": run.ledger, "started": run.started, "ended": run.ended, "exit_code": run.exit_code,
                "balance": run.balance }))?;
            continue;
        }
        let counts =
            run.balance.as_ref().and_then(|balance| balance.get("records_in")).map_or_else(String::new, |in_| {
                let counts = in_
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(outcome, count)| format!("{count} {}", report::outcome_text(outcome, language)));
                counts.collect::<Vec<_>>().join(", ")
            });
        let end = match run.exit_code {
            Some(code) => format!("{} {code}", word(Word::Exit, language)),
            None => word(Word::NotEnded, language).to_owned(),
        };
        output.data(&format!("#{:<5} {}  {:<24} {end:<10} {counts}", run.id, run.started, run.recipe))?;
    }
    Ok(exit::GOOD)
}

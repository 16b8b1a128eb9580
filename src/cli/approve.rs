//! `eintrag approve`: a person approves exactly the content that a held record has.

use super::arguments::{Approve, Arguments};
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::journal::stored;

pub(super) fn approve(arguments: &Arguments, approve: &Approve, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    let found = place::record(&journal, &approve.id)?;
    let failed = |error: crate::journal::JournalError| Failed::usage(error.to_string());
    let held = journal
        .open_records()
        .map_err(failed)?
        .into_iter()
        .find(|open| open.ledger == found.ledger && open.record == found.record && open.outcome == "held");
    if let Some(held) = held.as_ref().filter(|held| held.code.as_deref() != Some("needs_approval")) {
        let reason = held.reason.as_deref().unwrap_or_default();
        return Err(Failed::usage(format!("[{}] {} is not held for approval: {reason}", found.record, found.key)));
    }
    let content = held.as_ref().and_then(|held| held.stored.as_ref()?.get("content")?.as_str().map(str::to_owned));
    let Some(content) = content else {
        return Err(Failed::usage(format!(
            "[{}] {} is not held, so there is nothing to approve",
            found.record, found.key
        )));
    };
    let fields = held.as_ref().and_then(|held| held.stored.as_ref()?.get("fields"));
    for (name, value) in fields.map_or_else(Vec::new, stored::named) {
        output.talk(&format!("    {name}: {value}"));
    }
    place::block_on(journal.approve(&found.ledger, &found.record, &content, &place::who()))?.map_err(failed)?;
    output.talk(&format!("[{}] {}: approved; the next run enters it", found.record, found.key));
    Ok(exit::GOOD)
}

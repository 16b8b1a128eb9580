//! `eintrag resolve`: a person decides on a record whose end is open.

use super::arguments::{Arguments, Resolve};
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::journal::{LedgerLock, LockError, Resolution};

pub(super) fn resolve(arguments: &Arguments, resolve: &Resolve, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    let found = place::record(&journal, &resolve.id)?;
    let resolution = match (resolve.resolution.entered, resolve.resolution.again) {
        (true, _) => Resolution::Entered,
        (_, true) => Resolution::Again,
        _ => Resolution::Drop,
    };
    // A run at work may be about to learn what the person has decided.
    let _lock = match LedgerLock::take(journal.folder(), &found.ledger) {
        Ok(lock) => lock,
        Err(error @ LockError::Held { .. }) => return Err(Failed::stopped(error.to_string())),
        Err(error) => return Err(Failed::usage(error.to_string())),
    };
    let decided = place::block_on(journal.resolve(&found.ledger, &found.record, resolution, &place::who()))?
        .map_err(|error| Failed::usage(error.to_string()))?;
    if !decided.changed {
        return Err(Failed::usage(format!(
            "[{}] {} has nothing to decide on: `eintrag explain {}` tells where it stands",
            found.record, found.key, found.record
        )));
    }
    let entries = if decided.entries.is_empty() { "it".to_owned() } else { decided.entries.join(", ") };
    output.talk(&format!("[{}] {}: noted for {entries}", found.record, found.key));
    Ok(exit::GOOD)
}

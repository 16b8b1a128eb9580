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
    let what = match resolution {
        Resolution::Entered => "counts as entered, as it is in the target",
        Resolution::Again => "the next run with it tries again",
        Resolution::Drop => "is left as it is; no run enters it until `--again`",
    };
    let entries = decided.entries.iter().map(|entry| format!(" ({entry})")).collect::<String>();
    output.talk(&format!("[{}] {}{entries}: {what}", found.record, found.key));
    Ok(exit::GOOD)
}

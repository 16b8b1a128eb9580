//! Where things are: the recipe, the state folder, the journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Builder;

use super::arguments::Arguments;
use super::output::Output;
use super::{Failed, load};
use crate::journal::{Found, Journal, Trust};
use crate::recipe::Recipe;

/// Reads a recipe; what is wrong with it is printed as a whole.
pub(crate) fn load(path: &Path, output: &Output) -> Result<Arc<Recipe>, Failed> {
    load::recipe(path).map_err(|diagnostics| {
        output.diagnostics(&diagnostics);
        let count = counted(diagnostics.len(), "problem");
        Failed::usage(format!("{count} in `{}`; nothing was sent", path.display()))
    })
}

/// `1 problem`, `2 problems`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `.eintrag` beside a folder called `recipes`, or else in the recipe's own folder.
pub(crate) fn state_of(arguments: &Arguments, recipe: &Path) -> PathBuf {
    if let Some(state) = &arguments.state {
        return state.clone();
    }
    beside(recipe, ".eintrag")
}

/// A folder beside the folder called `recipes`, or else in the recipe's own folder.
pub(crate) fn beside(recipe: &Path, name: &str) -> PathBuf {
    let folder = recipe.parent().unwrap_or(Path::new(""));
    let folder = if folder.file_name().is_some_and(|name| name == "recipes") {
        folder.parent().unwrap_or(Path::new(""))
    } else {
        folder
    };
    folder.join(name)
}

/// The journal that a command without a recipe means: of `--state`, or of this folder or the nearest one above.
pub(crate) fn journal(arguments: &Arguments) -> Result<Journal, Failed> {
    let state = match &arguments.state {
        Some(state) => state.clone(),
        None => nearest_state().ok_or_else(|| {
            Failed::usage("there is no `.eintrag` here or above; name the folder with `--state DIR`".to_owned())
        })?,
    };
    if !state.join("journal.db").exists() {
        return Err(Failed::usage(format!("there is no journal in `{}`; nothing was run there yet", state.display())));
    }
    open(&state)
}

/// Opens the journal of a state folder.
pub(crate) fn open(state: &Path) -> Result<Journal, Failed> {
    Journal::open(state).map_err(|error| Failed::usage(error.to_string()))
}

fn nearest_state() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(".eintrag")).find(|state| state.is_dir())
}

/// The one record that a person names.
pub(crate) fn record(journal: &Journal, name: &str) -> Result<Found, Failed> {
    let mut found = journal.find(name).map_err(|error| Failed::usage(error.to_string()))?;
    // A row that was rejected and came back corrected is meant by what became of it.
    let corrected: Vec<(String, String)> = found
        .iter()
        .filter(|found| found.outcome != "rejected")
        .map(|found| (found.ledger.clone(), found.key.clone()))
        .collect();
    found
        .retain(|found| found.outcome != "rejected" || !corrected.contains(&(found.ledger.clone(), found.key.clone())));
    match found.len() {
        0 => {
            let example = name.split_once('=').map_or(name, |(_, value)| value);
            Err(Failed::usage(format!(
                "no record is called `{name}`; name it by its id, or by `field=value` of its key, such as `number={example}`"
            )))
        }
        1 => Ok(found.remove(0)),
        _ => {
            let list: Vec<String> = found
                .iter()
                .map(|found| format!("  {} {} ({}, {})", found.record, found.key, found.ledger, found.outcome))
                .collect();
            Err(Failed::usage(format!("`{name}` names several records; say which:\n{}", list.join("\n"))))
        }
    }
}

/// Says that the journal was lost or restored, where it was.
pub(crate) fn warn_of_trust(journal: &Journal, output: &Output) {
    let what = match journal.trust() {
        Trust::Whole => return,
        Trust::Lost => "the journal that was here is gone",
        Trust::Restored => "the journal is older than it was: it was restored from a copy",
    };
    output.talk(&format!(
        "warning: {what}; nothing is submitted without a look-up until you say `eintrag journal trust`"
    ));
}

/// Who decides: the user of this computer, for the journal.
pub(crate) fn who() -> String {
    ["EINTRAG_USER", "USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// Runs a future to its end on this thread. The program mostly waits; what computes for long has threads of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    run(Builder::new_current_thread(), future)
}

/// Runs a future to its end, and what it spawns on all processors.
pub(crate) fn block_on_all<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    run(Builder::new_multi_thread(), future)
}

fn run<T>(mut builder: Builder, future: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = builder.enable_all().build().map_err(|error| Failed::usage(format!("cannot start: {error}")))?;
    let done = runtime.block_on(future);
    // Threads that still read an input of a run that failed are not waited for.
    runtime.shutdown_background();
    Ok(done)
}

//! The files that a run reads.

use std::path::{Path, PathBuf};

use super::Failed;
use super::output::Output;
use crate::recipe::Recipe;
use crate::source::{self, Snapshot, SourceError};

/// The files that a recipe names. An empty inbox is told and no error; a file that is named and not there is one, unless
/// records of earlier runs wait, which can go on without it.
pub(super) fn files(recipe: &Recipe, waiting: bool, output: &Output) -> Result<Vec<PathBuf>, Failed> {
    let patterns = recipe.source.kind.files().iter().map(|pattern| pattern.value.as_str());
    let found = source::find_files(&recipe.folder, patterns).map_err(|error| failed(&error))?;
    for missing in &found.missing {
        if !missing.wild && !waiting {
            return Err(failed(&missing.error));
        }
        output.talk(&format!("note: {}", words(&missing.error)));
    }
    Ok(found.files)
}

/// Copies and hashes files before anything is read from them; without a folder for copies they are read in place.
pub(super) fn snapshots(files: &[PathBuf], copies: Option<&Path>) -> Result<Vec<Snapshot>, Failed> {
    let take = |file: &PathBuf| {
        let taken = copies.map_or_else(|| Snapshot::in_place(file), |copies| Snapshot::take(file, copies));
        taken.map_err(|error| failed(&error))
    };
    let mut taken = files.iter().map(take).collect::<Result<Vec<_>, _>>()?;
    source::tell_apart(&mut taken);
    Ok(taken)
}

pub(super) fn failed(error: &SourceError) -> Failed {
    Failed::usage(format!("{}: {}", error.at, words(error)))
}

fn words(error: &SourceError) -> String {
    let help = error.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{}{help}", error.title)
}

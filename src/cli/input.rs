//! The files that a run reads.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::Failed;
use super::output::Output;
use crate::messages::{self, Note};
use crate::recipe::Recipe;
use crate::recipe::model::SourceKind;
use crate::source::{self, Snapshot, SourceError, mail};

/// The files that a recipe names. An empty inbox is told and no error; a file that is named and not there is one, unless
/// records of earlier runs wait, which can go on without it.
pub(super) fn files(recipe: &Recipe, waiting: bool, output: &Output) -> Result<Vec<PathBuf>, Failed> {
    let found = match &recipe.source.kind {
        SourceKind::Email(email) => mail::find_mails(email, &recipe.folder),
        other => source::find_files(&recipe.folder, other.files().iter().map(|pattern| pattern.value.as_str())),
    };
    let found = found.map_err(|error| failed(&error))?;
    for missing in &found.missing {
        if !missing.wild && !waiting {
            return Err(failed(&missing.error));
        }
        output.talk(&format!("note: {}", words(&missing.error)));
    }
    Ok(found.files)
}

/// The inputs of a run, made of its files. Mails are taken apart; what is attached to them is put into the folder for
/// `attachments`.
pub(super) fn taken_apart(
    recipe: &Recipe,
    files: Vec<Snapshot>,
    copies: Option<&Path>,
    attachments: Option<&Path>,
    output: &Output,
) -> Result<Vec<Snapshot>, Failed> {
    let (SourceKind::Email(_), Some(folder)) = (&recipe.source.kind, attachments) else { return Ok(files) };
    let mails: Vec<PathBuf> = files.iter().map(|file| file.copy.clone()).collect();
    let units = mail::take_apart(recipe, files, folder).map_err(|error| failed(&error))?;
    for (count, note) in
        [(units.left_out, Note::MailsLeftOut(units.left_out)), (units.without, Note::MailsWithout(units.without))]
    {
        if count > 0 {
            output.talk(&messages::note(&note, output.language));
        }
    }
    if copies.is_some() {
        let of_mails = units.snapshots.iter().filter_map(|unit| unit.mail.as_ref()).map(|unit| unit.file.as_path());
        let used: HashSet<&Path> = units.snapshots.iter().map(|unit| unit.copy.as_path()).chain(of_mails).collect();
        for copy in mails.iter().filter(|copy| !used.contains(copy.as_path())) {
            let _ = std::fs::remove_file(copy);
        }
    }
    Ok(units.snapshots)
}

/// Removes the copies of mails whose attachments were read: at the end of a run they are of no more use.
pub(super) fn forget_mails(snapshots: &[Snapshot]) {
    let read: HashSet<&Path> = snapshots.iter().map(|snapshot| snapshot.copy.as_path()).collect();
    for unit in snapshots.iter().filter_map(|snapshot| snapshot.mail.as_ref()) {
        if !read.contains(unit.file.as_path()) {
            // Several inputs may have come with one mail.
            let _ = std::fs::remove_file(&unit.file);
        }
    }
}

/// The files that were given with `--input`: of a folder all that are in it, by name, without hidden files and the lock
/// files of office programs.
pub(super) fn given(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failed> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let cannot = |why: &dyn std::fmt::Display| Failed::usage(format!("--input: `{}` {why}", path.display()));
        let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| cannot(&format!("cannot be looked into: {error}")))?;
        let is_read = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && !name.starts_with('.') && !name.starts_with("~$")
        };
        let mut found: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(is_read).collect();
        if found.is_empty() {
            return Err(cannot(&"is a folder without files"));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
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

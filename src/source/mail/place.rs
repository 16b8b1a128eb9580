//! The files that mails are in: single ones, all of a folder, or those of a Maildir.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::find::{FoundFiles, find_files};
use super::super::{Missing, SourceError};
use crate::recipe::model::{EmailSource, MailPlace};

/// The most mails of one folder that are read in one go.
const MOST_MAILS: usize = 100_000;

/// The endings of mails that are files.
const ENDINGS: [&str; 2] = ["eml", "msg"];

/// The files of a place of mails, sorted by their names; relative paths start at `folder`. A server has none.
///
/// # Errors
/// A pattern that is none, a folder that cannot be looked into, more mails than are read in one go.
pub fn find_mails(source: &EmailSource, folder: &Path) -> Result<FoundFiles, SourceError> {
    match &source.place {
        MailPlace::Files(patterns) | MailPlace::Mbox(patterns) => {
            find_files(folder, patterns.iter().map(|pattern| pattern.value.as_str()))
        }
        MailPlace::Folder(path) => look_into(&folder.join(&path.value), path, |file| {
            let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        }),
        MailPlace::Maildir(path) => maildir(&folder.join(&path.value), path, source.unseen),
        MailPlace::Imap(_) => Ok(FoundFiles::default()),
    }
}

fn look_into(folder: &Path, stated: &str, wanted: impl Fn(&Path) -> bool) -> Result<FoundFiles, SourceError> {
    let mut found = FoundFiles::default();
    if !folder.is_dir() {
        let title = format!("the folder `{stated}` does not exist: `{}`", folder.display());
        let error =
            SourceError::file(&stated.into(), title).help("check the path, which starts at the recipe's folder");
        found.missing.push(Missing { wild: false, error });
        return Ok(found);
    }
    list(folder, stated, wanted, &mut found.files)?;
    if found.files.is_empty() {
        let title = format!("there are no mails in `{}`", folder.display());
        found.missing.push(Missing { wild: true, error: SourceError::file(&stated.into(), title) });
    }
    Ok(found)
}

/// Adds the files of a folder that are wanted, in the order of their names.
fn list(
    folder: &Path,
    stated: &str,
    wanted: impl Fn(&Path) -> bool,
    files: &mut Vec<PathBuf>,
) -> Result<(), SourceError> {
    let name: Arc<str> = stated.into();
    let cannot =
        |error: std::io::Error| SourceError::file(&name, format!("cannot look into `{}`: {error}", folder.display()));
    let from = files.len();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~']));
        if hidden || !wanted(&path) || !path.is_file() {
            continue;
        }
        files.push(path);
        if files.len() > MOST_MAILS {
            let title = format!("there are more than {MOST_MAILS} mails in `{}`", folder.display());
            return Err(SourceError::file(&name, title).help("move those that are done to another folder"));
        }
    }
    files[from..].sort();
    Ok(())
}

/// A Maildir has what nobody has seen in `new`, and the rest in `cur`, where the name's end tells what was done with it.
fn maildir(folder: &Path, stated: &str, unseen: bool) -> Result<FoundFiles, SourceError> {
    let (new, cur) = (folder.join("new"), folder.join("cur"));
    let mut found = FoundFiles::default();
    if !new.is_dir() || !cur.is_dir() {
        let title = format!("`{stated}` is no Maildir: it has no folders `new` and `cur`");
        let help = "name the folder that they are in; mails that are files go with `folder:`";
        let error = SourceError::file(&stated.into(), title).help(help);
        found.missing.push(Missing { wild: false, error });
        return Ok(found);
    }
    list(&new, stated, |_| true, &mut found.files)?;
    list(&cur, stated, |file| !unseen || !is_seen(file), &mut found.files)?;
    Ok(found)
}

/// Whether the flags of a mail say that somebody has read it. Where a colon cannot be in a name, `;` or `!` stands for it.
fn is_seen(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let flags = [":2,", ";2,", "!2,"].iter().find_map(|mark| name.rsplit_once(mark));
    flags.is_some_and(|(_, flags)| flags.contains('S'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::diagnostic::At;

    fn names(place: MailPlace, unseen: bool, folder: &Path) -> Vec<String> {
        let source = EmailSource {
            place,
            from: Vec::new(),
            subject: Vec::new(),
            unseen,
            attachment: None,
            table: None,
            cut_quoted: false,
        };
        let found = find_mails(&source, folder).unwrap();
        let missing = found.missing.into_iter().map(|missing| missing.error.title);
        found.files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).chain(missing).collect()
    }

    #[test]
    fn mails_of_a_folder_and_of_a_maildir() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| At::new(path.to_owned(), 0..0);
        for path in ["in/b.EML", "in/a.msg", "in/c.txt", "in/.d.eml", "md/new/1", "md/cur/2:2,S", "md/cur/3:2,F"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "Subject: x\n\n").unwrap();
        }
        let root = folder.path();
        assert_eq!(names(MailPlace::Folder(at("in")), false, root), ["a.msg", "b.EML"]);
        assert_eq!(names(MailPlace::Maildir(at("md")), false, root), ["1", "2:2,S", "3:2,F"]);
        assert_eq!(names(MailPlace::Maildir(at("md")), true, root), ["1", "3:2,F"]);
        let no_maildir = ["`in` is no Maildir: it has no folders `new` and `cur`"];
        assert_eq!(names(MailPlace::Maildir(at("in")), false, root), no_maildir);
        assert!(names(MailPlace::Folder(at("out")), false, root)[0].starts_with("the folder `out` does not exist"));
        assert!(names(MailPlace::Folder(at("md")), false, root)[0].starts_with("there are no mails in"));
    }
}

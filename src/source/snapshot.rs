//! A copy of the input, made and hashed before anything is read, so that nobody can change the file under the run and
//! the journal can say exactly which bytes were entered. Where nothing is entered the file itself is read, and must be the
//! same at the end.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::SourceError;
use super::mail::MailUnit;

/// An input file, copied and hashed before anything is read from it, so that nobody can change it under us.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its name as the user knows it, without folders; see [`tell_apart`].
    pub name: Arc<str>,
    /// The path as the user gave it.
    pub original: PathBuf,
    /// The copy that is read.
    pub copy: PathBuf,
    /// SHA-256 of its bytes, in hexadecimal digits; empty as long as nobody asked for it.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// What it has of the mail that it came with; none for files that came with none.
    pub mail: Option<Arc<MailUnit>>,
    /// When it was changed last, as far as that is known.
    modified: Option<SystemTime>,
}

impl Snapshot {
    /// A file that is only looked at: neither copied nor hashed.
    ///
    /// # Errors
    /// A file that is missing, a folder, a lock file of Excel, or not readable.
    pub fn in_place(path: &Path) -> Result<Self, SourceError> {
        let name: Arc<str> = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into();
        let (_, facts) = open(path, &name)?;
        let (original, copy) = (path.to_owned(), path.to_owned());
        let (bytes, modified) = (facts.len(), facts.modified().ok());
        Ok(Self { name, original, copy, sha256: String::new(), bytes, mail: None, modified })
    }

    /// The same, with what it has of the mail that it came with.
    pub(super) fn with_mail(self, unit: MailUnit) -> Self {
        Self { mail: Some(Arc::new(unit)), ..self }
    }

    /// A file that was taken out of this one, under a name of its own.
    ///
    /// # Errors
    /// It is not there any more.
    pub(super) fn replaced(self, name: String, copy: PathBuf, sha256: String) -> Result<Self, SourceError> {
        let name: Arc<str> = name.into();
        let facts = fs::metadata(&copy).map_err(|error| SourceError::io(&name, "read", &error))?;
        Ok(Self { name, copy, sha256, bytes: facts.len(), modified: facts.modified().ok(), ..self })
    }

    /// Hashes a file that is read in place, if that is not done yet.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn hash(&mut self) -> Result<(), SourceError> {
        if self.sha256.is_empty() {
            let mut file = File::open(&self.copy).map_err(|error| cannot_open(&self.copy, &self.name, &error))?;
            self.sha256 = read_hashed(&mut file, &self.name, |_| Ok(()))?.1;
        }
        Ok(())
    }

    /// Makes sure that a file that is read in place is still the same, as far as its length and time tell.
    ///
    /// # Errors
    /// It was changed meanwhile, or is gone.
    pub fn still_the_same(&self) -> Result<(), SourceError> {
        let now = fs::metadata(&self.copy).map_err(|error| cannot_open(&self.copy, &self.name, &error))?;
        let moved = matches!((self.modified, now.modified()), (Some(before), Ok(after)) if before != after);
        if now.len() == self.bytes && !moved { Ok(()) } else { Err(changed_while(&self.name, "read")) }
    }

    /// Copies a file into `folder` (made if it is not there) and hashes what was copied. The copy is named by its hash,
    /// so the same content is kept once.
    ///
    /// # Errors
    /// A file that is missing, a folder, a lock file of Excel, not readable, or that changes while it is copied.
    pub fn take(path: &Path, folder: &Path) -> Result<Self, SourceError> {
        let name: Arc<str> = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into();
        let (mut input, before) = open(path, &name)?;
        let keep = |error: &std::io::Error| {
            SourceError::file(&name, format!("cannot keep a copy of `{name}` in `{}`: {error}", folder.display()))
        };
        fs::create_dir_all(folder).map_err(|error| keep(&error))?;
        let part = folder.join(format!("{}-{:016x}.part", std::process::id(), fastrand::u64(..)));
        let result = copy_hashed(&mut input, &part, &name, &keep).and_then(|(bytes, sha256)| {
            let after = fs::metadata(path).map_err(|error| SourceError::io(&name, "read", &error))?;
            if bytes != before.len() || changed(&before, &after) {
                return Err(changed_while(&name, "copied"));
            }
            let mut copy = folder.join(&sha256);
            if let Some(extension) = path.extension() {
                copy.set_extension(extension);
            }
            fs::rename(&part, &copy).map_err(|error| keep(&error))?;
            let original = path.to_owned();
            Ok(Self { name: Arc::clone(&name), original, copy, sha256, bytes, mail: None, modified: None })
        });
        if result.is_err() {
            // What is left of a failed copy is of no use to anyone; that it cannot be removed is no second error.
            let _ = fs::remove_file(&part);
        }
        result
    }

    /// Keeps bytes that are in no file here (a mail of a server) in `folder`, made if it is not there. `original` is the
    /// address that says where they come from.
    ///
    /// # Errors
    /// They cannot be kept.
    pub fn of_bytes(name: &str, original: &Path, bytes: &[u8], folder: &Path) -> Result<Self, SourceError> {
        let name: Arc<str> = name.into();
        let keep = |error: &std::io::Error| {
            SourceError::file(&name, format!("cannot keep a copy of `{name}` in `{}`: {error}", folder.display()))
        };
        fs::create_dir_all(folder).map_err(|error| keep(&error))?;
        let part = folder.join(format!("{}-{:016x}.part", std::process::id(), fastrand::u64(..)));
        let result = copy_hashed(&mut &*bytes, &part, &name, &keep).and_then(|(bytes, sha256)| {
            let mut copy = folder.join(&sha256);
            if let Some(extension) = Path::new(&*name).extension() {
                copy.set_extension(extension);
            }
            fs::rename(&part, &copy).map_err(|error| keep(&error))?;
            let original = original.to_owned();
            Ok(Self { name: Arc::clone(&name), original, copy, sha256, bytes, mail: None, modified: None })
        });
        if result.is_err() {
            let _ = fs::remove_file(&part);
        }
        result
    }
}

/// Gives snapshots that share a name (`mai/rechnungen.csv`, `juni/rechnungen.csv`) as much of their folders as tells them
/// apart, since places and reports name a file by it; what even the whole path does not tell apart gets a number.
pub fn tell_apart(snapshots: &mut [Snapshot]) {
    let paths: Vec<PathBuf> = snapshots.iter().map(|snapshot| snapshot.original.clone()).collect();
    // Folders of ten thousand mails have ten thousand names; only those that come twice are compared with all others.
    let mut times: HashMap<Arc<str>, usize> = HashMap::new();
    snapshots.iter().for_each(|snapshot| *times.entry(Arc::clone(&snapshot.name)).or_default() += 1);
    for (index, snapshot) in snapshots.iter_mut().enumerate() {
        if times.get(&snapshot.name) == Some(&1) {
            continue;
        }
        let others = || paths.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, path)| path);
        let is_alone = |end: &Path| !others().any(|other| other.ends_with(end));
        if is_alone(Path::new(&*snapshot.name)) {
            continue;
        }
        let parts: Vec<_> =
            snapshot.original.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let end =
            (1..parts.len()).rev().map(|from| parts[from - 1..].iter().collect::<PathBuf>()).find(|end| is_alone(end));
        snapshot.name = match end {
            Some(end) => end.to_string_lossy().replace('\\', "/").into(),
            None => format!("{} ({})", snapshot.name, index + 1).into(),
        };
    }
}

/// Opens a file that may be an input.
fn open(path: &Path, name: &Arc<str>) -> Result<(File, Metadata), SourceError> {
    if name.starts_with("~$") {
        return Err(lock_file(path, name));
    }
    let input = File::open(path).map_err(|error| cannot_open(path, name, &error))?;
    let facts = input.metadata().map_err(|error| SourceError::io(name, "read", &error))?;
    if facts.is_dir() {
        return Err(SourceError::file(name, format!("`{}` is a folder, not a file", path.display()))
            .help(format!("name the files in it, such as `{name}/*.csv`")));
    }
    Ok((input, facts))
}

fn copy_hashed(
    input: &mut dyn Read,
    part: &Path,
    name: &Arc<str>,
    keep: &dyn Fn(&std::io::Error) -> SourceError,
) -> Result<(u64, String), SourceError> {
    let mut output = File::create_new(part).map_err(|error| keep(&error))?;
    let read = read_hashed(input, name, |piece| output.write_all(piece).map_err(|error| keep(&error)))?;
    output.sync_all().map_err(|error| keep(&error))?;
    Ok(read)
}

/// Reads a file to its end; gives its length and its hash.
fn read_hashed(
    input: &mut dyn Read,
    name: &Arc<str>,
    mut take: impl FnMut(&[u8]) -> Result<(), SourceError>,
) -> Result<(u64, String), SourceError> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(SourceError::io(name, "read", &error)),
        };
        hash.update(&buffer[..count]);
        take(&buffer[..count])?;
        bytes += count as u64;
    }
    Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

fn changed_while(name: &Arc<str>, done: &str) -> SourceError {
    SourceError::file(name, format!("`{name}` changed while it was {done}"))
        .help("wait until the program that writes it is done, then run again")
}

fn changed(before: &Metadata, after: &Metadata) -> bool {
    let times = (before.modified(), after.modified());
    before.len() != after.len() || matches!(times, (Ok(before), Ok(after)) if before != after)
}

fn cannot_open(path: &Path, name: &Arc<str>, error: &std::io::Error) -> SourceError {
    match error.kind() {
        std::io::ErrorKind::NotFound => SourceError::file(name, format!("`{}` does not exist", path.display()))
            .help("check the path and the spelling of the name"),
        std::io::ErrorKind::PermissionDenied => {
            SourceError::file(name, format!("`{}` may not be read: {error}", path.display()))
                .help("close it in other programs, or ask for the right to read it")
        }
        _ => SourceError::file(name, format!("cannot open `{}`: {error}", path.display())),
    }
}

/// Excel marks an open book by a small hidden file beside it: one byte with the length of the user's name, then the
/// name in the system's code page.
fn lock_file(path: &Path, name: &Arc<str>) -> SourceError {
    let book = name.trim_start_matches("~$");
    let mut bytes = Vec::new();
    // A lock file is 165 bytes long; of something else by that name no more is looked at either.
    let readable = File::open(path).and_then(|file| file.take(165).read_to_end(&mut bytes)).is_ok();
    let person = bytes
        .split_first()
        .and_then(|(length, rest)| rest.get(..usize::from(*length)))
        .map(|raw| encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0.trim().to_owned())
        .filter(|person| readable && !person.is_empty() && !person.chars().any(char::is_control));
    let by = person.map(|person| format!(" by {person}")).unwrap_or_default();
    SourceError::file(name, format!("`{name}` is no workbook: it marks that `{book}` is open{by}"))
        .help(format!("name `{book}` itself, after it was saved and closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_a_hashed_copy_that_later_changes_do_not_touch() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rechnungen.csv");
        fs::write(&path, "abc").unwrap();
        let snapshot = Snapshot::take(&path, &folder.path().join("inputs")).unwrap();
        fs::write(&path, "changed").unwrap();
        assert_eq!(&*snapshot.name, "rechnungen.csv");
        assert_eq!(snapshot.bytes, 3);
        assert_eq!(snapshot.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(fs::read(&snapshot.copy).unwrap(), b"abc");
        fs::write(&path, "abc").unwrap();
        assert_eq!(Snapshot::take(&path, &folder.path().join("inputs")).unwrap().copy, snapshot.copy);
        assert_eq!(fs::read_dir(folder.path().join("inputs")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_read_in_place_is_hashed_on_demand_and_must_stay_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rechnungen.csv");
        fs::write(&path, "abc").unwrap();
        let mut snapshot = Snapshot::in_place(&path).unwrap();
        assert_eq!(snapshot.sha256, "");
        snapshot.hash().unwrap();
        assert_eq!(snapshot.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        snapshot.still_the_same().unwrap();
        fs::write(&path, "abcd").unwrap();
        assert_eq!(snapshot.still_the_same().unwrap_err().title, "`rechnungen.csv` changed while it was read");
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let snapshot = Snapshot::in_place(&path).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(snapshot.still_the_same().is_err());
        fs::remove_file(&path).unwrap();
        assert!(snapshot.still_the_same().unwrap_err().title.ends_with("rechnungen.csv` does not exist"));
    }

    #[test]
    fn files_of_one_name_are_told_apart_by_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        let mut taken = Vec::new();
        for name in
            ["2026/mai/re.csv", "2026/juni/re.csv", "2025/mai/re.csv", "other.csv", "x/again.csv", "x/again.csv"]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
            taken.push(Snapshot::take(&path, &folder.path().join("inputs")).unwrap());
        }
        tell_apart(&mut taken);
        let names: Vec<&str> = taken.iter().map(|snapshot| &*snapshot.name).collect();
        let expected =
            ["2026/mai/re.csv", "juni/re.csv", "2025/mai/re.csv", "other.csv", "again.csv (5)", "again.csv (6)"];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_cannot_be_copied_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let take = |name: &str| Snapshot::take(&folder.path().join(name), &folder.path().join("inputs")).unwrap_err();
        assert!(take("no.csv").title.ends_with("no.csv` does not exist"));
        fs::create_dir(folder.path().join("sub")).unwrap();
        assert!(take("sub").title.ends_with("sub` is a folder, not a file"));
        let mut lock = vec![12];
        lock.extend_from_slice(b"J\xf6rg M\xfcller ");
        lock.resize(165, b' ');
        fs::write(folder.path().join("~$book.xlsx"), lock).unwrap();
        let error = take("~$book.xlsx");
        assert_eq!(error.title, "`~$book.xlsx` is no workbook: it marks that `book.xlsx` is open by Jörg Müller");
        fs::write(folder.path().join("~$odd.xlsx"), [200, 1, 2]).unwrap();
        assert_eq!(take("~$odd.xlsx").title, "`~$odd.xlsx` is no workbook: it marks that `odd.xlsx` is open");
    }
}

//! The sidecar file `journal.seal`: the journal's id and latest sequence number once more, outside the journal. A
//! journal that is missing or older than its seal was lost or restored from a copy, and has forgotten what was entered
//! since; nothing may be submitted on its word alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Whether the journal knows all that was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It is the journal that its seal names, and not older.
    Whole,
    /// It was lost: the seal names another journal.
    Lost,
    /// It was restored: the seal is further on.
    Restored,
}

/// The open sidecar file.
pub(crate) struct Seal {
    file: File,
}

/// What a sidecar file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) journal: String,
    pub(crate) seq: i64,
}

fn path(state: &Path) -> PathBuf {
    state.join("journal.seal")
}

impl Seal {
    /// What the sidecar file of a state folder says; none if there is no such file, or nothing in it.
    pub(crate) fn read(state: &Path) -> io::Result<Option<Sealed>> {
        let mut text = String::new();
        match File::open(path(state)) {
            Ok(file) => file.take(1000).read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // A kill at the very first opening, before anything was entered, leaves an empty file.
        if text.is_empty() {
            return Ok(None);
        }
        // A file that cannot be understood stands for a journal that nobody knows.
        let mut words = text.split_ascii_whitespace();
        let journal = words.next().unwrap_or("unreadable").to_owned();
        let seq = words.next().and_then(|word| word.parse().ok()).unwrap_or(i64::MAX);
        Ok(Some(Sealed { journal, seq }))
    }

    /// Opens the file for the seals to come.
    pub(crate) fn open(state: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path(state))?;
        Ok(Self { file })
    }

    /// Sets the seal. One short write of constant length, which a kill cannot tear. It is synced only on request: a
    /// power failure that loses the latest seals does not lose the journal's own commits, and the seal of the run's
    /// beginning stands.
    pub(crate) fn set(&mut self, journal: &str, seq: i64, sync: bool) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(format!("{journal} {seq:019}\n").as_bytes())?;
        if sync { self.file.sync_data() } else { Ok(()) }
    }
}

impl Trust {
    /// Compares a journal with its seal.
    pub(crate) fn of(sealed: Option<&Sealed>, journal: &str, seq: i64) -> Self {
        match sealed {
            None => Trust::Whole,
            Some(sealed) if sealed.journal != journal => Trust::Lost,
            Some(sealed) if sealed.seq > seq => Trust::Restored,
            Some(_) => Trust::Whole,
        }
    }
}

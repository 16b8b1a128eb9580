//! All keys of the input, and which records have the same one. Each record takes forty bytes here and nothing else of it
//! is kept, so that an input of millions of rows fits into memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::reason::Reason;
use crate::record::{Key, Origin, Place, Record};

/// The keys of an input: first noted one by one, then, after [`Keys::settle`], asked.
#[derive(Default)]
pub(super) struct Keys {
    noted: Vec<Noted>,
    of_rejected: HashSet<Fingerprint>,
    sources: Vec<Source>,
    /// The keys that several records have.
    several: HashMap<Fingerprint, Several>,
    halves: [RandomState; 2],
}

/// 128 bits, different in each run: made for equality in memory, not to be stored.
type Fingerprint = [u64; 2];

/// A good record, in the order of keys and then of reading.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    key: Fingerprint,
    source: u32,
    /// Its line or row; 0 for the file as a whole.
    number: u64,
    content: u64,
}

/// What origins have in common.
struct Source {
    /// The file, by position: two files may have the same name.
    file: usize,
    name: Arc<str>,
    sheet: Option<Arc<str>>,
}

/// Records with the same key.
struct Several {
    /// Where all of them stand, each place once, with the position of its file.
    places: Vec<(usize, Origin)>,
    /// Whether their content differs.
    conflict: bool,
}

impl Keys {
    /// Notes a good record.
    pub(super) fn note(&mut self, file: usize, record: &Record) {
        let (sheet, number) = match &record.origin.place {
            Place::File => (None, 0),
            Place::Line(line) => (None, *line),
            Place::Sheet { sheet, row } => (Some(sheet), u64::from(*row)),
        };
        let source = self.source(file, &record.origin.file, sheet);
        let noted = Noted { key: self.fingerprint(&record.key), source, number, content: self.content(record) };
        self.noted.push(noted);
    }

    /// Notes the key of a rejected record.
    pub(super) fn note_rejected(&mut self, key: &Key) {
        self.of_rejected.insert(self.fingerprint(key));
    }

    /// Finds the keys that several records have, once all are noted.
    pub(super) fn settle(&mut self) {
        self.noted.sort_unstable();
        for same in self.noted.chunk_by(|one, next| one.key == next.key).filter(|same| same.len() > 1) {
            let places = same.iter().filter_map(|noted| self.place(noted)).collect();
            let conflict = same.iter().any(|noted| noted.content != same[0].content);
            self.several.insert(same[0].key, Several { places, conflict });
        }
    }

    /// Why a good record is not entered for the sake of another with the same key, if so: the second of two equal ones,
    /// all of different ones.
    pub(super) fn duplicate(&self, file: usize, record: &Record) -> Option<Reason> {
        if self.several.is_empty() {
            return None;
        }
        let several = self.several.get(&self.fingerprint(&record.key))?;
        let others = || several.places.iter().filter(|(of, origin)| *of != file || *origin != record.origin);
        if several.conflict {
            return Some(Reason::Conflict(others().map(|(_, origin)| origin.clone()).collect()));
        }
        let (first_file, first) = several.places.first()?;
        (*first_file != file || *first != record.origin).then(|| Reason::DuplicateOf(first.clone()))
    }

    /// Whether the input holds a record with this key, good or not.
    pub(super) fn holds(&self, key: &Key) -> bool {
        let key = self.fingerprint(key);
        self.noted.binary_search_by_key(&key, |noted| noted.key).is_ok() || self.of_rejected.contains(&key)
    }

    fn source(&mut self, file: usize, name: &Arc<str>, sheet: Option<&Arc<str>>) -> u32 {
        let is = |source: &Source| source.file == file && source.name == *name && source.sheet.as_ref() == sheet;
        // Rows of the same file and sheet follow one another.
        let known = self.sources.iter().rposition(is).unwrap_or_else(|| {
            self.sources.push(Source { file, name: Arc::clone(name), sheet: sheet.cloned() });
            self.sources.len() - 1
        });
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    fn place(&self, noted: &Noted) -> Option<(usize, Origin)> {
        let source = self.sources.get(noted.source as usize)?;
        let place = match &source.sheet {
            Some(sheet) => Place::Sheet { sheet: Arc::clone(sheet), row: u32::try_from(noted.number).ok()? },
            None if noted.number == 0 => Place::File,
            None => Place::Line(noted.number),
        };
        Some((source.file, Origin { file: Arc::clone(&source.name), place }))
    }

    fn fingerprint(&self, key: &Key) -> Fingerprint {
        let bytes = key.canonical();
        self.halves.each_ref().map(|half| half.hash_one(&bytes))
    }

    /// Half as long, since only records with the same key are compared by it.
    fn content(&self, record: &Record) -> u64 {
        let mut text = Vec::new();
        for value in record.fields.iter().chain([&record.lines]) {
            let written = value.content();
            text.extend_from_slice(value.kind().as_bytes());
            text.extend_from_slice(&written.len().to_le_bytes());
            text.extend_from_slice(written.as_bytes());
        }
        self.halves[0].hash_one(&text)
    }
}

//! All keys of the input, and which records have the same one. Each record takes 32 bytes here and nothing else of it is
//! kept, so that an input of millions of rows fits into memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::thread;

use super::reason::Reason;
use crate::record::{Key, Origin, Place, Record};

/// The keys of an input: first noted one by one; then, after [`Keys::settle`], the contents of records with the same key
/// are compared, and then they are asked.
#[derive(Default)]
pub(super) struct Keys {
    /// The good records, in shares by the beginning of their keys' fingerprints: several threads sort faster than one,
    /// and each of the shares fits better into the nearest memory.
    noted: [Vec<Noted>; SHARES],
    of_rejected: HashSet<Fingerprint>,
    sources: Vec<Source>,
    /// The keys that several records have.
    several: HashMap<Fingerprint, Several>,
    prints: Prints,
}

/// How many shares there are; fingerprints are evenly spread over them.
const SHARES: usize = 32;

/// 128 bits, different in each run: made for equality in memory, not to be stored.
pub(super) type Fingerprint = [u64; 2];

/// A good record, in the order of keys and then of reading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    key: Fingerprint,
    source: u32,
    /// Its line or row; 0 for the file as a whole.
    number: u64,
}

/// What origins have in common.
struct Source {
    /// The file, by position: two files may have the same name.
    file: usize,
    name: Arc<str>,
    part: Part,
}

/// The part of a file within which a number says where a record stands.
#[derive(Clone, PartialEq)]
enum Part {
    /// Its lines, or the file as a whole.
    Lines,
    Sheet(Arc<str>),
    /// One item, which needs no number.
    Item(Arc<str>),
}

/// Records with the same key.
struct Several {
    /// Where all of them stand, each place once, with the position of its file.
    places: Vec<(usize, Origin)>,
    /// Whether their content differs.
    conflict: bool,
}

/// Makes fingerprints, on any thread alike.
#[derive(Clone, Default)]
pub(super) struct Prints {
    halves: [RandomState; 2],
}

/// The keys of some records that stand one after the other.
#[derive(Default)]
pub(super) struct Notes {
    /// Records that have all but their line or row in common, with the first one's origin.
    runs: Vec<(Origin, Vec<Noted>)>,
    of_rejected: Vec<Fingerprint>,
    /// Reused for each fingerprint.
    buffer: Vec<u8>,
}

impl Notes {
    /// Notes a good record.
    pub(super) fn note(&mut self, origin: &Origin, key: &Key, prints: &Prints) {
        let key = prints.of_key(key, &mut self.buffer);
        let number = match &origin.place {
            Place::File | Place::Item(_) => 0,
            Place::Line(line) => *line,
            Place::Sheet { row, .. } => u64::from(*row),
        };
        let noted = Noted { key, source: 0, number };
        match self.runs.last_mut() {
            Some((first, run)) if is_beside(first, origin) => run.push(noted),
            _ => self.runs.push((origin.clone(), vec![noted])),
        }
    }

    /// Notes the key of a rejected record.
    pub(super) fn note_rejected(&mut self, key: &Key, prints: &Prints) {
        self.of_rejected.push(prints.of_key(key, &mut self.buffer));
    }
}

impl Keys {
    /// What makes the fingerprints.
    pub(super) fn prints(&self) -> Prints {
        self.prints.clone()
    }

    /// Takes in the notes of a file's records.
    pub(super) fn take(&mut self, file: usize, notes: Notes) {
        for (first, run) in notes.runs {
            let source = self.source(file, &first);
            for noted in run {
                // Below the number of shares, so it fits.
                let share = (noted.key[0] % SHARES as u64) as usize;
                self.noted[share].push(Noted { source, ..noted });
            }
        }
        self.of_rejected.extend(notes.of_rejected);
    }

    /// Finds the keys that several records have, once all are noted.
    pub(super) fn settle(&mut self) {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for shares in self.noted.chunks_mut(SHARES.div_ceil(threads)) {
                scope.spawn(|| shares.iter_mut().for_each(|share| share.sort_unstable()));
            }
        });
        let chunks = self.noted.iter().flat_map(|share| share.chunk_by(|one, next| one.key == next.key));
        for same in chunks.filter(|same| same.len() > 1) {
            let places = same.iter().filter_map(|noted| self.place(noted)).collect();
            self.several.insert(same[0].key, Several { places, conflict: false });
        }
    }

    /// The key and the content of a good record, if others have the same key.
    pub(super) fn content(&self, record: &Record) -> Option<(Fingerprint, u64)> {
        let mut buffer = Vec::new();
        let key = self.prints.of_key(&record.key, &mut buffer);
        self.several.contains_key(&key).then(|| (key, self.prints.of_content(record, &mut buffer)))
    }

    /// Takes in which keys have records of different content.
    pub(super) fn differ(&mut self, keys: impl IntoIterator<Item = Fingerprint>) {
        for key in keys {
            if let Some(several) = self.several.get_mut(&key) {
                several.conflict = true;
            }
        }
    }

    /// Whether any two good records have the same key.
    pub(super) fn has_duplicates(&self) -> bool {
        !self.several.is_empty()
    }

    /// Why a good record is not entered for the sake of another with the same key, if so: the second of two equal ones,
    /// all of different ones.
    pub(super) fn duplicate(&self, file: usize, record: &Record) -> Option<Reason> {
        if self.several.is_empty() {
            return None;
        }
        let several = self.several.get(&self.prints.of_key(&record.key, &mut Vec::new()))?;
        let others = || several.places.iter().filter(|(of, origin)| *of != file || *origin != record.origin);
        if several.conflict {
            return Some(Reason::Conflict(others().map(|(_, origin)| origin.clone()).collect()));
        }
        let (first_file, first) = several.places.first()?;
        (*first_file != file || *first != record.origin).then(|| Reason::DuplicateOf(first.clone()))
    }

    /// Whether the input holds a record with this key, good or not.
    pub(super) fn holds(&self, key: &Key) -> bool {
        let key = self.prints.of_key(key, &mut Vec::new());
        let share = (key[0] % SHARES as u64) as usize;
        self.noted[share].binary_search_by_key(&key, |noted| noted.key).is_ok() || self.of_rejected.contains(&key)
    }

    fn source(&mut self, file: usize, origin: &Origin) -> u32 {
        let part = part(origin);
        // Rows of the same file and sheet follow one another.
        let is_known = |last: &Source| last.file == file && last.name == origin.file && last.part == part;
        if !self.sources.last().is_some_and(is_known) {
            self.sources.push(Source { file, name: Arc::clone(&origin.file), part });
        }
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    fn place(&self, noted: &Noted) -> Option<(usize, Origin)> {
        let source = self.sources.get(noted.source as usize)?;
        let place = match &source.part {
            Part::Sheet(sheet) => Place::Sheet { sheet: Arc::clone(sheet), row: u32::try_from(noted.number).ok()? },
            Part::Item(item) => Place::Item(Arc::clone(item)),
            Part::Lines if noted.number == 0 => Place::File,
            Part::Lines => Place::Line(noted.number),
        };
        Some((source.file, Origin { file: Arc::clone(&source.name), place }))
    }
}

impl Prints {
    fn of_key(&self, key: &Key, buffer: &mut Vec<u8>) -> Fingerprint {
        buffer.clear();
        key.write_canonical(buffer);
        self.halves.each_ref().map(|half| half.hash_one(&**buffer))
    }

    /// Half as long, since only records with the same key are compared by it.
    fn of_content(&self, record: &Record, buffer: &mut Vec<u8>) -> u64 {
        buffer.clear();
        record.fields.iter().chain([&record.lines]).for_each(|value| value.write_content(buffer));
        self.halves[0].hash_one(&**buffer)
    }
}

fn part(origin: &Origin) -> Part {
    match &origin.place {
        Place::Sheet { sheet, .. } => Part::Sheet(Arc::clone(sheet)),
        Place::Item(item) => Part::Item(Arc::clone(item)),
        Place::File | Place::Line(_) => Part::Lines,
    }
}

/// Whether two records stand in the same part of the same file.
fn is_beside(one: &Origin, other: &Origin) -> bool {
    let same_part = match (&one.place, &other.place) {
        (Place::Sheet { sheet: one, .. }, Place::Sheet { sheet: other, .. })
        | (Place::Item(one), Place::Item(other)) => one == other,
        (Place::File | Place::Line(_), Place::File | Place::Line(_)) => true,
        _ => false,
    };
    same_part && (Arc::ptr_eq(&one.file, &other.file) || one.file == other.file)
}

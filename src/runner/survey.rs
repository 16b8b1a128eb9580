//! The first pass: what must be known of the whole input before anything of it is sent.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use rust_decimal::Decimal;

use super::event::FileReport;
use super::input::{self, Input, Pass};
use super::reason::Reason;
use crate::record::{Judged, Origin, Record};

/// What the first pass found out.
pub(super) struct Survey {
    pub(super) files: Vec<FileReport>,
    /// Records and rejected ones among them, by file.
    counts: Vec<(u64, u64)>,
    seen: HashMap<u128, Seen>,
    rejected_keys: HashSet<u128>,
    fingerprint: Fingerprint,
}

/// A key that was seen.
struct Seen {
    content: u128,
    first: Origin,
    /// The file of the first, by position: two files may have the same name.
    file: usize,
    /// Other places of the same key with other content.
    conflicts: Vec<Origin>,
}

/// 128-bit fingerprints, different in each run: made for equality in memory, not to be stored.
struct Fingerprint {
    halves: [RandomState; 2],
}

impl Fingerprint {
    fn of(&self, bytes: &[u8]) -> u128 {
        let [left, right] = self.halves.each_ref().map(|half| u128::from(half.hash_one(bytes)));
        left << 64 | right
    }

    fn content(&self, record: &Record) -> u128 {
        let mut text = Vec::new();
        for value in record.fields.iter().chain([&record.lines]) {
            let written = value.content();
            text.extend_from_slice(value.kind().as_bytes());
            text.extend_from_slice(&written.len().to_le_bytes());
            text.extend_from_slice(written.as_bytes());
        }
        self.of(&text)
    }
}

/// Reads the whole input once.
pub(super) fn survey(input: &Input) -> Survey {
    let mut survey = Survey {
        files: Vec::new(),
        counts: vec![(0, 0); input.snapshots.len()],
        seen: HashMap::new(),
        rejected_keys: HashSet::new(),
        fingerprint: Fingerprint { halves: [RandomState::new(), RandomState::new()] },
    };
    input::go_through(input, &mut survey);
    survey
}

impl Pass for Survey {
    fn judged(&mut self, file: usize, judged: Judged) -> bool {
        let (records, rejected) = &mut self.counts[file];
        *records += 1;
        match judged {
            Judged::Rejected(record) => {
                *rejected += 1;
                if let Some(key) = &record.key {
                    self.rejected_keys.insert(self.fingerprint.of(&key.canonical()));
                }
            }
            Judged::Valid(record) => self.note(file, &record),
        }
        true
    }

    fn file(&mut self, _file: usize, report: FileReport) {
        self.files.push(report);
    }
}

impl Survey {
    fn note(&mut self, file: usize, record: &Record) {
        let content = self.fingerprint.content(record);
        match self.seen.entry(self.fingerprint.of(&record.key.canonical())) {
            Entry::Vacant(place) => {
                place.insert(Seen { content, first: record.origin.clone(), file, conflicts: Vec::new() });
            }
            Entry::Occupied(mut seen) => {
                if seen.get().content != content {
                    seen.get_mut().conflicts.push(record.origin.clone());
                }
            }
        }
    }

    /// Records in all.
    pub(super) fn records(&self) -> u64 {
        self.counts.iter().map(|(records, _)| records).sum()
    }

    /// Whether so many of a file's records are wrong that nothing of it is sent.
    pub(super) fn gate(&self, file: usize, below: Option<Decimal>) -> Option<Reason> {
        let (records, rejected) = self.counts[file];
        let below = below?;
        // Compared as a product, so that nothing is rounded.
        (rejected > 0 && Decimal::from(rejected) >= below * Decimal::from(records)).then(|| Reason::Gate {
            rejected,
            records,
            below: format!("{}%", (below * Decimal::ONE_HUNDRED).normalize()),
        })
    }

    /// Why a good record is not entered for the sake of another with the same key, if so: the second of two equal ones,
    /// all of different ones.
    pub(super) fn duplicate(&self, file: usize, record: &Record) -> Option<Reason> {
        let seen = self.seen.get(&self.fingerprint.of(&record.key.canonical()))?;
        if !seen.conflicts.is_empty() {
            let all = std::iter::once(&seen.first).chain(&seen.conflicts);
            return Some(Reason::Conflict(all.filter(|origin| **origin != record.origin).cloned().collect()));
        }
        (seen.file != file || seen.first != record.origin).then(|| Reason::DuplicateOf(seen.first.clone()))
    }

    /// Whether the input holds a record with this key, good or not: then it is the input that counts, and not what an
    /// earlier run left open.
    pub(super) fn holds(&self, record: &Record) -> bool {
        let key = self.fingerprint.of(&record.key.canonical());
        self.seen.contains_key(&key) || self.rejected_keys.contains(&key)
    }
}

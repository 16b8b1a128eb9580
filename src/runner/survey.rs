//! The first pass: what must be known of the whole input before anything of it is sent. Where keys stand there more than
//! once, a further pass compares the contents of these records only, so that the others need not be digested.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::event::FileReport;
use super::feed::Fed;
use super::input::{self, Input, Pass, Sift};
use super::keys::{Fingerprint, Keys, Notes, Prints};
use super::reason::Reason;
use crate::record::{Judged, Key, Origin, Record};

/// What the first pass found out.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) files: Vec<FileReport>,
    /// Records and rejected ones among them, by file.
    counts: Vec<(u64, u64)>,
    keys: Keys,
}

/// Whether there is nothing to say of a good record but that it is good.
#[derive(Clone, Copy)]
pub(super) enum IsPlain<'a> {
    /// Nobody wants to know.
    Unasked,
    /// It is so for all of them.
    Always,
    /// This tells.
    Ask(&'a (dyn Fn(&Record) -> bool + Sync)),
}

/// What the first pass keeps of the records where nobody wants to hear of good ones: mostly all that there is to say.
#[derive(Default)]
pub(super) struct Glance {
    /// Good records of which there is nothing to say.
    pub(super) plain: Plain,
    /// The others, in reading order.
    pub(super) others: Vec<Fed>,
    /// Whether there were too many others to keep.
    overflow: bool,
}

/// Good records, and the rows that they are made of.
#[derive(Clone, Copy, Default)]
pub(super) struct Plain {
    pub(super) records: u64,
    pub(super) rows: u64,
}

/// Records that a glance keeps at the most.
const MOST_OTHERS: usize = 20_000;

/// Reads the whole input once.
pub(super) fn survey(input: &Input) -> Survey {
    look(input, IsPlain::Unasked).0
}

/// Reads the whole input once, and keeps what is to be said of its records but for the plain ones.
pub(super) fn glance(input: &Input, is_plain: IsPlain<'_>) -> (Survey, Glance) {
    look(input, is_plain)
}

fn look(input: &Input, is_plain: IsPlain<'_>) -> (Survey, Glance) {
    let mut look = Look { survey: Survey::default(), glance: Glance::default(), is_plain };
    look.survey.counts = vec![(0, 0); input.snapshots.len()];
    input::go_through(input, &mut look);
    look.survey.keys.settle();
    if look.survey.keys.has_duplicates() {
        let mut comparison = Comparison { keys: &look.survey.keys, first: HashMap::new(), differ: HashSet::new() };
        input::go_through(input, &mut comparison);
        let differ = comparison.differ;
        look.survey.keys.differ(differ);
    }
    (look.survey, look.glance)
}

/// The first pass under way.
struct Look<'a> {
    survey: Survey,
    glance: Glance,
    is_plain: IsPlain<'a>,
}

/// Counts records and notes their keys.
struct Tally<'a> {
    prints: Prints,
    is_plain: IsPlain<'a>,
}

/// What was counted and noted.
#[derive(Default)]
struct Counted {
    records: u64,
    rejected: u64,
    notes: Notes,
    plain: Plain,
    others: Vec<Judged>,
}

impl Sift for Tally<'_> {
    type Batch = Counted;

    fn record(&self, judged: Judged, batch: &mut Counted) {
        batch.records += 1;
        match &judged {
            Judged::Rejected(record) => {
                batch.rejected += 1;
                if let Some(key) = &record.key {
                    batch.notes.note_rejected(key, &self.prints);
                }
            }
            Judged::Valid(record) => batch.notes.note(&record.origin, &record.key, &self.prints),
        }
        let is_plain = |record: &Record| match self.is_plain {
            IsPlain::Unasked | IsPlain::Always => true,
            IsPlain::Ask(tells) => tells(record),
        };
        match &judged {
            Judged::Valid(record) if is_plain(record) => {
                batch.plain.records += 1;
                batch.plain.rows += 1 + record.further.len() as u64;
            }
            _ if matches!(self.is_plain, IsPlain::Unasked) => {}
            _ => batch.others.push(judged),
        }
    }

    fn takes_keys(&self) -> bool {
        !matches!(self.is_plain, IsPlain::Ask(_))
    }

    fn good(&self, origin: &Origin, key: &Key, batch: &mut Counted) {
        batch.records += 1;
        batch.notes.note(origin, key, &self.prints);
        batch.plain.records += 1;
        batch.plain.rows += 1;
    }
}

impl<'a> Pass for Look<'a> {
    type Sift = Tally<'a>;

    fn sift(&self) -> Tally<'a> {
        Tally { prints: self.survey.keys.prints(), is_plain: self.is_plain }
    }

    fn batch(&mut self, file: usize, batch: Counted) -> bool {
        let (records, rejected) = &mut self.survey.counts[file];
        *records += batch.records;
        *rejected += batch.rejected;
        self.survey.keys.take(file, batch.notes);
        self.glance.take(file, batch.plain, batch.others);
        true
    }

    fn file(&mut self, _file: usize, report: FileReport) {
        self.survey.files.push(report);
    }
}

/// The further pass, for keys that stand there more than once.
struct Comparison<'a> {
    keys: &'a Keys,
    /// The content of the first record of each key.
    first: HashMap<Fingerprint, u64>,
    /// Keys of which another record has another content.
    differ: HashSet<Fingerprint>,
}

/// Keeps the contents of records that share their key.
struct Contents<'a>(&'a Keys);

impl Sift for Contents<'_> {
    type Batch = Vec<(Fingerprint, u64)>;

    fn record(&self, judged: Judged, batch: &mut Self::Batch) {
        if let Judged::Valid(record) = judged {
            batch.extend(self.0.content(&record));
        }
    }
}

impl<'a> Pass for Comparison<'a> {
    type Sift = Contents<'a>;

    fn sift(&self) -> Contents<'a> {
        Contents(self.keys)
    }

    fn batch(&mut self, _file: usize, batch: Vec<(Fingerprint, u64)>) -> bool {
        for (key, content) in batch {
            if *self.first.entry(key).or_insert(content) != content {
                self.differ.insert(key);
            }
        }
        true
    }

    fn file(&mut self, _file: usize, _report: FileReport) {}
}

impl Glance {
    fn take(&mut self, file: usize, plain: Plain, others: Vec<Judged>) {
        self.plain.records += plain.records;
        self.plain.rows += plain.rows;
        self.overflow |= self.others.len() + others.len() > MOST_OTHERS;
        if self.overflow {
            self.others = Vec::new();
        } else {
            self.others.extend(others.into_iter().map(|judged| (file, judged)));
        }
    }
}

impl Survey {
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
        self.keys.duplicate(file, record)
    }

    /// Whether the input holds a record with this key, good or not: then it is the input that counts, and not what an
    /// earlier run left open.
    pub(super) fn holds(&self, record: &Record) -> bool {
        self.keys.holds(&record.key)
    }

    /// Whether a glance says all that there is to say of the records: not where something of the whole concerns good ones
    /// too (one key twice, something wrong with a file, a gate), nor where it was too much to keep.
    pub(super) fn needs_only(&self, glance: &Glance, below: Option<Decimal>) -> bool {
        let concerns_good =
            |file: usize| !self.files[file].verdict.issues.is_empty() || self.gate(file, below).is_some();
        !glance.overflow && !self.keys.has_duplicates() && !(0..self.files.len()).any(concerns_good)
    }
}

//! Rows that are judged by themselves, on any thread: for recipes in which no row's verdict depends on another's, so
//! that the work can be shared among processors. What belongs to the file as a whole is put aside for the
//! [`Validator`](super::Validator), which takes it in reading order.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::control::Captions;
use super::judge::Judge;
use crate::extract::Extraction;
use crate::record::{Judged, Key, Origin, Row, Value};

/// Judges rows of one file one by one.
#[derive(Debug)]
pub struct RowJudge {
    judge: Arc<Judge>,
    extraction: Arc<Extraction>,
    captions: Captions,
    /// The file's name as rows carry it, and a copy of its own. Each record counts up how often a name is shared, and a
    /// counter that several processors write to is slower than all else that is done for a record.
    file: (Arc<str>, Arc<str>),
    /// Copies of the fields' names, for the same reason.
    names: Vec<Arc<str>>,
    /// Reused for each row that goes the short way.
    values: Vec<Value>,
}

/// What rows say of their file as a whole.
#[derive(Debug, Default)]
pub struct Aside {
    /// Rows that are footers.
    pub(super) footers: Vec<Row>,
    /// What the other rows add to the control totals: one addend for each total, row after row.
    pub(super) addends: Vec<Option<Decimal>>,
}

impl RowJudge {
    pub(super) fn new(judge: &Arc<Judge>, extraction: &Arc<Extraction>, file: &Arc<str>, captions: &Captions) -> Self {
        Self {
            judge: Arc::clone(judge),
            extraction: Arc::clone(extraction),
            captions: captions.clone(),
            file: (Arc::clone(file), Arc::from(&**file)),
            names: judge.names.iter().map(|name| Arc::from(&**name)).collect(),
            values: Vec::new(),
        }
    }

    /// Another one for another thread.
    pub fn copy(&self) -> Self {
        Self::new(&self.judge, &self.extraction, &self.file.0, &self.captions)
    }

    /// The file's name as its rows carry it.
    pub fn file(&self) -> Arc<str> {
        Arc::clone(&self.file.0)
    }

    /// Judges one row; none if it is a footer.
    pub fn row(&self, row: &Row, aside: &mut Aside) -> Option<Judged> {
        if self.captions.of(row).is_some() {
            aside.footers.push(row.clone());
            return None;
        }
        let judge = &*self.judge;
        let mut draft = judge.read(row, self.origin(row), &self.extraction);
        for at in &judge.plan.per_row {
            judge.compute(*at, 1, &mut draft, &Value::Missing);
        }
        aside.addends.extend(judge.addends(&draft.fields, |at| draft.is_faulty(at)));
        for at in 0..judge.readers.len() {
            judge.constrain(at, &mut draft, row, &self.extraction);
        }
        Some(judge.finish(draft, 1, &self.names))
    }

    /// The key of a row that is good beyond doubt, without making its record. None says nothing: the row is then to be
    /// judged, which puts aside what it has to.
    pub fn key_of_good(&mut self, row: &Row, aside: &mut Aside) -> Option<Key> {
        if self.captions.of(row).is_some() {
            return None;
        }
        self.judge.key_of_good(row, &self.extraction, &self.names, &mut self.values, &mut aside.addends)
    }

    fn origin(&self, row: &Row) -> Origin {
        let (theirs, own) = &self.file;
        let file = if Arc::ptr_eq(&row.origin.file, theirs) { own } else { &row.origin.file };
        Origin { file: Arc::clone(file), place: row.origin.place.clone() }
    }
}

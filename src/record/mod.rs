//! The nouns that every stage shares: where a value came from, rows as read, typed values, records, keys, issues and
//! outcomes. Plain data only: nothing here reads files, talks to targets or prints.

mod fault;
mod issue;
mod key;
mod origin;
mod outcome;
mod row;
mod value;

pub use fault::{CurrencyFault, DateFault, IbanFault, NumberFault, PhoneFault, VatFault};
pub use issue::{Issue, Why};
pub use key::{Key, KeyPart};
pub use origin::{Origin, Place};
pub use outcome::Outcome;
pub use row::{Cell, NOT_CALCULATED, Row};
pub use value::{Money, Timestamp, Value};

use std::sync::Arc;

/// Typed field values that passed validation, made of one row or of several.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where its first row stands.
    pub origin: Origin,
    /// Where its further rows stand, in reading order; most have none.
    pub further: Vec<Origin>,
    /// One value a field of the recipe, in the recipe's order; fields of `lines:` are [`Value::Missing`] here.
    pub fields: Vec<Value>,
    /// The lines of a record that spans several rows: a list of maps; [`Value::Missing`] for other recipes.
    pub lines: Value,
    /// How many equal rows stood before this one in its file, plus one; what `occurrence` gives in a key.
    pub occurrence: u64,
    /// The fields that make two records the same.
    pub key: Key,
}

impl Record {
    /// Where all its rows stand, in reading order.
    pub fn places(&self) -> Vec<Origin> {
        std::iter::once(&self.origin).chain(&self.further).cloned().collect()
    }
}

/// Rows whose data is wrong: nothing of them is ever sent.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Where its first row stands.
    pub origin: Origin,
    /// Where its further rows stand, in reading order.
    pub further: Vec<Origin>,
    /// The key, where its fields could be read.
    pub key: Option<Key>,
    /// The fields that could be read, by name.
    pub fields: Vec<(Arc<str>, Value)>,
    /// All that is wrong, in reading order; never empty.
    pub issues: Vec<Issue>,
}

impl Rejected {
    /// Where all its rows stand, in reading order.
    pub fn places(&self) -> Vec<Origin> {
        std::iter::once(&self.origin).chain(&self.further).cloned().collect()
    }
}

/// What validation says of a record.
#[derive(Clone, Debug)]
pub enum Judged {
    /// It may be entered.
    Valid(Record),
    /// It may not.
    Rejected(Rejected),
}

//! The parts of systems that entries are made in: one row each, so that an entry names its part by a number.

use super::claim::EntryName;
use super::store::{Journal, JournalError};
use super::writer::Batch;

/// The parts that this process asked for so far; there are few, and they are asked for with each entry.
#[derive(Default)]
pub(super) struct Known(Vec<Part>);

struct Part {
    ledger: String,
    system: String,
    part: String,
    target: String,
    number: i64,
}

/// The number of the part that an entry is made in; `target` is what the recipe calls its target now.
pub(super) fn number(batch: &mut Batch<'_>, name: &EntryName, target: &str) -> Result<i64, JournalError> {
    let is_this = |known: &&Part| {
        known.part == name.part && known.target == target && known.system == name.system && known.ledger == name.ledger
    };
    if let Some(known) = batch.parts.0.iter().find(is_this) {
        return Ok(known.number);
    }
    let number = batch.transaction.query_row(
        "INSERT INTO parts (ledger, system, part, target) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (ledger, system, part) DO UPDATE SET target = excluded.target RETURNING id",
        (&name.ledger, &name.system, &name.part, target),
        |row| row.get(0),
    )?;
    batch.parts.0.push(Part {
        ledger: name.ledger.clone(),
        system: name.system.clone(),
        part: name.part.clone(),
        target: target.to_owned(),
        number,
    });
    Ok(number)
}

impl Journal {
    /// The parts of a system that entries of this key are known for.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn parts(&self, ledger: &str, system: &str, key: &str) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT parts.part FROM entries JOIN parts ON parts.id = entries.part
                 WHERE entries.key = ?3 AND parts.ledger = ?1 AND parts.system = ?2 ORDER BY entries.id",
            )?;
            let rows = select.query_map([ledger, system, key], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// All parts of a system that a ledger has entries for.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn parts_of_system(&self, ledger: &str, system: &str) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT part FROM parts WHERE ledger = ?1 AND system = ?2")?;
            let rows = select.query_map([ledger, system], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

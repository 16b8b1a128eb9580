//! The parts of systems that entries are made in: one row each, so that an entry names its part by a number.

use rusqlite::OptionalExtension;

use super::claim::EntryName;
use super::store::{Journal, JournalError};
use super::writer::Batch;

/// The number of the part that an entry is made in; `target` is what the recipe calls its target now.
pub(super) fn number(batch: &Batch<'_>, name: &EntryName, target: &str) -> Result<i64, JournalError> {
    let known: Option<(i64, bool)> = batch
        .transaction
        .prepare_cached("SELECT id, target = ?4 FROM parts WHERE ledger = ?1 AND system = ?2 AND part = ?3")?
        .query_row((&name.ledger, &name.system, &name.part, target), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((number, true)) = known {
        return Ok(number);
    }
    let number = batch.transaction.query_row(
        "INSERT INTO parts (ledger, system, part, target) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (ledger, system, part) DO UPDATE SET target = excluded.target RETURNING id",
        (&name.ledger, &name.system, &name.part, target),
        |row| row.get(0),
    )?;
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

//! The parts of systems that entries are made in: one row each, so that an entry names its part by a number. Also how an
//! entry is called for people: `erp.entry`, and `erp.lines[3]` where a part has one for each element of a list.

use rusqlite::Row;

use super::claim::EntryName;
use super::store::{Journal, JournalError};
use super::writer::Batch;

/// SQL for what an entry is called, in a select from `entries` and `parts`.
pub(super) const ENTRY_NAME: &str = "parts.target || '.' || parts.part
    || CASE parts.elements WHEN '' THEN '' ELSE '[' || entries.element || ']' END";

/// The parts that this process asked for so far; there are few, and they are asked for with each entry.
#[derive(Default)]
pub(super) struct Known(Vec<Part>);

struct Part {
    ledger: String,
    system: String,
    part: String,
    elements: String,
    target: String,
    number: i64,
}

/// The number of the part that an entry is made in; `target` is what the recipe calls its target now.
pub(super) fn number(batch: &mut Batch<'_>, name: &EntryName, target: &str) -> Result<i64, JournalError> {
    let is_this = |known: &&Part| {
        known.part == name.part
            && known.elements == name.elements
            && known.target == target
            && known.system == name.system
            && known.ledger == name.ledger
    };
    if let Some(known) = batch.parts.0.iter().find(is_this) {
        return Ok(known.number);
    }
    let number = batch.transaction.query_row(
        "INSERT INTO parts (ledger, system, part, elements, target) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ledger, system, part, elements) DO UPDATE SET target = excluded.target RETURNING id",
        (&name.ledger, &name.system, &name.part, &name.elements, target),
        |row| row.get(0),
    )?;
    batch.parts.0.push(Part {
        ledger: name.ledger.clone(),
        system: name.system.clone(),
        part: name.part.clone(),
        elements: name.elements.clone(),
        target: target.to_owned(),
        number,
    });
    Ok(number)
}

/// What a part is called: with what its elements are known by, if it has any. Known by something else, they would be
/// other entries.
pub fn part_name(part: &str, elements: &str) -> String {
    if elements.is_empty() { part.to_owned() } else { format!("{part}[{elements}]") }
}

fn read_name(row: &Row<'_>) -> rusqlite::Result<String> {
    Ok(part_name(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?))
}

impl Journal {
    /// The parts of a system that entries of this key are known for, as [`part_name`] calls them.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn parts(&self, ledger: &str, system: &str, key: &str) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT parts.part, parts.elements FROM entries JOIN parts ON parts.id = entries.part
                 WHERE entries.key = ?3 AND parts.ledger = ?1 AND parts.system = ?2
                 GROUP BY parts.id ORDER BY min(entries.id)",
            )?;
            let rows = select.query_map([ledger, system, key], read_name)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// All parts of a system that a ledger has entries for, as [`part_name`] calls them.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn parts_of_system(&self, ledger: &str, system: &str) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let mut select =
                connection.prepare("SELECT part, elements FROM parts WHERE ledger = ?1 AND system = ?2")?;
            let rows = select.query_map([ledger, system], read_name)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

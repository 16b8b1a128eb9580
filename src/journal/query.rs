//! Questions that people ask the journal: how things stand, what happened to one record, whether the story is whole.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::Value as Json;

use super::chain::{self, Link};
use super::digest::record_id;
use super::parts::ENTRY_NAME;
use super::store::{Journal, JournalError};
use super::{EntryId, RunId};

/// How many records of a ledger stand where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerCount {
    /// The ledger.
    pub ledger: String,
    /// Outcome word and number of records.
    pub outcomes: Vec<(String, u64)>,
    /// Entries that were being submitted when their run ended.
    pub cut_off: u64,
}

/// A record that waits for something.
#[derive(Clone, Debug)]
pub struct OpenRecord {
    /// The ledger.
    pub ledger: String,
    /// Its id.
    pub record: String,
    /// Its key, for people.
    pub key: String,
    /// Where it stands in its input.
    pub origin: String,
    /// The outcome's word.
    pub outcome: String,
    /// Why, for people.
    pub reason: Option<String>,
    /// Why, as a stable code.
    pub code: Option<String>,
    /// The latest run that dealt with it.
    pub run: RunId,
    /// Its values, as stored.
    pub stored: Option<Json>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// Its number.
    pub id: RunId,
    /// The recipe's name.
    pub recipe: String,
    /// The recipe's file.
    pub path: String,
    /// The ledger.
    pub ledger: String,
    /// When it began (RFC 3339, UTC).
    pub started: String,
    /// When it ended; none for a run that is under way or was killed.
    pub ended: Option<String>,
    /// Its exit code.
    pub exit_code: Option<u8>,
    /// Its balance, as `--format jsonl` prints it.
    pub balance: Option<Json>,
}

/// Records that a person's words may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The ledger.
    pub ledger: String,
    /// The record's id.
    pub record: String,
    /// Its key, for people.
    pub key: String,
    /// The outcome's word.
    pub outcome: String,
}

/// One record's whole story.
#[derive(Clone, Debug)]
pub struct Story {
    /// The record's lines, one a run, oldest first: run and line.
    pub lines: Vec<(RunId, Json)>,
    /// Its entries' events, in order.
    pub events: Vec<StoryEvent>,
}

/// One event of a story.
#[derive(Clone, Debug)]
pub struct StoryEvent {
    /// Its number in the journal.
    pub seq: i64,
    /// When (RFC 3339, UTC).
    pub at: String,
    /// In which run.
    pub run: Option<RunId>,
    /// Target, part and element; a decision on the record as a whole has none.
    pub entry: Option<String>,
    /// What happened: `intent`, `entered`, `unknown` …
    pub kind: String,
    /// The facts.
    pub data: Json,
}

impl Journal {
    /// How many records of each ledger stand where.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn counts(&self) -> Result<Vec<LedgerCount>, JournalError> {
        self.read(|connection| {
            let mut ledgers: BTreeMap<String, LedgerCount> = BTreeMap::new();
            let new = |ledger: &str| LedgerCount { ledger: ledger.to_owned(), outcomes: Vec::new(), cut_off: 0 };
            // Rejected rows are a matter of their run: once corrected they come back as other rows.
            let mut select = connection.prepare(
                "SELECT ledger, outcome, count(*) FROM records
                 WHERE outcome <> 'rejected' OR run = (SELECT max(id) FROM runs WHERE runs.ledger = records.ledger)
                 GROUP BY ledger, outcome",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let ledger: String = row.get(0)?;
                let count = ledgers.entry(ledger.clone()).or_insert_with(|| new(&ledger));
                count.outcomes.push((row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()));
            }
            let mut select = connection.prepare(
                "SELECT ledger, count(*) FROM entries JOIN parts ON parts.id = entries.part
                     WHERE state = 'submitting' GROUP BY ledger",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let ledger: String = row.get(0)?;
                ledgers.entry(ledger.clone()).or_insert_with(|| new(&ledger)).cut_off =
                    row.get::<_, i64>(1)?.unsigned_abs();
            }
            Ok(ledgers.into_values().collect())
        })
    }

    /// The records that wait for something.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn open_records(&self) -> Result<Vec<OpenRecord>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT ledger, record, key, origin, outcome, reason, run, stored, code FROM records
                 WHERE outcome IN ('held', 'failed', 'pending', 'in_doubt')
                 ORDER BY ledger, outcome, run, record",
            )?;
            let rows = select.query_map([], |row| {
                Ok(OpenRecord {
                    ledger: row.get(0)?,
                    record: row.get(1)?,
                    key: row.get(2)?,
                    origin: row.get(3)?,
                    outcome: row.get(4)?,
                    reason: row.get(5)?,
                    run: row.get(6)?,
                    stored: row.get::<_, Option<String>>(7)?.and_then(|text| serde_json::from_str(&text).ok()),
                    code: row.get(8)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The runs, latest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn runs(&self, at_most: u32) -> Result<Vec<RunRow>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT id, recipe, path, ledger, started, ended, exit_code, balance FROM runs
                 ORDER BY id DESC LIMIT ?1",
            )?;
            let rows = select.query_map([at_most], |row| {
                Ok(RunRow {
                    id: row.get(0)?,
                    recipe: row.get(1)?,
                    path: row.get(2)?,
                    ledger: row.get(3)?,
                    started: row.get(4)?,
                    ended: row.get(5)?,
                    exit_code: row.get(6)?,
                    balance: row.get::<_, Option<String>>(7)?.and_then(|text| serde_json::from_str(&text).ok()),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The record lines of a run, in the order in which they ended.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn lines(&self, run: RunId) -> Result<Vec<Json>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT line FROM lines WHERE run = ?1 ORDER BY number")?;
            let mut rows = select.query([run])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                lines.push(parse(&row.get::<_, String>(0)?)?);
            }
            Ok(lines)
        })
    }

    /// The records that an id (or its beginning) or `field=value` names.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn find(&self, name: &str) -> Result<Vec<Found>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT ledger, record, key, outcome FROM records
                 WHERE CASE WHEN ?2 THEN key = ?1 OR instr(', ' || key || ', ', ', ' || ?1 || ', ') > 0
                            ELSE substr(record, 1, length(?1)) = ?1 END
                 ORDER BY ledger, record",
            )?;
            let rows = select.query_map((name, name.contains('=')), |row| {
                Ok(Found { ledger: row.get(0)?, record: row.get(1)?, key: row.get(2)?, outcome: row.get(3)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// One record's whole story.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn story(&self, ledger: &str, record: &str) -> Result<Story, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT lines.run, lines.line FROM records JOIN lines ON lines.record = records.id
                 WHERE records.ledger = ?1 AND records.record = ?2 ORDER BY lines.run, lines.number",
            )?;
            let mut rows = select.query([ledger, record])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                lines.push((row.get(0)?, parse(&row.get::<_, String>(1)?)?));
            }
            let mut select = connection.prepare(&format!(
                "SELECT events.seq, events.at, events.run, {ENTRY_NAME}, events.kind, events.data
                 FROM entries JOIN parts ON parts.id = entries.part JOIN events ON events.entry = entries.id
                 WHERE entries.key BETWEEN ?2 AND ?2 || 'g' AND parts.ledger = ?1
                 UNION ALL
                 SELECT seq, at, run, NULL, kind, data FROM events
                 WHERE entry IS NULL AND kind IN ('approved', 'dropped')
                   AND json_extract(data, '$.ledger') = ?1 AND json_extract(data, '$.record') = ?2
                 UNION
                 -- A mail is named at the beginning of the places in it.
                 SELECT events.seq, events.at, events.run, NULL, events.kind, events.data
                 FROM records JOIN lines ON lines.record = records.id JOIN events ON events.run = lines.run
                 WHERE records.ledger = ?1 AND records.record = ?2 AND events.entry IS NULL
                   AND events.kind IN ('mail_due', 'mail_moved', 'mail_read', 'mail_gone', 'mail_stays')
                   AND instr(json_extract(lines.line, '$.origin'), json_extract(events.data, '$.mail')) = 1
                 ORDER BY 1",
            ))?;
            let mut rows = select.query([ledger, record])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(StoryEvent {
                    seq: row.get(0)?,
                    at: row.get(1)?,
                    run: row.get(2)?,
                    entry: row.get(3)?,
                    kind: row.get(4)?,
                    data: parse(&row.get::<_, String>(5)?)?,
                });
            }
            Ok(Story { lines, events })
        })
    }

    /// Goes through the whole chain, and compares where each entry stands with what its events say. Answers the number
    /// of events.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] with the first thing that does not fit.
    pub fn verify(&self) -> Result<u64, JournalError> {
        self.read(|connection| {
            let (events, states) = follow_chain(connection)?;
            compare_states(connection, &states)?;
            Ok(events)
        })
    }
}

fn parse(text: &str) -> Result<Json, JournalError> {
    serde_json::from_str(text).map_err(|error| JournalError::Damaged(error.to_string()))
}

type States = BTreeMap<EntryId, &'static str>;

fn follow_chain(connection: &Connection) -> Result<(u64, States), JournalError> {
    let mut states = States::new();
    let mut select = connection.prepare("SELECT seq, at, run, entry, kind, data, hash FROM events ORDER BY seq")?;
    let mut rows = select.query([])?;
    let (mut before, mut last, mut count) = (chain::START, 0_i64, 0_u64);
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq != last + 1 {
            return Err(JournalError::Damaged(format!("after event {last} comes event {seq}")));
        }
        let (at, kind, data): (String, String, String) = (row.get(1)?, row.get(4)?, row.get(5)?);
        let (run, entry): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
        before = chain::link(&before, &Link { seq, at: &at, run, entry, kind: &kind, data: &data });
        if row.get::<_, Vec<u8>>(6)? != before {
            return Err(JournalError::Damaged(format!(
                "event {seq} (`{kind}` of {at}) was changed after it was written"
            )));
        }
        if let (Some(entry), Some(state)) = (entry, state_after(&kind)) {
            states.insert(entry, state);
        }
        last = seq;
        count += 1;
    }
    Ok((count, states))
}

/// Where an event of this kind leaves its entry; none for those that leave it where it is.
fn state_after(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "intent" | "unknown" => "submitting",
        "entered" | "found" | "resolved_entered" => "entered",
        "not_taken" | "resolved_again" => "open",
        "refused" => "failed",
        "in_doubt" => "in_doubt",
        "held" => "held",
        "dropped" => "dropped",
        "added" => "added",
        _ => return None,
    })
}

fn compare_states(connection: &Connection, states: &States) -> Result<(), JournalError> {
    let mut select = connection.prepare(&format!(
        "SELECT entries.id, {ENTRY_NAME}, entries.key, entries.state
         FROM entries JOIN parts ON parts.id = entries.part",
    ))?;
    let mut rows = select.query([])?;
    let mut left: States = states.clone();
    while let Some(row) = rows.next()? {
        let (id, name, key, state): (EntryId, String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let told = left.remove(&id).unwrap_or("open");
        if told != state {
            return Err(JournalError::Damaged(format!(
                "entry {name} of record {} stands as `{state}`, but its events say `{told}`",
                record_id(&key)
            )));
        }
    }
    match left.keys().next() {
        Some(entry) => Err(JournalError::Damaged(format!("entry {entry} is gone, but its events are there"))),
        None => Ok(()),
    }
}

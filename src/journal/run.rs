//! What is put down about a run as a whole and about each record in it.

use rusqlite::OptionalExtension;
use serde_json::{Value as Json, json};

use super::RunId;
use super::store::{Journal, JournalError};
use super::writer::Batch;
use crate::record::Outcome;

/// How the names begin under which [`Journal::note_key`] notes keys.
pub(super) const KEY_OF: &str = "key of ";

/// What is known when a run begins.
#[derive(Clone, Debug)]
pub struct RunStart {
    /// The recipe's name.
    pub recipe: String,
    /// Its file.
    pub path: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// The ledger.
    pub ledger: String,
    /// The command as it was given, without secrets.
    pub command: String,
    /// The inputs: name, path, SHA-256, length in bytes.
    pub inputs: Vec<(String, String, String, u64)>,
}

/// How a record ended in a run.
#[derive(Clone, Debug)]
pub struct RecordEnd {
    /// The run.
    pub run: RunId,
    /// Its place in the order of the run's ends.
    pub number: i64,
    /// The ledger.
    pub ledger: String,
    /// The record's id.
    pub record: String,
    /// Its key, for people.
    pub key: String,
    /// Its place in the input.
    pub origin: String,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why, for people.
    pub reason: Option<String>,
    /// Why, as a stable code.
    pub code: Option<&'static str>,
    /// The line that `--format jsonl` prints.
    pub line: String,
    /// Its values, where it still waits for something.
    pub stored: Option<Json>,
    /// What this end says of where the record stands.
    pub standing: Standing,
}

/// What the end of a record in one run says of where the record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands there now.
    New,
    /// Nothing was tried: what was known of the record before still holds.
    AsBefore,
    /// Nothing: another row of the same run speaks for the record.
    None,
}

/// A record that an earlier run left open.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Its id.
    pub record: String,
    /// Where it stood in its input.
    pub origin: String,
    /// How it was left.
    pub outcome: Outcome,
    /// Its values.
    pub stored: Json,
}

impl Journal {
    /// Begins a run and syncs the seal.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn begin_run(&self, start: RunStart) -> Result<RunId, JournalError> {
        self.writer
            .write(move |batch| {
                batch.transaction.execute(
                    "INSERT INTO runs (recipe, path, sha256, ledger, command, started) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    (&start.recipe, &start.path, &start.sha256, &start.ledger, &start.command, batch.now),
                )?;
                let run = batch.transaction.last_insert_rowid();
                for (name, path, sha256, bytes) in &start.inputs {
                    batch.transaction.execute(
                        "INSERT OR REPLACE INTO inputs VALUES (?1, ?2, ?3, ?4, ?5)",
                        (run, name, path, sha256, i64::try_from(*bytes).unwrap_or(i64::MAX)),
                    )?;
                }
                let inputs: Vec<Json> =
                    start.inputs.iter().map(|(name, _, sha256, _)| json!({ "name": name, "sha256": sha256 })).collect();
                let data = json!({ "recipe": start.recipe, "sha256": start.sha256, "inputs": inputs });
                batch.event(Some(run), None, "run_started", &data)?;
                Ok(run)
            })
            .await
    }

    /// Ends a run.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn end_run(&self, run: RunId, exit_code: u8, balance: Json) -> Result<(), JournalError> {
        self.writer
            .write_last(move |batch| {
                batch.transaction.execute(
                    "UPDATE runs SET ended = ?2, exit_code = ?3, balance = ?4 WHERE id = ?1",
                    (run, batch.now, exit_code, balance.to_string()),
                )?;
                batch.event(Some(run), None, "run_ended", &json!({ "exit_code": exit_code }))?;
                Ok(())
            })
            .await
    }

    /// Puts down how a record ended. Not waited for: what must not be lost about it is in its entries, and
    /// [`Journal::end_run`] comes after it.
    ///
    /// # Errors
    /// An earlier write failed.
    pub fn put_record(&self, end: RecordEnd) -> Result<(), JournalError> {
        self.writer.write_behind(move |batch| {
            let record = put_standing(batch, &end)?;
            batch.transaction.prepare_cached("INSERT OR REPLACE INTO lines VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
                end.run,
                end.number,
                record,
                end.outcome.word(),
                &end.line,
            ))?;
            Ok(())
        })
    }

    /// The records of a ledger that earlier runs left open, with their values.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn carried(&self, ledger: &str) -> Result<Vec<Carried>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT record, origin, outcome, stored FROM records
                 WHERE ledger = ?1 AND stored IS NOT NULL ORDER BY run, record",
            )?;
            let mut rows = select.query([ledger])?;
            let mut carried = Vec::new();
            while let Some(row) = rows.next()? {
                let record: String = row.get(0)?;
                let damaged = || JournalError::Damaged(format!("the values of record {record} cannot be read"));
                let outcome = Outcome::from_word(&row.get::<_, String>(2)?).ok_or_else(damaged)?;
                let stored = serde_json::from_str(&row.get::<_, String>(3)?).map_err(|_| damaged())?;
                carried.push(Carried { record, origin: row.get(1)?, outcome, stored });
            }
            Ok(carried)
        })
    }

    /// Notes what a recipe's keys are made of. Answers what they were made of so far, where that was something else: then
    /// what was entered under the old keys is not found under the new ones.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn note_key(&self, ledger: &str, recipe: &str, key: &str) -> Result<Option<String>, JournalError> {
        let (name, key) = (format!("{KEY_OF}{ledger} by {recipe}"), key.to_owned());
        self.writer
            .write(move |batch| {
                let known: Option<String> = batch
                    .transaction
                    .query_row("SELECT value FROM meta WHERE name = ?1", [&name], |row| row.get(0))
                    .optional()?;
                if known.is_none() {
                    batch.transaction.execute("INSERT INTO meta VALUES (?1, ?2)", [&name, &key])?;
                }
                Ok(known.filter(|known| *known != key))
            })
            .await
    }

    /// Ties a target's name to the system it means; answers the system's name as the journal knows it.
    ///
    /// # Errors
    /// `Ok(Err(origin))` where the name meant the system at another origin so far; the journal cannot be read.
    pub async fn bind_system(
        &self,
        ledger: &str,
        target: &str,
        origin: &str,
        system: Option<&str>,
    ) -> Result<Result<String, String>, JournalError> {
        let (ledger, target, origin) = (ledger.to_owned(), target.to_owned(), origin.to_owned());
        let system = system.map(str::to_owned);
        self.writer
            .write(move |batch| {
                let known: Option<(String, String)> = batch
                    .transaction
                    .query_row(
                        "SELECT system, origin FROM systems WHERE ledger = ?1 AND target = ?2",
                        [&ledger, &target],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )
                    .optional()?;
                match known {
                    // A stated name is the recipe's own word for which system it is, wherever it is reached.
                    Some((known, _)) if system.as_ref() == Some(&known) => Ok(Ok(known)),
                    Some((known, at)) if system.is_none() && at == origin => Ok(Ok(known)),
                    Some((known, at)) => Ok(Err(if system.is_some() { known } else { at })),
                    None => {
                        let name = system.unwrap_or_else(|| origin.clone());
                        batch.transaction.execute(
                            "INSERT INTO systems VALUES (?1, ?2, ?3, ?4)",
                            [&ledger, &target, &name, &origin],
                        )?;
                        Ok(Ok(name))
                    }
                }
            })
            .await
    }
}

/// Puts down where a record stands, as far as its end says something of that; answers the record's number.
fn put_standing(batch: &Batch<'_>, end: &RecordEnd) -> Result<i64, JournalError> {
    let (outcome, anew) = match end.standing {
        Standing::New => (end.outcome, true),
        // Of what was only rejected so far, this is news all the same.
        Standing::AsBefore => (end.outcome, false),
        // What speaks for it is still to come, and then has precedence whatever it says (`duplicate` above).
        Standing::None => (Outcome::Pending, false),
    };
    let put = batch
        .transaction
        .prepare_cached(
            "INSERT INTO records (ledger, record, key, origin, run, outcome, reason, code, stored)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (ledger, record) DO UPDATE SET
                 key = excluded.key, origin = excluded.origin, run = excluded.run, outcome = excluded.outcome,
                 reason = excluded.reason, code = excluded.code, stored = excluded.stored
             WHERE ?10 OR (?11 AND (records.outcome = 'rejected' OR records.code = 'duplicate'))
             RETURNING id",
        )?
        .query_row(
            (
                &end.ledger,
                &end.record,
                &end.key,
                &end.origin,
                end.run,
                outcome.word(),
                &end.reason,
                end.code,
                end.stored.as_ref().map(ToString::to_string),
                anew,
                end.standing != Standing::None,
            ),
            |row| row.get(0),
        )
        .optional()?;
    match put {
        Some(record) => Ok(record),
        None => Ok(batch
            .transaction
            .prepare_cached("SELECT id FROM records WHERE ledger = ?1 AND record = ?2")?
            .query_row((&end.ledger, &end.record), |row| row.get(0))?),
    }
}

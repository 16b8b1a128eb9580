//! What people decide: that an entry is in, is to be tried again, or is to be left; that a content is approved; that a
//! system has moved; that a lost journal is to be trusted.

use serde_json::json;

use super::claim::State;
use super::store::{Journal, JournalError};
use super::writer::Batch;

/// What a person says of entries whose end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// They are in the target.
    Entered,
    /// They are not; try again.
    Again,
    /// Leave them: they are not to be entered.
    Drop,
}

impl Resolution {
    fn event(self) -> &'static str {
        match self {
            Resolution::Entered => "resolved_entered",
            Resolution::Again => "resolved_again",
            Resolution::Drop => "dropped",
        }
    }
}

/// What a decision changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Target and part of each entry concerned.
    pub entries: Vec<String>,
    /// Whether anything was open at all.
    pub changed: bool,
}

impl Journal {
    /// Decides on a record's entries that are not in the target for certain.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn resolve(
        &self,
        ledger: &str,
        record: &str,
        resolution: Resolution,
        by: &str,
    ) -> Result<Decided, JournalError> {
        let (ledger, record, by) = (ledger.to_owned(), record.to_owned(), by.to_owned());
        self.writer.write(move |batch| decide(batch, &ledger, &record, resolution, &by)).await
    }

    /// Approves exactly this content of a record.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn approve(&self, ledger: &str, record: &str, content: &str, by: &str) -> Result<(), JournalError> {
        let (ledger, record, content, by) = (ledger.to_owned(), record.to_owned(), content.to_owned(), by.to_owned());
        self.writer
            .write(move |batch| {
                let data = json!({ "ledger": ledger, "record": record, "content": content, "by": by });
                let seq = batch.event(None, None, "approved", &data)?;
                batch.transaction.execute(
                    "INSERT OR REPLACE INTO approvals VALUES (?1, ?2, ?3, ?4)",
                    (&ledger, &record, &content, seq),
                )?;
                Ok(())
            })
            .await
    }

    /// Whether exactly this content of a record was approved.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn approved(&self, ledger: &str, record: &str, content: &str) -> Result<bool, JournalError> {
        self.read(|connection| {
            let mut select = connection
                .prepare_cached("SELECT 1 FROM approvals WHERE ledger = ?1 AND record = ?2 AND content = ?3")?;
            Ok(select.exists([ledger, record, content])?)
        })
    }

    /// Says that a target's system is now reached at another origin. Answers whether the target was known.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn moved(&self, ledger: &str, target: &str, origin: &str, by: &str) -> Result<bool, JournalError> {
        let (ledger, target, origin, by) = (ledger.to_owned(), target.to_owned(), origin.to_owned(), by.to_owned());
        self.writer
            .write(move |batch| {
                let changed = batch.transaction.execute(
                    "UPDATE systems SET origin = ?3 WHERE ledger = ?1 AND target = ?2",
                    [&ledger, &target, &origin],
                )?;
                if changed > 0 {
                    let data = json!({ "ledger": ledger, "target": target, "origin": origin, "by": by });
                    batch.event(None, None, "moved", &data)?;
                }
                Ok(changed > 0)
            })
            .await
    }

    /// Says that what this journal knows is all there is.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn trust_again(&self, by: &str) -> Result<(), JournalError> {
        let by = by.to_owned();
        self.writer
            .write(move |batch| {
                batch.transaction.execute("DELETE FROM meta WHERE name = 'distrusted'", [])?;
                batch.event(None, None, "trusted", &json!({ "by": by }))?;
                Ok(())
            })
            .await
    }
}

fn decide(
    batch: &mut Batch<'_>,
    ledger: &str,
    record: &str,
    resolution: Resolution,
    by: &str,
) -> Result<Decided, JournalError> {
    let mut open: Vec<(i64, String)> = Vec::new();
    {
        let mut select = batch
            .transaction
            .prepare("SELECT id, target, part, state FROM entries WHERE ledger = ?1 AND record = ?2 ORDER BY id")?;
        let mut rows = select.query([ledger, record])?;
        while let Some(row) = rows.next()? {
            let state = State::from_word(&row.get::<_, String>(3)?)?;
            // What is in the target for certain is not undone by a word, and what was never tried needs none.
            if !matches!(state, State::Entered | State::Open)
                || (state == State::Open && resolution == Resolution::Drop)
            {
                open.push((row.get(0)?, format!("{}.{}", row.get::<_, String>(1)?, row.get::<_, String>(2)?)));
            }
        }
    }
    for (entry, _) in &open {
        let change = match resolution {
            Resolution::Entered => "UPDATE entries SET state = 'entered', verified = 1, reason = NULL WHERE id = ?1",
            Resolution::Again => {
                "UPDATE entries SET state = 'open', generation = generation + 1, attempts = 0,
                     first_intent = NULL, unknown = 0, reason = NULL WHERE id = ?1"
            }
            Resolution::Drop => "UPDATE entries SET state = 'dropped', reason = NULL WHERE id = ?1",
        };
        batch.transaction.execute(change, [entry])?;
        batch.event(None, Some(*entry), resolution.event(), &json!({ "by": by }))?;
    }
    let mut changed = !open.is_empty();
    if resolution == Resolution::Drop {
        let records = batch.transaction.execute(
            "UPDATE records SET outcome = 'unchanged', reason = 'dropped', stored = NULL
             WHERE ledger = ?1 AND record = ?2 AND outcome NOT IN ('entered', 'unchanged')",
            [ledger, record],
        )?;
        if records > 0 && open.is_empty() {
            // What was never tried has no entry to note it at, and who dropped it must be known all the same.
            batch.event(None, None, resolution.event(), &json!({ "ledger": ledger, "record": record, "by": by }))?;
        }
        changed |= records > 0;
    }
    Ok(Decided { entries: open.into_iter().map(|(_, name)| name).collect(), changed })
}

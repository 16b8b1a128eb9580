//! What people decide: that an entry is in, is to be tried again, or is to be left; that a content is approved; that a
//! system has moved; that a lost journal is to be trusted.

use std::collections::BTreeSet;

use serde_json::json;

use super::decide::decide;
use super::run::KEY_OF;
use super::store::{Journal, JournalError};

/// What a person says of entries whose end is open, or that are no longer as they were entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// They are in the target, and right as they are there.
    Entered,
    /// They are not; try again.
    Again,
    /// Leave them: they are not to be entered.
    Drop,
}

/// What a decision changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What each entry concerned is called: target, part and element.
    pub entries: Vec<String>,
    /// Whether anything was open at all.
    pub changed: bool,
}

impl Journal {
    /// Decides on a record's entries that are not in the target for certain, or not as they should be.
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
                batch.transaction.execute(
                    "UPDATE records SET outcome = 'pending', code = NULL, reason = 'approved; the next run enters it'
                     WHERE ledger = ?1 AND record = ?2 AND outcome = 'held'",
                    [&ledger, &record],
                )?;
                Ok(())
            })
            .await
    }

    /// The records of a ledger that a person decided not to enter.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn drops(&self, ledger: &str) -> Result<BTreeSet<String>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT record FROM drops WHERE ledger = ?1")?;
            let rows = select.query_map([ledger], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
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

    /// Says that what this journal knows, by the keys that recipes have now, is all there is.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn trust_again(&self, by: &str) -> Result<(), JournalError> {
        let by = by.to_owned();
        self.writer
            .write(move |batch| {
                batch.transaction.execute("DELETE FROM meta WHERE name = 'distrusted'", [])?;
                // A changed key was looked after as well; the next run notes the new one.
                let length = i64::try_from(KEY_OF.len()).unwrap_or(i64::MAX);
                batch.transaction.execute("DELETE FROM meta WHERE substr(name, 1, ?2) = ?1", (KEY_OF, length))?;
                batch.event(None, None, "trusted", &json!({ "by": by }))?;
                Ok(())
            })
            .await
    }
}

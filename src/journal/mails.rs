//! What was decided on the mails of a mailbox, put down before it is done: what a run that ended in between left undone
//! is finished by the next one, and a record's story tells where its mail went.

use serde_json::json;

use super::RunId;
use super::store::{Journal, JournalError};

/// A mail whose records have their final outcome, and that is to be put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailDue {
    /// The run in which its records had it.
    pub run: RunId,
    /// What its number means, see [`MailDue::uid`].
    pub validity: u32,
    /// Its number in the folder, as long as the folder's numbering is the same.
    pub uid: u32,
    /// Its name, for people.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// The folder that it goes to; none where it is only marked as read.
    pub to: Option<String>,
}

/// How it ended with a mail that was to be put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailEnd {
    /// The mail.
    pub mail: MailDue,
    /// What became of it: `mail_moved`, `mail_read`, `mail_gone` or `mail_stays`.
    pub kind: &'static str,
    /// The server's words, where it would not have it.
    pub why: Option<String>,
}

impl Journal {
    /// Puts down what is to become of mails of a mailbox. `fetched` are the numbers of all mails that the run knows in it:
    /// what was decided on them before no longer holds.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn put_mails(
        &self,
        ledger: &str,
        mailbox: &str,
        validity: u32,
        fetched: Vec<u32>,
        due: Vec<MailDue>,
    ) -> Result<(), JournalError> {
        let (ledger, mailbox) = (ledger.to_owned(), mailbox.to_owned());
        self.writer
            .write_last(move |batch| {
                for uid in fetched {
                    batch
                        .transaction
                        .prepare_cached(
                            "DELETE FROM mails WHERE ledger = ?1 AND mailbox = ?2 AND validity = ?3 AND uid = ?4",
                        )?
                        .execute((&ledger, &mailbox, validity, uid))?;
                }
                for mail in due {
                    batch
                        .transaction
                        .prepare_cached(
                            "INSERT OR REPLACE INTO mails VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                        )?
                        .execute((
                            &ledger,
                            &mailbox,
                            mail.validity,
                            mail.uid,
                            mail.run,
                            &mail.name,
                            &mail.sha256,
                            i64::try_from(mail.bytes).unwrap_or(i64::MAX),
                            &mail.message_id,
                            &mail.to,
                        ))?;
                    let data = json!({ "mail": mail.name, "mailbox": mailbox, "sha256": mail.sha256, "to": mail.to });
                    batch.event(Some(mail.run), None, "mail_due", &data)?;
                }
                Ok(())
            })
            .await
    }

    /// Puts down what became of them.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn end_mails(&self, ledger: &str, mailbox: &str, ends: Vec<MailEnd>) -> Result<(), JournalError> {
        let (ledger, mailbox) = (ledger.to_owned(), mailbox.to_owned());
        self.writer
            .write_last(move |batch| {
                for MailEnd { mail, kind, why } in ends {
                    batch
                        .transaction
                        .prepare_cached(
                            "DELETE FROM mails WHERE ledger = ?1 AND mailbox = ?2 AND validity = ?3 AND uid = ?4",
                        )?
                        .execute((&ledger, &mailbox, mail.validity, mail.uid))?;
                    let data = json!({ "mail": mail.name, "mailbox": mailbox, "to": mail.to, "why": why });
                    batch.event(Some(mail.run), None, kind, &data)?;
                }
                Ok(())
            })
            .await
    }

    /// The mails of a mailbox that an earlier run was to put away and did not, lowest numbers first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn open_mails(&self, ledger: &str, mailbox: &str) -> Result<Vec<MailDue>, JournalError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT run, validity, uid, name, sha256, bytes, message_id, folder FROM mails
                 WHERE ledger = ?1 AND mailbox = ?2 ORDER BY validity, uid",
            )?;
            let rows = select.query_map([ledger, mailbox], |row| {
                Ok(MailDue {
                    run: row.get(0)?,
                    validity: row.get(1)?,
                    uid: row.get(2)?,
                    name: row.get(3)?,
                    sha256: row.get(4)?,
                    bytes: row.get::<_, i64>(5)?.unsigned_abs(),
                    message_id: row.get(6)?,
                    to: row.get(7)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

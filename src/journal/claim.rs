//! The life of an entry: claimed, intended, ended. Each step is on disk before the next thing happens.

use rusqlite::{OptionalExtension, Row};
use serde_json::json;

use super::digest::{Digests, digests_text};
use super::parts;
use super::store::{Journal, JournalError};
use super::stored;
use super::writer::Batch;
use super::{EntryId, RunId};
use crate::target::Captures;

/// What an entry is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName {
    /// The ledger.
    pub ledger: String,
    /// The system, as the journal knows it.
    pub system: String,
    /// The part of the target.
    pub part: String,
    /// What the part's elements are known by; empty where it has none.
    pub elements: String,
    /// The element's own key; empty where the part has none.
    pub element: String,
    /// The key's fingerprint ([`super::entry_key`]).
    pub key: String,
}

/// What is said when an entry is claimed.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// The entry.
    pub name: EntryName,
    /// The target's name in the recipe.
    pub target: String,
    /// The run that claims it.
    pub run: RunId,
    /// Digests (as [`digests_text`]) and idempotency key of the first attempt, where it may follow at once if nobody ever
    /// claimed the entry: then the intent is put down in the same commit.
    pub first: Option<(String, String)>,
    /// Digests of an element that came to its record when others of it were in the target, or may be: it is only noted.
    pub added: Option<String>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was submitted in this generation, or all that was is proven not to have taken.
    Open,
    /// A write was about to be sent, or was sent; its end is not known (yet).
    Submitting,
    /// As before, and given up: no look-up could settle it.
    InDoubt,
    /// In the target.
    Entered,
    /// Refused by the target; nothing was written.
    Failed,
    /// Found in the target with other content than ours, before anything of ours was known to have taken.
    Held,
    /// A person decided that it is not to be entered.
    Dropped,
    /// An element that came to its record when others of it were in the target already; nothing was submitted.
    Added,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Submitting => "submitting",
            State::InDoubt => "in_doubt",
            State::Entered => "entered",
            State::Failed => "failed",
            State::Held => "held",
            State::Dropped => "dropped",
            State::Added => "added",
        }
    }

    pub(super) fn from_word(word: &str) -> Result<Self, JournalError> {
        let all = [
            State::Open,
            State::Submitting,
            State::InDoubt,
            State::Entered,
            State::Failed,
            State::Held,
            State::Dropped,
            State::Added,
        ];
        let found = all.into_iter().find(|state| state.word() == word);
        found.ok_or_else(|| JournalError::Damaged(format!("an entry has the unknown state `{word}`")))
    }
}

/// A claimed entry and what is known of it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its number.
    pub entry: EntryId,
    /// Whether nobody ever claimed it before.
    pub fresh: bool,
    /// Whether the intent of the first attempt was put down with the claim.
    pub intended: bool,
    /// Whether this same run claimed it already: it is being worked on.
    pub busy: bool,
    /// Where it stands.
    pub state: State,
    /// Its generation, counted from 1.
    pub generation: u32,
    /// Attempts made in this generation.
    pub attempts: u32,
    /// When the first attempt of this generation began.
    pub first_intent: Option<jiff::Timestamp>,
    /// Digests of the fields as last submitted.
    pub digests: Digests,
    /// What the target gave back.
    pub captures: Captures,
    /// Why it stands there, in English, as it was put down.
    pub reason: Option<String>,
    /// Whether it was read back and found right (or there is nothing to read back).
    pub verified: bool,
    /// Whether an attempt of this generation ended without a known answer.
    pub unknown: bool,
    /// The values as entered, for recipes that update.
    pub content: Option<serde_json::Value>,
}

/// What is put down before a write.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The entry.
    pub entry: EntryId,
    /// The run.
    pub run: RunId,
    /// The generation; a new one begins counting attempts anew.
    pub generation: u32,
    /// Digests of the fields that are submitted.
    pub digests: Digests,
    /// The idempotency key that is sent.
    pub key: String,
}

/// How an attempt, or the thought about it, ended.
#[derive(Clone, Debug)]
pub enum End {
    /// It took; the target answered so, or a look-up found it.
    Entered {
        /// What the target gave back.
        captures: Captures,
        /// The HTTP status, where there is one.
        status: Option<u16>,
        /// Whether a look-up told, instead of the answer to the write.
        found: bool,
        /// Digests of the content that is there, where it is known to be this.
        digests: Option<Digests>,
        /// Whether there is nothing (more) to read back.
        verified: bool,
        /// The values as entered, for recipes that update.
        content: Option<serde_json::Value>,
    },
    /// Steps after the write captured more.
    Captured {
        /// All that the target gave back.
        captures: Captures,
        /// Whether there is nothing to read back.
        verified: bool,
    },
    /// The attempt is proven not to have taken.
    NotTaken(String),
    /// The target refused this content.
    Refused {
        /// Why.
        why: String,
        /// Digests of what was refused.
        digests: Digests,
    },
    /// Nobody knows; it may still be settled in this run.
    Unknown(String),
    /// Nobody knows, and this run gives up.
    InDoubt(String),
    /// There, but with other content; a person must look.
    Held {
        /// What is different.
        why: String,
        /// Digests of the content that it was compared with.
        digests: Digests,
        /// What the target gives for it, should a person say that it is the same.
        captures: Captures,
    },
    /// Entered earlier, and read back as it should be.
    Verified,
    /// Entered earlier, and no longer as it was: only that is noted.
    Differs {
        /// In what.
        since: Since,
        /// The reason, in English.
        why: String,
        /// Digests of the content at hand, should a person say that it is what the target has.
        digests: Digests,
    },
}

/// What is no longer as it was with an entry that was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Its record has other content now.
    Changed,
    /// It is different in the target.
    Different,
    /// It is not in the target any more.
    Gone,
}

impl Since {
    pub(super) fn event(self) -> &'static str {
        match self {
            Since::Changed => "changed",
            Since::Different => "differs",
            Since::Gone => "gone",
        }
    }
}

impl Journal {
    /// Claims an entry for a run: makes it, or tells where it stands.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn claim(&self, claim: NewClaim) -> Result<Claim, JournalError> {
        self.writer.write(move |batch| claim_entry(batch, &claim)).await
    }

    /// The digests of an entry that is in the target; none for one that is not.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn entered_as(&self, name: &EntryName) -> Result<Option<Digests>, JournalError> {
        self.read(|connection| {
            let digests: Option<Option<String>> = connection
                .prepare_cached(
                    "SELECT digests FROM entries JOIN parts ON parts.id = entries.part
                     WHERE entries.key = ?5 AND entries.element = ?6 AND parts.ledger = ?1 AND parts.system = ?2
                         AND parts.part = ?3 AND parts.elements = ?4 AND entries.state = 'entered'",
                )?
                .query_row((&name.ledger, &name.system, &name.part, &name.elements, &name.key, &name.element), |row| {
                    row.get(0)
                })
                .optional()?;
            let read =
                |text: String| serde_json::from_str(&text).map_err(|error| JournalError::Damaged(error.to_string()));
            digests.map(|digests| digests.map_or_else(|| Ok(Digests::new()), read)).transpose()
        })
    }

    /// Puts down that a write is about to be sent. On disk when this returns.
    ///
    /// # Errors
    /// The journal cannot be written: the write must not be sent.
    pub async fn intend(&self, intent: Intent) -> Result<(), JournalError> {
        self.writer.write(move |batch| put_intent(batch, &intent)).await
    }

    /// Puts down how an attempt ended. On disk when this returns.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn end(&self, run: RunId, entry: EntryId, end: End) -> Result<(), JournalError> {
        self.writer.write(move |batch| put_end(batch, run, entry, &end)).await
    }
}

fn claim_entry(batch: &mut Batch<'_>, claim: &NewClaim) -> Result<Claim, JournalError> {
    let part = parts::number(batch, &claim.name, &claim.target)?;
    claim_in(batch, claim, part)
}

/// Claims an entry in a part of this number.
pub(super) fn claim_in(batch: &mut Batch<'_>, claim: &NewClaim, part: i64) -> Result<Claim, JournalError> {
    // Most entries are new, so they are put down first and looked for only if that fails.
    let digests = claim.first.as_ref().map(|(digests, _)| digests).or(claim.added.as_ref());
    let (state, attempts, since) = match &claim.first {
        Some(_) => (State::Submitting, 1, Some(batch.now)),
        None if claim.added.is_some() => (State::Added, 0, None),
        None => (State::Open, 0, None),
    };
    let new = batch
        .transaction
        .prepare_cached(
            "INSERT INTO entries (key, part, element, run, state, generation, attempts, first_intent, digests, verified,
                 unknown)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, 0, 0) ON CONFLICT (key, part, element) DO NOTHING",
        )?
        .execute((&claim.name.key, part, &claim.name.element, claim.run, state.word(), attempts, since, digests))?;
    if new == 0 {
        return claim_again(batch, claim, part);
    }
    let entry = batch.transaction.last_insert_rowid();
    if let Some((_, key)) = &claim.first {
        note_intent(batch, claim.run, entry, 1, key)?;
    }
    if claim.added.is_some() {
        batch.event(Some(claim.run), Some(entry), "added", &json!({}))?;
    }
    Ok(Claim {
        entry,
        fresh: true,
        intended: claim.first.is_some(),
        busy: false,
        state: if claim.added.is_some() { State::Added } else { State::Open },
        generation: 1,
        attempts: 0,
        first_intent: None,
        digests: Digests::new(),
        captures: Captures::new(),
        reason: None,
        verified: false,
        unknown: false,
        content: None,
    })
}

/// Claims an entry that was claimed before.
fn claim_again(batch: &Batch<'_>, claim: &NewClaim, part: i64) -> Result<Claim, JournalError> {
    let found = batch
        .transaction
        .prepare_cached(
            "SELECT id, run, state, generation, attempts, first_intent, digests, captures, reason, verified,
                    unknown, content
             FROM entries WHERE key = ?1 AND part = ?2 AND element = ?3",
        )?
        .query_row((&claim.name.key, part, &claim.name.element), |row| Ok(read_claim(row, claim.run)))??;
    batch.transaction.prepare_cached("UPDATE entries SET run = ?2 WHERE id = ?1")?.execute((found.entry, claim.run))?;
    Ok(found)
}

fn read_claim(row: &Row<'_>, run: RunId) -> Result<Claim, JournalError> {
    let time = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let digests: Option<String> = row.get(6)?;
    let captures: Option<String> = row.get(7)?;
    let content: Option<String> = row.get(11)?;
    let state = State::from_word(&row.get::<_, String>(2)?)?;
    Ok(Claim {
        entry: row.get(0)?,
        fresh: false,
        intended: false,
        busy: row.get::<_, RunId>(1)? == run,
        state,
        generation: row.get(3)?,
        attempts: row.get(4)?,
        first_intent: time(row.get(5)?),
        digests: match digests {
            Some(text) => serde_json::from_str(&text).map_err(|error| JournalError::Damaged(error.to_string()))?,
            None => Digests::new(),
        },
        captures: stored::captures(captures.as_deref())?,
        reason: row.get(8)?,
        verified: row.get(9)?,
        unknown: row.get::<_, bool>(10)? || matches!(state, State::Submitting | State::InDoubt),
        content: content.and_then(|text| serde_json::from_str(&text).ok()),
    })
}

fn put_intent(batch: &mut Batch<'_>, intent: &Intent) -> Result<(), JournalError> {
    let digests = digests_text(&intent.digests);
    batch
        .transaction
        .prepare_cached(
            "UPDATE entries SET state = 'submitting', digests = ?3, run = ?5, reason = NULL,
                 attempts = CASE generation WHEN ?2 THEN attempts + 1 ELSE 1 END,
                 first_intent = CASE WHEN generation = ?2 AND first_intent IS NOT NULL THEN first_intent ELSE ?4 END,
                 unknown = CASE generation WHEN ?2 THEN unknown OR state IN ('submitting', 'in_doubt') ELSE 0 END,
                 generation = ?2, verified = 0
             WHERE id = ?1",
        )?
        .execute((intent.entry, intent.generation, digests, batch.now, intent.run))?;
    note_intent(batch, intent.run, intent.entry, intent.generation, &intent.key)
}

fn note_intent(
    batch: &mut Batch<'_>,
    run: RunId,
    entry: EntryId,
    generation: u32,
    key: &str,
) -> Result<(), JournalError> {
    batch.event(Some(run), Some(entry), "intent", &json!({ "generation": generation, "key": key }))?;
    Ok(())
}

fn put_end(batch: &mut Batch<'_>, run: RunId, entry: EntryId, end: &End) -> Result<(), JournalError> {
    let (kind, data) = match end {
        End::Entered { captures, status, found, digests, verified, content } => {
            let captures = stored::from_captures(captures);
            batch
                .transaction
                .prepare_cached(
                    "UPDATE entries SET state = 'entered', captures = ?2, reason = NULL, verified = ?3,
                         digests = coalesce(?4, digests), content = ?5 WHERE id = ?1",
                )?
                .execute((
                    entry,
                    captures.to_string(),
                    verified,
                    digests.as_ref().map(digests_text),
                    content.as_ref().map(ToString::to_string),
                ))?;
            let kind = if *found { "found" } else { "entered" };
            (kind, json!({ "status": status, "captures": captures }))
        }
        End::Captured { captures, verified } => {
            let captures = stored::from_captures(captures);
            batch
                .transaction
                .prepare_cached("UPDATE entries SET captures = ?2, verified = ?3 WHERE id = ?1")?
                .execute((entry, captures.to_string(), verified))?;
            ("captured", json!({ "captures": captures }))
        }
        End::NotTaken(why) => (set_state(batch, entry, State::Open, why, "not_taken")?, json!({ "why": why })),
        End::Refused { why, digests } => {
            batch
                .transaction
                .prepare_cached("UPDATE entries SET digests = ?2 WHERE id = ?1")?
                .execute((entry, digests_text(digests)))?;
            (set_state(batch, entry, State::Failed, why, "refused")?, json!({ "why": why }))
        }
        End::Unknown(why) => {
            set_unknown(batch, entry)?;
            (set_state(batch, entry, State::Submitting, why, "unknown")?, json!({ "why": why }))
        }
        End::InDoubt(why) => {
            set_unknown(batch, entry)?;
            (set_state(batch, entry, State::InDoubt, why, "in_doubt")?, json!({ "why": why }))
        }
        End::Held { why, digests, captures } => {
            batch
                .transaction
                .prepare_cached("UPDATE entries SET digests = ?2, captures = ?3 WHERE id = ?1")?
                .execute((entry, digests_text(digests), stored::from_captures(captures).to_string()))?;
            (set_state(batch, entry, State::Held, why, "held")?, json!({ "why": why }))
        }
        End::Verified => {
            batch
                .transaction
                .prepare_cached("UPDATE entries SET verified = 1, reason = NULL WHERE id = ?1")?
                .execute([entry])?;
            ("verified", json!({}))
        }
        End::Differs { since, why, digests } => {
            // What is different in the target is looked at again by later runs until it is not, or a person decides.
            let verified = (*since != Since::Changed).then_some(false);
            batch
                .transaction
                .prepare_cached("UPDATE entries SET reason = ?2, verified = coalesce(?3, verified) WHERE id = ?1")?
                .execute((entry, why, verified))?;
            (since.event(), json!({ "why": why, "digests": digests }))
        }
    };
    batch.event(Some(run), Some(entry), kind, &data)?;
    Ok(())
}

/// Remembered for the whole generation, however it goes on: an attempt that nobody knows the end of may be the reason of
/// a later refusal.
fn set_unknown(batch: &Batch<'_>, entry: EntryId) -> Result<(), JournalError> {
    batch.transaction.prepare_cached("UPDATE entries SET unknown = 1 WHERE id = ?1")?.execute([entry])?;
    Ok(())
}

fn set_state(
    batch: &Batch<'_>,
    entry: EntryId,
    state: State,
    why: &str,
    kind: &'static str,
) -> Result<&'static str, JournalError> {
    batch.transaction.prepare_cached("UPDATE entries SET state = ?2, reason = ?3 WHERE id = ?1")?.execute((
        entry,
        state.word(),
        why,
    ))?;
    Ok(kind)
}

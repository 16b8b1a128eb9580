//! What a person's decision on a record means for each of its entries, and for the record as `eintrag status` lists it.

use rusqlite::OptionalExtension;
use serde_json::{Value as Json, json};

use super::EntryId;
use super::claim::{Since, State};
use super::decision::{Decided, Resolution};
use super::parts::ENTRY_NAME;
use super::store::JournalError;
use super::writer::Batch;

/// An entry that may be decided on.
struct Open {
    id: EntryId,
    /// Target, part and element.
    name: String,
    state: State,
    /// For one that was entered: the digests of the content at hand when it was found to be no longer as it was.
    digests: Option<String>,
}

/// Decides on all entries of a record that are open; answers their names.
pub(super) fn decide(
    batch: &mut Batch<'_>,
    ledger: &str,
    record: &str,
    resolution: Resolution,
    by: &str,
) -> Result<Decided, JournalError> {
    let open = open_entries(batch, ledger, record, resolution)?;
    for entry in &open {
        let event = apply(batch, entry, resolution)?;
        batch.event(None, Some(entry.id), event, &json!({ "by": by }))?;
    }
    let entries: Vec<String> = open.into_iter().map(|entry| entry.name).collect();
    // Asked for itself: a record that was dropped with its entries is dropped in both places.
    let taken_back = take_back_drop(batch, ledger, record, resolution)?;
    let mut changed = taken_back || !entries.is_empty();
    if changed || resolution == Resolution::Drop {
        changed |= restate(batch, ledger, record, resolution, &entries)? > 0;
    }
    if changed && entries.is_empty() {
        // What was never tried has no entry to note it at, and who decided must be known all the same.
        let event = match resolution {
            Resolution::Entered => "resolved_entered",
            Resolution::Again => "resolved_again",
            Resolution::Drop => "dropped",
        };
        batch.event(None, None, event, &json!({ "ledger": ledger, "record": record, "by": by }))?;
    }
    if changed && resolution == Resolution::Drop {
        drop_record(batch, ledger, record)?;
    }
    Ok(Decided { entries, changed })
}

/// Remembers that the record as a whole is not to be entered, also where it never got as far as an entry. An approval
/// that was given before is void.
fn drop_record(batch: &Batch<'_>, ledger: &str, record: &str) -> Result<(), JournalError> {
    let is_in = batch
        .transaction
        .prepare_cached(
            "SELECT 1 FROM entries JOIN parts ON parts.id = entries.part
             WHERE entries.key BETWEEN ?2 AND ?2 || 'g' AND parts.ledger = ?1 AND state = 'entered'",
        )?
        .exists([ledger, record])?;
    if is_in {
        return Ok(());
    }
    batch
        .transaction
        .execute("INSERT OR REPLACE INTO drops SELECT ?1, ?2, coalesce(max(seq), 0) FROM events", [ledger, record])?;
    batch.transaction.execute("DELETE FROM approvals WHERE ledger = ?1 AND record = ?2", [ledger, record])?;
    Ok(())
}

/// `--again` (or `--entered`) takes an earlier `--drop` back; whether there was one.
fn take_back_drop(batch: &Batch<'_>, ledger: &str, record: &str, resolution: Resolution) -> Result<bool, JournalError> {
    if resolution == Resolution::Drop {
        return Ok(false);
    }
    let taken = batch.transaction.execute("DELETE FROM drops WHERE ledger = ?1 AND record = ?2", [ledger, record])?;
    Ok(taken > 0)
}

fn open_entries(
    batch: &Batch<'_>,
    ledger: &str,
    record: &str,
    resolution: Resolution,
) -> Result<Vec<Open>, JournalError> {
    let mut open = Vec::new();
    let mut select = batch.transaction.prepare_cached(&format!(
        "SELECT entries.id, {ENTRY_NAME}, state, reason IS NOT NULL
         FROM entries JOIN parts ON parts.id = entries.part
         WHERE entries.key BETWEEN ?2 AND ?2 || 'g' AND parts.ledger = ?1 ORDER BY entries.id",
    ))?;
    let mut rows = select.query([ledger, record])?;
    while let Some(row) = rows.next()? {
        let (id, name): (EntryId, String) = (row.get(0)?, row.get(1)?);
        let state = State::from_word(&row.get::<_, String>(2)?)?;
        let noted: bool = row.get(3)?;
        match state {
            State::Entered if noted => {
                // Submitting it again is for a person to say only where the target does not have it any more.
                let Some((kind, digests)) = latest_difference(batch, id)? else { continue };
                if resolution != Resolution::Again || kind == Since::Gone.event() {
                    open.push(Open { id, name, state, digests });
                }
            }
            // What is in the target for certain is not undone by a word, and what was never tried needs none.
            State::Entered => {}
            State::Open if resolution != Resolution::Drop => {}
            _ => open.push(Open { id, name, state, digests: None }),
        }
    }
    Ok(open)
}

/// The latest event that says in what an entered entry is no longer as it was: its kind, and the digests it noted.
fn latest_difference(batch: &Batch<'_>, entry: EntryId) -> Result<Option<(String, Option<String>)>, JournalError> {
    let found: Option<(String, String)> = batch
        .transaction
        .prepare_cached(
            "SELECT kind, data FROM events WHERE entry = ?1 AND kind IN ('changed', 'differs', 'gone')
             ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((kind, data)) = found else { return Ok(None) };
    let data: Json = serde_json::from_str(&data).map_err(|error| JournalError::Damaged(error.to_string()))?;
    Ok(Some((kind, data.get("digests").map(ToString::to_string))))
}

/// Changes one entry; answers the kind of the event that says so.
fn apply(batch: &Batch<'_>, entry: &Open, resolution: Resolution) -> Result<&'static str, JournalError> {
    let (change, event) = match (entry.state, resolution) {
        // It stays in the target as it is, and the content at hand counts as what is there.
        (State::Entered, Resolution::Entered | Resolution::Drop) => {
            batch.transaction.execute(
                "UPDATE entries SET verified = 1, reason = NULL, digests = coalesce(?2, digests) WHERE id = ?1",
                (entry.id, &entry.digests),
            )?;
            return Ok(if resolution == Resolution::Drop { "left" } else { "resolved_entered" });
        }
        (_, Resolution::Entered) => (
            "UPDATE entries SET state = 'entered', verified = 1, unknown = 0, reason = NULL WHERE id = ?1",
            "resolved_entered",
        ),
        (State::Entered, Resolution::Again) => (
            "UPDATE entries SET state = 'open', generation = generation + 1, attempts = 0, first_intent = NULL,
                 unknown = 0, reason = NULL, captures = NULL, content = NULL, verified = 0 WHERE id = ?1",
            "resolved_again",
        ),
        (_, Resolution::Again) => (
            "UPDATE entries SET state = 'open', generation = generation + 1, attempts = 0, first_intent = NULL,
                 unknown = 0, reason = NULL WHERE id = ?1",
            "resolved_again",
        ),
        (_, Resolution::Drop) => ("UPDATE entries SET state = 'dropped', reason = NULL WHERE id = ?1", "dropped"),
    };
    batch.transaction.execute(change, [entry.id])?;
    Ok(event)
}

/// Where the record stands after the decision; answers how many records that changed. What is still to be done is left for the next run, with its values.
fn restate(
    batch: &Batch<'_>,
    ledger: &str,
    record: &str,
    resolution: Resolution,
    decided: &[String],
) -> Result<usize, JournalError> {
    let (outcome, reason) = match resolution {
        Resolution::Drop => ("unchanged", "dropped by a person"),
        Resolution::Again => ("pending", "a person says that it is to be tried again; run again"),
        Resolution::Entered if more_to_do(batch, ledger, record, decided)? => {
            ("pending", "a person says that it is in the target; run again for what comes after it")
        }
        Resolution::Entered => ("entered", "a person says that it is in the target"),
    };
    let changed = batch.transaction.execute(
        "UPDATE records SET outcome = ?3, reason = ?4, code = NULL, stored = CASE ?3 WHEN 'pending' THEN stored END
         WHERE ledger = ?1 AND record = ?2 AND outcome NOT IN ('entered', 'unchanged')",
        [ledger, record, outcome, reason],
    )?;
    Ok(changed)
}

/// Whether the record has entries that are neither in nor among those decided on, as far as its latest run says.
fn more_to_do(batch: &Batch<'_>, ledger: &str, record: &str, decided: &[String]) -> Result<bool, JournalError> {
    let mut select = batch.transaction.prepare_cached(
        "SELECT lines.line FROM records JOIN lines ON lines.record = records.id
         WHERE records.ledger = ?1 AND records.record = ?2 ORDER BY lines.run DESC, lines.number DESC",
    )?;
    let mut rows = select.query([ledger, record])?;
    while let Some(row) = rows.next()? {
        let line: Json = serde_json::from_str(&row.get::<_, String>(0)?)
            .map_err(|error| JournalError::Damaged(error.to_string()))?;
        let Some(entries) = line.get("entries").and_then(Json::as_array).filter(|entries| !entries.is_empty()) else {
            continue;
        };
        let text = |entry: &Json, member: &str| entry.get(member).and_then(Json::as_str).unwrap_or("").to_owned();
        return Ok(entries.iter().any(|entry| {
            let mut name = format!("{}.{}", text(entry, "target"), text(entry, "part"));
            if let Some(element) = entry.get("element").and_then(Json::as_str) {
                name.push_str(&format!("[{element}]"));
            }
            !matches!(text(entry, "outcome").as_str(), "entered" | "unchanged") && !decided.contains(&name)
        }));
    }
    // Nothing is known of it: the next run looks.
    Ok(true)
}

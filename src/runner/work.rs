//! One record: its targets in order, the parts of each in order; the next begins only when the earlier are in.

use std::sync::Arc;

use super::context::Context;
use super::entry::{Entry, EntryEnd};
use super::event::{EntryReport, RecordReport};
use super::reason::Reason;
use super::scope::WorkScope;
use super::slot::{Place, Slot};
use crate::journal::{Claim, Digests, EntryName, JournalError, NewClaim, Trust, digests_text, record_id};
use crate::recipe::model::Part;
use crate::record::{Outcome, Record};
use crate::target::{Held, Job, Mode, Trouble};

/// Enters a record.
pub(super) async fn work(
    context: &Context,
    slots: &[Slot],
    record: Record,
    mut report: RecordReport,
) -> Result<RecordReport, JournalError> {
    let key = context.entry_key(&record.key);
    if let Some(reason) = before_anything(context, slots, &record, &key, report.carried)? {
        report.outcome = outcome_of(&reason);
        report.reason = Some(reason);
    } else {
        report.entries = enter(context, slots, &record, &key).await?;
        let worst = report.entries.iter().max_by_key(|entry| entry.outcome);
        report.outcome = worst.map_or(Outcome::Unchanged, |entry| entry.outcome);
        report.reason = worst.and_then(|entry| entry.reason.clone());
    }
    let unread = |entry: &EntryReport| matches!(entry.reason, Some(Reason::NotReadBack(_)));
    if waits(report.outcome) || report.entries.iter().any(unread) {
        report.keep = Some(record);
    }
    Ok(report)
}

/// Whether a record with this outcome is dealt with again by later runs, with or without its file.
fn waits(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Held | Outcome::Failed | Outcome::Pending | Outcome::InDoubt)
}

fn outcome_of(reason: &Reason) -> Outcome {
    match reason {
        Reason::CannotBeSent(_) => Outcome::Rejected,
        Reason::NeedsApproval(_) => Outcome::Held,
        Reason::Dropped => Outcome::Unchanged,
        _ => Outcome::Pending,
    }
}

/// What keeps the whole record from being begun.
fn before_anything(
    context: &Context,
    slots: &[Slot],
    record: &Record,
    key: &str,
    carried: bool,
) -> Result<Option<Reason>, JournalError> {
    if !context.dropped.is_empty() && context.dropped.contains(&record_id(key)) {
        return Ok(Some(Reason::Dropped));
    }
    let mut scope = WorkScope::new(&context.around, record);
    let held = Held::default();
    let rendered = slots.iter().zip(&context.certain).try_for_each(|(slot, certain)| {
        scope.enter_target(&slot.model.name);
        // A record that was carried over was judged by the recipe as it was then.
        if *certain && !carried {
            return Ok(());
        }
        (0..slot.model.parts.len())
            .try_for_each(|part| slot.target.check(Job { part, mode: Mode::Enter, scope: &scope, held: &held }))
    });
    if let Err(trouble) = rendered {
        return Ok(Some(Reason::CannotBeSent(trouble)));
    }
    let Some(condition) = &context.recipe.needs_approval else { return Ok(None) };
    match condition.holds(&scope) {
        Err(problem) => Ok(Some(Reason::CannotBeSent(Trouble::Recipe(problem.to_string())))),
        Ok(false) => Ok(None),
        Ok(true) => {
            let approved =
                context.journal.approved(&context.recipe.ledger, &record_id(key), &context.content(record))?;
            if approved || is_in(context, slots, record, key)? {
                return Ok(None);
            }
            Ok(Some(Reason::NeedsApproval(condition.source().to_owned())))
        }
    }
}

/// Whether all of it is in the target with this content: then there is nothing left to approve.
fn is_in(context: &Context, slots: &[Slot], record: &Record, key: &str) -> Result<bool, JournalError> {
    for slot in slots {
        for part in &slot.model.parts {
            let Some(then) = context.journal.entered_as(&name(context, slot, part, key))? else { return Ok(false) };
            let now = context.digests(part, record);
            if then.iter().any(|(field, digest)| now.get(field).is_some_and(|now| now != digest)) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn name(context: &Context, slot: &Slot, part: &Part, key: &str) -> EntryName {
    EntryName {
        ledger: context.recipe.ledger.to_string(),
        system: slot.system.clone(),
        part: part.name.to_string(),
        key: key.to_owned(),
    }
}

async fn enter(
    context: &Context,
    slots: &[Slot],
    record: &Record,
    key: &str,
) -> Result<Vec<EntryReport>, JournalError> {
    let mut scope = WorkScope::new(&context.around, record);
    let mut reports: Vec<EntryReport> = Vec::new();
    let mut waits_for: Option<String> = None;
    let mut dropped = false;
    for slot in slots {
        scope.enter_target(&slot.model.name);
        for (index, part) in slot.model.parts.iter().enumerate() {
            let end = match (&waits_for, left_out(part, &scope)) {
                // What a person dropped goes nowhere else either.
                _ if dropped => EntryEnd::new(Outcome::Unchanged, Reason::Dropped),
                (_, Ok(true)) => continue,
                (Some(earlier), _) => EntryEnd::new(Outcome::Pending, Reason::Waits(earlier.clone())),
                // "Rejected" would say that nothing of it was sent.
                (None, Err(trouble)) if !reports.is_empty() => {
                    EntryEnd::new(Outcome::Held, Reason::CannotBeSent(trouble))
                }
                (None, Err(trouble)) => EntryEnd::new(Outcome::Rejected, Reason::CannotBeSent(trouble)),
                (None, Ok(false)) => one_entry(context, slot, index, record, key, &scope).await?,
            };
            scope.add(&end.captures);
            dropped |= end.reason == Some(Reason::Dropped);
            if !end.is_in() && waits_for.is_none() {
                waits_for = Some(format!("{}.{}", slot.model.name, part.name));
            }
            reports.push(end.report(slot, part));
        }
    }
    Ok(reports)
}

/// Whether the write's own `when:` leaves the part out for this record.
fn left_out(part: &Part, scope: &WorkScope<'_>) -> Result<bool, Trouble> {
    match part.outline(false).when {
        None => Ok(false),
        Some(condition) => {
            condition.holds(scope).map(|holds| !holds).map_err(|problem| Trouble::Recipe(problem.to_string()))
        }
    }
}

async fn one_entry(
    context: &Context,
    slot: &Slot,
    index: usize,
    record: &Record,
    key: &str,
    scope: &WorkScope<'_>,
) -> Result<EntryEnd, JournalError> {
    let pending = |reason| Ok(EntryEnd::new(Outcome::Pending, reason));
    if context.stop.is_stopped() {
        return pending(Reason::Stopped);
    }
    if let Some(reason) = slot.stopped() {
        return pending(reason);
    }
    if let Err(reason) = slot.log_in_first(context.recipe.retry, &context.stop).await {
        return pending(reason);
    }
    if let Some(strange) = changed_parts(context, slot, key)? {
        return Ok(EntryEnd::new(Outcome::Held, Reason::PartsChanged(strange)));
    }
    let part = &slot.model.parts[index];
    let digests = context.digests(part, record);
    let name = name(context, slot, part, key);
    // After a kill each intent is a doubt, so that few are put down ahead of what is sent; other claims are put down while
    // others are being sent. Closing a semaphore is nowhere done, so a place is always given in the end.
    let at_once = at_once(context, part);
    let intent = if at_once { slot.intents.acquire().await.ok() } else { None };
    let claim = claim(context, slot, part, name, at_once.then_some(&digests)).await?;
    let place = Place { _call: slot.places.acquire().await.ok(), _intent: intent };
    let entry = Entry {
        context,
        slot,
        part: index,
        record,
        key: key.to_owned(),
        place: Some(place),
        scope: scope.clone(),
        claim,
        digests,
        mode: Mode::Enter,
        tries: 0,
        last_attempt: None,
        held: Arc::default(),
    };
    let end = entry.enter().await?;
    let trouble = matches!(end.reason, Some(Reason::Unreachable { .. } | Reason::LookupFailed(_)));
    match end.outcome {
        Outcome::Entered => slot.count(true),
        _ if trouble => slot.count_unreachable(),
        Outcome::Failed | Outcome::InDoubt => slot.count(false),
        _ => {}
    }
    Ok(end)
}

/// Whether nothing harmless comes before the first submit, so that its intent goes into the same commit as the claim.
fn at_once(context: &Context, part: &Part) -> bool {
    !part.has_lookup()
        && !part.outline(false).stages
        && !context.options.recheck
        && !context.options.rehearse
        && context.key_was.is_none()
        && context.journal.trust() == Trust::Whole
}

/// Claims an entry; with digests, the intent of its first submit is put down too.
async fn claim(
    context: &Context,
    slot: &Slot,
    part: &Part,
    name: EntryName,
    first: Option<&Digests>,
) -> Result<Claim, JournalError> {
    let first = first.map(|digests| (digests_text(digests), context.idempotency_key(slot, part, &name.key, 1)));
    context.journal.claim(NewClaim { name, target: slot.model.name.to_string(), run: context.run, first }).await
}

/// Parts that the journal knows of this record and the recipe does not: a record that is half done under other parts is
/// for a person to look at.
fn changed_parts(context: &Context, slot: &Slot, key: &str) -> Result<Option<Vec<String>>, JournalError> {
    if !slot.has_other_parts {
        return Ok(None);
    }
    let known = context.journal.parts(&context.recipe.ledger, &slot.system, key)?;
    let strange: Vec<String> = known.into_iter().filter(|known| !slot.has_part(known)).collect();
    Ok((!strange.is_empty()).then_some(strange))
}

//! One record: its targets in order, the parts of each in order; the next begins only when the earlier are in. What is
//! particular to parts with elements is in [`super::elements`].

use std::sync::Arc;

use super::context::Context;
use super::elements::{self, Element};
use super::entry::{Entry, EntryEnd};
use super::event::{EntryReport, RecordReport};
use super::reason::Reason;
use super::scope::WorkScope;
use super::slot::{Place, Slot};
use crate::diagnostic::At;
use crate::expression::Expression;
use crate::journal::{Claim, JournalError, NewClaim, Trust, digests_text, idempotency_key, record_id};
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
        // The first of the worst: those after it may only wait for it.
        let worst = report.entries.iter().rev().max_by_key(|entry| entry.outcome);
        report.outcome = worst.map_or(Outcome::Unchanged, |entry| entry.outcome);
        report.reason = worst.and_then(EntryReport::reason_of_record);
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
        slot.model.parts.iter().enumerate().try_for_each(|(part, model)| {
            let check = |scope: &WorkScope<'_>| slot.target.check(Job { part, mode: Mode::Enter, scope, held: &held });
            match &model.repeat {
                None => check(&scope),
                Some(repeat) => elements::of(repeat, record)?
                    .iter()
                    .try_for_each(|element| check(&scope.of_element(repeat, element))),
            }
        })
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
            let elements = match &part.repeat {
                None => vec![None],
                // That they cannot be told was found before.
                Some(repeat) => elements::of(repeat, record).unwrap_or_default().into_iter().map(Some).collect(),
            };
            for element in elements {
                let element = element.as_ref();
                let name = context.name(slot, part, key, element);
                let Some(then) = context.journal.entered_as(&name)? else { return Ok(false) };
                let now = context.digests(part, record, element);
                if then.iter().any(|(field, digest)| now.get(field).is_some_and(|now| now != digest)) {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

async fn enter(
    context: &Context,
    slots: &[Slot],
    record: &Record,
    key: &str,
) -> Result<Vec<EntryReport>, JournalError> {
    let mut way = Way {
        context,
        record,
        key: key.to_owned(),
        scope: WorkScope::new(&context.around, record),
        reports: Vec::new(),
        waits_for: None,
        dropped: false,
    };
    for slot in slots {
        way.scope.enter_target(&slot.model.name);
        for (index, part) in slot.model.parts.iter().enumerate() {
            match &part.repeat {
                None => way.part(slot, index).await?,
                Some(repeat) => way.elements(slot, index, repeat).await?,
            }
        }
    }
    Ok(way.reports)
}

/// A record on its way through the targets.
pub(super) struct Way<'a> {
    pub(super) context: &'a Context,
    pub(super) record: &'a Record,
    /// The fingerprint of its key.
    pub(super) key: String,
    pub(super) scope: WorkScope<'a>,
    reports: Vec<EntryReport>,
    /// The first entry that is not in; all after it wait for it.
    pub(super) waits_for: Option<String>,
    /// Whether a person decided that one of its entries is not to be entered.
    pub(super) dropped: bool,
}

/// What is done with an entry when its turn comes.
pub(super) enum Turn {
    /// Nothing: `when:` leaves it out.
    LeftOut,
    /// It is not begun.
    Ends(EntryEnd),
    /// It is begun.
    Begins,
}

impl Way<'_> {
    /// Enters the record into a part.
    async fn part(&mut self, slot: &Slot, index: usize) -> Result<(), JournalError> {
        let part = &slot.model.parts[index];
        let end = match self.turn(part, &self.scope) {
            Turn::LeftOut => return Ok(()),
            Turn::Ends(end) => end,
            Turn::Begins => match self.not_reached(slot).await? {
                Some(end) => end,
                None => self.claimed(slot, index).await?,
            },
        };
        self.scope.add(&end.captures);
        self.note(slot, part, None, end);
        Ok(())
    }

    pub(super) fn turn(&self, part: &Part, scope: &WorkScope<'_>) -> Turn {
        match (&self.waits_for, holds(part.outline(false).when, scope)) {
            // What a person dropped goes nowhere else either.
            _ if self.dropped => Turn::Ends(EntryEnd::new(Outcome::Unchanged, Reason::Dropped)),
            (_, Ok(false)) => Turn::LeftOut,
            (Some(earlier), _) => Turn::Ends(EntryEnd::new(Outcome::Pending, Reason::Waits(earlier.clone()))),
            (None, Err(trouble)) => Turn::Ends(self.cannot_be_sent(trouble)),
            (None, Ok(true)) => Turn::Begins,
        }
    }

    /// "Rejected" would say that nothing of it was sent.
    pub(super) fn cannot_be_sent(&self, trouble: Trouble) -> EntryEnd {
        let outcome = if self.reports.is_empty() { Outcome::Rejected } else { Outcome::Held };
        EntryEnd::new(outcome, Reason::CannotBeSent(trouble))
    }

    /// Puts down how an entry ended, and what that means for those after it.
    pub(super) fn note(&mut self, slot: &Slot, part: &Part, element: Option<&Arc<str>>, end: EntryEnd) {
        let is_in = end.is_in();
        let report = end.report(slot, part, element.cloned());
        self.dropped |= report.reason == Some(Reason::Dropped);
        if !is_in && self.waits_for.is_none() {
            self.waits_for = Some(report.name());
        }
        self.reports.push(report);
    }

    /// Why nothing can be begun at a target now, if so; the first call there logs in.
    pub(super) async fn not_reached(&self, slot: &Slot) -> Result<Option<EntryEnd>, JournalError> {
        let context = self.context;
        let pending = |reason| Ok(Some(EntryEnd::new(Outcome::Pending, reason)));
        if context.stop.is_stopped() {
            return pending(Reason::Stopped);
        }
        if let Some(reason) = slot.stopped() {
            return pending(reason);
        }
        if let Err(reason) = slot.log_in_first(context.recipe.retry, &context.stop).await {
            return pending(reason);
        }
        let strange = changed_parts(context, slot, &self.key)?;
        Ok(strange.map(|strange| EntryEnd::new(Outcome::Held, Reason::PartsChanged(strange))))
    }

    /// The entry of a part without elements.
    async fn claimed(&self, slot: &Slot, index: usize) -> Result<EntryEnd, JournalError> {
        let (context, part) = (self.context, &slot.model.parts[index]);
        let digests = context.digests(part, self.record, None);
        let name = context.name(slot, part, &self.key, None);
        // After a kill each intent is a doubt, so that few are put down ahead of what is sent; other claims are put down
        // while others are being sent. Closing a semaphore is nowhere done, so a place is always given in the end.
        let at_once = at_once(context, part);
        let intent = if at_once { slot.intents.acquire().await.ok() } else { None };
        let first = at_once.then(|| (digests_text(&digests), idempotency_key(&name, 1)));
        let target = slot.model.name.to_string();
        let claim = context.journal.claim(NewClaim { name, target, run: context.run, first, added: None }).await?;
        let place = Place { _call: slot.places.acquire().await.ok(), _intent: intent };
        self.at_work(slot, index, self.scope.clone(), None, claim, place).await
    }

    /// Works on an entry that is claimed.
    pub(super) async fn at_work(
        &self,
        slot: &Slot,
        index: usize,
        scope: WorkScope<'_>,
        element: Option<Element>,
        claim: Claim,
        place: Place<'_>,
    ) -> Result<EntryEnd, JournalError> {
        let (context, part) = (self.context, &slot.model.parts[index]);
        let entry = Entry {
            context,
            slot,
            part: index,
            record: self.record,
            name: context.name(slot, part, &self.key, element.as_ref()),
            place: Some(place),
            scope,
            claim,
            digests: context.digests(part, self.record, element.as_ref()),
            element,
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
}

/// Whether a `when:` holds; one that is not there does.
pub(super) fn holds(when: Option<&At<Expression>>, scope: &WorkScope<'_>) -> Result<bool, Trouble> {
    let Some(condition) = when else { return Ok(true) };
    condition.holds(scope).map_err(|problem| Trouble::Recipe(problem.to_string()))
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

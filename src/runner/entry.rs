//! One entry: from its claim to its end. What stands in the journal decides where to begin; what was submitted without a
//! known answer is never submitted again on suspicion.

use std::sync::Arc;

use super::context::{Context, IN_RECORD};
use super::elements::Element;
use super::event::EntryReport;
use super::readback::merge;
use super::reason::Reason;
use super::scope::WorkScope;
use super::slot::{Place, Slot};
use crate::journal::{Claim, Digests, End, EntryName, JournalError, Since, State, Trust, idempotency_key};
use crate::recipe::model::{OnChange, Outline, Part};
use crate::record::{Outcome, Record};
use crate::target::{Captures, Difference, Held, Job, Looked, Mode};

/// How an entry ended.
#[derive(Debug)]
pub(super) struct EntryEnd {
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    pub(super) captures: Captures,
}

impl EntryEnd {
    pub(super) fn new(outcome: Outcome, reason: impl Into<Option<Reason>>) -> Self {
        Self { outcome, reason: reason.into(), captures: Captures::new() }
    }

    /// Whether the next part or target may start.
    pub(super) fn is_in(&self) -> bool {
        matches!(self.outcome, Outcome::Entered | Outcome::Unchanged)
    }

    pub(super) fn report(self, slot: &Slot, part: &Part, element: Option<Arc<str>>) -> EntryReport {
        EntryReport {
            target: slot.model.name.clone(),
            part: part.name.clone(),
            element,
            outcome: self.outcome,
            reason: self.reason,
            steps: Vec::new(),
            receipt: self.captures,
        }
    }
}

/// An entry in work.
pub(super) struct Entry<'a> {
    pub(super) context: &'a Context,
    pub(super) slot: &'a Slot,
    pub(super) part: usize,
    pub(super) record: &'a Record,
    /// The element of the record that it is for, where its part has elements.
    pub(super) element: Option<Element>,
    /// What the journal knows it by.
    pub(super) name: EntryName,
    /// Its place at the target; given up as soon as nothing more is to be asked there.
    pub(super) place: Option<Place<'a>>,
    pub(super) scope: WorkScope<'a>,
    pub(super) claim: Claim,
    /// Digests of the content at hand.
    pub(super) digests: Digests,
    pub(super) mode: Mode,
    /// Attempts of this run.
    pub(super) tries: u32,
    /// When the latest attempt of this run ended.
    pub(super) last_attempt: Option<std::time::Instant>,
    /// What the target keeps for it between calls.
    pub(super) held: Arc<Held>,
}

pub(super) type Ended = Result<EntryEnd, JournalError>;

/// What a look-up says of an entry, once it could be asked.
pub(super) enum Seen {
    Same(Captures),
    Different(Captures, Vec<Difference>),
    None,
    /// It does not tell, or could not be asked.
    Unsure(Reason),
}

impl Entry<'_> {
    pub(super) fn part(&self) -> &Part {
        &self.slot.model.parts[self.part]
    }

    /// The steps that are done, as far as it matters here.
    pub(super) fn outline(&self) -> Outline<'_> {
        self.part().outline(self.mode == Mode::Update)
    }

    pub(super) fn job(&self) -> Job<'_> {
        Job { part: self.part, mode: self.mode, scope: &self.scope, held: &self.held }
    }

    pub(super) async fn put(&self, end: End) -> Result<(), JournalError> {
        self.context.journal.end(self.context.run, self.claim.entry, end).await
    }

    /// Sets the generation, and with it the idempotency key.
    pub(super) fn set_generation(&mut self, generation: u32) {
        self.claim.generation = generation;
        self.scope.set_key(&idempotency_key(&self.name, generation));
    }

    /// Does what is to be done, from where the journal says that the entry stands.
    pub(super) async fn enter(mut self) -> Ended {
        // What was entered once and is in work again is in work by its update steps.
        if self.claim.content.is_some() && self.claim.state != State::Entered && self.part().has_update() {
            self.mode = Mode::Update;
            self.scope.add(&self.claim.captures);
        }
        self.set_generation(self.claim.generation);
        if self.claim.busy {
            // The survey sorts equal keys out; should two meet here all the same, the claim still keeps them apart.
            return Ok(EntryEnd::new(Outcome::Held, Reason::Conflict(Vec::new())));
        }
        match self.claim.state {
            State::Dropped => Ok(EntryEnd::new(Outcome::Unchanged, Reason::Dropped)),
            State::Entered => self.was_entered().await,
            State::Submitting | State::InDoubt if !self.claim.intended => self.was_cut_off().await,
            State::Open | State::Failed | State::Held if self.mode == Mode::Update => self.was_updating().await,
            State::Failed => self.was_refused().await,
            State::Open if self.claim.intended => self.submit().await,
            State::Submitting | State::InDoubt => self.submit().await,
            State::Open | State::Held | State::Added => self.look_then_submit().await,
        }
    }

    /// Asks the look-up first, where there is one.
    async fn look_then_submit(mut self) -> Ended {
        if !self.part().has_lookup() {
            if self.claim.state == State::Held {
                let reason = Reason::RefusedEarlier(self.claim.reason.clone());
                return Ok(EntryEnd::new(Outcome::Held, reason));
            }
            return self.submit().await;
        }
        match self.look().await? {
            Seen::Same(captures) => self.found_earlier(captures).await,
            Seen::Different(captures, differences) => self.found_different(captures, differences).await,
            // With an unknown attempt behind it, one "none" is not enough: that attempt may still take.
            // The same goes for what a journal that forgot something may have submitted just before it was lost.
            Seen::None if self.claim.unknown || self.forgets() => self.settle_earlier().await,
            Seen::None => self.submit().await,
            Seen::Unsure(reason) => Ok(self.not_begun(reason)),
        }
    }

    /// It is there before anything was submitted in this run: by an attempt of an earlier one that took after all, or by
    /// other hands.
    async fn found_earlier(mut self, captures: Captures) -> Ended {
        let ours = self.claim.unknown;
        self.found(captures).await?;
        if ours {
            return self.read_back(Outcome::Entered, None).await;
        }
        self.read_back(Outcome::Unchanged, Some(Reason::WasThere)).await
    }

    /// Nothing was submitted in this run, and nothing can be.
    pub(super) fn not_begun(&self, reason: Reason) -> EntryEnd {
        let outcome = if matches!(reason, Reason::Unsure(_)) { Outcome::Held } else { Outcome::Pending };
        EntryEnd::new(outcome, reason)
    }

    /// It was in the target at the end of an earlier run.
    async fn was_entered(mut self) -> Ended {
        let changed: Vec<String> = self
            .claim
            .digests
            .iter()
            .filter(|(name, digest)| self.digests.get(*name).is_some_and(|now| now != *digest))
            .map(|(name, _)| name.clone())
            .collect();
        if changed.is_empty() {
            // What was different in the target stays held until it is not any more, or a person decides.
            let noted = self.claim.reason.is_some() && !self.claim.verified;
            if (self.context.options.recheck || noted) && self.part().has_lookup() {
                return self.recheck().await;
            }
            if self.claim.verified {
                if self.claim.reason.is_some() {
                    // Its content had changed, and has changed back.
                    self.put(End::Verified).await?;
                }
                let captures = std::mem::take(&mut self.claim.captures);
                return Ok(EntryEnd { outcome: Outcome::Unchanged, reason: None, captures });
            }
            self.scope.add(&self.claim.captures);
            return self.read_back(Outcome::Unchanged, None).await;
        }
        // Of an element that was gone from its record the target may have nothing any more.
        let is_back = changed.iter().any(|name| name == IN_RECORD);
        let reason = if is_back { Reason::Added } else { Reason::Changed(changed.clone()) };
        match self.context.recipe.on_change {
            OnChange::Ignore => {
                let captures = std::mem::take(&mut self.claim.captures);
                let reason = Some(Reason::ChangeIgnored(changed));
                Ok(EntryEnd { outcome: Outcome::Unchanged, reason, captures })
            }
            OnChange::Hold => self.no_longer(Since::Changed, reason).await,
            OnChange::Update => self.update().await,
        }
    }

    /// `--recheck`: is what was entered still there, and still the same?
    async fn recheck(mut self) -> Ended {
        self.scope.add(&self.claim.captures);
        match self.look().await? {
            Seen::Same(_) if self.claim.verified => {
                let captures = std::mem::take(&mut self.claim.captures);
                Ok(EntryEnd { outcome: Outcome::Unchanged, reason: None, captures })
            }
            Seen::Same(_) => {
                if !self.part().verifies() && !self.outline().finishes {
                    self.put(End::Verified).await?;
                }
                self.read_back(Outcome::Unchanged, None).await
            }
            Seen::Different(_, differences) => {
                self.no_longer(Since::Different, Reason::ChangedInTarget(differences)).await
            }
            Seen::None => self.no_longer(Since::Gone, Reason::Gone).await,
            Seen::Unsure(reason) => Ok(self.not_begun(reason)),
        }
    }

    /// It was entered, and is no longer as it was: for a person to decide.
    pub(super) async fn no_longer(&self, since: Since, reason: Reason) -> Ended {
        let why = self.context.english(&reason);
        self.put(End::Differs { since, why, digests: self.digests.clone() }).await?;
        Ok(EntryEnd::new(Outcome::Held, reason))
    }

    /// It is there, but not as ours: for a person to decide.
    pub(super) async fn found_different(&self, captures: Captures, differences: Vec<Difference>) -> Ended {
        self.hold(Reason::FoundDifferent(differences), captures).await
    }

    /// Leaves it for a person to decide.
    pub(super) async fn hold(&self, reason: Reason, captures: Captures) -> Ended {
        let why = self.context.english(&reason);
        self.put(End::Held { why, digests: self.digests.clone(), captures }).await?;
        Ok(EntryEnd::new(Outcome::Held, reason))
    }

    /// An earlier run submitted it and never learned the end.
    async fn was_cut_off(self) -> Ended {
        // Other content under the same idempotency key would be another write.
        let may_send_again = self.may_send_again() && self.claim.digests == self.digests;
        if !self.part().has_lookup() && !may_send_again {
            let reason = Reason::NoLookup(None);
            if self.claim.state == State::Submitting {
                self.put(End::InDoubt(self.context.english(&reason))).await?;
            }
            return Ok(EntryEnd::new(Outcome::InDoubt, reason));
        }
        if may_send_again { self.submit().await } else { self.settle_earlier().await }
    }

    /// An earlier run was refused. The same content is sent again only if a look-up says that it is not there; corrected
    /// content is a new attempt, since a refusal proves that nothing was written.
    async fn was_refused(mut self) -> Ended {
        let corrected = self.claim.digests != self.digests;
        if !self.part().has_lookup() && (!corrected || self.claim.unknown) {
            return Ok(EntryEnd::new(Outcome::Failed, Reason::RefusedEarlier(self.claim.reason.clone())));
        }
        if self.part().has_lookup() {
            match self.look().await? {
                Seen::Same(captures) => return self.found_earlier(captures).await,
                Seen::Different(captures, differences) => return self.found_different(captures, differences).await,
                Seen::None if self.forgets() => return self.settle_earlier().await,
                Seen::None => {}
                Seen::Unsure(Reason::Unsure(trouble)) => {
                    return Ok(EntryEnd::new(Outcome::Failed, Reason::Unsure(trouble)));
                }
                Seen::Unsure(reason) => return Ok(EntryEnd::new(Outcome::Pending, reason)),
            }
        }
        // After an unknown attempt the generation stays: should that one take yet, it has the same idempotency key.
        if !self.claim.unknown {
            self.set_generation(self.claim.generation + 1);
        }
        self.submit().await
    }

    /// Asks the look-up, with patience.
    pub(super) async fn look(&mut self) -> Result<Seen, JournalError> {
        let mut failures = 0;
        loop {
            if let Some(reason) = self.halted() {
                return Ok(Seen::Unsure(reason));
            }
            let login = self.slot.target.logins();
            match self.slot.target.lookup(self.job()).await {
                Looked::Found { captures, differences } if differences.is_empty() => {
                    self.slot.login_works(login);
                    return Ok(Seen::Same(captures));
                }
                Looked::Found { captures, differences } => return Ok(Seen::Different(captures, differences)),
                Looked::None => {
                    self.slot.login_works(login);
                    return Ok(Seen::None);
                }
                Looked::Unsure(trouble) => return Ok(Seen::Unsure(Reason::Unsure(trouble))),
                Looked::Failed(failure) => {
                    if let Err(reason) = self.after_failed_read(failure, login, &mut failures).await {
                        return Ok(Seen::Unsure(reason));
                    }
                }
            }
        }
    }

    /// Why nothing more may be begun, if so.
    pub(super) fn halted(&self) -> Option<Reason> {
        if self.context.stop.is_stopped() { Some(Reason::Stopped) } else { self.slot.stopped() }
    }

    /// Why the journal's word alone, without a look-up, is not enough to submit.
    pub(super) fn distrusted(&self) -> Option<Reason> {
        if self.part().has_lookup() {
            return None;
        }
        let key_was = || self.context.key_was.clone().map(Reason::KeyChanged);
        if self.forgets() { Some(Reason::Distrusted) } else { key_was() }
    }

    /// Whether the journal was lost or restored, so that entries may have been submitted that it does not know of.
    fn forgets(&self) -> bool {
        self.context.journal.trust() != Trust::Whole
    }

    /// Puts down that a look-up found it.
    pub(super) async fn found(&mut self, captures: Captures) -> Result<(), JournalError> {
        self.scope.add(&captures);
        merge(&mut self.claim.captures, &captures);
        self.put_entered(self.claim.captures.clone(), None, true).await
    }
}

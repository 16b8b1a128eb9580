//! Attempts: stage, intent on disk, submit, and what each class of failure means.

use std::time::{Duration, Instant};

use super::entry::{Ended, Entry, EntryEnd, Seen};
use super::readback::merge;
use super::reason::Reason;
use crate::journal::{End, Intent, JournalError, Point, State, crash_point, idempotency_key};
use crate::recipe::model::{Effect, TargetKind};
use crate::record::Outcome;
use crate::target::{Class, Failure, Polled, Receipt, Submitted, Trouble};

/// What comes after an attempt.
pub(super) enum Next {
    /// Another one.
    Again,
    /// The end.
    End(EntryEnd),
}

impl Entry<'_> {
    /// Submits until there is an end.
    pub(super) async fn submit(mut self) -> Ended {
        if self.context.options.recheck {
            return Ok(self.only_looking(Reason::OnlyRechecked));
        }
        if let Some(reason) = self.distrusted() {
            return Ok(self.only_looking(reason));
        }
        loop {
            // An intent that was put down with the claim is already part of this attempt.
            let intended = std::mem::take(&mut self.claim.intended);
            if let Some(reason) = self.halted() {
                if intended {
                    self.put(End::NotTaken("stopped before it was sent".to_owned())).await?;
                }
                return self.stop_here(reason).await;
            }
            if !intended {
                match self.stage().await {
                    Ok(()) => {}
                    // What stands before the write was refused: the write cannot be made, and nothing was written.
                    Err(Reason::Unsure(trouble)) => return self.refused(trouble).await,
                    Err(reason) => return self.stop_here(reason).await,
                }
                if self.context.options.rehearse {
                    return Ok(self.only_looking(Reason::Rehearsed));
                }
                self.intend().await?;
            }
            self.claim.state = State::Submitting;
            self.claim.first_intent.get_or_insert_with(jiff::Timestamp::now);
            self.tries += 1;
            let login = self.slot.target.logins();
            crash_point(Point::BeforeRequest);
            let submitted = self.slot.target.submit(self.job()).await;
            crash_point(Point::AfterRequest);
            self.last_attempt = Some(Instant::now());
            let next = match submitted {
                Submitted::Done(receipt) => return self.entered(receipt, login).await,
                Submitted::Accepted(receipt) => match self.poll(&receipt).await {
                    Ok(receipt) => return self.entered(receipt, login).await,
                    Err(failure) => self.failed(failure, login).await?,
                },
                Submitted::Failed(failure) => self.failed(failure, login).await?,
            };
            match next {
                Next::Again => {}
                Next::End(end) => return Ok(end),
            }
        }
    }

    /// Nothing may be submitted now. What was, without a known end, stays in doubt.
    fn only_looking(&self, reason: Reason) -> EntryEnd {
        match self.claim.state {
            State::Submitting | State::InDoubt => EntryEnd::new(Outcome::InDoubt, Reason::NotSettled),
            _ => EntryEnd::new(Outcome::Pending, reason),
        }
    }

    /// Refused in a way that leaves no doubt about this attempt.
    async fn refused(&mut self, trouble: Trouble) -> Ended {
        if self.claim.unknown {
            return self.refused_after_unknown(trouble).await;
        }
        self.refused_for_good(Reason::Refused(trouble)).await
    }

    /// The run or the target is stopped, or cannot be reached. What was submitted before without an answer stays open.
    async fn stop_here(&self, reason: Reason) -> Ended {
        if !self.claim.unknown {
            return Ok(self.not_begun(reason));
        }
        let reason = match reason {
            Reason::Unreachable { trouble, .. } | Reason::Unsure(trouble) => Reason::LookupFailed(trouble),
            _ => Reason::StoppedUnsettled,
        };
        self.put(End::InDoubt(self.context.english(&reason))).await?;
        Ok(EntryEnd::new(Outcome::InDoubt, reason))
    }

    /// The harmless steps before the write.
    async fn stage(&mut self) -> Result<(), Reason> {
        if !self.outline().stages {
            return Ok(());
        }
        let mut failures = 0;
        loop {
            let login = self.slot.target.logins();
            match self.slot.target.stage(self.job()).await {
                Ok(captures) => {
                    self.slot.login_works(login);
                    self.scope.add(&captures);
                    // Later parts and targets may use them, also in a later run.
                    merge(&mut self.claim.captures, &captures);
                    return Ok(());
                }
                Err(failure) => self.after_failed_read(failure, login, &mut failures).await?,
            }
        }
    }

    async fn intend(&self) -> Result<(), JournalError> {
        let generation = self.claim.generation;
        let intent = Intent {
            entry: self.claim.entry,
            run: self.context.run,
            generation,
            digests: self.digests.clone(),
            key: idempotency_key(&self.name, generation),
        };
        self.context.journal.intend(intent).await
    }

    /// Polls an accepted write until it is done.
    async fn poll(&mut self, receipt: &Receipt) -> Result<Receipt, Failure> {
        self.scope.add(&receipt.captures);
        let (every, at_most) = match self.outline().wait_until {
            Some(wait) => (wait.every, wait.at_most),
            None => (Duration::ZERO, Duration::ZERO),
        };
        let end = Instant::now() + at_most;
        let unknown = |trouble| Failure { class: Class::Unknown, trouble, answer: None, retry_after: None };
        let mut failures = 0;
        while Instant::now() < end {
            if !self.context.stop.sleep(every).await {
                break;
            }
            let login = self.slot.target.logins();
            match self.slot.target.poll(self.job()).await {
                Polled::Done(captures) => {
                    let mut done = receipt.clone();
                    done.captures.extend(captures);
                    return Ok(done);
                }
                Polled::NotYet => {}
                Polled::Failed(failure) if failure.class == Class::Refused => return Err(failure),
                Polled::Failed(failure) => {
                    let trouble = failure.trouble.clone();
                    self.after_failed_read(failure, login, &mut failures).await.map_err(|_| unknown(trouble))?;
                }
            }
        }
        Err(unknown(Trouble::NotDone(at_most)))
    }

    /// What a failed write means.
    async fn failed(&mut self, failure: Failure, login: u64) -> Result<Next, JournalError> {
        match failure.class {
            Class::NotSubmitted => self.not_submitted(failure).await,
            Class::Login => self.asked_to_log_in(failure, login).await,
            Class::Refused => {
                self.slot.login_works(login);
                Ok(Next::End(self.refused(failure.trouble).await?))
            }
            Class::Exists => {
                self.slot.login_works(login);
                self.exists(failure).await
            }
            Class::Unknown => self.unknown(failure).await,
        }
    }

    /// An earlier attempt may have taken, and be the very reason of this refusal ("exists already" in other words): only
    /// a look-up that does not find it makes this a plain refusal.
    async fn refused_after_unknown(&mut self, trouble: Trouble) -> Ended {
        self.put(End::Unknown(self.context.english_trouble(&trouble))).await?;
        match self.settle(Some(trouble.clone())).await? {
            Next::Again => self.refused_for_good(Reason::Refused(trouble)).await,
            Next::End(end) => Ok(end),
        }
    }

    /// Puts down that it is not in the target, and why.
    pub(super) async fn refused_for_good(&self, reason: Reason) -> Ended {
        let why = self.context.english(&reason);
        self.put(End::Refused { why, digests: self.digests.clone() }).await?;
        Ok(EntryEnd::new(Outcome::Failed, reason))
    }

    /// No byte of it left, or the target said "later": nothing was written by this attempt.
    async fn not_submitted(&mut self, failure: Failure) -> Result<Next, JournalError> {
        self.not_taken(&failure.trouble).await?;
        match self.back_off(&failure, self.tries).await {
            Ok(()) => Ok(Next::Again),
            Err(reason) => Ok(Next::End(self.stop_here(reason).await?)),
        }
    }

    async fn not_taken(&mut self, trouble: &Trouble) -> Result<(), JournalError> {
        let why = self.context.english_trouble(trouble);
        // An earlier attempt of unknown end keeps the entry where it is.
        let end = if self.claim.unknown { End::Unknown(why) } else { End::NotTaken(why) };
        self.put(end).await
    }

    async fn asked_to_log_in(&mut self, failure: Failure, login: u64) -> Result<Next, JournalError> {
        self.not_taken(&failure.trouble).await?;
        match self.slot.log_in_again(login, &failure).await {
            Ok(true) => Ok(Next::Again),
            Ok(false) => {
                let reason = self.slot.stopped().unwrap_or(Reason::LoginFailed(failure.trouble));
                Ok(Next::End(self.stop_here(reason).await?))
            }
            Err(unreachable) => match self.back_off(&unreachable, self.tries).await {
                Ok(()) => Ok(Next::Again),
                Err(reason) => Ok(Next::End(self.stop_here(reason).await?)),
            },
        }
    }

    /// The target says that it is there already.
    async fn exists(&mut self, failure: Failure) -> Result<Next, JournalError> {
        let (outcome, fallback) = if self.claim.unknown {
            (Outcome::Entered, Outcome::InDoubt)
        } else {
            (Outcome::Unchanged, Outcome::Failed)
        };
        if self.part().has_lookup() {
            match self.look().await? {
                Seen::Same(captures) => {
                    self.found(captures).await?;
                    let reason = (outcome == Outcome::Unchanged).then_some(Reason::WasThere);
                    return Ok(Next::End(self.read_back_here(outcome, reason).await?));
                }
                Seen::Different(captures, differences) => {
                    return Ok(Next::End(self.found_different(captures, differences).await?));
                }
                Seen::None | Seen::Unsure(Reason::Unsure(_)) => {}
                // The look-up could not be asked; nothing was written by this attempt.
                Seen::Unsure(reason) => {
                    self.not_taken(&failure.trouble).await?;
                    return Ok(Next::End(self.stop_here(reason).await?));
                }
            }
        }
        let reason = Reason::SaysExists(failure.trouble);
        if fallback == Outcome::Failed {
            return Ok(Next::End(self.refused_for_good(reason).await?));
        }
        self.put(End::InDoubt(self.context.english(&reason))).await?;
        Ok(Next::End(EntryEnd::new(fallback, reason)))
    }

    /// Nobody knows whether it took.
    async fn unknown(&mut self, failure: Failure) -> Result<Next, JournalError> {
        self.claim.unknown = true;
        self.put(End::Unknown(self.context.english_trouble(&failure.trouble))).await?;
        // Asked again after the wait, in which the target may have forgotten the key.
        if self.may_send_again() && self.back_off(&failure, self.tries).await.is_ok() && self.may_send_again() {
            return Ok(Next::Again);
        }
        self.settle(Some(failure.trouble)).await
    }

    /// Whether the same write may be sent again though its end is unknown: since it has the same effect twice, or since
    /// the target still remembers its idempotency key.
    pub(super) fn may_send_again(&self) -> bool {
        if self.outline().effect == Effect::Repeatable {
            return true;
        }
        // Browsers send no key.
        let TargetKind::Http(settings) = &self.slot.model.kind else { return false };
        let Some(idempotent) = &settings.idempotent else { return false };
        let Some(first) = self.claim.first_intent else { return false };
        // A clock that was set back tells nothing: then the target may have forgotten the key.
        let age = jiff::Timestamp::now().duration_since(first);
        Duration::try_from(age).is_ok_and(|age| age < idempotent.keeps)
    }
}

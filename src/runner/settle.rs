//! Settling what was submitted without an answer: only a look-up that finds it, or twice does not find it after the
//! target had time to finish, says what happened.

use std::time::{Duration, Instant};

use super::attempt::Next;
use super::entry::{Ended, Entry, EntryEnd, Seen};
use super::reason::Reason;
use crate::journal::{End, JournalError, State};
use crate::record::Outcome;
use crate::target::{Mode, Trouble};

/// The pause between the two look-ups that must both say "none", where `settle` is not shorter.
const SECOND_LOOK: Duration = Duration::from_secs(2);

impl Entry<'_> {
    /// Settles an attempt of an earlier run, and goes on from there.
    pub(super) async fn settle_earlier(mut self) -> Ended {
        match self.settle(None).await? {
            Next::End(end) => Ok(end),
            Next::Again => self.submit().await,
        }
    }

    /// Settles the latest attempt: [`Next::Again`] if it is proven not to have taken and another may follow.
    pub(super) async fn settle(&mut self, trouble: Option<Trouble>) -> Result<Next, JournalError> {
        if !self.part().has_lookup() {
            return self.give_up(Reason::NoLookup(trouble)).await;
        }
        let settle = self.context.recipe.settle;
        let settled = Instant::now() + settle.saturating_sub(self.since_last_attempt());
        let mut nones = 0;
        loop {
            // Asked before the look-up: its answer speaks of that moment, not of the one when it arrives.
            let counts = Instant::now() >= settled;
            let seen = match self.look().await? {
                Seen::Different(..) if self.not_updated().await? => Seen::None,
                // What was entered before is gone: there is nothing to update.
                Seen::None if self.mode == Mode::Update => {
                    let captures = self.claim.captures.clone();
                    return Ok(Next::End(self.hold(Reason::Gone, captures).await?));
                }
                seen => seen,
            };
            match seen {
                Seen::Same(captures) => {
                    self.found(captures).await?;
                    return Ok(Next::End(self.read_back_here(Outcome::Entered, None).await?));
                }
                Seen::Different(captures, differences) => {
                    return Ok(Next::End(self.found_different(captures, differences).await?));
                }
                // Only a journal that was lost or restored lets an entry be settled that it knows no attempt of.
                Seen::Unsure(reason) if !self.claim.unknown => return Ok(Next::End(self.not_begun(reason))),
                Seen::Unsure(Reason::Stopped | Reason::TargetStopped(_)) => {
                    return self.give_up(Reason::StoppedUnsettled).await;
                }
                Seen::Unsure(Reason::Unsure(trouble) | Reason::Unreachable { trouble, .. }) => {
                    return self.give_up(Reason::LookupFailed(trouble)).await;
                }
                Seen::Unsure(reason) => return self.give_up(reason).await,
                Seen::None => nones += u32::from(counts),
            }
            if nones >= 2 {
                return self.proven_not_taken(trouble).await;
            }
            let pause = if nones == 1 {
                SECOND_LOOK.min(settle)
            } else {
                // Looked for now and then meanwhile: what is found early need not be waited for.
                settled.saturating_duration_since(Instant::now()).min(SECOND_LOOK)
            };
            if !self.context.stop.sleep(pause).await {
                if !self.claim.unknown {
                    return Ok(Next::End(self.not_begun(Reason::Stopped)));
                }
                return self.give_up(Reason::StoppedUnsettled).await;
            }
        }
    }

    async fn proven_not_taken(&mut self, trouble: Option<Trouble>) -> Result<Next, JournalError> {
        if self.tries < self.context.recipe.retry.attempts {
            self.put(End::NotTaken("looked up twice, and not found".to_owned())).await?;
            self.claim.state = State::Open;
            return Ok(Next::Again);
        }
        let reason = trouble.map_or(Reason::NoLookup(None), Reason::AttemptsUsedUp);
        Ok(Next::End(self.refused_for_good(reason).await?))
    }

    async fn give_up(&self, reason: Reason) -> Result<Next, JournalError> {
        self.put(End::InDoubt(self.context.english(&reason))).await?;
        Ok(Next::End(EntryEnd::new(Outcome::InDoubt, reason)))
    }

    /// How long ago the latest attempt ended, at least. One of an earlier run had ended when this run began, since two
    /// runs never work on a ledger at the same time; when exactly, no clock on the wall can be trusted to tell.
    fn since_last_attempt(&self) -> Duration {
        self.last_attempt.unwrap_or(self.context.begun).elapsed()
    }
}

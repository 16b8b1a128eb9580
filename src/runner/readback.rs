//! After the write: the receipt on disk, the steps that capture more, and reading back.

use super::entry::{Ended, Entry, EntryEnd};
use super::reason::Reason;
use crate::journal::{End, JournalError};
use crate::recipe::model::OnChange;
use crate::record::{Outcome, Value};
use crate::target::{Captures, Mode, Receipt, Verified};

impl Entry<'_> {
    /// The target's answer says that it took.
    pub(super) async fn entered(mut self, receipt: Receipt, login: u64) -> Ended {
        self.slot.login_works(login);
        let mut captures = self.claim.captures.clone();
        merge(&mut captures, &receipt.captures);
        self.scope.add(&captures);
        self.claim.captures = captures.clone();
        self.put_entered(captures, receipt.status, false).await?;
        self.read_back(Outcome::Entered, None).await
    }

    pub(super) async fn put_entered(
        &self,
        captures: Captures,
        status: Option<u16>,
        found: bool,
    ) -> Result<(), JournalError> {
        let updates = self.context.recipe.on_change == OnChange::Update;
        self.put(End::Entered {
            captures,
            status,
            found,
            digests: Some(self.digests.clone()),
            verified: self.part().verify.is_empty() && self.steps().after.is_empty(),
            content: updates.then(|| self.context.stored(self.record)),
        })
        .await
    }

    /// The steps after the write and the comparison; `outcome` is what it is if all is well.
    pub(super) async fn read_back(mut self, outcome: Outcome, reason: Option<Reason>) -> Ended {
        self.read_back_here(outcome, reason).await
    }

    pub(super) async fn read_back_here(&mut self, outcome: Outcome, reason: Option<Reason>) -> Ended {
        if let Err(reason) = self.finish().await? {
            return Ok(EntryEnd { outcome, reason: Some(reason), captures: self.claim.captures.clone() });
        }
        let mut end = EntryEnd { outcome, reason, captures: self.claim.captures.clone() };
        if self.part().verify.is_empty() {
            return Ok(end);
        }
        match self.compare().await {
            Ok(differences) if differences.is_empty() => self.put(End::Verified).await?,
            Ok(differences) => {
                let reason = Reason::ReadBackDifferent(differences);
                self.put(End::Differs(self.context.english(&reason))).await?;
                end.outcome = Outcome::Held;
                end.reason = Some(reason);
            }
            // It is in: that it could not be read back is told now and made good by the next run.
            Err(reason) => end.reason = Some(reason),
        }
        Ok(end)
    }

    /// The harmless steps after the write, which capture more.
    async fn finish(&mut self) -> Result<Result<(), Reason>, JournalError> {
        if self.steps().after.is_empty() {
            return Ok(Ok(()));
        }
        let mut failures = 0;
        loop {
            let login = self.slot.target.logins();
            match self.slot.target.finish(self.job()).await {
                Ok(more) => {
                    self.scope.add(&more);
                    merge(&mut self.claim.captures, &more);
                    let captures = self.claim.captures.clone();
                    self.put(End::Captured { captures, verified: self.part().verify.is_empty() }).await?;
                    return Ok(Ok(()));
                }
                Err(failure) => {
                    let trouble = failure.trouble.clone();
                    if self.after_failed_read(failure, login, &mut failures).await.is_err() {
                        return Ok(Err(Reason::NotReadBack(trouble)));
                    }
                }
            }
        }
    }

    /// Reads back and compares; the differences.
    pub(super) async fn compare(&mut self) -> Result<Vec<crate::target::Difference>, Reason> {
        let mut failures = 0;
        loop {
            let login = self.slot.target.logins();
            match self.slot.target.verify(self.job()).await {
                Verified::Same => {
                    self.slot.login_works(login);
                    return Ok(Vec::new());
                }
                Verified::Different(differences) => return Ok(differences),
                Verified::Failed(failure) => {
                    let trouble = failure.trouble.clone();
                    let again = self.after_failed_read(failure, login, &mut failures).await;
                    again.map_err(|_| Reason::NotReadBack(trouble))?;
                }
            }
        }
    }

    /// `on_change: update`: reads back what was entered; if a person changed it since, that is theirs to decide.
    pub(super) async fn update(mut self) -> Ended {
        self.scope.add(&self.claim.captures);
        match self.changed_by_a_person().await? {
            Ok(()) => {}
            Err(end) => return Ok(end),
        }
        self.mode = Mode::Update;
        self.set_generation(self.claim.generation + 1);
        self.claim.unknown = false;
        self.submit().await
    }

    async fn changed_by_a_person(&mut self) -> Result<Result<(), EntryEnd>, JournalError> {
        let held = |reason| Ok(Err(EntryEnd::new(Outcome::Held, reason)));
        let old = self.claim.content.as_ref().and_then(|content| self.context.restored(content));
        let Some(old) = old else { return held(Reason::CannotReadBack) };
        let mut then = Entry {
            context: self.context,
            slot: self.slot,
            part: self.part,
            record: &old,
            scope: self.scope.of_record(&old),
            claim: self.claim.clone(),
            digests: self.digests.clone(),
            mode: Mode::Enter,
            tries: 0,
            last_attempt: None,
        };
        let differences = if !self.part().verify.is_empty() {
            match then.compare().await {
                Ok(differences) => differences,
                Err(reason) => return Ok(Err(EntryEnd::new(Outcome::Pending, reason))),
            }
        } else if self.part().lookup.as_ref().is_some_and(|lookup| !lookup.same.is_empty()) {
            match then.look().await? {
                super::entry::Seen::Same(_) => Vec::new(),
                super::entry::Seen::Different(differences) => differences,
                super::entry::Seen::None => return held(Reason::Gone),
                super::entry::Seen::Unsure(reason) => return Ok(Err(self.not_begun(reason))),
            }
        } else {
            return held(Reason::CannotReadBack);
        };
        if differences.is_empty() { Ok(Ok(())) } else { held(Reason::ChangedInTarget(differences)) }
    }
}

/// Later captures of the same name stand.
fn merge(captures: &mut Captures, more: &Captures) {
    for (name, value) in more {
        let value: Value = value.clone();
        match captures.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => captures.push((name.clone(), value)),
        }
    }
}

//! After the write: the receipt on disk, the steps that capture more, and reading back.

use super::elements;
use super::entry::{Ended, Entry, EntryEnd, Seen};
use super::reason::Reason;
use crate::journal::{End, JournalError, Since, State};
use crate::recipe::model::{OnChange, Repeat, RepeatList};
use crate::record::{Outcome, Record, Value};
use crate::target::{Captures, Mode, Receipt, Trouble, Verified};

/// What the target has of an entry, compared with what was entered.
enum Was {
    /// The same.
    Same,
    /// Not, or it cannot be told.
    Not(Since, Reason),
    /// It could not be asked.
    NotReached(Reason),
}

impl Entry<'_> {
    /// The target's answer says that it took.
    pub(super) async fn entered(mut self, receipt: Receipt, login: u64) -> Ended {
        self.slot.login_works(login);
        let mut captures = self.claim.captures.clone();
        merge(&mut captures, &receipt.captures);
        self.scope.add(&captures);
        self.claim.captures = captures.clone();
        if self.is_last_call() {
            // The next record can be sent while this one's receipt is put down.
            self.held.give_back();
            self.place = None;
        }
        self.put_entered(captures, receipt.status, false).await?;
        self.read_back(Outcome::Entered, None).await
    }

    /// Whether the write is the last that the target is asked: there is nothing to capture after it or to read back.
    fn is_last_call(&self) -> bool {
        !self.part().verifies() && !self.outline().finishes
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
            // Those that were submitted stand there since the intent.
            digests: found.then(|| self.digests.clone()),
            verified: self.is_last_call(),
            content: updates.then(|| self.content()),
        })
        .await
    }

    /// The values as entered. Of an element its own are enough, unless the steps use the other lines or its number.
    fn content(&self) -> serde_json::Value {
        let own = match (&self.part().repeat, &self.element) {
            (Some(Repeat { list: RepeatList::Lines, number: None, .. }), Some(element)) if !self.part().uses_lines => {
                Some(element)
            }
            _ => None,
        };
        match own {
            None => self.context.stored(self.record),
            Some(element) => {
                let lines = Value::List([element.value.clone()].into());
                self.context.stored(&Record { lines, ..self.record.clone() })
            }
        }
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
        if !self.part().verifies() {
            return Ok(end);
        }
        match self.compare().await {
            Ok(differences) if differences.is_empty() => self.put(End::Verified).await?,
            Ok(differences) => {
                return self.no_longer(Since::Different, Reason::ReadBackDifferent(differences)).await;
            }
            // It is in: that it could not be read back is told now and made good by the next run.
            Err(reason) => end.reason = Some(reason),
        }
        Ok(end)
    }

    /// The harmless steps after the write, which capture more.
    async fn finish(&mut self) -> Result<Result<(), Reason>, JournalError> {
        if !self.outline().finishes {
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
                    self.put(End::Captured { captures, verified: !self.part().verifies() }).await?;
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
        match self.as_it_was().await? {
            Was::Same => {}
            Was::Not(since, reason) => return self.no_longer(since, reason).await,
            Was::NotReached(reason) => return Ok(EntryEnd::new(Outcome::Pending, reason)),
        }
        self.mode = Mode::Update;
        self.set_generation(self.claim.generation + 1);
        self.claim.unknown = false;
        self.submit().await
    }

    /// An update of an earlier run that did not take, or was refused: what was entered first is still there.
    pub(super) async fn was_updating(mut self) -> Ended {
        let corrected = self.claim.digests != self.digests;
        if self.claim.state == State::Failed && (!corrected || self.claim.unknown) {
            return Ok(EntryEnd::new(Outcome::Failed, Reason::RefusedEarlier(self.claim.reason.clone())));
        }
        match self.as_it_was().await? {
            Was::Same if self.claim.state != State::Held => {}
            Was::Same => return Ok(EntryEnd::new(Outcome::Held, Reason::RefusedEarlier(self.claim.reason.clone()))),
            Was::Not(_, reason) => return self.hold(reason, self.claim.captures.clone()).await,
            Was::NotReached(reason) => return Ok(EntryEnd::new(Outcome::Pending, reason)),
        }
        if self.claim.state == State::Failed {
            self.set_generation(self.claim.generation + 1);
        }
        self.submit().await
    }

    /// Whether an update that nobody knows the end of has left the target as it was before.
    pub(super) async fn not_updated(&mut self) -> Result<bool, JournalError> {
        Ok(self.mode == Mode::Update && matches!(self.as_it_was().await?, Was::Same))
    }

    /// Compares what the target has with what was entered.
    async fn as_it_was(&mut self) -> Result<Was, JournalError> {
        let old = self.claim.content.as_ref().and_then(|content| self.context.restored(content));
        let Some(old) = old else { return Ok(Was::Not(Since::Changed, Reason::CannotReadBack)) };
        let mut scope = self.scope.of_record(&old);
        let mut element = None;
        if let (Some(repeat), Some(now)) = (&self.part().repeat, &self.element) {
            let of_old = elements::of(repeat, &old).unwrap_or_default();
            let Some(found) = of_old.into_iter().find(|element| element.key == now.key) else {
                return Ok(Was::Not(Since::Changed, Reason::CannotReadBack));
            };
            scope = scope.of_element(repeat, &found);
            element = Some(found);
        }
        let mut then = Entry {
            context: self.context,
            slot: self.slot,
            part: self.part,
            record: &old,
            element,
            name: self.name.clone(),
            place: None,
            scope,
            claim: self.claim.clone(),
            digests: self.digests.clone(),
            mode: Mode::Enter,
            tries: 0,
            last_attempt: None,
            held: std::sync::Arc::clone(&self.held),
        };
        let differences = if self.part().verifies() {
            match then.compare().await {
                Ok(differences) => differences,
                // It answers, and has nothing to show.
                Err(Reason::NotReadBack(Trouble::Refused { .. })) => return Ok(Was::Not(Since::Gone, Reason::Gone)),
                Err(reason) => return Ok(Was::NotReached(reason)),
            }
        } else if self.part().lookup_compares() {
            match then.look().await? {
                Seen::Same(_) => Vec::new(),
                Seen::Different(_, differences) => differences,
                Seen::None => return Ok(Was::Not(Since::Gone, Reason::Gone)),
                Seen::Unsure(reason @ Reason::Unsure(_)) => return Ok(Was::Not(Since::Different, reason)),
                Seen::Unsure(reason) => return Ok(Was::NotReached(reason)),
            }
        } else {
            return Ok(Was::Not(Since::Changed, Reason::CannotReadBack));
        };
        if differences.is_empty() {
            return Ok(Was::Same);
        }
        Ok(Was::Not(Since::Different, Reason::ChangedInTarget(differences)))
    }
}

/// Later captures of the same name stand.
pub(super) fn merge(captures: &mut Captures, more: &Captures) {
    for (name, value) in more {
        let value: Value = value.clone();
        match captures.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => captures.push((name.clone(), value)),
        }
    }
}

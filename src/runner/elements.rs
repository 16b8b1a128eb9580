//! Parts whose write is repeated for the values of a list: each is an entry of its own, with its own intent, look-up and
//! receipt. Which elements there are is put down before the first of them is submitted; so those that an interrupted run
//! did not come to are told apart from those that came to the record later, which `on_change:` decides on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry::EntryEnd;
use super::reason::Reason;
use super::slot::{Place, Slot};
use super::work::{Turn, Way, holds};
use crate::journal::{Claim, Elements, End, JournalError, NewClaim, NewElements, Since, State, digests_text};
use crate::recipe::model::{OnChange, Part, Repeat, element_text};
use crate::record::{Outcome, Record, Value};
use crate::target::{Captures, Trouble};

/// One element of a record.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Its own key, as the journal knows it.
    pub(super) key: Arc<str>,
    /// What it is.
    pub(super) value: Value,
    /// Its place in the list, from 1.
    pub(super) number: u64,
}

/// The elements of a record, in its order.
///
/// # Errors
/// Two have the same key, or one has none: records that were judged by the recipe as it is have no such elements.
pub(super) fn of(repeat: &Repeat, record: &Record) -> Result<Vec<Element>, Trouble> {
    let mut elements = Vec::new();
    let mut keys = BTreeSet::new();
    for (value, number) in repeat.values(&record.fields, &record.lines).iter().zip(1..) {
        let key = repeat.key(value).map_err(|name| {
            Trouble::Recipe(format!("the {} {number} of the record has no `{name}`, which is its key", repeat.variable))
        })?;
        let key: Arc<str> = element_text(&key).into();
        if !keys.insert(Arc::clone(&key)) {
            let words = repeat.by_in_words();
            return Err(Trouble::Recipe(format!("two elements of the record have the same `{words}`: {key}")));
        }
        elements.push(Element { key, value: value.clone(), number });
    }
    Ok(elements)
}

impl Way<'_> {
    /// Enters the elements of the record into a part.
    pub(super) async fn elements(&mut self, slot: &Slot, index: usize, repeat: &Repeat) -> Result<(), JournalError> {
        let part = &slot.model.parts[index];
        let listed = match holds(repeat.when.as_ref(), &self.scope) {
            Ok(false) => return Ok(()),
            Ok(true) => of(repeat, self.record),
            Err(trouble) => Err(trouble),
        };
        let elements = match listed {
            Ok(elements) => elements,
            Err(trouble) => {
                let end = self.cannot_be_sent(trouble);
                self.note(slot, part, None, end);
                return Ok(());
            }
        };
        let mut listed = BTreeSet::new();
        let mut begun = Vec::new();
        for element in elements {
            listed.insert(Arc::clone(&element.key));
            match self.turn(part, &self.scope.of_element(repeat, &element)) {
                Turn::LeftOut => {}
                Turn::Ends(end) => self.note(slot, part, Some(&element.key), end),
                Turn::Begins => begun.push(element),
            }
        }
        if self.dropped || self.waits_for.is_some() {
            self.wait(slot, part, begun);
            return Ok(());
        }
        if let Some(end) = self.not_reached(slot).await? {
            let mut begun = begun.into_iter();
            if let Some(first) = begun.next() {
                self.note(slot, part, Some(&first.key), end);
            }
            self.wait(slot, part, begun);
            return Ok(());
        }
        let Elements { claims, gone } = self.claim_all(slot, part, &begun).await?;
        // One place for all of them, so that the lines of a record are entered together.
        let _place = slot.places.acquire().await.ok();
        let mut added = Vec::new();
        for (element, claim) in begun.into_iter().zip(claims) {
            match claim {
                Some(claim) if claim.state != State::Added => {
                    self.element(slot, index, repeat, element, claim).await?;
                }
                claim => added.push((element, claim)),
            }
        }
        for (key, claim) in gone {
            if !listed.contains(&*key)
                && let Some(end) = self.gone(repeat, &key, &claim).await?
            {
                self.note(slot, part, Some(&key.into()), end);
            }
        }
        self.added(slot, index, repeat, added).await
    }

    async fn claim_all(&self, slot: &Slot, part: &Part, elements: &[Element]) -> Result<Elements, JournalError> {
        let new = NewElements {
            name: self.context.name(slot, part, &self.key, None),
            target: slot.model.name.to_string(),
            run: self.context.run,
            elements: elements.iter().map(|element| element.key.to_string()).collect(),
        };
        self.context.journal.claim_elements(new).await
    }

    /// Notes that elements wait for what came before them.
    fn wait(&mut self, slot: &Slot, part: &Part, elements: impl IntoIterator<Item = Element>) {
        for element in elements {
            let end = match &self.waits_for {
                Some(earlier) if !self.dropped => EntryEnd::new(Outcome::Pending, Reason::Waits(earlier.clone())),
                _ => EntryEnd::new(Outcome::Unchanged, Reason::Dropped),
            };
            self.note(slot, part, Some(&element.key), end);
        }
    }

    /// One element, once those before it are in.
    async fn element(
        &mut self,
        slot: &Slot,
        index: usize,
        repeat: &Repeat,
        element: Element,
        claim: Claim,
    ) -> Result<(), JournalError> {
        let part = &slot.model.parts[index];
        let scope = self.scope.of_element(repeat, &element);
        let key = Arc::clone(&element.key);
        let end = match self.turn(part, &scope) {
            Turn::LeftOut => return Ok(()),
            Turn::Ends(end) => end,
            Turn::Begins => {
                let place = Place { _call: None, _intent: None };
                self.at_work(slot, index, scope, Some(element), claim, place).await?
            }
        };
        self.note(slot, part, Some(&key), end);
        Ok(())
    }

    /// Elements that came to the record when others of it were in the target, or may be. All of them are held together, so
    /// that a person decides once.
    async fn added(
        &mut self,
        slot: &Slot,
        index: usize,
        repeat: &Repeat,
        added: Vec<(Element, Option<Claim>)>,
    ) -> Result<(), JournalError> {
        let part = &slot.model.parts[index];
        if self.dropped || self.waits_for.is_some() {
            self.wait(slot, part, added.into_iter().map(|(element, _)| element));
            return Ok(());
        }
        let mut ends = Vec::new();
        for (element, claim) in added {
            let key = Arc::clone(&element.key);
            match self.context.recipe.on_change {
                OnChange::Ignore => ends.push((key, ignored(repeat, &element.key, Captures::new()))),
                OnChange::Hold => {
                    if claim.is_none() {
                        let digests = self.context.digests(part, self.record, Some(&element));
                        self.claim(slot, part, &element, Some(digests_text(&digests))).await?;
                    }
                    ends.push((key, EntryEnd::new(Outcome::Held, Reason::Added)));
                }
                OnChange::Update => {
                    let claim = match claim {
                        Some(claim) => claim,
                        None => self.claim(slot, part, &element, None).await?,
                    };
                    self.element(slot, index, repeat, element, claim).await?;
                }
            }
        }
        for (key, end) in ends {
            self.note(slot, part, Some(&key), end);
        }
        Ok(())
    }

    async fn claim(
        &self,
        slot: &Slot,
        part: &Part,
        element: &Element,
        added: Option<String>,
    ) -> Result<Claim, JournalError> {
        let name = self.context.name(slot, part, &self.key, Some(element));
        let target = slot.model.name.to_string();
        self.context.journal.claim(NewClaim { name, target, run: self.context.run, first: None, added }).await
    }

    /// An element that was claimed once and that the record does not have any more; none where that leaves nothing open:
    /// nothing of it is in the target, or a person has settled it.
    async fn gone(&self, repeat: &Repeat, key: &str, claim: &Claim) -> Result<Option<EntryEnd>, JournalError> {
        let reason = Reason::Removed;
        let why = || self.context.english(&Reason::Removed);
        let put = |end| self.context.journal.end(self.context.run, claim.entry, end);
        Ok(match claim.state {
            State::Open | State::Failed | State::Dropped | State::Added => None,
            State::Held => Some(EntryEnd::new(Outcome::Held, reason)),
            State::InDoubt => Some(EntryEnd::new(Outcome::InDoubt, reason)),
            State::Submitting => {
                // Without its values nothing can be looked up.
                put(End::InDoubt(why())).await?;
                Some(EntryEnd::new(Outcome::InDoubt, reason))
            }
            State::Entered if claim.digests == self.context.digests_of_gone() => None,
            State::Entered if self.context.recipe.on_change == OnChange::Ignore => {
                Some(ignored(repeat, key, claim.captures.clone()))
            }
            State::Entered => {
                let digests = self.context.digests_of_gone();
                put(End::Differs { since: Since::Changed, why: why(), digests }).await?;
                Some(EntryEnd::new(Outcome::Held, reason))
            }
        })
    }
}

/// The recipe ignores that an element came or went.
fn ignored(repeat: &Repeat, key: &str, captures: Captures) -> EntryEnd {
    let reason = Some(Reason::ChangeIgnored(vec![format!("{} {key}", repeat.variable)]));
    EntryEnd { outcome: Outcome::Unchanged, reason, captures }
}

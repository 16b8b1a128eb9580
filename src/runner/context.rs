//! What all entries of a run share.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value as Json;

use super::elements::Element;
use super::event::RecordReport;
use super::keep;
use super::reason::Reason;
use super::scope::Surroundings;
use super::slot::Slot;
use super::stop::Stop;
use crate::journal::{Digests, EntryName, Journal, RunId, entry_key};
use crate::messages::{self, Language};
use crate::recipe::Recipe;
use crate::recipe::model::Part;
use crate::record::{Key, Record, Value};
use crate::target::Trouble;

/// What the user asked for besides the recipe.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Records entered at the most; the rest is pending.
    pub limit: Option<u64>,
    /// Only the records that all of these name; the rest is pending.
    pub only: Vec<Selector>,
    /// Enter nothing; look up what was entered before.
    pub recheck: bool,
    /// All but the write.
    pub rehearse: bool,
}

/// What names records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// An id, or its beginning.
    Id(String),
    /// The value of a field, as the JSON lines show it.
    Field(String, String),
}

impl Options {
    /// Whether a record is among those that `--only` names.
    pub(super) fn selects(&self, report: &RecordReport) -> bool {
        self.only.iter().all(|selector| match selector {
            Selector::Id(id) => report.id.starts_with(id.as_str()),
            Selector::Field(name, wanted) => {
                report.fields.iter().any(|(field, value)| **field == **name && value.to_string() == *wanted)
            }
        })
    }
}

/// The name under which the digests of an element say whether its record has it. No field is called so.
pub(super) const IN_RECORD: &str = "(in the record)";

/// What all entries of a run share.
pub(super) struct Context {
    pub(super) recipe: Arc<Recipe>,
    pub(super) around: Arc<Surroundings>,
    pub(super) journal: Journal,
    pub(super) run: RunId,
    /// When the run began: attempts of earlier runs had ended by then.
    pub(super) begun: Instant,
    /// What the recipe's key was made of so far, where that was something else.
    pub(super) key_was: Option<String>,
    /// Of each target, whether its steps can be rendered for every good record; else each is tried before it is begun.
    pub(super) certain: Vec<bool>,
    /// Records that a person decided not to enter.
    pub(super) dropped: BTreeSet<String>,
    pub(super) stop: Stop,
    pub(super) options: Options,
}

impl Context {
    /// The journal keeps reasons in English; what staff read is worded anew from the facts.
    pub(super) fn english(&self, reason: &Reason) -> String {
        self.around.secrets.mask(&messages::reason(reason, Language::English))
    }

    pub(super) fn english_trouble(&self, trouble: &Trouble) -> String {
        self.around.secrets.mask(&messages::trouble(trouble, Language::English))
    }

    /// The fingerprint under which the journal knows a key.
    pub(super) fn entry_key(&self, key: &Key) -> String {
        entry_key(&self.recipe.ledger, key)
    }

    /// What the journal knows an entry by, given the fingerprint of its key.
    pub(super) fn name(&self, slot: &Slot, part: &Part, key: &str, element: Option<&Element>) -> EntryName {
        EntryName {
            ledger: self.recipe.ledger.to_string(),
            system: slot.system.clone(),
            part: part.name.to_string(),
            elements: part.elements(),
            element: element.map_or_else(String::new, |element| element.key.to_string()),
            key: key.to_owned(),
        }
    }

    /// Digests of the fields that a part uses, but for those that are another value each day.
    pub(super) fn digests(&self, part: &Part, record: &Record, element: Option<&Element>) -> Digests {
        let digester = self.journal.digester();
        let mut digests: Digests = part
            .uses
            .iter()
            .filter(|slot| !self.recipe.depends_on_today(**slot))
            .filter_map(|slot| Some((self.recipe.fields.get(*slot)?, record.fields.get(*slot)?)))
            .map(|(field, value)| (field.name.to_string(), digester.value(value)))
            .collect();
        if part.uses_lines {
            digests.insert("lines".to_owned(), digester.value(&record.lines));
        }
        if let (Some(repeat), Some(element)) = (&part.repeat, element) {
            digests.insert(IN_RECORD.to_owned(), digester.value(&Value::Bool(true)));
            let value = |name: &Arc<str>, value: &Value| (name.to_string(), digester.value(value));
            match &element.value {
                Value::Map(members) => {
                    let each_day =
                        |name: &str| self.recipe.field(name).is_some_and(|slot| self.recipe.depends_on_today(slot));
                    let members = members.iter().filter(|(name, _)| !each_day(name));
                    digests.extend(members.map(|(name, member)| value(name, member)));
                }
                other => digests.extend([value(&repeat.variable, other)]),
            }
        }
        digests
    }

    /// Digests of an element that its record does not have any more.
    pub(super) fn digests_of_gone(&self) -> Digests {
        [(IN_RECORD.to_owned(), self.journal.digester().value(&Value::Bool(false)))].into()
    }

    /// One digest of all that a record holds, which an approval is bound to.
    pub(super) fn content(&self, record: &Record) -> String {
        keep::content(&self.recipe, self.journal.digester(), record)
    }

    /// A record's values as the journal keeps them.
    pub(super) fn stored(&self, record: &Record) -> Json {
        keep::store(&self.recipe, self.journal.digester(), record)
    }

    /// The record that [`Context::stored`] kept; none if the recipe's fields have changed too much since.
    pub(super) fn restored(&self, stored: &Json) -> Option<Record> {
        keep::restore(&self.recipe, stored)
    }
}

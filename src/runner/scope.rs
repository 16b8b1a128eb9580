//! What names in a recipe stand for while a record is being entered.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use super::elements::Element;
use crate::environment::Environment;
use crate::expression::{Name, Scope};
use crate::recipe::model::Repeat;
use crate::record::{Record, Value};
use crate::secret::Secrets;
use crate::source::mail::stored_file;
use crate::target::Captures;
use crate::totp;

/// What is the same for all records of a run.
#[derive(Debug)]
pub struct Surroundings {
    /// What `${today}` means.
    pub today: Date,
    /// What `${env.…}` means.
    pub environment: Environment,
    /// What `${secrets.…}` means.
    pub secrets: Arc<Secrets>,
    /// The folder of what was attached to mails.
    pub attachments: Option<PathBuf>,
}

/// Names without a record: what a target's URL and login may use.
impl Scope for Surroundings {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match name {
            Name::Today => Ok(Cow::Owned(Value::Date(self.today))),
            Name::Env(name) => match self.environment.get(name) {
                Some(text) => Ok(Cow::Owned(Value::text(text))),
                None => Err(format!("the environment variable `{name}` is not set")),
            },
            Name::Secret(name) => Ok(Cow::Owned(Value::text(self.secrets.read(name)?))),
            Name::Totp(name) => {
                let code = totp::code(&self.secrets.read(name)?);
                Ok(Cow::Owned(Value::text(code.map_err(|why| format!("the secret `{name}`: {why}"))?)))
            }
            _ => Ok(Cow::Owned(Value::Missing)),
        }
    }

    fn file(&self, value: &str) -> Option<PathBuf> {
        stored_file(self.attachments.as_deref()?, value)
    }
}

/// Names for one record at one part of one target.
#[derive(Clone)]
pub(super) struct WorkScope<'a> {
    around: &'a Surroundings,
    record: &'a Record,
    target: Arc<str>,
    /// Captures by target, earlier ones first.
    captures: Vec<(Arc<str>, Captures)>,
    key: Value,
    /// The element at hand and its number, by their names in the recipe.
    element: Vec<(Arc<str>, Value)>,
}

impl<'a> WorkScope<'a> {
    pub(super) fn new(around: &'a Surroundings, record: &'a Record) -> Self {
        Self { around, record, target: "".into(), captures: Vec::new(), key: Value::Missing, element: Vec::new() }
    }

    /// The same place, with the values of another record.
    pub(super) fn of_record<'b>(&self, record: &'b Record) -> WorkScope<'b>
    where
        'a: 'b,
    {
        WorkScope {
            around: self.around,
            record,
            target: Arc::clone(&self.target),
            captures: self.captures.clone(),
            key: self.key.clone(),
            element: self.element.clone(),
        }
    }

    /// The same place, for one element of the record.
    pub(super) fn of_element(&self, repeat: &Repeat, element: &Element) -> Self {
        let mut named = vec![(Arc::clone(&repeat.variable), element.value.clone())];
        named.extend(repeat.number.iter().map(|name| (Arc::clone(name), Value::Number(element.number.into()))));
        Self { element: named, ..self.clone() }
    }

    /// From now on names without a target mean this target's captures.
    pub(super) fn enter_target(&mut self, target: &Arc<str>) {
        self.target = Arc::clone(target);
        self.captures.push((Arc::clone(target), Captures::new()));
    }

    /// The entry's idempotency key.
    pub(super) fn set_key(&mut self, key: &str) {
        self.key = Value::text(key);
    }

    /// Adds what a step of the target at hand captured; a later capture of the same name stands.
    pub(super) fn add(&mut self, captures: &Captures) {
        if let Some((_, known)) = self.captures.last_mut() {
            for (name, value) in captures {
                known.retain(|(other, _)| other != name);
                known.push((Arc::clone(name), value.clone()));
            }
        }
    }
}

impl Scope for WorkScope<'_> {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match name {
            Name::Field(slot) => Ok(self.record.fields.get(*slot).map_or(Cow::Owned(Value::Missing), Cow::Borrowed)),
            Name::Lines => Ok(Cow::Borrowed(&self.record.lines)),
            Name::Occurrence => Ok(Cow::Owned(Value::Number(self.record.occurrence.into()))),
            Name::Local(name) => {
                let element = self.element.iter().find(|(known, _)| known == name);
                Ok(element.map_or(Cow::Owned(Value::Missing), |(_, value)| Cow::Borrowed(value)))
            }
            Name::IdempotencyKey => Ok(Cow::Borrowed(&self.key)),
            Name::Capture { target, name, .. } => {
                let target = target.as_ref().unwrap_or(&self.target);
                let captured = self
                    .captures
                    .iter()
                    .filter(|(of, _)| of == target)
                    .flat_map(|(_, captures)| captures)
                    .find(|(captured, _)| captured == name);
                Ok(captured.map_or(Cow::Owned(Value::Missing), |(_, value)| Cow::Borrowed(value)))
            }
            other => self.around.value(other),
        }
    }

    fn file(&self, value: &str) -> Option<PathBuf> {
        self.around.file(value)
    }
}

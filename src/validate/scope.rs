//! What the names in an expression stand for while a record is validated: its fields, its lines, the day, the environment.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::environment::Environment;
use crate::expression::{Name, Scope};
use crate::record::{Record, Value};

/// The names of one record. Secrets, captures and keys of entries have no value here: a runner wraps this for targets.
#[derive(Clone, Copy, Debug)]
pub struct RecordScope<'a> {
    /// The values of the fields, in the recipe's order.
    pub fields: &'a [Value],
    /// The list `lines`.
    pub lines: &'a Value,
    /// The n-th equal row of its file.
    pub occurrence: u64,
    /// What `today` means.
    pub today: Date,
    /// Where `env.NAME` is looked up.
    pub environment: &'a Environment,
}

impl<'a> RecordScope<'a> {
    /// The names of a record that passed validation.
    pub fn of(record: &'a Record, today: Date, environment: &'a Environment) -> Self {
        Self { fields: &record.fields, lines: &record.lines, occurrence: record.occurrence, today, environment }
    }
}

impl Scope for RecordScope<'_> {
    fn number(&self, name: &Name) -> Option<Decimal> {
        match name {
            Name::Field(at) => match self.fields.get(*at)? {
                Value::Number(number) => Some(*number),
                _ => None,
            },
            _ => None,
        }
    }

    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match name {
            Name::Field(at) => Ok(Cow::Borrowed(self.fields.get(*at).unwrap_or(&Value::Missing))),
            Name::Lines => Ok(Cow::Borrowed(self.lines)),
            Name::Occurrence => Ok(Cow::Owned(Value::Number(Decimal::from(self.occurrence)))),
            Name::Today => Ok(Cow::Owned(Value::Date(self.today))),
            Name::Env(variable) => match self.environment.get(variable) {
                Some(text) => Ok(Cow::Owned(Value::text(text))),
                None => Err(format!("the environment variable `{variable}` is not set")),
            },
            Name::IdempotencyKey => Err("`idempotency_key` is known only when a record is entered".to_owned()),
            Name::Secret(secret) => Err(format!("`secrets.{secret}` may be used only in targets")),
            Name::Totp(secret) => Err(format!("`totp.{secret}` may be used only in targets")),
            Name::Capture { name, .. } => Err(format!("`{name}` is captured only when a record is entered")),
            Name::Local(name) => Err(format!("`{name}` has no value here")),
        }
    }
}

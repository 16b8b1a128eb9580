//! Scopes that stand over the record's own: captures of the call sequence at hand, variables of `$each`, and the values
//! of a target's settings, which must outlive every record.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::expression::{Expression, Name, Scope};
use crate::record::Value;
use crate::target::Captures;

/// The captures of a target's login and of the steps before, over another scope. Later captures win.
pub(super) struct Overlay<'a> {
    /// What is asked for everything else.
    pub parent: &'a (dyn Scope + Sync),
    /// The target at hand.
    pub target: &'a str,
    /// What its login captured.
    pub login: &'a Captures,
    /// What the steps before captured.
    pub captures: &'a Captures,
}

impl Scope for Overlay<'_> {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        if let Name::Capture { target, name: wanted, secret } = name
            && target.as_deref().is_none_or(|target| target == self.target)
        {
            let own = if *secret { self.login } else { self.captures };
            if let Some((_, value)) = own.iter().rev().find(|(name, _)| name == wanted) {
                return Ok(Cow::Borrowed(value));
            }
        }
        self.parent.value(name)
    }

    fn file(&self, value: &str) -> Option<PathBuf> {
        self.parent.file(value)
    }
}

/// One variable over another scope.
pub(super) struct Local<'a> {
    /// What is asked for everything else.
    pub parent: &'a (dyn Scope + Sync),
    /// The variable's name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a Value,
}

impl Scope for Local<'_> {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match name {
            Name::Local(name) if &**name == self.name => Ok(Cow::Borrowed(self.value)),
            other => self.parent.value(other),
        }
    }

    fn file(&self, value: &str) -> Option<PathBuf> {
        self.parent.file(value)
    }
}

/// Several variables over another scope; of two with one name the later stands.
pub(super) struct Locals<'a> {
    /// What is asked for everything else.
    pub parent: &'a (dyn Scope + Sync),
    /// Their names and values.
    pub named: &'a [(Arc<str>, Value)],
}

impl Scope for Locals<'_> {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        if let Name::Local(wanted) = name
            && let Some((_, value)) = self.named.iter().rev().find(|(known, _)| known == wanted)
        {
            return Ok(Cow::Borrowed(value));
        }
        self.parent.value(name)
    }

    fn file(&self, value: &str) -> Option<PathBuf> {
        self.parent.file(value)
    }
}

/// The values that settings and login steps use, taken once when the target is made.
#[derive(Default)]
pub(super) struct Snapshot {
    values: Vec<(Name, Result<Value, String>)>,
}

impl Snapshot {
    /// Keeps the values of the names that an expression uses.
    pub fn take(&mut self, expression: &Expression, scope: &dyn Scope) {
        for name in expression.names() {
            if !matches!(name, Name::Local(_) | Name::Capture { .. }) && self.get(name).is_none() {
                self.values.push((name.clone(), scope.value(name).map(Cow::into_owned)));
            }
        }
    }

    fn get(&self, name: &Name) -> Option<&Result<Value, String>> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The first name that has no value, though it must have one.
    pub fn check(&self) -> Result<(), String> {
        self.values.iter().find_map(|(_, value)| value.as_ref().err()).map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Scope for Snapshot {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match self.get(name) {
            Some(Ok(value)) => Ok(Cow::Borrowed(value)),
            Some(Err(why)) => Err(why.clone()),
            None => Ok(Cow::Owned(Value::Missing)),
        }
    }
}

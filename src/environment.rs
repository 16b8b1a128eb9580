//! The variables that `${env.NAME}` reads: those of the process, and those that the command line or the practice office
//! sets in their place.

use std::collections::BTreeMap;

/// Variables by name.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    instead: BTreeMap<String, String>,
}

impl Environment {
    /// Sets a variable for this run only.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.instead.insert(name.into(), value.into());
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        self.instead.get(name).cloned().or_else(|| std::env::var(name).ok())
    }
}

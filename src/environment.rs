//! The variables that `${env.NAME}` reads: those of the process, and those that the command line, the practice office or
//! a fixture case sets in their place.

use std::collections::BTreeMap;

/// Variables by name.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    instead: BTreeMap<String, String>,
    closed: bool,
}

impl Environment {
    /// An environment that has only what is set in it: nothing of the process gets in.
    pub fn closed() -> Self {
        Self { instead: BTreeMap::new(), closed: true }
    }

    /// Sets a variable for this run only.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.instead.insert(name.into(), value.into());
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        let of_process = || if self.closed { None } else { std::env::var(name).ok() };
        self.instead.get(name).cloned().or_else(of_process)
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn nothing_of_the_process_gets_into_a_closed_environment() {
        assert!(Environment::default().get("PATH").is_some());
        let mut closed = Environment::closed();
        assert_eq!(closed.get("PATH"), None);
        closed.set("PATH", "stated");
        assert_eq!(closed.get("PATH").as_deref(), Some("stated"));
    }
}

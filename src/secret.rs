//! Secrets: where they come from, and how they are kept out of everything that is shown or stored.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What stands in the place of a secret in all that is shown or stored.
pub const MASK: &str = "•••";

/// Reads secrets by name and remembers their values, so that they can be masked wherever they turn up.
///
/// `secrets.ERP_TOKEN` is the environment variable `ERP_TOKEN`; or else the file `ERP_TOKEN` in the folder named by
/// `EINTRAG_SECRETS` or by `CREDENTIALS_DIRECTORY` (which systemd sets), without its last line break.
#[derive(Debug, Default)]
pub struct Secrets {
    folders: Vec<PathBuf>,
    practice: Option<fn(&str) -> &'static str>,
    values: Mutex<BTreeMap<String, String>>,
}

impl Secrets {
    /// Secrets of this process's environment.
    pub fn from_environment() -> Self {
        let folders = ["EINTRAG_SECRETS", "CREDENTIALS_DIRECTORY"];
        Self {
            folders: folders.iter().filter_map(std::env::var_os).map(PathBuf::from).collect(),
            practice: None,
            values: Mutex::default(),
        }
    }

    /// Secrets of the practice office: real ones are never read, so that they cannot go there.
    pub fn of_practice(value: fn(&str) -> &'static str) -> Self {
        Self { practice: Some(value), ..Self::default() }
    }

    /// The value of a secret.
    ///
    /// # Errors
    /// Where it was looked for in vain, and what to do.
    pub fn read(&self, name: &str) -> Result<String, String> {
        if let Some(practice) = self.practice {
            return Ok(practice(name).to_owned());
        }
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = values.get(name) {
            return Ok(value.clone());
        }
        let found = std::env::var(name).ok().or_else(|| {
            let safe = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
            self.folders.iter().filter(|_| safe).find_map(|folder| std::fs::read_to_string(folder.join(name)).ok())
        });
        let value = found.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty());
        let value = value.ok_or_else(|| {
            format!("the secret `{name}` is not set: set the environment variable {name}, or put it into a file of that name in the folder that EINTRAG_SECRETS names")
        })?;
        values.insert(name.to_owned(), value.clone());
        Ok(value)
    }

    /// Keeps a value out of what is shown from now on: a token that a login gave.
    pub fn keep_out(&self, name: &str, value: &str) {
        if !value.is_empty() {
            self.values
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(format!("captured {name} {value}"), value.to_owned());
        }
    }

    /// The values that are masked.
    pub fn values(&self) -> Vec<String> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.values().filter(|value| value.chars().count() >= 4).cloned().collect()
    }

    /// The text with the value of every secret that was read replaced by [`MASK`]. Values of fewer than four characters
    /// are left, since masking them would garble everything else.
    pub fn mask(&self, text: &str) -> String {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        let mut longest_first: Vec<&String> = values.values().filter(|value| value.chars().count() >= 4).collect();
        longest_first.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in longest_first {
            if masked.contains(value.as_str()) {
                masked = masked.replace(value.as_str(), MASK);
            }
        }
        masked
    }
}

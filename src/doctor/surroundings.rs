//! What else a run stands on: a state folder that can be written to and is on this computer, time zone data, and the
//! settings that a recipe names.

use std::fs::OpenOptions;
use std::path::Path;

use super::finding::{Fact, Finding};
use crate::environment::Environment;
use crate::journal;
use crate::recipe::Recipe;
use crate::secret::Secrets;

/// The state folder, or the nearest folder above where it will be made.
pub fn state_folder(folder: &Path) -> Finding {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = whole.ancestors().find(|folder| folder.exists()).unwrap_or(&whole);
    if let Some(kind) = journal::network(there) {
        return Finding::wrong(Fact::StateOnNetwork { folder: folder.to_owned(), kind });
    }
    let trial = there.join(format!(".eintrag-doctor-{:016x}", fastrand::u64(..)));
    let tried = OpenOptions::new().write(true).create_new(true).open(&trial).map(drop);
    match tried.and_then(|()| std::fs::remove_file(&trial)) {
        Ok(()) => Finding::good(Fact::StateFolder(folder.to_owned())),
        Err(error) => Finding::wrong(Fact::StateNotWritable { folder: there.to_owned(), why: error.to_string() }),
    }
}

/// A time zone by its name; a clock that is wrong shows in the time there.
pub fn zone(name: &str) -> Finding {
    match jiff::Timestamp::now().in_tz(name) {
        Ok(now) => Finding::good(Fact::Zone { zone: name.to_owned(), now: now.strftime("%Y-%m-%d %H:%M").to_string() }),
        Err(_) => Finding::wrong(Fact::NoZone(name.to_owned())),
    }
}

/// The secrets and variables that a recipe names: whether they are set, never what they are.
pub fn settings(title: &str, recipe: &Recipe, environment: &Environment, secrets: &Secrets) -> Vec<Finding> {
    let recipe_name = || title.to_owned();
    let mut findings = Vec::new();
    let mut set = Vec::new();
    for name in &recipe.needs.variables {
        match environment.get(name) {
            Some(_) => set.push(name.clone()),
            None => findings.push(Finding::wrong(Fact::NoVariable { recipe: recipe_name(), name: name.clone() })),
        }
    }
    for name in &recipe.needs.secrets {
        match secrets.read(name) {
            Ok(_) => set.push(name.clone()),
            Err(_) => findings.push(Finding::wrong(Fact::NoSecret { recipe: recipe_name(), name: name.clone() })),
        }
    }
    if !set.is_empty() {
        findings.insert(0, Finding::good(Fact::Set { recipe: recipe_name(), names: set }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_folder_that_is_still_to_be_made_is_tried_where_it_will_be() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("recipes").join(".eintrag");
        assert_eq!(state_folder(&state).level, Level::Good);
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing is left behind");
        // A file where the folder should be.
        std::fs::write(folder.path().join("recipes"), "").unwrap();
        let finding = state_folder(&state);
        assert!(matches!(finding.fact, Fact::StateNotWritable { .. }), "{finding:?}");
    }

    #[test]
    fn a_zone_is_known_or_not() {
        assert!(matches!(zone("Europe/Vienna").fact, Fact::Zone { .. }));
        assert!(matches!(zone("Europe/Wien").fact, Fact::NoZone(_)));
    }
}

//! What is to become of each mail, by the outcomes of its records: it listens to the run.

use std::collections::BTreeMap;

use super::dispose::Due;
use super::fetch::Fetched;
use super::settings::Settings;
use crate::record::Outcome;
use crate::runner::{Event, Listener};

/// What is to become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// All its records are in.
    Processed,
    /// A record of it was rejected or failed, and none is still open.
    Failed,
    /// It stays as it is: a record of it is still open, or it has none.
    Stays,
}

/// The fates of mails by name.
#[derive(Debug, Default)]
pub struct Fates {
    by_name: BTreeMap<String, Fate>,
}

impl Fates {
    /// What is to become of the mail of this name.
    pub fn of(&self, name: &str) -> Fate {
        self.by_name.get(name).copied().unwrap_or(Fate::Stays)
    }

    /// Of several records the one that is farthest from its end decides.
    fn add(&mut self, file: &str, fate: Fate) {
        // What comes from an attachment belongs to its mail: `order.eml › bestellung.xlsx`.
        let name = file.split_once(" › ").map_or(file, |(mail, _)| mail);
        match self.by_name.get_mut(name) {
            Some(known) => *known = fate.max(*known),
            None => {
                self.by_name.insert(name.to_owned(), fate);
            }
        }
    }
}

impl Listener for Fates {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            // A mail that cannot be read may have no record to say so.
            Event::File(file) if !file.verdict.issues.is_empty() => self.add(&file.name, Fate::Failed),
            // What came from the journal stood in another mail, which may have had the same name.
            Event::Record(record) if !record.carried => self.add(&record.origin.file, fate(record.outcome)),
            _ => {}
        }
        Ok(())
    }
}

/// The mails that have somewhere to go, by their fates. The others stay as they are.
pub fn due(settings: &Settings, fetched: &Fetched, fate: impl Fn(&str) -> Fate) -> Vec<Due> {
    let due = fetched.messages.iter().filter_map(|message| {
        let to = match fate(&message.name) {
            Fate::Processed => settings.processed.clone(),
            // Without a folder for it, it stays unread: somebody has to see it.
            Fate::Failed => Some(settings.failed.clone()?),
            Fate::Stays => return None,
        };
        Some(Due { message: message.clone(), to, asked: false })
    });
    due.collect()
}

fn fate(outcome: Outcome) -> Fate {
    match outcome {
        Outcome::Entered | Outcome::Unchanged => Fate::Processed,
        Outcome::Rejected | Outcome::Failed => Fate::Failed,
        Outcome::Valid | Outcome::Pending | Outcome::Held | Outcome::InDoubt => Fate::Stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_that_is_farthest_from_its_end_decides() {
        let mut fates = Fates::default();
        for (file, outcome) in [
            ("good.eml", Outcome::Entered),
            ("good.eml › a.xlsx", Outcome::Unchanged),
            ("bad.eml › a.xlsx", Outcome::Entered),
            ("bad.eml › b.xlsx", Outcome::Rejected),
            ("open.eml", Outcome::Failed),
            ("open.eml", Outcome::Held),
            ("open.eml", Outcome::Entered),
            ("doubt.eml", Outcome::InDoubt),
            ("later.eml", Outcome::Pending),
        ] {
            fates.add(file, fate(outcome));
        }
        assert_eq!(fates.of("good.eml"), Fate::Processed);
        assert_eq!(fates.of("bad.eml"), Fate::Failed);
        for name in ["open.eml", "doubt.eml", "later.eml", "none.eml"] {
            assert_eq!(fates.of(name), Fate::Stays, "{name}");
        }
    }
}

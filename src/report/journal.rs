//! Puts the lines of a run into the journal, where every later report finds them.

use std::sync::Arc;

use super::lines::record_text_of_journal;
use crate::journal::{Journal, RecordEnd, RunId, Standing};
use crate::messages::{self, Language};
use crate::record::Outcome;
use crate::runner::{Event, Listener, Reason, RecordReport};
use crate::secret::Secrets;

/// Makes what is kept of a record that waits for something; nothing of others.
type Keep = Box<dyn Fn(&RecordReport) -> Option<serde_json::Value> + Send>;

/// Writes record lines to the journal.
pub struct JournalLines {
    journal: Journal,
    ledger: String,
    secrets: Arc<Secrets>,
    keep: Keep,
    run: RunId,
    number: i64,
}

impl JournalLines {
    /// Lines of a run of this ledger; `keep` says what is stored of a record that waits for something.
    pub fn new(
        journal: Journal,
        ledger: impl Into<String>,
        secrets: Arc<Secrets>,
        keep: impl Fn(&RecordReport) -> Option<serde_json::Value> + Send + 'static,
    ) -> Self {
        Self { journal, ledger: ledger.into(), secrets, keep: Box::new(keep), run: 0, number: 0 }
    }

    /// The run's number, once it has begun.
    pub fn run(&self) -> RunId {
        self.run
    }
}

/// What a record's end says of where it stands: one that was not tried leaves it where it was.
fn standing(record: &RecordReport) -> Standing {
    match (&record.reason, record.outcome) {
        (Some(Reason::DuplicateOf(_)), _) => Standing::None,
        (
            Some(
                Reason::NotSelected
                | Reason::Rehearsed
                | Reason::OnlyRechecked
                | Reason::Gate { .. }
                | Reason::Conflict(_),
            ),
            _,
        )
        | (_, Outcome::Rejected) => Standing::AsBefore,
        _ => Standing::New,
    }
}

impl Listener for JournalLines {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Began(run) => {
                self.run = *run;
                Ok(())
            }
            Event::Record(record) => {
                self.number += 1;
                // The journal keeps both languages, so that its story does not depend on who asked first.
                let line = self.secrets.mask(&record_text_of_journal(record));
                let end = RecordEnd {
                    run: self.run,
                    number: self.number,
                    ledger: self.ledger.clone(),
                    record: record.id.clone(),
                    key: record.key.as_ref().map_or_else(String::new, ToString::to_string),
                    origin: record.origin.to_string(),
                    outcome: record.outcome,
                    reason: record.reason.as_ref().map(|reason| messages::reason(reason, Language::English)),
                    code: record.reason.as_ref().map(Reason::code),
                    line,
                    stored: (self.keep)(record),
                    standing: standing(record),
                };
                self.journal.put_record(end).map_err(|error| error.to_string())
            }
            _ => Ok(()),
        }
    }
}

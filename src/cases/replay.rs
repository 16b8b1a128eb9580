//! A dry run of a case: the lines that come out, always in English.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::case::Case;
use super::expected::Subject;
use super::settings::Settings;
use crate::diagnostic::Diagnostic;
use crate::messages::Language;
use crate::recipe::Recipe;
use crate::report::{file_line, record_line};
use crate::runner::{self, Event, Input, Listener, Options, Surroundings};
use crate::secret::{MASK, Secrets};
use crate::source::Snapshot;
use crate::source::mail::take_apart;

/// Collects the lines of a run.
#[derive(Default)]
struct Collector {
    lines: Vec<(Subject, Json)>,
    balance_closes: bool,
}

impl Listener for Collector {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        let line = match event {
            Event::File(file) => file_line(file, Language::English),
            Event::Record(record) => record_line(record, Language::English),
            Event::Ended(balance) => {
                self.balance_closes = balance.closes();
                balance.to_json()
            }
            Event::Began(_) | Event::Counted { .. } | Event::Good { .. } => return Ok(()),
        };
        let subject = Subject::of(&line).map_err(|(title, _)| title)?;
        self.lines.push((subject, line));
        Ok(())
    }
}

/// The lines of a case. `copies` is a folder for the time being, where its inputs are copied to.
///
/// # Errors
/// What keeps the case from being run at all.
pub(super) fn lines(recipe: &Arc<Recipe>, case: &Case, copies: &Path) -> Result<Vec<(Subject, Json)>, Vec<Diagnostic>> {
    let Settings { today, environment } = Settings::read(&case.settings(), recipe)?;
    let unreadable = |error: crate::source::SourceError| {
        let problem = Diagnostic::new(format!("{}: {}", error.at, error.title));
        vec![error.help.into_iter().fold(problem, Diagnostic::help)]
    };
    let snapshots = case.inputs.iter().map(|file| Snapshot::take(file, copies)).collect::<Result<Vec<_>, _>>();
    let units = take_apart(recipe, snapshots.map_err(unreadable)?, copies).map_err(unreadable)?;
    let input = Input {
        recipe: Arc::clone(recipe),
        snapshots: Arc::new(units.snapshots),
        today,
        environment: environment.clone(),
    };
    // Real secrets are not even read: in a dry run each is shown masked.
    let secrets = Arc::new(Secrets::of_practice(|_| MASK));
    let around = Surroundings { today, environment, secrets, attachments: Some(copies.to_owned()) };
    let mut collector = Collector::default();
    runner::dry_run(input, &around, &Options::default(), &mut collector)
        .map_err(|error| vec![Diagnostic::new(error.to_string())])?;
    if !collector.balance_closes {
        return Err(vec![
            Diagnostic::new("the balance of the dry run does not close").help("this is a defect of eintrag"),
        ]);
    }
    Ok(collector.lines)
}

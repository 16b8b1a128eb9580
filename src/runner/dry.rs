//! The dry run: reads, validates and renders, and has neither a journal nor anything that could reach a network.

use std::sync::Arc;

use serde_json::Value as Json;

use super::balance::Balance;
use super::book::{Booked, book, report_of};
use super::context::Options;
use super::elements;
use super::event::{EntryReport, Event, Listener, RecordReport};
use super::feed::{Fed, feed};
use super::input::Input;
use super::live::RunError;
use super::reason::Reason;
use super::scope::{Surroundings, WorkScope};
use super::survey::{Glance, IsPlain, Survey, glance, survey};
use crate::recipe::Recipe;
use crate::recipe::model::Target;
use crate::record::{Outcome, Record};
use crate::source::Snapshot;
use crate::target::{Held, Job, Mode, Trouble, http, render_steps};

/// Makes a dry run.
///
/// # Errors
/// The listener's own.
pub fn dry_run(
    mut input: Input,
    around: &Surroundings,
    options: &Options,
    listener: &mut dyn Listener,
) -> Result<Balance, RunError> {
    let recipe = Arc::clone(&input.recipe);
    let chosen = options.limit.is_some() || !options.only.is_empty();
    let is_plain = |record: &Record| is_plain(&recipe, around, record);
    let certain = recipe.needs_approval.is_none()
        && recipe.targets.iter().all(|target| http::always_renders(&recipe, target, around));
    let plain = if certain { IsPlain::Always } else { IsPlain::Ask(&is_plain) };
    let (mut survey, glance) = if chosen || listener.wants_good_records() {
        (survey(&input), None)
    } else {
        let (survey, glance) = glance(&input, plain);
        let says_all = survey.needs_only(&glance, recipe.send_if_rejected_below);
        (survey, Some(glance).filter(|_| says_all))
    };
    // Hashes name files and rows; where nothing is told of any, nobody gets to see them.
    if glance.as_ref().is_none_or(|glance| !glance.others.is_empty()) {
        for (snapshot, file) in Arc::make_mut(&mut input.snapshots).iter_mut().zip(&mut survey.files) {
            snapshot.hash().map_err(RunError::Input)?;
            file.sha256.clone_from(&snapshot.sha256);
        }
    }
    let mut tell = |event: &Event<'_>| listener.take(event).map_err(RunError::Listener);
    let mut balance = Balance::default();
    balance.take_files(&survey.files);
    tell(&Event::Counted { records: survey.records() })?;
    for file in &survey.files {
        tell(&Event::File(file))?;
    }
    let mut dry = Dry { recipe: &recipe, around, options, snapshots: Arc::clone(&input.snapshots), shown: 0 };
    if let Some(Glance { plain, others, .. }) = glance {
        balance.records += plain.records;
        balance.book_valid(plain.records, plain.rows);
        tell(&Event::Good { records: plain.records })?;
        for fed in others {
            dry.record(&survey, fed, &mut balance, &mut tell)?;
        }
    } else {
        let mut records = feed(input);
        while let Some(fed) = records.blocking_next() {
            dry.record(&survey, fed, &mut balance, &mut tell)?;
        }
    }
    for snapshot in dry.snapshots.iter() {
        snapshot.still_the_same().map_err(RunError::Input)?;
    }
    tell(&Event::Ended(&balance))?;
    Ok(balance)
}

/// What is the same for all records.
struct Dry<'a> {
    recipe: &'a Recipe,
    around: &'a Surroundings,
    options: &'a Options,
    snapshots: Arc<Vec<Snapshot>>,
    /// Records that were shown as they would be sent.
    shown: u64,
}

impl Dry<'_> {
    fn record(
        &mut self,
        survey: &Survey,
        fed: Fed,
        balance: &mut Balance,
        tell: &mut dyn FnMut(&Event<'_>) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        balance.records += 1;
        let report = match book(self.recipe, survey, &self.snapshots, fed) {
            Booked::Closed(report) => report,
            Booked::Open(record, mut report) => {
                if self.options.limit.is_some_and(|limit| self.shown >= limit) || !self.options.selects(&report) {
                    report.reason = Some(Reason::NotSelected);
                } else {
                    self.shown += 1;
                    render(&self.recipe.targets, self.recipe, self.around, &record, &mut report);
                }
                report
            }
        };
        balance.book(&report);
        tell(&Event::Record(&report))
    }
}

/// Whether there is nothing to say of a good record but that it is good.
fn is_plain(recipe: &Recipe, around: &Surroundings, record: &Record) -> bool {
    let mut report = report_of(recipe, record);
    render(&recipe.targets, recipe, around, record, &mut report);
    report.outcome == Outcome::Valid
}

fn render(targets: &[Target], recipe: &Recipe, around: &Surroundings, record: &Record, report: &mut RecordReport) {
    let mut scope = WorkScope::new(around, record);
    report.outcome = Outcome::Valid;
    for target in targets {
        scope.enter_target(&target.name);
        for (part, model) in target.parts.iter().enumerate() {
            let rendered = |scope: &WorkScope<'_>| {
                let held = Held::default();
                render_steps(recipe, target, Job { part, mode: Mode::Enter, scope, held: &held })
            };
            let mut add = |element: Option<Arc<str>>, rendered: Result<Vec<Json>, Trouble>| {
                let (outcome, reason, steps) = match rendered {
                    Ok(steps) => (Outcome::Valid, None, steps),
                    Err(trouble) => (Outcome::Rejected, Some(Reason::CannotBeSent(trouble)), Vec::new()),
                };
                let (target, part) = (Arc::clone(&target.name), Arc::clone(&model.name));
                let entry = EntryReport { target, part, element, outcome, reason, steps, receipt: Vec::new() };
                if outcome == Outcome::Rejected && report.outcome == Outcome::Valid {
                    report.outcome = outcome;
                    report.reason = entry.reason_of_record();
                }
                report.entries.push(entry);
            };
            match &model.repeat {
                None => add(None, rendered(&scope)),
                Some(repeat) => match elements::of(repeat, record) {
                    Err(trouble) => add(None, Err(trouble)),
                    Ok(elements) => elements.into_iter().for_each(|element| {
                        let steps = rendered(&scope.of_element(repeat, &element));
                        add(Some(element.key), steps);
                    }),
                },
            }
        }
    }
    if report.outcome == Outcome::Valid
        && let Some(condition) = &recipe.needs_approval
    {
        match condition.holds(&scope) {
            Ok(false) => {}
            Ok(true) => {
                report.outcome = Outcome::Held;
                report.reason = Some(Reason::NeedsApproval(condition.source().to_owned()));
            }
            Err(problem) => {
                report.outcome = Outcome::Rejected;
                report.reason = Some(Reason::CannotBeSent(Trouble::Recipe(problem.to_string())));
            }
        }
    }
}

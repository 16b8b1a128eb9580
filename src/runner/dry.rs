//! The dry run: reads, validates and renders, and has neither a journal nor anything that could reach a network.

use std::sync::Arc;

use super::balance::Balance;
use super::book::{Booked, book};
use super::context::Options;
use super::event::{EntryReport, Event, Listener, RecordReport};
use super::feed::feed;
use super::input::Input;
use super::live::RunError;
use super::reason::Reason;
use super::scope::{Surroundings, WorkScope};
use super::survey::survey;
use crate::recipe::model::Target;
use crate::record::{Outcome, Record};
use crate::target::{Held, Job, Mode, Trouble, render_steps};

/// Makes a dry run.
///
/// # Errors
/// The listener's own.
pub fn dry_run(
    input: Input,
    around: &Surroundings,
    options: &Options,
    listener: &mut dyn Listener,
) -> Result<Balance, RunError> {
    let mut tell = |event: &Event<'_>| listener.take(event).map_err(RunError::Listener);
    let survey = survey(&input);
    let mut balance = Balance::default();
    balance.take_files(&survey.files);
    tell(&Event::Counted { records: survey.records() })?;
    for file in &survey.files {
        tell(&Event::File(file))?;
    }
    let recipe = Arc::clone(&input.recipe);
    let snapshots = input.snapshots.clone();
    let mut shown = 0;
    let mut records = feed(input);
    while let Some(fed) = records.blocking_next() {
        balance.records += 1;
        let report = match book(&recipe, &survey, &snapshots, fed) {
            Booked::Closed(report) => report,
            Booked::Open(record, mut report) => {
                if options.limit.is_some_and(|limit| shown >= limit) || !options.selects(&report) {
                    report.reason = Some(Reason::NotSelected);
                } else {
                    shown += 1;
                    render(&recipe.targets, &recipe, around, &record, &mut report);
                }
                report
            }
        };
        balance.book(&report);
        tell(&Event::Record(&report))?;
    }
    tell(&Event::Ended(&balance))?;
    Ok(balance)
}

fn render(
    targets: &[Target],
    recipe: &crate::recipe::Recipe,
    around: &Surroundings,
    record: &Record,
    report: &mut RecordReport,
) {
    let mut scope = WorkScope::new(around, record);
    report.outcome = Outcome::Valid;
    for target in targets {
        scope.enter_target(&target.name);
        for (part, model) in target.parts.iter().enumerate() {
            let held = Held::default();
            let job = Job { part, mode: Mode::Enter, scope: &scope, held: &held };
            let (outcome, reason, steps) = match render_steps(recipe, target, job) {
                Ok(steps) => (Outcome::Valid, None, steps),
                Err(trouble) => (Outcome::Rejected, Some(Reason::CannotBeSent(trouble)), Vec::new()),
            };
            if outcome == Outcome::Rejected && report.outcome == Outcome::Valid {
                report.outcome = outcome;
                report.reason.clone_from(&reason);
            }
            report.entries.push(EntryReport {
                target: Arc::clone(&target.name),
                part: Arc::clone(&model.name),
                outcome,
                reason,
                steps,
                receipt: Vec::new(),
            });
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

//! A run that enters records: the survey, then the records one after another, many in work at the same time.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::balance::Balance;
use super::book::{Booked, book, report_of};
use super::context::{Context, Options};
use super::event::{Event, Listener, RecordReport};
use super::feed::feed;
use super::input::Input;
use super::reason::Reason;
use super::scope::Surroundings;
use super::slot::Slot;
use super::stop::Stop;
use super::survey::{Survey, survey};
use super::work::work;
use crate::journal::{Journal, JournalError, RunStart, part_name, record_id};
use crate::recipe::Recipe;
use crate::recipe::model::{Part, Target as Model};
use crate::record::{Outcome, Record};
use crate::source::SourceError;
use crate::target::{Target, http};

/// Everything a run needs.
pub struct Plan {
    /// What it reads.
    pub input: Input,
    /// What names stand for.
    pub around: Arc<Surroundings>,
    /// Its memory.
    pub journal: Journal,
    /// The recipe's targets, in its order.
    pub targets: Vec<Bound>,
    /// What the user asked for.
    pub options: Options,
    /// The command as it was given.
    pub command: String,
    /// Tells it to stop.
    pub stop: Stop,
}

/// A target and where it is.
pub struct Bound {
    /// The target.
    pub target: Arc<dyn Target>,
    /// The origin of its URL.
    pub origin: String,
}

/// Why a run could not be made, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The journal failed. What was submitted until then stands in it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A target's name meant another system so far.
    #[error("the target `{target}` was at {was} so far, and is now at {now}")]
    Moved {
        /// The target.
        target: String,
        /// Its origin (or system) so far.
        was: String,
        /// Its origin now.
        now: String,
    },
    /// Two targets of the recipe mean the same entries.
    #[error("the targets `{one}` and `{other}` are both at {system} and both have a part `{part}`")]
    SameSystem {
        /// The first target.
        one: String,
        /// The second.
        other: String,
        /// The system of both.
        system: String,
        /// The part that both have.
        part: String,
    },
    /// An input that a dry run reads in place cannot be read to its end, or changed meanwhile.
    #[error("{}: {}", .0.at, .0.title)]
    Input(SourceError),
    /// Something that listens to the run failed: an output file, say.
    #[error("{0}")]
    Listener(String),
}

/// Makes a run.
///
/// # Errors
/// As listed at [`RunError`]; a run that fails may have entered records, which the next run then knows.
pub async fn run(plan: Plan, listener: &mut dyn Listener) -> Result<Balance, RunError> {
    let slots = Arc::new(slots(&plan).await?);
    let recipe = &plan.input.recipe;
    let key_was = plan.journal.note_key(&recipe.ledger, &recipe.name, &recipe.key_in_words()).await?;
    let dropped = plan.journal.drops(&recipe.ledger)?;
    let run = plan.journal.begin_run(start(&plan)).await?;
    tell(listener, &Event::Began(run))?;
    let certain = |target| http::always_renders(recipe, target, &*plan.around);
    let context = Arc::new(Context {
        certain: recipe.targets.iter().map(certain).collect(),
        recipe: Arc::clone(&plan.input.recipe),
        around: plan.around,
        journal: plan.journal,
        run,
        begun: std::time::Instant::now(),
        key_was,
        dropped,
        stop: plan.stop,
        options: plan.options,
    });
    let input = plan.input;
    let survey = {
        let input = input.clone();
        tokio::task::spawn_blocking(move || survey(&input))
            .await
            .map_err(|error| RunError::Listener(format!("reading the input failed: {error}")))?
    };
    let carried = carried(&context, &survey)?;
    let mut live = Live { slots, listener, balance: Balance::default(), at_work: JoinSet::new(), to_enter: 0, context };
    if let Err(error) = live.go_through(input, &survey, carried).await {
        // Whatever failed, what is in flight is finished: a write without a known end is the worst of all ends.
        live.context.stop.stop();
        while live.at_work.join_next().await.is_some() {}
        close(&live.slots).await;
        return Err(error);
    }
    let Live { context, slots, balance, listener, .. } = live;
    tell(listener, &Event::Ended(&balance))?;
    context.journal.end_run(run, balance.exit_code(), balance.to_json()).await?;
    close(&slots).await;
    Ok(balance)
}

/// Ends what the targets keep open.
async fn close(slots: &[Slot]) {
    for slot in slots {
        slot.target.close().await;
    }
}

fn tell(listener: &mut dyn Listener, event: &Event<'_>) -> Result<(), RunError> {
    listener.take(event).map_err(RunError::Listener)
}

fn start(plan: &Plan) -> RunStart {
    let recipe = &plan.input.recipe;
    RunStart {
        recipe: recipe.name.to_string(),
        path: recipe.text.path.clone(),
        sha256: recipe.sha256.clone(),
        ledger: recipe.ledger.to_string(),
        command: plan.command.clone(),
        inputs: plan
            .input
            .snapshots
            .iter()
            .map(|file| (file.name.to_string(), file.original.display().to_string(), file.sha256.clone(), file.bytes))
            .collect(),
    }
}

async fn slots(plan: &Plan) -> Result<Vec<Slot>, RunError> {
    let recipe = &plan.input.recipe;
    // Asked before the journal ties the names, so that the help can be followed.
    let stated = |(model, bound): (&Model, &Bound)| model.system.clone().unwrap_or_else(|| bound.origin.clone());
    let mut systems: Vec<String> = recipe.targets.iter().zip(&plan.targets).map(stated).collect();
    no_part_twice(recipe, &systems)?;
    systems.clear();
    for (model, bound) in recipe.targets.iter().zip(&plan.targets) {
        let bind = plan.journal.bind_system(&recipe.ledger, &model.name, &bound.origin, model.system.as_deref());
        let system = bind.await?.map_err(|was| RunError::Moved {
            target: model.name.to_string(),
            was,
            now: model.system.clone().unwrap_or_else(|| bound.origin.clone()),
        })?;
        systems.push(system);
    }
    no_part_twice(recipe, &systems)?;
    let mut slots = Vec::new();
    for ((model, bound), system) in recipe.targets.iter().zip(&plan.targets).zip(&systems) {
        let known = plan.journal.parts_of_system(&recipe.ledger, system)?;
        let parts =
            parts_of(recipe, &systems, system).map(|(_, part)| part_name(&part.name, &part.elements())).collect();
        let target = Arc::clone(&bound.target);
        slots.push(Slot::new(model.clone(), target, system.clone(), recipe.stop_after, parts, &known));
    }
    Ok(slots)
}

/// All parts of a system, with their targets; `systems` are those of the recipe's targets.
fn parts_of<'a>(
    recipe: &'a Recipe,
    systems: &'a [String],
    system: &'a str,
) -> impl Iterator<Item = (&'a Model, &'a Part)> {
    let targets = recipe.targets.iter().zip(systems).filter(move |(_, of)| *of == system);
    targets.flat_map(|(model, _)| model.parts.iter().map(move |part| (model, part)))
}

/// Parts of one name in two targets of one system would be one entry to the journal, and the second never be made.
fn no_part_twice(recipe: &Recipe, systems: &[String]) -> Result<(), RunError> {
    for (model, system) in recipe.targets.iter().zip(systems) {
        for part in &model.parts {
            let mut others = parts_of(recipe, systems, system).filter(|(other, _)| other.name != model.name);
            if let Some((other, _)) = others.find(|(_, twin)| twin.name == part.name) {
                return Err(RunError::SameSystem {
                    one: model.name.to_string(),
                    other: other.name.to_string(),
                    system: system.clone(),
                    part: part.name.to_string(),
                });
            }
        }
    }
    Ok(())
}

/// Records that earlier runs left open and that this input does not hold again.
fn carried(context: &Context, survey: &Survey) -> Result<Vec<Record>, JournalError> {
    let mut records = Vec::new();
    let mut ids = BTreeSet::new();
    for carried in context.journal.carried(&context.recipe.ledger)? {
        // A recipe that lost a key field since cannot name the record any more; it stays listed by `eintrag status`.
        let Some(record) = context.restored(&carried.stored) else { continue };
        // Nor can one with another key: under another name it would be another entry, and might be entered twice.
        if record_id(&context.entry_key(&record.key)) != carried.record {
            continue;
        }
        if !survey.holds(&record) && ids.insert(carried.record) {
            records.push(record);
        }
    }
    Ok(records)
}

/// A run under way.
struct Live<'a> {
    context: Arc<Context>,
    slots: Arc<Vec<Slot>>,
    listener: &'a mut dyn Listener,
    balance: Balance,
    at_work: JoinSet<Result<RecordReport, JournalError>>,
    /// Records begun and not found to be in already, for `--limit`.
    to_enter: u64,
}

impl Live<'_> {
    /// Enters what was carried over, then the input.
    async fn go_through(&mut self, input: Input, survey: &Survey, carried: Vec<Record>) -> Result<(), RunError> {
        tell(self.listener, &Event::Counted { records: survey.records() + carried.len() as u64 })?;
        for file in &survey.files {
            tell(self.listener, &Event::File(file))?;
        }
        self.balance.take_files(&survey.files);
        for record in carried {
            let mut report = report_of(&self.context.recipe, &record);
            report.carried = true;
            self.begin(record, report).await?;
        }
        let snapshots = Arc::clone(&input.snapshots);
        let mut records = feed(input);
        while let Some(fed) = records.next().await {
            self.balance.records += 1;
            match book(&self.context.recipe, survey, &snapshots, fed) {
                Booked::Closed(mut report) => {
                    if report.outcome == Outcome::Held && self.context.dropped.contains(&report.id) {
                        report.outcome = Outcome::Unchanged;
                        report.reason = Some(Reason::Dropped);
                    }
                    self.close(&report)?;
                }
                Booked::Open(record, report) => self.begin(*record, report).await?,
            }
        }
        while self.one_done().await? {}
        Ok(())
    }

    /// Begins a record as soon as there is a place for it.
    async fn begin(&mut self, record: Record, mut report: RecordReport) -> Result<(), RunError> {
        let selected = self.context.options.selects(&report);
        if !selected || self.limit_is_reached().await? {
            report.outcome = Outcome::Pending;
            report.reason = Some(Reason::NotSelected);
            report.keep = Some(record);
            return self.close(&report);
        }
        self.to_enter += 1;
        // As many as all targets together can have in work, so that a slow one does not leave the others idle, and as many
        // again, whose receipts are being put down.
        let at_most = self.slots.iter().map(|slot| 2 * (slot.concurrency + slot.ahead)).sum::<usize>().max(2);
        while self.at_work.len() >= at_most {
            self.one_done().await?;
        }
        let (context, slots) = (Arc::clone(&self.context), Arc::clone(&self.slots));
        // Boxed, since the runtime moves a task's state and its outcome as one piece several times.
        self.at_work.spawn(Box::pin(async move { work(&context, &slots, record, report).await }));
        Ok(())
    }

    /// Whether `--limit` leaves no more room. Records that turn out to be in already make room again, so that a second
    /// `--limit 10` enters ten more.
    async fn limit_is_reached(&mut self) -> Result<bool, RunError> {
        let Some(limit) = self.context.options.limit else { return Ok(false) };
        while self.to_enter >= limit && self.one_done().await? {}
        Ok(self.to_enter >= limit)
    }

    /// Waits for one record in work; false if there is none.
    async fn one_done(&mut self) -> Result<bool, RunError> {
        let Some(done) = self.at_work.join_next().await else { return Ok(false) };
        let report = done.map_err(|error| RunError::Listener(format!("the work on a record failed: {error}")))??;
        if report.outcome == Outcome::Unchanged {
            self.to_enter -= 1;
        }
        self.close(&report)?;
        Ok(true)
    }

    fn close(&mut self, report: &RecordReport) -> Result<(), RunError> {
        self.balance.book(report);
        tell(self.listener, &Event::Record(report))
    }
}

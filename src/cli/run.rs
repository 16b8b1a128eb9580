//! `eintrag run`: the main job.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Arguments, Run};
use super::output::Output;
use super::{Done, Failed, exit, office, place};
use crate::environment::Environment;
use crate::journal::{LedgerLock, LockError};
use crate::messages::{Word, word};
use crate::recipe::Recipe;
use crate::recipe::model::SourceKind;
use crate::report::{JournalLines, Lines, Progress, Rejects, Summary, balance_text};
use crate::runner::{
    self, Balance, Bound, Event, Input, Listener, Options, Plan, RunError, Selector, Stop, Surroundings, keep_record,
};
use crate::sandbox::{self, Sandbox};
use crate::secret::Secrets;
use crate::source::{self, Snapshot};
use crate::target::http::HttpTarget;

pub(super) fn run(arguments: &Arguments, run: &Run, output: &Output) -> Done {
    if run.recipes.len() > 1 && !run.input.is_empty() {
        return Err(Failed::usage("`--input` goes with one recipe"));
    }
    // All recipes are checked before the first is run.
    let recipes = run
        .recipes
        .iter()
        .map(|path| Ok((path.as_path(), place::load(path, output)?)))
        .collect::<Result<Vec<_>, Failed>>()?;
    let mut worst = exit::GOOD;
    let stop = Stop::default();
    for (path, recipe) in recipes {
        let one = One { arguments, run, output, path, recipe, stop: stop.clone() };
        worst = worse(worst, if run.dry_run { one.dry()? } else { one.live()? });
        if stop.is_stopped() {
            break;
        }
    }
    Ok(worst)
}

/// The exit code of two runs: the first that applies in the contract's order.
fn worse(one: u8, other: u8) -> u8 {
    let rank = |code: u8| [4, 2, 3, 5, 1, 0].iter().position(|known| *known == code).unwrap_or(0);
    if rank(one) <= rank(other) { one } else { other }
}

/// One recipe to run.
struct One<'a> {
    arguments: &'a Arguments,
    run: &'a Run,
    output: &'a Output,
    path: &'a Path,
    recipe: Arc<Recipe>,
    stop: Stop,
}

impl One<'_> {
    fn dry(&self) -> Done {
        let copies = Scratch::new()?;
        let around = self.around(Environment::default(), Secrets::from_environment())?;
        let input = self.input(&copies.0, &around)?;
        let (recipe, snapshots) = (Arc::clone(&input.recipe), input.snapshots.clone());
        let mut screen = Screen::new(self.output, &around.secrets);
        let balance = runner::dry_run(input, &around, &self.options(), &mut screen)
            .map_err(|error| Failed::usage(error.to_string()))?;
        screen.close(&recipe, &snapshots, &balance, None);
        self.output.talk(word(Word::DryRun, self.output.language));
        Ok(balance.exit_code())
    }

    fn live(&self) -> Done {
        place::block_on(async {
            if !self.run.sandbox {
                let state = place::state_of(self.arguments, self.path);
                let around = self.around(Environment::default(), Secrets::from_environment())?;
                return self.enter(&state, around).await;
            }
            let settings =
                sandbox::Options { faults: office::faults(self.run.fault.as_deref())?, ..Default::default() };
            let office = Sandbox::start(settings)
                .await
                .map_err(|error| Failed::usage(format!("cannot start the practice office: {error}")))?;
            let mut environment = Environment::default();
            for name in office::addresses(&self.recipe) {
                environment.set(name, office.url());
            }
            let state = Scratch::new()?;
            let around = self.around(environment, Secrets::of_practice(office::secret))?;
            let done = self.enter(&state.0, around).await;
            let writes = office.ledger().iter().filter(|write| write.took).count();
            self.output.talk(&format!("practice office at {}: {writes} writes in its ledger", office.url()));
            office.stop().await;
            done
        })?
    }

    async fn enter(&self, state: &Path, around: Surroundings) -> Done {
        let journal = place::open(state)?;
        place::warn_of_trust(&journal, self.output);
        let _lock = match LedgerLock::take(state, &self.recipe.ledger) {
            Ok(lock) => lock,
            Err(error @ LockError::Held { .. }) => return Err(Failed::stopped(error.to_string())),
            Err(error) => return Err(Failed::usage(error.to_string())),
        };
        let around = Arc::new(around);
        let input = self.input(&state.join("inputs"), &around)?;
        let snapshots = input.snapshots.clone();
        let keep = keep_record(Arc::clone(&self.recipe), journal.digester().clone());
        let lines = JournalLines::new(journal.clone(), &*self.recipe.ledger, Arc::clone(&around.secrets), keep);
        let mut screen = Screen::new(self.output, &around.secrets);
        let plan = Plan {
            input,
            targets: bind(&self.recipe, &around)?,
            around,
            journal: journal.clone(),
            options: self.options(),
            command: command(),
            stop: self.stop.clone(),
        };
        let signal = tokio::spawn(stop_on_signal(self.stop.clone()));
        let mut listeners = Both(lines, &mut screen);
        let balance = runner::run(plan, &mut listeners).await;
        let run = listeners.0.run();
        signal.abort();
        let balance = balance.map_err(|error| self.explain(&error))?;
        let reports = state.join("reports").join(format!("run-{run}"));
        screen.close(&self.recipe, &snapshots, &balance, Some(&reports));
        // Copies of inputs are kept only while something of a run is still to be done.
        if !balance.stopped {
            for snapshot in &snapshots {
                let _ = std::fs::remove_file(&snapshot.copy);
            }
        }
        Ok(balance.exit_code())
    }

    fn explain(&self, error: &RunError) -> Failed {
        match error {
            RunError::Moved { target, .. } => Failed::usage(format!(
                "{error}; if it is the same system, say `eintrag journal moved {} --target {target}`",
                self.path.display()
            )),
            RunError::SameSystem { .. } => Failed::usage(error.to_string()),
            // What was submitted until then stands in the journal, so running again is safe.
            other => Failed::stopped(format!("{other}; run again")),
        }
    }

    fn around(&self, environment: Environment, secrets: Secrets) -> Result<Surroundings, Failed> {
        let zone = &self.recipe.source.zone;
        let now = jiff::Timestamp::now()
            .in_tz(zone)
            .map_err(|error| Failed::usage(format!("the time zone `{zone}` of the recipe cannot be used: {error}")))?;
        Ok(Surroundings { today: now.date(), environment, secrets: Arc::new(secrets) })
    }

    fn options(&self) -> Options {
        let selector = |text: &String| match text.split_once('=') {
            Some((field, value)) => Selector::Field(field.to_owned(), value.to_owned()),
            None => Selector::Id(text.clone()),
        };
        Options {
            limit: self.run.limit,
            only: self.run.only.iter().map(selector).collect(),
            recheck: self.run.recheck,
            rehearse: self.run.rehearse,
        }
    }

    fn input(&self, copies: &Path, around: &Surroundings) -> Result<Input, Failed> {
        let explain = |error: source::SourceError| {
            let help = error.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
            Failed::usage(format!("{}: {}{help}", error.at, error.title))
        };
        let files: Vec<PathBuf> = if self.run.input.is_empty() {
            let patterns = match &self.recipe.source.kind {
                SourceKind::Csv(csv) => &csv.files,
                SourceKind::Excel(excel) => &excel.files,
            };
            source::find_files(&self.recipe.folder, patterns.iter().map(|pattern| pattern.value.as_str()))
                .map_err(explain)?
        } else {
            self.run.input.clone()
        };
        let snapshots = files
            .iter()
            .map(|file| Snapshot::take(file, copies).map_err(explain))
            .collect::<Result<Vec<_>, Failed>>()?;
        Ok(Input {
            recipe: Arc::clone(&self.recipe),
            snapshots,
            today: around.today,
            environment: around.environment.clone(),
        })
    }
}

/// The recipe's targets, reached over HTTP.
pub(super) fn bind(recipe: &Arc<Recipe>, around: &Surroundings) -> Result<Vec<Bound>, Failed> {
    (0..recipe.targets.len())
        .map(|index| {
            let secrets = Arc::clone(&around.secrets);
            let target = HttpTarget::new(Arc::clone(recipe), index, around, secrets).map_err(|trouble| {
                let name = &recipe.targets[index].name;
                let words = crate::messages::trouble(&trouble, crate::messages::Language::English);
                Failed::usage(format!("the target `{name}`: {words}"))
            })?;
            Ok(Bound { origin: target.origin().to_owned(), target: Arc::new(target) })
        })
        .collect()
}

/// The command as it was given. Secrets are never arguments.
fn command() -> String {
    std::env::args().skip(1).collect::<Vec<_>>().join(" ")
}

/// Returns when a person or the system asks the program to end.
pub(super) async fn interrupted() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ctrl_c => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = ctrl_c.await;
}

/// The first signal finishes what is in flight; the second ends at once, which loses nothing either.
async fn stop_on_signal(stop: Stop) {
    interrupted().await;
    stop.stop();
    interrupted().await;
    std::process::exit(i32::from(exit::STOPPED));
}

/// A folder that is gone when it is no longer needed.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failed> {
        let name = format!("eintrag-{}-{:016x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)
            .map_err(|error| Failed::usage(format!("cannot make `{}`: {error}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is the system's to clear away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Two listeners, one after the other.
struct Both<'s, 'o>(JournalLines, &'s mut Screen<'o>);

impl Listener for Both<'_, '_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        self.0.take(event)?;
        self.1.take(event)
    }
}

/// What a person or program sees of a run.
struct Screen<'a> {
    output: &'a Output,
    progress: Progress,
    lines: Option<Lines<std::io::BufWriter<std::io::Stdout>>>,
    summary: Summary,
    rejects: Rejects,
}

impl<'a> Screen<'a> {
    fn new(output: &'a Output, secrets: &Arc<Secrets>) -> Self {
        let lines = || {
            let out = std::io::BufWriter::new(std::io::stdout());
            Lines::new(out, output.language, Arc::clone(secrets))
        };
        Self {
            output,
            progress: Progress::new(output.language),
            lines: output.is_jsonl().then(lines),
            summary: Summary::new(output.language),
            rejects: Rejects::new(output.language),
        }
    }

    /// The closing balance. `reports` is the folder for what is written besides.
    fn close(&self, recipe: &Recipe, snapshots: &[Snapshot], balance: &Balance, reports: Option<&Path>) {
        let language = self.output.language;
        let mut text = format!("{}: {}", recipe.name, balance_text(&balance.to_json(), language));
        let (first, more) = self.summary.first_issues();
        if !first.is_empty() {
            text.push_str(&format!("{}:\n", word(Word::FirstIssues, language)));
            for issue in first {
                text.push_str(&format!("  {issue}\n"));
            }
            if more > 0 {
                text.push_str(&format!("  … +{more}\n"));
            }
        }
        if let Some(folder) = reports {
            match self.rejects.write(recipe, snapshots, folder) {
                Ok(files) => {
                    for file in files {
                        text.push_str(&format!("{}: {}\n", word(Word::AllRejects, language), file.display()));
                    }
                }
                Err(error) => text.push_str(&format!("warning: the rejects cannot be written: {error}\n")),
            }
        }
        if self.lines.is_some() {
            self.output.talk(text.trim_end());
        } else {
            // For people the balance is the data.
            let _ = self.output.data(&text);
        }
    }
}

impl Listener for Screen<'_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        self.progress.take(event)?;
        if let Some(lines) = &mut self.lines {
            lines.take(event)?;
        }
        self.summary.take(event)?;
        self.rejects.take(event)
    }
}

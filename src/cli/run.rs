//! `eintrag run`: the main job.

use std::path::Path;
use std::sync::Arc;

use super::arguments::{Arguments, Run};
use super::mailbox::{self, Book, Mailbox};
use super::output::Output;
use super::scratch::Scratch;
use super::screen::Screen;
use super::signal::stop_on_signal;
use super::{Done, Failed, exit, input, office, place};
use crate::diagnostic::did_you_mean;
use crate::environment::Environment;
use crate::journal::{LedgerLock, LockError};
use crate::mailbox::Fates;
use crate::messages::{self, Note, Word, word};
use crate::recipe::Recipe;
use crate::recipe::model::{SourceKind, Target, TargetKind};
use crate::report::JournalLines;
use crate::runner::{
    self, Bound, Event, Input, Listener, Options, Plan, RunError, Selector, Stop, Surroundings, keep_record,
};
use crate::sandbox::{self, Sandbox};
use crate::secret::Secrets;
use crate::target::Trouble;
use crate::target::browser::{BrowserOptions, BrowserTarget, Evidence};
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
        let mut around = self.around(self.dry_environment(), Secrets::from_environment())?;
        let mut mailbox = self.mailbox(&around)?;
        let has_mails = matches!(self.recipe.source.kind, SourceKind::Email(_));
        let scratch = has_mails.then(Scratch::new).transpose()?;
        around.attachments = scratch.as_ref().map(|scratch| scratch.0.clone());
        // Mails of a server are in no file that could be read in place.
        let copies = around.attachments.as_deref().filter(|_| mailbox.is_some());
        let input = place::block_on(self.input(copies, &around, false, mailbox.as_mut(), None))??;
        let (recipe, snapshots) = (Arc::clone(&input.recipe), Arc::clone(&input.snapshots));
        let options = self.options()?;
        let mut screen = Screen::new(&self.recipe, self.output, &around.secrets);
        let balance = runner::dry_run(input, &around, &options, &mut screen).map_err(|error| match &error {
            RunError::Input(error) => input::failed(error),
            other => Failed::usage(other.to_string()),
        })?;
        screen.close(&recipe, &snapshots, &balance, None, None);
        self.output.talk(word(Word::DryRun, self.output.language));
        let unread = mailbox.map_or(exit::GOOD, |mailbox| mailbox.tell_unread(self.output));
        Ok(worse(balance.exit_code(), unread))
    }

    /// What would be sent is shown also where the address is not known yet: with one that no computer can have.
    fn dry_environment(&self) -> Environment {
        let mut environment = Environment::default();
        for name in office::addresses(&self.recipe) {
            if environment.get(&name).is_none() {
                let address = format!("http://{}.invalid", name.to_lowercase().replace('_', "-"));
                let note = Note::NotSet { name: &name, address: &address };
                self.output.talk(&messages::note(&note, self.output.language));
                environment.set(name, address);
            }
        }
        environment
    }

    fn live(&self) -> Done {
        let entered = async {
            if !self.run.sandbox {
                let state = place::state_of(self.arguments, self.path);
                let around = self.around(Environment::default(), Secrets::from_environment())?;
                return self.enter(&state, &state.join("reports"), around).await;
            }
            office::stands_in(&self.recipe)?;
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
            // The rejects outlive the practice: whoever practises wants to correct them.
            let reports = place::state_of(self.arguments, self.path).join("reports").join("sandbox");
            let done = self.enter(&state.0, &reports, around).await;
            if done.is_ok() {
                let writes = office.ledger().iter().filter(|write| write.took).count();
                let note = Note::PracticeOffice { url: &office.url(), writes };
                self.output.talk(&messages::note(&note, self.output.language));
            }
            office.stop().await;
            done
        };
        // Tasks on several threads overtake each other, which nobody wants of a target that takes few calls at a time.
        let many = |target: &Target| target.kind.concurrency() > runner::FEW;
        if self.recipe.targets.iter().any(many) { place::block_on_all(entered)? } else { place::block_on(entered)? }
    }

    async fn enter(&self, state: &Path, reports: &Path, mut around: Surroundings) -> Done {
        around.attachments = Some(state.join("inputs"));
        let around = Arc::new(around);
        // First of all, so that a setting that is missing leaves nothing behind.
        let options = self.options()?;
        let evidence = Arc::new(Evidence::default());
        let browsers = BrowserOptions {
            state: state.to_owned(),
            evidence: Arc::clone(&evidence),
            headed: self.run.headed,
            slow: self.run.slow,
            rehearse: self.run.rehearse,
        };
        let mut targets = bind(&self.recipe, &around, &browsers)?;
        if self.run.sandbox {
            for (bound, model) in targets.iter_mut().zip(&self.recipe.targets) {
                bound.origin = office::place(model);
            }
        }
        let mut mailbox = self.mailbox(&around)?;
        let journal = place::open(state)?;
        place::warn_of_trust(&journal, self.output);
        let _lock = match LedgerLock::take(state, &self.recipe.ledger) {
            Ok(lock) => lock,
            Err(error @ LockError::Held { .. }) => return Err(Failed::stopped(error.to_string())),
            Err(error) => return Err(Failed::usage(error.to_string())),
        };
        let waiting =
            !journal.carried(&self.recipe.ledger).map_err(|error| Failed::usage(error.to_string()))?.is_empty();
        let book = Book { journal: &journal, ledger: &self.recipe.ledger };
        // A rehearsal leaves everything as it was, and a recheck has nothing to do with mails.
        let tidies = !(self.run.rehearse || self.run.recheck);
        let finish = tidies.then_some(&book);
        let copies = state.join("inputs");
        let input = self.input(Some(&copies), &around, waiting, mailbox.as_mut(), finish).await?;
        let snapshots = Arc::clone(&input.snapshots);
        let keep = keep_record(Arc::clone(&self.recipe), journal.digester().clone());
        let lines = JournalLines::new(journal.clone(), &*self.recipe.ledger, Arc::clone(&around.secrets), keep);
        let mut screen = Screen::new(&self.recipe, self.output, &around.secrets);
        let plan = Plan {
            input,
            targets,
            around,
            journal: journal.clone(),
            options,
            command: command(),
            stop: self.stop.clone(),
        };
        let signal = tokio::spawn(stop_on_signal(self.stop.clone()));
        let keep = Keep { evidence: &evidence, reports };
        let mut listeners = Both { lines, screen: &mut screen, keep, fates: Fates::default() };
        let balance = runner::run(plan, &mut listeners).await;
        let (run, fates) = (listeners.lines.run(), listeners.fates);
        let kept = evidence.kept();
        let balance = balance.map_err(|error| self.explain(&error))?;
        let reports = reports.join(format!("run-{run}"));
        let lasting = (!self.run.sandbox).then_some(run);
        screen.close(&self.recipe, &snapshots, &balance, Some(&reports), lasting);
        if kept > 0 {
            self.output.talk(&messages::note(&Note::BrowserPages(&reports), self.output.language));
        }
        let mut code = balance.exit_code();
        if let Some(mailbox) = &mailbox {
            code = worse(code, mailbox.tell_unread(self.output));
            if tidies {
                let put_away = mailbox.put_away(&book, run, &fates, self.output).await;
                code = worse(code, put_away.map_err(|error| Failed::stopped(format!("{error}; run again")))?);
            }
        }
        signal.abort();
        input::forget_mails(&snapshots);
        // Copies of inputs are kept only while something of a run is still to be done.
        if !balance.stopped {
            let uploads = self.recipe.uploads_files();
            for snapshot in snapshots.iter().filter(|_| !uploads || balance.needs_no_more()) {
                let _ = std::fs::remove_file(&snapshot.copy);
                if snapshot.mail.is_some()
                    && let Some(folder) = snapshot.copy.parent()
                {
                    // Only where nothing else is in it.
                    let _ = std::fs::remove_dir(folder);
                }
            }
        }
        Ok(code)
    }

    fn explain(&self, error: &RunError) -> Failed {
        match error {
            RunError::Moved { target, .. } => Failed::usage(format!(
                "{error}; if it is the same system, say `eintrag journal moved {} --target {target}`",
                self.path.display()
            )),
            RunError::SameSystem { other, .. } => Failed::usage(format!(
                "{error}; if they are different things there, give `{other}` a name of its own by `system:`, or its part \
                 another name"
            )),
            // What was submitted until then stands in the journal, so running again is safe.
            other => Failed::stopped(format!("{other}; run again")),
        }
    }

    fn around(&self, environment: Environment, secrets: Secrets) -> Result<Surroundings, Failed> {
        let zone = &self.recipe.source.zone;
        let now = jiff::Timestamp::now()
            .in_tz(zone)
            .map_err(|error| Failed::usage(format!("the time zone `{zone}` of the recipe cannot be used: {error}")))?;
        Ok(Surroundings { today: now.date(), environment, secrets: Arc::new(secrets), attachments: None })
    }

    fn options(&self) -> Result<Options, Failed> {
        Ok(Options {
            limit: self.run.limit,
            only: self.run.only.iter().map(|text| self.selector(text)).collect::<Result<_, _>>()?,
            recheck: self.run.recheck,
            rehearse: self.run.rehearse,
        })
    }

    /// `id` or `field=value`; a field that the recipe does not have would select nothing, without a word.
    fn selector(&self, text: &str) -> Result<Selector, Failed> {
        let Some((field, value)) = text.split_once('=') else { return Ok(Selector::Id(text.to_owned())) };
        let names = || self.recipe.fields.iter().map(|field| &*field.name);
        if names().any(|name| name == field) {
            return Ok(Selector::Field(field.to_owned(), value.to_owned()));
        }
        let help = did_you_mean(field, names()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(Failed::usage(format!("--only: the recipe `{}` has no field `{field}`{help}", self.recipe.name)))
    }

    /// The mailbox that is read, if one is: with `--input` none is touched.
    fn mailbox(&self, around: &Surroundings) -> Result<Option<Mailbox>, Failed> {
        if !self.run.input.is_empty() || !mailbox::is_read_by(&self.recipe) {
            return Ok(None);
        }
        if self.run.sandbox {
            // Its real password must not be tried out, and its real mails not be practised on.
            return Err(Failed::usage("the practice office has no mailbox; give it mails with `--input FILE`"));
        }
        Mailbox::of(&self.recipe, around)
    }

    /// The input, copied where there is a folder for that; `waiting` says whether records of earlier runs wait, which need
    /// no file; `finish` is the journal where mails that an earlier run left are to be put away first.
    async fn input(
        &self,
        copies: Option<&Path>,
        around: &Surroundings,
        waiting: bool,
        mailbox: Option<&mut Mailbox>,
        finish: Option<&Book<'_>>,
    ) -> Result<Input, Failed> {
        let snapshots = match (mailbox, copies) {
            (Some(mailbox), Some(copies)) => match mailbox.read(copies, finish, self.output).await {
                Ok(snapshots) => snapshots,
                // Records that wait need no mail to go on.
                Err(error) if waiting && error.is_passing() => {
                    self.output.talk(&format!("warning: {}", mailbox.failed(&error).message));
                    Vec::new()
                }
                Err(error) => return Err(mailbox.failed(&error)),
            },
            _ if !self.run.input.is_empty() => input::snapshots(&input::given(&self.run.input)?, copies)?,
            _ => input::snapshots(&input::files(&self.recipe, waiting, self.output)?, copies)?,
        };
        Ok(Input {
            recipe: Arc::clone(&self.recipe),
            snapshots: Arc::new(input::taken_apart(
                &self.recipe,
                snapshots,
                copies,
                around.attachments.as_deref(),
                self.output,
            )?),
            today: around.today,
            environment: around.environment.clone(),
        })
    }
}

/// The recipe's targets, each reached in its own way.
pub(super) fn bind(
    recipe: &Arc<Recipe>,
    around: &Surroundings,
    browsers: &BrowserOptions,
) -> Result<Vec<Bound>, Failed> {
    (0..recipe.targets.len())
        .map(|index| {
            bound(recipe, index, around, browsers).map_err(|trouble| {
                let name = &recipe.targets[index].name;
                let words = messages::trouble(&trouble, messages::Language::English);
                Failed::usage(format!("the target `{name}`: {words}"))
            })
        })
        .collect()
}

fn bound(
    recipe: &Arc<Recipe>,
    index: usize,
    around: &Surroundings,
    browsers: &BrowserOptions,
) -> Result<Bound, Trouble> {
    let (recipe, secrets) = (Arc::clone(recipe), Arc::clone(&around.secrets));
    if matches!(recipe.targets[index].kind, TargetKind::Browser(_)) {
        let target = BrowserTarget::new(recipe, index, around, secrets, browsers.clone())?;
        return Ok(Bound { origin: target.origin().to_owned(), target: Arc::new(target) });
    }
    let target = HttpTarget::new(recipe, index, around, secrets)?;
    Ok(Bound { origin: target.origin().to_owned(), target: Arc::new(target) })
}

/// The command as it was given. Secrets are never arguments.
fn command() -> String {
    std::env::args().skip(1).collect::<Vec<_>>().join(" ")
}

/// Listeners, one after the other.
struct Both<'s, 'o> {
    lines: JournalLines,
    screen: &'s mut Screen<'o>,
    keep: Keep<'s>,
    fates: Fates,
}

/// Where pages of browsers are kept, which is known once the run has its number.
struct Keep<'s> {
    evidence: &'s Evidence,
    reports: &'s Path,
}

impl Listener for Both<'_, '_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        if let Event::Began(run) = event {
            self.keep.evidence.keep_in(self.keep.reports.join(format!("run-{run}")));
        }
        self.lines.take(event)?;
        self.fates.take(event)?;
        self.screen.take(event)
    }
}

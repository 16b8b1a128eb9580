//! A desk to work at: a recipe as YAML, an input as CSV, fake targets, and a real journal in a folder that goes when the
//! test ends. Each run opens the journal anew, as each run of the program does.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::civil::date;
use tempfile::TempDir;

use super::fake::{Book, Fake};
use crate::environment::Environment;
use crate::journal::{Journal, Resolution};
use crate::messages::{self, Language};
use crate::recipe::{self, Recipe};
use crate::report::JournalLines;
use crate::runner::{
    self, Balance, Bound, Event, Input, Listener, Options, Plan, RecordReport, RunError, Stop, Surroundings,
    keep_record,
};
use crate::secret::Secrets;
use crate::source::Snapshot;
use crate::target::Target;

/// One desk.
pub struct Desk {
    folder: TempDir,
    yaml: String,
    files: Vec<PathBuf>,
    pub book: Arc<Book>,
    pub targets: Vec<Arc<Fake>>,
    /// Stands in for the fake of the first target.
    pub instead: Option<Arc<dyn Target>>,
    pub options: Options,
    pub stop: Stop,
    /// What `${today}` means.
    pub today: jiff::civil::Date,
    /// Where the targets are, each at a place of its own there …
    pub origin: String,
    /// … unless all are at the same.
    pub one_system: bool,
}

/// A run that came to its end.
pub struct Ran {
    pub balance: Balance,
    pub reports: Vec<RecordReport>,
    /// The calls of this run.
    pub calls: Vec<String>,
}

impl Ran {
    /// `input.csv:2 entered` for each record, in the input's order; carried ones last and marked.
    pub fn outcomes(&self) -> Vec<String> {
        self.sorted(|report| report.outcome.to_string())
    }

    /// The same with the reason.
    pub fn told(&self) -> Vec<String> {
        self.sorted(|report| match &report.reason {
            Some(reason) => format!("{}: {}", report.outcome, messages::reason(reason, Language::English)),
            None => report.outcome.to_string(),
        })
    }

    fn sorted(&self, text: impl Fn(&RecordReport) -> String) -> Vec<String> {
        let mut reports: Vec<&RecordReport> = self.reports.iter().collect();
        reports.sort_by_key(|report| {
            let place = report.origin.place();
            (report.carried, Arc::clone(&report.origin.file), place.len(), place)
        });
        let line = |report: &&RecordReport| {
            let carried = if report.carried { "carried " } else { "" };
            format!("{carried}{} {}", report.origin, text(report))
        };
        reports.iter().map(line).collect()
    }

    pub fn exit(&self) -> u8 {
        self.balance.exit_code()
    }
}

impl Desk {
    /// A desk with a recipe; its targets have fakes of their own.
    pub fn new(yaml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Self {
            folder,
            yaml: yaml.to_owned(),
            files: Vec::new(),
            book: Arc::default(),
            targets: Vec::new(),
            instead: None,
            options: Options::default(),
            stop: Stop::default(),
            today: date(2026, 3, 2),
            origin: "http://office.test".to_owned(),
            one_system: false,
        };
        let names: Vec<Arc<str>> = desk.recipe().targets.iter().map(|target| Arc::clone(&target.name)).collect();
        desk.targets = names
            .iter()
            .map(|name| {
                let label = if names.len() > 1 { format!("{name} ") } else { String::new() };
                Arc::new(Fake { label, book: Arc::clone(&desk.book), ..Fake::default() })
            })
            .collect();
        desk
    }

    /// The recipe from now on.
    pub fn change_recipe(&mut self, yaml: &str) {
        yaml.clone_into(&mut self.yaml);
    }

    /// The input from now on: one file `input.csv`.
    pub fn csv(&mut self, text: &str) -> &mut Self {
        self.files.clear();
        self.add_file("input.csv", text)
    }

    /// One file more.
    pub fn add_file(&mut self, name: &str, text: &str) -> &mut Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        self.files.push(path);
        self
    }

    /// No input from now on.
    pub fn no_file(&mut self) -> &mut Self {
        self.files.clear();
        self
    }

    /// The first target.
    pub fn erp(&self) -> &Fake {
        &self.targets[0]
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn journal(&self) -> Journal {
        Journal::open(&self.state()).unwrap()
    }

    fn recipe(&self) -> Recipe {
        let read = recipe::read("recipe.yaml", &self.yaml, self.folder.path());
        read.unwrap_or_else(|found| panic!("{}", found.iter().map(ToString::to_string).collect::<String>()))
    }

    fn plan(&self, journal: &Journal) -> (Plan, JournalLines) {
        let recipe = Arc::new(self.recipe());
        let secrets = Arc::new(Secrets::default());
        let around = Arc::new(Surroundings {
            today: self.today,
            environment: Environment::default(),
            secrets: Arc::clone(&secrets),
            attachments: None,
        });
        let copies = self.folder.path().join("inputs");
        let snapshots = self.files.iter().map(|file| Snapshot::take(file, &copies).unwrap()).collect();
        let keep = keep_record(Arc::clone(&recipe), journal.digester().clone());
        let lines = JournalLines::new(journal.clone(), &*recipe.ledger, secrets, keep);
        let targets = self
            .targets
            .iter()
            .enumerate()
            .map(|(at, fake)| Bound {
                target: self.instead.clone().filter(|_| at == 0).unwrap_or_else(|| Arc::clone(fake) as _),
                origin: if self.one_system { self.origin.clone() } else { format!("{}/{at}", self.origin) },
            })
            .collect();
        let plan = Plan {
            input: Input {
                recipe,
                snapshots: Arc::new(snapshots),
                today: self.today,
                environment: Environment::default(),
            },
            around,
            journal: journal.clone(),
            targets,
            options: self.options.clone(),
            command: "run".to_owned(),
            stop: self.stop.clone(),
        };
        (plan, lines)
    }

    /// Each run of the program logs in anew.
    fn begin(&self) {
        self.book.calls.lock().unwrap().clear();
        for target in &self.targets {
            target.login.store(0, Ordering::SeqCst);
        }
    }

    /// Runs to the end. The balance of every run must close, and its journal must hold together.
    pub fn run(&self) -> Ran {
        self.try_run().unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_run(&self) -> Result<Ran, RunError> {
        self.begin();
        let journal = self.journal();
        let (plan, lines) = self.plan(&journal);
        let mut listener = Both(lines, Vec::new());
        let balance = block_on(runner::run(plan, &mut listener))?;
        assert!(balance.closes(), "{balance:?}");
        journal.verify().unwrap();
        Ok(Ran { balance, reports: listener.1, calls: self.book.calls.lock().unwrap().clone() })
    }

    /// Runs until the n-th such call (`submit RE-1`), which never returns, and ends there as a kill would.
    pub fn run_killed_at(&self, call: &str, nth: u32) {
        self.begin();
        *self.book.kill.lock().unwrap() = Some((call.to_owned(), nth));
        let journal = self.journal();
        let (plan, lines) = self.plan(&journal);
        let mut listener = Both(lines, Vec::new());
        block_on(async {
            tokio::select! {
                () = self.book.killed.notified() => {}
                ended = runner::run(plan, &mut listener) => panic!("{call} was never called: {:?}", ended.map(|_| ())),
            }
        });
        *self.book.kill.lock().unwrap() = None;
    }

    /// Runs, and is killed after this time wherever it is then. None if it was killed.
    pub fn run_killed_after(&self, time: std::time::Duration) -> Option<Ran> {
        self.begin();
        let journal = self.journal();
        let (plan, lines) = self.plan(&journal);
        let mut listener = Both(lines, Vec::new());
        let ended = block_on(async { tokio::time::timeout(time, runner::run(plan, &mut listener)).await });
        let balance = ended.ok()?.unwrap();
        assert!(balance.closes(), "{balance:?}");
        Some(Ran { balance, reports: listener.1, calls: self.book.calls.lock().unwrap().clone() })
    }

    /// What a person decides on the record of this number; the entries it concerned.
    pub fn resolve(&self, number: &str, resolution: Resolution) -> Vec<String> {
        let journal = self.journal();
        let (ledger, record) = find(&journal, number);
        block_on(journal.resolve(&ledger, &record, resolution, "test")).unwrap().entries
    }

    /// What `eintrag approve` does.
    pub fn approve(&self, number: &str) {
        let journal = self.journal();
        let (ledger, record) = find(&journal, number);
        let open = journal.open_records().unwrap();
        let stored = open.into_iter().find(|open| open.record == record).unwrap().stored.unwrap();
        block_on(journal.approve(&ledger, &record, stored["content"].as_str().unwrap(), "test")).unwrap();
    }

    /// What `eintrag status` lists: `RE-1 held`.
    pub fn open(&self) -> Vec<String> {
        let open = self.journal().open_records().unwrap();
        open.iter().map(|open| format!("{} {}", open.key.trim_start_matches("number="), open.outcome)).collect()
    }

    /// The kinds of events of the record of this number, in order.
    pub fn story(&self, number: &str) -> Vec<String> {
        let journal = self.journal();
        let (ledger, record) = find(&journal, number);
        journal.story(&ledger, &record).unwrap().events.into_iter().map(|event| event.kind).collect()
    }

    /// The idempotency keys sent so far.
    pub fn keys(&self) -> Vec<String> {
        self.book.keys.lock().unwrap().clone()
    }

    /// Does something to the journal's database behind its back.
    pub fn tamper(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.state().join("journal.db")).unwrap();
        assert!(connection.execute(sql, []).unwrap() > 0, "nothing was changed");
    }
}

fn find(journal: &Journal, number: &str) -> (String, String) {
    let found = journal.find(&format!("number={number}")).unwrap();
    assert_eq!(found.len(), 1, "{number}: {found:?}");
    (found[0].ledger.clone(), found[0].record.clone())
}

/// Runs a future to its end in a runtime of its own, which ends with it.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(future)
}

struct Both(JournalLines, Vec<RecordReport>);

impl Listener for Both {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        self.0.take(event)?;
        if let Event::Record(record) = event {
            self.1.push((*record).clone());
        }
        Ok(())
    }
}

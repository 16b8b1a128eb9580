//! A desk: a folder of its own with a recipe, its input and the state folder, and the program started on it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::office::Office;
use super::ran::{Ran, Running};

/// One good invoice of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub number: String,
    pub cents: u32,
}

impl Row {
    /// As a German spreadsheet writes it.
    fn line(&self) -> String {
        format!("{};Müller & Söhne;03.04.2026;{},{:02}", self.number, self.cents / 100, self.cents % 100)
    }

    /// Its total as a JSON number of exact digits.
    pub fn total_as_json(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

/// The invoice of this number.
fn row(number: usize) -> Row {
    Row { number: format!("RE-{number:04}"), cents: 10_001 + u32::try_from(number).unwrap() * 13 }
}

/// So many invoices, from RE-0001.
pub fn rows(count: usize) -> Vec<Row> {
    (1..=count).map(row).collect()
}

/// What the tests vary of the recipe.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    pub lookup: bool,
    /// Whether each record is entered in a second system as well.
    pub archive: bool,
    /// Whether entries are read back.
    pub verify: bool,
    pub concurrency: usize,
    pub settle: &'static str,
    pub attempts: u32,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { lookup: true, archive: false, verify: false, concurrency: 1, settle: "200ms", attempts: 4 }
    }
}

impl Recipe {
    fn text(&self) -> String {
        let mut text = String::from(
            "recipe: invoices\n\
             source:\n  csv: { file: invoices.csv }\n  locale: de\n\
             fields:\n\
             \x20 number: { column: Nummer, required: true, pattern: 'RE-\\d{4}' }\n\
             \x20 supplier: { column: Lieferant, required: true }\n\
             \x20 issued: { column: Datum, type: date, required: true }\n\
             \x20 total: { column: Brutto, type: decimal, required: true, minimum: 0 }\n\
             key: [supplier, number]\n\
             targets:\n",
        );
        self.target(&mut text, "erp", "ERP_URL");
        if self.archive {
            self.target(&mut text, "archive", "ARCHIVE_URL");
        }
        let _ = write!(
            text,
            "retry: {{ attempts: {}, wait: 5ms, max_wait: 50ms }}\nsettle: {}\n",
            self.attempts, self.settle
        );
        text
    }

    fn target(&self, text: &mut String, name: &str, url: &str) {
        let _ = write!(
            text,
            "  {name}:\n    http: {{ url: \"${{env.{url}}}\", auth: {{ bearer: \"${{secrets.ERP_TOKEN}}\" }}, \
             concurrency: {}, timeout: 5s }}\n",
            self.concurrency
        );
        let capture = if self.verify { "capture: { invoice_id: $.id }" } else { "" };
        if self.lookup {
            let _ = write!(
                text,
                "    lookup:\n      - get: /api/invoices\n        \
                 query: {{ number: \"${{number}}\", supplier: \"${{supplier}}\" }}\n        list: $.items\n        \
                 same: {{ $.total: \"${{total}}\" }}\n        {capture}\n"
            );
        }
        let _ = write!(
            text,
            "    steps:\n      - post: /api/invoices\n        json: {{ number: \"${{number}}\", \
             supplier: \"${{supplier}}\", issued: \"${{issued}}\", total: \"${{total}}\" }}\n        \
             expect: {{ status: 201 }}\n        {capture}\n"
        );
        if self.verify {
            text.push_str(
                "    verify:\n      - get: /api/invoices/${invoice_id}\n        expect: { $.total: \"${total}\" }\n",
            );
        }
    }
}

/// The folder.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A desk with a recipe and an input of good rows.
    pub fn new(recipe: Recipe, rows: &[Row]) -> Self {
        let desk = Self { folder: TempDir::new().unwrap() };
        desk.put_recipe(recipe);
        desk.put_lines(&rows.iter().map(Row::line).collect::<Vec<_>>());
        desk
    }

    /// Another recipe of the same name.
    pub fn put_recipe(&self, recipe: Recipe) {
        fs::write(self.path("invoices.yaml"), recipe.text()).unwrap();
    }

    /// Another input, as lines of the file.
    pub fn put_lines(&self, lines: &[String]) {
        let text = format!("Nummer;Lieferant;Datum;Brutto\n{}\n", lines.join("\n"));
        fs::write(self.path("invoices.csv"), text).unwrap();
    }

    /// The lines of good rows, to be mixed with others.
    pub fn lines(rows: &[Row]) -> Vec<String> {
        rows.iter().map(Row::line).collect()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The program with these arguments, and with nothing of the environment that could change what it does.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
        command
            .args(arguments)
            .args(["--lang", "en", "--state"])
            .arg(self.state())
            .current_dir(self.folder.path())
            .env("ERP_TOKEN", "sandbox-token")
            .env("EINTRAG_USER", "anna")
            .env("NO_PROXY", "*")
            .env_remove("EINTRAG_CRASH_AT")
            .stdin(Stdio::null());
        command
    }

    /// `eintrag run`, which enters into these offices.
    pub fn run_command(&self, offices: &[&Office]) -> Command {
        let mut command = self.command(&["run", "invoices.yaml", "--format", "jsonl"]);
        for (variable, office) in ["ERP_URL", "ARCHIVE_URL"].iter().zip(offices) {
            command.env(variable, office.url());
        }
        command
    }

    /// Runs once.
    pub fn run(&self, offices: &[&Office]) -> Ran {
        Ran::of(&mut self.run_command(offices))
    }

    /// Runs once, to be ended at a place in the program.
    pub fn run_and_crash(&self, offices: &[&Office], at: &str) -> Ran {
        Ran::of(self.run_command(offices).env("EINTRAG_CRASH_AT", at))
    }

    /// Starts a run and does not wait.
    pub fn start(&self, offices: &[&Office]) -> Running {
        Running::start(&mut self.run_command(offices))
    }

    /// Runs again and again while the exit code says so; the last run. Each balance on the way must close.
    #[track_caller]
    pub fn run_while(&self, offices: &[&Office], codes: &[i32]) -> Ran {
        for _ in 0..25 {
            let ran = self.run(offices);
            ran.assert_accounts_for_all();
            if !ran.code.is_some_and(|code| codes.contains(&code)) {
                return ran;
            }
        }
        panic!("after 25 runs the exit code is still one of {codes:?}");
    }

    /// Another command.
    pub fn say(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Asserts that the journal's chain is whole.
    #[track_caller]
    pub fn assert_journal_is_whole(&self, when: &str) {
        let ran = self.say(&["journal", "verify"]);
        assert_eq!(ran.code, Some(0), "{when}: {}", ran.stderr);
        assert!(ran.stderr.contains("the journal is whole"), "{when}: {}", ran.stderr);
    }

    /// Copies the journal's files to another folder, or back.
    pub fn copy_journal(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        Self::delete_journal(to);
        for name in JOURNAL {
            if from.join(name).exists() {
                fs::copy(from.join(name), to.join(name)).unwrap();
            }
        }
    }

    /// Deletes the journal's files. Its seal stays.
    pub fn delete_journal(state: &Path) {
        for name in JOURNAL {
            if state.join(name).exists() {
                fs::remove_file(state.join(name)).unwrap();
            }
        }
    }
}

const JOURNAL: [&str; 3] = ["journal.db", "journal.db-wal", "journal.db-shm"];

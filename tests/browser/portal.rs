//! A desk before a portal: a folder with a recipe, its input and the state folder, a practice office, and the program
//! started on them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Office, Ran, Running};

/// Waits that suit a test: what is late in the practice office is late by less.
const PATIENCE: &str = "retry: { attempts: 4, wait: 5ms, max_wait: 50ms }\nsettle: 400ms\n";

/// The desk and the office.
pub struct Portal {
    pub office: Office,
    folder: TempDir,
    /// Further variables of the environment.
    around: Vec<(&'static str, String)>,
}

impl Portal {
    /// A desk with one of the bundled recipes and one of its fixtures.
    pub fn bundled(recipe: &str, fixture: &str) -> Self {
        Self::bundled_with(recipe, &[fixture])
    }

    /// The same with several fixtures.
    pub fn bundled_with(recipe: &str, fixtures: &[&str]) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let portal = Self { office: Office::new(), folder: TempDir::new().unwrap(), around: Vec::new() };
        let text = fs::read_to_string(repository.join(format!("recipes/{recipe}.yaml"))).unwrap();
        portal.put_recipe(&text);
        // What never comes is waited for, but not for long.
        portal.change_recipe("url: \"${env.PORTAL_URL}\"", "url: \"${env.PORTAL_URL}\", timeout: 4s");
        for fixture in fixtures {
            let fixture = repository.join("fixtures").join(recipe).join(fixture);
            fs::copy(&fixture, portal.path(fixture.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        portal
    }

    /// A desk with a recipe and a CSV of its own.
    pub fn with(recipe: &str, csv: &str) -> Self {
        let portal = Self { office: Office::new(), folder: TempDir::new().unwrap(), around: Vec::new() };
        portal.put_recipe(recipe);
        fs::write(portal.path("input.csv"), csv).unwrap();
        portal
    }

    /// The same desk with one variable of the environment more.
    pub fn around(mut self, name: &'static str, value: &str) -> Self {
        self.around.push((name, value.to_owned()));
        self
    }

    /// Another recipe, to which waits that suit a test are added.
    pub fn put_recipe(&self, text: &str) {
        fs::write(self.path("recipe.yaml"), format!("{text}{PATIENCE}")).unwrap();
    }

    /// Changes the recipe; `old` must stand in it.
    pub fn change_recipe(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.path("recipe.yaml")).unwrap();
        assert!(text.contains(old), "`{old}` is not in the recipe");
        fs::write(self.path("recipe.yaml"), text.replace(old, new)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The input: the files that are neither recipe nor state, by name.
    fn input(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut input: Vec<_> = files.filter(|path| path.is_file() && !path.ends_with("recipe.yaml")).collect();
        input.sort();
        input
    }

    /// The program with these arguments, and with nothing of the environment that could change what it does.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
        command
            .args(arguments)
            .args(["--lang", "en", "--state", "state"])
            .current_dir(self.folder.path())
            .env("PORTAL_URL", self.office.url())
            .env("PORTAL_USER", "sandbox")
            .env("PORTAL_PASSWORD", "sandbox")
            .env("EINTRAG_USER", "anna")
            .env("NO_PROXY", "*")
            .envs(self.around.iter().map(|(name, value)| (name, value)))
            .env_remove("EINTRAG_CRASH_AT")
            .stdin(Stdio::null());
        command
    }

    pub fn run_command(&self) -> Command {
        let input = self.input();
        let input = input.iter().map(|path| path.to_str().unwrap());
        let arguments: Vec<_> =
            ["run", "recipe.yaml", "--format", "jsonl", "--input"].into_iter().chain(input).collect();
        self.command(&arguments)
    }

    /// Runs once.
    pub fn run(&self) -> Ran {
        Ran::of(&mut self.run_command())
    }

    /// Starts a run and does not wait.
    pub fn start(&self) -> Running {
        Running::start(&mut self.run_command())
    }

    /// Runs again and again while the exit code says so; the last run. Each balance on the way must close.
    #[track_caller]
    pub fn run_while(&self, codes: &[i32]) -> Ran {
        let mut said = String::new();
        for _ in 0..15 {
            let ran = self.run();
            ran.assert_accounts_for_all();
            if !ran.code.is_some_and(|code| codes.contains(&code)) {
                return ran;
            }
            said = ran.stderr;
        }
        panic!("after 15 runs the exit code is still one of {codes:?}: {said}\nledger: {:#?}", self.office.writes());
    }

    /// Forgets all that was entered before.
    pub fn lose_journal(&self) {
        fs::remove_dir_all(self.path("state")).unwrap();
    }

    /// Asserts that each of these was entered exactly once, and nothing else.
    #[track_caller]
    pub fn assert_has_each_once(&self, numbers: &[&str], when: &str) {
        let expected: BTreeMap<String, usize> = numbers.iter().map(|number| ((*number).to_owned(), 1)).collect();
        assert_eq!(self.office.entered(), expected, "{when}\nledger: {:#?}", self.office.writes());
    }
}

//! Everything that the README and the tutorial show is done here, in their order, in a folder of its own: files are
//! written, recipes are checked, commands are run, and what they print is what is shown. `UPDATE=1` in the environment
//! writes what they print into the page instead.
//!
//! A fence that names a file (```` ```yaml recipes/first.yaml ````) is that file; in a fence called `console`, lines after
//! `$ ` are commands and what follows is their output. The practice office that a page starts is one in this process.

#![cfg(unix)]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;
use tempfile::TempDir;

use crate::desk::{Office, program};

#[test]
fn the_readme_is_true() {
    follow("README.md");
}

#[test]
fn the_tutorial_is_true() {
    follow("recipes/TUTORIAL.md");
}

/// The address that the pages use for the practice office.
const OFFICE: &str = "http://127.0.0.1:8088";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Does what a page says.
#[track_caller]
fn follow(page: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let newcomer = Newcomer::new();
    let mut rewritten = String::new();
    let mut commands = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        rewritten.push_str(&format!("{line}\n"));
        let Some(fence) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut words = fence.split(' ');
        match (words.next().unwrap_or_default(), words.next()) {
            ("console", None) => {
                let shown = newcomer.console(&body);
                commands += shown.matches("$ ").count();
                rewritten.push_str(&shown);
            }
            (kind, Some(file)) => {
                newcomer.write(file, &body.join("\n"), kind == "yaml");
                rewritten.push_str(&body.iter().map(|line| format!("{line}\n")).collect::<String>());
            }
            (kind, None) => panic!("{page}: nobody tries a fence `{kind}` without a file"),
        }
        rewritten.push_str("```\n");
    }
    assert!(commands > 3, "{page} shows {commands} commands");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, rewritten).unwrap();
        return;
    }
    similar(page, &text, &rewritten);
    // What shows nothing is no example, however true it is.
    assert!(text.contains("  entered  ") && !text.contains(" 0 rows read"), "{page} enters nothing");
}

/// Fails at the first line that differs.
#[track_caller]
fn similar(page: &str, shown: &str, found: &str) {
    for (number, (shown, found)) in shown.lines().zip(found.lines()).enumerate() {
        assert_eq!(shown, found, "{page}:{}: make it again with `UPDATE=1 cargo test --test integration`", number + 1);
    }
    assert_eq!(shown.lines().count(), found.lines().count(), "{page}");
}

/// Someone who does what the page says, in a fresh copy of the repository.
struct Newcomer {
    folder: TempDir,
    office: Office,
    hide: Vec<(Regex, &'static str)>,
    /// What was exported, and holds for the commands that follow.
    exports: RefCell<Vec<(String, String)>>,
}

impl Newcomer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["recipes", "fixtures", ".ci"] {
            copy(&root().join(part), &folder.path().join(part));
        }
        // Building is not tried again; what is built is run in the place of `cargo run`.
        let cargo = folder.path().join("bin/cargo");
        fs::create_dir_all(cargo.parent().unwrap()).unwrap();
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n\
             'test --locked') echo 'all tests ran' ;;\n\
             'install --locked --path .') echo 'installed' ;;\n\
             'run --locked -- '*) shift 3; exec {} \"$@\" ;;\n\
             *) echo \"cargo $* is not known here\"; exit 9 ;;\nesac\n",
            env!("CARGO_BIN_EXE_eintrag")
        );
        fs::write(&cargo, script).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_eintrag"), folder.path().join("bin/eintrag")).unwrap();
        make_executable(&cargo);
        let hide = [
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-…"),
            (r"key [0-9a-f]{32}", "key …"),
            ("\u{feff}", ""),
            (r"http://127\.0\.0\.1:\d+: ", "http://127.0.0.1:…: "),
            // A slow machine is told every ten seconds how far it is.
            (r"(?m)^\d+/\d+ records \(\d+/s\).*\n", ""),
        ];
        let hide = hide.map(|(pattern, instead)| (Regex::new(pattern).unwrap(), instead)).into();
        Self { folder, office: Office::open(), hide, exports: RefCell::default() }
    }

    fn write(&self, file: &str, text: &str, is_recipe: bool) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
        if is_recipe {
            let (said, code) = self.run(&format!("eintrag check {file}"));
            assert_eq!(code, 0, "{file}:\n{said}");
        }
    }

    /// Runs the commands of a fence; answers the fence as it should be.
    fn console(&self, body: &[&str]) -> String {
        let mut shown = String::new();
        for (number, line) in body.iter().enumerate() {
            let Some(command) = line.strip_prefix("$ ") else {
                assert!(number > 0, "a console begins with a command: {line}");
                continue;
            };
            shown.push_str(&format!("{line}\n"));
            if command == "eintrag sandbox --port 8088" {
                // It is open already, in this process.
                shown.push_str(&format!("{OFFICE}\n"));
                continue;
            }
            if let Some((name, value)) = command.strip_prefix("export ").and_then(|rest| rest.split_once('=')) {
                self.exports.borrow_mut().push((name.to_owned(), value.to_owned()));
                continue;
            }
            let silent = body.get(number + 1).is_none_or(|next| next.starts_with("$ "));
            let (said, code) = self.run(command);
            assert!(code == 0 || code == 1 || !silent, "`{command}` ended with {code}:\n{said}");
            // A command whose output is not shown is only run; one whose output should be shown says so by its first line.
            if !silent {
                shown.push_str(&said);
            }
        }
        shown
    }

    /// Runs a command as a shell does, stdout and stderr in one; answers what it said, and its exit code.
    fn run(&self, command: &str) -> (String, i32) {
        let program = program();
        let mut shell = Command::new("bash");
        shell.current_dir(self.folder.path()).stdin(Stdio::null()).arg("-c");
        shell.arg(format!("exec 2>&1; {}", command.replace(OFFICE, &self.office.url())));
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut path = vec![self.folder.path().join("bin")];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        shell.env("PATH", std::env::join_paths(path).unwrap());
        for (name, value) in self.exports.borrow().iter() {
            shell.env(name, value.replace(OFFICE, &self.office.url()));
        }
        let output = shell.output().unwrap();
        let mut said = String::from_utf8(output.stdout).unwrap();
        said = said.replace(&self.office.url(), OFFICE);
        for (pattern, instead) in &self.hide {
            said = pattern.replace_all(&said, *instead).into_owned();
        }
        (said, output.status.code().unwrap_or(-1))
    }
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let from: PathBuf = entry.unwrap().path();
        let to = to.join(from.file_name().unwrap());
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

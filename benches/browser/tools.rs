//! The other tools that drive browsers, each as its users would write the rounds.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Done;
use super::office::Office;

const PLAYWRIGHT: &str = "playwright-core@1.65.1";
const SELENIUM: &str = "selenium==4.51.0";

/// A tool that is installed.
pub struct Tool {
    kind: Kind,
    program: PathBuf,
    folder: PathBuf,
}

#[derive(Clone, Copy)]
enum Kind {
    Playwright,
    Selenium,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Kind::Playwright => "Playwright",
            Kind::Selenium => "Selenium",
        })
    }
}

/// The tools that can be had, installed into a folder of the target folder.
pub fn installed(target: &Path) -> Done<Vec<Tool>> {
    let folder = target.join("browser-tools");
    std::fs::create_dir_all(&folder)?;
    let mut tools = Vec::new();
    for kind in [Kind::Playwright, Kind::Selenium] {
        match install(kind, &folder) {
            Ok(program) => tools.push(Tool { kind, program, folder: folder.clone() }),
            Err(why) => println!("note: without {kind}, which cannot be installed: {why}"),
        }
    }
    Ok(tools)
}

fn install(kind: Kind, folder: &Path) -> Done<PathBuf> {
    match kind {
        Kind::Playwright => {
            if !folder.join("node_modules/playwright-core").exists() {
                run(Command::new("npm").args(["install", "--silent", "--prefix"]).arg(folder).arg(PLAYWRIGHT))?;
            }
            std::fs::write(folder.join("rounds.js"), include_str!("rounds.js"))?;
            Ok(PathBuf::from("node"))
        }
        Kind::Selenium => {
            let python = folder.join("python/bin/python");
            if !folder.join("python/selenium-is-installed").exists() {
                run(Command::new("python3").args(["-m", "venv"]).arg(folder.join("python")))?;
                run(Command::new(&python).args(["-m", "pip", "install", "--quiet", SELENIUM]))?;
                std::fs::write(folder.join("python/selenium-is-installed"), SELENIUM)?;
            }
            std::fs::write(folder.join("rounds.py"), include_str!("rounds.py"))?;
            Ok(python)
        }
    }
}

fn run(command: &mut Command) -> Done<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into())
}

impl Tool {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Playwright => "Playwright",
            Kind::Selenium => "Selenium",
        }
    }

    /// Does all rounds of the practice page.
    pub fn run(&self, office: &Office, rows: &Value, rounds: usize) -> Done<()> {
        let rows_path = self.folder.join("rows.json");
        std::fs::write(&rows_path, rows.to_string())?;
        let script = match self.kind {
            Kind::Playwright => "rounds.js",
            Kind::Selenium => "rounds.py",
        };
        let url = format!("{}/practice?rounds={rounds}", office.url());
        run(Command::new(&self.program).current_dir(&self.folder).args([script, &url]).arg(&rows_path))
    }
}

//! One case: a folder with input files, `expected.jsonl`, and what the case states of its surroundings.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;

/// What is expected.
const EXPECTED: &str = "expected.jsonl";
/// The day and the variables of the case.
const SETTINGS: &str = "case.yaml";
/// The recorded answers of the target, which a dry run does not ask for.
const ANSWERS: &str = "target.yaml";

/// Names that are likely meant as those, and would else be read as inputs.
const SLIPS: [(&str, &str); 4] =
    [("expected.json", EXPECTED), ("expected.ndjson", EXPECTED), ("case.yml", SETTINGS), ("target.yml", ANSWERS)];

/// A case of a recipe.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    folder: PathBuf,
    /// The files that are read in the place of the recipe's, sorted by name.
    pub(super) inputs: Vec<PathBuf>,
}

impl Case {
    /// The cases in a folder, sorted by name.
    ///
    /// # Errors
    /// A folder that cannot be read, a case without input.
    pub(super) fn all(folder: &Path) -> Result<Vec<Self>, Vec<Diagnostic>> {
        let mut cases = Vec::new();
        let mut problems = Vec::new();
        for (name, path) in entries(folder).map_err(|problem| vec![problem])? {
            if !path.is_dir() {
                continue;
            }
            match Self::open(name, path) {
                Ok(case) => cases.push(case),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(cases) } else { Err(problems) }
    }

    fn open(name: String, folder: PathBuf) -> Result<Self, Diagnostic> {
        let entries = entries(&folder)?;
        for (slip, meant) in SLIPS {
            if entries.iter().any(|(name, _)| name == slip) {
                let title = format!("`{}` is no file of a case", folder.join(slip).display());
                return Err(Diagnostic::new(title).help(format!("call it `{meant}`")));
            }
        }
        let inputs: Vec<PathBuf> = entries
            .into_iter()
            .filter(|(name, path)| path.is_file() && ![EXPECTED, SETTINGS, ANSWERS].contains(&name.as_str()))
            .map(|(_, path)| path)
            .collect();
        if inputs.is_empty() {
            let title = format!("the case `{}` has no input", folder.display());
            return Err(Diagnostic::new(title).help("put a file of the kind that the recipe reads into its folder"));
        }
        Ok(Self { name, folder, inputs })
    }

    /// The path of what is expected.
    pub(super) fn expected(&self) -> PathBuf {
        self.folder.join(EXPECTED)
    }

    /// The path of what the case states of its surroundings.
    pub(super) fn settings(&self) -> PathBuf {
        self.folder.join(SETTINGS)
    }
}

/// What a folder holds, by name and sorted by it, without hidden files and the lock files of office programs.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, Diagnostic> {
    let cannot = |error: &std::io::Error| Diagnostic::new(format!("cannot look into `{}`: {error}", folder.display()));
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| cannot(&error))? {
        let entry = entry.map_err(|error| cannot(&error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.starts_with("~$") {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

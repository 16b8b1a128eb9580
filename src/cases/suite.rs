//! All cases of one recipe, and what became of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::case::{Case, entries};
use super::difference::{Difference, compare};
use super::{expected, replay};
use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};
use crate::recipe::Recipe;

/// A recipe and its cases.
#[derive(Debug)]
pub struct Suite {
    recipe: Arc<Recipe>,
    /// Its cases, sorted by name; at least one.
    pub cases: Vec<Case>,
}

/// A case that was run.
#[derive(Debug)]
pub struct Tried {
    /// The case's name.
    pub case: String,
    /// Records that came out.
    pub records: usize,
    /// What became of it.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

/// What became of a case.
#[derive(Debug)]
pub enum Verdict {
    /// All came out as expected.
    AsExpected,
    /// Not all came out as expected.
    Different(Vec<Difference>),
    /// What came out was written down; whether that is anything new.
    Written(bool),
    /// It could not be run.
    Broken(Vec<Diagnostic>),
}

impl Suite {
    /// The cases of a recipe in a folder of fixtures.
    ///
    /// # Errors
    /// A recipe without cases, a case that is none.
    pub fn open(recipe: &Arc<Recipe>, fixtures: &Path) -> Result<Self, Vec<Diagnostic>> {
        let folder = fixtures.join(&*recipe.name);
        let cases = if folder.is_dir() { Case::all(&folder)? } else { Vec::new() };
        if cases.is_empty() {
            return Err(vec![no_cases(&recipe.name, fixtures)]);
        }
        Ok(Self { recipe: Arc::new(portable(recipe)), cases })
    }

    /// Runs a case, and compares what comes out with what is expected, or writes it down as that.
    pub fn try_case(&self, case: &Case, copies: &Path, update: bool) -> Tried {
        let start = Instant::now();
        let (records, verdict) = match replay::lines(&self.recipe, case, copies) {
            Err(problems) => (0, Verdict::Broken(problems)),
            Ok(lines) => {
                let records = lines.iter().filter(|(subject, _)| subject.kind == "record").count();
                let verdict = if update { write(case, lines) } else { judge(case, &lines) };
                (records, verdict.unwrap_or_else(Verdict::Broken))
            }
        };
        Tried { case: case.name.clone(), records, verdict, time: start.elapsed() }
    }
}

fn judge(case: &Case, lines: &[(expected::Subject, Json)]) -> Result<Verdict, Vec<Diagnostic>> {
    let path = case.expected();
    let Some(expected) = expected::read(&path)? else {
        let title = format!("there is no `{}`", path.display());
        return Err(vec![
            Diagnostic::new(title).help("`eintrag test --update` writes what comes out; read it before you keep it"),
        ]);
    };
    let differences = compare(&expected, lines);
    Ok(if differences.is_empty() { Verdict::AsExpected } else { Verdict::Different(differences) })
}

fn write(case: &Case, lines: Vec<(expected::Subject, Json)>) -> Result<Verdict, Vec<Diagnostic>> {
    let lines: Vec<Json> = lines.into_iter().map(|(_, line)| line).collect();
    expected::write(&case.expected(), &lines).map(Verdict::Written).map_err(|problem| vec![problem])
}

/// The recipe as its cases know it: messages that name a place in it name the file alone, so that they are the same
/// wherever it was called from.
fn portable(recipe: &Recipe) -> Recipe {
    let name = Path::new(&recipe.text.path).file_name().map(|name| name.to_string_lossy().into_owned());
    let path = name.unwrap_or_else(|| recipe.text.path.clone());
    Recipe { text: Arc::new(SourceText { path, text: recipe.text.text.clone() }), ..recipe.clone() }
}

fn no_cases(recipe: &str, fixtures: &Path) -> Diagnostic {
    let known = folders(fixtures);
    let near = did_you_mean(recipe, known.iter().map(|(name, _)| name.as_str()));
    let help = match near.filter(|near| *near != recipe) {
        Some(near) => format!("there is `{}`: a folder of cases has the recipe's name", fixtures.join(near).display()),
        None => format!(
            "put an input into `{}`, then let `eintrag test --update` write what is expected",
            fixtures.join(recipe).join("good").display()
        ),
    };
    Diagnostic::new(format!("the recipe `{recipe}` has no cases in `{}`", fixtures.display())).help(help)
}

/// Folders of cases that belong to none of these recipes, and so would never be run.
pub fn strangers<'r>(fixtures: &Path, recipes: impl IntoIterator<Item = &'r str>) -> Vec<PathBuf> {
    let recipes: Vec<&str> = recipes.into_iter().collect();
    folders(fixtures).into_iter().filter(|(name, _)| !recipes.contains(&name.as_str())).map(|(_, path)| path).collect()
}

fn folders(fixtures: &Path) -> Vec<(String, PathBuf)> {
    entries(fixtures).unwrap_or_default().into_iter().filter(|(_, path)| path.is_dir()).collect()
}

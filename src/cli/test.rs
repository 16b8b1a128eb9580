//! `eintrag test`: runs the fixture cases of recipes and says, per member, what differs. For CI as for people, so in
//! English whatever the language of staff.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::arguments::Test;
use super::output::Output;
use super::place::{beside, counted};
use super::scratch::Scratch;
use super::{Done, Failed, exit, load};
use crate::cases::{Suite, Tried, Verdict, junit, strangers};
use crate::diagnostic::Diagnostic;
use crate::recipe::Recipe;

pub(super) fn test(test: &Test, output: &Output) -> Done {
    let all = test.recipes.is_empty();
    let paths = if all { recipes(Path::new("recipes"))? } else { test.recipes.clone() };
    let mut tally = Tally { output, problems: 0, different: 0, cases: 0, suites: Vec::new() };
    let mut names = Vec::new();
    let mut folders: Vec<PathBuf> = Vec::new();
    for path in &paths {
        let fixtures = test.fixtures.clone().unwrap_or_else(|| beside(path, "fixtures"));
        match load::recipe(path) {
            Ok(recipe) => {
                tally.suite(&recipe, &fixtures, test.update)?;
                names.push(Arc::clone(&recipe.name));
            }
            Err(problems) => tally.broken(&path.display().to_string(), &problems),
        }
        if !folders.contains(&fixtures) {
            folders.push(fixtures);
        }
    }
    // With a recipe that cannot be read its name is not known, and so not whose cases these are.
    if all && names.len() == paths.len() {
        for stranger in folders.iter().flat_map(|folder| strangers(folder, names.iter().map(|name| &**name))) {
            let title = format!("`{}` belongs to no recipe", stranger.display());
            tally.problem(&[Diagnostic::new(title).help("a folder of cases has the name that `recipe:` states")]);
        }
    }
    if let Some(path) = &test.junit {
        let text = junit(&tally.suites).map_err(Failed::usage)?;
        std::fs::write(path, text)
            .map_err(|error| Failed::usage(format!("cannot write `{}`: {error}", path.display())))?;
    }
    Ok(tally.close())
}

/// All recipes of a folder, sorted.
fn recipes(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let entries = std::fs::read_dir(folder)
        .map_err(|_| Failed::usage("there is no folder `recipes` here; name the recipes to test".to_owned()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"))
        .collect();
    paths.sort();
    if paths.is_empty() {
        return Err(Failed::usage("there are no recipes in `recipes`; name the recipes to test".to_owned()));
    }
    Ok(paths)
}

/// What came of all cases so far.
struct Tally<'o> {
    output: &'o Output,
    problems: usize,
    different: usize,
    cases: usize,
    /// By the recipe's name.
    suites: Vec<(String, Vec<Tried>)>,
}

impl Tally<'_> {
    fn suite(&mut self, recipe: &Arc<Recipe>, fixtures: &Path, update: bool) -> Result<(), Failed> {
        let suite = match Suite::open(recipe, fixtures) {
            Ok(suite) => suite,
            Err(problems) => {
                self.broken(&recipe.name, &problems);
                return Ok(());
            }
        };
        self.say(&format!("{}:", recipe.name))?;
        let copies = Scratch::new()?;
        let mut all = Vec::new();
        for case in &suite.cases {
            let tried = suite.try_case(case, &copies.0, update);
            self.tell(&recipe.name, &tried)?;
            all.push(tried);
        }
        self.suites.push((recipe.name.to_string(), all));
        Ok(())
    }

    fn tell(&mut self, recipe: &str, tried: &Tried) -> Result<(), Failed> {
        self.cases += 1;
        let case = &tried.case;
        let records = counted(tried.records, "record");
        match &tried.verdict {
            Verdict::AsExpected => self.say(&format!("case {case}: as expected, {records}"))?,
            Verdict::Written(true) => self.say(&format!("case {case}: written, {records}"))?,
            Verdict::Written(false) => self.say(&format!("case {case}: nothing new, {records}"))?,
            Verdict::Different(differences) => {
                self.different += 1;
                for difference in differences {
                    self.say(&format!("case {case}: {difference}"))?;
                }
            }
            Verdict::Broken(problems) => {
                self.say(&format!("case {case}: cannot be run"))?;
                self.problem(problems);
            }
        }
        if !self.output.is_jsonl() {
            return Ok(());
        }
        let (verdict, differences) = match &tried.verdict {
            Verdict::AsExpected => ("as_expected", Vec::new()),
            Verdict::Written(_) => ("written", Vec::new()),
            Verdict::Different(list) => ("different", list.iter().map(crate::cases::Difference::to_json).collect()),
            Verdict::Broken(_) => ("broken", Vec::new()),
        };
        self.output.line(&json!({
            "kind": "case", "recipe": recipe, "case": case, "verdict": verdict, "records": tried.records,
            "differences": differences,
        }))
    }

    /// A recipe whose cases cannot be run.
    fn broken(&mut self, recipe: &str, problems: &[Diagnostic]) {
        self.problem(problems);
        let verdict = Verdict::Broken(problems.to_vec());
        let tried = Tried { case: "(all cases)".to_owned(), records: 0, verdict, time: std::time::Duration::ZERO };
        self.suites.push((recipe.to_owned(), vec![tried]));
    }

    fn problem(&mut self, problems: &[Diagnostic]) {
        self.problems += problems.len();
        self.output.diagnostics(problems);
    }

    /// For people; programs get their own lines.
    fn say(&self, text: &str) -> Result<(), Failed> {
        if self.output.is_jsonl() { Ok(()) } else { self.output.data(text) }
    }

    fn close(self) -> u8 {
        let cases = counted(self.cases, "case");
        let (text, code) = match (self.problems, self.different) {
            (0, 0) => (format!("{cases}, all good"), exit::GOOD),
            (0, different) => (format!("{cases}, {different} not as expected"), exit::SOME_WRONG),
            (problems, 0) => (format!("{cases}, {}", counted(problems, "problem")), exit::USAGE),
            (problems, different) => {
                (format!("{cases}, {different} not as expected, {}", counted(problems, "problem")), exit::USAGE)
            }
        };
        self.output.talk(&text);
        code
    }
}

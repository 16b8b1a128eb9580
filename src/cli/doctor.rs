//! `eintrag doctor`: whether what a run stands on is there.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::arguments::{Arguments, Doctor};
use super::output::Output;
use super::scratch::Scratch;
use super::{Done, exit, place};
use crate::doctor::{self, Fact, Finding, Level};
use crate::environment::Environment;
use crate::messages;
use crate::recipe::Recipe;
use crate::recipe::model::{BrowserName, TargetKind};
use crate::runner::Surroundings;
use crate::secret::Secrets;
use crate::target::browser::{BrowserOptions, BrowserTarget};

/// A recipe that wants of a browser no more than that it starts.
const PLAIN: &str = "recipe: doctor
source: { csv: { file: none.csv }, locale: de }
fields: { number: { column: number } }
key: number
targets:
  any:
    browser: { url: 'http://127.0.0.1:9' }
    steps:
      - open: /
      - submit: Speichern
      - expect: gespeichert
";

pub(super) fn doctor(arguments: &Arguments, doctor: &Doctor, output: &Output) -> Done {
    let recipes = doctor
        .recipes
        .iter()
        .map(|path| Ok((path.as_path(), place::load(path, output)?)))
        .collect::<Result<Vec<_>, super::Failed>>()?;
    let secrets = Arc::new(Secrets::from_environment());
    let mut findings = Vec::new();
    if recipes.is_empty() {
        findings.push(doctor::state_folder(&place::state_of(arguments, Path::new(""))));
        findings.push(doctor::zone("Europe/Berlin"));
    }
    let (mut folders, mut zones) = (BTreeSet::new(), BTreeSet::new());
    for (path, recipe) in &recipes {
        let folder = place::state_of(arguments, path);
        if folders.insert(folder.clone()) {
            findings.push(doctor::state_folder(&folder));
        }
        if zones.insert(&recipe.source.zone) {
            findings.push(doctor::zone(&recipe.source.zone));
        }
        findings.extend(doctor::settings(&path.display().to_string(), recipe, &Environment::default(), &secrets));
    }
    findings.extend(place::block_on(async {
        let mut findings = doctor::browsers(&wanted(&recipes)).await;
        if doctor.start {
            findings.extend(started(&recipes, &secrets).await?);
        }
        Ok(findings)
    })??);
    report(&findings, output)?;
    let is_wrong = findings.iter().any(|finding| finding.level == Level::Wrong);
    Ok(if is_wrong { exit::SOME_WRONG } else { exit::GOOD })
}

/// The browsers that runs of these recipes start.
fn wanted(recipes: &[(&Path, Arc<Recipe>)]) -> Vec<Option<BrowserName>> {
    let targets = recipes.iter().flat_map(|(_, recipe)| &recipe.targets);
    let settings = targets.filter_map(|target| match &target.kind {
        TargetKind::Browser(settings) => Some(settings),
        TargetKind::Http(_) => None,
    });
    settings.filter(|settings| settings.webdriver.is_none()).map(|settings| settings.browser).collect()
}

/// Tries to start the browser of each target; without recipes the first that is found.
async fn started(recipes: &[(&Path, Arc<Recipe>)], secrets: &Arc<Secrets>) -> Result<Vec<Finding>, super::Failed> {
    let scratch = Scratch::new()?;
    let is_named = !recipes.is_empty();
    let plain;
    let recipes = if recipes.is_empty() {
        let recipe = crate::recipe::read("doctor.yaml", PLAIN, Path::new(""))
            .map_err(|_| super::Failed::usage("the doctor's own recipe cannot be read"))?;
        plain = [(Path::new("doctor"), Arc::new(recipe))];
        &plain[..]
    } else {
        recipes
    };
    let mut findings = Vec::new();
    for (path, recipe) in recipes {
        for (index, target) in recipe.targets.iter().enumerate() {
            if !matches!(target.kind, TargetKind::Browser(_)) {
                continue;
            }
            let title = is_named.then(|| format!("{} › {}", path.display(), target.name));
            let around = Surroundings {
                today: jiff::Zoned::now().date(),
                environment: Environment::default(),
                secrets: Arc::clone(secrets),
                attachments: None,
            };
            let options = BrowserOptions { state: scratch.0.clone(), ..BrowserOptions::default() };
            findings.push(match BrowserTarget::new(Arc::clone(recipe), index, &around, Arc::clone(secrets), options) {
                Ok(target) => doctor::started(title, &target).await,
                Err(why) => Finding { level: Level::Wrong, fact: Fact::NotStarted { target: title, why } },
            });
        }
    }
    Ok(findings)
}

fn report(findings: &[Finding], output: &Output) -> Result<(), super::Failed> {
    for Finding { level, fact } in findings {
        let message = messages::fact(fact, output.language);
        let remedy = messages::remedy(fact, output.language).filter(|_| *level != Level::Good);
        if output.is_jsonl() {
            let word = messages::level(*level, messages::Language::English);
            output.line(&json!({ "kind": "check", "check": fact.code(), "level": word, "message": message,
                                 "help": remedy }))?;
            continue;
        }
        output.data(&format!("{:<8} {message}", messages::level(*level, output.language)))?;
        if let Some(remedy) = remedy {
            let word = if output.language == messages::Language::German { "Abhilfe" } else { "help" };
            output.data(&format!("{:<8} {word}: {remedy}", ""))?;
        }
    }
    Ok(())
}

//! `eintrag journal`: verify, moved, trust.

use std::path::Path;

use super::arguments::{Arguments, Journal as Options, JournalVerb};
use super::output::Output;
use super::run::bind;
use super::{Done, Failed, exit, place};
use crate::environment::Environment;
use crate::journal::JournalError;
use crate::runner::Surroundings;
use crate::secret::Secrets;
use crate::target::browser::BrowserOptions;

pub(super) fn journal(arguments: &Arguments, options: &Options, output: &Output) -> Done {
    match &options.verb {
        JournalVerb::Verify => verify(arguments, output),
        JournalVerb::Trust => trust(arguments, output),
        JournalVerb::Moved { recipe, target } => moved(arguments, recipe, target.as_deref(), output),
    }
}

fn failed(error: JournalError) -> Failed {
    Failed::usage(error.to_string())
}

fn verify(arguments: &Arguments, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    place::warn_of_trust(&journal, output);
    match journal.verify() {
        Ok(events) => {
            output.talk(&format!("the journal is whole: {events} events"));
            Ok(exit::GOOD)
        }
        Err(error @ JournalError::Damaged(_)) => {
            output.talk(&format!("error: {error}"));
            Ok(exit::SOME_WRONG)
        }
        Err(error) => Err(failed(error)),
    }
}

fn trust(arguments: &Arguments, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    place::block_on(journal.trust_again(&place::who()))?.map_err(failed)?;
    output.talk("the journal is trusted: what it does not know counts as not entered");
    Ok(exit::GOOD)
}

fn moved(arguments: &Arguments, path: &Path, target: Option<&str>, output: &Output) -> Done {
    let recipe = place::load(path, output)?;
    let journal = place::open(&place::state_of(arguments, path))?;
    let around = Surroundings {
        today: jiff::civil::Date::default(),
        environment: Environment::default(),
        secrets: Secrets::from_environment().into(),
        attachments: None,
    };
    if let Some(name) = target
        && !recipe.targets.iter().any(|known| *known.name == *name)
    {
        return Err(Failed::usage(format!("the recipe has no target `{name}`")));
    }
    for (bound, model) in bind(&recipe, &around, &BrowserOptions::default())?.iter().zip(&recipe.targets) {
        if target.is_none_or(|name| *model.name == *name) {
            let known = place::block_on(journal.moved(&recipe.ledger, &model.name, &bound.origin, &place::who()))?
                .map_err(failed)?;
            let what = if known { "is the same system, now" } else { "was not known yet; it is" };
            output.talk(&format!("`{}` {what} at {}", model.name, bound.origin));
        }
    }
    Ok(exit::GOOD)
}

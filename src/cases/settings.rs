//! `case.yaml`: the day and the variables of a case. What it does not state is the same everywhere all the same.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::{self, Date};
use serde::Deserialize;

use crate::diagnostic::{At, Diagnostic, SourceText};
use crate::environment::Environment;
use crate::expression::{Name, Piece};
use crate::recipe::Recipe;
use crate::recipe::yaml::{self, Ordered, Text};

/// The day of a case that states none.
const TODAY: Date = civil::date(2026, 1, 1);

/// The day and the variables of a case.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// What `${today}` means.
    pub(super) today: Date,
    /// What `${env.…}` means.
    pub(super) environment: Environment,
}

/// `case.yaml` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    today: Option<At<Text>>,
    env: Option<Ordered<At<Text>>>,
}

impl Settings {
    /// Settings of a case without a `case.yaml`.
    fn new() -> Self {
        Self { today: TODAY, environment: Environment::closed() }
    }

    /// The settings of a case, and a stand-in for each variable that an address is made of and the case does not state.
    ///
    /// # Errors
    /// All that is wrong with `case.yaml`.
    pub(super) fn read(path: &Path, recipe: &Recipe) -> Result<Self, Vec<Diagnostic>> {
        let mut settings = Self::new();
        if path.is_file() {
            settings.take(path)?;
        }
        settings.stand_in(recipe);
        Ok(settings)
    }

    fn take(&mut self, path: &Path) -> Result<(), Vec<Diagnostic>> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| vec![Diagnostic::new(format!("cannot read `{shown}`: {error}"))])?;
        let source = Arc::new(SourceText { path: shown, text });
        let written: Written = yaml::read(&source)?;
        if let Some(today) = &written.today {
            self.today = Date::strptime("%Y-%m-%d", today.as_str()).map_err(|_| {
                let title = format!("`{}` is not a day", today.as_str());
                vec![Diagnostic::at(&source, today.span.clone(), title).help("write it as `2026-01-31`")]
            })?;
        }
        for (name, value) in written.env.iter().flat_map(Ordered::iter) {
            self.environment.set(name.as_str(), value.as_str());
        }
        Ok(())
    }

    /// The address of a system is not what a case is about, so it need not state one: `ERP_URL` at the beginning of an
    /// address is `https://erp-url.test`, and `erp-url.test` further on. Names under `.test` belong to nobody (RFC 2606).
    fn stand_in(&mut self, recipe: &Recipe) {
        for target in &recipe.targets {
            for (at, piece) in target.kind.url().pieces().iter().enumerate() {
                let Piece::Expression(expression, _) = piece else { continue };
                for name in expression.names() {
                    let Name::Env(name) = name else { continue };
                    if self.environment.get(name).is_none() {
                        let host = host(name);
                        self.environment.set(&**name, if at == 0 { format!("https://{host}") } else { host });
                    }
                }
            }
        }
    }
}

/// A host's name made of a variable's.
fn host(variable: &str) -> String {
    let letters = variable.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    });
    format!("{}.test", letters.collect::<String>().trim_matches('-'))
}

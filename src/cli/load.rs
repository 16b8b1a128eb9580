//! Reading a recipe with all that can be known of it without data or network: its own cross-checks, and what the
//! validation and the source say of it.

use std::path::Path;
use std::sync::Arc;

use jiff::civil;

use crate::diagnostic::Diagnostic;
use crate::messages::{self, Language};
use crate::recipe::model::{Control, Expected};
use crate::recipe::{self, Recipe};
use crate::source;
use crate::validate::{RecipeFault, Validator};

/// Reads a recipe.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn recipe(path: &Path) -> Result<Arc<Recipe>, Vec<Diagnostic>> {
    let recipe = Arc::new(recipe::load(path)?);
    // No default depends on the day.
    let validator = Validator::new(Arc::clone(&recipe), civil::Date::ZERO);
    let mut faults: Vec<Diagnostic> =
        validator.faults_of_recipe().iter().map(|fault| diagnostic(&recipe, fault)).collect();
    faults.extend(recipe.control.iter().filter_map(|control| never_read(&recipe, control)));
    if faults.is_empty() { Ok(recipe) } else { Err(faults) }
}

/// A footer that no file can have, for the data ends before it: each of them would be rejected for it.
fn never_read(recipe: &Recipe, control: &Control) -> Option<Diagnostic> {
    let Expected::Footer(caption) = &control.expected else { return None };
    let left_out = recipe.source.kind.left_out()?;
    source::ends_before(left_out, caption).then(|| {
        let title = format!("the footer `{caption}` is never read, since `stop_at:` ends the data before it");
        Diagnostic::at(&recipe.text, control.span.clone(), title)
            .help("leave it out of `stop_at:`: a footer is no record anyway")
    })
}

fn diagnostic(recipe: &Recipe, fault: &RecipeFault) -> Diagnostic {
    let field = &recipe.fields[fault.field];
    let why = messages::why(&fault.why, Language::English);
    match &fault.default {
        Some(text) => {
            let title = format!("the default `{text}` of the field `{}` cannot be used: {why}", field.name);
            Diagnostic::at(&recipe.text, field.span.clone(), title)
                .help("a default stands in for an empty cell, so write it as the source writes such values")
        }
        None => {
            let title = format!("the format of the field `{}` cannot be used: {why}", field.name);
            Diagnostic::at(&recipe.text, field.span.clone(), title).help("write it as `dd.MM.yyyy` or `%d.%m.%Y`")
        }
    }
}

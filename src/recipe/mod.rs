//! Recipes: the YAML types, the cross-checks between them, and the JSON Schema. What a recipe means is in [`model`].

pub mod model;

pub use model::Recipe;

use std::path::Path;

use crate::diagnostic::Diagnostic;

/// Reads and cross-checks a recipe file: all that can be known without data or network.
///
/// # Errors
/// All that is wrong with it: the first structural error (a key that is not known, a value of the wrong shape), or else
/// everything that the cross-checks find.
pub fn load(path: &Path) -> Result<Recipe, Vec<Diagnostic>> {
    Err(vec![Diagnostic::new(format!("cannot read `{}`", path.display()))])
}

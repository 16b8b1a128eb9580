//! Recipes: the YAML types, the cross-checks between them, and the JSON Schema. What a recipe means is in [`model`].

mod lower;
pub mod model;
mod names;
mod raw;
mod schema;
#[cfg(test)]
mod tests;
pub(crate) mod yaml;

pub use model::Recipe;
pub use schema::schema;
pub use yaml::inside;

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, SourceText};

/// The largest recipe file, in bytes; a larger one is some other file.
const LARGEST: u64 = 1_000_000;

/// Reads and cross-checks a recipe file: all that can be known without data or network.
///
/// # Errors
/// All that is wrong with it: a slip of syntax, or all that does not have the shape of a recipe, or else everything that
/// the cross-checks find.
pub fn load(path: &Path) -> Result<Recipe, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let cannot =
        |why: String, help: &str| vec![Diagnostic::new(format!("cannot read the recipe `{shown}`: {why}")).help(help)];
    let facts = std::fs::metadata(path).map_err(|error| cannot(error.to_string(), "is the path right?"))?;
    if facts.is_dir() {
        return Err(cannot("it is a folder".to_owned(), "name the recipe's file"));
    }
    if facts.len() > LARGEST {
        return Err(cannot(
            format!("it has {} bytes", facts.len()),
            "a recipe has some hundred lines; is this the right file?",
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| cannot(error.to_string(), ""))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        cannot(format!("line {line} is not in UTF-8"), "save it in the encoding UTF-8")
    })?;
    read(&shown, &text, path.parent().unwrap_or(Path::new("")))
}

/// Reads and cross-checks the text of a recipe. `path` is what messages call it; lookup tables are read from `folder`.
///
/// # Errors
/// As [`load`].
pub fn read(path: &str, text: &str, folder: &Path) -> Result<Recipe, Vec<Diagnostic>> {
    let sha256 = Sha256::digest(text).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a text cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    let source = Arc::new(SourceText { path: path.to_owned(), text });
    let written: yaml::Keyed<raw::RecipeFile> = yaml::read(&source)?;
    lower::recipe(lower::Context::new(source, folder.to_owned()), &written, sha256)
}

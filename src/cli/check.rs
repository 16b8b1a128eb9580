//! `eintrag check`.

use super::arguments::Check;
use super::output::Output;
use super::place::counted;
use super::{Done, exit, load};

pub(super) fn check(check: &Check, output: &Output) -> Done {
    let mut problems = 0;
    for path in &check.recipes {
        match load::recipe(path) {
            Ok(recipe) => output.talk(&format!("{}: ok ({})", path.display(), counted(recipe.fields.len(), "field"))),
            Err(diagnostics) => {
                problems += diagnostics.len();
                output.diagnostics(&diagnostics);
            }
        }
    }
    if problems == 0 {
        return Ok(exit::GOOD);
    }
    output.talk(&counted(problems, "problem"));
    Ok(exit::USAGE)
}

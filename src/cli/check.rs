//! `eintrag check`.

use super::arguments::Check;
use super::output::Output;
use super::{Done, exit, place};
use crate::recipe;

pub(super) fn check(check: &Check, output: &Output) -> Done {
    let mut problems = 0;
    for path in &check.recipes {
        match recipe::load(path) {
            Ok(recipe) => output.talk(&format!("{}: ok ({} fields)", path.display(), recipe.fields.len())),
            Err(diagnostics) => {
                problems += diagnostics.len();
                for diagnostic in &diagnostics {
                    output.talk(&format!("{diagnostic}\n"));
                }
            }
        }
    }
    if problems == 0 {
        return Ok(exit::GOOD);
    }
    output.talk(&place::problems(problems));
    Ok(exit::USAGE)
}

//! From the text of a YAML file to Rust types: an exact tree of nodes, a reader of serde types that reports all that is
//! wrong with their shape, and the slips of YAML that would otherwise change a meaning silently.

mod de;
mod node;
mod place;
mod shapes;
mod slips;

pub use place::inside;
pub(crate) use shapes::{Keyed, OneOrMany, Ordered, Text, TextOr, Tree};

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, SourceText};
use node::Content;

/// Reads a type from a YAML text.
///
/// # Errors
/// The first thing wrong with its syntax; or else all slips and all that does not have the shape of the type.
pub(crate) fn read<T: DeserializeOwned>(source: &Arc<SourceText>) -> Result<T, Vec<Diagnostic>> {
    let root = node::parse(&source.text).map_err(|error| vec![slips::syntax(source, &error)])?;
    if root.content == Content::Null {
        let empty = Diagnostic::at(source, 0..0, "the file is empty");
        return Err(vec![empty.help("`eintrag init` writes a first recipe")]);
    }
    let mut problems = slips::cut_by_comment(source, &root);
    match de::read(&root) {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(problems),
        Err(troubles) => {
            // Where a comment left nothing of a value, that has been said.
            let cut: Vec<usize> = problems.iter().filter_map(|problem| line(source, problem)).collect();
            let shapes = troubles.into_iter().map(|trouble| (trouble.nothing, trouble.at(source)));
            let shapes =
                shapes.filter(|(nothing, shape)| !nothing || line(source, shape).is_none_or(|at| !cut.contains(&at)));
            problems.extend(shapes.map(|(_, shape)| shape));
            problems.sort_by_key(|problem| problem.place.as_ref().map(|(_, span)| span.start));
            Err(problems)
        }
    }
}

fn line(source: &SourceText, problem: &Diagnostic) -> Option<usize> {
    problem.place.as_ref().map(|(_, span)| source.line_column(span.start).0)
}

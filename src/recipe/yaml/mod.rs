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

/// Reads a type from a YAML text.
///
/// # Errors
/// The first thing wrong with its syntax; or else all slips and all that does not have the shape of the type.
pub(crate) fn read<T: DeserializeOwned>(source: &Arc<SourceText>) -> Result<T, Vec<Diagnostic>> {
    let root = node::parse(&source.text).map_err(|error| vec![slips::syntax(source, &error)])?;
    let mut problems = slips::cut_by_comment(source, &root);
    match de::read(&root) {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(problems),
        Err(troubles) => {
            problems.extend(troubles.into_iter().map(|trouble| trouble.at(source)));
            Err(problems)
        }
    }
}

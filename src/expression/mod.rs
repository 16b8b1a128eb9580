//! `${...}` and checks: one small language of exact decimals, dates and text, without I/O and without loops.
//! Parsing and evaluating are pure; what a name stands for is asked of a [`Names`] once and of a [`Scope`] each time.
//!
//! # The language
//!
//! **Values.** Text, exact numbers, money (an amount with its currency), true and false, dates, times, datetimes, lists
//! and maps (such as one line of an invoice). A value may be *missing* (an empty cell) or *null*.
//!
//! **Literals.** `5000`, `0.1` (all digits, a decimal point, at most 28 digits, no exponent), `'text'` and `"text"` with the
//! escapes `\n \t \r \\ \' \" \u{20ac}`, `true`, `false`, `null`, lists `[a, b]`. A fixed day is `"2026-01-31".date()`.
//!
//! **Operators**, from tight to loose; those of one line are done from left to right:
//!
//! | operator | meaning |
//! |---|---|
//! | `a.b` `a.method(x)` `a[0]` | member, method, element (counted from 0; missing beyond the end) |
//! | `-a` | negative |
//! | `* / %` | of numbers; money times or by a number; money by money of the same currency is a number |
//! | `+ -` | of numbers, of money in the same currency; `+` joins texts |
//! | `a ?? b` | `b` where `a` is missing or null; beside arithmetic it needs parentheses |
//! | `== != < <= > >= in`, `not in` | comparison; cannot be chained |
//! | `not` | |
//! | `and` | the right side is asked only if the left one is true |
//! | `or` | the right side is asked only if the left one is false |
//! | `a ? b : c` | `b` where `a` is true, else `c` |
//!
//! **Numbers.** `+ - *` are exact up to 28 digits and a longer result is rounded there; a division is rounded to 28
//! digits (`1 / 3`) and printed without trailing zeros (`10 / 4` is `2.5`). Numbers are equal by value (`1.10 == 1.1`) and
//! printed with the digits they were written with (`1.10`). The remainder `%` has the sign of its left side. Dividing by
//! zero and numbers that are too great are errors.
//!
//! **Comparison** is of two values of one kind. A missing value, two kinds, money in two currencies, and datetimes of
//! which only one states its offset from UTC are errors, never silently false. Texts are equal letter by letter (capitals
//! count) and have no order. The ways to ask for a value are `x == null`, `x != null`, `x.is_missing`, `x.is_given` and
//! `x ?? default`. All else that meets a missing value (arithmetic, methods, conditions) is an error too.
//!
//! **Lists.** In the argument of `sum`, `count`, `min`, `max`, `all`, `any`, `map` and `filter`, a bare name is first a member of
//! the element (`lines.sum(quantity * price)`), then a name around; `it` is the element itself (`tags.all(it != "x")`). Where
//! the members are not known before there is a record (captures), write `it.price`.
//!
//! **Names** are the fields, `lines`, `occurrence`, `today`, what steps captured (`invoice_id`; of an earlier target
//! `erp.invoice_id`), `env.NAME`, in targets `secrets.NAME`, and in browsers `totp.NAME`: the one-time code of the moment
//! that is made from the secret of that name.
//!
//! **Methods** are listed in [`METHODS`]. One without a required argument may be written without parentheses
//! (`issued.year`). In `matches("…")` backslashes stand as they are, so that a `pattern:` can be copied.

mod checker;
mod code;
mod date_format;
mod evaluator;
mod lexer;
mod methods;
mod operators;
mod parser;
mod problem;
mod scope;
mod syntax;
mod template;

pub use methods::{Argument, Gives, METHODS, Method, On, Takes, markdown};
pub use problem::Problem;
pub use scope::{Kind, Name, Names, Resolved, Scope};
pub use template::{Piece, Template};

use std::sync::Arc;

use crate::record::Value;
use code::{Code, Op};
use evaluator::Evaluator;
use operators::Sort;
use problem::{Trouble, quoted};

/// A parsed expression whose names are settled.
#[derive(Clone, Debug)]
pub struct Expression {
    source: Arc<str>,
    kind: Kind,
    names: Vec<Name>,
    secret: bool,
    code: Arc<Code>,
}

impl Expression {
    /// Parses an expression and settles its names.
    ///
    /// # Errors
    /// All that is wrong with it: syntax (then the only one), unknown names, methods and kinds that do not go together.
    pub fn new(source: &str, names: &dyn Names) -> Result<Self, Vec<Problem>> {
        let tree = parser::parse(source).map_err(|problem| vec![problem])?;
        let checked = checker::check(source, &tree, names);
        if !checked.problems.is_empty() {
            return Err(checked.problems);
        }
        Ok(Self {
            source: source.into(),
            kind: checked.kind,
            secret: checked.names.iter().any(Name::is_secret),
            names: checked.names,
            code: Arc::new(checked.code),
        })
    }

    /// Parses an expression that must be true or false: a check, `needs_approval:`, `when:`.
    ///
    /// # Errors
    /// As [`Expression::new`], and where its value can be known to be of another kind.
    pub fn condition(source: &str, names: &dyn Names) -> Result<Self, Vec<Problem>> {
        let expression = Self::new(source, names)?;
        match Sort::of_kind(&expression.kind) {
            None | Some(Sort::Bool) => Ok(expression),
            Some(sort) => Err(vec![expression.not_a_condition(sort.words())]),
        }
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

    /// The field, by its position, where the expression is its name and nothing else.
    pub fn field(&self) -> Option<usize> {
        match (&self.code.op, self.names.as_slice()) {
            (Op::Name(_), [Name::Field(at)]) => Some(*at),
            _ => None,
        }
    }

    /// Whether it uses a secret, so that its value must never be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Its value.
    ///
    /// # Errors
    /// Comparing a missing value or two kinds, dividing by zero, overflow, a scope's error: with the place in the source.
    pub fn value(&self, scope: &dyn Scope) -> Result<Value, Problem> {
        let value = self.evaluator(scope).value(&self.code, None)?;
        Ok(value.into_owned())
    }

    /// Whether it is true, for checks and `when:`.
    ///
    /// # Errors
    /// As [`Expression::value`], and where the value is not true or false.
    pub fn holds(&self, scope: &dyn Scope) -> Result<bool, Problem> {
        match &*self.evaluator(scope).value(&self.code, None)? {
            Value::Bool(value) => Ok(*value),
            other => Err(self.not_a_condition(Sort::of(other).map_or(other.kind(), Sort::words))),
        }
    }

    fn evaluator<'a>(&'a self, scope: &'a dyn Scope) -> Evaluator<'a> {
        Evaluator { source: &self.source, names: &self.names, scope, secret: self.secret }
    }

    fn not_a_condition(&self, found: &str) -> Problem {
        Trouble::new(format!("{} is {found}, but true or false is needed here", quoted(&self.source)))
            .help("compare it with something, or ask `!= null` whether there is a value")
            .at(0..self.source.len())
    }
}

#[cfg(test)]
mod tests;

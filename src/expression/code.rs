//! The tree that is evaluated: names are settled, methods are found, patterns are compiled.

use std::sync::Arc;

use super::methods::{Method, Prepared};
use super::operators::{Arithmetic, Comparison};
use super::syntax::Span;
use crate::record::Value;

/// One node of it.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) op: Op,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    Literal(Value),
    /// A name, by its position in the expression's list.
    Name(usize),
    /// The element that a list method is at, so many list methods further out.
    Element(usize),
    List(Vec<Code>),
    Not(Box<Code>),
    Negate(Box<Code>),
    And(Box<[Code; 2]>),
    Or(Box<[Code; 2]>),
    Compare(Comparison, Box<[Code; 2]>),
    /// `x != null`, or `x == null` where the flag is not set.
    Given(bool, Box<Code>),
    /// `in`, or `not in` where the flag is set.
    In(bool, Box<[Code; 2]>),
    Arithmetic(Arithmetic, Box<[Code; 2]>),
    Default(Box<[Code; 2]>),
    Choose(Box<[Code; 3]>),
    Index(Box<[Code; 2]>),
    Member(Box<Member>),
    Call(Box<MethodCall>),
}

/// A member of a map.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) of: Code,
    pub(super) name: Arc<str>,
    /// Where it most likely stands in the map.
    pub(super) slot: usize,
    /// What is done where the value turns out to be no map: a method of that name without parentheses.
    pub(super) methods: Vec<&'static Method>,
}

/// A method with its arguments.
#[derive(Clone, Debug)]
pub(super) struct MethodCall {
    pub(super) on: Code,
    pub(super) name: Arc<str>,
    /// The methods that may be meant; one, where the kind of the value is known.
    pub(super) methods: Vec<(&'static Method, Prepared)>,
    pub(super) arguments: Vec<Code>,
}

impl Op {
    /// Whether it can never be missing or null, so that a default for it is a mistake.
    pub(super) fn always_has_a_value(&self) -> bool {
        match self {
            Op::Literal(value) => !matches!(value, Value::Missing | Value::Null),
            Op::List(_)
            | Op::Not(_)
            | Op::Negate(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Compare(..)
            | Op::Given(..)
            | Op::In(..)
            | Op::Arithmetic(..) => true,
            Op::Name(_)
            | Op::Element(_)
            | Op::Default(_)
            | Op::Choose(_)
            | Op::Index(_)
            | Op::Member(_)
            | Op::Call(_) => false,
        }
    }
}

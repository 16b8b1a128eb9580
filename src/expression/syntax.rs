//! The tree that the parser makes of an expression's text. Names are not settled and kinds are not known yet: that is
//! the checker's work.

use std::ops::Range;
use std::sync::Arc;

use super::operators::{Arithmetic, Comparison};
use crate::record::Value;

/// A place in the text, in bytes; half the size of a `Range<usize>`, and `Copy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// A place; texts are limited to far less than what fits.
    pub(super) fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// From the beginning of this one to the end of another.
    pub(super) fn to(self, end: Span) -> Self {
        Self { start: self.start, end: end.end }
    }

    /// The text at this place.
    pub(super) fn of(self, source: &str) -> &str {
        source.get(Range::from(self)).unwrap_or_default()
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start as usize..span.end as usize
    }
}

/// One node of the tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) syntax: Syntax,
    pub(super) span: Span,
    /// How many levels the tree below has, itself included; limited, so that no walk overflows the stack.
    pub(super) height: usize,
    /// Whether it stands in parentheses of its own.
    pub(super) parenthesised: bool,
}

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: Arc<str>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Syntax {
    /// A number, text, `true`, `false` or `null`.
    Literal(Value),
    /// A name that is still to be settled.
    Name(Arc<str>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `not a`.
    Not(Box<Node>),
    /// `-a`.
    Negate(Box<Node>),
    /// `a and b`.
    And(Box<[Node; 2]>),
    /// `a or b`.
    Or(Box<[Node; 2]>),
    /// `a == b`.
    Compare(Comparison, Box<[Node; 2]>),
    /// `a in b`, or `a not in b` where the flag is set.
    In(bool, Box<[Node; 2]>),
    /// `a + b`.
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    /// `a ?? b`.
    Default(Box<[Node; 2]>),
    /// `a ? b : c`.
    Choose(Box<[Node; 3]>),
    /// `a.b`.
    Member(Box<Node>, Word),
    /// `a.b(c)`.
    Call(Box<Node>, Word, Vec<Node>),
    /// `a[b]`.
    Index(Box<[Node; 2]>),
}

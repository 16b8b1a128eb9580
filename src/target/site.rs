//! Where a value stands, for messages. Nearly always nothing is wrong, so that a place is only put into words when a
//! message is made of it.

use std::fmt;
use std::ops::Range;

/// Where in the request, and where in the recipe, a value stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// In the request.
    pub what: What<'a>,
    /// Bytes of the recipe.
    pub span: &'a Range<usize>,
}

/// A place in the request.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    /// In these words.
    Words(&'a str),
    /// One of its kind, with its name: query `number`.
    Named(&'static str, &'a str),
    /// In the JSON body.
    Json(&'a JsonPlace<'a>),
}

/// A place in a JSON body, from its root.
#[derive(Clone, Copy)]
pub(super) enum JsonPlace<'a> {
    /// `$`.
    Root,
    /// A member of an object.
    Member(&'a JsonPlace<'a>, &'a str),
    /// An item of a list.
    Item(&'a JsonPlace<'a>, usize),
}

impl<'a> Site<'a> {
    /// A place in these words.
    pub fn new(what: &'a str, span: &'a Range<usize>) -> Self {
        Self { what: What::Words(what), span }
    }

    /// One of its kind, with its name.
    pub fn named(kind: &'static str, name: &'a str, span: &'a Range<usize>) -> Self {
        Self { what: What::Named(kind, name), span }
    }

    /// In a JSON body.
    pub fn json(place: &'a JsonPlace<'a>, span: &'a Range<usize>) -> Self {
        Self { what: What::Json(place), span }
    }
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Words(words) => f.write_str(words),
            What::Named(kind, name) => write!(f, "{kind} `{name}`"),
            What::Json(place) => write!(f, "json `{place}`"),
        }
    }
}

impl fmt::Display for JsonPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonPlace::Root => f.write_str("$"),
            JsonPlace::Member(parent, name) => write!(f, "{parent}.{name}"),
            JsonPlace::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

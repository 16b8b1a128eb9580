//! `targets:` the systems that a record is entered into, and the pieces of each that have exactly one write.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::http::{HttpSettings, HttpStep, Lookup};
use crate::expression::Template;

/// One target.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name.
    pub name: Arc<str>,
    /// Where its name is written.
    pub span: Range<usize>,
    /// `system:` the name under which its entries are remembered; the origin of its URL unless stated.
    pub system: Option<String>,
    /// How it is reached.
    pub kind: TargetKind,
    /// `login:`.
    pub login: Option<Login>,
    /// `parts:` in order; `steps:` alone is one part, `entry`.
    pub parts: Vec<Part>,
}

/// How a target is reached.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// `http:`.
    Http(HttpSettings),
}

/// `login:` of an HTTP target.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its calls, which may capture (secret) values.
    pub steps: Vec<HttpStep>,
    /// `headers:` sent with each call after the login, from what was captured.
    pub headers: Vec<(String, Template)>,
}

/// A named piece of a target with exactly one write.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: Arc<str>,
    /// `lookup:` asked before the first submit and whenever an attempt's end is unknown.
    pub lookup: Option<Lookup>,
    /// `steps:`.
    pub steps: Steps,
    /// `update:` the steps of `on_change: update`.
    pub update: Option<Steps>,
    /// `verify:` read back and compare; an `expect:` that is not met is a difference.
    pub verify: Vec<HttpStep>,
    /// The fields whose values its steps use, directly or through `when:`; content is compared by them.
    pub uses: BTreeSet<usize>,
    /// Whether its steps use `lines`.
    pub uses_lines: bool,
}

/// Steps with exactly one write among them.
#[derive(Clone, Debug)]
pub struct Steps {
    /// Harmless steps before the write.
    pub before: Vec<HttpStep>,
    /// The write.
    pub submit: HttpStep,
    /// Harmless steps after it, which only capture more.
    pub after: Vec<HttpStep>,
}

//! `targets:` the systems that a record is entered into, and the pieces of each that have exactly one write.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::browser::{Action, BrowserLookup, BrowserSettings, BrowserStep};
use super::http::{Effect, HttpSettings, HttpStep, Lookup, WaitUntil};
use crate::diagnostic::At;
use crate::expression::Expression;

/// One target.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name.
    pub name: Arc<str>,
    /// Where its name is written.
    pub span: Range<usize>,
    /// `system:` the name under which its entries are remembered; the origin of its URL unless stated.
    pub system: Option<String>,
    /// How it is reached, and as whom.
    pub kind: TargetKind,
    /// `parts:` in order; `steps:` alone is one part, `entry`.
    pub parts: Vec<Part>,
}

/// How a target is reached.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// `http:`.
    Http(HttpSettings),
    /// `browser:`.
    Browser(BrowserSettings),
}

/// A named piece of a target with exactly one write.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: Arc<str>,
    /// Its steps, of the kind of its target.
    pub kind: PartKind,
    /// The fields whose values its steps use, directly or through `when:`; content is compared by them.
    pub uses: BTreeSet<usize>,
    /// Whether its steps use `lines`.
    pub uses_lines: bool,
}

/// The steps of a part, of the kind of its target.
#[derive(Clone, Debug)]
pub enum PartKind {
    /// Calls.
    Http(Box<HttpPart>),
    /// What is done in a browser.
    Browser(Box<BrowserPart>),
}

/// A part of an `http:` target.
pub type HttpPart = Work<HttpStep, Lookup>;

/// A part of a `browser:` target.
pub type BrowserPart = Work<BrowserStep, BrowserLookup>;

/// What a part does, in steps of one kind.
#[derive(Clone, Debug)]
pub struct Work<S, L> {
    /// `lookup:` asked before the first submit and whenever an attempt's end is unknown.
    pub lookup: Option<L>,
    /// `steps:`.
    pub steps: Steps<S>,
    /// `update:` the steps of `on_change: update`.
    pub update: Option<Steps<S>>,
    /// `verify:` read back and compare; an `expect:` that is not met is a difference.
    pub verify: Vec<S>,
}

/// Steps with exactly one write among them.
#[derive(Clone, Debug)]
pub struct Steps<S> {
    /// Harmless steps before the write.
    pub before: Vec<S>,
    /// The write.
    pub submit: S,
    /// Harmless steps after it, which only capture more.
    pub after: Vec<S>,
}

/// What the runner must know of steps, whatever their kind.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'a> {
    /// Whether harmless steps come before the write.
    pub stages: bool,
    /// What the write does to the target.
    pub effect: Effect,
    /// `when:` of the write.
    pub when: Option<&'a At<Expression>>,
    /// `wait_until:` of the write.
    pub wait_until: Option<&'a WaitUntil>,
    /// Whether steps that capture more come after it.
    pub finishes: bool,
}

impl TargetKind {
    /// `url:` of the target, whose origin names the system.
    pub fn url(&self) -> &At<crate::expression::Template> {
        match self {
            TargetKind::Http(settings) => &settings.url,
            TargetKind::Browser(settings) => &settings.url,
        }
    }

    /// How many records may be in work at the same time.
    pub fn concurrency(&self) -> usize {
        match self {
            TargetKind::Http(settings) => settings.concurrency.max(1),
            TargetKind::Browser(settings) => settings.sessions.max(1),
        }
    }
}

impl Part {
    /// What the runner must know of its steps, or of its update steps where it has them.
    pub fn outline(&self, updating: bool) -> Outline<'_> {
        match &self.kind {
            PartKind::Http(part) => part
                .steps(updating)
                .outline(|submit| (submit.effect, submit.when.as_ref(), submit.wait_until.as_deref())),
            PartKind::Browser(part) => part.steps(updating).outline(|submit| {
                let effect = match &submit.action {
                    Action::Submit(submit) => submit.effect,
                    _ => Effect::Once,
                };
                (effect, submit.when.as_ref(), None)
            }),
        }
    }

    /// Whether a look-up can tell that it is there.
    pub fn has_lookup(&self) -> bool {
        match &self.kind {
            PartKind::Http(part) => part.lookup.is_some(),
            PartKind::Browser(part) => part.lookup.is_some(),
        }
    }

    /// Whether the look-up compares what it finds.
    pub fn lookup_compares(&self) -> bool {
        match &self.kind {
            PartKind::Http(part) => part.lookup.as_ref().is_some_and(|lookup| !lookup.same.is_empty()),
            PartKind::Browser(part) => part.lookup.as_ref().is_some_and(|lookup| !lookup.same.is_empty()),
        }
    }

    /// Whether it has update steps.
    pub fn has_update(&self) -> bool {
        match &self.kind {
            PartKind::Http(part) => part.update.is_some(),
            PartKind::Browser(part) => part.update.is_some(),
        }
    }

    /// Whether it is read back.
    pub fn verifies(&self) -> bool {
        match &self.kind {
            PartKind::Http(part) => !part.verify.is_empty(),
            PartKind::Browser(part) => !part.verify.is_empty(),
        }
    }
}

impl<S, L> Work<S, L> {
    /// Its steps, or its update steps where it has them.
    pub fn steps(&self, updating: bool) -> &Steps<S> {
        match &self.update {
            Some(update) if updating => update,
            _ => &self.steps,
        }
    }
}

impl<S> Steps<S> {
    /// All steps in order.
    pub fn all(&self) -> impl Iterator<Item = &S> {
        self.before.iter().chain([&self.submit]).chain(&self.after)
    }

    fn outline<'a>(
        &'a self,
        submit: impl FnOnce(&'a S) -> (Effect, Option<&'a At<Expression>>, Option<&'a WaitUntil>),
    ) -> Outline<'a> {
        let (effect, when, wait_until) = submit(&self.submit);
        Outline { stages: !self.before.is_empty(), effect, when, wait_until, finishes: !self.after.is_empty() }
    }
}

//! `targets:` the systems that a record is entered into, and the pieces of each that have exactly one write.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::browser::{Action, BrowserLookup, BrowserSettings, BrowserStep};
use super::http::{Effect, HttpSettings, HttpStep, Lookup, WaitUntil};
use crate::diagnostic::At;
use crate::expression::Expression;
use crate::record::{Key, Value};

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
    /// Whether its steps use `lines`, other than by its elements.
    pub uses_lines: bool,
    /// Its elements, where its write is repeated for each value of a list; then all its steps speak of one of them.
    pub repeat: Option<Repeat>,
}

/// `for_each:` with `by:`: the write of a part is repeated for each value of a list, and each is an entry of its own.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// `for_each:` the list.
    pub list: RepeatList,
    /// `as:` the name of one value of it.
    pub variable: Arc<str>,
    /// `number:` the name under which its place in the list is known, from 1.
    pub number: Option<Arc<str>>,
    /// `by:` the fields of a line that are its own key; none where the values of the list are their own keys.
    pub by: Vec<Arc<str>>,
    /// `when:` the part is left out where this is false.
    pub when: Option<At<Expression>>,
}

/// The list whose values are the elements of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatList {
    /// The lines of the record.
    Lines,
    /// A field of the type `list`, by its position.
    Field(usize),
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

/// `for_each: lines` with `as:` and `steps:`: steps that are repeated for each value of a list.
#[derive(Clone, Debug)]
pub struct ForEach<S> {
    /// The list.
    pub list: At<Expression>,
    /// `as:` the name of one value of it.
    pub variable: Arc<str>,
    /// `number:` the name under which its place in the list is known, from 1.
    pub number: Option<Arc<str>>,
    /// The steps; none of them writes or captures.
    pub steps: Vec<S>,
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

impl Repeat {
    /// The list of a record.
    pub fn values<'a>(&self, fields: &'a [Value], lines: &'a Value) -> &'a [Value] {
        let list = match self.list {
            RepeatList::Lines => Some(lines),
            RepeatList::Field(at) => fields.get(at),
        };
        if let Some(Value::List(values)) = list { values } else { &[] }
    }

    /// An element's own key.
    ///
    /// # Errors
    /// The name of the first part of it that is empty.
    pub fn key(&self, value: &Value) -> Result<Key, Arc<str>> {
        match value {
            Value::Map(members) if !self.by.is_empty() => Key::new(self.by.iter().map(|name| {
                let member = members.iter().find(|(member, _)| member == name);
                (Arc::clone(name), member.map_or(Value::Missing, |(_, value)| value.clone()))
            })),
            other => Key::new([(Arc::clone(&self.variable), other.clone())]),
        }
    }

    /// What its elements are known by, in words: `article, position`.
    pub fn by_in_words(&self) -> String {
        if self.by.is_empty() { self.variable.to_string() } else { self.by.join(", ") }
    }
}

/// An element's own key, as people read it and the journal keeps it: `3`, or `A-17, 3`.
pub fn element_text(key: &Key) -> String {
    key.parts().iter().map(|part| part.value.to_string()).collect::<Vec<_>>().join(", ")
}

impl Part {
    /// What its elements are known by; empty where it has none.
    pub fn elements(&self) -> String {
        self.repeat.as_ref().map_or_else(String::new, Repeat::by_in_words)
    }

    /// What the runner must know of its steps, or of its update steps where it has them.
    pub fn outline(&self, updating: bool) -> Outline<'_> {
        match &self.kind {
            PartKind::Http(part) => part.steps(updating).outline(|submit| match submit {
                HttpStep::Call(call) => (call.effect, call.when.as_ref(), call.wait_until.as_deref()),
                HttpStep::ForEach(_) => (Effect::Once, None, None),
            }),
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

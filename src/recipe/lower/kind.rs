//! What the kinds of targets have in common, so that parts, look-ups and the flow of captures are lowered alike for calls
//! and for what is done in a browser.

use std::ops::Range;
use std::sync::Arc;

use super::super::model::{PartKind, Steps, Work};
use super::super::names::Place;
use super::super::raw;
use super::super::yaml::Keyed;
use super::Context;
use crate::diagnostic::At;

/// A list of steps as it is written.
pub(super) type RawSteps = At<Vec<Keyed<raw::Step>>>;

/// The lists of steps in a recipe; they differ in what a step may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// `login: { steps }`.
    Login,
    /// `lookup:`.
    Lookup,
    /// `steps:`.
    Steps,
    /// `update:`.
    Update,
    /// `verify:`.
    Verify,
}

impl Section {
    /// Its key.
    pub fn word(self) -> &'static str {
        match self {
            Section::Login => "login",
            Section::Lookup => "lookup",
            Section::Steps => "steps",
            Section::Update => "update",
            Section::Verify => "verify",
        }
    }

    /// Whether steps may write there.
    pub fn writes(self) -> bool {
        matches!(self, Section::Steps | Section::Update)
    }
}

/// A name under which something is captured.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The name.
    pub name: Arc<str>,
    /// Where it is written.
    pub span: Range<usize>,
}

/// What messages suggest, in steps of the kind.
pub(super) struct Words {
    /// For a part without steps.
    pub steps: &'static str,
    /// For steps of which none writes.
    pub no_write: &'static str,
    /// For a second write.
    pub second_write: &'static str,
    /// For `on_change: update` without `update:`.
    pub update: &'static str,
    /// For a `verify:` without `expect:`.
    pub verify: &'static str,
    /// The value of a capture.
    pub capture: &'static str,
}

/// A kind of targets.
pub(super) trait Kind {
    /// Its steps.
    type Step;
    /// Its look-ups.
    type Lookup;

    /// What messages suggest.
    const WORDS: Words;

    /// Whether its steps may use one-time codes, which are asked for anew each time.
    const CODES: bool;

    /// Lowers one step.
    fn step(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        section: Section,
    ) -> Option<Self::Step>;

    /// Lowers the last step of a look-up, with those before it.
    fn lookup(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        before: Vec<Self::Step>,
    ) -> Option<Self::Lookup>;

    /// Checks a list of steps as a whole.
    fn check(&self, context: &Context, written: &RawSteps, section: Section);

    /// Reports keys that do not go with a `for_each`; whether it is one at all.
    fn is_for_each(&self, context: &Context, written: &Keyed<raw::Step>) -> bool;

    /// Does to the steps of a `for_each` whose write is repeated what it says of all of them; `first` is the first step of
    /// the part.
    fn repeat(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        first: &Keyed<raw::Step>,
        place: &Place<'_>,
        steps: Vec<Self::Step>,
    ) -> Vec<Self::Step>;

    /// Puts the steps of a write into their final form.
    fn settle(&self, context: &Context, steps: Steps<Self::Step>) -> Steps<Self::Step>;

    /// The place of a step.
    fn span(step: &Self::Step) -> &Range<usize>;

    /// Whether a step writes.
    fn writes(step: &Self::Step) -> bool;

    /// Whether a step compares something.
    fn compares(step: &Self::Step) -> bool;

    /// What a step captures.
    fn captures(step: &Self::Step) -> Vec<Named>;

    /// Where the last step of a look-up stands, what it captures, and what the steps before it do.
    fn captures_of_lookup(lookup: &Self::Lookup) -> (Range<usize>, Vec<Named>, Vec<Named>);

    /// The part that is made of this.
    fn part(work: Work<Self::Step, Self::Lookup>) -> PartKind;
}

/// What steps capture.
pub(super) fn captures_of<'s, K: Kind>(steps: impl IntoIterator<Item = &'s K::Step>) -> Vec<Named>
where
    K::Step: 's,
{
    steps.into_iter().flat_map(K::captures).collect()
}

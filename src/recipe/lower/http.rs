//! Parts of `http:` targets: what is particular to steps that are calls.

use std::ops::Range;

use super::super::model::{Capture, Effect, HttpStep, Lookup, PartKind, Steps, Work};
use super::super::names::Place;
use super::super::raw;
use super::super::yaml::Keyed;
use super::kind::{Kind, Named, RawSteps, Section, Words, captures_of};
use super::{Context, step};

/// The kind of `http:` targets.
pub(super) struct Http;

impl Kind for Http {
    type Step = HttpStep;
    type Lookup = Lookup;

    const WORDS: Words = Words {
        steps: "write the steps that enter a record: `steps: [ { post: /api/invoices, json: { … } } ]`",
        no_write: "one step must be a post, put, patch or delete; a get that writes says `effect: once`",
        second_write: "name the writes as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; a call that writes nothing says `effect: read`",
        update: "`update: [ { put: \"/api/invoices/${invoice_id}\", … } ]`",
        verify: "add `expect:` with what must be read back: `expect: { $.total: \"${gross}\" }`",
        capture: "$.…",
    };

    const CODES: bool = false;

    fn step(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        section: Section,
    ) -> Option<HttpStep> {
        step::step(context, written, place, section, false)
    }

    fn lookup(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        before: Vec<HttpStep>,
    ) -> Option<Lookup> {
        let step = step::step(context, written, place, Section::Lookup, true)?;
        Some(step::lookup(context, written, place, step, before))
    }

    fn check(&self, _: &Context, _: &RawSteps, _: Section) {}

    fn settle(&self, _: &Context, steps: Steps<HttpStep>) -> Steps<HttpStep> {
        steps
    }

    fn span(step: &HttpStep) -> &Range<usize> {
        &step.span
    }

    fn writes(step: &HttpStep) -> bool {
        step.effect != Effect::Read
    }

    fn compares(step: &HttpStep) -> bool {
        !step.expect.any.is_empty()
    }

    /// Those of its polls included.
    fn captures(step: &HttpStep) -> Vec<Named> {
        let polled = step.wait_until.iter().flat_map(|wait| &wait.step.capture);
        step.capture.iter().chain(polled).map(named).collect()
    }

    fn captures_of_lookup(lookup: &Lookup) -> (Range<usize>, Vec<Named>, Vec<Named>) {
        (lookup.step.span.clone(), Self::captures(&lookup.step), captures_of::<Self>(&lookup.before))
    }

    fn part(work: Work<HttpStep, Lookup>) -> PartKind {
        PartKind::Http(Box::new(work))
    }
}

fn named(capture: &Capture) -> Named {
    Named { name: capture.name.clone(), span: capture.span.clone() }
}

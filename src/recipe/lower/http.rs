//! Parts of `http:` targets: what is particular to steps that are calls.

use std::ops::Range;

use super::super::model::{Capture, Effect, ForEach, HttpCall, HttpForEach, HttpStep, Lookup, PartKind, Steps, Work};
use super::super::names::Place;
use super::super::raw;
use super::super::yaml::Keyed;
use super::kind::{Kind, Named, RawSteps, Section, Words, captures_of};
use super::{Context, each, step, together};
use crate::diagnostic::At;

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
        Lowering { context, section, repeated: false }.step(written, place)
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

    fn is_for_each(&self, context: &Context, written: &Keyed<raw::Step>) -> bool {
        together::is_for_each(context, written)
    }

    fn repeat(
        &self,
        _: &Context,
        _: &Keyed<raw::Step>,
        _: &Keyed<raw::Step>,
        _: &Place<'_>,
        steps: Vec<HttpStep>,
    ) -> Vec<HttpStep> {
        steps
    }

    fn settle(&self, _: &Context, steps: Steps<HttpStep>) -> Steps<HttpStep> {
        steps
    }

    fn span(step: &HttpStep) -> &Range<usize> {
        match step {
            HttpStep::Call(call) => &call.span,
            HttpStep::ForEach(looped) => &looped.span,
        }
    }

    fn writes(step: &HttpStep) -> bool {
        matches!(step, HttpStep::Call(call) if call.effect != Effect::Read)
    }

    fn compares(step: &HttpStep) -> bool {
        match step {
            HttpStep::Call(call) => !call.expect.any.is_empty(),
            HttpStep::ForEach(looped) => looped.each.steps.iter().any(Self::compares),
        }
    }

    fn captures(step: &HttpStep) -> Vec<Named> {
        match step {
            HttpStep::Call(call) => captures_of_call(call),
            HttpStep::ForEach(_) => Vec::new(),
        }
    }

    fn captures_of_lookup(lookup: &Lookup) -> (Range<usize>, Vec<Named>, Vec<Named>) {
        (lookup.step.span.clone(), captures_of_call(&lookup.step), captures_of::<Self>(&lookup.before))
    }

    fn part(work: Work<HttpStep, Lookup>) -> PartKind {
        PartKind::Http(Box::new(work))
    }
}

/// The lowering of steps at one place of a recipe.
struct Lowering<'r> {
    context: &'r Context,
    section: Section,
    /// Whether they stand in a `for_each:`.
    repeated: bool,
}

impl Lowering<'_> {
    fn step(&self, written: &Keyed<raw::Step>, place: &Place<'_>) -> Option<HttpStep> {
        if written.for_each.is_some() {
            return self.for_each(written, place);
        }
        let call = step::step(self.context, written, place, self.section, false)?;
        if self.repeated {
            if call.effect != Effect::Read {
                each::write_without_by(self.context, &call.span);
                return None;
            }
            if !call.capture.is_empty() {
                let help = "a name holds one value, and a loop would capture several";
                self.context.wrong(&written.key("capture"), "`capture` cannot be repeated", help);
            }
        }
        Some(call.into())
    }

    fn for_each(&self, written: &Keyed<raw::Step>, place: &Place<'_>) -> Option<HttpStep> {
        let context = self.context;
        if !together::is_for_each(context, written) {
            return None;
        }
        each::useless_by(context, written, || each::why_useless(self.repeated, self.section));
        let when = written.when.as_ref().map(|text| At::new(context.condition(text, place), text.span.clone()));
        let (head, inner) = each::head(context, written, place, place)?;
        let lowering = Lowering { repeated: true, ..*self };
        let steps: Vec<Option<HttpStep>> = head.steps.iter().map(|step| lowering.step(step, &inner)).collect();
        let each = ForEach {
            list: head.list,
            variable: head.variable,
            number: head.number,
            steps: steps.into_iter().collect::<Option<_>>()?,
        };
        Some(HttpStep::ForEach(Box::new(HttpForEach { span: written.span.clone(), when, each })))
    }
}

/// What a call captures, its polls included.
fn captures_of_call(call: &HttpCall) -> Vec<Named> {
    let polled = call.wait_until.iter().flat_map(|wait| &wait.step.capture);
    call.capture.iter().chain(polled).map(named).collect()
}

fn named(capture: &Capture) -> Named {
    Named { name: capture.name.clone(), span: capture.span.clone() }
}

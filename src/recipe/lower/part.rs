//! A part of a target: its look-up, its steps with their one write, its update steps and its reading back. It is the same
//! for all kinds of targets; see [`Kind`] for what is not.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::super::model::{Part, Steps, Work};
use super::super::names::{Captured, Fields, Place, Used, View};
use super::flow::{Flow, LookupDuty, SectionUse};
use super::kind::{Kind, Named, RawSteps, Section, captures_of};
use super::repeat::{self, RawRepeat};
use super::{Context, each};
use crate::diagnostic::At;

/// The lists of steps of a part, wherever they are written.
pub(super) struct RawPart<'r> {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is written.
    pub span: Range<usize>,
    /// The keys among which its lists stand.
    pub keys: &'r [At<String>],
    /// `lookup:`.
    pub lookup: Option<&'r RawSteps>,
    /// `steps:`.
    pub steps: Option<&'r RawSteps>,
    /// `update:`.
    pub update: Option<&'r RawSteps>,
    /// `verify:`.
    pub verify: Option<&'r RawSteps>,
}

/// The lowering of the parts of one target.
pub(super) struct Parts<'r, K> {
    /// The kind of the target.
    pub kind: K,
    /// The file, and what is wrong with it.
    pub context: &'r Context,
    /// The recipe's fields.
    pub fields: &'r Fields,
    /// The target's position.
    pub position: usize,
    /// The target's name.
    pub target: &'r Arc<str>,
    /// Where `on_change: update` is written, if it is.
    pub update: Option<&'r Range<usize>>,
}

impl<K: Kind> Parts<'_, K> {
    /// Lowers all parts; `captures` are those of earlier targets and of the login.
    pub fn lower(&self, written: &[RawPart<'_>], mut captures: Vec<Captured>, flow: &mut Flow) -> Vec<Part> {
        let mut parts = Vec::new();
        for (position, raw) in written.iter().enumerate() {
            let Some((part, own)) = self.part(raw, position, &captures, flow) else { continue };
            for capture in &own {
                self.twice(&captures, capture);
                // What is captured of one element is known to its own steps alone.
                if part.repeat.is_none() {
                    captures.push(captured(None, capture, false));
                }
            }
            parts.push(part);
        }
        parts
    }

    /// A part, and what later ones may use of it.
    fn part(
        &self,
        raw: &RawPart<'_>,
        position: usize,
        captures: &[Captured],
        flow: &mut Flow,
    ) -> Option<(Part, Vec<Named>)> {
        let context = self.context;
        let place = |used| Place {
            view: View::Record,
            record: true,
            entry: true,
            codes: K::CODES,
            captures: captures.to_vec(),
            ..Place::settings(self.fields, used)
        };
        let used_steps = RefCell::new(Used::default());
        let mut repeated = None;
        if let Some((list, at)) = raw.steps.and_then(|list| Some((list, repeat::position(list)?))) {
            let is_one = list.get(at).is_some_and(|step| self.kind.is_for_each(context, step));
            repeated = if is_one { repeat::repeat(context, list, at, &place(&used_steps)) } else { None };
            if repeated.is_none() {
                // What else it uses is not known.
                let used = Used { broken: true, ..Used::default() };
                flow.uses.push(SectionUse {
                    target: self.position,
                    part: Some(position),
                    section: Section::Steps,
                    used,
                });
                return None;
            }
        }
        // All but the steps before the write that is repeated speak of one element.
        let locals = repeated.as_ref().map_or_else(Vec::new, |repeated| repeated.locals.clone());
        let place_of_one = |used| Place { locals: locals.clone(), ..place(used) };
        // What the steps capture is in reach of update and verify, so they come first.
        let steps = match (raw.steps, &repeated) {
            (Some(list), Some(repeated)) => self.repeated(list, repeated, &mut place(&used_steps), &raw.span),
            (Some(list), None) => {
                let steps = self.steps(list, Section::Steps, &mut place(&used_steps));
                let complete = steps.len() == list.len();
                self.one_write(steps, complete, &raw.span)
            }
            (None, _) => {
                context.missing(&raw.span, "steps", K::WORDS.steps);
                None
            }
        };
        let own = steps.as_ref().map_or_else(Vec::new, |steps| captures_of::<K>(steps.all()));
        let after = captures.iter().cloned().chain(own.iter().map(|capture| captured(None, capture, false)));
        let after: Vec<Captured> = after.collect();

        let used_lookup = RefCell::new(Used::default());
        let lookup = raw.lookup.and_then(|list| {
            let lookup = self.lookup(list, &mut place_of_one(&used_lookup))?;
            self.lookup_captures(&lookup, &own, raw, position, flow);
            Some(lookup)
        });

        let used_update = RefCell::new(Used::default());
        let update = raw.update.and_then(|list| {
            if self.update.is_none() {
                let key = raw.keys.iter().find(|key| key.as_str() == "update");
                let span = key.map_or(raw.span.clone(), |key| key.span.clone());
                context.wrong(&span, "`update` steps are never done", "write `on_change: update`, or take them out");
            }
            let mut place = Place { captures: after.clone(), ..place_of_one(&used_update) };
            let steps = self.steps(list, Section::Update, &mut place);
            let complete = steps.len() == list.len();
            self.one_write(steps, complete, &raw.span)
        });
        // A part whose steps use nothing of the record (a confirmation) never changes, so it needs no update.
        let takes_content = {
            let used = used_steps.borrow();
            used.lines || used.broken || !used.fields.is_empty() || repeated.is_some()
        };
        if let (Some(span), None, true) = (self.update, raw.update, takes_content || raw.steps.is_none()) {
            context.wrong(
                span,
                format!("`on_change: update` needs `update:` steps in the target `{}`", self.target),
                format!("write the steps that change an entry, such as {}, or use `on_change: hold`", K::WORDS.update),
            );
        }

        let used_verify = RefCell::new(Used::default());
        let verify = raw.verify.map_or_else(Vec::new, |list| {
            self.steps(list, Section::Verify, &mut Place { captures: after.clone(), ..place_of_one(&used_verify) })
        });
        if let (Some(list), true) = (raw.verify, !verify.iter().any(K::compares)) {
            context.wrong(&list.span, "`verify` compares nothing", K::WORDS.verify);
        }

        for (section, used) in [
            (Section::Steps, &used_steps),
            (Section::Lookup, &used_lookup),
            (Section::Update, &used_update),
            (Section::Verify, &used_verify),
        ] {
            let used = used.borrow().clone();
            flow.uses.push(SectionUse { target: self.position, part: Some(position), section, used });
        }
        let steps = steps?;
        flow.owe(self.target, captures_of::<K>(&steps.before));
        flow.owe(self.target, captures_of::<K>(update.iter().flat_map(|update| &update.before)));
        flow.owe(self.target, captures_of::<K>(&verify));
        let mut used = used_steps.into_inner();
        used.add(&used_update.into_inner());
        let part = Part {
            name: Arc::clone(&raw.name),
            kind: K::part(Work { lookup, steps, update, verify }),
            uses: used.fields,
            uses_lines: used.lines,
            repeat: repeated.map(|repeated| repeated.repeat),
        };
        Some((part, own))
    }

    /// Lowers a list of steps; what a step captures is in reach of those after it.
    pub fn steps(&self, list: &RawSteps, section: Section, place: &mut Place<'_>) -> Vec<K::Step> {
        self.kind.check(self.context, list, section);
        self.steps_of(list, list.len(), section, place)
    }

    /// Lowers the first steps of a list.
    fn steps_of(&self, list: &RawSteps, count: usize, section: Section, place: &mut Place<'_>) -> Vec<K::Step> {
        if list.is_empty() {
            self.context.wrong(&list.span, format!("`{}` has no steps", section.word()), "");
        }
        let before = place.captures.len();
        let mut steps = Vec::new();
        for raw in list.iter().take(count) {
            let Some(step) = self.kind.step(self.context, raw, place, section) else { continue };
            for capture in K::captures(&step) {
                // Update steps get a new receipt under the names of the old one.
                let earlier = if section == Section::Update { &place.captures[before..] } else { &place.captures[..] };
                self.twice(earlier, &capture);
                place.captures.push(captured(None, &capture, section == Section::Login));
            }
            steps.push(step);
        }
        steps
    }

    /// Reports a capture whose name means something else already.
    fn twice(&self, captures: &[Captured], capture: &Named) {
        if self.fields.position(&capture.name).is_some() {
            self.context.wrong(
                &capture.span,
                format!("the capture `{}` has the name of a field", capture.name),
                "choose another name, so that expressions can tell them apart",
            );
        } else if captures.iter().any(|earlier| earlier.target.is_none() && earlier.name == capture.name) {
            self.context.wrong(
                &capture.span,
                format!("`{}` was captured before", capture.name),
                "choose another name, so that expressions can tell them apart",
            );
        }
    }

    /// The steps of a part whose write is repeated, as they are done for one element.
    fn repeated(
        &self,
        list: &RawSteps,
        repeated: &RawRepeat<'_>,
        place: &mut Place<'_>,
        span: &Range<usize>,
    ) -> Option<Steps<K::Step>> {
        let context = self.context;
        let mut steps = Vec::new();
        if repeated.at > 0 {
            steps = self.steps_of(list, repeated.at, Section::Steps, place);
        }
        let mut inner = Place { locals: repeated.locals.clone(), ..place.clone() };
        let own = self.steps_of(repeated.steps, repeated.steps.len(), Section::Steps, &mut inner);
        let complete = steps.len() == repeated.at && own.len() == repeated.steps.len();
        if complete && !own.iter().any(K::writes) && !own.is_empty() {
            each::useless_by(context, repeated.written, || each::why_useless(false, Section::Steps));
            return None;
        }
        if let Some(next) = list.get(repeated.at + 1) {
            context.wrong(
                &next.span,
                "a step stands after the write that is repeated",
                "what belongs to each line goes into the `steps:` of its `for_each`; what comes after all of them is a part of its own: `parts: { positions: { steps: … }, confirm: { steps: … } }`",
            );
        }
        let first = if repeated.at == 0 { repeated.steps.first() } else { list.first() }?;
        steps.extend(self.kind.repeat(context, repeated.written, first, place, own));
        self.one_write(steps, complete, span)
    }

    fn one_write(&self, mut steps: Vec<K::Step>, complete: bool, span: &Range<usize>) -> Option<Steps<K::Step>> {
        let writes: Vec<usize> = (0..steps.len()).filter(|at| K::writes(&steps[*at])).collect();
        match writes.as_slice() {
            [] => {
                // A step that could not be lowered may be the write.
                if complete && !steps.is_empty() {
                    self.context.wrong(
                        span,
                        format!("nothing here writes: no step of `{}` enters the record", self.target),
                        K::WORDS.no_write,
                    );
                }
                None
            }
            [one] => {
                let after = steps.split_off(one + 1);
                let submit = steps.pop()?;
                Some(self.kind.settle(self.context, Steps { before: steps, submit, after }))
            }
            [_, second, ..] => {
                self.context.wrong(
                    K::span(&steps[*second]),
                    "this is the second step that writes, and each part has one",
                    K::WORDS.second_write,
                );
                None
            }
        }
    }

    fn lookup(&self, list: &RawSteps, place: &mut Place<'_>) -> Option<K::Lookup> {
        self.kind.check(self.context, list, Section::Lookup);
        let count = list.len().saturating_sub(1);
        let before = self.steps_of(list, count, Section::Lookup, place);
        let complete = before.len() == count;
        let lookup = self.kind.lookup(self.context, list.last()?, place, before)?;
        let (_, captures, _) = K::captures_of_lookup(&lookup);
        for capture in &captures {
            self.twice(&place.captures, capture);
        }
        Some(lookup).filter(|_| complete)
    }

    /// What a lookup captures must be what the steps capture; what is missing there is found once all uses are known.
    fn lookup_captures(&self, lookup: &K::Lookup, own: &[Named], raw: &RawPart<'_>, position: usize, flow: &mut Flow) {
        let (span, last, before) = K::captures_of_lookup(lookup);
        for capture in &last {
            if !own.iter().any(|own| own.name == capture.name) && raw.steps.is_some() {
                self.context.wrong(
                    &capture.span,
                    format!("the lookup captures `{}`, which no step captures", capture.name),
                    "a lookup stands in for the steps and captures what they do, under the same names",
                );
            }
        }
        flow.lookups.push(LookupDuty {
            target: self.position,
            part: position,
            span,
            captures: last.iter().chain(&before).map(|capture| Arc::clone(&capture.name)).collect::<BTreeSet<_>>(),
            steps: own.iter().map(|capture| Arc::clone(&capture.name)).collect(),
            form: K::WORDS.capture,
        });
        flow.owe(self.target, before);
    }
}

/// A capture as expressions see it.
pub(super) fn captured(target: Option<&Arc<str>>, capture: &Named, secret: bool) -> Captured {
    Captured { target: target.map(Arc::clone), name: Arc::clone(&capture.name), secret }
}

//! `targets:` their settings, their login and their parts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::super::model::{Capture, Effect, HttpStep, Login, Lookup, Part, PartKind, Steps, Target, TargetKind, Work};
use super::super::names::{Captured, Fields, Place, Used, View};
use super::super::raw::{self, RecipeFile};
use super::super::yaml::Keyed;
use super::flow::{Flow, LookupDuty, SectionUse, captures_of, captures_of_part};
use super::step::{Section, headers, lookup, step};
use super::{Context, auth};
use crate::diagnostic::At;

type RawSteps = At<Vec<Keyed<raw::Step>>>;

/// Lowers `targets:`.
pub(super) fn targets(context: &Context, written: &RecipeFile, fields: &Fields, top: &Range<usize>) -> Vec<Target> {
    let list = match &written.targets {
        Some(targets) if targets.iter().next().is_some() => &targets.value,
        _ => {
            context.missing(
                top,
                "targets",
                "name the system that records are entered into: `targets: { erp: { http: …, steps: … } }`",
            );
            return Vec::new();
        }
    };
    let update = written.on_change.as_ref().filter(|on_change| matches!(on_change.value, raw::OnChange::Update));
    let mut flow = Flow::default();
    let mut targets: Vec<Target> = Vec::new();
    let names: Vec<Arc<str>> = list.iter().map(|(name, _)| name.as_str().into()).collect();
    for (position, (name, target)) in list.iter().enumerate() {
        if context.name("target", name) && fields.position(name).is_some() {
            let title = format!("`{}` is the name of a field and of a target", name.value);
            context.wrong(&name.span, title, "rename one of them, so that expressions can tell them apart");
        }
        if let Some(key) = target.keys.iter().find(|key| key.as_str() == "browser") {
            context.not_yet(&key.span, "browser targets are");
            continue;
        }
        let lowering = Lowering {
            context,
            fields,
            position,
            name: Arc::clone(&names[position]),
            update: update.map(|at| at.span.clone()),
        };
        targets.extend(lowering.target(name, target, &targets, &mut flow));
    }
    flow.check(context, &names);
    targets
}

/// The lowering of one target.
struct Lowering<'r> {
    context: &'r Context,
    fields: &'r Fields,
    position: usize,
    name: Arc<str>,
    update: Option<Range<usize>>,
}

/// The lists of steps of a part, wherever they are written.
struct RawPart<'r> {
    name: Arc<str>,
    span: Range<usize>,
    keys: &'r [At<String>],
    lookup: Option<&'r RawSteps>,
    steps: Option<&'r RawSteps>,
    update: Option<&'r RawSteps>,
    verify: Option<&'r RawSteps>,
}

impl Lowering<'_> {
    fn target(
        &self,
        name: &At<String>,
        written: &Keyed<raw::Target>,
        earlier: &[Target],
        flow: &mut Flow,
    ) -> Option<Target> {
        let context = self.context;
        let used = RefCell::new(Used::default());
        let mut settings = match &written.http {
            Some(http) => auth::settings(context, http, &Place::settings(self.fields, &used)),
            None => {
                context.missing(
                    &name.span,
                    "http",
                    "say how the system is reached: `http: { url: \"${env.ERP_URL}\" }`",
                );
                None
            }
        };
        let mut captures: Vec<Captured> = Vec::new();
        for target in earlier {
            for part in &target.parts {
                captures.extend(
                    captures_of_part(part).into_iter().map(|capture| captured(Some(&target.name), capture, false)),
                );
            }
        }
        let login = written.login.as_ref().and_then(|login| self.login(login, &mut captures, flow));
        if let Some(settings) = &mut settings {
            settings.login = login;
        }
        let parts = self.parts(name, written);
        let mut lowered: Vec<Part> = Vec::new();
        for (position, raw) in parts.iter().enumerate() {
            let part = self.part(raw, position, &captures, flow);
            if let Some(part) = part {
                for capture in captures_of_part(&part) {
                    self.twice(&captures, capture);
                    captures.push(captured(None, capture, false));
                }
                lowered.push(part);
            }
        }
        flow.uses.push(SectionUse {
            target: self.position,
            part: None,
            section: Section::Login,
            used: used.into_inner(),
        });
        Some(Target {
            name: Arc::clone(&self.name),
            span: name.span.clone(),
            system: written.system.as_ref().map(|system| context.not_empty(system, "the system's name")),
            kind: TargetKind::Http(settings?),
            parts: lowered,
        })
    }

    fn login(&self, written: &Keyed<raw::Login>, captures: &mut Vec<Captured>, flow: &mut Flow) -> Option<Login> {
        let context = self.context;
        if let Some(key) = written.keys.iter().find(|key| key.as_str() == "logged_in") {
            context.wrong(&key.span, "`logged_in` belongs to a browser target, and this is an http target", "");
        }
        let Some(raw) = &written.steps else {
            context.missing(
                &written.span,
                "steps",
                "write the calls that log in: `login: { steps: [ … ], headers: { … } }`",
            );
            return None;
        };
        let used = RefCell::new(Used::default());
        let mut place = Place::settings(self.fields, &used);
        let steps = self.steps(raw, Section::Login, &mut place);
        let headers = headers(context, written.headers.as_ref(), &place);
        flow.owe(&self.name, captures_of(&steps));
        captures.extend(captures_of(&steps).into_iter().map(|capture| captured(None, capture, true)));
        flow.uses.push(SectionUse {
            target: self.position,
            part: None,
            section: Section::Login,
            used: used.into_inner(),
        });
        Some(Login { steps, headers })
    }

    /// The parts as they are written: `parts:`, or the target's own lists as the part `entry`.
    fn parts<'w>(&self, name: &At<String>, written: &'w Keyed<raw::Target>) -> Vec<RawPart<'w>> {
        let own = ["lookup", "steps", "update", "verify"];
        let Some(parts) = &written.parts else {
            return vec![RawPart {
                name: "entry".into(),
                span: name.span.clone(),
                keys: &written.keys,
                lookup: written.lookup.as_ref(),
                steps: written.steps.as_ref(),
                update: written.update.as_ref(),
                verify: written.verify.as_ref(),
            }];
        };
        for key in written.keys.iter().filter(|key| own.contains(&key.as_str())) {
            let title = format!("`{}` stands beside `parts`", key.value);
            self.context.wrong(&key.span, title, "move it into the part that it belongs to");
        }
        if parts.iter().next().is_none() {
            self.context.wrong(
                &parts.span,
                "the target has no parts",
                "write `steps:` instead of `parts:` if there is one",
            );
        }
        let parts = parts.iter().map(|(name, part)| {
            self.context.name("part", name);
            RawPart {
                name: name.as_str().into(),
                span: name.span.clone(),
                keys: &part.keys,
                lookup: part.lookup.as_ref(),
                steps: part.steps.as_ref(),
                update: part.update.as_ref(),
                verify: part.verify.as_ref(),
            }
        });
        parts.collect()
    }

    fn part(&self, raw: &RawPart<'_>, position: usize, captures: &[Captured], flow: &mut Flow) -> Option<Part> {
        let context = self.context;
        let section_use = |section: Section, used: &RefCell<Used>| SectionUse {
            target: self.position,
            part: Some(position),
            section,
            used: used.borrow().clone(),
        };
        let place = |used| Place {
            view: View::Record,
            record: true,
            entry: true,
            captures: captures.to_vec(),
            ..Place::settings(self.fields, used)
        };
        // What the steps capture is in reach of update and verify, so they come first.
        let used_steps = RefCell::new(Used::default());
        let steps = match raw.steps {
            Some(list) => {
                let steps = self.steps(list, Section::Steps, &mut place(&used_steps));
                self.one_write(steps, list, &raw.span)
            }
            None => {
                let help = "write the steps that enter a record: `steps: [ { post: /api/invoices, json: { … } } ]`";
                context.missing(&raw.span, "steps", help);
                None
            }
        };
        let own: Vec<&Capture> = steps
            .as_ref()
            .map_or_else(Vec::new, |steps| captures_of(steps.before.iter().chain([&steps.submit]).chain(&steps.after)));
        let after = captures.iter().cloned().chain(own.iter().map(|capture| captured(None, capture, false)));
        let after: Vec<Captured> = after.collect();

        let used_lookup = RefCell::new(Used::default());
        let lookup = raw.lookup.and_then(|list| {
            let lookup = self.lookup(list, &mut place(&used_lookup))?;
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
            let mut place = Place { captures: after.clone(), ..place(&used_update) };
            let steps = self.steps(list, Section::Update, &mut place);
            self.one_write(steps, list, &raw.span)
        });
        // A part whose steps use nothing of the record (a confirmation) never changes, so it needs no update.
        let takes_content = {
            let used = used_steps.borrow();
            used.lines || used.broken || !used.fields.is_empty()
        };
        if let (Some(span), None, true) = (&self.update, raw.update, takes_content || raw.steps.is_none()) {
            context.wrong(
                span,
                format!("`on_change: update` needs `update:` steps in the target `{}`", self.name),
                "write the steps that change an entry, such as `update: [ { put: \"/api/invoices/${invoice_id}\", … } ]`, or use `on_change: hold`",
            );
        }

        let used_verify = RefCell::new(Used::default());
        let verify = raw.verify.map_or_else(Vec::new, |list| {
            self.steps(list, Section::Verify, &mut Place { captures: after.clone(), ..place(&used_verify) })
        });
        if let (Some(list), true) = (raw.verify, verify.iter().all(|step| step.expect.any.is_empty())) {
            context.wrong(
                &list.span,
                "`verify` compares nothing",
                "add `expect:` with what must be read back: `expect: { $.total: \"${gross}\" }`",
            );
        }

        for (section, used) in [
            (Section::Steps, &used_steps),
            (Section::Lookup, &used_lookup),
            (Section::Update, &used_update),
            (Section::Verify, &used_verify),
        ] {
            flow.uses.push(section_use(section, used));
        }
        let steps = steps?;
        flow.owe(&self.name, captures_of(&steps.before));
        flow.owe(&self.name, captures_of(update.iter().flat_map(|update| &update.before)));
        flow.owe(&self.name, captures_of(&verify));
        let mut used = used_steps.into_inner();
        used.add(&used_update.into_inner());
        Some(Part {
            name: Arc::clone(&raw.name),
            kind: PartKind::Http(Work { lookup, steps, update, verify }),
            uses: used.fields,
            uses_lines: used.lines,
        })
    }

    /// Lowers a list of steps; what a step captures is in reach of those after it.
    fn steps(&self, list: &RawSteps, section: Section, place: &mut Place<'_>) -> Vec<HttpStep> {
        if list.is_empty() {
            self.context.wrong(&list.span, format!("`{}` has no steps", section.word()), "");
        }
        let before = place.captures.len();
        let mut steps = Vec::new();
        for (position, raw) in list.iter().enumerate() {
            let Some(step) = step(self.context, raw, place, section, position + 1 == list.len()) else { continue };
            for capture in captures_of([&step]) {
                // Update steps get a new receipt under the names of the old one.
                let earlier = if section == Section::Update { &place.captures[before..] } else { &place.captures[..] };
                self.twice(earlier, capture);
                place.captures.push(captured(None, capture, section == Section::Login));
            }
            steps.push(step);
        }
        steps
    }

    /// Reports a capture whose name means something else already.
    fn twice(&self, captures: &[Captured], capture: &Capture) {
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

    fn one_write(&self, mut steps: Vec<HttpStep>, list: &RawSteps, span: &Range<usize>) -> Option<Steps<HttpStep>> {
        let complete = steps.len() == list.len();
        let writes: Vec<usize> = (0..steps.len()).filter(|at| steps[*at].effect != Effect::Read).collect();
        match writes.as_slice() {
            [] => {
                // A step that could not be lowered may be the write.
                if complete && !steps.is_empty() {
                    self.context.wrong(
                        span,
                        format!("nothing here writes: no step of `{}` enters the record", self.name),
                        "one step must be a post, put, patch or delete; a get that writes says `effect: once`",
                    );
                }
                None
            }
            [one] => {
                let after = steps.split_off(one + 1);
                let submit = steps.pop()?;
                Some(Steps { before: steps, submit, after })
            }
            [_, second, ..] => {
                self.context.wrong(
                    &steps[*second].span,
                    "this is the second step that writes, and each part has one",
                    "name the writes as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; a call that writes nothing says `effect: read`",
                );
                None
            }
        }
    }

    fn lookup(&self, list: &RawSteps, place: &mut Place<'_>) -> Option<Lookup> {
        let steps = self.steps(list, Section::Lookup, place);
        let complete = steps.len() == list.len();
        let mut before = steps;
        let last = before.pop().filter(|_| complete)?;
        let raw = list.last()?;
        Some(lookup(self.context, raw, place, last, before))
    }

    /// What a lookup captures must be what the steps capture; what is missing there is found once all uses are known.
    fn lookup_captures(&self, lookup: &Lookup, own: &[&Capture], raw: &RawPart<'_>, position: usize, flow: &mut Flow) {
        let steps: BTreeMap<&str, &Capture> = own.iter().map(|capture| (&*capture.name, *capture)).collect();
        for capture in &lookup.step.capture {
            if !steps.contains_key(&*capture.name) && raw.steps.is_some() {
                self.context.wrong(
                    &capture.span,
                    format!("the lookup captures `{}`, which no step captures", capture.name),
                    "a lookup stands in for the steps and captures what they do, under the same names",
                );
            }
        }
        flow.owe(&self.name, captures_of(&lookup.before));
        flow.lookups.push(LookupDuty {
            target: self.position,
            part: position,
            span: lookup.step.span.clone(),
            captures: captures_of(lookup.before.iter().chain([&lookup.step]))
                .iter()
                .map(|capture| Arc::clone(&capture.name))
                .collect::<BTreeSet<_>>(),
            steps: own.iter().map(|capture| Arc::clone(&capture.name)).collect(),
        });
    }
}

fn captured(target: Option<&Arc<str>>, capture: &Capture, secret: bool) -> Captured {
    Captured { target: target.map(Arc::clone), name: Arc::clone(&capture.name), secret }
}

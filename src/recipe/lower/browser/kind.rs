//! Parts of `browser:` targets: what is particular to steps that are done in a browser.

use std::ops::Range;

use super::super::super::model::{Action, BrowserLookup, BrowserStep, PageCapture, PartKind, Steps, Work};
use super::super::super::names::Place;
use super::super::super::raw;
use super::super::super::yaml::Keyed;
use super::super::Context;
use super::super::condition::Use;
use super::super::kind::{Kind, Named, RawSteps, Section, Words, captures_of};
use super::locator::locator;
use super::step::{Lowering, narrow};
use super::{conditions, reading, settings, together};

/// The kind of `browser:` targets.
pub(in super::super) struct Browser {
    /// `stay: true`.
    pub stay: bool,
    /// Whether there is a login, whose steps lead to the first page.
    pub logs_in: bool,
}

impl Kind for Browser {
    type Step = BrowserStep;
    type Lookup = BrowserLookup;

    const WORDS: Words = Words {
        steps: "write the steps that enter a record: `steps: [ { open: /invoices/new }, { fill: { … } }, { submit: Speichern }, { expect: gespeichert } ]`",
        no_write: "one step must be the point of no return: `- submit: Speichern`",
        second_write: "name the submits as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; what writes nothing, such as the next page of a wizard, is a `click:`",
        update: "`update: [ { open: \"/invoices/${number}/edit\" }, { fill: { … } }, { submit: Speichern }, { expect: gespeichert } ]`",
        verify: "add `- expect:` with what must be read back: `- expect: { values: { Betrag: \"${gross}\" } }`",
        capture: "{ css: … }",
    };

    const CODES: bool = true;

    fn step(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        section: Section,
    ) -> Option<BrowserStep> {
        Lowering { context, place, section, repeated: false }.step(written)
    }

    fn lookup(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        place: &Place<'_>,
        before: Vec<BrowserStep>,
    ) -> Option<BrowserLookup> {
        const FORM: &str = "a lookup ends with what is seen in either case: `- found: { row: \"${number}\" }` and `none: { text: Keine Treffer }`; neither seen is unsure";
        let foreign = together::verb(context, written).is_some_and(|verb| verb != "found");
        if !written.keys.iter().any(|key| key.as_str() == "found") {
            // That a step has no verb has been said.
            if foreign {
                context.missing(&written.span, "found", FORM);
            }
            return None;
        }
        if written.none.is_none() {
            context.missing(&written.key("found"), "none", FORM);
        }
        let found = locator(context, written.found.as_ref()?, place);
        let same = written.same.as_ref();
        Some(BrowserLookup {
            span: written.span.clone(),
            before,
            within: written.within.as_ref().and_then(|tree| locator(context, tree, place)),
            timeout: written.timeout.as_ref().map(|text| settings::patience(context, Some(text), DEFAULT)),
            found: found?,
            none: conditions(context, written.none.as_ref(), &written.key("none"), place, Use::Expect),
            same: same.map_or_else(Vec::new, |same| reading::compared(context, same, &written.key("same"), place)),
            capture: written.capture.as_ref().map_or_else(Vec::new, |list| reading::captures(context, list, place)),
        })
    }

    /// Every list begins on a page of its own, since nobody knows where the browser was left.
    fn check(&self, context: &Context, written: &RawSteps, section: Section) {
        let Some(first) = written.first() else { return };
        if first.open.is_some()
            || !first.keys.iter().any(|key| together::VERBS.iter().any(|(verb, _)| *verb == key.value))
        {
            return;
        }
        if self.stay && section == Section::Steps {
            if !self.logs_in {
                context.wrong(
                    &first.span,
                    "with `stay: true` and no `open:` here, nothing leads to the first page",
                    "begin with `open:`, or let `login:` lead there",
                );
            }
            return;
        }
        let help = match section {
            Section::Steps => {
                "begin with `- open: /invoices/new`; with `browser: { stay: true }` the next record goes on where the last submit left the page"
            }
            Section::Login => "begin with `- open: /login`",
            _ => "begin with `- open: \"/invoices?q=${number}\"`",
        };
        context.wrong(&first.span, format!("`{}` does not begin with `open`", section.word()), help);
    }

    fn is_for_each(&self, context: &Context, written: &Keyed<raw::Step>) -> bool {
        together::verb(context, written) == Some("for_each")
    }

    fn repeat(
        &self,
        context: &Context,
        written: &Keyed<raw::Step>,
        first: &Keyed<raw::Step>,
        place: &Place<'_>,
        mut steps: Vec<BrowserStep>,
    ) -> Vec<BrowserStep> {
        // Between two lines another record may be at work in the same browser, also with `stay: true`.
        if first.open.is_none() {
            context.wrong(
                &first.span,
                "a part that repeats its write does not begin with `open`",
                "begin with the page that takes the lines, such as `- open: \"/orders/${number}\"`; it is opened anew for each line",
            );
        }
        if let Some(outer) = written.within.as_ref().and_then(|tree| locator(context, tree, place)) {
            steps.iter_mut().for_each(|step| narrow(step, &outer));
        }
        steps
    }

    /// The steps that follow the submit directly tell its end, and belong to it.
    fn settle(&self, context: &Context, mut steps: Steps<BrowserStep>) -> Steps<BrowserStep> {
        let Action::Submit(submit) = &mut steps.submit.action else { return steps };
        let telling = steps.after.iter().take_while(|step| tells(&step.action)).count();
        submit.end = steps.after.drain(..telling).collect();
        let dependent = submit.end.iter().filter(|step| Self::compares(step)).find_map(|step| step.when.as_ref());
        if let Some(when) = dependent {
            context.wrong(
                &when.span,
                "what tells whether the submit took cannot depend on `when:`",
                "leave out `when:`; where the page may say one thing or another, list both: `- expect: [ { text: gespeichert }, { text: vorgemerkt } ]`",
            );
        } else if !submit.end.iter().any(Self::compares) {
            context.wrong(
                &steps.submit.span,
                "nothing tells whether the submit took",
                "add what the page shows then: `- expect: { text: gespeichert }`; it decides between entered and unknown",
            );
        }
        steps
    }

    fn span(step: &BrowserStep) -> &Range<usize> {
        &step.span
    }

    fn writes(step: &BrowserStep) -> bool {
        matches!(step.action, Action::Submit(_))
    }

    fn compares(step: &BrowserStep) -> bool {
        match &step.action {
            Action::Expect(expected) => !expected.any.is_empty(),
            Action::ForEach(each) => each.steps.iter().any(Self::compares),
            _ => false,
        }
    }

    fn captures(step: &BrowserStep) -> Vec<Named> {
        match &step.action {
            Action::Capture(captures) => captures.iter().map(named).collect(),
            Action::Submit(submit) => captures_of::<Self>(&submit.end),
            _ => Vec::new(),
        }
    }

    fn captures_of_lookup(lookup: &BrowserLookup) -> (Range<usize>, Vec<Named>, Vec<Named>) {
        (lookup.span.clone(), lookup.capture.iter().map(named).collect(), captures_of::<Self>(&lookup.before))
    }

    fn part(work: Work<BrowserStep, BrowserLookup>) -> PartKind {
        PartKind::Browser(Box::new(work))
    }
}

/// How long is waited where what is written cannot be read; that was reported.
const DEFAULT: std::time::Duration = std::time::Duration::from_secs(10);

/// Whether a step only looks at what came of the submit.
fn tells(action: &Action) -> bool {
    matches!(
        action,
        Action::Expect(_)
            | Action::Capture(_)
            | Action::WaitFor(_)
            | Action::WaitTime(_)
            | Action::Frame(_)
            | Action::Window(_)
            | Action::AcceptAlert(_)
            | Action::Screenshot(_)
    )
}

fn named(capture: &PageCapture) -> Named {
    Named { name: capture.name.clone(), span: capture.span.clone() }
}

//! One step of a browser: its verb, and what the verb needs.

use std::ops::Range;
use std::time::Duration;

use super::super::super::model::{
    Action, BrowserStep, Effect, Entry, ForEach, FrameChoice, KeyPress, Locator, Press, Submit, SubmitBy, WindowChoice,
};
use super::super::super::names::Place;
use super::super::super::raw;
use super::super::super::yaml::{Keyed, OneOrMany, Ordered, Text, Tree};
use super::super::condition::Use;
use super::super::kind::Section;
use super::super::words::parse_duration;
use super::super::{Context, each, step};
use super::locator::{locator, several, without_secrets, words};
use super::{conditions, keys, reading, settings, together};
use crate::diagnostic::At;

/// The lowering of steps at one place of a recipe.
pub(super) struct Lowering<'r> {
    /// The file, and what is wrong with it.
    pub context: &'r Context,
    /// The names in reach.
    pub place: &'r Place<'r>,
    /// The list that the steps stand in.
    pub section: Section,
    /// Whether they stand in a `for_each:`.
    pub repeated: bool,
}

impl Lowering<'_> {
    /// Lowers one step.
    pub fn step(&self, written: &Keyed<raw::Step>) -> Option<BrowserStep> {
        let (context, place) = (self.context, self.place);
        let verb = together::verb(context, written)?;
        let within = written.within.as_ref().and_then(|tree| locator(context, tree, place));
        let action = self.action(verb, written);
        let (within, action) = match (within, action?) {
            // All that is repeated is looked for there.
            (Some(outer), Action::ForEach(mut each)) => {
                each.steps.iter_mut().for_each(|step| narrow(step, &outer));
                (None, Action::ForEach(each))
            }
            other => other,
        };
        Some(BrowserStep {
            span: written.span.clone(),
            when: written.when.as_ref().map(|text| At::new(context.condition(text, place), text.span.clone())),
            within,
            timeout: written
                .timeout
                .as_ref()
                .map(|text| settings::patience(context, Some(text), Duration::from_secs(10))),
            action,
        })
    }

    fn action(&self, verb: &str, written: &Keyed<raw::Step>) -> Option<Action> {
        let (context, place) = (self.context, self.place);
        Some(match verb {
            "open" => Action::Open(step::path(context, written.open.as_ref()?, place)),
            "fill" => Action::Fill(self.entries(verb, written, written.fill.as_ref()?)),
            "select" => Action::Select(self.entries(verb, written, written.select.as_ref()?)),
            "choose" => Action::Choose(self.entries(verb, written, written.choose.as_ref()?)),
            "upload" => Action::Upload(self.entries(verb, written, written.upload.as_ref()?)),
            "type" => {
                let text = context.template_at(written.kind.as_ref()?, place);
                let Some(into) = &written.into else {
                    let help = "say into what: `into: { css: \"#zip\" }`, or use `fill:` with a label";
                    context.missing(&written.span, "into", help);
                    return None;
                };
                Action::Type { text, into: locator(context, into, place)? }
            }
            "check" => Action::Check(several(context, written.check.as_ref()?, place)),
            "uncheck" => Action::Uncheck(several(context, written.uncheck.as_ref()?, place)),
            "click" => Action::Click(locator(context, written.click.as_ref()?, place)?),
            "press" => {
                let target = written.within_control.as_ref().and_then(|tree| locator(context, tree, place));
                Action::Press(Press { keys: self.keys(&written.press.as_ref()?.value), target })
            }
            "submit" => self.submit(written)?,
            "expect" => {
                Action::Expect(conditions(context, written.expect.as_ref(), &written.key(verb), place, Use::Expect))
            }
            "capture" => self.capture(written)?,
            "wait" => self.wait(written.wait.as_ref()?, &written.key(verb))?,
            "frame" => self.frame(written.frame.as_ref()?)?,
            "window" => Action::Window(self.window(written.window.as_ref()?)?),
            "accept_alert" => self.alert(written.accept_alert.as_ref()?)?,
            "screenshot" => {
                let name = written.screenshot.as_ref()?;
                context.not_empty(name, "the picture's name");
                Action::Screenshot(context.template_at(name, &without_secrets(place)))
            }
            "for_each" => self.for_each(written)?,
            // Only `found` is left, which the lookup takes itself where it may stand.
            _ => {
                let key = written.key("found");
                if self.section == Section::Lookup {
                    let help = "what stands before it leads to the page";
                    context.wrong(&key, "`found` belongs to the last step of a lookup", help);
                } else {
                    context.wrong(&key, "`found` belongs to a lookup", "move it to the last step of `lookup:`");
                }
                return None;
            }
        })
    }

    /// Labels and values.
    fn entries(&self, verb: &str, written: &Keyed<raw::Step>, list: &Ordered<At<Text>>) -> Vec<Entry> {
        if list.iter().next().is_none() {
            let help = format!("write labels and values: `{verb}: {{ Betrag: \"${{gross}}\" }}`");
            self.context.wrong(&written.key(verb), format!("`{verb}` names no field"), help);
        }
        let entries = list.iter().map(|(label, value)| Entry {
            control: words(self.context, &label.clone().map(Text), self.place),
            value: self.context.template_at(value, self.place),
        });
        entries.collect()
    }

    fn keys(&self, list: &OneOrMany<At<Text>>) -> Vec<KeyPress> {
        list.0.iter().filter_map(|text| keys::key_press(self.context, text)).collect()
    }

    /// The point of no return; in a login, which has none, a click or a key.
    fn submit(&self, written: &Keyed<raw::Step>) -> Option<Action> {
        let context = self.context;
        let own = ["effect", "refused", "exists"];
        match self.section {
            Section::Lookup | Section::Verify => {
                context.wrong(
                    &written.key("submit"),
                    format!("a step of `{}` must not write", self.section.word()),
                    "`submit` is the point of no return; a search is started by `click:` or `press: Enter`",
                );
                return None;
            }
            Section::Login => {
                for key in written.keys.iter().filter(|key| own.contains(&key.as_str())) {
                    let title = format!("`{}` belongs to a submit that writes", key.value);
                    context.wrong(&key.span, title, "a login has no point of no return; `logged_in:` tells its end");
                }
            }
            Section::Steps | Section::Update if self.repeated => {
                each::write_without_by(context, &written.key("submit"));
                return None;
            }
            Section::Steps | Section::Update => {}
        }
        let by = self.submit_by(written.submit.as_ref()?)?;
        if self.section == Section::Login {
            return Some(match by {
                SubmitBy::Click(locator) => Action::Click(locator),
                SubmitBy::Press(press) => Action::Press(press),
            });
        }
        let effect = match written.effect.as_ref() {
            Some(effect) if effect.value == raw::Effect::Read => {
                let help = "what writes nothing is a `click:`";
                context.wrong(&effect.span, "a submit writes", help);
                Effect::Once
            }
            Some(effect) if effect.value == raw::Effect::Repeatable => Effect::Repeatable,
            Some(_) | None => Effect::Once,
        };
        Some(Action::Submit(Submit {
            by,
            effect,
            refused: conditions(context, written.refused.as_ref(), &written.key("refused"), self.place, Use::Refused),
            exists: conditions(context, written.exists.as_ref(), &written.key("exists"), self.place, Use::Exists),
            end: Vec::new(),
        }))
    }

    fn submit_by(&self, written: &At<Tree>) -> Option<SubmitBy> {
        let context = self.context;
        let Tree::Map(members) = &written.value else {
            return Some(SubmitBy::Click(locator(context, written, self.place)?));
        };
        let Some((_, pressed)) = members.iter().find(|(key, _)| key.as_str() == "press") else {
            return Some(SubmitBy::Click(locator(context, written, self.place)?));
        };
        let mut target = None;
        for (key, value) in members.iter() {
            match key.as_str() {
                "press" => {}
                "in" => target = locator(context, value, self.place),
                other => {
                    let title = format!("`{other}` does not go with `press`");
                    context.wrong(&key.span, title, "write `submit: { press: Enter, in: Betrag }`");
                }
            }
        }
        let Some(text) = pressed.value.scalar() else {
            let title = format!("expected a key, found {}", pressed.value.found());
            context.wrong(&pressed.span, title, "write `submit: { press: Enter, in: Betrag }`");
            return None;
        };
        let key = keys::key_press(context, &At::new(text, pressed.span.clone()))?;
        Some(SubmitBy::Press(Press { keys: vec![key], target }))
    }

    fn capture(&self, written: &Keyed<raw::Step>) -> Option<Action> {
        let key = written.key("capture");
        if self.section == Section::Login {
            let help = "each browser logs in for itself; what a page shows can be captured in `steps:`";
            self.context.wrong(&key, "the login of a browser target captures nothing", help);
        } else if self.repeated {
            let help = "a name holds one value; capture it after the loop";
            self.context.wrong(&key, "`capture` cannot be repeated", help);
        }
        Some(Action::Capture(reading::captures(self.context, written.capture.as_ref()?, self.place)))
    }

    fn wait(&self, written: &OneOrMany<At<Tree>>, span: &Range<usize>) -> Option<Action> {
        if let [one] = written.0.as_slice()
            && let Some(text) = one.value.scalar()
            && parse_duration(&text).is_some()
        {
            let text = At::new(text, one.span.clone());
            let pause = settings::patience(self.context, Some(&text), Duration::ZERO);
            return Some(Action::WaitTime(pause));
        }
        Some(Action::WaitFor(conditions(self.context, Some(written), span, self.place, Use::Expect)))
    }

    fn frame(&self, written: &At<Tree>) -> Option<Action> {
        let main = written.value.scalar().is_some_and(|text| text.as_str() == "main");
        let choice =
            if main { FrameChoice::Main } else { FrameChoice::Of(locator(self.context, written, self.place)?) };
        Some(Action::Frame(choice))
    }

    fn window(&self, written: &At<Text>) -> Option<WindowChoice> {
        Some(match (written.as_str(), written.parse::<u32>()) {
            ("main", _) => WindowChoice::Main,
            ("last", _) => WindowChoice::Last,
            ("close", _) => WindowChoice::Close,
            (_, Ok(0)) => {
                self.context.wrong(&written.span, "windows are counted from 1", "");
                return None;
            }
            (_, Ok(number)) => WindowChoice::Number(number),
            _ => {
                self.context.not_empty(written, "the window's title");
                WindowChoice::Title(self.context.template_at(written, &without_secrets(self.place)))
            }
        })
    }

    fn alert(&self, written: &At<Tree>) -> Option<Action> {
        if matches!(written.value, Tree::Null) {
            return Some(Action::AcceptAlert(None));
        }
        let Some(text) = written.value.scalar() else {
            let title = format!("expected a text, found {}", written.value.found());
            self.context.wrong(&written.span, title, "write `- accept_alert:`, or what the dialog must say");
            return None;
        };
        let text = At::new(text, written.span.clone());
        self.context.not_empty(&text, "the text of the dialog");
        Some(Action::AcceptAlert(Some(self.context.template_at(&text, &without_secrets(self.place)))))
    }

    fn for_each(&self, written: &Keyed<raw::Step>) -> Option<Action> {
        let context = self.context;
        each::useless_by(context, written, || each::why_useless(self.repeated, self.section));
        let (head, inner) = each::head(context, written, self.place, self.place)?;
        let lowering = Lowering { place: &inner, repeated: true, ..*self };
        let steps: Vec<Option<BrowserStep>> = head.steps.iter().map(|step| lowering.step(step)).collect();
        Some(Action::ForEach(ForEach {
            list: head.list,
            variable: head.variable,
            number: head.number,
            steps: steps.into_iter().collect::<Option<_>>()?,
        }))
    }
}

/// Looks for all of a step in an element around.
pub(super) fn narrow(step: &mut BrowserStep, outer: &Locator) {
    if let Action::ForEach(each) = &mut step.action {
        each.steps.iter_mut().for_each(|step| narrow(step, outer));
    } else {
        step.within = Some(match step.within.take() {
            Some(inner) => inside(inner, outer),
            None => outer.clone(),
        });
    }
}

fn inside(locator: Locator, outer: &Locator) -> Locator {
    let around = match locator.within {
        Some(around) => inside(*around, outer),
        None => outer.clone(),
    };
    Locator { within: Some(Box::new(around)), ..locator }
}

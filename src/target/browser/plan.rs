//! Steps with their values, ready to be done: what the page does by itself, and what only the driver can do. Also the view
//! of them that a dry run shows.

use std::time::Duration;

use serde_json::{Value as Json, json};
use url::Url;

use super::page::{Place, Written};
use super::render::{Asked, Given, Renderer, Words};
use crate::expression::Scope;
use crate::recipe::model::{
    Action, BrowserStep, Entry, ForEach, FrameChoice, KeyPress, Locator, PageCapture, Press, Submit, SubmitBy,
    WindowChoice,
};
use crate::record::Value;
use crate::target::Trouble;
use crate::target::scope::Local;

/// One step, ready to be done.
pub(super) struct Ready<'r> {
    /// What it is called on the page and in the list of steps; secrets masked.
    pub shown: String,
    /// How long what it needs is waited for.
    pub timeout: Duration,
    /// What is done.
    pub deed: Deed<'r>,
}

/// What is done.
pub(super) enum Deed<'r> {
    /// Opens an address.
    Open(Url),
    /// Puts a value into a control, in the page: `fill`, `select`, `choose`.
    Give { verb: &'static str, at: Place, given: Given, written: Written },
    /// Checks or unchecks a box.
    Box { at: Place, on: bool },
    /// Types into a control.
    Type { at: Place, given: Given, written: Written },
    /// Clicks.
    Click(Place),
    /// Presses keys.
    Press { keys: &'r [KeyPress], at: Option<Place> },
    /// Gives a file to a file input.
    Upload { at: Place, path: String },
    /// Waits until the page shows something.
    Expect { asked: Asked<'r>, is_wait: bool },
    /// Waits.
    Wait(Duration),
    /// Keeps something of the page.
    Capture { wanted: &'r [PageCapture], within: Option<&'r Locator> },
    /// Goes into a frame; none = out to the page.
    Frame(Option<Place>),
    /// Goes to a window.
    Window(Window),
    /// Answers the page's dialog with OK.
    Accept(Option<String>),
    /// Keeps a picture under a name.
    Screenshot(String),
}

/// A window to go to.
pub(super) enum Window {
    /// The first.
    Main,
    /// The last.
    Last,
    /// By number.
    Number(u32),
    /// By title.
    Title(String),
    /// None: the one at hand is closed.
    Close,
}

/// How a form is submitted, with its values.
pub(super) enum Send<'r> {
    /// By a click.
    Click(Place),
    /// By keys.
    Press(&'r [KeyPress], Option<Place>),
}

impl Renderer<'_> {
    /// Makes steps ready, in order; those that `when:` leaves out are left out.
    pub fn plan<'r>(
        &self,
        steps: &'r [BrowserStep],
        timeout: Duration,
        scope: &(dyn Scope + Sync),
        out: &mut Vec<Ready<'r>>,
    ) -> Result<(), Trouble> {
        for step in steps {
            self.one(step, timeout, scope, out)?;
        }
        Ok(())
    }

    /// Makes one step ready.
    pub fn one<'r>(
        &self,
        step: &'r BrowserStep,
        timeout: Duration,
        scope: &(dyn Scope + Sync),
        out: &mut Vec<Ready<'r>>,
    ) -> Result<(), Trouble> {
        if let Some(when) = &step.when
            && self.holds(when, scope)? == Some(false)
        {
            return Ok(());
        }
        let timeout = step.timeout.unwrap_or(timeout);
        let within = step.within.as_ref();
        let mut add = |shown: String, deed| out.push(Ready { shown, timeout, deed });
        match &step.action {
            Action::Open(path) => {
                let url = self.url(path, scope)?;
                add(format!("open {}", url.path()), Deed::Open(url));
            }
            Action::Fill(entries) => self.give("fill", entries, step, timeout, scope, out)?,
            Action::Select(entries) => self.give("select", entries, step, timeout, scope, out)?,
            Action::Choose(entries) => self.give("choose", entries, step, timeout, scope, out)?,
            Action::Type { text, into } => {
                let at = self.place(into, Words::Label, within, scope)?;
                if let Some(given) = self.given(text, "`type:`", scope)? {
                    let written = self.written(&given);
                    add(format!("type {}: {}", at.said(), given.shown), Deed::Type { at, given, written });
                }
            }
            Action::Check(controls) | Action::Uncheck(controls) => {
                let on = matches!(step.action, Action::Check(_));
                for control in controls {
                    let at = self.place(control, Words::Label, within, scope)?;
                    add(format!("{} {}", if on { "check" } else { "uncheck" }, at.said()), Deed::Box { at, on });
                }
            }
            Action::Click(locator) => {
                let at = self.place(locator, Words::Click, within, scope)?;
                add(format!("click {}", at.said()), Deed::Click(at));
            }
            Action::Press(press) => {
                let at = self.pressed(press, within, scope)?;
                add(pressed_words(press), Deed::Press { keys: &press.keys, at });
            }
            Action::Upload(entries) => {
                for entry in entries {
                    let at = self.place(&entry.control, Words::Label, within, scope)?;
                    if let Some(given) = self.given(&entry.value, &at.said(), scope)? {
                        let path = self.file(&given, scope)?;
                        add(format!("upload {}: {}", at.said(), given.shown), Deed::Upload { at, path });
                    }
                }
            }
            // A submit of a login is a click or a key as any other.
            Action::Submit(submit) => match &submit.by {
                SubmitBy::Click(locator) => {
                    let at = self.place(locator, Words::Click, within, scope)?;
                    add(format!("click {}", at.said()), Deed::Click(at));
                }
                SubmitBy::Press(press) => {
                    let at = self.pressed(press, within, scope)?;
                    add(pressed_words(press), Deed::Press { keys: &press.keys, at });
                }
            },
            Action::Expect(set) | Action::WaitFor(set) => {
                let asked = self.conditions(set, within, scope)?;
                let is_wait = matches!(step.action, Action::WaitFor(_));
                add(
                    format!("{} {}", if is_wait { "wait" } else { "expect" }, asked.words()),
                    Deed::Expect { asked, is_wait },
                );
            }
            Action::Capture(wanted) => {
                let names: Vec<&str> = wanted.iter().map(|capture| &*capture.name).collect();
                add(format!("capture {}", names.join(", ")), Deed::Capture { wanted, within });
            }
            Action::WaitTime(time) => add(format!("wait {} ms", time.as_millis()), Deed::Wait(*time)),
            Action::Frame(FrameChoice::Main) => add("frame main".to_owned(), Deed::Frame(None)),
            Action::Frame(FrameChoice::Of(locator)) => {
                let at = self.place(locator, Words::Frame, within, scope)?;
                add(format!("frame {}", at.said()), Deed::Frame(Some(at)));
            }
            Action::Window(choice) => {
                let (words, window) = match choice {
                    WindowChoice::Main => ("main".to_owned(), Window::Main),
                    WindowChoice::Last => ("last".to_owned(), Window::Last),
                    WindowChoice::Number(number) => (number.to_string(), Window::Number(*number)),
                    WindowChoice::Close => ("close".to_owned(), Window::Close),
                    WindowChoice::Title(title) => {
                        let title = self.words(title, "`window:`", scope)?;
                        (title.clone(), Window::Title(title))
                    }
                };
                add(format!("window {words}"), Deed::Window(window));
            }
            Action::AcceptAlert(text) => {
                let text = text.as_ref().map(|text| self.words(text, "`accept_alert:`", scope)).transpose()?;
                add("accept_alert".to_owned(), Deed::Accept(text));
            }
            Action::Screenshot(name) => {
                let name = self.words(name, "`screenshot:`", scope)?;
                add(format!("screenshot {name}"), Deed::Screenshot(name));
            }
            Action::ForEach(each) => self.each(each, timeout, scope, out)?,
        }
        Ok(())
    }

    fn give<'r>(
        &self,
        verb: &'static str,
        entries: &[Entry],
        step: &BrowserStep,
        timeout: Duration,
        scope: &(dyn Scope + Sync),
        out: &mut Vec<Ready<'r>>,
    ) -> Result<(), Trouble> {
        for entry in entries {
            let at = self.place(&entry.control, Words::Label, step.within.as_ref(), scope)?;
            if let Some(given) = self.given(&entry.value, &at.said(), scope)? {
                let written = self.written(&given);
                let shown = format!("{verb} {}: {}", at.said(), given.shown);
                out.push(Ready { shown, timeout, deed: Deed::Give { verb, at, given, written } });
            }
        }
        Ok(())
    }

    fn each<'r>(
        &self,
        each: &'r ForEach<BrowserStep>,
        timeout: Duration,
        scope: &(dyn Scope + Sync),
        out: &mut Vec<Ready<'r>>,
    ) -> Result<(), Trouble> {
        let values = self.filler.values(&each.list, scope)?;
        for (at, value) in values.iter().enumerate() {
            let one = Local { parent: scope, name: &each.variable, value };
            let number = Value::Number((at as u64 + 1).into());
            match &each.number {
                None => self.plan(&each.steps, timeout, &one, out)?,
                Some(name) => {
                    let numbered = Local { parent: &one, name, value: &number };
                    self.plan(&each.steps, timeout, &numbered, out)?;
                }
            }
        }
        Ok(())
    }

    /// How a form is submitted.
    pub fn send<'r>(
        &self,
        submit: &'r Submit,
        within: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Send<'r>, Trouble> {
        Ok(match &submit.by {
            SubmitBy::Click(locator) => Send::Click(self.place(locator, Words::Click, within, scope)?),
            SubmitBy::Press(press) => Send::Press(&press.keys, self.pressed(press, within, scope)?),
        })
    }

    fn pressed(
        &self,
        press: &Press,
        within: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Option<Place>, Trouble> {
        press.target.as_ref().map(|target| self.place(target, Words::Label, within, scope)).transpose()
    }

    /// The whole path of a file to upload.
    fn file(&self, given: &Given, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        let value = given.value.to_string();
        // An attachment is a file of the run's own, all else one of the recipe's folder.
        let path = scope.file(&value).unwrap_or_else(|| self.filler.recipe.folder.join(&value));
        if self.filler.show && !path.is_file() && given.value.to_string().contains("${") {
            return Ok(path.display().to_string());
        }
        let absolute = std::path::absolute(&path).ok().filter(|path| path.is_file());
        absolute
            .map(|path| path.display().to_string())
            .ok_or_else(|| Trouble::File { path: path.display().to_string(), why: "there is no such file".to_owned() })
    }
}

fn pressed_words(press: &Press) -> String {
    let keys: Vec<&str> = press.keys.iter().map(|key| key.written.as_str()).collect();
    format!("press {}", keys.join(" "))
}

impl Asked<'_> {
    /// The conditions in words: one after the other.
    pub fn words(&self) -> String {
        self.said.iter().map(|all| all.join(" and ")).collect::<Vec<_>>().join(" or ")
    }
}

impl Ready<'_> {
    /// As a dry run shows it: like the step of the recipe, with its values.
    pub fn view(&self) -> Json {
        let control = |verb: &str, at: &Place, value: Json| match at.view() {
            Json::String(name) => json!({ verb: { name: value } }),
            other => json!({ verb: value, "into": other }),
        };
        match &self.deed {
            Deed::Open(url) => json!({ "open": url.as_str() }),
            Deed::Give { verb, at, given, .. } => control(verb, at, given.shown.clone().into()),
            Deed::Type { at, given, .. } => json!({ "type": given.shown, "into": at.view() }),
            Deed::Box { at, on } => json!({ if *on { "check" } else { "uncheck" }: at.view() }),
            Deed::Click(at) => json!({ "click": at.view() }),
            Deed::Upload { at, path } => control("upload", at, path.clone().into()),
            Deed::Capture { wanted, .. } => {
                json!({ "capture": wanted.iter().map(|capture| capture.name.to_string()).collect::<Vec<_>>() })
            }
            // All others are told by their words: the verb, and what it is about.
            _ => {
                let (verb, rest) = self.shown.split_once(' ').unwrap_or((&self.shown, ""));
                let bare =
                    rest.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|bare| !bare.contains('`'));
                json!({ verb: bare.unwrap_or(rest) })
            }
        }
    }
}

/// The fills of one step stand together, as in the recipe.
pub(super) fn views(ready: &[Ready<'_>]) -> Vec<Json> {
    let mut views: Vec<Json> = Vec::new();
    for one in ready {
        let view = one.view();
        let joined = match (&one.deed, views.last_mut(), &view) {
            (Deed::Give { verb, .. }, Some(Json::Object(last)), Json::Object(new)) => {
                match (last.get_mut(*verb), new.get(*verb)) {
                    (Some(Json::Object(fields)), Some(Json::Object(more)))
                        if new.len() == 1 && more.keys().all(|name| !fields.contains_key(name)) =>
                    {
                        fields.extend(more.clone());
                        true
                    }
                    _ => false,
                }
            }
            _ => false,
        };
        if !joined {
            views.push(view);
        }
    }
    views
}

//! `targets:` their settings, their login and their parts.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::super::model::{BrowserLogin, BrowserSettings, HttpSettings, Locale, Login, Target, TargetKind};
use super::super::names::{Captured, Fields, Place, Used};
use super::super::raw::{self, RecipeFile};
use super::super::yaml::Keyed;
use super::browser::{self, Browser};
use super::condition::Use;
use super::flow::{Flow, SectionUse, captures_of_part};
use super::http::Http;
use super::kind::{Kind, Section, captures_of};
use super::part::{Parts, RawPart, captured};
use super::step::headers;
use super::{Context, auth};
use crate::diagnostic::At;

/// Lowers `targets:`; `locale` is that of the source.
pub(super) fn targets(
    context: &Context,
    written: &RecipeFile,
    fields: &Fields,
    top: &Range<usize>,
    locale: Locale,
) -> Vec<Target> {
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
        let lowering = Lowering {
            context,
            fields,
            position,
            name: Arc::clone(&names[position]),
            update: update.map(|at| at.span.clone()),
            locale,
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
    locale: Locale,
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
        super::source::exclusive(context, &written.keys, &["http", "browser"]);
        let mut captures: Vec<Captured> = Vec::new();
        for target in earlier {
            for part in &target.parts {
                let own = captures_of_part(part);
                captures.extend(own.iter().map(|capture| captured(Some(&target.name), capture, false)));
            }
        }
        let lists = self.parts(name, written);
        let (kind, parts) = match (&written.http, &written.browser) {
            (None, settings) if settings.is_some() || is_for_browser(written) => {
                let stay = settings.as_ref().and_then(|settings| settings.stay.as_ref()).is_some_and(|stay| stay.value);
                let parts = self.lowering(Browser { stay, logs_in: written.login.is_some() });
                let settings = self.browser(name, written, settings.as_ref(), &parts, flow);
                (settings.map(TargetKind::Browser), parts.lower(&lists, captures, flow))
            }
            (settings, _) => {
                let parts = self.lowering(Http);
                let (settings, logged_in) = self.http(name, written, settings.as_ref(), &parts, flow);
                captures.extend(logged_in);
                (settings.map(TargetKind::Http), parts.lower(&lists, captures, flow))
            }
        };
        Some(Target {
            name: Arc::clone(&self.name),
            span: name.span.clone(),
            system: written.system.as_ref().map(|system| context.not_empty(system, "the system's name")),
            kind: kind?,
            parts,
        })
    }

    fn lowering<K: Kind>(&self, kind: K) -> Parts<'_, K> {
        Parts {
            kind,
            context: self.context,
            fields: self.fields,
            position: self.position,
            target: &self.name,
            update: self.update.as_ref(),
        }
    }

    /// Notes what the settings or the login use.
    fn uses(&self, used: RefCell<Used>, flow: &mut Flow) {
        let used = used.into_inner();
        flow.uses.push(SectionUse { target: self.position, part: None, section: Section::Login, used });
    }

    /// The settings of an HTTP target, and what its login captures.
    fn http(
        &self,
        name: &At<String>,
        written: &Keyed<raw::Target>,
        settings: Option<&Keyed<raw::Http>>,
        parts: &Parts<'_, Http>,
        flow: &mut Flow,
    ) -> (Option<HttpSettings>, Vec<Captured>) {
        let used = RefCell::new(Used::default());
        let mut lowered = match settings {
            Some(http) => auth::settings(self.context, http, &Place::settings(self.fields, &used)),
            None => {
                self.context.missing(
                    &name.span,
                    "http",
                    "say how the system is reached: `http: { url: \"${env.ERP_URL}\" }`, or `browser: { url: … }`",
                );
                None
            }
        };
        self.uses(used, flow);
        let login = written.login.as_ref().and_then(|login| self.http_login(login, parts, flow));
        let captures = login.as_ref().map_or_else(Vec::new, |login| captures_of::<Http>(&login.steps));
        if let Some(settings) = &mut lowered {
            settings.login = login;
        }
        (lowered, captures.iter().map(|capture| captured(None, capture, true)).collect())
    }

    fn http_login(&self, written: &Keyed<raw::Login>, parts: &Parts<'_, Http>, flow: &mut Flow) -> Option<Login> {
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
        let steps = parts.steps(raw, Section::Login, &mut place);
        let headers = headers(context, written.headers.as_ref(), &place);
        flow.owe(&self.name, captures_of::<Http>(&steps));
        self.uses(used, flow);
        Some(Login { steps, headers })
    }

    /// The settings of a browser target with its login, which captures nothing.
    fn browser(
        &self,
        name: &At<String>,
        written: &Keyed<raw::Target>,
        settings: Option<&Keyed<raw::Browser>>,
        parts: &Parts<'_, Browser>,
        flow: &mut Flow,
    ) -> Option<BrowserSettings> {
        let used = RefCell::new(Used::default());
        let place = Place::settings(self.fields, &used);
        let mut lowered = match settings {
            Some(settings) => browser::settings(self.context, settings, self.locale, &place),
            None => {
                self.context.missing(
                    &name.span,
                    "browser",
                    "its steps are those of a browser; say where the system is: `browser: { url: \"${env.PORTAL_URL}\" }`",
                );
                None
            }
        };
        let login = written.login.as_ref().and_then(|login| self.browser_login(login, parts, &place));
        if let Some(settings) = &mut lowered {
            settings.login = login;
        }
        self.uses(used, flow);
        lowered
    }

    fn browser_login(
        &self,
        written: &Keyed<raw::Login>,
        parts: &Parts<'_, Browser>,
        place: &Place<'_>,
    ) -> Option<BrowserLogin> {
        let context = self.context;
        if let Some(key) = written.keys.iter().find(|key| key.as_str() == "headers") {
            context.wrong(&key.span, "`headers` belongs to an http target, and this is a browser target", "");
        }
        if written.logged_in.is_none() {
            context.missing(
                &written.span,
                "logged_in",
                "say what a page shows when somebody is logged in: `logged_in: { text: Abmelden }`",
            );
        }
        let logged_in =
            browser::conditions(context, written.logged_in.as_ref(), &written.key("logged_in"), place, Use::Expect);
        let Some(raw) = &written.steps else {
            context.missing(
                &written.span,
                "steps",
                "write the steps that log in: `steps: [ { open: /login }, { fill: { … } }, { click: Anmelden } ]`",
            );
            return None;
        };
        let mut place = Place { codes: true, ..place.clone() };
        Some(BrowserLogin { logged_in, steps: parts.steps(raw, Section::Login, &mut place) })
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
}

/// Whether the steps of a target that does not say how it is reached are those of a browser.
fn is_for_browser(written: &raw::Target) -> bool {
    let parts = written.parts.iter().flat_map(|parts| parts.iter()).map(|(_, part)| part.steps.as_ref());
    let lists = [written.steps.as_ref(), written.lookup.as_ref()].into_iter().chain(parts).flatten();
    lists.flat_map(|list| list.iter()).flat_map(|step| &step.keys).any(|key| browser::is_own(key))
}

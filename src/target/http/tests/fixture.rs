//! Recipes, scopes and steps for tests.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::{At, SourceText};
use crate::expression::{Expression, Kind, Name, Names, Resolved, Scope, Template};
use crate::recipe::model::{
    Body, Capture, CaptureFrom, Condition, ConditionSet, CsvSource, Effect, HttpCall, HttpPart, HttpSettings, JsonBody,
    JsonPath, Locale, Method, OnChange, Part, PartKind, Recipe, Retry, Source, SourceKind, StatusPattern, Steps,
    Target, TargetKind, Test, Work,
};
use crate::record::Value;
use crate::secret::Secrets;
use crate::target::http::HttpTarget;
use crate::target::{Job, Mode};

/// The fields of test recipes, by position.
pub const FIELDS: [&str; 5] = ["number", "gross", "note", "issued", "tags"];

/// All names that the tests use.
pub struct AnyNames;

impl Names for AnyNames {
    fn resolve(&self, root: &str, member: Option<&str>) -> Option<Resolved> {
        let name = match (root, member) {
            ("env", Some(member)) => Name::Env(member.into()),
            ("secrets", Some(member)) => Name::Secret(member.into()),
            ("env" | "secrets", None) | (_, Some(_)) => return None,
            ("lines", None) => Name::Lines,
            ("idempotency_key", None) => Name::IdempotencyKey,
            ("line", None) => Name::Local("line".into()),
            ("token" | "csrf", None) => Name::Capture { target: None, name: root.into(), secret: true },
            (root, None) => match FIELDS.iter().position(|field| *field == root) {
                Some(index) => Name::Field(index),
                None if root.ends_with("_id") || root == "location" => {
                    Name::Capture { target: None, name: root.into(), secret: false }
                }
                None => return None,
            },
        };
        Some(Resolved { name, kind: Kind::Any })
    }

    fn known(&self) -> Vec<String> {
        FIELDS.iter().map(|field| (*field).to_owned()).collect()
    }
}

/// The values of one record.
#[derive(Default)]
pub struct Values(pub Vec<(Name, Value)>);

impl Values {
    pub fn of(fields: &[(&str, Value)]) -> Self {
        let name = |name: &str| AnyNames.resolve(name, None).unwrap().name;
        Self(fields.iter().map(|(field, value)| (name(field), value.clone())).collect())
    }

    pub fn and(mut self, name: Name, value: Value) -> Self {
        self.0.push((name, value));
        self
    }
}

impl Scope for Values {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match (self.0.iter().find(|(known, _)| known == name), name) {
            (Some((_, value)), _) => Ok(Cow::Borrowed(value)),
            (None, Name::Env(name) | Name::Secret(name)) => Err(format!("`{name}` is not set")),
            (None, _) => Ok(Cow::Owned(Value::Missing)),
        }
    }
}

pub fn text(source: &str) -> Template {
    Template::new(source, &AnyNames).unwrap()
}

pub fn at<T>(value: T) -> At<T> {
    At::new(value, 0..1)
}

pub fn expression(source: &str) -> Expression {
    Expression::new(source, &AnyNames).unwrap()
}

pub fn path(source: &str) -> JsonPath {
    JsonPath { source: source.to_owned(), path: serde_json_path::JsonPath::parse(source).unwrap() }
}

pub fn step(method: Method, at_path: &str) -> HttpCall {
    HttpCall {
        span: 0..1,
        method,
        path: at(text(at_path)),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        effect: match method {
            Method::Get => Effect::Read,
            Method::Post | Method::Patch => Effect::Once,
            Method::Put | Method::Delete => Effect::Repeatable,
        },
        when: None,
        expect: ConditionSet::default(),
        refused: ConditionSet::default(),
        exists: ConditionSet::default(),
        capture: Vec::new(),
        wait_until: None,
    }
}

pub fn post_json(at_path: &str, members: &[(&str, &str)]) -> HttpCall {
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), JsonBody::Text(at(text(value))))).collect();
    HttpCall { body: Some(Body::Json(JsonBody::Object(members))), ..step(Method::Post, at_path) }
}

pub fn condition() -> Condition {
    Condition { span: 0..1, status: Vec::new(), headers: Vec::new(), paths: Vec::new(), text: None, reason: None }
}

pub fn when_status(status: u16) -> ConditionSet {
    ConditionSet { any: vec![Condition { status: vec![StatusPattern::Exactly(status)], ..condition() }] }
}

pub fn when_equal(at_path: &str, value: &str) -> ConditionSet {
    let paths = vec![(path(at_path), Test::Equals(text(value)))];
    ConditionSet { any: vec![Condition { paths, ..condition() }] }
}

pub fn capture(name: &str, at_path: &str) -> Capture {
    Capture { name: name.into(), span: 0..1, from: CaptureFrom::Json(path(at_path)), first: false }
}

pub fn part(submit: HttpCall) -> Part {
    Part {
        name: "entry".into(),
        kind: PartKind::Http(Box::new(Work {
            lookup: None,
            steps: Steps { before: Vec::new(), submit: submit.into(), after: Vec::new() },
            update: None,
            verify: Vec::new(),
        })),
        uses: BTreeSet::new(),
        uses_lines: false,
        repeat: None,
    }
}

/// The calls of the first part.
pub fn calls(target: &mut Target) -> &mut HttpPart {
    match &mut target.parts[0].kind {
        PartKind::Http(part) => part,
        PartKind::Browser(_) => panic!("a browser's part"),
    }
}

/// The settings of a target.
pub fn http(target: &mut Target) -> &mut HttpSettings {
    match &mut target.kind {
        TargetKind::Http(settings) => settings,
        TargetKind::Browser(_) => panic!("a browser target"),
    }
}

pub fn settings(url: &str) -> HttpSettings {
    HttpSettings {
        url: at(text(url)),
        login: None,
        headers: Vec::new(),
        auth: None,
        rate: None,
        concurrency: 4,
        timeout: Duration::from_millis(2000),
        proxy: Some(text("none")),
        ca: None,
        idempotent: None,
        max_answer: 4096,
    }
}

pub fn target(url: &str, part: Part) -> Target {
    Target { name: "erp".into(), span: 0..1, system: None, kind: TargetKind::Http(settings(url)), parts: vec![part] }
}

pub fn recipe(target: Target) -> Arc<Recipe> {
    Arc::new(Recipe {
        text: Arc::new(SourceText { path: "invoices.yaml".into(), text: "recipe: invoices\n".into() }),
        sha256: String::new(),
        folder: std::env::temp_dir(),
        name: "invoices".into(),
        about: None,
        ledger: "invoices".into(),
        source: Source {
            kind: SourceKind::Csv(CsvSource::default()),
            locale: Locale::De,
            zone: "Europe/Berlin".into(),
        },
        fields: Vec::new(),
        grouping: None,
        checks: Vec::new(),
        control: Vec::new(),
        key: Vec::new(),
        on_change: OnChange::Hold,
        needs_approval: None,
        send_if_rejected_below: None,
        targets: vec![target],
        retry: Retry { attempts: 4, wait: Duration::from_secs(1), max_wait: Duration::from_secs(60) },
        settle: Duration::from_secs(60),
        stop_after: None,
        needs: crate::recipe::model::Needs::default(),
    })
}

/// A target with these settings, ready for calls.
pub fn built(target: Target) -> HttpTarget {
    built_with(target, &Values::default())
}

/// The same, with values for its settings.
pub fn built_with(target: Target, scope: &Values) -> HttpTarget {
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpTarget::new(recipe(target), 0, scope, Arc::new(Secrets::from_environment())).unwrap()
}

/// No call keeps anything.
static HELD: crate::target::Held = crate::target::Held::new();

pub fn job(scope: &Values) -> Job<'_> {
    Job { part: 0, mode: Mode::Enter, scope, held: &HELD }
}

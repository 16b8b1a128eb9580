//! The script that works in the page, and the questions and answers that go with it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What makes our script a part of a page, where it is not yet: sending it costs as much as filling in some fields. What it
/// is asked comes first, the callback last.
pub(super) const INSTALL: &str = concat!(
    "if (!window.__eintrag_run) Object.defineProperty(window, '__eintrag_run', { value: (request, callback) => {\n",
    include_str!("page/text.js"),
    include_str!("page/names.js"),
    include_str!("page/locate.js"),
    include_str!("page/ready.js"),
    include_str!("page/act.js"),
    include_str!("page/observe.js"),
    include_str!("page/main.js"),
    "} });\n",
);

/// The script for a page that does not have it yet.
pub(super) static SCRIPT: LazyLock<String> =
    LazyLock::new(|| format!("const [ask, answer] = arguments;\n{INSTALL}window.__eintrag_run(ask, answer);\n"));

/// The same for a page that should have it.
pub(super) const AGAIN: &str = "const [ask, answer] = arguments;\n\
    if (window.__eintrag_run) window.__eintrag_run(ask, answer); else answer({ missing: true });\n";

/// A locator with its values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Place {
    /// How the element is named.
    pub by: &'static str,
    /// The name, the text or the selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Which of several: a number from 1, or `last`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<serde_json::Value>,
    /// Where it is looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Box<Place>>,
}

/// A value in all the forms that controls want it in.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Written {
    /// As the target's locale writes it.
    pub text: String,
    /// `2026-12-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// `1234.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// `08:30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// `2026-12-31T08:30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datetime: Option<String>,
    /// Of a box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bool: Option<bool>,
}

/// A value of the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Reading {
    /// `element`, `url` or `title`.
    pub from: &'static str,
    /// The element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// An attribute of it, instead of its value or text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The first of several will do.
    pub first: bool,
}

/// One test of a condition. What is only read here is judged by whoever asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Test {
    /// `seen`, `gone`, `address`, `title` or `value`.
    pub is: &'static str,
    /// The element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// A part of the address or title; none where it is only read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of a value: `element`, `url` or `title`.
    pub from: &'static str,
    /// Of a value: an attribute of the element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Of a value: the first of several will do.
    pub first: bool,
    /// Of a value: it need not be there.
    pub optional: bool,
}

/// Alternatives of tests, all of which must hold.
pub(super) type Conditions = Vec<Vec<Test>>;

/// What a batch of steps came to.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    /// One for each step that was begun.
    pub results: Vec<Done>,
    /// A failure of the script itself.
    pub error: Option<String>,
}

/// The end of one step in the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Done {
    /// How long it took, in milliseconds.
    pub took: u64,
    /// Why it could not be done.
    pub problem: Option<Problem>,
    /// Fields as they stand there.
    pub fields: Option<Vec<Field>>,
    /// Values that were read.
    pub values: Option<Vec<Read>>,
    /// An element's reference, for the driver.
    pub element: Option<serde_json::Value>,
    /// The fields for which the browser itself keeps the form back, or that the page marks as wrong.
    pub complaints: Option<Vec<Complaint>>,
    /// Whether the submit was made.
    pub sent: bool,
    /// Whether the page is about to be left.
    pub left: bool,
    /// Whether this is another page than the one that was filled in.
    pub replaced: bool,
    /// What an observation ended with: `met`, `time`, `login`, `invalid`, `error`, `broken`.
    pub state: String,
    /// What was seen, by sets of conditions.
    pub sets: Vec<Vec<Seen>>,
    /// Whether the page is another one than that of the submit.
    pub new_page: bool,
    /// The status it came with, where the browser tells.
    pub status: Option<u16>,
    /// Whether redirects led to it.
    pub redirected: bool,
    /// The page's own words, where nothing was met.
    pub words: String,
    /// All that was seen, as one text.
    pub shape: String,
}

/// One condition as it was seen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    /// Whether it is met, as far as the page can tell.
    pub met: bool,
    /// Its tests.
    pub tests: Vec<SeenTest>,
}

/// One test as it was seen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SeenTest {
    /// Whether it holds, as far as the page can tell.
    pub met: bool,
    /// The value that was read.
    pub value: Option<String>,
    /// How many elements there are.
    pub count: usize,
}

/// A value that was read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Read {
    /// The value.
    pub value: Option<String>,
}

/// A field that was filled.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Field {
    /// Its number among all that were filled.
    pub field: usize,
    /// What was written.
    pub wanted: String,
    /// What stands there.
    pub found: String,
    /// The kind of control.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the page has it no more.
    pub gone: bool,
}

/// A field that is marked as wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Complaint {
    /// Its name.
    pub field: String,
    /// What is said of it.
    pub message: String,
}

/// Why a step could not be done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    /// `none`, `several`, `disabled`, `readonly`, `covered`, `moving`, `taken`, `selector`, `lost`, `option`, `options`,
    /// `capture`, `differs`, `login`.
    pub kind: String,
    /// The locator that it speaks of.
    pub locator: Option<serde_json::Value>,
    /// The locator of a field that ended at the same element; none where it is the same locator.
    pub other: Option<serde_json::Value>,
    /// Names on the page.
    pub names: Vec<String>,
    /// How many.
    pub count: usize,
    /// Which.
    pub which: Vec<Which>,
    /// The element.
    pub outline: String,
    /// What covers it.
    pub by: String,
    /// A reason in words.
    pub why: String,
    /// What should stand there.
    pub expected: String,
    /// What does.
    pub found: String,
    /// What was to be chosen.
    pub wanted: String,
    /// What is offered.
    pub options: Vec<String>,
    /// The position of a reading.
    pub at: usize,
}

/// One of several elements.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    /// Its outline.
    pub outline: String,
    /// Where it stands.
    pub within: String,
    /// A selector for it alone.
    pub css: String,
}

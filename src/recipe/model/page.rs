//! What browser steps say of a page: how its elements are located, what it must show, and what is read of it.

use std::ops::Range;
use std::sync::Arc;

use super::condition::Test;
use crate::diagnostic::At;
use crate::expression::Template;

/// Names one element: it must match exactly one that is visible.
#[derive(Clone, Debug)]
pub struct Locator {
    /// Where it is written.
    pub span: Range<usize>,
    /// How the element is named.
    pub by: By,
    /// `nth:` which of several, in the order of the page; exactly one must match unless stated.
    pub nth: Option<Nth>,
    /// `within:` the element that it is looked for in.
    pub within: Option<Box<Locator>>,
}

/// How an element is named. Values that are filled in are compared as they stand; only in `css` and `xpath` they have to be
/// escaped.
#[derive(Clone, Debug)]
pub enum By {
    /// A text as such, as a person reads it: of a control its label; of what is clicked the name of a button, a link, a
    /// tab or a menu item; of a frame its name or title; in `within:` the caption of a group, a section or a dialog; in
    /// `same:`, `values:` and `capture:` a label, the caption before the value, or, in a row that was found, its column's
    /// header; in all conditions a visible text (as [`By::Text`]).
    Words(At<Template>),
    /// `{ role: button, name: Speichern }`: an ARIA role and the accessible name.
    Role {
        /// The role.
        role: String,
        /// The whole name; any unless stated.
        name: Option<At<Template>>,
    },
    /// `{ text: gespeichert }`: the innermost element whose visible text holds this.
    Text(At<Template>),
    /// `{ label: Betrag }`: a control by its label.
    Label(At<Template>),
    /// `{ placeholder: Suchen }`: a control by its placeholder.
    Placeholder(At<Template>),
    /// `{ test_id: save }`: the attribute `data-testid` (`data-test-id`, `data-test`).
    TestId(At<Template>),
    /// `{ css: "#receipt" }`: a CSS selector. Values in it must be escaped (`CSS.escape`).
    Css(At<Template>),
    /// `{ xpath: "//td[2]" }`: an XPath 1.0. It knows no escapes, so a value with a quote in it is an error.
    Xpath(At<Template>),
    /// `{ row: "${number}" }`: the row of a table or grid that has a cell with exactly this text.
    Row(At<Template>),
}

/// Which of several elements.
#[derive(Clone, Debug)]
pub enum Nth {
    /// `nth: 2`, `nth: "${n}"`: counted from 1.
    Number(At<Template>),
    /// `nth: last`.
    Last,
}

/// Alternatives: met when any of them is. Written as one condition, or as a list of them.
#[derive(Clone, Debug, Default)]
pub struct PageConditionSet {
    /// The alternatives in the order written; none = the recipe says nothing.
    pub any: Vec<PageCondition>,
}

/// Met when all that it names is so.
#[derive(Clone, Debug)]
pub struct PageCondition {
    /// Where it is written in the recipe.
    pub span: Range<usize>,
    /// What must be so.
    pub all: Vec<PageTest>,
    /// `reason: { css: ".error" }` where the page's own words stand (only in `refused:`).
    pub reason: Option<Locator>,
}

/// One thing that a page must show.
#[derive(Clone, Debug)]
pub enum PageTest {
    /// A locator, or a text: at least one visible element matches. With `is:`, exactly one does, and its value passes.
    Seen(Locator, Option<Test>),
    /// `gone:` no visible element matches.
    Gone(Locator),
    /// `url: "/invoices/${number}"`: the page's address holds this (values percent-encoded), or passes the test.
    Url(TextTest),
    /// `title: Rechnung`: the page's title holds this, or passes the test.
    Title(TextTest),
    /// `values: { Betrag: "${gross}" }`: what stands in fields, or beside captions.
    Values(Vec<Compared>),
}

/// What is asked of the address or the title.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// A text: it must be a part of it.
    Holds(At<Template>),
    /// `{ matches: regex }`: the whole text matches.
    Matches(regex::Regex),
}

/// A value of the page that is compared. It is read in the target's locale where a number or a date is expected.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Where it is written.
    pub span: Range<usize>,
    /// What it is called in messages: the label, or the locator as written.
    pub what: String,
    /// The value.
    pub reading: Reading,
    /// What it must be.
    pub test: Test,
}

/// One captured value.
#[derive(Clone, Debug)]
pub struct PageCapture {
    /// The name it is kept under.
    pub name: Arc<str>,
    /// Where it is written.
    pub span: Range<usize>,
    /// What is kept.
    pub reading: Reading,
}

/// A value of the page.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Where it stands.
    pub from: ReadFrom,
    /// `pattern:` the one group of this is kept instead of the whole; it must match.
    pub pattern: Option<regex::Regex>,
}

/// Where a value of the page stands.
#[derive(Clone, Debug)]
pub enum ReadFrom {
    /// In an element: its value if it is a control, else its visible text.
    Element {
        /// The element.
        locator: Locator,
        /// `attribute:` instead, this attribute of it.
        attribute: Option<String>,
        /// `first: true`: the first of several; else exactly one must match.
        first: bool,
    },
    /// `url: true`: the address of the page.
    Url,
    /// `title: true`: its title.
    Title,
}

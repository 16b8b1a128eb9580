//! `browser:` targets: settings, login, look-ups, and the steps that a person would do. How elements are located and
//! what is read of a page is in [`super::page`].

use std::ops::Range;
use std::time::Duration;

use super::http::Effect;
use super::page::{Compared, Locator, PageCapture, PageConditionSet};
use super::source::Locale;
use super::target::ForEach;
use crate::diagnostic::At;
use crate::expression::{Expression, Template};

/// `browser:`.
#[derive(Clone, Debug)]
pub struct BrowserSettings {
    /// `url:` what paths are relative to.
    pub url: At<Template>,
    /// `login:` of the target; none where no login is needed.
    pub login: Option<BrowserLogin>,
    /// `sessions:` browsers at work at the same time, each with a profile of its own; 1 unless stated.
    pub sessions: usize,
    /// `locale:` how numbers and dates are written into fields and read from pages, and the language that pages are asked
    /// for; the source's unless stated.
    pub locale: Locale,
    /// `stay: true`: the next record goes on where the last submit left the page, and parts need not begin with `open:`.
    pub stay: bool,
    /// `headed: true`: the browser's window is shown. `--headed` of the command line does so too.
    pub headed: bool,
    /// `browser:` which one; the first that is found unless stated.
    pub browser: Option<BrowserName>,
    /// `webdriver:` the URL of a WebDriver server or a Grid that gives sessions; none = a driver of our own.
    pub webdriver: Option<At<Template>>,
    /// `timeout:` how long an element, or what `expect:` or `wait:` names, is waited for; 10s unless stated.
    pub timeout: Duration,
    /// `page_timeout:` how long a page may take to load; 60s unless stated.
    pub page_timeout: Duration,
    /// `window:` the size of the page in CSS pixels; 1280 x 1024 unless stated.
    pub window: WindowSize,
    /// `screenshots:` when a picture of the page is kept.
    pub screenshots: Screenshots,
    /// `slow:` a pause after each step, to watch; none unless stated. `--slow` of the command line does so too.
    pub slow: Duration,
    /// `capabilities:` WebDriver capabilities that are passed on as they stand; they win over our own.
    pub capabilities: serde_json::Map<String, serde_json::Value>,
}

/// The browsers that there are drivers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserName {
    /// Chromium, by chromedriver.
    Chromium,
    /// Google Chrome, by chromedriver.
    Chrome,
    /// Microsoft Edge, by msedgedriver.
    Edge,
    /// Firefox, by geckodriver.
    Firefox,
}

/// `window: { width, height }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

/// `screenshots:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screenshots {
    /// Of what failed.
    OnFailure,
    /// Of what was entered too.
    Always,
}

/// `login:` of a browser target. It has no point of no return: all of it may be done again, and a `submit:` in it is a
/// click (or a key) as any other.
#[derive(Clone, Debug)]
pub struct BrowserLogin {
    /// `logged_in:` what a page shows that is logged in.
    pub logged_in: PageConditionSet,
    /// `steps:`.
    pub steps: Vec<BrowserStep>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct BrowserStep {
    /// Where it is written: its first key.
    pub span: Range<usize>,
    /// `when:` the step is left out where this is false.
    pub when: Option<At<Expression>>,
    /// `within:` the one element in which all locators of the step are looked for.
    pub within: Option<Locator>,
    /// `timeout:` in the place of the target's.
    pub timeout: Option<Duration>,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// `open: /invoices/new`: a path on the target's URL, or a whole URL of the same origin. Values are percent-encoded.
    Open(At<Template>),
    /// `fill: { Rechnungsnummer: "${number}" }`: controls and their values, in this order. A missing value leaves the
    /// control alone; `true` and `false` check and uncheck a box.
    Fill(Vec<Entry>),
    /// `type: "${zip}"` with `into:`: real key strokes, as a person types them.
    Type {
        /// The text.
        text: At<Template>,
        /// `into:` the control.
        into: Locator,
    },
    /// `select: { Währung: "${currency}" }`: options of `<select>` by their visible text (or, if none has it, by their
    /// value). A missing value leaves the control alone.
    Select(Vec<Entry>),
    /// `choose: { Lieferant: "${supplier}" }`: look-ups and custom drop-downs (type, wait for the list, pick), and radio
    /// buttons by the label of their group. A missing value leaves the control alone.
    Choose(Vec<Entry>),
    /// `check: Express`: boxes (and radio buttons) that are checked afterwards.
    Check(Vec<Locator>),
    /// `uncheck: Express`: boxes that are not checked afterwards.
    Uncheck(Vec<Locator>),
    /// `click:` a button, a link, or what a locator names.
    Click(Locator),
    /// `press: Enter`, with `in:` or in the control that has the focus.
    Press(Press),
    /// `upload: { Beleg: "${file}" }`: file inputs and paths relative to the recipe's folder. A missing value leaves the
    /// control alone.
    Upload(Vec<Entry>),
    /// `submit:` the point of no return.
    Submit(Submit),
    /// `expect:` what the page must show. After the submit it decides whether the entry took.
    Expect(PageConditionSet),
    /// `capture:` what is kept of the page.
    Capture(Vec<PageCapture>),
    /// `wait: { gone: { css: ".spinner" } }`: until the page shows it.
    WaitFor(PageConditionSet),
    /// `wait: 500ms`.
    WaitTime(Duration),
    /// `frame:` where the steps after it look; an `open:` leads back to the page itself.
    Frame(FrameChoice),
    /// `window:` the window or tab that the steps after it are done in.
    Window(WindowChoice),
    /// `accept_alert:` answers the browser's own dialog with OK. With a text, the dialog must hold it.
    AcceptAlert(Option<At<Template>>),
    /// `screenshot: before saving`: a picture of the page is kept under this name.
    Screenshot(At<Template>),
    /// `for_each:` steps for each value of a list.
    ForEach(ForEach<BrowserStep>),
}

/// A control and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The control; mostly by its label.
    pub control: Locator,
    /// The value; it keeps its type where it is one `${...}`.
    pub value: At<Template>,
}

/// `press:` with `in:`.
#[derive(Clone, Debug)]
pub struct Press {
    /// The keys, one after the other.
    pub keys: Vec<KeyPress>,
    /// `in:` the control that gets them; the one that has the focus unless stated.
    pub target: Option<Locator>,
}

/// One key with the keys that are held meanwhile: `Control+S`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// As the recipe writes it.
    pub written: String,
    /// The keys that are held, by their WebDriver code points (Control is U+E009).
    pub held: Vec<char>,
    /// The key: a letter or sign as such, others by their WebDriver code points (Enter is U+E007).
    pub key: char,
}

/// `submit:` and what tells its end.
#[derive(Clone, Debug)]
pub struct Submit {
    /// What is done.
    pub by: SubmitBy,
    /// `effect:` `once`, or `repeatable` where submitting the same form twice changes nothing.
    pub effect: Effect,
    /// `refused:` what the page shows afterwards that says no.
    pub refused: PageConditionSet,
    /// `exists:` what the page shows afterwards that says "is there already".
    pub exists: PageConditionSet,
    /// The steps that follow directly and belong to the end of the write: `accept_alert`, `wait`, `frame`, `window`,
    /// `expect`, `capture` and `screenshot`. From the first other step on they are [`super::Steps::after`].
    pub end: Vec<BrowserStep>,
}

/// How a form is submitted.
#[derive(Clone, Debug)]
pub enum SubmitBy {
    /// `submit: Speichern`: by a click.
    Click(Locator),
    /// `submit: { press: Enter, in: Betrag }`: by a key.
    Press(Press),
}

/// `frame:`.
#[derive(Clone, Debug)]
pub enum FrameChoice {
    /// `main`: the page itself.
    Main,
    /// The frame; by its name or title where a text names it.
    Of(Locator),
}

/// `window:`.
#[derive(Clone, Debug)]
pub enum WindowChoice {
    /// `main`: the one that the session began with.
    Main,
    /// `last`: the one that was opened last; it is waited for.
    Last,
    /// A number: in the order of opening, from 1.
    Number(u32),
    /// A text: the one window whose title holds it; it is waited for.
    Title(At<Template>),
    /// `close`: the current one is closed, and the one that was opened before it is the current one.
    Close,
}

/// `lookup:` of a browser target: its last step says what is seen when the entry is there, and what when it is not.
/// Neither, both, or several that match `found:` = unsure.
#[derive(Clone, Debug)]
pub struct BrowserLookup {
    /// Where its last step is written.
    pub span: Range<usize>,
    /// The steps that lead to the page; they begin with `open:`.
    pub before: Vec<BrowserStep>,
    /// `within:` of the last step: where `found`, `none`, `same` and `capture` are looked for.
    pub within: Option<Locator>,
    /// `timeout:` how long one of the two is waited for, in the place of the target's.
    pub timeout: Option<Duration>,
    /// `found:` the entry, mostly a row.
    pub found: Locator,
    /// `none:` what says that there is none.
    pub none: PageConditionSet,
    /// `same:` what must stand in what was found; a difference means held. Looked for in the found element if it is a row,
    /// else on the page.
    pub same: Vec<Compared>,
    /// `capture:` the same captures as those of the steps; looked for as `same` is.
    pub capture: Vec<PageCapture>,
}

//! Target systems. A target classifies what happened; it never retries, sleeps or writes the journal: the runner does.

pub mod browser;
mod fill;
mod held;
pub mod http;
mod scope;
mod site;

pub use held::Held;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::expression::Scope;
use crate::recipe::model;
use crate::record::Value;

/// A future that a trait object can return.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What steps captured, in order.
pub type Captures = Vec<(Arc<str>, Value)>;

/// Which steps of a part are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `steps:`.
    Enter,
    /// `update:`.
    Update,
}

/// One part of a target, to be done for one record.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The part's position in the target.
    pub part: usize,
    /// Its steps or its update steps.
    pub mode: Mode,
    /// The values of names; the captures of earlier steps, parts and targets among them.
    pub scope: &'a (dyn Scope + Sync),
    /// What the target keeps for the entry between its calls.
    pub held: &'a Held,
}

/// One system that records are entered into.
pub trait Target: Send + Sync {
    /// The steps as they would be sent, secrets masked, values that only an answer gives shown as `${name}`. Pure.
    ///
    /// # Errors
    /// What in the record or the recipe keeps them from being sent.
    fn prepare(&self, job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble>;

    /// Whether [`Target::prepare`] can be done: for those who do not look at the steps.
    ///
    /// # Errors
    /// As those of [`Target::prepare`].
    fn check(&self, job: Job<'_>) -> Result<(), Trouble> {
        self.prepare(job).map(|_| ())
    }

    /// Logs in anew unless somebody did since login number `seen`; all workers share one. Answers the login's number.
    fn login(&self, seen: u64) -> Doing<'_, Result<u64, Failure>>;

    /// The number of the latest login that all calls share; 0 before the first. Always 0 for a target without any, or
    /// whose sessions each have their own: then [`Target::login`] says whether they may go on.
    fn logins(&self) -> u64;

    /// The harmless steps before the write.
    fn stage<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>>;

    /// The write. `scope` holds what [`Target::stage`] captured.
    fn submit<'a>(&'a self, job: Job<'a>) -> Doing<'a, Submitted>;

    /// One poll after [`Submitted::Accepted`]. What only keeps the question from being answered is [`Polled::NotYet`];
    /// a failure is of class `Refused` only where the recipe's `refused:` matched, `Login`, or `Unknown`.
    fn poll<'a>(&'a self, job: Job<'a>) -> Doing<'a, Polled>;

    /// The harmless steps after the write, which only capture more.
    fn finish<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>>;

    /// Whether the entry is there.
    fn lookup<'a>(&'a self, job: Job<'a>) -> Doing<'a, Looked>;

    /// Reads the entry back and compares.
    fn verify<'a>(&'a self, job: Job<'a>) -> Doing<'a, Verified>;

    /// Ends what it keeps open, such as browsers; no call follows.
    fn close(&self) -> Doing<'_, ()> {
        Box::pin(async {})
    }
}

/// The steps of a job as they would be done, whatever the target's kind; without any connection.
///
/// # Errors
/// What in the record or the recipe keeps them from being done.
pub fn render_steps(
    recipe: &model::Recipe,
    target: &model::Target,
    job: Job<'_>,
) -> Result<Vec<serde_json::Value>, Trouble> {
    match target.kind {
        model::TargetKind::Http(_) => http::render_steps(recipe, target, job),
        model::TargetKind::Browser(_) => browser::render_steps(recipe, target, job),
    }
}

/// The end of a write.
#[derive(Debug)]
pub enum Submitted {
    /// It took.
    Done(Receipt),
    /// The target will do it (202): poll. What the answer captured.
    Accepted(Receipt),
    /// It did not, or nobody knows.
    Failed(Failure),
}

/// The answer to a poll.
#[derive(Debug)]
pub enum Polled {
    /// Done; captures of the last answer.
    Done(Captures),
    /// Not yet.
    NotYet,
    /// It will not be done, or nobody knows.
    Failed(Failure),
}

/// What the target gave back for an entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    /// Captured ids and values.
    pub captures: Captures,
    /// The HTTP status, where there is one.
    pub status: Option<u16>,
}

/// The three values of a look-up, and its failure.
#[derive(Debug)]
pub enum Looked {
    /// It is there.
    Found {
        /// The same captures as those of the write that it stands for.
        captures: Captures,
        /// Where it differs from `same:`; empty = the same.
        differences: Vec<Difference>,
    },
    /// It is not.
    None,
    /// The answer does not tell: two found, pages not read, no list in it.
    Unsure(Trouble),
    /// The look-up itself failed; it may be asked again.
    Failed(Failure),
}

/// The end of reading back.
#[derive(Debug)]
pub enum Verified {
    /// As it was entered (or nothing to compare).
    Same,
    /// Not as it was entered.
    Different(Vec<Difference>),
    /// Reading back failed; it may be tried again.
    Failed(Failure),
}

/// One value in the target that is not what it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What was compared, as the recipe names it (`$.total`).
    pub what: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// Why a step did not succeed, in the classes by which the runner decides.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The class.
    pub class: Class,
    /// What happened, as facts for people.
    pub trouble: Trouble,
    /// What the target answered, masked and cut to a readable length.
    pub answer: Option<String>,
    /// How long the target asks to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

/// The classes of failure. For steps that only read, `NotSubmitted` means "try again", and `Unknown` does too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// No byte of the write left, or the target said "later".
    NotSubmitted,
    /// The login is missing or has expired.
    Login,
    /// The target says no.
    Refused,
    /// The target says that it is there already.
    Exists,
    /// Nobody knows whether it took.
    Unknown,
}

/// What a difference found, where a page has nothing by the name that the recipe asks for.
pub(crate) const NOT_ON_PAGE: &str = "not on the page (is its name in the recipe right?)";

/// What happened at a target, as facts; the words are in [`crate::messages`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trouble {
    /// No connection could be made (refused, DNS, TLS): the library's reason.
    Connect(String),
    /// An accepted write was not done in this time.
    NotDone(Duration),
    /// An expression has no value that can be sent; message with its place in the recipe.
    Recipe(String),
    /// The target's settings (URL, proxy, certificate authority) cannot be used.
    Settings(String),
    /// A file that should be sent cannot be: its path and the reason.
    File {
        /// The path.
        path: String,
        /// Why.
        why: String,
    },
    /// No full answer came in this time.
    Timeout(Duration),
    /// The connection broke after the request may have been sent: the library's reason.
    Broken(String),
    /// The answer's body cannot be read: no JSON where JSON is needed, a broken encoding. The reason.
    Unreadable {
        /// The answer's status.
        status: u16,
        /// Why.
        why: String,
    },
    /// The answer is longer than so many bytes.
    TooLarge(u64),
    /// The target says "later": 421, 423, 425, 429, 503 with `Retry-After`.
    Later(u16),
    /// The login is missing or has expired: the status, and where a redirect led.
    LoginNeeded {
        /// The answer's status.
        status: u16,
        /// The login page that it redirects to.
        page: Option<String>,
    },
    /// Logging in failed; why.
    LoginFailed(Box<Trouble>),
    /// The login did not set this cookie.
    NoCookie(String),
    /// The target refused: the status and its own words.
    Refused {
        /// The answer's status.
        status: u16,
        /// What it said.
        reason: Option<String>,
        /// Whether `refused:` of the recipe matched; else the status alone says so.
        by_recipe: bool,
    },
    /// The target says that the entry is there already.
    Exists(u16),
    /// A status that tells nothing about the write: 408, 5xx, an unexpected 2xx.
    Status(u16),
    /// A redirect that is not followed: one of a write, to another system, or one too many.
    Redirect {
        /// The answer's status.
        status: u16,
        /// Where it led.
        to: String,
    },
    /// An `expect:` is not met.
    Expected {
        /// The answer's status.
        status: u16,
        /// In what the answer differs.
        differences: Vec<Difference>,
    },
    /// A value that should be captured is not there exactly once.
    Capture {
        /// The name it should be kept under.
        name: String,
        /// Where it was looked for, as the recipe writes it.
        from: String,
        /// How many were found.
        found: usize,
    },
    /// A captured value is no single value but a list or an object.
    CaptureKind {
        /// The name it should be kept under.
        name: String,
        /// Where it was looked for, as the recipe writes it.
        from: String,
    },
    /// The look-up's answer has no list at this path.
    NoList(String),
    /// A look-up found so many entries (or more) where there should be one at the most.
    Several(usize),
    /// Something in a browser.
    Browser(Box<browser::BrowserTrouble>),
    /// The look-up has more pages than the recipe allows, or they could not be followed: how many were read.
    Pages(u32),
}

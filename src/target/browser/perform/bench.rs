//! What is at work on one record: the session, what was filled in and done in it, and whose steps they are.

use crate::expression::Scope;
use crate::record::Value;
use crate::target::Captures;
use crate::target::browser::evidence::Log;
use crate::target::browser::page::{Place, Written};
use crate::target::browser::session::Session;
use crate::target::browser::target::BrowserTarget;

/// A field that was filled, for reading back.
pub(in crate::target::browser) struct Filled {
    /// How it was named.
    pub place: Place,
    /// What it was given.
    pub value: Value,
    /// The value in the forms that controls want.
    pub written: Written,
    /// Whether the value must not be seen.
    pub secret: bool,
    /// Whether it was typed by keys already.
    pub typed: bool,
}

/// A session with what was done in it for the record at hand.
pub(in crate::target::browser) struct Bench {
    /// The browser.
    pub session: Session,
    /// What was filled in since the record began.
    pub filled: Vec<Filled>,
    /// How many of them may be gone, since the page was led on after they were read back.
    pub settled: usize,
    /// Sets what is filled in now apart from what was before, for a page that stays.
    pub record: u64,
    /// The steps done for the record, for the evidence.
    pub log: Log,
    /// The mark of the page that stands filled in, ready to be submitted.
    pub staged: Option<String>,
}

impl Bench {
    /// A session with nothing done in it yet.
    pub fn new(session: Session) -> Self {
        let log = Log::new(session.trips);
        Self { session, filled: Vec::new(), settled: 0, record: fastrand::u64(..), log, staged: None }
    }

    /// Begins anew: what was filled in before is nobody's any more.
    pub fn forget(&mut self) {
        self.filled.clear();
        self.settled = 0;
        self.record = fastrand::u64(..);
    }
}

/// Steps at work in a session.
pub(in crate::target::browser) struct Doer<'a> {
    /// Whose steps they are.
    pub target: &'a BrowserTarget,
    /// Where they are done.
    pub bench: &'a mut Bench,
    /// The values of names, but for captures of the steps at hand.
    pub scope: &'a (dyn Scope + Sync),
    /// Captures of the steps at hand.
    pub captures: Captures,
    /// Whether a login page is the wrong page.
    pub guarded: bool,
}

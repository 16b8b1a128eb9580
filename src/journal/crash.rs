//! Places at which the process can be made to end abruptly, so that tests prove on the real program what a kill at that
//! very instant leaves behind. `EINTRAG_CRASH_AT=before-commit:17` ends it at the 17th commit; unset, a place costs one
//! comparison.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Just before the journal commits a batch.
    BeforeCommit,
    /// Just after, before anybody is told.
    AfterCommit,
    /// Just before a request is handed to the network.
    BeforeRequest,
    /// Just after its answer came, before anything is made of it.
    AfterRequest,
    /// Just before a mail server is asked to move mails.
    BeforeMove,
    /// Just after it has copied them, before they are taken away where they were, on a server that cannot move.
    AfterCopy,
    /// Just after it has answered.
    AfterMove,
}

impl Point {
    fn word(self) -> &'static str {
        match self {
            Point::BeforeCommit => "before-commit",
            Point::AfterCommit => "after-commit",
            Point::BeforeRequest => "before-request",
            Point::AfterRequest => "after-request",
            Point::BeforeMove => "before-move",
            Point::AfterCopy => "after-copy",
            Point::AfterMove => "after-move",
        }
    }
}

struct Crash {
    word: String,
    at: u64,
    passed: AtomicU64,
}

static CRASH: OnceLock<Option<Crash>> = OnceLock::new();

/// Ends the process here, without any clean-up, if this is the place and the time that `EINTRAG_CRASH_AT` names.
pub fn crash_point(point: Point) {
    let crash = CRASH.get_or_init(|| {
        let wanted = std::env::var("EINTRAG_CRASH_AT").ok()?;
        let (word, at) = wanted.split_once(':')?;
        Some(Crash { word: word.to_owned(), at: at.parse().ok()?, passed: AtomicU64::new(0) })
    });
    if let Some(crash) = crash
        && crash.word == point.word()
        && crash.passed.fetch_add(1, Ordering::SeqCst) + 1 == crash.at
    {
        std::process::abort();
    }
}

//! What faults there are: how often each happens, and one of them for a single request.

use std::time::Duration;

/// What a 503 or 429 names unless told otherwise.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How late a late write is unless told otherwise.
pub(super) const LATE_BY: Duration = Duration::from_millis(500);
/// How long a search is stale unless told otherwise.
pub(super) const STALE_FOR: Duration = Duration::from_millis(300);

/// How many of a million requests are meant: the exact form of a percentage with up to four decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// Never.
    pub const NONE: Self = Self(0);
    /// Always.
    pub const ALL: Self = Self(1_000_000);

    /// So many of a million; more than a million means all.
    pub const fn per_million(count: u32) -> Self {
        if count > 1_000_000 { Self::ALL } else { Self(count) }
    }

    /// So many of a hundred; more than a hundred means all.
    pub const fn percent(count: u32) -> Self {
        Self::per_million(count.saturating_mul(10_000))
    }

    /// How many of a million.
    pub const fn as_per_million(self) -> u32 {
        self.0
    }
}

/// How often each fault happens. [`Faults::default`] has none.
///
/// # As text
/// A list with commas, in any order, each fault once; the text after `@` may be left out:
///
/// | written | what happens | `@` |
/// |---|---|---|
/// | `503=5%@1s` | the answer is 503 and nothing is written; half of them carry `Retry-After` | its value (1 s) |
/// | `429=1%@1s` | the answer is 429 with `Retry-After` and nothing is written | its value (1 s) |
/// | `reset=1%` | the connection is reset (TCP RST) and nothing is written | |
/// | `lost_answer=1%` | the write takes, then the connection is closed without an answer | |
/// | `late_commit=1%@500ms` | the connection is closed without an answer, the write takes later | how much later (500 ms) |
/// | `stale_search=1%@300ms` | a new entry is not found by searches for a while | how long (300 ms) |
/// | `expire_session=1%` | the session that the request came with is over: 401, or a redirect to the login page | |
/// | `latency=20ms` | each answer takes this much longer; a write goes on even if the client gives up meanwhile | |
/// | `echo_search` | a search without hits repeats the searched text ("Keine Treffer für RE-…") | |
/// | `refuse_duplicate` | the same supplier and number a second time is refused with 409 | |
///
/// `503`, `429`, `reset` and `latency` meet reads and writes, the login included; `lost_answer` and `late_commit` meet
/// writes; `expire_session` meets whatever came with a session or an issued token, never the fixed token, key or
/// password. Of several that fall on one request the first in this order happens: `reset`, `503`, `429`,
/// `expire_session`, `lost_answer`, `late_commit`; `latency` and `stale_search` come on top. The start page, the
/// ledger and the setting of faults itself have no faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults {
    /// 503: how often.
    pub unavailable: Share,
    /// 429: how often.
    pub too_many: Share,
    /// What a 503 names as `Retry-After`; sent in whole seconds, rounded up.
    pub unavailable_retry_after: Duration,
    /// What a 429 names as `Retry-After`; sent in whole seconds, rounded up.
    pub too_many_retry_after: Duration,
    /// A reset connection: how often.
    pub reset: Share,
    /// A write that takes and is not answered: how often.
    pub lost_answer: Share,
    /// A write that is not answered and takes later: how often.
    pub late_commit: Share,
    /// How long after the connection was closed a late write takes.
    pub late_by: Duration,
    /// A new entry that searches do not show yet: how often.
    pub stale_search: Share,
    /// How long they do not.
    pub stale_for: Duration,
    /// A session that is over: how often, of the requests that come with one.
    pub expire_session: Share,
    /// How much longer each answer takes.
    pub latency: Duration,
    /// Whether a search without hits repeats the searched text.
    pub echo_search: bool,
    /// Whether the same supplier and number is refused a second time.
    pub refuse_duplicate: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            unavailable: Share::NONE,
            too_many: Share::NONE,
            unavailable_retry_after: RETRY_AFTER,
            too_many_retry_after: RETRY_AFTER,
            reset: Share::NONE,
            lost_answer: Share::NONE,
            late_commit: Share::NONE,
            late_by: LATE_BY,
            stale_search: Share::NONE,
            stale_for: STALE_FOR,
            expire_session: Share::NONE,
            latency: Duration::ZERO,
            echo_search: false,
            refuse_duplicate: false,
        }
    }
}

/// One fault, for one request: what `X-Sandbox-Fault` and [`Sandbox::next_fault`](crate::sandbox::Sandbox::next_fault) take. As text the same names
/// as in [`Faults`], with an optional `@` time: `lost_answer`, `late_commit@2s`, `503@1s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 503, with `Retry-After` if there is one.
    Unavailable(Option<Duration>),
    /// 429 with `Retry-After`.
    TooMany(Duration),
    /// The connection is reset before anything is written.
    Reset,
    /// The session is over; on a request without a session the answer is the same.
    ExpireSession,
    /// The write takes, the answer is lost.
    LostAnswer,
    /// The answer is lost, the write takes so much later.
    LateCommit(Duration),
    /// The new entry is not found for so long.
    StaleSearch(Duration),
    /// The answer takes so much longer.
    Latency(Duration),
}

impl Fault {
    /// Its name, as lists of faults and the ledger write it.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Unavailable(_) => "503",
            Fault::TooMany(_) => "429",
            Fault::Reset => "reset",
            Fault::ExpireSession => "expire_session",
            Fault::LostAnswer => "lost_answer",
            Fault::LateCommit(_) => "late_commit",
            Fault::StaleSearch(_) => "stale_search",
            Fault::Latency(_) => "latency",
        }
    }
}

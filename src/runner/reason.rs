//! Why a record or entry ended as it did, as facts. The words for it are in [`crate::messages`].

use crate::record::Origin;
use crate::target::{Difference, Trouble};

/// Why an outcome is not simply "entered".
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Its key stands in the input again with the same content.
    DuplicateOf(Origin),
    /// Its key stands in the input again with other content; where else.
    Conflict(Vec<Origin>),
    /// The recipe wants a person's approval; the condition as written.
    NeedsApproval(String),
    /// Too many records of the input were rejected.
    Gate {
        /// Rejected records.
        rejected: u64,
        /// All records.
        records: u64,
        /// The share allowed, as the recipe writes it.
        below: String,
    },
    /// These fields have changed since it was entered.
    Changed(Vec<String>),
    /// It is an element that came to its record when others of it were in the target already.
    Added,
    /// It is an element that was submitted, and its record does not have it any more.
    Removed,
    /// Why one element of a record ended so, where that is told of the record as a whole.
    OfElement {
        /// What the element's entry is called.
        name: String,
        /// Why it ended so.
        reason: Box<Reason>,
    },
    /// These fields have changed since it was entered, and the recipe ignores that.
    ChangeIgnored(Vec<String>),
    /// A person changed it in the target since it was entered.
    ChangedInTarget(Vec<Difference>),
    /// Whether a person changed it in the target cannot be told, so it is not updated.
    CannotReadBack,
    /// It was there before anything was submitted.
    WasThere,
    /// It is there, but different.
    FoundDifferent(Vec<Difference>),
    /// It was entered, and read back different.
    ReadBackDifferent(Vec<Difference>),
    /// It was entered, and could not be read back yet.
    NotReadBack(Trouble),
    /// The look-up's answer does not tell.
    Unsure(Trouble),
    /// The target refused it.
    Refused(Trouble),
    /// The target refused it in an earlier run; the reason put down then.
    RefusedEarlier(Option<String>),
    /// The target says that it exists, but a look-up does not find it, or there is no look-up.
    SaysExists(Trouble),
    /// Nothing of it could be sent.
    Unreachable {
        /// What happened the last time.
        trouble: Trouble,
        /// Attempts made.
        attempts: u32,
    },
    /// What was submitted never took, however often; what happened the last time.
    AttemptsUsedUp(Trouble),
    /// Submitted without an answer, and the recipe has no look-up; what happened, or none if the program was cut off.
    NoLookup(Option<Trouble>),
    /// Submitted without an answer, and the look-up failed or does not tell.
    LookupFailed(Trouble),
    /// Submitted without an answer, and the run was stopped before that could be settled.
    StoppedUnsettled,
    /// Submitted without an answer in an earlier run, and this run only looks.
    NotSettled,
    /// The run was stopped.
    Stopped,
    /// The target was stopped: why.
    TargetStopped(Box<Reason>),
    /// Logging in does not work.
    LoginFailed(Trouble),
    /// So many failures in a row.
    TooManyFailures(u32),
    /// An earlier target or part is not in yet; its name.
    Waits(String),
    /// `--limit` or `--only` left it out.
    NotSelected,
    /// `--rehearse` did all but the write.
    Rehearsed,
    /// `--recheck` enters nothing.
    OnlyRechecked,
    /// It was entered, but a look-up does not find it any more.
    Gone,
    /// The journal was lost or restored, and the recipe has no look-up.
    Distrusted,
    /// The recipe's key was made of something else so far (this), and the recipe has no look-up.
    KeyChanged(String),
    /// A person decided that it is not to be entered.
    Dropped,
    /// The parts of the target in the recipe have changed while the record was half done; those known and not known.
    PartsChanged(Vec<String>),
    /// It cannot be sent as the recipe says.
    CannotBeSent(Trouble),
}

impl Reason {
    /// The stable code of the contract.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::DuplicateOf(_) => "duplicate",
            Reason::Conflict(_) => "conflict",
            Reason::NeedsApproval(_) => "needs_approval",
            Reason::Gate { .. } => "gate",
            Reason::Changed(_) => "changed",
            Reason::Added => "added",
            Reason::Removed => "removed",
            Reason::OfElement { reason, .. } => reason.code(),
            Reason::ChangeIgnored(_) => "change_ignored",
            Reason::ChangedInTarget(_) => "changed_in_target",
            Reason::CannotReadBack => "cannot_read_back",
            Reason::WasThere => "was_there",
            Reason::FoundDifferent(_) => "found_different",
            Reason::ReadBackDifferent(_) => "read_back_different",
            Reason::NotReadBack(_) => "not_read_back",
            Reason::Unsure(_) => "unsure",
            Reason::Refused(_) => "refused",
            Reason::RefusedEarlier(_) => "refused_earlier",
            Reason::SaysExists(_) => "says_exists",
            Reason::Unreachable { .. } => "unreachable",
            Reason::AttemptsUsedUp(_) => "attempts_used_up",
            Reason::NoLookup(_) => "no_lookup",
            Reason::LookupFailed(_) => "lookup_failed",
            Reason::StoppedUnsettled => "stopped_unsettled",
            Reason::NotSettled => "not_settled",
            Reason::Stopped => "stopped",
            Reason::TargetStopped(_) => "target_stopped",
            Reason::LoginFailed(_) => "login_failed",
            Reason::TooManyFailures(_) => "too_many_failures",
            Reason::Waits(_) => "waits",
            Reason::NotSelected => "not_selected",
            Reason::Rehearsed => "rehearsed",
            Reason::OnlyRechecked => "only_rechecked",
            Reason::Gone => "gone",
            Reason::Distrusted => "distrusted",
            Reason::KeyChanged(_) => "key_changed",
            Reason::Dropped => "dropped",
            Reason::PartsChanged(_) => "parts_changed",
            Reason::CannotBeSent(_) => "cannot_be_sent",
        }
    }
}

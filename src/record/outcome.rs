//! The one named end that every entry and record comes to.

use std::fmt;

/// How an entry or a record ended. The order is the order of concern: a record shows the worst of its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Good so far; what a dry run says of a good record.
    Valid,
    /// Entered before with the same content.
    Unchanged,
    /// In the target, with a receipt.
    Entered,
    /// Not reached in this run.
    Pending,
    /// Waits for a person.
    Held,
    /// The target refused and nothing was written.
    Failed,
    /// Submitted, the answer never came, and no lookup could settle it.
    InDoubt,
    /// The data is wrong; nothing was sent.
    Rejected,
}

impl Outcome {
    /// All outcomes of a live run, in the order in which a balance lists them.
    pub const ALL: [Outcome; 7] = [
        Outcome::Entered,
        Outcome::Unchanged,
        Outcome::Rejected,
        Outcome::Held,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::Pending,
    ];

    /// The word of the contract: `in_doubt`.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Valid => "valid",
            Outcome::Unchanged => "unchanged",
            Outcome::Entered => "entered",
            Outcome::Pending => "pending",
            Outcome::Held => "held",
            Outcome::Failed => "failed",
            Outcome::InDoubt => "in_doubt",
            Outcome::Rejected => "rejected",
        }
    }

    /// The outcome that a word of the contract names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Outcome::Valid]).find(|outcome| outcome.word() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

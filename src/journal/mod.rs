//! The durable memory of what was entered where: intents before each write, receipts after it, decisions of people.
//! It speaks of claims, intents and receipts; that it is a SQLite file is known to this module alone.

mod chain;
mod claim;
mod crash;
mod decide;
mod decision;
mod digest;
mod drive;
mod elements;
mod lock;
mod mails;
mod parts;
mod query;
mod run;
mod seal;
mod store;
pub(crate) mod stored;
mod syncer;
mod writer;

pub use claim::{Claim, End, EntryName, Intent, NewClaim, Since, State};
pub use crash::{Point, crash_point};
pub use decision::{Decided, Resolution};
pub(crate) use digest::hex;
pub use digest::{Digester, Digests, digests_text, entry_key, idempotency_key, record_id};
pub(crate) use drive::network;
pub use elements::{Elements, NewElements};
pub use lock::{LedgerLock, LockError};
pub use mails::{MailDue, MailEnd};
pub use parts::part_name;
pub use query::{Found, LedgerCount, OpenRecord, RunRow, Story, StoryEvent};
pub use run::{Carried, RecordEnd, RunStart, Standing};
pub use seal::Trust;
pub use store::{Journal, JournalError};

/// A run's number, counted from 1 in its journal.
pub type RunId = i64;

/// An entry's number in its journal.
pub type EntryId = i64;

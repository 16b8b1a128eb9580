//! The ledger: every write that the practice office ever got, in order, whether it took or not. Tests read from it what
//! really happened.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::faults::Fault;

/// The members of a JSON object, shared by those who only read them.
pub(super) type Members = Arc<Map<String, Value>>;

/// The systems of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum System {
    /// Supplier invoices, and the orders that the API booked.
    Erp,
    /// Orders of the portal.
    Purchasing,
    /// The practice page.
    Practice,
}

impl System {
    /// The member by which people name an entry.
    fn number(self) -> &'static str {
        match self {
            System::Erp | System::Purchasing => "number",
            System::Practice => "email",
        }
    }
}

/// What a write was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A new entry.
    Create,
    /// Other values of an entry.
    Update,
    /// A draft becomes final.
    Confirm,
    /// A file is added to an entry.
    Attach,
    /// An entry is removed.
    Delete,
}

/// One write that the office got.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerEntry {
    /// Its place in the order of writes, from 1.
    pub seq: u64,
    /// What it was to do.
    pub kind: Kind,
    /// Where.
    pub system: System,
    /// The entry that it made or changed; for a refused duplicate the one that was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The number of the invoice or order, the e-mail address of a practice round, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The supplier, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// What was sent, with its exact digits; for a file its name, size and SHA-256; empty where it could not be read.
    #[serde(serialize_with = "members")]
    pub body: Arc<Map<String, Value>>,
    /// The `Idempotency-Key` that it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The fault that it met, `stale_search` if no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// Whether it changed anything.
    pub took: bool,
    /// The HTTP status that it was, or would have been, answered with; missing if the connection was reset before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

fn members<S: Serializer>(members: &Members, serializer: S) -> Result<S::Ok, S::Error> {
    members.serialize(serializer)
}

/// What is known of a write before it has a place in the ledger.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) system: System,
    pub(super) kind: Kind,
    pub(super) id: Option<u64>,
    pub(super) body: Members,
    pub(super) idempotency_key: Option<String>,
    pub(super) fault: Option<Fault>,
    pub(super) took: bool,
    pub(super) status: Option<u16>,
}

/// All writes so far.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Vec<LedgerEntry>>);

impl Ledger {
    /// Adds a write; `named` are the members that number and supplier are taken from.
    pub(super) fn add(&self, note: Note, named: &Map<String, Value>) {
        let text = |name: &str| named.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut entry = LedgerEntry {
            seq: 0,
            kind: note.kind,
            system: note.system,
            id: note.id,
            number: text(note.system.number()),
            supplier: text("supplier"),
            body: note.body,
            idempotency_key: note.idempotency_key,
            fault: note.fault.map(Fault::name),
            took: note.took,
            status: note.status,
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entry.seq = entries.len() as u64 + 1;
        entries.push(entry);
    }

    /// All entries, in order.
    pub(super) fn entries(&self) -> Vec<LedgerEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

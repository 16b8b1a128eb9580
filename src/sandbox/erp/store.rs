//! Where the ERP keeps its invoices. Each write is judged, done and noted in the ledger under one short lock, so that
//! the ledger's order is the order in which things really happened.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::invoice::{FieldError, Invoice, State, check};
use super::jobs::Jobs;
use crate::sandbox::faults::Fault;
use crate::sandbox::ledger::{Kind, Ledger, Members, Note, System};

/// The invoices, and the jobs that make some later.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Erp {
    store: Mutex<Store>,
    pub(super) jobs: Jobs,
}

#[derive(Debug, Default)]
struct Store {
    invoices: BTreeMap<u64, Arc<Invoice>>,
    by_number: HashMap<String, Vec<u64>>,
    last_id: u64,
    answered: HashMap<String, (Change, Written)>,
}

/// What a write is to do.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) enum Change {
    /// A new invoice.
    Create { fields: Members },
    /// Other fields; `replace` drops those that are not named.
    Update { id: u64, fields: Members, replace: bool },
    /// A draft becomes final.
    Confirm { id: u64 },
    /// A file is added: its name, media type, size and SHA-256.
    Attach { id: u64, file: Members },
    /// The invoice is removed.
    Delete { id: u64 },
}

/// A write with what it came with.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Write {
    pub(in crate::sandbox) change: Change,
    pub(in crate::sandbox) idempotency_key: Option<String>,
    /// The fault that its answer meets, for the ledger.
    pub(in crate::sandbox) fault: Option<Fault>,
    /// How long searches do not show a new invoice.
    pub(in crate::sandbox) hidden_for: Option<Duration>,
    /// Whether the same supplier and number is refused a second time.
    pub(in crate::sandbox) refuse_duplicate: bool,
    /// Whether a write with a known idempotency key gets the stored answer.
    pub(in crate::sandbox) idempotent: bool,
}

/// What a write did.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Written {
    /// The invoice as it stands now; as it last stood, if it was deleted.
    pub(in crate::sandbox) invoice: Arc<Invoice>,
    /// The HTTP status that says so.
    pub(in crate::sandbox) status: u16,
}

/// Why a write did nothing.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum Refusal {
    /// Fields are wrong.
    Invalid(Vec<FieldError>),
    /// The supplier's invoice is there already, under this id.
    Duplicate(u64),
    /// There is no such invoice.
    NotFound,
    /// It is final already.
    Confirmed(u64),
    /// The idempotency key was used for another write.
    KeyReused,
    /// Nobody will read the answer: the connection is cut. Whether the write takes, the ledger knows.
    Unanswered,
}

impl Refusal {
    /// The HTTP status that says so.
    pub(in crate::sandbox) fn status(&self) -> u16 {
        match self {
            Refusal::Invalid(_) | Refusal::KeyReused => 422,
            Refusal::Duplicate(_) | Refusal::Confirmed(_) => 409,
            Refusal::NotFound => 404,
            Refusal::Unanswered => 500,
        }
    }
}

/// What a search looks for; all that is stated must fit.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct Filter {
    /// Exactly this number.
    pub(in crate::sandbox) number: Option<String>,
    /// Exactly this supplier.
    pub(in crate::sandbox) supplier: Option<String>,
    /// Number or supplier contains this text, in any case.
    pub(in crate::sandbox) contains: Option<String>,
}

/// One page of what a search found.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Found {
    pub(in crate::sandbox) items: Vec<Arc<Invoice>>,
    /// How many there are on all pages.
    pub(in crate::sandbox) total: usize,
}

impl Erp {
    /// Does a write, and notes it in the ledger.
    pub(in crate::sandbox) fn write(&self, write: Write, ledger: &Ledger) -> Result<Written, Refusal> {
        let errors = match &write.change {
            Change::Create { fields } => check(fields),
            _ => Vec::new(),
        };
        let mut store = self.lock();
        let replayed = write.idempotency_key.as_deref().filter(|_| write.idempotent);
        let replayed = replayed.and_then(|key| store.replay(key, &write.change));
        let is_replay = replayed.is_some();
        let result = replayed.unwrap_or_else(|| match errors.is_empty() {
            true => store.apply(&write),
            false => Err(Refusal::Invalid(errors)),
        });
        store.note(&write, &result, is_replay, ledger);
        if let (Some(key), Ok(written), true) = (write.idempotency_key, &result, write.idempotent && !is_replay) {
            store.answered.insert(key, (write.change, written.clone()));
        }
        result
    }

    /// One invoice.
    pub(in crate::sandbox) fn get(&self, id: u64) -> Option<Arc<Invoice>> {
        self.lock().invoices.get(&id).cloned()
    }

    /// The invoices that fit, oldest first; `page` counts from 1.
    pub(in crate::sandbox) fn search(&self, filter: &Filter, page: usize, per_page: usize) -> Found {
        let now = Instant::now();
        let wanted = filter.contains.as_ref().map(|text| text.trim().to_lowercase());
        let fits = |invoice: &&Arc<Invoice>| {
            let is = |name, wanted: &Option<String>| {
                wanted.as_ref().is_none_or(|wanted| invoice.fields.get(name).and_then(Value::as_str) == Some(wanted))
            };
            let contains = |name, wanted: &str| invoice.text(name).to_lowercase().contains(wanted);
            invoice.is_visible(now)
                && is("number", &filter.number)
                && is("supplier", &filter.supplier)
                && wanted.as_ref().is_none_or(|wanted| contains("number", wanted) || contains("supplier", wanted))
        };
        let store = self.lock();
        let mut found = Found { items: Vec::new(), total: 0 };
        let first = page.saturating_sub(1).saturating_mul(per_page);
        let mut take = |invoice: &Arc<Invoice>| {
            if found.total >= first && found.items.len() < per_page {
                found.items.push(Arc::clone(invoice));
            }
            found.total += 1;
        };
        match &filter.number {
            // By number there is an index: the look-up of a recipe must not get slower with what is entered.
            Some(number) => {
                let ids = store.by_number.get(number).map(Vec::as_slice).unwrap_or_default();
                ids.iter().filter_map(|id| store.invoices.get(id)).filter(fits).for_each(&mut take);
            }
            None => store.invoices.values().filter(fits).for_each(&mut take),
        }
        found
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The answer that was given to a write with the same idempotency key.
    fn replay(&self, key: &str, change: &Change) -> Option<Result<Written, Refusal>> {
        let (before, written) = self.answered.get(key)?;
        Some(if before == change { Ok(written.clone()) } else { Err(Refusal::KeyReused) })
    }

    fn apply(&mut self, write: &Write) -> Result<Written, Refusal> {
        match &write.change {
            Change::Create { fields } => {
                self.refuse_duplicate(fields, None, write)?;
                self.last_id += 1;
                let hidden_until = write.hidden_for.and_then(|time| Instant::now().checked_add(time));
                let fields = Arc::clone(fields);
                let files = Vec::new();
                let invoice = Invoice { id: self.last_id, fields, state: State::Draft, hidden_until, files };
                Ok(Written { invoice: self.put(invoice), status: 201 })
            }
            Change::Update { id, fields, replace } => {
                let before = self.find(*id)?;
                let mut after = if *replace { Map::new() } else { (*before.fields).clone() };
                after.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
                let errors = check(&after);
                if !errors.is_empty() {
                    return Err(Refusal::Invalid(errors));
                }
                self.refuse_duplicate(&after, Some(*id), write)?;
                self.take(*id);
                let invoice = Invoice { fields: Arc::new(after), ..(*before).clone() };
                Ok(Written { invoice: self.put(invoice), status: 200 })
            }
            Change::Confirm { id } => {
                let before = self.find(*id)?;
                if before.state == State::Confirmed {
                    return Err(Refusal::Confirmed(*id));
                }
                let invoice = Invoice { state: State::Confirmed, ..(*before).clone() };
                Ok(Written { invoice: self.change(invoice), status: 200 })
            }
            Change::Attach { id, file } => {
                let mut invoice = (*self.find(*id)?).clone();
                invoice.files.push(Arc::clone(file));
                Ok(Written { invoice: self.change(invoice), status: 201 })
            }
            Change::Delete { id } => {
                let invoice = self.take(*id).ok_or(Refusal::NotFound)?;
                Ok(Written { invoice, status: 204 })
            }
        }
    }

    fn find(&self, id: u64) -> Result<Arc<Invoice>, Refusal> {
        self.invoices.get(&id).cloned().ok_or(Refusal::NotFound)
    }

    fn refuse_duplicate(&self, fields: &Map<String, Value>, but: Option<u64>, write: &Write) -> Result<(), Refusal> {
        if !write.refuse_duplicate {
            return Ok(());
        }
        let same_number = fields.get("number").and_then(Value::as_str).and_then(|number| self.by_number.get(number));
        let same = same_number.into_iter().flatten().find(|id| {
            let other = self.invoices.get(id);
            Some(**id) != but && other.is_some_and(|other| other.fields.get("supplier") == fields.get("supplier"))
        });
        same.map_or(Ok(()), |id| Err(Refusal::Duplicate(*id)))
    }

    /// Adds an invoice to the store and its index.
    fn put(&mut self, invoice: Invoice) -> Arc<Invoice> {
        self.by_number.entry(invoice.text("number")).or_default().push(invoice.id);
        self.change(invoice)
    }

    /// Puts a newer state in the place of an invoice whose number is the same.
    fn change(&mut self, invoice: Invoice) -> Arc<Invoice> {
        let invoice = Arc::new(invoice);
        self.invoices.insert(invoice.id, Arc::clone(&invoice));
        invoice
    }

    /// Takes an invoice out of the store and its index.
    fn take(&mut self, id: u64) -> Option<Arc<Invoice>> {
        let invoice = self.invoices.remove(&id)?;
        let number = invoice.text("number");
        if let Some(ids) = self.by_number.get_mut(&number) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_number.remove(&number);
            }
        }
        Some(invoice)
    }

    fn note(&self, write: &Write, result: &Result<Written, Refusal>, is_replay: bool, ledger: &Ledger) {
        let (kind, target, body) = match &write.change {
            Change::Create { fields } => (Kind::Create, None, Arc::clone(fields)),
            Change::Update { id, fields, .. } => (Kind::Update, Some(*id), Arc::clone(fields)),
            Change::Confirm { id } => (Kind::Confirm, Some(*id), Members::default()),
            Change::Attach { id, file } => (Kind::Attach, Some(*id), Arc::clone(file)),
            Change::Delete { id } => (Kind::Delete, Some(*id), Members::default()),
        };
        let (id, status) = match result {
            Ok(written) => (Some(written.invoice.id), written.status),
            Err(Refusal::Duplicate(id)) => (Some(*id), 409),
            Err(refusal) => (target, refusal.status()),
        };
        let named = match (result, target.and_then(|id| self.invoices.get(&id))) {
            (Ok(written), _) => Arc::clone(&written.invoice.fields),
            (Err(_), Some(invoice)) => Arc::clone(&invoice.fields),
            (Err(_), None) => Arc::clone(&body),
        };
        let stale = write.hidden_for.filter(|_| kind == Kind::Create).map(Fault::StaleSearch);
        let note = Note {
            system: System::Erp,
            kind,
            id,
            body,
            idempotency_key: write.idempotency_key.clone(),
            fault: write.fault.or(stale),
            took: result.is_ok() && !is_replay,
            status: Some(status),
        };
        ledger.add(note, &named);
    }
}

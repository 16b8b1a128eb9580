//! Where orders are. Each write is judged, done and noted in the ledger under one short lock, so that the ledger's order
//! is the order in which things really happened.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::order::Order;
use crate::sandbox::call::Call;
use crate::sandbox::faults::Fault;
use crate::sandbox::ledger::{Kind, Ledger, Members, Note, System};

/// The orders of one system: what was ordered in the portal, or what the ERP booked.
#[derive(Debug)]
pub(in crate::sandbox) struct Orders {
    system: System,
    store: Mutex<Store>,
}

#[derive(Debug, Default)]
struct Store {
    orders: BTreeMap<u64, Arc<Order>>,
    /// What was made by idempotency keys.
    answered: HashMap<String, u64>,
}

/// An order to be saved, with what it came with.
#[derive(Clone, Debug)]
pub(super) struct NewOrder {
    fields: Members,
    idempotency_key: Option<String>,
    /// Whether a known idempotency key gets the order that it made.
    idempotent: bool,
    /// The fault that its answer meets, for the ledger.
    fault: Option<Fault>,
    /// How long searches do not show it.
    hidden_for: Option<Duration>,
    /// Whether the same supplier and number is refused a second time.
    refuse_duplicate: bool,
}

impl NewOrder {
    pub(super) fn new(call: &Call, fields: Members) -> Self {
        Self {
            fields,
            idempotency_key: call.idempotency_key().map(str::to_owned),
            idempotent: call.is_idempotent(),
            fault: call.fault(),
            hidden_for: call.hidden_for(),
            refuse_duplicate: call.refuses_duplicates(),
        }
    }
}

/// Why an order was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotSaved {
    /// It is there already, under this id.
    Duplicate(u64),
    /// The idempotency key was used for another order.
    KeyReused,
}

/// One page of what a search found.
pub(super) struct Found {
    pub(super) items: Vec<Arc<Order>>,
    /// How many there are on all pages.
    pub(super) total: usize,
}

impl Orders {
    pub(in crate::sandbox) fn of(system: System) -> Self {
        Self { system, store: Mutex::default() }
    }

    /// Saves an order, and notes it in the ledger.
    pub(super) fn save(&self, new: NewOrder, ledger: &Ledger) -> Result<Arc<Order>, NotSaved> {
        let mut store = self.lock();
        let replayed = store.replay(&new);
        let is_replay = replayed.is_some();
        let result = replayed.unwrap_or_else(|| store.add(&new));
        let (id, status) = match &result {
            Ok(order) => (Some(order.id), 201),
            Err(NotSaved::Duplicate(id)) => (Some(*id), 409),
            Err(NotSaved::KeyReused) => (None, 422),
        };
        let note = Note {
            system: self.system,
            kind: Kind::Create,
            id,
            body: Arc::clone(&new.fields),
            idempotency_key: new.idempotency_key,
            fault: new.fault.or(new.hidden_for.map(Fault::StaleSearch)),
            took: result.is_ok() && !is_replay,
            status: Some(status),
        };
        ledger.add(note, &new.fields);
        result
    }

    /// One order.
    pub(super) fn get(&self, id: u64) -> Option<Arc<Order>> {
        self.lock().orders.get(&id).cloned()
    }

    /// The orders that fit, oldest first; `page` counts from 1.
    pub(super) fn search(&self, fits: impl Fn(&Order) -> bool, page: usize, per_page: usize) -> Found {
        let now = Instant::now();
        let first = page.saturating_sub(1).saturating_mul(per_page);
        let mut found = Found { items: Vec::new(), total: 0 };
        for order in self.lock().orders.values().filter(|order| order.is_visible(now) && fits(order)) {
            if found.total >= first && found.items.len() < per_page {
                found.items.push(Arc::clone(order));
            }
            found.total += 1;
        }
        found
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// What came of an order with the same idempotency key.
    fn replay(&self, new: &NewOrder) -> Option<Result<Arc<Order>, NotSaved>> {
        let key = new.idempotency_key.as_ref().filter(|_| new.idempotent)?;
        let order = self.orders.get(self.answered.get(key)?)?;
        Some(if order.fields == new.fields { Ok(Arc::clone(order)) } else { Err(NotSaved::KeyReused) })
    }

    fn add(&mut self, new: &NewOrder) -> Result<Arc<Order>, NotSaved> {
        let same = |order: &&Arc<Order>| {
            ["number", "supplier"].iter().all(|name| order.fields.get(*name) == new.fields.get(*name))
        };
        if let Some(before) = self.orders.values().find(same).filter(|_| new.refuse_duplicate) {
            return Err(NotSaved::Duplicate(before.id));
        }
        let id = self.orders.last_key_value().map_or(1, |(last, _)| last + 1);
        let hidden_until = new.hidden_for.and_then(|time| Instant::now().checked_add(time));
        let order = Arc::new(Order { id, fields: Arc::clone(&new.fields), hidden_until });
        self.orders.insert(id, Arc::clone(&order));
        self.answered.extend(new.idempotency_key.clone().map(|key| (key, id)));
        Ok(order)
    }
}

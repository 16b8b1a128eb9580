//! Where the orders are. Each write is judged, done and noted in the ledger under one short lock, so that the ledger's
//! order is the order in which things really happened.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::order::Order;
use crate::sandbox::faults::Fault;
use crate::sandbox::ledger::{Kind, Ledger, Members, Note, System};

/// The orders.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Purchasing(Mutex<BTreeMap<u64, Arc<Order>>>);

/// An order to be saved, with what it came with.
#[derive(Clone, Debug)]
pub(super) struct NewOrder {
    pub(super) fields: Members,
    /// The fault that its answer meets, for the ledger.
    pub(super) fault: Option<Fault>,
    /// How long searches do not show it.
    pub(super) hidden_for: Option<Duration>,
    /// Whether the same supplier and number is refused a second time.
    pub(super) refuse_duplicate: bool,
}

/// The order is there already, under this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duplicate(pub(super) u64);

/// One page of what a search found.
pub(super) struct Found {
    pub(super) items: Vec<Arc<Order>>,
    /// How many there are on all pages.
    pub(super) total: usize,
}

impl Purchasing {
    /// Saves an order, and notes it in the ledger.
    pub(super) fn save(&self, new: NewOrder, ledger: &Ledger) -> Result<Arc<Order>, Duplicate> {
        let mut orders = self.lock();
        let same = |order: &&Arc<Order>| {
            ["number", "supplier"].iter().all(|name| order.fields.get(*name) == new.fields.get(*name))
        };
        let before = orders.values().find(same).filter(|_| new.refuse_duplicate).map(|order| order.id);
        let id = before.unwrap_or(orders.last_key_value().map_or(1, |(last, _)| last + 1));
        let note = Note {
            system: System::Purchasing,
            kind: Kind::Create,
            id: Some(id),
            body: Arc::clone(&new.fields),
            idempotency_key: None,
            fault: new.fault.or(new.hidden_for.map(Fault::StaleSearch)),
            took: before.is_none(),
            status: Some(if before.is_some() { 409 } else { 201 }),
        };
        ledger.add(note, &new.fields);
        if let Some(before) = before {
            return Err(Duplicate(before));
        }
        let hidden_until = new.hidden_for.and_then(|time| Instant::now().checked_add(time));
        let order = Arc::new(Order { id, fields: new.fields, hidden_until });
        orders.insert(id, Arc::clone(&order));
        Ok(order)
    }

    /// One order.
    pub(super) fn get(&self, id: u64) -> Option<Arc<Order>> {
        self.lock().get(&id).cloned()
    }

    /// The orders whose number or supplier contains the text, in any case, oldest first; `page` counts from 1.
    pub(super) fn search(&self, text: &str, page: usize, per_page: usize) -> Found {
        let (now, wanted) = (Instant::now(), text.trim().to_lowercase());
        let contains = |order: &Arc<Order>, name| order.text(name).to_lowercase().contains(&wanted);
        let first = page.saturating_sub(1).saturating_mul(per_page);
        let mut found = Found { items: Vec::new(), total: 0 };
        let orders = self.lock();
        let visible = orders.values().filter(|order| order.is_visible(now));
        for order in visible.filter(|order| contains(order, "number") || contains(order, "supplier")) {
            if found.total >= first && found.items.len() < per_page {
                found.items.push(Arc::clone(order));
            }
            found.total += 1;
        }
        found
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Order>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

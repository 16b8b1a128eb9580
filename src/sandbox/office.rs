//! The practice office as one value that all requests share: its parts, its ledger, its door and its faults. One more
//! system is one more field here.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError, RwLock};

use super::dice::Dice;
use super::door::Door;
use super::erp::Erp;
use super::faults::{Fault, Faults};
use super::ledger::{Ledger, System};
use super::purchasing::Orders;
use super::server::Options;

/// All that requests share. No lock in it is ever held across an `await`.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) options: Options,
    pub(super) door: Door,
    pub(super) dice: Dice,
    pub(super) ledger: Ledger,
    pub(super) erp: Erp,
    pub(super) portal_orders: Orders,
    pub(super) booked_orders: Orders,
    faults: RwLock<Faults>,
    scripted: Mutex<VecDeque<Fault>>,
}

impl Office {
    pub(super) fn new(options: Options) -> Self {
        Self {
            door: Door::new(&options),
            dice: Dice::new(options.seed),
            ledger: Ledger::default(),
            erp: Erp::default(),
            portal_orders: Orders::of(System::Purchasing),
            booked_orders: Orders::of(System::Erp),
            faults: RwLock::new(options.faults),
            scripted: Mutex::default(),
            options,
        }
    }

    pub(super) fn faults(&self) -> Faults {
        *self.faults.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_faults(&self, faults: Faults) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Whether the same supplier and number is refused a second time.
    pub(super) fn refuses_duplicates(&self) -> bool {
        self.options.refuse_duplicate || self.faults().refuse_duplicate
    }

    /// Queues a fault for the next write.
    pub(super) fn script(&self, fault: Fault) {
        self.scripted.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// The fault that was queued for this write.
    pub(super) fn scripted(&self) -> Option<Fault> {
        self.scripted.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

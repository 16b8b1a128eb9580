//! The practice office: a small business system on loopback in which entering data can be learnt, tested and measured.
//! It has a JSON API and the matching pages, writes every write that it got into a ledger, and has faults on demand:
//! what real systems do to a robot on a bad day. Newcomers, fixtures, tests and benches use it; its first part is an
//! ERP with supplier invoices.

mod answer;
mod call;
mod dice;
mod door;
mod erp;
mod faults;
mod gate;
mod intent;
mod ledger;
mod line;
mod logins;
mod office;
mod pages;
mod server;
#[cfg(test)]
mod tests;

pub use faults::{Fault, Faults, FaultsError, Share};
pub use ledger::{Kind, LedgerEntry, System};
pub use server::{Options, Sandbox};

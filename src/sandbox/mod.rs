//! The practice office: a small business system on loopback in which entering data can be learnt, tested and measured.
//! It has a JSON API and the matching pages, writes every write that it got into a ledger, and has faults on demand:
//! what real systems do to a robot on a bad day. Newcomers, fixtures, tests and benches use it. It has an ERP with
//! supplier invoices and orders, a portal to order in, and a page to practise quick entry on.

mod answer;
mod call;
mod dice;
mod door;
mod erp;
mod faults;
mod gate;
mod german;
mod intent;
mod ledger;
mod line;
mod listing;
mod logins;
mod office;
mod pages;
mod practice;
mod problem;
mod purchasing;
mod server;
#[cfg(test)]
mod tests;

pub use faults::{Fault, Faults, FaultsError, Share};
pub use ledger::{Kind, LedgerEntry, System};
pub use practice::workbook as practice_workbook;
pub use server::{Options, Sandbox};

//! The proof of the promise: nothing lost, nothing twice, and a balance that closes, whatever happens. The real program
//! runs against the practice office, whose own ledger says what was really written.

mod faults;
mod kills;
mod lines;
mod memory;
mod no_lookup;
mod runners;
#[cfg(unix)]
mod signals;

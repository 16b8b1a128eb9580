//! Fixture cases: a folder of input files and the lines that a dry run of the recipe must give. A case is run without
//! network, journal or state, on a fixed day and with no other environment than its own, so that it says the same on
//! every machine.

mod case;
mod difference;
mod expected;
mod replay;
mod report;
mod settings;
mod suite;

pub use case::Case;
pub use difference::Difference;
pub use report::junit;
pub use suite::{Suite, Tried, Verdict, strangers};

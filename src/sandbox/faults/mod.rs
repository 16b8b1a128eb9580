//! The faults that the practice office can have: [`Faults`] says how often each happens; [`Fault`] is one of them, to be
//! scripted for a single request.

mod kinds;
mod text;

pub use kinds::{Fault, Faults, Share};
pub use text::FaultsError;

//! Doing steps in a session: batches go to the page in one call each, what only the driver can do comes between them. What
//! was filled in is read back before the page is left, and typed with real keys where the field did not keep it.

mod around;
mod batch;
mod bench;
mod observe;
mod problem;
mod readback;
mod steps;

pub(super) use batch::{Op, read};
pub(super) use bench::{Bench, Doer};

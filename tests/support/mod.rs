//! What the integration tests stand on: a practice office that runs in the test, a desk (a folder with recipe and
//! input), and the real program started on it.

mod archive;
mod cutter;
mod desk;
#[cfg(unix)]
mod dovecot;
mod office;
mod pdf;
mod ran;
mod scripted;

pub use archive::{Archive, Document};
pub use cutter::{Cut, Cutter};
pub use desk::{Desk, Recipe, Row, rows};
#[cfg(unix)]
pub use dovecot::{Dovecot, Lying, PASSWORD, USER};
pub use office::Office;
pub use pdf::{deflated, pdf, whole_pdf, with_font};
pub use ran::{Ran, Running, wait_until};
pub use scripted::Scripted;

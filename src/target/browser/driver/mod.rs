//! WebDriver servers of our own: which are installed, starting one on a free port, and ending it together with its
//! browser, also what an earlier process had to leave behind.

mod find;
mod folder;
mod process;

pub(super) use find::find;
pub use find::{Installed, Present, installed, present};
pub(super) use folder::Folder;
#[cfg(test)]
pub(super) use folder::kill;
pub(super) use folder::sweep;
pub(super) use process::Driver;

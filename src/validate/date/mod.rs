//! Days, times of day and both together, read by formats in the words of people (`dd.MM.yyyy`) or of strptime. A text is
//! read in one of the stated formats or not at all: nothing is tried that the recipe or the locale does not name.

mod format;
mod names;
mod read;
#[cfg(test)]
mod tests;

pub use format::DateFormat;
pub(crate) use read::{Moments, Wanted};

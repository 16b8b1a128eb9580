//! What is in a file, before any recipe: every row as the sources see it, or an overview with the evidence for each
//! thing that is said.

mod guess;
mod mail;
mod overview;
mod raw;

pub use mail::MailLine;
pub use overview::{ColumnFacts, Overview, TableFacts};
pub use raw::RawLine;

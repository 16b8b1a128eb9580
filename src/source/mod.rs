//! Where rows come from. A source gives rows as they stand, each with its origin, and says what the file is; it gives
//! no meaning to what it reads.

mod csv;
mod dialect;
mod encoding;
mod error;
mod excel;
mod facts;
mod find;
mod header;
mod reader;
mod snapshot;
mod text;

#[cfg(test)]
mod corpus_tests;

pub use error::SourceError;
pub use excel::{SheetInfo, list_sheets};
pub use facts::{FileFacts, Wanted};
pub use find::{FoundFiles, Missing, find_files};
pub use reader::Reader;
pub use snapshot::{Snapshot, tell_apart};

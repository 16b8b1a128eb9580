//! Where rows come from. A source gives rows as they stand, each with its origin, and says what the file is; it gives
//! no meaning to what it reads.

mod contained;
mod csv;
mod dialect;
mod einvoice;
mod encoding;
mod error;
mod excel;
mod facts;
mod find;
mod header;
mod json;
mod left_out;
pub mod mail;
#[cfg(test)]
mod mutated;
mod outline;
mod pdf;
mod raw;
mod reader;
mod snapshot;
mod text;
mod write;
mod xml;

pub(crate) use csv::{Piece, PieceRows, Pieces};
pub use error::SourceError;
pub(crate) use excel::range_start;
pub use excel::{SheetInfo, list_sheets};
pub use facts::{FileFacts, Wanted};
pub use find::{FoundFiles, Missing, find_files};
pub(crate) use header::letters as column_letters;
pub(crate) use left_out::ends_before;
pub use outline::{Outline, PlacedValue};
pub use raw::RawRows;
pub use reader::Reader;
pub use snapshot::{Snapshot, tell_apart};
pub use write::encode;

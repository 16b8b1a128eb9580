//! PDF files: the files inside of them, and their text. A PDF is a record of its own; a scan has no text and says so. The
//! library that reads them runs contained, and nothing in a file may inflate beyond limits.

mod bound;
mod embedded;
mod fields;
mod letters;
mod text;

use std::sync::Arc;

use lopdf::xref::XrefRecovery;
use lopdf::{Document, LoadOptions};

pub(super) use embedded::{Embedded, embedded};
pub(super) use fields::rows;
use text::Unread;
pub(super) use text::{PlacedText, pages};

use super::SourceError;
use super::contained::contained;

use bound::{Bound, Exceeded, loading};

/// The most that one stream of a PDF may inflate to.
const MOST_INFLATED: usize = 16 << 20;

/// The most that a stream may inflate to which says where objects are, or has objects in it.
const MOST_STRUCTURE: usize = 4 << 20;

/// Whether a file is a PDF; some have a few bytes before their mark.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some()
}

/// Reads the structure of a PDF; answers what is still allowed of it too.
fn load(bytes: &[u8], name: &Arc<str>) -> Result<(Document, Bound), SourceError> {
    let damaged = || {
        SourceError::file(name, format!("`{name}` is not a PDF that can be read: it is damaged or cut off"))
            .help("open it in a PDF program, or ask for it again")
    };
    let bound = Bound::of(bytes).map_err(|_| too_much(name))?;
    let (loaded, left) = loading(bound, |count| {
        let filter = Some(count);
        let max_decompressed_size = Some(MOST_STRUCTURE);
        let options = LoadOptions { filter, max_decompressed_size, ..LoadOptions::default() };
        contained(|| Document::load_mem_with_options(bytes, options))
    });
    let left = left.map_err(|_| too_much(name))?;
    match loaded.ok_or_else(damaged)? {
        // A table of contents that had to be guessed may lead to old states of the file, or leave half of it out.
        Ok(document) if document.xref_recovery == Some(XrefRecovery::Reconstructed) => Err(damaged()),
        // Without a password for reading, it was decrypted already.
        Ok(document) if document.is_encrypted() && document.encryption_state.is_none() => Err(protected(name)),
        Ok(document) => Ok((document, left)),
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => Err(protected(name)),
        Err(lopdf::Error::Decompress(_)) => Err(too_large(name, MOST_STRUCTURE)),
        Err(_) => Err(damaged()),
    }
}

fn protected(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` is protected by a password")).help("ask for it without")
}

fn too_large(name: &Arc<str>, most: usize) -> SourceError {
    SourceError::file(name, format!("`{name}` has a part that inflates to more than {} MB", most >> 20))
}

fn too_much(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` describes more than a document of this kind can have"))
        .help("it may be made to keep programs busy; if not, print it into a new PDF, and give that")
}

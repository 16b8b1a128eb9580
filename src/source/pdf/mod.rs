//! PDF files: the files inside of them, and their text. A PDF is a record of its own; a scan has no text and says so. The
//! library that reads them runs contained, and nothing in a file may inflate beyond limits.

mod embedded;
mod fields;
mod letters;
mod text;

use std::sync::Arc;

use lopdf::xref::XrefRecovery;
use lopdf::{Document, LoadOptions};

pub(super) use embedded::{Embedded, embedded};
pub(super) use fields::rows;
pub(super) use text::{PlacedText, pages};

use super::SourceError;
use super::contained::contained;

/// The most that one stream of a PDF may inflate to.
const MOST_INFLATED: usize = 16 << 20;

/// Whether a file is a PDF; some have a few bytes before their mark.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some()
}

/// Reads the structure of a PDF.
fn load(bytes: &[u8], name: &Arc<str>) -> Result<Document, SourceError> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_INFLATED), ..LoadOptions::default() };
    let damaged = || {
        SourceError::file(name, format!("`{name}` is not a PDF that can be read: it is damaged or cut off"))
            .help("open it in a PDF program, or ask for it again")
    };
    let loaded = contained(|| Document::load_mem_with_options(bytes, options)).ok_or_else(damaged)?;
    match loaded {
        // A table of contents that had to be guessed may lead to old states of the file, or leave half of it out.
        Ok(document) if document.xref_recovery == Some(XrefRecovery::Reconstructed) => Err(damaged()),
        // Without a password for reading, it was decrypted already.
        Ok(document) if document.is_encrypted() && document.encryption_state.is_none() => Err(protected(name)),
        Ok(document) => Ok(document),
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => Err(protected(name)),
        Err(lopdf::Error::Decompress(_)) => Err(too_large(name)),
        Err(_) => Err(damaged()),
    }
}

fn protected(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` is protected by a password")).help("ask for it without")
}

fn too_large(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` has a part that inflates to more than {} MB", MOST_INFLATED >> 20))
}

//! What a workbook file really is, and whether it is safe to open: formats by content, passwords, and what a hostile or
//! odd file would ask of memory and time. Calamine loads some formats whole and trusts what they declare, so nothing
//! reaches it that was not looked through.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use super::archive::{self, Traits};
use super::oddities::Oddities;
use super::rows::RowSet;
use super::{biff, content};
use crate::source::SourceError;

/// What loading a workbook may take. Files of offices take a tenth of it.
pub(super) const MOST_MEMORY: u64 = 400 << 20;

/// An xls or protected book is read whole.
const LONGEST_OLD_BOOK: u64 = 100 << 20;

/// An OpenDocument book is loaded whole.
const LONGEST_OPEN_DOCUMENT: u64 = 100 << 20;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Office Open XML (xlsx, xlsm).
    Xlsx,
    /// The same in binary form.
    Xlsb,
    /// Excel 5 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
}

/// A workbook that is safe to open.
pub(super) struct Checked {
    pub(super) format: Format,
    /// The book, where it was mended or read whole.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) traits: Traits,
    /// Whether the texts of an xls book are Unicode.
    pub(super) unicode: bool,
    pub(super) odd: Odd,
}

/// What the look through the book has found already of what calamine does not tell.
#[derive(Debug, Default)]
pub(super) enum Odd {
    #[default]
    Unknown,
    /// The hidden rows, by the sheet's position.
    Hidden(Vec<RowSet>),
    /// All of it, by the sheet's name.
    Named(HashMap<String, Oddities>),
}

/// Looks at a file: its format by its content, since names lie, and whether it is safe to open.
///
/// # Errors
/// Not a workbook, protected by a password, or larger than a workbook may be.
pub(super) fn inspect(path: &Path, name: &Arc<str>) -> Result<Checked, SourceError> {
    let io = |error: std::io::Error| SourceError::io(name, "read", &error);
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut start = Vec::new();
    file.by_ref().take(1024).read_to_end(&mut start).map_err(io)?;
    match start.as_slice() {
        [] => Err(SourceError::file(name, format!("`{name}` is empty (0 bytes)")).help("export or save it again")),
        [b'P', b'K', ..] => zipped(path, length, name),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => {
            if length > LONGEST_OLD_BOOK {
                let title = format!("`{name}` is too large for an xls workbook ({} MB)", length >> 20);
                return Err(SourceError::file(name, title).help("save it as xlsx"));
            }
            // A protected xlsx is a compound file with a stream of this name (MS-OFFCRYPTO 2.3.4.4).
            let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let bytes = std::fs::read(path).map_err(io)?;
            if memchr::memmem::find(&bytes, &stream).is_some() {
                return Err(protected(name));
            }
            let book = biff::check(bytes, name)?;
            Ok(Checked {
                format: Format::Xls,
                bytes: Some(book.bytes),
                traits: Traits::default(),
                unicode: book.unicode,
                odd: Odd::Hidden(book.hidden),
            })
        }
        [0x09, 0x00 | 0x02 | 0x04, ..] => {
            Err(SourceError::file(name, format!("`{name}` is a workbook of Excel 2, 3 or 4, which is not read"))
                .help("open it in a spreadsheet program and save it as xlsx"))
        }
        other => Err(no_workbook(other, name)),
    }
}

fn zipped(path: &Path, length: u64, name: &Arc<str>) -> Result<Checked, SourceError> {
    let file = File::open(path).map_err(|error| SourceError::io(name, "read", &error))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| {
        SourceError::file(name, format!("`{name}` is damaged or cut off: {error}"))
            .help("open it in a spreadsheet program and save it again, or fetch it once more")
    })?;
    let archive::Checked { format, traits } = archive::check(&mut zip, length, name)?;
    let mut checked = Checked { format, bytes: None, traits, unicode: false, odd: Odd::Unknown };
    if format == Format::Ods {
        if length > LONGEST_OPEN_DOCUMENT {
            return Err(too_large(name, &format!("it is an OpenDocument book of {} MB", length >> 20)));
        }
        let book = content::check(&mut zip, name)?;
        checked.bytes = book.mended;
        checked.odd = Odd::Named(book.odd);
    }
    Ok(checked)
}

/// What is said of a book that opens only with its password.
pub(super) fn protected(name: &Arc<str>) -> SourceError {
    SourceError::file(name, format!("`{name}` is protected by a password"))
        .help("open it in the spreadsheet program, take the password off and save it")
}

fn no_workbook(start: &[u8], name: &Arc<str>) -> SourceError {
    let text = String::from_utf8_lossy(start).to_lowercase();
    let error = |what: &str| SourceError::file(name, format!("`{name}` is no workbook: {what}"));
    let resave = "open it in a spreadsheet program and save it as xlsx";
    if text.contains("<html") || text.contains("<table") || text.contains("<!doctype html") {
        error("it is a web page (HTML) named like one").help(resave)
    } else if text.contains("<?xml") || text.contains("<workbook") {
        error("it is an XML file").help(resave)
    } else if start.starts_with(b"%PDF") {
        error("it is a PDF").help("export the table as xlsx or CSV")
    } else if !start.contains(&0) {
        error("it looks like text").help("if it is a CSV export, read it with `csv:` instead of `excel:`")
    } else {
        error("its content is unknown").help("export it again as xlsx or CSV")
    }
}

/// What is said of a book that would take more memory than there may be.
pub(super) fn memory(needed: u64) -> String {
    let most = MOST_MEMORY >> 20;
    format!("reading it would take more than {most} MB of memory (about {} MB)", needed >> 20)
}

pub(super) fn too_large(name: &Arc<str>, what: &str) -> SourceError {
    SourceError::file(name, format!("`{name}` is refused, because {what}"))
        .help("open it in a spreadsheet program, delete what is not needed and save it again")
}

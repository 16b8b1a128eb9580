//! What a workbook file really is, and whether it is safe to open: formats by content, passwords, and archives that
//! would inflate to more than a workbook ever holds.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use crate::source::SourceError;

/// The parts of an archive that are read as a stream: together they may be this long.
const LONGEST_BOOK: u64 = 8 << 30;

/// A part that is kept in memory (shared strings, styles, all of an OpenDocument book) may be this long.
const LONGEST_PART: u64 = 400 << 20;

/// From this length on, a part that was compressed to less than a hundredth is taken for a bomb.
const SUSPICIOUS: u64 = 32 << 20;
const MOST_COMPRESSED: u64 = 100;

/// The most parts of an archive.
const MOST_PARTS: usize = 20_000;

/// An xls or protected book is read whole.
const LONGEST_OLD_BOOK: u64 = 256 << 20;

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

/// The format of a file by its content; names lie.
///
/// # Errors
/// Not a workbook, protected by a password, or larger than a workbook may be.
pub(super) fn inspect(path: &Path, name: &Arc<str>) -> Result<Format, SourceError> {
    let io = |error: std::io::Error| SourceError::io(name, "read", &error);
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut start = Vec::new();
    file.by_ref().take(1024).read_to_end(&mut start).map_err(io)?;
    match start.as_slice() {
        [] => Err(SourceError::file(name, format!("`{name}` is empty (0 bytes)")).help("export or save it again")),
        [b'P', b'K', ..] => archive(path, name),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => {
            if length > LONGEST_OLD_BOOK {
                let title = format!("`{name}` is too large for an xls workbook ({} MB)", length >> 20);
                return Err(SourceError::file(name, title).help("save it as xlsx"));
            }
            // A protected xlsx is a compound file with a stream of this name (MS-OFFCRYPTO 2.3.4.4).
            let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let bytes = std::fs::read(path).map_err(io)?;
            if memchr::memmem::find(&bytes, &stream).is_some() { Err(protected(name)) } else { Ok(Format::Xls) }
        }
        [0x09, 0x00 | 0x02 | 0x04, ..] => {
            Err(SourceError::file(name, format!("`{name}` is a workbook of Excel 2, 3 or 4, which is not read"))
                .help("open it in a spreadsheet program and save it as xlsx"))
        }
        other => Err(no_workbook(other, name)),
    }
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

fn archive(path: &Path, name: &Arc<str>) -> Result<Format, SourceError> {
    let damaged = |error: &dyn std::fmt::Display| {
        SourceError::file(name, format!("`{name}` is damaged or cut off: {error}"))
            .help("open it in a spreadsheet program and save it again, or fetch it once more")
    };
    let file = File::open(path).map_err(|error| SourceError::io(name, "read", &error))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    if zip.len() > MOST_PARTS {
        return Err(too_large(name, "it has too many parts"));
    }
    let mut format = None;
    let mut total: u64 = 0;
    let mut suspects = Vec::new();
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).map_err(|error| damaged(&error))?;
        let part_name = part.name().map_err(|error| damaged(&error))?.replace('\\', "/").to_lowercase();
        let (size, compressed) = (part.size(), part.compressed_size());
        format = match part_name.as_str() {
            "xl/workbook.bin" => Some(Format::Xlsb),
            "content.xml" => format.or(Some(Format::Ods)),
            "[content_types].xml" => format.or(Some(Format::Xlsx)),
            _ => format,
        };
        total = total.saturating_add(size);
        let streamed = part_name.contains("/worksheets/sheet");
        // What is declared may lie; deflate packs at most 1032 to 1, so a short part cannot become a long one.
        if !streamed && compressed.saturating_mul(1032) > LONGEST_PART {
            suspects.push(index);
        }
        if !streamed && size > LONGEST_PART {
            return Err(too_large(name, &format!("its part `{}` would unpack to {} MB", part_name, size >> 20)));
        }
        if size > SUSPICIOUS && size / compressed.max(1) > MOST_COMPRESSED {
            let what = format!("its part `{}` unpacks {} MB from {} KB", part_name, size >> 20, compressed >> 10);
            return Err(too_large(name, &what));
        }
    }
    if total > LONGEST_BOOK {
        return Err(too_large(name, &format!("it would unpack to {} MB", total >> 20)));
    }
    for index in suspects {
        let part = zip.by_index(index).map_err(|error| damaged(&error))?;
        let length =
            std::io::copy(&mut part.take(LONGEST_PART + 1), &mut std::io::sink()).map_err(|error| damaged(&error))?;
        if length > LONGEST_PART {
            return Err(too_large(name, "one of its parts unpacks to more than it declares"));
        }
    }
    format.ok_or_else(|| {
        SourceError::file(name, format!("`{name}` is no workbook: it is a zip file without one"))
            .help("unpack it first, or export it again as xlsx")
    })
}

fn too_large(name: &Arc<str>, what: &str) -> SourceError {
    SourceError::file(name, format!("`{name}` is refused, because {what}"))
        .help("open it in a spreadsheet program, delete what is not needed and save it again")
}

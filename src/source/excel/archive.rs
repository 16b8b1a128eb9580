//! A workbook that is a zip archive, looked through before calamine opens it: what its parts really unpack to (what an
//! archive declares may lie), and what the text of its sheets holds that calamine would pass over in silence.

use std::io::{Read, Seek};
use std::sync::Arc;

use memchr::memmem::Finder;
use zip::ZipArchive;

use super::guard::{Format, too_large};
use crate::source::SourceError;

/// The parts of an archive that are read as a stream: together they may be this long.
const LONGEST_BOOK: u64 = 8 << 30;

/// A part that is kept in memory (shared strings, styles, all of an OpenDocument book) may be this long.
const LONGEST_PART: u64 = 192 << 20;

/// From this length on, what was compressed to less than a hundredth is taken for a bomb.
const SUSPICIOUS: u64 = 32 << 20;
const MOST_COMPRESSED: u64 = 100;

/// The longest piece of XML between two tags: it is held in memory, and a cell has at most 32,767 characters.
const LONGEST_PIECE: u64 = 16 << 20;

/// The most parts of an archive.
const MOST_PARTS: usize = 20_000;

/// How much of a part is looked at in one go, and how much of the last piece is looked at again, so that nothing is
/// missed that stands across two.
const PIECE: usize = 1 << 16;
const OVERLAP: usize = 16;

/// What the sheets of a workbook have that costs a closer look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// Formulas: they may have no value yet.
    pub(super) formulas: bool,
    /// Error values, among them such that calamine does not know.
    pub(super) errors: bool,
    /// Merged cells.
    pub(super) merged: bool,
}

/// An archive that is safe to open.
pub(super) struct Checked {
    pub(super) format: Format,
    pub(super) traits: Traits,
}

/// Looks through an archive.
///
/// # Errors
/// Not a workbook, or larger than a workbook may be.
pub(super) fn check<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    length: u64,
    name: &Arc<str>,
) -> Result<Checked, SourceError> {
    if zip.len() > MOST_PARTS {
        return Err(too_large(name, "it has too many parts"));
    }
    let mut format = None;
    let mut declared: u64 = 0;
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        // A part that cannot be looked at is calamine's to complain about, if it needs it at all.
        let Ok(part) = zip.by_index_raw(index) else { continue };
        let Ok(part_name) = part.name() else { continue };
        let part_name = part_name.replace('\\', "/").to_lowercase();
        format = match part_name.as_str() {
            "xl/workbook.bin" => Some(Format::Xlsb),
            "content.xml" => format.or(Some(Format::Ods)),
            "[content_types].xml" => format.or(Some(Format::Xlsx)),
            _ => format,
        };
        declared = declared.saturating_add(part.size());
        if [".xml", ".bin", ".rels"].iter().any(|ending| part_name.ends_with(ending)) {
            parts.push((index, part_name));
        }
    }
    let Some(format) = format else {
        return Err(SourceError::file(name, format!("`{name}` is no workbook: it is a zip file without one"))
            .help("unpack it first, or export it again as xlsx"));
    };
    if declared > LONGEST_BOOK {
        return Err(too_large(name, &format!("it would unpack to {} MB", declared >> 20)));
    }
    let mut look = Look::new(length, name);
    for (index, part_name) in parts {
        let Ok(part) = zip.by_index(index) else { continue };
        look.through(part, &part_name)?;
    }
    Ok(Checked { format, traits: look.traits })
}

/// A pass through the parts.
struct Look<'a> {
    name: &'a Arc<str>,
    /// The archive's length, and what was unpacked so far.
    length: u64,
    unpacked: u64,
    traits: Traits,
    buffer: Vec<u8>,
    formula: [Finder<'static>; 2],
    error: [Finder<'static>; 2],
    merged: Finder<'static>,
}

impl<'a> Look<'a> {
    fn new(length: u64, name: &'a Arc<str>) -> Self {
        Self {
            name,
            length,
            unpacked: 0,
            traits: Traits::default(),
            buffer: vec![0; OVERLAP + PIECE],
            formula: [Finder::new("<f"), Finder::new(":f")],
            error: [Finder::new("t=\"e\""), Finder::new("t='e'")],
            merged: Finder::new("mergeCell "),
        }
    }

    fn through(&mut self, mut part: impl Read, part_name: &str) -> Result<(), SourceError> {
        let xml = !part_name.ends_with(".bin");
        let sheet = part_name.contains("sheets/") && xml;
        let streamed = part_name.contains("sheets/");
        let (mut length, mut since_tag) = (0_u64, 0_u64);
        let mut kept = 0;
        loop {
            // A part that is damaged midway is read up to there, and the error is told then.
            let Ok(count) = part.read(&mut self.buffer[kept..kept + PIECE]) else { return Ok(()) };
            if count == 0 {
                return Ok(());
            }
            let piece = &self.buffer[kept..kept + count];
            if length == 0 && part_name.ends_with("sharedstrings.xml") && declares_too_many(piece) {
                return Err(too_large(self.name, "it declares more shared strings than a workbook can have"));
            }
            length += count as u64;
            self.unpacked += count as u64;
            if !streamed && length > LONGEST_PART {
                let what = format!("its part `{part_name}` unpacks to more than {} MB", LONGEST_PART >> 20);
                return Err(too_large(self.name, &what));
            }
            if self.unpacked > SUSPICIOUS && self.unpacked / self.length.max(1) > MOST_COMPRESSED {
                let what = format!(
                    "it unpacks {} MB and more from {} KB, the last of it in its part `{part_name}`",
                    self.unpacked >> 20,
                    self.length >> 10
                );
                return Err(too_large(self.name, &what));
            }
            if xml {
                since_tag = match memchr::memrchr(b'<', piece) {
                    Some(at) => (count - at) as u64,
                    None => since_tag + count as u64,
                };
                if since_tag > LONGEST_PIECE {
                    let what = format!("its part `{part_name}` has a piece of more than {} MB", LONGEST_PIECE >> 20);
                    return Err(too_large(self.name, &what));
                }
            }
            if sheet {
                let seen = &self.buffer[..kept + count];
                let has = |finders: &[Finder<'_>]| finders.iter().any(|finder| finder.find(seen).is_some());
                self.traits.formulas = self.traits.formulas || has(&self.formula);
                self.traits.errors = self.traits.errors || has(&self.error);
                self.traits.merged = self.traits.merged || self.merged.find(seen).is_some();
                let end = kept + count;
                let again = OVERLAP.min(end);
                self.buffer.copy_within(end - again..end, 0);
                kept = again;
            }
        }
    }
}

/// Whether a table of shared strings declares more of them than fit into the largest part: calamine makes room for as
/// many as are declared.
fn declares_too_many(start: &[u8]) -> bool {
    const WORD: &str = "uniqueCount=";
    // Room for so many is 240 MB, which is only taken as they are read.
    const MOST: u64 = 10_000_000;
    let Some(at) = memchr::memmem::find(start, WORD.as_bytes()) else { return false };
    let digits = start[at + WORD.len() + 1..].iter().take_while(|byte| byte.is_ascii_digit());
    let declared = digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    declared > MOST
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    /// An archive of a workbook with this part.
    fn book(part: &str, content: &[&[u8]]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("[Content_Types].xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<Types/>").unwrap();
        zip.start_file(part, SimpleFileOptions::default()).unwrap();
        content.iter().for_each(|piece| zip.write_all(piece).unwrap());
        zip.finish().unwrap().into_inner()
    }

    fn checked(bytes: Vec<u8>) -> Result<Traits, String> {
        let length = bytes.len() as u64;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        check(&mut zip, length, &"a.xlsx".into()).map(|checked| checked.traits).map_err(|error| error.title)
    }

    #[test]
    fn what_unpacks_to_far_more_than_it_is_long_is_refused() {
        let blank = vec![b' '; 1 << 20];
        let pieces: Vec<&[u8]> = std::iter::repeat_n(blank.as_slice(), 20).collect();
        let title = checked(book("xl/sharedStrings.xml", &pieces)).unwrap_err();
        assert_eq!(
            title,
            "`a.xlsx` is refused, because its part `xl/sharedstrings.xml` has a piece of more than 16 MB"
        );
        let tags = b"<c/>".repeat(1 << 18);
        let pieces: Vec<&[u8]> = std::iter::repeat_n(tags.as_slice(), 40).collect();
        let title = checked(book("xl/worksheets/sheet1.xml", &pieces)).unwrap_err();
        assert!(title.starts_with("`a.xlsx` is refused, because it unpacks 32 MB and more from"), "{title}");
    }

    #[test]
    fn a_part_that_is_longer_than_it_declares_is_not_read_on() {
        let tags = b"<c/>".repeat(1 << 18);
        let mut bytes = book("xl/worksheets/sheet1.xml", &[&tags]);
        let size = (tags.len() as u32).to_le_bytes();
        while let Some(at) = memchr::memmem::find(&bytes, &size) {
            bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
        // The guard reads it up to there; so does calamine, with the same library, and tells it.
        assert!(checked(bytes.clone()).is_ok());
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let read = zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_end(&mut Vec::new());
        assert!(read.unwrap_err().to_string().contains("larger than its declared"));
    }

    #[test]
    fn shared_strings_that_are_declared_without_being_there_are_refused() {
        let bytes = book("xl/sharedStrings.xml", &[b"<sst count=\"1\" uniqueCount=\"9999999999\"><si/></sst>"]);
        assert!(checked(bytes).unwrap_err().ends_with("declares more shared strings than a workbook can have"));
        let bytes = book("xl/sharedStrings.xml", &[b"<sst count=\"1\" uniqueCount=\"2\"><si/></sst>"]);
        assert_eq!(checked(bytes), Ok(Traits::default()));
    }

    #[test]
    fn traits_are_seen_also_across_pieces() {
        let all = Traits { formulas: true, errors: true, merged: true };
        for shift in 0..24 {
            let start = vec![b'x'; PIECE - shift];
            let sheet: [&[u8]; 4] = [b"<sheetData>", &start, b"<c t=\"e\"><f/></c>", b"<mergeCell ref=\"A1\"/>"];
            let bytes = book("xl/worksheets/sheet1.xml", &sheet);
            assert_eq!(checked(bytes), Ok(all), "{shift}");
        }
        let bytes = book("xl/worksheets/sheet1.xml", &[b"<sheetData><c t=\"s\"><v>1</v></c></sheetData>"]);
        assert_eq!(checked(bytes), Ok(Traits::default()));
    }
}

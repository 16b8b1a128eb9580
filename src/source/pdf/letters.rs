//! What the bytes of a font stand for. The table that a PDF has for just that (`ToUnicode`) comes first, then a well-known
//! encoding; where neither is there, the letters are pictures without a meaning, and nothing is guessed of them.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::{Bound, Exceeded, MOST_INFLATED, Unread};

/// The letter that stands for one that is not known.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// The most letters of one range.
const MOST_LETTERS: usize = 70_000;

/// How the bytes of a font are read.
pub(super) enum Letters<'a> {
    Table(Table),
    Encoding(Encoding<'a>),
    Unknown,
}

/// A table from codes to letters.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    letters: BTreeMap<(usize, u32), String>,
}

impl<'a> Letters<'a> {
    /// The letters of a font.
    ///
    /// # Errors
    /// A part of it is beyond limits.
    pub(super) fn new(document: &'a Document, font: &'a Dictionary, bound: &mut Bound) -> Result<Self, Unread> {
        let get = |key: &[u8]| font.get(key).ok().and_then(|object| document.dereference(object).ok());
        if let Some((_, Object::Stream(stream))) = get(b"ToUnicode") {
            let content = bound.plain(stream)??;
            let table = Table::parse(&content, bound)?;
            if !table.letters.is_empty() {
                return Ok(Letters::Table(table));
            }
            // The library may try its own luck with it.
            bound.inflated(content.len())?;
        }
        if matches!(get(b"Subtype"), Some((_, Object::Name(kind))) if kind == b"Type0") {
            return Ok(Letters::Unknown);
        }
        let encoding = font.get_font_encoding_with_limit(document, MOST_INFLATED)?;
        // The library takes the standard encoding where it does not know better.
        let is_told = match get(b"Encoding") {
            Some((_, Object::Name(name))) => {
                matches!(name.as_slice(), b"WinAnsiEncoding" | b"MacRomanEncoding" | b"StandardEncoding")
            }
            Some((_, Object::Dictionary(written))) => {
                matches!(encoding, Encoding::Differences(_)) || !written.has(b"Differences")
            }
            _ => !is_inside(document, font),
        };
        Ok(if is_told { Letters::Encoding(encoding) } else { Letters::Unknown })
    }

    /// The text of some bytes.
    pub(super) fn text(&self, bytes: &[u8], bytes_a_letter: usize, bound: &mut Bound) -> Result<String, Exceeded> {
        // A letter may stand for a long text.
        if let Letters::Table(table) = self {
            return table.text(bytes, bytes_a_letter, bound);
        }
        bound.text(bytes.len())?;
        Ok(match self {
            Letters::Encoding(encoding) => {
                Document::decode_text(encoding, bytes).unwrap_or_else(|_| UNKNOWN.to_string())
            }
            _ => bytes.chunks(bytes_a_letter).map(|_| UNKNOWN).collect(),
        })
    }
}

/// Whether the letters' shapes are inside of the PDF, so that their codes may be its own.
fn is_inside(document: &Document, font: &Dictionary) -> bool {
    let descriptor = font.get(b"FontDescriptor").and_then(|object| document.dereference(object));
    let descriptor = descriptor.and_then(|(_, object)| object.as_dict());
    descriptor
        .is_ok_and(|written| [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"].iter().any(|key| written.has(key)))
}

impl Table {
    /// Reads a CMap: its single letters (`bfchar`) and ranges of them (`bfrange`).
    fn parse(bytes: &[u8], bound: &mut Bound) -> Result<Self, Exceeded> {
        let mut table = Self::default();
        let mut words = Words { rest: bytes };
        let mut section = None;
        let mut row = Vec::new();
        while let Some(word) = words.next() {
            match (word, section) {
                (Word::Other(b"beginbfchar"), _) => (section, row) = (Some(2), Vec::new()),
                (Word::Other(b"beginbfrange"), _) => (section, row) = (Some(3), Vec::new()),
                (Word::Other(_), _) => section = None,
                (word, Some(length)) => {
                    row.push(word);
                    if row.len() == length {
                        table.add(&row, bound)?;
                        row.clear();
                    }
                }
                _ => {}
            }
        }
        Ok(table)
    }

    fn add(&mut self, row: &[Word<'_>], bound: &mut Bound) -> Result<(), Exceeded> {
        match row {
            [Word::Bytes(code), Word::Bytes(letters)] => {
                bound.letters(cost(letters))?;
                self.letters.insert(key(code), utf_16(letters));
            }
            [Word::Bytes(first), Word::Bytes(last), Word::Bytes(letters)] => {
                let ((length, first), (_, last)) = (key(first), key(last));
                let mut letters = letters.clone();
                for code in (first..=last).take(MOST_LETTERS) {
                    bound.letters(cost(&letters))?;
                    self.letters.insert((length, code), utf_16(&letters));
                    // The last byte counts up, as the format has it.
                    if let Some(low) = letters.last_mut() {
                        *low = low.wrapping_add(1);
                    }
                }
            }
            [Word::Bytes(first), _, Word::List(list)] => {
                let (length, first) = key(first);
                bound.letters(list.iter().map(|letters| cost(letters)).sum())?;
                self.letters.extend((first..).zip(list).map(|(code, letters)| ((length, code), utf_16(letters))));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&self, bytes: &[u8], bytes_a_letter: usize, bound: &mut Bound) -> Result<String, Exceeded> {
        let mut text = String::new();
        for code in bytes.chunks(bytes_a_letter) {
            let before = text.len();
            match self.letters.get(&key(code)) {
                Some(letters) => text.push_str(letters),
                None => text.push(UNKNOWN),
            }
            bound.text(text.len() - before)?;
        }
        Ok(text)
    }
}

/// What the text of one code counts.
fn cost(letters: &[u8]) -> usize {
    1 + letters.len() / 16
}

fn key(code: &[u8]) -> (usize, u32) {
    (code.len(), code.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte)))
}

fn utf_16(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte))).collect();
    // Some writers map what has no letter to nothing or to zero.
    String::from_utf16_lossy(&units).replace('\0', "")
}

/// A word of a CMap.
#[derive(Debug, PartialEq)]
enum Word<'a> {
    Bytes(Vec<u8>),
    List(Vec<Vec<u8>>),
    Other(&'a [u8]),
}

struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<Word<'a>> {
        self.rest = self.rest.trim_ascii_start();
        while self.rest.starts_with(b"%") {
            let end = memchr::memchr2(b'\n', b'\r', self.rest).unwrap_or(self.rest.len());
            self.rest = self.rest[end..].trim_ascii_start();
        }
        match self.rest {
            [] => None,
            [b'<', b'<', rest @ ..] | [b'>', b'>', rest @ ..] => {
                self.rest = rest;
                Some(Word::Other(b"<<"))
            }
            [b'<', ..] => Some(Word::Bytes(self.bytes())),
            [b'[', rest @ ..] => {
                self.rest = rest;
                let mut list = Vec::new();
                loop {
                    self.rest = self.rest.trim_ascii_start();
                    match self.rest {
                        [b'<', ..] => {
                            let letters = self.bytes();
                            if list.len() < MOST_LETTERS {
                                list.push(letters);
                            }
                        }
                        [b']', rest @ ..] => {
                            self.rest = rest;
                            return Some(Word::List(list));
                        }
                        _ => return Some(Word::List(list)),
                    }
                }
            }
            [first, ..] => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b"<[]>%".contains(byte);
                let skip = usize::from(b"]>".contains(first));
                let end = self.rest.iter().skip(1).position(ends).map_or(self.rest.len(), |end| end + 1);
                let (word, rest) = self.rest.split_at(if skip == 1 { 1 } else { end });
                self.rest = rest;
                Some(Word::Other(word))
            }
        }
    }

    /// `<00AF>`.
    fn bytes(&mut self) -> Vec<u8> {
        let end = memchr::memchr(b'>', self.rest).unwrap_or(self.rest.len());
        let digits: Vec<u8> = self.rest[..end]
            .iter()
            .filter_map(|digit| char::from(*digit).to_digit(16))
            .map(|digit| digit as u8)
            .collect();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_single_letters_and_ranges() {
        let bound = &mut Bound::default();
        let mut read = |bytes: &[u8], codes: &[u8], bytes_a_letter: usize| {
            Table::parse(bytes, bound).unwrap().text(codes, bytes_a_letter, bound).unwrap()
        };
        let text = read(
            b"/CIDInit /ProcSet findresource begin << /Ordering (UCS) >> def\n1 begincodespacerange <00> <FF> endcodespacerange\n\
              2 beginbfchar % letters\n<01> <0052>\n<02> <00660069>\nendbfchar\n\
              2 beginbfrange\n<10> <12> <0041>\n<20> <21> [<0058> <D83DDE00>]\nendbfrange end",
            &[1, 2, 0x10, 0x12, 0x20, 0x21, 0x99],
            1,
        );
        assert_eq!(text, "RfiACX\u{1f600}\u{fffd}");
        assert_eq!(read(b"beginbfrange <0001> <FFFF> <0041>", &[0, 2], 2), "B");
        for broken in [b"beginbfchar <".as_slice(), b"beginbfrange <00> <01> [", b"]]>>", b"beginbfchar <1> <2", b""] {
            assert!(read(broken, &[1], 1).chars().count() <= 1);
        }
    }

    #[test]
    fn a_table_that_stands_for_too_much_is_none() {
        let parse = |text: &str| Table::parse(text.as_bytes(), &mut Bound::default());
        let ranges = format!("beginbfrange {}", "<0000> <FFFF> <0041>\n".repeat(100));
        assert_eq!(parse(&ranges), Err(Exceeded));
        let long = format!("beginbfrange <0000> <FFFF> <{}>", "0041".repeat(10_000));
        assert_eq!(parse(&long), Err(Exceeded));
        let one = parse(&format!("beginbfchar <01> <{}>", "0041".repeat(10_000))).unwrap();
        assert_eq!(one.text(&[1; 10_000], 1, &mut Bound::default()), Err(Exceeded));
    }
}

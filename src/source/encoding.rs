//! Which characters the bytes of a text file stand for: stated by the recipe, or found by evidence. Where the evidence
//! does not decide, the file is refused; nothing is guessed.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::SourceError;
use crate::diagnostic::did_you_mean;

/// The names that a "did you mean" looks through: what exports are written in.
const COMMON: [&str; 9] = [
    "utf-8",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp850",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "macintosh",
];

/// How much text from the first byte on that is not UTF-8 serves as evidence for the other encodings.
const SAMPLE: u64 = 8 << 20;

/// How much of it, from pieces that are not plain ASCII, the detector of other encodings is given: it is thorough and
/// slow.
const DETECTOR_SAMPLE: usize = 1 << 17;

/// The upper half of code page 850 (DOS, Western Europe), as Unicode's mapping table `CP850.TXT` has it.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// What the bytes of a file stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    /// UTF-8, which is read as it stands.
    Utf8,
    /// Another encoding of the WHATWG Encoding Standard.
    Whatwg(&'static Encoding),
    /// DOS, Western Europe; the Encoding Standard does not know it.
    Cp850,
}

impl Charset {
    /// The name in facts and messages.
    pub(super) fn name(self) -> String {
        match self {
            Charset::Utf8 => "utf-8".into(),
            Charset::Whatwg(encoding) => encoding.name().to_lowercase(),
            Charset::Cp850 => "cp850".into(),
        }
    }

    /// The charset that a recipe's label names.
    pub(super) fn from_label(label: &str) -> Option<Self> {
        let plain = label.trim().to_lowercase();
        if matches!(plain.as_str(), "cp850" | "cp-850" | "ibm850" | "850" | "dos-850") {
            return Some(Charset::Cp850);
        }
        let plain = plain.strip_suffix("-sig").unwrap_or(&plain);
        let plain = plain.strip_prefix("cp125").map_or(plain.to_owned(), |rest| format!("windows-125{rest}"));
        let encoding = Encoding::for_label(plain.as_bytes())?;
        Some(if encoding == UTF_8 { Charset::Utf8 } else { Charset::Whatwg(encoding) })
    }
}

/// The characters of the upper half of code page 850, from byte 0x80 on.
pub(super) fn cp850_table() -> Vec<char> {
    CP850.chars().collect()
}

/// Bytes that windows-1252 does not define. The Encoding Standard maps them to control characters; in an export they
/// mean that the encoding is another one (0x81 is `ü` in code page 850).
pub(super) const UNDEFINED_IN_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// A charset, how it was found, and how many bytes of a byte order mark stand before the text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) charset: Charset,
    pub(super) mark: usize,
    pub(super) evidence: String,
    /// What speaks against it, where it was taken although the bytes do not decide.
    pub(super) doubt: Option<String>,
    /// Whether NUL bytes are taken for characters.
    pub(super) takes_nul: bool,
}

impl Found {
    fn new(charset: Charset, mark: usize, evidence: impl Into<String>) -> Self {
        Self { charset, mark, evidence: evidence.into(), doubt: None, takes_nul: false }
    }
}

/// The charset of a file. Who only looks at a file (`lenient`) gets the most likely one where the bytes do not decide.
///
/// # Errors
/// A label that is unknown or contradicted by a byte order mark; a file whose bytes do not decide; one that is no text.
pub(super) fn find(path: &Path, name: &Arc<str>, stated: Option<&str>, lenient: bool) -> Result<Found, SourceError> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut start))
        .map_err(|error| SourceError::io(name, "read", &error))?;
    refuse_other_formats(&start, name)?;
    let mark = match start.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => Some((Charset::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Charset::Whatwg(UTF_16LE), 2)),
        [0xfe, 0xff, ..] => Some((Charset::Whatwg(UTF_16BE), 2)),
        _ => None,
    };
    let Some(label) = stated else {
        return match mark {
            Some((charset, mark)) => Ok(Found::new(charset, mark, "byte order mark")),
            None => detect(path, name, &start, lenient),
        };
    };
    let Some(charset) = Charset::from_label(label) else {
        let help = match did_you_mean(label, COMMON) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are the labels of the WHATWG Encoding Standard and `cp850`; common are {}", list()),
        };
        return Err(SourceError::file(name, format!("unknown encoding `{label}`")).help(help));
    };
    let evidence = "stated in the recipe";
    match mark {
        // `utf-16` leaves the byte order open.
        Some((marked, mark)) if marked == charset || label.trim().eq_ignore_ascii_case("utf-16") => {
            Ok(Found::new(marked, mark, evidence))
        }
        // The marks of UTF-16 are letters in other encodings; that of UTF-8 begins no text.
        Some((Charset::Utf8, _)) => Err(SourceError::file(
            name,
            format!("`{name}` begins with the byte order mark of utf-8, but the recipe states `{label}`"),
        )
        .help("leave out `encoding:`, or state `encoding: utf-8`")),
        _ => Ok(Found::new(charset, 0, evidence)),
    }
}

fn list() -> String {
    COMMON.map(|name| format!("`{name}`")).join(", ")
}

/// Workbooks and PDFs are often named `.csv`, or the wrong key of the recipe was taken.
fn refuse_other_formats(start: &[u8], name: &Arc<str>) -> Result<(), SourceError> {
    let (what, help) = match start {
        [b'P', b'K', 3, 4, ..] => ("a zip file or workbook", "if it is a workbook, read it with `excel:`"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an Office file (xls)", "read it with `excel:`"),
        [b'%', b'P', b'D', b'F', ..] => ("a PDF", "export the table as CSV or xlsx"),
        [0x1f, 0x8b, ..] => ("compressed (gzip)", "unpack it first"),
        _ => return Ok(()),
    };
    Err(SourceError::file(name, format!("`{name}` is no text file: it is {what}")).help(help))
}

fn detect(path: &Path, name: &Arc<str>, start: &[u8], lenient: bool) -> Result<Found, SourceError> {
    let mut doubt = None;
    if start.contains(&0) {
        let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        // In UTF-16 every other byte of western text is zero, and none of those between.
        let charset = match (even, odd) {
            (0, odd) if odd * 5 > start.len() * 2 => Some(UTF_16LE),
            (even, 0) if even * 5 > start.len() * 2 => Some(UTF_16BE),
            _ => None,
        };
        if let Some(charset) = charset {
            return Ok(Found::new(
                Charset::Whatwg(charset),
                0,
                "every other byte is zero, as in western text of UTF-16",
            ));
        }
        let help = if odd * 3 > start.len() {
            "it may be UTF-16 without a byte order mark: state `encoding: utf-16le`"
        } else if even * 3 > start.len() {
            "it may be UTF-16 without a byte order mark: state `encoding: utf-16be`"
        } else {
            "a text file has no NUL bytes; export it again"
        };
        let at = memchr::memchr(0, start).unwrap_or(0);
        let line = 1 + super::text::breaks(&start[..at]);
        let error = SourceError::line(name, line, format!("`{name}` has a NUL byte")).help(help);
        if !lenient {
            return Err(error);
        }
        doubt = Some(error.title);
    }
    let mut file = File::open(path).map_err(|error| SourceError::io(name, "read", &error))?;
    let bad = match look_for_utf8(&mut file).map_err(|error| SourceError::io(name, "read", &error))? {
        Looked::Utf8 => {
            let found = Found::new(Charset::Utf8, 0, "every byte is valid UTF-8");
            return Ok(Found { doubt, takes_nul: lenient, ..found });
        }
        Looked::ByChance { line } => {
            let title = format!(
                "the encoding of `{name}` is not clear: what is not ASCII in it is rare foreign letters in UTF-8, but `Ö`, \
                 `Ü`, `ß` or `ä` before signs such as `€` in windows-1252"
            );
            if !lenient {
                return Err(SourceError::line(name, line, title)
                    .help("state it: `encoding: windows-1252` or `encoding: utf-8`"));
            }
            let found = Found::new(Charset::Whatwg(WINDOWS_1252), 0, "the bytes do not decide");
            return Ok(Found { doubt: Some(title), takes_nul: true, ..found });
        }
        Looked::Not(bad) => bad,
    };
    let evidence = Evidence::gather(path, bad.chunk).map_err(|error| SourceError::io(name, "read", &error))?;
    match evidence.decide() {
        Ok((charset, because)) => {
            let found = Found::new(charset, 0, format!("not UTF-8 (line {}), and {because}", bad.line));
            Ok(Found { doubt, takes_nul: lenient, ..found })
        }
        Err(why) => {
            let title = format!("the encoding of `{name}` is not clear: byte 0x{:02X} is not UTF-8, {why}", bad.byte);
            if lenient {
                let found = Found::new(evidence.likely(), 0, "the bytes do not decide");
                return Ok(Found { doubt: Some(title), takes_nul: true, ..found });
            }
            Err(SourceError::line(name, bad.line, title)
                .help("state it, for example `encoding: windows-1252` (also common: `iso-8859-15`, `cp850`)"))
        }
    }
}

/// What a file is as UTF-8.
enum Looked {
    Utf8,
    /// It could be, but only by what German letters before a sign happen to be: `ß€` in windows-1252 is one letter of
    /// N'Ko in UTF-8. Who writes such a script writes more of it than these letters.
    ByChance {
        /// The first line that has one.
        line: u64,
    },
    Not(NotUtf8),
}

/// Whether the bytes of a letter are `Ö`, `Ü`, `ß` and a sign, or `ä` and two signs, in windows-1252, and the letter one
/// that nobody writes alone: of Armenian's and Hebrew's points, Syriac, N'Ko, or the rarest Chinese.
fn is_german_by_chance(letter: char) -> bool {
    matches!(letter, '\u{580}'..='\u{5bf}' | '\u{700}'..='\u{73f}' | '\u{7c0}'..='\u{7ff}' | '\u{4000}'..='\u{4dff}')
}

/// The first byte of a file that is not UTF-8.
struct NotUtf8 {
    byte: u8,
    /// Its line, counted from 1.
    line: u64,
    /// Where the piece of the file begins that has it.
    chunk: u64,
}

fn look_for_utf8(file: &mut File) -> std::io::Result<Looked> {
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0;
    let mut position = 0;
    let mut line = 1;
    let mut after_cr = false;
    let (mut is_clear, mut by_chance) = (false, None);
    loop {
        let count = file.read(&mut buffer[kept..])?;
        let filled = kept + count;
        let (valid, bad) = match std::str::from_utf8(&buffer[..filled]) {
            Ok(_) => (filled, false),
            // An incomplete character at the end of a piece is completed by the next one; at the end of the file by none.
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || count == 0),
        };
        if !is_clear && !buffer[..valid].is_ascii() {
            let text = std::str::from_utf8(&buffer[..valid]).unwrap_or_default();
            is_clear = text.chars().any(|letter| !letter.is_ascii() && !is_german_by_chance(letter));
            let first = text.find(|letter: char| !letter.is_ascii());
            let lines_before = |at: usize| super::text::breaks_after(&buffer[..at], &mut after_cr.clone());
            by_chance = by_chance.or(first.map(|at| line + lines_before(at)));
        }
        line += super::text::breaks_after(&buffer[..valid], &mut after_cr);
        if bad {
            return Ok(Looked::Not(NotUtf8 { byte: buffer[valid], line, chunk: position }));
        }
        if count == 0 {
            return Ok(match by_chance {
                Some(line) if !is_clear => Looked::ByChance { line },
                _ => Looked::Utf8,
            });
        }
        buffer.copy_within(valid..filled, 0);
        kept = filled - valid;
        position += valid as u64;
    }
}

/// What speaks for one encoding or another.
struct Evidence {
    /// How often each byte occurs.
    seen: [u64; 256],
    /// Bytes next to a letter that are German letters in windows-1252, and in code page 850.
    german_1252: u64,
    german_850: u64,
    guess: &'static Encoding,
}

impl Evidence {
    fn gather(path: &Path, from: u64) -> std::io::Result<Self> {
        use std::io::{Seek, SeekFrom};
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut sample = file.take(SAMPLE);
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let mut evidence = Self { seen: [0; 256], german_1252: 0, german_850: 0, guess: WINDOWS_1252 };
        let mut buffer = vec![0; 1 << 16];
        let mut before = b' ';
        let mut fed = 0;
        loop {
            let count = sample.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            if fed < DETECTOR_SAMPLE && !buffer[..count].is_ascii() {
                detector.feed(&buffer[..count], false);
                fed += count;
            }
            for byte in &buffer[..count] {
                evidence.seen[usize::from(*byte)] += 1;
                if *byte >= 0x80 && before.is_ascii_alphabetic() {
                    match byte {
                        0xe4 | 0xf6 | 0xfc | 0xdf => evidence.german_1252 += 1,
                        0x84 | 0x94 | 0x81 => evidence.german_850 += 1,
                        _ => {}
                    }
                }
                before = *byte;
            }
        }
        detector.feed(&[], true);
        evidence.guess = detector.guess(None, Utf8Detection::Deny);
        Ok(evidence)
    }

    fn decide(&self) -> Result<(Charset, String), String> {
        let undefined = UNDEFINED_IN_1252.iter().map(|byte| self.seen[usize::from(*byte)]).sum::<u64>();
        if self.german_850 > 0 && self.german_1252 == 0 && undefined > 0 {
            let because = format!("{} letters are German ones in code page 850, none in windows-1252", self.german_850);
            return Ok((Charset::Cp850, because));
        }
        if undefined > 0 {
            return Err("nor windows-1252 (it has bytes that are undefined there)".into());
        }
        if self.seen[0xa4] > 0 && self.seen[0x80] == 0 {
            return Err("and byte 0xA4 is the euro sign in iso-8859-15 but `¤` in windows-1252".into());
        }
        if self.german_850 > self.german_1252 {
            return Err("and its letters fit code page 850 as well as windows-1252".into());
        }
        let umlauts = match self.german_1252 {
            0 => String::new(),
            count => format!(" ({count} German letters)"),
        };
        if self.guess == WINDOWS_1252 {
            return Ok((Charset::Whatwg(WINDOWS_1252), format!("its letters fit windows-1252{umlauts}")));
        }
        if self.guess.is_single_byte() && self.same_as_1252() {
            let because = format!("every byte means the same in {} and windows-1252{umlauts}", self.guess.name());
            return Ok((Charset::Whatwg(WINDOWS_1252), because));
        }
        Err(format!("and its letters look more like {} than windows-1252", self.guess.name().to_lowercase()))
    }

    /// What to read a file in that does not decide, for a person who looks at it.
    fn likely(&self) -> Charset {
        let undefined = UNDEFINED_IN_1252.iter().any(|byte| self.seen[usize::from(*byte)] > 0);
        match (undefined, self.german_850 > self.german_1252) {
            (false, _) => Charset::Whatwg(WINDOWS_1252),
            (true, true) => Charset::Cp850,
            (true, false) => Charset::Whatwg(self.guess),
        }
    }

    fn same_as_1252(&self) -> bool {
        (0x80..=0xff_u8).filter(|byte| self.seen[usize::from(*byte)] > 0).all(|byte| {
            let one = [byte];
            self.guess.decode_without_bom_handling(&one).0 == WINDOWS_1252.decode_without_bom_handling(&one).0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_page_850_is_whole_and_labels_are_known() {
        let table = cp850_table();
        assert_eq!(table.len(), 128);
        let letter = |byte: u8| table[usize::from(byte) - 0x80];
        assert_eq!([0x81, 0x84, 0x94, 0x99, 0xe1, 0xf5].map(letter), ['ü', 'ä', 'ö', 'Ö', 'ß', '§']);
        assert_eq!(letter(0xff), '\u{a0}');
        for (label, name) in
            [("UTF-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "windows-1252"), ("ibm850", "cp850")]
        {
            assert_eq!(Charset::from_label(label).map(Charset::name).as_deref(), Some(name), "{label}");
        }
        assert_eq!(Charset::from_label("ansi-ish"), None);
    }
}

//! The text of a file as UTF-8, piece by piece, in memory that does not grow with the file. What is no text stops it
//! at the exact place.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, WINDOWS_1252};

use super::encoding::{Charset, Found, UNDEFINED_IN_1252, cp850_table};

/// The length of a piece.
const PIECE: usize = 1 << 16;

/// Why the text ends before the file does.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Bytes that mean nothing in the encoding.
    Malformed,
    /// A NUL, which no text has.
    Nul,
    /// The operating system.
    Io(std::sync::Arc<std::io::Error>),
}

/// A file read as text.
pub(super) struct Text {
    /// None where the text is a piece of a file only.
    file: Option<File>,
    raw: Vec<u8>,
    /// What is left in `raw` from the last piece.
    raw_at: usize,
    raw_end: usize,
    decoding: Decoding,
    piece: Vec<u8>,
    at: usize,
    end: usize,
    fault: Option<Fault>,
    ended: bool,
    takes_nul: bool,
}

enum Decoding {
    /// UTF-8 goes through as it stands; records are checked where they are cut.
    None,
    Whatwg {
        decoder: Decoder,
        strict_1252: bool,
    },
    Cp850(Vec<char>),
}

impl Text {
    pub(super) fn open(path: &Path, found: &Found) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(found.mark as u64))?;
        Ok(Self::of(Some(file), found))
    }

    /// A text that has no file yet, to be begun by [`Text::restart`].
    pub(super) fn of_pieces(found: &Found) -> Self {
        Self::of(None, found)
    }

    fn of(file: Option<File>, found: &Found) -> Self {
        let decoding = match found.charset {
            Charset::Utf8 => Decoding::None,
            Charset::Whatwg(encoding) => Decoding::Whatwg {
                decoder: encoding.new_decoder_without_bom_handling(),
                strict_1252: encoding == WINDOWS_1252,
            },
            Charset::Cp850 => Decoding::Cp850(cp850_table()),
        };
        // One byte of western text becomes up to three of UTF-8.
        let (raw, piece) = match decoding {
            Decoding::None => (Vec::new(), vec![0; PIECE]),
            _ => (vec![0; PIECE], vec![0; 3 * PIECE + 16]),
        };
        Self {
            file,
            raw,
            raw_at: 0,
            raw_end: 0,
            decoding,
            piece,
            at: 0,
            end: 0,
            fault: None,
            ended: false,
            takes_nul: found.takes_nul,
        }
    }

    /// Goes on with other bytes, and the rest of the file behind them, if there is any; gives back the bytes before. The
    /// text before must have come to an end of its own, as those of one byte a character always do.
    pub(super) fn restart(&mut self, bytes: Vec<u8>, rest: Option<File>) -> Vec<u8> {
        self.file = rest;
        (self.fault, self.ended) = (None, false);
        if let Decoding::None = self.decoding {
            (self.at, self.end) = (0, bytes.len());
            let used = std::mem::replace(&mut self.piece, bytes);
            self.stop_at_nul();
            return used;
        }
        if let Decoding::Whatwg { decoder, .. } = &mut self.decoding {
            *decoder = decoder.encoding().new_decoder_without_bom_handling();
        }
        (self.at, self.end, self.raw_at, self.raw_end) = (0, 0, 0, bytes.len());
        std::mem::replace(&mut self.raw, bytes)
    }

    /// The text that is at hand, reading more if there is none; empty at the end of the file.
    pub(super) fn available(&mut self) -> Result<&[u8], Fault> {
        while self.at == self.end && !self.ended {
            if let Some(fault) = &self.fault {
                return Err(fault.clone());
            }
            self.fill();
        }
        Ok(&self.piece[self.at..self.end])
    }

    /// Takes away what was read.
    pub(super) fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.end);
    }

    fn fill(&mut self) {
        self.at = 0;
        self.end = match &mut self.decoding {
            Decoding::None => match read_on(&mut self.file, &mut self.piece) {
                Ok(count) => {
                    self.ended = count == 0;
                    count
                }
                Err(error) => {
                    self.fault = Some(Fault::Io(error.into()));
                    0
                }
            },
            _ => self.decode(),
        };
        self.stop_at_nul();
    }

    fn stop_at_nul(&mut self) {
        if !self.takes_nul
            && let Some(nul) = memchr::memchr(0, &self.piece[..self.end])
        {
            self.end = nul;
            self.fault = Some(Fault::Nul);
            self.ended = false;
        }
    }

    fn decode(&mut self) -> usize {
        if self.raw_at == self.raw_end {
            self.raw_at = 0;
            self.raw_end = match read_on(&mut self.file, &mut self.raw) {
                Ok(count) => count,
                Err(error) => {
                    self.fault = Some(Fault::Io(error.into()));
                    return 0;
                }
            };
        }
        let last = self.raw_end == 0;
        let mut source = &self.raw[self.raw_at..self.raw_end];
        match &mut self.decoding {
            Decoding::None => 0,
            Decoding::Cp850(table) => {
                let mut end = 0;
                for byte in source {
                    end += match byte.checked_sub(0x80) {
                        None => char::from(*byte),
                        Some(upper) => table[usize::from(upper)],
                    }
                    .encode_utf8(&mut self.piece[end..])
                    .len();
                }
                self.raw_at = self.raw_end;
                self.ended = last;
                end
            }
            Decoding::Whatwg { decoder, strict_1252 } => {
                if *strict_1252 && let Some(bad) = undefined(source) {
                    source = &source[..bad];
                    self.fault = Some(Fault::Malformed);
                }
                let (result, read, written) = decoder.decode_to_utf8_without_replacement(source, &mut self.piece, last);
                self.raw_at += read;
                match result {
                    DecoderResult::InputEmpty => self.ended = last,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(..) => self.fault = Some(Fault::Malformed),
                }
                written
            }
        }
    }
}

fn read_on(file: &mut Option<File>, into: &mut [u8]) -> std::io::Result<usize> {
    file.as_mut().map_or(Ok(0), |file| read(file, into))
}

/// Reads some bytes; none at the end of the file.
pub(super) fn read(file: &mut File, into: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match file.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn undefined(bytes: &[u8]) -> Option<usize> {
    let [a, b, c, d, e] = UNDEFINED_IN_1252;
    let first = memchr::memchr3(a, b, c, bytes);
    memchr::memchr2(d, e, &bytes[..first.unwrap_or(bytes.len())]).or(first)
}

/// How many line breaks a text has: LF, CR, and CRLF as one.
pub(super) fn breaks(text: &[u8]) -> u64 {
    breaks_after(text, &mut false)
}

/// The same for a piece of a text; `after_cr` says whether the piece before ended with CR.
pub(super) fn breaks_after(text: &[u8], after_cr: &mut bool) -> u64 {
    let mut count = 0;
    let mut cr_at = if *after_cr { Some(0) } else { None };
    for at in memchr::memchr2_iter(b'\n', b'\r', text) {
        if text[at] == b'\r' {
            count += 1;
            cr_at = Some(at + 1);
        } else if cr_at != Some(at) {
            count += 1;
        }
    }
    if !text.is_empty() {
        *after_cr = text.ends_with(b"\r");
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_of_all_systems_are_counted_also_across_pieces() {
        assert_eq!(breaks(b"a\nb\r\nc\rd\n\n\r\r\n"), 7);
        let mut after_cr = false;
        assert_eq!(breaks_after(b"a\r", &mut after_cr) + breaks_after(b"\nb\r", &mut after_cr), 2);
        assert_eq!(breaks_after(b"", &mut after_cr) + breaks_after(b"\n\n", &mut after_cr), 1);
    }
}

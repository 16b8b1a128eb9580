//! A body that Outlook keeps as RTF only: unpacked (MS-OXRTFCP), and read as the HTML or text that it was made of where it
//! says so (MS-OXRTFEX), or else as the text that a person sees. Formats, pictures and all else are left out.

use compressed_rtf::decompress_rtf;
use encoding_rs::{Encoding, WINDOWS_1252};

use super::charset::charset_of;
use crate::source::contained::contained;

/// The longest body.
const LONGEST: usize = 32 << 20;

/// The first bytes after the two lengths of a packed body, and of one that is not packed.
const PACKED: &[u8] = b"LZFu";
const PLAIN: &[u8] = b"MELA";

/// Groups in groups; what is deeper is read as if it stood in the deepest.
const DEEPEST: usize = 1_000;

/// What a body is.
#[derive(Debug, PartialEq)]
pub(super) enum Body {
    Html(String),
    Text(String),
}

/// Reads a packed body.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read(packed: &[u8]) -> Result<Body, String> {
    // The library believes the lengths; both are checked before.
    let length = |at: usize| {
        let bytes = packed.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let (Some(whole), Some(raw), Some(kind)) = (length(0), length(4), packed.get(8..12)) else {
        return Err("it is cut off".to_owned());
    };
    if raw > LONGEST || packed.len() > LONGEST {
        return Err(format!("it is longer than {} MB", LONGEST >> 20));
    }
    let fits = whole + 4 == packed.len() && packed.len() >= 16 && (kind == PACKED || raw + 16 <= packed.len());
    if !fits || !(kind == PACKED || kind == PLAIN) {
        return Err("it is damaged".to_owned());
    }
    let unpacked = contained(|| decompress_rtf(packed)).and_then(Result::ok).ok_or("it is damaged")?;
    // Each letter is a byte of the file.
    let bytes: Vec<u8> = unpacked.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
    if !bytes.starts_with(b"{\\rtf") {
        return Err("it is no RTF".to_owned());
    }
    Ok(unwrapped(&bytes))
}

/// Reads RTF.
fn unwrapped(rtf: &[u8]) -> Body {
    let mut reader = Reader::new();
    let mut words = Words { rest: rtf };
    while let Some(word) = words.next() {
        reader.take(word);
    }
    reader.flush();
    let text = reader.text;
    if reader.made_of == MadeOf::Html { Body::Html(text) } else { Body::Text(text) }
}

/// One piece of RTF.
#[derive(Debug, PartialEq)]
enum Word<'a> {
    Open,
    Close,
    /// `\name` or `\name12`.
    Control(&'a [u8], Option<i32>),
    /// `\~` and the like.
    Symbol(u8),
    /// `\'e4`.
    Byte(u8),
    Letter(u8),
}

struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<Word<'a>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(match first {
                b'{' => Word::Open,
                b'}' => Word::Close,
                b'\\' => self.escaped()?,
                // Ends of lines are the writer's own.
                b'\r' | b'\n' => continue,
                letter => Word::Letter(*letter),
            });
        }
    }

    fn escaped(&mut self) -> Option<Word<'a>> {
        let (first, rest) = self.rest.split_first()?;
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            if *first != b'\'' {
                return Some(Word::Symbol(*first));
            }
            let digit = |at: usize| char::from(*rest.get(at)?).to_digit(16);
            let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Some(Word::Symbol(b'\'')) };
            self.rest = &rest[2..];
            return Some(Word::Byte((high * 16 + low) as u8));
        }
        let name = self.cut(|letter| letter.is_ascii_alphabetic());
        let minus = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(u8::is_ascii_digit);
        if minus {
            self.rest = &self.rest[1..];
        }
        let digits = self.cut(|letter| letter.is_ascii_digit());
        let number = (!digits.is_empty()).then(|| {
            let number: i32 =
                std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(i32::MAX);
            if minus { -number } else { number }
        });
        if let Some(rest) = self.rest.strip_prefix(b" ") {
            self.rest = rest;
        }
        if name == b"bin" {
            let skipped = usize::try_from(number.unwrap_or(0)).unwrap_or(0).min(self.rest.len());
            self.rest = &self.rest[skipped..];
        }
        Some(Word::Control(name, number))
    }

    fn cut(&mut self, belongs: impl Fn(&u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        let (cut, rest) = self.rest.split_at(end);
        self.rest = rest;
        cut
    }
}

/// What the RTF was made of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum MadeOf {
    Html,
    Text,
    Itself,
}

/// What holds in a group, and ends with it.
#[derive(Clone, Debug)]
struct Group {
    /// What stands there is not shown: a list of fonts, a picture, a note to a program.
    left_out: bool,
    /// It is a piece of HTML that stands for itself.
    tag: bool,
    /// It is how RTF shows what a piece of HTML says (`\htmlrtf`).
    shown_only: bool,
    hidden: bool,
    fonts: bool,
    /// How many letters stand for a letter of Unicode in old programs.
    stand_ins: usize,
    charset: Option<&'static Encoding>,
}

struct Reader {
    made_of: MadeOf,
    group: Group,
    outer: Vec<Group>,
    /// Groups that are deeper than the deepest.
    too_deep: usize,
    /// Whether the group has just begun with `\*`: a reader that does not know it leaves it out.
    starred: bool,
    charset: &'static Encoding,
    /// The charsets of fonts.
    fonts: Vec<(i32, &'static Encoding)>,
    font: Option<i32>,
    /// Letters to come that only stand in for one of Unicode.
    skip: usize,
    /// Bytes that are not decoded yet, since a letter may have several.
    bytes: Vec<u8>,
    /// The first half of a letter of Unicode.
    half: Option<u16>,
    text: String,
}

impl Reader {
    fn new() -> Self {
        let group = Group {
            left_out: false,
            tag: false,
            shown_only: false,
            hidden: false,
            fonts: false,
            stand_ins: 1,
            charset: None,
        };
        Self {
            made_of: MadeOf::Itself,
            group,
            outer: Vec::new(),
            too_deep: 0,
            starred: false,
            charset: WINDOWS_1252,
            fonts: Vec::new(),
            font: None,
            skip: 0,
            bytes: Vec::new(),
            half: None,
            text: String::new(),
        }
    }

    fn take(&mut self, word: Word<'_>) {
        let starred = std::mem::take(&mut self.starred);
        match word {
            Word::Open => {
                self.flush();
                self.skip = 0;
                if self.outer.len() < DEEPEST {
                    self.outer.push(self.group.clone());
                } else {
                    self.too_deep += 1;
                }
            }
            Word::Close => {
                self.flush();
                self.skip = 0;
                if self.too_deep > 0 {
                    self.too_deep -= 1;
                } else if let Some(outer) = self.outer.pop() {
                    self.group = outer;
                }
            }
            Word::Byte(_) | Word::Letter(_) if self.skip > 0 => self.skip -= 1,
            Word::Byte(byte) | Word::Letter(byte) => {
                if self.shows() {
                    self.half();
                    self.bytes.push(byte);
                }
            }
            Word::Symbol(b'*') => self.starred = true,
            Word::Symbol(symbol) => match symbol {
                _ if self.skip > 0 => self.skip -= 1,
                b'\\' | b'{' | b'}' => self.put(&char::from(symbol).to_string()),
                b'~' => self.put(if self.made_of == MadeOf::Html { "&nbsp;" } else { "\u{a0}" }),
                b'_' => self.put(if self.made_of == MadeOf::Html { "&shy;" } else { "\u{2011}" }),
                b'\r' | b'\n' => self.put("\n"),
                b'\t' => self.put("\t"),
                _ => {}
            },
            Word::Control(name, number) => self.control(name, number, starred),
        }
    }

    fn control(&mut self, name: &[u8], number: Option<i32>, starred: bool) {
        let is_on = number != Some(0);
        match name {
            b"htmltag" if starred => {
                self.flush();
                self.group.tag = true;
            }
            _ if starred => self.group.left_out = true,
            b"fonttbl" => (self.group.left_out, self.group.fonts) = (true, true),
            b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"header" | b"headerl" | b"headerr" | b"headerf"
            | b"footer" | b"footerl" | b"footerr" | b"footerf" | b"footnote" | b"object" | b"nonshppict"
            | b"filetbl" => self.group.left_out = true,
            b"fromhtml" if is_on => self.made_of = MadeOf::Html,
            b"fromtext" => self.made_of = MadeOf::Text,
            b"ansicpg" => {
                let page = number.and_then(|number| u32::try_from(number).ok()).and_then(charset_of);
                self.charset = page.unwrap_or(self.charset);
            }
            b"htmlrtf" => {
                self.flush();
                self.group.shown_only = is_on;
            }
            b"v" => {
                self.flush();
                self.group.hidden = is_on;
            }
            b"plain" => {
                self.flush();
                (self.group.hidden, self.group.charset) = (false, None);
            }
            b"f" if self.group.fonts => self.font = number,
            b"f" => {
                self.flush();
                let known = self.fonts.iter().find(|(font, _)| Some(*font) == number);
                self.group.charset = known.map(|(_, charset)| *charset);
            }
            b"fcharset" => {
                if let (true, Some(font), Some(charset)) = (self.group.fonts, self.font, number.and_then(of_font)) {
                    // A list of all fonts that there are is no longer than this.
                    if self.fonts.len() < 4096 {
                        self.fonts.push((font, charset));
                    }
                }
            }
            b"uc" => self.group.stand_ins = usize::try_from(number.unwrap_or(1)).unwrap_or(0).min(16),
            b"u" => {
                if let Some(number) = number {
                    self.unicode(number);
                    self.skip = self.group.stand_ins;
                }
            }
            _ => {
                if let Some(text) = self.stands_for(name) {
                    self.put(text);
                }
            }
        }
    }

    /// What a control word stands for in the text.
    fn stands_for(&self, name: &[u8]) -> Option<&'static str> {
        let in_html = self.made_of == MadeOf::Html;
        Some(match name {
            b"par" | b"line" | b"sect" | b"page" => "\n",
            b"row" | b"nestrow" if !in_html => "\n",
            b"cell" | b"nestcell" if !in_html => "\t",
            b"tab" => "\t",
            b"emdash" => "\u{2014}",
            b"endash" => "\u{2013}",
            b"emspace" => "\u{2003}",
            b"enspace" => "\u{2002}",
            b"bullet" => "\u{2022}",
            b"lquote" => "\u{2018}",
            b"rquote" => "\u{2019}",
            b"ldblquote" => "\u{201c}",
            b"rdblquote" => "\u{201d}",
            _ => return None,
        })
    }

    /// Whether what comes next is part of the text.
    fn shows(&self) -> bool {
        !self.group.left_out
            && match self.made_of {
                MadeOf::Html => self.group.tag || !self.group.shown_only,
                MadeOf::Text | MadeOf::Itself => !self.group.tag && !self.group.hidden,
            }
    }

    fn put(&mut self, text: &str) {
        if self.shows() {
            self.flush();
            self.text.push_str(text);
        }
    }

    /// A unit of UTF-16, which RTF writes as a number with a sign.
    fn unicode(&mut self, number: i32) {
        if !self.shows() {
            return;
        }
        self.decode();
        let unit = (number & 0xffff) as u16;
        let units = match self.half.take() {
            Some(half) => vec![half, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.half = Some(unit);
                return;
            }
            None => vec![unit],
        };
        self.text.push_str(&String::from_utf16_lossy(&units));
    }

    /// Puts down what was collected.
    fn flush(&mut self) {
        self.half();
        self.decode();
    }

    /// Half a letter that nothing follows is lost, and known to be.
    fn half(&mut self) {
        if self.half.take().is_some() {
            self.text.push('\u{fffd}');
        }
    }

    fn decode(&mut self) {
        if !self.bytes.is_empty() {
            let charset = self.group.charset.unwrap_or(self.charset);
            self.text.push_str(&charset.decode_without_bom_handling(&self.bytes).0);
            self.bytes.clear();
        }
    }
}

/// The charset of a font; none where it is that of the document.
fn of_font(number: i32) -> Option<&'static Encoding> {
    charset_of(match number {
        0 => 1252,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use compressed_rtf::{compress_rtf, encode_rtf};

    use super::*;

    fn text(rtf: &str) -> String {
        match unwrapped(rtf.as_bytes()) {
            Body::Text(text) => text,
            Body::Html(html) => panic!("{html}"),
        }
    }

    #[test]
    fn text_is_what_a_person_sees() {
        let head =
            r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial;}}{\colortbl;\red1;}";
        assert_eq!(
            text(&format!(r"{head}\pard Betrag: 1.190,00 \'80\par f\'fcr {{\b alle}}\line Ende}}")),
            "Betrag: 1.190,00 €\nfür alle\nEnde"
        );
        assert_eq!(text(&format!(r"{head}{{\f1 \'cf\'f0}} \'cf}}")), "Пр Ï");
        assert_eq!(text(&format!(r"{head}a\u8364 ?b\uc0\u228 c{{\uc2\u-10179 xx\u-8704 xx}}d}}")), "a€bäc😀d");
        assert_eq!(text(&format!(r"{head}{{\*\generator Word;}}a{{\pict 0102}}{{\v geheim}}b\{{c\}}\\}}")), r"ab{c}\");
        assert_eq!(text(r"{\rtf1\trowd 1\cell 2\cell\row 3\cell\row}"), "1\t2\t\n3\t\n");
        assert_eq!(text("{\\rtf1 a\r\nb\\bin3 {{{c\\~d}"), "abc\u{a0}d");
    }

    #[test]
    fn html_and_text_come_out_of_their_wrapping() {
        let html = r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <table>}{\*\htmltag148 <td align='r'>}\htmlrtf {\b \htmlrtf0 Summe\htmlrtf }\htmlrtf0 {\*\mhtmltag84 none}{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 5 \'80{\*\htmltag156 </td>}\par {\*\htmltag72 </table>}}";
        assert_eq!(unwrapped(html.as_bytes()), Body::Html("<table><td align='r'>Summe&nbsp;5 €</td>\n</table>".into()));
        assert_eq!(text(r"{\rtf1\ansi\fromtext \pard Nummer:\tab 7\par Ende\par}"), "Nummer:\t7\nEnde\n");
    }

    #[test]
    fn packed_bodies_are_unpacked_and_damaged_ones_told() {
        let rtf = r"{\rtf1\ansi\ansicpg1252\pard hello world, hello world, hello world}";
        let packed = compress_rtf(rtf).unwrap();
        let hello = Body::Text("hello world, hello world, hello world".into());
        assert_eq!(read(&packed).unwrap(), hello);
        assert_eq!(read(&encode_rtf(rtf).unwrap()).unwrap(), hello);
        for cut in 0..packed.len() {
            assert!(read(&packed[..cut]).is_err(), "{cut}");
        }
        let mut damaged = packed.clone();
        damaged[20] ^= 1;
        assert_eq!(read(&damaged), Err("it is damaged".to_owned()));
        damaged[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&damaged), Err("it is longer than 32 MB".to_owned()));
        let mut plain = encode_rtf(rtf).unwrap();
        plain[4..8].copy_from_slice(&1_000_u32.to_le_bytes());
        assert_eq!(read(&plain), Err("it is damaged".to_owned()));
        assert_eq!(read(&compress_rtf("hello").unwrap()), Err("it is no RTF".to_owned()));
    }

    #[test]
    fn what_is_not_well_formed_comes_to_an_end() {
        for broken in [
            "{\\rtf1 a\\",
            "{\\rtf1 a\\'",
            "{\\rtf1 a\\'z",
            "}}}}a",
            "{\\rtf1 a\\u",
            "{\\rtf1\\u-10179 ?",
            "{\\rtf1\\bin9999999999 a",
        ] {
            assert!(matches!(unwrapped(broken.as_bytes()), Body::Text(_)), "{broken}");
        }
        let deep = format!("{}a{}b", "{".repeat(100_000), "}".repeat(100_000));
        assert_eq!(text(&deep), "ab");
    }
}

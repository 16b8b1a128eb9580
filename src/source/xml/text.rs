//! The text of an XML file: its characters as the byte order mark or the file's first line says, and limits before anything
//! is built of it. Document types and entities of their own are refused: no business format needs them, and they can make
//! a small file a huge one, or pull in other files.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use roxmltree::{Document, ParsingOptions};

use crate::source::{Snapshot, SourceError};

/// The longest file that is held in memory as a whole.
const LONGEST: u64 = 64 << 20;

/// The most elements and texts, and the deepest nesting.
const MOST_NODES: u32 = 2_000_000;
const DEEPEST: usize = 200;

/// The longest tag, in bytes: attributes hold names and codes, documents stand in elements.
const LONGEST_TAG: usize = 16 << 10;

/// The whole of a file that has to be held in memory.
pub(in crate::source) fn read_whole(snapshot: &Snapshot) -> Result<Vec<u8>, SourceError> {
    let name = &snapshot.name;
    let too_long = || {
        let title = format!("`{name}` is longer than {} MB", LONGEST >> 20);
        SourceError::file(name, title).help("such a file is read as a whole; let the export be cut into smaller ones")
    };
    let file = File::open(&snapshot.copy).map_err(|error| SourceError::io(name, "open", &error))?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| SourceError::io(name, "read", &error))?;
    if bytes.len() as u64 > LONGEST { Err(too_long()) } else { Ok(bytes) }
}

/// The characters of an XML file, and what its encoding is called.
pub(in crate::source) fn decode<'a>(
    bytes: &'a [u8],
    name: &Arc<str>,
) -> Result<(std::borrow::Cow<'a, str>, &'static str), SourceError> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        // Without a mark, the zeros beside `<` tell the order of bytes.
        None if bytes.starts_with(b"<\0") => (UTF_16LE, 0),
        None if bytes.starts_with(b"\0<") => (UTF_16BE, 0),
        None => (declared(bytes, name)?, 0),
    };
    match encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]) {
        Some(text) => Ok((text, encoding.name())),
        None => {
            let title = format!("`{name}` has bytes that are not {}", encoding.name());
            Err(SourceError::file(name, title).help("the program that wrote it states a wrong encoding, or cut it off"))
        }
    }
}

/// The encoding that the first line of the file states; UTF-8 unless it does.
fn declared(bytes: &[u8], name: &Arc<str>) -> Result<&'static Encoding, SourceError> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]);
    let line = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let label = line.and_then(|line| line.split("encoding").nth(1)).and_then(|rest| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    });
    let Some(label) = label else { return Ok(UTF_8) };
    match Encoding::for_label(label.as_bytes()) {
        // A file of single bytes that says so is not in UTF-16 after all.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(SourceError::file(name, format!("`{name}` states the encoding `{label}`, which does not exist"))),
    }
}

/// The document of a text.
pub(in crate::source) fn parse<'a>(text: &'a str, name: &Arc<str>) -> Result<Document<'a>, SourceError> {
    if let Some(title) = Shape::of(text).excess() {
        return Err(SourceError::file(name, format!("`{name}` is no sensible XML file: {title}")));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let line = u64::from(error.pos().row);
        match error {
            roxmltree::Error::DtdDetected => SourceError::line(
                name,
                first_line_with(text, "<!DOCTYPE"),
                format!("`{name}` has a document type (`<!DOCTYPE`)"),
            )
            .help("such files can pull in others and are refused; ask for the file without it"),
            roxmltree::Error::NodesLimitReached => {
                SourceError::file(name, format!("`{name}` has more than {MOST_NODES} elements"))
                    .help("such a file is read as a whole; let the export be cut into smaller ones")
            }
            other => {
                let said = other.to_string();
                // Its place stands in the error already.
                let said = said.rsplit_once(" at ").map_or(said.as_str(), |(said, _)| said);
                SourceError::line(name, line.max(1), format!("`{name}` is not well-formed XML: {said}"))
                    .help("the file may be cut off; ask for it again")
            }
        }
    })
}

fn first_line_with(text: &str, word: &str) -> u64 {
    text.find(word).map_or(1, |at| line_at(text, at))
}

fn line_at(text: &str, at: usize) -> u64 {
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u64
}

/// Counts lines from one place of a text to later ones, without beginning anew for each.
pub(in crate::source) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// From the beginning of a text.
    pub(in crate::source) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of a place, counted from 1.
    pub(in crate::source) fn of(&mut self, at: usize) -> u64 {
        if at < self.at {
            return line_at(self.text, at);
        }
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..at]).count() as u64;
        self.at = at;
        self.line
    }
}

/// How deep and how wide a file is, told from its tags alone. The parser needs a stack for depth, and compares the
/// attributes of an element with each other.
#[derive(Debug, Default, PartialEq)]
struct Shape {
    deepest: usize,
    longest_tag: usize,
    attributes: usize,
}

impl Shape {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut shape = Self::default();
        let (mut depth, mut at) = (0_usize, 0);
        while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
            let tag = at + found;
            let rest = &text[tag..];
            let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
            if let Some((_, end)) = skipped.iter().find(|(begin, _)| rest.starts_with(begin)) {
                let Some(end_at) = rest.find(end) else { break };
                at = tag + end_at + end.len();
                continue;
            }
            let Some((end, quoted)) = end_of_tag(&bytes[tag..]) else { break };
            shape.attributes += quoted;
            shape.longest_tag = shape.longest_tag.max(end);
            if rest.starts_with("</") {
                depth = depth.saturating_sub(1);
            } else if !rest.starts_with("<!") && bytes[tag + end - 1] != b'/' {
                depth += 1;
                shape.deepest = shape.deepest.max(depth);
            }
            at = tag + end + 1;
        }
        shape
    }

    /// What is beyond the limits, if anything is.
    fn excess(&self) -> Option<String> {
        if self.deepest > DEEPEST {
            Some(format!("its elements are nested more than {DEEPEST} deep"))
        } else if self.longest_tag > LONGEST_TAG {
            Some(format!("it has a tag of {} KB", self.longest_tag >> 10))
        } else if self.attributes > MOST_NODES as usize {
            Some(format!("it has more than {MOST_NODES} attributes"))
        } else {
            None
        }
    }
}

/// Where a tag ends, quoted texts in it passed over, and how many of them there are.
fn end_of_tag(tag: &[u8]) -> Option<(usize, usize)> {
    let (mut at, mut quoted) = (1, 0);
    loop {
        let found = at + memchr::memchr3(b'>', b'"', b'\'', &tag[at..])?;
        if tag[found] == b'>' {
            return Some((found, quoted));
        }
        quoted += 1;
        at = found + 2 + memchr::memchr(tag[found], &tag[found + 1..])?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> Arc<str> {
        "x.xml".into()
    }

    #[test]
    fn characters_are_as_the_file_says() {
        let read = |bytes: &[u8]| decode(bytes, &name()).map(|(text, label)| (text.into_owned(), label));
        assert_eq!(read("<a>ä</a>".as_bytes()).unwrap(), ("<a>ä</a>".to_owned(), "UTF-8"));
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>";
        assert!(read(latin).unwrap().0.ends_with("<a>ä</a>"));
        let wide: Vec<u8> = "<a>ä</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).unwrap(), ("<a>ä</a>".to_owned(), "UTF-16LE"));
        assert_eq!(read(b"<a>\xe4</a>").unwrap_err().title, "`x.xml` has bytes that are not UTF-8");
        let unknown = b"<?xml version=\"1.0\" encoding=\"klingon\"?><a/>";
        assert_eq!(read(unknown).unwrap_err().title, "`x.xml` states the encoding `klingon`, which does not exist");
    }

    #[test]
    fn what_could_do_harm_is_refused() {
        let wrong = |text: &str| parse(text, &name()).map(|_| ()).unwrap_err();
        let typed = wrong("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>");
        assert_eq!(
            (typed.title.as_str(), typed.at.to_string()),
            ("`x.xml` has a document type (`<!DOCTYPE`)", "x.xml:2".into())
        );
        let deep = "<a>".repeat(500_000);
        assert!(wrong(&deep).title.ends_with("nested more than 200 deep"));
        assert_eq!(wrong("<a>\n<b></a>").at.to_string(), "x.xml:2");
        assert!(wrong("").title.starts_with("`x.xml` is not well-formed XML: "));
        assert!(parse(&format!("{}{}", "<a>".repeat(200), "</a>".repeat(200)), &name()).is_ok());
    }

    #[test]
    fn nesting_is_told_from_the_tags() {
        let shape = Shape::of("<?xml?><!-- <x> --><a b='>' c=\"\"><c/><![CDATA[<d><e>]]><f><g x=\"/\"></g></f></a>");
        assert_eq!(shape, Shape { deepest: 3, longest_tag: 13, attributes: 3 });
        let wide = format!("<a {}/>", (0..5000).map(|at| format!("a{at}='' ")).collect::<String>());
        assert_eq!(Shape::of(&wide).excess().unwrap(), "it has a tag of 42 KB");
    }
}

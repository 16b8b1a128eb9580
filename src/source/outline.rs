//! What is in a document, before any recipe: the invoice of an e-invoice, every value of XML and JSON with its path, the
//! text of a PDF and the files inside of it. For `eintrag inspect`.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::einvoice::{self, Invoice};
use super::xml::{decode, parse, read_whole};
use super::{Snapshot, SourceError, json as json_file, pdf, xml};
use crate::record::Why;

/// What is in a document.
pub enum Outline {
    /// An e-invoice: its terms by their plain names, and what is wrong with its sums.
    Invoice {
        /// The name of the file inside of a PDF, where it stands in one.
        embedded: Option<String>,
        /// The terms.
        terms: Map<String, Json>,
        /// What is wrong.
        wrong: Vec<Why>,
    },
    /// XML or JSON: each value with its path.
    Values(Vec<PlacedValue>),
    /// A PDF without an e-invoice.
    Pdf {
        /// The lines of its text, page by page.
        pages: Vec<Vec<String>>,
        /// The names and sizes of the files inside of it.
        files: Vec<(String, usize)>,
    },
}

/// A value of a document.
pub struct PlacedValue {
    /// The path that leads to it.
    pub path: String,
    /// The line, in XML.
    pub line: Option<u64>,
    /// The value as it is written.
    pub value: String,
}

impl Outline {
    /// The outline of a file; none if it is no document of these kinds.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn of(snapshot: &Snapshot) -> Result<Option<Self>, SourceError> {
        let name = &snapshot.name;
        let ending = snapshot.original.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let mut start = Vec::new();
        File::open(&snapshot.copy)
            .and_then(|file| file.take(1024).read_to_end(&mut start))
            .map_err(|error| SourceError::io(name, "read", &error))?;
        match ending.as_deref().unwrap_or_default() {
            "pdf" => Self::of_pdf(snapshot).map(Some),
            _ if start.starts_with(b"%PDF-") => Self::of_pdf(snapshot).map(Some),
            "json" => Self::of_json(snapshot).map(Some),
            "xml" => Self::of_xml(&read_whole(snapshot)?, name, None).map(Some),
            _ => Ok(None),
        }
    }

    fn of_pdf(snapshot: &Snapshot) -> Result<Self, SourceError> {
        let name = &snapshot.name;
        let bytes = read_whole(snapshot)?;
        if !pdf::is_pdf(&bytes) {
            return Err(SourceError::file(name, format!("`{name}` is not a PDF")));
        }
        if let Some(found) = einvoice::open(&bytes, name)? {
            return Self::of_xml(&found.bytes, name, found.embedded);
        }
        let files = pdf::embedded(&bytes, name)?.into_iter().map(|file| (file.name, file.bytes.len())).collect();
        let line = |line: Vec<pdf::PlacedText>| line.into_iter().map(|cell| cell.text).collect::<Vec<_>>().join("  ");
        let pages = pdf::pages(&bytes, name)?.into_iter().map(|page| page.into_iter().map(line).collect()).collect();
        Ok(Outline::Pdf { pages, files })
    }

    fn of_xml(bytes: &[u8], name: &Arc<str>, embedded: Option<String>) -> Result<Self, SourceError> {
        let (text, _) = decode(bytes, name)?;
        let document = parse(&text, name)?;
        if let Some(invoice) = Invoice::of(&document) {
            return Ok(Outline::Invoice { embedded, terms: invoice.to_json(), wrong: invoice.wrong_sums() });
        }
        let mut values = Vec::new();
        xml::outline(&document, &mut |path, line, value| {
            values.push(PlacedValue { path: path.to_owned(), line: Some(line), value: value.trim().to_owned() });
        });
        Ok(Outline::Values(values))
    }

    fn of_json(snapshot: &Snapshot) -> Result<Self, SourceError> {
        let (document, _) = json_file::document(snapshot)?;
        let mut values = Vec::new();
        json_file::outline(&document, &mut |path, value| {
            values.push(PlacedValue { path: path.to_owned(), line: None, value: value.to_string() });
        });
        Ok(Outline::Values(values))
    }

    /// One JSON object a line: for an e-invoice one, for other files one a value or a line of text.
    pub fn lines<'a>(&'a self, name: &'a str) -> Box<dyn Iterator<Item = Json> + 'a> {
        match self {
            Outline::Invoice { embedded, terms, .. } => {
                let origin = embedded.as_ref().map_or_else(|| name.to_owned(), |file| format!("{name} › {file}"));
                let mut line = Map::from_iter([("origin".to_owned(), json!(origin))]);
                line.extend(terms.clone());
                Box::new(std::iter::once(Json::Object(line)))
            }
            Outline::Values(values) => Box::new(values.iter().map(move |value| {
                let origin =
                    value.line.map_or_else(|| format!("{name} › {}", value.path), |line| format!("{name}:{line}"));
                json!({ "origin": origin, "path": value.path, "value": value.value })
            })),
            Outline::Pdf { pages, files } => {
                let files = files.iter().map(move |(file, size)| json!({ "origin": name, "file": file, "size": size }));
                let lines = pages.iter().enumerate().flat_map(move |(page, lines)| {
                    let line =
                        move |(at, text)| json!({ "origin": name, "page": page + 1, "line": at + 1, "text": text });
                    lines.iter().enumerate().map(line)
                });
                Box::new(files.chain(lines))
            }
        }
    }
}

//! From a file with an e-invoice to rows.

use std::iter::once;
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::invoice::Invoice;
use super::sums;
use crate::recipe::model::{DataPath, EinvoiceSource, Per, Pick, TermPath, TermPlace, TermWanted};
use crate::record::{Cell, Origin, Place, Row, Why};
use crate::source::xml::{Lines, decode, parse, read_whole};
use crate::source::{FileFacts, Snapshot, SourceError, Wanted, pdf};

/// The rows of a file with an e-invoice, and how many lines in it are no rows, since they say what other lines are made
/// of.
///
/// # Errors
/// What keeps the file from being read as an invoice.
pub(in crate::source) fn rows(
    source: &EinvoiceSource,
    snapshot: &Snapshot,
    wanted: &Wanted,
) -> Result<(Vec<Row>, FileFacts, u64), SourceError> {
    let name = &snapshot.name;
    let facts = FileFacts::new(name);
    let bytes = read_whole(snapshot)?;
    let Some(found) = open(&bytes, name)? else {
        let mut row = Row::new(Origin::file(Arc::clone(name)));
        row.problems.push(Why::NoInvoice);
        return Ok((vec![row], facts, 0));
    };
    let (text, _) = decode(&found.bytes, name)?;
    let document = parse(&text, name)?;
    let Some(invoice) = Invoice::of(&document) else { return Err(no_invoice(&document, name)) };
    let wrong = sums::wrong(&invoice);
    // What the whole invoice says is looked up once for all of its lines.
    let whole: Vec<Vec<Option<Vec<String>>>> = wanted
        .picks
        .iter()
        .map(|pick| match pick {
            Pick::Path { paths, .. } => paths.iter().map(|path| of_invoice(&invoice, path)).collect(),
            _ => Vec::new(),
        })
        .collect();
    let row = |place: Place, line: Option<Node<'_, '_>>| {
        let mut row = Row::new(Origin { file: Arc::clone(name), place });
        row.problems.extend(wrong.iter().cloned());
        for (number, (pick, whole)) in wanted.picks.iter().zip(&whole).enumerate() {
            let Pick::Path { paths, first } = pick else { continue };
            for (path, whole) in paths.iter().zip(whole) {
                let DataPath::Term(path) = path else { continue };
                let own = if whole.is_none() { of_line(&invoice, path, line) } else { Vec::new() };
                let values = whole.as_ref().unwrap_or(&own);
                put(&mut row, number, path, values, *first);
                if !values.is_empty() {
                    break;
                }
            }
        }
        row
    };
    let mut left_out = 0;
    let rows = match source.per {
        Per::Invoice => vec![row(Place::File, None)],
        Per::Line | Per::SubLine => {
            let mut numbers = Lines::new(&text);
            let mut lines = invoice.lines();
            if source.per == Per::SubLine {
                lines = lines.into_iter().flat_map(|line| once(line).chain(invoice.sub_lines(line))).collect();
            } else {
                left_out = lines.iter().map(|line| invoice.sub_lines(*line).count() as u64).sum();
            }
            if lines.is_empty() {
                let mut whole = row(Place::File, None);
                whole.problems.push(Why::NoLines);
                vec![whole]
            } else {
                let place = |number: u64| match &found.embedded {
                    Some(embedded) => Place::Item(format!("{embedded}:{number}").into()),
                    None => Place::Line(number),
                };
                lines.iter().map(|line| row(place(numbers.of(line.range().start)), Some(*line))).collect()
            }
        }
    };
    Ok((rows, facts, left_out))
}

/// The XML of an e-invoice, and where it stood.
pub(in crate::source) struct Opened {
    pub(in crate::source) bytes: Vec<u8>,
    /// The name of the file inside of a PDF.
    pub(in crate::source) embedded: Option<String>,
}

/// The XML of a file; none for a PDF that has no invoice in it.
///
/// # Errors
/// It is a PDF that cannot be read.
pub(in crate::source) fn open(bytes: &[u8], name: &Arc<str>) -> Result<Option<Opened>, SourceError> {
    if !pdf::is_pdf(bytes) {
        return Ok(Some(Opened { bytes: bytes.to_vec(), embedded: None }));
    }
    let files = pdf::embedded(bytes, name)?;
    let is_invoice = |file: &&pdf::Embedded| {
        decode(&file.bytes, name)
            .is_ok_and(|(text, _)| parse(&text, name).is_ok_and(|document| Invoice::of(&document).is_some()))
    };
    let found = files.iter().find(|file| is_invoice(file));
    Ok(found.map(|file| Opened { bytes: file.bytes.clone(), embedded: Some(file.name.clone()) }))
}

/// What a path means in the whole invoice; none where it means something in each line.
fn of_invoice(invoice: &Invoice<'_, '_>, path: &DataPath) -> Option<Vec<String>> {
    let DataPath::Term(path) = path else { return None };
    match &path.wanted {
        TermWanted::CreditNote => Some(vec![invoice.is_credit_note().to_string()]),
        TermWanted::Term(term, choice) => match term.place {
            TermPlace::Vat => Some(invoice.vat_values(term, choice.as_ref())),
            TermPlace::Invoice => Some(invoice.values(term)),
            TermPlace::Line => None,
        },
    }
}

/// What a path means in a line.
fn of_line<'a, 'i>(invoice: &Invoice<'a, 'i>, path: &TermPath, line: Option<Node<'a, 'i>>) -> Vec<String> {
    match (&path.wanted, line) {
        (TermWanted::Term(term, _), Some(line)) => invoice.values_in(term, line),
        _ => Vec::new(),
    }
}

fn put(row: &mut Row, number: usize, path: &TermPath, values: &[String], first: bool) {
    match values {
        [] => {}
        [one] => row.pick(number, Cell::Text(one)),
        [one, ..] if first => row.pick(number, Cell::Text(one)),
        several => {
            let why = Why::PathTwice { path: path.source.clone(), times: several.len() };
            row.pick(number, Cell::Wrong(&why));
        }
    }
}

fn no_invoice(document: &Document<'_>, name: &Arc<str>) -> SourceError {
    let root = document.root_element().tag_name().name();
    SourceError::file(name, format!("`{name}` is no e-invoice: its root is `{root}`"))
        .help("e-invoices are UBL (`Invoice`, `CreditNote`) and CII (`CrossIndustryInvoice`); read others by `xml:`")
}

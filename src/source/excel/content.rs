//! An OpenDocument workbook, looked through before calamine loads it whole: how many cells its repeated rows and columns
//! come to, and what stands between the cells of a row that calamine does not take (white space, comments). A book with
//! such is mended: it is handed on without them.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read, Seek, Write};
use std::sync::Arc;

use calamine::Data;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use super::area::{Area, LAST_COLUMN, LAST_ROW};
use super::guard::{MOST_MEMORY, memory, too_large};
use super::oddities::Oddities;
use crate::source::SourceError;

/// An OpenDocument workbook that is safe to load.
#[derive(Default)]
pub(super) struct Checked {
    /// The mended book, where mending was needed.
    pub(super) mended: Option<Vec<u8>>,
    /// The hidden and filtered rows and the merged cells of each sheet.
    pub(super) odd: HashMap<String, Oddities>,
}

/// Looks through `content.xml`.
///
/// # Errors
/// A book whose sheets ask for too much memory.
pub(super) fn check<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &Arc<str>) -> Result<Checked, SourceError> {
    let Ok(part) = zip.by_name("content.xml") else { return Ok(Checked::default()) };
    let mut survey = Survey::default();
    // What is no XML is calamine's to complain about; what stood before it has been counted.
    let whole = events(BufReader::new(part), &mut |event, inside| survey.count(event, inside));
    if survey.memory > MOST_MEMORY {
        return Err(too_large(name, &memory(survey.memory)));
    }
    let mended = if survey.untidy && whole.is_ok() { mend(zip).ok() } else { None };
    Ok(Checked { mended, odd: survey.odd })
}

/// Where an event stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Outside of rows.
    Elsewhere,
    /// Directly in a row: a row's own tags and those of its cells.
    Row,
    /// In a cell.
    Cell,
    /// Directly in a row, and neither a cell nor in one.
    Stray,
}

/// Goes through the events of a part, each with where it stands.
fn events(part: impl std::io::BufRead, take: &mut dyn FnMut(&Event<'_>, Inside)) -> Result<(), quick_xml::Error> {
    let mut reader = quick_xml::Reader::from_reader(part);
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut in_row = false;
    // How deep in a cell, or in something that is no cell.
    let mut depth = 0_u32;
    let mut stray = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer)?;
        let inside = match &event {
            Event::Eof => return Ok(()),
            Event::Start(_) if depth > 0 => {
                depth += 1;
                if stray { Inside::Stray } else { Inside::Cell }
            }
            Event::Start(element) if in_row => {
                depth = 1;
                stray = !is_cell(element);
                if stray { Inside::Stray } else { Inside::Row }
            }
            Event::Start(element) => {
                let name = element.name();
                in_row = AsRef::<str>::as_ref(&name) == "table:table-row";
                if in_row { Inside::Row } else { Inside::Elsewhere }
            }
            Event::End(_) if depth > 0 => {
                depth -= 1;
                match (stray, depth) {
                    (true, _) => Inside::Stray,
                    (false, 0) => Inside::Row,
                    _ => Inside::Cell,
                }
            }
            Event::End(_) if in_row => {
                in_row = false;
                Inside::Row
            }
            _ if depth > 0 => {
                if stray {
                    Inside::Stray
                } else {
                    Inside::Cell
                }
            }
            _ if in_row => Inside::Stray,
            _ => Inside::Elsewhere,
        };
        take(&event, inside);
    }
}

fn is_cell(element: &BytesStart<'_>) -> bool {
    let name = element.name();
    matches!(name.as_ref(), "table:table-cell" | "table:covered-table-cell")
}

fn attribute(element: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| {
        let key: &str = attribute.key.as_ref();
        key == wanted
    })?;
    let value: &str = found.value.as_ref();
    Some(quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned()))
}

/// How often something is repeated, up to what a sheet can have.
fn repeated(element: &BytesStart<'_>, wanted: &str, most: u32) -> u64 {
    let count = attribute(element, wanted).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    count.min(u64::from(most) + 1)
}

/// What a book asks for.
#[derive(Default)]
struct Survey {
    memory: u64,
    untidy: bool,
    odd: HashMap<String, Oddities>,
    table: Table,
    row: Row,
    cell: Cell,
}

#[derive(Default)]
struct Table {
    name: String,
    /// Rows from the first used one to the last, as the sheet shows them, and what waits to be one of them.
    rows: u64,
    blank_rows: u64,
    /// The cells in the order of the file.
    listed: u64,
    widest: u64,
    formulas: bool,
    texts: u64,
    /// The number of the next row.
    at: u64,
}

#[derive(Default)]
struct Row {
    repeated: u64,
    width: u64,
    blank_cells: u64,
    texts: u64,
    /// The column of the next cell.
    at: u64,
}

#[derive(Default)]
struct Cell {
    repeated: u64,
    used: bool,
    text: u64,
}

impl Survey {
    fn count(&mut self, event: &Event<'_>, inside: Inside) {
        match (event, inside) {
            (Event::Start(element), Inside::Elsewhere) => {
                let name = element.name();
                if AsRef::<str>::as_ref(&name) == "table:table" {
                    self.end_table();
                    self.table.name = attribute(element, "table:name").unwrap_or_default();
                }
            }
            (Event::End(element), Inside::Elsewhere) => {
                let name = element.name();
                if AsRef::<str>::as_ref(&name) == "table:table" {
                    self.end_table();
                }
            }
            (Event::Start(element), Inside::Row) if is_cell(element) => {
                let (mut used, mut spans) = (false, false);
                for attribute in element.attributes().with_checks(false).flatten() {
                    let key: &str = attribute.key.as_ref();
                    used |= key.starts_with("office:") || key == "table:formula";
                    spans |= key.ends_with("-spanned");
                }
                if spans {
                    self.merge(element);
                }
                self.table.formulas |= used && attribute(element, "table:formula").is_some();
                self.cell = Cell {
                    repeated: repeated(element, "table:number-columns-repeated", LAST_COLUMN),
                    used,
                    text: if used { element.len() as u64 } else { 0 },
                };
                self.row.at += self.cell.repeated;
            }
            (Event::Start(element), Inside::Row) => self.begin_row(element),
            (Event::End(element), Inside::Row) => {
                let name = element.name();
                if AsRef::<str>::as_ref(&name) == "table:table-row" { self.end_row() } else { self.end_cell() }
            }
            (Event::Text(text), Inside::Cell) => self.cell.text += text.len() as u64,
            (_, Inside::Stray) => self.untidy = true,
            _ => {}
        }
    }

    fn begin_row(&mut self, element: &BytesStart<'_>) {
        self.row = Row { repeated: repeated(element, "table:number-rows-repeated", LAST_ROW), ..Row::default() };
        if attribute(element, "table:visibility").is_some_and(|text| text != "visible") {
            // Both are at most the number of rows that a sheet has, which fits.
            let first = self.table.at.min(u64::from(LAST_ROW)) as u32;
            let last = (self.table.at + self.row.repeated - 1).min(u64::from(LAST_ROW)) as u32;
            self.odd.entry(self.table.name.clone()).or_default().hidden.insert_range(first, last);
        }
        self.table.at += self.row.repeated;
    }

    /// A cell that reaches over others, in the row that was begun last.
    fn merge(&mut self, element: &BytesStart<'_>) {
        let last = |first: u64, wanted: &str, most: u32| {
            let span = attribute(element, wanted).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
            (first + span.clamp(1, u64::from(most) + 1) - 1).min(u64::from(most)) as u32
        };
        let (row, column) = (self.table.at - self.row.repeated, self.row.at);
        if row > u64::from(LAST_ROW) || column > u64::from(LAST_COLUMN) {
            return;
        }
        let area = Area {
            first_row: row as u32,
            last_row: last(row, "table:number-rows-spanned", LAST_ROW),
            first_column: column as u32,
            last_column: last(column, "table:number-columns-spanned", LAST_COLUMN),
        };
        self.odd.entry(self.table.name.clone()).or_default().merged.push(area);
    }

    fn end_cell(&mut self) {
        let Cell { repeated, used, text } = std::mem::take(&mut self.cell);
        if used {
            self.row.width = (self.row.width + self.row.blank_cells + repeated).min(u64::from(LAST_COLUMN) + 1);
            self.row.blank_cells = 0;
            self.row.texts = self.row.texts.saturating_add(text.saturating_mul(repeated));
        } else {
            self.row.blank_cells += repeated;
        }
    }

    fn end_row(&mut self) {
        let Row { repeated, width, texts, .. } = std::mem::take(&mut self.row);
        let table = &mut self.table;
        if width > 0 {
            table.rows = (table.rows + table.blank_rows + repeated).min(u64::from(LAST_ROW) + 1);
            table.blank_rows = 0;
            table.widest = table.widest.max(width);
            table.listed += width;
            table.texts = table.texts.saturating_add(texts.saturating_mul(repeated + 1));
        } else if table.rows > 0 {
            table.blank_rows += repeated;
        }
    }

    /// Calamine first lists the cells of the file with their formulas, then lays them out in a rectangle, which is
    /// copied when the sheet is read.
    fn end_table(&mut self) {
        let Table { rows, listed, widest, formulas, texts, .. } = std::mem::take(&mut self.table);
        let (cell, formula) = (size_of::<Data>() as u64, size_of::<String>() as u64);
        let laid_out = rows.saturating_mul(widest).saturating_mul(2 * cell + if formulas { formula } else { 0 });
        let needed = (listed * (cell + formula)).saturating_add(laid_out).saturating_add(texts.saturating_mul(2));
        self.memory = self.memory.saturating_add(needed);
    }
}

/// The book without what stands between cells.
fn mend<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for part in ["mimetype", "META-INF/manifest.xml"] {
        book.raw_copy_file(zip.by_name(part)?)?;
    }
    book.start_file("content.xml", SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))?;
    let mut writer = quick_xml::Writer::new(std::io::BufWriter::new(&mut book));
    let mut failed = None;
    events(BufReader::new(zip.by_name("content.xml")?), &mut |event, inside| {
        if inside != Inside::Stray
            && let Err(error) = writer.write_event(event.borrow())
        {
            failed = Some(error);
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    writer.into_inner().flush()?;
    Ok(book.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ods(table: &str) -> ZipArchive<Cursor<Vec<u8>>> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (part, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest:manifest/>"),
            (
                "content.xml",
                &format!(
                    "<office:document-content><table:table table:name=\"A\">{table}</table:table></office:document-content>"
                ),
            ),
        ] {
            zip.start_file(part, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        ZipArchive::new(zip.finish().unwrap()).unwrap()
    }

    const CELL: &str = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;

    #[test]
    fn repeated_blank_rows_and_columns_at_the_end_cost_nothing() {
        let blank = r#"<table:table-cell table:number-columns-repeated="16383"/>"#;
        let row = format!(r#"<table:table-row>{CELL}{blank}</table:table-row>"#);
        let rest = format!(r#"<table:table-row table:number-rows-repeated="1048575">{blank}</table:table-row>"#);
        assert!(check(&mut ods(&format!("{row}{rest}")), &"a.ods".into()).unwrap().mended.is_none());
    }

    #[test]
    fn repeated_cells_are_counted_before_they_cost_memory() {
        let all = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/></table:table-row>"#;
        let corners = format!(
            r#"<table:table-row>{CELL}</table:table-row><table:table-row table:number-rows-repeated="1048574"/><table:table-row><table:table-cell table:number-columns-repeated="16383"/>{CELL}</table:table-row>"#
        );
        let long = format!(
            r#"<table:table-row table:number-rows-repeated="100000"><table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell></table:table-row>"#,
            "x".repeat(30_000)
        );
        for table in [all, &corners, &long] {
            let error = check(&mut ods(table), &"a.ods".into()).err().unwrap();
            assert!(error.title.starts_with("`a.ods` is refused, because reading it would take more than"), "{error}");
        }
    }

    #[test]
    fn what_stands_between_cells_is_taken_out_and_hidden_rows_are_known() {
        let table = format!(
            "<table:table-row>\n  {CELL}<!-- x -->\n</table:table-row>\n<table:table-row table:visibility=\"filter\" table:number-rows-repeated=\"2\">{CELL}</table:table-row>"
        );
        let checked = check(&mut ods(&table), &"a.ods".into()).unwrap();
        let mut mended = ZipArchive::new(Cursor::new(checked.mended.unwrap())).unwrap();
        let mut content = String::new();
        mended.by_name("content.xml").unwrap().read_to_string(&mut content).unwrap();
        assert!(content.contains(r#"<table:table-row><table:table-cell office:value-type="float" office:value="1"></table:table-cell></table:table-row>"#), "{content}");
        let hidden: Vec<u32> = (0..5).filter(|row| checked.odd["A"].hidden.contains(*row)).collect();
        assert_eq!(hidden, [1, 2]);
    }

    #[test]
    fn merged_cells_are_known() {
        let wide = r#"<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"/><table:covered-table-cell/>"#;
        let tall = r#"<table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="99999999999"/>"#;
        let table = format!(
            r#"<table:table-row table:number-rows-repeated="3"/><table:table-row><table:table-cell table:number-columns-repeated="2"/>{wide}{tall}</table:table-row>"#
        );
        let merged = &check(&mut ods(&table), &"a.ods".into()).unwrap().odd["A"].merged;
        let area = |last_row, first_column, last_column| Area { first_row: 3, last_row, first_column, last_column };
        assert_eq!(*merged, [area(3, 2, 3), area(LAST_ROW, 4, 4)]);
    }
}

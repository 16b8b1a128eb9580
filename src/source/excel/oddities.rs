//! What the text of an xlsx sheet says that calamine does not: formulas that have no value yet, error values that it
//! does not know, hidden rows and merged cells. Only sheets that have such are read a second time.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Seek};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::area::Area;
use super::mend;
use super::rows::RowSet;

/// The error values that calamine knows.
const KNOWN_ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// A cell as row and column, counted from 0.
pub(super) type Position = (u32, u32);

/// What is odd in one sheet, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Oddities {
    /// Formulas without a value.
    pub(super) uncalculated: VecDeque<Position>,
    /// Error values that calamine stops at.
    pub(super) errors: VecDeque<(Position, String)>,
    /// Whether cells do not say where they stand; calamine then counts wrongly after an error that it stops at.
    pub(super) unplaced: bool,
    /// Rows that are hidden, by hand or by a filter.
    pub(super) hidden: RowSet,
    /// Merged cells.
    pub(super) merged: Vec<Area>,
}

/// Reads them from an archive; nothing where the sheet's part is not found or is no XML, which calamine then tells.
pub(super) fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, sheet: &str) -> Oddities {
    let mut found = Oddities::default();
    let Some(part) = mend::sheet_parts(zip).ok().and_then(|mut parts| parts.remove(sheet)) else { return found };
    if let Ok(part) = zip.by_name(&part) {
        // What stands before a fault is as good as what calamine reads before it.
        let _ = found.gather(BufReader::new(part));
    }
    found
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    kind: String,
    formula: bool,
    value: Option<String>,
    in_value: bool,
}

impl Oddities {
    fn gather(&mut self, part: impl BufRead) -> Result<(), quick_xml::Error> {
        let mut reader = quick_xml::Reader::from_reader(part);
        reader.config_mut().check_end_names = false;
        reader.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        let (mut row, mut column) = (0_u32, 0_u32);
        let mut open: Option<Open> = None;
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Eof => return Ok(()),
                Event::Start(element) => match (element.local_name().as_ref(), &mut open) {
                    ("row", _) => {
                        if let Some(number) = number(&element, "r") {
                            row = number.saturating_sub(1);
                        }
                        if of(&element, "hidden").is_some_and(|text| matches!(text.as_str(), "1" | "true")) {
                            self.hidden.insert(row);
                        }
                    }
                    ("c", _) => {
                        if let Some(area) = of(&element, "r").and_then(|text| Area::parse(&text)) {
                            (row, column) = (area.first_row, area.first_column);
                        } else {
                            self.unplaced = true;
                        }
                        open = Some(Open { kind: of(&element, "t").unwrap_or_default(), ..Open::default() });
                    }
                    ("f", Some(cell)) => cell.formula = true,
                    ("v", Some(cell)) => {
                        cell.in_value = true;
                        cell.value = Some(String::new());
                    }
                    ("is", Some(cell)) => cell.value = Some("inline".into()),
                    ("mergeCell", _) => {
                        self.merged.extend(of(&element, "ref").and_then(|text| Area::parse(&text)));
                    }
                    _ => {}
                },
                Event::Text(text) => {
                    if let Some(Open { in_value: true, value: Some(value), .. }) = &mut open {
                        value.push_str(&text);
                    }
                }
                Event::End(element) => match element.local_name().as_ref() {
                    "c" => {
                        if let Some(cell) = open.take() {
                            self.judge((row, column), &cell);
                        }
                        column += 1;
                    }
                    "v" => {
                        if let Some(cell) = &mut open {
                            cell.in_value = false;
                        }
                    }
                    "row" => {
                        row += 1;
                        column = 0;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn judge(&mut self, at: Position, cell: &Open) {
        // The value of a formula may be the empty text, which is stored as one.
        let blank = match &cell.value {
            None => true,
            Some(value) => value.is_empty() && cell.kind != "str",
        };
        if cell.formula && blank {
            self.uncalculated.push_back(at);
        }
        if cell.kind == "e"
            && let Some(value) = &cell.value
            && !value.is_empty()
            && !KNOWN_ERRORS.contains(&value.as_str())
        {
            self.errors.push_back((at, value.clone()));
        }
    }
}

fn of(element: &BytesStart<'_>, wanted: &str) -> Option<String> {
    mend::attribute(element, |key| key == wanted)
}

fn number(element: &BytesStart<'_>, wanted: &str) -> Option<u32> {
    of(element, wanted)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_without_value_odd_errors_hidden_rows_and_merged_cells_are_found() {
        let sheet = r##"<worksheet><sheetData>
            <row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2"><f>A1</f><v></v></c>
                <c r="D2" t="str"><f>A1</f><v></v></c><c r="E2"/></row>
            <row r="4" hidden="1"><c t="e"><f>X()</f><v>#SPILL!</v></c><c t="e"><v>#N/A</v></c><c><f>B1</f><v/></c></row>
            <row hidden="true"/>
        </sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>"##;
        let mut found = Oddities::default();
        found.gather(sheet.as_bytes()).unwrap();
        assert_eq!(found.uncalculated, [(1, 0), (1, 2), (3, 2)]);
        assert_eq!(found.errors, [((3, 0), "#SPILL!".to_owned())]);
        assert!(found.hidden.contains(3) && found.hidden.contains(4) && !found.hidden.contains(1));
        assert_eq!(found.merged, [Area { first_row: 0, last_row: 1, first_column: 0, last_column: 0 }]);
    }
}

//! The part of a sheet that holds the rows: a cell range, a table, a defined name, or all of it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The last row and column of a sheet, counted from 0 (ECMA-376: 1,048,576 rows, 16,384 columns).
pub(super) const LAST_ROW: u32 = 1_048_575;
pub(super) const LAST_COLUMN: u32 = 16_383;

/// Rows and columns, counted from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) first_row: u32,
    pub(super) last_row: u32,
    pub(super) first_column: u32,
    pub(super) last_column: u32,
}

impl Area {
    /// The whole sheet.
    pub(super) const ALL: Self = Self { first_row: 0, last_row: LAST_ROW, first_column: 0, last_column: LAST_COLUMN };

    /// `B3:F200`, `$B$3:$F$200`, `B3`, `B:F`, `3:200`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let (from_column, from_row) = corner(from)?;
        let (to_column, to_row) = corner(to)?;
        if from_column.is_some() != to_column.is_some() || from_row.is_some() != to_row.is_some() {
            return None;
        }
        let (first_column, last_column) = order(from_column, to_column, LAST_COLUMN);
        let (first_row, last_row) = order(from_row, to_row, LAST_ROW);
        Some(Self { first_row, last_row, first_column, last_column })
    }

    /// A reference such as `'Offene Posten'!$A$1:$C$10`: the sheet and the area.
    pub(super) fn parse_reference(text: &str) -> Option<(String, Self)> {
        let text = text.strip_prefix('=').unwrap_or(text);
        // OpenDocument writes `$Sheet1.$A$1:.$C$10`.
        let at = text.rfind('!').or_else(|| text.find(".$")).or_else(|| text.find('.'))?;
        let (sheet, area) = (&text[..at], &text[at + 1..]);
        let sheet = sheet.trim_start_matches('$');
        let sheet = match sheet.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(quoted) => quoted.replace("''", "'"),
            None => sheet.to_owned(),
        };
        Some((sheet, Self::parse(&area.replace(":.", ":"))?))
    }
}

/// Row and column, counted from 0, at which a range such as `B3:F200` begins.
pub(crate) fn range_start(range: &str) -> Option<(u32, u32)> {
    Area::parse(range).map(|area| (area.first_row, area.first_column))
}

fn order(one: Option<u32>, other: Option<u32>, last: u32) -> (u32, u32) {
    match (one, other) {
        (Some(one), Some(other)) => (one.min(other), one.max(other)),
        _ => (0, last),
    }
}

/// The column and row of a corner, of which one may be missing.
fn corner(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let text = text.trim();
    let text = text.strip_prefix('$').unwrap_or(text);
    let letters = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).len();
    let (letters, rest) = text.split_at(letters);
    let digits = rest.strip_prefix('$').unwrap_or(rest);
    if letters.len() > 3 || digits.len() > 7 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let column = if letters.is_empty() { None } else { Some(column - 1) };
    let row = if digits.is_empty() { None } else { Some(digits.parse::<u32>().ok()?.checked_sub(1)?) };
    let known = column.is_none_or(|column| column <= LAST_COLUMN) && row.is_none_or(|row| row <= LAST_ROW);
    (known && (column.is_some() || row.is_some())).then_some((column, row))
}

/// A table of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) area: Area,
    pub(super) header: bool,
}

/// The tables of an xlsx file, as their parts `xl/tables/table*.xml` describe them (ECMA-376, 18.5.1.2). A totals row
/// is no part of the area.
pub(super) fn tables(path: &Path) -> Result<Vec<Table>, Box<dyn std::error::Error>> {
    let mut zip = zip::ZipArchive::new(BufReader::new(File::open(path)?))?;
    let names: Vec<String> = zip
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| name.to_lowercase().starts_with("xl/tables/") && name.ends_with(".xml"))
        .collect();
    let mut tables = Vec::new();
    for name in names {
        let part = zip.by_name(&name)?;
        // The element in question is the first one; a part that hides it behind a megabyte is none.
        if let Some(table) = table(BufReader::new(part.take(1 << 20)))? {
            tables.push(table);
        }
    }
    Ok(tables)
}

fn table(part: impl BufRead) -> Result<Option<Table>, quick_xml::Error> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) | Event::Empty(element) => {
                let attribute = |wanted: &str| -> Option<String> {
                    element
                        .attributes()
                        .flatten()
                        .find(|attribute| {
                            let key: &str = attribute.key.as_ref();
                            key == wanted
                        })
                        .and_then(|attribute| {
                            let value: &str = attribute.value.as_ref();
                            quick_xml::escape::unescape(value).ok().map(|value| value.into_owned())
                        })
                };
                let count =
                    |wanted: &str, default: u32| attribute(wanted).map_or(Some(default), |text| text.parse().ok());
                let described = || {
                    let mut area = Area::parse(&attribute("ref")?)?;
                    area.last_row = area.last_row.saturating_sub(count("totalsRowCount", 0)?);
                    let name = attribute("displayName").or_else(|| attribute("name"))?;
                    Some(Table { name, area, header: count("headerRowCount", 1)? > 0 })
                };
                return Ok(described());
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(first_row: u32, last_row: u32, first_column: u32, last_column: u32) -> Area {
        Area { first_row, last_row, first_column, last_column }
    }

    #[test]
    fn ranges_are_read_as_a_spreadsheet_writes_them() {
        assert_eq!(Area::parse("B3:F200"), Some(area(2, 199, 1, 5)));
        assert_eq!(Area::parse("$F$200:$b$3"), Some(area(2, 199, 1, 5)));
        assert_eq!(Area::parse("C7"), Some(area(6, 6, 2, 2)));
        assert_eq!(Area::parse("B:AA"), Some(area(0, LAST_ROW, 1, 26)));
        assert_eq!(Area::parse("3:5"), Some(area(2, 4, 0, LAST_COLUMN)));
        assert_eq!(Area::parse("A1:XFD1048576"), Some(Area::ALL));
        for wrong in ["", ":", "A0", "XFE1", "A1048577", "A1:B", "A1:2", "A1:B2:C3", "Blatt1", "ä1", "A-1", "A1 B2"] {
            assert_eq!(Area::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn references_name_their_sheet() {
        let found = |text| Area::parse_reference(text);
        assert_eq!(found("Sheet1!$A$1:$C$10"), Some(("Sheet1".into(), area(0, 9, 0, 2))));
        assert_eq!(found("'Offene ''Posten'''!$A$1"), Some(("Offene 'Posten'".into(), area(0, 0, 0, 0))));
        assert_eq!(found("$Sheet1.$A$1:.$C$10"), Some(("Sheet1".into(), area(0, 9, 0, 2))));
        assert_eq!(found("SUM(1,2)"), None);
        assert_eq!(found("#REF!"), None);
    }
}

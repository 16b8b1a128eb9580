//! Agreement with what independent readers found in files that others wrote. The files stay outside the repository;
//! without their folder there is nothing to compare.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::{Reader, Snapshot, SourceError, Wanted, list_sheets};
use crate::recipe::model::{CsvSource, ExcelSource, HeaderRow, Locale, SheetChoice, Source, SourceKind};
use crate::record::{Cell, Origin, Place, Row};

fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    folder.is_dir().then_some(folder)
}

fn files(corpora: &Path, folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(corpora.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn expected(corpora: &Path, folder: &str, file: &Path) -> Json {
    let name = file.file_name().unwrap().to_string_lossy();
    let path = corpora.join("expected").join(folder).join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn source(kind: SourceKind) -> Source {
    Source { kind, locale: Locale::De, zone: "Europe/Berlin".into() }
}

/// Text, and the letter of its type.
fn shown(cell: Cell<'_>) -> (Option<String>, char) {
    match cell {
        Cell::Empty => (None, '-'),
        Cell::Text(text) => (Some(text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()), 's'),
        Cell::Number { digits, .. } => (Some(digits.to_owned()), 'n'),
        Cell::Bool(value) => (Some(value.to_string()), 'b'),
        Cell::Date(value) if value.time() == jiff::civil::Time::midnight() => (Some(value.date().to_string()), 'd'),
        Cell::Date(value) => (Some(value.to_string()), 'd'),
        Cell::Time(value) => (Some(value.to_string()), 't'),
        Cell::Duration(text) => (Some(text.to_owned()), 'p'),
        Cell::Error(text) => (Some(text.to_owned()), 'e'),
    }
}

fn csv_rows(snapshot: &Snapshot) -> Result<Vec<Vec<String>>, SourceError> {
    let csv = CsvSource { header: HeaderRow::None, ..CsvSource::default() };
    let mut reader = Reader::open(&source(SourceKind::Csv(csv)), snapshot)?;
    let mut row = Row::new(Origin::file("x"));
    let mut rows = Vec::new();
    while reader.next(&mut row)? {
        rows.push(row.cells().map(|cell| shown(cell).0.unwrap_or_default()).collect());
    }
    Ok(rows)
}

#[test]
fn csv_files_are_read_as_others_read_them() {
    let Some(corpora) = corpora() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for file in files(&corpora, "csv") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let answer = expected(&corpora, "csv", &file);
        let snapshot = Snapshot::take(&file, folder.path()).unwrap();
        let rows = match csv_rows(&snapshot) {
            Ok(rows) => rows,
            Err(error) => {
                wrong.push(format!("{name}: {error} ({})", error.at));
                continue;
            }
        };
        let texts = |key: &str| -> Vec<Vec<String>> {
            let row = |row: &Json| -> Vec<String> {
                row.as_array()
                    .unwrap()
                    .iter()
                    .map(|cell| {
                        cell.as_str().unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
                    })
                    .collect()
            };
            answer[key].as_array().unwrap().iter().map(row).collect()
        };
        let (first, last) = (texts("first"), texts("last"));
        if answer["records"].as_u64() != Some(rows.len() as u64) {
            wrong.push(format!("{name}: {} records instead of {}", rows.len(), answer["records"]));
        } else if let Some(at) = (0..first.len()).find(|at| rows[*at] != first[*at]) {
            wrong.push(format!("{name}: record {}: {:?} instead of {:?}", at + 1, rows[at], first[at]));
        } else if rows[rows.len() - last.len()..] != last {
            wrong.push(format!("{name}: the last records differ"));
        }
    }
    assert!(wrong.is_empty(), "{} files differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// One sheet: rows by number, of cells as text and type.
type Sheet = std::collections::BTreeMap<usize, Vec<(Option<String>, char)>>;

fn sheet_rows(snapshot: &Snapshot, number: u32) -> Result<Sheet, SourceError> {
    let excel = ExcelSource {
        files: Vec::new(),
        sheet: SheetChoice::Index(number),
        header: HeaderRow::None,
        range: None,
        table: None,
        name: None,
    };
    let mut reader = Reader::open_with(&source(SourceKind::Excel(excel)), snapshot, &Wanted::default())?;
    let mut row = Row::new(Origin::file("x"));
    let mut rows = Sheet::new();
    while reader.next(&mut row)? {
        let Place::Sheet { row: at, .. } = row.origin.place else { panic!("{}", row.origin) };
        rows.insert(at as usize - 1, row.cells().map(shown).collect());
    }
    Ok(rows)
}

fn same(one: &(Option<String>, char), other: &(Option<String>, char)) -> bool {
    let number = |cell: &(Option<String>, char)| cell.0.as_deref().and_then(|text| text.parse::<f64>().ok());
    match (one.1, other.1) {
        ('n', 'n') => {
            matches!((number(one), number(other)), (Some(a), Some(b)) if (a - b).abs() <= 1e-12 * a.abs().max(b.abs()))
        }
        (one_type, other_type) => one_type == other_type && one.0 == other.0,
    }
}

fn compare_sheet(found: &Sheet, answer: &Json) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap();
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let types: Vec<char> = answer["types"][at].as_str().unwrap_or_default().chars().collect();
        let row = row.as_array().unwrap();
        for column in 0..row.len().max(found.get(&at).map_or(0, Vec::len)).min(100) {
            let text = row.get(column).and_then(Json::as_str).map(|text| text.trim().to_owned());
            let text = text.filter(|text| !text.is_empty());
            let kind = if text.is_none() { '-' } else { types.get(column).copied().unwrap_or('-') };
            let mut cell = found.get(&at).and_then(|row| row.get(column)).cloned().unwrap_or((None, '-'));
            if cell.0.as_deref() == Some("") {
                cell = (None, '-');
            }
            if !same(&cell, &(text.clone(), kind)) {
                wrong.push(format!(
                    "{}{}: {cell:?} instead of {:?}",
                    super::header::letters(column),
                    at + 1,
                    (text, kind)
                ));
            }
        }
    }
    let beyond = found.keys().filter(|at| **at >= rows.len()).count();
    if rows.len() < 200 && beyond > 0 {
        wrong.push(format!("{beyond} rows too many"));
    }
    wrong
}

#[test]
fn workbooks_are_read_as_others_read_them() {
    let Some(corpora) = corpora() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for file in files(&corpora, "spreadsheets") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let answer = expected(&corpora, "spreadsheets", &file);
        let snapshot = Snapshot::take(&file, folder.path()).unwrap();
        let sheets = match list_sheets(&snapshot) {
            Ok(sheets) => sheets,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        for sheet in answer["sheets"].as_array().unwrap() {
            let title = sheet["name"].as_str().unwrap();
            let Some(number) = sheets.iter().position(|info| info.name == title) else {
                wrong.push(format!("{name}: no sheet {title} in {sheets:?}"));
                continue;
            };
            if !sheets[number].has_cells {
                continue;
            }
            match sheet_rows(&snapshot, number as u32 + 1) {
                Ok(rows) => {
                    wrong.extend(compare_sheet(&rows, sheet).into_iter().map(|what| format!("{name} {title} {what}")))
                }
                Err(error) => wrong.push(format!("{name} {title}: {error}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hostile_files_end_in_a_message() {
    let Some(corpora) = corpora() else { return };
    let folder = tempfile::tempdir().unwrap();
    for file in files(&corpora, "hostile") {
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        let snapshot = Snapshot::take(&file, folder.path()).unwrap();
        let begin = std::time::Instant::now();
        let outcome = match extension.as_str() {
            "csv" => csv_rows(&snapshot).map(|rows| rows.len()),
            "xlsx" | "xlsb" | "xls" | "ods" => list_sheets(&snapshot).and_then(|sheets| {
                (1..=sheets.len() as u32).map(|number| Ok(sheet_rows(&snapshot, number)?.len())).sum()
            }),
            _ => continue,
        };
        println!("{}: {:?} in {:?}", snapshot.name, outcome.map_err(|error| error.title), begin.elapsed());
    }
}

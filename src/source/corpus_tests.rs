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

/// Files that are refused on purpose or for a limit of a library, with the beginning of the message and the reason.
const REFUSED: [(&str, &str, &str); 4] = [
    ("edr__simple_whitespace_null.csv", "`edr__simple_whitespace_null.csv` has a NUL byte", "text has none"),
    ("csvsniffer__PLA_6%Talc-1hz.csv", "the encoding of", "it is GBK, which the recipe must state"),
    ("edr__Test_git_issue_68_NullSheetPath.xlsm", "cannot read", "calamine wants a part for every sheet"),
    ("phpss__issue.4435b.ods", "cannot read", "calamine takes no white space between the cells of a row"),
];

fn refused_rightly(name: &str, error: &SourceError) -> bool {
    REFUSED.iter().any(|(file, title, _)| *file == name && error.title.starts_with(title))
}

/// As the answers have it: LF, no outer blanks.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// The answers cut long cells and long rows.
fn same_record(found: &[String], right: &[String]) -> bool {
    let cut = right.len() >= 120;
    (found.len() == right.len() || (cut && found.len() > right.len()))
        && found.iter().zip(right).all(|(found, right)| match right.strip_suffix('…') {
            Some(start) => found.starts_with(start.trim_end()),
            None => found == right,
        })
}

/// Text, and the letter of its type.
fn shown(cell: Cell<'_>) -> (Option<String>, char) {
    match cell {
        Cell::Empty => (None, '-'),
        Cell::Text(text) => (Some(plain(text)), 's'),
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
                if !refused_rightly(&name, &error) {
                    wrong.push(format!("{name}: {error} ({})", error.at));
                }
                continue;
            }
        };
        let texts = |key: &str| -> Vec<Vec<String>> {
            let row = |row: &Json| -> Vec<String> {
                row.as_array().unwrap().iter().map(|cell| plain(cell.as_str().unwrap_or_default())).collect()
            };
            answer[key].as_array().unwrap().iter().map(row).collect()
        };
        let (first, last) = (texts("first"), texts("last"));
        if answer["records"].as_u64() != Some(rows.len() as u64) {
            wrong.push(format!("{name}: {} records instead of {}", rows.len(), answer["records"]));
        } else if let Some(at) = (0..first.len()).find(|at| !same_record(&rows[*at], &first[*at])) {
            wrong.push(format!("{name}: record {}: {:?} instead of {:?}", at + 1, rows[at], first[at]));
        } else if !rows[rows.len() - last.len()..].iter().zip(&last).all(|(row, right)| same_record(row, right)) {
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

/// A date, time or length of time in milliseconds; the letters `d` of serial numbers are days since the end of 1899.
fn moment(text: &str) -> Option<i64> {
    if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
        let epoch = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
        return Some(moment.duration_since(epoch).as_millis() as i64);
    }
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut total = 0.0;
    for part in rest.split(':') {
        total = total * 60.0 + part.parse::<f64>().ok()?;
    }
    rest.contains(':').then_some(sign * (total * 1000.0).floor() as i64)
}

fn same(one: &(Option<String>, char), other: &(Option<String>, char)) -> bool {
    let (Some(found), Some(right)) = (&one.0, &other.0) else { return one.0 == other.0 };
    match (one.1, other.1) {
        ('n', 'n') => {
            let (found, right): (f64, f64) = (found.parse().unwrap(), right.parse().unwrap());
            (found - right).abs() <= 1e-12 * found.abs().max(right.abs())
        }
        ('d' | 't' | 'p', 'd' | 't' | 'p') => {
            matches!((moment(found), moment(right)), (Some(a), Some(b)) if (a - b).abs() <= 1)
        }
        // The reader of xlsb leaves dates serial numbers.
        ('d' | 't' | 'p', 'n') => {
            let right = right.parse::<f64>().unwrap() * 86_400_000.0;
            moment(found).is_some_and(|found| (found as f64 - right).abs() <= 1000.0)
        }
        (found_type, right_type) => found_type == right_type && found == right,
    }
}

fn compare_sheet(found: &Sheet, answer: &Json) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap();
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let types: Vec<char> = answer["types"][at].as_str().unwrap_or_default().chars().collect();
        let row = row.as_array().unwrap();
        for column in 0..row.len().max(found.get(&at).map_or(0, Vec::len)).min(100) {
            let text = row.get(column).and_then(Json::as_str).map(plain);
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
                if !refused_rightly(&name, &error) {
                    wrong.push(format!("{name}: {error}"));
                }
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
fn hostile_files_end_in_a_message_soon() {
    let Some(corpora) = corpora() else { return };
    let folder = tempfile::tempdir().unwrap();
    let answers: Json = serde_json::from_slice(&std::fs::read(corpora.join("expected/hostile.json")).unwrap()).unwrap();
    for file in files(&corpora, "hostile") {
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        let snapshot = Snapshot::take(&file, folder.path()).unwrap();
        let begin = std::time::Instant::now();
        let outcome = match extension.as_str() {
            "csv" => csv_rows(&snapshot).map(|rows| rows.len()),
            "xlsx" | "xlsb" | "xls" | "ods" => list_sheets(&snapshot)
                .and_then(|sheets| (1..=sheets.len() as u32).map(|at| Ok(sheet_rows(&snapshot, at)?.len())).sum()),
            _ => continue,
        };
        assert!(begin.elapsed().as_secs() < 10, "{}", snapshot.name);
        let must = answers["files"][&*snapshot.name]["must"].as_str().unwrap_or_default().to_owned();
        match (outcome, must.as_str()) {
            (Ok(rows), must) => assert!(!must.starts_with("error:"), "{}: {rows} rows, {must}", snapshot.name),
            (Err(error), "error: password needed") => assert!(error.title.ends_with("is protected by a password")),
            (Err(error), must) => assert!(must.contains("error"), "{error}, {must}"),
        }
    }
}

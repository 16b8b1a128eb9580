//! An xls workbook, looked through before calamine loads it whole: how much memory its sheets ask for as calamine lays
//! them out (one slot for every cell between the first and the last, used or not), and what it declares wrongly.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use calamine::Data;

use super::guard::{MOST_MEMORY, memory, protected, too_large};
use super::rows::RowSet;
use crate::source::SourceError;

/// An xls workbook that is safe to load.
pub(super) struct Checked {
    /// Its bytes, mended where it declares a size that its cells do not have.
    pub(super) bytes: Vec<u8>,
    /// Whether its texts are Unicode (Excel 97 and later), whatever code page it states.
    pub(super) unicode: bool,
    /// The hidden rows of each sheet, in the order of the workbook.
    pub(super) hidden: Vec<RowSet>,
}

/// Looks through a compound file.
///
/// # Errors
/// A file that is no intact compound file, that is protected by a password, or whose sheets ask for too much memory.
pub(super) fn check(bytes: Vec<u8>, name: &Arc<str>) -> Result<Checked, SourceError> {
    let damaged = |error: &dyn std::fmt::Display| {
        SourceError::file(name, format!("`{name}` is damaged or cut off: {error}"))
            .help("open it in a spreadsheet program and save it as xlsx")
    };
    let length = bytes.len() as u64;
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    // Calamine takes the first stream of these names wherever it stands, so all of them must be harmless.
    let streams: Vec<PathBuf> = file
        .walk()
        .filter(|entry| entry.is_stream() && ["workbook", "book"].contains(&entry.name().to_lowercase().as_str()))
        .map(|entry| entry.path().to_owned())
        .collect();
    let mut checked = Checked { bytes: Vec::new(), unicode: false, hidden: Vec::new() };
    for path in streams {
        let mut stream = file.open_stream(&path).map_err(|error| damaged(&error))?;
        let mut content = Vec::new();
        stream.read_to_end(&mut content).map_err(|error| damaged(&error))?;
        let survey = Survey::of(&content);
        if survey.protected {
            return Err(protected(name));
        }
        let needed = survey.memory.saturating_add(3 * length);
        if needed > MOST_MEMORY {
            return Err(too_large(name, &memory(needed)));
        }
        for at in survey.lies {
            // The fields of a Dimensions record; zeros mean an empty sheet, and calamine then just grows as it reads.
            let blank = stream.seek(SeekFrom::Start(at as u64)).and_then(|_| stream.write_all(&[0; 8]));
            blank.map_err(|error| damaged(&error))?;
        }
        stream.flush().map_err(|error| damaged(&error))?;
        checked.unicode |= survey.unicode;
        if checked.hidden.is_empty() {
            checked.hidden = survey.hidden;
        }
    }
    checked.bytes = file.into_inner().into_inner();
    Ok(checked)
}

/// A record of a BIFF stream (MS-XLS 2.1.4): where its content begins, its type, its content.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = (usize, u16, &[u8])> {
    let mut at = from;
    std::iter::from_fn(move || {
        let head = stream.get(at..at.checked_add(4)?)?;
        let begin = at + 4;
        let data = stream.get(begin..begin + usize::from(word(head, 2)))?;
        at = begin + data.len();
        Some((begin, word(head, 0), data))
    })
}

fn word(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    }
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from(word(bytes, at)) | u32::from(word(bytes, at + 2)) << 16
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const FILE_PASS: u16 = 0x002f;
const BOUND_SHEET: u16 = 0x0085;
const SHARED_STRINGS: u16 = 0x00fc;
const CONTINUE: u16 = 0x003c;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const ROW: u16 = 0x0208;
/// Number, label, boolean or error, RK number, label of a shared string, rich text.
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x0205, 0x027e, 0x00fd, 0x00d6];
/// Several RK numbers in one row.
const MANY_CELLS: u16 = 0x00bd;

/// What a workbook stream asks for.
#[derive(Default)]
struct Survey {
    unicode: bool,
    /// Whether the records are encrypted or obfuscated: they then mean nothing.
    protected: bool,
    memory: u64,
    /// Where Dimensions records begin that declare far more than there is.
    lies: Vec<usize>,
    hidden: Vec<RowSet>,
}

impl Survey {
    fn of(stream: &[u8]) -> Self {
        let mut survey = Self::default();
        let mut sheets = Vec::new();
        let mut strings = false;
        for (_, kind, data) in records(stream, 0) {
            match kind {
                BOF => survey.unicode |= word(data, 0) == 0x0600,
                FILE_PASS => {
                    survey.protected = true;
                    return survey;
                }
                BOUND_SHEET => sheets.push(long(data, 0) as usize),
                EOF => break,
                _ => {}
            }
            strings = kind == SHARED_STRINGS || (strings && kind == CONTINUE);
            if strings {
                // A text takes three bytes and more here, and the space of a `String` and its allocation in memory.
                survey.memory += data.len() as u64 * 13;
            }
        }
        let mut seen: BTreeMap<usize, Sheet> = BTreeMap::new();
        let mut largest = 0;
        for begin in sheets {
            // Several sheets may point at the same records; they are looked at once, and count each time.
            let sheet = seen.entry(begin).or_insert_with(|| Sheet::of(stream, begin));
            survey.memory = survey.memory.saturating_add(sheet.memory());
            largest = largest.max(sheet.cells.area());
            survey.lies.extend(sheet.lie);
            survey.hidden.push(sheet.hidden.clone());
        }
        // A sheet that is read is copied once more.
        survey.memory = survey.memory.saturating_add(largest.saturating_mul(size_of::<Data>() as u64));
        survey
    }
}

/// What one sheet asks for.
#[derive(Default)]
struct Sheet {
    cells: Bounds,
    formulas: Bounds,
    count: u64,
    lie: Option<usize>,
    hidden: RowSet,
}

impl Sheet {
    fn of(stream: &[u8], begin: usize) -> Self {
        let mut sheet = Self::default();
        let mut depth = 0;
        let mut declared = None;
        for (at, kind, data) in records(stream, begin) {
            let (row, column) = (u32::from(word(data, 0)), u32::from(word(data, 2)));
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                // Charts inside a sheet have records of their own.
                _ if depth > 1 => {}
                DIMENSIONS => declared = Some((at, declared_area(data))),
                ROW if word(data, 12) & 0x20 != 0 => sheet.hidden.insert(row),
                FORMULA => {
                    sheet.cells.include(row, column);
                    sheet.formulas.include(row, column);
                    sheet.count += 1;
                }
                MANY_CELLS => {
                    let last = u32::from(word(data, data.len().saturating_sub(2)));
                    sheet.cells.include(row, column);
                    sheet.cells.include(row, last);
                    sheet.count += data.len() as u64 / 6;
                }
                kind if CELLS.contains(&kind) => {
                    sheet.cells.include(row, column);
                    sheet.count += 1;
                }
                _ => {}
            }
        }
        // Calamine makes room for all that is declared before it reads the first cell.
        sheet.lie = declared
            .filter(|(_, area)| area.is_none_or(|area| area > sheet.cells.area().max(1 << 16)))
            .map(|(at, _)| at);
        sheet
    }

    fn memory(&self) -> u64 {
        let cell = size_of::<Data>() as u64;
        let formula = size_of::<String>() as u64;
        let dense = self.cells.area().saturating_mul(cell) + self.formulas.area().saturating_mul(formula);
        // The list of cells in the order of the file, which doubles as it grows.
        dense.saturating_add(self.count * (cell + 8) * 2)
    }
}

/// The number of cells that a Dimensions record declares; none where it makes no sense.
fn declared_area(data: &[u8]) -> Option<u64> {
    let (first_row, end_row, first_column, end_column) = match data.len() {
        10 => (u32::from(word(data, 0)), u32::from(word(data, 2)), word(data, 4), word(data, 6)),
        14 | 16 => (long(data, 0), long(data, 4), word(data, 8), word(data, 10)),
        // Calamine refuses a record of another length.
        _ => return Some(0),
    };
    if end_row == 0 || end_column == 0 {
        return Some(0);
    }
    let rows = end_row.checked_sub(first_row)?;
    // Columns that end before they begin are taken to begin at the first.
    let first_column = if first_column > 0xff || end_column < first_column { 0 } else { first_column };
    let columns = end_column.checked_sub(first_column)?;
    (rows > 0 && columns > 0).then(|| u64::from(rows) * u64::from(columns))
}

/// The smallest rectangle that holds all cells.
#[derive(Default)]
struct Bounds(Option<(u32, u32, u32, u32)>);

impl Bounds {
    fn include(&mut self, row: u32, column: u32) {
        let (top, bottom, left, right) = self.0.unwrap_or((row, row, column, column));
        self.0 = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
    }

    fn area(&self) -> u64 {
        self.0.map_or(0, |(top, bottom, left, right)| u64::from(bottom - top + 1) * u64::from(right - left + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((data.len() as u16).to_le_bytes());
        bytes.extend(data);
        bytes
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        let mut data = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        data.extend(1.0_f64.to_le_bytes());
        record(0x0203, &data)
    }

    /// A workbook stream of one sheet with these records.
    fn stream(sheet: &[Vec<u8>]) -> Vec<u8> {
        let bof = record(BOF, &[0, 6, 5, 0, 0, 0, 0, 0]);
        let globals = |begin: u32| {
            let mut bound = begin.to_le_bytes().to_vec();
            bound.extend([0, 0, 1, 0, b'A']);
            [bof.clone(), record(BOUND_SHEET, &bound), record(EOF, &[])].concat()
        };
        let begin = globals(0).len() as u32;
        [globals(begin), bof.clone(), sheet.concat(), record(EOF, &[])].concat()
    }

    fn xls(stream: &[u8]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn two_cells_far_apart_are_refused_before_they_cost_memory() {
        let near = check(xls(&stream(&[number(0, 0), number(60_000, 3)])), &"a.xls".into()).unwrap();
        assert!(near.unicode);
        let far = check(xls(&stream(&[number(0, 0), number(65_535, 16_383)])), &"a.xls".into());
        let error = far.err().unwrap();
        assert!(error.title.starts_with("`a.xls` is refused, because reading it would take more than"), "{error}");
    }

    #[test]
    fn declared_sizes_that_lie_are_blanked() {
        let all = record(DIMENSIONS, &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0]);
        let checked = check(xls(&stream(&[all.clone(), number(2, 1)])), &"a.xls".into()).unwrap();
        assert!(memchr::memmem::find(&checked.bytes, &all).is_none());
        let backwards = record(DIMENSIONS, &[9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
        let checked = check(xls(&stream(&[backwards.clone(), number(2, 1)])), &"a.xls".into()).unwrap();
        assert!(memchr::memmem::find(&checked.bytes, &backwards).is_none());
        let true_ones = record(DIMENSIONS, &[2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0, 0]);
        let checked = check(xls(&stream(&[true_ones.clone(), number(2, 1)])), &"a.xls".into()).unwrap();
        assert!(memchr::memmem::find(&checked.bytes, &true_ones).is_some());
    }

    #[test]
    fn encrypted_records_are_not_taken_for_cells() {
        let bof = record(BOF, &[0, 6, 5, 0, 0, 0, 0, 0]);
        let bytes = xls(&[bof, record(FILE_PASS, &[0, 0, 1, 2, 3, 4]), vec![0xff; 64]].concat());
        let error = check(bytes, &"a.xls".into()).err().unwrap();
        assert_eq!(error.title, "`a.xls` is protected by a password");
    }

    #[test]
    fn hidden_rows_are_known() {
        let row = |number: u16, flags: u16| {
            let mut data = number.to_le_bytes().to_vec();
            data.extend([0; 10]);
            data.extend(flags.to_le_bytes());
            data.extend([0; 2]);
            record(ROW, &data)
        };
        let checked = check(xls(&stream(&[row(1, 0x120), row(2, 0x100), row(3, 0x20)])), &"a.xls".into()).unwrap();
        let hidden: Vec<u32> = (0..6).filter(|row| checked.hidden[0].contains(*row)).collect();
        assert_eq!(hidden, [1, 3]);
    }

    #[test]
    fn what_is_no_compound_file_is_damaged() {
        let error = check(vec![0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3], &"a.xls".into()).err().unwrap();
        assert!(error.title.starts_with("`a.xls` is damaged or cut off"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn damaged_books_end_in_a_verdict(
            at in proptest::prelude::any::<proptest::sample::Index>(),
            byte in proptest::prelude::any::<u8>(),
        ) {
            let mut bytes = xls(&stream(&[number(0, 0), number(3, 3)]));
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Err(error) = check(bytes, &"a.xls".into()) {
                proptest::prop_assert!(error.title.starts_with("`a.xls` is "), "{}", error.title);
            }
        }
    }
}

//! What the binary parts of an xlsb workbook say that calamine does not: merged cells and hidden rows. Records are as in
//! MS-XLSB; only the few that are needed are looked at, and all others are passed over.

use std::io::{BufRead, BufReader, Read, Seek};

use zip::ZipArchive;

use super::area::Area;
use super::mend;
use super::oddities::Oddities;

/// `BrtRowHdr`: a row begins.
const ROW: u32 = 0;
/// `BrtBundleSh`: a sheet of the workbook.
const SHEET: u32 = 156;
/// `BrtMergeCell`: cells that are merged.
const MERGED: u32 = 176;

/// The byte of a row's header that says whether it is hidden, and the bit in it (`fDyZero`).
const ROW_FLAGS: usize = 11;
const HIDDEN: u8 = 0x10;

/// Bytes of a record that are looked at; a sheet's name has 31 characters at the most, and the id before it fewer.
const LOOKED_AT: usize = 1024;

/// Reads them from an archive; nothing where the sheet's part is not found, which calamine then tells.
pub(super) fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, sheet: &str) -> Oddities {
    let mut found = Oddities::default();
    let Some(part) = part_of(zip, sheet) else { return found };
    if let Ok(part) = zip.by_name(&part) {
        records(BufReader::new(part), |kind, data| match kind {
            ROW => {
                if let (Some(row), Some(flags)) = (long(data, 0), data.get(ROW_FLAGS))
                    && flags & HIDDEN != 0
                {
                    found.hidden.insert(row);
                }
            }
            MERGED => {
                let place = [0, 4, 8, 12].map(|at| long(data, at));
                if let [Some(first_row), Some(last_row), Some(first_column), Some(last_column)] = place {
                    found.merged.push(Area { first_row, last_row, first_column, last_column });
                }
            }
            _ => {}
        });
    }
    found
}

/// The part of a sheet, by the sheet's name.
fn part_of<R: Read + Seek>(zip: &mut ZipArchive<R>, wanted: &str) -> Option<String> {
    let workbook = mend::workbook_part(zip, "workbook.bin")?;
    let mut id = None;
    records(BufReader::new(zip.by_name(&workbook).ok()?), |kind, data| {
        if kind == SHEET && id.is_none() {
            // The state and the number of the sheet, 4 bytes each, then its relation and its name.
            id = text(data, 8).and_then(|(relation, end)| Some((relation, text(data, end)?.0)));
            id = id.take().filter(|(_, name)| name == wanted);
        }
    });
    mend::related(zip, &workbook, &id?.0)
}

/// Goes through the records of a part, each with as much of it as is looked at; to its end, or to where it is cut off.
fn records(mut part: impl BufRead, mut take: impl FnMut(u32, &[u8])) {
    let mut data = Vec::with_capacity(LOOKED_AT);
    while let (Some(kind), Some(length)) = (variable(&mut part, 2), variable(&mut part, 4)) {
        data.clear();
        let mut record = part.by_ref().take(u64::from(length));
        let seen = record.by_ref().take(LOOKED_AT as u64).read_to_end(&mut data);
        if seen.is_err() || std::io::copy(&mut record, &mut std::io::sink()).is_err() {
            return;
        }
        take(kind, &data);
    }
}

/// A number of seven bits a byte, the lowest first; the highest bit says that another byte follows.
fn variable(part: &mut impl Read, most: u32) -> Option<u32> {
    let mut value = 0;
    for index in 0..most {
        let mut byte = [0];
        part.read_exact(&mut byte).ok()?;
        value |= u32::from(byte[0] & 0x7f) << (7 * index);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

/// A text (its length in UTF-16 units, then these), and where it ends.
fn text(data: &[u8], at: usize) -> Option<(String, usize)> {
    let end = (long(data, at)? as usize).checked_mul(2)?.checked_add(at + 4)?;
    let units = data.get(at + 4..end)?.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    Some((String::from_utf16_lossy(&units.collect::<Vec<u16>>()), end))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn record(kind: u32, data: &[u8]) -> Vec<u8> {
        let number = |mut value: u32, bytes: &mut Vec<u8>| loop {
            let more = value > 0x7f;
            // Always below 128, so it fits a byte.
            bytes.push((value & 0x7f) as u8 | if more { 0x80 } else { 0 });
            value >>= 7;
            if !more {
                return;
            }
        };
        let mut bytes = Vec::new();
        number(kind, &mut bytes);
        number(data.len() as u32, &mut bytes);
        bytes.extend_from_slice(data);
        bytes
    }

    fn longs(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        longs(&[units.len() as u32]).into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
    }

    /// A workbook of one sheet `A`: rows of texts, of which some are hidden, and merged cells (first and last row, first
    /// and last column).
    pub(in super::super) fn book(rows: &[(&[&str], bool)], merged: &[[u32; 4]]) -> Vec<u8> {
        let workbook =
            [record(SHEET, &[longs(&[0, 1]), wide("rId1"), wide("A")].concat()), record(0x90, &[]), record(0x84, &[])];
        let mut sheet = vec![record(0x94, &longs(&[0, 99, 0, 9])), record(0x91, &[])];
        for (row, (cells, hidden)) in rows.iter().enumerate() {
            let flags = [0, 0, 0, if *hidden { HIDDEN } else { 0 }, 0];
            sheet.push(record(ROW, &[longs(&[row as u32, 0]), flags.to_vec(), longs(&[0])].concat()));
            for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                sheet.push(record(6, &[longs(&[column as u32, 0]), wide(text)].concat()));
            }
        }
        sheet.push(record(0x92, &[]));
        sheet.extend(merged.iter().map(|area| record(MERGED, &longs(area))));
        let relations = r#"<Relationships><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (part, content) in [
            ("xl/workbook.bin", workbook.concat()),
            ("xl/_rels/workbook.bin.rels", relations.into()),
            ("xl/worksheets/sheet1.bin", sheet.concat()),
        ] {
            zip.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn hidden_rows_and_merged_cells_are_found() {
        let bytes = book(&[(&["Nr"], false), (&["1"], true), (&["2"], false)], &[[0, 1, 0, 2]]);
        let found = read(&mut ZipArchive::new(Cursor::new(bytes.as_slice())).unwrap(), "A");
        assert_eq!((0..3).filter(|row| found.hidden.contains(*row)).collect::<Vec<u32>>(), [1]);
        assert_eq!(found.merged, [Area { first_row: 0, last_row: 1, first_column: 0, last_column: 2 }]);
        let other = read(&mut ZipArchive::new(Cursor::new(bytes)).unwrap(), "B");
        assert!(other.merged.is_empty());
    }

    #[test]
    fn what_is_cut_off_or_lies_about_its_length_ends_there() {
        let whole = [record(MERGED, &longs(&[0, 1, 0, 2])), record(SHEET, &[0; 3000])].concat();
        for end in 0..=whole.len() {
            let mut kinds = Vec::new();
            records(&whole[..end], |kind, data| kinds.push((kind, data.len())));
            let first = (MERGED, end.saturating_sub(3).min(16));
            assert!(kinds.is_empty() || kinds[0] == first || end < 19, "{end}: {kinds:?}");
            assert!(kinds.len() <= 2 && kinds.iter().all(|(_, length)| *length <= LOOKED_AT), "{end}: {kinds:?}");
        }
        records(&[0xb0, 0x01, 0xff, 0xff, 0xff, 0xff][..], |kind, data| assert_eq!((kind, data), (MERGED, &[][..])));
    }
}

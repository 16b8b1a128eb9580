//! Which row is the header, and what its columns are called.

use crate::record::{Cell, Row};

/// How many rows are looked at to find a header below a preamble.
pub(super) const LOOK_AHEAD: usize = 100;

/// The position of the header among the first rows: the earliest row that holds the most of the wanted columns; the
/// first row where none is wanted or none is found (the caller then says which columns are missing). In a DATEV export
/// the first line describes the export (its first cell is `EXTF` or `DTVF`), so there the second one counts as first.
pub(super) fn pick(rows: &[Row], wanted: &[Vec<String>]) -> Option<usize> {
    let wanted: Vec<Vec<String>> = wanted.iter().map(|names| names.iter().map(|name| plain(name)).collect()).collect();
    let mut best = None;
    let mut most = 0;
    let datev = rows.first().is_some_and(|row| matches!(row.cell(0), Cell::Text("EXTF" | "DTVF"))) && rows.len() > 1;
    for (index, row) in rows.iter().enumerate().skip(usize::from(datev)) {
        let texts: Vec<String> = row.cells().map(|cell| plain(&cell.to_string())).collect();
        let found = wanted.iter().filter(|names| names.iter().any(|name| texts.contains(name))).count();
        if best.is_none() || found > most {
            best = Some(index);
            most = found;
        }
    }
    best
}

/// The texts of a header row.
pub(super) fn names(row: &Row) -> Vec<String> {
    row.cells().map(|cell| cell.to_string()).collect()
}

/// Column names, and the texts that rules look for, are compared without regard to case and white space.
pub(super) fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The name of a column as a spreadsheet shows it, counted from 0: `A`, `Z`, `AA`.
pub(crate) fn letters(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column;
    loop {
        // Always below 26, so it fits a byte.
        name.push(b'A' + (rest % 26) as u8);
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    name.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Origin;

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::new(Origin::file("x"));
        cells.iter().for_each(|cell| row.push(Cell::Text(cell)));
        row
    }

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702, 16_383].into_iter().map(letters).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn the_header_is_the_row_with_the_most_wanted_columns() {
        let rows = [row(&["Export", "700"]), row(&["Umsatz  (ohne)", "KONTO"]), row(&["1,00", "Konto"])];
        let wanted = [vec!["umsatz (ohne)".to_owned()], vec!["Konto".to_owned(), "Account".to_owned()]];
        assert_eq!(pick(&rows, &wanted), Some(1));
        assert_eq!(pick(&rows, &[]), Some(0));
        assert_eq!(pick(&rows, &[vec!["nothing".to_owned()]]), Some(0));
        assert_eq!(pick(&[], &wanted), None);
        let datev = [row(&["EXTF", "700"]), row(&["Umsatz"])];
        assert_eq!(pick(&datev, &[]), Some(1));
        assert_eq!(pick(&datev[..1], &[]), Some(0));
    }
}

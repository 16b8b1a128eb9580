//! The overview of a file: its tables, where their header seems to be, and what each column holds, gathered in one pass
//! with memory that does not grow with the file.

use std::collections::BTreeMap;

use super::guess::{Guess, column_kind, guess};
use super::raw::{letters, shown};
use crate::record::{Cell, NOT_CALCULATED, Place, Row};
use crate::source::{RawRows, Snapshot, SourceError};

/// How many rows are looked at to find the header.
const LOOK_AHEAD: usize = 100;

/// The most columns that are described; an odd cell far to the right does not make thousands.
const MOST_COLUMNS: usize = 512;

/// How many different examples a column shows, and how long each may be.
const EXAMPLES: usize = 3;
const LONGEST_EXAMPLE: usize = 40;

/// What is in a file.
#[derive(Debug)]
pub struct Overview {
    /// The sheets in their order, or the one table of a CSV file.
    pub tables: Vec<TableFacts>,
    /// What keeps parts of the file from being read.
    pub problems: Vec<SourceError>,
}

/// One sheet or CSV file.
#[derive(Debug)]
pub struct TableFacts {
    /// The sheet's name; none for a CSV file.
    pub sheet: Option<String>,
    /// Whether the sheet is hidden.
    pub hidden: bool,
    /// Whether it has cells at all: charts have none.
    pub has_cells: bool,
    /// How many rows are not blank, the header among them.
    pub rows: u64,
    /// The row or line that seems to be the header.
    pub header: Option<u64>,
    /// Why it seems so, or why there seems to be none.
    pub header_evidence: String,
    /// Formulas that no program has calculated yet, and where the first of them stands.
    pub uncalculated: Option<(u64, String)>,
    /// The columns from left to right.
    pub columns: Vec<ColumnFacts>,
}

/// One column.
#[derive(Debug)]
pub struct ColumnFacts {
    /// Its letter.
    pub at: String,
    /// Its name in the header, where there is one.
    pub name: Option<String>,
    /// The type of a recipe that all its values fit; none where it is empty.
    pub kind: Option<&'static str>,
    /// How many cells below the header are filled, and empty.
    pub filled: u64,
    /// How many rows below the header have nothing here.
    pub empty: u64,
    /// What the values are, with their number, the most frequent first.
    pub evidence: Vec<(&'static str, u64)>,
    /// A few different values.
    pub examples: Vec<String>,
}

impl Overview {
    /// Looks through a file.
    ///
    /// # Errors
    /// What keeps it from being opened. What comes up later is among the problems.
    pub fn of(snapshot: &Snapshot, rows: &mut RawRows) -> Self {
        let mut overview = Self { tables: Vec::new(), problems: Vec::new() };
        let listed: Vec<TableFacts> = match rows.sheets() {
            None => vec![TableFacts::new(None, false, true)],
            Some(sheets) => sheets
                .iter()
                .map(|sheet| TableFacts::new(Some(sheet.name.clone()), sheet.hidden, sheet.has_cells))
                .collect(),
        };
        let mut gathering: BTreeMap<Option<String>, Gathering> = BTreeMap::new();
        let mut row = Row::new(crate::record::Origin::file(std::sync::Arc::clone(&snapshot.name)));
        loop {
            match rows.next(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    overview.problems.push(error);
                    continue;
                }
            }
            match &row.origin.place {
                Place::Sheet { sheet, .. } => match gathering.get_mut(&Some(sheet.to_string())) {
                    Some(table) => table.take(&row),
                    None => gathering.entry(Some(sheet.to_string())).or_default().take(&row),
                },
                _ => gathering.entry(None).or_default().take(&row),
            }
        }
        for mut table in listed {
            gathering.remove(&table.sheet).unwrap_or_default().finish(&mut table);
            overview.tables.push(table);
        }
        overview
    }
}

impl TableFacts {
    fn new(sheet: Option<String>, hidden: bool, has_cells: bool) -> Self {
        Self {
            sheet,
            hidden,
            has_cells,
            rows: 0,
            header: None,
            header_evidence: String::new(),
            uncalculated: None,
            columns: Vec::new(),
        }
    }
}

/// What is gathered of one table.
#[derive(Default)]
struct Gathering {
    rows: u64,
    /// The first rows, until it is clear which of them is the header.
    ahead: Vec<Row>,
    decided: bool,
    header: Option<(u64, Vec<String>)>,
    header_evidence: String,
    data_rows: u64,
    columns: Vec<Column>,
    uncalculated: Option<(u64, String)>,
}

#[derive(Default)]
struct Column {
    filled: u64,
    seen: BTreeMap<Guess, u64>,
    examples: Vec<String>,
}

impl Gathering {
    fn take(&mut self, row: &Row) {
        self.rows += 1;
        if self.decided {
            self.count(row);
            return;
        }
        self.ahead.push(row.clone());
        if self.ahead.len() == LOOK_AHEAD {
            self.decide();
        }
    }

    /// Decides which of the first rows is the header and counts those below it.
    fn decide(&mut self) {
        self.decided = true;
        let ahead = std::mem::take(&mut self.ahead);
        let (at, evidence) = header(&ahead);
        self.header_evidence = evidence;
        if let Some(at) = at {
            let names = ahead[at].cells().map(|cell| shown(cell).0.unwrap_or_default().trim().to_owned()).collect();
            self.header = Some((number(&ahead[at]), names));
        }
        ahead.iter().skip(at.map_or(0, |at| at + 1)).for_each(|row| self.count(row));
    }

    fn count(&mut self, row: &Row) {
        self.data_rows += 1;
        for (at, cell) in row.cells().enumerate().take(MOST_COLUMNS) {
            if cell == Cell::Error(NOT_CALCULATED) {
                let first = || format!("{}{}", letters(at), number(row));
                self.uncalculated.get_or_insert_with(|| (0, first())).0 += 1;
            }
            let Some(guess) = guess(cell) else { continue };
            if self.columns.len() <= at {
                self.columns.resize_with(at + 1, Column::default);
            }
            let column = &mut self.columns[at];
            column.filled += 1;
            *column.seen.entry(guess).or_default() += 1;
            if column.examples.len() < EXAMPLES {
                let text = match cell {
                    Cell::Number { shown, .. } => shown.into(),
                    other => shown(other).0.unwrap_or_default(),
                };
                let mut example: String = text.chars().take(LONGEST_EXAMPLE).collect();
                if example.len() < text.len() {
                    example.push('…');
                }
                if !column.examples.contains(&example) && !example.is_empty() {
                    column.examples.push(example);
                }
            }
        }
    }

    fn finish(mut self, table: &mut TableFacts) {
        if !self.decided {
            self.decide();
        }
        let (at, names) = self.header.map_or((None, Vec::new()), |(at, names)| (Some(at), names));
        let named = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        self.columns.resize_with(self.columns.len().max(named.min(MOST_COLUMNS)), Column::default);
        table.rows = self.rows;
        table.header = at;
        table.header_evidence = self.header_evidence;
        table.uncalculated = self.uncalculated;
        table.columns = self
            .columns
            .into_iter()
            .enumerate()
            .map(|(at, column)| {
                let mut seen: Vec<(Guess, u64)> = column.seen.into_iter().collect();
                seen.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                ColumnFacts {
                    at: letters(at),
                    name: names.get(at).filter(|name| !name.is_empty()).cloned(),
                    kind: column_kind(&seen),
                    filled: column.filled,
                    empty: self.data_rows - column.filled,
                    evidence: seen.into_iter().map(|(guess, count)| (guess.written(), count)).collect(),
                    examples: column.examples,
                }
            })
            .collect();
    }
}

fn number(row: &Row) -> u64 {
    match row.origin.place {
        Place::File | Place::Item(_) => 0,
        Place::Line(line) => line,
        Place::Sheet { row, .. } => u64::from(row),
    }
}

/// The row that seems to be the header: the first one whose cells are all different texts that are no values, as many
/// as most rows have.
fn header(rows: &[Row]) -> (Option<usize>, String) {
    let filled = |row: &Row| row.cells().filter(|cell| guess(*cell).is_some()).count();
    let mut widths: Vec<usize> = rows.iter().map(filled).collect();
    widths.sort_unstable();
    let Some(usual) = widths.get(widths.len() / 2).copied() else { return (None, "there are no rows".into()) };
    let names = |row: &Row| -> Option<usize> {
        let mut texts: Vec<String> = Vec::new();
        for cell in row.cells() {
            match guess(cell) {
                None => {}
                Some(Guess::Text) => texts.push(shown(cell).0.unwrap_or_default().trim().to_lowercase()),
                Some(_) => return None,
            }
        }
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        (count > 0 && texts.len() == count && count * 4 >= usual * 3).then_some(count)
    };
    match rows.iter().enumerate().find_map(|(at, row)| Some((at, names(row)?))) {
        Some((at, count)) => (
            Some(at),
            format!("the first row of different texts that are no values ({count} cells; rows have {usual})"),
        ),
        None => (None, "no row of different texts that are no values".into()),
    }
}

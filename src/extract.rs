//! From a row to the raw cell of each field: finds the columns that a recipe names and the single cells it points at.
//! A name matches when it is the same text but for white space and Unicode form; a near miss is an issue that names it,
//! never a match.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::did_you_mean;
use crate::recipe::model::{Field, Finder};
use crate::record::{Cell, Issue, Origin, Row, Why};
use crate::source::FileFacts;

/// Where the fields of a recipe stand in one file.
#[derive(Debug)]
pub struct Extraction {
    found: Vec<Found>,
    /// The single cells that a recipe points at, copied, since they are the same for all rows.
    fixed: Row,
    fixed_at: Vec<Origin>,
}

/// Where one field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Column(usize),
    Fixed(usize),
    /// Looked up by the source, under this number.
    Picked(usize),
    Computed,
}

impl Extraction {
    /// Finds the fields in a file.
    ///
    /// # Errors
    /// Each column or caption that is missing or stands there twice. A column that the recipe names must be there, even
    /// where the field is not required: a renamed column must not turn into "empty everywhere".
    pub fn new(fields: &[Field], facts: &FileFacts) -> Result<Self, Vec<Issue>> {
        let header: Vec<String> = facts.header.iter().map(|name| normal(name)).collect();
        let file = Origin::file(Arc::clone(&facts.name));
        let header_at = facts.header_origin.clone().unwrap_or_else(|| file.clone());
        let mut extraction = Self { found: Vec::new(), fixed: Row::new(file.clone()), fixed_at: Vec::new() };
        let mut issues = Vec::new();
        let mut picks = 0;
        for field in fields {
            let issue =
                |at: &Origin, why| Issue { at: at.clone(), field: Some(Arc::clone(&field.name)), value: None, why };
            let spot = match &field.finder {
                Finder::Computed(_) => {
                    extraction.found.push(Found::Computed);
                    continue;
                }
                Finder::Pick(_) => {
                    extraction.found.push(Found::Picked(picks));
                    picks += 1;
                    continue;
                }
                Finder::Column(names) => match column(names.iter().map(|name| name.as_str()), &header) {
                    Ok(at) => {
                        extraction.found.push(Found::Column(at));
                        continue;
                    }
                    Err(why) => {
                        issues.push(issue(&header_at, why));
                        continue;
                    }
                },
                Finder::Cell { row, column } => Ok((*row as usize, *column as usize)),
                Finder::RightOf(caption) => find_caption(caption, &facts.top).map(|(row, column)| (row, column + 1)),
                Finder::Below(caption) => find_caption(caption, &facts.top).map(|(row, column)| (row + 1, column)),
            };
            match spot {
                Ok((row, column)) => extraction.fix(facts.top.get(row), column, &file),
                Err(why) => issues.push(issue(&file, why)),
            }
        }
        if issues.is_empty() { Ok(extraction) } else { Err(issues) }
    }

    /// The cell of a field, counted from 0; `Empty` for a computed field.
    pub fn cell<'a>(&'a self, field: usize, row: &'a Row) -> Cell<'a> {
        match self.found.get(field) {
            Some(Found::Column(at)) => row.cell(*at),
            Some(Found::Fixed(at)) => self.fixed.cell(*at),
            Some(Found::Picked(at)) => row.picked(*at),
            Some(Found::Computed) | None => Cell::Empty,
        }
    }

    /// The text of a field's cell, where that is a text; none says nothing.
    pub fn text<'a>(&'a self, field: usize, row: &'a Row) -> Option<&'a str> {
        match self.found.get(field) {
            Some(Found::Column(at)) => row.text(*at),
            _ => None,
        }
    }

    /// The column of a field, counted from 0, where it has one.
    pub fn column(&self, field: usize) -> Option<usize> {
        match self.found.get(field) {
            Some(Found::Column(at)) => Some(*at),
            _ => None,
        }
    }

    /// Where the value of a field stands: its row, or the single cell that the recipe points at.
    pub fn origin<'a>(&'a self, field: usize, row: &'a Row) -> &'a Origin {
        match self.found.get(field) {
            Some(Found::Fixed(at)) => self.fixed_at.get(*at).unwrap_or(&row.origin),
            _ => &row.origin,
        }
    }

    fn fix(&mut self, row: Option<&Row>, column: usize, file: &Origin) {
        self.found.push(Found::Fixed(self.fixed.len()));
        self.fixed.push(row.map_or(Cell::Empty, |row| row.cell(column)));
        self.fixed_at.push(row.map_or_else(|| file.clone(), |row| row.origin.clone()));
    }
}

/// The first of the names that the header has.
fn column<'a>(names: impl Iterator<Item = &'a str> + Clone, header: &[String]) -> Result<usize, Why> {
    for name in names.clone() {
        let wanted = normal(name);
        let mut places = header.iter().enumerate().filter(|(_, column)| **column == wanted).map(|(at, _)| at);
        let Some(first) = places.next() else { continue };
        let others: Vec<usize> = places.collect();
        if others.is_empty() {
            return Ok(first);
        }
        let at = std::iter::once(first).chain(others).map(|at| at + 1).collect();
        return Err(Why::ColumnTwice { column: name.to_owned(), at });
    }
    let known = || header.iter().map(String::as_str).filter(|name| !name.is_empty());
    let near = names.clone().find_map(|name| did_you_mean(&normal(name), known())).map(str::to_owned);
    Err(Why::ColumnMissing { wanted: names.map(str::to_owned).collect(), near })
}

/// The only cell with this caption, as row and column; a colon behind it does not matter.
fn find_caption(caption: &str, top: &[Row]) -> Result<(usize, usize), Why> {
    let bare = |text: &str| normal(text).trim_end_matches(':').trim_end().to_owned();
    let wanted = bare(caption);
    let mut found = Vec::new();
    let mut texts = Vec::new();
    for (at, row) in top.iter().enumerate() {
        for (column, cell) in row.cells().enumerate() {
            if let Cell::Text(text) = cell {
                let text = bare(text);
                if text == wanted {
                    found.push((at, column));
                } else if !text.is_empty() {
                    texts.push(text);
                }
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Why::CaptionMissing {
            caption: caption.to_owned(),
            near: did_you_mean(&wanted, texts.iter().map(String::as_str)).map(str::to_owned),
        }),
        several => Err(Why::CaptionTwice { caption: caption.to_owned(), times: several.len() }),
    }
}

/// A name in the form in which names are compared: NFC, white space squeezed and trimmed.
pub(crate) fn normal(name: &str) -> String {
    let composed: String = name.nfc().filter(|letter| *letter != '\u{feff}').collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! The rows below the header that a recipe says are no data: what comes after `stop_at:`, and what `skip_rows_where:`
//! fits. Everything else is read, and accounted for.

use std::sync::Arc;

use super::{FileFacts, SourceError, header};
use crate::diagnostic::did_you_mean;
use crate::recipe::model::{LeftOut, SkipRule};
use crate::record::{Cell, Row};

/// Whether a row that begins with such a text is left out in every file, since `stop_at:` ends the data before it.
pub(crate) fn ends_before(left_out: &LeftOut, first: &str) -> bool {
    let first = header::plain(first);
    left_out.stop_at.iter().any(|text| Pattern::new(text).fits(&first))
}

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Data,
    Skipped,
    /// The data ended before this row.
    Ended,
}

/// The rules for one file.
#[derive(Debug, Default)]
pub(super) struct Rules {
    stop_at: Vec<Pattern>,
    skip: Vec<(usize, Vec<Pattern>)>,
}

impl Rules {
    /// The rules of a recipe, applied to the columns of a file.
    ///
    /// # Errors
    /// A column that the file does not have.
    pub(super) fn new(left_out: &LeftOut, facts: &FileFacts) -> Result<Self, SourceError> {
        let stop_at = left_out.stop_at.iter().map(|text| Pattern::new(text)).collect();
        let skip = left_out.skip.iter().map(|rule| {
            let column = column(rule, facts)?;
            Ok((column, rule.equals.iter().map(|text| Pattern::new(text)).collect()))
        });
        Ok(Self { stop_at, skip: skip.collect::<Result<_, _>>()? })
    }

    /// Whether a row is data.
    pub(super) fn judge(&self, row: &Row) -> Verdict {
        if !self.stop_at.is_empty() {
            let first = row.cells().map(|cell| header::plain(&cell.to_string())).find(|text| !text.is_empty());
            if first.is_some_and(|first| self.stop_at.iter().any(|pattern| pattern.fits(&first))) {
                return Verdict::Ended;
            }
        }
        let skipped = self.skip.iter().any(|(column, patterns)| {
            let cell = row.cell(*column);
            let text = header::plain(&cell.to_string());
            if patterns.is_empty() {
                // An error is no empty cell.
                text.is_empty() && !matches!(cell, Cell::Error(_))
            } else {
                patterns.iter().any(|pattern| pattern.fits(&text))
            }
        });
        if skipped { Verdict::Skipped } else { Verdict::Data }
    }
}

/// The position of the column that a rule looks at.
fn column(rule: &SkipRule, facts: &FileFacts) -> Result<usize, SourceError> {
    let wanted = header::plain(&rule.column.value);
    if let Some(at) = facts.header.iter().position(|name| header::plain(name) == wanted) {
        return Ok(at);
    }
    let title = format!("`{}` has no column `{}`, which `skip_rows_where:` names", facts.name, rule.column.value);
    let known = || facts.header.iter().map(String::as_str).filter(|name| !name.is_empty());
    let help = match did_you_mean(&rule.column.value, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("there are {}", known().take(40).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
    };
    let mut error = SourceError::file(&facts.name, title).help(help);
    if let Some(at) = &facts.header_origin {
        error.at = at.clone();
    }
    error.at.file = Arc::clone(&facts.name);
    Err(error)
}

/// A text with `*` for any characters, compared without regard to case, white space and a colon at the end.
#[derive(Debug)]
struct Pattern(Vec<String>);

impl Pattern {
    fn new(text: &str) -> Self {
        Self(bare(&header::plain(text)).split('*').map(str::to_owned).collect())
    }

    fn fits(&self, text: &str) -> bool {
        let text = bare(text);
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

fn bare(text: &str) -> &str {
    text.trim_end().trim_end_matches(':').trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::At;
    use crate::record::Origin;

    fn facts(header: &[&str]) -> FileFacts {
        let mut facts = FileFacts::new(&"in.csv".into());
        facts.header = header.iter().map(|name| (*name).to_owned()).collect();
        facts
    }

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::new(Origin::file("in.csv"));
        cells.iter().for_each(|cell| row.push(Cell::Text(cell)));
        row
    }

    fn rule(column: &str, equals: &[&str]) -> SkipRule {
        SkipRule { column: At::new(column.into(), 0..0), equals: equals.iter().map(|text| (*text).into()).collect() }
    }

    #[test]
    fn the_data_ends_at_the_first_cell_that_says_so() {
        let left_out = LeftOut { stop_at: vec!["Summe".into(), "Stand *".into()], skip: Vec::new() };
        let rules = Rules::new(&left_out, &facts(&["Nr", "Betrag"])).unwrap();
        for last in [["Summe", "1"], ["", "SUMME:"], [" Summe ", ""], ["Stand 1.1.", "x"]] {
            assert_eq!(rules.judge(&row(&last)), Verdict::Ended, "{last:?}");
        }
        for data in [["1", "Summe"], ["Summe Netto", ""], ["", ""], ["Stand", ""]] {
            assert_eq!(rules.judge(&row(&data)), Verdict::Data, "{data:?}");
        }
    }

    #[test]
    fn rows_are_left_out_by_what_a_column_holds() {
        let left_out =
            LeftOut { stop_at: Vec::new(), skip: vec![rule("art", &["Storno", "Zw*summe"]), rule("Nr", &[])] };
        let rules = Rules::new(&left_out, &facts(&["Nr", "Art"])).unwrap();
        for skipped in [["1", "storno"], ["1", "Zwischensumme"], ["", "Kauf"], ["  ", ""]] {
            assert_eq!(rules.judge(&row(&skipped)), Verdict::Skipped, "{skipped:?}");
        }
        for data in [["1", "Kauf"], ["1", "Stornos"], ["Storno", ""]] {
            assert_eq!(rules.judge(&row(&data)), Verdict::Data, "{data:?}");
        }
        let error = Rules::new(&left_out, &facts(&["Nr", "Arten"])).unwrap_err();
        assert_eq!(error.title, "`in.csv` has no column `art`, which `skip_rows_where:` names");
        assert_eq!(error.help.unwrap(), "there are `Nr`, `Arten`");
    }
}

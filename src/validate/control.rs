//! Control totals: what the rows of a file add up to, against what its footer or the caller says.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::checks::no_value;
use super::field::{FieldReader, as_found};
use super::number;
use super::{ControlTotal, locale};
use crate::expression::Scope;
use crate::extract::{Extraction, normal};
use crate::recipe::Recipe;
use crate::recipe::model::{Control, Expected, Locale, Total};
use crate::record::{Cell, CurrencyFault, Issue, Origin, Row, Value, Why};

/// The running totals of one file.
#[derive(Debug)]
pub(super) struct Totals {
    running: Vec<Running>,
    captions: Captions,
    locale: Locale,
    issues: Vec<Issue>,
}

#[derive(Debug)]
struct Running {
    /// None once it has more digits than can be kept.
    sum: Option<Decimal>,
    unread: u64,
    footer: Footer,
}

/// What the file's own footer says.
#[derive(Debug, PartialEq)]
enum Footer {
    NotSeen,
    /// Seen, but its value cannot be read; that is an issue already.
    Unread,
    Says(Decimal),
}

/// The captions of footers, as the recipe names them.
#[derive(Clone, Debug)]
pub(super) struct Captions(Arc<[String]>);

impl Captions {
    /// The position and caption of the first cell of a row, if it makes the row a footer.
    pub(super) fn of(&self, row: &Row) -> Option<(usize, &str)> {
        if self.0.is_empty() {
            return None;
        }
        let (at, text) = row.cells().enumerate().find_map(|(at, cell)| match cell {
            Cell::Text(text) if !text.trim().is_empty() => Some((at, Some(text))),
            Cell::Empty | Cell::Text(_) => None,
            _ => Some((at, None)),
        })?;
        let text = text?;
        self.0.iter().find(|caption| is_caption(text, caption)).map(|caption| (at, caption.as_str()))
    }
}

impl Totals {
    pub(super) fn new(recipe: &Recipe) -> Self {
        let captions = recipe.control.iter().filter_map(|control| match &control.expected {
            Expected::Footer(caption) => Some(bare(caption)),
            Expected::Equals(_) => None,
        });
        let running = recipe.control.iter();
        Self {
            running: running
                .map(|_| Running { sum: Some(Decimal::ZERO), unread: 0, footer: Footer::NotSeen })
                .collect(),
            captions: Captions(captions.collect()),
            locale: recipe.source.locale,
            issues: Vec::new(),
        }
    }

    /// What tells footers from other rows.
    pub(super) fn captions(&self) -> &Captions {
        &self.captions
    }

    /// Whether the row is a footer; if so, what it says is read.
    pub(super) fn footer(
        &mut self,
        row: &Row,
        controls: &[Control],
        fields: &[FieldReader],
        extraction: &Extraction,
    ) -> bool {
        let captions = self.captions.clone();
        let Some((first_at, caption)) = captions.of(row) else { return false };
        let cells = row.cells().enumerate().skip(first_at);
        let next = cells.map(|(at, _)| at).find(|at| *at > first_at && as_found(row.cell(*at)).is_some());
        for (control, running) in controls.iter().zip(&mut self.running) {
            if !matches!(&control.expected, Expected::Footer(own) if bare(own) == caption) {
                continue;
            }
            if running.footer != Footer::NotSeen {
                let why = Why::FooterTwice { caption: caption.to_owned() };
                self.issues.push(Issue { at: row.origin.clone(), field: None, value: None, why });
                continue;
            }
            let column = match control.total {
                // Where the caption stands in the field's own column, the value stands beside it.
                Total::Sum(field) => extraction.column(field).filter(|column| *column != first_at).or(next),
                Total::Count => next,
            };
            let cell = column.map_or(Cell::Empty, |column| row.cell(column));
            let read = match control.total {
                Total::Sum(field) => {
                    fields.get(field).map_or(Ok(None), |reader| reader.read(cell).map(|value| amount(&value)))
                }
                Total::Count => count(cell, self.locale).map(Some),
            };
            running.footer = match read {
                Ok(Some(says)) => Footer::Says(says),
                Ok(None) => {
                    let why = Why::FooterMissing { caption: caption.to_owned() };
                    self.issues.push(Issue { at: row.origin.clone(), field: None, value: None, why });
                    Footer::Unread
                }
                Err(why) => {
                    let field = if let Total::Sum(field) = control.total { fields.get(field) } else { None };
                    let field = field.map(|reader| Arc::clone(&reader.name));
                    self.issues.push(Issue { at: row.origin.clone(), field, value: as_found(cell), why });
                    Footer::Unread
                }
            };
        }
        true
    }

    /// Adds rows: one addend for each total, row after row; none where a row's value is not known.
    pub(super) fn add(&mut self, addends: &[Option<Decimal>]) {
        for row in addends.chunks(self.running.len().max(1)) {
            for (running, addend) in self.running.iter_mut().zip(row) {
                match addend {
                    Some(addend) => running.sum = running.sum.and_then(|sum| sum.checked_add(*addend)),
                    None => running.unread += 1,
                }
            }
        }
    }

    /// The totals of the file and all that is wrong with them.
    pub(super) fn close(self, recipe: &Recipe, file: &Origin, scope: &dyn Scope) -> (Vec<ControlTotal>, Vec<Issue>) {
        let mut totals = Vec::new();
        let mut issues = self.issues;
        for (control, running) in recipe.control.iter().zip(self.running) {
            let name = match control.total {
                Total::Count => "count".to_owned(),
                Total::Sum(field) => {
                    format!("sum of {}", recipe.fields.get(field).map_or("", |field| &*field.name))
                }
            };
            let mut issue = |why| issues.push(Issue { at: file.clone(), field: None, value: None, why });
            let expected = match (&control.expected, running.footer) {
                (Expected::Footer(_), Footer::Says(value)) => Some(value),
                (Expected::Footer(_), Footer::Unread) => None,
                (Expected::Footer(caption), Footer::NotSeen) => {
                    issue(Why::FooterMissing { caption: caption.clone() });
                    None
                }
                (Expected::Equals(expression), _) => match expression.value(scope) {
                    Ok(value) => match stated(&value, self.locale) {
                        Ok(stated) => Some(stated),
                        Err(why) => {
                            issue(why);
                            None
                        }
                    },
                    Err(problem) => {
                        issue(no_value(expression.source(), problem));
                        None
                    }
                },
            };
            if let (Some(sum), Some(expected)) = (running.sum, expected)
                && sum != expected
            {
                issue(Why::Control {
                    name: name.clone(),
                    expected: expected.to_string(),
                    found: sum.to_string(),
                    unread: running.unread,
                });
            }
            if running.sum.is_none() {
                issue(Why::ControlOverflow { name: name.clone() });
            }
            totals.push(ControlTotal {
                name,
                expected: expected.map(|expected| expected.to_string()),
                found: running.sum.map(|sum| sum.to_string()).unwrap_or_default(),
            });
        }
        (totals, issues)
    }
}

/// The number that a value adds to a sum; none for values that are none.
pub(super) fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

/// A count in a footer: a plain number as the file writes them.
fn count(cell: Cell<'_>, in_locale: Locale) -> Result<Decimal, Why> {
    match cell {
        Cell::Number { digits, .. } => number::read_digits(digits).map_err(Why::Number),
        Cell::Text(text) => plain(text.trim(), in_locale),
        _ => Err(Why::Required),
    }
}

/// What the caller states: a number, or a text with one. A text may come from a script or from a clerk, so it is read
/// as machines write numbers, and where that fails as the file does.
fn stated(value: &Value, in_locale: Locale) -> Result<Decimal, Why> {
    match value {
        Value::Text(text) => {
            let text = text.trim();
            plain(text, Locale::Iso).or_else(|why| plain(text, in_locale).map_err(|_| why))
        }
        other => amount(other).ok_or(Why::Required),
    }
}

fn plain(text: &str, in_locale: Locale) -> Result<Decimal, Why> {
    let found = number::read(text, &locale::numbers(in_locale))?;
    if found.currency.is_some() { Err(Why::Currency(CurrencyFault::Unwanted)) } else { Ok(found.value) }
}

fn is_caption(text: &str, caption: &str) -> bool {
    let text = text.trim();
    let may_be = !text.is_ascii() || text.as_bytes().first() == caption.as_bytes().first();
    text == caption || (may_be && bare(text) == caption)
}

fn bare(caption: &str) -> String {
    normal(caption).trim_end_matches(':').trim_end().to_owned()
}

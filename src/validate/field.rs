//! From the cell of a field to its typed value: cell, transforms, table, default, type.

use std::sync::Arc;

use super::constraints::Rules;
use super::transform;
use super::types::{Reading, word};
use crate::recipe::model::{DataPath, Field, Finder, Locale, Pick, Table, Transform, Type};
use crate::record::{Cell, NOT_CALCULATED, Value, Why};

/// A field compiled for a locale.
#[derive(Debug)]
pub(super) struct FieldReader {
    pub(super) name: Arc<str>,
    kind: Type,
    reading: Reading,
    /// How computed texts are read: as machines write them.
    machine: Reading,
    transforms: Vec<Transform>,
    map: Option<Arc<Table>>,
    default: Option<(String, Result<Value, Why>)>,
    /// Whether numbers come with all their digits, as in JSON; those of workbooks may have lost some.
    exact: bool,
    pub(super) rules: Rules,
}

impl FieldReader {
    pub(super) fn new(field: &Field, locale: Locale) -> Self {
        let own = field.locale.unwrap_or(locale);
        let reading = Reading::new(field.kind, &field.formats, &country_kept(field, [own, locale]), own);
        let machine = Reading::new(field.kind, &[], &country_kept(field, [own, locale]), Locale::Iso);
        // A default stands in for an empty cell, so it is read as a cell of the file would be.
        let default = field.default.as_ref().map(|text| {
            let trimmed = text.trim();
            (text.clone(), if trimmed.is_empty() { Ok(Value::Missing) } else { reading.text(trimmed) })
        });
        Self {
            name: Arc::clone(&field.name),
            kind: field.kind,
            reading,
            machine,
            transforms: field.transforms.clone(),
            map: field.map.clone(),
            default,
            exact: matches!(&field.finder, Finder::Pick(Pick::Path { paths, .. })
                if paths.iter().any(|path| matches!(path, DataPath::Json { .. }))),
            rules: Rules::new(&field.constraints),
        }
    }

    /// Reads a cell.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&self, cell: Cell<'_>) -> Result<Value, Why> {
        let text = match cell {
            Cell::Empty => return self.empty(),
            Cell::Text(text) => text,
            Cell::Error(NOT_CALCULATED) => return Err(Why::NotCalculated),
            Cell::Error(_) => return Err(Why::CellError),
            Cell::Wrong(why) => return Err(why.clone()),
            Cell::Number { digits, .. } if self.exact && !self.is_numeric() => digits,
            typed => {
                if self.map.is_none()
                    && let Some(read) = self.reading.typed(typed)
                {
                    return read;
                }
                self.shown(typed)?
            }
        };
        self.read_text(text)
    }

    /// Whether a text is right, without making its value. False says nothing: it is then to be read, and what comes out
    /// to be checked.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return !self.rules.required && self.default.is_none();
        }
        self.transforms.is_empty()
            && self.map.is_none()
            && match (&self.reading, self.rules.only_one_of()) {
                (Reading::Text | Reading::Code, Some(allowed)) => {
                    allowed.iter().any(|one| matches!(one, Value::Text(one) if one == trimmed))
                }
                (reading, None) => self.rules.free() && reading.accepts(trimmed),
                _ => false,
            }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read_text(&self, text: &str) -> Result<Value, Why> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return self.empty();
        }
        if self.transforms.is_empty() && self.map.is_none() {
            return self.reading.text(trimmed);
        }
        let changed = transform::apply(trimmed, &self.transforms)?;
        let changed = changed.trim();
        if changed.is_empty() {
            return self.empty();
        }
        match &self.map {
            None => self.reading.text(changed),
            Some(table) => {
                let meant = transform::look_up(changed, table)?.trim();
                if meant.is_empty() { self.empty() } else { self.reading.text(meant) }
            }
        }
    }

    /// What a computed value becomes in this field: a value of its type as it is, a text read as machines write it.
    ///
    /// # Errors
    /// A value that does not fit.
    pub(super) fn fit(&self, value: Value) -> Result<Value, Why> {
        let found = value.kind();
        let misfit = || Why::Computed { found, wanted: word(self.kind) };
        match (self.kind, value) {
            (_, Value::Missing | Value::Null) => self.empty(),
            (Type::Text | Type::Code, Value::Number(number)) => Ok(Value::text(number.normalize().to_string())),
            (Type::Text | Type::Code, value @ (Value::Date(_) | Value::Time(_) | Value::DateTime(_))) => {
                Ok(Value::text(value.to_string()))
            }
            (Type::Decimal, value @ Value::Number(_))
            | (Type::Money, value @ Value::Money(_))
            | (Type::Date, value @ Value::Date(_))
            | (Type::Time, value @ Value::Time(_))
            | (Type::DateTime, value @ Value::DateTime(_))
            | (Type::Bool, value @ Value::Bool(_))
            | (Type::List, value @ Value::List(_)) => Ok(value),
            (Type::Integer, Value::Number(number)) if number.is_integer() => Ok(Value::Number(number.trunc())),
            // The recipe states the currency of amounts that name none.
            (Type::Money, Value::Number(number)) => self.machine.text(&number.to_string()),
            (_, Value::Text(text)) => {
                let trimmed = text.trim();
                if trimmed.is_empty() { self.empty() } else { self.machine.text(trimmed) }
            }
            _ => Err(misfit()),
        }
    }

    /// What is wrong with the recipe's own words for this field, as far as its locale must be known to tell: a default
    /// that cannot be read or is not allowed, a format that cannot be used. With the default, if that is to blame.
    pub(super) fn fault_of_recipe(&self) -> Option<(Option<String>, Why)> {
        if let Some(why) = self.reading.fault() {
            return Some((None, why));
        }
        let (text, value) = self.default.as_ref()?;
        let why = match value {
            Err(why) => Some(why.clone()),
            Ok(Value::Missing) => None,
            Ok(value) => {
                let mut first = None;
                self.rules.check(value, &mut |why| {
                    first.get_or_insert(why);
                });
                first
            }
        };
        Some((Some(text.clone()), why?))
    }

    /// The text of a default, for issues about it.
    pub(super) fn default_text(&self) -> Option<&str> {
        self.default.as_ref().map(|(text, _)| text.as_str())
    }

    fn empty(&self) -> Result<Value, Why> {
        self.default.as_ref().map_or(Ok(Value::Missing), |(_, value)| value.clone())
    }

    /// Whether a number may be its value as such.
    fn is_numeric(&self) -> bool {
        matches!(self.kind, Type::Integer | Type::Decimal | Type::Money | Type::Bool)
    }

    /// The text of a cell that holds a value as such.
    fn shown<'a>(&self, cell: Cell<'a>) -> Result<&'a str, Why> {
        let found = match cell {
            Cell::Number { digits, shown } => {
                if !self.is_numeric() && is_rounded(digits) {
                    return Err(Why::Rounded { digits: digits.to_owned() });
                }
                return match self.kind {
                    Type::Code => code(digits, shown),
                    // Its type is a number, so it only comes here to be looked up in a table.
                    Type::Integer | Type::Decimal | Type::Money => Ok(digits),
                    Type::Bool if matches!(digits, "0" | "1") => Ok(digits),
                    Type::Bool => Err(Why::CellKind { found: "number", wanted: word(self.kind) }),
                    _ => Ok(shown),
                };
            }
            Cell::Duration(text) if self.kind == Type::Text => return Ok(text),
            Cell::Duration(_) => "duration",
            Cell::Bool(_) => "bool",
            Cell::Date(_) => "date",
            Cell::Time(_) => "time",
            Cell::Empty | Cell::Text(_) | Cell::Error(_) | Cell::Wrong(_) => "text",
        };
        Err(Why::CellKind { found, wanted: word(self.kind) })
    }
}

/// The first of these locales that has a country also holds where there is none: a postcode has no machine form.
fn country_kept(field: &Field, locales: [Locale; 2]) -> crate::recipe::model::Constraints {
    let mut constraints = field.constraints.clone();
    if constraints.country.is_none() {
        constraints.country = locales.into_iter().find_map(super::locale::country).map(str::to_owned);
    }
    constraints
}

/// An identifier in a cell that holds a number: as the cell shows it, so that `00123` keeps its zeros, provided that it
/// shows all digits of the number and no others.
fn code<'a>(digits: &'a str, shown: &'a str) -> Result<&'a str, Why> {
    if digits.contains('.') {
        return Err(Why::CodeFraction);
    }
    fn bare(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0')
    }
    if bare(digits).eq(bare(shown)) { Ok(shown) } else { Err(Why::ShownOtherwise { digits: digits.to_owned() }) }
}

/// Whether a number cell may have lost digits: from 2⁵³ on, not every whole number can be stored.
fn is_rounded(digits: &str) -> bool {
    const EXACT: u64 = 1 << 53;
    let whole = digits.trim_start_matches('-').split('.').next().unwrap_or_default();
    whole.len() > 15 && whole.parse::<u64>().map_or(true, |number| number > EXACT)
}

/// A cell as a person sees it, for issues; none if it is empty.
pub(super) fn as_found(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Empty | Cell::Wrong(_) | Cell::Error(NOT_CALCULATED) => None,
        Cell::Text(text) => (!text.trim().is_empty()).then(|| text.to_owned()),
        Cell::Number { shown, .. } => Some(shown.to_owned()),
        Cell::Bool(value) => Some(value.to_string()),
        Cell::Date(moment) if moment.time() == jiff::civil::Time::midnight() => Some(moment.date().to_string()),
        Cell::Date(moment) => Some(moment.to_string()),
        Cell::Time(time) => Some(time.to_string()),
        Cell::Duration(text) | Cell::Error(text) => Some(text.to_owned()),
    }
}

//! What the values of a column are, as evidence: how many of them can be read as what. Nothing is decided by it; it helps
//! a person to write a recipe.

use std::sync::LazyLock;

use iban::Iban;
use regex::Regex;

use crate::record::Cell;

/// What a value can be, the most special first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Guess {
    Bool,
    Date(&'static str),
    DateTime,
    Time,
    Duration,
    Iban,
    Email,
    Code,
    Integer,
    Decimal(&'static str),
    Text,
    Error,
}

impl Guess {
    /// The type of a recipe that fits.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Guess::Bool => "bool",
            Guess::Date(_) => "date",
            Guess::DateTime => "datetime",
            Guess::Time => "time",
            Guess::Iban => "iban",
            Guess::Email => "email",
            Guess::Code => "code",
            Guess::Integer => "integer",
            Guess::Decimal(_) => "decimal",
            Guess::Text | Guess::Duration | Guess::Error => "text",
        }
    }

    /// How such values are written, for the evidence.
    pub(super) fn written(self) -> &'static str {
        match self {
            Guess::Bool => "true or false",
            Guess::Date(how) | Guess::Decimal(how) => how,
            Guess::DateTime => "date with time",
            Guess::Time => "time of day",
            Guess::Duration => "length of time",
            Guess::Iban => "IBAN with right check digits",
            Guess::Email => "e-mail address",
            Guess::Code => "digits with leading zeros",
            Guess::Integer => "whole number",
            Guess::Text => "text",
            Guess::Error => "error",
        }
    }
}

/// Texts by their form; the first that matches counts.
static FORMS: LazyLock<Vec<(Regex, Guess)>> = LazyLock::new(|| {
    let forms: [(&str, Guess); 14] = [
        (r"^\d{1,2}\.\d{1,2}\.\d{4}$", Guess::Date("date as 31.12.2026")),
        (r"^\d{1,2}\.\d{1,2}\.\d{2}$", Guess::Date("date with a year of two digits, as 31.12.26")),
        (r"^\d{4}-\d{2}-\d{2}$", Guess::Date("date as 2026-12-31")),
        (r"^\d{1,2}/\d{1,2}/\d{4}$", Guess::Date("date with slashes, day or month first")),
        (r"^(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", Guess::DateTime),
        (r"^\d{1,2}:\d{2}(:\d{2})?$", Guess::Time),
        (r"^[^\s@;,]+@[^\s@;,]+\.[^\s@;,.]{2,}$", Guess::Email),
        (r"^0\d+$", Guess::Code),
        (r"^[+-]?\d+-?$", Guess::Integer),
        (
            r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+-?( ?(€|EUR))?$",
            Guess::Decimal("number with a decimal comma, as 1.234,56"),
        ),
        (r"^[+-]?\d{1,3}(\.\d{3}){2,}-?$", Guess::Decimal("number with points between thousands, as 1.234.567")),
        (
            r"^[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}('\d{3})+)\.\d+-?$",
            Guess::Decimal("number with a decimal point, as 1234.56"),
        ),
        (r"^[+-]?\d{1,3}('\d{3})+$", Guess::Decimal("number with apostrophes between thousands, as 1'234")),
        (r"(?i)^(ja|nein|wahr|falsch|true|false|yes|no)$", Guess::Bool),
    ];
    forms.into_iter().filter_map(|(form, guess)| Some((Regex::new(form).ok()?, guess))).collect()
});

/// What a cell can be; none where it is empty.
pub(super) fn guess(cell: Cell<'_>) -> Option<Guess> {
    Some(match cell {
        Cell::Empty | Cell::Wrong(_) => return None,
        Cell::Text(text) | Cell::Standard(text) => return text_guess(text.trim()),
        Cell::Number { digits, shown } if digits != shown => Guess::Code,
        Cell::Number { digits, .. } if digits.contains('.') => Guess::Decimal("number cell"),
        Cell::Number { .. } => Guess::Integer,
        Cell::Bool(_) => Guess::Bool,
        Cell::Date(moment) if moment.time() == jiff::civil::Time::midnight() => Guess::Date("date cell"),
        Cell::Date(_) => Guess::DateTime,
        Cell::Time(_) => Guess::Time,
        Cell::Duration(_) => Guess::Duration,
        Cell::Error(_) => Guess::Error,
    })
}

fn text_guess(text: &str) -> Option<Guess> {
    if text.is_empty() {
        return None;
    }
    // Longer texts are none of these, and need not be looked at.
    if text.len() > 64 {
        return Some(Guess::Text);
    }
    if let Some((_, guess)) = FORMS.iter().find(|(form, _)| form.is_match(text)) {
        return Some(*guess);
    }
    Some(if text.parse::<Iban>().is_ok() { Guess::Iban } else { Guess::Text })
}

/// The type of a column from what its values can be, with their numbers; none where it is empty. Values of all kinds
/// fit a text, whole numbers fit decimals, and digits fit a code.
pub(super) fn column_kind(seen: &[(Guess, u64)]) -> Option<&'static str> {
    let mut kinds: Vec<&'static str> =
        seen.iter().filter(|(guess, _)| *guess != Guess::Error).map(|(guess, _)| guess.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [] if seen.is_empty() => None,
        [] => Some("text"),
        [only] => Some(only),
        ["decimal", "integer"] => Some("decimal"),
        ["code", "integer"] => Some("code"),
        ["date", "datetime"] => Some("datetime"),
        _ => Some("text"),
    }
}

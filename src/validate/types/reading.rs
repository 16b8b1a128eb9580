//! One field's type with everything that its reading needs, settled once: locale, formats, currency, country.

use std::sync::Arc;

use jiff::civil;

use super::{bank, phone, postcode, vat_id, web};
use crate::recipe::model::{Constraints, Locale, Type};
use crate::record::{Cell, CurrencyFault, DateFault, Money, NumberFault, Value, Why};
use crate::validate::currency;
use crate::validate::date::{Moments, Wanted};
use crate::validate::locale::{self, BoolWords, NumberRules};
use crate::validate::number;

/// How the text of a field is read.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    Text,
    Code,
    Integer(NumberRules),
    Decimal(NumberRules, Option<Arc<str>>),
    Money(NumberRules, Option<Arc<str>>),
    Moment(Moments, Type),
    Bool(BoolWords),
    Email,
    Phone(Option<String>),
    Url,
    Iban,
    Bic,
    VatId,
    Postcode(Option<String>),
    List(Option<String>),
}

/// The name of a type as recipes write it.
pub(crate) fn word(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Code => "code",
        Type::Integer => "integer",
        Type::Decimal => "decimal",
        Type::Money => "money",
        Type::Date => "date",
        Type::Time => "time",
        Type::DateTime => "datetime",
        Type::Bool => "bool",
        Type::Email => "email",
        Type::Phone => "phone",
        Type::Url => "url",
        Type::Iban => "iban",
        Type::Bic => "bic",
        Type::VatId => "vat_id",
        Type::Postcode => "postcode",
        Type::List => "list",
    }
}

impl Reading {
    /// The reading of a type in a locale.
    pub(crate) fn new(kind: Type, formats: &[String], constraints: &Constraints, in_locale: Locale) -> Self {
        let numbers = locale::numbers(in_locale);
        let currency = constraints.currency.as_deref().map(Arc::from);
        let country = || constraints.country.clone().or_else(|| locale::country(in_locale).map(str::to_owned));
        match kind {
            Type::Text => Reading::Text,
            Type::Code => Reading::Code,
            Type::Integer => Reading::Integer(numbers),
            Type::Decimal => Reading::Decimal(numbers, currency),
            Type::Money => Reading::Money(numbers, currency),
            Type::Date => Reading::Moment(Moments::new(Wanted::Date, formats, in_locale), kind),
            Type::Time => Reading::Moment(Moments::new(Wanted::Time, formats, in_locale), kind),
            Type::DateTime => Reading::Moment(Moments::new(Wanted::DateTime, formats, in_locale), kind),
            Type::Bool => Reading::Bool(locale::bool_words(in_locale)),
            Type::Email => Reading::Email,
            Type::Phone => Reading::Phone(country()),
            Type::Url => Reading::Url,
            Type::Iban => Reading::Iban,
            Type::Bic => Reading::Bic,
            Type::VatId => Reading::VatId,
            Type::Postcode => Reading::Postcode(country()),
            Type::List => Reading::List(constraints.separator.clone()),
        }
    }

    /// What keeps this type from being read at all: a format that cannot be used.
    pub(crate) fn fault(&self) -> Option<Why> {
        match self {
            Reading::Moment(moments, kind) => moments.fault().map(|fault| moment_fault(*kind, fault)),
            _ => None,
        }
    }

    /// Whether a text that is trimmed and not empty is right, without making its value. False says nothing.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        match self {
            Reading::Text | Reading::Code => true,
            Reading::Email => web::is_email(text),
            Reading::Iban => bank::is_common(text.as_bytes()),
            Reading::Moment(moments, _) => moments.day(text).is_some(),
            _ => false,
        }
    }

    /// Reads a text that is trimmed and not empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn text(&self, text: &str) -> Result<Value, Why> {
        match self {
            Reading::Text | Reading::Code => Ok(Value::text(text)),
            Reading::Integer(rules) => {
                let found = number::read(text, rules)?;
                if found.currency.is_some() {
                    return Err(Why::Currency(CurrencyFault::Unwanted));
                }
                whole(found.value).map_err(Why::Number)
            }
            Reading::Decimal(rules, stated) => {
                let found = number::read(text, rules)?;
                if found.currency.is_some() && stated.is_some() {
                    currency::settle(found.currency, stated.as_ref()).map_err(Why::Currency)?;
                }
                Ok(Value::Number(found.value))
            }
            Reading::Money(rules, stated) => {
                let found = number::read(text, rules)?;
                let currency = currency::settle(found.currency, stated.as_ref()).map_err(Why::Currency)?;
                Ok(Value::Money(Money { amount: found.value, currency }))
            }
            Reading::Moment(moments, kind) => moments.read(text).map_err(|fault| moment_fault(*kind, fault)),
            Reading::Bool(words) => {
                let is = |word: &&str| word.eq_ignore_ascii_case(text);
                if words.yes.iter().any(is) {
                    Ok(Value::Bool(true))
                } else if words.no.iter().any(is) {
                    Ok(Value::Bool(false))
                } else {
                    Err(Why::Bool { words: words.listed })
                }
            }
            Reading::Email => web::email(text).map(Value::Text).ok_or(Why::Email),
            Reading::Phone(country) => phone::phone(text, country.as_deref()).map(Value::Text).map_err(Why::Phone),
            Reading::Url => web::url(text).map(Value::Text).ok_or(Why::Url),
            Reading::Iban => bank::iban(text).map(Value::Text).map_err(Why::Iban),
            Reading::Bic => bank::bic(text).map(Value::Text).ok_or(Why::Bic),
            Reading::VatId => vat_id::vat_id(text).map(Value::Text).map_err(Why::Vat),
            Reading::Postcode(country) => postcode::postcode(text, country.as_deref()).map(Value::Text),
            Reading::List(separator) => Ok(Value::List(list(text, separator.as_deref()))),
        }
    }

    /// Reads a cell that holds a value as such, where the type has such values; none: read its text instead.
    pub(crate) fn typed(&self, cell: Cell<'_>) -> Option<Result<Value, Why>> {
        match (self, cell) {
            (Reading::Integer(_), Cell::Number { digits, .. }) => {
                Some(number::read_digits(digits).and_then(whole).map_err(Why::Number))
            }
            (Reading::Decimal(..), Cell::Number { digits, .. }) => {
                Some(number::read_digits(digits).map(Value::Number).map_err(Why::Number))
            }
            (Reading::Money(_, stated), Cell::Number { digits, shown }) => {
                Some(money_cell(digits, shown, stated.as_ref()))
            }
            (Reading::Moment(_, kind), Cell::Number { .. }) => Some(Err(moment_fault(*kind, DateFault::NumberCell))),
            (Reading::Moment(moments, kind), Cell::Date(moment)) => {
                moments.date_cell(moment).map(|read| read.map_err(|fault| moment_fault(*kind, fault)))
            }
            (Reading::Moment(_, Type::Time), Cell::Time(time)) => Some(Ok(Value::Time(time))),
            // A cell formatted as `[h]:mm` holds a length of time; below a day it is a time of day too.
            (Reading::Moment(_, Type::Time), Cell::Duration(text)) => duration(text).map(|time| Ok(Value::Time(time))),
            (Reading::Bool(_), Cell::Bool(value)) => Some(Ok(Value::Bool(value))),
            _ => None,
        }
    }
}

fn moment_fault(kind: Type, fault: DateFault) -> Why {
    match kind {
        Type::Time => Why::Time(fault),
        Type::DateTime => Why::DateTime(fault),
        _ => Why::Date(fault),
    }
}

/// A whole number, without the zeros after the decimal mark that it may be written with.
fn whole(value: rust_decimal::Decimal) -> Result<Value, NumberFault> {
    if value.is_integer() { Ok(Value::Number(value.trunc())) } else { Err(NumberFault::NotWhole) }
}

/// The amount of a number cell; the currency may stand in its number format (`1.234,56 €`).
fn money_cell(digits: &str, shown: &str, stated: Option<&Arc<str>>) -> Result<Value, Why> {
    let amount = number::read_digits(digits).map_err(Why::Number)?;
    let found = currency::at_end(shown.trim()).or_else(|| currency::at_start(shown.trim()));
    let found = found.map(|(currency, _)| currency).transpose().map_err(Why::Currency)?;
    let currency = currency::settle(found, stated).map_err(Why::Currency)?;
    Ok(Value::Money(Money { amount, currency }))
}

/// `8:30:00` as a time of day.
fn duration(text: &str) -> Option<civil::Time> {
    let mut parts = text.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    civil::Time::new(hour, minute, second, 0).ok()
}

/// The items of a cell, trimmed, without empty ones.
fn list(text: &str, separator: Option<&str>) -> Arc<[Value]> {
    let items: Vec<&str> = match separator {
        Some(separator) if !separator.is_empty() => text.split(separator).collect(),
        _ => text.split([';', ',', '\n', '\r']).collect(),
    };
    items.into_iter().map(str::trim).filter(|item| !item.is_empty()).map(Value::text).collect()
}

//! What a value must be, and which constraints go with which type.

use super::super::model::{Constraints, Type};
use super::super::raw;
use super::super::yaml::{Keyed, Text};
use super::Context;
use super::words::literal;
use crate::diagnostic::At;
use crate::record::Value;

use Type::{Bool, Code, Date, DateTime, Decimal, Integer, List, Money, Phone, Postcode, Text as Words, Time};

const ORDERED: &[Type] = &[Integer, Decimal, Money, Date, Time, DateTime];
const TEXTS: &[Type] = &[Words, Code, Type::Email, Phone, Type::Url, Type::Iban, Type::Bic, Type::VatId, Postcode];

/// Constraint, the types it goes with, and what to do where it does not.
const GOES_WITH: &[(&str, &[Type], &str)] = &[
    ("minimum", ORDERED, "it is for numbers, money, dates and times; for the length of a text there is `min_length`"),
    ("maximum", ORDERED, "it is for numbers, money, dates and times; for the length of a text there is `max_length`"),
    ("decimals", &[Decimal, Money], "it is for decimal and money"),
    ("pattern", TEXTS, "it is for texts; a number that is an identifier has the type `code`"),
    ("min_length", TEXTS, "it is for texts; for the size of a number there is `minimum`"),
    ("max_length", TEXTS, "it is for texts; for the size of a number there is `maximum`"),
    ("currency", &[Money], "it is for money"),
    ("separator", &[List], "it is for lists"),
    ("country", &[Postcode, Phone], "it is for postcode and phone"),
];

/// Lowers the constraints of a field.
pub(super) fn constraints(context: &Context, written: &Keyed<raw::Field>, kind: Type) -> Constraints {
    for key in &written.keys {
        let Some((name, types, help)) = GOES_WITH.iter().find(|(name, ..)| *name == key.value) else { continue };
        if !types.contains(&kind) {
            context.wrong(&key.span, format!("`{name}` does not go with the type `{}`", word(kind)), *help);
        }
    }
    let currency = written.currency.as_ref().map(|text| code(context, text, 3, "currency", "EUR"));
    let country = written.country.as_ref().map(|text| code(context, text, 2, "country", "AT"));
    let value = |text: &At<Text>| value(context, text, kind, currency.as_deref());
    let bound = |text: Option<&At<Text>>| text.filter(|_| ORDERED.contains(&kind)).and_then(value);
    let (minimum, maximum) = (bound(written.minimum.as_ref()), bound(written.maximum.as_ref()));
    if let (Some(least), Some(greatest), Some(text)) = (&minimum, &maximum, &written.maximum)
        && greater(least, greatest)
    {
        context.wrong(&text.span, "the maximum is less than the minimum, so no value is right", "");
    }
    let length = |length: &Option<At<u32>>| length.as_ref().map(|length| length.value as usize);
    let (min_length, max_length) = (length(&written.min_length), length(&written.max_length));
    if let (Some(least), Some(greatest), Some(text)) = (min_length, max_length, &written.max_length)
        && least > greatest
    {
        context.wrong(&text.span, "`max_length` is less than `min_length`, so no value is right", "");
    }
    let flag = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
    if let Some(separator) = &written.separator
        && separator.is_empty()
    {
        context.wrong(&separator.span, "the separator is empty", "");
    }
    if let Some(decimals) = written.decimals.as_ref().filter(|decimals| decimals.value > 28) {
        context.wrong(&decimals.span, "a number has at most 28 digits", "");
    }
    let one_of: Option<Vec<Value>> = written.one_of.as_ref().map(|list| {
        if list.is_empty() {
            context.wrong(&list.span, "the list of allowed values is empty, so no value is right", "");
        }
        list.iter().filter_map(value).collect()
    });
    default(context, written, kind, one_of.as_deref());
    Constraints {
        required: flag(&written.required),
        pattern: written.pattern.as_ref().map(|text| context.whole_pattern(text)),
        minimum,
        maximum,
        min_length,
        max_length,
        unique: flag(&written.unique),
        one_of,
        decimals: written.decimals.as_ref().map(|decimals| decimals.value),
        currency,
        separator: written.separator.as_ref().map(|text| text.value.0.clone()),
        country,
    }
}

/// A default is read like a cell of the source, in the locale's words, so only what is wrong in every locale is found.
fn default(context: &Context, written: &Keyed<raw::Field>, kind: Type, one_of: Option<&[Value]>) {
    let Some(default) = &written.default else { return };
    let needs_digits = matches!(kind, Integer | Decimal | Money | Date | Time | DateTime);
    if needs_digits && !default.bytes().any(|byte| byte.is_ascii_digit()) {
        let title = format!("the default `{}` is not of the type `{}`", default.as_str(), word(kind));
        context.wrong(&default.span, title, "write it as the source would write it");
    }
    if default.trim().is_empty() {
        context.wrong(&default.span, "the default is empty", "take it out: an empty value has no value anyway");
    }
    if TEXTS.contains(&kind)
        && let Some(allowed) = one_of
        && !allowed.iter().any(|value| matches!(value, Value::Text(text) if **text == ***default))
    {
        let title = format!("the default `{}` is not among the values of `one_of`", default.as_str());
        context.wrong(&default.span, title, "");
    }
}

fn value(context: &Context, text: &At<Text>, kind: Type, currency: Option<&str>) -> Option<Value> {
    literal(kind, currency, text)
        .map_err(|help| {
            context.wrong(&text.span, format!("`{}` is not a value of the type `{}`", text.as_str(), word(kind)), help);
        })
        .ok()
}

fn code(context: &Context, text: &At<Text>, length: usize, what: &str, example: &str) -> String {
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let title = format!("`{}` is not the code of a {what}", text.as_str());
        context.wrong(&text.span, title, format!("write {length} capital letters, such as `{example}`"));
    }
    text.value.0.clone()
}

fn greater(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one > other,
        (Value::Money(one), Value::Money(other)) => one.amount > other.amount,
        (Value::Date(one), Value::Date(other)) => one > other,
        (Value::Time(one), Value::Time(other)) => one > other,
        (Value::DateTime(one), Value::DateTime(other)) => one.civil > other.civil,
        _ => false,
    }
}

/// The word for a type, as recipes write it.
pub(super) fn word(kind: Type) -> &'static str {
    match kind {
        Words => "text",
        Code => "code",
        Integer => "integer",
        Decimal => "decimal",
        Money => "money",
        Date => "date",
        Time => "time",
        DateTime => "datetime",
        Bool => "bool",
        Type::Email => "email",
        Phone => "phone",
        Type::Url => "url",
        Type::Iban => "iban",
        Type::Bic => "bic",
        Type::VatId => "vat_id",
        Postcode => "postcode",
        List => "list",
    }
}

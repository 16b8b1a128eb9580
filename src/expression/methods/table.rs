//! All methods of the language: the only place that knows which there are.

use super::{Argument, EachMethod, Gives, Method, On, Run, Takes, date, list, number, text};

const fn need(name: &'static str, takes: Takes) -> Argument {
    Argument { name, takes, optional: false }
}

const fn may(name: &'static str, takes: Takes) -> Argument {
    Argument { name, takes, optional: true }
}

const fn plain(
    on: On,
    name: &'static str,
    takes: &'static [Argument],
    gives: Gives,
    run: fn(&super::Call<'_>) -> Result<crate::record::Value, super::Trouble>,
    doc: &'static str,
) -> Method {
    Method { name, on, takes, gives, doc, run: Run::Plain(run) }
}

const fn each(
    name: &'static str,
    takes: &'static [Argument],
    gives: Gives,
    run: EachMethod,
    doc: &'static str,
) -> Method {
    Method { name, on: On::List, takes, gives, doc, run: Run::Each(run) }
}

const OLD_NEW: &[Argument] = &[need("old", Takes::Text), need("new", Takes::Text)];
const PART: &[Argument] = &[need("part", Takes::Text)];
const COUNT: &[Argument] = &[need("count", Takes::Whole)];
const PAD: &[Argument] = &[need("length", Takes::Whole), need("with", Takes::Text)];
const DECIMALS: &[Argument] = &[may("decimals", Takes::Whole)];
const FORMAT: &[Argument] = &[need("format", Takes::DateFormat)];
const CONDITION: &[Argument] = &[need("condition", Takes::EachBool)];

/// All methods.
#[rustfmt::skip]
pub static METHODS: &[Method] = &[
    plain(On::Any, "is_missing", &[], Gives::Bool, list::is_missing, "whether there is no value (missing or null)"),
    plain(On::Any, "is_given", &[], Gives::Bool, list::is_given, "whether there is a value"),
    plain(On::Scalar, "text", &[], Gives::Text, text::text, "the exact text, as `${…}` writes it"),

    plain(On::Text, "trim", &[], Gives::Text, text::trim, "without white space at both ends"),
    plain(On::Text, "upper", &[], Gives::Text, text::upper, "in capitals"),
    plain(On::Text, "lower", &[], Gives::Text, text::lower, "in small letters"),
    plain(On::Text, "length", &[], Gives::Number, text::length, "the number of characters"),
    plain(On::Text, "contains", PART, Gives::Bool, text::contains, "whether `part` stands in it; capitals count"),
    plain(On::Text, "starts_with", PART, Gives::Bool, text::starts_with, "whether it begins with `part`; capitals count"),
    plain(On::Text, "ends_with", PART, Gives::Bool, text::ends_with, "whether it ends with `part`; capitals count"),
    plain(On::Text, "replace", OLD_NEW, Gives::Text, text::replace, "every `old` replaced by `new`"),
    plain(On::Text, "left", COUNT, Gives::Text, text::left, "the first `count` characters, or all if there are fewer"),
    plain(On::Text, "right", COUNT, Gives::Text, text::right, "the last `count` characters, or all if there are fewer"),
    plain(On::Text, "substring", &[need("start", Takes::Whole), may("length", Takes::Whole)], Gives::Text, text::substring,
        "`length` characters (or all the rest) from `start` on, counted from 0"),
    plain(On::Text, "split", &[need("separator", Takes::Text)], Gives::Texts, text::split, "the parts between the separators"),
    plain(On::Text, "matches", &[need("pattern", Takes::Pattern)], Gives::Bool, text::matches,
        "whether the whole text matches a regular expression"),
    plain(On::Text, "pad_left", PAD, Gives::Text, text::pad_left, "filled up on the left to `length` characters"),
    plain(On::Text, "pad_right", PAD, Gives::Text, text::pad_right, "filled up on the right to `length` characters"),
    plain(On::Text, "digits", &[], Gives::Text, text::digits, "only its digits 0 to 9"),
    plain(On::Text, "number", &[], Gives::Number, text::number, "read as a number with a decimal point, without grouping"),
    plain(On::Text, "date", &[], Gives::Date, text::date, "read as a date in the form `2026-01-31`"),

    plain(On::Number, "round", DECIMALS, Gives::Number, number::round,
        "rounded to `decimals` (0 unless stated); a half goes away from zero, as in accounting"),
    plain(On::Number, "round_even", DECIMALS, Gives::Number, number::round_even,
        "rounded to `decimals` (0 unless stated); a half goes to the even digit"),
    plain(On::Number, "abs", &[], Gives::Number, number::abs, "without its sign"),
    plain(On::Number, "floor", &[], Gives::Number, number::floor, "the next whole number below"),
    plain(On::Number, "ceil", &[], Gives::Number, number::ceil, "the next whole number above"),
    plain(On::Number, "format", &[need("locale", Takes::Locale), may("decimals", Takes::Whole)], Gives::Text, number::format,
        "written with the decimal mark of a locale, without grouping; never rounded"),

    plain(On::Money, "amount", &[], Gives::Number, number::amount, "the amount without its currency"),
    plain(On::Money, "currency", &[], Gives::Text, number::currency, "the currency, as three capital letters"),
    plain(On::Money, "round", DECIMALS, Gives::Money, number::round, "the amount rounded as a number is"),
    plain(On::Money, "round_even", DECIMALS, Gives::Money, number::round_even, "the amount rounded as a number is"),
    plain(On::Money, "abs", &[], Gives::Money, number::abs, "without its sign"),

    plain(On::Date, "plus_days", COUNT, Gives::Date, date::plus_days, "so many days later"),
    plain(On::Date, "plus_months", COUNT, Gives::Date, date::plus_months, "so many months later; the 31st becomes the last day"),
    plain(On::Date, "plus_years", COUNT, Gives::Date, date::plus_years, "so many years later; 29 February becomes the 28th"),
    plain(On::Date, "minus_days", COUNT, Gives::Date, date::minus_days, "so many days earlier"),
    plain(On::Date, "minus_months", COUNT, Gives::Date, date::minus_months, "so many months earlier; the 31st becomes the last day"),
    plain(On::Date, "minus_years", COUNT, Gives::Date, date::minus_years, "so many years earlier; 29 February becomes the 28th"),
    plain(On::Date, "days_until", &[need("other", Takes::Date)], Gives::Number, date::days_until,
        "days from this date to the other; negative if that is earlier"),
    plain(On::Date, "start_of_month", &[], Gives::Date, date::start_of_month, "the first day of its month"),
    plain(On::Date, "end_of_month", &[], Gives::Date, date::end_of_month, "the last day of its month"),
    plain(On::Date, "year", &[], Gives::Number, date::year, "the year"),
    plain(On::Date, "month", &[], Gives::Number, date::month, "the month, 1 to 12"),
    plain(On::Date, "day", &[], Gives::Number, date::day, "the day of the month, 1 to 31"),
    plain(On::Date, "weekday", &[], Gives::Number, date::weekday, "1 for Monday to 7 for Sunday (ISO 8601)"),
    plain(On::Date, "format", FORMAT, Gives::Text, date::format, "written as `dd.MM.yyyy` or `%d.%m.%Y` says"),

    plain(On::Time, "hour", &[], Gives::Number, date::hour, "the hour, 0 to 23"),
    plain(On::Time, "minute", &[], Gives::Number, date::minute, "the minute, 0 to 59"),
    plain(On::Time, "format", FORMAT, Gives::Text, date::format, "written as `HH:mm` or `%H:%M` says"),

    plain(On::DateTime, "date", &[], Gives::Date, date::date, "its day, as written"),
    plain(On::DateTime, "time", &[], Gives::Time, date::time, "its time of day, as written"),
    plain(On::DateTime, "format", FORMAT, Gives::Text, date::format, "written as `dd.MM.yyyy HH:mm` says, in its own offset"),

    each("sum", &[may("summand", Takes::EachSummand)], Gives::Each, EachMethod::Sum,
        "the sum of the elements, or of what the argument is for each; 0 for an empty list"),
    each("count", &[may("condition", Takes::EachBool)], Gives::Number, EachMethod::Count,
        "how many elements there are, or for how many the argument is true"),
    each("min", &[may("value", Takes::EachOrdered)], Gives::Each, EachMethod::Min, "the least; missing for an empty list"),
    each("max", &[may("value", Takes::EachOrdered)], Gives::Each, EachMethod::Max, "the greatest; missing for an empty list"),
    each("all", CONDITION, Gives::Bool, EachMethod::All, "whether the argument is true for each; true for an empty list"),
    each("any", CONDITION, Gives::Bool, EachMethod::Any, "whether the argument is true for one; false for an empty list"),
    each("map", &[need("value", Takes::Each)], Gives::EachAsList, EachMethod::Map, "what the argument is for each"),
    each("filter", CONDITION, Gives::Elements, EachMethod::Filter, "the elements for which the argument is true"),
    plain(On::List, "first", &[], Gives::Element, list::first, "the first element; missing for an empty list"),
    plain(On::List, "last", &[], Gives::Element, list::last, "the last element; missing for an empty list"),
    plain(On::List, "length", &[], Gives::Number, list::length, "the number of elements"),
    plain(On::List, "join", &[need("separator", Takes::Text)], Gives::Text, list::join,
        "the elements as one text with the separator between them"),
];

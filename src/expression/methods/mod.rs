//! What methods are: on what they work, what they take and give, and how they are done. [`table`] lists them all; the
//! checker, the evaluator, the reference and "did you mean" work from that one list.

mod date;
mod list;
mod number;
mod table;
mod text;

use std::borrow::Cow;
use std::fmt;

use regex::Regex;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::date_format::DateFormat;
use super::operators::Sort;
use super::problem::{Trouble, quoted};
use super::scope::Kind;
use crate::record::Value;

pub use table::METHODS;

/// One method of the language.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// What it works on.
    pub on: On,
    /// What it takes, in order. Without a required argument it may be written without parentheses.
    pub takes: &'static [Argument],
    /// What it gives.
    pub gives: Gives,
    /// What it does, in one line.
    pub doc: &'static str,
    /// How it is done.
    pub(super) run: Run,
}

/// One argument of a method.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// What it is called in the reference.
    pub name: &'static str,
    /// What it must be.
    pub takes: Takes,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a method works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Every value, and a missing one too.
    Any,
    /// Every single value: all but lists and maps.
    Scalar,
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Amounts with their currency.
    Money,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Days with a time of day.
    DateTime,
    /// Lists.
    List,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Text.
    Text,
    /// A number without fraction.
    Whole,
    /// A day.
    Date,
    /// A regular expression in quotes; backslashes stand as they are.
    Pattern,
    /// A date format in quotes: `dd.MM.yyyy`.
    DateFormat,
    /// How numbers are written, in quotes: `de`, `de-AT`, `de-CH`, `en-GB`, `en-US` or `iso`.
    Locale,
    /// An expression that is asked for each element and must be true or false.
    EachBool,
    /// An expression that is asked for each element and must be a number or money.
    EachSummand,
    /// An expression that is asked for each element and must have an order: a number, money, date or time.
    EachOrdered,
    /// An expression that is asked for each element.
    Each,
}

/// What a method gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Text.
    Text,
    /// A number.
    Number,
    /// An amount with its currency.
    Money,
    /// True or false.
    Bool,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// Several texts.
    Texts,
    /// An element of the list.
    Element,
    /// A list of elements like those of the list.
    Elements,
    /// What the argument is for an element; without an argument, an element.
    Each,
    /// A list of what the argument is for each element.
    EachAsList,
}

/// How a method is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    /// With the values of its arguments.
    Plain(fn(&Call<'_>) -> Result<Value, Trouble>),
    /// With its argument asked anew for each element.
    Each(EachMethod),
}

/// The methods that ask their argument for each element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EachMethod {
    Sum,
    Count,
    Min,
    Max,
    All,
    Any,
    Map,
    Filter,
}

/// What the checker makes of an argument that must be a text in quotes, so that no record pays for it.
#[derive(Clone, Debug)]
pub(super) enum Prepared {
    Nothing,
    Pattern(Regex),
    DateFormat(DateFormat),
    /// The decimal mark of a locale.
    Mark(char),
}

/// A method at work.
pub(super) struct Call<'a> {
    /// What it works on.
    pub(super) on: &'a Value,
    /// How that is written.
    pub(super) written: &'a str,
    /// Its arguments.
    pub(super) arguments: &'a [Cow<'a, Value>],
    pub(super) prepared: &'a Prepared,
    /// Whether the value is a secret (or made of one), which no message may show.
    pub(super) secret: bool,
}

impl Call<'_> {
    fn text(&self) -> Result<&str, Trouble> {
        if let Value::Text(text) = self.on { Ok(text) } else { Err(self.unfit()) }
    }

    fn number(&self) -> Result<Decimal, Trouble> {
        if let Value::Number(number) = self.on { Ok(*number) } else { Err(self.unfit()) }
    }

    fn date(&self) -> Result<jiff::civil::Date, Trouble> {
        if let Value::Date(date) = self.on { Ok(*date) } else { Err(self.unfit()) }
    }

    fn list(&self) -> Result<&[Value], Trouble> {
        if let Value::List(items) = self.on { Ok(items) } else { Err(self.unfit()) }
    }

    /// An argument that is a text; an optional one must be asked for with [`Call::has`] first.
    fn text_at(&self, index: usize) -> Result<&str, Trouble> {
        match self.arguments.get(index).map(Cow::as_ref) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.unfit()),
        }
    }

    /// An argument that is a whole number.
    fn whole_at(&self, index: usize) -> Result<i64, Trouble> {
        match self.arguments.get(index).map(Cow::as_ref) {
            Some(Value::Number(number)) => {
                let whole = Some(number).filter(|number| number.is_integer()).and_then(Decimal::to_i64);
                let shown = if self.secret { "a secret value".to_owned() } else { format!("`{number}`") };
                whole.ok_or_else(|| Trouble::new(format!("a whole number is needed, not {shown}")))
            }
            _ => Err(self.unfit()),
        }
    }

    /// An argument that counts something.
    fn count_at(&self, index: usize, most: usize) -> Result<usize, Trouble> {
        let whole = self.whole_at(index)?;
        let count = usize::try_from(whole).ok().filter(|count| *count <= most);
        let shown = if self.secret { "a secret value".to_owned() } else { format!("`{whole}`") };
        count.ok_or_else(|| Trouble::new(format!("a number from 0 to {most} is needed, not {shown}")))
    }

    fn has(&self, index: usize) -> bool {
        self.arguments.len() > index
    }

    /// The value for a message, unless it is secret.
    fn shown(&self) -> String {
        if self.secret { "a secret value".to_owned() } else { quoted(&self.on.to_string()) }
    }

    /// The kinds of values and arguments are checked before a method is called, so nobody should ever read this.
    fn unfit(&self) -> Trouble {
        Trouble::new(format!("{} is {}, which the method does not work on", quoted(self.written), self.on.kind()))
    }
}

impl Method {
    /// How many arguments it needs at the least.
    pub fn required(&self) -> usize {
        self.takes.iter().filter(|argument| !argument.optional).count()
    }

    /// `text.replace(old, new)`; an argument that may be left out stands in brackets.
    pub fn signature(&self) -> String {
        let mut signature = format!("{}.{}", self.on, self.name);
        if !self.takes.is_empty() {
            let names: Vec<String> = self.takes.iter().map(Argument::shown).collect();
            signature.push_str(&format!("({})", names.join(", ")));
        }
        signature
    }

    /// The kind of its value.
    pub(super) fn kind(&self, receiver: &Kind, argument: Option<&Kind>) -> Kind {
        let element = match receiver {
            Kind::List(element) => (**element).clone(),
            _ => Kind::Any,
        };
        match self.gives {
            Gives::Text => Kind::Text,
            Gives::Number => Kind::Number,
            Gives::Money => Kind::Money,
            Gives::Bool => Kind::Bool,
            Gives::Date => Kind::Date,
            Gives::Time => Kind::Time,
            Gives::Texts => Kind::List(Box::new(Kind::Text)),
            Gives::Element => element,
            Gives::Elements => Kind::List(Box::new(element)),
            Gives::Each => argument.cloned().unwrap_or(element),
            Gives::EachAsList => Kind::List(Box::new(argument.cloned().unwrap_or(element))),
        }
    }
}

impl Argument {
    fn shown(&self) -> String {
        if self.optional { format!("[{}]", self.name) } else { self.name.to_owned() }
    }
}

impl On {
    /// The one sort that it is; none where it is several.
    pub(super) fn sort(self) -> Option<Sort> {
        Some(match self {
            On::Any | On::Scalar => return None,
            On::Text => Sort::Text,
            On::Number => Sort::Number,
            On::Money => Sort::Money,
            On::Date => Sort::Date,
            On::Time => Sort::Time,
            On::DateTime => Sort::DateTime,
            On::List => Sort::List,
        })
    }

    /// Whether a value of this sort (none: missing or null) is one of those.
    pub(super) fn accepts(self, sort: Option<Sort>) -> bool {
        match self {
            On::Any => true,
            On::Scalar => sort.is_some_and(|sort| !matches!(sort, Sort::List | Sort::Map)),
            _ => sort.is_some() && sort == self.sort(),
        }
    }
}

impl fmt::Display for On {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            On::Any => "any",
            On::Scalar => "value",
            On::Text => "text",
            On::Number => "number",
            On::Money => "money",
            On::Date => "date",
            On::Time => "time",
            On::DateTime => "datetime",
            On::List => "list",
        })
    }
}

impl fmt::Display for Gives {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Gives::Text => "text",
            Gives::Number => "number",
            Gives::Money => "money",
            Gives::Bool => "bool",
            Gives::Date => "date",
            Gives::Time => "time",
            Gives::Texts => "list of text",
            Gives::Element => "an element",
            Gives::Elements => "list",
            Gives::Each => "as its argument",
            Gives::EachAsList => "list of its argument",
        })
    }
}

impl Takes {
    /// Whether it is an expression that is asked for each element.
    pub(super) fn is_each(self) -> bool {
        matches!(self, Takes::EachBool | Takes::EachSummand | Takes::EachOrdered | Takes::Each)
    }

    /// Whether it must be a text in quotes, known before there is a record.
    pub(super) fn is_prepared(self) -> bool {
        matches!(self, Takes::Pattern | Takes::DateFormat | Takes::Locale)
    }

    /// Whether an argument of this sort fits.
    pub(super) fn accepts(self, sort: Sort) -> bool {
        match self {
            Takes::Text | Takes::Pattern | Takes::DateFormat | Takes::Locale => sort == Sort::Text,
            Takes::Whole => sort == Sort::Number,
            Takes::Date => sort == Sort::Date,
            Takes::EachBool => sort == Sort::Bool,
            Takes::EachSummand => matches!(sort, Sort::Number | Sort::Money),
            Takes::EachOrdered => {
                matches!(sort, Sort::Number | Sort::Money | Sort::Date | Sort::Time | Sort::DateTime)
            }
            Takes::Each => true,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Takes::Text => "text",
            Takes::Whole => "a whole number",
            Takes::Date => "a date",
            Takes::Pattern => "a regular expression in quotes",
            Takes::DateFormat => "a date format in quotes",
            Takes::Locale => "a locale in quotes",
            Takes::EachBool => "something true or false",
            Takes::EachSummand => "numbers or money",
            Takes::EachOrdered => "numbers, money, dates or times",
            Takes::Each => "an expression",
        }
    }

    /// Why an argument of this sort does not fit.
    pub(super) fn rule(self, method: &str, written: &str, sort: Sort) -> Result<(), Trouble> {
        if self.accepts(sort) {
            return Ok(());
        }
        let trouble =
            Trouble::new(format!("`{method}` takes {}, but {} is {}", self.words(), quoted(written), sort.words()));
        Err(match (self, sort) {
            (Takes::EachSummand, Sort::Map) => trouble.help(format!("say what of it: `{method}(quantity * price)`")),
            (Takes::EachOrdered, Sort::Map) => trouble.help(format!("say what of it: `{method}(price)`")),
            (Takes::EachSummand | Takes::EachOrdered, Sort::Text) => {
                trouble.help("read the field by a `type:`, or write `.number()` behind it")
            }
            (Takes::Date, Sort::Text) => trouble.help("write a fixed day as `\"2026-01-31\".date()`"),
            (Takes::Date, Sort::DateTime) => trouble.help("take its day with `.date`"),
            (Takes::Text, Sort::Number) => trouble.help("write `.text()` behind it"),
            _ => trouble,
        })
    }

    /// Makes ready what must be a text in quotes; `on` is the sort that the method works on.
    pub(super) fn prepare(self, text: &str, on: Sort) -> Result<Prepared, Trouble> {
        match self {
            Takes::Pattern => pattern(text).map(Prepared::Pattern),
            Takes::DateFormat => {
                let format = DateFormat::parse(text)?;
                format.suits(on)?;
                Ok(Prepared::DateFormat(format))
            }
            Takes::Locale => number::decimal_mark(text).map(Prepared::Mark),
            _ => Ok(Prepared::Nothing),
        }
    }
}

/// A regular expression that must match a whole text, as `pattern:` does.
fn pattern(text: &str) -> Result<Regex, Trouble> {
    let wrong = |error: &regex::Error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Trouble::new(format!("{} is not a regular expression: {last}", quoted(text)))
            .help("a character that shall stand for itself has a backslash before it: `\\.`")
    };
    Regex::new(text).map_err(|error| wrong(&error))?;
    Regex::new(&format!(r"\A(?:{text})\z")).map_err(|error| wrong(&error))
}

/// All methods of a name.
pub(super) fn named(name: &str) -> impl Iterator<Item = &'static Method> {
    METHODS.iter().filter(move |method| method.name == name)
}

/// All methods that work on a sort.
pub(super) fn on(sort: Sort) -> impl Iterator<Item = &'static Method> {
    METHODS.iter().filter(move |method| method.on.accepts(Some(sort)))
}

/// Whether a method of this name takes a regular expression first.
pub(super) fn takes_pattern(name: &str) -> bool {
    named(name).any(|method| method.takes.first().is_some_and(|argument| argument.takes == Takes::Pattern))
}

/// All methods as a Markdown table, for the reference.
pub fn markdown() -> String {
    let mut table = "| method | gives | does |\n|---|---|---|\n".to_owned();
    for method in METHODS {
        table.push_str(&format!("| `{}` | {} | {} |\n", method.signature(), method.gives, method.doc));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_one_name_agree_in_what_is_asked_for_each_element() {
        for method in METHODS {
            for other in named(method.name) {
                let each = |method: &Method| method.takes.iter().any(|argument| argument.takes.is_each());
                assert_eq!(each(method), each(other), "{} and {}", method.signature(), other.signature());
            }
        }
    }

    #[test]
    fn no_value_has_two_methods_of_one_name() {
        let sorts = [
            Sort::Text,
            Sort::Number,
            Sort::Money,
            Sort::Bool,
            Sort::Date,
            Sort::Time,
            Sort::DateTime,
            Sort::List,
            Sort::Map,
        ];
        for sort in sorts {
            for method in on(sort) {
                assert_eq!(on(sort).filter(|other| other.name == method.name).count(), 1, "{}", method.signature());
            }
        }
    }

    #[test]
    fn optional_arguments_come_last_and_only_one_is_prepared() {
        for method in METHODS {
            assert!(method.takes.is_sorted_by_key(|argument| argument.optional), "{}", method.signature());
            let prepared = method.takes.iter().filter(|argument| argument.takes.is_prepared()).count();
            assert!(prepared <= 1, "{}", method.signature());
            let each = matches!(method.run, Run::Each(_));
            assert!(!each || method.takes.len() <= 1, "{}", method.signature());
        }
    }

    #[test]
    fn the_reference_has_a_line_for_each() {
        let table = markdown();
        assert_eq!(table.lines().count(), METHODS.len() + 2);
        assert!(table.contains("| `text.replace(old, new)` | text | every `old` replaced by `new` |\n"), "{table}");
        assert!(table.contains("| `number.round([decimals])` | number |"), "{table}");
    }
}

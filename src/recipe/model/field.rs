//! `fields:` how a value is found, read and constrained.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Locale, Pick};
use crate::diagnostic::At;
use crate::expression::{Kind, Template};
use crate::record::Value;

/// One field of the record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name is written in the recipe.
    pub span: Range<usize>,
    /// Where its value comes from.
    pub finder: Finder,
    /// `type:`.
    pub kind: Type,
    /// `format:` a date format in the words of people (`dd.MM.yyyy`) or of strptime (`%d.%m.%Y`); several are tried in order.
    pub formats: Vec<String>,
    /// `locale:` how it is written, where that is not how the rest of the source is. The terms of e-invoices have that of
    /// their standards.
    pub locale: Option<Locale>,
    /// `transform:` done to the text before it is read, in order.
    pub transforms: Vec<Transform>,
    /// `map:` text → text, done after the transforms; a text that is not in it is an issue.
    pub map: Option<Arc<Table>>,
    /// `default:` the text that stands in for an empty value.
    pub default: Option<String>,
    /// What the value must be.
    pub constraints: Constraints,
}

/// Where a field's value comes from.
#[derive(Clone, Debug)]
pub enum Finder {
    /// `column:` the first of these columns that the file has.
    Column(Vec<At<String>>),
    /// `cell: B3`: one cell of the sheet, the same for all rows. Row and column are counted from 0.
    Cell {
        /// Its row.
        row: u32,
        /// Its column.
        column: u32,
    },
    /// `right_of:` the cell right of this caption.
    RightOf(At<String>),
    /// `below:` the cell below this caption.
    Below(At<String>),
    /// What the source itself looks up for each row: `path:`, `header:`, `text:` …
    Pick(Pick),
    /// `value:` computed from other fields.
    Computed(At<Template>),
}

/// The types of fields, as they are written in recipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// Text as written, outer blanks trimmed.
    Text,
    /// An identifier; keeps leading zeros; never read as a number.
    Code,
    /// A whole number.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// An amount with its currency.
    Money,
    /// A calendar day.
    Date,
    /// A time of day.
    Time,
    /// A date with a time of day.
    DateTime,
    /// Yes or no, in the words of the locale.
    Bool,
    /// An e-mail address (RFC 5321, without comments and quoted local parts).
    Email,
    /// A telephone number, brought into E.164 form.
    Phone,
    /// An absolute http or https URL.
    Url,
    /// An IBAN (ISO 13616), without blanks and in capitals.
    Iban,
    /// A BIC (ISO 9362), in capitals.
    Bic,
    /// A VAT identification number, without blanks and in capitals.
    #[serde(rename = "vat_id")]
    VatId,
    /// A postcode of the locale's country.
    Postcode,
    /// Several texts in one cell, separated by `;`, `,` or a line break (`separator:`).
    List,
}

impl Type {
    /// What expressions know of its values.
    pub fn value_kind(self) -> Kind {
        match self {
            Type::Integer | Type::Decimal => Kind::Number,
            Type::Money => Kind::Money,
            Type::Date => Kind::Date,
            Type::Time => Kind::Time,
            Type::DateTime => Kind::DateTime,
            Type::Bool => Kind::Bool,
            Type::List => Kind::List(Box::new(Kind::Text)),
            Type::Text
            | Type::Code
            | Type::Email
            | Type::Phone
            | Type::Url
            | Type::Iban
            | Type::Bic
            | Type::VatId
            | Type::Postcode => Kind::Text,
        }
    }
}

/// `transform:` named functions on the text.
#[derive(Clone, Debug)]
pub enum Transform {
    /// Without outer white space (done anyway, except for `list`).
    Trim,
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// Runs of white space become one blank.
    Squeeze,
    /// Without any white space.
    RemoveSpaces,
    /// Only its digits.
    Digits,
    /// `{ replace: "old", with: "new" }`.
    Replace {
        /// What is replaced, everywhere.
        old: String,
        /// By what.
        new: String,
    },
    /// `{ extract: 'regex with one group' }`: the group; a text that does not match is an issue.
    Extract(Regex),
    /// `{ remove_prefix: "EUR " }`.
    RemovePrefix(String),
    /// `{ remove_suffix: " EUR" }`.
    RemoveSuffix(String),
    /// `{ pad_left: 8, with: "0" }`.
    PadLeft {
        /// The length to fill up to, in characters.
        length: usize,
        /// The character to fill with.
        with: char,
    },
}

/// A lookup table from a CSV beside the recipe: its first column to its second (or the two named columns).
#[derive(Debug)]
pub struct Table {
    /// The file, as the recipe names it.
    pub file: String,
    /// From the text found to the text meant.
    pub entries: BTreeMap<String, String>,
}

/// What a value must be; the names follow Frictionless Table Schema.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// `required:`.
    pub required: bool,
    /// `pattern:` the whole text must match (anchored at both ends).
    pub pattern: Option<Regex>,
    /// `minimum:`, of the field's own type.
    pub minimum: Option<Value>,
    /// `maximum:`, of the field's own type.
    pub maximum: Option<Value>,
    /// `min_length:` in characters.
    pub min_length: Option<usize>,
    /// `max_length:` in characters.
    pub max_length: Option<usize>,
    /// `unique:` within one input.
    pub unique: bool,
    /// `one_of:` typed values.
    pub one_of: Option<Vec<Value>>,
    /// `decimals:` at most so many digits after the decimal mark.
    pub decimals: Option<u32>,
    /// `currency:` the only one allowed for a money field; also the one meant when the cell names none.
    pub currency: Option<String>,
    /// `separator:` of a list.
    pub separator: Option<String>,
    /// `country:` ISO 3166 code for postcode and phone, where it is not the locale's.
    pub country: Option<String>,
}

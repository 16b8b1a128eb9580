//! `fields:` as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Ordered, Text, TextOr};
use super::Locale;
use crate::diagnostic::At;
use crate::recipe::model::Type;

/// One field of a record: where its value stands, how it is read, and what it must be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Field {
    /// The column's name; of several names the first that the file has.
    pub column: Option<At<OneOrMany<At<Text>>>>,
    /// One cell of the sheet, such as `B3`, the same for all rows.
    pub cell: Option<At<Text>>,
    /// The cell right of the one with this caption.
    pub right_of: Option<At<Text>>,
    /// The cell below the one with this caption.
    pub below: Option<At<Text>>,
    /// A value computed from other fields, such as "${issued.plus_days(30)}".
    pub value: Option<At<Text>>,
    /// The name of a mail header.
    pub header: Option<At<Text>>,
    /// A regular expression with one group, searched for in a mail's subject.
    pub subject: Option<At<Text>>,
    /// A regular expression with one group, searched for in a mail's text.
    pub body: Option<At<Text>>,
    /// A regular expression with one group, searched for in a document's text.
    pub text: Option<At<Text>>,
    /// A caption in a text, whose value stands after or below it.
    pub label: Option<At<Text>>,
    /// A path in XML or JSON, or the name of a term of an e-invoice; of several the first that leads somewhere.
    pub path: Option<At<OneOrMany<At<Text>>>>,
    /// `true`: of several places that the path leads to, the first one counts.
    pub first: Option<At<bool>>,
    /// `true`: the file itself, for uploads.
    pub file: Option<At<bool>>,
    /// The type; `text` unless stated.
    #[serde(rename = "type")]
    pub kind: Option<At<Type>>,
    /// How a date is written (`dd.MM.yyyy` or `%d.%m.%Y`), of several the first that fits; the locale's unless stated.
    pub format: Option<At<OneOrMany<At<Text>>>>,
    /// How the number or date is written, where that is not how the rest of the source is: `iso` in an XML file that comes
    /// with a mail.
    pub locale: Option<At<Locale>>,
    /// What is done to the text before it is read, in order.
    pub transform: Option<At<OneOrMany<TextOr<Keyed<Transform>>>>>,
    /// A table from the text found to the text meant: a CSV file beside the recipe, or written here.
    pub map: Option<At<TextOr<Keyed<Map>>>>,
    /// The text that stands in for an empty value, as the source would write it.
    pub default: Option<At<Text>>,
    /// There must be a value.
    pub required: Option<At<bool>>,
    /// A regular expression that the whole text must match.
    pub pattern: Option<At<Text>>,
    /// The least value; numbers as `1234.56`, dates as `2026-12-31`.
    pub minimum: Option<At<Text>>,
    /// The greatest value; numbers as `1234.56`, dates as `2026-12-31`.
    pub maximum: Option<At<Text>>,
    /// The least length in characters.
    pub min_length: Option<At<u32>>,
    /// The greatest length in characters.
    pub max_length: Option<At<u32>>,
    /// No two records of an input have the same value.
    pub unique: Option<At<bool>>,
    /// The values allowed; numbers as `1234.56`, dates as `2026-12-31`.
    pub one_of: Option<At<Vec<At<Text>>>>,
    /// At most so many digits after the decimal mark.
    pub decimals: Option<At<u32>>,
    /// For money: the only currency allowed (ISO 4217), and the one meant where the cell names none.
    pub currency: Option<At<Text>>,
    /// For lists: what stands between two values.
    pub separator: Option<At<Text>>,
    /// For postcodes and telephone numbers: the country (ISO 3166), where it is not the locale's.
    pub country: Option<At<Text>>,
}

/// A change of the text before it is read. Without parameters it is just its name: `trim`, `upper`, `lower`, `squeeze`,
/// `remove_spaces`, `digits`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Transform {
    /// A text that is replaced everywhere by `with`.
    pub replace: Option<At<Text>>,
    /// The replacement of `replace`, or the one character that `pad_left` fills up with.
    pub with: Option<At<Text>>,
    /// A regular expression with one group, which is kept.
    pub extract: Option<At<Text>>,
    /// A text that is taken off the beginning.
    pub remove_prefix: Option<At<Text>>,
    /// A text that is taken off the end.
    pub remove_suffix: Option<At<Text>>,
    /// The length to fill up to from the left.
    pub pad_left: Option<At<u32>>,
}

/// A table from the text found to the text meant.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Map {
    /// A CSV file with a header line, relative to the recipe's folder.
    pub file: Option<At<Text>>,
    /// The column of the texts found; the first unless stated.
    pub from: Option<At<Text>>,
    /// The column of the texts meant; the second unless stated.
    pub to: Option<At<Text>>,
    /// The table itself.
    pub table: Option<At<Ordered<At<Text>>>>,
}

//! `expect:`, `refused:` and `exists:` what an answer must look like, or what tells that it means "no".

use crate::expression::Template;

/// Alternatives: met when any of them is. Written as one map, or as a list of maps.
#[derive(Clone, Debug, Default)]
pub struct ConditionSet {
    /// The alternatives in the order written.
    pub any: Vec<Condition>,
}

/// Met when all that it names is so.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Where it is written in the recipe.
    pub span: std::ops::Range<usize>,
    /// `status:` any of these.
    pub status: Vec<StatusPattern>,
    /// `headers: { X-State: done }`, by lower-case name.
    pub headers: Vec<(String, Test)>,
    /// `$.path: test` on the JSON body.
    pub paths: Vec<(JsonPath, Test)>,
    /// `text: …` a part of the body's text.
    pub text: Option<Template>,
    /// `reason: $.error.message` where the target's own words stand (only in `refused:`).
    pub reason: Option<JsonPath>,
}

/// `201`, or `2xx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusPattern {
    /// Exactly this status.
    Exactly(u16),
    /// All of a hundred: 2 for `2xx`.
    Class(u16),
}

/// What is asked of one value of the answer. A JSON number equals a number of the record by value, and a text that
/// reads as that number too (`"119.00"` equals 119).
#[derive(Clone, Debug)]
pub enum Test {
    /// `$.total: "${gross}"`: equal to this.
    Equals(Template),
    /// `{ not: … }`: there, and not equal to this.
    Not(Template),
    /// `{ matches: regex }`: the whole text matches.
    Matches(regex::Regex),
    /// `{ exists: true | false }`: there and not null, or not. An empty list or `""` is there.
    Exists(bool),
    /// `{ empty: true | false }`: missing, null, `""`, `[]` or `{}`, or not.
    Empty(bool),
    /// `{ one_of: [ … ] }`: equal to any of these.
    OneOf(Vec<Template>),
}

/// An RFC 9535 path with the text it was written as.
#[derive(Clone, Debug)]
pub struct JsonPath {
    /// As written.
    pub source: String,
    /// Parsed.
    pub path: serde_json_path::JsonPath,
}

//! The tree of a YAML file with the exact place and the exact text of every node. It is the only file that talks to the
//! YAML library; what that library would guess (`1.10` as a float, `0x1F` as 31) is never asked of it.

use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

/// One node of a YAML file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// What it holds.
    pub content: Content,
    /// Where it stands: bytes of the text; for an alias, where the value is written. For a map or a list only its start.
    pub span: Range<usize>,
    /// Where its key stands, if it belongs to one.
    pub key: Option<Range<usize>>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar that is neither quoted nor a block: text exactly as written.
    Plain(String),
    /// A quoted or block scalar.
    Quoted(String),
    /// A list.
    List(Vec<Node>),
    /// A map in the order written.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// How messages name what stands here.
    pub fn found(&self) -> String {
        match &self.content {
            Content::Null => "nothing".to_owned(),
            Content::Plain(text) if text.chars().count() <= 60 => format!("`{text}`"),
            Content::Quoted(text) if text.chars().count() <= 60 && !text.contains('\n') => format!("the text `{text}`"),
            Content::Plain(_) | Content::Quoted(_) => "a text".to_owned(),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }

    /// The place that messages about the node mark: a scalar itself; for all else its key, or the first key in it.
    pub fn mark(&self) -> Range<usize> {
        match (&self.content, &self.key) {
            (Content::Plain(_) | Content::Quoted(_), _) | (Content::Null | Content::List(_), None) => self.span.clone(),
            (_, Some(key)) => key.clone(),
            (Content::Map(members), None) => members.first().map_or(self.span.clone(), |(key, _)| key.span.clone()),
        }
    }

    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Plain(text) | Content::Quoted(text) => Some(text),
            _ => None,
        }
    }

    /// Builds the tree from what the library read.
    fn new(loose: Spanned<Loose>, text: &str, key: Option<Range<usize>>) -> Self {
        let span = span_of(&loose.defined, text);
        let written = text.get(span.clone()).unwrap_or_default();
        let content = match loose.value {
            Loose::Null => Content::Null,
            Loose::Scalar => Content::Plain(written.to_owned()),
            // `!!str 5` says as clearly as quotes do that a text is meant.
            Loose::Text(value)
                if written.starts_with(['"', '\'', '|', '>']) || text[..span.start].trim_end().ends_with("!!str") =>
            {
                Content::Quoted(value)
            }
            Loose::Text(value) => Content::Plain(value),
            Loose::List(items) => Content::List(items.into_iter().map(|item| Node::new(item, text, None)).collect()),
            Loose::Map(members) => Content::Map(
                members
                    .into_iter()
                    .map(|(name, value)| {
                        let name = Node::new(name, text, None);
                        let value = Node::new(value, text, Some(name.span.clone()));
                        (name, value)
                    })
                    .collect(),
            ),
        };
        Self { content, span, key }
    }
}

/// The bytes of a place, within the text and at character boundaries.
pub(crate) fn span_of(location: &Location, text: &str) -> Range<usize> {
    let span = location.span();
    let start = match span.byte_offset() {
        Some(start) => usize::try_from(start).unwrap_or(0),
        None => byte_of(text, location.line(), location.column()),
    };
    let start = boundary(text, start);
    let end =
        boundary(text, start.saturating_add(span.byte_len().and_then(|len| usize::try_from(len).ok()).unwrap_or(1)));
    start..end
}

/// The byte of a line and column, both counted from 1.
fn byte_of(text: &str, line: u64, column: u64) -> usize {
    let line = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>().min(text.len());
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// What the library says of a node; scalars that are not text to it are left to their bytes in the file.
#[derive(Debug)]
enum Loose {
    Null,
    Scalar,
    Text(String),
    List(Vec<Spanned<Loose>>),
    Map(Vec<(Spanned<Loose>, Spanned<Loose>)>),
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Scalar)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Loose, E> {
        Err(E::custom("binary data has no place in a recipe"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Loose, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Loose::Map(map))
    }
}

/// Parses a YAML text into its tree.
///
/// # Errors
/// The library's error: syntax, double keys, limits.
pub(crate) fn parse(text: &str) -> Result<Node, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        // Beyond the largest recipes by far; it bounds what anchors can repeat.
        budget: serde_saphyr::budget! { max_nodes: 50_000, max_documents: 2 },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        reject_unsupported_tags: true,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString,
    };
    let loose: Spanned<Loose> = serde_saphyr::from_str_with_options(text, options)?;
    Ok(Node::new(loose, text, None))
}

//! Reads serde types from the tree. Unlike a reader over a stream it knows what stands around an error, so it takes the
//! erring node out, goes on, and reports all that is wrong with the shape of a file at once.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::node::{Content, Node};
use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};

/// The struct name by which [`crate::diagnostic::At`] asks for a value with its place.
pub(super) const AT: &str = "value with its place";
/// The struct name by which [`super::Keyed`] asks for a map with its place and its keys.
pub(super) const KEYED: &str = "map with its keys";
/// The enum name of types that go by the shape of a node instead of by a word in it.
pub(super) const SHAPE: &str = "by its shape";

/// So many problems are reported at the most; a file with more is not the one that was meant.
const MOST: usize = 50;

/// One thing wrong with the shape of a node.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    /// Whether it is that nothing stands where something should.
    pub nothing: bool,
    span: Range<usize>,
    title: String,
    help: Option<String>,
}

impl Trouble {
    /// As a message about a file.
    pub fn at(self, source: &Arc<SourceText>) -> Diagnostic {
        let message = Diagnostic::at(source, self.span, self.title);
        match self.help {
            Some(help) => message.help(help),
            None => message,
        }
    }
}

/// Reads a type from a tree.
///
/// # Errors
/// All that is wrong, in the order of the file.
pub(super) fn read<T: DeserializeOwned>(root: &Node) -> Result<T, Vec<Trouble>> {
    let mut skip = HashSet::new();
    let mut troubles = Vec::new();
    loop {
        let pass = Pass { skip: &skip, unknown: RefCell::default() };
        let result = T::deserialize(Reader { node: root, pass: &pass });
        let unknown = pass.unknown.into_inner();
        let error = match result {
            Ok(value) if troubles.is_empty() && unknown.is_empty() => return Ok(value),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let again = error.is_some_and(|error| {
            let node = error.node;
            troubles.push(Trouble {
                nothing: error.nothing,
                span: error.span.unwrap_or_else(|| root.mark()),
                title: error.title,
                help: error.help,
            });
            // An error of the root, or one that taking out its node does not cure, cannot be passed by.
            node.is_some_and(|node| node != identity(root) && skip.insert(node)) && troubles.len() < MOST
        });
        if !again {
            troubles.extend(unknown);
            troubles.sort_by_key(|trouble| trouble.span.start);
            return Err(troubles);
        }
    }
}

/// One reading of the whole tree.
struct Pass<'p> {
    /// Nodes that were found to be wrong and count as not written.
    skip: &'p HashSet<usize>,
    /// Keys that nothing knows.
    unknown: RefCell<Vec<Trouble>>,
}

/// Nodes do not move while they are read, so their addresses tell them apart.
fn identity(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

#[derive(Clone, Copy)]
struct Reader<'n, 'p> {
    node: &'n Node,
    pass: &'p Pass<'p>,
}

impl<'n, 'p> Reader<'n, 'p> {
    fn of(self, node: &'n Node) -> Self {
        Self { node, pass: self.pass }
    }

    fn skips(self, node: &Node) -> bool {
        self.pass.skip.contains(&identity(node))
    }

    fn expected(self, what: &str) -> ReadError {
        let help = match &self.node.content {
            Content::Null => "write a value, or leave the key out",
            Content::Map(members)
                if members.iter().any(|(key, value)| {
                    value.content == Content::Null
                        && (key.text().is_some_and(|text| text.starts_with('$'))
                            || matches!(key.content, Content::Map(_)))
                }) =>
            {
                "a text that begins with `{` or holds `${…}` next to braces needs quotes around all of it"
            }
            _ => "",
        };
        self.error(format!("expected {what}, found {}", self.node.found()), help)
    }

    fn error(self, title: String, help: impl Into<String>) -> ReadError {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        let nothing = self.node.content == Content::Null;
        ReadError { title, help, nothing, span: Some(self.node.mark()), node: Some(identity(self.node)) }
    }

    /// The text of any scalar, exactly as written: `007`, `no` and `1.10` too.
    fn scalar(self, what: &str) -> Result<&'n str, ReadError> {
        self.node.text().ok_or_else(|| self.expected(what))
    }

    fn whole_number<T: std::str::FromStr>(self) -> Result<T, ReadError> {
        match &self.node.content {
            Content::Plain(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().map_err(|_| self.error(format!("the number `{text}` is too large"), ""))
            }
            _ => Err(self.expected("a whole number")),
        }
    }

    /// Reports a key that nothing knows. `before` is the value that stands before it.
    fn unknown(self, key: &Node, value: &Node, before: Option<&Node>, fields: &'static [&'static str]) {
        let word = key.text().unwrap_or("?");
        // `1,5` inside of braces is the value `1` and the key `5` without a value.
        if let (Content::Null, Some(Content::Plain(first))) = (&value.content, before.map(|before| &before.content))
            && before.is_some_and(|before| before.span.end + 1 == key.span.start)
        {
            let span = key.span.start - 1..key.span.start;
            let title = "a comma ends a value inside of `{ }`".to_owned();
            let help = Some(format!("put the whole value in quotes: \"{first},{word}\""));
            self.pass.unknown.borrow_mut().push(Trouble { nothing: false, span, title, help });
            return;
        }
        let help = match did_you_mean(word, fields.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are: {}", fields.join(", ")),
        };
        let trouble = Trouble {
            nothing: false,
            span: key.span.clone(),
            title: format!("unknown key `{word}`"),
            help: Some(help),
        };
        self.pass.unknown.borrow_mut().push(trouble);
    }
}

/// An error with the node that it is about.
#[derive(Debug)]
pub(super) struct ReadError {
    title: String,
    help: Option<String>,
    nothing: bool,
    span: Option<Range<usize>>,
    node: Option<usize>,
}

impl ReadError {
    /// Gives an error that has no place yet the place of a node.
    fn or_at(mut self, node: &Node) -> Self {
        if self.node.is_none() {
            self.span = Some(node.mark());
            self.node = Some(identity(node));
        }
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.title)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { title: message.to_string(), help: None, nothing: false, span: None, node: None }
    }

    fn missing_field(field: &'static str) -> Self {
        de::Error::custom(format!("missing key `{field}`"))
    }
}

impl<'de, 'p> Deserializer<'de> for Reader<'de, 'p> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.content {
            Content::Null => visitor.visit_unit(),
            Content::Plain(text) | Content::Quoted(text) => visitor.visit_borrowed_str(text),
            Content::List(_) => self.deserialize_seq(visitor),
            Content::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.content {
            Content::Plain(text) if text == "true" => visitor.visit_bool(true),
            Content::Plain(text) if text == "false" => visitor.visit_bool(false),
            Content::Plain(text) | Content::Quoted(text) => {
                let meant = match text.to_lowercase().as_str() {
                    "yes" | "on" | "ja" | "true" | "y" => "write `true`, without quotes",
                    "no" | "off" | "nein" | "false" | "n" => "write `false`, without quotes",
                    _ => "",
                };
                Err(self.error(format!("expected `true` or `false`, found {}", self.node.found()), meant))
            }
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_u64(self.whole_number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_u32(self.whole_number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_borrowed_str(self.scalar("a text")?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        // A key that is there has a value: nothing after it is a slip, never "not given".
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.node.content {
            Content::Null => visitor.visit_unit(),
            _ => Err(self.expected("nothing")),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let Content::List(items) = &self.node.content else { return Err(self.expected("a list")) };
        visitor.visit_seq(Items { reader: self, items: items.iter() })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let Content::Map(members) = &self.node.content else { return Err(self.expected("a map of keys and values")) };
        visitor.visit_map(Members { reader: self, members: members.iter(), value: None, before: None, fields: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match name {
            AT => visitor.visit_seq(Placed { reader: self, keys: false, next: 0 }),
            KEYED => visitor.visit_seq(Placed { reader: self, keys: true, next: 0 }),
            _ => {
                let Content::Map(members) = &self.node.content else {
                    let keys = fields.join(", ");
                    let mut error = self.expected("a map of keys and values");
                    error.help.get_or_insert(format!("the keys here are: {keys}"));
                    return Err(error);
                };
                let members =
                    Members { reader: self, members: members.iter(), value: None, before: None, fields: Some(fields) };
                visitor.visit_map(members).map_err(|error| error.or_at(self.node))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let variant = if name == SHAPE {
            let shape = shape(&self.node.content, variants.contains(&"number"));
            let fits = variants.iter().find(|variant| **variant == shape || **variant == "one" && shape != "list");
            *fits.ok_or_else(|| self.expected(&shapes_in_words(variants)))?
        } else {
            let word = self.scalar("a word")?;
            let known = variants.iter().find(|variant| **variant == word);
            *known.ok_or_else(|| {
                let help = match did_you_mean(word, variants.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the values here are: {}", variants.join(", ")),
                };
                self.error(format!("unknown value `{word}`"), help)
            })?
        };
        visitor.visit_enum(Variant { reader: self, variant })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit_struct tuple tuple_struct ignored_any
    }
}

/// The shape of a node; `json`: plain scalars are told apart as in a JSON body.
fn shape(content: &Content, json: bool) -> &'static str {
    match content {
        Content::Null => "null",
        Content::Plain(text) if json && (text == "true" || text == "false") => "bool",
        Content::Plain(text) if json && is_json_number(text) => "number",
        Content::Plain(_) | Content::Quoted(_) => "text",
        Content::List(_) => "list",
        Content::Map(_) => "map",
    }
}

fn shapes_in_words(variants: &[&str]) -> String {
    let words: Vec<&str> = variants
        .iter()
        .filter_map(|variant| match *variant {
            "text" => Some("a text"),
            "list" => Some("a list"),
            "map" => Some("a map of keys and values"),
            _ => None,
        })
        .collect();
    if words.is_empty() { "a value".to_owned() } else { words.join(" or ") }
}

/// `-?(0|[1-9]\d*)(\.\d+)?`: what a plain scalar of a JSON body must look like to be sent as a number. Numbers with an
/// exponent or leading zeros are text to most people, so they are text here.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits)
}

struct Items<'n, 'p> {
    reader: Reader<'n, 'p>,
    items: std::slice::Iter<'n, Node>,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let reader = self.reader;
        let Some(item) = self.items.by_ref().find(|item| !reader.skips(item)) else { return Ok(None) };
        seed.deserialize(reader.of(item)).map(Some).map_err(|error| error.or_at(item))
    }
}

struct Members<'n, 'p> {
    reader: Reader<'n, 'p>,
    members: std::slice::Iter<'n, (Node, Node)>,
    value: Option<&'n Node>,
    before: Option<&'n Node>,
    fields: Option<&'static [&'static str]>,
}

impl<'de> MapAccess<'de> for Members<'de, '_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        for (key, value) in self.members.by_ref() {
            if self.reader.skips(key) || self.reader.skips(value) {
                continue;
            }
            if let Some(fields) = self.fields
                && !key.text().is_some_and(|word| fields.contains(&word))
            {
                self.reader.unknown(key, value, self.before, fields);
                continue;
            }
            self.value = Some(value);
            self.before = Some(value);
            return seed.deserialize(self.reader.of(key)).map(Some).map_err(|error| error.or_at(key));
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let value = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(self.reader.of(value)).map_err(|error| error.or_at(value))
    }
}

/// A value together with its place: start, end, (the texts and the places of its keys,) itself.
struct Placed<'n, 'p> {
    reader: Reader<'n, 'p>,
    keys: bool,
    next: usize,
}

impl<'de> SeqAccess<'de> for Placed<'de, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let node = self.reader.node;
        let mark = node.mark();
        self.next += 1;
        match self.next {
            1 => seed.deserialize(mark.start.into_deserializer()).map(Some),
            2 => seed.deserialize(mark.end.into_deserializer()).map(Some),
            3 if self.keys => {
                let texts = keys_of(node).map(|key| key.text().unwrap_or_default());
                seed.deserialize(SeqDeserializer::new(texts)).map(Some)
            }
            4 if self.keys => {
                let places = keys_of(node).flat_map(|key| [key.span.start, key.span.end]);
                seed.deserialize(SeqDeserializer::new(places)).map(Some)
            }
            3 | 5 => seed.deserialize(self.reader).map(Some).map_err(|error| error.or_at(node)),
            _ => Ok(None),
        }
    }
}

fn keys_of(node: &Node) -> impl Iterator<Item = &Node> {
    let members = match &node.content {
        Content::Map(members) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(key, _)| key)
}

struct Variant<'n, 'p> {
    reader: Reader<'n, 'p>,
    variant: &'static str,
}

impl<'de, 'p> EnumAccess<'de> for Variant<'de, 'p> {
    type Error = ReadError;
    type Variant = Reader<'de, 'p>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), ReadError> {
        let name: StrDeserializer<'_, ReadError> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self.reader))
    }
}

impl<'de> VariantAccess<'de> for Reader<'de, '_> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        seed.deserialize(self).map_err(|error| error.or_at(self.node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_map(visitor)
    }
}

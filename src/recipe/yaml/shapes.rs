//! The building blocks of the recipe's types: values with their places, texts exactly as written, and values that may be
//! written in a short or a long form. All of them pass their schema on, so that an editor sees what people write.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::de::{AT, KEYED, SHAPE};
use crate::diagnostic::At;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Placed<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Placed<T> {
            type Value = At<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<At<T>, A::Error> {
                let start = next(&mut parts)?;
                let end = next(&mut parts)?;
                Ok(At::new(next(&mut parts)?, start..end))
            }
        }

        deserializer.deserialize_struct(AT, &[], Placed(PhantomData))
    }
}

fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(parts: &mut A) -> Result<T, A::Error> {
    parts.next_element()?.ok_or_else(|| de::Error::custom("a place is incomplete"))
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A map with its place and the places of its keys, for messages about keys that do not go together.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<T> {
    /// What was read from the map.
    pub value: T,
    /// Its place: its own key, or the first key in it.
    pub span: Range<usize>,
    /// Its keys in the order written.
    pub keys: Vec<At<String>>,
}

impl<T> Keyed<T> {
    /// Where a key stands; the map itself if it has no such key.
    pub fn key(&self, name: &str) -> Range<usize> {
        self.keys.iter().find(|key| key.value == name).map_or(self.span.clone(), |key| key.span.clone())
    }
}

impl<T> std::ops::Deref for Keyed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Keyed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Placed<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Placed<T> {
            type Value = Keyed<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a map with its keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Keyed<T>, A::Error> {
                let start = next(&mut parts)?;
                let end = next(&mut parts)?;
                let texts: Vec<String> = next(&mut parts)?;
                let places: Vec<usize> = next(&mut parts)?;
                let keys = texts.into_iter().zip(places.chunks_exact(2));
                let keys = keys.map(|(key, place)| At::new(key, place[0]..place[1])).collect();
                Ok(Keyed { value: next(&mut parts)?, span: start..end, keys })
            }
        }

        deserializer.deserialize_struct(KEYED, &[], Placed(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Keyed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text exactly as written; `00123`, `no` and `1.10` are texts too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text(pub String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "OneOrList<T>")]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct OneOrMany<T>(pub Vec<T>);

#[derive(Deserialize)]
#[serde(rename = "by its shape", rename_all = "lowercase")]
enum OneOrList<T> {
    One(T),
    List(Vec<T>),
}

impl<T> From<OneOrList<T>> for OneOrMany<T> {
    fn from(written: OneOrList<T>) -> Self {
        match written {
            OneOrList::One(one) => Self(vec![one]),
            OneOrList::List(list) => Self(list),
        }
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// A short form, a text, or the long form, a map.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "by its shape", rename_all = "lowercase")]
pub(crate) enum TextOr<T> {
    /// The short form.
    Text(At<Text>),
    /// The long form.
    Map(T),
}

impl<T: JsonSchema> JsonSchema for TextOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TextOr{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, map] })
    }
}

/// A map whose keys the recipe's author chooses, in the order written.
#[derive(Clone, Debug)]
pub(crate) struct Ordered<T>(pub Vec<(At<String>, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a map of keys and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Ordered<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(member) = members.next_entry()? {
                    list.push(member);
                }
                Ok(Ordered(list))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl<T> Ordered<T> {
    /// Its members in the order written.
    pub fn iter(&self) -> std::slice::Iter<'_, (At<String>, T)> {
        self.0.iter()
    }
}

impl<T: JsonSchema> JsonSchema for Ordered<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

/// Any value, with the rules of a JSON body: plain `true`, `false`, `null` and JSON numbers are typed (numbers with
/// their exact digits), all else and all that is quoted is text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "by its shape", rename_all = "lowercase")]
pub(crate) enum Tree {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, by its digits.
    Number(Text),
    /// Text.
    Text(Text),
    /// A list.
    List(Vec<At<Tree>>),
    /// A map in the order written.
    Map(Ordered<At<Tree>>),
}

impl Tree {
    /// How messages name it.
    pub fn found(&self) -> String {
        match self {
            Tree::Null => "nothing".to_owned(),
            Tree::Bool(value) => format!("`{value}`"),
            Tree::Number(text) => format!("`{}`", text.0),
            Tree::Text(text) if text.chars().count() <= 60 => format!("`{}`", text.0),
            Tree::Text(_) => "a text".to_owned(),
            Tree::List(_) => "a list".to_owned(),
            Tree::Map(_) => "a map".to_owned(),
        }
    }

    /// A scalar that is not null, as its text.
    pub fn scalar(&self) -> Option<Text> {
        match self {
            Tree::Bool(value) => Some(Text(value.to_string())),
            Tree::Number(text) | Tree::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl JsonSchema for Tree {
    fn schema_name() -> Cow<'static, str> {
        "Tree".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Spelled out, since editors do not offer a key whose schema is `true`.
        json_schema!({ "type": ["null", "boolean", "number", "string", "array", "object"] })
    }
}

/// The names that serde is told by attribute, which takes no constant.
const _: () = assert!(matches!(SHAPE.as_bytes(), b"by its shape"));

//! JSON files: each node that `records:` leads to is a row, and the values of the fields stand where their paths lead from
//! there. Numbers keep the digits that they are written with. A name that stands twice in one object is refused: programs
//! do not agree on which of the two counts.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_json_path::PathElement;

use super::xml::{decode, read_whole};
use super::{FileFacts, Snapshot, SourceError, Wanted};
use crate::recipe::model::{DataPath, JsonPath, JsonSource, Pick};
use crate::record::{Cell, Origin, Place, Row, Why};

/// The most values of a file, which is held in memory as a whole.
const MOST_VALUES: usize = 2_000_000;

/// The rows of a JSON file.
///
/// # Errors
/// What keeps the file from being read, or `records:` from being found in it.
pub(super) fn rows(
    source: &JsonSource,
    snapshot: &Snapshot,
    wanted: &Wanted,
) -> Result<(Vec<Row>, FileFacts), SourceError> {
    let (document, encoding) = document(snapshot)?;
    let name = &snapshot.name;
    let records = source.records.value.path.query_located(&document);
    if records.is_empty() {
        let list = source.list.as_ref().is_some_and(|list| !list.path.query(&document).is_empty());
        if !list {
            let title = format!("`{name}` has nothing that `{}` leads to", source.records.value.source);
            return Err(SourceError::file(name, title).help("`eintrag inspect` shows its paths"));
        }
    }
    // What is the same for all records is looked up once.
    let from_file: Vec<Vec<Option<Cells>>> = wanted.picks.iter().map(|pick| Cells::of_file(pick, &document)).collect();
    let mut rows = Vec::with_capacity(records.len());
    for record in records.iter() {
        let place = Place::Item(place(record.location().iter()).into());
        let mut row = Row::new(Origin { file: Arc::clone(name), place });
        for (number, (pick, from_file)) in wanted.picks.iter().zip(&from_file).enumerate() {
            Cells::put_first(pick, from_file, record.node(), &mut row, number);
        }
        rows.push(row);
    }
    let mut facts = FileFacts::new(name);
    facts.encoding = Some(encoding.to_lowercase());
    Ok((rows, facts))
}

/// The whole of a JSON file, and its encoding.
///
/// # Errors
/// It is none.
pub(super) fn document(snapshot: &Snapshot) -> Result<(Json, &'static str), SourceError> {
    let name = &snapshot.name;
    let bytes = read_whole(snapshot)?;
    let (text, encoding) = decode(&bytes, name)?;
    let wrong = |error: &serde_json::Error| {
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
        let line = u64::try_from(error.line()).unwrap_or(u64::MAX).max(1);
        SourceError::line(name, line, format!("`{name}` is not JSON that can be used: {said}"))
    };
    let count = std::cell::Cell::new(0);
    let mut reader = serde_json::Deserializer::from_str(&text);
    Unambiguous(&count).deserialize(&mut reader).map_err(|error| wrong(&error))?;
    serde_json::from_str(&text).map(|document| (document, encoding)).map_err(|error| wrong(&error))
}

/// Calls `take` with the place and the text of each value in it.
pub(super) fn outline(document: &Json, take: &mut dyn FnMut(&str, &Cell<'_>)) {
    // Deeper than this nothing is read.
    fn go(path: &str, node: &Json, take: &mut dyn FnMut(&str, &Cell<'_>)) {
        match node {
            Json::Object(members) => members.iter().for_each(|(name, member)| {
                let named = place([PathElement::Name(name)].iter());
                go(&format!("{path}{}", &named[1..]), member, take);
            }),
            Json::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| go(&format!("{path}[{at}]"), item, take))
            }
            Json::Null => {}
            Json::Bool(value) => take(path, &Cell::Bool(*value)),
            Json::String(text) => take(path, &Cell::Text(text)),
            Json::Number(number) => {
                let digits = digits(number);
                take(path, &Cell::Number { digits: &digits, shown: &digits });
            }
        }
    }
    go("$", document, take);
}

/// What a path led to.
enum Cells {
    Nothing,
    One(Json),
    Wrong(Why),
}

impl Cells {
    /// What those paths of a pick lead to that begin at the whole file.
    fn of_file(pick: &Pick, document: &Json) -> Vec<Option<Self>> {
        let Pick::Path { paths, first } = pick else { return Vec::new() };
        let of_file = |path: &DataPath| match path {
            DataPath::Json { path, from_root: true } => Some(Self::of(path, document, *first)),
            _ => None,
        };
        paths.iter().map(of_file).collect()
    }

    /// Puts in what the first path leads to that leads anywhere.
    fn put_first(pick: &Pick, from_file: &[Option<Self>], record: &Json, row: &mut Row, number: usize) {
        let Pick::Path { paths, first } = pick else { return };
        for (path, of_file) in paths.iter().zip(from_file) {
            let DataPath::Json { path, .. } = path else { continue };
            let own = if of_file.is_none() { Some(Self::of(path, record, *first)) } else { None };
            if let Some(found) = of_file.as_ref().or(own.as_ref()).filter(|found| !matches!(found, Cells::Nothing)) {
                return found.put(row, number);
            }
        }
    }

    fn of(path: &JsonPath, node: &Json, first: bool) -> Self {
        let found = path.path.query(node).all();
        let kind = |found: &'static str| Cells::Wrong(Why::PathKind { path: path.source.clone(), found });
        match found.as_slice() {
            [] => Cells::Nothing,
            [_, _, ..] if !first => Cells::Wrong(Why::PathTwice { path: path.source.clone(), times: found.len() }),
            [Json::Object(_), ..] => kind("object"),
            [Json::Array(_), ..] => kind("list"),
            [one, ..] => Cells::One((*one).clone()),
        }
    }

    fn put(&self, row: &mut Row, number: usize) {
        match self {
            Cells::Nothing | Cells::One(Json::Null | Json::Array(_) | Json::Object(_)) => {}
            Cells::One(Json::Bool(value)) => row.pick(number, Cell::Bool(*value)),
            Cells::One(Json::String(text)) => row.pick(number, Cell::Text(text)),
            Cells::One(Json::Number(value)) => {
                let digits = digits(value);
                row.pick(number, Cell::Number { digits: &digits, shown: &digits });
            }
            Cells::Wrong(why) => row.pick(number, Cell::Wrong(why)),
        }
    }
}

/// A number as its digits say; with an exponent (`1e3`), as the number that it means, where that can be kept exactly.
fn digits(number: &serde_json::Number) -> String {
    let written = number.to_string();
    if !written.contains(['e', 'E']) {
        return written;
    }
    Decimal::from_scientific(&written).map_or(written, |number| number.to_string())
}

/// `$.items[3]['a b']`.
fn place<'a>(elements: impl Iterator<Item = &'a PathElement<'a>>) -> String {
    elements.fold("$".to_owned(), |path, element| match element {
        PathElement::Index(at) => format!("{path}[{at}]"),
        PathElement::Name(name) if is_plain(name) => format!("{path}.{name}"),
        PathElement::Name(name) => format!("{path}['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
    })
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// JSON of a sensible size in which each name of an object stands there once. Counts the values.
#[derive(Clone, Copy)]
struct Unambiguous<'a>(&'a std::cell::Cell<usize>);

impl<'de> DeserializeSeed<'de> for Unambiguous<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.set(self.0.get() + 1);
        if self.0.get() > MOST_VALUES {
            let title = format!("it has more than {MOST_VALUES} values; let the export be cut into smaller ones");
            return Err(serde::de::Error::custom(title));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unambiguous<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(self)?;
            if names.contains(&name) {
                return Err(serde::de::Error::custom(format!("the name `{name}` stands in one object twice")));
            }
            names.insert(name);
        }
        Ok(())
    }
}

//! Records that wait for something are kept in the journal, so that they need no file to go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::event::RecordReport;
use crate::journal::{Digester, Digests, stored};
use crate::recipe::Recipe;
use crate::recipe::model::KeyField;
use crate::record::{Key, Origin, Place, Record, Value};

/// Says what the journal keeps of a record that waits for something: its values, and the digest of its content that an
/// approval is bound to.
pub fn keep_record(recipe: Arc<Recipe>, digester: Digester) -> impl Fn(&RecordReport) -> Option<Json> + Send {
    move |report| report.keep.as_ref().map(|record| store(&recipe, &digester, record))
}

/// One digest of all that a record holds, but for what is another value each day.
pub(super) fn content(recipe: &Recipe, digester: &Digester, record: &Record) -> String {
    let mut digests: Digests = recipe
        .fields
        .iter()
        .zip(&record.fields)
        .enumerate()
        .filter(|(slot, _)| !recipe.depends_on_today(*slot))
        .map(|(_, (field, value))| (field.name.to_string(), digester.value(value)))
        .collect();
    digests.insert("lines".to_owned(), digester.value(&record.lines));
    digester.all(&digests)
}

/// A record's values by name.
pub(super) fn store(recipe: &Recipe, digester: &Digester, record: &Record) -> Json {
    let fields: Vec<Json> = recipe
        .fields
        .iter()
        .zip(&record.fields)
        .map(|(field, value)| json!([&*field.name, stored::from_value(value)]))
        .collect();
    json!({
        "origin": origin_to_json(&record.origin),
        "fields": fields,
        "lines": stored::from_value(&record.lines),
        "occurrence": record.occurrence,
        "content": content(recipe, digester, record),
    })
}

/// The record that was stored, as the recipe's fields are now; none if a part of its key is gone.
pub(super) fn restore(recipe: &Recipe, json: &Json) -> Option<Record> {
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    for pair in json.get("fields")?.as_array()? {
        values.insert(pair.get(0)?.as_str()?, stored::value(pair.get(1)?)?);
    }
    let fields: Vec<Value> =
        recipe.fields.iter().map(|field| values.get(&*field.name).cloned().unwrap_or(Value::Missing)).collect();
    let occurrence = json.get("occurrence")?.as_u64()?;
    let key = key_of(recipe, &fields, occurrence)?;
    let origin = origin_from_json(json.get("origin")?)?;
    let lines = stored::value(json.get("lines")?)?;
    Some(Record { origin, further: Vec::new(), fields, lines, occurrence, key })
}

fn key_of(recipe: &Recipe, fields: &[Value], occurrence: u64) -> Option<Key> {
    let parts: Option<Vec<(Arc<str>, Value)>> = recipe
        .key
        .iter()
        .map(|part| match part {
            KeyField::Field(slot) => Some((Arc::clone(&recipe.fields.get(*slot)?.name), fields.get(*slot)?.clone())),
            KeyField::Occurrence => Some((Arc::from("occurrence"), Value::Number(occurrence.into()))),
        })
        .collect();
    Key::new(parts?).ok()
}

fn origin_to_json(origin: &Origin) -> Json {
    match &origin.place {
        Place::File => json!([&*origin.file]),
        Place::Line(line) => json!([&*origin.file, line]),
        Place::Sheet { sheet, row } => json!([&*origin.file, row, &**sheet]),
        Place::Item(item) => json!([&*origin.file, &**item]),
    }
}

fn origin_from_json(json: &Json) -> Option<Origin> {
    let file: Arc<str> = json.get(0)?.as_str()?.into();
    let place = match (json.get(1), json.get(2)) {
        (None, _) => Place::File,
        (Some(Json::String(item)), None) => Place::Item(item.as_str().into()),
        (Some(line), None) => Place::Line(line.as_u64()?),
        (Some(row), Some(sheet)) => {
            Place::Sheet { sheet: sheet.as_str()?.into(), row: u32::try_from(row.as_u64()?).ok()? }
        }
    };
    Some(Origin { file, place })
}

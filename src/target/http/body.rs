//! Bodies of requests: JSON with exact digits, forms, multipart with files, raw text.

use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::render::object;
use crate::expression::{Scope, Template};
use crate::recipe::model::{Body, BodyPart, Each, JsonBody};
use crate::record::Value;
use crate::secret::MASK;
use crate::target::Trouble;
use crate::target::fill::{Filler, Filling};
use crate::target::scope::Local;
use crate::target::site::{JsonPlace, Site};

/// The largest file that is sent, in bytes.
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// A body with its values, before it is encoded.
#[derive(Debug, PartialEq)]
pub(super) enum Rendered {
    /// None.
    Empty,
    /// `json:`.
    Json(Json),
    /// `form:`.
    Form(Vec<(String, String)>),
    /// `multipart:`.
    Multipart(Vec<(String, Part)>),
    /// `body:`.
    Raw(String),
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// A text.
    Text(String),
    /// A file, read only when it is sent.
    File {
        /// Where it is.
        path: PathBuf,
        /// The name it is sent under.
        name: String,
        /// Its media type.
        media_type: String,
    },
}

/// A body as it is sent.
#[derive(Clone, Debug)]
pub(super) enum SpecBody {
    /// None.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Parts, whose files are streamed.
    Multipart(Vec<(String, Part)>),
}

impl Rendered {
    /// Fills in the values.
    pub fn new(
        body: Option<&Body>,
        filler: &Filler<'_>,
        span: &Range<usize>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Self, Trouble> {
        match body {
            None => Ok(Rendered::Empty),
            Some(Body::Json(body)) => match json(body, &JsonPlace::Root, filler, span, scope)? {
                Some(json) => Ok(Rendered::Json(json)),
                None => Err(filler.trouble(&Site::new("`json:`", span), "the body has no value")),
            },
            Some(Body::Form(fields)) => {
                let mut rendered = Vec::new();
                for (name, value) in fields {
                    let site = Site::named("form field", name, span);
                    if let Some(value) = filler.text(value, &site, scope)? {
                        rendered.push((name.clone(), value));
                    }
                }
                Ok(Rendered::Form(rendered))
            }
            Some(Body::Multipart(parts)) => {
                let mut rendered = Vec::new();
                for (name, part) in parts {
                    let site = Site::named("part", name, span);
                    if let Some(part) = multipart(part, filler, &site, scope)? {
                        rendered.push((name.clone(), part));
                    }
                }
                Ok(Rendered::Multipart(rendered))
            }
            Some(Body::Raw(raw)) => filler.required(raw, &Site::new("`body:`", span), scope).map(Rendered::Raw),
        }
    }

    /// As it is sent, and its media type.
    pub fn spec(self) -> (SpecBody, Option<&'static str>) {
        match self {
            Rendered::Empty => (SpecBody::Empty, None),
            Rendered::Json(json) => (SpecBody::Bytes(json.to_string().into_bytes()), Some("application/json")),
            Rendered::Form(fields) => {
                let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                (SpecBody::Bytes(form.into_bytes()), Some("application/x-www-form-urlencoded"))
            }
            Rendered::Multipart(parts) => (SpecBody::Multipart(parts), None),
            Rendered::Raw(text) => (SpecBody::Bytes(text.into_bytes()), Some("text/plain; charset=utf-8")),
        }
    }

    /// Adds it to the view of a step.
    pub fn view(&self, view: &mut serde_json::Map<String, Json>) {
        match self {
            Rendered::Empty => {}
            Rendered::Json(json) => {
                view.insert("json".to_owned(), json.clone());
            }
            Rendered::Form(fields) => {
                view.insert("form".to_owned(), object(fields));
            }
            Rendered::Multipart(parts) => {
                let parts = parts.iter().map(|(name, part)| (name.clone(), part.view())).collect();
                view.insert("multipart".to_owned(), Json::Object(parts));
            }
            Rendered::Raw(text) => {
                view.insert("body".to_owned(), text.clone().into());
            }
        }
    }

    /// Whether all files to be sent are there and not too large.
    pub fn check_files(&self) -> Result<(), Trouble> {
        let Rendered::Multipart(parts) = self else { return Ok(()) };
        for (_, part) in parts {
            if let Part::File { path, .. } = part
                && !["${", MASK].iter().any(|open| path.to_string_lossy().contains(open))
            {
                let trouble = |why: String| Trouble::File { path: path.display().to_string(), why };
                let found = std::fs::metadata(path).map_err(|error| trouble(error.to_string()))?;
                check_file(&found).map_err(trouble)?;
            }
        }
        Ok(())
    }
}

/// Whether a file may be sent; else why not.
pub(super) fn check_file(found: &std::fs::Metadata) -> Result<(), String> {
    if !found.is_file() {
        return Err("it is not a file".to_owned());
    }
    if found.len() > MAX_FILE {
        return Err(format!("it has {} bytes, at most {MAX_FILE} are sent", found.len()));
    }
    Ok(())
}

impl Part {
    fn view(&self) -> Json {
        match self {
            Part::Text(text) => text.clone().into(),
            Part::File { name, media_type, .. } => serde_json::json!({ "file": name, "type": media_type }),
        }
    }
}

fn multipart(
    part: &BodyPart,
    filler: &Filler<'_>,
    site: &Site<'_>,
    scope: &(dyn Scope + Sync),
) -> Result<Option<Part>, Trouble> {
    match part {
        BodyPart::Text(text) => Ok(filler.text(text, site, scope)?.map(Part::Text)),
        BodyPart::File { path, name, media_type } => {
            let Some(relative) = file_path(path, filler, site, scope)? else { return Ok(None) };
            // An attachment is a file of the run's own, all else one of the recipe's folder.
            let path = scope.file(&relative).unwrap_or_else(|| filler.recipe.folder.join(&relative));
            let own = || path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = match name {
                Some(name) => filler.text(name, site, scope)?.or_else(own),
                None => own(),
            };
            let name = name.unwrap_or_default();
            // Many systems refuse what does not say that it is a PDF.
            let by_name = || mime_guess::from_path(&name).first_raw().unwrap_or("application/octet-stream").to_owned();
            let media_type = media_type.clone().unwrap_or_else(by_name);
            Ok(Some(Part::File { name, path, media_type }))
        }
    }
}

/// A file's path. Data must not choose any file of the computer: a value may name a file below the folder that the recipe
/// writes, but neither start at the root nor climb up.
fn file_path(
    template: &Template,
    filler: &Filler<'_>,
    site: &Site<'_>,
    scope: &(dyn Scope + Sync),
) -> Result<Option<String>, Trouble> {
    use crate::expression::Piece;
    let path = filler.text(template, site, scope)?;
    for (index, piece) in template.pieces().iter().enumerate() {
        let Piece::Expression(expression, _) = piece else { continue };
        // `${env.…}` is the administrator's, like the recipe itself.
        if expression.names().iter().all(|name| matches!(name, crate::expression::Name::Env(_))) {
            continue;
        }
        if let Filling::Value(value) = filler.value(expression, site, scope)? {
            let text = value.to_string();
            let climbs = text.split(['/', '\\']).any(|step| step == "..");
            let rooted = index == 0 && (text.starts_with(['/', '\\']) || text.chars().nth(1) == Some(':'));
            if climbs || rooted {
                return Err(filler.trouble(
                    site,
                    &format!(
                        "`{text}` leads out of the folder (help: write the folder in the recipe, before the value)"
                    ),
                ));
            }
        }
    }
    Ok(path)
}

fn json(
    body: &JsonBody,
    place: &JsonPlace<'_>,
    filler: &Filler<'_>,
    span: &Range<usize>,
    scope: &(dyn Scope + Sync),
) -> Result<Option<Json>, Trouble> {
    match body {
        JsonBody::Null => Ok(Some(Json::Null)),
        JsonBody::Bool(value) => Ok(Some(Json::Bool(*value))),
        JsonBody::Number(digits) => match digits.parse::<serde_json::Number>() {
            Ok(number) => Ok(Some(Json::Number(number))),
            Err(_) => Err(filler.trouble(&Site::json(place, span), &format!("`{digits}` is no JSON number"))),
        },
        JsonBody::Text(text) => match text.single() {
            None => Ok(filler.text(&text.value, &Site::json(place, &text.span), scope)?.map(Json::String)),
            Some(expression) => match filler.value(expression, &Site::json(place, &text.span), scope)? {
                Filling::Shown(shown) => Ok(Some(Json::String(shown))),
                Filling::Value(value) => Ok(from_value(&value)),
            },
        },
        JsonBody::List(items) => {
            let mut list = Vec::new();
            for (index, item) in items.iter().enumerate() {
                let here = JsonPlace::Item(place, index);
                list.push(json(item, &here, filler, span, scope)?.ok_or_else(|| absent(filler, &here, span))?);
            }
            Ok(Some(Json::Array(list)))
        }
        JsonBody::Object(members) => {
            let mut object = serde_json::Map::new();
            for (name, member) in members {
                if let Some(value) = json(member, &JsonPlace::Member(place, name), filler, span, scope)? {
                    object.insert(name.clone(), value);
                }
            }
            Ok(Some(Json::Object(object)))
        }
        JsonBody::Each(each) => each_item(each, place, filler, span, scope),
    }
}

fn each_item(
    each: &Each,
    place: &JsonPlace<'_>,
    filler: &Filler<'_>,
    span: &Range<usize>,
    scope: &(dyn Scope + Sync),
) -> Result<Option<Json>, Trouble> {
    let site = Site::json(place, &each.list.span);
    match filler.value(&each.list.value, &site, scope)? {
        Filling::Shown(shown) => Ok(Some(Json::String(shown))),
        Filling::Value(Value::Missing) => Ok(None),
        Filling::Value(Value::Null) => Ok(Some(Json::Null)),
        Filling::Value(Value::List(values)) => {
            let mut list = Vec::new();
            for (index, value) in values.iter().enumerate() {
                let local = Local { parent: scope, name: &each.variable, value };
                let here = JsonPlace::Item(place, index);
                let item = json(&each.item, &here, filler, span, &local)?;
                list.push(item.ok_or_else(|| absent(filler, &here, span))?);
            }
            Ok(Some(Json::Array(list)))
        }
        Filling::Value(other) => {
            let source = each.list.value.source();
            Err(filler.trouble(&site, &format!("`$each: {source}` needs a list, this is a {}", other.kind())))
        }
    }
}

/// In a list, leaving a value out would move all that follow to another place.
fn absent(filler: &Filler<'_>, place: &JsonPlace<'_>, span: &Range<usize>) -> Trouble {
    filler.trouble(&Site::json(place, span), "an item of a list has no value (help: `${x ?? null}` sends null)")
}

/// A value as JSON: numbers with their exact digits, dates as ISO 8601 texts; none where it is missing.
fn from_value(value: &Value) -> Option<Json> {
    let number = |number: &rust_decimal::Decimal| {
        let digits = number.to_string();
        digits.parse::<serde_json::Number>().map_or(Json::String(digits), Json::Number)
    };
    match value {
        Value::Missing => None,
        Value::Null => Some(Json::Null),
        Value::Bool(value) => Some(Json::Bool(*value)),
        Value::Number(value) => Some(number(value)),
        Value::Money(money) => {
            let members = [("amount", number(&money.amount)), ("currency", Json::String(money.currency.to_string()))];
            Some(Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()))
        }
        // An item of a record's own list keeps its place.
        Value::List(items) => {
            Some(Json::Array(items.iter().map(|item| from_value(item).unwrap_or(Json::Null)).collect()))
        }
        Value::Map(members) => Some(Json::Object(
            members.iter().filter_map(|(name, value)| Some((name.to_string(), from_value(value)?))).collect(),
        )),
        Value::Text(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) => Some(Json::String(value.to_string())),
    }
}

//! The orders of the ERP, over its JSON API: list and search, create, read. They are other orders than those of the
//! portal, as they are in companies that order there and book here.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Number, Value, json};

use super::form::{Field, HEAD, LINE, Writing};
use super::order::{Order, Place, Wrong, check};
use super::store::{NewOrder, NotSaved};
use crate::sandbox::answer::{self, JsonObject};
use crate::sandbox::call::Call;
use crate::sandbox::erp::invoice::{decimal, is_date};
use crate::sandbox::ledger::Members;
use crate::sandbox::listing::Asked;
use crate::sandbox::office::Office;
use crate::sandbox::problem::Problem;

const PATH: &str = "/api/orders";

/// Members that the ERP gives itself; what a client sends under these names is ignored.
const OWN_MEMBERS: [&str; 2] = ["id", "total"];

/// `GET /api/orders?number=&supplier=&page=&per_page=`.
pub(in crate::sandbox) async fn list(State(office): State<Arc<Office>>, RawQuery(query): RawQuery) -> Response {
    let asked = match Asked::read(query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(message) => return answer::error(StatusCode::BAD_REQUEST, &message),
    };
    let is = |wanted: &Option<String>, text: String| wanted.as_ref().is_none_or(|wanted| *wanted == text);
    let fits = |order: &Order| is(&asked.number, order.text("number")) && is(&asked.supplier, order.text("supplier"));
    let found = office.booked_orders.search(fits, asked.page, asked.per_page);
    let items: Vec<&Order> = found.items.iter().map(|order| &**order).collect();
    asked.answer(PATH, &items, found.total, office.faults().echo_search)
}

/// `POST /api/orders`.
pub(in crate::sandbox) async fn create(call: Call, JsonObject(sent): JsonObject) -> Response {
    let (fields, errors) = read(&sent);
    if !errors.is_empty() {
        call.turned_away(StatusCode::UNPROCESSABLE_ENTITY, &sent);
        let fields: Vec<Value> = errors.iter().map(wrong).collect();
        return refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            json!({ "message": "some fields are not valid", "fields": fields }),
        );
    }
    let new = NewOrder::new(&call, fields);
    match call.commit(move |office| office.booked_orders.save(new, &office.ledger)) {
        None => answer::nobody(),
        Some(Ok(order)) => {
            let location = format!("{PATH}/{}", order.id);
            (StatusCode::CREATED, [(header::LOCATION, location)], Json(&*order)).into_response()
        }
        Some(Err(NotSaved::Duplicate(id))) => {
            refused(StatusCode::CONFLICT, json!({ "message": "the order is entered already", "id": id }))
        }
        Some(Err(NotSaved::KeyReused)) => {
            answer::error(StatusCode::UNPROCESSABLE_ENTITY, "the idempotency key was used for another request")
        }
    }
}

/// `GET /api/orders/{id}`.
pub(in crate::sandbox) async fn show(State(office): State<Arc<Office>>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id| office.booked_orders.get(id)) {
        Some(order) => Json(&*order).into_response(),
        None => answer::error(StatusCode::NOT_FOUND, "there is no such order"),
    }
}

fn refused(status: StatusCode, error: Value) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

/// A wrong field by its name, that of a line with the line's number from 0.
fn wrong(wrong: &Wrong) -> Value {
    let message = wrong.problem.english();
    match wrong.place {
        Place::Head(field) => json!({ "field": field, "message": message }),
        Place::Line(line, field) => json!({ "field": field, "line": line, "message": message }),
        Place::Lines => json!({ "field": "lines", "message": message }),
    }
}

/// The order that was sent as the office keeps it, and all that is wrong with it. `null` and empty text count as missing;
/// names that the ERP does not know are kept and not judged.
fn read(sent: &Map<String, Value>) -> (Members, Vec<Wrong>) {
    let mut errors = Vec::new();
    let mut order = members(sent, &HEAD, Place::Head, &mut errors);
    order.retain(|name, _| !OWN_MEMBERS.contains(&name.as_str()));
    if let Some(lines) = order.get_mut("lines") {
        match lines.as_array_mut() {
            Some(lines) if lines.iter().all(Value::is_object) => {
                for (at, line) in lines.iter_mut().enumerate() {
                    let place = |name| Place::Line(at, name);
                    *line = line.as_object().map(|line| members(line, &LINE, place, &mut errors)).into();
                }
            }
            _ => errors.push(Wrong { place: Place::Lines, problem: Problem::NotAList }),
        }
    }
    let unread: Vec<Place> = errors.iter().map(|wrong| wrong.place).collect();
    errors.extend(check(&order).into_iter().filter(|wrong| !unread.contains(&wrong.place)));
    (Arc::new(order), errors)
}

fn members(
    sent: &Map<String, Value>,
    fields: &[Field],
    place: impl Fn(&'static str) -> Place,
    errors: &mut Vec<Wrong>,
) -> Map<String, Value> {
    let is_there = |value: &Value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty());
    let there = sent.iter().filter(|(_, value)| is_there(value));
    let mut members: Map<String, Value> = there.map(|(name, value)| (name.clone(), value.clone())).collect();
    for field in fields {
        if let Some(value) = members.get_mut(field.name) {
            match typed(value, field.writing) {
                Ok(read) => *value = read,
                Err(problem) => errors.push(Wrong { place: place(field.name), problem }),
            }
        }
    }
    members
}

/// A value as the office keeps it: numbers in their exact digits, whether they were sent as numbers or as texts.
fn typed(value: &Value, writing: Writing) -> Result<Value, Problem> {
    let (good, problem) = match writing {
        Writing::Text | Writing::LongText | Writing::Iban | Writing::Currency | Writing::Shipping => {
            (value.is_string(), Problem::NotText)
        }
        Writing::Tick => (value.is_boolean(), Problem::NotABool),
        Writing::Date => (is_date(value), Problem::NotADate),
        Writing::Amount | Writing::Quantity => {
            let number = decimal(value).and_then(|number| Number::from_str(&number.to_string()).ok());
            return number.map(Value::Number).ok_or(Problem::NotADecimal);
        }
    };
    if good { Ok(value.clone()) } else { Err(problem) }
}

/// As the API answers it: the id, what the client sent, and the total that its lines come to.
impl Serialize for Order {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let total = self.total().and_then(|total| Number::from_str(&total.to_string()).ok());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        for (name, value) in self.fields.iter() {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("total", &total)?;
        map.end()
    }
}

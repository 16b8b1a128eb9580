//! The JSON API of the ERP: list and search, create, read, change, confirm and delete invoices.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::invoice::Invoice;
use super::store::{Change, Filter, Refusal, Written};
use crate::sandbox::answer::{self, JsonObject};
use crate::sandbox::call::Call;
use crate::sandbox::listing::Asked;
use crate::sandbox::office::Office;

/// `GET /api/invoices?number=&supplier=&page=&per_page=`.
pub(in crate::sandbox) async fn list(State(office): State<Arc<Office>>, RawQuery(query): RawQuery) -> Response {
    let asked = match Asked::read(query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(message) => return answer::error(StatusCode::BAD_REQUEST, &message),
    };
    let filter = Filter { number: asked.number.clone(), supplier: asked.supplier.clone(), contains: None };
    let found = office.erp.search(&filter, asked.page, asked.per_page);
    let items: Vec<&Invoice> = found.items.iter().map(|invoice| &**invoice).collect();
    asked.answer("/api/invoices", &items, found.total, office.faults().echo_search)
}

/// `POST /api/invoices`.
pub(in crate::sandbox) async fn create(call: Call, JsonObject(fields): JsonObject) -> Response {
    done(call.perform(Change::Create { fields }))
}

/// `GET /api/invoices/{id}`.
pub(in crate::sandbox) async fn show(State(office): State<Arc<Office>>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id| office.erp.get(id)) {
        Some(invoice) => Json(&*invoice).into_response(),
        None => answer::refused(&Refusal::NotFound),
    }
}

/// `PUT /api/invoices/{id}`: all fields anew.
pub(in crate::sandbox) async fn replace(call: Call, Path(id): Path<String>, body: JsonObject) -> Response {
    done(call.perform(Change::Update { id: number(&id), fields: body.0, replace: true }))
}

/// `PATCH /api/invoices/{id}`: the named fields.
pub(in crate::sandbox) async fn change(call: Call, Path(id): Path<String>, body: JsonObject) -> Response {
    done(call.perform(Change::Update { id: number(&id), fields: body.0, replace: false }))
}

/// `POST /api/invoices/{id}/confirm`.
pub(in crate::sandbox) async fn confirm(call: Call, Path(id): Path<String>) -> Response {
    done(call.perform(Change::Confirm { id: number(&id) }))
}

/// `DELETE /api/invoices/{id}`.
pub(in crate::sandbox) async fn delete(call: Call, Path(id): Path<String>) -> Response {
    done(call.perform(Change::Delete { id: number(&id) }))
}

/// The id that a path names. Ids begin with 1, so that 0 stands for whatever is none and is never found.
pub(super) fn number(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}

fn done(result: Result<Written, Refusal>) -> Response {
    match result {
        Err(refusal) => answer::refused(&refusal),
        Ok(written) if written.status == 204 => StatusCode::NO_CONTENT.into_response(),
        Ok(written) => {
            let status = StatusCode::from_u16(written.status).unwrap_or(StatusCode::OK);
            let location = format!("/api/invoices/{}", written.invoice.id);
            (status, [(header::LOCATION, location)], Json(&*written.invoice)).into_response()
        }
    }
}

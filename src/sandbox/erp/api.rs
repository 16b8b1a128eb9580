//! The JSON API of the ERP: list and search, create, read, change, confirm and delete invoices.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::invoice::Invoice;
use super::store::{Change, Filter, Refusal, Written};
use crate::diagnostic::did_you_mean;
use crate::sandbox::answer::{self, JsonObject};
use crate::sandbox::call::Call;
use crate::sandbox::office::Office;

const PER_PAGE: usize = 50;
const MOST_PER_PAGE: usize = 200;
const PARAMETERS: [&str; 4] = ["number", "supplier", "page", "per_page"];

/// `GET /api/invoices?number=&supplier=&page=&per_page=`.
pub(in crate::sandbox) async fn list(State(office): State<Arc<Office>>, RawQuery(query): RawQuery) -> Response {
    let asked = match Asked::read(query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(message) => return answer::error(StatusCode::BAD_REQUEST, &message),
    };
    let found = office.erp.search(&asked.filter, asked.page, asked.per_page);
    let pages = found.total.div_ceil(asked.per_page).max(1);
    let echo = found.total == 0 && office.faults().echo_search;
    let text = asked.filter.number.as_deref().or(asked.filter.supplier.as_deref()).unwrap_or_default();
    let page = Page {
        items: found.items.iter().map(|invoice| &**invoice).collect(),
        page: asked.page,
        per_page: asked.per_page,
        pages,
        total: found.total,
        next: (asked.page < pages).then(|| asked.next()),
        message: echo.then(|| format!("Keine Treffer für {text}")),
    };
    Json(page).into_response()
}

/// What a list answers.
#[derive(Serialize)]
struct Page<'i> {
    items: Vec<&'i Invoice>,
    page: usize,
    per_page: usize,
    pages: usize,
    total: usize,
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// What a list was asked for.
struct Asked {
    filter: Filter,
    page: usize,
    per_page: usize,
}

impl Asked {
    fn read(query: &str) -> Result<Self, String> {
        let mut asked = Self { filter: Filter::default(), page: 1, per_page: PER_PAGE };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let count = |most: usize| match value.parse() {
                Ok(count) if (1..=most).contains(&count) => Ok(count),
                _ => Err(format!("`{name}` must be a whole number from 1 to {most}, not `{value}`")),
            };
            match &*name {
                "number" => asked.filter.number = Some(value.into_owned()),
                "supplier" => asked.filter.supplier = Some(value.into_owned()),
                "page" => asked.page = count(1_000_000_000)?,
                "per_page" => asked.per_page = count(MOST_PER_PAGE)?,
                // A filter that is silently ignored would find everything.
                _ => {
                    let help = did_you_mean(&name, PARAMETERS).map(|near| format!(": did you mean `{near}`?"));
                    return Err(format!("unknown parameter `{name}`{}", help.unwrap_or_default()));
                }
            }
        }
        Ok(asked)
    }

    /// The address of the next page.
    fn next(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("number", &self.filter.number), ("supplier", &self.filter.supplier)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &(self.page + 1).to_string());
        query.append_pair("per_page", &self.per_page.to_string());
        format!("/api/invoices?{}", query.finish())
    }
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

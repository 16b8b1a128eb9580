//! The JSON-RPC end point of the ERP. Like that of Tryton or Odoo it answers errors with HTTP 200 and an `error` member,
//! and its login gives a session token that the other calls carry.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::invoice::Invoice;
use super::store::{Change, Filter};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::door::Grants;
use crate::sandbox::intent::RPC_CREATE;
use crate::sandbox::office::Office;

/// How many invoices a search answers; it has no pages.
const MOST_FOUND: usize = 100;

/// What a call came to: its result, or code, message and data of its error.
type Outcome = Result<Value, (i32, &'static str, Value)>;

/// `POST /rpc`: `login`, `invoice.create` and `invoice.search`.
pub(in crate::sandbox) async fn call(State(office): State<Arc<Office>>, call: Call, request: Request) -> Response {
    let bytes = match answer::read_body(request).await {
        Ok(bytes) => bytes,
        Err(response) => return response,
    };
    let Ok(request) = serde_json::from_slice::<Map<String, Value>>(&bytes) else {
        return reply(Value::Null, Err((-32700, "parse error", Value::Null)));
    };
    let id = request.get("id").cloned().unwrap_or_default();
    let params = request.get("params").cloned().unwrap_or_else(|| json!({}));
    let (Some(method), Value::Object(params)) = (request.get("method").and_then(Value::as_str), params) else {
        let data = json!("`method` must be text and `params` an object");
        return reply(id, Err((-32600, "invalid request", data)));
    };
    let outcome = match method {
        "login" => login(&office, &params),
        RPC_CREATE | "invoice.search" if call.identity().is_none() => {
            call.turned_away(StatusCode::UNAUTHORIZED, &Arc::new(params));
            // The code of Odoo's `SessionExpiredException`.
            Err((100, "session expired", Value::Null))
        }
        RPC_CREATE => create(&call, params),
        "invoice.search" => search(&office, &params),
        _ => Err((-32601, "method not found", json!(method))),
    };
    reply(id, outcome)
}

fn reply(id: Value, outcome: Outcome) -> Response {
    let body = match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, message, data)) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message, "data": data } })
        }
    };
    Json(body).into_response()
}

fn login(office: &Office, params: &Map<String, Value>) -> Outcome {
    let text = |name| params.get(name).and_then(Value::as_str).unwrap_or_default();
    if !office.door.knows_user(text("user"), text("password")) {
        return Err((401, "login failed", Value::Null));
    }
    Ok(json!({ "token": office.door.open(Grants::Access, None) }))
}

fn create(call: &Call, params: Map<String, Value>) -> Outcome {
    match call.perform(Change::Create { fields: Arc::new(params) }) {
        Ok(written) => Ok(json!({ "id": written.invoice.id, "receipt": written.invoice.receipt() })),
        Err(refusal) => Err((i32::from(refusal.status()), "invoice not created", answer::refusal_body(&refusal))),
    }
}

fn search(office: &Office, params: &Map<String, Value>) -> Outcome {
    let text = |name| params.get(name).and_then(Value::as_str).map(str::to_owned);
    let filter = Filter { number: text("number"), supplier: text("supplier"), contains: None };
    let found = office.erp.search(&filter, 1, MOST_FOUND);
    let items: Vec<&Invoice> = found.items.iter().map(|invoice| &**invoice).collect();
    Ok(json!(items))
}

//! How the JSON API reads objects and says what is wrong: always `{"error":{"message":…}}`, with the fields where some
//! are wrong.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::call::Call;
use super::erp::Refusal;
use super::ledger::Members;

/// The largest body that is read, in bytes.
pub(super) const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// An error of the API.
pub(super) fn error(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({ "error": { "message": message } }))).into_response()
}

/// What the API answers to a write that did nothing.
pub(super) fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(json!({ "error": refusal_body(refusal) }))).into_response()
}

/// Why a write did nothing, as the member `error` says it.
pub(super) fn refusal_body(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::Invalid(errors) => {
            let fields: Vec<Value> = errors
                .iter()
                .map(|error| json!({ "field": error.field, "message": error.problem.english() }))
                .collect();
            json!({ "message": "some fields are not valid", "fields": fields })
        }
        Refusal::Duplicate(id) => json!({ "message": "the supplier's invoice is entered already", "id": id }),
        Refusal::NotFound => json!({ "message": "there is no such invoice" }),
        Refusal::Confirmed(id) => json!({ "message": "the invoice is confirmed already", "id": id }),
        Refusal::KeyReused => json!({ "message": "the idempotency key was used for another request" }),
        Refusal::Unanswered => Value::Null,
    }
}

/// The answer on a connection that is cut: it is never sent.
pub(super) fn nobody() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// A request body that is a JSON object, with exact digits.
pub(super) struct JsonObject(pub(super) Members);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let call = request.extensions().get::<Call>().cloned();
        let result = read_object(request).await;
        if let (Err(response), Some(call)) = (&result, call) {
            call.turned_away(response.status(), &Members::default());
        }
        result.map(JsonObject)
    }
}

async fn read_object(request: Request) -> Result<Members, Response> {
    if !is_json(request.headers()) {
        let message = "the body must be JSON: send it with Content-Type: application/json";
        return Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let bytes = read_body(request).await?;
    match serde_json::from_slice::<Map<String, Value>>(&bytes) {
        Ok(members) => Ok(Arc::new(members)),
        Err(why) => Err(error(StatusCode::BAD_REQUEST, &format!("the body is not a JSON object: {why}"))),
    }
}

/// The whole body, if it is not too large.
pub(super) async fn read_body(request: Request) -> Result<axum::body::Bytes, Response> {
    axum::body::to_bytes(request.into_body(), LARGEST_BODY)
        .await
        .map_err(|_| error(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 10 MB, or did not arrive whole"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json") || media_type.to_ascii_lowercase().ends_with("+json")
}

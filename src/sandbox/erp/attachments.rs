//! Files that belong to an invoice. Of each its name, media type, size and SHA-256 are kept, not its bytes: enough to
//! prove that it arrived whole.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::api::number;
use super::store::{Change, Refusal};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::ledger::Members;
use crate::sandbox::office::Office;

/// `GET /api/invoices/{id}/attachments`.
pub(in crate::sandbox) async fn list(State(office): State<Arc<Office>>, Path(id): Path<String>) -> Response {
    match office.erp.get(number(&id)) {
        Some(invoice) => {
            let items: Vec<&Map<String, Value>> = invoice.files.iter().map(|file| &**file).collect();
            Json(json!({ "items": items })).into_response()
        }
        None => answer::refused(&Refusal::NotFound),
    }
}

/// `POST /api/invoices/{id}/attachments`: one file in a multipart form, under any field name.
pub(in crate::sandbox) async fn add(
    call: Call,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let file = match read(form).await {
        Ok(file) => file,
        Err((status, message)) => {
            call.turned_away(status, &Members::default());
            return answer::error(status, &message);
        }
    };
    let id = number(&id);
    match call.perform(Change::Attach { id, file: Arc::new(file.clone()) }) {
        Ok(_) => (StatusCode::CREATED, Json(Value::Object(file))).into_response(),
        Err(refusal) => answer::refused(&refusal),
    }
}

async fn read(form: Result<Multipart, MultipartRejection>) -> Result<Map<String, Value>, (StatusCode, String)> {
    let mut form = form.map_err(|why| (why.status(), why.body_text()))?;
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|why| (why.status(), why.body_text()))? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            // Other fields of the form say nothing about the file.
            continue;
        };
        let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(|why| (why.status(), why.body_text()))?;
        let sha256 = Sha256::digest(&bytes).iter().fold(String::new(), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let members = [
            ("name", json!(name)),
            ("media_type", json!(media_type)),
            ("size", json!(bytes.len())),
            ("sha256", json!(sha256)),
        ];
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if file.replace(members).is_some() {
            return Err((StatusCode::UNPROCESSABLE_ENTITY, "send one file a request".to_owned()));
        }
    }
    file.ok_or_else(|| (StatusCode::UNPROCESSABLE_ENTITY, "the form has no file".to_owned()))
}

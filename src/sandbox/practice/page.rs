//! The practice page, its workbook, and the judgement of its rounds. No login: the page is about speed and care alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::RawForm;
use axum::extract::rejection::RawFormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{PreEscaped, html};
use serde_json::{Map, Value, json};

use super::people::{FIELDS, PEOPLE, workbook};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::ledger::{Kind, Members, Note, System};
use crate::sandbox::pages::{failure, page};

/// `GET /practice`.
pub(in crate::sandbox) async fn show() -> Response {
    let fields: Vec<Value> = FIELDS.iter().map(|(name, caption)| json!({ "name": name, "caption": caption })).collect();
    let content = html! {
        p { "Zehn Personen aus der " a href="/practice/personen.xlsx" { "Tabelle" } " sind einzutragen, eine je Runde. Nach
             jeder Runde stehen die sieben Felder in anderer Reihenfolge, und nichts an ihnen heißt noch so wie vorher. Die
             Zeit läuft ab „Start“. Es zählt jedes Zeichen." }
        div id="practice" data-fields=(Value::Array(fields)) data-rounds=(PEOPLE.len()) {}
        script { (PreEscaped(include_str!("practice.js"))) }
    };
    page("Übungsseite", None, &content)
}

/// `GET /practice/personen.xlsx`.
pub(in crate::sandbox) async fn people() -> Response {
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    match workbook() {
        Ok(bytes) => ([(header::CONTENT_TYPE, media_type)], bytes).into_response(),
        Err(why) => failure(StatusCode::INTERNAL_SERVER_ERROR, "Keine Tabelle", &why.to_string()),
    }
}

/// `POST /practice/rounds`: `round` from 1 and the seven fields; the answer says how many are right.
pub(in crate::sandbox) async fn judge(call: Call, body: Result<RawForm, RawFormRejection>) -> Response {
    let bytes = match body {
        Ok(RawForm(bytes)) => bytes,
        Err(why) => {
            call.turned_away(why.status(), &Members::default());
            return answer::error(why.status(), &why.body_text());
        }
    };
    let pairs = url::form_urlencoded::parse(&bytes).map(|(name, text)| (name.into_owned(), Value::String(text.into())));
    let sent: Members = Arc::new(pairs.collect());
    let round = sent.get("round").and_then(Value::as_str).and_then(|text| text.parse::<usize>().ok());
    let Some(expected) = round.and_then(|round| PEOPLE.get(round.checked_sub(1)?)) else {
        call.turned_away(StatusCode::UNPROCESSABLE_ENTITY, &sent);
        return answer::error(StatusCode::UNPROCESSABLE_ENTITY, "there is no such round");
    };
    let right = right_fields(&sent, expected);
    let fault = call.fault();
    let noted = call.commit(move |office| {
        let note = Note {
            system: System::Practice,
            kind: Kind::Create,
            id: None,
            body: Arc::clone(&sent),
            idempotency_key: None,
            fault,
            took: true,
            status: Some(201),
        };
        office.ledger.add(note, &sent);
    });
    match noted {
        Some(()) => (StatusCode::CREATED, Json(json!({ "right": right, "of": FIELDS.len() }))).into_response(),
        None => answer::nobody(),
    }
}

/// How many fields are exactly as expected.
fn right_fields(sent: &Map<String, Value>, expected: &[&str]) -> usize {
    let pairs = FIELDS.iter().zip(expected);
    pairs.filter(|((name, _), text)| sent.get(*name).and_then(Value::as_str) == Some(**text)).count()
}

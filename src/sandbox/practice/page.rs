//! The practice page, its workbook, and the judgement of its rounds. No login: the page is about speed and care alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::RawFormRejection;
use axum::extract::{RawForm, RawQuery};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{PreEscaped, html};
use serde_json::{Map, Value, json};

use super::people::{FIELDS, PEOPLE, workbook};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::ledger::{Kind, Members, Note, System};
use crate::sandbox::pages::{failure, page};

/// The most rounds that can be asked for.
const MOST_ROUNDS: usize = 10_000;

/// `GET /practice?rounds=`: a round for each person unless stated; of more rounds, the people come in turn.
pub(in crate::sandbox) async fn show(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "rounds");
    let rounds = asked.and_then(|(_, text)| text.parse().ok()).unwrap_or(PEOPLE.len()).clamp(1, MOST_ROUNDS);
    let fields: Vec<Value> = FIELDS.iter().map(|(name, caption)| json!({ "name": name, "caption": caption })).collect();
    let content = html! {
        p { "Die Personen aus der " a href="/practice/personen.xlsx" { "Tabelle" } " sind einzutragen, eine je Runde. In
             jeder Runde stehen die sieben Felder in anderer Reihenfolge, und nichts an ihnen heißt noch so wie vorher. Die
             Zeit läuft ab „Start“. Es zählt jedes Zeichen." }
        div id="practice" data-fields=(Value::Array(fields)) data-rounds=(rounds) {}
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

/// `POST /practice/rounds`: `round` from 1, the seven fields, and `elapsed`, the milliseconds since the start, which the
/// ledger keeps with them. The answer says how many fields are right.
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
    let Some(expected) = round.and_then(|round| PEOPLE.get(round.checked_sub(1)? % PEOPLE.len())) else {
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

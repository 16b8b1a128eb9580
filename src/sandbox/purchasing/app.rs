//! The single-page form: its script draws everything, so that ids change at every load, fields come late, a dialog has
//! to be closed, and the last button is covered for a while. What robots find hard about modern pages, in one place.

use axum::Json;
use axum::extract::rejection::RawFormRejection;
use axum::extract::{RawForm, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{PreEscaped, html};
use serde_json::{Value, json};

use super::enter::{Entered, enter};
use super::order::{Order, Place, Wrong};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::pages::{csrf, page};

/// The suppliers that the look-up field knows.
const SUPPLIERS: [&str; 12] = [
    "Alpenblick Logistik AG",
    "Bürobedarf Schröder OHG",
    "Donau Werkzeugbau Ges.m.b.H.",
    "Großhandel Weiß & Partner",
    "Huber AG",
    "Huber Landtechnik GmbH",
    "Isar Verpackungen KG",
    "Müller & Söhne Industriebedarf GmbH",
    "Müller Elektro GmbH",
    "Nordlicht Leuchten GmbH",
    "Rheintal Präzision AG",
    "Zürcher Papierhandel AG",
];

/// The most suppliers that a search shows.
const MOST_FOUND: usize = 8;

/// `GET /portal/app`.
pub(in crate::sandbox) async fn show(call: Call) -> Response {
    let csrf = csrf(&call);
    let content = html! {
        div id="app" data-csrf=(csrf) { p { "Wird geladen …" } }
        noscript { p.notice.bad { "Dieses Formular braucht JavaScript." } }
        script { (PreEscaped(include_str!("app.js"))) }
    };
    page("Bestellportal", Some(csrf), &content)
}

/// `GET /portal/app/suppliers?q=`: the names that contain the text, in any case.
pub(in crate::sandbox) async fn suppliers(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let asked = asked.map(|(_, text)| text.trim().to_lowercase()).unwrap_or_default();
    let fit = SUPPLIERS.into_iter().filter(|name| name.to_lowercase().contains(&asked));
    Json(fit.take(MOST_FOUND).collect::<Vec<_>>()).into_response()
}

/// `POST /portal/app/orders`: the fields of the order form, answered in JSON.
pub(in crate::sandbox) async fn save(call: Call, body: Result<RawForm, RawFormRejection>) -> Response {
    let (status, answer) = match enter(&call, body) {
        Entered::Saved(order) => (StatusCode::CREATED, saved(&order)),
        Entered::Duplicate(id) => {
            let message = "Diese Bestellung beim Lieferanten ist schon erfasst.";
            (StatusCode::CONFLICT, json!({ "message": message, "id": id }))
        }
        Entered::Wrong(_, errors) => {
            let message = "Bitte prüfen Sie die markierten Felder. Es wurde nichts gespeichert.";
            let errors: Vec<Value> = errors.iter().map(wrong).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "message": message, "errors": errors }))
        }
        Entered::Unreadable(status) => (status, json!({ "message": "Die Anfrage ist nicht lesbar." })),
        Entered::Forged => (StatusCode::FORBIDDEN, json!({ "message": "Bitte laden Sie die Seite neu." })),
        Entered::Unanswered => return answer::nobody(),
    };
    (status, Json(answer)).into_response()
}

fn saved(order: &Order) -> Value {
    json!({ "id": order.id, "number": order.text("number"), "receipt": order.receipt() })
}

/// A wrong field by its name, that of a line with the line's number from 0.
fn wrong(wrong: &Wrong) -> Value {
    let message = wrong.problem.german();
    match wrong.place {
        Place::Head(field) => json!({ "field": field, "message": message }),
        Place::Line(line, field) => json!({ "field": field, "line": line, "message": message }),
        Place::Lines => json!({ "field": "lines", "message": message }),
    }
}

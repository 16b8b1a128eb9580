//! What all pages share: the frame, the notice pages, the style.

pub(super) mod home;
pub(super) mod login;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::call::Call;
use super::door::Identity;

/// A page in the frame of the office; `csrf` is that of the session, where somebody is logged in.
pub(super) fn page(title: &str, csrf: Option<&str>, content: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="de" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Übungsbüro" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body {
                header {
                    a.brand href="/" { "Übungsbüro" }
                    @if let Some(csrf) = csrf {
                        nav aria-label="Hauptmenü" {
                            a href="/invoices" { "Rechnungen" }
                            a href="/invoices/new" { "Neue Rechnung" }
                            a href="/orders" { "Bestellungen" }
                            a href="/orders/new" { "Neue Bestellung" }
                        }
                        form.leave method="post" action="/logout" {
                            input type="hidden" name="csrf" value=(csrf);
                            button.quiet type="submit" { "Abmelden" }
                        }
                    }
                }
                main { h1 { (title) } (content) }
            }
        }
    };
    ([(header::CACHE_CONTROL, "no-store")], Html(markup.into_string())).into_response()
}

/// A page that says what went wrong.
pub(super) fn failure(status: StatusCode, title: &str, text: &str) -> Response {
    (status, page(title, None, &html! { p.notice.bad role="alert" { (text) } })).into_response()
}

/// What the forms of this session must send back. Requests with a fixed token have no session: theirs is empty.
pub(super) fn csrf(call: &Call) -> &str {
    match call.identity() {
        Some(Identity::Session { csrf, .. }) => csrf,
        _ => "",
    }
}

/// The answer to a form that does not carry the session's CSRF token.
pub(super) fn forged() -> Response {
    failure(
        StatusCode::FORBIDDEN,
        "Formular abgelaufen",
        "Bitte laden Sie die Seite neu und senden Sie das Formular noch einmal.",
    )
}

/// `GET /style.css`.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

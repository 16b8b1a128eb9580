//! The login page and logging out. Before there is a session, the form's CSRF token is compared with a cookie of its
//! own; after that it belongs to the session.

use std::sync::Arc;

use axum::extract::{Form, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::{forged, page};
use crate::sandbox::call::Call;
use crate::sandbox::door::{Grants, Identity, SESSION_COOKIE, cookie, random};
use crate::sandbox::office::Office;

const LOGIN_COOKIE: &str = "sandbox_login";

/// `GET /login?next=`.
pub(in crate::sandbox) async fn show(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let next = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next");
    form(StatusCode::OK, &next.map(|(_, next)| next.into_owned()).unwrap_or_default(), None)
}

/// What the login form sends.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Login {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`.
pub(in crate::sandbox) async fn enter(
    State(office): State<Arc<Office>>,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Response {
    if login.csrf.is_empty() || cookie(&headers, LOGIN_COOKIE) != Some(&login.csrf) {
        return forged();
    }
    if !office.door.knows_user(&login.user, &login.password) {
        return form(StatusCode::UNAUTHORIZED, &login.next, Some("Benutzername oder Kennwort ist falsch."));
    }
    let session = office.door.open(Grants::Access, None);
    let next = if is_own_path(&login.next) { login.next.as_str() } else { "/invoices" };
    let cookies = AppendHeaders([
        (header::SET_COOKIE, format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax")),
        (header::SET_COOKIE, format!("{LOGIN_COOKIE}=; Path=/; Max-Age=0")),
    ]);
    (cookies, Redirect::to(next)).into_response()
}

/// What the logout form sends.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Leave {
    #[serde(default)]
    csrf: String,
}

/// `POST /logout`.
pub(in crate::sandbox) async fn leave(
    State(office): State<Arc<Office>>,
    call: Call,
    Form(leave): Form<Leave>,
) -> Response {
    if let Some(Identity::Session { token, csrf }) = call.identity() {
        if **csrf != *leave.csrf {
            return forged();
        }
        office.door.end(token);
    }
    let cookie = [(header::SET_COOKIE, format!("{SESSION_COOKIE}=; Path=/; Max-Age=0"))];
    (cookie, Redirect::to("/login")).into_response()
}

/// Whether it is a path of this server; a redirect must lead nowhere else.
fn is_own_path(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && next.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\')
}

fn form(status: StatusCode, next: &str, error: Option<&str>) -> Response {
    let csrf = random();
    let content = html! {
        form.card.fields method="post" action="/login" {
            @if let Some(error) = error { p.notice.bad role="alert" { (error) } }
            input type="hidden" name="csrf" value=(csrf);
            input type="hidden" name="next" value=(next);
            div {
                label for="user" { "Benutzername" }
                input id="user" name="user" autocomplete="username" required autofocus;
            }
            div {
                label for="password" { "Kennwort" }
                input id="password" name="password" type="password" autocomplete="current-password" required;
            }
            div.actions { button type="submit" { "Anmelden" } }
        }
    };
    let cookie = [(header::SET_COOKIE, format!("{LOGIN_COOKIE}={csrf}; Path=/; HttpOnly; SameSite=Lax"))];
    (status, cookie, page("Anmeldung", None, &content)).into_response()
}

//! Logins of programs: `POST /api/login` for user and password, `POST /oauth/token` for OAuth 2.0 clients.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::{self, JsonObject};
use super::door::{Door, Grants};
use super::office::Office;

/// `POST /api/login` with `user` and `password`: a token that is good until the session ends.
pub(super) async fn login(State(office): State<Arc<Office>>, JsonObject(members): JsonObject) -> Response {
    let text = |name| members.get(name).and_then(Value::as_str).unwrap_or_default();
    if office.door.knows_user(text("user"), text("password")) {
        Json(json!({ "token": office.door.open(Grants::Access, None) })).into_response()
    } else {
        answer::error(StatusCode::UNAUTHORIZED, "user or password is wrong")
    }
}

/// `POST /oauth/token`: the grants `client_credentials` and `refresh_token` (RFC 6749, sections 4.4 and 6). Unlike
/// section 4.4.3 advises, client credentials get a refresh token too, so that refreshing can be practised.
pub(super) async fn token(State(office): State<Arc<Office>>, headers: HeaderMap, request: Request) -> Response {
    let bytes = match answer::read_body(request).await {
        Ok(bytes) => bytes,
        Err(response) => return response,
    };
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
    let text = |name: &str| form.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value);
    let (id, secret) =
        Door::basic(&headers).unwrap_or_else(|| (text("client_id").to_owned(), text("client_secret").to_owned()));
    if !office.door.knows_client(&id, &secret) {
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    match text("grant_type") {
        "client_credentials" => {}
        "refresh_token" if office.door.redeem(text("refresh_token")) => {}
        "refresh_token" => return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant"),
        "" => return oauth_error(StatusCode::BAD_REQUEST, "invalid_request"),
        _ => return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    }
    let lifetime = office.options.token_lifetime;
    let body = json!({
        "access_token": office.door.open(Grants::Access, Some(lifetime)),
        "token_type": "Bearer",
        "expires_in": lifetime.as_secs(),
        "refresh_token": office.door.open(Grants::Refresh, None),
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// RFC 6749, section 5.2.
fn oauth_error(status: StatusCode, code: &str) -> Response {
    let mut response = (status, Json(json!({ "error": code }))).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = header::HeaderValue::from_static("Basic realm=\"sandbox\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

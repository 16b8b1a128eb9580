//! The gate before every page and end point: it throws the faults of a request, does those that come before anything is
//! looked at, lets in who may come in, and hands the rest to the handler as a [`Call`].

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::answer;
use super::call::{Call, Inner};
use super::dice::Throw;
use super::door::Identity;
use super::faults::{Fault, FaultsError};
use super::intent::{Intent, intent, rpc_intent};
use super::ledger::Note;
use super::line::Line;
use super::office::Office;
use super::pages;

/// The header that scripts faults for one request: names of faults with commas between them.
const FAULT_HEADER: HeaderName = HeaderName::from_static("x-sandbox-fault");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How a path answers, and whom it lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Area {
    /// The start page, the ledger, the setting of faults: no login, no faults.
    Control,
    /// Logins of the API, and JSON-RPC, which asks for the session itself.
    OpenApi,
    /// The JSON API.
    Api,
    /// The login page, and the practice page, which needs no login.
    OpenPage,
    /// The other pages.
    Page,
}

fn area(path: &str) -> Area {
    match path {
        "/api/login" | "/oauth/token" | "/rpc" => Area::OpenApi,
        "/login" | "/practice" | "/practice/rounds" => Area::OpenPage,
        "/logout" | "/invoices" | "/orders" | "/portal/app" => Area::Page,
        _ if path.starts_with("/api/") => Area::Api,
        _ if ["/invoices/", "/orders/", "/portal/app/"].iter().any(|pages| path.starts_with(pages)) => Area::Page,
        _ => Area::Control,
    }
}

/// A request with what was thrown and scripted for it.
struct Arrival {
    office: Arc<Office>,
    line: Line,
    area: Area,
    intent: Option<Intent>,
    throw: Throw,
    /// A session is over even where there was none.
    expire_any: bool,
    latency: Duration,
}

/// The middleware of all routes.
pub(super) async fn gate(
    State(office): State<Arc<Office>>,
    ConnectInfo(line): ConnectInfo<Line>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let area = area(path);
    if area == Area::Control {
        return next.run(request).await;
    }
    let mut intent = intent(request.method(), path);
    if path == "/rpc" {
        let (whole, body) = match buffer(request).await {
            Ok(buffered) => buffered,
            Err(response) => return response,
        };
        (request, intent) = (whole, rpc_intent(&body));
    }
    let faults = office.faults();
    let throw = office.dice.throw(&faults);
    let mut arrival = Arrival { office, line, area, intent, throw, expire_any: false, latency: faults.latency };
    if let Err(why) = arrival.script(request.headers()) {
        return answer::error(StatusCode::BAD_REQUEST, &why.to_string());
    }
    if arrival.latency.is_zero() {
        return arrival.admit(request, next).await;
    }
    // A real server goes on working after the client gave up, so the work must not end with the connection.
    let request = match buffer(request).await {
        Ok((request, _)) => request,
        Err(response) => return response,
    };
    let work = tokio::spawn(async move {
        tokio::time::sleep(arrival.latency).await;
        arrival.admit(request, next).await
    });
    work.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Reads the whole body, and answers a request that still has it.
async fn buffer(request: Request) -> Result<(Request, Bytes), Response> {
    let (parts, body) = request.into_parts();
    let bytes = answer::read_body(Request::new(body)).await?;
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

impl Arrival {
    /// Puts the faults that were scripted for this request in the place of the thrown ones.
    fn script(&mut self, headers: &HeaderMap) -> Result<(), FaultsError> {
        let mut scripted: Vec<Fault> = Vec::new();
        for value in headers.get_all(FAULT_HEADER) {
            for name in value.to_str().unwrap_or("?").split(',') {
                scripted.push(name.parse()?);
            }
        }
        if self.intent.is_some() {
            scripted.extend(self.office.scripted());
        }
        if !scripted.is_empty() {
            self.throw = Throw::default();
        }
        for fault in scripted {
            match fault {
                Fault::Unavailable(_) | Fault::TooMany(_) | Fault::Reset => self.throw.early = Some(fault),
                Fault::ExpireSession => self.expire_any = true,
                Fault::LostAnswer | Fault::LateCommit(_) => self.throw.answer = Some(fault),
                Fault::StaleSearch(_) => self.throw.stale = Some(fault),
                Fault::Latency(time) => self.latency = time,
            }
        }
        Ok(())
    }

    async fn admit(self, mut request: Request, next: Next) -> Response {
        if let Some(fault) = self.throw.early {
            return self.fail_early(fault, request).await;
        }
        let mut identity = self.office.door.identify(request.headers());
        let mut expired = None;
        if self.expire_any || self.throw.expire {
            if let Some(Identity::Session { token, .. }) = &identity {
                self.office.door.end(token);
            }
            let ends = self.expire_any || matches!(identity, Some(Identity::Session { .. }));
            if ends {
                (identity, expired) = (None, Some(Fault::ExpireSession));
            }
        }
        let needs_login = matches!(self.area, Area::Api | Area::Page);
        if needs_login && identity.is_none() {
            return self.send_to_login(expired, request).await;
        }
        let call = Call::new(Inner {
            idempotency_key: key(request.headers()),
            office: self.office,
            line: self.line,
            identity,
            intent: self.intent,
            fault: self.throw.answer.filter(|_| self.intent.is_some()),
            hidden_for: match self.throw.stale {
                Some(Fault::StaleSearch(time)) => Some(time),
                _ => None,
            },
        });
        request.extensions_mut().insert(call);
        next.run(request).await
    }

    /// 503, 429 or a reset, before anything is written.
    async fn fail_early(self, fault: Fault, request: Request) -> Response {
        let (status, retry_after) = match fault {
            Fault::Unavailable(time) => (StatusCode::SERVICE_UNAVAILABLE, time),
            Fault::TooMany(time) => (StatusCode::TOO_MANY_REQUESTS, Some(time)),
            _ => {
                self.note(request, Some(fault), None).await;
                self.line.reset();
                return answer::nobody();
            }
        };
        self.note(request, Some(fault), Some(status)).await;
        let mut response = match (self.area, status) {
            (Area::Page | Area::OpenPage, StatusCode::TOO_MANY_REQUESTS) => {
                pages::failure(status, "Zu viele Anfragen", "Bitte versuchen Sie es gleich noch einmal.")
            }
            (Area::Page | Area::OpenPage, _) => {
                pages::failure(status, "Wartungsarbeiten", "Das System ist gerade nicht erreichbar.")
            }
            (_, StatusCode::TOO_MANY_REQUESTS) => answer::error(status, "too many requests"),
            _ => answer::error(status, "the service is unavailable"),
        };
        if let Some(time) = retry_after {
            // The header has whole seconds (RFC 9110, section 10.2.3).
            let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    /// 401 for programs, the login page for people.
    async fn send_to_login(self, fault: Option<Fault>, request: Request) -> Response {
        let is_page = self.area == Area::Page;
        let status = if is_page { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED };
        let next = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
        self.note(request, fault, Some(status)).await;
        if is_page {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            return Redirect::to(&format!("/login?next={next}")).into_response();
        }
        let message = match fault {
            Some(_) => "the session has expired",
            None => "a valid bearer token, basic login, API key or session is needed",
        };
        let mut response = answer::error(status, message);
        let challenge = header::HeaderValue::from_static("Bearer realm=\"sandbox\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        response
    }

    /// Notes a write that goes no further.
    async fn note(&self, request: Request, fault: Option<Fault>, status: Option<StatusCode>) {
        let Some(intent) = &self.intent else { return };
        let idempotency_key = key(request.headers());
        let bytes = match intent.has_body() {
            true => answer::read_body(request).await.unwrap_or_default(),
            false => Bytes::new(),
        };
        let body = intent.members(&bytes);
        let note = Note {
            system: intent.system,
            kind: intent.kind,
            id: intent.id,
            body: Arc::clone(&body),
            idempotency_key,
            fault,
            took: false,
            status: status.map(|status| status.as_u16()),
        };
        self.office.ledger.add(note, &body);
    }
}

fn key(headers: &HeaderMap) -> Option<String> {
    headers.get(IDEMPOTENCY_KEY).map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned())
}

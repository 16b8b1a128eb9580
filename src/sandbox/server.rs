//! The running practice office: starting and stopping it, its addresses, and what tests ask of it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::answer;
use super::erp::{api, attachments, jobs, pages as invoices, rpc};
use super::faults::{Fault, Faults};
use super::gate::gate;
use super::ledger::LedgerEntry;
use super::line::{Doorman, Line};
use super::logins;
use super::office::Office;
use super::pages::{self, home, login};
use super::practice;
use super::purchasing::{api as booked_orders, app, pages as orders};

/// How the office is set up. The defaults are what its start page shows.
#[derive(Clone, Debug)]
pub struct Options {
    /// The TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The faults it begins with.
    pub faults: Faults,
    /// What the faults are thrown from: the same seed gives the same ones.
    pub seed: u64,
    /// Whether the same supplier and number is refused a second time, whatever the faults say.
    pub refuse_duplicate: bool,
    /// Whether a write with an `Idempotency-Key` that took before gets the same answer again, and changes nothing.
    pub idempotency: bool,
    /// The fixed bearer token, which never ends.
    pub token: String,
    /// The fixed key that `X-Api-Key` takes.
    pub api_key: String,
    /// The user of the pages, of `POST /api/login`, of JSON-RPC and of HTTP Basic.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// The OAuth 2.0 client of `POST /oauth/token`.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// How long an OAuth 2.0 access token is good; told to clients in whole seconds.
    pub token_lifetime: Duration,
    /// How long after its acceptance a job of `POST /api/jobs/invoices` is done.
    pub job_time: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Faults::default(),
            seed: 1,
            refuse_duplicate: false,
            idempotency: false,
            token: "sandbox-token".to_owned(),
            api_key: "sandbox-key".to_owned(),
            user: "sandbox".to_owned(),
            password: "sandbox".to_owned(),
            client_id: "sandbox".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            token_lifetime: Duration::from_secs(3600),
            job_time: Duration::from_millis(100),
        }
    }
}

/// How long stopping waits for requests under way.
const LONGEST_STOP: Duration = Duration::from_secs(5);

/// A running office. Dropping it stops it: idle connections are closed, requests under way are still answered.
#[derive(Debug)]
pub struct Sandbox {
    office: Arc<Office>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<io::Result<()>>>,
}

impl Sandbox {
    /// Opens the office on loopback; it runs on the current tokio runtime.
    ///
    /// # Errors
    /// If the port cannot be had.
    pub async fn start(options: Options) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let office = Arc::new(Office::new(options));
        let service = router(Arc::clone(&office)).into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel();
        let serve = axum::serve(Doorman::new(listener), service).with_graceful_shutdown(async {
            // A dropped sender means the same as a message.
            let _ = stopped.await;
        });
        let served = Some(tokio::spawn(serve.into_future()));
        Ok(Sandbox { office, address, stop: Some(stop), served })
    }

    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every write it ever got, in order.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.office.ledger.entries()
    }

    /// Other faults from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.office.set_faults(faults);
    }

    /// Queues a fault for one of the next writes, in the order of the calls: each write takes one from the queue, and
    /// meets no thrown fault then.
    pub fn next_fault(&self, fault: Fault) {
        self.office.script(fault);
    }

    /// Ends all sessions and access tokens that logins gave out.
    pub fn expire_sessions(&self) {
        self.office.door.end_all();
    }

    /// How many sessions and access tokens logins gave out.
    pub fn logins(&self) -> u64 {
        self.office.door.logins()
    }

    /// How many requests it got; those for the start page, the ledger and the faults do not count.
    pub fn requests(&self) -> u64 {
        self.office.dice.thrown()
    }

    /// Stops it, and waits until all requests under way are answered, but not longer than five seconds.
    pub async fn stop(mut self) {
        self.stop = None;
        if let Some(mut served) = self.served.take()
            && tokio::time::timeout(LONGEST_STOP, &mut served).await.is_err()
        {
            // A client that sends half a request must not hold the office open.
            served.abort();
        }
    }
}

fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route("/style.css", get(pages::style))
        .route("/ledger", get(ledger))
        .route("/sandbox/faults", get(faults).post(set_faults))
        .route("/api/login", post(logins::login))
        .route("/oauth/token", post(logins::token))
        .route("/rpc", post(rpc::call))
        .route("/api/invoices", get(api::list).post(api::create))
        .route("/api/invoices/{id}", get(api::show).put(api::replace).patch(api::change).delete(api::delete))
        .route("/api/invoices/{id}/confirm", post(api::confirm))
        .route("/api/invoices/{id}/attachments", get(attachments::list).post(attachments::add))
        .route("/api/orders", get(booked_orders::list).post(booked_orders::create))
        .route("/api/orders/{id}", get(booked_orders::show))
        .route("/api/jobs/invoices", post(jobs::create))
        .route("/api/jobs/{id}", get(jobs::show))
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/invoices", get(invoices::list))
        .route("/invoices/new", get(invoices::empty_form).post(invoices::save))
        .route("/invoices/{id}", get(invoices::show))
        .route("/orders", get(orders::list))
        .route("/orders/new", get(orders::empty_form).post(orders::save))
        .route("/orders/{id}", get(orders::show))
        .route("/portal/app", get(app::show))
        .route("/portal/app/suppliers", get(app::suppliers))
        .route("/portal/app/orders", post(app::save))
        .route("/practice", get(practice::show))
        .route("/practice/personen.xlsx", get(practice::people))
        .route("/practice/rounds", post(practice::judge))
        .fallback(async || answer::error(StatusCode::NOT_FOUND, "there is nothing at this address"))
        .method_not_allowed_fallback(async || {
            answer::error(StatusCode::METHOD_NOT_ALLOWED, "this address does not know this method")
        })
        .layer(DefaultBodyLimit::max(answer::LARGEST_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&office), gate))
        .with_state(office)
}

/// `GET /ledger`.
async fn ledger(State(office): State<Arc<Office>>) -> Response {
    Json(json!({ "entries": office.ledger.entries() })).into_response()
}

/// `GET /sandbox/faults`: the faults as text.
async fn faults(State(office): State<Arc<Office>>) -> String {
    office.faults().to_string()
}

/// `POST /sandbox/faults`: other faults, as text; an empty one is none.
async fn set_faults(State(office): State<Arc<Office>>, text: String) -> Response {
    match text.parse() {
        Ok(faults) => {
            office.set_faults(faults);
            office.faults().to_string().into_response()
        }
        Err(why) => answer::error(StatusCode::BAD_REQUEST, &format!("{why}")),
    }
}

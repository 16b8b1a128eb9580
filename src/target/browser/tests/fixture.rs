//! A page of its own for each test, a recipe that fills it in, and a browser.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::super::{BrowserOptions, BrowserTarget, Evidence};
use crate::expression::{Name, Scope};
use crate::messages::{Language, trouble};
use crate::record::Value;
use crate::secret::Secrets;
use crate::target::{Captures, Failure, Held, Job, Looked, Mode, Receipt, Submitted, Target, Verified};

/// What a server says to a request: method and path, body; answers status and page.
pub type Answer = dyn Fn(&str, &str) -> (u16, String) + Send + Sync;

/// The form posts that the server got, in order.
pub type Posts = Arc<Mutex<Vec<String>>>;

#[derive(Clone)]
struct Site {
    answer: Arc<Answer>,
    posts: Posts,
}

/// A server on loopback.
pub struct Server {
    pub url: String,
    pub posts: Posts,
}

impl Server {
    /// A server that answers so. `GET /` gets `GET /`.
    pub async fn new(answer: impl Fn(&str, &str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let posts = Posts::default();
        let site = Site { answer: Arc::new(answer), posts: Arc::clone(&posts) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(serve).with_state(site);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, posts }
    }

    /// A server with one form, whose submit is answered by a page that says `gespeichert`.
    pub async fn form(fields: &str) -> Self {
        let page = page(&format!("<form method=post action=/save>{fields}<button>Speichern</button></form>"));
        Self::new(move |request, _| {
            let saved = request.starts_with("POST");
            (200, if saved { page_saved() } else { page.clone() })
        })
        .await
    }

    /// The values of the last form post, by name.
    pub fn last(&self) -> BTreeMap<String, String> {
        let posts = self.posts.lock().unwrap();
        let body = posts.last().expect("nothing was posted").clone();
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
    }

    /// How many posts came.
    pub fn count(&self) -> usize {
        self.posts.lock().unwrap().len()
    }
}

async fn serve(State(site): State<Site>, method: Method, uri: Uri, body: Bytes) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    if method == Method::POST {
        site.posts.lock().unwrap().push(body.clone());
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let (status, page) = (site.answer)(&format!("{method} {path}"), &body);
    let status = StatusCode::from_u16(status).unwrap();
    if status.is_redirection() {
        return (status, [(header::LOCATION, page)]).into_response();
    }
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// A whole page.
pub fn page(body: &str) -> String {
    format!("<!doctype html><html lang=de><title>Test</title><body>{body}</body></html>")
}

/// The page after a submit.
pub fn page_saved() -> String {
    page("<p role=status>Die Rechnung wurde gespeichert</p><p>Beleg: <b id=receipt>B-17</b></p>")
}

/// The values of a record.
#[derive(Clone, Default)]
pub struct Values(pub BTreeMap<&'static str, Value>);

/// The fields of the tests' recipes, in order.
const FIELDS: [&str; 7] = ["number", "gross", "issued", "express", "note", "iban", "start"];

impl Scope for Values {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        Ok(match name {
            Name::Field(at) => Cow::Owned(self.0.get(FIELDS[*at]).cloned().unwrap_or(Value::Missing)),
            Name::Env(_) => Cow::Owned(self.0["url"].clone()),
            Name::Secret(name) if &**name == "USER" => Cow::Owned(Value::text("erika")),
            Name::Secret(_) => Cow::Owned(Value::text("geheim-4711")),
            _ => Cow::Owned(Value::Missing),
        })
    }
}

/// A target at work on one record.
pub struct Desk {
    pub target: BrowserTarget,
    pub values: Values,
    pub held: Held,
    pub state: tempfile::TempDir,
}

impl Desk {
    /// A recipe whose target has these settings and steps, at this server.
    pub fn new(server: &Server, settings: &str, rest: &str) -> Self {
        Self::with_options(server, settings, rest, |_| ())
    }

    /// The same, with browsers run in another way.
    pub fn with_options(server: &Server, settings: &str, rest: &str, change: impl FnOnce(&mut BrowserOptions)) -> Self {
        let indented = rest.lines().map(|line| format!("    {line}\n")).collect::<String>();
        let text = format!(
            r#"recipe: forms
source:
  csv: {{ file: input.csv }}
  locale: de
fields:
  number:  {{ column: number, required: true }}
  gross:   {{ column: gross, type: decimal }}
  issued:  {{ column: issued, type: date }}
  express: {{ column: express, type: bool }}
  note:    {{ column: note }}
  iban:    {{ column: iban }}
  start:   {{ column: start, type: time }}
key: [number]
targets:
  portal:
    browser: {{ url: "${{env.URL}}", locale: de, timeout: 2s{settings} }}
{indented}"#
        );
        let recipe = crate::recipe::read("forms.yaml", &text, std::path::Path::new(""))
            .unwrap_or_else(|wrong| panic!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
        let state = tempfile::tempdir().unwrap();
        let secrets = Arc::new(Secrets::of_practice(|_| "geheim-4711"));
        secrets.keep_out("password", "geheim-4711");
        let mut values = Values::default();
        values.0.insert("url", Value::text(server.url.clone()));
        values.0.insert("number", Value::text("RE-1"));
        let evidence = Arc::new(Evidence::default());
        evidence.keep_in(state.path().join("reports"));
        let mut options = BrowserOptions { state: state.path().to_owned(), evidence, ..BrowserOptions::default() };
        change(&mut options);
        let target = BrowserTarget::new(Arc::new(recipe), 0, &values, secrets, options)
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        Self { target, values, held: Held::new(), state }
    }

    /// One that opens `/`, does these steps, and submits by `Speichern`.
    pub fn filling(server: &Server, steps: &str) -> Self {
        let steps = format!(
            "steps:\n  - open: /\n{}\n  - submit: Speichern\n  - expect: {{ text: gespeichert }}\n  - capture: {{ receipt: {{ css: '#receipt' }} }}",
            steps.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
        );
        Self::new(server, "", &steps)
    }

    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.values.0.insert(name, value);
        self
    }

    pub fn job(&self) -> Job<'_> {
        Job { part: 0, mode: Mode::Enter, scope: &self.values, held: &self.held }
    }

    pub async fn stage(&self) -> Result<Captures, Failure> {
        self.target.stage(self.job()).await
    }

    pub async fn submit(&self) -> Result<Receipt, Failure> {
        match self.target.submit(self.job()).await {
            Submitted::Done(receipt) => Ok(receipt),
            Submitted::Failed(failure) => Err(failure),
            Submitted::Accepted(_) => panic!("a browser accepts nothing for later"),
        }
    }

    /// Stages and submits, which must go well.
    pub async fn enter(&self) -> Receipt {
        self.stage().await.unwrap_or_else(|failure| panic!("stage: {}", words(&failure)));
        self.submit().await.unwrap_or_else(|failure| panic!("submit: {}", words(&failure)))
    }

    pub async fn look_up(&self) -> Looked {
        self.target.lookup(self.job()).await
    }

    pub async fn verify(&self) -> Verified {
        self.target.verify(self.job()).await
    }

    /// Ends the browsers.
    pub async fn end(self) {
        drop(self.held);
        self.target.close().await;
    }
}

/// A failure as staff read it, without where the page is kept.
pub fn words(failure: &Failure) -> String {
    let words = trouble(&failure.trouble, Language::English);
    words.split(" (the page is kept in ").next().unwrap_or_default().to_owned()
}

/// A number as the fields hold it.
pub fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

/// A day.
pub fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

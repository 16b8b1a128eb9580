//! An archive of documents with an API and with pages, which keeps each file that it gets byte for byte: the receiver of
//! uploads.

use std::sync::{Arc, Mutex};

use axum::extract::{Multipart, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A document as it arrived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub number: String,
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

type Documents = Arc<Mutex<Vec<Document>>>;

/// The archive. Dropping it closes it.
pub struct Archive {
    port: u16,
    documents: Documents,
    _runtime: Runtime,
}

impl Archive {
    pub fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let documents = Documents::default();
        let pages = Router::new()
            .route("/api/documents", get(list).post(file))
            .route("/documents", get(search))
            .route("/documents/new", get(form).post(hand_in))
            .with_state(Arc::clone(&documents));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(axum::serve(listener, pages).into_future());
        Self { port, documents, _runtime: runtime }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All that it ever got.
    pub fn documents(&self) -> Vec<Document> {
        self.documents.lock().unwrap().clone()
    }
}

/// The numbers of the documents that were asked for: `?number=`.
fn asked(documents: &Documents, query: Option<String>) -> Vec<String> {
    let query = query.unwrap_or_default();
    let wanted = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "number").unwrap().1;
    let documents = documents.lock().unwrap();
    documents.iter().filter(|document| document.number == wanted).map(|document| document.number.clone()).collect()
}

async fn keep(documents: &Documents, mut form: Multipart) {
    let mut document = Document::default();
    while let Some(field) = form.next_field().await.unwrap() {
        if let Some(name) = field.file_name() {
            document.name = name.to_owned();
            document.media_type = field.content_type().unwrap_or_default().to_owned();
            document.bytes = field.bytes().await.unwrap().into();
        } else {
            document.number = field.text().await.unwrap();
        }
    }
    documents.lock().unwrap().push(document);
}

async fn list(State(documents): State<Documents>, RawQuery(query): RawQuery) -> Response {
    let items: Vec<_> = asked(&documents, query).into_iter().map(|number| json!({ "number": number })).collect();
    Json(json!({ "items": items })).into_response()
}

async fn file(State(documents): State<Documents>, form: Multipart) -> StatusCode {
    keep(&documents, form).await;
    StatusCode::CREATED
}

async fn search(State(documents): State<Documents>, RawQuery(query): RawQuery) -> Html<String> {
    let rows: String =
        asked(&documents, query).iter().map(|number| format!("<tr><td>{number}<td>Beleg</tr>")).collect();
    let none = if rows.is_empty() { "<p>Keine Treffer</p>" } else { "" };
    page(&format!("{none}<table>{rows}</table>"))
}

async fn form() -> Html<String> {
    page(
        "<form method=post enctype=multipart/form-data><label>Nummer <input name=number></label>\
         <label>Beleg <input type=file name=document></label><button>Ablegen</button></form>",
    )
}

async fn hand_in(State(documents): State<Documents>, form: Multipart) -> Html<String> {
    keep(&documents, form).await;
    page("<p>Der Beleg ist abgelegt.</p>")
}

fn page(content: &str) -> Html<String> {
    Html(format!("<!doctype html><meta charset=utf-8><title>Archiv</title><body>{content}"))
}

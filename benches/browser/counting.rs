//! A wire that counts: it passes WebDriver commands on to a driver, and knows how many there were.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use tokio::net::TcpListener;

use super::Done;

/// The wire, open as long as the runtime runs.
pub struct Wire {
    url: String,
    count: Arc<AtomicUsize>,
}

impl Wire {
    /// A wire to this driver.
    pub async fn open(driver: &str) -> Done<Self> {
        let (count, driver) = (Arc::new(AtomicUsize::new(0)), driver.to_owned());
        let client = Client::builder().no_proxy().build()?;
        let counted = Arc::clone(&count);
        let router = Router::new().fallback(async move |method: Method, uri: Uri, body: Bytes| {
            counted.fetch_add(1, Ordering::Relaxed);
            pass_on(&client, &driver, method, &uri, body)
                .await
                .unwrap_or_else(|why| (StatusCode::BAD_GATEWAY, why.to_string()).into_response())
        });
        let router = router.layer(axum::extract::DefaultBodyLimit::disable());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { url, count })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many commands went over it.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

async fn pass_on(
    client: &Client,
    driver: &str,
    method: Method,
    uri: &Uri,
    body: Bytes,
) -> Result<Response, reqwest::Error> {
    let request = client.request(method, format!("{driver}{uri}")).header("content-type", "application/json");
    let answer = request.body(body).send().await?;
    let status = answer.status();
    Ok((status, [("content-type", "application/json")], answer.bytes().await?).into_response())
}

//! The practice office as its clients see it, over real connections.

mod api;
mod faults;
mod logins;
mod orders;
mod pages;
mod person;
mod practice;

use std::sync::Once;

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{Kind, LedgerEntry, Options, Sandbox};

/// An office and a client that is let in.
struct Visit {
    sandbox: Sandbox,
    client: Client,
}

impl Visit {
    async fn new(options: Options) -> Self {
        Self { sandbox: Sandbox::start(options).await.unwrap(), client: client() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).bearer_auth("sandbox-token")
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path)).bearer_auth("sandbox-token")
    }

    fn create(&self, number: &str) -> RequestBuilder {
        self.post("/api/invoices").json(&invoice(number))
    }

    /// How many invoices with this number a search finds.
    async fn found(&self, number: &str) -> u64 {
        let answer = self.get("/api/invoices").query(&[("number", number)]).send().await.unwrap();
        json_of(answer).await["total"].as_u64().unwrap()
    }

    /// Waits until the ledger has so many entries.
    async fn ledger_of(&self, count: usize) -> Vec<LedgerEntry> {
        for _ in 0..500 {
            let entries = self.sandbox.ledger();
            if entries.len() >= count {
                return entries;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the ledger has only {:#?}", self.sandbox.ledger());
    }

    /// Kind, status, fault and whether it took, of each entry.
    fn summary(&self) -> Vec<(Kind, Option<u16>, Option<&'static str>, bool)> {
        let entries = self.sandbox.ledger();
        entries.iter().map(|entry| (entry.kind, entry.status, entry.fault, entry.took)).collect()
    }
}

fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Another test may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn invoice(number: &str) -> Value {
    json!({ "number": number, "supplier": "Müller GmbH", "issued": "2026-01-31", "net": "100.00", "vat": "19.00",
            "total": "119.00", "currency": "EUR" })
}

async fn json_of(response: Response) -> Value {
    response.json().await.unwrap()
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

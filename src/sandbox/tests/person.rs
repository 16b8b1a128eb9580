//! A person at a browser without scripts.

use reqwest::{Client, Response};

use super::{Visit, client, header};
use crate::sandbox::Options;

/// The person, with a cookie jar.
pub(super) struct Person {
    pub(super) visit: Visit,
    pub(super) browser: Client,
}

impl Person {
    pub(super) async fn logged_in(options: Options) -> Self {
        let person = Self::new(options).await;
        let answer = person.log_in("sandbox", "").await;
        assert_eq!((answer.status().as_u16(), header(answer.headers(), "location")), (303, "/invoices"));
        person
    }

    pub(super) async fn new(options: Options) -> Self {
        client(); // The TLS provider.
        let browser = Client::builder().no_proxy().cookie_store(true).redirect(reqwest::redirect::Policy::none());
        Self { visit: Visit::new(options).await, browser: browser.build().unwrap() }
    }

    pub(super) async fn log_in(&self, password: &str, next: &str) -> Response {
        let csrf = csrf(&self.text("/login").await);
        let form = [("user", "sandbox"), ("password", password), ("csrf", &csrf), ("next", next)];
        self.send("/login", &form).await
    }

    pub(super) async fn open(&self, path: &str) -> Response {
        self.browser.get(self.visit.url(path)).send().await.unwrap()
    }

    pub(super) async fn text(&self, path: &str) -> String {
        let answer = self.open(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    pub(super) async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.browser.post(self.visit.url(path)).form(form).send().await.unwrap()
    }

    pub(super) async fn save(&self, changes: &[(&str, &str)]) -> Response {
        let csrf = csrf(&self.text("/invoices/new").await);
        let mut form = vec![
            ("csrf", csrf.as_str()),
            ("number", "RE-1"),
            ("supplier", "Müller & Söhne"),
            ("issued", "31.01.2026"),
            ("net", "1.000,00"),
            ("vat", "190,00"),
            ("total", "1.190,00"),
            ("iban", "DE44500105175407324931"),
            ("currency", "CHF"),
        ];
        form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        form.extend(changes);
        self.send("/invoices/new", &form).await
    }
}

/// The CSRF token of a page's first form.
pub(super) fn csrf(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

//! What a login gave, and what is sent with each call because of it.

use std::time::Instant;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

use crate::target::Captures;

/// A session with a target. A new login makes a new one; calls in flight keep theirs.
#[derive(Default)]
pub(super) struct Session {
    /// The login's number; 0 before the first.
    pub number: u64,
    /// What the login captured.
    pub captures: Captures,
    /// When the token must be renewed.
    pub renew_at: Option<Instant>,
    jar: Jar,
    headers: HeaderMap,
    token: Option<HeaderValue>,
}

impl Session {
    /// A session without login.
    pub fn new(number: u64, headers: HeaderMap) -> Self {
        Self { number, headers, ..Self::default() }
    }

    /// Headers of each call.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Adds headers to each call.
    pub fn add_header(&mut self, name: reqwest::header::HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }

    /// The `Authorization` header of an OAuth token.
    pub fn token(&self) -> Option<&HeaderValue> {
        self.token.as_ref()
    }

    /// Sets the token that is sent with each call, and when it must be renewed.
    pub fn set_token(&mut self, token: HeaderValue, renew_at: Option<Instant>) {
        self.token = Some(token);
        self.renew_at = renew_at;
    }

    /// The cookies to be sent to an address.
    pub fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        let mut cookies = self.jar.cookies(url)?;
        cookies.set_sensitive(true);
        Some(cookies)
    }

    /// Keeps the cookies of an answer.
    pub fn set_cookies(&self, headers: &HeaderMap, url: &Url) {
        self.jar.set_cookies(&mut headers.get_all(SET_COOKIE).iter(), url);
    }

    /// Whether a cookie of this name would be sent to an address.
    pub fn has_cookie(&self, name: &str, url: &Url) -> bool {
        self.jar.cookies(url).is_some_and(|cookies| {
            String::from_utf8_lossy(cookies.as_bytes())
                .split("; ")
                .any(|cookie| cookie.split_once('=').is_some_and(|(found, _)| found == name))
        })
    }

    /// Whether its token is about to end.
    pub fn is_stale(&self, now: Instant) -> bool {
        self.renew_at.is_some_and(|renew_at| now >= renew_at)
    }
}

//! What a target answered, read whole and within bounds.

use std::cell::OnceCell;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER, SET_COOKIE};
use serde_json::Value as Json;
use url::Url;

use crate::target::Trouble;

/// The longest time that a target's `Retry-After` is taken for.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// One answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The URL that answered (after redirects).
    pub url: Url,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, without its encoding.
    pub body: Vec<u8>,
}

/// An answer whose body is read as text and JSON at most once.
pub(super) struct Reading<'a> {
    /// The answer.
    pub answer: &'a Answer,
    text: OnceCell<String>,
    json: OnceCell<Result<Json, String>>,
}

impl Answer {
    /// Where a redirect leads, if this is one.
    pub fn redirect(&self) -> Option<Url> {
        if !(300..400).contains(&self.status) {
            return None;
        }
        let location = self.headers.get(LOCATION)?;
        self.url.join(&String::from_utf8_lossy(location.as_bytes())).ok()
    }

    /// The login page that a redirect leads to, if it does.
    pub fn login_page(&self) -> Option<Url> {
        self.redirect().filter(|to| is_login_page(to) && !is_login_page(&self.url))
    }

    /// How long the target asks to wait (RFC 9110 section 10.2.3): seconds or a date, an hour at the most.
    pub fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
        };
        Some(wait.min(LONGEST_WAIT))
    }

    /// The text in the body, in the charset that the headers state; UTF-8 unless they do.
    pub fn text(&self) -> String {
        let label = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(|media_type| {
            let parameter = media_type
                .split(';')
                .map(str::trim)
                .find(|part| part.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("charset=")))?;
            Some(parameter[8..].trim_matches('"').to_owned())
        });
        let encoding =
            label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())).unwrap_or(encoding_rs::UTF_8);
        encoding.decode(&self.body).0.into_owned()
    }

    /// The values of a header as texts.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.headers.get_all(name).iter().map(|value| {
            // ISO 8859-1, as headers are sent.
            value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
        })
    }

    /// The values that the answer sets for a cookie.
    pub fn cookie_values(&self, wanted: &str) -> Vec<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
            .filter(|(name, _)| name.trim() == wanted)
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }
}

/// Whether an address is that of a login page.
fn is_login_page(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    ["login", "signin", "sign-in", "sign_in", "logon"].iter().any(|word| path.contains(word))
}

impl<'a> Reading<'a> {
    /// Nothing is read before it is needed.
    pub fn new(answer: &'a Answer) -> Self {
        Self { answer, text: OnceCell::new(), json: OnceCell::new() }
    }

    /// The body's text.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| self.answer.text())
    }

    /// The body's JSON.
    ///
    /// # Errors
    /// That it is none, and why.
    pub fn json(&self) -> Result<&Json, Trouble> {
        let json = self.json.get_or_init(|| {
            // A byte order mark is not JSON, but some targets send one, and it changes nothing.
            let bytes = self.answer.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.answer.body);
            if bytes.is_empty() {
                return Err("it is empty where JSON is needed".to_owned());
            }
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))
        });
        json.as_ref().map_err(|why| Trouble::Unreadable { status: self.answer.status, why: why.clone() })
    }
}

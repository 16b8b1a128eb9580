//! Sending a request and reading its answer: the only place that talks to the network.
//!
//! A write goes out at most once. The library's own retries are off; what its connection pool still does by itself is
//! to take another connection for a request of which no byte was sent. HTTP/1.1 alone is spoken, since an HTTP/2 server
//! may close a connection under requests of which nobody can tell whether they were taken. Idle connections are dropped
//! before servers usually do, so that a write rarely meets a connection that is just being closed.

use std::num::NonZeroU32;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{ACCEPT, AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Proxy, multipart};
use url::Url;

use super::answer::Answer;
use super::body::{Part, SpecBody, check_file};
use super::render::{RequestSpec, append_query, header};
use super::session::Session;
use crate::recipe::model::{Method, Rate};
use crate::target::{Class, Trouble};

/// Redirects that are followed at the most.
const REDIRECTS: u32 = 5;

/// An idle connection is kept no longer than this; common servers close theirs after two to five seconds.
const IDLE: Duration = Duration::from_millis(1500);

/// How long connecting may take (or the whole call, if that is shorter).
const CONNECT: Duration = Duration::from_secs(10);

/// What each call to a target needs.
pub(super) struct Transport {
    client: Client,
    limiter: Option<DefaultDirectRateLimiter>,
    timeout: Duration,
    max_answer: u64,
    auth: Credentials,
}

/// What a transport is made of.
pub(super) struct Options<'a> {
    /// One call, from connecting to the last byte.
    pub timeout: Duration,
    /// Bytes of an answer at the most.
    pub max_answer: u64,
    /// Connections kept idle at the most.
    pub concurrency: usize,
    /// `rate:`.
    pub rate: Option<Rate>,
    /// `proxy:`, `none` for none, the system's if not stated.
    pub proxy: Option<String>,
    /// A PEM file's content.
    pub ca: Option<&'a [u8]>,
    /// Whether anything is reached over TLS.
    pub tls: bool,
    /// `auth:`.
    pub auth: Credentials,
}

/// What identifies the caller in each call.
pub(super) enum Credentials {
    /// Nothing, or what the session holds.
    Session,
    /// A header.
    Header(HeaderName, HeaderValue),
    /// A query parameter.
    Query(String, String),
}

impl Credentials {
    /// A header with a secret value.
    pub fn header(name: &str, value: &str) -> Result<Self, Trouble> {
        let (name, mut value) =
            header(name, value).map_err(|why| Trouble::Settings(format!("`auth:` header `{name}`: {why}")))?;
        value.set_sensitive(true);
        Ok(Credentials::Header(name, value))
    }
}

/// Which redirects are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// None: writes, and steps that expect a redirect.
    None,
    /// Those of the same origin, but not to a login page.
    Reads,
    /// Those of the same origin, login pages too: the steps of a login.
    Login,
}

impl Transport {
    /// One client for a target.
    pub fn new(options: Options<'_>) -> Result<Self, Trouble> {
        let settings = |what: &str, error: reqwest::Error| Trouble::Settings(format!("{what}: {}", reason(error)));
        let mut builder = Client::builder()
            .user_agent(concat!("eintrag/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.8"))]))
            .http1_only()
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .timeout(options.timeout)
            .connect_timeout(CONNECT.min(options.timeout.mul_f64(0.9)))
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(options.concurrency.max(1));
        builder = match options.proxy.as_deref() {
            None => builder,
            Some("none") => builder.no_proxy(),
            Some(url) => builder.proxy(Proxy::all(url).map_err(|error| settings("`proxy:`", error))?),
        };
        if let Some(pem) = options.ca {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| settings("`ca:`", error))?;
            if certificates.is_empty() {
                return Err(Trouble::Settings("`ca:` the file holds no certificate in PEM form".to_owned()));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if !options.tls {
            // Reading the system's certificates takes longer than entering a record.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            client: builder.build().map_err(|error| settings("the HTTP client", error))?,
            limiter: options.rate.and_then(limiter),
            timeout: options.timeout,
            max_answer: options.max_answer,
            auth: options.auth,
        })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// Why there is no answer, and whether the request may have been sent.
    pub async fn send(&self, spec: RequestSpec, session: &Session, follow: Follow) -> Result<Answer, (Class, Trouble)> {
        let RequestSpec { mut method, mut url, mut headers, mut body } = spec;
        for (name, value) in session.headers() {
            if !headers.contains_key(name) {
                headers.insert(name, value.clone());
            }
        }
        self.identify(&mut url, &mut headers, session);
        let form_sent = method != Method::Get;
        let mut redirects = 0;
        loop {
            let answer = self.once(method, url.clone(), headers.clone(), body.clone(), session).await?;
            let Some(to) = answer.redirect() else { return Ok(answer) };
            let followed = match follow {
                Follow::None => false,
                Follow::Reads => answer.login_page().is_none(),
                // After a form was sent, the way back to the login page says that the login failed.
                Follow::Login => !form_sent || (answer.login_page().is_none() && to.path() != answer.url.path()),
            };
            if !followed || to.origin() != url.origin() || redirects == REDIRECTS {
                return Ok(answer);
            }
            redirects += 1;
            // RFC 9110 section 15.4: 307 and 308 keep the method, the others become a GET as in every browser.
            if !matches!(answer.status, 307 | 308) {
                method = Method::Get;
                body = SpecBody::Empty;
                headers.remove(reqwest::header::CONTENT_TYPE);
            }
            url = to;
        }
    }

    /// Sends one request; its redirect is an answer.
    pub async fn once(
        &self,
        method: Method,
        url: Url,
        mut headers: HeaderMap,
        body: SpecBody,
        session: &Session,
    ) -> Result<Answer, (Class, Trouble)> {
        if let Some(cookies) = session.cookies(&url)
            && !headers.contains_key(COOKIE)
        {
            headers.insert(COOKIE, cookies);
        }
        let request = self.client.request(verb(method), url.clone()).headers(headers);
        let request = match body {
            SpecBody::Empty => request,
            SpecBody::Bytes(bytes) => request.body(bytes),
            // The files are opened before anything is sent, so this is a plain refusal.
            SpecBody::Multipart(parts) => {
                request.multipart(form(parts).await.map_err(|trouble| (Class::Refused, trouble))?)
            }
        };
        if let Some(limiter) = &self.limiter {
            limiter.until_ready().await;
        }
        let response = request.send().await.map_err(|error| self.unsent(error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        session.set_cookies(&headers, &url);
        let body = self.read(response, status).await?;
        Ok(Answer { url, status, headers, body })
    }

    async fn read(&self, mut response: reqwest::Response, status: u16) -> Result<Vec<u8>, (Class, Trouble)> {
        // A status that says "no" or "later" does so without its body.
        let told = matches!(status, 400..=499 | 501 | 503) && status != 408;
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > self.max_answer => {
                    if told {
                        return Ok(body);
                    }
                    return Err((Class::Unknown, Trouble::TooLarge(self.max_answer)));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(_) if told => return Ok(body),
                Err(error) if error.is_timeout() => return Err((Class::Unknown, Trouble::Timeout(self.timeout))),
                Err(error) if is_garbled(&error) => {
                    return Err((Class::Unknown, Trouble::Unreadable { status, why: reason(error) }));
                }
                Err(error) => return Err((Class::Unknown, Trouble::Broken(reason(error)))),
            }
        }
    }

    /// Only a connection that never came about proves that nothing was sent.
    fn unsent(&self, error: reqwest::Error) -> (Class, Trouble) {
        if error.is_builder() {
            (Class::Refused, Trouble::Recipe(reason(error)))
        } else if error.is_connect() {
            (Class::NotSubmitted, Trouble::Connect(reason(error)))
        } else if error.is_timeout() {
            (Class::Unknown, Trouble::Timeout(self.timeout))
        } else {
            (Class::Unknown, Trouble::Broken(reason(error)))
        }
    }

    fn identify(&self, url: &mut Url, headers: &mut HeaderMap, session: &Session) {
        let (name, value) = match &self.auth {
            Credentials::Session => match session.token() {
                Some(token) => (AUTHORIZATION, token.clone()),
                None => return,
            },
            Credentials::Header(name, value) => (name.clone(), value.clone()),
            Credentials::Query(name, value) => return append_query(url, &[(name.clone(), value.clone())]),
        };
        // What a step states itself has precedence.
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}

/// Whether the content encoding is broken; else it was the connection that ended a body. The library calls both the same
/// and tells them apart only by the kind of the error behind it.
fn is_garbled(error: &reqwest::Error) -> bool {
    use std::io::ErrorKind;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let kind = inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(ErrorKind::InvalidInput | ErrorKind::InvalidData)) {
            return true;
        }
        source = inner.source();
    }
    false
}

/// The header of basic authentication (RFC 7617, in UTF-8).
pub(super) fn basic(user: &str, password: &str) -> HeaderValue {
    let text = STANDARD.encode(format!("{user}:{password}"));
    let mut value = HeaderValue::from_str(&format!("Basic {text}")).unwrap_or(HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    value
}

/// Calls evenly spaced: a burst would let twice the rate through in the first period.
fn limiter(rate: Rate) -> Option<DefaultDirectRateLimiter> {
    let quota = Quota::with_period(rate.per.checked_div(rate.calls)?)?.allow_burst(NonZeroU32::MIN);
    Some(RateLimiter::direct(quota))
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

async fn form(parts: Vec<(String, Part)>) -> Result<multipart::Form, Trouble> {
    let mut form = multipart::Form::new();
    for (field, part) in parts {
        form = match part {
            Part::Text(text) => form.text(field, text),
            Part::File { path, name, media_type } => {
                let trouble = |why: String| Trouble::File { path: path.display().to_string(), why };
                let file = tokio::fs::File::open(&path).await.map_err(|error| trouble(error.to_string()))?;
                let found = file.metadata().await.map_err(|error| trouble(error.to_string()))?;
                check_file(&found).map_err(trouble)?;
                let part = multipart::Part::stream_with_length(file, found.len())
                    .file_name(name)
                    .mime_str(&media_type)
                    .map_err(|_| trouble(format!("`{media_type}` is no media type")))?;
                form.part(field, part)
            }
        };
    }
    Ok(form)
}

/// The reasons behind an error, from the outermost to the innermost; without its URL, which may hold keys.
pub(super) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut reasons = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        let text = inner.to_string();
        if !reasons.iter().any(|known| known.contains(&text)) {
            reasons.push(text);
        }
        source = inner.source();
    }
    reasons.join(": ")
}

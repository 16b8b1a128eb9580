//! Who may come in: the fixed token, key and password, and the sessions and tokens that logins gave out.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::server::Options;

/// The cookie of a session that was opened on the login page.
pub(super) const SESSION_COOKIE: &str = "sandbox_session";

/// How many sessions are kept; the oldest go first. Nobody practises with more.
const MOST_SESSIONS: usize = 10_000;

/// The fixed credentials, and the sessions.
#[derive(Debug)]
pub(super) struct Door {
    token: String,
    api_key: String,
    user: String,
    password: String,
    client_id: String,
    client_secret: String,
    basic: String,
    sessions: Mutex<Sessions>,
    logins: AtomicU64,
}

#[derive(Debug, Default)]
struct Sessions {
    by_token: HashMap<String, Session>,
    oldest_first: VecDeque<String>,
}

#[derive(Debug)]
struct Session {
    csrf: Arc<str>,
    ends: Option<Instant>,
    grants: Grants,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grants {
    /// Requests.
    Access,
    /// A new access token (RFC 6749, section 6).
    Refresh,
}

/// Who a request comes from.
#[derive(Clone, Debug)]
pub(super) enum Identity {
    /// Somebody with the fixed token, key or password, which never end.
    Fixed,
    /// Somebody with a session or an issued token.
    Session {
        /// The token, also the value of the session cookie.
        token: String,
        /// What its forms must send back.
        csrf: Arc<str>,
    },
}

impl Door {
    pub(super) fn new(options: &Options) -> Self {
        let basic = BASE64_STANDARD.encode(format!("{}:{}", options.user, options.password));
        Self {
            token: options.token.clone(),
            api_key: options.api_key.clone(),
            user: options.user.clone(),
            password: options.password.clone(),
            client_id: options.client_id.clone(),
            client_secret: options.client_secret.clone(),
            basic,
            sessions: Mutex::default(),
            logins: AtomicU64::new(0),
        }
    }

    /// Who sent these headers: a bearer token, a basic login, an API key or a session cookie, in this order; the first
    /// that is there decides.
    pub(super) fn identify(&self, headers: &HeaderMap) -> Option<Identity> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let (scheme, credentials) = value.to_str().ok()?.split_once(' ')?;
            let credentials = credentials.trim();
            return match scheme {
                _ if scheme.eq_ignore_ascii_case("bearer") && credentials == self.token => Some(Identity::Fixed),
                _ if scheme.eq_ignore_ascii_case("bearer") => self.session(credentials),
                _ if scheme.eq_ignore_ascii_case("basic") && credentials == self.basic => Some(Identity::Fixed),
                _ => None,
            };
        }
        if let Some(key) = headers.get("x-api-key") {
            return (key.as_bytes() == self.api_key.as_bytes()).then_some(Identity::Fixed);
        }
        self.session(cookie(headers, SESSION_COOKIE)?)
    }

    /// The session of an issued token, if it has not ended.
    pub(super) fn session(&self, token: &str) -> Option<Identity> {
        let mut sessions = self.lock();
        let session = sessions.by_token.get(token)?;
        if session.grants != Grants::Access {
            return None;
        }
        if session.ends.is_some_and(|ends| ends <= Instant::now()) {
            sessions.by_token.remove(token);
            return None;
        }
        Some(Identity::Session { token: token.to_owned(), csrf: Arc::clone(&session.csrf) })
    }

    /// Whether these are the user's name and password.
    pub(super) fn knows_user(&self, user: &str, password: &str) -> bool {
        user == self.user && password == self.password
    }

    /// Whether these are the OAuth client's.
    pub(super) fn knows_client(&self, id: &str, secret: &str) -> bool {
        id == self.client_id && secret == self.client_secret
    }

    /// The name and password of a basic authorization, as OAuth clients send theirs (RFC 6749, section 2.3.1).
    pub(super) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
        let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        let decoded =
            BASE64_STANDARD.decode(credentials.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    }

    /// A new session or token, which ends after `lifetime`, if there is one.
    pub(super) fn open(&self, grants: Grants, lifetime: Option<Duration>) -> String {
        if grants == Grants::Access {
            self.logins.fetch_add(1, Ordering::Relaxed);
        }
        let token = random();
        let ends = lifetime.and_then(|lifetime| Instant::now().checked_add(lifetime));
        let mut sessions = self.lock();
        sessions.by_token.insert(token.clone(), Session { csrf: random().into(), ends, grants });
        sessions.oldest_first.push_back(token.clone());
        if sessions.oldest_first.len() > MOST_SESSIONS
            && let Some(oldest) = sessions.oldest_first.pop_front()
        {
            sessions.by_token.remove(&oldest);
        }
        token
    }

    /// Takes a refresh token, which is good for one use.
    pub(super) fn redeem(&self, refresh_token: &str) -> bool {
        let mut sessions = self.lock();
        let good = sessions.by_token.get(refresh_token).is_some_and(|session| session.grants == Grants::Refresh);
        good && sessions.by_token.remove(refresh_token).is_some()
    }

    /// Ends a session.
    pub(super) fn end(&self, token: &str) {
        self.lock().by_token.remove(token);
    }

    /// Ends all sessions; refresh tokens stay good.
    pub(super) fn end_all(&self) {
        self.lock().by_token.retain(|_, session| session.grants == Grants::Refresh);
    }

    /// How many sessions and access tokens were given out.
    pub(super) fn logins(&self) -> u64 {
        self.logins.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 random bits as hexadecimal digits. Not from the office's seed: a token of one office must not open another.
pub(super) fn random() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// The value of a cookie.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

//! OAuth 2.0 tokens: client credentials (RFC 6749 section 4.4) and refresh tokens (section 6).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value as Json;
use url::Url;

use super::answer::{Answer, Reading};
use super::body::SpecBody;
use super::call::{Transport, basic};
use super::session::Session;
use crate::expression::Template;
use crate::recipe::model::{Method, OAuth2};
use crate::secret::Secrets;
use crate::target::{Class, Trouble};

/// How long before its end a token is renewed, so that no call carries one that ends on the way.
const MARGIN: Duration = Duration::from_secs(30);

/// Where and how tokens are asked for.
pub(super) struct OAuth {
    url: Url,
    client_id: String,
    client_secret: Option<String>,
    scope: Option<String>,
    /// Changes where the server gives a new one with each token.
    refresh_token: Mutex<Option<String>>,
    in_body: bool,
}

impl OAuth {
    /// Fills in the settings.
    pub fn new(
        settings: &OAuth2,
        base: &str,
        text: &dyn Fn(&str, &Template) -> Result<String, Trouble>,
    ) -> Result<Self, Trouble> {
        let optional = |what: &str, template: &Option<Template>| {
            template.as_ref().map(|template| text(what, template)).transpose()
        };
        let address = text("`token_url:`", &settings.token_url)?;
        let whole = if address.starts_with("http://") || address.starts_with("https://") {
            address
        } else {
            format!("{}/{}", base.trim_end_matches('/'), address.trim_start_matches('/'))
        };
        let url = Url::parse(&whole)
            .map_err(|error| Trouble::Settings(format!("`token_url: {whole}` is no URL: {error}")))?;
        Ok(Self {
            url,
            client_id: text("`client_id:`", &settings.client_id)?,
            client_secret: optional("`client_secret:`", &settings.client_secret)?,
            scope: optional("`scope:`", &settings.scope)?,
            refresh_token: Mutex::new(optional("`refresh_token:`", &settings.refresh_token)?),
            in_body: settings.in_body,
        })
    }

    /// Gets a token and puts it into a session.
    ///
    /// # Errors
    /// Why there is none; the answer that said so.
    pub async fn token(
        &self,
        transport: &Transport,
        session: &mut Session,
        secrets: &Secrets,
    ) -> Result<(), (Class, Trouble, Option<Answer>)> {
        let refresh_token = self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut fields = vec![(
            "grant_type",
            if refresh_token.is_some() { "refresh_token" } else { "client_credentials" }.to_owned(),
        )];
        fields.extend(refresh_token.map(|token| ("refresh_token", token)));
        fields.extend(self.scope.clone().map(|scope| ("scope", scope)));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        match &self.client_secret {
            Some(secret) if !self.in_body => {
                // Section 2.3.1: id and secret are form-encoded before they are joined.
                let value = basic(&form_encode(&self.client_id), &form_encode(secret));
                headers.insert(AUTHORIZATION, value);
            }
            secret => {
                fields.push(("client_id", self.client_id.clone()));
                fields.extend(secret.clone().map(|secret| ("client_secret", secret)));
            }
        }
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = SpecBody::Bytes(form.into_bytes());
        // A token is asked for without the session that it is for.
        let nobody = Session::default();
        let answer = transport
            .once(Method::Post, self.url.clone(), headers, body, &nobody)
            .await
            .map_err(|(class, trouble)| (class, trouble, None))?;
        match self.read(&answer, session, secrets) {
            Ok(()) => Ok(()),
            Err((class, trouble)) => Err((class, trouble, Some(answer))),
        }
    }

    fn read(&self, answer: &Answer, session: &mut Session, secrets: &Secrets) -> Result<(), (Class, Trouble)> {
        let status = answer.status;
        let reading = Reading::new(answer);
        let json = reading.json();
        match status {
            200 => {}
            429 | 503 => return Err((Class::NotSubmitted, Trouble::Later(status))),
            500.. => return Err((Class::NotSubmitted, Trouble::Status(status))),
            _ => {
                let words = ["error_description", "error"];
                let reason = json
                    .ok()
                    .and_then(|json| words.iter().find_map(|word| json.get(word)?.as_str()).map(str::to_owned));
                return Err((Class::Login, Trouble::Refused { status, reason, by_recipe: false }));
            }
        }
        let json = json.map_err(|trouble| (Class::Login, trouble))?;
        let missing = || {
            let trouble = Trouble::Capture { name: "token".into(), from: "$.access_token".into(), found: 0 };
            (Class::Login, trouble)
        };
        let token = json.get("access_token").and_then(Json::as_str).ok_or_else(missing)?;
        secrets.keep_out("access_token", token);
        let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| missing())?;
        value.set_sensitive(true);
        session.set_token(value, renew_at(json.get("expires_in"), Instant::now()));
        if let Some(refresh_token) = json.get("refresh_token").and_then(Json::as_str) {
            secrets.keep_out("refresh_token", refresh_token);
            let mut kept = self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.is_some() {
                *kept = Some(refresh_token.to_owned());
            }
        }
        Ok(())
    }
}

/// When a token is to be renewed: a little before its end, but not before half of its time.
fn renew_at(expires_in: Option<&Json>, now: Instant) -> Option<Instant> {
    let seconds = match expires_in? {
        Json::Number(number) => number.as_u64()?,
        Json::String(text) => text.parse().ok()?,
        _ => return None,
    };
    // A hundred years is as good as never, and cannot overflow.
    let time = Duration::from_secs(seconds.min(100 * 365 * 24 * 60 * 60));
    now.checked_add(time.saturating_sub(MARGIN).max(time / 2))
}

fn form_encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

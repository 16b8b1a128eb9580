//! OAuth 2.0 tokens for something that is no HTTP target: a mailbox.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::call::{Credentials, Options, Transport};
use super::oauth::OAuth;
use super::session::Session;
use crate::expression::Template;
use crate::mailbox::{NoToken, TokenFuture, Tokens};
use crate::messages::{Language, trouble};
use crate::recipe::model::OAuth2;
use crate::secret::Secrets;
use crate::target::{Class, Trouble};

/// How long asking for a token may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of an answer with a token at the most.
const LONGEST_ANSWER: u64 = 1 << 20;

/// Gives the access tokens of an `oauth2:` block.
pub struct OAuthTokens {
    oauth: OAuth,
    transport: Transport,
    secrets: Arc<Secrets>,
    /// The last token, as long as it is good.
    session: Mutex<Session>,
}

impl OAuthTokens {
    /// Fills in the settings; `text` gives the values of templates. The process must have installed a `rustls` crypto
    /// provider.
    ///
    /// # Errors
    /// What of them cannot be used.
    pub fn new(
        settings: &OAuth2,
        text: &dyn Fn(&str, &Template) -> Result<String, Trouble>,
        secrets: Arc<Secrets>,
    ) -> Result<Self, Trouble> {
        let transport = Transport::new(Options {
            timeout: TIMEOUT,
            max_answer: LONGEST_ANSWER,
            concurrency: 1,
            rate: None,
            proxy: None,
            ca: None,
            tls: true,
            auth: Credentials::Session,
        })?;
        Ok(Self { oauth: OAuth::new(settings, "", text)?, transport, secrets, session: Mutex::default() })
    }

    fn last(&self) -> Option<String> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let token = session.token().filter(|_| session.renew_at.is_some() && !session.is_stale(Instant::now()))?;
        token.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned)
    }
}

impl Tokens for OAuthTokens {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            if let Some(token) = self.last() {
                return Ok(token);
            }
            let mut session = Session::default();
            let asked = self.oauth.token(&self.transport, &mut session, &self.secrets).await;
            asked.map_err(|(class, why, _)| NoToken {
                why: trouble(&why, Language::English),
                passing: matches!(class, Class::NotSubmitted | Class::Unknown),
            })?;
            let token = session.token().and_then(|token| token.to_str().ok()).unwrap_or_default();
            let token = token.trim_start_matches("Bearer ").to_owned();
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session;
            Ok(token)
        })
    }
}

//! Logging in: once for all workers, and never twice with what was refused.

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use url::Url;

use super::render::header;
use super::session::Session;
use super::steps::Standing;
use super::target::HttpTarget;
use crate::recipe::model::Auth;
use crate::target::site::Site;
use crate::target::{Captures, Class, Failure, Trouble};

impl HttpTarget {
    /// The session for a call. The first one, and one whose token is about to end, is opened here: before the call, so
    /// whatever fails is no failure of the call itself.
    pub(super) async fn ready(&self) -> Result<Arc<Session>, Failure> {
        let session = self.session();
        if self.has_login() && (session.number == 0 || session.is_stale(Instant::now())) {
            self.log_in(session.number).await?;
        }
        Ok(self.session())
    }

    /// Logs in anew, unless somebody did since login number `seen`.
    pub(super) async fn log_in(&self, seen: u64) -> Result<u64, Failure> {
        if !self.has_login() {
            return Ok(0);
        }
        let mut failed = self.login.lock().await;
        let number = self.session().number;
        if number > seen {
            return Ok(number);
        }
        // Repeating a password that was refused may lock the account.
        if let Some((at, failure)) = &*failed
            && *at == number
        {
            return Err(failure.clone());
        }
        match self.new_session(number + 1).await {
            Ok(session) => {
                *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(session);
                *failed = None;
                Ok(number + 1)
            }
            Err(failure) => {
                let failure = self.login_failure(failure);
                if failure.class == Class::Login {
                    *failed = Some((number, failure.clone()));
                }
                Err(failure)
            }
        }
    }

    async fn new_session(&self, number: u64) -> Result<Session, Failure> {
        let mut session = Session::new(number, self.headers.clone());
        if let Some(oauth) = &self.oauth {
            oauth
                .token(&self.transport, &mut session, &self.secrets)
                .await
                .map_err(|(class, trouble, answer)| self.failure(class, trouble, answer.as_ref()))?;
        }
        let Some(login) = &self.settings.login else { return Ok(session) };
        for call in self.unrolled(&login.steps, &self.snapshot)? {
            let none = Captures::new();
            let performed = self.perform_one(&session, &call, &self.snapshot, &none, Standing::Login).await?;
            for (name, value) in &performed.captures {
                self.secrets.keep_out(name, &value.to_string());
            }
            session.captures.extend(performed.captures);
        }
        let filler = self.filler();
        for (name, template) in &login.headers {
            let site = Site::named("header", name, &self.settings.url.span);
            let headers = {
                let none = Captures::new();
                let overlay = self.overlay(&self.snapshot, &session, &none);
                filler.header(template, &site, &overlay).and_then(|value| {
                    value
                        .map(|value| header(name, &value).map(|(name, sent)| (name, sent, value)))
                        .transpose()
                        .map_err(|why| filler.trouble(&site, &why))
                })
            };
            match headers {
                Ok(None) => {}
                Ok(Some((name, mut value, text))) => {
                    value.set_sensitive(true);
                    self.secrets.keep_out("login header", &text);
                    session.add_header(name, value);
                }
                Err(trouble) => return Err(self.failure(Class::Login, trouble, None)),
            }
        }
        if let Some(Auth::Cookie(name)) = &self.settings.auth
            && !Url::parse(&self.base).is_ok_and(|url| session.has_cookie(name, &url))
        {
            return Err(self.failure(Class::Login, Trouble::NoCookie(name.clone()), None));
        }
        Ok(session)
    }

    /// The target could not be asked (try again), or it did not let us in.
    fn login_failure(&self, failure: Failure) -> Failure {
        let again = match (failure.class, &failure.trouble) {
            (Class::NotSubmitted, _) | (_, Trouble::Timeout(_) | Trouble::Broken(_)) => true,
            (_, Trouble::Status(status)) => *status >= 500 || *status == 408,
            _ => false,
        };
        Failure {
            class: if again { Class::NotSubmitted } else { Class::Login },
            trouble: Trouble::LoginFailed(Box::new(failure.trouble)),
            answer: failure.answer,
            retry_after: failure.retry_after,
        }
    }
}

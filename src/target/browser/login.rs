//! Logging in: once in each session, one session after the other, and never twice with what was refused.

use std::sync::atomic::Ordering;

use super::BrowserTrouble;
use super::perform::Doer;
use super::pool::Lease;
use super::target::{BrowserTarget, lost};
use crate::target::{Captures, Class, Failure, Held, Trouble};

impl BrowserTarget {
    /// Whether sessions may log in: tries it where none has yet.
    pub(super) async fn log_in(&self) -> Result<u64, Failure> {
        if self.settings().login.is_none() {
            return Ok(0);
        }
        if let Some(failure) = self.login_failure() {
            return Err(failure);
        }
        // Later, each session logs in where it is used; asking for another one here would wait for those at work.
        if !self.has_logged_in.load(Ordering::Relaxed) {
            let mut lease = self.lease(&Held::default()).await?;
            self.ready(&mut lease).await?;
        }
        Ok(1)
    }

    /// Makes a session ready for a record: logged in, where the target has a login.
    pub(super) async fn ready(&self, lease: &mut Lease) -> Result<(), Failure> {
        let Some(login) = &self.settings().login else { return Ok(()) };
        if lease.bench.as_ref().is_none_or(|bench| bench.session.logged_in) {
            return Ok(());
        }
        let _one_at_a_time = self.login.lock().await;
        if let Some(failure) = self.login_failure() {
            return Err(failure);
        }
        let done = match &mut lease.bench {
            None => Err(lost()),
            Some(bench) => {
                // Who is still logged in would be shown no login page.
                if !bench.session.address.is_empty() {
                    let _ = bench.session.forget_cookies().await;
                }
                let mut doer =
                    Doer { target: self, bench, scope: &self.snapshot, captures: Captures::new(), guarded: false };
                match doer.steps(&login.steps).await {
                    Ok(()) => doer.logged_in(&login.logged_in).await,
                    Err(trouble) => Err(trouble),
                }
            }
        };
        match done {
            Ok(()) => {
                self.has_logged_in.store(true, Ordering::Relaxed);
                if let Some(bench) = &mut lease.bench {
                    bench.session.logged_in = true;
                    bench.session.login_proven = false;
                    bench.session.away = false;
                    bench.forget();
                }
                Ok(())
            }
            Err(trouble) => {
                let refused = is_refused(&trouble);
                let failure = self.failed(lease, Class::NotSubmitted, trouble).await;
                if refused {
                    return Err(self.note_login_failure(failure.trouble));
                }
                Err(Failure { trouble: Trouble::LoginFailed(Box::new(failure.trouble)), ..failure })
            }
        }
    }
}

impl Doer<'_> {
    /// Waits for what a page shows that is logged in.
    async fn logged_in(&mut self, wanted: &crate::recipe::model::PageConditionSet) -> Result<(), Trouble> {
        let asked = self.target.renderer().conditions(wanted, None, &self.target.snapshot)?;
        match self.expect(&asked, false, self.target.settings().timeout).await {
            Err(Trouble::Browser(trouble)) => Err(match *trouble {
                BrowserTrouble::NotSeen { at, words, .. } => BrowserTrouble::NotLoggedIn { at, words }.into(),
                other => Trouble::Browser(Box::new(other)),
            }),
            other => other,
        }
    }
}

/// Whether the page let nobody in: asking again with the same password could lock the account.
fn is_refused(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Browser(trouble) => matches!(
            **trouble,
            BrowserTrouble::NotLoggedIn { .. } | BrowserTrouble::NotKept(_) | BrowserTrouble::Dialog(_)
        ),
        Trouble::Recipe(_) => true,
        _ => false,
    }
}

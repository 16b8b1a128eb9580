//! A target as the runner holds it: how many records may be in work there, whether it was stopped, and its login.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::{OnceCell, Semaphore};

use super::backoff;
use super::reason::Reason;
use super::stop::Stop;
use crate::recipe::model::{Retry, Target as Model};
use crate::target::{Class, Failure, Target};

/// Records in a row for which a target could not be reached, after which it is given up, unless `stop_after:` says else.
const UNREACHABLE: u32 = 10;

/// One target of the recipe, at work.
pub(super) struct Slot {
    pub(super) model: Model,
    pub(super) target: Arc<dyn Target>,
    /// The system's name in the journal.
    pub(super) system: String,
    /// Records in work at the same time.
    pub(super) places: Semaphore,
    /// How many places there are.
    pub(super) concurrency: usize,
    stopped: OnceLock<Reason>,
    failures: AtomicU32,
    stop_after: Option<u32>,
    first_login: OnceCell<Result<(), Reason>>,
    /// All parts of its system in the recipe, those of other targets included.
    system_parts: Vec<String>,
    /// Whether the journal knows parts of this system that the recipe does not.
    pub(super) has_other_parts: bool,
    /// Logins that worked, but whose very next use was answered by "log in" again.
    login_useless: Mutex<Option<u64>>,
}

impl Slot {
    /// A target at work; `system_parts` are the parts of its system in the recipe, `known` those that the journal knows.
    pub(super) fn new(
        model: Model,
        target: Arc<dyn Target>,
        system: String,
        stop_after: Option<u32>,
        system_parts: Vec<String>,
        known: &[String],
    ) -> Self {
        let concurrency = model.kind.concurrency();
        let has_other_parts = known.iter().any(|known| !system_parts.contains(known));
        Self {
            model,
            target,
            system,
            places: Semaphore::new(concurrency),
            concurrency,
            stopped: OnceLock::new(),
            failures: AtomicU32::new(0),
            stop_after,
            first_login: OnceCell::new(),
            system_parts,
            has_other_parts,
            login_useless: Mutex::new(None),
        }
    }

    /// Whether the recipe has this part of the system.
    pub(super) fn has_part(&self, name: &String) -> bool {
        self.system_parts.contains(name)
    }

    /// Why the target was stopped, if it was.
    pub(super) fn stopped(&self) -> Option<Reason> {
        self.stopped.get().map(|reason| Reason::TargetStopped(Box::new(reason.clone())))
    }

    /// Stops the target for the rest of the run; the first reason stands.
    pub(super) fn stop(&self, reason: Reason) {
        let _ = self.stopped.set(reason);
    }

    /// Counts an end that speaks for (`true`) or against the target being well.
    pub(super) fn count(&self, well: bool) {
        if well {
            self.failures.store(0, Ordering::Relaxed);
            return;
        }
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(limit) = self.stop_after
            && failures >= limit
        {
            self.stop(Reason::TooManyFailures(failures));
        }
    }

    /// Counts an end for which the target could not be reached: that many in a row, and it is down, whether the recipe
    /// speaks of it or not.
    pub(super) fn count_unreachable(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if failures >= self.stop_after.unwrap_or(UNREACHABLE) {
            self.stop(Reason::TooManyFailures(failures));
        }
    }

    /// Logs in before the first call, once for all workers.
    ///
    /// # Errors
    /// Why there is no login; a login that was refused stops the target.
    pub(super) async fn log_in_first(&self, retry: Retry, stop: &Stop) -> Result<(), Reason> {
        self.first_login
            .get_or_init(|| async {
                let mut attempts = 0;
                loop {
                    let Err(failure) = self.target.login(0).await else { return Ok(()) };
                    attempts += 1;
                    if matches!(failure.class, Class::Login | Class::Refused | Class::Exists) {
                        self.stop(Reason::LoginFailed(failure.trouble.clone()));
                        return Err(Reason::TargetStopped(Box::new(Reason::LoginFailed(failure.trouble))));
                    }
                    let wait =
                        backoff::wait(retry, attempts, failure.retry_after).filter(|_| attempts < retry.attempts);
                    let Some(wait) = wait else {
                        let reason = Reason::Unreachable { trouble: failure.trouble, attempts };
                        self.stop(reason.clone());
                        return Err(reason);
                    };
                    if !stop.sleep(wait).await {
                        return Err(Reason::Stopped);
                    }
                }
            })
            .await
            .clone()
    }

    /// After an answer that asks for a login, given `seen` logins before the call: logs in anew (one login for all
    /// workers). True if the call may be tried once more; false if the target was stopped, since a login that does not
    /// help would only lock the account.
    pub(super) async fn log_in_again(&self, seen: u64, failure: &Failure) -> Result<bool, Failure> {
        let already_useless = *self.login_useless.lock().unwrap_or_else(PoisonError::into_inner) == Some(seen);
        if already_useless {
            self.stop(Reason::LoginFailed(failure.trouble.clone()));
            return Ok(false);
        }
        match self.target.login(seen).await {
            Ok(login) => {
                *self.login_useless.lock().unwrap_or_else(PoisonError::into_inner) = Some(login);
                Ok(true)
            }
            Err(failure) if matches!(failure.class, Class::Login | Class::Refused | Class::Exists) => {
                self.stop(Reason::LoginFailed(failure.trouble));
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }

    /// A call after login number `seen` was answered: that login works.
    pub(super) fn login_works(&self, seen: u64) {
        let mut useless = self.login_useless.lock().unwrap_or_else(PoisonError::into_inner);
        if *useless == Some(seen) {
            *useless = None;
        }
    }
}

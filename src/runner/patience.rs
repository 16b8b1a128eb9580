//! Reads may be repeated: with a new login, or after a while.

use super::backoff;
use super::entry::Entry;
use super::reason::Reason;
use crate::target::{Class, Failure};

impl Entry<'_> {
    /// After a harmless call failed (`login`: the login it was made with; `failures`: how many did so far): returns when
    /// it may be tried again.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) async fn after_failed_read(
        &self,
        failure: Failure,
        login: u64,
        failures: &mut u32,
    ) -> Result<(), Reason> {
        let failure = match failure.class {
            Class::Refused | Class::Exists => return Err(Reason::Unsure(failure.trouble)),
            Class::NotSubmitted | Class::Unknown => failure,
            Class::Login => match self.slot.log_in_again(login, &failure).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(self.slot.stopped().unwrap_or(Reason::LoginFailed(failure.trouble))),
                // The login itself could not be reached: that is a failed read like another.
                Err(failure) => failure,
            },
        };
        *failures += 1;
        self.back_off(&failure, *failures).await
    }

    /// Waits before the next attempt after so many.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn back_off(&self, failure: &Failure, attempts: u32) -> Result<(), Reason> {
        let retry = self.context.recipe.retry;
        let gives_up = || Reason::Unreachable { trouble: failure.trouble.clone(), attempts };
        if attempts >= retry.attempts {
            return Err(gives_up());
        }
        let wait = backoff::wait(retry, attempts, failure.retry_after).ok_or_else(gives_up)?;
        if self.context.stop.sleep(wait).await { Ok(()) } else { Err(Reason::Stopped) }
    }
}

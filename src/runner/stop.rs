//! Stopping: what is in flight is finished, what is not begun is left pending.

use std::time::Duration;

use tokio::sync::watch;

/// Tells a run to stop; cheap to clone.
#[derive(Clone)]
pub struct Stop {
    sender: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: watch::Sender::new(false) }
    }
}

impl Stop {
    /// Asks the run to stop.
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it was asked to.
    pub fn is_stopped(&self) -> bool {
        *self.sender.borrow()
    }

    /// Sleeps, unless the run is stopped meanwhile or was before: then false at once.
    pub(super) async fn sleep(&self, time: Duration) -> bool {
        let mut stopped = self.sender.subscribe();
        tokio::select! {
            () = tokio::time::sleep(time) => !self.is_stopped(),
            _ = stopped.wait_for(|stopped| *stopped) => false,
        }
    }
}

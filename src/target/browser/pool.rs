//! The sessions of a target: as many as the recipe allows, each kept over many records, the last one used given out first.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::perform::Bench;
use super::session::Session;

/// Sessions that wait for work.
pub(super) struct Pool {
    idle: Mutex<Vec<Session>>,
    places: Arc<Semaphore>,
}

/// A place for one session, and mostly the session. Given back when it is dropped.
pub(super) struct Lease {
    /// The session at work; none before it is opened and after it was lost.
    pub bench: Option<Bench>,
    pool: Arc<Pool>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Pool {
    /// A pool for so many sessions.
    pub fn new(sessions: usize) -> Arc<Self> {
        Arc::new(Self { idle: Mutex::default(), places: Arc::new(Semaphore::new(sessions.max(1))) })
    }

    /// A place, with a session where one is idle. Waits for one.
    pub async fn lease(self: &Arc<Self>) -> Lease {
        // The semaphore is never closed.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let session = self.lock().pop();
        let bench = session.map(Bench::new);
        Lease { bench, pool: Arc::clone(self), _place: place }
    }

    /// Ends all sessions that are idle.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.lock());
        for session in idle {
            session.end().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Ends the session; its place stays.
    pub async fn discard(&mut self) {
        if let Some(bench) = self.bench.take() {
            bench.session.end().await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(bench) = self.bench.take() else { return };
        if !bench.session.sick {
            self.pool.lock().push(bench.session);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(bench.session.end());
        }
    }
}

//! The one writer: a thread that takes all writes handed over meanwhile into one transaction, so that many records in
//! flight share one sync. A write is acknowledged only after its commit.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::chain::{self, Link};
use super::crash::{Point, crash_point};
use super::seal::Seal;
use super::store::{JournalError, chain_end};

/// Writes in one transaction at the most.
const BATCH: usize = 256;

/// One transaction, as a write sees it.
pub(super) struct Batch<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    /// The time of the transaction, RFC 3339 in UTC.
    pub(super) now: &'a str,
    seq: i64,
    hash: [u8; 32],
}

impl Batch<'_> {
    /// Appends an event to the chain; answers its number.
    pub(super) fn event(
        &mut self,
        run: Option<i64>,
        entry: Option<i64>,
        kind: &str,
        data: &serde_json::Value,
    ) -> Result<i64, JournalError> {
        let data = data.to_string();
        self.seq += 1;
        self.hash = chain::link(&self.hash, &Link { seq: self.seq, at: self.now, run, entry, kind, data: &data });
        self.transaction.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute((
            self.seq,
            self.now,
            run,
            entry,
            kind,
            data,
            &self.hash[..],
        ))?;
        Ok(self.seq)
    }
}

/// What is done once the commit is through: telling whoever waits.
type Acknowledge = Box<dyn FnOnce() + Send>;
type Write = Box<dyn FnOnce(&mut Batch<'_>) -> Result<Acknowledge, JournalError> + Send>;

/// The handle to the writer thread, which ends when the last handle is gone.
#[derive(Clone)]
pub(super) struct Writer {
    thread: Arc<Thread>,
}

/// The thread, and the way to it.
struct Thread {
    /// Gone only while this is dropped.
    queue: Option<mpsc::Sender<Write>>,
    handle: Option<JoinHandle<()>>,
    broken: Arc<Mutex<Option<String>>>,
}

/// Waits for the thread, so that the program does not end before SQLite has closed the journal: then its log is taken
/// over into the one file, and a copy of that file is a whole journal.
impl Drop for Thread {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(handle) = self.handle.take() {
            // A panic there was told by the closed channel.
            let _ = handle.join();
        }
    }
}

impl Writer {
    pub(super) fn start(connection: Connection, seal: Seal, journal: String) -> Self {
        let (queue, writes) = mpsc::channel();
        let broken = Arc::new(Mutex::new(None));
        let report = Arc::clone(&broken);
        let handle = std::thread::spawn(move || {
            if let Err(error) = work(connection, seal, &journal, &writes) {
                // Everybody who waits, and everybody who comes later, is told by the closed channel.
                *report.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            }
        });
        let (queue, handle) = (Some(queue), Some(handle));
        Self { thread: Arc::new(Thread { queue, handle, broken }) }
    }

    /// Hands a write over and waits for its commit.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        self.hand_over(Box::new(move |batch| {
            let answer = write(batch)?;
            Ok(Box::new(move || {
                // Nobody waits any more: the run was stopped.
                let _ = tell.send(answer);
            }))
        }))?;
        told.await.map_err(|_| self.why_broken())
    }

    /// Hands a write over without waiting; a later [`Writer::write`] fails if this one did.
    pub(super) fn write_behind(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<(), JournalError> + Send + 'static,
    ) -> Result<(), JournalError> {
        self.hand_over(Box::new(move |batch| {
            write(batch)?;
            Ok(Box::new(|| ()))
        }))
    }

    fn hand_over(&self, write: Write) -> Result<(), JournalError> {
        let sent = self.thread.queue.as_ref().is_some_and(|queue| queue.send(write).is_ok());
        if sent { Ok(()) } else { Err(self.why_broken()) }
    }

    fn why_broken(&self) -> JournalError {
        // The thread sets the reason right after it closed the channel.
        for _ in 0..100 {
            if let Some(reason) = self.thread.broken.lock().unwrap_or_else(PoisonError::into_inner).clone() {
                return JournalError::Broken(reason);
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        JournalError::Broken("its writer has ended".to_owned())
    }
}

fn work(
    mut connection: Connection,
    mut seal: Seal,
    journal: &str,
    writes: &mpsc::Receiver<Write>,
) -> Result<(), JournalError> {
    let mut acknowledgements = Vec::new();
    while let Ok(first) = writes.recv() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read anew each time: another process (`eintrag approve`) may have added events.
        let (before, hash) = chain_end(&transaction)?;
        let now = format!("{:.3}", jiff::Timestamp::now());
        let mut batch = Batch { transaction: &transaction, now: &now, seq: before, hash };
        let mut next = Some(first);
        while let Some(write) = next {
            acknowledgements.push(write(&mut batch)?);
            next = if acknowledgements.len() < BATCH { writes.try_recv().ok() } else { None };
        }
        let seq = batch.seq;
        crash_point(Point::BeforeCommit);
        transaction.commit()?;
        if seq > before {
            let failed = |error| JournalError::Broken(format!("the seal cannot be written: {error}"));
            seal.set(journal, seq, false).map_err(failed)?;
        }
        crash_point(Point::AfterCommit);
        for acknowledge in acknowledgements.drain(..) {
            acknowledge();
        }
    }
    Ok(())
}

//! The one writer: a thread that takes all writes handed over meanwhile into one transaction, so that many records in
//! flight share one commit and one sync. A write is acknowledged only after its commit is lasting; see `syncer.rs`.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::chain::{self, Link};
use super::crash::{Point, crash_point};
use super::parts;
use super::store::{JournalError, chain_end};
use super::syncer::{Acknowledge, Broken, Commit, Syncer};

/// Writes in one transaction at the most.
const BATCH: usize = 256;

/// Writes that nobody waits for are put down together, so many at the most: the pages that they share are then written
/// once and not for each.
const BEHIND: usize = 4096;

/// How long a transaction waits for more writes at the most.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// How often a transaction that waits for a sync looks whether it is through.
const LOOK: Duration = Duration::from_micros(200);

/// How long such a write may wait for others.
const LATE: Duration = Duration::from_secs(1);

/// Or until nothing at all came for so long.
const IDLE: Duration = Duration::from_millis(50);

/// One transaction, as a write sees it.
pub(super) struct Batch<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    /// The time of the transaction, RFC 3339 in UTC.
    pub(super) now: &'a str,
    pub(super) parts: &'a mut parts::Known,
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

type Write = Box<dyn FnOnce(&mut Batch<'_>) -> Result<Acknowledge, JournalError> + Send>;
type WriteBehind = Box<dyn FnOnce(&mut Batch<'_>) -> Result<(), JournalError> + Send>;

/// What is handed over to the thread.
enum Handed {
    /// Somebody waits for it.
    Write(Write),
    /// Nobody does.
    Behind(WriteBehind),
    /// Somebody waits for it, and for all that was handed over before.
    Last(Write),
}

/// The handle to the writer thread, which ends when the last handle is gone.
#[derive(Clone)]
pub(super) struct Writer {
    thread: Arc<Thread>,
}

/// The thread, and the way to it.
struct Thread {
    /// Gone only while this is dropped.
    queue: Option<mpsc::Sender<Handed>>,
    handle: Option<JoinHandle<()>>,
    broken: Broken,
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
    /// Starts the thread on its connection, with what makes its commits lasting.
    pub(super) fn start(connection: Connection, syncer: Syncer, broken: Broken) -> Result<Self, JournalError> {
        let (queue, writes) = mpsc::channel();
        let report = Arc::clone(&broken);
        let desk = Desk {
            connection,
            syncer,
            behind: Behind { writes: Vec::new(), since: Instant::now() },
            parts: parts::Known::default(),
            pace: Pace::default(),
        };
        let work = move || {
            if let Err(error) = desk.work(&writes) {
                // Everybody who waits, and everybody who comes later, is told by the closed channel.
                report.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.to_string());
            }
        };
        let handle = std::thread::Builder::new().name("journal".to_owned()).spawn(work);
        let handle = handle.map_err(|error| JournalError::Broken(format!("its thread cannot start: {error}")))?;
        let (queue, handle) = (Some(queue), Some(handle));
        Ok(Self { thread: Arc::new(Thread { queue, handle, broken }) })
    }

    /// Hands a write over and waits for its commit.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.wait(Handed::Write, write).await
    }

    /// Hands a write over and waits for its commit, and for that of all that was handed over before.
    pub(super) async fn write_last<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.wait(Handed::Last, write).await
    }

    /// Hands a write over without waiting. It is put down together with others, a little later than writes that are
    /// handed over after it; some later write fails if this one did.
    pub(super) fn write_behind(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<(), JournalError> + Send + 'static,
    ) -> Result<(), JournalError> {
        self.hand_over(Handed::Behind(Box::new(write)))
    }

    async fn wait<T: Send + 'static>(
        &self,
        how: fn(Write) -> Handed,
        write: impl FnOnce(&mut Batch<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        self.hand_over(how(Box::new(move |batch| {
            let answer = write(batch)?;
            Ok(Box::new(move || {
                // Nobody waits any more: the run was stopped.
                let _ = tell.send(answer);
            }))
        })))?;
        told.await.map_err(|_| self.why_broken())
    }

    fn hand_over(&self, handed: Handed) -> Result<(), JournalError> {
        let sent = self.thread.queue.as_ref().is_some_and(|queue| queue.send(handed).is_ok());
        if sent { Ok(()) } else { Err(self.why_broken()) }
    }

    fn why_broken(&self) -> JournalError {
        // The thread sets the reason right after it closed the channel.
        for _ in 0..100 {
            if let Some(reason) = self.thread.broken.lock().unwrap_or_else(PoisonError::into_inner).clone() {
                return JournalError::Broken(reason);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        JournalError::Broken("its writer has ended".to_owned())
    }
}

/// The thread's own.
struct Desk {
    /// Dropped before the connection, since it waits for what is not synced yet.
    syncer: Syncer,
    connection: Connection,
    behind: Behind,
    /// A failed transaction ends the thread, so that what was asked for in one always stands.
    parts: parts::Known,
    pace: Pace,
}

/// How long a transaction waits for more. A sync costs the same for one write as for hundreds, so on a slow disk many in
/// flight do better to share it: as many as shared the last one are waited for, but no longer than half of its time.
/// What comes alone never waits.
#[derive(Default)]
struct Pace {
    /// Writes that shared the last commit.
    usual: usize,
    /// How long it took, with a sync.
    took: Duration,
}

impl Pace {
    /// What was handed over next; none where the transaction shall not wait (any longer) for it.
    fn next(&self, queue: &mpsc::Receiver<Handed>, waiting: usize, begun: Instant, syncer: &Syncer) -> Option<Handed> {
        loop {
            if let Ok(handed) = queue.try_recv() {
                return Some(handed);
            }
            // Before the sync that is under way is through, a commit would only stand in its queue.
            if syncer.is_busy() {
                match queue.recv_timeout(LOOK) {
                    Ok(handed) => return Some(handed),
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            }
            let left = (self.took / 2).min(LONGEST_WAIT).saturating_sub(begun.elapsed());
            return if waiting >= self.usual || left.is_zero() { None } else { queue.recv_timeout(left).ok() };
        }
    }

    fn note(&mut self, shared: usize, took: Duration) {
        if shared > 0 {
            (self.usual, self.took) = (shared, took);
        }
    }
}

/// The writes that nobody waits for.
struct Behind {
    writes: Vec<WriteBehind>,
    /// When the first of them came.
    since: Instant,
}

impl Behind {
    fn push(&mut self, write: WriteBehind) {
        if self.writes.is_empty() {
            self.since = Instant::now();
        }
        self.writes.push(write);
    }

    /// Whether they have waited long enough.
    fn are_due(&self) -> bool {
        self.writes.len() >= BEHIND || (!self.writes.is_empty() && self.since.elapsed() >= LATE)
    }

    fn put_down(&mut self, batch: &mut Batch<'_>) -> Result<(), JournalError> {
        self.writes.drain(..).try_for_each(|write| write(batch))
    }
}

impl Desk {
    /// Writes until nobody can hand anything over any more.
    fn work(mut self, queue: &mpsc::Receiver<Handed>) -> Result<(), JournalError> {
        loop {
            let first = if self.behind.writes.is_empty() {
                queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(IDLE)
            };
            match first {
                Ok(Handed::Behind(write)) => {
                    self.behind.push(write);
                    if self.behind.are_due() {
                        self.commit(None, queue)?;
                    }
                }
                Ok(first) => self.commit(Some(first), queue)?,
                Err(RecvTimeoutError::Timeout) => self.commit(None, queue)?,
                Err(RecvTimeoutError::Disconnected) if self.behind.writes.is_empty() => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => self.commit(None, queue)?,
            }
        }
    }

    /// One transaction: of what is handed over until it is full, or else of what nobody waits for.
    fn commit(&mut self, first: Option<Handed>, queue: &mpsc::Receiver<Handed>) -> Result<(), JournalError> {
        let begun = Instant::now();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read anew each time: another process (`eintrag approve`) may have added events.
        let (before, hash) = chain_end(&transaction)?;
        let now = format!("{:.3}", jiff::Timestamp::now());
        let mut batch = Batch { transaction: &transaction, now: &now, parts: &mut self.parts, seq: before, hash };
        let mut acknowledgements = Vec::new();
        let mut all = first.is_none();
        let mut next = first;
        while let Some(handed) = next {
            match handed {
                Handed::Write(write) => acknowledgements.push(write(&mut batch)?),
                Handed::Behind(write) => self.behind.push(write),
                Handed::Last(write) => {
                    self.behind.put_down(&mut batch)?;
                    acknowledgements.push(write(&mut batch)?);
                }
            }
            all |= self.behind.are_due();
            next = match acknowledgements.len() {
                waiting if waiting < BATCH && !all => self.pace.next(queue, waiting, begun, &self.syncer),
                _ => None,
            };
        }
        if all {
            self.behind.put_down(&mut batch)?;
        }
        let seq = Some(batch.seq).filter(|seq| *seq > before);
        crash_point(Point::BeforeCommit);
        let begun = Instant::now();
        transaction.commit()?;
        self.pace.note(acknowledgements.len(), begun.elapsed() + self.syncer.took());
        if self.syncer.take(Commit { seq, acknowledgements }) {
            Ok(())
        } else {
            Err(JournalError::Broken("an earlier commit could not be made lasting".to_owned()))
        }
    }
}

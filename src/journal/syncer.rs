//! What makes commits lasting: a thread that syncs SQLite's log, so that the writer puts down the next commit meanwhile.
//! It is this thread that tells those who wait, after the sync and never before.
//!
//! The writer's connection runs with `synchronous = NORMAL`, where SQLite itself syncs the log only where the order of
//! its own files asks for it: at a new log's header and before a checkpoint. A commit that a power failure takes before
//! its sync is one that nobody was told of; the checksums of the log leave it out as a whole when it is opened again.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::crash::{Point, crash_point};
use super::seal::Seal;
use super::store::JournalError;

/// What is done once a commit is lasting: telling whoever waits.
pub(super) type Acknowledge = Box<dyn FnOnce() + Send>;

/// Why nothing is written any more; shared by both threads of the journal.
pub(super) type Broken = Arc<Mutex<Option<String>>>;

/// A commit that is in the log, but perhaps not yet on the disk.
pub(super) struct Commit {
    /// The number of its last event, if it has any.
    pub(super) seq: Option<i64>,
    /// Who waits for it.
    pub(super) acknowledgements: Vec<Acknowledge>,
}

/// The handle to the thread. Dropping it waits until all commits are lasting.
pub(super) struct Syncer {
    /// Gone only while this is dropped.
    queue: Option<mpsc::Sender<Commit>>,
    handle: Option<JoinHandle<()>>,
    progress: Arc<Progress>,
}

/// How far the thread is.
#[derive(Default)]
struct Progress {
    /// Commits that were handed over and are not lasting yet.
    waiting: AtomicUsize,
    /// How long the last sync took, in microseconds.
    took: AtomicU64,
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(handle) = self.handle.take() {
            // A panic there was told by the closed channel.
            let _ = handle.join();
        }
    }
}

impl Syncer {
    /// Starts the thread for the log of an open journal.
    pub(super) fn start(log: &Path, seal: Seal, journal: String, broken: Broken) -> Result<Self, JournalError> {
        // SQLite makes the log when it opens the journal, and keeps it as long as a connection is open.
        let opened = OpenOptions::new().write(true).open(log);
        let log = opened.map_err(|error| JournalError::Io { path: log.to_owned(), error })?;
        let (queue, commits) = mpsc::channel();
        let progress = Arc::new(Progress::default());
        let desk = Desk { log, seal, journal, progress: Arc::clone(&progress) };
        let work = move || {
            if let Err(reason) = desk.work(&commits) {
                // Everybody who waits, and everybody who comes later, is told by the closed channels.
                broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
            }
        };
        let handle = std::thread::Builder::new().name("journal-sync".to_owned()).spawn(work);
        let handle = handle.map_err(|error| JournalError::Broken(format!("its thread cannot start: {error}")))?;
        Ok(Self { queue: Some(queue), handle: Some(handle), progress })
    }

    /// Hands a commit over; false if an earlier one could not be made lasting, so that nothing more may be written.
    pub(super) fn take(&self, commit: Commit) -> bool {
        self.progress.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.as_ref().is_some_and(|queue| queue.send(commit).is_ok())
    }

    /// Whether a sync is under way, so that what is committed now is synced only after it.
    pub(super) fn is_busy(&self) -> bool {
        // After a sync that failed the count stays as it was.
        let ended = self.handle.as_ref().is_none_or(JoinHandle::is_finished);
        self.progress.waiting.load(Ordering::Relaxed) > 0 && !ended
    }

    /// How long the last sync took.
    pub(super) fn took(&self) -> Duration {
        Duration::from_micros(self.progress.took.load(Ordering::Relaxed))
    }
}

/// The thread's own.
struct Desk {
    log: File,
    seal: Seal,
    journal: String,
    progress: Arc<Progress>,
}

impl Desk {
    /// Syncs until nobody can hand over a commit any more; all that came meanwhile share the next sync.
    fn work(mut self, queue: &mpsc::Receiver<Commit>) -> Result<(), String> {
        while let Ok(first) = queue.recv() {
            let commits: Vec<Commit> = std::iter::once(first).chain(queue.try_iter()).collect();
            let begun = Instant::now();
            self.log.sync_data().map_err(|error| format!("its log cannot be synced: {error}"))?;
            let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.progress.took.store(took, Ordering::Relaxed);
            self.progress.waiting.fetch_sub(commits.len(), Ordering::Relaxed);
            if let Some(seq) = commits.iter().rev().find_map(|commit| commit.seq) {
                self.seal
                    .set(&self.journal, seq, false)
                    .map_err(|error| format!("the seal cannot be written: {error}"))?;
            }
            for commit in commits {
                crash_point(Point::AfterCommit);
                commit.acknowledgements.into_iter().for_each(|acknowledge| acknowledge());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit whose acknowledgement is told through a channel.
    fn commit(seq: i64) -> (Commit, mpsc::Receiver<i64>) {
        let (tell, told) = mpsc::channel();
        let acknowledge: Acknowledge = Box::new(move || tell.send(seq).unwrap_or_default());
        (Commit { seq: Some(seq), acknowledgements: vec![acknowledge] }, told)
    }

    fn start(log: &Path, state: &Path) -> (Syncer, Broken) {
        let broken = Broken::default();
        let seal = Seal::open(state).unwrap();
        (Syncer::start(log, seal, "j1".to_owned(), Arc::clone(&broken)).unwrap(), broken)
    }

    #[test]
    fn a_commit_is_told_and_sealed_after_its_sync() {
        let state = tempfile::tempdir().unwrap();
        let log = state.path().join("journal.db-wal");
        std::fs::write(&log, "frames").unwrap();
        let (syncer, broken) = start(&log, state.path());
        let (first, told) = commit(1);
        let (second, told_too) = commit(2);
        assert!(syncer.take(first) && syncer.take(second));
        drop(syncer);
        assert_eq!((told.recv(), told_too.recv()), (Ok(1), Ok(2)));
        assert_eq!(Seal::read(state.path()).unwrap().unwrap().seq, 2);
        assert_eq!(*broken.lock().unwrap(), None);
    }

    /// The null device can be written, but not synced.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_synced_is_never_told_nor_sealed_and_nothing_more_is_taken() {
        let state = tempfile::tempdir().unwrap();
        let (syncer, broken) = start(Path::new("/dev/null"), state.path());
        let (first, told) = commit(1);
        syncer.take(first);
        assert_eq!(told.recv(), Err(mpsc::RecvError));
        while !syncer.handle.as_ref().unwrap().is_finished() {
            std::thread::yield_now();
        }
        assert!(!syncer.is_busy());
        assert!(!syncer.take(commit(2).0));
        assert_eq!(Seal::read(state.path()).unwrap().map(|sealed| sealed.seq), None);
        let reason = broken.lock().unwrap().clone().unwrap();
        assert!(reason.starts_with("its log cannot be synced: "), "{reason}");
    }
}

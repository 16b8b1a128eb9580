//! Opening the journal: folder, file, format, seal. What is written and read is in the sibling modules.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use super::chain;
use super::digest::{Digester, hex};
use super::drive;
use super::seal::{Seal, Trust};
use super::syncer::{Broken, Syncer};
use super::writer::Writer;

/// The format that this program writes.
const FORMAT: i64 = 2;

/// Memory for the writer's pages, in KiB.
const CACHE_KIB: i64 = 16 * 1024;

/// Pages in the log before they are taken over.
const LOG_PAGES: i64 = 4096;

/// An open journal. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct Journal {
    pub(super) writer: Writer,
    pub(super) reader: Arc<Mutex<Connection>>,
    folder: PathBuf,
    id: String,
    digester: Digester,
    trust: Trust,
}

/// Why the journal cannot be used. Nothing may be submitted then.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The state folder is on a network drive, where locks and syncs cannot be relied on.
    #[error("the state folder `{}` is on a network drive ({kind})", path.display())]
    NetworkDrive {
        /// The folder.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
    },
    /// The folder or a file in it cannot be used.
    #[error("cannot use `{}`: {error}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        error: std::io::Error,
    },
    /// It was written by a later version of the program.
    #[error("the journal `{}` has format {format}, which is newer than this program", path.display())]
    Newer {
        /// The journal file.
        path: PathBuf,
        /// Its format.
        format: i64,
    },
    /// SQLite's reason.
    #[error("the journal cannot be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A write failed earlier; nothing more is written.
    #[error("the journal could not be written: {0}")]
    Broken(String),
    /// What the journal says makes no sense.
    #[error("the journal is damaged: {0}")]
    Damaged(String),
}

impl Journal {
    /// Opens the journal of a state folder; makes both where there are none.
    ///
    /// # Errors
    /// As listed at [`JournalError`].
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let io = |error| JournalError::Io { path: folder.to_owned(), error };
        std::fs::create_dir_all(folder).map_err(io)?;
        if let Some(kind) = drive::network(folder) {
            return Err(JournalError::NetworkDrive { path: folder.to_owned(), kind });
        }
        // The seal is read before the journal: another process may write both meanwhile, the journal always first.
        let sealed = Seal::read(folder).map_err(io)?;
        let path = folder.join("journal.db");
        let mut connection = connect(&path)?;
        create(&mut connection, &path)?;
        let id = meta(&connection, "id")?;
        let digester = Digester::new(meta(&connection, "digest_key")?.as_bytes());
        let seq = last_seq(&connection)?;
        let found = Trust::of(sealed.as_ref(), &id, seq);
        let distrusted: Option<String> = optional_meta(&connection, "distrusted")?;
        let trust = match (found, distrusted.as_deref()) {
            (Trust::Whole, None) => Trust::Whole,
            (Trust::Whole, Some("lost")) => Trust::Lost,
            (Trust::Whole, Some(_)) => Trust::Restored,
            (lost_or_restored, _) => lost_or_restored,
        };
        let mut seal = Seal::open(folder).map_err(io)?;
        if found != Trust::Whole {
            // Remembered in the journal before the seal is taken over, so that the next start distrusts it as well.
            let word = if found == Trust::Lost { "lost" } else { "restored" };
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('distrusted', ?1)", [word])?;
        }
        seal.set(&id, seq, true).map_err(io)?;
        // The writer's pages are kept in memory, and its log grows further before it is taken over into the file: entries
        // come in the order of their fingerprints, so that one page of their index is often written many times.
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        let reader = Arc::new(Mutex::new(connect(&path)?));
        // Its commits are synced beside it.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let broken = Broken::default();
        let syncer = Syncer::start(&folder.join("journal.db-wal"), seal, id.clone(), Arc::clone(&broken))?;
        let writer = Writer::start(connection, syncer, broken)?;
        Ok(Self { writer, reader, folder: folder.to_owned(), id, digester, trust })
    }

    /// The state folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The journal's own id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it knows all that was entered.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// What makes digests with this journal's key.
    pub fn digester(&self) -> &Digester {
        &self.digester
    }

    /// Reads with the journal's second connection, which sees all that is committed.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, JournalError>) -> Result<T, JournalError> {
        read(&self.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until all that was handed over is on disk, and seals it.
    ///
    /// # Errors
    /// A write failed.
    pub async fn flush(&self) -> Result<(), JournalError> {
        self.writer.write_last(|_| Ok(())).await
    }
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL syncs the log at each commit: what was acknowledged survives a power failure.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn create(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let format: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match format {
        0 => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.execute_batch(include_str!("mails.sql"))?;
            for (name, bytes) in [("id", 8), ("digest_key", 32)] {
                transaction.execute("INSERT INTO meta VALUES (?1, ?2)", [name, random(bytes)?.as_str()])?;
            }
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(())
        }
        1 => {
            transaction.execute_batch(include_str!("formats/first_to_second.sql"))?;
            transaction.execute_batch(include_str!("mails.sql"))?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(())
        }
        FORMAT => Ok(()),
        format => Err(JournalError::Newer { path: path.to_owned(), format }),
    }
}

fn random(bytes: usize) -> Result<String, JournalError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|error| JournalError::Broken(format!("the system gives no random numbers: {error}")))?;
    Ok(hex(&random))
}

fn meta(connection: &Connection, name: &str) -> Result<String, JournalError> {
    optional_meta(connection, name)?.ok_or_else(|| JournalError::Damaged(format!("it has no `{name}`")))
}

fn optional_meta(connection: &Connection, name: &str) -> Result<Option<String>, JournalError> {
    Ok(connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()?)
}

fn last_seq(connection: &Connection) -> Result<i64, JournalError> {
    Ok(connection.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| row.get(0))?)
}

/// The latest event's number and hash, which the next one is chained to.
pub(super) fn chain_end(connection: &Connection) -> Result<(i64, [u8; 32]), JournalError> {
    let end = connection
        .prepare_cached("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    match end {
        None => Ok((0, chain::START)),
        Some((seq, hash)) => {
            let hash = hash.try_into().map_err(|_| JournalError::Damaged(format!("event {seq} has no hash")))?;
            Ok((seq, hash))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_of_the_first_format_is_taken_on() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("journal.db");
        let before = Connection::open(&path).unwrap();
        before.execute_batch(include_str!("formats/first.sql")).unwrap();
        before
            .execute_batch(
                "INSERT INTO meta VALUES ('id', 'a1'), ('digest_key', 'b2');
                 INSERT INTO parts VALUES (7, 'l', 's', 'entry', 'erp');
                 INSERT INTO entries VALUES (3, 'k', 7, 1, 'entered', 1, 1, NULL, '{}', '{}', NULL, 0, 0, NULL);
                 PRAGMA user_version = 1",
            )
            .unwrap();
        drop(before);
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!((journal.id(), journal.open_mails("l", "m").unwrap()), ("a1", Vec::new()));
        let [ledger, system, part, elements, element, key] = ["l", "s", "entry", "", "", "k"].map(str::to_owned);
        let name = crate::journal::EntryName { ledger, system, part, elements, element, key };
        assert!(journal.entered_as(&name).unwrap().is_some(), "what was entered before is entered");
        drop(journal);
        let connection = Connection::open(&path).unwrap();
        assert_eq!(connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap(), FORMAT);
        connection.execute_batch("PRAGMA user_version = 99").unwrap();
        let Err(newer) = Journal::open(folder.path()) else { panic!("it opens what it does not know") };
        assert!(newer.to_string().contains("has format 99, which is newer than this program"), "{newer}");
    }
}

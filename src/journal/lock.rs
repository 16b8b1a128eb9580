//! Keeps a second runner of the same ledger out, by a lock of the operating system that ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::digest::hex;

/// Held while a run works on a ledger.
#[derive(Debug)]
pub struct LedgerLock {
    _file: File,
}

/// Why a ledger cannot be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run works on it; what that run wrote about itself.
    #[error("another run is working on the ledger `{ledger}` ({holder})")]
    Held {
        /// The ledger.
        ledger: String,
        /// Process id and start time of the other run.
        holder: String,
    },
    /// The lock file cannot be used.
    #[error("cannot lock `{}`: {error}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
}

impl LedgerLock {
    /// Locks a ledger in a state folder.
    ///
    /// # Errors
    /// Another run holds it, or the lock file cannot be used.
    pub fn take(state: &Path, ledger: &str) -> Result<Self, LockError> {
        // Ledger names are free text; their hash is a file name everywhere.
        let name = hex(&Sha256::digest(ledger.as_bytes())[..8]);
        let path = state.join("locks").join(format!("{name}.lock"));
        let failed = |error| LockError::Io { path: path.clone(), error };
        std::fs::create_dir_all(state.join("locks")).map_err(failed)?;
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where the system lets nobody else read a locked file, the message goes without the holder.
                let mut holder = String::new();
                if file.read_to_string(&mut holder).is_err() || holder.is_empty() {
                    holder = "no more is known of it".to_owned();
                }
                return Err(LockError::Held { ledger: ledger.to_owned(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let holder = format!("process {}, since {:.0}\n", std::process::id(), jiff::Timestamp::now());
        file.set_len(0).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(holder.as_bytes()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

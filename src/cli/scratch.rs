//! Folders for the time of one command.

use std::path::PathBuf;

use super::Failed;

/// A folder that is gone when it is no longer needed.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, Failed> {
        let name = format!("eintrag-{}-{:016x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)
            .map_err(|error| Failed::usage(format!("cannot make `{}`: {error}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is the system's to clear away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

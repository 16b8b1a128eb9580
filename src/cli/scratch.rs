//! Folders for the time of one command.

use std::path::PathBuf;

use super::Failed;

/// A folder that is gone when it is no longer needed.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, Failed> {
        let name = format!("eintrag-{}-{:016x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        // Copies of invoices are nobody else's business; on Windows the folder for temporary files is the user's own.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| Failed::usage(format!("cannot make `{}`: {error}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is the system's to clear away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

//! The folder that one driver and its browser work in. Its name is unlike any other and stands in the command lines of
//! both, so that exactly they can be found and ended, even by another process after this one was killed: a note under
//! the state folder names the folder, and is locked as long as its owner lives.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

/// How all folders begin; nothing else is ever ended or removed.
const PREFIX: &str = "eintrag-browser-";
/// How long ended processes may take to be gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// A folder for one driver and its browser.
#[derive(Debug)]
pub(in crate::target::browser) struct Folder {
    path: PathBuf,
    note: PathBuf,
    /// Keeps the note locked.
    _lock: File,
}

impl Folder {
    /// A new folder, noted under the state folder.
    pub fn new(state: &Path) -> std::io::Result<Self> {
        let name = format!("{PREFIX}{:016x}{:016x}", fastrand::u64(..), std::process::id());
        let path = std::env::temp_dir().join(&name);
        let notes = state.join("browsers");
        std::fs::create_dir_all(&notes)?;
        let note = notes.join(format!("{name}.note"));
        let mut lock = OpenOptions::new().write(true).create_new(true).open(&note)?;
        lock.try_lock().map_err(std::io::Error::from)?;
        lock.write_all(path.to_string_lossy().as_bytes())?;
        lock.flush()?;
        let mut builder = std::fs::DirBuilder::new();
        // A browser's profile holds its logins; on Windows the folder for temporary files is the user's own.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self { path, note, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        clear(&self.path);
        let _ = std::fs::remove_file(&self.note);
    }
}

/// Ends the drivers and browsers that processes which are no more left behind, and removes their folders.
pub(in crate::target::browser) fn sweep(state: &Path) {
    let Ok(notes) = std::fs::read_dir(state.join("browsers")) else { return };
    for note in notes.flatten() {
        let note = note.path();
        // A lock that can be taken has no owner any more.
        let Ok(mut file) = File::options().read(true).write(true).open(&note) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let mut text = String::new();
        if (&mut file).take(4096).read_to_string(&mut text).is_ok() {
            let path = PathBuf::from(text);
            let named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
            if named && path.parent() == Some(&std::env::temp_dir()) {
                clear(&path);
            }
        }
        drop(file);
        let _ = std::fs::remove_file(&note);
    }
}

/// Ends all processes that name the folder in their command line, and removes it.
fn clear(folder: &Path) {
    let until = Instant::now() + PATIENCE;
    while end_all(folder) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    while std::fs::remove_dir_all(folder).is_err() && folder.exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether there were any to end.
fn end_all(folder: &Path) -> bool {
    let Ok(mut system) = System::new() else { return false };
    let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let folder = folder.to_string_lossy();
    let own = sysinfo::get_current_pid().ok();
    let mut any = false;
    for (id, process) in system.processes() {
        let names = process.cmd().iter().any(|argument| argument.to_string_lossy().contains(&*folder));
        if names && Some(*id) != own {
            any |= process.kill();
        }
    }
    any
}

/// Ends what works in a folder of ours, for tests; whether anything did.
#[cfg(test)]
pub fn kill(folder: &Path) -> bool {
    let ours = folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
    ours && end_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_left_alone_and_what_is_left_behind_is_cleared() {
        let state = tempfile::tempdir().unwrap();
        let used = Folder::new(state.path()).unwrap();
        // As a killed process leaves it: the folder and its note, without a lock, and a program that works there.
        let left = std::env::temp_dir().join(format!("{PREFIX}{:016x}test", fastrand::u64(..)));
        std::fs::create_dir(&left).unwrap();
        std::fs::write(state.path().join("browsers").join("left.note"), left.to_string_lossy().as_bytes()).unwrap();
        let foreign = tempfile::tempdir().unwrap();
        std::fs::write(state.path().join("browsers").join("foreign.note"), foreign.path().to_string_lossy().as_bytes())
            .unwrap();
        #[cfg(unix)]
        let mut program = std::process::Command::new("sh")
            .args(["-c", "sleep 60; true", &left.join("profile").to_string_lossy()])
            .spawn()
            .unwrap();

        sweep(state.path());

        assert!(used.path().is_dir(), "a folder in use was removed");
        assert!(!left.exists(), "a folder left behind is still there");
        assert!(foreign.path().is_dir(), "a folder that is not a browser's was removed");
        #[cfg(unix)]
        assert!(!program.wait().unwrap().success(), "a program left behind was not ended");
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
        assert_eq!(std::fs::read_dir(state.path().join("browsers")).unwrap().count(), 0);
    }
}

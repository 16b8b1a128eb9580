//! Whether a folder is on a network drive. SQLite's write-ahead log needs shared memory and honest locks, which network
//! file systems do not give; two machines would each believe that they alone write.

use std::path::Path;

/// File systems that stand for another machine.
#[cfg(target_os = "linux")]
const NETWORK: [&str; 9] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "ceph", "davfs"];

/// The kind of the network file system that a folder is on; none for a local one.
#[cfg(target_os = "linux")]
pub(crate) fn network(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind_of(&folder, &mounts).filter(|kind| NETWORK.contains(&kind.as_str()))
}

/// The file system of the longest mount point above a folder; see proc_pid_mountinfo(5) for the columns.
#[cfg(target_os = "linux")]
fn kind_of(folder: &Path, mounts: &str) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let point = left.split(' ').nth(4)?.replace("\\040", " ");
            let kind = right.split(' ').next()?;
            folder.starts_with(&point).then(|| (point.len(), kind.to_owned()))
        })
        // Of mounts on the same point the last one is on top.
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

/// On Windows a path to another machine says so: `\\server\share`.
#[cfg(windows)]
pub(crate) fn network(folder: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    let folder = folder.canonicalize().ok()?;
    match folder.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::UNC(server, _) | Prefix::VerbatimUNC(server, _) => Some(format!("server {}", server.display())),
            _ => None,
        },
        _ => None,
    }
}

/// Elsewhere there is no way to tell without calls that are not safe Rust.
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn network(_folder: &Path) -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_point_decides() {
        let mounts = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      40 21 0:30 / /mnt/office\\040files rw shared:2 - cifs //server/files rw\n";
        let kind = |path: &str| kind_of(Path::new(path), mounts);
        assert_eq!(kind("/home/anna").as_deref(), Some("ext4"));
        assert_eq!(kind("/mnt/office files/eintrag").as_deref(), Some("cifs"));
        assert_eq!(kind("/mnt/office").as_deref(), Some("ext4"));
    }
}

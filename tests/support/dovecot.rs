//! A real mail server: dovecot, as an instance of its own with its ports and its mails in a folder that is gone with it.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::wait_until;

/// The user whose mails they are, and his password.
pub const USER: &str = "anna";
pub const PASSWORD: &str = "streng-geheim";

/// A running server.
pub struct Dovecot {
    master: Child,
    pub port: u16,
    pub tls_port: u16,
    delivered: AtomicU64,
    owner: Option<(u32, u32)>,
    folder: TempDir,
}

/// A mail as it lies in its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lying {
    pub subject: String,
    pub seen: bool,
}

impl Dovecot {
    /// A server that is spoken to in plain.
    pub fn start() -> Self {
        Self::with("ssl = no\n")
    }

    /// A server with a certificate for `localhost`, of a certificate authority of its own.
    pub fn with_tls() -> Self {
        Self::with("")
    }

    /// A server with more of a configuration.
    pub fn with(more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let at = folder.path();
        // Who is root here needs another user for the mails, since dovecot gives root none.
        let owner = (number("-u", &[]) == 0).then(|| (number("-u", &["mail"]), number("-g", &["mail"])));
        let [port, tls_port] = free_ports();
        let mut conf = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             disable_plaintext_auth = no\nauth_mechanisms = plain login\nauth_failure_delay = 0\n\
             mail_location = maildir:{at}/mail/%u\nfirst_valid_uid = 1\nmail_max_userip_connections = 100\n\
             passdb {{\n driver = static\n args = password={PASSWORD}\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n inet_listener imaps {{\n \
             port = {tls_port}\n ssl = yes\n }}\n}}\nservice anvil {{\n chroot =\n}}\n",
            at = at.display()
        );
        let (uid, gid) = owner.unwrap_or_else(|| (number("-u", &[]), number("-g", &[])));
        conf.push_str(&format!(
            "userdb {{\n driver = static\n args = uid={uid} gid={gid} home={}/home/%u\n}}\n",
            at.display()
        ));
        if owner.is_none() {
            let (user, group) = (said("id", &["-un"]), said("id", &["-gn"]));
            conf.push_str(&format!(
                "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n"
            ));
        }
        if more.contains("ssl = no") {
            conf.push_str(more);
        } else {
            certificates(at);
            conf.push_str(&format!(
                "ssl = yes\nssl_cert = <{0}/cert.pem\nssl_key = <{0}/key.pem\n{more}",
                at.display()
            ));
        }
        fs::write(at.join("dovecot.conf"), conf).unwrap();
        fs::create_dir(at.join("run")).unwrap();
        fs::create_dir(at.join("state")).unwrap();
        let inbox = at.join("mail").join(USER);
        for (base, name) in [("", ""), ("", ".Erledigt"), ("", ".Fehler"), ("", ".Gepr&APw-ft")] {
            for part in ["cur", "new", "tmp"] {
                fs::create_dir_all(inbox.join(base).join(name).join(part)).unwrap();
            }
        }
        fs::create_dir_all(at.join("home").join(USER)).unwrap();
        let program = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].iter().find(|path| Path::new(path).exists());
        let program = program.expect("dovecot is installed (.ci/test installs it)");
        if let Some((uid, gid)) = owner {
            own(&at.join("mail"), uid, gid);
            own(&at.join("home"), uid, gid);
            fs::set_permissions(at, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        let master = Command::new(program)
            .args(["-F", "-c"])
            .arg(at.join("dovecot.conf"))
            .stdin(Stdio::null())
            .stderr(File::create(at.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self { master, port, tls_port, delivered: AtomicU64::new(0), owner, folder };
        wait_until("dovecot listens", || {
            if let Some(status) = server.master.try_wait().unwrap() {
                panic!("dovecot ended ({status}): {}", server.log());
            }
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        server
    }

    /// The certificate authority of its certificate, as a PEM file.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What it wrote down.
    pub fn log(&self) -> String {
        ["stderr", "log"]
            .iter()
            .map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default())
            .collect()
    }

    fn at(&self, folder: &str) -> PathBuf {
        let inbox = self.folder.path().join("mail").join(USER);
        if folder == "INBOX" { inbox } else { inbox.join(format!(".{folder}")) }
    }

    /// Puts a mail into the inbox.
    pub fn deliver(&self, mail: &str) {
        self.deliver_bytes(mail.as_bytes(), SystemTime::now());
    }

    /// Puts a mail into the inbox that came in at this time.
    pub fn deliver_bytes(&self, mail: &[u8], came_in: SystemTime) {
        let number = self.delivered.fetch_add(1, Ordering::SeqCst);
        let name = format!("{}.M{number}P1.test", 1_700_000_000 + number);
        let path = self.at("INBOX").join("tmp").join(&name);
        fs::write(&path, mail).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(came_in).unwrap();
        if let Some((uid, gid)) = self.owner {
            std::os::unix::fs::chown(&path, Some(uid), Some(gid)).unwrap();
        }
        fs::rename(&path, self.at("INBOX").join("new").join(&name)).unwrap();
    }

    /// The mails in a folder, by subject. Its name is as the server keeps it.
    pub fn lying(&self, folder: &str) -> Vec<Lying> {
        let mut lying: Vec<Lying> = self
            .files(folder)
            .iter()
            .map(|path| {
                let flags = path.to_string_lossy().rsplit_once(":2,").map(|(_, flags)| flags.to_owned());
                Lying { subject: subject_of(path), seen: flags.is_some_and(|flags| flags.contains('S')) }
            })
            .collect();
        lying.sort();
        lying
    }

    /// The subjects in a folder.
    pub fn subjects(&self, folder: &str) -> Vec<String> {
        self.lying(folder).into_iter().map(|mail| mail.subject).collect()
    }

    /// The subjects of the mails that are not marked as deleted.
    pub fn undeleted(&self, folder: &str) -> Vec<String> {
        let deleted =
            |path: &Path| path.to_string_lossy().rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains('T'));
        let files = self.files(folder).into_iter().filter(|path| !deleted(path));
        files.map(|path| subject_of(&path)).collect()
    }

    fn files(&self, folder: &str) -> Vec<PathBuf> {
        ["cur", "new"]
            .iter()
            .flat_map(|part| fs::read_dir(self.at(folder).join(part)).unwrap())
            .map(|entry| entry.unwrap().path())
            .collect()
    }

    /// Somebody else moves the mail of this subject.
    pub fn move_by_hand(&self, subject: &str, from: &str, to: &str) {
        let wanted = format!("Subject: {subject}");
        let is_meant = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains(&wanted);
        let file = self.files(from).into_iter().find(is_meant).unwrap();
        fs::rename(&file, self.at(to).join("cur").join(file.file_name().unwrap())).unwrap();
    }

    /// Somebody else copies the mail of this subject.
    pub fn copy_by_hand(&self, subject: &str, from: &str, to: &str) {
        let file = self.files(from).into_iter().find(|path| subject_of(path) == subject).unwrap();
        let copy = self.at(to).join("cur").join(format!("9{}", file.file_name().unwrap().to_string_lossy()));
        fs::copy(&file, &copy).unwrap();
        if let Some((uid, gid)) = self.owner {
            std::os::unix::fs::chown(&copy, Some(uid), Some(gid)).unwrap();
        }
    }

    /// The inbox numbers its mails anew, so that the old numbers mean other mails.
    pub fn renumber(&self) {
        let inbox = self.at("INBOX");
        for entry in fs::read_dir(&inbox).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("dovecot.index") || name == "dovecot-uidlist" {
                fs::remove_file(path).unwrap();
            }
        }
        // Numbers begin elsewhere, and go up in the order of the files' names.
        let list = inbox.join("dovecot-uidlist");
        let mut names: Vec<String> =
            self.files("INBOX").iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        names.reverse();
        let mut text = format!("3 V1234567 N{} G0123456789abcdef0123456789abcdef\n", names.len() + 1);
        for (number, name) in names.iter().enumerate() {
            text.push_str(&format!("{} :{}\n", number + 1, name.split(":2,").next().unwrap()));
        }
        fs::write(&list, text).unwrap();
        if let Some((uid, gid)) = self.owner {
            std::os::unix::fs::chown(&list, Some(uid), Some(gid)).unwrap();
        }
    }

    /// How often somebody was let in, and how often not.
    pub fn logins(&self) -> (usize, usize) {
        let log = self.log();
        (log.matches(": Login: ").count(), log.matches("auth failed").count())
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The master takes its processes with it if it is asked; if it is gone already, so are they.
        let _ = Command::new("kill").args(["-TERM", &self.master.id().to_string()]).status();
        for _ in 0..200 {
            if !matches!(self.master.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.master.kill();
        let _ = self.master.wait();
    }
}

fn subject_of(path: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned()
}

fn free_ports() -> [u16; 2] {
    let listeners = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn number(what: &str, who: &[&str]) -> u32 {
    said("id", &[&[what], who].concat()).parse().unwrap()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn own(path: &Path, uid: u32, gid: u32) {
    std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            own(&entry.unwrap().path(), uid, gid);
        }
    }
}

/// A certificate authority, and a certificate of it for `localhost`.
fn certificates(at: &Path) {
    let path = |name: &str| at.join(name).display().to_string();
    let (ca, ca_key, key, request, cert) =
        (path("ca.pem"), path("ca.key"), path("key.pem"), path("request.pem"), path("cert.pem"));
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    fs::write(
        path("extensions"),
        "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n",
    )
    .unwrap();
    let authority = ["req", "-x509", "-days", "2", "-subj", "/CN=eintrag tests", "-keyout", &ca_key, "-out", &ca];
    said("openssl", &[&authority[..], &new_key].concat());
    said("openssl", &[&["req", "-subj", "/CN=localhost", "-keyout", &key, "-out", &request][..], &new_key].concat());
    let extensions = path("extensions");
    said(
        "openssl",
        &[
            "x509",
            "-req",
            "-days",
            "2",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-extfile",
            &extensions,
            "-out",
            &cert,
        ],
    );
}

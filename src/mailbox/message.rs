//! A mail of a mailbox as a run knows it, and what is to be said of single mails afterwards.

use mail_parser::MessageParser;
use sha2::{Digest, Sha256};

/// A subject in a name is cut off after so many characters.
const LONGEST_SUBJECT: usize = 60;

/// A fetched mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number in the folder, as long as the folder's numbering is the same.
    pub uid: u32,
    /// The name under which staff know it: its subject and number.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
}

impl Message {
    /// What is known of a mail by its bytes.
    pub(super) fn of(uid: u32, bytes: &[u8]) -> Self {
        let headers = MessageParser::default().parse_headers(bytes);
        let subject = headers.as_ref().and_then(|mail| mail.subject()).map(plain).unwrap_or_default();
        let subject = if subject.is_empty() { "mail" } else { &subject };
        let message_id = headers.as_ref().and_then(|mail| mail.message_id()).map(str::to_owned);
        Self {
            uid,
            name: format!("{subject} ({uid}).eml"),
            sha256: hash(bytes),
            bytes: bytes.len() as u64,
            message_id: message_id.filter(|id| id.bytes().all(|byte| (b'!'..=b'~').contains(&byte))),
        }
    }
}

/// SHA-256 in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A subject as part of a file's name on any system. `›` parts a mail from its attachment in places.
fn plain(subject: &str) -> String {
    let bad = |letter: char| letter.is_control() || r#"/\:*?"<>|›"#.contains(letter);
    let safe: String = subject.chars().map(|letter| if bad(letter) { ' ' } else { letter }).collect();
    let short: String = safe.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_SUBJECT).collect();
    short.trim_start_matches(['~', '.', ' ']).trim_end().to_owned()
}

/// What is to be said of a mail beside its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It is too long to be read, and stays where it is.
    TooLong {
        /// Its number in the folder.
        uid: u32,
        /// Its length.
        bytes: u64,
        /// The longest that is read.
        most: u64,
    },
    /// There are more mails than one run reads; the next one reads on.
    More {
        /// How many are left.
        left: usize,
    },
    /// Somebody else moved or deleted it during the run.
    Gone {
        /// Its name.
        name: String,
    },
    /// The server would not mark or move it.
    Stays {
        /// Its name.
        name: String,
        /// Where it was to go; none where it was only to be marked as read.
        to: Option<String>,
        /// The server's words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(subject: &str) -> String {
        let mail = format!("Message-ID: <a@b>\r\nSubject: {subject}\r\n\r\ntext\r\n");
        Message::of(17, mail.as_bytes()).name
    }

    #[test]
    fn a_mail_is_named_by_its_subject_and_number() {
        assert_eq!(name("Bestellung 4711"), "Bestellung 4711 (17).eml");
        assert_eq!(name("=?utf-8?q?F=C3=BCr_=E2=80=BA_Sie?="), "Für Sie (17).eml");
        assert_eq!(name("../../etc/passwd"), "etc passwd (17).eml");
        assert_eq!(name("~$a:b*c"), "$a b c (17).eml");
        assert_eq!(name(&"x".repeat(500)), format!("{} (17).eml", "x".repeat(60)));
        for nothing in ["", "   ", "/"] {
            assert_eq!(name(nothing), "mail (17).eml");
        }
        assert_eq!(Message::of(3, b"").name, "mail (3).eml");
        assert_eq!(Message::of(3, &[0xff, 0, b'\n']).message_id, None);
    }

    #[test]
    fn its_message_id_can_be_searched_for() {
        assert_eq!(Message::of(1, b"Message-ID: <a@b>\r\n\r\n").message_id.as_deref(), Some("a@b"));
        assert_eq!(Message::of(1, "Message-ID: <ä b>\r\n\r\n".as_bytes()).message_id, None);
    }
}

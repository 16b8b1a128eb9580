//! One mail as one line of JSON: who wrote what to whom and when, its text, and what is attached.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::record::Origin;
use crate::source::mail::{Attachment, Mail, in_a_row};

/// A mail as `eintrag inspect --raw` prints it.
#[derive(Debug, Serialize)]
pub struct MailLine {
    /// Where it stands, as everywhere else.
    origin: String,
    from: Option<String>,
    to: Option<String>,
    subject: Option<String>,
    date: Option<String>,
    message_id: Option<String>,
    text: Option<String>,
    attachments: Vec<AttachmentLine>,
}

/// One attachment.
#[derive(Debug, Serialize)]
struct AttachmentLine {
    name: Option<String>,
    media_type: String,
    size: usize,
    sha256: String,
    /// Why its bytes are not what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    damage: Option<String>,
    /// What is in it, where it is a mail or a container of files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentLine>,
}

impl MailLine {
    /// The line of a mail.
    pub fn new(origin: &Origin, mail: &Mail) -> Self {
        let people = |people: &[_]| (!people.is_empty()).then(|| in_a_row(people));
        Self {
            origin: origin.to_string(),
            from: people(&mail.from),
            to: people(&mail.to),
            subject: mail.subject.clone(),
            date: mail.date.as_ref().map(ToString::to_string),
            message_id: mail.message_id.clone(),
            text: mail.readable(),
            attachments: mail.attachments.iter().map(|attachment| AttachmentLine::new(attachment, 0)).collect(),
        }
    }
}

impl AttachmentLine {
    fn new(attachment: &Attachment, depth: usize) -> Self {
        Self {
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            size: attachment.bytes.len(),
            sha256: Sha256::digest(&attachment.bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            damage: attachment.damage.clone(),
            attachments: attachment.contents(depth).iter().map(|inner| Self::new(inner, depth + 1)).collect(),
        }
    }
}

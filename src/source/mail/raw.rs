//! All mails of a file, before a recipe says what is wanted: for `eintrag inspect`.

use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::Arc;

use super::container::{self, MOST_BYTES};
use super::mbox::Mails;
use super::message::{Attachment, Inner, Mail};
use super::{mime, msg, pick, read};
use crate::record::Origin;
use crate::source::{Snapshot, SourceError};

/// How deep what is in attachments is shown.
const DEEPEST: usize = 6;

/// The mails of a file, one after the other.
pub struct RawMails {
    name: Arc<str>,
    left: Left,
}

enum Left {
    One(Vec<u8>),
    Many(Box<Mails<BufReader<File>>>, u64),
    None,
}

impl RawMails {
    /// Opens a file that is a mail or a mailbox, by its content where its name does not say so; none if it is neither.
    ///
    /// # Errors
    /// It cannot be read, or is longer than any mail.
    pub fn open(snapshot: &Snapshot) -> Result<Option<Self>, SourceError> {
        let name = Arc::clone(&snapshot.name);
        let cannot = |error: std::io::Error| SourceError::io(&snapshot.name, "read", &error);
        let ending = snapshot.original.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let ending = ending.unwrap_or_default();
        let mut start = Vec::new();
        File::open(&snapshot.copy).and_then(|file| file.take(8).read_to_end(&mut start)).map_err(cannot)?;
        let is_mailbox = ending == "mbox" || (start.starts_with(b"From ") && !matches!(ending.as_str(), "csv" | "txt"));
        if is_mailbox {
            let file = File::open(&snapshot.copy).map_err(cannot)?;
            let mails = Mails::new(BufReader::with_capacity(1 << 16, file));
            return Ok(Some(Self { name, left: Left::Many(Box::new(mails), 0) }));
        }
        if !matches!(ending.as_str(), "eml" | "msg") {
            return Ok(None);
        }
        if snapshot.bytes > mime::LONGEST {
            let title = format!("`{name}` is longer than {} MB", mime::LONGEST >> 20);
            return Err(SourceError::file(&name, title));
        }
        let bytes = std::fs::read(&snapshot.copy).map_err(cannot)?;
        if bytes.is_empty() {
            return Err(SourceError::file(&name, format!("`{name}` is empty (0 bytes)")).help("save the mail again"));
        }
        if ending == "msg" && !bytes.starts_with(&msg::MAGIC) {
            let title = format!("`{name}` is no mail of Outlook: it is no compound file");
            return Err(SourceError::file(&name, title).help("save the mail again in Outlook"));
        }
        Ok(Some(Self { name, left: Left::One(bytes) }))
    }

    /// Reads the next mail; none at the end. After an error it goes on with the next one.
    ///
    /// # Errors
    /// A mail that cannot be read.
    pub fn next_mail(&mut self) -> Result<Option<(Origin, Mail)>, SourceError> {
        let (origin, bytes) = match std::mem::replace(&mut self.left, Left::None) {
            Left::None => return Ok(None),
            Left::One(bytes) => (Origin::file(Arc::clone(&self.name)), bytes),
            Left::Many(mut mails, number) => {
                let next = mails.next().map_err(|error| SourceError::io(&self.name, "read", &error))?;
                let Some(bytes) = next else { return Ok(None) };
                self.left = Left::Many(mails, number + 1);
                (Origin::item(Arc::clone(&self.name), format!("message {}", number + 1)), bytes)
            }
        };
        match read(bytes) {
            Ok(mail) => Ok(Some((origin, mail))),
            Err(why) => Err(SourceError { title: format!("`{origin}` {why}"), help: None, at: origin }),
        }
    }
}

impl Mail {
    /// Its text: the plain one, or what a person reads of the HTML.
    pub fn readable(&self) -> Option<String> {
        self.text.clone().or_else(|| self.html.is_some().then(|| pick::body(self, false)))
    }
}

impl Attachment {
    /// What is attached in it, be it a mail or a container of files.
    pub fn contents(&self, depth: usize) -> Vec<Attachment> {
        if depth >= DEEPEST {
            return Vec::new();
        }
        match &self.inner {
            Inner::Mail(mail) => mail.attachments.clone(),
            Inner::Files(files) => files.clone(),
            Inner::Closed => Vec::new(),
            Inner::Nothing => match container::unpack(self, &mut MOST_BYTES.clone()) {
                Inner::Files(files) => files,
                _ => Vec::new(),
            },
        }
    }
}

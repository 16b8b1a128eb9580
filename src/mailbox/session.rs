//! What is asked of a server after the login: folders, searches, mails, marks and moves. Mails are always named by UID.
//! A refusal is never taken for an empty answer.

use std::collections::BTreeMap;

use imap_proto::rfc4315::UidSetMember;
use imap_proto::{AttributeValue, MailboxDatum, Outcome, Response, ResponseCode};

use super::MailboxError;
use super::command::{Command, set};
use super::settings::Settings;
use super::wire::{Done, Wire};
use super::{connect, folder, login};
use crate::diagnostic::did_you_mean;
use crate::journal::{Point, crash_point};

/// Mails that one command names at the most, so that no line gets too long for a server.
pub(super) const AT_ONCE: usize = 200;

/// Besides the mail itself, what an answer with a mail holds at the most.
const AROUND: usize = 1 << 16;

/// A logged-in session.
pub(super) struct Session {
    wire: Wire,
    capabilities: Vec<String>,
}

/// Where moved mails are now.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// What their numbers there mean, see [`Open::validity`].
    pub validity: u32,
    /// Their numbers there.
    pub uids: Vec<u32>,
}

impl Moved {
    fn take(&mut self, code: ResponseCode<'_>) {
        if let ResponseCode::CopyUid(validity, _, there) = code {
            self.validity = validity;
            self.uids.extend(there.into_iter().flat_map(numbers).take(AT_ONCE));
        }
    }
}

fn numbers(member: UidSetMember) -> std::ops::RangeInclusive<u32> {
    match member {
        UidSetMember::UidRange(range) => range,
        UidSetMember::Uid(uid) => uid..=uid,
    }
}

/// A folder that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// As long as this number stays the same, UIDs mean the same mails.
    pub validity: u32,
    /// Whether nothing in it can be changed.
    pub read_only: bool,
}

impl Session {
    /// Reaches the server and logs in.
    pub async fn begin(settings: &Settings) -> Result<Self, MailboxError> {
        let (wire, capabilities) = login::login(settings, connect::reach(settings).await?).await?;
        Ok(Self { wire, capabilities })
    }

    /// Ends it. What was asked for before is done, so that a server that does not say goodbye is no trouble.
    pub async fn end(mut self) {
        let _ = self.wire.ask(&Command::new("LOGOUT"), |_| {}).await;
    }

    fn can(&self, word: &str) -> bool {
        self.capabilities.iter().any(|known| known == word)
    }

    /// Opens a folder; to look only, if `look` says so: then nothing in it changes, not even what is new.
    pub async fn open(&mut self, name: &str, look: bool) -> Result<Open, MailboxError> {
        let (mut validity, mut read_only) = (None, look);
        let command = Command::new(if look { "EXAMINE" } else { "SELECT" }).folder(name);
        let done = self
            .wire
            .ask(&command, |answer| {
                if let Response::Data { outcome, .. } = answer {
                    match outcome.code {
                        Some(ResponseCode::UidValidity(number)) => validity = Some(number),
                        Some(ResponseCode::ReadOnly) => read_only = true,
                        Some(ResponseCode::PermanentFlags(flags)) => {
                            read_only = read_only || !flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Seen"));
                        }
                        _ => {}
                    }
                }
            })
            .await?;
        if !done.is_ok() {
            return Err(self.no_folder(name, &done).await);
        }
        match validity {
            Some(validity) => Ok(Open { validity, read_only }),
            None => Err(MailboxError::Refused {
                server: self.wire.server().to_owned(),
                what: format!("number the mails of `{name}`"),
                why: "it gives no UIDVALIDITY".to_owned(),
            }),
        }
    }

    /// Makes sure that a folder is there.
    pub async fn has(&mut self, name: &str) -> Result<(), MailboxError> {
        let command = Command::new("STATUS").folder(name).words("(UIDVALIDITY)");
        let done = self.wire.ask(&command, |_| {}).await?;
        if done.is_ok() { Ok(()) } else { Err(self.no_folder(name, &done).await) }
    }

    async fn no_folder(&mut self, name: &str, done: &Done) -> MailboxError {
        let mut names: Vec<String> = Vec::new();
        let listed = self
            .wire
            .ask(&Command::new("LIST").text("").text("*"), |answer| {
                if let Response::MailboxData(MailboxDatum::List(list)) = answer {
                    names.push(folder::decode(&list.name));
                }
            })
            .await;
        match listed {
            Err(error) => return error,
            Ok(_) if names.iter().any(|known| known == name) => {
                return MailboxError::Refused {
                    server: self.wire.server().to_owned(),
                    what: format!("open the folder `{name}`"),
                    why: done.words.clone(),
                };
            }
            Ok(_) => {}
        }
        names.sort();
        let help = match did_you_mean(name, names.iter().map(String::as_str)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if names.is_empty() => format!(": {}", done.words),
            None => {
                let more = if names.len() > 12 { ", …" } else { "" };
                names.truncate(12);
                format!("; there are: {}{more}", names.join(", "))
            }
        };
        MailboxError::NoFolder { folder: name.to_owned(), help }
    }

    /// The UIDs of the mails that a search finds, lowest first; none if the server cannot search like this.
    pub async fn search(&mut self, command: &Command) -> Result<Option<Vec<u32>>, MailboxError> {
        let mut found = Vec::new();
        let done = self
            .wire
            .ask(command, |answer| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = answer {
                    found.extend(uids);
                }
            })
            .await?;
        if !done.is_ok() {
            return Ok(None);
        }
        found.sort_unstable();
        found.dedup();
        Ok(Some(found))
    }

    /// The sizes of mails by UID; those that are gone are missing.
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, u32>, MailboxError> {
        let mut sizes = BTreeMap::new();
        for some in uids.chunks(AT_ONCE) {
            let command = Command::new("UID FETCH").words(&set(some)).words("(UID RFC822.SIZE)");
            let done = self
                .wire
                .ask(&command, |answer| {
                    if let Response::Fetch(_, attributes) = answer
                        && let Some(uid) = uid_of(&attributes)
                        && some.contains(&uid)
                    {
                        let size = attributes.iter().find_map(|attribute| match attribute {
                            AttributeValue::Rfc822Size(size) => Some(*size),
                            _ => None,
                        });
                        sizes.extend(size.map(|size| (uid, size)));
                    }
                })
                .await?;
            self.must(&done, "say how long mails are")?;
        }
        Ok(sizes)
    }

    /// A mail's bytes, without marking it as read; none if it is gone.
    pub async fn mail(&mut self, uid: u32, most: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        let mut mail = None;
        let command = Command::new("UID FETCH").words(&uid.to_string()).words("(UID BODY.PEEK[])");
        let most = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(AROUND);
        let done = self
            .wire
            .run(&command, most, |answer| {
                if let Response::Fetch(_, attributes) = answer
                    && uid_of(&attributes) == Some(uid)
                {
                    mail = attributes.into_iter().find_map(whole).or(mail.take());
                }
            })
            .await?;
        self.must(&done, "give a mail")?;
        Ok(mail)
    }

    /// Marks mails as read.
    pub async fn mark_seen(&mut self, uids: &[u32]) -> Result<Done, MailboxError> {
        self.change(uids, "UID STORE", "+FLAGS.SILENT (\\Seen)").await
    }

    /// Whether it tells which numbers moved mails have where they are now.
    pub fn tells_new_numbers(&self) -> bool {
        self.can("UIDPLUS")
    }

    /// Whether it moves mails in one step, so that none is ever in both folders.
    pub fn moves(&self) -> bool {
        self.can("MOVE") || self.can("IMAP4REV2")
    }

    /// Moves mails of the open folder to another one; answers their numbers there too, where the server tells them.
    ///
    /// # Errors
    /// The connection was lost: then nobody knows whether they were moved.
    pub async fn move_to(&mut self, uids: &[u32], to: &str) -> Result<(Done, Moved), MailboxError> {
        let mut moved = Moved::default();
        let moves = self.moves();
        let command = Command::new(if moves { "UID MOVE" } else { "UID COPY" }).words(&set(uids)).folder(to);
        let mut done = self
            .wire
            .ask(&command, |answer| {
                if let Response::Data { outcome: Outcome { code: Some(code), .. }, .. } = answer {
                    moved.take(code);
                }
            })
            .await?;
        if let Some(code) = done.code.take() {
            moved.take(code);
        }
        if moves || !done.is_ok() {
            return Ok((done, moved));
        }
        crash_point(Point::AfterCopy);
        Ok((self.take_away(uids).await?, moved))
    }

    /// Takes mails out of the open folder.
    pub async fn take_away(&mut self, uids: &[u32]) -> Result<Done, MailboxError> {
        let deleted = self.change(uids, "UID STORE", "+FLAGS.SILENT (\\Deleted)").await?;
        if deleted.is_ok() && self.can("UIDPLUS") {
            return self.wire.ask(&Command::new("UID EXPUNGE").words(&set(uids)), |_| {}).await;
        }
        // A plain EXPUNGE would take away what other people marked as deleted. Left like this, mail programs show it as
        // deleted, and it is not fetched again.
        Ok(deleted)
    }

    async fn change(&mut self, uids: &[u32], what: &str, how: &str) -> Result<Done, MailboxError> {
        self.wire.ask(&Command::new(what).words(&set(uids)).words(how), |_| {}).await
    }

    /// The server refuses what it has to be able to do.
    pub fn cannot(&self, what: &str) -> MailboxError {
        MailboxError::Refused {
            server: self.wire.server().to_owned(),
            what: what.to_owned(),
            why: "it does not say why".to_owned(),
        }
    }

    fn must(&self, done: &Done, what: &str) -> Result<(), MailboxError> {
        if done.is_ok() {
            return Ok(());
        }
        Err(MailboxError::Refused {
            server: self.wire.server().to_owned(),
            what: what.to_owned(),
            why: done.words.clone(),
        })
    }
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

fn whole(attribute: AttributeValue<'_>) -> Option<Vec<u8>> {
    match attribute {
        AttributeValue::BodySection { section: None, index: None, data: Some(data) } => Some(data.into_owned()),
        _ => None,
    }
}

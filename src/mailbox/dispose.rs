//! After the run: mails whose records all have their final outcome are marked as read and moved. Whatever happens to the
//! connection or to the folder meanwhile, a mail is only moved if it is certain that it is the one that was read.

use std::collections::{BTreeMap, BTreeSet};

use super::MailboxError;
use super::command::set;
use super::fates::Fate;
use super::fetch::{Fetched, wait};
use super::message::{Message, Note, hash};
use super::search;
use super::session::{AT_ONCE, Moved, Session};
use super::settings::Settings;
use crate::journal::{Point, crash_point};

/// What became of the mails.
#[derive(Debug, Default)]
pub struct Disposed {
    /// Mails that went where they belong (or were marked as read, where there is no folder for them).
    pub done: usize,
    /// Mails that stay as they are, since a record of them is still open.
    pub open: usize,
    /// What is to be said of single mails.
    pub notes: Vec<Note>,
    /// Mails that could not be dealt with, and why: the next run does it.
    pub left: Option<(usize, MailboxError)>,
}

/// A mail that has somewhere to go.
struct Due<'f> {
    message: &'f Message,
    /// The folder; none where it is only marked as read.
    to: Option<&'f str>,
    /// Its number in the folder now; none if it is not there.
    uid: Option<u32>,
    /// Whether the server was asked to move it, and the answer was lost.
    asked: bool,
}

/// What is still to be done.
#[derive(Default)]
struct Work<'f> {
    /// Mails in the folder that was read.
    due: Vec<Due<'f>>,
    /// Mails that were moved and are to be marked as read where they are now: in that order, so that whatever ends it in
    /// between, no mail is left behind as read that a search for unread ones would not find again.
    unmarked: BTreeMap<&'f str, Moved>,
}

impl Work<'_> {
    fn left(&self) -> usize {
        self.due.len() + self.unmarked.values().map(|moved| moved.uids.len()).sum::<usize>()
    }
}

impl<'f> Work<'f> {
    fn mark_later(&mut self, folder: &'f str, validity: u32, uids: impl IntoIterator<Item = u32>) {
        let moved = self.unmarked.entry(folder).or_default();
        // Numbers that mean something else by now are of no use.
        if moved.validity != validity {
            *moved = Moved { validity, uids: Vec::new() };
        }
        moved.uids.extend(uids);
    }
}

/// Marks and moves mails by their fates. A lost connection is made again, as often as the recipe says.
pub async fn dispose(settings: &Settings, fetched: &Fetched, fate: impl Fn(&str) -> Fate) -> Disposed {
    let mut disposed = Disposed::default();
    let mut work = Work::default();
    for message in &fetched.messages {
        let to = match fate(&message.name) {
            Fate::Processed => Some(settings.processed.as_deref()),
            // Without a folder for it, it stays unread: somebody has to see it.
            Fate::Failed => settings.failed.as_deref().map(Some),
            Fate::Stays => None,
        };
        match to {
            Some(to) => work.due.push(Due { message, to, uid: Some(message.uid), asked: false }),
            None => disposed.open += 1,
        }
    }
    let mut validity = fetched.validity;
    let mut attempts = 1;
    while work.left() > 0 {
        let before = work.due.len();
        let Err(error) = tidy(settings, &mut validity, &mut work, &mut disposed).await else { break };
        attempts = if work.due.len() < before { 1 } else { attempts + 1 };
        if !error.is_passing() || attempts > settings.retry.attempts.max(1) {
            disposed.left = Some((work.left(), error));
            break;
        }
        tokio::time::sleep(wait(settings, attempts - 1)).await;
    }
    disposed
}

/// One connection's worth of work; what is done is taken out of it.
async fn tidy<'f>(
    settings: &'f Settings,
    validity: &mut u32,
    work: &mut Work<'f>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let mut session = Session::begin(settings).await?;
    let open = session.open(&settings.folder, false).await?;
    if open.read_only {
        return Err(session.cannot(&format!("change anything in `{}`", settings.folder)));
    }
    if open.validity == *validity {
        look(&mut session, &mut work.due).await?;
    } else {
        renumber(&mut session, settings, &mut work.due).await?;
        *validity = open.validity;
    }
    if work.due.iter().any(|mail| mail.uid.is_none()) {
        settle_gone(&mut session, settings, work, disposed).await?;
    }
    let mut groups: BTreeMap<Option<&str>, Vec<u32>> = BTreeMap::new();
    for mail in &work.due {
        groups.entry(mail.to).or_default().extend(mail.uid);
    }
    for (to, uids) in groups {
        for some in uids.chunks(AT_ONCE) {
            put_away(&mut session, some, to, work, disposed).await?;
        }
    }
    while let Some((folder, moved)) = work.unmarked.first_key_value() {
        if session.open(folder, false).await?.validity == moved.validity {
            for some in moved.uids.chunks(AT_ONCE) {
                session.mark_seen(some).await?;
            }
        }
        work.unmarked.pop_first();
    }
    session.end().await;
    Ok(())
}

/// Moves some mails; marks them where they are not moved, or cannot be marked afterwards.
async fn put_away<'f>(
    session: &mut Session,
    uids: &[u32],
    to: Option<&'f str>,
    work: &mut Work<'f>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let is_meant = |mail: &Due<'_>| mail.uid.is_some_and(|uid| uids.contains(&uid));
    let mark_first = to.is_none() || !session.tells_new_numbers();
    let mut refused = if mark_first { Some(session.mark_seen(uids).await?) } else { None };
    refused = refused.filter(|done| !done.is_ok());
    if let Some(to) = to.filter(|_| refused.is_none()) {
        work.due.iter_mut().filter(|mail| is_meant(mail)).for_each(|mail| mail.asked = true);
        crash_point(Point::BeforeMove);
        let (done, moved) = session.move_to(uids, to).await?;
        crash_point(Point::AfterMove);
        if !mark_first {
            work.mark_later(to, moved.validity, moved.uids);
        }
        refused = Some(done).filter(|done| !done.is_ok());
    }
    for mail in work.due.extract_if(.., |mail| is_meant(mail)) {
        match &refused {
            None => disposed.done += 1,
            Some(done) => {
                let (name, to) = (mail.message.name.clone(), to.map(str::to_owned));
                disposed.notes.push(Note::Stays { name, to, why: done.words.clone() });
            }
        }
    }
    Ok(())
}

/// Looks which mails are still under their numbers.
async fn look(session: &mut Session, due: &mut [Due<'_>]) -> Result<(), MailboxError> {
    let uids: Vec<u32> = due.iter().filter_map(|mail| mail.uid).collect();
    let mut present = BTreeSet::new();
    for some in uids.chunks(AT_ONCE) {
        let found = session.search(&search::present(&set(some))).await?;
        present.extend(found.ok_or_else(|| session.cannot("search"))?);
    }
    for mail in due {
        mail.uid = mail.uid.filter(|uid| present.contains(uid));
    }
    Ok(())
}

/// The folder numbers its mails anew: finds each again.
async fn renumber(session: &mut Session, settings: &Settings, due: &mut [Due<'_>]) -> Result<(), MailboxError> {
    let mut taken = BTreeSet::new();
    for mail in due {
        mail.uid = locate(session, settings, mail.message, &taken).await?;
        taken.extend(mail.uid);
    }
    Ok(())
}

/// The number of a mail in the open folder: searched by its Message-ID or length, and made certain by its bytes.
async fn locate(
    session: &mut Session,
    settings: &Settings,
    message: &Message,
    taken: &BTreeSet<u32>,
) -> Result<Option<u32>, MailboxError> {
    let search = search::again(message.message_id.as_deref(), message.bytes);
    let found = session.search(&search).await?.ok_or_else(|| session.cannot("search"))?;
    for uid in found.into_iter().filter(|uid| !taken.contains(uid)) {
        if session.mail(uid, settings.most_bytes).await?.is_some_and(|bytes| hash(&bytes) == message.sha256) {
            return Ok(Some(uid));
        }
    }
    Ok(None)
}

/// Mails that are not there any more: either we moved them ourselves and the answer was lost, or somebody else did.
async fn settle_gone<'f>(
    session: &mut Session,
    settings: &'f Settings,
    work: &mut Work<'f>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let folders: BTreeSet<&str> = work.due.iter().filter(|mail| mail.asked).filter_map(|mail| mail.to).collect();
    let mut ours: BTreeSet<&str> = BTreeSet::new();
    for folder in folders {
        let open = session.open(folder, true).await?;
        let mut there = Vec::new();
        for mail in work.due.iter().filter(|mail| mail.asked && mail.to == Some(folder) && mail.uid.is_none()) {
            if let Some(uid) = locate(session, settings, mail.message, &BTreeSet::new()).await? {
                ours.insert(&mail.message.name);
                there.push(uid);
            }
        }
        work.mark_later(folder, open.validity, there);
    }
    session.open(&settings.folder, false).await?;
    for mail in work.due.extract_if(.., |mail| mail.uid.is_none()) {
        if ours.contains(&*mail.message.name) {
            disposed.done += 1;
        } else {
            disposed.notes.push(Note::Gone { name: mail.message.name.clone() });
        }
    }
    Ok(())
}

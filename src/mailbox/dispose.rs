//! After the run: mails whose records all have their final outcome are marked as read and moved. Whatever happens to the
//! connection or to the folder meanwhile, a mail is only moved if it is certain that it is the one that was read.

use std::collections::{BTreeMap, BTreeSet};

use super::MailboxError;
use super::command::set;
use super::fates::Fate;
use super::fetch::{Fetched, wait};
use super::message::{Message, Note, hash};
use super::search;
use super::session::{AT_ONCE, Session};
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

/// Marks and moves mails by their fates. A lost connection is made again, as often as the recipe says.
pub async fn dispose(settings: &Settings, fetched: &Fetched, fate: impl Fn(&str) -> Fate) -> Disposed {
    let mut disposed = Disposed::default();
    let mut due = Vec::new();
    for message in &fetched.messages {
        let to = match fate(&message.name) {
            Fate::Processed => Some(settings.processed.as_deref()),
            // Without a folder for it, it stays unread: somebody has to see it.
            Fate::Failed => settings.failed.as_deref().map(Some),
            Fate::Stays => None,
        };
        match to {
            Some(to) => due.push(Due { message, to, uid: Some(message.uid), asked: false }),
            None => disposed.open += 1,
        }
    }
    let mut validity = fetched.validity;
    let mut attempts = 1;
    while !due.is_empty() {
        let before = due.len();
        let Err(error) = tidy(settings, &mut validity, &mut due, &mut disposed).await else { break };
        attempts = if due.len() < before { 1 } else { attempts + 1 };
        if !error.is_passing() || attempts > settings.retry.attempts.max(1) {
            disposed.left = Some((due.len(), error));
            break;
        }
        tokio::time::sleep(wait(settings, attempts - 1)).await;
    }
    disposed
}

/// One connection's worth of work; what is done is taken out of `due`.
async fn tidy(
    settings: &Settings,
    validity: &mut u32,
    due: &mut Vec<Due<'_>>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let mut session = Session::begin(settings).await?;
    let open = session.open(&settings.folder, false).await?;
    if open.read_only {
        return Err(session.cannot(&format!("change anything in `{}`", settings.folder)));
    }
    if open.validity == *validity {
        look(&mut session, due).await?;
    } else {
        renumber(&mut session, settings, due).await?;
        *validity = open.validity;
    }
    if due.iter().any(|mail| mail.uid.is_none()) {
        settle_gone(&mut session, settings, due, disposed).await?;
    }
    let mut groups: BTreeMap<Option<&str>, Vec<u32>> = BTreeMap::new();
    for mail in due.iter() {
        groups.entry(mail.to).or_default().extend(mail.uid);
    }
    for (to, uids) in groups {
        for some in uids.chunks(AT_ONCE) {
            put_away(&mut session, some, to, due, disposed).await?;
        }
    }
    session.end().await;
    Ok(())
}

/// Marks some mails and moves them.
async fn put_away(
    session: &mut Session,
    uids: &[u32],
    to: Option<&str>,
    due: &mut Vec<Due<'_>>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let is_meant = |mail: &Due<'_>| mail.uid.is_some_and(|uid| uids.contains(&uid));
    let mut done = session.mark_seen(uids).await?;
    if let Some(to) = to.filter(|_| done.is_ok()) {
        due.iter_mut().filter(|mail| is_meant(mail)).for_each(|mail| mail.asked = true);
        crash_point(Point::BeforeMove);
        done = session.move_to(uids, to).await?;
        crash_point(Point::AfterMove);
    }
    for mail in due.extract_if(.., |mail| is_meant(mail)) {
        if done.is_ok() {
            disposed.done += 1;
        } else {
            let (name, to) = (mail.message.name.clone(), to.map(str::to_owned));
            disposed.notes.push(Note::Stays { name, to, why: done.words.clone() });
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
async fn settle_gone(
    session: &mut Session,
    settings: &Settings,
    due: &mut Vec<Due<'_>>,
    disposed: &mut Disposed,
) -> Result<(), MailboxError> {
    let folders: BTreeSet<&str> = due.iter().filter(|mail| mail.asked).filter_map(|mail| mail.to).collect();
    let mut ours: BTreeSet<&str> = BTreeSet::new();
    for folder in folders {
        session.open(folder, true).await?;
        for mail in due.iter().filter(|mail| mail.asked && mail.to == Some(folder) && mail.uid.is_none()) {
            if locate(session, settings, mail.message, &BTreeSet::new()).await?.is_some() {
                ours.insert(&mail.message.name);
            }
        }
    }
    session.open(&settings.folder, false).await?;
    for mail in due.extract_if(.., |mail| mail.uid.is_none()) {
        if ours.contains(&*mail.message.name) {
            disposed.done += 1;
        } else {
            disposed.notes.push(Note::Gone { name: mail.message.name.clone() });
        }
    }
    Ok(())
}

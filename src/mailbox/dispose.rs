//! After the run: mails whose records all have their final outcome are marked as read and moved. Whatever happens to the
//! connection, to the folder or to the program meanwhile, a mail is only moved if it is certain that it is the one that was
//! read, and where it was copied already it is not copied once more.

use std::collections::{BTreeMap, BTreeSet};

use super::MailboxError;
use super::command::set;
use super::fetch::wait;
use super::message::{Message, Note, hash};
use super::search;
use super::session::{AT_ONCE, Moved, Session};
use super::settings::Settings;
use crate::journal::{Point, crash_point};

/// A mail that has somewhere to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The mail.
    pub message: Message,
    /// The folder; none where it is only marked as read.
    pub to: Option<String>,
    /// Whether the server may have been asked already to move it, and nobody knows what came of it.
    pub asked: bool,
}

/// How it ended with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It went where it belongs, or was marked as read, where there is no folder for it.
    Done,
    /// It was not there any more: somebody else moved or deleted it.
    Gone,
    /// The server would not mark or move it; its words.
    Stays(String),
}

/// What became of the mails.
#[derive(Debug, Default)]
pub struct Disposed<'d> {
    /// How it ended with each; those that are missing could not be dealt with.
    pub ends: Vec<(&'d Due, End)>,
    /// Why mails could not be dealt with, and how many: the next run does it.
    pub left: Option<(usize, MailboxError)>,
}

impl Disposed<'_> {
    /// Mails that went where they belong.
    pub fn done(&self) -> usize {
        self.ends.iter().filter(|(_, end)| *end == End::Done).count()
    }

    /// What is to be said of single mails.
    pub fn notes(&self) -> impl Iterator<Item = Note> {
        self.ends.iter().filter_map(|(due, end)| {
            let (name, to) = (due.message.name.clone(), due.to.clone());
            match end {
                End::Done => None,
                End::Gone => Some(Note::Gone { name }),
                End::Stays(why) => Some(Note::Stays { name, to, why: why.clone() }),
            }
        })
    }
}

/// A mail that is still to be dealt with.
struct Mail<'d> {
    due: &'d Due,
    /// Its number in the folder now; none if it is not there.
    uid: Option<u32>,
    /// As [`Due::asked`].
    asked: bool,
    /// Whether it is already where it goes: if it is here too, it only has to be taken away, and else to be marked there.
    copied: bool,
}

impl<'d> Mail<'d> {
    fn to(&self) -> Option<&'d str> {
        self.due.to.as_deref()
    }
}

/// What is still to be done.
#[derive(Default)]
struct Work<'d> {
    /// Mails in the folder that was read.
    mails: Vec<Mail<'d>>,
    /// Mails that were moved and are to be marked as read where they are now: in that order, so that whatever ends it in
    /// between, no mail is left behind as read that a search for unread ones would not find again.
    unmarked: BTreeMap<&'d str, Moved>,
}

impl<'d> Work<'d> {
    /// How much is still to be done: less of it is progress.
    fn steps(&self) -> usize {
        let lying = self.mails.iter().filter(|mail| mail.uid.is_some()).count();
        2 * lying + self.unmarked.values().map(|moved| moved.uids.len()).sum::<usize>()
    }

    fn mark_later(&mut self, folder: &'d str, validity: u32, uids: impl IntoIterator<Item = u32>) {
        let moved = self.unmarked.entry(folder).or_default();
        // Numbers that mean something else by now are of no use.
        if moved.validity != validity {
            *moved = Moved { validity, uids: Vec::new() };
        }
        moved.uids.extend(uids);
    }
}

/// Marks and moves mails whose numbers are those of a folder with this validity. A lost connection is made again, as often
/// as the recipe says.
pub async fn dispose<'d>(settings: &Settings, validity: u32, due: &'d [Due]) -> Disposed<'d> {
    let mut disposed = Disposed::default();
    let mail = |due: &'d Due| Mail { due, uid: Some(due.message.uid), asked: due.asked, copied: false };
    let mut work = Work { mails: due.iter().map(mail).collect(), ..Work::default() };
    let mut validity = validity;
    let mut attempts = 1;
    while !work.mails.is_empty() {
        let before = work.steps();
        let Err(error) = tidy(settings, &mut validity, &mut work, &mut disposed).await else { break };
        attempts = if work.steps() < before { 1 } else { attempts + 1 };
        if !error.is_passing() || attempts > settings.retry.attempts.max(1) {
            disposed.left = Some((work.mails.len(), error));
            break;
        }
        tokio::time::sleep(wait(settings, attempts - 1)).await;
    }
    disposed
}

/// One connection's worth of work; what is done is taken out of it.
async fn tidy<'d>(
    settings: &Settings,
    validity: &mut u32,
    work: &mut Work<'d>,
    disposed: &mut Disposed<'d>,
) -> Result<(), MailboxError> {
    let mut session = Session::begin(settings).await?;
    let open = session.open(&settings.folder, false).await?;
    if open.read_only {
        return Err(session.cannot(&format!("change anything in `{}`", settings.folder)));
    }
    if open.validity == *validity {
        look(&mut session, &mut work.mails).await?;
    } else {
        renumber(&mut session, settings, &mut work.mails).await?;
        *validity = open.validity;
    }
    settle_asked(&mut session, settings, work).await?;
    for mail in work.mails.extract_if(.., |mail| mail.uid.is_none() && !mail.copied) {
        disposed.ends.push((mail.due, End::Gone));
    }
    let mut groups: BTreeMap<(Option<&str>, bool), Vec<u32>> = BTreeMap::new();
    for (mail, uid) in work.mails.iter().filter_map(|mail| Some((mail, mail.uid?))) {
        groups.entry((mail.to(), mail.copied)).or_default().push(uid);
    }
    for ((to, copied), uids) in groups {
        for some in uids.chunks(AT_ONCE) {
            put_away(&mut session, some, to, copied, work, disposed).await?;
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
    disposed.ends.extend(work.mails.drain(..).map(|mail| (mail.due, End::Done)));
    session.end().await;
    Ok(())
}

/// Moves some mails, or takes those away that are copied; marks them where they are not moved, or cannot be marked
/// afterwards.
async fn put_away<'d>(
    session: &mut Session,
    uids: &[u32],
    to: Option<&'d str>,
    copied: bool,
    work: &mut Work<'d>,
    disposed: &mut Disposed<'d>,
) -> Result<(), MailboxError> {
    let is_meant = |mail: &Mail<'_>| mail.uid.is_some_and(|uid| uids.contains(&uid));
    let mark_first = to.is_none() || !session.tells_new_numbers();
    let mut refused = if mark_first { Some(session.mark_seen(uids).await?) } else { None };
    refused = refused.filter(|done| !done.is_ok());
    if let Some(to) = to.filter(|_| refused.is_none()) {
        work.mails.iter_mut().filter(|mail| is_meant(mail)).for_each(|mail| mail.asked = true);
        crash_point(Point::BeforeMove);
        let done = if copied {
            session.take_away(uids).await?
        } else {
            let (done, moved) = session.move_to(uids, to).await?;
            if !mark_first {
                work.mark_later(to, moved.validity, moved.uids);
            }
            done
        };
        crash_point(Point::AfterMove);
        refused = Some(done).filter(|done| !done.is_ok());
    }
    match refused {
        Some(done) => {
            let mails = work.mails.extract_if(.., |mail| is_meant(mail));
            disposed.ends.extend(mails.map(|mail| (mail.due, End::Stays(done.words.clone()))));
        }
        // It is done once it is marked where it is now.
        None => work.mails.iter_mut().filter(|mail| is_meant(mail)).for_each(|mail| {
            (mail.uid, mail.copied) = (None, true);
        }),
    }
    Ok(())
}

/// Looks which mails are still under their numbers.
async fn look(session: &mut Session, mails: &mut [Mail<'_>]) -> Result<(), MailboxError> {
    let uids: Vec<u32> = mails.iter().filter_map(|mail| mail.uid).collect();
    let mut present = BTreeSet::new();
    for some in uids.chunks(AT_ONCE) {
        let found = session.search(&search::present(&set(some))).await?;
        present.extend(found.ok_or_else(|| session.cannot("search"))?);
    }
    for mail in mails {
        mail.uid = mail.uid.filter(|uid| present.contains(uid));
    }
    Ok(())
}

/// The folder numbers its mails anew: finds each again.
async fn renumber(session: &mut Session, settings: &Settings, mails: &mut [Mail<'_>]) -> Result<(), MailboxError> {
    let mut taken = BTreeSet::new();
    for mail in mails.iter_mut().filter(|mail| mail.uid.is_some()) {
        mail.uid = locate(session, settings, &mail.due.message, &taken).await?;
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

/// Mails that the server may have been asked to move: looks which of them are where they go. One that is there and no longer
/// here was moved by us, whatever became of the answer; one that is in both was copied by a server that cannot move.
async fn settle_asked<'d>(session: &mut Session, settings: &Settings, work: &mut Work<'d>) -> Result<(), MailboxError> {
    let in_one_step = session.moves();
    let is_open = |mail: &&mut Mail<'d>| mail.asked && !mail.copied && !(in_one_step && mail.uid.is_some());
    let folders: BTreeSet<&str> = work.mails.iter_mut().filter(is_open).filter_map(|mail| mail.to()).collect();
    if folders.is_empty() {
        return Ok(());
    }
    for folder in folders {
        let open = match session.open(folder, true).await {
            Ok(open) => open,
            // Then they are not in it.
            Err(MailboxError::NoFolder { .. }) => continue,
            Err(error) => return Err(error),
        };
        let mut there = BTreeSet::new();
        for mail in work.mails.iter_mut().filter(is_open).filter(|mail| mail.to() == Some(folder)) {
            if let Some(uid) = locate(session, settings, &mail.due.message, &there).await? {
                mail.copied = true;
                there.insert(uid);
            }
        }
        work.mark_later(folder, open.validity, there);
    }
    session.open(&settings.folder, false).await?;
    Ok(())
}

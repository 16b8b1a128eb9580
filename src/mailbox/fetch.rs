//! Fetching the mails that a recipe means, oldest first, each handed on as soon as it is there. Nothing on the server is
//! changed by it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::MailboxError;
use super::message::{Message, Note};
use super::search;
use super::session::Session;
use super::settings::{Settings, Sieve};

/// Mails that one run reads at the most; what is more is left for the next.
const MOST_MAILS: usize = 10_000;

/// What was fetched.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The mails, oldest first.
    pub messages: Vec<Message>,
    /// What is to be said of others.
    pub notes: Vec<Note>,
    /// As long as the folder has this number, UIDs mean the same mails.
    pub validity: u32,
}

/// Puts a mail's bytes away; answers what keeps them from it.
pub type Keep<'k> = dyn FnMut(&Message, &[u8]) -> Result<(), String> + 'k;

/// Fetches the mails that the settings mean; `keep` gets the bytes of each. A lost connection is made again, as often
/// as the recipe says.
///
/// # Errors
/// What keeps the mailbox from being read.
pub async fn fetch(settings: &Settings, keep: &mut Keep<'_>) -> Result<Fetched, MailboxError> {
    let mut fetched = Fetched::default();
    let mut attempts = 1;
    loop {
        let before = fetched.messages.len();
        match read(settings, &mut fetched, keep).await {
            Ok(()) => return Ok(fetched),
            Err(error) if !error.is_passing() => return Err(error),
            Err(error) => {
                // As long as there is progress, a bad line is only slow.
                attempts = if fetched.messages.len() > before { 1 } else { attempts + 1 };
                if attempts > settings.retry.attempts.max(1) {
                    return Err(error);
                }
                tokio::time::sleep(wait(settings, attempts - 1)).await;
            }
        }
    }
}

/// The wait before the next attempt: random below a bound that doubles each time, as for targets.
pub(super) fn wait(settings: &Settings, attempts: u32) -> Duration {
    let doubled = settings.retry.wait.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
    doubled.min(settings.retry.max_wait).mul_f64(fastrand::f64())
}

/// Reads on from where the last connection was lost.
async fn read(settings: &Settings, fetched: &mut Fetched, keep: &mut Keep<'_>) -> Result<(), MailboxError> {
    let mut session = Session::begin(settings).await?;
    // What is to become of mails must be possible before the first record is entered.
    for folder in [&settings.processed, &settings.failed].into_iter().flatten() {
        session.has(folder).await?;
    }
    let open = session.open(&settings.folder, true).await?;
    if open.validity != fetched.validity {
        // Numbers of before mean other mails now.
        *fetched = Fetched { validity: open.validity, ..Fetched::default() };
    }
    fetched.notes.clear();
    let mut uids = found(&mut session, &settings.sieve).await?;
    if uids.len() > MOST_MAILS {
        fetched.notes.push(Note::More { left: uids.len() - MOST_MAILS });
        uids.truncate(MOST_MAILS);
    }
    let known: BTreeSet<u32> = fetched.messages.iter().map(|message| message.uid).collect();
    uids.retain(|uid| !known.contains(uid));
    let sizes = session.sizes(&uids).await?;
    for uid in uids {
        // Without a size it was moved away since the search, which is nobody's business.
        let Some(size) = sizes.get(&uid) else { continue };
        if *size > settings.most_bytes {
            let (bytes, most) = (u64::from(*size), u64::from(settings.most_bytes));
            fetched.notes.push(Note::TooLong { uid, bytes, most });
            continue;
        }
        if let Some(bytes) = session.mail(uid, settings.most_bytes).await? {
            let message = Message::of(uid, &bytes);
            keep(&message, &bytes).map_err(MailboxError::Keep)?;
            fetched.messages.push(message);
        }
    }
    session.end().await;
    Ok(())
}

/// The mails that get through the sieve. A server that cannot search for umlauts is asked for less, and more gets through.
async fn found(session: &mut Session, sieve: &Sieve) -> Result<Vec<u32>, MailboxError> {
    for ascii in [false, true] {
        if let Some(uids) = session.search(&search::search(sieve, ascii)).await? {
            return Ok(uids);
        }
    }
    let all = Sieve { unseen: sieve.unseen, ..Sieve::default() };
    session.search(&search::search(&all, true)).await?.ok_or_else(|| session.cannot("search"))
}

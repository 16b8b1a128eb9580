//! Mailboxes: a real mail server on this computer, and servers that play a part where a real one cannot be brought to it.

#![cfg(unix)]

mod fetching;
mod logins;
mod putting_away;
mod runs;

use std::time::Duration;

use eintrag::mailbox::{Due, Fate, Fetched, Login, MailboxError, Note, Security, Settings, Sieve, dispose, due, fetch};
use eintrag::recipe::model::Retry;

use crate::support::{PASSWORD, USER};

/// The inbox of a server at this port, in plain.
fn inbox(port: u16) -> Settings {
    Settings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        trusted: Vec::new(),
        user: USER.to_owned(),
        login: Login::Password(PASSWORD.to_owned()),
        folder: "INBOX".to_owned(),
        processed: Some("Erledigt".to_owned()),
        failed: Some("Fehler".to_owned()),
        sieve: Sieve::default(),
        retry: Retry { attempts: 3, wait: Duration::from_millis(5), max_wait: Duration::from_millis(20) },
        most_bytes: 100_000,
    }
}

/// A mail of this subject.
fn mail(subject: &str) -> String {
    format!(
        "From: Bert <bert@supplier.example>\r\nTo: anna@example\r\nMessage-ID: <{subject}@supplier.example>\r\nSubject: {subject}\r\n\r\nText of {subject}\r\n"
    )
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Fetches, and answers the bytes of the mails too.
fn fetched(settings: &Settings) -> Result<(Fetched, Vec<String>), MailboxError> {
    let mut texts = Vec::new();
    let fetched = block_on(fetch(settings, &mut |_, bytes| {
        texts.push(String::from_utf8_lossy(bytes).into_owned());
        Ok(())
    }))?;
    Ok((fetched, texts))
}

fn names(fetched: &Fetched) -> Vec<&str> {
    fetched.messages.iter().map(|message| &*message.name).collect()
}

/// What became of mails.
struct PutAway {
    done: usize,
    open: usize,
    notes: Vec<Note>,
    left: Option<(usize, MailboxError)>,
}

/// Puts away: mails with `bad` in their names have failed, those with `open` are still open.
fn put_away(settings: &Settings, fetched: &Fetched) -> PutAway {
    put_away_those(settings, fetched, &all_due(settings, fetched))
}

fn all_due(settings: &Settings, fetched: &Fetched) -> Vec<Due> {
    due(settings, fetched, |name| match name {
        name if name.contains("bad") => Fate::Failed,
        name if name.contains("open") => Fate::Stays,
        _ => Fate::Processed,
    })
}

fn put_away_those(settings: &Settings, fetched: &Fetched, due: &[Due]) -> PutAway {
    let disposed = block_on(dispose(settings, fetched.validity, due));
    PutAway {
        done: disposed.done(),
        open: fetched.messages.len() - due.len(),
        notes: disposed.notes().collect(),
        left: disposed.left,
    }
}

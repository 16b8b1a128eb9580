//! The mailbox that a recipe reads: its settings filled in, its mails fetched before the run and put away after it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::ToSpan;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::output::Output;
use super::{Failed, exit};
use crate::expression::Template;
use crate::mailbox::{self, Fates, Fetched, Login, MailboxError, Security, Settings, Sieve};
use crate::messages::{mail_note, mails_left, mails_tidied};
use crate::recipe::Recipe;
use crate::recipe::model::{EmailSource, ImapLogin, ImapSource, ImapTls, MailPlace, Since, SourceKind};
use crate::record::Value;
use crate::runner::Surroundings;
use crate::secret::Secrets;
use crate::source::Snapshot;
use crate::target::Trouble;
use crate::target::http::OAuthTokens;

/// Bytes of a mail at the most; with its attachments in base64, that is a third more than what is attached.
const MOST_BYTES: u32 = 64 << 20;

/// The mailbox of a run.
pub(super) struct Mailbox {
    settings: Settings,
    fetched: Fetched,
    /// Whether it could not be read.
    unread: bool,
    secrets: Arc<Secrets>,
}

/// Whether a recipe reads a mailbox.
pub(super) fn is_read_by(recipe: &Recipe) -> bool {
    place(recipe).is_some()
}

fn place(recipe: &Recipe) -> Option<(&EmailSource, &ImapSource)> {
    let SourceKind::Email(email) = &recipe.source.kind else { return None };
    let MailPlace::Imap(imap) = &email.place else { return None };
    Some((email, imap))
}

impl Mailbox {
    /// The mailbox that the recipe reads, if it reads one. Nothing is reached yet.
    pub(super) fn of(recipe: &Recipe, around: &Surroundings) -> Result<Option<Self>, Failed> {
        let Some((email, imap)) = place(recipe) else { return Ok(None) };
        let settings = settings(recipe, email, imap, around).map_err(|why| Failed::usage(format!("`imap:` {why}")))?;
        Ok(Some(Self { settings, fetched: Fetched::default(), unread: false, secrets: Arc::clone(&around.secrets) }))
    }

    /// Fetches the mails that the recipe means into `copies`.
    pub(super) async fn fetch(&mut self, copies: &Path) -> Result<Vec<Snapshot>, MailboxError> {
        let address = format!("imap://{}/{}", self.settings.host, self.settings.folder);
        let mut snapshots = Vec::new();
        let keep = &mut |message: &mailbox::Message, bytes: &[u8]| {
            let original = PathBuf::from(format!("{address}/{}", message.uid));
            let snapshot = Snapshot::of_bytes(&message.name, &original, bytes, copies).map_err(|error| error.title)?;
            snapshots.push(snapshot);
            Ok(())
        };
        let fetched = mailbox::fetch(&self.settings, keep).await;
        self.unread = fetched.is_err();
        self.fetched = fetched?;
        // What was fetched before the folder was numbered anew is no part of it, or there twice.
        let mut left: BTreeSet<(String, String)> =
            self.fetched.messages.iter().map(|message| (message.name.clone(), message.sha256.clone())).collect();
        snapshots.retain(|snapshot: &Snapshot| left.remove(&(snapshot.name.to_string(), snapshot.sha256.clone())));
        Ok(snapshots)
    }

    /// Says what is to be said of mails that were not read; answers the exit code for it.
    pub(super) fn tell_unread(&self, output: &Output) -> u8 {
        for note in &self.fetched.notes {
            output.talk(&format!("warning: {}", mail_note(note, output.language)));
        }
        match self.unread {
            true => exit::STOPPED,
            false if self.fetched.notes.is_empty() => exit::GOOD,
            false => exit::SOME_WRONG,
        }
    }

    /// Puts the mails away, each by the fate of its records; answers the exit code for it.
    pub(super) async fn put_away(&self, fates: &Fates, output: &Output) -> u8 {
        if self.fetched.messages.is_empty() {
            return exit::GOOD;
        }
        let disposed = mailbox::dispose(&self.settings, &self.fetched, |name| fates.of(name)).await;
        output.talk(&mails_tidied(disposed.done, disposed.open, output.language));
        for note in &disposed.notes {
            output.talk(&self.secrets.mask(&format!("warning: {}", mail_note(note, output.language))));
        }
        if let Some((left, why)) = &disposed.left {
            let why = self.secrets.mask(&why.to_string());
            output.talk(&format!("warning: {}", mails_left(*left, &why, output.language)));
            return exit::STOPPED;
        }
        if disposed.notes.is_empty() { exit::GOOD } else { exit::SOME_WRONG }
    }

    /// Why the mailbox could not be read, and whether running again may help.
    pub(super) fn failed(&self, error: &MailboxError) -> Failed {
        let words = self.secrets.mask(&error.to_string());
        if error.is_passing() { Failed::stopped(format!("{words}; run again")) } else { Failed::usage(words) }
    }
}

fn settings(
    recipe: &Recipe,
    email: &EmailSource,
    imap: &ImapSource,
    around: &Surroundings,
) -> Result<Settings, String> {
    let text = |what: &str, template: &Template| {
        let text =
            template.text(around, &Value::to_string).map_err(|problem| format!("`{what}:` {}", problem.message))?;
        if text.trim().is_empty() { Err(format!("`{what}:` is empty")) } else { Ok(text) }
    };
    let port = text("port", &imap.port)?;
    let login = match &imap.login {
        ImapLogin::Password(password) => Login::Password(text("password", password)?),
        ImapLogin::OAuth2(oauth) => {
            let text = |what: &str, template: &Template| {
                text(what.trim_matches(['`', ':']), template).map_err(Trouble::Settings)
            };
            let tokens =
                OAuthTokens::new(oauth, &text, Arc::clone(&around.secrets)).map_err(|trouble| match trouble {
                    Trouble::Settings(why) => why,
                    other => crate::messages::trouble(&other, crate::messages::Language::English),
                })?;
            Login::Token(Arc::new(tokens))
        }
    };
    let since = match imap.since {
        None => None,
        Some(Since::Day(day)) => Some(day),
        Some(Since::Last(time)) => {
            let days = i64::try_from(time.as_secs().div_ceil(24 * 60 * 60)).unwrap_or(i64::MAX).min(100_000);
            around.today.checked_sub(days.days()).ok()
        }
    };
    Ok(Settings {
        host: text("host", &imap.host.value)?,
        port: port.parse().map_err(|_| format!("`port:` `{port}` is not a port"))?,
        security: match imap.tls {
            ImapTls::Tls => Security::Tls,
            ImapTls::StartTls => Security::StartTls,
            ImapTls::None => Security::None,
        },
        trusted: imap
            .ca
            .as_deref()
            .map(|path| certificates(&recipe.folder.join(path)))
            .transpose()?
            .unwrap_or_default(),
        user: text("user", &imap.user)?,
        login,
        folder: imap.folder.value.clone(),
        processed: imap.processed.as_ref().map(|folder| folder.value.clone()),
        failed: imap.failed.as_ref().map(|folder| folder.value.clone()),
        sieve: Sieve { from: email.from.clone(), subject: email.subject.clone(), since, unseen: email.unseen },
        retry: recipe.retry,
        most_bytes: MOST_BYTES,
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unreadable = |why: String| format!("`ca:` the file `{}` cannot be read: {why}", path.display());
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() { Err(unreadable("it holds no certificate in PEM form".to_owned())) } else { Ok(found) }
}

//! The mailbox that a recipe reads: its settings filled in, its mails fetched before the run and put away after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::ToSpan;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::output::Output;
use super::{Failed, exit};
use crate::expression::Template;
use crate::journal::{Journal, JournalError, MailDue, MailEnd, RunId};
use crate::mailbox::{self, Disposed, Due, End, Fates, Fetched, Login, MailboxError, Security, Settings, Sieve};
use crate::messages::{mail_note, mails_left, mails_made_good, mails_tidied};
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
    /// Under which the journal knows it.
    address: String,
    fetched: Fetched,
    /// Whether it could not be read.
    unread: bool,
    /// The exit code for the mails that an earlier run had left.
    finished: u8,
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
        // Without the port, which is another one as soon as somebody turns on TLS.
        let address = format!("imap://{}@{}/{}", settings.user, settings.host, settings.folder);
        let secrets = Arc::clone(&around.secrets);
        Ok(Some(Self {
            settings,
            address: secrets.mask(&address),
            fetched: Fetched::default(),
            unread: false,
            finished: exit::GOOD,
            secrets,
        }))
    }

    /// Puts away what an earlier run left, if there is a journal to `finish` it by; then fetches the mails that the recipe
    /// means into `copies`.
    pub(super) async fn read(
        &mut self,
        copies: &Path,
        finish: Option<&Book<'_>>,
        output: &Output,
    ) -> Result<Vec<Snapshot>, NotRead> {
        if let Some(book) = finish {
            let finished = self.finish(book, output).await;
            self.unread = finished.is_err();
            self.finished = finished?;
        }
        Ok(self.fetch(copies).await?)
    }

    async fn fetch(&mut self, copies: &Path) -> Result<Vec<Snapshot>, MailboxError> {
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
            false if self.fetched.notes.is_empty() => self.finished,
            false => self.finished.max(exit::SOME_WRONG),
        }
    }

    /// Puts away what an earlier run was to put away and did not; answers the exit code for it.
    async fn finish(&self, book: &Book<'_>, output: &Output) -> Result<u8, NotRead> {
        let open = book.journal.open_mails(book.ledger, &self.address)?;
        let mut code = exit::GOOD;
        let mut done = 0;
        for same in open.chunk_by(|one, next| one.validity == next.validity) {
            let Some(validity) = same.first().map(|mail| mail.validity) else { continue };
            let due: Vec<Due> = same.iter().map(again).collect();
            let runs: BTreeMap<u32, RunId> = same.iter().map(|mail| (mail.uid, mail.run)).collect();
            let disposed = mailbox::dispose(&self.settings, validity, &due).await;
            done += disposed.done();
            let run = |due: &Due| runs.get(&due.message.uid).copied().unwrap_or_default();
            self.note(book, validity, &disposed, run).await?;
            code = code.max(self.tell_notes(&disposed, output));
            match disposed.left {
                None => {}
                // What a server refuses to change may still be read.
                Some((left, error @ MailboxError::Refused { .. })) => {
                    code = code.max(self.tell_left(left, &error, output));
                }
                Some((_, error)) => return Err(error.into()),
            }
        }
        if done > 0 {
            output.talk(&mails_made_good(done, output.language));
        }
        Ok(code)
    }

    /// Puts the mails of a run away, each by the fate of its records; answers the exit code for it.
    pub(super) async fn put_away(
        &self,
        book: &Book<'_>,
        run: RunId,
        fates: &Fates,
        output: &Output,
    ) -> Result<u8, JournalError> {
        if self.fetched.messages.is_empty() {
            return Ok(exit::GOOD);
        }
        let validity = self.fetched.validity;
        let mut due = mailbox::due(&self.settings, &self.fetched, |name| fates.of(name));
        let open = book.journal.open_mails(book.ledger, &self.address)?;
        let open: BTreeSet<(u32, u32)> = open.iter().map(|mail| (mail.validity, mail.uid)).collect();
        for mail in &mut due {
            mail.asked = open.contains(&(validity, mail.message.uid));
        }
        let fetched = self.fetched.messages.iter().map(|message| message.uid).collect();
        let mails = due.iter().map(|due| self.mail(validity, due, run)).collect();
        // Before the first of them is touched, so that whatever ends the program the next run knows.
        book.journal.put_mails(book.ledger, &self.address, validity, fetched, mails).await?;
        let disposed = mailbox::dispose(&self.settings, validity, &due).await;
        self.note(book, validity, &disposed, |_| run).await?;
        output.talk(&mails_tidied(disposed.done(), self.fetched.messages.len() - due.len(), output.language));
        let code = self.tell_notes(&disposed, output);
        Ok(disposed.left.map_or(code, |(left, error)| self.tell_left(left, &error, output)))
    }

    /// Puts down in the journal what became of mails.
    async fn note(
        &self,
        book: &Book<'_>,
        validity: u32,
        disposed: &Disposed<'_>,
        run: impl Fn(&Due) -> RunId,
    ) -> Result<(), JournalError> {
        let ends = disposed.ends.iter().map(|(due, end)| {
            let (kind, why) = match end {
                End::Done if due.to.is_some() => ("mail_moved", None),
                End::Done => ("mail_read", None),
                End::Gone => ("mail_gone", None),
                End::Stays(why) => ("mail_stays", Some(self.secrets.mask(why))),
            };
            MailEnd { mail: self.mail(validity, due, run(due)), kind, why }
        });
        book.journal.end_mails(book.ledger, &self.address, ends.collect()).await
    }

    fn mail(&self, validity: u32, due: &Due, run: RunId) -> MailDue {
        let Due { message, to, .. } = due;
        MailDue {
            run,
            validity,
            uid: message.uid,
            // As in the lines of its records.
            name: self.secrets.mask(&message.name),
            sha256: message.sha256.clone(),
            bytes: message.bytes,
            message_id: message.message_id.clone(),
            to: to.clone(),
        }
    }

    fn tell_notes(&self, disposed: &Disposed<'_>, output: &Output) -> u8 {
        let mut code = exit::GOOD;
        for note in disposed.notes() {
            output.talk(&self.secrets.mask(&format!("warning: {}", mail_note(&note, output.language))));
            code = exit::SOME_WRONG;
        }
        code
    }

    fn tell_left(&self, left: usize, why: &MailboxError, output: &Output) -> u8 {
        let why = self.secrets.mask(&why.to_string());
        output.talk(&format!("warning: {}", mails_left(left, &why, output.language)));
        exit::STOPPED
    }

    /// Why the mailbox could not be read, and whether running again may help.
    pub(super) fn failed(&self, error: &NotRead) -> Failed {
        let words = self.secrets.mask(&error.to_string());
        if error.is_passing() { Failed::stopped(format!("{words}; run again")) } else { Failed::usage(words) }
    }
}

/// Where the journal has the mails of a mailbox.
pub(super) struct Book<'b> {
    pub(super) journal: &'b Journal,
    pub(super) ledger: &'b str,
}

/// Why a mailbox was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRead {
    /// What an earlier run left in it is not known.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// It cannot be reached or entered.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
}

impl NotRead {
    /// Whether the same may go well a little later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Mailbox(error) if error.is_passing())
    }
}

/// A mail that an earlier run was to put away: whether it asked the server to, nobody knows.
fn again(mail: &MailDue) -> Due {
    let MailDue { uid, name, sha256, bytes, message_id, to, .. } = mail.clone();
    Due { message: mailbox::Message { uid, name, sha256, bytes, message_id }, to, asked: true }
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

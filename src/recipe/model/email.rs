//! `email:` which mails are read, and what of them.

use std::ops::Range;
use std::time::Duration;

use jiff::civil::Date;

use super::http::OAuth2;
use super::source::SourceKind;
use crate::diagnostic::At;
use crate::expression::Template;

/// `email:`.
#[derive(Clone, Debug)]
pub struct EmailSource {
    /// Where the mails are.
    pub place: MailPlace,
    /// `from:` addresses with `*` for any characters; none lets all pass.
    pub from: Vec<String>,
    /// `subject:` texts with `*` for any characters, one of which the subject contains; none lets all pass.
    pub subject: Vec<String>,
    /// `unseen:` only mails that nobody has read yet.
    pub unseen: bool,
    /// `attachment:` the one that is read or uploaded.
    pub attachment: Option<AttachmentChoice>,
    /// `table:` the table in the HTML body whose rows are read, by columns that its header names.
    pub table: Option<Vec<At<String>>>,
    /// `quoted: cut`: whether quoted replies and signatures are cut off.
    pub cut_quoted: bool,
}

/// Where mails are.
#[derive(Clone, Debug)]
pub enum MailPlace {
    /// `file:` paths or patterns, one mail a file.
    Files(Vec<At<String>>),
    /// `folder:` every eml and msg file in it.
    Folder(At<String>),
    /// `mbox:` paths or patterns, many mails a file.
    Mbox(Vec<At<String>>),
    /// `maildir:` a folder with `cur` and `new`.
    Maildir(At<String>),
    /// `imap:` a folder of a server.
    Imap(Box<ImapSource>),
}

/// `imap:`.
#[derive(Clone, Debug)]
pub struct ImapSource {
    /// `host:`.
    pub host: At<Template>,
    /// `port:`.
    pub port: Template,
    /// `tls:`.
    pub tls: ImapTls,
    /// `user:`.
    pub user: Template,
    /// `password:` or `oauth2:`.
    pub login: ImapLogin,
    /// `folder:` the one that is read.
    pub folder: At<String>,
    /// `processed:` where mails go whose records are all entered.
    pub processed: Option<At<String>>,
    /// `failed:` where mails go of which a record was rejected or failed.
    pub failed: Option<At<String>>,
    /// `since:`.
    pub since: Option<Since>,
    /// `ca:` a PEM file with a certificate authority to trust besides the system's.
    pub ca: Option<String>,
    /// Where the block is written.
    pub span: Range<usize>,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImapTls {
    /// From the first byte.
    Tls,
    /// Begun in plain and made safe before the login.
    StartTls,
    /// Not at all; only to this computer.
    None,
}

/// How a user shows who he is.
#[derive(Clone, Debug)]
pub enum ImapLogin {
    /// By a password.
    Password(Template),
    /// By a token (XOAUTH2).
    OAuth2(Box<OAuth2>),
}

/// From when on mails are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From this day on.
    Day(Date),
    /// As long back as this.
    Last(Duration),
}

/// `attachment:`.
#[derive(Clone, Debug)]
pub struct AttachmentChoice {
    /// `name:` texts with `*` for any characters, one of which is its name; none lets all pass.
    pub name: Vec<String>,
    /// `media_type:` texts with `*` for any characters, one of which is its media type; none lets all pass.
    pub media_type: Vec<String>,
    /// `csv:`, `excel:` …: how its rows are read; none where it is only uploaded.
    pub content: Option<Box<SourceKind>>,
    /// `optional:` whether a mail without it is no mistake.
    pub optional: bool,
}

//! `email:` as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Text};
use super::{Csv, Einvoice, Excel, JsonFile, OAuth2, Pdf, Xml};
use crate::diagnostic::At;

/// Mails: from one of `file`, `folder`, `mbox`, `maildir` and `imap`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Email {
    /// Paths or patterns of single mails (`inbox/*.eml`; eml and Outlook's msg), relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// A folder with mails, each a file of its own (eml and msg).
    pub folder: Option<At<Text>>,
    /// Paths or patterns of mailbox files with many mails.
    pub mbox: Option<At<OneOrMany<At<Text>>>>,
    /// A folder with `cur` and `new` in it.
    pub maildir: Option<At<Text>>,
    /// A folder of a mail server.
    pub imap: Option<Keyed<Imap>>,
    /// Only mails from these addresses; `*` stands for any characters: `*@supplier.example`.
    pub from: Option<At<OneOrMany<At<Text>>>>,
    /// Only mails whose subject contains one of these texts; `*` stands for any characters.
    pub subject: Option<At<OneOrMany<At<Text>>>>,
    /// `true`: only mails that nobody has read yet (imap, maildir).
    pub unseen: Option<At<bool>>,
    /// The attachment that is read, or uploaded.
    pub attachment: Option<Keyed<Attachment>>,
    /// The rows of a table in the HTML body.
    pub table: Option<Keyed<MailTable>>,
    /// Quoted replies and the signature of a body: `keep` (unless stated) or `cut`.
    pub quoted: Option<At<Quoted>>,
}

/// A folder of a mail server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Imap {
    /// The server's name; mostly "${env.NAME}".
    pub host: Option<At<Text>>,
    /// Its port; 993 unless stated, and 143 where `tls:` is not `tls`.
    pub port: Option<At<Text>>,
    /// `tls` (unless stated), `starttls`, or `none`, which is for this computer only.
    pub tls: Option<At<ImapTls>>,
    /// The user's name.
    pub user: Option<At<Text>>,
    /// The password.
    pub password: Option<At<Text>>,
    /// OAuth 2.0 instead of a password, by a refresh token or client credentials.
    pub oauth2: Option<Keyed<OAuth2>>,
    /// The folder that is read; `INBOX` unless stated.
    pub folder: Option<At<Text>>,
    /// The folder that mails are moved to when all their records are entered; they stay where they are unless stated.
    pub processed: Option<At<Text>>,
    /// The folder that mails are moved to when a record of them is rejected or failed; they stay unless stated.
    pub failed: Option<At<Text>>,
    /// Only mails that came in since this day (`2026-01-31`), or within this time (`30d`).
    pub since: Option<At<Text>>,
    /// A PEM file with a certificate authority to trust besides the system's, relative to the recipe's folder.
    pub ca: Option<At<Text>>,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ImapTls {
    /// From the first byte.
    Tls,
    /// Begun in plain and made safe before the login.
    StartTls,
    /// Not at all: for this computer only.
    None,
}

/// The attachment that is read, or uploaded.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Attachment {
    /// Its name; `*` stands for any characters: `bestellung*.xlsx`.
    pub name: Option<At<OneOrMany<At<Text>>>>,
    /// Its media type; `*` stands for any characters: `application/pdf`, `image/*`.
    pub media_type: Option<At<OneOrMany<At<Text>>>>,
    /// It is a CSV file, and each of its rows a row.
    pub csv: Option<Keyed<Csv>>,
    /// It is a spreadsheet, and each of its rows a row.
    pub excel: Option<Keyed<Excel>>,
    /// It is an XML file.
    pub xml: Option<Keyed<Xml>>,
    /// It is a JSON file.
    pub json: Option<Keyed<JsonFile>>,
    /// It is a PDF with text.
    pub pdf: Option<Keyed<Pdf>>,
    /// It is an electronic invoice.
    pub einvoice: Option<Keyed<Einvoice>>,
    /// `true`: a mail without it is no mistake.
    pub optional: Option<At<bool>>,
}

/// The rows of a table in the HTML body.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MailTable {
    /// Columns by which it is known: the only table with a row that names them all.
    pub header: Option<At<OneOrMany<At<Text>>>>,
}

/// What is done with quoted replies and signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Quoted {
    /// They are part of the body.
    Keep,
    /// They are cut off.
    Cut,
}

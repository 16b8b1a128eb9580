//! What a source looks up itself, because the values do not stand in the cells of a table: parts of a mail, places in a
//! text. The source puts what it finds into the row beside the cells, by the number that [`Finder::Pick`] has among the
//! fields of the recipe that are picked.
//!
//! [`Finder::Pick`]: super::Finder::Pick

use regex::Regex;

use super::{JsonPath, TermPath, XmlPath};
use crate::diagnostic::At;

/// What is looked up for each row.
#[derive(Clone, Debug)]
pub enum Pick {
    /// `path:` in XML, JSON or an e-invoice.
    Path {
        /// Where it leads; of several paths the first counts that leads somewhere.
        paths: Vec<DataPath>,
        /// `first: true`: of several places the first one counts.
        first: bool,
        /// `label:` or `text:` beside it: what is looked up in the text of a PDF that has no e-invoice inside.
        text: Option<Box<Pick>>,
    },
    /// `header:` the header of a mail with this name, decoded.
    Header(At<String>),
    /// `subject:` the group of a pattern in a mail's subject.
    Subject(Regex),
    /// `body:` the group of a pattern in a mail's text.
    Body(Regex),
    /// `text:` the group of a pattern in a document's text.
    Text(Regex),
    /// `label:` the value after or below a caption in a text.
    Label(At<String>),
    /// `file: true`: the file itself, for uploads.
    File,
    /// `mail.from` and the like: what expressions know of the mail that a row came with.
    Mail(MailPart),
}

/// What expressions know of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailPart {
    /// `mail.from`: the sender's address.
    From,
    /// `mail.from_name`: the sender's name.
    FromName,
    /// `mail.to`: all that it is sent to.
    To,
    /// `mail.subject`.
    Subject,
    /// `mail.date`: when it was sent, in the sender's zone.
    Date,
    /// `mail.message_id`; a hash of the mail where it has none.
    MessageId,
    /// `mail.attachment`: the name of the attachment at hand.
    Attachment,
}

impl Pick {
    /// What is looked up in a PDF's text in its stead.
    pub fn in_text(&self) -> Option<&Self> {
        match self {
            Pick::Path { text, .. } => text.as_deref(),
            _ => None,
        }
    }
}

impl MailPart {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::From, Self::FromName, Self::To, Self::Subject, Self::Date, Self::MessageId, Self::Attachment];

    /// How expressions name it.
    pub fn word(self) -> &'static str {
        match self {
            MailPart::From => "mail.from",
            MailPart::FromName => "mail.from_name",
            MailPart::To => "mail.to",
            MailPart::Subject => "mail.subject",
            MailPart::Date => "mail.date",
            MailPart::MessageId => "mail.message_id",
            MailPart::Attachment => "mail.attachment",
        }
    }
}

/// A path, in the words of the kind of source.
#[derive(Clone, Debug)]
pub enum DataPath {
    /// Into XML, from the record or from the root.
    Xml(XmlPath),
    /// Into JSON.
    Json {
        /// The path; its `$` is the record, or the whole file.
        path: JsonPath,
        /// Whether its `$` is the whole file (`/$.meta.id`).
        from_root: bool,
    },
    /// To a term of an e-invoice.
    Term(TermPath),
}

//! One mail, whatever it was stored as: who wrote what to whom and when, its text, and what is attached. Plain data; how
//! it comes out of bytes is the business of the modules beside this one.

use crate::record::{Timestamp, Why};

/// A mail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mail {
    /// Its headers in their order, decoded.
    pub headers: Vec<(String, String)>,
    /// `From`.
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Subject`, decoded.
    pub subject: Option<String>,
    /// `Date`, in its own zone.
    pub date: Option<Timestamp>,
    /// `Message-ID`, with its angle brackets.
    pub message_id: Option<String>,
    /// The first body that is plain text, with line feeds only.
    pub text: Option<String>,
    /// The plain texts that stand behind it, as some programs write them around an attachment.
    pub further: Vec<String>,
    /// The first body that is HTML.
    pub html: Option<String>,
    /// Why the plain texts are not what was sent; none where they are.
    pub text_damage: Option<Why>,
    /// Why the HTML is not what was sent; none where it is.
    pub html_damage: Option<Why>,
    /// Whether it ends before its last part does: more parts may have been there.
    pub cut_off: bool,
    /// What is attached, in its order; parts of the body that are no text among it.
    pub attachments: Vec<Attachment>,
}

/// The address of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The name, where there is one.
    pub name: Option<String>,
    /// The address; empty where only a name is known.
    pub address: String,
}

/// What is attached to a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Its name as the mail says it, decoded; it may hold anything. See [`Attachment::safe_name`].
    pub name: Option<String>,
    /// Its media type, in small letters.
    pub media_type: String,
    /// Its bytes, decoded; none for a mail that Outlook keeps in pieces.
    pub bytes: Vec<u8>,
    /// What it holds, where it is a mail or a container of files.
    pub inner: Inner,
    /// Why its bytes are not what was sent; none where they are.
    pub damage: Option<String>,
}

/// What an attachment holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Inner {
    /// Nothing that could be attached again.
    #[default]
    Nothing,
    /// A mail.
    Mail(Box<Mail>),
    /// Files, as in a zip archive or in `winmail.dat`.
    Files(Vec<Attachment>),
    /// Files that nobody can say anything of: an archive that is damaged, or of a kind that is not opened.
    Closed,
}

impl Mail {
    /// The values of a header, decoded; the name's letters may be small or capital.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let wanted = self.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name));
        wanted.map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Display for Address {
    /// As a mail program shows it: `Einkauf, Nord <einkauf@kunde.example>`, in quotes where others would misread it.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(name) = self.name.as_deref().filter(|name| !name.is_empty()) else {
            return out.write_str(&self.address);
        };
        if name.contains([',', ';', '<', '>', '"', '@', ':', '(', ')']) {
            write!(out, "\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))?;
        } else {
            out.write_str(name)?;
        }
        if self.address.is_empty() { Ok(()) } else { write!(out, " <{}>", self.address) }
    }
}

/// Several addresses, as a mail program shows them.
pub fn in_a_row(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

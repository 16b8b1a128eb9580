//! What the fields of a recipe take from a mail itself: headers, patterns in subject and body, values beside a caption.
//! What stands there more than once with different values is an issue, never the first of them.

use regex::Regex;

use super::label;
use super::message::{Mail, in_a_row};
use super::page::Page;
use super::quoted;
use crate::recipe::model::{EmailSource, MailPart, Pick, SourceKind};
use crate::record::{Cell, Row, Timestamp, Why};

/// A mail as the fields of a recipe see it.
pub(super) struct Seen<'a> {
    mail: &'a Mail,
    body: String,
    /// The body with the empty cells of its tables, in which captions are looked for.
    captioned: String,
    /// Why the body is not what was sent.
    damage: Option<&'a Why>,
    /// What stands in for a Message-ID where there is none.
    hash: &'a str,
    /// Whether captions are looked for in the attachment instead of the mail.
    is_document: bool,
}

impl<'a> Seen<'a> {
    /// A mail of which `hash` is the SHA-256.
    pub fn new(mail: &'a Mail, hash: &'a str, source: &EmailSource) -> Self {
        let content = source.attachment.as_ref().and_then(|choice| choice.content.as_deref());
        let is_document = matches!(content, Some(SourceKind::Pdf(_)));
        let damage = if is_read_as_html(mail) { mail.html_damage.as_ref() } else { mail.text_damage.as_ref() };
        let captioned = with_cells(mail, source.cut_quoted);
        Self { mail, body: body(mail, source.cut_quoted), captioned, damage, hash, is_document }
    }

    /// Looks all of it up; `attachment` is the name of the attachment at hand, `file` how its file is called for uploads.
    pub fn pick(&self, picks: &[Pick], attachment: Option<&str>, file: Option<&str>, row: &mut Row) {
        let captions: Vec<String> = picks
            .iter()
            .filter_map(|pick| if let Pick::Label(caption) = pick { Some(caption.value.clone()) } else { None })
            .collect();
        for (number, pick) in picks.iter().enumerate() {
            let picked = match pick {
                Pick::Header(name) => self.header(name),
                Pick::Subject(pattern) => self
                    .header("Subject")
                    .and_then(|_| group(self.mail.subject.as_deref().unwrap_or_default(), pattern)),
                // Of a document that has a text itself, the document's is meant.
                Pick::Label(_) if self.is_document => Ok(None),
                Pick::Body(_) | Pick::Label(_) if self.damage.is_some() => match self.damage {
                    Some(why) => Err(why.clone()),
                    None => Ok(None),
                },
                Pick::Body(pattern) => group(&self.body, pattern),
                Pick::Label(caption) => label::value(&self.captioned, caption, &captions),
                Pick::File => Ok(file.map(str::to_owned)),
                Pick::Mail(MailPart::Attachment) => Ok(attachment.map(str::to_owned)),
                Pick::Mail(part) => self.part(*part),
                _ => Ok(None),
            };
            match &picked {
                Ok(Some(text)) if text.contains(char::REPLACEMENT_CHARACTER) => {
                    row.pick(number, Cell::Wrong(&Why::LostLetters { found: text.clone() }));
                }
                Ok(Some(text)) if text.chars().any(is_control) => {
                    row.pick(number, Cell::Wrong(&Why::ControlLetter { found: text.clone() }));
                }
                Ok(Some(text)) => row.pick(number, Cell::Text(text)),
                Ok(None) => {}
                Err(why) => row.pick(number, Cell::Wrong(why)),
            }
        }
    }

    fn header(&self, name: &str) -> Result<Option<String>, Why> {
        one(name, self.mail.header(name).filter(|value| !value.is_empty()))
    }

    fn part(&self, part: MailPart) -> Result<Option<String>, Why> {
        let mail = self.mail;
        // What may stand there once only says nothing where it stands there twice.
        match part {
            MailPart::From | MailPart::FromName => {
                drop(one("From", mail.from.iter().map(|from| from.address.as_str()))?)
            }
            MailPart::Subject => drop(self.header("Subject")?),
            MailPart::Date => drop(self.header("Date")?),
            MailPart::MessageId => drop(self.header("Message-ID")?),
            MailPart::To | MailPart::Attachment => {}
        }
        let sender = mail.from.first();
        Ok(match part {
            MailPart::From => sender.map(|sender| sender.address.clone()),
            MailPart::FromName => sender.and_then(|sender| sender.name.clone()),
            MailPart::To => (!mail.to.is_empty()).then(|| in_a_row(&mail.to)),
            MailPart::Subject => mail.subject.clone(),
            MailPart::Date => mail.date.map(|date| {
                let whole = date.civil.with().subsec_nanosecond(0).build().unwrap_or(date.civil);
                Timestamp { civil: whole, ..date }.to_string()
            }),
            MailPart::MessageId => Some(mail.message_id.clone().unwrap_or_else(|| format!("sha256:{}", self.hash))),
            MailPart::Attachment => None,
        })
    }
}

/// Whether a letter is a code for devices (NUL, ESC), which nobody has typed.
fn is_control(letter: char) -> bool {
    letter.is_ascii_control() && !matches!(letter, '\t' | '\n' | '\r')
}

/// Whether the HTML is what a person sees of a mail: some programs write an empty plain text beside it.
fn is_read_as_html(mail: &Mail) -> bool {
    let is_blank = |text: &String| text.trim().is_empty();
    mail.html.is_some() && mail.text.as_ref().is_none_or(is_blank) && mail.further.iter().all(is_blank)
}

/// The text of a mail: its plain text, or what a person reads of its HTML.
pub(super) fn body(mail: &Mail, cut_quoted: bool) -> String {
    let text = with_cells(mail, cut_quoted);
    if !is_read_as_html(mail) {
        return text;
    }
    // Only who looks for captions needs to know of empty cells at the ends of a row.
    let lines: Vec<&str> = text.lines().map(|line| line.trim_matches([' ', '\t'])).collect();
    lines.join("\n")
}

/// The text of a mail with the empty cells of its tables.
fn with_cells(mail: &Mail, cut_quoted: bool) -> String {
    let Some(text) = mail.text.as_ref().filter(|_| !is_read_as_html(mail)) else {
        let page = mail.html.as_deref().and_then(Page::new);
        let text = page.map_or_else(String::new, |page| page.text(cut_quoted));
        return if cut_quoted { quoted::cut(&text) } else { text };
    };
    let mut body = if cut_quoted { quoted::cut(text) } else { text.clone() };
    for further in &mail.further {
        body.push('\n');
        body.push_str(further);
    }
    body
}

/// The group of a pattern, searched for in a text.
fn group(text: &str, pattern: &Regex) -> Result<Option<String>, Why> {
    let matches = pattern.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str().trim());
    one(pattern.as_str(), matches.filter(|found| !found.is_empty()))
}

/// The only value, be it written once or several times.
fn one<'v>(wanted: &str, values: impl Iterator<Item = &'v str>) -> Result<Option<String>, Why> {
    let mut different: Vec<&str> = Vec::new();
    for value in values {
        if !different.contains(&value) {
            different.push(value);
        }
        // More than a few need not be told apart.
        if different.len() > 20 {
            break;
        }
    }
    match different.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        several => {
            let found = several.iter().map(|value| (*value).to_owned()).collect();
            Err(Why::TextTwice { wanted: wanted.to_owned(), found })
        }
    }
}

//! A mail as Outlook saves it (MS-OXMSG): a compound file whose streams are MAPI properties, and whose storages are
//! recipients, attachments, and mails within the mail.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;
use encoding_rs::Encoding;
use jiff::tz::Offset;

use super::charset::{self, charset_of};
use super::message::{Address, Attachment, Inner, Mail};
use super::mime::{self, DEEPEST};
use super::rtf::{self, Body};
use crate::record::Timestamp;

/// The first bytes of every compound file.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The most recipients and attachments that are looked for.
const MOST_STORAGES: usize = 4_096;

/// Property types (MS-OXCDATA, section 2.11.1).
const UNICODE: u16 = 0x001f;
const STRING8: u16 = 0x001e;
const BINARY: u16 = 0x0102;
const OBJECT: u16 = 0x000d;
const LONG: u16 = 0x0003;
const TIME: u16 = 0x0040;

/// Properties (MS-OXPROPS).
mod tag {
    pub const SUBJECT: u16 = 0x0037;
    pub const SUBMITTED: u16 = 0x0039;
    pub const SENT_FOR_NAME: u16 = 0x0042;
    pub const SENT_FOR_ADDRESS: u16 = 0x0065;
    pub const HEADERS: u16 = 0x007d;
    pub const RECIPIENT_TYPE: u16 = 0x0c15;
    pub const SENDER_NAME: u16 = 0x0c1a;
    pub const SENDER_ADDRESS: u16 = 0x0c1f;
    pub const DISPLAY_TO: u16 = 0x0e04;
    pub const DELIVERED: u16 = 0x0e06;
    pub const BODY: u16 = 0x1000;
    pub const RTF: u16 = 0x1009;
    pub const HTML: u16 = 0x1013;
    pub const MESSAGE_ID: u16 = 0x1035;
    pub const NAME: u16 = 0x3001;
    pub const ADDRESS: u16 = 0x3003;
    pub const CREATED: u16 = 0x3007;
    pub const DATA: u16 = 0x3701;
    pub const FILE_NAME: u16 = 0x3704;
    pub const METHOD: u16 = 0x3705;
    pub const LONG_FILE_NAME: u16 = 0x3707;
    pub const MEDIA_TYPE: u16 = 0x370e;
    pub const SMTP_ADDRESS: u16 = 0x39fe;
    pub const INTERNET_CODE_PAGE: u16 = 0x3fde;
    pub const LOCALE: u16 = 0x3ff1;
    pub const CODE_PAGE: u16 = 0x3ffd;
    pub const SENDER_SMTP: u16 = 0x5d01;
    pub const SENT_FOR_SMTP: u16 = 0x5d02;
}

/// Reads a mail.
///
/// # Errors
/// Why it cannot be read, in words that go on from "the mail".
pub(super) fn read(bytes: Vec<u8>) -> Result<Mail, String> {
    if bytes.len() as u64 > mime::LONGEST {
        return Err(format!("is longer than {} MB", mime::LONGEST >> 20));
    }
    let longest = bytes.len() as u64;
    let file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| format!("is damaged: {error}"))?;
    let mut store = Store { file, longest, unreadable: None };
    let root = PathBuf::from("/");
    if !store.file.exists(root.join("__properties_version1.0")) {
        return Err("is no mail of Outlook: it has no properties".to_owned());
    }
    let level = store.level(root, 32, None);
    let mail = store.mail(&level, 0);
    // What a recipe looks for may stand in it.
    match store.unreadable {
        Some(why) => Err(format!("has a text that cannot be read: {why}")),
        None => Ok(mail),
    }
}

/// The compound file.
struct Store {
    file: CompoundFile<Cursor<Vec<u8>>>,
    longest: u64,
    /// Why the text of a mail cannot be read.
    unreadable: Option<String>,
}

/// A storage with properties.
struct Level {
    path: PathBuf,
    /// The properties that stand in the list itself: tag, type, and eight bytes.
    fixed: Vec<(u16, u16, [u8; 8])>,
    charset: Option<&'static Encoding>,
}

impl Level {
    fn fixed(&self, tag: u16, kind: u16) -> Option<[u8; 8]> {
        self.fixed.iter().find(|(found, of, _)| (*found, *of) == (tag, kind)).map(|(_, _, value)| *value)
    }

    fn long(&self, tag: u16) -> Option<u32> {
        self.fixed(tag, LONG).map(|value| u32::from_le_bytes([value[0], value[1], value[2], value[3]]))
    }

    /// A time, which MAPI counts in 100 nanoseconds since 1601.
    fn time(&self, tag: u16) -> Option<Timestamp> {
        let since_1601 = i64::try_from(u64::from_le_bytes(self.fixed(tag, TIME)?)).ok().filter(|time| *time > 0)?;
        let milliseconds = since_1601 / 10_000 - 11_644_473_600_000;
        let moment = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
        Some(Timestamp { civil: Offset::UTC.to_datetime(moment), offset: Some(Offset::UTC) })
    }
}

impl Store {
    /// Reads the list of properties of a storage, whose head has a length that depends on what it is.
    fn level(&mut self, path: PathBuf, head: usize, outer: Option<&'static Encoding>) -> Level {
        let list = self.stream(&path.join("__properties_version1.0")).unwrap_or_default();
        let fixed = list.get(head..).unwrap_or_default().chunks_exact(16).map(|entry| {
            let word = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
            let mut value = [0; 8];
            value.copy_from_slice(&entry[8..16]);
            (word(2), word(0), value)
        });
        let mut level = Level { path, fixed: fixed.collect(), charset: outer };
        let page = [tag::CODE_PAGE, tag::INTERNET_CODE_PAGE].into_iter().find_map(|tag| level.long(tag));
        let page = page.or_else(|| level.long(tag::LOCALE).and_then(code_page_of));
        level.charset = page.and_then(charset_of).or(outer);
        level
    }

    fn stream(&mut self, path: &Path) -> Option<Vec<u8>> {
        let mut stream = self.file.open_stream(path).ok()?;
        // Its length is what the file says of it.
        if stream.len() > self.longest {
            return None;
        }
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn property(&mut self, level: &Level, tag: u16, kind: u16) -> Option<Vec<u8>> {
        self.stream(&level.path.join(format!("__substg1.0_{tag:04X}{kind:04X}")))
    }

    fn text(&mut self, level: &Level, tag: u16) -> Option<String> {
        let text = if let Some(bytes) = self.property(level, tag, UNICODE) {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        } else {
            let bytes = self.property(level, tag, STRING8)?;
            match level.charset {
                Some(encoding) => encoding.decode_without_bom_handling(&bytes).0.into_owned(),
                None => charset::plain(&bytes),
            }
        };
        let text = text.trim_end_matches('\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn first_text(&mut self, level: &Level, tags: &[u16]) -> Option<String> {
        tags.iter().find_map(|tag| self.text(level, *tag)).map(|text| text.trim().to_owned())
    }

    fn mail(&mut self, level: &Level, depth: usize) -> Mail {
        // A mail that came in keeps its headers as they were sent; they say more than the properties made of them.
        let sent = self.text(level, tag::HEADERS).map(|text| text.trim_start().to_owned() + "\r\n\r\n");
        let sent = sent.and_then(|headers| mime::read(headers.as_bytes()).ok());
        let mut mail = Mail::default();
        if let Some(sent) = sent {
            mail.headers = sent.headers;
            (mail.from, mail.to, mail.date, mail.message_id) = (sent.from, sent.to, sent.date, sent.message_id);
        }
        mail.subject = self.first_text(level, &[tag::SUBJECT]);
        if mail.from.is_empty() {
            let smtp = [tag::SENDER_SMTP, tag::SENT_FOR_SMTP, tag::SENDER_ADDRESS, tag::SENT_FOR_ADDRESS];
            let name = self.first_text(level, &[tag::SENDER_NAME, tag::SENT_FOR_NAME]);
            mail.from.extend(person(name, self.first_text(level, &smtp)));
        }
        let inside = self.storages(level);
        if mail.to.is_empty() {
            mail.to = self.recipients(level, &inside);
        }
        let times = [tag::SUBMITTED, tag::DELIVERED, tag::CREATED];
        mail.date = mail.date.or_else(|| times.into_iter().find_map(|tag| level.time(tag)));
        mail.message_id = mail.message_id.or_else(|| self.first_text(level, &[tag::MESSAGE_ID]));
        mail.text = self.text(level, tag::BODY).map(charset::lines);
        mail.html = self.html(level).map(charset::lines);
        if mail.html.is_none() {
            self.rtf(level, &mut mail);
        }
        for path in inside.iter().filter(|path| is_named(path, "__attach_version1.0_")) {
            let level = self.level(path.clone(), 8, level.charset);
            mail.attachments.push(self.attachment(&level, depth));
        }
        mail
    }

    /// The storages in a storage, in the order of their numbers.
    fn storages(&self, level: &Level) -> Vec<PathBuf> {
        let entries = self.file.read_storage(&level.path).into_iter().flatten();
        let storages = entries.filter(|entry| entry.is_storage()).map(|entry| entry.path().to_owned());
        let mut storages: Vec<PathBuf> = storages.take(MOST_STORAGES).collect();
        storages.sort();
        storages
    }

    fn recipients(&mut self, level: &Level, inside: &[PathBuf]) -> Vec<Address> {
        const TO: u32 = 1;
        let mut to = Vec::new();
        for path in inside.iter().filter(|path| is_named(path, "__recip_version1.0_")) {
            let recipient = self.level(path.clone(), 8, level.charset);
            if recipient.long(tag::RECIPIENT_TYPE).unwrap_or(TO) & 0xf == TO {
                let name = self.first_text(&recipient, &[tag::NAME]);
                to.extend(person(name, self.first_text(&recipient, &[tag::SMTP_ADDRESS, tag::ADDRESS])));
            }
        }
        if to.is_empty() {
            let shown = self.first_text(level, &[tag::DISPLAY_TO]).unwrap_or_default();
            to.extend(shown.split(';').filter_map(|name| person(Some(name.trim().to_owned()), None)));
        }
        to
    }

    fn html(&mut self, level: &Level) -> Option<String> {
        if let Some(bytes) = self.property(level, tag::HTML, BINARY) {
            let page = level.long(tag::INTERNET_CODE_PAGE).and_then(charset_of);
            let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
            return Some(charset::text(bytes, page.map(Encoding::name)));
        }
        self.text(level, tag::HTML)
    }

    /// The body as RTF, in which Outlook also wraps HTML: what the other properties do not say.
    fn rtf(&mut self, level: &Level, mail: &mut Mail) {
        let Some(packed) = self.property(level, tag::RTF, BINARY) else { return };
        match rtf::read(&packed) {
            Ok(Body::Html(html)) => mail.html = Some(charset::lines(html)),
            Ok(Body::Text(text)) if mail.text.is_none() => mail.text = Some(charset::lines(text)),
            Err(why) if mail.text.is_none() => self.unreadable = Some(why),
            _ => {}
        }
    }

    fn attachment(&mut self, level: &Level, depth: usize) -> Attachment {
        const EMBEDDED: u32 = 5;
        let name = self.first_text(level, &[tag::LONG_FILE_NAME, tag::FILE_NAME, tag::NAME]);
        let name = name.filter(|name| !name.is_empty());
        let media_type = self.first_text(level, &[tag::MEDIA_TYPE]).map(|text| text.to_ascii_lowercase());
        let object = level.path.join(format!("__substg1.0_{:04X}{OBJECT:04X}", tag::DATA));
        if level.long(tag::METHOD) == Some(EMBEDDED) || self.file.is_storage(&object) {
            let is_mail = self.file.exists(object.join("__properties_version1.0"));
            let inner = if is_mail && depth < DEEPEST {
                let level = self.level(object, 24, level.charset);
                Inner::Mail(Box::new(self.mail(&level, depth + 1)))
            } else {
                Inner::Nothing
            };
            let usual = if is_mail { "message/rfc822" } else { "application/octet-stream" };
            let media_type = media_type.unwrap_or_else(|| usual.to_owned());
            return Attachment { name, media_type, bytes: Vec::new(), inner, damage: None };
        }
        let bytes = self.property(level, tag::DATA, BINARY);
        let damage = bytes.is_none().then(|| "its bytes are not in the file".to_owned());
        let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        Attachment { name, media_type, bytes: bytes.unwrap_or_default(), inner: Inner::Nothing, damage }
    }
}

fn is_named(path: &Path, start: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
}

/// A person by name and address, as far as they are known. The address of a colleague in the same house is a path in its
/// directory, which nobody can write to.
fn person(name: Option<String>, address: Option<String>) -> Option<Address> {
    let address = address.filter(|address| address.contains('@')).unwrap_or_default();
    let name = name.map(|name| name.trim_matches('\'').to_owned()).filter(|name| !name.is_empty() && *name != address);
    (name.is_some() || !address.is_empty()).then_some(Address { name, address })
}

/// The Windows code page of a locale, for mails that state no code page.
fn code_page_of(locale: u32) -> Option<u32> {
    Some(match locale & 0x3ff {
        0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x24 => 1250,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2f => 1251,
        0x08 => 1253,
        0x1f => 1254,
        0x0d => 1255,
        0x01 => 1256,
        0x25..=0x27 => 1257,
        0x11 => 932,
        0x12 => 949,
        0x04 if matches!(locale, 0x0804 | 0x1004) => 936,
        0x04 => 950,
        _ => 1252,
    })
}

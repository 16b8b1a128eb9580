//! A mail as it was sent (RFC 5322 and MIME). `mail-parser` takes it apart; which part is the body and which is attached is
//! decided here, as mail programs show it, and what the parser gives up on (broken Base64, headers that are not ASCII) is
//! read as far as it can be.

use jiff::fmt::rfc2822::DateTimeParser;
use mail_parser::parsers::MessageStream;
use mail_parser::{
    Address as Parsed, ContentType, Encoding, Header, HeaderName, HeaderValue, Message, MessageParser, MessagePart,
    PartType,
};

use super::message::{Address, Attachment, Inner, Mail};
use super::{charset, parameter};
use crate::record::{Timestamp, Why};

/// The longest mail that is read; servers refuse longer ones.
pub(super) const LONGEST: u64 = 150 << 20;

/// How deep mails may be attached to mails.
pub(super) const DEEPEST: usize = 8;

/// The most multiparts and attached mails in a mail. The parser looks through the rest of the mail for the end of each.
const MOST_PARTS: usize = 1_000;

/// How deep multiparts may be nested; what is deeper is not looked at.
const DEEPEST_PART: usize = 64;

/// Reads a mail.
///
/// # Errors
/// Why it cannot be read, in words that go on from "the mail".
pub(super) fn read(bytes: &[u8]) -> Result<Mail, String> {
    if bytes.len() as u64 > LONGEST {
        return Err(format!("is longer than {} MB", LONGEST >> 20));
    }
    let parts =
        memchr::memmem::find_iter(bytes, b"oundary").count() + memchr::memmem::find_iter(bytes, b"essage/").count();
    if parts > MOST_PARTS {
        return Err(format!("has more than {MOST_PARTS} parts within parts"));
    }
    let parser = MessageParser::new().with_mime_headers();
    let message = parser.parse(bytes).filter(|message| !message.parts.is_empty());
    let message = message.ok_or_else(|| "has no headers: it is no mail".to_owned())?;
    // The names of headers are letters, digits and hyphens in all mails that there are.
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if !message.parts[0].headers.iter().any(|header| is_name(header.name.as_str())) {
        return Err("has no headers: it is no mail".to_owned());
    }
    Ok(mail(&message, bytes, bytes.len(), 0))
}

/// A mail that ends at `end` of the bytes that its places belong to.
fn mail(message: &Message<'_>, raw: &[u8], end: usize, depth: usize) -> Mail {
    let mut mail = Mail::default();
    let Some(root) = message.parts.first() else { return mail };
    headers(&mut mail, &root.headers, raw);
    mail.cut_off = is_cut_off(root, raw, end);
    let mut walk = Walk { message, raw, depth, mail, named: None };
    walk.part(0, Role::Body, 0);
    walk.finish()
}

/// Whether a mail ends before it is complete: its outermost multipart is not closed, or its Base64 code stops in the middle.
/// An inner multipart that is not closed is a fault of the program that wrote it, and all is there.
fn is_cut_off(root: &MessagePart<'_>, raw: &[u8], end: usize) -> bool {
    let content = raw.get(root.offset_body as usize..end).unwrap_or_default();
    let kind = content_type(root, raw);
    match (&root.body, kind.as_ref().and_then(|kind| kind.attribute("boundary"))) {
        (PartType::Multipart(_), Some(boundary)) => {
            let last = format!("--{boundary}--");
            let starts_line = |at: usize| at == 0 || content[at - 1] == b'\n';
            !memchr::memmem::find_iter(content, last.as_bytes()).any(starts_line)
        }
        (PartType::Multipart(_) | PartType::Message(_), _) => false,
        _ => is_base64(root) && content.iter().filter(|byte| !byte.is_ascii_whitespace()).count() % 4 != 0,
    }
}

/// What a part is to the mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It may be the body, or a part of it.
    Body,
    /// It is something that the body shows, or attached.
    Beside,
}

struct Walk<'a> {
    message: &'a Message<'a>,
    raw: &'a [u8],
    depth: usize,
    mail: Mail,
    /// A plain text with a name, the body where there is no other.
    named: Option<(usize, String, Option<Why>)>,
}

impl Walk<'_> {
    fn part(&mut self, id: usize, role: Role, level: usize) {
        let Some(part) = self.message.parts.get(id).filter(|_| level < DEEPEST_PART) else { return };
        let kind = content_type(part, self.raw);
        match &part.body {
            PartType::Multipart(children) => {
                let root = is(kind.as_ref(), "multipart", "related").then(|| self.root_of(children, kind.as_ref()));
                for child in children {
                    let beside = role == Role::Beside || root.is_some_and(|root| root != *child);
                    self.part(*child as usize, if beside { Role::Beside } else { role }, level + 1);
                }
            }
            PartType::Message(inner) => {
                let raw = self.raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
                // A mail in Base64 has bytes of its own, to which its places belong.
                let within = if part.encoding == Encoding::None { self.raw } else { inner.raw_message() };
                let bytes = if part.encoding == Encoding::None { raw } else { inner.raw_message() };
                let end = if part.encoding == Encoding::None { part.offset_end as usize } else { within.len() };
                let opened = if self.depth < DEEPEST {
                    Inner::Mail(Box::new(mail(inner, within, end, self.depth + 1)))
                } else {
                    Inner::Closed
                };
                self.attach(part, kind.as_ref(), bytes.to_vec(), None, opened);
            }
            PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) => {
                self.leaf(id, part, kind.as_ref(), role);
            }
        }
    }

    /// The part of a related multipart that shows the others.
    fn root_of(&self, children: &[u32], kind: Option<&ContentType<'_>>) -> u32 {
        let start = kind.and_then(|kind| kind.attribute("start")).map(|id| id.trim_matches(['<', '>', ' ']));
        let has_id = |child: &&u32| {
            let part = self.message.parts.get(**child as usize);
            let id = part.and_then(|part| value(part, &HeaderName::ContentId)?.as_text());
            start.is_some_and(|start| id.is_some_and(|id| id.trim_matches(['<', '>', ' ']) == start))
        };
        children.iter().find(has_id).or(children.first()).copied().unwrap_or_default()
    }

    fn leaf(&mut self, id: usize, part: &MessagePart<'_>, kind: Option<&ContentType<'_>>, role: Role) {
        let name = name(part, kind, self.raw);
        let is_attached = disposition(part, self.raw).is_some_and(|how| how.c_type.eq_ignore_ascii_case("attachment"));
        // A type without its second half is none (RFC 2045, section 5.2).
        let is_plain = kind.is_none_or(|kind| kind.c_subtype.is_none()) || is(kind, "text", "plain");
        let is_html = is(kind, "text", "html");
        let (bytes, damage) = bytes_of(part, self.raw);
        if role == Role::Body && !is_attached && (is_plain || is_html) {
            let text = charset::lines(charset::text(&bytes, kind.and_then(|kind| kind.attribute("charset"))));
            let is_last = id + 1 == self.message.parts.len();
            let why = if self.mail.cut_off && is_last {
                Some(Why::MailCutOff)
            } else {
                damage.as_ref().map(|_| Why::DamagedText)
            };
            match (is_html, &name) {
                (true, None) if self.mail.html.is_none() => {
                    self.mail.html = Some(text);
                    self.mail.html_damage = why;
                    return;
                }
                (false, None) if self.mail.text.is_none() => {
                    self.mail.text = Some(text);
                    self.mail.text_damage = why;
                    return;
                }
                (false, None) => {
                    self.mail.further.push(text);
                    self.mail.text_damage = self.mail.text_damage.take().or(why);
                }
                (false, Some(_)) if self.named.is_none() => self.named = Some((self.mail.attachments.len(), text, why)),
                _ => {}
            }
        }
        self.attach(part, kind, bytes, damage, Inner::Nothing);
    }

    fn attach(
        &mut self,
        part: &MessagePart<'_>,
        kind: Option<&ContentType<'_>>,
        bytes: Vec<u8>,
        damage: Option<String>,
        inner: Inner,
    ) {
        let media_type = match (kind, &inner) {
            (Some(kind), _) => {
                let minor = kind.c_subtype.as_deref().map(|minor| format!("/{minor}")).unwrap_or_default();
                format!("{}{minor}", kind.c_type).to_ascii_lowercase()
            }
            (None, Inner::Mail(_)) => "message/rfc822".to_owned(),
            (None, _) => "text/plain".to_owned(),
        };
        let name = name(part, kind, self.raw);
        self.mail.attachments.push(Attachment { name, media_type, bytes, inner, damage });
    }

    /// A mail whose only text has a name is that text.
    fn finish(mut self) -> Mail {
        if self.mail.text.is_none()
            && self.mail.html.is_none()
            && let Some((at, text, why)) = self.named
        {
            self.mail.attachments.remove(at);
            self.mail.text = Some(text);
            self.mail.text_damage = why;
        }
        self.mail
    }
}

fn is(kind: Option<&ContentType<'_>>, major: &str, minor: &str) -> bool {
    kind.is_some_and(|kind| {
        kind.c_type.eq_ignore_ascii_case(major)
            && kind.c_subtype.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(minor))
    })
}

fn value<'a, 'x>(part: &'a MessagePart<'x>, name: &HeaderName<'_>) -> Option<&'a HeaderValue<'x>> {
    part.headers.iter().find(|header| header.name == *name).map(|header| &header.value)
}

fn content_type<'a>(part: &'a MessagePart<'a>, raw: &[u8]) -> Option<ContentType<'a>> {
    structured(part, &HeaderName::ContentType, raw)
}

fn disposition<'a>(part: &'a MessagePart<'a>, raw: &[u8]) -> Option<ContentType<'a>> {
    structured(part, &HeaderName::ContentDisposition, raw)
}

/// A header with parameters. Of letters that are neither ASCII nor UTF-8 the parser makes replacement characters, so such
/// a header is read again.
fn structured<'a>(part: &'a MessagePart<'a>, name: &HeaderName<'_>, raw: &[u8]) -> Option<ContentType<'a>> {
    let header = part.headers.iter().find(|header| header.name == *name)?;
    match readable(header, raw) {
        None => header.value.as_content_type().cloned(),
        Some(text) => match MessageStream::new(text.as_bytes()).parse_content_type().into_owned() {
            HeaderValue::ContentType(kind) => Some(kind),
            _ => None,
        },
    }
}

/// The text of a header that is not UTF-8; none where it is.
fn readable(header: &Header<'_>, raw: &[u8]) -> Option<String> {
    let bytes = raw.get(header.offset_start as usize..header.offset_end as usize)?;
    std::str::from_utf8(bytes).is_err().then(|| charset::plain(&charset::mend_words(bytes)) + "\r\n")
}

/// The name of a part: of its disposition, else of its type.
fn name(part: &MessagePart<'_>, kind: Option<&ContentType<'_>>, raw: &[u8]) -> Option<String> {
    let pieces = |name: &HeaderName<'_>, wanted: &str| {
        let header = part.headers.iter().find(|header| header.name == *name)?;
        let bytes = raw.get(header.offset_start as usize..header.offset_end as usize)?;
        parameter::in_pieces(&charset::plain(bytes), wanted)
    };
    let in_pieces = pieces(&HeaderName::ContentDisposition, "filename");
    if let Some(name) = in_pieces.or_else(|| pieces(&HeaderName::ContentType, "name")) {
        return Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    }
    let disposition = disposition(part, raw);
    let stated = disposition.as_ref().and_then(|how| how.attribute("filename"));
    let name = stated.or_else(|| kind?.attribute("name"))?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The bytes of a part, decoded. What the parser gave up on is decoded as far as it goes, and said to be damaged.
fn bytes_of(part: &MessagePart<'_>, raw: &[u8]) -> (Vec<u8>, Option<String>) {
    let encoded = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let lost = encoded.trim_ascii().is_empty().then(|| without_headers(part, raw)).flatten();
    if let Some(body) = lost {
        return if is_base64(part) { base64(body) } else { (quoted_printable(body), None) };
    }
    let stated = value(part, &HeaderName::ContentTransferEncoding).and_then(HeaderValue::as_text).unwrap_or_default();
    if is_base64(part) {
        return base64(encoded);
    }
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => (bytes.to_vec(), None),
        _ if stated.trim().eq_ignore_ascii_case("quoted-printable") => (quoted_printable(encoded), None),
        _ => (encoded.to_vec(), None),
    }
}

fn is_base64(part: &MessagePart<'_>) -> bool {
    let stated = value(part, &HeaderName::ContentTransferEncoding).and_then(HeaderValue::as_text);
    stated.is_some_and(|how| how.trim().eq_ignore_ascii_case("base64"))
}

/// The body of a part whose headers are not ended by an empty line: it begins at the first line that is no header.
fn without_headers<'r>(part: &MessagePart<'_>, raw: &'r [u8]) -> Option<&'r [u8]> {
    let head = raw.get(part.offset_header as usize..part.offset_body as usize)?;
    let mut at = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let is_header = line.starts_with(b" ")
            || line.starts_with(b"\t")
            || line.trim_ascii().is_empty()
            || line
                .iter()
                .position(|byte| *byte == b':')
                .is_some_and(|end| line[..end].iter().all(u8::is_ascii_graphic));
        if !is_header {
            return Some(&head[at..]);
        }
        at += line.len();
    }
    None
}

/// Base64 with all that does not belong into it left out.
fn base64(encoded: &[u8]) -> (Vec<u8>, Option<String>) {
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    use base64::{Engine, alphabet};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let (mut letters, mut strange) = (Vec::with_capacity(encoded.len()), 0_usize);
    for byte in encoded {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => letters.push(*byte),
            b'=' | b'\r' | b'\n' | b' ' | b'\t' => {}
            _ => strange += 1,
        }
    }
    // One letter alone is less than a byte.
    let lost = letters.len() % 4 == 1;
    if lost {
        letters.pop();
    }
    let damage = (strange > 0 || lost).then(|| "its Base64 code is damaged".to_owned());
    (LENIENT.decode(&letters).unwrap_or_default(), damage)
}

/// Quoted-printable with what is not well-formed left as it stands (RFC 2045, section 6.7).
fn quoted_printable(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    for line in encoded.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        let ending = &line[line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1)..];
        let mut rest = content;
        let mut soft = false;
        while let [first, tail @ ..] = rest {
            rest = tail;
            if *first != b'=' {
                bytes.push(*first);
                continue;
            }
            match tail {
                [] => soft = true,
                [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    let digit = |byte: u8| (byte as char).to_digit(16).map_or(0, |digit| digit as u8);
                    bytes.push(digit(*high) << 4 | digit(*low));
                    rest = after;
                }
                _ => bytes.push(b'='),
            }
        }
        if !soft {
            bytes.extend_from_slice(ending);
        }
    }
    bytes
}

/// The headers of a mail, and what is known by them.
fn headers(mail: &mut Mail, headers: &[Header<'_>], raw: &[u8]) {
    for header in headers {
        let Some(bytes) = raw.get(header.offset_start as usize..header.offset_end as usize) else { continue };
        let text = charset::plain(&charset::mend_words(bytes)) + "\r\n";
        let stream = || MessageStream::new(text.as_bytes());
        let unfolded = || text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let decoded = match stream().parse_unstructured() {
            HeaderValue::Text(decoded) => decoded.trim().to_owned(),
            _ => String::new(),
        };
        match &header.name {
            HeaderName::From => {
                // A second sender must not go unseen, wherever it stands.
                for sender in addresses(&stream().parse_address()) {
                    if !mail.from.contains(&sender) {
                        mail.from.push(sender);
                    }
                }
            }
            HeaderName::To => mail.to.extend(addresses(&stream().parse_address())),
            HeaderName::Subject if mail.subject.is_none() => mail.subject = Some(decoded.clone()),
            HeaderName::Date if mail.date.is_none() => mail.date = date(&unfolded()),
            HeaderName::MessageId if mail.message_id.is_none() => {
                mail.message_id = Some(unfolded()).filter(|id| !id.is_empty());
            }
            _ => {}
        }
        mail.headers.push((header.name.as_str().to_owned(), decoded));
    }
}

fn addresses(value: &HeaderValue<'_>) -> Vec<Address> {
    let one = |address: &mail_parser::Addr<'_>| {
        let name = address.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        Address { name, address: address.address.as_deref().unwrap_or_default().trim().to_owned() }
    };
    match value {
        HeaderValue::Address(Parsed::List(list)) => list.iter().map(one).collect(),
        HeaderValue::Address(Parsed::Group(groups)) => {
            groups.iter().flat_map(|group| group.addresses.iter().map(one)).collect()
        }
        _ => Vec::new(),
    }
}

/// A date (RFC 5322, section 3.3) in its own zone; `-0000` says that nobody knows the zone.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let plain = text.split('(').next().unwrap_or_default();
    // Old programs write `2:32:53`.
    let word = |word: &str| if word.find(':') == Some(1) { format!("0{word}") } else { word.to_owned() };
    let plain: Vec<String> = plain.split_ascii_whitespace().map(word).collect();
    let plain = plain.join(" ");
    let unknown = plain.ends_with("-0000");
    let Ok(zoned) = PARSER.parse_zoned(&plain) else {
        let without_zone = PARSER.parse_zoned(format!("{plain} +0000")).ok()?;
        return Some(Timestamp { civil: without_zone.datetime(), offset: None });
    };
    Some(Timestamp { civil: zoned.datetime(), offset: (!unknown).then(|| zoned.offset()) })
}

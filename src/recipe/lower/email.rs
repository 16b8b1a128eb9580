//! `source: { email: … }` which mails are read, and what of them.

use std::cell::RefCell;

use super::super::model::{
    AttachmentChoice, EmailSource, ImapLogin, ImapSource, ImapTls, MailPlace, OAuth2, PdfSource, Since, SourceKind,
};
use super::super::names::{Fields, Place, Used};
use super::super::raw;
use super::super::yaml::{Keyed, OneOrMany, Text};
use super::source::{self, exclusive, plain};
use super::words::parse_duration;
use super::{Context, auth, document};
use crate::diagnostic::At;
use crate::expression::Template;

const PLACES: [&str; 5] = ["file", "folder", "mbox", "maildir", "imap"];
const CONTENTS: [&str; 6] = ["csv", "excel", "xml", "json", "pdf", "einvoice"];

/// Lowers `email:`.
pub(super) fn email(context: &Context, written: &Keyed<raw::Email>) -> Option<EmailSource> {
    exclusive(context, &written.keys, &PLACES);
    exclusive(context, &written.keys, &["attachment", "table"]);
    let place = place(context, written);
    if let Some(unseen) = written.unseen.as_ref().filter(|unseen| unseen.value)
        && matches!(place, Some(MailPlace::Files(_) | MailPlace::Folder(_) | MailPlace::Mbox(_)))
    {
        let title = "`unseen` is for `imap` and `maildir`: files do not tell whether somebody has read them";
        context.wrong(&unseen.span, title, "take it out; what was entered before is `unchanged` anyway");
    }
    Some(EmailSource {
        from: texts(context, written.from.as_ref(), "the address"),
        subject: texts(context, written.subject.as_ref(), "the subject"),
        unseen: written.unseen.as_ref().is_some_and(|unseen| unseen.value),
        attachment: written.attachment.as_ref().map(|attachment| self::attachment(context, attachment)),
        table: written.table.as_ref().map(|table| self::table(context, table)),
        cut_quoted: written.quoted.as_ref().is_some_and(|quoted| quoted.value == raw::Quoted::Cut),
        place: place?,
    })
}

fn place(context: &Context, written: &Keyed<raw::Email>) -> Option<MailPlace> {
    let folder = |path: &At<Text>| {
        context.not_empty(path, "the folder's path");
        plain(path)
    };
    if let Some(files) = &written.file {
        Some(MailPlace::Files(source::files(context, Some(files), &written.span)))
    } else if let Some(path) = &written.folder {
        Some(MailPlace::Folder(folder(path)))
    } else if let Some(files) = &written.mbox {
        Some(MailPlace::Mbox(source::files(context, Some(files), &written.span)))
    } else if let Some(path) = &written.maildir {
        Some(MailPlace::Maildir(folder(path)))
    } else if let Some(imap) = &written.imap {
        self::imap(context, imap).map(|imap| MailPlace::Imap(Box::new(imap)))
    } else {
        let help = "say where the mails are: `folder: inbox`, `file: inbox/*.eml`, `mbox:`, `maildir:`, or `imap: { host: … }`";
        context.missing(&written.span, "folder", help);
        None
    }
}

fn texts(context: &Context, written: Option<&At<OneOrMany<At<Text>>>>, what: &str) -> Vec<String> {
    let Some(texts) = written else { return Vec::new() };
    if texts.0.is_empty() {
        context.wrong(&texts.span, "the list is empty, so that no mail would be read", "take it out to read all");
    }
    texts.0.iter().map(|text| context.not_empty(text, what)).collect()
}

fn imap(context: &Context, written: &Keyed<raw::Imap>) -> Option<ImapSource> {
    let (no_fields, used) = (Fields::default(), RefCell::new(Used::default()));
    let place = Place::settings(&no_fields, &used);
    // Places and messages name the server.
    let shown = Place { secrets: Err("it is shown, and stored in the journal"), ..place.clone() };
    let tls = written.tls.as_ref().map_or(ImapTls::Tls, |tls| match tls.value {
        raw::ImapTls::Tls => ImapTls::Tls,
        raw::ImapTls::StartTls => ImapTls::StartTls,
        raw::ImapTls::None => ImapTls::None,
    });
    const SHAPE: &str = "write `imap: { host: imap.example.com, user: \"${secrets.IMAP_USER}\", password: \"${secrets.IMAP_PASSWORD}\" }`";
    let host = written.host.as_ref().map(|host| {
        context.not_empty(host, "the server's name");
        if tls == ImapTls::None && !host.contains("${") && !is_this_computer(host) {
            let title = format!("`tls: none` would send the password to `{}` in plain", host.as_str());
            context.wrong(&written.key("tls"), title, "write `tls: tls`, or `starttls` where the server wants that");
        }
        context.template_at(host, &shown)
    });
    if written.host.is_none() {
        context.missing(&written.span, "host", SHAPE);
    }
    if written.user.is_none() {
        context.missing(&written.span, "user", SHAPE);
    }
    exclusive(context, &written.keys, &["password", "oauth2"]);
    let login = match (&written.password, &written.oauth2) {
        (Some(password), _) => Some(ImapLogin::Password(context.template(password, &place))),
        (None, Some(oauth)) => oauth2(context, oauth, &place).map(|oauth| ImapLogin::OAuth2(Box::new(oauth))),
        (None, None) => {
            context.missing(&written.span, "password", SHAPE);
            None
        }
    };
    let folder = |name: &Option<At<Text>>| {
        let name = name.as_ref()?;
        context.not_empty(name, "the folder's name");
        Some(plain(name))
    };
    let (inbox, processed, failed) = (folder(&written.folder), folder(&written.processed), folder(&written.failed));
    let inbox = inbox.unwrap_or_else(|| At::new("INBOX".to_owned(), written.span.clone()));
    for other in [&processed, &failed].into_iter().flatten().filter(|other| other.value == inbox.value) {
        let title = format!("mails of `{}` are moved to `{0}` itself", inbox.value);
        context.wrong(&other.span, title, "name another folder, or take it out to leave them where they are");
    }
    Some(ImapSource {
        port: port(context, written.port.as_ref(), tls, &shown),
        tls,
        user: context.template(written.user.as_ref()?, &place),
        login: login?,
        folder: inbox,
        processed,
        failed,
        since: written.since.as_ref().and_then(|since| self::since(context, since)),
        ca: written.ca.as_ref().map(|path| context.not_empty(path, "the path")),
        span: written.span.clone(),
        host: host?,
    })
}

fn port(context: &Context, written: Option<&At<Text>>, tls: ImapTls, place: &Place<'_>) -> Template {
    let Some(text) = written else {
        let usual = if tls == ImapTls::Tls { "993" } else { "143" };
        return Template::new(usual, place).expect("a number is a template");
    };
    if !text.contains("${") && !text.parse::<u16>().is_ok_and(|port| port > 0) {
        context.wrong(&text.span, format!("`{}` is not a port", text.as_str()), "write a number from 1 to 65535");
    }
    context.template(text, place)
}

/// Whether a server's name means this computer, where nobody listens in between.
fn is_this_computer(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn oauth2(context: &Context, written: &Keyed<raw::OAuth2>, place: &Place<'_>) -> Option<OAuth2> {
    if let Some(url) = written.token_url.as_ref().filter(|url| !url.contains("${")) {
        auth::url(context, url);
    }
    auth::oauth2(context, written, place)
}

fn since(context: &Context, text: &At<Text>) -> Option<Since> {
    let day = text.parse().ok().map(Since::Day);
    let since = day.or_else(|| parse_duration(text).map(Since::Last));
    if since.is_none() {
        let title = format!("`{}` is neither a day nor a length of time", text.as_str());
        context.wrong(&text.span, title, "write `2026-01-31`, or how far back: `30d`");
    }
    since
}

fn attachment(context: &Context, written: &Keyed<raw::Attachment>) -> AttachmentChoice {
    exclusive(context, &written.keys, &CONTENTS);
    let content = content(context, written);
    let names = texts(context, written.name.as_ref(), "the attachment's name");
    let media_type = texts(context, written.media_type.as_ref(), "the media type");
    for text in written.media_type.iter().flat_map(|types| types.0.iter()).filter(|text| !text.contains(['/', '*'])) {
        let title = format!("`{}` is not a media type", text.as_str());
        context.wrong(&text.span, title, "write `application/pdf` or `image/*`; a file's name goes with `name:`");
    }
    let endings = content.as_ref().map_or(&[][..], endings);
    let name = if names.is_empty() && media_type.is_empty() {
        if endings.is_empty() {
            let help = "say which attachment: `attachment: { name: \"*.pdf\" }` or `{ media_type: application/pdf }`";
            context.missing(&written.span, "name", help);
        }
        endings.iter().map(|ending| format!("*.{ending}")).collect()
    } else {
        names
    };
    let optional = written.optional.as_ref().is_some_and(|optional| optional.value);
    AttachmentChoice { name, media_type, content: content.map(Box::new), optional }
}

/// How the attachment is read, where that is said.
fn content(context: &Context, written: &Keyed<raw::Attachment>) -> Option<SourceKind> {
    let none = Vec::new;
    if let Some(csv) = &written.csv {
        names_no_file(context, &csv.keys, "csv");
        Some(SourceKind::Csv(source::csv(context, csv, none())))
    } else if let Some(excel) = &written.excel {
        names_no_file(context, &excel.keys, "excel");
        Some(SourceKind::Excel(source::excel(context, excel, none())))
    } else if let Some(xml) = &written.xml {
        names_no_file(context, &xml.keys, "xml");
        document::xml(context, xml, none()).map(SourceKind::Xml)
    } else if let Some(json) = &written.json {
        names_no_file(context, &json.keys, "json");
        document::json(context, json, none()).map(SourceKind::Json)
    } else if let Some(einvoice) = &written.einvoice {
        names_no_file(context, &einvoice.keys, "einvoice");
        Some(SourceKind::Einvoice(document::einvoice(einvoice, none())))
    } else {
        let pdf = written.pdf.as_ref()?;
        names_no_file(context, &pdf.keys, "pdf");
        Some(SourceKind::Pdf(PdfSource { files: none() }))
    }
}

/// The endings of attachments of which nothing is said but what is in them.
fn endings(content: &SourceKind) -> &'static [&'static str] {
    match content {
        SourceKind::Csv(_) => &["csv", "tsv", "txt"],
        SourceKind::Excel(_) => &["xlsx", "xlsm", "xlsb", "xls", "ods"],
        SourceKind::Xml(_) => &["xml"],
        SourceKind::Json(_) => &["json"],
        SourceKind::Einvoice(_) => &["xml", "pdf"],
        SourceKind::Pdf(_) => &["pdf"],
        SourceKind::Email(_) => &[],
    }
}

fn names_no_file(context: &Context, keys: &[At<String>], content: &str) {
    if let Some(key) = keys.iter().find(|key| key.value == "file") {
        let help = format!("write `attachment: {{ name: \"*.…\", {content}: {{}} }}`");
        context.wrong(&key.span, "the attachment is the file, so `file` does not go with it", help);
    }
}

fn table(context: &Context, written: &Keyed<raw::MailTable>) -> Vec<At<String>> {
    let Some(header) = written.header.as_ref().filter(|header| !header.0.is_empty()) else {
        let help = "name columns that only this table has: `table: { header: [Artikel, Menge] }`";
        context.missing(&written.span, "header", help);
        return Vec::new();
    };
    for column in &header.0 {
        context.not_empty(column, "the column's name");
    }
    header.0.iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::is_this_computer;

    #[test]
    fn only_this_computer_is_this_computer() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.0.1", "::1", "[::1]"] {
            assert!(is_this_computer(host), "{host}");
        }
        for host in ["localhost.example.com", "10.0.0.1", "mail", "0.0.0.0", ""] {
            assert!(!is_this_computer(host), "{host}");
        }
    }
}

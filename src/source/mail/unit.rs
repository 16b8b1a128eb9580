//! From mails to inputs. Each attachment that the recipe wants becomes an input of its own, with its own columns, read
//! like any file of its kind; what the recipe takes from the mail itself goes along with each of its rows. A mail from
//! which nothing of that can be had is an input with one row that says why, so that it is in the balance.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::container::{self, MOST_BYTES, MOST_FILES};
use super::mbox::Mails;
use super::message::{Attachment, Inner, Mail};
use super::page::Page;
use super::pattern::Patterns;
use super::pick::Seen;
use super::{mime, name};
use crate::recipe::Recipe;
use crate::recipe::model::{AttachmentChoice, CsvSource, EmailSource, Finder, HeaderRow, MailPlace, Pick, SourceKind};
use crate::record::{Origin, Row, Why};
use crate::source::{Snapshot, SourceError};

/// How deep containers and mails are looked for in one another.
const DEEPEST: usize = 6;

/// What an input that comes from a mail has beyond its bytes.
#[derive(Clone, Debug)]
pub struct MailUnit {
    /// The name of its mail, as places have it.
    pub mail: Arc<str>,
    /// The file that its mail is in.
    pub file: PathBuf,
    /// Which mail of that file it is, counted from 1; none where the file is the mail.
    pub number: Option<u64>,
    /// How the bytes are read; none where the input is one row.
    pub(crate) content: Option<Arc<SourceKind>>,
    /// What was looked up in the mail for each row.
    pub(crate) picks: Row,
    /// Why nothing can be read of it.
    pub(crate) broken: Option<Box<SourceError>>,
}

/// The inputs that mails were taken apart into.
#[derive(Debug, Default)]
#[must_use]
pub struct Units {
    /// The inputs, in the order of the mails.
    pub snapshots: Vec<Snapshot>,
    /// Mails that `from:` or `subject:` leave out.
    pub left_out: u64,
    /// Mails without an attachment that they need not have.
    pub without: u64,
}

/// Takes mails apart into inputs, as the recipe says. Attachments are put into `folder`, each named by its hash.
///
/// # Errors
/// A file that cannot be read or written. A mail that is damaged is no error here, but an input that cannot be read.
pub fn take_apart(recipe: &Recipe, mails: Vec<Snapshot>, folder: &Path) -> Result<Units, SourceError> {
    let SourceKind::Email(source) = &recipe.source.kind else {
        return Ok(Units { snapshots: mails, ..Units::default() });
    };
    let picks = recipe.fields.iter().filter_map(|field| match &field.finder {
        Finder::Pick(pick) => Some(pick.clone()),
        _ => None,
    });
    let picks: Vec<Pick> = picks.collect();
    let mut desk = Desk {
        source,
        wants_file: picks.iter().any(|pick| matches!(pick, Pick::File)),
        picks,
        from: Patterns::whole(&source.from),
        subject: Patterns::anywhere(&source.subject),
        content: source.attachment.as_ref().and_then(|choice| choice.content.clone()).map(|kind| Arc::new(*kind)),
        folder,
        number: None,
        units: Units::default(),
    };
    for mail in mails {
        desk.file(mail)?;
    }
    Ok(desk.units)
}

/// Where mails are taken apart.
struct Desk<'a> {
    source: &'a EmailSource,
    picks: Vec<Pick>,
    wants_file: bool,
    from: Patterns,
    subject: Patterns,
    content: Option<Arc<SourceKind>>,
    folder: &'a Path,
    /// The mail of a mailbox file that is at hand, counted from 1.
    number: Option<u64>,
    units: Units,
}

impl Desk<'_> {
    fn file(&mut self, snapshot: Snapshot) -> Result<(), SourceError> {
        let is_mbox = matches!(self.source.place, MailPlace::Mbox(_))
            || snapshot.original.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mbox"));
        let cannot = |error: std::io::Error| SourceError::io(&snapshot.name, "read", &error);
        if !is_mbox {
            if snapshot.bytes > mime::LONGEST {
                self.broken(&snapshot, &format!("is longer than {} MB", mime::LONGEST >> 20));
                return Ok(());
            }
            let bytes = fs::read(&snapshot.copy).map_err(cannot)?;
            return self.bytes(&snapshot, bytes);
        }
        let mut mails = Mails::new(BufReader::with_capacity(1 << 16, File::open(&snapshot.copy).map_err(cannot)?));
        let mut number = 0_u64;
        while let Some(bytes) = mails.next().map_err(cannot)? {
            number += 1;
            self.number = Some(number);
            let mut message = snapshot.clone();
            message.name = format!("{} › message {number}", snapshot.name).into();
            message.sha256 = String::new();
            self.bytes(&message, bytes)?;
        }
        self.number = None;
        Ok(())
    }

    fn bytes(&mut self, snapshot: &Snapshot, bytes: Vec<u8>) -> Result<(), SourceError> {
        let hash = if snapshot.sha256.is_empty() { sha256(&bytes) } else { snapshot.sha256.clone() };
        let uploaded = (self.wants_file && self.source.attachment.is_none()).then(|| bytes.clone());
        match super::read(bytes) {
            Ok(mail) => {
                let own = uploaded.map(|bytes| self.put(&bytes, &file_name(snapshot))).transpose()?;
                self.mail(&Message { snapshot, hash: &hash, own }, mail)
            }
            Err(why) => {
                self.broken(snapshot, &why);
                Ok(())
            }
        }
    }

    /// An input that cannot be read.
    fn broken(&mut self, snapshot: &Snapshot, why: &str) {
        let error = SourceError::file(&snapshot.name, format!("`{}` {why}", snapshot.name))
            .help("save it again in the mail program, as eml or msg");
        let mut unit = self.unit(snapshot, Row::new(Origin::file(Arc::clone(&snapshot.name))));
        unit.broken = Some(Box::new(error));
        self.units.snapshots.push(snapshot.clone().with_mail(unit));
    }

    fn unit(&self, snapshot: &Snapshot, mut picks: Row) -> MailUnit {
        // There is one for each mail, and all of them are kept.
        picks.shrink_to_fit();
        let (mail, file) = (Arc::clone(&snapshot.name), snapshot.copy.clone());
        MailUnit { mail, file, number: self.number, content: None, picks, broken: None }
    }

    fn mail(&mut self, message: &Message<'_>, mut mail: Mail) -> Result<(), SourceError> {
        // Who writes as one that fits and as another is not the sender that is meant.
        let sender =
            |patterns: &Patterns| !mail.from.is_empty() && mail.from.iter().all(|from| patterns.fit(&from.address));
        let wanted = (self.from.is_empty() || sender(&self.from))
            && (self.subject.is_empty() || self.subject.fit(mail.subject.as_deref().unwrap_or_default()));
        if !wanted {
            self.units.left_out += 1;
            return Ok(());
        }
        let attachments = std::mem::take(&mut mail.attachments);
        let seen = Seen::new(&mail, message.hash, self.source);
        if let Some(columns) = &self.source.table {
            let columns: Vec<&str> = columns.iter().map(|column| column.value.as_str()).collect();
            return self.table(message, &seen, &mail, &columns);
        }
        let Some(choice) = &self.source.attachment else {
            let file = message.own.as_ref().map(Stored::value);
            let mut row = self.row(message.snapshot);
            seen.pick(&self.picks, None, file.as_deref(), &mut row);
            let unit = self.unit(message.snapshot, row);
            self.units.snapshots.push(message.snapshot.clone().with_mail(unit));
            return Ok(());
        };
        let mut found = Vec::new();
        let mut flat = Flat { room: MOST_BYTES, cut_off: mail.cut_off, found: &mut found };
        if !flat.add(attachments, &[], 0) {
            let why = format!("has more than {MOST_FILES} files attached, those in archives among them");
            self.broken(message.snapshot, &why);
            return Ok(());
        }
        // Which attachments are missing, nobody knows.
        if flat.cut_off {
            self.refused(message, &seen, Why::MailCutOff);
            return Ok(());
        }
        let chosen = Chosen::new(choice);
        let (fitting, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, file)| chosen.fits(file));
        let closed = others.iter().filter(|(_, file)| file.inner == Inner::Closed);
        let closed: Vec<String> = closed.map(|(_, file)| shown(file)).collect();
        for name in &closed {
            self.refused(message, &seen, Why::ClosedArchive { name: name.clone() });
        }
        if fitting.is_empty() && !closed.is_empty() {
            return Ok(());
        }
        if fitting.is_empty() {
            if choice.optional && choice.content.is_some() {
                self.units.without += 1;
                return Ok(());
            }
            let mut row = self.row(message.snapshot);
            seen.pick(&self.picks, None, None, &mut row);
            if !choice.optional {
                let wanted = choice.name.iter().chain(&choice.media_type).cloned().collect();
                let found = others.iter().filter_map(|(_, file)| file.name.clone()).take(10).collect();
                row.problems.push(Why::NoAttachment { wanted, found });
            }
            let unit = self.unit(message.snapshot, row);
            self.units.snapshots.push(message.snapshot.clone().with_mail(unit));
            return Ok(());
        }
        let mut names: Vec<String> = Vec::new();
        for (mut path, file) in fitting {
            let shown = shown(&file);
            path.push(shown.clone());
            let mut place = path.join(" › ");
            // Two attachments of one name are two inputs.
            let same = names.iter().filter(|name| **name == place).count();
            names.push(place.clone());
            if same > 0 {
                place = format!("{place} ({})", same + 1);
            }
            let stored = self.put(&file.bytes, &shown)?;
            let mut row = self.row(message.snapshot);
            seen.pick(&self.picks, Some(&shown), Some(&stored.value()), &mut row);
            let mut unit = self.unit(message.snapshot, row);
            match &file.damage {
                Some(why) => unit.picks.problems.push(Why::DamagedAttachment { why: why.clone() }),
                None => unit.content = self.content.clone(),
            }
            let place = format!("{} › {place}", message.snapshot.name);
            self.units
                .snapshots
                .push(message.snapshot.clone().replaced(place, stored.path, stored.sha256)?.with_mail(unit));
        }
        Ok(())
    }

    /// The mail as one row that says why nothing of it is taken.
    fn refused(&mut self, message: &Message<'_>, seen: &Seen<'_>, why: Why) {
        let mut row = self.row(message.snapshot);
        seen.pick(&self.picks, None, None, &mut row);
        row.problems.push(why);
        let unit = self.unit(message.snapshot, row);
        self.units.snapshots.push(message.snapshot.clone().with_mail(unit));
    }

    fn row(&self, snapshot: &Snapshot) -> Row {
        Row::new(Origin::file(Arc::clone(&snapshot.name)))
    }

    /// The rows of the only table whose header has the columns.
    fn table(
        &mut self,
        message: &Message<'_>,
        seen: &Seen<'_>,
        mail: &Mail,
        columns: &[&str],
    ) -> Result<(), SourceError> {
        if let Some(why) = mail.html_damage.clone().or(mail.cut_off.then_some(Why::MailCutOff)) {
            self.refused(message, seen, why);
            return Ok(());
        }
        let tables = mail.html.as_deref().and_then(Page::new).map(|page| page.tables()).unwrap_or_default();
        let with_header = tables.into_iter().filter_map(|rows| {
            let header =
                rows.iter().position(|row| columns.iter().all(|column| row.iter().any(|cell| cell == column)))?;
            Some(rows.into_iter().skip(header).collect::<Vec<_>>())
        });
        let fitting: Vec<Vec<Vec<String>>> = with_header.collect();
        let [rows] = fitting.as_slice() else {
            let columns = columns.iter().map(|column| (*column).to_owned()).collect();
            self.refused(message, seen, Why::MailTable { columns, times: fitting.len() });
            return Ok(());
        };
        let mut row = self.row(message.snapshot);
        seen.pick(&self.picks, None, None, &mut row);
        // As a file of its own it is read like all other tables, its cells by their columns.
        let width = rows.first().map_or(0, Vec::len);
        let mut writer = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
        for row in rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())) {
            let missing = width.saturating_sub(row.len());
            // Writing into memory cannot fail.
            let _ = writer.write_record(row.iter().map(String::as_str).chain(std::iter::repeat_n("", missing)));
        }
        let bytes = writer.into_inner().unwrap_or_default();
        let stored = self.put(&bytes, "table.csv")?;
        let mut unit = self.unit(message.snapshot, row);
        unit.content = Some(Arc::new(SourceKind::Csv(CsvSource {
            delimiter: Some(b';'),
            quote: Some(b'"'),
            header: HeaderRow::Row(1),
            encoding: Some(crate::diagnostic::At::new("utf-8".to_owned(), 0..0)),
            ..CsvSource::default()
        })));
        let place = format!("{} › table", message.snapshot.name);
        let snapshot = message.snapshot.clone().replaced(place, stored.path, stored.sha256)?;
        self.units.snapshots.push(snapshot.with_mail(unit));
        Ok(())
    }

    /// Puts bytes into the folder, once for each content.
    fn put(&self, bytes: &[u8], name: &str) -> Result<Stored, SourceError> {
        let sha256 = sha256(bytes);
        // Under its own name, which those see that it is uploaded to.
        let name = match name::safe(name) {
            name if name.is_empty() => "attachment".to_owned(),
            name => name,
        };
        let folder = self.folder.join(&sha256);
        let path = folder.join(&name);
        let cannot = |error: std::io::Error| {
            let title = format!("cannot keep an attachment in `{}`: {error}", self.folder.display());
            SourceError::file(&name.as_str().into(), title)
        };
        if path.metadata().is_ok_and(|there| there.len() == bytes.len() as u64) {
            return Ok(Stored { path, sha256, name });
        }
        fs::create_dir_all(&folder).map_err(cannot)?;
        let part = folder.join(format!("{}-{:016x}.part", std::process::id(), fastrand::u64(..)));
        let written = File::create_new(&part).and_then(|mut file| file.write_all(bytes));
        written.and_then(|()| fs::rename(&part, &path)).map_err(|error| {
            // What is left of a failed copy is of no use to anyone; that it cannot be removed is no second error.
            let _ = fs::remove_file(&part);
            cannot(error)
        })?;
        Ok(Stored { path, sha256, name })
    }
}

/// A mail at hand.
struct Message<'a> {
    snapshot: &'a Snapshot,
    hash: &'a str,
    /// The mail as a file, where it is uploaded itself.
    own: Option<Stored>,
}

/// A file in the folder.
struct Stored {
    path: PathBuf,
    sha256: String,
    name: String,
}

impl Stored {
    /// What a field with `file: true` holds: the content by its hash, and the name.
    fn value(&self) -> String {
        format!("{}/{}", self.sha256, self.name)
    }
}

/// The file in the folder of attachments that a field with `file: true` means; none if its text is not of that form.
pub fn stored_file(folder: &Path, value: &str) -> Option<PathBuf> {
    let (hash, name) = value.split_once('/')?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hash && name::safe(name) == name && !name.is_empty()).then(|| folder.join(hash).join(name))
}

fn file_name(snapshot: &Snapshot) -> String {
    snapshot.original.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Attachments, with those in containers and in mails that are attached.
struct Flat<'f> {
    room: u64,
    /// Whether a mail among them was cut off.
    cut_off: bool,
    found: &'f mut Vec<(Vec<String>, Attachment)>,
}

impl Flat<'_> {
    /// Adds them; false if there are too many.
    fn add(&mut self, attachments: Vec<Attachment>, path: &[String], depth: usize) -> bool {
        for mut attachment in attachments {
            if self.found.len() >= MOST_FILES {
                return false;
            }
            let inner = match std::mem::take(&mut attachment.inner) {
                Inner::Nothing if depth < DEEPEST => container::unpack(&attachment, &mut self.room),
                // What is deeper is not looked into, which is told.
                Inner::Nothing if container::is_archive(&attachment) || container::is_tnef(&attachment) => {
                    Inner::Closed
                }
                Inner::Mail(mail) if depth >= DEEPEST && !mail.attachments.is_empty() => Inner::Closed,
                inner => inner,
            };
            if inner == Inner::Closed {
                attachment.inner = Inner::Closed;
            }
            let mut deeper = path.to_vec();
            // What Outlook hides is attached to the mail itself, for all that people know.
            if !container::is_tnef(&attachment) {
                deeper.push(shown(&attachment));
            }
            self.found.push((path.to_vec(), attachment));
            let files = match inner {
                Inner::Files(files) => files,
                Inner::Mail(mail) => {
                    self.cut_off |= mail.cut_off;
                    mail.attachments
                }
                Inner::Nothing | Inner::Closed => continue,
            };
            if !self.add(files, &deeper, depth + 1) {
                return false;
            }
        }
        true
    }
}

/// The name of an attachment in places.
fn shown(attachment: &Attachment) -> String {
    let name = attachment.name.as_deref().map(name::safe).unwrap_or_default();
    if !name.is_empty() {
        return name;
    }
    match attachment.media_type.as_str() {
        "message/rfc822" => "mail".to_owned(),
        _ => "attachment".to_owned(),
    }
}

/// Which attachments are wanted.
struct Chosen {
    name: Patterns,
    media_type: Patterns,
}

impl Chosen {
    fn new(choice: &AttachmentChoice) -> Self {
        Self { name: Patterns::whole(&choice.name), media_type: Patterns::whole(&choice.media_type) }
    }

    fn fits(&self, attachment: &Attachment) -> bool {
        let name = attachment.name.as_deref().unwrap_or_default();
        (self.name.is_empty() || self.name.fit(name) || self.name.fit(&name::safe(name)))
            && (self.media_type.is_empty() || self.media_type.fit(media_type(attachment)))
    }
}

/// The media type of an attachment; many programs say of everything that it is just bytes, and the name says more.
fn media_type(attachment: &Attachment) -> &str {
    if !matches!(attachment.media_type.as_str(), "application/octet-stream" | "application/unknown" | "") {
        return &attachment.media_type;
    }
    let name = attachment.name.as_deref().unwrap_or_default().to_lowercase();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("pdf") => "application/pdf",
        Some("xml") => "application/xml",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("txt") => "text/plain",
        Some("zip") => "application/zip",
        Some("xls") => "application/vnd.ms-excel",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("ods") => "application/vnd.oasis.opendocument.spreadsheet",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("tif" | "tiff") => "image/tiff",
        _ => &attachment.media_type,
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

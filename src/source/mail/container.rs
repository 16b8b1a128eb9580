//! Attachments that hold files themselves: zip archives, and `winmail.dat`, in which Outlook hides attachments from all
//! other programs (MS-OXTNEF). What comes out is bounded: a few kilobytes can be inflated to fill any computer.

use std::io::{Cursor, Read};

use super::charset;
use super::message::{Attachment, Inner};

/// The most files of one mail, those in its containers among them. One more is taken out of a container, so that it shows
/// that there are more.
pub(super) const MOST_FILES: usize = 1_000;

/// The most bytes that all files of the containers of one mail have together.
pub(super) const MOST_BYTES: u64 = 200 << 20;

/// The endings of archives that are not opened, and of which it has to be said.
const OTHERS: [&str; 8] = [".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zipx"];

/// The files in an attachment; nothing if it is no container. They take of the `room` that is left.
pub(super) fn unpack(attachment: &Attachment, room: &mut u64) -> Inner {
    let is_named = |ending: &str| attachment.name.as_deref().is_some_and(|name| name.to_lowercase().ends_with(ending));
    let is_zip = ["application/zip", "application/x-zip-compressed", "application/x-zip"];
    if attachment.bytes.starts_with(b"PK") && (is_named(".zip") || is_zip.contains(&attachment.media_type.as_str())) {
        return zip(&attachment.bytes, room).map_or(Inner::Closed, Inner::Files);
    }
    if is_archive(attachment) {
        return Inner::Closed;
    }
    if attachment.bytes.starts_with(&TNEF) {
        return Inner::Files(tnef(&attachment.bytes));
    }
    Inner::Nothing
}

/// Whether its name says that there are files in it.
pub(super) fn is_archive(attachment: &Attachment) -> bool {
    let name = attachment.name.as_deref().unwrap_or_default().trim_end().to_lowercase();
    name.ends_with(".zip") || OTHERS.iter().any(|ending| name.ends_with(ending))
}

/// Whether it is the container of Outlook, which nobody but programs knows of.
pub(super) fn is_tnef(attachment: &Attachment) -> bool {
    attachment.bytes.starts_with(&TNEF)
}

/// The files of an archive. One that cannot be read is there with the reason.
fn zip(bytes: &[u8], room: &mut u64) -> Option<Vec<Attachment>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut files = Vec::new();
    for index in 0..archive.len().min(MOST_FILES + 1) {
        let mut content = Vec::new();
        let stored = archive.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned();
        let (name, damage) = match archive.by_index(index) {
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => {
                // Its length is what the archive says of it, so it is counted while it is read.
                let read = entry.take(*room + 1).read_to_end(&mut content);
                let damage = match read {
                    Ok(length) if length as u64 > *room => {
                        Some(format!("its archive has more than {} MB", MOST_BYTES >> 20))
                    }
                    Ok(_) => None,
                    Err(error) => Some(format!("it cannot be read from its archive: {error}")),
                };
                (stored, damage)
            }
            Err(error) => {
                let why = match error {
                    zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                        "its archive is protected by a password".to_owned()
                    }
                    other => format!("it cannot be read from its archive: {other}"),
                };
                (stored, Some(why))
            }
        };
        if damage.is_some() {
            content = Vec::new();
        }
        *room -= content.len() as u64;
        files.push(file(Some(name), None, content, damage));
    }
    Some(files)
}

fn file(name: Option<String>, media_type: Option<String>, bytes: Vec<u8>, damage: Option<String>) -> Attachment {
    let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    Attachment { name, media_type, bytes, inner: Inner::Nothing, damage }
}

/// The first bytes of `winmail.dat`.
const TNEF: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];

/// Attributes (MS-OXTNEF, section 2.1.3.2).
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const PROPERTIES: u32 = 0x0006_9005;

/// Properties of MAPI that are looked for in an attachment.
const LONG_FILE_NAME: u16 = 0x3707;
const MEDIA_TYPE: u16 = 0x370e;

/// The attachments in `winmail.dat`; what is cut off ends them.
fn tnef(bytes: &[u8]) -> Vec<Attachment> {
    let mut reader = Bytes(bytes.get(6..).unwrap_or_default());
    let mut files: Vec<Attachment> = Vec::new();
    while let Some((attribute, data)) = attribute(&mut reader) {
        if attribute == ATTACHMENT_BEGINS {
            if files.len() > MOST_FILES {
                break;
            }
            files.push(file(None, None, Vec::new(), None));
        }
        let Some(last) = files.last_mut() else { continue };
        match attribute {
            TITLE if last.name.is_none() => last.name = text(data, false),
            DATA => last.bytes = data.to_vec(),
            PROPERTIES => {
                for (tag, value) in properties(data) {
                    match tag {
                        LONG_FILE_NAME => last.name = value.or(last.name.take()),
                        MEDIA_TYPE => {
                            last.media_type =
                                value.map_or(std::mem::take(&mut last.media_type), |text| text.to_ascii_lowercase())
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    files
}

/// The next attribute: level, id, length, data, checksum.
fn attribute<'a>(reader: &mut Bytes<'a>) -> Option<(u32, &'a [u8])> {
    reader.take(1)?;
    let (id, length) = (reader.long()?, reader.long()?);
    let data = reader.take(length as usize)?;
    reader.take(2)?;
    Some((id, data))
}

/// The texts among the properties of an attachment; it ends where one is of a type that is not known.
fn properties(data: &[u8]) -> Vec<(u16, Option<String>)> {
    let mut reader = Bytes(data);
    let mut texts = Vec::new();
    let count = reader.long().unwrap_or(0);
    for _ in 0..count {
        let Some((tag, found)) = property(&mut reader) else { break };
        texts.extend(found.map(|text| (tag, text)));
    }
    texts
}

fn property(reader: &mut Bytes<'_>) -> Option<(u16, Option<Option<String>>)> {
    const SEVERAL: u32 = 0x1000;
    let head = reader.long()?;
    let (kind, tag) = (head & 0xffff, (head >> 16) as u16);
    if tag >= 0x8000 {
        reader.take(16)?;
        match reader.long()? {
            0 => drop(reader.take(4)?),
            _ => {
                let length = reader.long()? as usize;
                reader.padded(length)?;
            }
        }
    }
    let count = if kind & SEVERAL != 0 { reader.long()? } else { 1 };
    let mut text = None;
    for _ in 0..count {
        match kind & !SEVERAL {
            0x0001 => {}
            0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => drop(reader.take(4)?),
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => drop(reader.take(8)?),
            0x0048 => drop(reader.take(16)?),
            kind @ (0x000d | 0x001e | 0x001f | 0x0102) => {
                let values = if head & SEVERAL == 0 { reader.long()? } else { 1 };
                for _ in 0..values {
                    let length = reader.long()? as usize;
                    let value = reader.padded(length)?;
                    if matches!(kind, 0x001e | 0x001f) {
                        text = Some(self::text(value, kind == 0x001f));
                    }
                }
            }
            _ => return None,
        }
    }
    Some((tag, text))
}

fn text(bytes: &[u8], wide: bool) -> Option<String> {
    let text = if wide {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        // Outlook's own code page, which in these offices is this one.
        charset::text(bytes, Some("windows-1252"))
    };
    let text = text.trim_end_matches('\0').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Values stand at multiples of four bytes.
    fn padded(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.take(count)?;
        self.take((4 - count % 4) % 4)?;
        Some(taken)
    }

    fn long(&mut self) -> Option<u32> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn attribute_of(id: u32, data: &[u8]) -> Vec<u8> {
        let sum: u16 = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let length = u32::try_from(data.len()).unwrap();
        [&[2][..], &id.to_le_bytes(), &length.to_le_bytes(), data, &sum.to_le_bytes()].concat()
    }

    fn winmail() -> Vec<u8> {
        let long_name: Vec<u8> = "Bestellung März.csv\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u32::try_from(long_name.len()).unwrap();
        let padding = vec![0; (4 - long_name.len() % 4) % 4];
        let properties = [
            &3_u32.to_le_bytes()[..],
            &0x3705_0003_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            &0x3707_001f_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            &length.to_le_bytes(),
            &long_name,
            &padding,
            &0x370e_001e_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            &9_u32.to_le_bytes(),
            b"Text/CSV\0\0\0\0",
        ]
        .concat();
        [
            &TNEF[..],
            &[1, 0],
            &attribute_of(0x0008_9006, &[0, 0, 1, 0]),
            &attribute_of(ATTACHMENT_BEGINS, &[0; 14]),
            &attribute_of(TITLE, b"BESTEL~1.CSV\0"),
            &attribute_of(DATA, b"Nr;Menge\n1;2\n"),
            &attribute_of(PROPERTIES, &properties),
            &attribute_of(ATTACHMENT_BEGINS, &[0; 14]),
            &attribute_of(TITLE, b"M\xfcller.txt\0"),
            &attribute_of(DATA, b"x"),
        ]
        .concat()
    }

    #[test]
    fn the_attachments_that_outlook_hides() {
        let bytes = winmail();
        let whole = file(Some("winmail.dat".to_owned()), None, bytes.clone(), None);
        let Inner::Files(files) = unpack(&whole, &mut 0) else { panic!("no files") };
        let seen: Vec<_> = files.iter().map(|file| (file.name.as_deref(), &*file.media_type, &*file.bytes)).collect();
        assert_eq!(
            seen,
            [
                (Some("Bestellung März.csv"), "text/csv", &b"Nr;Menge\n1;2\n"[..]),
                (Some("Müller.txt"), "application/octet-stream", &b"x"[..]),
            ]
        );
        // Cut off anywhere it gives what came before, and nothing else happens.
        for end in 0..bytes.len() {
            assert!(tnef(&bytes[..end]).len() <= 2);
        }
    }

    fn archive(files: &[(&str, usize)]) -> Attachment {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, length) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            for piece in 0..length.div_ceil(1 << 20) {
                zip.write_all(&vec![0; (length - (piece << 20)).min(1 << 20)]).unwrap();
            }
        }
        file(Some("a.zip".to_owned()), None, zip.finish().unwrap().into_inner(), None)
    }

    #[test]
    fn archives_are_opened_within_bounds() {
        let Inner::Files(files) = unpack(&archive(&[("b/../x.csv", 3), ("y.pdf", 0)]), &mut 9) else {
            panic!("no files")
        };
        assert_eq!((files[0].name.as_deref(), files[0].bytes.len(), files.len()), (Some("b/../x.csv"), 3, 2));

        let Inner::Files(files) =
            unpack(&archive(&[("small", 9), ("bomb", 201 << 20), ("after", 9)]), &mut MOST_BYTES.clone())
        else {
            panic!("no files")
        };
        let damage: Vec<_> = files.iter().map(|file| file.damage.as_deref()).collect();
        assert_eq!(damage, [None, Some("its archive has more than 200 MB"), None]);
        assert!(files[1].bytes.is_empty());

        let mut workbook = archive(&[("xl/workbook.xml", 9)]);
        workbook.name = Some("b.xlsx".to_owned());
        assert_eq!(unpack(&workbook, &mut 9), Inner::Nothing);

        let mut cut = archive(&[("a.csv", 99)]);
        cut.bytes.truncate(60);
        assert_eq!(unpack(&cut, &mut 999), Inner::Closed);
        let other = file(Some("Rest.7Z".to_owned()), None, b"7z".to_vec(), None);
        assert_eq!(unpack(&other, &mut 999), Inner::Closed);
    }
}

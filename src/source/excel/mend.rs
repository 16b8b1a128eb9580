//! An xlsx workbook that lists sheets calamine cannot take (macro sheets, sheets without a part, sheets of a kind that
//! it does not know), without them. Such a sheet has no cells to read, and must not keep the others from being read.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read, Seek};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

/// The kinds of sheets that calamine knows, as the last part of their relationship's type.
const KNOWN: [&str; 3] = ["worksheet", "chartsheet", "dialogsheet"];

type Failure = Box<dyn std::error::Error>;

/// The archive without the sheets that keep it from being opened; none if there are no such sheets.
pub(super) fn without_odd_sheets<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Option<Vec<u8>>, Failure> {
    let Some(workbook) = workbook_part(zip, "workbook.xml") else { return Ok(None) };
    let relations = relations(zip, &workbook)?;
    let takes = |sheet: &BytesStart<'_>| {
        let id = attribute(sheet, |key| key == "id" || key.ends_with(":id")).unwrap_or_default();
        relations.get(&id).is_some_and(|(kind, _)| kind.rsplit('/').next().is_some_and(|last| KNOWN.contains(&last)))
    };
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(zip.by_name(&workbook)?));
    reader.config_mut().expand_empty_elements = true;
    let mut writer = quick_xml::Writer::new(Vec::new());
    let mut buffer = Vec::new();
    let (mut dropped, mut skipping) = (false, false);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer)?;
        match &event {
            Event::Eof => break,
            Event::Start(element) if element.local_name().as_ref() == "sheet" && !takes(element) => {
                (dropped, skipping) = (true, true);
            }
            Event::End(element) if skipping && element.local_name().as_ref() == "sheet" => skipping = false,
            _ if skipping => {}
            _ => writer.write_event(event.borrow())?,
        }
    }
    drop(reader);
    if !dropped {
        return Ok(None);
    }
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index)?;
        if part.name()? == workbook {
            continue;
        }
        book.raw_copy_file(part)?;
    }
    book.start_file(&workbook, SimpleFileOptions::default())?;
    std::io::Write::write_all(&mut book, &writer.into_inner())?;
    Ok(Some(book.finish()?.into_inner()))
}

/// The part of each sheet by the sheet's name.
pub(super) fn sheet_parts<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<HashMap<String, String>, Failure> {
    let Some(workbook) = workbook_part(zip, "workbook.xml") else { return Ok(HashMap::new()) };
    let relations = relations(zip, &workbook)?;
    let mut sheets = Vec::new();
    elements(BufReader::new(zip.by_name(&workbook)?), "sheet", &mut |sheet| {
        let id = attribute(sheet, |key| key == "id" || key.ends_with(":id")).unwrap_or_default();
        let name = attribute(sheet, |key| key == "name").unwrap_or_default();
        if let Some((_, target)) = relations.get(&id) {
            sheets.push((name, target_path(&workbook, target)));
        }
    })?;
    let parts: HashMap<String, String> =
        names(zip).map(|part| (part.replace('\\', "/").to_lowercase(), part)).collect();
    Ok(sheets.into_iter().filter_map(|(name, part)| Some((name, parts.get(&part.to_lowercase())?.clone()))).collect())
}

fn names<R: Read + Seek>(zip: &ZipArchive<R>) -> impl Iterator<Item = String> {
    zip.file_names().filter_map(|name| Some(name.ok()?.into_owned()))
}

/// The part that a relation of another part means, by the relation's id.
pub(super) fn related<R: Read + Seek>(zip: &mut ZipArchive<R>, part: &str, id: &str) -> Option<String> {
    let (_, target) = relations(zip, part).ok()?.remove(id)?;
    let wanted = target_path(part, &target).to_lowercase();
    names(zip).find(|name| name.replace('\\', "/").to_lowercase() == wanted)
}

/// Where a relation of a part leads.
fn target_path(part: &str, target: &str) -> String {
    let folder = part.rfind('/').map_or("", |at| &part[..=at]);
    target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned).replace('\\', "/")
}

/// The workbook's part: `xl/workbook.xml` (`xl/workbook.bin`) or what stands for it.
pub(super) fn workbook_part<R: Read + Seek>(zip: &ZipArchive<R>, file: &str) -> Option<String> {
    names(zip).find(|name| {
        let name = name.replace('\\', "/").to_lowercase();
        name.strip_suffix(file).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    })
}

/// What a workbook's relationships mean, by id: their type and target.
fn relations<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    workbook: &str,
) -> Result<HashMap<String, (String, String)>, Failure> {
    let (folder, file) = workbook.rfind('/').map_or(("", workbook), |at| workbook.split_at(at + 1));
    let path = format!("{folder}_rels/{file}.rels").replace('\\', "/").to_lowercase();
    let part = names(zip).find(|name| name.replace('\\', "/").to_lowercase() == path).unwrap_or_default();
    let mut relations = HashMap::new();
    elements(BufReader::new(zip.by_name(&part)?), "Relationship", &mut |element| {
        let of = |wanted: &str| attribute(element, |key| key == wanted).unwrap_or_default();
        relations.insert(of("Id"), (of("Type"), of("Target")));
    })?;
    Ok(relations)
}

fn elements(
    part: impl std::io::BufRead,
    wanted: &str,
    take: &mut dyn FnMut(&BytesStart<'_>),
) -> Result<(), quick_xml::Error> {
    let mut reader = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Eof => return Ok(()),
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == wanted => take(&element),
            _ => {}
        }
    }
}

/// The first attribute whose name is wanted.
pub(super) fn attribute(element: &BytesStart<'_>, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| wanted(attribute.key.as_ref()))?;
    let value: &str = found.value.as_ref();
    Some(quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned()))
}

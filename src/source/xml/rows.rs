//! From the elements that are records to rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::find::{self, Found, exactly};
use super::text::{Lines, decode, parse, read_whole};
use crate::diagnostic::did_you_mean;
use crate::recipe::model::{DataPath, Pick, XmlName, XmlPath, XmlSource, XmlStep};
use crate::record::{Cell, Origin, Place, Row, Why};
use crate::source::{FileFacts, Snapshot, SourceError, Wanted};

/// The rows of an XML file.
///
/// # Errors
/// What keeps the file from being read, or `records:` from being found in it.
pub(in crate::source) fn rows(
    source: &XmlSource,
    snapshot: &Snapshot,
    wanted: &Wanted,
) -> Result<(Vec<Row>, FileFacts), SourceError> {
    let name = &snapshot.name;
    let bytes = read_whole(snapshot)?;
    let (text, encoding) = decode(&bytes, name)?;
    let document = parse(&text, name)?;
    let records = find::records(&source.records.value, &document);
    if records.is_empty() {
        may_be_empty(&source.records.value, &document, name)?;
    }
    let mut lines = Lines::new(&text);
    let mut around: Vec<Around<'_, '_>> = wanted.picks.iter().map(|_| Around::new()).collect();
    let mut rows: Vec<Row> = Vec::with_capacity(records.len());
    let mut end = 0;
    for record in records {
        let line = lines.of(record.range().start);
        if record.range().start < end {
            let title = format!("an element that `{}` leads to stands inside of another one", source.records.value);
            return Err(SourceError::line(name, line, title).help("write the path from the root: `records: /…`"));
        }
        end = record.range().end;
        let mut row = Row::new(Origin { file: Arc::clone(name), place: Place::Line(line) });
        for ((number, pick), around) in wanted.picks.iter().enumerate().zip(&mut around) {
            let Pick::Path { paths, first, .. } = pick else { continue };
            for path in paths {
                let DataPath::Xml(path) = path else { continue };
                let found = look_up(path, record, around);
                put(&mut row, number, &path.source, &found, *first);
                if !found.is_empty() {
                    break;
                }
            }
        }
        rows.push(row);
    }
    let mut facts = FileFacts::new(name);
    facts.encoding = Some(encoding.to_lowercase());
    Ok((rows, facts))
}

/// Where paths began that lead out of their record, and what they led to.
type Around<'a, 'i> = BTreeMap<String, (Node<'a, 'i>, Vec<Found<'a, 'i>>)>;

/// Follows a path from a record. What stands around many records is looked up once for all of them.
fn look_up<'a, 'i>(path: &XmlPath, record: Node<'a, 'i>, around: &mut Around<'a, 'i>) -> Vec<Found<'a, 'i>> {
    let begin = begin(path, record);
    if begin == record {
        return find::find(path, record, exactly);
    }
    if let Some((known, found)) = around.get(&path.source)
        && *known == begin
    {
        return found.clone();
    }
    let found = find::find(path, record, exactly);
    around.insert(path.source.clone(), (begin, found.clone()));
    found
}

/// The element whose insides a path goes into: the record, or one around it.
fn begin<'a, 'i>(path: &XmlPath, record: Node<'a, 'i>) -> Node<'a, 'i> {
    if path.from_root {
        return record.document().root();
    }
    let outwards = path.steps.iter().take_while(|step| matches!(step, XmlStep::Parent)).count();
    record.ancestors().nth(outwards).unwrap_or(record)
}

/// Puts what a path led to into a row: nothing is empty, one place is its text, and several are a reason.
fn put(row: &mut Row, number: usize, path: &str, found: &[Found<'_, '_>], first: bool) {
    let one = match found {
        [] => return,
        [one] => one,
        [one, ..] if first => one,
        several => {
            let why = Why::PathTwice { path: path.to_owned(), times: several.len() };
            return row.pick(number, Cell::Wrong(&why));
        }
    };
    match one.text() {
        Some(text) => row.pick(number, Cell::Text(&text)),
        None => row.pick(number, Cell::Wrong(&Why::PathKind { path: path.to_owned(), found: "elements" })),
    }
}

/// A file without records is all right where the place of records is there and nothing stands in it; a path that is
/// wrong must not pass for an empty file.
fn may_be_empty(path: &XmlPath, document: &Document<'_>, name: &Arc<str>) -> Result<(), SourceError> {
    let root = document.root_element();
    let around = match path.steps.split_last() {
        Some((_, before)) if !before.is_empty() => {
            let before = XmlPath { steps: before.to_vec(), ..path.clone() };
            !find::records(&before, document).is_empty()
        }
        _ => !root.children().any(|child| child.is_element()),
    };
    if around {
        return Ok(());
    }
    let title = format!("`{name}` has no element that `{path}` leads to");
    let names: Vec<&str> = document.descendants().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
    let missing = path.steps.iter().find_map(|step| match step {
        XmlStep::Element(Some(XmlName { local, .. }), _) if !names.contains(&local.as_str()) => Some(local),
        _ => None,
    });
    let help = match missing.and_then(|missing| did_you_mean(missing, names.iter().copied())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its root is `{}`; `eintrag inspect` shows its paths", root.tag_name().name()),
    };
    Err(SourceError::file(name, title).help(help))
}

//! Values of a PDF's text: what a pattern finds, and what stands after or below a caption.

use std::sync::Arc;

use regex::Regex;

use super::is_pdf;
use super::letters::UNKNOWN;
use super::text::{Page, PlacedText, pages};
use crate::recipe::model::Pick;
use crate::record::{Cell, Origin, Row, Why};
use crate::source::xml::read_whole;
use crate::source::{FileFacts, Snapshot, SourceError, Wanted};

/// How far from the left edge of a caption, in points, its value may begin below it.
const BESIDE: f64 = 12.0;

/// The one row of a PDF.
///
/// # Errors
/// What keeps the file from being read.
pub(in crate::source) fn rows(snapshot: &Snapshot, wanted: &Wanted) -> Result<(Vec<Row>, FileFacts), SourceError> {
    let name = &snapshot.name;
    let bytes = read_whole(snapshot)?;
    if !is_pdf(&bytes) {
        return Err(SourceError::file(name, format!("`{name}` is not a PDF")));
    }
    let picks: Vec<Option<&Pick>> = wanted.picks.iter().map(Some).collect();
    Ok((vec![row(&bytes, name, &picks)?], FileFacts::new(name)))
}

/// The row of a PDF with what is looked up in its text.
///
/// # Errors
/// What keeps the file from being read.
pub(in crate::source) fn row(bytes: &[u8], name: &Arc<str>, picks: &[Option<&Pick>]) -> Result<Row, SourceError> {
    let pages = pages(bytes, name)?;
    let mut row = Row::new(Origin::file(Arc::clone(name)));
    let text = plain(&pages);
    if text.chars().all(|letter| letter.is_whitespace() || letter == UNKNOWN) {
        row.problems.push(Why::NoText);
    }
    let captions: Vec<String> = picks
        .iter()
        .flatten()
        .filter_map(|pick| if let Pick::Label(caption) = pick { Some(bare(&caption.value)) } else { None })
        .collect();
    for (number, pick) in picks.iter().enumerate().filter_map(|(number, pick)| Some((number, (*pick)?))) {
        let found = match pick {
            Pick::Text(pattern) => by_pattern(pattern, &text),
            Pick::Label(caption) => by_caption(&caption.value, &captions, &pages),
            _ => continue,
        };
        match found {
            Ok(Some(value)) => row.pick(number, Cell::Text(&value)),
            Ok(None) => {}
            Err(why) => row.pick(number, Cell::Wrong(&why)),
        }
    }
    Ok(row)
}

/// The text: a line a line, the cells of a line with two blanks between them.
pub(super) fn plain(pages: &[Page]) -> String {
    let mut text = String::new();
    for line in pages.iter().flatten() {
        let cells: Vec<&str> = line.iter().map(|cell| cell.text.as_str()).collect();
        text.push_str(&cells.join("  "));
        text.push('\n');
    }
    text
}

/// What the group of a pattern finds; the same several times is once.
fn by_pattern(pattern: &Regex, text: &str) -> Result<Option<String>, Why> {
    let found = pattern.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str().trim());
    only(found.map(str::to_owned), || pattern.as_str().to_owned())
}

/// The value of a caption: behind it in its cell, in the next cell of its line, or else in the line below it. Where the
/// next cell is a caption itself, they stand in columns, and the values below them.
fn by_caption(caption: &str, captions: &[String], pages: &[Page]) -> Result<Option<String>, Why> {
    let wanted = bare(caption);
    let mut values = Vec::new();
    for page in pages {
        for (at, line) in page.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                let text = bare(&cell.text);
                let value = if text == wanted {
                    let is_value = |next: &&PlacedText| {
                        !next.text.trim_end().ends_with(':') && !captions.contains(&bare(&next.text))
                    };
                    let beside = line.get(column + 1).filter(is_value);
                    let below = || {
                        let near = |below: &&PlacedText| (below.left - cell.left).abs() <= BESIDE;
                        page.get(at + 1).and_then(|line| line.iter().find(near))
                    };
                    beside.or_else(below).map(|found| found.text.clone())
                } else {
                    behind(&cell.text, caption)
                };
                values.extend(value);
            }
        }
    }
    only(values.into_iter(), || caption.to_owned())
}

/// `RE-1` of `Rechnungsnummer: RE-1`, where the caption is `Rechnungsnummer`.
fn behind(text: &str, caption: &str) -> Option<String> {
    let caption = caption.trim().trim_end_matches(':').trim_end();
    let end = text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(caption.chars().count())?;
    if text[..end].to_lowercase() != caption.to_lowercase() {
        return None;
    }
    let rest = text[end..].trim_start();
    let value = rest.strip_prefix(':').unwrap_or(rest).trim();
    // `Rechnung` is no caption of `Rechnungsdatum: …`.
    let apart = rest.len() < text.len() - end || rest.starts_with(':');
    (apart && !value.is_empty()).then(|| value.to_owned())
}

fn bare(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    text.trim_end_matches(':').trim_end().to_owned()
}

fn only(found: impl Iterator<Item = String>, what: impl Fn() -> String) -> Result<Option<String>, Why> {
    let mut different: Vec<String> = Vec::new();
    for value in found.filter(|value| !value.is_empty()) {
        if !different.contains(&value) {
            different.push(value);
        }
    }
    match different.len() {
        0 => Ok(None),
        // What the letters of the value are is not told; it must not be taken for what it looks like.
        1 if different[0].contains(UNKNOWN) => Err(Why::NoText),
        1 => Ok(different.pop()),
        _ => Err(Why::TextTwice { wanted: what(), found: different }),
    }
}

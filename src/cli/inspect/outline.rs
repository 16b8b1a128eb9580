//! What is in a document, for a person: the terms of an e-invoice, the paths of XML and JSON with how often each stands
//! there and an example, the text of a PDF.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Map, Value as Json, json};

use super::super::arguments::Inspect;
use super::super::output::Output;
use super::super::{Done, Failed, exit};
use super::plain;
use crate::messages::{self, Language};
use crate::source::{Outline, PlacedValue, Snapshot};

/// How long an example gets.
const LONGEST_EXAMPLE: usize = 60;

pub(super) fn show(inspect: &Inspect, snapshot: &Snapshot, outline: &Outline, output: &Output) -> Done {
    if inspect.raw {
        raw(snapshot, outline)?;
    } else if output.is_jsonl() {
        output.line(&json!({ "kind": "file", "name": inspect.file.display().to_string() }))?;
        outline.lines(&snapshot.name).try_for_each(|line| output.line(&line))?;
    } else {
        let mut text = format!("{}\n\n", inspect.file.display());
        match outline {
            Outline::Invoice { embedded, terms, .. } => {
                if let Some(file) = embedded {
                    text.push_str(&format!("the invoice stands in the file `{}` inside of the PDF\n\n", plain(file)));
                }
                invoice(terms, &mut text);
            }
            Outline::Values(values) => paths(values, &mut text),
            Outline::Pdf { pages, files } => pdf(pages, files, &mut text),
        }
        output.data(&text)?;
    }
    Ok(tell(snapshot, outline, output))
}

fn raw(snapshot: &Snapshot, outline: &Outline) -> Result<(), Failed> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let cannot = |error: std::io::Error| Failed::usage(format!("cannot write to stdout: {error}"));
    for line in outline.lines(&snapshot.name) {
        serde_json::to_writer(&mut out, &line).map_err(|error| cannot(error.into()))?;
        out.write_all(b"\n").map_err(cannot)?;
    }
    out.flush().map_err(cannot)
}

/// What a person should know beside the data.
fn tell(snapshot: &Snapshot, outline: &Outline, output: &Output) -> u8 {
    let name = &snapshot.name;
    match outline {
        Outline::Invoice { wrong, .. } => {
            let told = wrong.iter().map(|why| messages::why(why, Language::English));
            told.for_each(|why| output.talk(&format!("warning: {name}: {why}")));
        }
        Outline::Pdf { pages, .. } if pages.iter().all(Vec::is_empty) => {
            output.talk(&format!("warning: `{name}` has no text and no e-invoice: it is a scan"));
        }
        Outline::Pdf { .. } => output.talk(&format!("note: `{name}` has no e-invoice in it")),
        Outline::Values(_) => {}
    }
    exit::GOOD
}

/// Name and value of each term, then the tables.
fn invoice(terms: &Map<String, Json>, text: &mut String) {
    for (name, value) in terms {
        match value {
            Json::Array(rows) if rows.iter().any(Json::is_object) => {
                for (at, row) in rows.iter().filter_map(Json::as_object).enumerate() {
                    let row: Vec<String> = row.iter().map(|(name, value)| format!("{name} {}", shown(value))).collect();
                    text.push_str(&format!("  {:<24} {}\n", format!("{name} {}", at + 1), row.join(", ")));
                }
            }
            Json::Array(rows) if rows.is_empty() => {}
            value => text.push_str(&format!("  {name:<24} {}\n", shown(value))),
        }
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => short(text),
        Json::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(" | "),
        other => other.to_string(),
    }
}

fn short(text: &str) -> String {
    let mut short: String = plain(text).chars().take(LONGEST_EXAMPLE).collect();
    if text.chars().count() > LONGEST_EXAMPLE {
        short.push('…');
    }
    short
}

/// Each path once, in the order of the file, with its number and an example.
fn paths(values: &[PlacedValue], text: &mut String) {
    let mut order: Vec<(String, u64, &str)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        let path = without_numbers(&value.path);
        let at = *known.entry(path.clone()).or_insert_with(|| {
            order.push((path, 0, &value.value));
            order.len() - 1
        });
        order[at].1 += 1;
    }
    let width = order.iter().map(|(path, ..)| path.chars().count()).max().unwrap_or(0).min(80);
    for (path, count, example) in order {
        text.push_str(&format!("  {path:<width$}  {count} ×  {}\n", short(example)));
    }
}

/// `$.items[*].id` of `$.items[3].id`.
fn without_numbers(path: &str) -> String {
    let mut pieces = path.split('[');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |whole, piece| match piece.split_once(']') {
        Some((number, rest)) if number.bytes().all(|digit| digit.is_ascii_digit()) => format!("{whole}[*]{rest}"),
        _ => format!("{whole}[{piece}"),
    })
}

fn pdf(pages: &[Vec<String>], files: &[(String, usize)], text: &mut String) {
    for (file, size) in files {
        text.push_str(&format!("file `{}` inside: {size} bytes\n", plain(file)));
    }
    for (at, lines) in pages.iter().enumerate() {
        text.push_str(&format!("page {}: {} lines\n", at + 1, lines.len()));
        lines.iter().for_each(|line| text.push_str(&format!("  {}\n", plain(line))));
    }
}

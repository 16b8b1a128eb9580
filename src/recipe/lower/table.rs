//! `map:` tables from the text found to the text meant, written in the recipe or in a CSV file beside it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::super::model::Table;
use super::super::raw;
use super::super::yaml::{Keyed, Ordered, Text, TextOr};
use super::Context;
use crate::diagnostic::{At, did_you_mean};

/// Tables are kept in memory; a larger one is a source of its own, not a table.
const LARGEST: u64 = 16_000_000;

/// Lowers `map:`, reading its file.
pub(super) fn table(context: &Context, written: &At<TextOr<Keyed<raw::Map>>>) -> Option<Table> {
    match &written.value {
        TextOr::Text(file) => from_file(context, file, None, None),
        TextOr::Map(parts) => match (&parts.file, &parts.table) {
            (Some(_), Some(_)) => {
                context.wrong(
                    &parts.key("table"),
                    "`file` and `table` exclude each other",
                    "keep the one that is meant",
                );
                None
            }
            (Some(file), None) => from_file(context, file, parts.from.as_ref(), parts.to.as_ref()),
            (None, Some(table)) => {
                if let Some(key) = parts.keys.iter().find(|key| ["from", "to"].contains(&key.as_str())) {
                    context.wrong(&key.span, format!("`{}` goes with `file` only", key.value), "");
                }
                written_here(context, table)
            }
            (None, None) => {
                context.missing(&parts.span, "file", "write `map: suppliers.csv`, `map: { file: suppliers.csv, from: Name, to: Id }` or `map: { table: { old: new } }`");
                None
            }
        },
    }
}

fn written_here(context: &Context, table: &At<Ordered<At<Text>>>) -> Option<Table> {
    if table.iter().next().is_none() {
        context.wrong(&table.span, "the table is empty", "");
    }
    let entries = table.iter().map(|(from, to)| (from.trim().to_owned(), to.value.0.clone())).collect();
    let file = Path::new(&context.source.path).file_name().map(|name| name.to_string_lossy().into_owned());
    Some(Table { file: file.unwrap_or_default(), entries })
}

fn from_file(context: &Context, file: &At<Text>, from: Option<&At<Text>>, to: Option<&At<Text>>) -> Option<Table> {
    let path = context.folder.join(file.as_str());
    let wrong = |span: &Range<usize>, title: String, help: &str| {
        context.wrong(span, title, help);
        None
    };
    let name = file.as_str();
    let size = match std::fs::metadata(&path) {
        Ok(facts) => facts.len(),
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => error.to_string(),
            };
            let title = format!("cannot read the table `{name}`: {why}");
            return wrong(&file.span, title, "its path is relative to the recipe's folder");
        }
    };
    if size > LARGEST {
        return wrong(&file.span, format!("the table `{name}` has {size} bytes"), "a table may have 16 MB");
    }
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return wrong(&file.span, format!("cannot read the table `{name}`: {error}"), ""),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return wrong(&file.span, format!("the table `{name}` is not in UTF-8"), "save it as \"CSV UTF-8\"");
    };
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b','].into_iter().find(|byte| header.as_bytes().contains(byte)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|column| column.trim().to_owned()).collect(),
        Err(error) => return wrong(&file.span, format!("cannot read the table `{name}`: {error}"), ""),
    };
    if columns.len() < 2 {
        let help = "a table is a CSV file with a header line and two columns, separated by `;`, `,` or tab";
        return wrong(&file.span, format!("the table `{name}` has only one column"), help);
    }
    let column = |stated: Option<&At<Text>>, otherwise: usize| {
        let Some(stated) = stated else { return Some(otherwise) };
        let found = columns.iter().position(|column| *column == *stated.as_str());
        if found.is_none() {
            let help = match did_you_mean(stated, columns.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are: {}", columns.join(", ")),
            };
            context.wrong(&stated.span, format!("the table `{name}` has no column `{}`", stated.as_str()), help);
        }
        found
    };
    let (from, to) = (column(from, 0)?, column(to, 1)?);
    let mut entries = BTreeMap::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => return wrong(&file.span, format!("cannot read the table `{name}`: {error}"), ""),
        };
        let cell = |column: usize| row.get(column).unwrap_or_default().trim().to_owned();
        let (key, value) = (cell(from), cell(to));
        if key.is_empty() {
            continue;
        }
        if let Some(other) = entries.insert(key.clone(), value.clone())
            && other != value
        {
            let line = row.position().map_or(0, csv::Position::line);
            let title = format!("the table `{name}` says both `{other}` and `{value}` for `{key}`");
            return wrong(&file.span, title, &format!("the second stands in its line {line}"));
        }
    }
    Some(Table { file: name.to_owned(), entries })
}

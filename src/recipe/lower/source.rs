//! `source:` which files, and how they are written.

use std::ops::Range;

use super::super::model::{
    CsvSource, ExcelSource, HeaderRow, HiddenRows, LeftOut, Locale, SheetChoice, SkipRule, Source, SourceKind,
};
use super::super::raw;
use super::super::yaml::{Keyed, OneOrMany, Text};
use super::words::character;
use super::{Context, document, email};
use crate::diagnostic::At;

/// Lowers `source:`.
pub(super) fn source(context: &Context, written: &Keyed<raw::Source>) -> Option<Source> {
    let kinds = ["csv", "excel", "email", "xml", "json", "einvoice", "pdf"];
    let stated: Vec<&At<String>> = written.keys.iter().filter(|key| kinds.contains(&key.as_str())).collect();
    if let [first, second, ..] = stated.as_slice() {
        context.wrong(
            &second.span,
            format!("two sources stand here, `{}` and `{}`", first.value, second.value),
            "a recipe has one source; write a recipe for each, and let them share a `ledger:`",
        );
    }
    let kind = if let Some(csv) = &written.csv {
        let files = files(context, csv.file.as_ref(), &csv.span);
        Some(SourceKind::Csv(self::csv(context, csv, files)))
    } else if let Some(excel) = &written.excel {
        let files = files(context, excel.file.as_ref(), &excel.span);
        Some(SourceKind::Excel(self::excel(context, excel, files)))
    } else if let Some(email) = &written.email {
        email::email(context, email).map(|email| SourceKind::Email(Box::new(email)))
    } else {
        if stated.is_empty() {
            let help = "a source is `csv: { file: … }`, `excel: { file: … }` or `email: { folder: … }`";
            context.missing(&written.span, "csv", help);
        }
        document::document(context, written)
    };
    let Some(locale) = &written.locale else {
        context.missing(
            &written.span,
            "locale",
            "say how numbers and dates are written: `locale: de` (or de-AT, de-CH, en-GB, en-US, iso); it is never taken from the computer",
        );
        return None;
    };
    let (locale, zone) = self::locale(locale.value);
    let zone = match &written.zone {
        Some(zone) => {
            if jiff::tz::TimeZone::get(zone).is_err() {
                let title = format!("`{}` is not a time zone", zone.as_str());
                context.wrong(&zone.span, title, "write a name of the IANA database, such as `Europe/Vienna`");
            }
            zone.value.0.clone()
        }
        None => zone.to_owned(),
    };
    Some(Source { kind: kind?, locale, zone })
}

/// What a locale is called here, and the time zone of its capital.
pub(super) fn locale(written: raw::Locale) -> (Locale, &'static str) {
    match written {
        raw::Locale::De => (Locale::De, "Europe/Berlin"),
        raw::Locale::DeAt => (Locale::DeAt, "Europe/Vienna"),
        raw::Locale::DeCh => (Locale::DeCh, "Europe/Zurich"),
        raw::Locale::EnGb => (Locale::EnGb, "Europe/London"),
        raw::Locale::EnUs => (Locale::EnUs, "America/New_York"),
        raw::Locale::Iso => (Locale::Iso, "UTC"),
    }
}

/// Lowers `csv:` but for its files.
pub(super) fn csv(context: &Context, written: &Keyed<raw::Csv>, files: Vec<At<String>>) -> CsvSource {
    if let Some(label) = &written.encoding
        && encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
    {
        let title = format!("`{}` is not a character encoding", label.as_str());
        context.wrong(
            &label.span,
            title,
            "write `utf-8`, `windows-1252`, `iso-8859-15`, `utf-16le` or another WHATWG label",
        );
    }
    let delimiter = written.delimiter.as_ref().and_then(|text| character(context, text, "delimiter", true));
    let quote = written.quote.as_ref().and_then(|text| character(context, text, "quote", false));
    if let (Some(one), Some(text)) = (delimiter, &written.quote)
        && quote == Some(one)
    {
        context.wrong(&text.span, "quote and delimiter are the same character", "");
    }
    CsvSource {
        files,
        encoding: written.encoding.as_ref().map(plain),
        delimiter,
        quote,
        header: header(context, written.header_row.as_ref()),
        left_out: left_out(context, written.stop_at.as_ref(), written.skip_rows_where.as_ref()),
    }
}

/// Lowers `excel:` but for its files.
pub(super) fn excel(context: &Context, written: &Keyed<raw::Excel>, files: Vec<At<String>>) -> ExcelSource {
    exclusive(context, &written.keys, &["sheet", "sheet_index"]);
    exclusive(context, &written.keys, &["range", "table", "name"]);
    exclusive(context, &written.keys, &["header_row", "table"]);
    let sheet = match (&written.sheet, &written.sheet_index) {
        (Some(name), _) => {
            context.not_empty(name, "the sheet's name");
            SheetChoice::Name(plain(name))
        }
        (None, Some(index)) => {
            if index.value == 0 {
                context.wrong(&index.span, "there is no sheet 0", "sheets are counted from 1");
            }
            SheetChoice::Index(index.value)
        }
        (None, None) => SheetChoice::Only,
    };
    if let Some(range) = &written.range
        && !range.split_once(':').is_some_and(|(from, to)| cell(from).is_some() && cell(to).is_some())
    {
        context.wrong(
            &range.span,
            format!("`{}` is not a range of cells", range.as_str()),
            "write its corners: `B3:F200`",
        );
    }
    ExcelSource {
        files,
        sheet,
        header: header(context, written.header_row.as_ref()),
        range: written.range.as_ref().map(plain),
        table: written.table.as_ref().map(plain),
        name: written.name.as_ref().map(plain),
        hidden: match written.hidden.as_ref().map(|hidden| hidden.value) {
            Some(raw::Hidden::Skip) => HiddenRows::Skip,
            Some(raw::Hidden::Read) | None => HiddenRows::Read,
        },
        left_out: left_out(context, written.stop_at.as_ref(), written.skip_rows_where.as_ref()),
    }
}

/// The rows below the header that are no data.
fn left_out(
    context: &Context,
    stop_at: Option<&At<OneOrMany<At<Text>>>>,
    skip: Option<&At<OneOrMany<Keyed<raw::SkipRows>>>>,
) -> LeftOut {
    let texts = |texts: &OneOrMany<At<Text>>, what: &str| -> Vec<String> {
        texts.0.iter().inspect(|text| drop(context.not_empty(text, what))).map(|text| text.value.0.clone()).collect()
    };
    let stop_at = stop_at.map(|stop| texts(&stop.value, "the text that ends the data")).unwrap_or_default();
    let mut rules = Vec::new();
    for rule in skip.iter().flat_map(|skip| &skip.0) {
        let Some(column) = &rule.column else {
            context.missing(&rule.span, "column", "say in which column: `{ column: Art, equals: Storno }`");
            continue;
        };
        context.not_empty(column, "the column's name");
        let empty = rule.empty.as_ref().is_some_and(|empty| empty.value);
        let equals = match &rule.equals {
            Some(equals) if empty => {
                let title = "`equals` and `empty` exclude each other";
                context.wrong(&equals.span, title.to_owned(), "write a rule for each, in a list");
                Vec::new()
            }
            Some(equals) => texts(&equals.value, "the text that leaves a row out"),
            None if empty => Vec::new(),
            None => {
                let help = "say which rows: `equals: Storno`, or `empty: true` for those with nothing in the column";
                context.missing(&rule.span, "equals", help);
                continue;
            }
        };
        rules.push(SkipRule { column: plain(column), equals });
    }
    LeftOut { stop_at, skip: rules }
}

/// Reports the second of keys that exclude each other.
pub(super) fn exclusive(context: &Context, keys: &[At<String>], group: &[&str]) {
    let mut stated = keys.iter().filter(|key| group.contains(&key.as_str()));
    if let (Some(first), Some(second)) = (stated.next(), stated.next()) {
        let title = format!("`{}` and `{}` exclude each other", first.value, second.value);
        context.wrong(&second.span, title, "keep the one that is meant");
    }
}

/// Paths or patterns, of which there must be some.
pub(super) fn files(
    context: &Context,
    written: Option<&At<OneOrMany<At<Text>>>>,
    parent: &Range<usize>,
) -> Vec<At<String>> {
    let Some(files) = written else {
        context.missing(parent, "file", "say which file is read: `file: inbox/*.csv`, relative to the recipe's folder");
        return Vec::new();
    };
    if files.0.is_empty() {
        context.wrong(&files.span, "the list of files is empty", "");
    }
    for file in &files.0 {
        context.not_empty(file, "the file's path");
    }
    files.0.iter().map(plain).collect()
}

fn header(context: &Context, written: Option<&At<Text>>) -> HeaderRow {
    let Some(text) = written else { return HeaderRow::First };
    match (text.as_str(), text.parse::<u32>()) {
        ("none", _) => HeaderRow::None,
        (_, Ok(row)) if row > 0 => HeaderRow::Row(row),
        _ => {
            let title = format!("`{}` is not a row", text.as_str());
            context.wrong(&text.span, title, "write the header's row, counted from 1, or `none`");
            HeaderRow::First
        }
    }
}

/// `B3` as row and column, both counted from 0; within the limits of a sheet.
pub(super) fn cell(text: &str) -> Option<(u32, u32)> {
    let (letters, digits) = text.split_at(text.find(|letter: char| letter.is_ascii_digit())?);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let column = letters.bytes().fold(0, |column, byte| column * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.parse().ok().filter(|row| (1..=1_048_576).contains(row))?;
    (column <= 16_384).then_some((row - 1, column - 1))
}

/// A text as it stands, with its place.
pub(super) fn plain(text: &At<Text>) -> At<String> {
    At::new(text.value.0.clone(), text.span.clone())
}

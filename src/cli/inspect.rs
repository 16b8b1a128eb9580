//! `eintrag inspect`: what is in a file, before any recipe.

mod outline;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::arguments::Inspect;
use super::output::Output;
use super::{Done, Failed, exit};
use crate::inspect::{ColumnFacts, MailLine, Overview, RawLine, TableFacts};
use crate::record::{Origin, Row};
use crate::source::mail::{Mail, RawMails, in_a_row};
use crate::source::{Outline, RawRows, Snapshot, SourceError};

/// How long the evidence of a column gets.
const KINDS: usize = 3;

/// How many lines of a mail's text are shown.
const LINES: usize = 12;

pub(super) fn inspect(inspect: &Inspect, output: &Output) -> Done {
    let path = &inspect.file;
    let snapshot = Snapshot::in_place(path).map_err(|error| unreadable(&error))?;
    if let Some(mails) = RawMails::open(&snapshot).map_err(|error| unreadable(&error))? {
        return self::mails(path, mails, inspect.raw || output.is_jsonl(), output);
    }
    if let Some(outline) = Outline::of(&snapshot).map_err(|error| unreadable(&error))? {
        return outline::show(inspect, &snapshot, &outline, output);
    }
    let mut rows = RawRows::open(&snapshot).map_err(|error| unreadable(&error))?;
    for doubt in rows.doubts() {
        output.talk(&format!("warning: {doubt}; it is read as is most likely, a recipe must state it"));
    }
    let problems = if inspect.raw {
        raw(&snapshot, &mut rows, output)?
    } else {
        let overview = Overview::of(&snapshot, &mut rows);
        if output.is_jsonl() {
            lines(path, &rows, &overview, output)?
        } else {
            text(path, &rows, &overview, output)?
        }
        overview.problems
    };
    for problem in &problems {
        output.talk(&told(problem));
    }
    Ok(if problems.is_empty() { exit::GOOD } else { exit::SOME_WRONG })
}

/// The mails of a file: as lines of JSON, or as a person reads them.
fn mails(path: &Path, mut mails: RawMails, as_lines: bool, output: &Output) -> Done {
    let mut problems = Vec::new();
    let mut count = 0_u64;
    if !as_lines {
        output.data(&format!("{}\n", path.display()))?;
    }
    loop {
        match mails.next_mail() {
            Ok(None) => break,
            Ok(Some((origin, mail))) => {
                count += 1;
                if as_lines {
                    output.line(&json!(MailLine::new(&origin, &mail)))?;
                } else {
                    output.data(&mail_text(&origin, &mail))?;
                }
            }
            Err(error) => problems.push(error),
        }
    }
    if count == 0
        && let Some(first) = problems.first()
    {
        return Err(unreadable(first));
    }
    for problem in &problems {
        output.talk(&told(problem));
    }
    Ok(if problems.is_empty() { exit::GOOD } else { exit::SOME_WRONG })
}

fn mail_text(origin: &Origin, mail: &Mail) -> String {
    let mut text = format!("\n{}\n", plain(&origin.to_string()));
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&format!("  {name:<12}{}\n", plain(&value)));
        }
    };
    row("from", Some(in_a_row(&mail.from)));
    row("to", Some(in_a_row(&mail.to)));
    row("subject", mail.subject.clone());
    row("date", mail.date.as_ref().map(ToString::to_string));
    row("message id", mail.message_id.clone());
    for attachment in &mail.attachments {
        let name = attachment.name.as_deref().unwrap_or("(no name)");
        row("attachment", Some(format!("{name}  {}, {} bytes", attachment.media_type, attachment.bytes.len())));
        row("", attachment.damage.clone());
    }
    let body = mail.readable().unwrap_or_default();
    for line in body.lines().take(LINES) {
        text.push_str(&format!("  | {}\n", plain(line)));
    }
    if body.lines().count() > LINES {
        text.push_str("  | …\n");
    }
    text
}

fn unreadable(error: &SourceError) -> Failed {
    let message = told(error);
    Failed::usage(message.strip_prefix("error: ").unwrap_or(&message).to_owned())
}

fn told(error: &SourceError) -> String {
    let mut text = format!("error: {}\n  --> {}", error.title, error.at);
    if let Some(help) = &error.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    text
}

/// Every row as a line of JSON; what cannot be read is given back.
fn raw(snapshot: &Snapshot, rows: &mut RawRows, output: &Output) -> Result<Vec<SourceError>, Failed> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let cannot = |error: std::io::Error| Failed::usage(format!("cannot write to stdout: {error}"));
    let mut row = Row::new(Origin::file(Arc::clone(&snapshot.name)));
    let mut problems = Vec::new();
    let mut uncalculated = 0_u64;
    let mut count = 0_u64;
    loop {
        match rows.next(&mut row) {
            Ok(true) => {
                let line = RawLine::new(&row);
                uncalculated += u64::from(line.is_uncalculated());
                count += 1;
                serde_json::to_writer(&mut out, &line).map_err(|error| cannot(error.into()))?;
                out.write_all(b"\n").map_err(cannot)?;
            }
            Ok(false) => break,
            Err(error) => problems.push(error),
        }
    }
    out.flush().map_err(cannot)?;
    drop(out);
    if uncalculated > 0 {
        output.talk(&format!(
            "warning: {uncalculated} rows have formulas that are not calculated; open the file in a spreadsheet program and save it"
        ));
    }
    // Nothing was read at all: the file is unreadable, whatever else there is to say.
    if count == 0
        && let Some(first) = problems.first()
    {
        return Err(unreadable(first));
    }
    Ok(problems)
}

fn lines(path: &Path, rows: &RawRows, overview: &Overview, output: &Output) -> Result<(), Failed> {
    let facts = rows.facts();
    let mut file = json!({ "kind": "file", "name": path.display().to_string() });
    if rows.sheets().is_none() {
        file["encoding"] = json!(facts.encoding);
        file["delimiter"] = json!(facts.delimiter);
        file["evidence"] = json!(rows.evidence());
    }
    output.line(&file)?;
    for table in &overview.tables {
        output.line(&table_line(table))?;
        for column in &table.columns {
            output.line(&column_line(table, column))?;
        }
    }
    for problem in &overview.problems {
        let (why, at) = (&problem.title, problem.at.to_string());
        output.line(&json!({ "kind": "issue", "at": at, "why": why, "help": problem.help }))?;
    }
    Ok(())
}

fn table_line(table: &TableFacts) -> Json {
    let mut line = json!({ "kind": "table" });
    if let Some(sheet) = &table.sheet {
        line["sheet"] = json!(sheet);
        line["hidden"] = json!(table.hidden);
        line["has_cells"] = json!(table.has_cells);
    }
    line["rows"] = json!(table.rows);
    line["header_row"] = json!(table.header);
    line["evidence"] = json!(table.header_evidence);
    if let Some((count, first)) = &table.uncalculated {
        line["uncalculated"] = json!({ "cells": count, "first": first });
    }
    line
}

fn column_line(table: &TableFacts, column: &ColumnFacts) -> Json {
    let evidence: serde_json::Map<String, Json> =
        column.evidence.iter().map(|(what, count)| ((*what).to_owned(), json!(count))).collect();
    let mut line = json!({ "kind": "column" });
    if let Some(sheet) = &table.sheet {
        line["sheet"] = json!(sheet);
    }
    line["at"] = json!(column.at);
    line["name"] = json!(column.name);
    line["type"] = json!(column.kind);
    line["filled"] = json!(column.filled);
    line["empty"] = json!(column.empty);
    line["evidence"] = json!(evidence);
    line["examples"] = json!(column.examples);
    line
}

fn text(path: &Path, rows: &RawRows, overview: &Overview, output: &Output) -> Result<(), Failed> {
    let mut text = format!("{}\n", path.display());
    for line in rows.evidence() {
        text.push_str(&format!("  {line}\n"));
    }
    for table in &overview.tables {
        let rows = if table.rows == 1 { "1 row".to_owned() } else { format!("{} rows", table.rows) };
        text.push('\n');
        match &table.sheet {
            Some(sheet) if !table.has_cells => {
                text.push_str(&format!("sheet `{}` has no cells\n", plain(sheet)));
                continue;
            }
            Some(sheet) => {
                let hidden = if table.hidden { " (hidden)" } else { "" };
                text.push_str(&format!("sheet `{}`{hidden}: {rows}\n", plain(sheet)));
            }
            None => text.push_str(&format!("{rows}\n")),
        }
        if table.rows == 0 {
            continue;
        }
        match table.header {
            Some(at) => text.push_str(&format!("  header in row {at}: {}\n", table.header_evidence)),
            None => text.push_str(&format!("  no header: {}\n", table.header_evidence)),
        }
        if let Some((count, first)) = &table.uncalculated {
            text.push_str(&format!("  {count} formulas are not calculated, the first in {first}\n"));
        }
        text.push_str(&columns(&table.columns));
    }
    output.data(&text)
}

/// The columns as a table: place, name, type, evidence, examples.
fn columns(columns: &[ColumnFacts]) -> String {
    let rows: Vec<[String; 5]> = columns
        .iter()
        .map(|column| {
            let mut evidence: Vec<String> =
                column.evidence.iter().take(KINDS).map(|(what, count)| format!("{count} × {what}")).collect();
            if column.evidence.len() > KINDS {
                evidence.push("…".into());
            }
            if column.empty > 0 {
                evidence.push(format!("{} empty", column.empty));
            }
            [
                column.at.clone(),
                plain(column.name.as_deref().unwrap_or("")),
                column.kind.unwrap_or("-").to_owned(),
                evidence.join(", "),
                column.examples.iter().map(|example| plain(example)).collect::<Vec<_>>().join(" | "),
            ]
        })
        .collect();
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::from(" ");
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(&format!(" {cell}{} ", " ".repeat(width - cell.chars().count())));
        }
        line.push_str(&format!(" {}", row[4]));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Text of a file as a terminal may show it.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '␣' } else { letter }).collect()
}

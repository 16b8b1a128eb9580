//! Rejects of documents (mails, e-invoices, XML, JSON, PDFs): they have no rows to be corrected in a table. Each document
//! that something is wrong with is put into one folder as it came, to be corrected or asked for anew and to be given
//! back; a workbook beside the folder lists what is wrong with each.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::messages::{self, Language};
use crate::record::{Issue, Origin};
use crate::runner::{FileReport, RecordReport};
use crate::source::Snapshot;
use crate::source::mail::{put_again, safe_name};

/// The folder with the documents.
const FOLDER: &str = "rejects";
/// The list of what is wrong with them.
const LIST: &str = "rejects.xlsx";

/// The longest text of a cell, in characters; a workbook takes a little more.
const LONGEST: usize = 32_000;

/// The widths of the list's columns, in characters.
const WIDTHS: [f64; 5] = [30.0, 50.0, 15.0, 20.0, 80.0];

/// One thing that is wrong with a document.
struct Listed {
    at: Origin,
    field: Option<Arc<str>>,
    value: Option<String>,
    why: String,
}

impl Listed {
    fn new(issue: &Issue, language: Language) -> Self {
        let why = messages::why(&issue.why, language);
        Self { at: issue.at.clone(), field: issue.field.clone(), value: issue.value.clone(), why }
    }
}

/// What is wrong with documents, by the name of the input.
#[derive(Default)]
pub(super) struct Documents {
    listed: BTreeMap<Arc<str>, Vec<Listed>>,
}

/// Where the documents and their list are.
pub(super) struct Written {
    pub(super) folder: PathBuf,
    pub(super) list: PathBuf,
}

impl Documents {
    /// Takes in why a record was rejected.
    pub(super) fn take_record(&mut self, record: &RecordReport, language: Language) {
        let listed = self.listed.entry(Arc::clone(&record.origin.file)).or_default();
        listed.extend(record.issues.iter().map(|issue| Listed::new(issue, language)));
        listed.extend(record.reason.iter().map(|reason| {
            let why = messages::reason(reason, language);
            Listed { at: record.origin.clone(), field: None, value: None, why }
        }));
    }

    /// Takes in what is wrong with a file as a whole.
    pub(super) fn take_file(&mut self, file: &FileReport, language: Language) {
        if !file.verdict.issues.is_empty() {
            let listed = self.listed.entry(Arc::clone(&file.name)).or_default();
            listed.extend(file.verdict.issues.iter().map(|issue| Listed::new(issue, language)));
        }
    }

    /// Writes the documents and their list; none if nothing is wrong with any.
    pub(super) fn write(&self, inputs: &[Snapshot], to: &Path, language: Language) -> io::Result<Option<Written>> {
        let wrong: Vec<(&Snapshot, &[Listed])> =
            inputs.iter().filter_map(|input| Some((input, self.listed.get(&input.name)?.as_slice()))).collect();
        if wrong.is_empty() {
            return Ok(None);
        }
        let written = Written { folder: to.join(FOLDER), list: to.join(LIST) };
        std::fs::create_dir_all(&written.folder)?;
        let mut put: BTreeMap<&str, String> = BTreeMap::new();
        let mut taken = HashSet::new();
        for (input, _) in &wrong {
            // Several inputs may have come with one mail.
            if !put.contains_key(document(input)) {
                let name = free(&own_name(input), &mut taken);
                let path = written.folder.join(&name);
                match &input.mail {
                    Some(unit) => put_again(unit, &path)?,
                    None => std::fs::copy(&input.copy, &path).map(drop)?,
                }
                put.insert(document(input), name);
            }
        }
        let lines = wrong.iter().flat_map(|(input, listed)| {
            let name = put.get(document(input)).map_or("", String::as_str);
            listed.iter().map(move |listed| (name, listed))
        });
        list(&written.list, lines, language).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Some(written))
    }
}

/// The document that an input came with, by its name in places.
fn document(input: &Snapshot) -> &str {
    input.mail.as_ref().map_or(&input.name, |unit| &unit.mail)
}

/// The name under which a document is put down.
fn own_name(input: &Snapshot) -> String {
    let name = safe_name(&document(input).replace(['/', '\\'], "-"));
    // A mail out of a mailbox file is a file of its own from now on.
    let is_out_of_many = input.mail.as_ref().is_some_and(|unit| unit.number.is_some());
    if is_out_of_many { format!("{name}.eml") } else { name }
}

/// A name that is not taken yet, whatever its capitals.
fn free(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, ending) = name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let numbered = (2_u32..).map(|number| format!("{stem} ({number}){ending}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_else(|| name.to_owned())
}

fn list<'l>(
    path: &Path,
    lines: impl Iterator<Item = (&'l str, &'l Listed)>,
    language: Language,
) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heading = Format::new().set_bold();
    for (column, (word, width)) in (0..).zip(messages::rejects_columns(language).into_iter().zip(WIDTHS)) {
        sheet.write_string_with_format(0, column, word, &heading)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, (name, listed)) in (1..).zip(lines) {
        let at = listed.at.to_string();
        let (field, value) = (listed.field.as_deref().unwrap_or_default(), listed.value.as_deref().unwrap_or_default());
        for (column, text) in (0..).zip([name, &at, field, value, &listed.why]) {
            text_cell(sheet, row, column, text)?;
        }
    }
    book.save(path)
}

/// What strangers wrote stays text: it is never a formula.
fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if text.chars().count() > LONGEST {
        let short: String = text.chars().take(LONGEST).collect();
        sheet.write_string(row, column, short + "…")?;
    } else if !text.is_empty() {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_whatever_their_capitals() {
        let mut taken = HashSet::new();
        let names = ["a.eml", "A.EML", "a.eml", "b", "B"].map(|name| free(name, &mut taken));
        assert_eq!(names, ["a.eml", "A (2).EML", "a (3).eml", "b", "B (2)"]);
    }
}

//! What a run says by the way: about its surroundings and its input.

use std::path::Path;

use super::Language;

/// Something by the way.
#[derive(Clone, Copy, Debug)]
pub enum Note<'a> {
    /// An address is not set, and a dry run shows another one in its place.
    NotSet {
        /// The variable's name.
        name: &'a str,
        /// What is shown.
        address: &'a str,
    },
    /// Where the practice office was, and what it took.
    PracticeOffice {
        /// Its address.
        url: &'a str,
        /// The writes in its ledger.
        writes: usize,
    },
    /// Where pages of the browser are kept.
    BrowserPages(&'a Path),
    /// Mails that the filters of the recipe leave out.
    MailsLeftOut(u64),
    /// Mails without an attachment that is not required.
    MailsWithout(u64),
}

/// The words for a note.
pub fn note(note: &Note<'_>, language: Language) -> String {
    match language {
        Language::English => english(note),
        Language::German => german(note),
    }
}

fn english(note: &Note<'_>) -> String {
    match note {
        Note::NotSet { name, address } => format!("note: `{name}` is not set; its place is shown as `{address}`"),
        Note::PracticeOffice { url, writes } => format!("practice office at {url}: {writes} writes in its ledger"),
        Note::BrowserPages(folder) => format!("pages of the browser: {}", folder.display()),
        Note::MailsLeftOut(count) => {
            format!("note: mails not read: {count}; `from:` or `subject:` leave them out")
        }
        Note::MailsWithout(count) => {
            format!("note: mails not read: {count}; they have no such attachment, and need none")
        }
    }
}

fn german(note: &Note<'_>) -> String {
    match note {
        Note::NotSet { name, address } => {
            format!("Hinweis: `{name}` ist nicht gesetzt; an seiner Stelle steht `{address}`")
        }
        Note::PracticeOffice { url, writes } => {
            format!("Übungsbüro unter {url}: {writes} Schreibvorgänge in seinem Buch")
        }
        Note::BrowserPages(folder) => format!("Seiten des Browsers: {}", folder.display()),
        Note::MailsLeftOut(count) => {
            format!("Hinweis: nicht gelesene Mails: {count}; `from:` oder `subject:` lassen sie aus")
        }
        Note::MailsWithout(count) => {
            format!("Hinweis: nicht gelesene Mails: {count}; sie haben keinen solchen Anhang und brauchen keinen")
        }
    }
}

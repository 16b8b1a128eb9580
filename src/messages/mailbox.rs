//! What became of the mails of a mailbox, in words.

use super::Language;
use crate::mailbox::Note;

/// What is to be said of a single mail: lower case in English, no full stop.
pub fn mail_note(note: &Note, language: Language) -> String {
    match language {
        Language::English => english(note),
        Language::German => german(note),
    }
}

fn english(note: &Note) -> String {
    match note {
        Note::TooLong { uid, bytes, most } => {
            format!("mail {uid} is {bytes} bytes long, and no more than {most} are read: it was not entered and stays")
        }
        Note::More { left } => format!("{} more in the mailbox: run again to read them", mails(*left)),
        Note::Gone { name } => format!(
            "`{name}` was moved or deleted by somebody else while its records were entered: see that nobody enters them \
             once more by hand"
        ),
        Note::Stays { name, to: Some(to), why } => format!("`{name}` could not be moved to `{to}`: {why}"),
        Note::Stays { name, to: None, why } => format!("`{name}` could not be marked as read: {why}"),
    }
}

fn german(note: &Note) -> String {
    match note {
        Note::TooLong { uid, bytes, most } => format!(
            "Mail {uid} ist {bytes} Bytes lang, gelesen werden höchstens {most}: sie wurde nicht eingetragen und bleibt \
             liegen"
        ),
        Note::More { left } => {
            format!("noch {left} Mails im Postfach: ein weiterer Lauf liest sie")
        }
        Note::Gone { name } => format!(
            "`{name}` wurde von jemand anderem verschoben oder gelöscht, während ihre Datensätze eingetragen wurden: \
             bitte nicht noch einmal von Hand eintragen"
        ),
        Note::Stays { name, to: Some(to), why } => {
            format!("`{name}` konnte nicht nach `{to}` verschoben werden: {why}")
        }
        Note::Stays { name, to: None, why } => format!("`{name}` konnte nicht als gelesen markiert werden: {why}"),
    }
}

/// How many mails are dealt with, and how many stay since a record of them is still open.
pub fn mails_tidied(done: usize, open: usize, language: Language) -> String {
    match language {
        Language::English => format!("mailbox: {} dealt with, {open} stay as they are", mails(done)),
        Language::German if done == 1 => format!("Postfach: 1 Mail erledigt, {open} bleiben unverändert"),
        Language::German => format!("Postfach: {done} Mails erledigt, {open} bleiben unverändert"),
    }
}

/// How many mails are dealt with that an earlier run had left.
pub fn mails_made_good(done: usize, language: Language) -> String {
    match language {
        Language::English => format!("mailbox: {} of an earlier run dealt with", mails(done)),
        Language::German if done == 1 => "Postfach: 1 Mail eines früheren Laufs erledigt".to_owned(),
        Language::German => format!("Postfach: {done} Mails eines früheren Laufs erledigt"),
    }
}

/// Mails whose records have their final outcome and that could not be moved, and why.
pub fn mails_left(left: usize, why: &str, language: Language) -> String {
    match language {
        Language::English => format!("{} could not be marked and moved ({why}); run again", mails(left)),
        Language::German => {
            format!("{left} Mails nicht als gelesen markiert und verschoben ({why}); bitte noch einmal starten")
        }
    }
}

fn mails(count: usize) -> String {
    if count == 1 { "1 mail".to_owned() } else { format!("{count} mails") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(note: &Note) -> [String; 2] {
        [mail_note(note, Language::English), mail_note(note, Language::German)]
    }

    #[test]
    fn a_note_says_what_a_person_has_to_know() {
        let stays = Note::Stays { name: "a (1).eml".into(), to: Some("Erledigt".into()), why: "quota".into() };
        assert_eq!(
            both(&stays),
            [
                "`a (1).eml` could not be moved to `Erledigt`: quota",
                "`a (1).eml` konnte nicht nach `Erledigt` verschoben werden: quota",
            ]
        );
        assert_eq!(both(&Note::More { left: 1 })[0], "1 mail more in the mailbox: run again to read them");
        let [english, german] = both(&Note::Gone { name: "a (1).eml".into() });
        assert!(english.contains("by hand") && german.contains("von Hand"));
        assert_eq!(mails_tidied(1, 2, Language::English), "mailbox: 1 mail dealt with, 2 stay as they are");
        assert_eq!(mails_tidied(3, 2, Language::German), "Postfach: 3 Mails erledigt, 2 bleiben unverändert");
    }
}

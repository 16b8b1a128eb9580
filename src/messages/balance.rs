//! The words of the balance and of what goes on the screen.

use super::Language;
use crate::record::Outcome;

/// Words that stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Heading of the outcomes.
    Records,
    /// Rows of the input.
    Rows,
    /// Rows that are no records.
    Skipped,
    /// Records that an earlier run left open.
    Carried,
    /// Heading of the first issues.
    FirstIssues,
    /// Where all rejected rows are.
    AllRejects,
    /// Where the documents with rejected records are.
    RejectedFiles,
    /// Where it is listed what is wrong with them.
    RejectReasons,
    /// Where all of it can be read.
    More,
    /// Control totals.
    Totals,
    /// A total that fits.
    Met,
    /// A total that does not fit.
    NotMet,
    /// The balance does not close.
    DoesNotClose,
    /// The run was stopped early.
    StoppedEarly,
    /// Nothing was sent.
    DryRun,
    /// No file matched, and nothing waited.
    NothingToDo,
    /// Files with something wrong as a whole.
    Files,
    /// Entries that were being submitted when their run ended.
    CutOff,
    /// A run, before its number.
    RunNumber,
    /// Before the place that a record came from.
    From,
    /// A run's exit code, before it.
    Exit,
    /// A run that has no end.
    NotEnded,
}

/// The headings of the list of what is wrong with documents: file, place, field, value, reason.
pub fn rejects_columns(language: Language) -> [&'static str; 5] {
    match language {
        Language::English => ["file", "place", "field", "value", "reason"],
        Language::German => ["Datei", "Stelle", "Feld", "Wert", "Grund"],
    }
}

/// The word in a language.
pub fn word(word: Word, language: Language) -> &'static str {
    use Language::{English, German};
    match (word, language) {
        (Word::Records, English) => "records",
        (Word::Records, German) => "Datensätze",
        (Word::Rows, English) => "rows read",
        (Word::Rows, German) => "Zeilen gelesen",
        (Word::Skipped, English) => "rows that are no records",
        (Word::Skipped, German) => "Zeilen, die keine Datensätze sind",
        (Word::Carried, English) => "carried over from earlier runs",
        (Word::Carried, German) => "aus früheren Läufen übernommen",
        (Word::FirstIssues, English) => "the first issues",
        (Word::FirstIssues, German) => "Die ersten Beanstandungen",
        (Word::AllRejects, English) => "all rejected rows with their reasons, to correct and to run again",
        (Word::AllRejects, German) => "Alle abgelehnten Zeilen mit Gründen, zum Berichtigen und Neustarten",
        (Word::RejectedFiles, English) => "all files with rejected records, to correct and to give back by `--input`",
        (Word::RejectedFiles, German) => "Alle Dateien mit Abgelehntem, zum Berichtigen und Zurückgeben mit `--input`",
        (Word::RejectReasons, English) => "what is wrong with each of them",
        (Word::RejectReasons, German) => "Was mit jeder davon nicht stimmt",
        (Word::More, English) => "the whole report",
        (Word::More, German) => "Der ganze Bericht",
        (Word::Totals, English) => "control totals",
        (Word::Totals, German) => "Kontrollsummen",
        (Word::Met, English) => "fits",
        (Word::Met, German) => "stimmt",
        (Word::NotMet, English) => "DOES NOT FIT",
        (Word::NotMet, German) => "STIMMT NICHT",
        (Word::DoesNotClose, English) => {
            "THE BALANCE DOES NOT CLOSE: this is a defect of eintrag; please keep the journal and report it"
        }
        (Word::DoesNotClose, German) => {
            "DIE BILANZ GEHT NICHT AUF: das ist ein Fehler in eintrag; bitte das Journal aufheben und melden"
        }
        (Word::StoppedEarly, English) => "stopped early; run the same command again to go on",
        (Word::StoppedEarly, German) => "Vorzeitig beendet; denselben Befehl noch einmal starten, um weiterzumachen",
        (Word::DryRun, English) => "dry run: nothing was sent",
        (Word::DryRun, German) => "Probelauf: nichts wurde gesendet",
        (Word::NothingToDo, English) => "nothing to do",
        (Word::NothingToDo, German) => "Nichts zu tun",
        (Word::CutOff, English) => "were being submitted when their run was cut off; run again to settle them",
        (Word::CutOff, German) => "wurden gerade abgeschickt, als ihr Lauf abbrach; neu starten, um sie zu klären",
        (Word::RunNumber, English) => "run",
        (Word::RunNumber, German) => "Lauf",
        (Word::From, English) => "from",
        (Word::From, German) => "aus",
        (Word::Exit, English) => "exit",
        (Word::Exit, German) => "Code",
        (Word::NotEnded, English) => "not ended",
        (Word::NotEnded, German) => "ohne Ende",
        (Word::Files, English) => "files with something wrong as a whole",
        (Word::Files, German) => "Dateien, mit denen im Ganzen etwas nicht stimmt",
    }
}

/// An outcome, and in a few words what it means.
pub fn outcome(outcome: Outcome, language: Language) -> (&'static str, &'static str) {
    use Language::{English, German};
    match (outcome, language) {
        (Outcome::Valid, English) => ("valid", "would be sent"),
        (Outcome::Valid, German) => ("gültig", "würden gesendet"),
        (Outcome::Entered, English) => ("entered", "now in the target"),
        (Outcome::Entered, German) => ("eingetragen", "jetzt im Zielsystem"),
        (Outcome::Unchanged, English) => ("unchanged", "nothing to do: in already, doubled or dropped"),
        (Outcome::Unchanged, German) => ("unverändert", "nichts zu tun: schon eingetragen, doppelt oder verworfen"),
        (Outcome::Rejected, English) => ("rejected", "the data is wrong; nothing was sent"),
        (Outcome::Rejected, German) => ("abgelehnt", "Daten falsch; nichts gesendet"),
        (Outcome::Held, English) => ("held", "wait for a person"),
        (Outcome::Held, German) => ("angehalten", "warten auf einen Menschen"),
        (Outcome::Failed, English) => ("failed", "the target refused; nothing was written"),
        (Outcome::Failed, German) => ("gescheitert", "vom Zielsystem verweigert; nichts geschrieben"),
        (Outcome::InDoubt, English) => ("in doubt", "submitted, but the answer never came"),
        (Outcome::InDoubt, German) => ("ungewiss", "abgeschickt, aber ohne Antwort"),
        (Outcome::Pending, English) => ("pending", "not reached; the next run does them"),
        (Outcome::Pending, German) => ("offen", "nicht erreicht; macht der nächste Lauf"),
    }
}

/// A number of things, such as `1 Datei, mit der …` and `2 Dateien, mit denen …`.
pub fn counted(count: u64, things: Word, language: Language) -> String {
    use Language::{English, German};
    let one = match (things, language) {
        (Word::Records, English) => "record",
        (Word::Records, German) => "Datensatz",
        (Word::Rows, English) => "row read",
        (Word::Rows, German) => "Zeile gelesen",
        (Word::Skipped, English) => "row that is no record",
        (Word::Skipped, German) => "Zeile, die kein Datensatz ist",
        (Word::Files, English) => "file with something wrong as a whole",
        (Word::Files, German) => "Datei, mit der im Ganzen etwas nicht stimmt",
        _ => word(things, language),
    };
    format!("{count} {}", if count == 1 { one } else { word(things, language) })
}

/// The name of a control total (`sum of gross`, `count`) as a person reads it.
pub fn total_name(name: &str, language: Language) -> String {
    match (language, name.strip_prefix("sum of ")) {
        (Language::English, _) => name.to_owned(),
        (Language::German, Some(field)) => format!("Summe von {field}"),
        (Language::German, None) => "Anzahl".to_owned(),
    }
}

/// The exact digits of a number as a person reads them: `-1.234,50` in German, `-1,234.50` in English. What is no
/// number stays as it is.
pub fn number_text(digits: &str, language: Language) -> String {
    let (sign, plain) = digits.strip_prefix('-').map_or(("", digits), |plain| ("-", plain));
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let (group, decimal) = if language == Language::German { ('.', ',') } else { (',', '.') };
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(decimal);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let both = |digits| [Language::English, Language::German].map(|language| number_text(digits, language));
        assert_eq!(both("-1234567.50"), ["-1,234,567.50", "-1.234.567,50"]);
        assert_eq!(both("123"), ["123", "123"]);
        assert_eq!(both("0.005"), ["0.005", "0,005"]);
        assert_eq!(both("-"), ["-", "-"]);
        assert_eq!(total_name("sum of gross", Language::German), "Summe von gross");
        assert_eq!(total_name("count", Language::German), "Anzahl");
    }

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!(counted(1, Word::Files, Language::German), "1 Datei, mit der im Ganzen etwas nicht stimmt");
        assert_eq!(counted(2, Word::Records, Language::English), "2 records");
    }
}

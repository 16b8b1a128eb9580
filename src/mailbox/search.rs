//! The search for the mails that a recipe means. Servers search for texts, not for patterns, and not all of them search
//! for umlauts: what is asked is the longest certain part, and what gets through is judged by the source.

use jiff::civil::Date;

use super::command::Command;
use super::settings::Sieve;

/// A search for what the sieve lets through; `ascii`: without anything that old servers do not understand.
pub(super) fn search(sieve: &Sieve, ascii: bool) -> Command {
    let from = certain(&sieve.from, ascii);
    let subject = certain(&sieve.subject, ascii);
    let beyond = from.iter().chain(&subject).any(|text| !text.is_ascii());
    let mut command = Command::new(if beyond { "UID SEARCH CHARSET UTF-8 UNDELETED" } else { "UID SEARCH UNDELETED" });
    if sieve.unseen {
        command = command.words("UNSEEN");
    }
    if let Some(since) = sieve.since {
        command = command.words(&format!("SINCE {}", day(since)));
    }
    one_of(one_of(command, "FROM", &from), "SUBJECT", &subject)
}

/// A search for a mail that the folder may have under another number now.
pub(super) fn again(message_id: Option<&str>, bytes: u64) -> Command {
    let command = Command::new("UID SEARCH UNDELETED");
    match message_id {
        Some(id) => command.words("HEADER Message-ID").text(id),
        None => command.words(&format!("LARGER {} SMALLER {}", bytes.saturating_sub(1), bytes.saturating_add(1))),
    }
}

/// A search for those of these mails that are still there.
pub(super) fn present(set: &str) -> Command {
    Command::new("UID SEARCH UID").words(set).words("UNDELETED")
}

/// For each pattern a text that all it means contain; none at all if one of them means everything.
fn certain<'p>(patterns: &'p [String], ascii: bool) -> Vec<&'p str> {
    let cut = |letter: char| letter == '*' || (ascii && !letter.is_ascii());
    let longest = |pattern: &'p String| pattern.split(cut).map(str::trim).max_by_key(|piece| piece.len());
    let texts: Vec<&str> = patterns.iter().filter_map(longest).collect();
    if texts.iter().any(|text| text.is_empty()) { Vec::new() } else { texts }
}

fn one_of(mut command: Command, key: &str, texts: &[&str]) -> Command {
    for (index, text) in texts.iter().enumerate() {
        let key = if index + 1 < texts.len() { format!("OR {key}") } else { key.to_owned() };
        command = command.words(&key).text(text);
    }
    command
}

/// A day as RFC 3501 writes it, in English whatever the computer speaks.
fn day(date: Date) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"Jan");
    format!("{}-{month}-{:04}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(sieve: &Sieve, ascii: bool) -> Vec<String> {
        search(sieve, ascii).lines().map(str::to_owned).collect()
    }

    #[test]
    fn everything_is_what_is_not_deleted() {
        assert_eq!(lines(&Sieve::default(), false), ["UID SEARCH UNDELETED"]);
        let all = Sieve { from: vec!["*".into(), "a@b.example".into()], ..Sieve::default() };
        assert_eq!(lines(&all, false), ["UID SEARCH UNDELETED"]);
    }

    #[test]
    fn a_pattern_is_searched_by_its_longest_certain_part() {
        let sieve = Sieve {
            from: vec!["*@supplier.example".into(), "anna@*".into()],
            subject: vec!["Rechnung * vom".into()],
            since: Some(jiff::civil::date(2026, 3, 9)),
            unseen: true,
        };
        let wanted = "UID SEARCH UNDELETED UNSEEN SINCE 9-Mar-2026 OR FROM \"@supplier.example\" FROM \"anna@\" SUBJECT \
                      \"Rechnung\"";
        assert_eq!(lines(&sieve, false), [wanted]);
    }

    #[test]
    fn umlauts_are_announced_or_left_to_the_source() {
        let sieve = Sieve { subject: vec!["Bestellung für".into(), "Auftrag".into()], ..Sieve::default() };
        let lines_of = lines(&sieve, false);
        let wanted = ["UID SEARCH CHARSET UTF-8 UNDELETED OR SUBJECT {15}", "Bestellung für SUBJECT \"Auftrag\""];
        assert_eq!(lines_of, wanted);
        assert_eq!(lines(&sieve, true), ["UID SEARCH UNDELETED OR SUBJECT \"Bestellung f\" SUBJECT \"Auftrag\""]);
        let only = Sieve { subject: vec!["Ö".into()], ..Sieve::default() };
        assert_eq!(lines(&only, true), ["UID SEARCH UNDELETED"]);
    }
}

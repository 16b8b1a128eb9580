//! The words for everything that can be wrong with the data: the reason first, then, where it helps, what to do.

mod english;
mod german;
#[cfg(test)]
mod tests;

use super::Language;
use crate::record::{Issue, Place, Why};

/// The reason, and what to do about it.
pub fn why(why: &Why, language: Language) -> String {
    match language {
        Language::English => english::why(why),
        Language::German => german::why(why),
    }
}

/// A whole issue on one line: `rechnungen.csv:37 net: 12.50 - …`.
pub fn issue(issue: &Issue, language: Language) -> String {
    let mut line = issue.at.to_string();
    if let Some(field) = &issue.field {
        line.push(' ');
        line.push_str(field);
    }
    line.push_str(": ");
    if let Some(value) = &issue.value {
        line.push_str(&one_line(value));
        line.push_str(" - ");
    }
    line.push_str(&why(&issue.why, language));
    line
}

/// Longest value that is shown whole, in characters.
const LONGEST: usize = 80;

/// A value without line breaks, and cut where it is long.
fn one_line(value: &str) -> String {
    let mut line: String =
        value.chars().take(LONGEST).map(|letter| if letter.is_control() { '␣' } else { letter }).collect();
    if value.chars().count() > LONGEST {
        line.push('…');
    }
    line
}

/// The place of another row, by the language's word for a row.
fn row(place: &Place, word: &str) -> String {
    match place {
        Place::File => word.to_owned(),
        Place::Line(line) => format!("{word} {line}"),
        Place::Sheet { row, .. } => format!("{word} {row}"),
        Place::Item(item) => format!("`{item}`"),
    }
}

/// A character as a message shows it: those that cannot be seen by their number.
fn letter(letter: char) -> String {
    if letter.is_control() || letter.is_whitespace() || !letter.is_alphanumeric() && !letter.is_ascii_graphic() {
        format!("U+{:04X}", u32::from(letter))
    } else {
        letter.to_string()
    }
}

/// Words in backticks with commas between them.
fn ticked(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

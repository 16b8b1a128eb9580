//! The value that stands beside a caption in a text: after it in the same line, or below it. A caption that stands there
//! twice with different values is an issue, since nobody can say which one is meant.

use crate::record::Why;

/// The value of a caption; none where the text does not have it.
///
/// # Errors
/// It is there more than once, with different values.
pub(super) fn value(text: &str, caption: &str) -> Result<Option<String>, Why> {
    let wanted = plain(caption);
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        for (column, cell) in cells.iter().enumerate() {
            let Some(rest) = after(cell, &wanted) else { continue };
            let right = || cells[column + 1..].iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
            let value = if rest.is_empty() {
                right().map(str::to_owned).or_else(|| below(&lines, at, column, cells.len()))
            } else {
                Some(rest.to_owned())
            };
            if let Some(value) = value.filter(|value| !found.contains(value)) {
                found.push(value);
            }
        }
    }
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(Why::TextTwice { wanted: caption.to_owned(), found }),
    }
}

/// What stands behind the caption, if a text begins with it: nothing, or a value after a colon, an equals sign or blanks.
fn after<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let text = text.trim().trim_start_matches(['*', '•', '-', '–', ' ']);
    // The caption may have blanks of its own, so its length is found letter by letter.
    let mut end = 0;
    for (at, letter) in text.char_indices() {
        end = at + letter.len_utf8();
        if plain(&text[..end]) == *wanted {
            break;
        }
        if end > 4 * wanted.len() + 8 {
            return None;
        }
    }
    let (head, rest) = text.split_at(end);
    if wanted.is_empty() || plain(head) != *wanted {
        return None;
    }
    let rest = rest.trim_start_matches('*');
    let bare = rest.trim_start_matches([' ', '\u{a0}', '.']);
    if bare.is_empty() {
        return Some("");
    }
    let value = bare.strip_prefix([':', '=']).map(|value| value.trim_start_matches('*').trim());
    // Without a colon only wide space parts a caption from its value: `Liefertermin verschoben` is no value.
    value.or_else(|| (rest.starts_with("  ") || rest.starts_with('\t')).then(|| bare.trim()))
}

/// The value in the next line that is not empty, in the same column of a table.
fn below(lines: &[&str], at: usize, column: usize, columns: usize) -> Option<String> {
    let next = lines.iter().skip(at + 1).take(3).find(|line| !line.trim().is_empty())?;
    let cells: Vec<&str> = next.split('\t').collect();
    let cell = if cells.len() == columns { cells.get(column)? } else { cells.first()? };
    let cell = cell.trim();
    // The next caption is no value.
    (!cell.is_empty() && !cell.ends_with(':')).then(|| cell.to_owned())
}

fn plain(text: &str) -> String {
    let text = text.trim().trim_matches('*').trim().trim_end_matches(':').trim_end();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        value(text, "Liefertermin").unwrap()
    }

    #[test]
    fn after_or_below_the_caption() {
        for text in [
            "Liefertermin: 12.03.2026",
            "  Liefertermin : 12.03.2026  ",
            "liefertermin  12.03.2026",
            "*Liefertermin:* 12.03.2026",
            "- Liefertermin = 12.03.2026",
            "Liefertermin:\n12.03.2026",
            "Liefertermin\n\n  12.03.2026",
            "Liefertermin\t12.03.2026",
            "Nummer\tLiefertermin\n4711\t12.03.2026",
            "Liefertermin: 12.03.2026\nLiefertermin: 12.03.2026",
        ] {
            assert_eq!(found(text).as_deref(), Some("12.03.2026"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_value_is_none() {
        for text in
            ["", "Der Liefertermin: morgen", "Liefertermine: 1", "Liefertermin verschoben", "Liefertermin:\nOrt:\nBonn"]
        {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn two_values_are_an_issue() {
        let why = value("Liefertermin: 1\nText\nLiefertermin: 2", "Liefertermin").unwrap_err();
        assert_eq!(
            why,
            Why::TextTwice { wanted: "Liefertermin".to_owned(), found: vec!["1".to_owned(), "2".to_owned()] }
        );
    }
}

//! The value that stands beside a caption in a text: after it in the same line, in the next cell of its row, or below it. A
//! caption that stands there twice with different values is an issue, since nobody can say which one is meant. A caption
//! without a value has none: what stands near it belongs to another one.

use crate::record::Why;

/// How the lines begin that end a letter; below an empty caption they are no value.
const ENDS: [&str; 12] = [
    "mit freundlichen",
    "freundliche gr",
    "viele gr",
    "beste gr",
    "liebe gr",
    "schöne gr",
    "herzliche gr",
    "mfg",
    "best regards",
    "kind regards",
    "regards",
    "--",
];

/// The value of a caption; none where the text does not have it, or has it without a value. `captions` are all those that
/// the recipe looks for: where one of them begins, the value of another ends.
///
/// # Errors
/// It is there more than once, with different values.
pub(super) fn value(text: &str, caption: &str, captions: &[String]) -> Result<Option<String>, Why> {
    let wanted = plain(caption);
    let mut captions: Vec<String> = captions.iter().map(|caption| plain(caption)).collect();
    captions.retain(|caption| !caption.is_empty());
    // `Nummer` is no caption in `Kunden Nummer:` where that is one.
    captions.sort_by_key(|caption| std::cmp::Reverse(caption.len()));
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        for (column, cell) in cells.iter().enumerate() {
            let pieces = pieces(cell, &captions);
            for piece in &pieces {
                let Some(rest) = after(piece, &wanted) else { continue };
                let value = match rest {
                    "" if pieces.len() > 1 => None,
                    "" => near(&lines, at, &cells, column, &captions),
                    rest => Some(rest),
                };
                if let Some(value) = value.filter(|value| !found.iter().any(|found| found == value)) {
                    found.push(value.to_owned());
                }
            }
        }
    }
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(Why::TextTwice { wanted: caption.to_owned(), found }),
    }
}

/// A cell that begins with a caption of the recipe, cut where others of them begin; every other cell as it is.
fn pieces<'a>(cell: &'a str, captions: &[String]) -> Vec<&'a str> {
    let cell = bare(cell);
    let Some(first) = captions.iter().find_map(|caption| caption_end(cell, caption)) else { return vec![cell] };
    let (mut pieces, mut from, mut at) = (Vec::new(), 0, first);
    while let Some(step) = cell[at..].find(char::is_whitespace) {
        let blank = at + step;
        let Some(word) = cell[blank..].find(|letter: char| !letter.is_whitespace()) else { break };
        let begin = blank + word;
        at = begin;
        let is_wide = cell[blank..begin].chars().count() > 1;
        let end = captions.iter().find_map(|caption| {
            let end = begin + caption_end(&cell[begin..], caption)?;
            let rest = &cell[end..];
            let has_mark = rest.trim_start().starts_with([':', '=']);
            (has_mark || (is_wide && (rest.trim().is_empty() || rest.starts_with("  ")))).then_some(end)
        });
        if let Some(end) = end {
            pieces.push(&cell[from..blank]);
            (from, at) = (begin, end);
        }
    }
    pieces.push(&cell[from..]);
    pieces
}

/// Where a caption ends that a text begins with: behind a whole word.
fn caption_end(text: &str, caption: &str) -> Option<usize> {
    let mut rest = text;
    for letter in caption.chars() {
        if letter == ' ' {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        } else {
            let found = rest.chars().next().filter(|found| found.to_lowercase().eq(std::iter::once(letter)))?;
            rest = &rest[found.len_utf8()..];
        }
    }
    (!rest.starts_with(char::is_alphanumeric)).then(|| text.len() - rest.len())
}

/// The value of a caption that stands alone in its cell: in the next cell, or below.
fn near<'a>(lines: &[&'a str], at: usize, cells: &[&'a str], column: usize, captions: &[String]) -> Option<&'a str> {
    let is_value = |text: &str| !text.is_empty() && !is_caption(text, captions);
    let next = lines.get(at + 1).copied().unwrap_or_default();
    let Some(right) = cells.get(column + 1).map(|cell| cell.trim()) else {
        let below: Vec<&str> = next.split('\t').collect();
        let below = below.get(column).filter(|_| below.len() == cells.len())?.trim();
        let ends = || ENDS.iter().any(|end| below.to_lowercase().starts_with(end));
        return (is_value(below) && !ends()).then_some(below);
    };
    if right.is_empty() || is_value(right) {
        return Some(right).filter(|right| !right.is_empty());
    }
    // Captions side by side are the header of a table.
    let below: Vec<&str> = next.split('\t').collect();
    let below = below.get(column).filter(|_| below.len() == cells.len())?.trim();
    is_value(below).then_some(below)
}

/// Whether a text is a caption or begins with one: of the recipe, or any that ends with a colon.
fn is_caption(text: &str, captions: &[String]) -> bool {
    let text = bare(text);
    let own = |caption: &String| {
        caption_end(text, caption).is_some_and(|end| {
            let rest = &text[end..];
            rest.trim().is_empty() || rest.trim_start().starts_with([':', '=']) || rest.starts_with("  ")
        })
    };
    if text.ends_with(':') || captions.iter().any(own) {
        return true;
    }
    let Some((head, rest)) = text.split_once(':') else { return false };
    let is_time = head.ends_with(|letter: char| letter.is_ascii_digit())
        && rest.starts_with(|letter: char| letter.is_ascii_digit());
    head.starts_with(char::is_alphabetic) && head.chars().count() <= 40 && !rest.starts_with("//") && !is_time
}

/// A text without what lists and bold letters put before it.
fn bare(text: &str) -> &str {
    text.trim().trim_start_matches(['*', '•', '-', '–', ' '])
}

/// What stands behind the caption, if a text begins with it: nothing, or a value after a colon, an equals sign or blanks.
fn after<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let text = bare(text);
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

fn plain(text: &str) -> String {
    let text = text.trim().trim_matches('*').trim().trim_end_matches(':').trim_end();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        value(text, "Liefertermin", &[]).unwrap()
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
            "Liefertermin\n  12.03.2026",
            "> Liefertermin:\n> 12.03.2026",
            "Liefertermin\t12.03.2026",
            "Nummer\tLiefertermin\n4711\t12.03.2026",
            "Liefertermin: 12.03.2026\nLiefertermin: 12.03.2026",
        ] {
            assert_eq!(found(text).as_deref(), Some("12.03.2026"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_value_is_none() {
        for text in [
            "",
            "Der Liefertermin: morgen",
            "Liefertermine: 1",
            "Liefertermin verschoben",
            "Liefertermin:\nOrt:\nBonn",
            "Liefertermin:\nOrt: Bonn",
            "Liefertermin:\n\n12.03.2026",
            "Liefertermin:\nMit freundlichen Grüßen",
            "Liefertermin:\t\nOrt\tBonn",
            "Liefertermin:\t\u{a0}\tOrt:\tBonn",
            "Liefertermin:\tOrt:\tBonn",
            "Liefertermin:\nOrt\tBonn",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_captions_of_the_recipe_are_no_values() {
        let captions = ["Nummer", "Lieferant", "Kunden Nummer", "Kostenstelle"].map(str::to_owned);
        for (text, number, supplier) in [
            ("Nummer: 9 Lieferant: X", Some("9"), Some("X")),
            ("Nummer: Lieferant: X", None, Some("X")),
            ("Nummer: 9 Kunden Nummer: 5", Some("9"), None),
            ("Kunden Nummer: 5", None, None),
            ("Nummer   Lieferant   Kostenstelle\n9        X           4", None, None),
            ("Lieferant\nKostenstelle\nNummer: 9", Some("9"), None),
            ("Nummer\tLieferant\tKostenstelle\n9\tX\t4", Some("9"), Some("X")),
            ("Lieferant\t\nNummer\t9", Some("9"), None),
            ("Nummer: 9\nLieferant: der Lieferant", Some("9"), Some("der Lieferant")),
        ] {
            let found = |caption: &str| value(text, caption, &captions).unwrap();
            assert_eq!((found("Nummer").as_deref(), found("Lieferant").as_deref()), (number, supplier), "{text:?}");
        }
    }

    #[test]
    fn two_values_are_an_issue() {
        let why = value("Liefertermin: 1\nText\nLiefertermin: 2", "Liefertermin", &[]).unwrap_err();
        assert_eq!(
            why,
            Why::TextTwice { wanted: "Liefertermin".to_owned(), found: vec!["1".to_owned(), "2".to_owned()] }
        );
    }
}

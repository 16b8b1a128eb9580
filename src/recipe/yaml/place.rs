//! Where a piece of a value stands in the file: quotes, escapes, indentation and folded lines lie between the two.

use std::ops::Range;

/// The bytes of the file at which a piece of a scalar stands. `span` is the whole scalar in `text`, `value` what it
/// means, `piece` bytes of the value. Where the two cannot be matched, it is the whole scalar.
pub fn inside(text: &str, span: &Range<usize>, value: &str, piece: &Range<usize>) -> Range<usize> {
    let Some(written) = text.get(span.clone()) else { return span.clone() };
    let Some(places) = places(written, value) else { return span.clone() };
    let at = |byte: usize| span.start + places[byte.min(value.len())];
    let start = at(piece.start);
    // The end is where the last byte ends, not where the next begins: a line break may lie between them.
    let end = if piece.end > piece.start {
        let last = (piece.start..piece.end.min(value.len())).rev().find(|byte| value.is_char_boundary(*byte));
        last.map_or(start, |last| {
            let width = written[places[last]..].chars().next().map_or(1, char::len_utf8);
            span.start + places[last] + width
        })
    } else {
        start
    };
    start..end.max(start)
}

/// For each byte of the value (and its end) the byte of the written form.
fn places(written: &str, value: &str) -> Option<Vec<usize>> {
    if written == value {
        return Some((0..=value.len()).collect());
    }
    let style = written.chars().next()?;
    let mut at = match style {
        '"' | '\'' => 1,
        '|' | '>' => written.find('\n')? + 1,
        _ => 0,
    };
    let mut places = Vec::with_capacity(value.len() + 1);
    for letter in value.chars() {
        let rest = &written[at..];
        let (skipped, width) = match style {
            '\'' if letter == '\'' && rest.starts_with("''") => (0, 2),
            '"' if rest.starts_with('\\') && !rest.starts_with("\\\n") => (0, escape(rest)),
            _ if rest.starts_with(letter) && letter != '\n' && letter != ' ' => (0, letter.len_utf8()),
            _ if letter == '\n' || letter == ' ' => (0, blanks(rest, letter)),
            // Indentation stands before the first letter of a line.
            _ if rest.trim_start().starts_with(letter) => (rest.len() - rest.trim_start().len(), letter.len_utf8()),
            _ => return None,
        };
        at += skipped;
        if width == 0 || !written.is_char_boundary(at + width) {
            return None;
        }
        places.extend(std::iter::repeat_n(at, letter.len_utf8()));
        at += width;
    }
    places.push(at);
    Some(places)
}

/// The length of the written form of a blank or a line break of the value: itself, or a line break with indentation.
fn blanks(rest: &str, letter: char) -> usize {
    let own = rest.strip_prefix('\r').unwrap_or(rest);
    if letter == '\n' && own.starts_with('\n') {
        return rest.len() - own.len() + 1;
    }
    let indented = rest.trim_start_matches([' ', '\t', '\r']);
    if indented.starts_with('\n') {
        return rest.len() - indented.trim_start().len();
    }
    usize::from(rest.starts_with(letter))
}

/// The length of an escape in double quotes.
fn escape(rest: &str) -> usize {
    let width = match rest.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
    };
    width.min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a piece of a value is found to be written as.
    fn found<'a>(text: &'a str, written: &str, value: &str, piece: &str) -> &'a str {
        let start = text.find(written).expect("the scalar is in the text");
        let at = value.find(piece).expect("the piece is in the value");
        &text[inside(text, &(start..start + written.len()), value, &(at..at + piece.len()))]
    }

    #[test]
    fn plain_and_quoted() {
        assert_eq!(found("a: ${nett}", "${nett}", "${nett}", "nett"), "nett");
        assert_eq!(found("a: 'it''s ${nett}'", "'it''s ${nett}'", "it's ${nett}", "nett"), "nett");
        assert_eq!(found(r#"a: "ä\t\u00e4 ${nett}""#, r#""ä\t\u00e4 ${nett}""#, "ä\tä ${nett}", "nett"), "nett");
    }

    #[test]
    fn blocks_and_folded_lines() {
        let text = "a: >-\n    net ==\n    grosss\nb: 1";
        assert_eq!(found(text, ">-\n    net ==\n    grosss", "net == grosss", "grosss"), "grosss");
        let text = "a: |\r\n  x\r\n  y ${zz}\r\n";
        assert_eq!(found(text, "|\r\n  x\r\n  y ${zz}\r\n", "x\ny ${zz}\n", "zz"), "zz");
        let text = "a: net ==\n   grosss";
        assert_eq!(found(text, "net ==\n   grosss", "net == grosss", "grosss"), "grosss");
    }

    #[test]
    fn what_cannot_be_matched_is_the_whole() {
        assert_eq!(inside("a: xyz", &(3..6), "other", &(0..5)), 3..6);
        assert_eq!(inside("ä", &(1..9), "other", &(0..5)), 1..9);
    }
}

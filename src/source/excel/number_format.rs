//! How a number format shows a whole number, where that matters: a customer number stored as 123 and shown as `00123`
//! is `00123`. Formats with decimals, grouping or conditions are left alone, since the digits say the same.

/// Writes what the format shows of the digits; false where the digits themselves are as good.
pub(super) fn show(digits: &str, format: &str, out: &mut String) -> bool {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    // The first section is the one for positive numbers.
    let Some(parts) = parse(format) else { return false };
    let places = parts.iter().filter(|part| matches!(part, Part::Zero | Part::Optional)).count();
    let zeros = parts.iter().filter(|part| matches!(part, Part::Zero)).count();
    // Without a `0`, or with literals only around one, the digits are the number.
    if zeros == 0 || (zeros == 1 && places == 1 && parts.len() == 1) {
        return false;
    }
    out.clear();
    let missing = places.saturating_sub(digits.len());
    let mut rest = digits.bytes();
    // What is longer than the format has places for stands before its first place.
    let mut surplus = digits.len().saturating_sub(places);
    let mut seen = 0;
    let mut shown = false;
    for part in &parts {
        match part {
            Part::Literal(letter) => out.push(*letter),
            Part::Zero | Part::Optional => {
                while surplus > 0 {
                    out.extend(rest.next().map(char::from));
                    surplus -= 1;
                }
                seen += 1;
                if seen > missing {
                    out.extend(rest.next().map(char::from));
                    shown = true;
                } else if matches!(part, Part::Zero) || shown {
                    out.push('0');
                    shown = true;
                }
            }
        }
    }
    true
}

enum Part {
    Zero,
    Optional,
    Literal(char),
}

/// The parts of a format's first section; none where it has more than digits and literal characters.
fn parse(format: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '0' => parts.push(Part::Zero),
            '#' => parts.push(Part::Optional),
            ';' => break,
            '\\' => parts.push(Part::Literal(letters.next()?)),
            '"' => loop {
                match letters.next()? {
                    '"' => break,
                    letter => parts.push(Part::Literal(letter)),
                }
            },
            '-' | ' ' | '/' | '(' | ')' | '+' | ':' => parts.push(Part::Literal(letter)),
            _ => return None,
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(digits: &str, format: &str) -> Option<String> {
        let mut out = String::new();
        show(digits, format, &mut out).then_some(out)
    }

    #[test]
    fn leading_zeros_and_literals_are_shown() {
        assert_eq!(shown("123", "00000").as_deref(), Some("00123"));
        assert_eq!(shown("123456", "00000").as_deref(), Some("123456"));
        assert_eq!(shown("1234567", "000-000").as_deref(), Some("1234-567"));
        assert_eq!(shown("12", "\"K\"0000").as_deref(), Some("K0012"));
        assert_eq!(shown("12", "\\K#000").as_deref(), Some("K012"));
        assert_eq!(shown("1012", "D\\-00000;@"), None);
        assert_eq!(shown("1012", "\\D\\-00000;@").as_deref(), Some("D-01012"));
    }

    #[test]
    fn other_formats_leave_the_digits() {
        for format in ["General", "0", "0.00", "#,##0.00", "@", "", "0%", "[Red]000", "0.00E+00", "\"open"] {
            assert_eq!(shown("123", format), None, "{format}");
        }
        assert_eq!(shown("-123", "00000"), None);
        assert_eq!(shown("1.5", "00000"), None);
    }
}

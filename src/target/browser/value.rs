//! Values as people write them into pages of a locale, and whether what stands in a field afterwards is the same value:
//! a page may write `1.234,50` for `1234,5`, but not `1.234`.

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::page::Written;
use crate::recipe::model::Locale;
use crate::record::Value;

/// The language that pages are asked for.
pub(super) fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::De => "de-DE",
        Locale::DeAt => "de-AT",
        Locale::DeCh => "de-CH",
        Locale::EnGb => "en-GB",
        Locale::EnUs | Locale::Iso => "en-US",
    }
}

/// A value in all forms; none where there is none to write.
pub(super) fn written(value: &Value, locale: Locale) -> Written {
    let text = text(value, locale);
    let of_text = |text: &str| {
        // A text goes into a date input only if it says a date.
        let date = read_date(text, locale).map(|date| date.to_string());
        let number = read_number(text, locale).map(|number| number.to_string());
        (date, number)
    };
    match value {
        Value::Number(number) => Written { number: Some(number.to_string()), text, ..Written::default() },
        Value::Money(money) => Written { number: Some(money.amount.to_string()), text, ..Written::default() },
        Value::Date(date) => Written { date: Some(date.to_string()), text, ..Written::default() },
        Value::Time(time) => Written { time: Some(short_time(*time)), text, ..Written::default() },
        Value::DateTime(stamp) => Written {
            date: Some(stamp.civil.date().to_string()),
            datetime: Some(format!("{}T{}", stamp.civil.date(), short_time(stamp.civil.time()))),
            text,
            ..Written::default()
        },
        Value::Bool(value) => Written { bool: Some(*value), text, ..Written::default() },
        _ => {
            let (date, number) = of_text(&text);
            Written { date, number, text, ..Written::default() }
        }
    }
}

/// The text of a value in a locale; empty for a missing one.
pub(super) fn text(value: &Value, locale: Locale) -> String {
    match value {
        Value::Number(number) => write_number(*number, locale),
        Value::Money(money) => write_number(money.amount, locale),
        Value::Date(date) => write_date(*date, locale),
        Value::Time(time) => short_time(*time),
        Value::DateTime(stamp) => {
            format!("{} {}", write_date(stamp.civil.date(), locale), short_time(stamp.civil.time()))
        }
        other => other.to_string(),
    }
}

/// Whether a field shows the value that it should: the same text but for blanks around it, the same number, the same day.
/// Blanks that group a value (of an IBAN) do not change it.
pub(super) fn same(expected: &Value, found: &str, locale: Locale) -> bool {
    let wanted = text(expected, locale);
    if tidy(&wanted) == tidy(found) || wanted.replace("\r\n", "\n") == found.replace("\r\n", "\n") {
        return true;
    }
    match expected {
        Value::Number(number) => is_number(found, *number, locale),
        Value::Money(money) => is_number(found, money.amount, locale),
        Value::Date(date) => read_date(found, locale) == Some(*date) || found.trim() == date.to_string(),
        Value::Time(time) => read_time(found) == Some(*time),
        Value::DateTime(stamp) => read_datetime(found, locale) == Some(stamp.civil),
        Value::Text(text) if !text.contains(char::is_whitespace) => {
            let ungrouped: String = found.chars().filter(|letter| !letter.is_whitespace()).collect();
            !text.is_empty() && ungrouped == **text
        }
        _ => false,
    }
}

/// The text without blanks around it, and with one blank for several.
pub(super) fn tidy(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn marks(locale: Locale) -> (char, &'static [char]) {
    match locale {
        Locale::De | Locale::DeAt => (',', &['.', ' ', '\u{a0}', '\u{202f}']),
        Locale::DeCh => ('.', &['\'', '’', ' ', '\u{a0}', '\u{202f}']),
        Locale::EnGb | Locale::EnUs => ('.', &[',']),
        Locale::Iso => ('.', &[]),
    }
}

fn write_number(number: Decimal, locale: Locale) -> String {
    let (mark, _) = marks(locale);
    number.to_string().replace('.', &mark.to_string())
}

fn write_date(date: Date, locale: Locale) -> String {
    let (day, month, year) = (date.day(), date.month(), date.year());
    match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => format!("{day:02}.{month:02}.{year:04}"),
        Locale::EnGb => format!("{day:02}/{month:02}/{year:04}"),
        Locale::EnUs => format!("{month:02}/{day:02}/{year:04}"),
        Locale::Iso => date.to_string(),
    }
}

/// Hours and minutes; seconds where there are any.
fn short_time(time: Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

fn is_number(found: &str, number: Decimal, locale: Locale) -> bool {
    // Number inputs show their value with a point, whatever the locale.
    read_number(found, locale) == Some(number) || read_number(found, Locale::Iso) == Some(number)
}

/// A number, with or without groups of three and a currency beside it.
pub(super) fn read_number(text: &str, locale: Locale) -> Option<Decimal> {
    let (mark, groups) = marks(locale);
    let core = text.trim().trim_matches(|letter: char| letter.is_alphabetic() || "€$£¥%".contains(letter)).trim();
    let (negative, core) = match core.strip_prefix(['-', '−']).or_else(|| core.strip_suffix('-')) {
        Some(rest) => (true, rest.trim()),
        None => (false, core),
    };
    let (whole, fraction) = core.split_once(mark).unwrap_or((core, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(fraction.is_empty() && !core.ends_with(mark) || digits(fraction)) {
        return None;
    }
    let pieces: Vec<&str> = whole.split(groups).collect();
    let grouped = pieces.len() > 1;
    let sound = pieces
        .iter()
        .enumerate()
        .all(|(at, piece)| digits(piece) && (!grouped || if at == 0 { piece.len() <= 3 } else { piece.len() == 3 }));
    if !sound {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", pieces.concat()).parse().ok()
}

/// A day as the locale writes it in digits.
pub(super) fn read_date(text: &str, locale: Locale) -> Option<Date> {
    let (separator, order) = match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => ('.', [2, 1, 0]),
        Locale::EnGb => ('/', [2, 1, 0]),
        Locale::EnUs => ('/', [2, 0, 1]),
        Locale::Iso => ('-', [0, 1, 2]),
    };
    let pieces: Vec<&str> = text.trim().split(separator).map(str::trim).collect();
    let piece = |at: usize| pieces.get(order[at]).filter(|piece| piece.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, month, day) = (piece(0)?, piece(1)?, piece(2)?);
    if pieces.len() != 3 || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn read_time(text: &str) -> Option<Time> {
    let mut pieces = text.trim().trim_end_matches("Uhr").trim().split(':').map(|piece| piece.parse::<i8>().ok());
    let (hour, minute) = (pieces.next()??, pieces.next()??);
    let second = match pieces.next() {
        None => 0,
        Some(second) => second?,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn read_datetime(text: &str, locale: Locale) -> Option<DateTime> {
    let (date, time) = text.trim().split_once([' ', 'T'])?;
    let date = read_date(date.trim_end_matches(','), locale).or_else(|| read_date(date, Locale::Iso))?;
    Some(date.to_datetime(read_time(time)?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn values_are_written_as_the_locale_writes_them() {
        assert_eq!(text(&number("1234.50"), Locale::De), "1234,50");
        assert_eq!(text(&number("-1234.5"), Locale::EnGb), "-1234.5");
        assert_eq!(text(&Value::Date(date(2026, 3, 1)), Locale::De), "01.03.2026");
        assert_eq!(text(&Value::Date(date(2026, 3, 1)), Locale::EnUs), "03/01/2026");
        assert_eq!(text(&Value::Time(Time::constant(8, 5, 0, 0)), Locale::De), "08:05");
    }

    #[test]
    fn a_number_may_be_grouped_and_rounded_never() {
        let same = |found: &str| same(&number("1234.50"), found, Locale::De);
        for good in ["1234,50", "1234,5", "1.234,50", "1.234,50 €", "1 234,50", "EUR 1.234,500", "1234.50"] {
            assert!(same(good), "{good}");
        }
        for bad in ["1.234", "1234", "1.23450", "12.34,50", "123450", "", "1234,5x0", "-1234,50", "1,234.50"] {
            assert!(!same(bad), "{bad}");
        }
    }

    #[test]
    fn a_day_is_the_same_in_another_form_but_never_another_day() {
        let day = Value::Date(date(2026, 3, 1));
        assert!(same(&day, "1.3.2026", Locale::De) && same(&day, "2026-03-01", Locale::De));
        assert!(!same(&day, "03.01.2026", Locale::De) && !same(&day, "1.3.26", Locale::De));
        assert!(same(&day, "3/1/2026", Locale::EnUs) && !same(&day, "3/1/2026", Locale::EnGb));
    }

    #[test]
    fn texts_are_the_same_letter_by_letter_but_for_blanks_that_group() {
        let iban = Value::text("DE02120300000000202051");
        assert!(same(&iban, "DE02 1203 0000 0000 2020 51", Locale::De));
        assert!(!same(&iban, "DE02 1203 0000 0000 2020 5", Locale::De));
        assert!(!same(&Value::text("Müller AG"), "Müller Ag", Locale::De));
        assert!(same(&Value::text("Müller AG"), " Mu\u{308}ller  AG ", Locale::De));
    }

    #[test]
    fn a_text_goes_into_typed_inputs_where_it_says_such_a_value() {
        let written = written(&Value::text("31.12.2026"), Locale::De);
        assert_eq!(written.date.as_deref(), Some("2026-12-31"));
        assert_eq!(super::written(&Value::text("1.234,5"), Locale::De).number.as_deref(), Some("1234.5"));
        assert_eq!(super::written(&Value::text("4711"), Locale::De).date, None);
    }
}

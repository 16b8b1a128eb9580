//! Dates and amounts as German forms write them, read strictly and shown the same.

use jiff::civil::Date;
use serde_json::Number;

/// `31.01.2026`: two digits, two digits, four digits, a day that exists.
pub(super) fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !digits(day, 2) || !digits(month, 2) || !digits(year, 4) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `1.234,56`, `1234,56`, `-5`: dots, if there are any, stand between all groups of three digits.
pub(super) fn amount(text: &str) -> Option<Number> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = match unsigned.split_once(',') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split('.').collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || first.len() <= 3;
    if !digits(first) || !grouped || rest.iter().any(|group| group.len() != 3 || !digits(group)) {
        return None;
    }
    let whole = groups.concat();
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let number = match decimals {
        Some(decimals) if !digits(decimals) => return None,
        Some(decimals) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{whole}"),
    };
    number.parse().ok()
}

/// `2026-01-31` as `31.01.2026`; nothing if it is no such date.
pub(super) fn shown_date(text: &str) -> Option<String> {
    Some(text.parse::<Date>().ok()?.strftime("%d.%m.%Y").to_string())
}

/// `1234.56` as `1.234,56`; nothing if it is no plain decimal.
pub(super) fn shown_amount(text: &str) -> Option<String> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut grouped = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if !decimals.is_empty() {
        grouped.push(',');
        grouped.push_str(decimals);
    }
    Some(grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_amounts_and_dates_are_read_strictly() {
        let read = |text| amount(text).map(|number| number.to_string());
        for (text, expected) in
            [("1.234,56", "1234.56"), ("1234,5", "1234.5"), ("0,10", "0.10"), ("-5", "-5"), ("007", "7")]
        {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for wrong in ["12.50", "1.5", "1,234.56", "1.23,4", "1234.567,0", ",5", "5,", "-", "", "1e3", "1 000", "--1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(date("31.01.2026").map(|date| date.to_string()).as_deref(), Some("2026-01-31"));
        for wrong in ["31.02.2026", "1.1.2026", "2026-01-31", "31.01.26", "31.01.2026.", "٣١.01.2026"] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_read_is_shown_the_same() {
        proptest::proptest!(|(text in "-?[1-9][0-9]{0,2}(\\.[0-9]{3}){0,4}(,[0-9]{1,4})?")| {
            let number = amount(&text).unwrap().to_string();
            proptest::prop_assert_eq!(shown_amount(&number), Some(text));
        });
        assert_eq!(shown_amount("1e3"), None);
    }
}

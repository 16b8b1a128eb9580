//! Numbers, read exactly and strictly as the stated locale writes them. The way in is short and allocates nothing; what
//! it does not accept is diagnosed afterwards, with the right way to write the number wherever there is one.

use rust_decimal::Decimal;

use super::currency::{self, Currency};
use super::locale::NumberRules;
use crate::record::{NumberFault, Why};

/// Digits that [`Decimal`] always keeps exactly.
const MAX_DIGITS: u32 = 28;

/// Significant digits that 64 bits hold with ease.
const HIGH_DIGITS: u32 = 18;

/// A number as found, with the currency that stood beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The exact value, with the decimals as written.
    pub(crate) value: Decimal,
    /// The currency sign or code, if there was one.
    pub(crate) currency: Option<Currency>,
}

/// Reads a number with or without sign, accounting brackets and currency.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(text: &str, rules: &NumberRules) -> Result<Found, Why> {
    if let Some(value) = core(text, false, rules) {
        return Ok(Found { value, currency: None });
    }
    let stripped = strip(text, rules)?;
    let value = core(stripped.core, stripped.negative, rules)
        .ok_or_else(|| Why::Number(diagnose(stripped.core, stripped.negative, rules)))?;
    Ok(Found { value, currency: stripped.currency })
}

/// Reads the digits of a cell that holds a number as such: a point as decimal mark, an optional minus, nothing else.
pub(crate) fn read_digits(digits: &str) -> Result<Decimal, NumberFault> {
    let rules = super::locale::numbers(crate::recipe::model::Locale::Iso);
    let (core_text, negative) = match digits.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (digits, false),
    };
    core(core_text, negative, &rules).ok_or_else(|| diagnose(core_text, negative, &rules))
}

/// A number as a locale writes it, with its thousands grouped; for messages.
pub(crate) fn write(value: Decimal, rules: &NumberRules) -> String {
    let plain = value.abs().to_string();
    let (whole, fraction) = plain.split_once('.').map_or((&*plain, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 2);
    if value.is_sign_negative() {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if let (true, Some(mark)) = (index > 0 && left.is_multiple_of(3), rules.groups.first()) {
            text.push(*mark);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(rules.decimal);
        text.push_str(fraction);
    }
    text
}

/// Digits with groups and decimal mark, nothing else; none if it is anything but right.
fn core(text: &str, negative: bool, rules: &NumberRules) -> Option<Decimal> {
    // The first 18 significant digits and those behind them: computing with 64 bits is much faster than with 128, and
    // hardly any number has more.
    let (mut high, mut low, mut low_unit): (u64, u64, u64) = (0, 0, 1);
    let mut significant: u32 = 0;
    let mut scale: u32 = 0;
    let mut decimal_seen = false;
    let mut group_mark: Option<char> = None;
    // Digits since the last mark, and whether the whole part may be grouped (`0.123` may not: it is a foreign fraction).
    let mut run: usize = 0;
    let mut first: Option<char> = None;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            run += 1;
            first = first.or(Some(letter));
            if digit != 0 || significant > 0 {
                significant += 1;
                if significant > MAX_DIGITS {
                    return None;
                }
            }
            if significant <= HIGH_DIGITS {
                high = high * 10 + u64::from(digit);
            } else {
                (low, low_unit) = (low * 10 + u64::from(digit), low_unit * 10);
            }
            scale += u32::from(decimal_seen);
        } else if letter == rules.decimal {
            if decimal_seen || run == 0 || (group_mark.is_some() && run != 3) {
                return None;
            }
            decimal_seen = true;
            run = 0;
        } else if rules.groups.contains(&letter) {
            let right_length = if group_mark.is_some() { run == 3 } else { (1..=3).contains(&run) };
            if decimal_seen || !right_length || first == Some('0') || group_mark.is_some_and(|mark| mark != letter) {
                return None;
            }
            group_mark = Some(letter);
            run = 0;
        } else {
            return None;
        }
    }
    if run == 0 || scale > MAX_DIGITS || (!decimal_seen && group_mark.is_some() && run != 3) {
        return None;
    }
    let mantissa = u128::from(high) * u128::from(low_unit) + u128::from(low);
    // 28 digits take at most 94 bits, so the three words hold all of them.
    let word = |shift: u32| u32::try_from((mantissa >> shift) & 0xffff_ffff).unwrap_or(0);
    Some(Decimal::from_parts(word(0), word(32), word(64), negative, scale))
}

struct Stripped<'a> {
    core: &'a str,
    negative: bool,
    currency: Option<Currency>,
}

/// Takes sign, brackets and currency away from both ends, each at most once.
fn strip<'a>(text: &'a str, rules: &NumberRules) -> Result<Stripped<'a>, Why> {
    let mut rest = text.trim();
    let mut signs = 0;
    let mut negative = false;
    let mut bracket = false;
    let mut no_cents_seen = false;
    let mut found: Option<Currency> = None;
    loop {
        rest = rest.trim();
        let digit_at_both_ends = [rest.bytes().next(), rest.bytes().next_back()]
            .iter()
            .all(|end| end.is_some_and(|byte| byte.is_ascii_digit()));
        if digit_at_both_ends {
            break;
        }
        if let Some(inner) = rest.strip_prefix('(') {
            let Some(inner) = inner.strip_suffix(')') else { return Err(Why::Number(NumberFault::Bracket)) };
            if bracket {
                return Err(Why::Number(NumberFault::Bracket));
            }
            (rest, bracket, negative) = (inner, true, true);
            signs += 1;
        } else if let Some(inner) = rest.strip_prefix(['-', '−', '–']) {
            (rest, negative) = (inner, true);
            signs += 1;
        } else if let Some(inner) = rest.strip_prefix('+') {
            rest = inner;
            signs += 1;
        } else if let Some(inner) = no_cents(rest, rules) {
            (rest, no_cents_seen) = (inner, true);
        } else if let Some(inner) = rest.strip_suffix(['-', '−', '–']) {
            (rest, negative) = (inner, true);
            signs += 1;
        } else if let Some((currency, inner)) = currency::at_end(rest).or_else(|| currency::at_start(rest)) {
            let currency = currency.map_err(Why::Currency)?;
            if found.is_some() {
                return Err(Why::Number(NumberFault::Character {
                    found: rest.chars().find(|letter| !letter.is_ascii_digit()).unwrap_or('?'),
                }));
            }
            (rest, found) = (inner, Some(currency));
        } else {
            break;
        }
    }
    if signs > 1 {
        return Err(Why::Number(NumberFault::TwoSigns));
    }
    if no_cents_seen && rest.contains(rules.decimal) {
        return Err(Why::Number(NumberFault::TwoDecimalMarks { mark: rules.decimal }));
    }
    Ok(Stripped { core: rest, negative, currency: found })
}

/// `12,-` and `12.–`: the digits before a decimal mark that only dashes follow.
fn no_cents<'a>(text: &'a str, rules: &NumberRules) -> Option<&'a str> {
    let dashless = text.trim_end_matches(['-', '–', '—']);
    let dashes = text[dashless.len()..].chars().count();
    if !rules.dash_cents || !(1..=2).contains(&dashes) {
        return None;
    }
    dashless.strip_suffix(rules.decimal).filter(|whole| whole.ends_with(|letter: char| letter.is_ascii_digit()))
}

/// What is wrong with digits that [`core`] does not accept.
fn diagnose(text: &str, negative: bool, rules: &NumberRules) -> NumberFault {
    if text.contains('%') {
        return NumberFault::Percent;
    }
    if text.contains(['(', ')']) {
        return NumberFault::Bracket;
    }
    let is_mark = |letter: char| {
        letter == rules.decimal || rules.groups.contains(&letter) || matches!(letter, '.' | ',' | '\'' | '’' | ' ')
    };
    if let Some(found) = text.chars().find(|letter| !letter.is_ascii_digit() && !is_mark(*letter)) {
        return NumberFault::Character { found };
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 0 {
        return NumberFault::NoDigits;
    }
    if let Some(fault) = foreign(text, negative, rules) {
        return fault;
    }
    // A mark that the locale does not know at all.
    if let Some(mark) = text
        .chars()
        .find(|letter| !letter.is_ascii_digit() && *letter != rules.decimal && !rules.groups.contains(letter))
    {
        return NumberFault::ForeignMark { locale: rules.locale, mark, decimal: rules.decimal };
    }
    let mut parts = text.split(rules.decimal);
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next();
    if parts.next().is_some() {
        return NumberFault::TwoDecimalMarks { mark: rules.decimal };
    }
    if let Some(mark) = fraction.and_then(|fraction| fraction.chars().find(|letter| rules.groups.contains(letter))) {
        return NumberFault::GroupAfterDecimal { mark };
    }
    if let Some(fault) = wrong_group(whole, rules) {
        return fault;
    }
    let significant = text.trim_start_matches(|letter: char| letter == '0' || is_mark(letter));
    let too_long = significant.chars().filter(char::is_ascii_digit).count() > MAX_DIGITS as usize
        || fraction.is_some_and(|fraction| fraction.len() > MAX_DIGITS as usize);
    if too_long {
        return NumberFault::TooLong;
    }
    let fraction = fraction.unwrap_or_default();
    if whole.is_empty() || fraction.is_empty() {
        let whole = if whole.is_empty() { "0" } else { whole };
        let mark = if fraction.is_empty() { String::new() } else { rules.decimal.to_string() };
        return NumberFault::BareMark { write: format!("{whole}{mark}{fraction}") };
    }
    NumberFault::NoDigits
}

/// The fault of a number that is right in another language and can mean only one thing there.
fn foreign(text: &str, negative: bool, rules: &NumberRules) -> Option<NumberFault> {
    let other = if rules.decimal == ',' { '.' } else { ',' };
    let groups: &'static [char] =
        if rules.decimal == ',' { &[',', '\'', '’', ' '] } else { &['.', '\'', '’', ' '] };
    let others = NumberRules { locale: rules.locale, decimal: other, groups, dash_cents: false };
    let value = core(text, negative, &others)?;
    if !text.contains(other) {
        // Only grouping that this locale does not know, such as `1'234`.
        let mark = text.chars().find(|letter| !letter.is_ascii_digit())?;
        return (!rules.groups.contains(&mark) && mark != rules.decimal && mark != '.' && mark != ',')
            .then(|| NumberFault::Swapped { locale: rules.locale, write: write(value, rules) });
    }
    let write = write(value, rules);
    if text.chars().filter(|letter| !letter.is_ascii_digit()).count() > 1 {
        return Some(NumberFault::Swapped { locale: rules.locale, write });
    }
    let (whole, fraction) = text.split_once(other)?;
    let may_group = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    // `1,234` where neither reading is this locale's: English thousands, or a German fraction. Nobody knows.
    (!may_group).then_some(NumberFault::DecimalMark { locale: rules.locale, write })
}

/// The first group of thousands that is wrong.
fn wrong_group(whole: &str, rules: &NumberRules) -> Option<NumberFault> {
    let mut marks = whole.chars().filter(|letter| !letter.is_ascii_digit());
    let mark = marks.next()?;
    if marks.any(|other| other != mark) {
        return Some(NumberFault::MixedGroups);
    }
    let mut groups = whole.split(|letter: char| rules.groups.contains(&letter));
    let first = groups.next().unwrap_or_default();
    if let Some(group) = groups.find(|group| group.len() != 3) {
        return Some(NumberFault::Group { mark, digits: group.len() });
    }
    (!(1..=3).contains(&first.len()) || first.starts_with('0'))
        .then_some(NumberFault::FirstGroup { mark, digits: first.len() })
}

#[cfg(test)]
mod tests;

//! Telephone numbers, brought into the international form of ITU-T E.164: `+49301234567`.

use smol_str::SmolStr;

use crate::record::PhoneFault;

/// How a country is dialled.
struct Plan {
    country: &'static str,
    code: &'static str,
    /// What stands before a national number at home and is left out abroad; empty where nothing does.
    trunk: &'static str,
    /// What stands before the code of another country.
    international: &'static str,
}

const fn plan(country: &'static str, code: &'static str, trunk: &'static str) -> Plan {
    Plan { country, code, trunk, international: "00" }
}

const PLANS: &[Plan] = &[
    plan("AT", "43", "0"),
    plan("BE", "32", "0"),
    plan("BG", "359", "0"),
    plan("CH", "41", "0"),
    plan("CY", "357", ""),
    plan("CZ", "420", ""),
    plan("DE", "49", "0"),
    plan("DK", "45", ""),
    plan("EE", "372", ""),
    plan("ES", "34", ""),
    plan("FI", "358", "0"),
    plan("FR", "33", "0"),
    plan("GB", "44", "0"),
    plan("GR", "30", ""),
    plan("HR", "385", "0"),
    plan("HU", "36", "06"),
    plan("IE", "353", "0"),
    plan("IT", "39", ""),
    plan("LI", "423", ""),
    plan("LT", "370", "0"),
    plan("LU", "352", ""),
    plan("LV", "371", ""),
    plan("MT", "356", ""),
    plan("NL", "31", "0"),
    plan("NO", "47", ""),
    plan("PL", "48", ""),
    plan("PT", "351", ""),
    plan("RO", "40", "0"),
    plan("SE", "46", "0"),
    plan("SI", "386", "0"),
    plan("SK", "421", "0"),
    Plan { country: "US", code: "1", trunk: "1", international: "011" },
    Plan { country: "CA", code: "1", trunk: "1", international: "011" },
];

/// Fewest digits with the country's code: shorter ones are service numbers that only work at home.
const MIN_DIGITS: usize = 7;
/// Most digits with the country's code (E.164, section 6).
const MAX_DIGITS: usize = 15;

/// Reads a number; a national one belongs to `country`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn phone(text: &str, country: Option<&str>) -> Result<SmolStr, PhoneFault> {
    let text = text.trim();
    let (international, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let home = country.and_then(|country| PLANS.iter().find(|plan| plan.country == country));
    let mut digits = String::with_capacity(MAX_DIGITS + 2);
    // Where `(0)` stood: that zero is dialled at home only.
    let mut home_zero = None;
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '0'..='9' => digits.push(letter),
            '(' if rest[at..].starts_with("(0)") && home_zero.is_none() => {
                home_zero = Some(digits.len());
                letters.nth(1);
            }
            '-' | '/' | '.' | '(' | ')' | '–' | '‐' | '‑' => {}
            letter if letter.is_whitespace() => {}
            letter if letter.is_alphabetic() => return Err(PhoneFault::Extension),
            found => return Err(PhoneFault::Character { found }),
        }
    }
    if rest.matches('(').count() != rest.matches(')').count() {
        return Err(PhoneFault::Character { found: '(' });
    }
    let number = if international {
        digits
    } else {
        let prefix = home.map_or("00", |plan| plan.international);
        match digits.strip_prefix(prefix) {
            Some(rest) => {
                home_zero = home_zero.map(|at| at.saturating_sub(prefix.len()));
                rest.to_owned()
            }
            None => return national(&digits, home_zero, home),
        }
    };
    let plan = PLANS.iter().filter(|plan| number.starts_with(plan.code)).max_by_key(|plan| plan.code.len());
    if let Some(plan) = plan {
        let subscriber = &number[plan.code.len()..];
        if plan.trunk == "0" && subscriber.starts_with('0') {
            return Err(PhoneFault::ZeroAfterCode { code: format!("+{}", plan.code) });
        }
    }
    // `(0)` is right after the country's code and nowhere else.
    if home_zero.is_some_and(|at| plan.is_some_and(|plan| plan.code.len() != at) || at == 0) {
        return Err(PhoneFault::Character { found: '(' });
    }
    finish(&number)
}

fn national(digits: &str, home_zero: Option<usize>, home: Option<&Plan>) -> Result<SmolStr, PhoneFault> {
    let Some(plan) = home else { return Err(PhoneFault::NoCountry) };
    let code = format!("+{}", plan.code);
    // `(0)30 1234` at home is `030 1234`.
    let subscriber = match home_zero {
        Some(0) if plan.trunk == "0" => digits,
        Some(_) => return Err(PhoneFault::Character { found: '(' }),
        None if plan.trunk == "1" => digits.strip_prefix('1').unwrap_or(digits),
        None => digits.strip_prefix(plan.trunk).ok_or(PhoneFault::NoPrefix { code })?,
    };
    finish(&format!("{}{subscriber}", plan.code))
}

fn finish(number: &str) -> Result<SmolStr, PhoneFault> {
    let digits = number.len();
    if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits) || number.starts_with('0') {
        return Err(PhoneFault::Length { digits });
    }
    Ok(SmolStr::from(format!("+{number}")))
}

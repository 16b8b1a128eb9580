//! VAT identification numbers of the European Union, Great Britain, Northern Ireland, Switzerland and Liechtenstein: the form of
//! each, and the check digits of the German, Austrian and Swiss ones.

use smol_str::SmolStr;

use super::shape;
use crate::record::VatFault;

/// Prefix and forms of what follows (see [`shape`]).
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CHE", &["999999999", "999999999MWST", "999999999TVA", "999999999IVA"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["A9999999X", "99999999A"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9X99999A", "9999999AA"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// Reads a number; blanks, dots and dashes are taken out, letters made capitals.
///
/// # Errors
/// What is wrong with it: country, form or check digit.
pub(super) fn vat_id(text: &str) -> Result<SmolStr, VatFault> {
    let number: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-')).collect::<String>();
    let number = number.to_ascii_uppercase();
    let (country, forms) = FORMS.iter().find(|(country, _)| number.starts_with(country)).ok_or(VatFault::Country)?;
    let rest = &number[country.len()..];
    if !forms.iter().any(|form| shape::matches(rest, form)) {
        let form = forms.iter().map(|form| format!("{country}{form}")).take(3).collect::<Vec<_>>().join(", ");
        return Err(VatFault::Form { country: (*country).to_owned(), form });
    }
    let fits = match *country {
        "DE" => german(rest),
        "AT" => austrian(&rest[1..]),
        "CHE" => swiss(&rest[..9]),
        _ => true,
    };
    if fits { Ok(SmolStr::from(number)) } else { Err(VatFault::Checksum) }
}

/// ISO 7064, MOD 11,10.
fn german(digits: &str) -> bool {
    let mut product = 10;
    let mut all = digits.bytes().map(|byte| u32::from(byte - b'0'));
    for digit in all.by_ref().take(8) {
        let sum = (digit + product) % 10;
        product = 2 * if sum == 0 { 10 } else { sum } % 11;
    }
    all.next() == Some((11 - product) % 10)
}

/// The sum of digits with every second one doubled, plus four (the Austrian ministry of finance's rule).
fn austrian(digits: &str) -> bool {
    let mut all = digits.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = all
        .by_ref()
        .take(7)
        .enumerate()
        .map(|(index, digit)| if index % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    all.next() == Some((10 - (sum + 4) % 10) % 10)
}

/// Modulo 11 with the weights of the Swiss UID register.
fn swiss(digits: &str) -> bool {
    let mut all = digits.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = [5, 4, 3, 2, 7, 6, 5, 4].iter().zip(all.by_ref()).map(|(weight, digit)| weight * digit).sum();
    let check = (11 - sum % 11) % 11;
    check != 10 && digits.bytes().last().map(|byte| u32::from(byte - b'0')) == Some(check)
}

//! IBAN (ISO 13616) and BIC (ISO 9362).

use std::str::FromStr;

use iban::{Iban, ParseBaseIbanError, ParseIbanError};
use smol_str::SmolStr;

use super::{country, shape};
use crate::record::IbanFault;

/// The lengths of the IBANs of the countries that take part in SEPA, for messages; the crate knows all countries' forms
/// but does not tell them.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AL", 28),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("XK", 20),
];

/// Countries whose IBANs may have digits only, and their lengths.
const ALL_DIGITS: &[([u8; 2], usize)] = &[
    (*b"DE", 22),
    (*b"AT", 20),
    (*b"CH", 21),
    (*b"LI", 21),
    (*b"LU", 20),
    (*b"FR", 27),
    (*b"BE", 16),
    (*b"DK", 18),
    (*b"PL", 28),
    (*b"CZ", 24),
    (*b"ES", 24),
];

/// The longest IBAN that the standard allows.
const MAX_LENGTH: usize = 34;

/// Reads an IBAN; blanks are taken out, letters made capitals.
///
/// # Errors
/// What is wrong with it: form, country, length, structure or check digits.
pub(super) fn iban(text: &str) -> Result<SmolStr, IbanFault> {
    if is_common(text.as_bytes()) {
        return Ok(text.into());
    }
    // Most stand there as machines write them, and need no second buffer.
    if text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) && Iban::from_str(text).is_ok() {
        return Ok(text.into());
    }
    let mut buffer = [0_u8; MAX_LENGTH];
    let mut length = 0;
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        let byte = u8::try_from(letter).ok().filter(u8::is_ascii_alphanumeric).ok_or(IbanFault::Form)?;
        if let Some(place) = buffer.get_mut(length) {
            *place = byte.to_ascii_uppercase();
        }
        length += 1;
    }
    let kept = std::str::from_utf8(&buffer[..length.min(MAX_LENGTH)]).map_err(|_| IbanFault::Form)?;
    let Some(country) = kept.get(..2).filter(|country| country.bytes().all(|byte| byte.is_ascii_uppercase())) else {
        return Err(IbanFault::Form);
    };
    if length <= MAX_LENGTH && Iban::from_str(kept).is_ok() {
        return Ok(kept.into());
    }
    if !kept.get(2..4).is_some_and(|check| check.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(IbanFault::Form);
    }
    Err(fault(kept, country, length))
}

/// Whether it is an IBAN of a country whose accounts may all be digits, written as machines write it, of its length and
/// with the right check digits. Whatever is not is left to the thorough reader, which is slower.
pub(super) fn is_common(text: &[u8]) -> bool {
    let [first, second, digits @ ..] = text else { return false };
    let country = [*first, *second];
    ALL_DIGITS.iter().any(|(known, length)| *known == country && *length == text.len())
        && digits.iter().all(u8::is_ascii_digit)
        && {
            // ISO 7064: the first four characters go to the end, letters count as two digits; modulo 97 it must be 1.
            let (check, account) = digits.split_at(2);
            let value =
                |sum: u64, digits: &[u8]| digits.iter().fold(sum, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            let (begin, end) = account.split_at(account.len().min(16));
            let mut sum = value(value(0, begin) % 97, end) % 97;
            for letter in country {
                sum = sum * 100 + u64::from(letter - b'A') + 10;
            }
            value(sum, check) % 97 == 1
        }
}

/// What is wrong with something that begins like an IBAN.
fn fault(text: &str, country: &str, length: usize) -> IbanFault {
    let country = country.to_owned();
    if let Some((_, expected)) = LENGTHS.iter().find(|(known, _)| *known == country)
        && *expected != length
    {
        return IbanFault::Length { country, expected: *expected, found: length };
    }
    // With the check digits that would fit, the crate says what else is wrong.
    let digits = 98 - remainder(&format!("{}{country}00", text.get(4..).unwrap_or_default()));
    let mended = format!("{country}{digits:02}{}", text.get(4..).unwrap_or_default());
    match Iban::from_str(&mended) {
        Ok(_) => IbanFault::Checksum,
        Err(ParseIbanError::UnknownCountry(_)) => IbanFault::Country { country },
        Err(ParseIbanError::InvalidBban(_)) => IbanFault::Structure { country },
        Err(ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum }) => IbanFault::Checksum,
        Err(ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidFormat }) => IbanFault::Form,
    }
}

/// The remainder modulo 97 with letters as two digits (ISO 7064).
fn remainder(text: &str) -> u32 {
    text.bytes().fold(0, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
        _ => sum,
    })
}

/// Reads a BIC; blanks are taken out, letters made capitals. Four letters for the bank, two for the country, two letters
/// or digits for the place, and three for the branch or none.
pub(super) fn bic(text: &str) -> Option<SmolStr> {
    let bic: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let right_form = shape::matches(&bic, "AAAAAAXX") || shape::matches(&bic, "AAAAAAXXXXX");
    (right_form && country::exists(&bic[4..6])).then(|| bic.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        /// Of texts that look like what it is made for, the short way takes exactly what the thorough one does.
        #[test]
        fn the_short_way_agrees_with_the_thorough_one(account in "[0-9]{24}", at in 0..ALL_DIGITS.len(), change in 0..30_usize, to in "[0-9A-Za-z ]") {
            let (country, length) = ALL_DIGITS[at];
            let country = std::str::from_utf8(&country).unwrap();
            let account = &account[..length - 4];
            let right = format!("{country}{:02}{account}", 98 - remainder(&format!("{account}{country}00")));
            prop_assert_eq!((is_common(right.as_bytes()), Iban::from_str(&right).is_ok()), (true, true), "{}", right);
            let mut wrong = right.clone();
            let change = change % wrong.len();
            wrong.replace_range(change..=change, &to);
            let plain = wrong[..2] == *country && wrong[2..].bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(is_common(wrong.as_bytes()), plain && Iban::from_str(&wrong).is_ok(), "{}", wrong);
        }
    }
}

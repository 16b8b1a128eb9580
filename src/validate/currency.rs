//! Currency signs and codes beside an amount. A sign that several currencies share is never taken for one of them.

use std::sync::Arc;

use crate::record::CurrencyFault;

/// A currency as it stood beside an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Currency {
    /// A code of ISO 4217, or a sign that means exactly one.
    Code(&'static str),
    /// A sign that several currencies share.
    Shared {
        /// The sign.
        sign: &'static str,
        /// Codes of currencies that use it.
        codes: &'static str,
    },
}

/// The active codes of ISO 4217 that name money (no metals, no test codes).
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP",
    "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
    "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD",
    "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN",
    "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL",
    "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND",
    "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Signs, the longer before those that begin or end them.
const SIGNS: &[(&str, Currency)] = &[
    ("€", Currency::Code("EUR")),
    ("Euro", Currency::Code("EUR")),
    ("US$", Currency::Code("USD")),
    ("£", Currency::Code("GBP")),
    ("SFr.", Currency::Code("CHF")),
    ("sFr.", Currency::Code("CHF")),
    ("Fr.", Currency::Code("CHF")),
    ("zł", Currency::Code("PLN")),
    ("Kč", Currency::Code("CZK")),
    ("Ft", Currency::Code("HUF")),
    ("$", Currency::Shared { sign: "$", codes: "USD, CAD, AUD" }),
    ("¥", Currency::Shared { sign: "¥", codes: "JPY, CNY" }),
    ("kr", Currency::Shared { sign: "kr", codes: "SEK, NOK, DKK" }),
];

impl Currency {
    /// The one code that it means.
    ///
    /// # Errors
    /// A sign that several currencies share.
    pub(crate) fn code(self) -> Result<&'static str, CurrencyFault> {
        match self {
            Currency::Code(code) => Ok(code),
            Currency::Shared { sign, codes } => Err(CurrencyFault::Ambiguous { sign: sign.to_owned(), codes }),
        }
    }
}

/// The code of ISO 4217 that is written exactly so.
pub(crate) fn known_code(text: &str) -> Option<&'static str> {
    CODES.binary_search(&text).ok().map(|at| CODES[at])
}

/// A currency in front of an amount, and the rest behind it.
pub(crate) fn at_start(text: &str) -> Option<(Result<Currency, CurrencyFault>, &str)> {
    for (sign, currency) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign) {
            let whole_word = !rest.starts_with(char::is_alphabetic);
            if whole_word {
                return Some((Ok(*currency), rest));
            }
        }
    }
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    code_in(&text[..end]).map(|code| (code, &text[end..]))
}

/// A currency behind an amount, and the rest in front of it.
pub(crate) fn at_end(text: &str) -> Option<(Result<Currency, CurrencyFault>, &str)> {
    for (sign, currency) in SIGNS {
        if let Some(rest) = text.strip_suffix(sign) {
            let whole_word = !rest.ends_with(char::is_alphabetic);
            if whole_word {
                return Some((Ok(*currency), rest));
            }
        }
    }
    let start = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len();
    code_in(&text[start..]).map(|code| (code, &text[..start]))
}

/// Three capital letters are a code, known or not; other words are no currency.
fn code_in(word: &str) -> Option<Result<Currency, CurrencyFault>> {
    if word.len() != 3 || !word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(known_code(word).map(Currency::Code).ok_or_else(|| CurrencyFault::Unknown { code: word.to_owned() }))
}

/// Settles the currency of an amount: what the cell names must be what the recipe states, if it states one.
///
/// # Errors
/// None at all, a shared sign, or not the stated one.
pub(crate) fn settle(found: Option<Currency>, stated: Option<&Arc<str>>) -> Result<Arc<str>, CurrencyFault> {
    match (found, stated) {
        (None, None) => Err(CurrencyFault::Missing),
        (None, Some(stated)) => Ok(Arc::clone(stated)),
        (Some(found), None) => found.code().map(Arc::from),
        // The recipe says which of the currencies with this sign is meant.
        (Some(Currency::Shared { codes, .. }), Some(stated)) if codes.split(", ").any(|code| code == &**stated) => {
            Ok(Arc::clone(stated))
        }
        (Some(found), Some(stated)) => {
            let found = found.code()?;
            if found == &**stated {
                Ok(Arc::clone(stated))
            } else {
                Err(CurrencyFault::Other { found: found.to_owned(), wanted: stated.to_string() })
            }
        }
    }
}

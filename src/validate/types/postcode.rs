//! Postcodes: the form that each country's post uses.

use smol_str::SmolStr;

use super::shape;
use crate::record::Why;

/// Countries and the forms of their postcodes (see [`shape`]); the first form is the one that messages show.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["9999"]),
    ("BE", &["9999"]),
    ("BG", &["9999"]),
    ("CH", &["9999"]),
    ("CY", &["9999"]),
    ("CZ", &["999 99", "99999"]),
    ("DE", &["99999"]),
    ("DK", &["9999"]),
    ("EE", &["99999"]),
    ("ES", &["99999"]),
    ("FI", &["99999"]),
    ("FR", &["99999"]),
    ("GB", &["AA9 9AA", "A9 9AA", "A99 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"]),
    ("GR", &["999 99", "99999"]),
    ("HR", &["99999"]),
    ("HU", &["9999"]),
    ("IT", &["99999"]),
    ("LI", &["9999"]),
    ("LT", &["99999"]),
    ("LU", &["9999"]),
    ("NL", &["9999 AA", "9999AA"]),
    ("NO", &["9999"]),
    ("PL", &["99-999"]),
    ("PT", &["9999-999"]),
    ("RO", &["999999"]),
    ("SE", &["999 99", "99999"]),
    ("SI", &["9999"]),
    ("SK", &["999 99", "99999"]),
    ("US", &["99999", "99999-9999"]),
];

/// Countries whose postcodes do not begin with 0.
const NO_LEADING_ZERO: &[&str] = &["AT", "BE", "CH", "LI", "LU", "NL", "SI", "HU"];

/// Reads a postcode of a country, as written but in capitals.
///
/// # Errors
/// How postcodes of this country look, or that there is no rule for it.
pub(super) fn postcode(text: &str, country: Option<&str>) -> Result<SmolStr, Why> {
    let forms = country.and_then(|country| FORMS.iter().find(|(known, _)| *known == country));
    let Some((country, forms)) = forms else {
        return Err(Why::PostcodeCountry { country: country.map(str::to_owned) });
    };
    let code = text.to_ascii_uppercase();
    let zero = code.starts_with('0') && NO_LEADING_ZERO.contains(country);
    if zero || !forms.iter().any(|form| shape::matches(&code, form)) {
        let form = forms.first().copied().unwrap_or_default();
        return Err(Why::Postcode { country: (*country).to_owned(), form });
    }
    Ok(SmolStr::from(code))
}

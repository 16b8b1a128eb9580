//! What a locale means for reading, as closed tables. Nothing here is taken from the computer: a file reads the same on
//! every machine.

use crate::recipe::model::Locale;

/// How a locale writes numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberRules {
    /// The code of the locale, for messages.
    pub(crate) locale: &'static str,
    /// The decimal mark.
    pub(crate) decimal: char,
    /// The marks that may group thousands. The first is the one that we write.
    pub(crate) groups: &'static [char],
    /// Whether dashes may stand for no cents: `12,-`, `12.–`.
    pub(crate) dash_cents: bool,
}

/// Blanks that may group thousands (DIN 5008, ISO 80000-1): blank, no-break, figure, thin and narrow no-break space.
const GERMAN_GROUPS: &[char] = &['.', ' ', '\u{a0}', '\u{2007}', '\u{2009}', '\u{202f}'];
const SWISS_GROUPS: &[char] = &['\'', '’', ' ', '\u{a0}', '\u{2007}', '\u{2009}', '\u{202f}'];

/// The code of a locale as recipes write it.
pub(crate) fn code(locale: Locale) -> &'static str {
    match locale {
        Locale::De => "de",
        Locale::DeAt => "de-AT",
        Locale::DeCh => "de-CH",
        Locale::EnGb => "en-GB",
        Locale::EnUs => "en-US",
        Locale::Iso => "iso",
    }
}

/// How numbers are written.
pub(crate) fn numbers(locale: Locale) -> NumberRules {
    let (decimal, groups, dash_cents): (char, &'static [char], bool) = match locale {
        Locale::De | Locale::DeAt => (',', GERMAN_GROUPS, true),
        Locale::DeCh => ('.', SWISS_GROUPS, true),
        Locale::EnGb | Locale::EnUs => ('.', &[','], false),
        Locale::Iso => ('.', &[], false),
    };
    NumberRules { locale: code(locale), decimal, groups, dash_cents }
}

/// The formats of a day, where the recipe states none.
pub(crate) fn date_formats(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => &["d.M.yyyy", "d. MMMM yyyy"],
        Locale::EnGb => &["d/M/yyyy", "d MMMM yyyy"],
        Locale::EnUs => &["M/d/yyyy", "MMMM d, yyyy"],
        Locale::Iso => &["yyyy-MM-dd"],
    }
}

/// The formats of a time of day, where the recipe states none.
pub(crate) fn time_formats(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => &["H:mm[:ss][ 'Uhr']", "H.mm 'Uhr'"],
        Locale::EnGb | Locale::EnUs => &["H:mm[:ss]", "h:mm[:ss] a"],
        Locale::Iso => &["HH:mm[:ss[.S]]"],
    }
}

/// The formats of a date with a time of day, where the recipe states none.
pub(crate) fn datetime_formats(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => &["d.M.yyyy[,] H:mm[:ss][ 'Uhr'][X]"],
        Locale::EnGb => &["d/M/yyyy[,] H:mm[:ss][X]", "d/M/yyyy[,] h:mm[:ss] a"],
        Locale::EnUs => &["M/d/yyyy[,] H:mm[:ss][X]", "M/d/yyyy[,] h:mm[:ss] a"],
        Locale::Iso => &["yyyy-MM-dd'T'HH:mm[:ss[.S]][X]", "yyyy-MM-dd HH:mm[:ss[.S]][X]"],
    }
}

/// The words for yes and no, and how messages list them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoolWords {
    pub(crate) yes: &'static [&'static str],
    pub(crate) no: &'static [&'static str],
    pub(crate) listed: &'static str,
}

/// The closed list of words for yes and no; capitals do not matter.
pub(crate) fn bool_words(locale: Locale) -> BoolWords {
    match locale {
        Locale::De | Locale::DeAt | Locale::DeCh => BoolWords {
            yes: &["ja", "j", "wahr", "true", "x", "1"],
            no: &["nein", "n", "falsch", "false", "0"],
            listed: "ja/nein, j/n, wahr/falsch, true/false, 1/0, x",
        },
        Locale::EnGb | Locale::EnUs => BoolWords {
            yes: &["yes", "y", "true", "x", "1"],
            no: &["no", "n", "false", "0"],
            listed: "yes/no, y/n, true/false, 1/0, x",
        },
        Locale::Iso => BoolWords { yes: &["true", "1"], no: &["false", "0"], listed: "true/false, 1/0" },
    }
}

/// The country (ISO 3166) whose telephone numbers and postcodes are meant, where the recipe states none.
pub(crate) fn country(locale: Locale) -> Option<&'static str> {
    match locale {
        Locale::De => Some("DE"),
        Locale::DeAt => Some("AT"),
        Locale::DeCh => Some("CH"),
        Locale::EnGb => Some("GB"),
        Locale::EnUs => Some("US"),
        Locale::Iso => None,
    }
}

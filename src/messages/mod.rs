//! The words for what staff read, in English and German: one catalogue, keyed by the codes of the facts. Each match in it
//! is exhaustive, so that no fact is without words in a language.

mod balance;
mod browser;
mod doctor;
mod events;
mod issues;
mod mailbox;
mod notes;
mod reasons;
mod troubles;

use std::fmt;
use std::str::FromStr;

pub use balance::{Word, counted, number_text, outcome, rejects_columns, total_name, word};
pub use doctor::{fact, level, remedy};
pub use events::{event, event_fact};
pub use issues::{issue, why};
pub use mailbox::{mail_note, mails_left, mails_made_good, mails_tidied};
pub use notes::{Note, note};
pub use reasons::reason;
pub use troubles::trouble;

/// The languages of what staff read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// A language that there is no catalogue for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language of eintrag: `en` or `de`")]
pub struct UnknownLanguage(String);

impl Language {
    /// The language of this process's environment.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The language that the first variable set of `LC_ALL`, `LC_MESSAGES` and `LANG` (in POSIX's order) asks for; English
    /// where there is none or it is another one.
    pub fn from_variables(look_up: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(look_up).find(|value| !value.is_empty());
        set.and_then(|value| value.parse().ok()).unwrap_or_default()
    }
}

/// `de`, `de_AT.UTF-8`, `de-CH`: the two letters count.
impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let letters = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if letters.eq_ignore_ascii_case("de") {
            Ok(Language::German)
        } else if letters.eq_ignore_ascii_case("en") || matches!(text, "C" | "POSIX" | "C.UTF-8") {
            Ok(Language::English)
        } else {
            Err(UnknownLanguage(text.to_owned()))
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Language::English => "en",
            Language::German => "de",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let of = |variables: &'static [(&str, &str)]| {
            Language::from_variables(move |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Language::German);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "en_GB")]), Language::English);
        assert_eq!(of(&[("LANG", "de_AT"), ("LC_ALL", "")]), Language::German);
        assert_eq!(of(&[("LANG", "fr_FR.UTF-8")]), Language::English);
    }

    #[test]
    fn a_language_is_named_by_its_two_letters() {
        assert_eq!("de".parse(), Ok(Language::German));
        assert_eq!("en-GB".parse(), Ok(Language::English));
        assert_eq!(
            "fr".parse::<Language>().map_err(|error| error.to_string()),
            Err("`fr` is not a language of eintrag: `en` or `de`".to_owned())
        );
    }
}

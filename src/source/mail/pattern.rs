//! Texts with `*` for any characters, by which mails and attachments are chosen. Small and capital letters are the same.

use regex::{Regex, RegexBuilder};

/// Several of them, of which one has to fit.
#[derive(Debug, Default)]
pub(super) struct Patterns(Vec<Regex>);

impl Patterns {
    /// Patterns for the whole of a text.
    pub(super) fn whole(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|text| pattern(&format!("\\A{}\\z", bare(text)))).collect())
    }

    /// Patterns for a piece of a text.
    pub(super) fn anywhere(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|text| pattern(&bare(text))).collect())
    }

    /// Whether there are none, so that nothing is asked of a text.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them fits.
    pub(super) fn fit(&self, text: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(text.trim()))
    }
}

fn bare(text: &str) -> String {
    text.trim().split('*').map(regex::escape).collect::<Vec<_>>().join(".*")
}

/// A text is only too large to be a pattern where it has thousands of characters, and then nothing is called so.
fn pattern(written: &str) -> Option<Regex> {
    RegexBuilder::new(written).case_insensitive(true).dot_matches_new_line(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    #[test]
    fn asterisks_stand_for_any_characters() {
        let patterns = Patterns::whole(&["Bestellung*.xlsx".to_owned(), "a+b.csv".to_owned()]);
        assert!(patterns.fit("bestellung 4711.XLSX") && patterns.fit("a+b.csv"));
        assert!(!patterns.fit("Bestellung.xlsx.exe") && !patterns.fit("aab.csv"));
        assert!(Patterns::anywhere(&["bestellung".to_owned()]).fit("AW: Ihre Bestellung 7"));
    }
}

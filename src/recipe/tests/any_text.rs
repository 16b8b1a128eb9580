//! Whatever stands in a file: it is read or refused with a message, and never ends the program.

use std::path::Path;

use proptest::prelude::*;

use super::{EXAMPLE, SMALL};

/// Pieces that mean something to YAML or to a recipe.
const PIECES: [&str; 24] = [
    "", "#", " #x", ": ", "{", "}", "[", "]", "${", "}", "'", "\"", "\t", "\n", "- ", "&a ", "*a", "|\n", "!!str ",
    "ü", "null", "$.", "\u{0}", "\r",
];

fn refuse_or_read(text: &str) {
    if let Err(problems) = crate::recipe::read("r.yaml", text, Path::new("")) {
        assert!(!problems.is_empty());
        for problem in problems {
            assert!(!problem.to_string().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_changed_recipe(whole in any::<bool>(), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..6, 0..PIECES.len()), 1..4)) {
        let mut text = if whole { EXAMPLE } else { SMALL }.to_owned();
        for (at, length, piece) in cuts {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, PIECES[piece]);
        }
        refuse_or_read(&text);
    }

    #[test]
    fn any_text(text in "(?s).{0,80}") {
        refuse_or_read(&text);
    }
}

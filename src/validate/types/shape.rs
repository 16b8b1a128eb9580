//! Small patterns for identifiers of fixed form: `9` is a digit, `A` a capital letter, `X` either; all else is itself.

/// Whether a text has the form.
pub(super) fn matches(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(found, wanted)| match wanted {
            b'9' => found.is_ascii_digit(),
            b'A' => found.is_ascii_uppercase(),
            b'X' => found.is_ascii_digit() || found.is_ascii_uppercase(),
            other => found == other,
        })
}

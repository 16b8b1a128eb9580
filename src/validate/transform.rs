//! `transform:` and `map:`: named functions on the text of a field before it is read.

use std::borrow::Cow;

use crate::diagnostic::did_you_mean;
use crate::recipe::model::{Table, Transform};
use crate::record::Why;

/// Fill characters that one `pad_left` adds at the most.
const MAX_PAD: usize = 1000;

/// Entries of a table that are compared with a text that is not in it: a big table must not make wrong rows slow.
const COMPARED: usize = 500;

/// Does the transforms in order.
///
/// # Errors
/// A text that `extract:` does not match.
pub(super) fn apply<'a>(text: &'a str, transforms: &[Transform]) -> Result<Cow<'a, str>, Why> {
    let mut text = Cow::Borrowed(text);
    for transform in transforms {
        let changed: String = match transform {
            Transform::Trim => text.trim().to_owned(),
            Transform::Upper => text.to_uppercase(),
            Transform::Lower => text.to_lowercase(),
            Transform::Squeeze => squeeze(&text),
            Transform::RemoveSpaces => text.chars().filter(|letter| !letter.is_whitespace()).collect(),
            Transform::Digits => text.chars().filter(char::is_ascii_digit).collect(),
            Transform::Replace { old, .. } if old.is_empty() => continue,
            Transform::Replace { old, new } => text.replace(old.as_str(), new),
            Transform::Extract(pattern) => pattern
                .captures(&text)
                .and_then(|found| found.get(1))
                .map(|group| group.as_str().to_owned())
                .ok_or_else(|| Why::Extract { pattern: pattern.as_str().to_owned() })?,
            Transform::RemovePrefix(prefix) => text.strip_prefix(prefix.as_str()).unwrap_or(&text).to_owned(),
            Transform::RemoveSuffix(suffix) => text.strip_suffix(suffix.as_str()).unwrap_or(&text).to_owned(),
            Transform::PadLeft { length, with } => {
                let missing = length.saturating_sub(text.chars().count()).min(MAX_PAD);
                std::iter::repeat_n(*with, missing).chain(text.chars()).collect()
            }
        };
        text = Cow::Owned(changed);
    }
    Ok(text)
}

/// Looks a text up in a table.
///
/// # Errors
/// A text that is not in it, with the entry that may be meant.
pub(super) fn look_up<'a>(text: &str, table: &'a Table) -> Result<&'a str, Why> {
    table.entries.get(text).map(String::as_str).ok_or_else(|| Why::NotInMap {
        table: table.file.clone(),
        near: did_you_mean(text, table.entries.keys().take(COMPARED).map(String::as_str)).map(str::to_owned),
    })
}

/// Runs of white space become one blank; none at the ends.
pub(crate) fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

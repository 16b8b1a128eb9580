//! E-mail addresses and URLs.

use email_address::{EmailAddress, Options};
use smol_str::SmolStr;
use url::Url;

/// Reads an address: one plain mailbox with a domain of at least two parts, without name, comment or quotes.
pub(super) fn email(text: &str) -> Option<SmolStr> {
    if is_common(text.as_bytes()) {
        return Some(text.into());
    }
    let options = Options { minimum_sub_domains: 2, allow_domain_literal: false, allow_display_text: false };
    let out_of_place = |byte: u8| matches!(byte, b'"' | b'(' | b')' | b'<' | b'>') || byte.is_ascii_whitespace();
    if text.bytes().any(out_of_place) || (!text.is_ascii() && text.contains(char::is_whitespace)) {
        return None;
    }
    EmailAddress::parse_with_options(text, options).is_ok().then(|| text.into())
}

/// Whether it is an address as nearly all are: letters, digits and few signs of ASCII, the dots between them. Whatever is
/// not is left to the thorough reader, which is much slower.
fn is_common(text: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', text) else { return false };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    let dots_between = |part: &[u8]| !part.starts_with(b".") && !part.ends_with(b".") && !part.windows(2).any(|two| two == b"..");
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
    let is_label = |label: &[u8]| {
        (1..=63).contains(&label.len())
            && label.first().is_some_and(is_letter)
            && label.last().is_some_and(is_letter)
            && label.iter().all(|byte| is_letter(byte) || *byte == b'-')
    };
    (1..=64).contains(&local.len())
        && local.iter().all(|byte| is_letter(byte) || matches!(byte, b'.' | b'-' | b'_' | b'+'))
        && dots_between(local)
        && (3..=190).contains(&domain.len())
        && domain.contains(&b'.')
        && domain.split(|byte| *byte == b'.').all(is_label)
}

/// Reads an absolute http or https URL; kept as written.
pub(super) fn url(text: &str) -> Option<SmolStr> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let right_scheme = matches!(url.scheme(), "http" | "https") && text.contains("://");
    (right_scheme && url.host().is_some()).then(|| text.into())
}

//! E-mail addresses and URLs.

use email_address::{EmailAddress, Options};
use smol_str::SmolStr;
use url::Url;

/// Reads an address: one plain mailbox with a domain of at least two parts, without name, comment or quotes.
pub(super) fn email(text: &str) -> Option<SmolStr> {
    is_email(text).then(|| text.into())
}

/// Whether it is such an address.
pub(super) fn is_email(text: &str) -> bool {
    is_common(text.as_bytes()) || is_address(text)
}

/// Whether it is one, by the thorough reader.
fn is_address(text: &str) -> bool {
    let options = Options { minimum_sub_domains: 2, allow_domain_literal: false, allow_display_text: false };
    let out_of_place = |byte: u8| matches!(byte, b'"' | b'(' | b')' | b'<' | b'>') || byte.is_ascii_whitespace();
    let blank = text.bytes().any(out_of_place) || (!text.is_ascii() && text.contains(char::is_whitespace));
    !blank && EmailAddress::parse_with_options(text, options).is_ok()
}

/// Whether it is an address as nearly all are: letters, digits and few signs of ASCII, the dots between them. Whatever is
/// not is left to the thorough reader, which is much slower.
fn is_common(text: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', text) else { return false };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    let dots_between =
        |part: &[u8]| !part.starts_with(b".") && !part.ends_with(b".") && !part.windows(2).any(|two| two == b"..");
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

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    #[test]
    fn what_the_short_way_takes_is_common() {
        for common in ["a@b.de", "kunde17@beispiel-firma.de", "A.b-c_d+e@mail.example.co.uk", "x@1.2"] {
            assert!(is_common(common.as_bytes()) && is_address(common), "{common}");
        }
        for other in
            ["a@b", ".a@b.de", "a.@b.de", "a..b@c.de", "a@-b.de", "a@b..de", "a@b.de.", "a@@b.de", "ä@b.de", "@b.de"]
        {
            assert!(!is_common(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_takes_nothing_that_the_thorough_one_refuses(text in "[A-Za-z0-9.@_+-]{1,30}", local in "[a-z0-9.+-]{0,70}", domain in "([a-z0-9-]{0,70}[.]){0,4}[a-z0-9-]{0,5}") {
            for text in [text, format!("{local}@{domain}")] {
                prop_assert!(!is_common(text.as_bytes()) || is_address(&text), "{}", text);
            }
        }
    }
}

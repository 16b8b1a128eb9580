//! E-mail addresses and URLs.

use std::sync::Arc;

use email_address::{EmailAddress, Options};
use url::Url;

/// Reads an address: one plain mailbox with a domain of at least two parts, without name, comment or quotes.
pub(super) fn email(text: &str) -> Option<Arc<str>> {
    let options = Options { minimum_sub_domains: 2, allow_domain_literal: false, allow_display_text: false };
    let out_of_place = |byte: u8| matches!(byte, b'"' | b'(' | b')' | b'<' | b'>') || byte.is_ascii_whitespace();
    if text.bytes().any(out_of_place) || (!text.is_ascii() && text.contains(char::is_whitespace)) {
        return None;
    }
    EmailAddress::parse_with_options(text, options).is_ok().then(|| Arc::from(text))
}

/// Reads an absolute http or https URL; kept as written.
pub(super) fn url(text: &str) -> Option<Arc<str>> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let right_scheme = matches!(url.scheme(), "http" | "https") && text.contains("://");
    (right_scheme && url.host().is_some()).then(|| Arc::from(text))
}

//! Names of folders as they travel: in the modified UTF-7 of RFC 3501 section 5.1.3, which every server understands.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const MODIFIED: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The name as it is sent.
pub(super) fn encode(name: &str) -> String {
    let mut sent = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let plain = |letter: char| (' '..='~').contains(&letter);
        let end = rest.find(|letter| plain(letter) != plain(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if plain(first) {
            sent.push_str(&run.replace('&', "&-"));
        } else {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            sent.push_str(&format!("&{}-", MODIFIED.encode(units)));
        }
    }
    sent
}

/// The name as people read it; as it was sent, where it is not well-formed.
pub(super) fn decode(sent: &str) -> String {
    decoded(sent).unwrap_or_else(|| sent.to_owned())
}

fn decoded(sent: &str) -> Option<String> {
    let mut name = String::with_capacity(sent.len());
    let mut rest = sent;
    while let Some((before, coded)) = rest.split_once('&') {
        name.push_str(before);
        let (coded, after) = coded.split_once('-')?;
        rest = after;
        if coded.is_empty() {
            name.push('&');
            continue;
        }
        let bytes = MODIFIED.decode(coded).ok()?;
        let units: Vec<u16> =
            bytes.chunks(2).map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?))).collect::<Option<_>>()?;
        name.push_str(&String::from_utf16(&units).ok()?);
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_in_modified_utf_7_and_come_back() {
        // The example of the RFC, what German offices call their folders, and what is special.
        for (name, sent) in [
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("Geprüft/Öl & Gas", "Gepr&APw-ft/&ANY-l &- Gas"),
            ("INBOX", "INBOX"),
            ("📦", "&2D3c5g-"),
            ("", ""),
        ] {
            assert_eq!(encode(name), sent);
            assert_eq!(decode(sent), name);
        }
    }

    #[test]
    fn what_is_not_well_formed_is_left_as_it_is() {
        for sent in ["a&b", "&!!!-", "&AA-", "&2D0-"] {
            assert_eq!(decode(sent), sent);
        }
    }
}

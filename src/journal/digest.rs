//! Short fingerprints: of keys, to name entries and records; of field values, to tell whether content has changed
//! without keeping the content. The latter are keyed (HMAC-SHA-256), so that a journal does not betray short values.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::claim::EntryName;
use crate::record::{Key, Value};

/// Digits of a record's id.
const RECORD_ID: usize = 12;

/// Field names and the digests of their values.
pub type Digests = BTreeMap<String, String>;

/// Digests as the journal keeps them.
pub fn digests_text(digests: &Digests) -> String {
    serde_json::to_string(digests).expect("a map of texts can always be written")
}

/// Makes digests with the journal's own key.
#[derive(Clone)]
pub struct Digester {
    keyed: Hmac<Sha256>,
}

impl Digester {
    /// A digester with a key of any length.
    pub fn new(key: &[u8]) -> Self {
        let keyed = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        Self { keyed }
    }

    /// The digest of a value. Numbers count by value: 1.10 and 1.1 have the same.
    pub fn value(&self, value: &Value) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(value.kind().as_bytes());
        keyed.update(b":");
        keyed.update(value.content().as_bytes());
        hex(&keyed.finalize().into_bytes()[..12])
    }

    /// One digest of many, for "exactly this content".
    pub fn all(&self, digests: &Digests) -> String {
        let mut keyed = self.keyed.clone();
        for (name, digest) in digests {
            keyed.update(name.as_bytes());
            keyed.update(b"=");
            keyed.update(digest.as_bytes());
            keyed.update(b";");
        }
        hex(&keyed.finalize().into_bytes()[..12])
    }
}

/// The fingerprint under which a key of a ledger is remembered: of the ledger's name and the key's own fingerprint.
pub fn entry_key(ledger: &str, key: &Key) -> String {
    let mut hash = Sha256::new();
    hash.update(ledger.as_bytes());
    hash.update([0]);
    hash.update(hex(&Sha256::digest(key.canonical())[..16]).as_bytes());
    hex(&hash.finalize()[..16])
}

/// The id of a record: the first digits of its fingerprint. Any beginning of it that only one record has will do to name
/// the record.
pub fn record_id(key: &str) -> String {
    key.get(..RECORD_ID).unwrap_or(key).to_owned()
}

/// The key sent as `Idempotency-Key`: the same for every attempt of one generation of an entry, another for all else.
pub fn idempotency_key(name: &EntryName, generation: u32) -> String {
    let mut hash = Sha256::new();
    // An entry without an element has the same key as before there were any: a journal of that time may have sent it.
    let element = Some(&name.element).filter(|element| !element.is_empty());
    for text in [&name.ledger, &name.system, &name.part, &name.key].into_iter().chain(element) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.update(generation.to_be_bytes());
    hex(&hash.finalize()[..16])
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_an_element_keeps_the_key_that_it_always_had() {
        let name = |element: &str| {
            let [ledger, system, part, elements, key] = ["l", "s", "entry", "", "k"].map(str::to_owned);
            EntryName { ledger, system, part, elements, element: element.to_owned(), key }
        };
        assert_eq!(idempotency_key(&name(""), 1), "5f578508f1e95fd41080d95c029ba6a3");
        assert_ne!(idempotency_key(&name(""), 1), idempotency_key(&name("1"), 1));
        assert_ne!(idempotency_key(&name("1"), 1), idempotency_key(&name("1"), 2));
    }
}

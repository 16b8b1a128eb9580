//! The hash chain over the events: each event's hash covers the one before it, so that a changed, removed or inserted
//! event is noticed by `eintrag journal verify`.

use sha2::{Digest, Sha256};

/// One event as it is chained.
pub(crate) struct Link<'a> {
    pub(crate) seq: i64,
    pub(crate) at: &'a str,
    pub(crate) run: Option<i64>,
    pub(crate) entry: Option<i64>,
    pub(crate) kind: &'a str,
    pub(crate) data: &'a str,
}

/// The hash of an event whose predecessor has the hash `before`.
pub(crate) fn link(before: &[u8; 32], event: &Link<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(event.seq.to_be_bytes());
    for number in [event.run, event.entry] {
        hash.update(number.unwrap_or(0).to_be_bytes());
    }
    for text in [event.at, event.kind, event.data] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// What the first event's hash covers.
pub(crate) const START: [u8; 32] = [0; 32];

//! A memory of values that were seen, as digests of 16 bytes: constant size a value, however long its text is.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::record::Value;

/// The digest of one value or of several.
pub(super) type Digest = [u8; 16];

/// Digests with what is remembered of each.
pub(super) type Seen<T> = HashMap<Digest, T>;

/// The digest of values in order. Numbers count by value: 1.50 is 1.5.
pub(super) fn digest<'a>(values: impl IntoIterator<Item = &'a Value>, buffer: &mut Vec<u8>) -> Digest {
    buffer.clear();
    for value in values {
        value.write_content(buffer);
    }
    let hash = Sha256::digest(&*buffer);
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    digest
}

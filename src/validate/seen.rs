//! A memory of values that were seen, as digests of 16 bytes: constant size a value, however long its text is.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::record::{Money, Value};

/// The digest of one value or of several.
pub(super) type Digest = [u8; 16];

/// Digests with what is remembered of each.
pub(super) type Seen<T> = HashMap<Digest, T>;

/// The digest of values in order. Numbers count by value: 1.50 is 1.5.
pub(super) fn digest<'a>(values: impl IntoIterator<Item = &'a Value>, buffer: &mut Vec<u8>) -> Digest {
    buffer.clear();
    for value in values {
        feed(value, buffer);
    }
    let hash = Sha256::digest(&*buffer);
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    digest
}

fn feed(value: &Value, buffer: &mut Vec<u8>) {
    let text = |text: &str, buffer: &mut Vec<u8>| {
        buffer.extend_from_slice(&(text.len() as u64).to_le_bytes());
        buffer.extend_from_slice(text.as_bytes());
    };
    match value {
        Value::Missing => buffer.push(0),
        Value::Null => buffer.push(1),
        Value::Text(content) => {
            buffer.push(2);
            text(content, buffer);
        }
        Value::Number(number) => {
            buffer.push(3);
            buffer.extend_from_slice(&number.normalize().serialize());
        }
        Value::Money(Money { amount, currency }) => {
            buffer.push(4);
            buffer.extend_from_slice(&amount.normalize().serialize());
            text(currency, buffer);
        }
        Value::Bool(value) => buffer.extend_from_slice(&[5, u8::from(*value)]),
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) => {
            buffer.push(6);
            text(&value.to_string(), buffer);
        }
        Value::List(items) => {
            buffer.push(7);
            buffer.extend_from_slice(&(items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| feed(item, buffer));
        }
        Value::Map(members) => {
            buffer.push(8);
            buffer.extend_from_slice(&(members.len() as u64).to_le_bytes());
            for (name, value) in members.iter() {
                text(name, buffer);
                feed(value, buffer);
            }
        }
    }
}

//! The fields that make two records the same, in a form in which equal means equal.

use std::borrow::Cow;
use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{Money, Value};

/// The key of a record: named, typed values; no part is empty, text is in NFC and trimmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    parts: Vec<KeyPart>,
}

/// One part of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPart {
    /// The field's name.
    pub name: Arc<str>,
    /// Its value, normalised.
    pub value: Value,
}

impl Key {
    /// A key of these parts, normalised.
    ///
    /// # Errors
    /// The name of the first part that is empty.
    pub fn new(parts: impl IntoIterator<Item = (Arc<str>, Value)>) -> Result<Self, Arc<str>> {
        let parts = parts.into_iter();
        let mut normal = Vec::with_capacity(parts.size_hint().0);
        for (name, value) in parts {
            let value = match value {
                Value::Missing | Value::Null => return Err(name),
                // Plain text without blanks around it is in its normal form already.
                Value::Text(text) if text.is_ascii() && !text.is_empty() && text.trim().len() == text.len() => {
                    Value::Text(text)
                }
                Value::Text(text) => {
                    let text: String = text.trim().nfc().collect();
                    if text.is_empty() {
                        return Err(name);
                    }
                    Value::text(text)
                }
                Value::Number(number) => Value::Number(number.normalize()),
                Value::Money(money) => Value::Money(Money { amount: money.amount.normalize(), ..money }),
                other => other,
            };
            normal.push(KeyPart { name, value });
        }
        Ok(Self { parts: normal })
    }

    /// The parts in the recipe's order.
    pub fn parts(&self) -> &[KeyPart] {
        &self.parts
    }

    /// The bytes that two equal keys share and no two other keys do: kind, length and text of each value in order.
    /// Names are left out, so that renaming a field does not make old entries new ones.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_canonical(&mut bytes);
        bytes
    }

    /// Adds the same bytes to others.
    pub(crate) fn write_canonical(&self, bytes: &mut Vec<u8>) {
        for part in &self.parts {
            let text = match &part.value {
                Value::Text(text) => Cow::Borrowed(&**text),
                other => Cow::Owned(other.to_string()),
            };
            // Writing to memory cannot fail.
            let _ = write!(bytes, "{}:{}:{text}", part.value.kind(), text.len());
        }
    }

    /// As the JSON lines show it: `{"supplier":"…","number":"RE-1"}`.
    pub fn to_json(&self) -> serde_json::Value {
        self.parts.iter().map(|part| (part.name.to_string(), part.value.to_json())).collect()
    }
}

/// `number=RE-1, supplier=Müller`.
impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                out.write_str(", ")?;
            }
            write!(out, "{}={}", part.name, part.value)?;
        }
        Ok(())
    }
}

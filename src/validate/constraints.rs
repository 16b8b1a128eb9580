//! What a value must be besides its type: all of `constraints` that look at one value alone. Each that is not met is an
//! issue of its own.

use std::cmp::Ordering;

use regex::Regex;

use crate::diagnostic::did_you_mean;
use crate::recipe::model::Constraints;
use crate::record::{Value, Why};

/// Values of `one_of:` that a message lists.
const LISTED: usize = 8;

/// The constraints of a field, compiled.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) required: bool,
    pub(super) unique: bool,
    pattern: Option<(Regex, String)>,
    minimum: Option<Value>,
    maximum: Option<Value>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    one_of: Option<Vec<Value>>,
    decimals: Option<u32>,
    /// Whether there is none of those that look at what a value is, but for `one_of`.
    but_for_one_of: bool,
}

impl Rules {
    pub(super) fn new(constraints: &Constraints) -> Self {
        // The whole text must match, whether or not the recipe's pattern says so itself.
        let pattern = constraints.pattern.as_ref().map(|pattern| {
            let source = pattern.as_str();
            let anchored = Regex::new(&format!(r"\A(?:{source})\z")).unwrap_or_else(|_| pattern.clone());
            (anchored, written(source))
        });
        Self {
            required: constraints.required,
            unique: constraints.unique,
            pattern,
            minimum: constraints.minimum.clone(),
            maximum: constraints.maximum.clone(),
            min_length: constraints.min_length,
            max_length: constraints.max_length,
            one_of: constraints.one_of.clone(),
            decimals: constraints.decimals,
            but_for_one_of: constraints.pattern.is_none()
                && constraints.minimum.is_none()
                && constraints.maximum.is_none()
                && constraints.min_length.is_none()
                && constraints.max_length.is_none()
                && constraints.decimals.is_none(),
        }
    }

    /// Whether a value is all right at the first look. False says nothing: it is then to be checked.
    pub(super) fn accept(&self, value: &Value) -> bool {
        match value {
            Value::Missing | Value::Null => !self.required,
            Value::List(_) => false,
            _ => self.free(),
        }
    }

    /// Whether all values are allowed.
    pub(super) fn free(&self) -> bool {
        self.but_for_one_of && self.one_of.is_none()
    }

    /// The values that are allowed, where nothing else is asked of them.
    pub(super) fn only_one_of(&self) -> Option<&[Value]> {
        self.one_of.as_deref().filter(|_| self.but_for_one_of)
    }

    /// Checks a value; each constraint that is not met is given to `fault`.
    pub(super) fn check(&self, value: &Value, fault: &mut dyn FnMut(Why)) {
        match value {
            Value::Missing | Value::Null => {
                if self.required {
                    fault(Why::Required);
                }
            }
            Value::List(items) => {
                if self.required && items.is_empty() {
                    fault(Why::Required);
                }
                items.iter().for_each(|item| self.check_one(item, fault));
            }
            one => self.check_one(one, fault),
        }
    }

    fn check_one(&self, value: &Value, fault: &mut dyn FnMut(Why)) {
        if let Some((pattern, source)) = &self.pattern {
            let matches = match value {
                Value::Text(text) => pattern.is_match(text),
                other => pattern.is_match(&other.to_string()),
            };
            if !matches {
                fault(Why::Pattern { pattern: source.clone() });
            }
        }
        if self.min_length.is_some() || self.max_length.is_some() {
            self.check_length(value, fault);
        }
        if let Some(limit) = &self.minimum
            && compare(value, limit) == Some(Ordering::Less)
        {
            fault(Why::Minimum { limit: limit.to_string() });
        }
        if let Some(limit) = &self.maximum
            && compare(value, limit) == Some(Ordering::Greater)
        {
            fault(Why::Maximum { limit: limit.to_string() });
        }
        if let Some(limit) = self.decimals {
            let found = match value {
                Value::Number(number) => number.scale(),
                Value::Money(money) => money.amount.scale(),
                _ => 0,
            };
            if found > limit {
                fault(Why::Decimals { limit, found });
            }
        }
        if let Some(allowed) = &self.one_of
            && !allowed.iter().any(|one| same(one, value))
        {
            fault(one_of(allowed, value));
        }
    }

    fn check_length(&self, value: &Value, fault: &mut dyn FnMut(Why)) {
        let found = match value {
            Value::Text(text) => text.chars().count(),
            other => other.to_string().chars().count(),
        };
        if let Some(limit) = self.min_length.filter(|limit| found < *limit) {
            fault(Why::MinLength { limit, found });
        }
        if let Some(limit) = self.max_length.filter(|limit| found > *limit) {
            fault(Why::MaxLength { limit, found });
        }
    }
}

/// The pattern without the anchors that its reader put around it.
fn written(source: &str) -> String {
    for (start, end) in [("^(?:", ")$"), (r"\A(?:", r")\z")] {
        if let Some(inner) = source.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) {
            return inner.to_owned();
        }
    }
    source.to_owned()
}

fn one_of(allowed: &[Value], value: &Value) -> Why {
    let texts: Vec<String> = allowed.iter().map(Value::to_string).collect();
    let near = did_you_mean(&value.to_string(), texts.iter().map(String::as_str)).map(str::to_owned);
    Why::OneOf { near, more: texts.len().saturating_sub(LISTED), allowed: texts.into_iter().take(LISTED).collect() }
}

/// Whether two values are the same; numbers by value, whatever their decimals.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Money(other)) | (Value::Money(other), Value::Number(one)) => *one == other.amount,
        _ => one == other,
    }
}

/// The order of two values of one kind; none for values that have none. An amount compares with a plain number.
fn compare(value: &Value, limit: &Value) -> Option<Ordering> {
    match (value, limit) {
        (Value::Number(value), Value::Number(limit)) => Some(value.cmp(limit)),
        (Value::Money(value), Value::Number(limit)) => Some(value.amount.cmp(limit)),
        (Value::Money(value), Value::Money(limit)) => {
            (value.currency == limit.currency).then(|| value.amount.cmp(&limit.amount))
        }
        (Value::Date(value), Value::Date(limit)) => Some(value.cmp(limit)),
        (Value::Time(value), Value::Time(limit)) => Some(value.cmp(limit)),
        (Value::DateTime(value), Value::DateTime(limit)) => match (value.offset, limit.offset) {
            (Some(one), Some(other)) => {
                Some(one.to_timestamp(value.civil).ok()?.cmp(&other.to_timestamp(limit.civil).ok()?))
            }
            _ => Some(value.civil.cmp(&limit.civil)),
        },
        (Value::DateTime(value), Value::Date(limit)) => Some(value.civil.date().cmp(limit)),
        (Value::Text(value), Value::Text(limit)) => Some(value.cmp(limit)),
        _ => None,
    }
}

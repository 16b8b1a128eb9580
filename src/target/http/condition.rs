//! Conditions on answers. Numbers are compared by their exact value, whether the target writes them as JSON numbers or as
//! texts; all else is compared as it stands.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::answer::Reading;
use crate::expression::{Name, Piece, Scope, Template};
use crate::recipe::model::{Condition, ConditionSet, JsonPath, StatusPattern, Test};
use crate::record::Value;
use crate::secret::MASK;
use crate::target::fill::{Filler, Filling, Site};
use crate::target::{Difference, Trouble};

/// Looks at answers through conditions.
pub(super) struct Conditions<'a> {
    /// Fills in the values that answers are compared with.
    pub filler: &'a Filler<'a>,
    /// The values.
    pub scope: &'a (dyn Scope + Sync),
}

impl Conditions<'_> {
    /// The first alternative that is met. An answer that is no JSON does not meet a condition on JSON.
    pub fn first_met<'c>(
        &self,
        set: &'c ConditionSet,
        reading: &Reading<'_>,
    ) -> Result<Option<&'c Condition>, Trouble> {
        for condition in &set.any {
            match self.unmet(condition, reading) {
                Ok(differences) if differences.is_empty() => return Ok(Some(condition)),
                Ok(_) | Err(Trouble::Unreadable { .. }) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(None)
    }

    /// In what an answer differs from the nearest of the alternatives; nothing if it meets one.
    pub fn nearest(&self, set: &ConditionSet, reading: &Reading<'_>) -> Result<Vec<Difference>, Trouble> {
        let mut nearest: Option<Vec<Difference>> = None;
        let mut unreadable = None;
        for condition in &set.any {
            match self.unmet(condition, reading) {
                Ok(differences) => {
                    if nearest.as_ref().is_none_or(|best| differences.len() < best.len()) {
                        nearest = Some(differences);
                    }
                }
                Err(trouble @ Trouble::Unreadable { .. }) => unreadable = Some(trouble),
                Err(trouble) => return Err(trouble),
            }
        }
        match (nearest, unreadable) {
            (Some(differences), _) => Ok(differences),
            (None, Some(trouble)) => Err(trouble),
            (None, None) => Ok(Vec::new()),
        }
    }

    /// In what an answer differs from a condition.
    pub fn unmet(&self, condition: &Condition, reading: &Reading<'_>) -> Result<Vec<Difference>, Trouble> {
        let mut differences = Vec::new();
        let status = reading.answer.status;
        if !condition.status.is_empty() && !condition.status.iter().any(|pattern| status_is(*pattern, status)) {
            let expected: Vec<String> = condition.status.iter().map(|pattern| status_text(*pattern)).collect();
            differences.push(Difference {
                what: "the status".to_owned(),
                expected: expected.join(" or "),
                found: status.to_string(),
            });
            // The rest of a condition speaks of an answer that has this status.
            return Ok(differences);
        }
        for (name, test) in &condition.headers {
            let values: Vec<Json> = reading.answer.header_values(name).map(Json::String).collect();
            let values: Vec<&Json> = values.iter().collect();
            differences.extend(self.test(&format!("header `{name}`"), test, &values, &condition.span)?);
        }
        if !condition.paths.is_empty() {
            let json = reading.json()?;
            for (path, test) in &condition.paths {
                differences.extend(self.path(path, test, json, &condition.span)?);
            }
        }
        if let Some(text) = &condition.text {
            let site = Site::new("`text:`", &condition.span);
            let wanted = self.filler.required(text, &site, self.scope)?;
            if !reading.text().contains(&wanted) {
                differences.push(Difference {
                    what: "the text".to_owned(),
                    expected: shown(text, format!("`{wanted}`")),
                    found: "not in the answer".to_owned(),
                });
            }
        }
        Ok(differences)
    }

    /// In what the value at a path differs from what is asked of it.
    pub fn path(
        &self,
        path: &JsonPath,
        test: &Test,
        json: &Json,
        span: &std::ops::Range<usize>,
    ) -> Result<Option<Difference>, Trouble> {
        let nodes = path.path.query(json).all();
        self.test(&path.source, test, &nodes, span)
    }

    fn test(
        &self,
        what: &str,
        test: &Test,
        nodes: &[&Json],
        span: &std::ops::Range<usize>,
    ) -> Result<Option<Difference>, Trouble> {
        let site = Site::new(what, span);
        let difference =
            |expected: String| Some(Difference { what: what.to_owned(), expected, found: found_text(nodes) });
        Ok(match test {
            Test::Equals(template) => {
                let expected = self.expected(template, &site)?;
                if one_equals(nodes, &expected) { None } else { difference(shown(template, value_text(&expected))) }
            }
            Test::Not(template) => {
                let expected = self.expected(template, &site)?;
                let there = nodes.iter().any(|node| !node.is_null());
                if there && !nodes.iter().any(|node| equals(node, &expected)) {
                    None
                } else {
                    difference(format!("other than {}", shown(template, value_text(&expected))))
                }
            }
            Test::OneOf(templates) => {
                let mut texts = Vec::new();
                for template in templates {
                    let expected = self.expected(template, &site)?;
                    if one_equals(nodes, &expected) {
                        return Ok(None);
                    }
                    texts.push(shown(template, value_text(&expected)));
                }
                difference(texts.join(" or "))
            }
            Test::Matches(regex) => match nodes {
                [node] if matches_whole(regex, &node_text(node)) => None,
                _ => difference(format!("like `{}`", regex.as_str())),
            },
            Test::Exists(wanted) => {
                if nodes.iter().any(|node| !node.is_null()) == *wanted {
                    None
                } else {
                    difference(if *wanted { "there" } else { "absent" }.to_owned())
                }
            }
            Test::Empty(wanted) => {
                if nodes.iter().all(|node| is_empty(node)) == *wanted {
                    None
                } else {
                    difference(if *wanted { "empty" } else { "not empty" }.to_owned())
                }
            }
        })
    }

    fn expected(&self, template: &Template, site: &Site) -> Result<Value, Trouble> {
        let filler = self.filler;
        match template.single() {
            Some(expression) => match filler.value(expression, site, self.scope)? {
                Filling::Value(value) => Ok(value),
                Filling::Shown(shown) => Ok(Value::text(shown)),
            },
            None => filler.required(template, site, self.scope).map(Value::text),
        }
    }
}

/// Whether a status is one that a condition names.
pub(super) fn status_is(pattern: StatusPattern, status: u16) -> bool {
    match pattern {
        StatusPattern::Exactly(wanted) => status == wanted,
        StatusPattern::Class(hundreds) => status / 100 == hundreds,
    }
}

fn status_text(pattern: StatusPattern) -> String {
    match pattern {
        StatusPattern::Exactly(status) => status.to_string(),
        StatusPattern::Class(hundreds) => format!("{hundreds}xx"),
    }
}

/// Exactly one node, and equal; no value equals none.
fn one_equals(nodes: &[&Json], expected: &Value) -> bool {
    match (nodes, expected) {
        ([], Value::Missing | Value::Null) => true,
        ([node], expected) => equals(node, expected),
        _ => false,
    }
}

/// Whether a value of an answer is the expected one.
fn equals(node: &Json, expected: &Value) -> bool {
    match expected {
        Value::Missing | Value::Null => node.is_null(),
        Value::Number(number) => decimal(node).is_some_and(|found| found == *number),
        Value::Bool(value) => match node {
            Json::Bool(found) => found == value,
            Json::String(found) => *found == value.to_string(),
            _ => false,
        },
        Value::Text(text) => match node {
            Json::String(found) => **found == **text,
            // A literal of the recipe (`$.total: 119`) is text.
            Json::Number(number) => match (decimal(node), Decimal::from_str(text)) {
                (Some(found), Ok(wanted)) => found == wanted,
                _ => number.as_str() == &**text,
            },
            Json::Bool(found) => found.to_string() == **text,
            _ => false,
        },
        Value::Money(money) => match node {
            Json::Object(members) => {
                members.get("amount").and_then(decimal) == Some(money.amount)
                    && members.get("currency").and_then(Json::as_str) == Some(&*money.currency)
            }
            other => other.as_str() == Some(&expected.to_string()),
        },
        Value::Date(_) | Value::Time(_) => node.as_str() == Some(&expected.to_string()),
        Value::DateTime(stamp) => node.as_str().is_some_and(|found| {
            found == expected.to_string()
                || match stamp.offset {
                    // The same instant, however its offset is written.
                    Some(offset) => match (found.parse::<jiff::Timestamp>(), offset.to_timestamp(stamp.civil)) {
                        (Ok(found), Ok(wanted)) => found == wanted,
                        _ => false,
                    },
                    None => {
                        let civil = found.parse::<jiff::civil::DateTime>();
                        !found.ends_with('Z') && civil.is_ok_and(|found| found == stamp.civil)
                    }
                }
        }),
        Value::List(items) => node.as_array().is_some_and(|found| {
            found.len() == items.len() && found.iter().zip(items.iter()).all(|(node, item)| equals(node, item))
        }),
        Value::Map(members) => node.as_object().is_some_and(|found| {
            members.iter().all(|(name, value)| equals(found.get(&**name).unwrap_or(&Json::Null), value))
        }),
    }
}

/// The exact number that a JSON number, or a text that reads as one, stands for.
pub(super) fn decimal(node: &Json) -> Option<Decimal> {
    let text = match node {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        _ => return None,
    };
    match text.contains(['e', 'E']) {
        true => Decimal::from_scientific(&text).ok(),
        false => Decimal::from_str_exact(&text).ok(),
    }
}

/// Whether a pattern matches a text from its first character to its last.
fn matches_whole(regex: &regex::Regex, text: &str) -> bool {
    match regex.find(text) {
        None => false,
        Some(found) if found.range() == (0..text.len()) => true,
        // The leftmost match may be a shorter one than the whole text: ask again for exactly that.
        Some(_) => regex::Regex::new(&format!(r"\A(?:{}\n?)\z", regex.as_str()))
            .or_else(|_| regex::Regex::new(&format!(r"\A(?:{})\z", regex.as_str())))
            .is_ok_and(|whole| whole.is_match(text)),
    }
}

fn is_empty(node: &Json) -> bool {
    match node {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn node_text(node: &Json) -> String {
    node.as_str().map_or_else(|| node.to_string(), str::to_owned)
}

fn found_text(nodes: &[&Json]) -> String {
    match nodes {
        [] => "missing".to_owned(),
        [Json::String(text)] if text.is_empty() => "empty".to_owned(),
        [node] => cut(&node_text(node), 200),
        several => format!("{} values", several.len()),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Missing => "absent".to_owned(),
        Value::Null => "null".to_owned(),
        other => cut(&other.to_string(), 200),
    }
}

/// A text, but the mask where a secret took part in it.
fn shown(template: &Template, text: String) -> String {
    let secret = template.pieces().iter().any(|piece| match piece {
        Piece::Literal(_) => false,
        Piece::Expression(expression, _) => expression.names().iter().any(Name::is_secret),
    });
    if secret { MASK.to_owned() } else { text }
}

/// At most so many characters of a text.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

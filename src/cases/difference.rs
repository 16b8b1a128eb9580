//! What came out, compared with what was expected: per record, file and balance, and in each per member. What an expected
//! line leaves out is not compared, so that a case can be about one thing only.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value as Json, json};

use super::expected::Subject;

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The record's origin, the file's name, or `balance`.
    pub place: String,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A member such as `fields.net` or `issues[0].code`.
    Member {
        /// Its path.
        path: String,
        /// What was expected; none where a list should have ended.
        expected: Option<Json>,
        /// What came out, if anything did.
        found: Option<Json>,
    },
    /// A whole line is expected and did not come out; its kind.
    Missing(&'static str),
    /// A line came out that is not expected: its kind and, for a record, its outcome.
    Extra(&'static str, Option<String>),
}

/// `rechnungen.csv:37 fields.net: expected "12.50", found "12.05"`.
impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<Json>| value.as_ref().map_or_else(|| "nothing".to_owned(), Json::to_string);
        match &self.what {
            What::Member { path, expected, found } => {
                write!(out, "{} {path}: expected {}, found {}", self.place, value(expected), value(found))
            }
            What::Missing(kind) => write!(out, "{}: expected a {kind}, found none", self.place),
            What::Extra(kind, outcome) => {
                write!(out, "{}: expected no {kind}, found one", self.place)?;
                outcome.as_ref().map_or(Ok(()), |outcome| write!(out, " ({outcome})"))
            }
        }
    }
}

impl Difference {
    /// As `--format jsonl` shows it.
    pub fn to_json(&self) -> Json {
        match &self.what {
            What::Member { path, expected, found } => {
                json!({ "at": self.place, "member": path, "expected": expected, "found": found })
            }
            What::Missing(kind) => json!({ "at": self.place, "missing": kind }),
            What::Extra(kind, outcome) => json!({ "at": self.place, "extra": kind, "outcome": outcome }),
        }
    }
}

/// All differences: those of expected lines in their order, then the lines that nobody expected. Lines of the files and
/// the balance are compared only where some line of that kind is expected.
pub(super) fn compare(expected: &[(Subject, Json)], found: &[(Subject, Json)]) -> Vec<Difference> {
    let wanted = |kind: &str| kind == "record" || expected.iter().any(|(subject, _)| subject.kind == kind);
    let mut left: BTreeMap<&Subject, Vec<&Json>> = BTreeMap::new();
    for (subject, line) in found.iter().filter(|(subject, _)| wanted(subject.kind)) {
        left.entry(subject).or_default().push(line);
    }
    let mut differences = Vec::new();
    for (subject, line) in expected {
        let place = place(subject);
        match left.get_mut(subject).filter(|lines| !lines.is_empty()).map(|lines| lines.remove(0)) {
            None => differences.push(Difference { place, what: What::Missing(subject.kind) }),
            Some(other) => {
                let mut member = |path: &str, expected: Option<&Json>, found: Option<&Json>| {
                    let (expected, found) = (expected.cloned(), found.cloned());
                    let what = What::Member { path: path.to_owned(), expected, found };
                    differences.push(Difference { place: place.clone(), what });
                };
                compare_value("", Some(line), Some(other), &mut member);
            }
        }
    }
    // In the order in which they came out.
    for (subject, line) in found {
        if left.get(subject).is_some_and(|lines| lines.iter().any(|other| std::ptr::eq(*other, line))) {
            let outcome = line.get("outcome").and_then(Json::as_str).map(str::to_owned);
            differences.push(Difference { place: place(subject), what: What::Extra(subject.kind, outcome) });
        }
    }
    differences
}

fn place(subject: &Subject) -> String {
    if subject.name.is_empty() { subject.kind.to_owned() } else { subject.name.clone() }
}

type Tell<'t> = dyn FnMut(&str, Option<&Json>, Option<&Json>) + 't;

/// An expected `null` also means "is not there".
fn compare_value(path: &str, expected: Option<&Json>, found: Option<&Json>, tell: &mut Tell<'_>) {
    match (expected, found) {
        (Some(Json::Object(members)), Some(Json::Object(others))) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare_value(&path, Some(member), others.get(name), tell);
            }
        }
        (Some(Json::Array(items)), Some(Json::Array(others))) => {
            for at in 0..items.len().max(others.len()) {
                compare_value(&format!("{path}[{at}]"), items.get(at), others.get(at), tell);
            }
        }
        (Some(Json::Null), None) => {}
        (expected, found) if expected == found => {}
        (expected, found) => tell(path, expected, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(Subject, Json)> {
        let parse = |line: &str| {
            let json: Json = serde_json::from_str(line).unwrap();
            (Subject::of(&json).unwrap(), json)
        };
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(parse).collect()
    }

    fn differences(expected: &str, found: &str) -> Vec<String> {
        compare(&lines(expected), &lines(found)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_left_out_is_not_compared() {
        let found = r#"{"kind":"file","name":"a.csv","rows":1}
            {"kind":"record","origin":"a.csv:2","outcome":"valid","fields":{"net":"12.50","vat":"1.00"},"issues":[]}
            {"kind":"balance","rows":1}"#;
        assert_eq!(
            differences(r#"{"kind":"record","origin":"a.csv:2","fields":{"net":"12.50","gross":null}}"#, found),
            [""; 0]
        );
        assert_eq!(differences(r#"{"kind":"record","origin":"a.csv:2"}"#, found), [""; 0]);
        // What does come out is not `null`.
        let null = r#"{"kind":"record","origin":"a.csv:2","fields":{"net":null}}"#;
        assert_eq!(differences(null, found), [r#"a.csv:2 fields.net: expected null, found "12.50""#]);
    }

    #[test]
    fn each_member_that_differs_is_named() {
        let found = r#"{"kind":"record","origin":"a.csv:2","outcome":"rejected","fields":{"net":"12.05"},"issues":[{"code":"number"},{"code":"iban"}]}"#;
        let expected = r#"{"kind":"record","origin":"a.csv:2","outcome":"valid","fields":{"net":"12.50","vat":1.10},"issues":[{"code":"date"}]}"#;
        assert_eq!(
            differences(expected, found),
            [
                r#"a.csv:2 outcome: expected "valid", found "rejected""#,
                r#"a.csv:2 fields.net: expected "12.50", found "12.05""#,
                "a.csv:2 fields.vat: expected 1.10, found nothing",
                r#"a.csv:2 issues[0].code: expected "date", found "number""#,
                r#"a.csv:2 issues[1]: expected nothing, found {"code":"iban"}"#,
            ]
        );
    }

    #[test]
    fn lines_that_are_missing_or_too_many_are_differences() {
        let found = r#"{"kind":"file","name":"a.csv","rows":1}
            {"kind":"record","origin":"a.csv:2","outcome":"valid"}
            {"kind":"record","origin":"a.csv:3","outcome":"held"}
            {"kind":"balance","rows":3}"#;
        let expected = r#"{"kind":"record","origin":"a.csv:9"}
            {"kind":"record","origin":"a.csv:2"}
            {"kind":"balance","rows":2}"#;
        assert_eq!(
            differences(expected, found),
            [
                "a.csv:9: expected a record, found none",
                "balance rows: expected 2, found 3",
                "a.csv:3: expected no record, found one (held)",
            ]
        );
        assert_eq!(differences("", found).len(), 2);
    }
}

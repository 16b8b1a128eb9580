//! Paths into XML, as a recipe writes them: `Amt/@Ccy`, `../Acct/Id/IBAN`, `/Invoice/Party[@role='seller']/Name`. A small
//! part of XPath with one difference: namespaces do not matter unless a declared prefix is written.

use std::fmt;

/// A path into XML.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlPath {
    /// As it is written.
    pub source: String,
    /// Whether it begins at the root of the document (`/Document/…`) instead of at the record.
    pub from_root: bool,
    /// Its steps; never empty.
    pub steps: Vec<XmlStep>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum XmlStep {
    /// `.`: stays.
    Here,
    /// `..`: the element around.
    Parent,
    /// `@name`: an attribute; always the last step.
    Attribute(XmlName),
    /// `Name[…]`: elements in it; any element where it is `*`.
    Element(Option<XmlName>, Vec<XmlCondition>),
}

/// A name, with the namespace where a prefix says so.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlName {
    /// The namespace's URI.
    pub namespace: Option<String>,
    /// The name without a prefix.
    pub local: String,
}

/// What an element must be like to count.
#[derive(Clone, Debug, PartialEq)]
pub enum XmlCondition {
    /// `[2]`: the second of its kind.
    Number(usize),
    /// `[@role='seller']`, `[Tp/Cd='IBAN']`, `[Tp]`, `[@scheme!='SEPA']`.
    Has {
        /// The way to what is compared.
        way: Vec<XmlStep>,
        /// What it is compared with, and whether it must be equal; none where it only has to be there.
        compared: Option<(bool, String)>,
    },
}

/// What is wrong with the writing of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlPathError {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub title: String,
}

impl XmlPath {
    /// Reads a path; `namespace` says what a prefix stands for.
    ///
    /// # Errors
    /// What is wrong with its writing.
    pub fn parse(text: &str, namespace: &dyn Fn(&str) -> Option<String>) -> Result<Self, XmlPathError> {
        let mut scanner = Scanner { text, at: 0, namespace };
        let from_root = scanner.take('/');
        let steps = scanner.steps(true)?;
        if scanner.at < text.len() {
            return Err(scanner.wrong("a path has names, `/`, `@`, `..` and conditions in brackets"));
        }
        Ok(Self { source: text.to_owned(), from_root, steps })
    }
}

impl fmt::Display for XmlPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.source)
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    namespace: &'a dyn Fn(&str) -> Option<String>,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn take(&mut self, letter: char) -> bool {
        let found = self.rest().starts_with(letter);
        if found {
            self.at += letter.len_utf8();
        }
        found
    }

    fn wrong(&self, title: impl Into<String>) -> XmlPathError {
        XmlPathError { at: self.at, title: title.into() }
    }

    fn steps(&mut self, with_conditions: bool) -> Result<Vec<XmlStep>, XmlPathError> {
        let mut steps = Vec::new();
        loop {
            let step = self.step(with_conditions)?;
            let is_last = matches!(step, XmlStep::Attribute(_));
            steps.push(step);
            if !self.take('/') {
                return Ok(steps);
            }
            if is_last {
                return Err(self.wrong("nothing stands below an attribute"));
            }
        }
    }

    fn step(&mut self, with_conditions: bool) -> Result<XmlStep, XmlPathError> {
        if self.rest().starts_with("..") {
            self.at += 2;
            return Ok(XmlStep::Parent);
        }
        if self.take('.') {
            return Ok(XmlStep::Here);
        }
        if self.take('@') {
            return Ok(XmlStep::Attribute(self.name()?));
        }
        let name = if self.take('*') { None } else { Some(self.name()?) };
        let mut conditions = Vec::new();
        while with_conditions && self.take('[') {
            conditions.push(self.condition()?);
        }
        Ok(XmlStep::Element(name, conditions))
    }

    fn name(&mut self) -> Result<XmlName, XmlPathError> {
        let begin = self.at;
        let first = self.word()?;
        if !self.take(':') {
            return Ok(XmlName { namespace: None, local: first });
        }
        let Some(namespace) = (self.namespace)(&first) else {
            let title = format!("the prefix `{first}` is not declared in `namespaces:`");
            return Err(XmlPathError { at: begin, title });
        };
        Ok(XmlName { namespace: Some(namespace), local: self.word()? })
    }

    fn word(&mut self) -> Result<String, XmlPathError> {
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
        let rest = self.rest();
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        if word.is_empty() {
            return Err(self.wrong("a name is missing"));
        }
        self.at += end;
        Ok(word)
    }

    fn condition(&mut self) -> Result<XmlCondition, XmlPathError> {
        let begin = self.at;
        if self.rest().starts_with(|letter: char| letter.is_ascii_digit()) {
            let number = self.word()?.parse().ok().filter(|number| *number > 0);
            let number = number.ok_or(XmlPathError { at: begin, title: "elements are counted from 1".to_owned() })?;
            return if self.take(']') { Ok(XmlCondition::Number(number)) } else { Err(self.wrong("`]` is missing")) };
        }
        let way = self.steps(false)?;
        let equal = if self.rest().starts_with("!=") {
            self.at += 2;
            Some(false)
        } else {
            self.take('=').then_some(true)
        };
        let compared = match equal {
            Some(equal) => Some((equal, self.quoted()?)),
            None => None,
        };
        if self.take(']') { Ok(XmlCondition::Has { way, compared }) } else { Err(self.wrong("`]` is missing")) }
    }

    fn quoted(&mut self) -> Result<String, XmlPathError> {
        let rest = self.rest();
        let quote = rest.chars().next().filter(|letter| matches!(letter, '\'' | '"'));
        let Some(quote) = quote else { return Err(self.wrong("a text in quotes is missing: `[@type='net']`")) };
        let Some(end) = rest[1..].find(quote) else { return Err(self.wrong("the quote is not closed")) };
        let text = rest[1..=end].to_owned();
        self.at += end + 2;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<XmlPath, XmlPathError> {
        XmlPath::parse(text, &|prefix| (prefix == "p").then(|| "urn:p".to_owned()))
    }

    fn name(local: &str) -> XmlName {
        XmlName { namespace: None, local: local.to_owned() }
    }

    #[test]
    fn paths_have_steps_conditions_and_attributes() {
        let path = parse("/a/*[2]/p:b[@x='y/]'][c/d!=\"z\"][e]/../@f").unwrap();
        let has = |way: Vec<XmlStep>, compared: Option<(bool, &str)>| XmlCondition::Has {
            way,
            compared: compared.map(|(equal, text)| (equal, text.to_owned())),
        };
        let element = |local: &str| XmlStep::Element(Some(name(local)), Vec::new());
        let spaced = XmlName { namespace: Some("urn:p".to_owned()), local: "b".to_owned() };
        assert!(path.from_root);
        assert_eq!(
            path.steps,
            [
                element("a"),
                XmlStep::Element(None, vec![XmlCondition::Number(2)]),
                XmlStep::Element(
                    Some(spaced),
                    vec![
                        has(vec![XmlStep::Attribute(name("x"))], Some((true, "y/]"))),
                        has(vec![element("c"), element("d")], Some((false, "z"))),
                        has(vec![element("e")], None),
                    ]
                ),
                XmlStep::Parent,
                XmlStep::Attribute(name("f")),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let wrong = |text: &str| parse(text).map_err(|error| (error.at, error.title)).unwrap_err();
        assert_eq!(wrong(""), (0, "a name is missing".to_owned()));
        assert_eq!(wrong("a//b"), (2, "a name is missing".to_owned()));
        assert_eq!(wrong("a/q:b"), (2, "the prefix `q` is not declared in `namespaces:`".to_owned()));
        assert_eq!(wrong("a[0]"), (2, "elements are counted from 1".to_owned()));
        assert_eq!(wrong("a[b=c]"), (4, "a text in quotes is missing: `[@type='net']`".to_owned()));
        assert_eq!(wrong("a[b='c]"), (4, "the quote is not closed".to_owned()));
        assert_eq!(wrong("a[b"), (3, "`]` is missing".to_owned()));
        assert_eq!(wrong("@a/b").1, "nothing stands below an attribute");
        assert_eq!(wrong("a b").0, 1);
    }
}

//! Filling templates with values for one place of a request, each place with its own rules: a path segment is
//! percent-encoded, a header takes no control characters, and so on. For a dry run, secrets are masked and what only an
//! answer gives is shown as it was written.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::site::Site;
use crate::diagnostic::At;
use crate::expression::{Expression, Name, Piece, Problem, Scope, Template};
use crate::recipe::model::Recipe;
use crate::record::Value;
use crate::secret::MASK;
use crate::target::Trouble;

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The value of one `${...}`.
pub(super) enum Filling {
    /// Its value.
    Value(Value),
    /// What a dry run shows instead of one.
    Shown(String),
}

/// Fills templates.
pub(super) struct Filler<'a> {
    /// The recipe, for places.
    pub recipe: &'a Recipe,
    /// For a dry run: masked, and without the values that only an answer gives.
    pub show: bool,
}

impl Filler<'_> {
    /// The value of an expression.
    pub fn value(&self, expression: &Expression, site: &Site<'_>, scope: &dyn Scope) -> Result<Filling, Trouble> {
        if self.show {
            if expression.names().iter().any(Name::is_secret) {
                return Ok(Filling::Shown(MASK.to_owned()));
            }
            if self.is_open(expression, scope) {
                return Ok(Filling::Shown(format!("${{{}}}", expression.source())));
            }
        }
        expression.value(scope).map(Filling::Value).map_err(|problem| self.problem(site, &problem))
    }

    /// Whether an expression needs a value that only an answer, or the claim of the entry, gives.
    pub fn is_open(&self, expression: &Expression, scope: &dyn Scope) -> bool {
        expression.names().iter().any(|name| {
            matches!(name, Name::Capture { .. } | Name::IdempotencyKey)
                && scope.value(name).map_or(true, |value| value.is_missing())
        })
    }

    /// The values of a list that something is repeated for.
    pub fn values(&self, list: &At<Expression>, scope: &dyn Scope) -> Result<Arc<[Value]>, Trouble> {
        let site = Site::new("`for_each:`", &list.span);
        match list.value.value(scope).map_err(|problem| self.problem(&site, &problem))? {
            Value::List(values) => Ok(values),
            Value::Missing if self.show => Ok(Arc::default()),
            other => Err(self.trouble(&site, &format!("this is {}, not a list", other.kind()))),
        }
    }

    /// The text of a template; none where it is one `${...}` without a value.
    pub fn text(&self, template: &Template, site: &Site<'_>, scope: &dyn Scope) -> Result<Option<String>, Trouble> {
        if let Some(expression) = template.single() {
            return match self.value(expression, site, scope)? {
                Filling::Shown(shown) => Ok(Some(shown)),
                Filling::Value(Value::Missing) => Ok(None),
                Filling::Value(value) => self.plain(&value, expression, site).map(Some),
            };
        }
        let mut text = String::new();
        for piece in template.pieces() {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Expression(expression, _) => text.push_str(&self.must(expression, site, scope)?.0),
            }
        }
        Ok(Some(text))
    }

    /// A text that must be there.
    pub fn required(&self, template: &Template, site: &Site<'_>, scope: &dyn Scope) -> Result<String, Trouble> {
        self.text(template, site, scope)?
            .ok_or_else(|| self.trouble(site, &format!("`{}` has no value", template.source())))
    }

    /// The value of a header: visible characters of ISO 8859-1, blanks and tabs (RFC 9110 section 5.5).
    pub fn header(&self, template: &Template, site: &Site<'_>, scope: &dyn Scope) -> Result<Option<String>, Trouble> {
        let Some(text) = self.text(template, site, scope)? else { return Ok(None) };
        // The mask and what a dry run shows are never sent.
        let sent = |letter: char| !(self.show && MASK.contains(letter));
        if let Some(bad) = text.chars().find(|letter| sent(*letter) && !is_header_letter(*letter)) {
            return Err(self.trouble(
                site,
                &format!("a header cannot hold the character U+{:04X} of `{}`", u32::from(bad), template.source()),
            ));
        }
        Ok(Some(text))
    }

    /// A path. Values are percent-encoded, so that they can never add a segment, a query or a host; one that is a whole
    /// segment may not be empty, `.` or `..`, which would lead to another place.
    pub fn path(&self, template: &Template, site: &Site<'_>, scope: &dyn Scope) -> Result<String, Trouble> {
        if let Some(expression) = template.single()
            && let (text, true) = self.must(expression, site, scope)?
            && (text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://"))
        {
            // A whole address that an answer gave (`Location`); that it is of the same origin is checked by the caller.
            return Ok(text);
        }
        let mut path = String::new();
        let mut segment = Segment::default();
        for piece in template.pieces() {
            match piece {
                Piece::Literal(literal) => {
                    for letter in literal.chars() {
                        if matches!(letter, '/' | '?' | '#') && !segment.in_query {
                            self.segment(&segment, site)?;
                            segment = Segment { in_query: letter != '/', ..Segment::default() };
                        } else {
                            segment.text.push(letter);
                        }
                        path.push(letter);
                    }
                }
                Piece::Expression(expression, _) => {
                    let (text, real) = self.must(expression, site, scope)?;
                    let encoded = if real { encode(&text) } else { text };
                    segment.text.push_str(&encoded);
                    segment.source.get_or_insert_with(|| expression.source().to_owned());
                    path.push_str(&encoded);
                }
            }
        }
        self.segment(&segment, site)?;
        Ok(path)
    }

    fn segment(&self, segment: &Segment, site: &Site<'_>) -> Result<(), Trouble> {
        match &segment.source {
            Some(source) if !segment.in_query && matches!(segment.text.as_str(), "" | "." | "..") => Err(self.trouble(
                site,
                &format!("`${{{source}}}` makes the path segment `{}`, which would lead elsewhere", segment.text),
            )),
            _ => Ok(()),
        }
    }

    /// The text of an expression inside a longer text, and whether it is a value (not only shown).
    fn must(&self, expression: &Expression, site: &Site<'_>, scope: &dyn Scope) -> Result<(String, bool), Trouble> {
        match self.value(expression, site, scope)? {
            Filling::Shown(shown) => Ok((shown, false)),
            Filling::Value(Value::Missing) => {
                Err(self.trouble(site, &format!("`${{{}}}` has no value", expression.source())))
            }
            Filling::Value(value) => Ok((self.plain(&value, expression, site)?, true)),
        }
    }

    fn plain(&self, value: &Value, expression: &Expression, site: &Site<'_>) -> Result<String, Trouble> {
        let source = expression.source();
        match value {
            Value::Null => Err(self.trouble(site, &format!("`${{{source}}}` is null, which only `json:` can send"))),
            Value::List(_) | Value::Map(_) => {
                Err(self.trouble(site, &format!("`${{{source}}}` is a {}, which only `json:` can send", value.kind())))
            }
            other => Ok(other.to_string()),
        }
    }

    /// A problem of an expression, with its place.
    pub fn problem(&self, site: &Site<'_>, problem: &Problem) -> Trouble {
        match &problem.help {
            None => self.trouble(site, &problem.message),
            Some(help) => self.trouble(site, &format!("{} (help: {help})", problem.message)),
        }
    }

    /// Something wrong at a place.
    pub fn trouble(&self, site: &Site<'_>, message: &str) -> Trouble {
        let (line, column) = self.recipe.text.line_column(site.span.start);
        Trouble::Recipe(format!("{}:{line}:{column} {}: {message}", self.recipe.text.path, site.what))
    }
}

/// The part of a path between two slashes, as far as it was read.
#[derive(Default)]
struct Segment {
    text: String,
    source: Option<String>,
    in_query: bool,
}

/// A value percent-encoded so that it means itself in paths and queries alike.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn is_header_letter(letter: char) -> bool {
    letter == '\t' || matches!(letter, '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{ff}')
}

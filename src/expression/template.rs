//! Texts with `${...}` in them. A text that is one `${...}` keeps the type of its value.

use std::ops::Range;
use std::sync::Arc;

use super::lexer::text_length;
use super::operators::{Operand, Sort, no_value};
use super::problem::{Trouble, quoted};
use super::{Expression, Kind, Name, Names, Problem, Scope};
use crate::record::Value;

/// A text with `${...}` in it; `$${` stands for a literal `${`. A `}` inside a text in quotes does not end the expression.
#[derive(Clone, Debug)]
pub struct Template {
    source: Arc<str>,
    pieces: Vec<Piece>,
}

/// One piece of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text that is sent as it stands.
    Literal(String),
    /// A `${...}`, with its place (of the expression inside the braces) in the template's text.
    Expression(Expression, Range<usize>),
}

impl Template {
    /// Parses a text and settles the names of its expressions.
    ///
    /// # Errors
    /// All that is wrong with them, with places in the template's text.
    pub fn new(source: &str, names: &dyn Names) -> Result<Self, Vec<Problem>> {
        let mut pieces = Vec::new();
        let mut problems = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(dollar) = source[at..].find('$') {
            literal.push_str(&source[at..at + dollar]);
            at += dollar;
            let rest = &source[at..];
            if rest.starts_with("$${") {
                literal.push_str("${");
                at += 3;
            } else if rest.starts_with("${") {
                let start = at + 2;
                let Some(length) = expression_length(&source[start..]) else {
                    problems.push(unclosed(source, at));
                    return Err(problems);
                };
                let span = start..start + length;
                match Expression::new(&source[span.clone()], names) {
                    Ok(expression) => {
                        if !literal.is_empty() {
                            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                        }
                        pieces.push(Piece::Expression(expression, span));
                    }
                    Err(found) if source[span.clone()].trim().is_empty() => {
                        let empty = found.into_iter().map(|problem| Problem { span: at..span.end + 1, ..problem });
                        problems.extend(empty);
                    }
                    Err(found) => problems.extend(found.into_iter().map(|problem| moved(problem, start))),
                }
                at = start + length + 1;
            } else {
                literal.push('$');
                at += 1;
            }
        }
        literal.push_str(&source[at..]);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if problems.is_empty() { Ok(Self { source: source.into(), pieces }) } else { Err(problems) }
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its pieces, for targets that escape what is filled in.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The expression, where the text is one `${...}` and nothing else.
    pub fn single(&self) -> Option<&Expression> {
        match self.pieces.as_slice() {
            [Piece::Expression(expression, _)] => Some(expression),
            _ => None,
        }
    }

    /// The text, where there is no expression in it; `$${` is read as `${` already.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// All names that its expressions use, each once, in the order of their first use.
    pub fn names(&self) -> Vec<&Name> {
        let mut names = Vec::new();
        for name in self.expressions().flat_map(|(expression, _)| expression.names()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether it uses a secret, so that its value must never be shown.
    pub fn is_secret(&self) -> bool {
        self.expressions().any(|(expression, _)| expression.is_secret())
    }

    /// The kind of its value: that of a single expression, else text.
    pub fn kind(&self) -> Kind {
        self.single().map_or(Kind::Text, |expression| expression.kind().clone())
    }

    /// The typed value of a single expression (missing and null included), else the text.
    ///
    /// # Errors
    /// Those of its expressions, and a missing value, a list or a map inside a longer text.
    pub fn value(&self, scope: &dyn Scope) -> Result<Value, Problem> {
        match self.pieces.as_slice() {
            [Piece::Expression(expression, span)] => {
                expression.value(scope).map_err(|problem| moved(problem, span.start))
            }
            _ => self.text(scope, &Value::to_string).map(Value::text),
        }
    }

    /// The text with all values filled in, each changed by `escape` (literal pieces are not).
    ///
    /// # Errors
    /// Those of its expressions; a missing or null value, a list or a map (in any template) is an error here.
    pub fn text(&self, scope: &dyn Scope, escape: &dyn Fn(&Value) -> String) -> Result<String, Problem> {
        let mut text = String::with_capacity(self.source.len());
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Expression(expression, span) => {
                    let value = expression.value(scope).map_err(|problem| moved(problem, span.start))?;
                    match unwritable(expression.source(), &value) {
                        None => text.push_str(&escape(&value)),
                        Some(trouble) => return Err(trouble.at(span.clone())),
                    }
                }
            }
        }
        Ok(text)
    }

    fn expressions(&self) -> impl Iterator<Item = (&Expression, &Range<usize>)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Expression(expression, span) => Some((expression, span)),
        })
    }
}

/// Why a value cannot be written into a text.
fn unwritable(written: &str, value: &Value) -> Option<Trouble> {
    match Sort::of(value) {
        None => Some(no_value(Operand { written: written.trim(), value }, "written into a text")),
        Some(Sort::List) => Some(
            Trouble::new(format!("{} is a list and cannot be written into a text", quoted(written)))
                .help("say how: `.join(\", \")`"),
        ),
        Some(Sort::Map) => Some(
            Trouble::new(format!("{} is a map and cannot be written into a text", quoted(written)))
                .help("write one of its members"),
        ),
        Some(_) => None,
    }
}

fn moved(problem: Problem, by: usize) -> Problem {
    Problem { span: problem.span.start + by..problem.span.end + by, ..problem }
}

/// The length of the expression up to the `}` that ends it; none if there is none.
fn expression_length(rest: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let next = at + rest[at..].find(['}', '"', '\''])?;
        if rest[next..].starts_with('}') {
            return Some(next);
        }
        at = next + text_length(&rest[next..])?;
    }
}

fn unclosed(source: &str, at: usize) -> Problem {
    let rest = &source[at + 2..];
    let trouble = Trouble::new("`${` is not closed by `}`");
    let help = if rest.contains('}') {
        "a text in quotes before the `}` is not closed"
    } else {
        "add the `}`; to write `${` as text, write `$${`"
    };
    trouble.help(help).at(at..at + 2)
}

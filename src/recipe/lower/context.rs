//! What all of the lowering needs: the file that messages point into, the messages so far, and the reading of small
//! languages inside of YAML values (expressions, paths, patterns) with the exact places of their errors.

use std::cell::RefCell;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use regex::Regex;

use super::super::model::{JsonPath, Needs};
use super::super::names::{Place, RESERVED};
use super::super::yaml::{Text, inside};
use crate::diagnostic::{At, Diagnostic, SourceText};
use crate::expression::{Expression, Kind, Piece, Problem, Template};

/// The file at hand and what was found wrong with it so far.
pub(crate) struct Context {
    /// The recipe's text.
    pub source: Arc<SourceText>,
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// The settings that were named so far.
    pub needs: RefCell<Needs>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl Context {
    /// A context without problems.
    pub fn new(source: Arc<SourceText>, folder: PathBuf) -> Self {
        Self { source, folder, needs: RefCell::default(), problems: RefCell::default() }
    }

    /// Reports that something is wrong, and what to do.
    pub fn wrong(&self, span: &Range<usize>, title: impl Into<String>, help: impl Into<String>) {
        let message = Diagnostic::at(&self.source, span.clone(), title);
        let help = help.into();
        self.report(if help.is_empty() { message } else { message.help(help) });
    }

    /// Reports a message.
    pub fn report(&self, message: Diagnostic) {
        self.problems.borrow_mut().push(message);
    }

    /// All messages, in the order of the file; each once.
    pub fn into_problems(self) -> Vec<Diagnostic> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|(_, span)| span.start));
        problems.dedup_by(|one, other| one.title == other.title && one.location() == other.location());
        problems
    }

    /// How much is wrong so far.
    pub fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.count() == 0
    }

    /// A text with `${...}` in it.
    pub fn template(&self, text: &At<Text>, place: &Place<'_>) -> Template {
        match Template::new(text, place) {
            Ok(template) => {
                for piece in template.pieces() {
                    if let Piece::Expression(expression, range) = piece {
                        self.settle(expression, range, text, place);
                    }
                }
                template
            }
            Err(problems) => {
                self.problems_in(text, problems, place);
                Template::new("", place).expect("the empty text is a template")
            }
        }
    }

    /// A template with its place.
    pub fn template_at(&self, text: &At<Text>, place: &Place<'_>) -> At<Template> {
        At::new(self.template(text, place), text.span.clone())
    }

    /// An expression.
    pub fn expression(&self, text: &At<Text>, place: &Place<'_>) -> Expression {
        match Expression::new(text, place) {
            Ok(expression) => {
                self.settle(&expression, &(0..text.len()), text, place);
                expression
            }
            Err(problems) => {
                if text.trim_start().starts_with("${") {
                    let inner = text.trim().trim_start_matches("${").trim_end_matches('}');
                    self.wrong(
                        &text.span,
                        "an expression stands here without `${` and `}`",
                        format!("write `{inner}`"),
                    );
                    place.used.borrow_mut().broken = true;
                } else {
                    self.problems_in(text, problems, place);
                }
                Expression::new("true", place).expect("`true` is an expression")
            }
        }
    }

    /// An expression that is true or false.
    pub fn condition(&self, text: &At<Text>, place: &Place<'_>) -> Expression {
        let expression = self.expression(text, place);
        if !matches!(expression.kind(), Kind::Bool | Kind::Any) {
            self.wrong(
                &text.span,
                format!("`{}` is neither true nor false", expression.source()),
                "compare it with something, as in `gross > 0`",
            );
        }
        expression
    }

    fn settle(&self, expression: &Expression, range: &Range<usize>, text: &At<Text>, place: &Place<'_>) {
        place.used.borrow_mut().note(expression.names());
        for name in expression.names() {
            self.needs.borrow_mut().note(name);
            let Some((title, help)) = place.forbids(name) else { continue };
            let word = match name {
                crate::expression::Name::Secret(secret) => format!("secrets.{secret}"),
                crate::expression::Name::Totp(secret) => format!("totp.{secret}"),
                crate::expression::Name::Field(position) => place.fields.list[*position].0.to_string(),
                _ => String::new(),
            };
            let within = text.get(range.clone()).unwrap_or_default();
            let piece = within.find(&word).map_or(range.clone(), |at| range.start + at..range.start + at + word.len());
            self.wrong(&self.inside(text, &piece), title, help);
        }
    }

    fn problems_in(&self, text: &At<Text>, problems: Vec<Problem>, place: &Place<'_>) {
        place.used.borrow_mut().broken = true;
        for problem in problems {
            let help = problem.help.unwrap_or_default();
            self.wrong(&self.inside(text, &problem.span), problem.message, help);
        }
    }

    /// The place of a piece of a value.
    pub fn inside(&self, text: &At<Text>, piece: &Range<usize>) -> Range<usize> {
        inside(&self.source.text, &text.span, text, piece)
    }

    /// A path into JSON (RFC 9535).
    pub fn json_path(&self, text: &str, span: &Range<usize>) -> JsonPath {
        let path = serde_json_path::JsonPath::parse(text).unwrap_or_else(|error| {
            let at = error.position().min(text.len());
            let place = inside(&self.source.text, span, text, &(at..text.len()));
            let said = match error.message() {
                "parser error" => String::new(),
                said => format!(": {said}"),
            };
            self.wrong(
                &place,
                format!("`{text}` is not a JSONPath{said}"),
                "a path looks like `$.items[0].id`; names with special characters like `$['invoice-no']` (RFC 9535)",
            );
            serde_json_path::JsonPath::parse("$").expect("`$` is a path")
        });
        JsonPath { source: text.to_owned(), path }
    }

    /// A regular expression that must match the whole text.
    pub fn whole_pattern(&self, text: &At<Text>) -> Regex {
        self.pattern(text, |pattern| format!("\\A(?:{pattern})\\z"))
    }

    /// A regular expression with one group that is searched for.
    pub fn group_pattern(&self, text: &At<Text>) -> Regex {
        let pattern = self.pattern(text, str::to_owned);
        let groups = pattern.captures_len() - 1;
        if groups != 1 && !pattern.as_str().is_empty() {
            self.wrong(
                &text.span,
                format!("the pattern has {groups} groups, and needs one"),
                "put what is wanted into `( )`; other brackets can be `(?: )`",
            );
        }
        pattern
    }

    fn pattern(&self, text: &At<Text>, whole: impl Fn(&str) -> String) -> Regex {
        // First as written, so that the message does not speak of what was put around it.
        let parsed = Regex::new(text).and_then(|_| Regex::new(&whole(text)));
        parsed.unwrap_or_else(|error| {
            let said = error.to_string();
            let said = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            self.wrong(
                &text.span,
                format!("`{}` is not a regular expression: {said}", text.as_str()),
                "in single quotes backslashes stand for themselves: 'RE-\\d{4}'",
            );
            Regex::new("").expect("the empty pattern is one")
        })
    }

    /// Whether a name can be used in expressions; if not, that is reported.
    pub fn name(&self, what: &str, name: &At<String>) -> bool {
        let mut letters = name.chars();
        let first = letters.next().is_some_and(|letter| letter.is_alphabetic() || letter == '_');
        if !first || !letters.all(|letter| letter.is_alphanumeric() || letter == '_') {
            let title = format!("`{}` cannot be the name of a {what}", name.value);
            self.wrong(&name.span, title, "a name has letters, digits and `_`, and begins with a letter");
            return false;
        }
        if RESERVED.contains(&name.as_str()) {
            let title = format!("`{}` has a meaning of its own and cannot be the name of a {what}", name.value);
            self.wrong(&name.span, title, "choose another name");
            return false;
        }
        true
    }

    /// A text that must not be empty.
    pub fn not_empty(&self, text: &At<Text>, what: &str) -> String {
        if text.trim().is_empty() {
            self.wrong(&text.span, format!("{what} is empty"), "");
        }
        text.value.0.clone()
    }

    /// Reports a key that is missing.
    pub fn missing(&self, span: &Range<usize>, key: &str, help: &str) {
        self.report(
            Diagnostic::at(&self.source, span.clone(), format!("`{key}` is missing"))
                .label("here")
                .help(help.to_owned()),
        );
    }
}

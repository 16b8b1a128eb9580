//! From tokens to a tree, by precedence climbing (Pratt). From loose to tight: `?:`, `or`, `and`, `not`, comparison and
//! `in`, `??`, `+ -`, `* / %`, unary `-`, then member, call and index. What other languages read in different ways
//! (chained comparisons, `??` beside arithmetic) is an error here instead of a guess.

use std::sync::Arc;

use super::lexer::{Lexeme, Token, tokens};
use super::methods;
use super::operators::{Arithmetic, Comparison};
use super::problem::{Problem, Trouble, quoted};
use super::syntax::{Node, Span, Syntax, Word};
use crate::record::Value;

/// How deep parentheses, lists, arguments and prefixes may be nested.
const MAX_NESTING: usize = 64;
/// How many levels the tree may have (a chain of operators is as high as it is long).
const MAX_HEIGHT: usize = 128;

/// How tight an operator binds; the higher, the tighter.
mod power {
    pub(super) const CHOOSE: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const NOT: u8 = 4;
    pub(super) const COMPARE: u8 = 5;
    pub(super) const DEFAULT: u8 = 6;
    pub(super) const ADD: u8 = 7;
    pub(super) const MULTIPLY: u8 = 8;
    pub(super) const NEGATE: u8 = 9;
}

/// Parses a whole text.
pub(super) fn parse(source: &str) -> Result<Node, Problem> {
    let mut parser = Parser { source, tokens: tokens(source)?, at: 0, nesting: 0 };
    if parser.peek().what == Lexeme::End {
        return Err(Trouble::new("the expression is empty").at(0..source.len()));
    }
    let node = parser.expression(0)?;
    match parser.peek().what {
        Lexeme::End => Ok(node),
        _ => Err(parser.unexpected_after(&node)),
    }
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
}

/// What may stand between two values.
#[derive(Clone, Copy)]
enum Infix {
    Or,
    And,
    Compare(Comparison),
    In(bool),
    Default,
    Arithmetic(Arithmetic),
    Choose,
}

impl Infix {
    fn power(self) -> u8 {
        match self {
            Infix::Choose => power::CHOOSE,
            Infix::Or => power::OR,
            Infix::And => power::AND,
            Infix::Compare(_) | Infix::In(_) => power::COMPARE,
            Infix::Default => power::DEFAULT,
            Infix::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => power::ADD,
            Infix::Arithmetic(_) => power::MULTIPLY,
        }
    }
}

impl Parser<'_> {
    fn peek(&self) -> Token {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Token {
        // The last token is `End`, and nothing reads beyond it.
        let end = Token { what: Lexeme::End, span: Span::new(self.source.len(), self.source.len()) };
        self.tokens.get(self.at + count).copied().unwrap_or(end)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek().what, Lexeme::Symbol(found) if found == symbol)
    }

    fn word(&self, count: usize) -> &str {
        match self.ahead(count) {
            Token { what: Lexeme::Word, span } => span.of(self.source),
            _ => "",
        }
    }

    fn eat(&mut self, symbol: &str) -> Option<Span> {
        self.is(symbol).then(|| self.next().span)
    }

    fn close(&mut self, symbol: &str, open: Span) -> Result<Span, Problem> {
        match self.eat(symbol) {
            Some(span) => Ok(span),
            None if self.peek().what == Lexeme::End => {
                Err(Trouble::new(format!("{} is not closed", quoted(open.of(self.source))))
                    .help(format!("a `{symbol}` is missing"))
                    .at(open))
            }
            None => {
                let before = self.tokens[self.at - 1];
                Err(self.unexpected(before))
            }
        }
    }

    fn node(&self, syntax: Syntax, span: Span, below: usize) -> Result<Node, Problem> {
        let height = below + 1;
        if height > MAX_HEIGHT {
            return Err(Trouble::new(format!("the expression has more than {MAX_HEIGHT} operators in a row"))
                .help("compute parts of it in fields of their own (`value:`)")
                .at(span));
        }
        Ok(Node { syntax, span, height, parenthesised: false })
    }

    fn expression(&mut self, tighter_than: u8) -> Result<Node, Problem> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(Trouble::new(format!("the expression is nested more than {MAX_NESTING} levels deep"))
                .help("compute parts of it in fields of their own (`value:`)")
                .at(self.peek().span));
        }
        let mut left = self.prefix()?;
        while let Some((infix, tokens)) = self.infix() {
            if infix.power() <= tighter_than {
                break;
            }
            self.at += tokens;
            left = self.operation(left, infix)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// The operator that comes next, and how many tokens it has.
    fn infix(&self) -> Option<(Infix, usize)> {
        let infix = match self.peek().what {
            Lexeme::Symbol("?") => Infix::Choose,
            Lexeme::Symbol("??") => Infix::Default,
            Lexeme::Symbol(symbol) => {
                let comparison = Comparison::from_symbol(symbol).map(Infix::Compare);
                comparison.or_else(|| Arithmetic::from_symbol(symbol).map(Infix::Arithmetic))?
            }
            Lexeme::Word => match (self.word(0), self.word(1)) {
                ("and", _) => Infix::And,
                ("or", _) => Infix::Or,
                ("in", _) => Infix::In(false),
                ("not", "in") => return Some((Infix::In(true), 2)),
                _ => return None,
            },
            Lexeme::Number(_) | Lexeme::Text | Lexeme::End => return None,
        };
        Some((infix, 1))
    }

    fn operation(&mut self, left: Node, infix: Infix) -> Result<Node, Problem> {
        if matches!(infix, Infix::Choose) {
            return self.choice(left);
        }
        let right = self.expression(infix.power())?;
        let (span, below) = (left.span.to(right.span), left.height.max(right.height));
        let chained = matches!(left.syntax, Syntax::Compare(..) | Syntax::In(..)) && !left.parenthesised;
        let both = Box::new([left, right]);
        let syntax = match infix {
            Infix::Or => Syntax::Or(both),
            Infix::And => Syntax::And(both),
            Infix::Compare(comparison) if chained => return Err(self.chain(Some(comparison), &both, span)),
            Infix::In(_) if chained => return Err(self.chain(None, &both, span)),
            Infix::Compare(comparison) => Syntax::Compare(comparison, both),
            Infix::In(negated) => Syntax::In(negated, both),
            Infix::Arithmetic(arithmetic) => Syntax::Arithmetic(arithmetic, both),
            Infix::Default | Infix::Choose => {
                if let Some(help) = self.unmixed(&both) {
                    return Err(Trouble::new("`??` beside arithmetic needs parentheses").help(help).at(span));
                }
                Syntax::Default(both)
            }
        };
        self.node(syntax, span, below)
    }

    fn choice(&mut self, condition: Node) -> Result<Node, Problem> {
        let mark = self.tokens[self.at - 1].span;
        let yes = self.expression(0)?;
        if self.eat(":").is_none() {
            let found = self.peek();
            return Err(match found.what {
                Lexeme::End => Trouble::new("`?` has no `:`").help("write `condition ? value : other value`").at(mark),
                _ => self.unexpected_after(&yes),
            });
        }
        let no = self.expression(0)?;
        let span = condition.span.to(no.span);
        let below = condition.height.max(yes.height).max(no.height);
        self.node(Syntax::Choose(Box::new([condition, yes, no])), span, below)
    }

    /// `a < b < c`.
    fn chain(&self, second: Option<Comparison>, sides: &[Node; 2], span: Span) -> Problem {
        let help = match (&sides[0].syntax, second) {
            (Syntax::Compare(first, inner), Some(second)) => {
                let [a, b, c] = [&inner[0], &inner[1], &sides[1]].map(|node| node.span.of(self.source));
                format!("write `{a} {} {b} and {b} {} {c}`", first.symbol(), second.symbol())
            }
            _ => "put one of them in parentheses, or join them with `and`".to_owned(),
        };
        Trouble::new("comparisons cannot be chained").help(help).at(span)
    }

    /// What `a ?? 0 + b` may have meant; languages read it in different ways.
    fn unmixed(&self, sides: &[Node; 2]) -> Option<String> {
        let [left, right] = [&sides[0], &sides[1]].map(|node| node.span.of(self.source));
        let text = |node: &Node| node.span.of(self.source).to_owned();
        match (&sides[0], &sides[1]) {
            (Node { syntax: Syntax::Arithmetic(sign, inner), parenthesised: false, .. }, _) => {
                Some(format!("write `{} {} ({} ?? {right})`", text(&inner[0]), sign.symbol(), text(&inner[1])))
            }
            (Node { syntax: Syntax::Negate(inner), parenthesised: false, .. }, _) => {
                Some(format!("write `-({} ?? {right})`", text(inner)))
            }
            (_, Node { syntax: Syntax::Arithmetic(sign, inner), parenthesised: false, .. }) => {
                let (a, b, sign) = (text(&inner[0]), text(&inner[1]), sign.symbol());
                Some(format!("write `({left} ?? {a}) {sign} {b}` or `{left} ?? ({a} {sign} {b})`"))
            }
            _ => None,
        }
    }

    fn prefix(&mut self) -> Result<Node, Problem> {
        if self.word(0) == "not" {
            let start = self.next().span;
            let inner = self.expression(power::NOT)?;
            let (span, below) = (start.to(inner.span), inner.height);
            return self.node(Syntax::Not(Box::new(inner)), span, below);
        }
        if let Some(start) = self.eat("-") {
            let inner = self.expression(power::NEGATE)?;
            let (span, below) = (start.to(inner.span), inner.height);
            return self.node(Syntax::Negate(Box::new(inner)), span, below);
        }
        let first = self.primary()?;
        self.postfix(first)
    }

    fn primary(&mut self) -> Result<Node, Problem> {
        let token = self.next();
        let literal = |value| Ok(Syntax::Literal(value));
        let syntax = match token.what {
            Lexeme::Number(number) => literal(Value::Number(number)),
            Lexeme::Text => literal(Value::text(self.unescaped(token.span)?)),
            Lexeme::Word => match token.span.of(self.source) {
                "true" => literal(Value::Bool(true)),
                "false" => literal(Value::Bool(false)),
                "null" => literal(Value::Null),
                "and" | "or" | "in" | "not" => Err(self.no_value(token)),
                name if self.is("(") => Err(self.bare_call(name, token.span)),
                name => Ok(Syntax::Name(name.into())),
            },
            Lexeme::Symbol("(") => return self.parenthesised(token.span),
            Lexeme::Symbol("[") => return self.list(token.span),
            Lexeme::Symbol(_) | Lexeme::End => Err(self.no_value(token)),
        }?;
        self.node(syntax, token.span, 0)
    }

    fn parenthesised(&mut self, open: Span) -> Result<Node, Problem> {
        let inner = self.expression(0)?;
        let span = open.to(self.close(")", open)?);
        Ok(Node { span, parenthesised: true, ..inner })
    }

    fn list(&mut self, open: Span) -> Result<Node, Problem> {
        let items = self.items("]")?;
        let span = open.to(self.close("]", open)?);
        let below = items.iter().map(|item| item.height).max().unwrap_or(0);
        self.node(Syntax::List(items), span, below)
    }

    /// Values with commas between them, up to but without the closing bracket.
    fn items(&mut self, closing: &str) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        while !self.is(closing) && self.peek().what != Lexeme::End {
            items.push(self.expression(0)?);
            if self.eat(",").is_none() {
                break;
            }
        }
        Ok(items)
    }

    fn postfix(&mut self, mut node: Node) -> Result<Node, Problem> {
        loop {
            if self.eat(".").is_some() {
                let token = self.next();
                if token.what != Lexeme::Word {
                    return Err(Trouble::new(format!("{} stands where a name should", self.found(token)))
                        .help("after a `.` comes the name of a member or of a method")
                        .at(token.span));
                }
                let word = Word { text: Arc::from(token.span.of(self.source)), span: token.span };
                node = match self.eat("(") {
                    Some(open) => self.call(node, word, open)?,
                    None => {
                        let (span, below) = (node.span.to(word.span), node.height);
                        self.node(Syntax::Member(Box::new(node), word), span, below)?
                    }
                };
            } else if let Some(open) = self.eat("[") {
                let index = self.expression(0)?;
                let span = node.span.to(self.close("]", open)?);
                let below = node.height.max(index.height);
                node = self.node(Syntax::Index(Box::new([node, index])), span, below)?;
            } else {
                return Ok(node);
            }
        }
    }

    fn call(&mut self, node: Node, word: Word, open: Span) -> Result<Node, Problem> {
        let arguments = match self.pattern(&word)? {
            Some(pattern) => vec![pattern],
            None => self.items(")")?,
        };
        let span = node.span.to(self.close(")", open)?);
        let below = arguments.iter().map(|argument| argument.height).fold(node.height, usize::max);
        self.node(Syntax::Call(Box::new(node), word, arguments), span, below)
    }

    /// A regular expression stands as it is, so that it can be copied from a `pattern:`, backslashes and all.
    fn pattern(&mut self, method: &Word) -> Result<Option<Node>, Problem> {
        let closed = matches!(self.ahead(1).what, Lexeme::Symbol(")" | ","));
        if !methods::takes_pattern(&method.text) || self.peek().what != Lexeme::Text || !closed {
            return Ok(None);
        }
        let span = self.next().span;
        let raw = span.of(self.source);
        let text = raw.get(1..raw.len() - 1).unwrap_or_default();
        self.node(Syntax::Literal(Value::text(text)), span, 0).map(Some)
    }

    /// What a text in quotes means.
    fn unescaped(&self, span: Span) -> Result<String, Problem> {
        let raw = span.of(self.source);
        let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
        let start = std::ops::Range::from(span).start + 1;
        let mut text = String::with_capacity(inner.len());
        let mut letters = inner.char_indices();
        while let Some((at, letter)) = letters.next() {
            if letter != '\\' {
                text.push(letter);
                continue;
            }
            let (_, escaped) = letters.next().unwrap_or((at, '\\'));
            text.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' | '\'' | '"' => escaped,
                'u' => {
                    let rest = &inner[at + 2..];
                    let code = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(code, _)| code);
                    let found = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
                    let Some((code, found)) = code.zip(found) else {
                        return Err(Trouble::new("`\\u` is not followed by a character's number")
                            .help("write for example `\\u{20ac}` for €")
                            .at(start + at..start + at + 2));
                    };
                    letters.nth(code.len() + 1);
                    found
                }
                other => {
                    return Err(Trouble::new(format!("unknown escape `\\{other}`"))
                        .help(format!("write a backslash as `\\\\`: `\\\\{other}`"))
                        .at(start + at..start + at + 1 + other.len_utf8()));
                }
            });
        }
        Ok(text)
    }

    /// `sum(lines)`: methods stand behind their value.
    fn bare_call(&self, name: &str, span: Span) -> Problem {
        let trouble = Trouble::new(format!("there is no function `{name}`"));
        let trouble = match methods::named(name).next() {
            Some(method) => trouble.help(format!("write it behind its value: `{}`", method.signature())),
            None => trouble.help("methods stand behind their value: `name.trim()`"),
        };
        trouble.at(span)
    }

    fn found(&self, token: Token) -> String {
        match token.what {
            Lexeme::End => "the end".to_owned(),
            _ => quoted(token.span.of(self.source)),
        }
    }

    fn no_value(&self, token: Token) -> Problem {
        let trouble = Trouble::new(format!("{} stands where a value should", self.found(token)));
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at)).copied();
        match (before.map(|token| token.what), token.what) {
            (Some(Lexeme::Symbol("%")), _) => trouble.help("`%` is the remainder: write five percent as `0.05`"),
            (_, Lexeme::Symbol(".")) => trouble.help("write a decimal number with its zero: `0.5`"),
            (_, Lexeme::Symbol("+")) => trouble.help("leave out the sign of positive numbers"),
            (Some(Lexeme::Symbol(symbol)), Lexeme::End) => trouble.help(format!("a value is missing after `{symbol}`")),
            _ => trouble,
        }
        .at(token.span)
    }

    fn unexpected_after(&self, node: &Node) -> Problem {
        let before = Token { what: Lexeme::End, span: node.span };
        self.unexpected(self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).copied().unwrap_or(before))
    }

    /// Something stands where an operator or the end should.
    fn unexpected(&self, before: Token) -> Problem {
        let token = self.peek();
        let trouble = Trouble::new(format!("unexpected {}", self.found(token)));
        match (before.what, token.what) {
            (Lexeme::Number(_), Lexeme::Symbol(",")) => trouble.help("write decimals with a point: `1.5`"),
            (_, Lexeme::Word) => match instead_of(self.word(0)) {
                Some(meant) => trouble.help(format!("write `{meant}`")),
                None => trouble.help("an operator is missing before it, or quotes around a text"),
            },
            (_, Lexeme::Number(_) | Lexeme::Text) => trouble.help("an operator is missing before it"),
            (_, Lexeme::Symbol(")" | "]")) => trouble.help("nothing was opened that it could close"),
            _ => trouble,
        }
        .at(token.span)
    }
}

/// The operator that a word of another language, or in capitals, means.
fn instead_of(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "and" | "und" => "and",
        "or" | "oder" => "or",
        "not" | "nicht" => "not",
        "in" => "in",
        "is" | "equals" | "eq" | "ist" => "==",
        "gt" => ">",
        "lt" => "<",
        "mod" => "%",
        _ => return None,
    })
}

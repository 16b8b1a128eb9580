//! Cuts the text of an expression into tokens. What people write by habit of other languages, or what a word processor
//! makes of a quote, is met here with a message of its own.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::problem::{Problem, Trouble, quoted};
use super::syntax::Span;

/// The longest expression, in bytes.
pub(super) const MAX_LENGTH: usize = 8_192;

/// One token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) what: Lexeme,
    pub(super) span: Span,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lexeme {
    Number(Decimal),
    /// A text with its quotes and escapes as written; the parser reads them.
    Text,
    Word,
    Symbol(&'static str),
    End,
}

/// All symbols, longer ones before those that they begin with.
const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "??", "(", ")", "[", "]", ",", ".", "<", ">", "+", "-", "*", "/", "%", "?", ":"];

/// What is written by habit, and what to write instead; tried before [`SYMBOLS`].
const HABITS: [(&str, &str); 31] = [
    ("===", "write `==`"),
    ("!==", "write `!=`"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("<>", "write `!=`"),
    ("=>", "write `>=`"),
    ("=<", "write `<=`"),
    ("**", "there is no power operator: write `x * x`"),
    ("?.", "write `x == null ? null : x.member`"),
    ("++", "write `+`"),
    ("${", "inside an expression, names stand without `${` and `}`"),
    ("{", "names stand without braces, lists are written `[a, b]`"),
    ("}", "names stand without braces, lists are written `[a, b]`"),
    ("&", "write `and`, or `+` to join texts"),
    ("|", "write `or`"),
    ("^", "there is no power operator: write `x * x`"),
    ("„", "write texts in straight quotes: \"text\" or 'text'"),
    ("“", "write texts in straight quotes: \"text\" or 'text'"),
    ("”", "write texts in straight quotes: \"text\" or 'text'"),
    ("‚", "write texts in straight quotes: \"text\" or 'text'"),
    ("‘", "write texts in straight quotes: \"text\" or 'text'"),
    ("’", "write texts in straight quotes: \"text\" or 'text'"),
    ("«", "write texts in straight quotes: \"text\" or 'text'"),
    ("»", "write texts in straight quotes: \"text\" or 'text'"),
    ("`", "write texts in straight quotes: \"text\" or 'text'"),
    ("–", "write the minus sign of the keyboard: `-`"),
    ("−", "write the minus sign of the keyboard: `-`"),
    ("×", "write `*`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("≠", "write `!=`"),
];

/// The tokens of a text; the last one is [`Lexeme::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Problem> {
    if source.len() > MAX_LENGTH {
        return Err(Trouble::new(format!(
            "the expression is too long: {} of at most {MAX_LENGTH} bytes",
            source.len()
        ))
        .help("compute parts of it in fields of their own (`value:`)")
        .at(0..source.len()));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = &source[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &source[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { what: Lexeme::End, span: Span::new(at, at) });
            return Ok(tokens);
        };
        let (what, length) = match first {
            '0'..='9' => number(rest, at)?,
            '"' | '\'' => (Lexeme::Text, text_length(rest).ok_or_else(|| unclosed(at))?),
            letter if letter.is_alphabetic() || letter == '_' => (Lexeme::Word, word_length(rest)),
            _ => symbol(rest, at)?,
        };
        tokens.push(Token { what, span: Span::new(at, at + length) });
        at += length;
    }
}

/// The length of the text in quotes at the beginning of `rest`, quotes included; none if it is not closed. Templates use
/// it too, to find the brace that ends an expression.
pub(super) fn text_length(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices();
    let (_, quote) = letters.next()?;
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

fn unclosed(at: usize) -> Problem {
    Trouble::new("the text that begins here is not closed")
        .help("a text ends with the quote that it began with; a quote inside of it is written `\\'` or `\\\"`")
        .at(at..at + 1)
}

fn word_length(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
}

fn number(rest: &str, at: usize) -> Result<(Lexeme, usize), Problem> {
    let digits =
        |from: usize| rest[from..].find(|letter: char| !letter.is_ascii_digit()).map_or(rest.len(), |n| from + n);
    let mut end = digits(0);
    if rest[end..].starts_with('.') && rest[end + 1..].starts_with(|letter: char| letter.is_ascii_digit()) {
        end = digits(end + 1);
    }
    let tail = word_length(&rest[end..]);
    if tail > 0 {
        return Err(not_a_number(rest, end, tail, at));
    }
    let text = &rest[..end];
    if text.len() > 1 && text.starts_with('0') && !text.starts_with("0.") {
        return Err(Trouble::new(format!("the number `{text}` begins with 0"))
            .help(format!("write it as a text if its zeros count: \"{text}\""))
            .at(at..at + end));
    }
    match Decimal::from_str_exact(text) {
        Ok(number) => Ok((Lexeme::Number(number), end)),
        Err(_) => Err(Trouble::new(format!("the number {} has too many digits", quoted(text)))
            .help("numbers have at most 28 digits")
            .at(at..at + end)),
    }
}

fn not_a_number(rest: &str, end: usize, tail: usize, at: usize) -> Problem {
    let sign = usize::from(rest[end..].starts_with(['e', 'E']) && rest[end + tail..].starts_with(['+', '-']));
    let length = end + tail + if sign == 1 && tail == 1 { 1 + word_length(&rest[end + tail + 1..]) } else { 0 };
    let text = &rest[..length];
    let exponent = rest[end..].starts_with(['e', 'E']);
    match Decimal::from_scientific(text).ok().filter(|_| exponent) {
        Some(number) => Trouble::new(format!("the number `{text}` is written with an exponent"))
            .help(format!("write all of its digits: `{}`", number.normalize())),
        None if Decimal::from_str(&text.replace('_', "")).is_ok() => {
            Trouble::new(format!("the number `{text}` is written with `_`"))
                .help(format!("write `{}`", text.replace('_', "")))
        }
        None => Trouble::new(format!("{} is neither a number nor a name", quoted(text)))
            .help("names begin with a letter; texts stand in quotes"),
    }
    .at(at..at + length)
}

fn symbol(rest: &str, at: usize) -> Result<(Lexeme, usize), Problem> {
    if let Some((habit, help)) = HABITS.iter().find(|(habit, _)| rest.starts_with(habit)) {
        return Err(Trouble::new(format!("`{habit}` is not part of the language"))
            .help(*help)
            .at(at..at + habit.len()));
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return Ok((Lexeme::Symbol(symbol), symbol.len()));
    }
    let first = rest.chars().next().unwrap_or_default();
    let trouble = match first {
        '=' => Trouble::new("`=` is not part of the language").help("write `==` to compare"),
        '!' => Trouble::new("`!` is not part of the language").help("write `not`"),
        other => Trouble::new(format!("unexpected character {}", quoted(&other.escape_debug().to_string())))
            .help("texts stand in quotes"),
    };
    Err(trouble.at(at..at + first.len_utf8()))
}

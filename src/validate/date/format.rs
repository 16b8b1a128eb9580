//! One format of dates and times: parsed once, then matched against many texts.

use std::fmt::Write as _;

use jiff::{civil, tz};

use super::names;
use crate::recipe::model::Type;

/// A format in the words of people or of strptime.
///
/// | written | means |
/// |---|---|
/// | `d`, `dd` | day, one or two digits; exactly two |
/// | `M`, `MM` | month, one or two digits; exactly two |
/// | `MMM`, `MMMM` | the month's name, short or long, German or English |
/// | `yyyy` | year, exactly four digits |
/// | `yy` | year, two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 (as POSIX has it) |
/// | `H`, `HH`, `h`, `hh` | hour of 24, hour of 12 (with `a`) |
/// | `mm`, `ss`, `S` | minutes, seconds, a fraction of a second |
/// | `a` | AM or PM |
/// | `X` | `Z` or an offset such as `+02:00` |
/// | `'…'` | text as it stands (`''` is one quote) |
/// | `[…]` | may be left out |
///
/// All other letters are not allowed; all other characters stand for themselves, a blank for any white space. A format
/// with `%` in it is one of strptime: `%d %m %Y %y %H %I %M %S %f %b %B %p %z %F %T %R %%`.
#[derive(Clone, Debug)]
pub struct DateFormat {
    source: String,
    tokens: Vec<Token>,
    /// The same where it is nothing but three numbers and two marks, as nearly all dates are.
    numeric: Option<Numeric>,
}

/// Day, month and year in some order, with one character of ASCII between each two.
#[derive(Clone, Debug)]
struct Numeric {
    numbers: [(Part, usize, usize); 3],
    marks: [u8; 2],
}

/// One piece of a format. Numbers say the least and the greatest count of digits.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Part, usize, usize),
    MonthName,
    AmPm,
    Offset,
    Literal(char),
    Optional(Vec<Token>),
}

/// What a number in a format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Day,
    Month,
    Year,
    ShortYear,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
}

/// What was found in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    pub(super) day: Option<i64>,
    pub(super) month: Option<i64>,
    pub(super) year: Option<i64>,
    /// The year has two digits where four are wanted.
    pub(super) short_year: bool,
    pub(super) hour: Option<i64>,
    pub(super) half_day: bool,
    pub(super) afternoon: Option<bool>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    pub(super) nanosecond: Option<i64>,
    pub(super) offset: Option<tz::Offset>,
}

/// Why a text does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// It is written otherwise.
    Form,
    /// The year has two digits where four are wanted.
    TwoDigitYear,
    /// It matches, but a time of day follows.
    TimeFollows,
}

impl DateFormat {
    /// Parses a format for fields of a type: a date needs day, month and year, a time hour and minute.
    ///
    /// # Errors
    /// What is wrong with it: lower case, no full stop.
    pub fn new(source: &str, kind: Type) -> Result<Self, String> {
        let tokens = if source.contains('%') { strptime(source)? } else { people(source)? };
        let format = Self { source: source.to_owned(), numeric: Numeric::of(&tokens), tokens };
        let (days, times) = (matches!(kind, Type::Date | Type::DateTime), matches!(kind, Type::Time | Type::DateTime));
        let year = format.has(Part::Year) || format.has(Part::ShortYear);
        let month = format.has(Part::Month) || format.holds(&|token| *token == Token::MonthName);
        if days && !(format.has(Part::Day) && month && year) {
            return Err("it needs day, month and year, such as `dd.MM.yyyy`".to_owned());
        }
        let afternoon = format.holds(&|token| *token == Token::AmPm);
        if times && !(format.has(Part::Minute) && (format.has(Part::Hour) || format.has(Part::Hour12))) {
            return Err("it needs hours and minutes, such as `HH:mm`".to_owned());
        }
        if format.has(Part::Hour12) != afternoon {
            return Err("`h` (hours to 12) and `a` (AM, PM) belong together; hours to 24 are `H`".to_owned());
        }
        Ok(format)
    }

    /// The format as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A moment written in this format, without what may be left out.
    pub fn write(&self, moment: civil::DateTime) -> String {
        let mut text = String::new();
        for token in &self.tokens {
            // Writing into a string cannot fail.
            let _ = match token {
                Token::Number(part, least, _) => {
                    let number = match part {
                        Part::Day => i64::from(moment.day()),
                        Part::Month => i64::from(moment.month()),
                        Part::Year => i64::from(moment.year()),
                        Part::ShortYear => i64::from(moment.year().rem_euclid(100)),
                        Part::Hour => i64::from(moment.hour()),
                        Part::Hour12 => i64::from((moment.hour() + 11) % 12 + 1),
                        Part::Minute => i64::from(moment.minute()),
                        Part::Second => i64::from(moment.second()),
                        Part::Fraction => 0,
                    };
                    write!(text, "{number:0least$}")
                }
                Token::MonthName => text.write_str(names::name(moment.month())),
                Token::AmPm => text.write_str(if moment.hour() < 12 { "AM" } else { "PM" }),
                Token::Offset => text.write_str("Z"),
                Token::Literal(letter) => text.write_char(*letter),
                Token::Optional(_) => Ok(()),
            };
        }
        text
    }

    /// The day that a text says, found the short way. None says nothing: the text is then to be matched as a whole.
    pub(super) fn day(&self, text: &str) -> Option<civil::Date> {
        self.numeric.as_ref()?.day(text.as_bytes())
    }

    /// Matches the whole text.
    pub(super) fn matches(&self, text: &str) -> Result<Parts, Mismatch> {
        let mut parts = Parts::default();
        let rest = follow(&self.tokens, text, &mut parts)?;
        if rest.is_empty() {
            return if parts.short_year { Err(Mismatch::TwoDigitYear) } else { Ok(parts) };
        }
        let mut letters = rest.chars();
        let gap = letters.next().is_some_and(|letter| letter.is_whitespace() || matches!(letter, 'T' | ','));
        let time = letters.as_str().trim_start();
        let clock = time.find(':').is_some_and(|at| at <= 2 && time[..at].bytes().all(|byte| byte.is_ascii_digit()));
        if parts.hour.is_some() || !gap || !clock {
            return Err(Mismatch::Form);
        }
        Err(if parts.short_year { Mismatch::TwoDigitYear } else { Mismatch::TimeFollows })
    }

    fn has(&self, wanted: Part) -> bool {
        self.holds(&|token| matches!(token, Token::Number(part, ..) if *part == wanted))
    }

    fn holds(&self, wanted: &dyn Fn(&Token) -> bool) -> bool {
        fn any(tokens: &[Token], wanted: &dyn Fn(&Token) -> bool) -> bool {
            tokens.iter().any(|token| match token {
                Token::Optional(inner) => any(inner, wanted),
                other => wanted(other),
            })
        }
        any(&self.tokens, wanted)
    }
}

impl Numeric {
    fn of(tokens: &[Token]) -> Option<Self> {
        let [
            Token::Number(a, a_least, a_most),
            first,
            Token::Number(b, b_least, b_most),
            second,
            Token::Number(c, c_least, c_most),
        ] = tokens
        else {
            return None;
        };
        let mark = |token: &Token| match token {
            Token::Literal(letter) if letter.is_ascii_punctuation() => u8::try_from(*letter).ok(),
            _ => None,
        };
        let numbers = [(*a, *a_least, *a_most), (*b, *b_least, *b_most), (*c, *c_least, *c_most)];
        let is_day = |wanted: Part| numbers.iter().any(|(part, ..)| *part == wanted);
        let whole = is_day(Part::Day) && is_day(Part::Month) && is_day(Part::Year);
        whole.then_some(Self { numbers, marks: [mark(first)?, mark(second)?] })
    }

    fn day(&self, text: &[u8]) -> Option<civil::Date> {
        let (mut day, mut month, mut year) = (0_i16, 0_i16, 0_i16);
        let mut rest = text;
        for (at, (part, least, most)) in self.numbers.iter().enumerate() {
            let digits = rest.iter().take(*most).take_while(|byte| byte.is_ascii_digit()).count();
            if digits < *least {
                return None;
            }
            // Four digits at the most.
            let value = rest[..digits].iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
            match part {
                Part::Day => day = value,
                Part::Month => month = value,
                _ => year = value,
            }
            rest = match self.marks.get(at) {
                Some(mark) => rest[digits..].strip_prefix(&[*mark])?,
                None => &rest[digits..],
            };
        }
        if !rest.is_empty() || year < 1000 {
            return None;
        }
        civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// Matches tokens from the left; gives the rest of the text.
fn follow<'a>(tokens: &[Token], text: &'a str, parts: &mut Parts) -> Result<&'a str, Mismatch> {
    let mut rest = text;
    for (index, token) in tokens.iter().enumerate() {
        rest = match token {
            Token::Number(part, least, most) => number(*part, *least, *most, rest, parts)?,
            Token::Literal(letter) if letter.is_whitespace() => {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() {
                    return Err(Mismatch::Form);
                }
                trimmed
            }
            Token::Literal(letter) => rest.strip_prefix(*letter).ok_or(Mismatch::Form)?,
            Token::MonthName => {
                let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
                parts.month = Some(names::month(&rest[..end]).ok_or(Mismatch::Form)?);
                // The full stop of `Apr.` belongs to the name unless the format itself has one there.
                match tokens.get(index + 1) {
                    Some(Token::Literal('.')) => &rest[end..],
                    _ => rest[end..].strip_prefix('.').unwrap_or(&rest[end..]),
                }
            }
            Token::AmPm => {
                let word = rest.get(..2).ok_or(Mismatch::Form)?;
                let afternoon = word.eq_ignore_ascii_case("pm");
                if !afternoon && !word.eq_ignore_ascii_case("am") {
                    return Err(Mismatch::Form);
                }
                parts.afternoon = Some(afternoon);
                &rest[2..]
            }
            Token::Offset => offset(rest, parts)?,
            Token::Optional(inner) => {
                let mut tried = *parts;
                match follow(inner, rest, &mut tried) {
                    Ok(after) => {
                        *parts = tried;
                        after
                    }
                    Err(_) => rest,
                }
            }
        };
    }
    Ok(rest)
}

fn number<'a>(part: Part, least: usize, most: usize, text: &'a str, parts: &mut Parts) -> Result<&'a str, Mismatch> {
    let digits = text.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
    // A field of fixed width may be followed by another one (`yyyyMMdd`); a free one may not.
    let digits = if least == most { digits.min(most) } else { digits };
    // Only where all else fits are two digits a short year, and not the day of another format.
    let is_short_year = part == Part::Year && digits == 2;
    if (digits < least && !is_short_year) || digits > most {
        return Err(Mismatch::Form);
    }
    parts.short_year |= is_short_year;
    let value = text[..digits].bytes().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    match part {
        Part::Day => parts.day = Some(value),
        Part::Month => parts.month = Some(value),
        Part::Year => parts.year = Some(value),
        Part::ShortYear => parts.year = Some(if value < 69 { 2000 + value } else { 1900 + value }),
        Part::Hour => parts.hour = Some(value),
        Part::Hour12 => (parts.hour, parts.half_day) = (Some(value), true),
        Part::Minute => parts.minute = Some(value),
        Part::Second => parts.second = Some(value),
        Part::Fraction => {
            let missing = u32::try_from(9 - digits).unwrap_or(0);
            parts.nanosecond = Some(value * 10_i64.pow(missing));
        }
    }
    Ok(&text[digits..])
}

/// `Z`, `+02:00`, `+0200`, `+02`; a blank may stand before it.
fn offset<'a>(text: &'a str, parts: &mut Parts) -> Result<&'a str, Mismatch> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix('Z') {
        parts.offset = Some(tz::Offset::UTC);
        return Ok(rest);
    }
    let sign = match text.bytes().next() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(Mismatch::Form),
    };
    let two = |from: usize| -> Option<i32> {
        text.get(from..from + 2).filter(|pair| pair.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    };
    let hours = two(1).ok_or(Mismatch::Form)?;
    let colon = usize::from(text[3..].starts_with(':'));
    let (minutes, end) = match two(3 + colon) {
        Some(minutes) => (minutes, 5 + colon),
        None if colon == 1 => return Err(Mismatch::Form),
        None => (0, 3),
    };
    if minutes > 59 {
        return Err(Mismatch::Form);
    }
    let seconds = sign * (hours * 3600 + minutes * 60);
    parts.offset = Some(tz::Offset::from_seconds(seconds).map_err(|_| Mismatch::Form)?);
    Ok(&text[end..])
}

/// How deep brackets may stand in brackets.
const MAX_DEPTH: usize = 3;

/// A format in the words of people.
fn people(source: &str) -> Result<Vec<Token>, String> {
    let letters: Vec<char> = source.chars().collect();
    sequence(&letters, &mut 0, 0)
}

/// Tokens up to the end, or inside brackets up to the bracket that closes them.
fn sequence(letters: &[char], at: &mut usize, depth: usize) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    while let Some(&letter) = letters.get(*at) {
        if letter == '\'' {
            quoted(letters, at, &mut tokens)?;
            continue;
        }
        let run = letters[*at..].iter().take_while(|other| **other == letter).count();
        if letter.is_ascii_alphabetic() && letter != 'T' {
            *at += run;
            tokens.push(word(letter, run)?);
            continue;
        }
        *at += 1;
        match letter {
            ']' if depth > 0 => return Ok(tokens),
            '[' if depth >= MAX_DEPTH => return Err("brackets stand too deep in brackets".to_owned()),
            '[' => tokens.push(Token::Optional(sequence(letters, at, depth + 1)?)),
            other => tokens.push(Token::Literal(other)),
        }
    }
    if depth > 0 { Err("`[` has no `]`".to_owned()) } else { Ok(tokens) }
}

fn quoted(letters: &[char], at: &mut usize, tokens: &mut Vec<Token>) -> Result<(), String> {
    *at += 1;
    if letters.get(*at) == Some(&'\'') {
        *at += 1;
        tokens.push(Token::Literal('\''));
        return Ok(());
    }
    while let Some(&letter) = letters.get(*at) {
        *at += 1;
        if letter == '\'' {
            return Ok(());
        }
        tokens.push(Token::Literal(letter));
    }
    Err("a quote is not closed".to_owned())
}

fn word(letter: char, run: usize) -> Result<Token, String> {
    Ok(match (letter, run) {
        ('d', 1) => Token::Number(Part::Day, 1, 2),
        ('d', 2) => Token::Number(Part::Day, 2, 2),
        ('M', 1) => Token::Number(Part::Month, 1, 2),
        ('M', 2) => Token::Number(Part::Month, 2, 2),
        ('M', 3 | 4) => Token::MonthName,
        ('y', 4) => Token::Number(Part::Year, 4, 4),
        ('y', 2) => Token::Number(Part::ShortYear, 2, 2),
        ('H', 1) => Token::Number(Part::Hour, 1, 2),
        ('H', 2) => Token::Number(Part::Hour, 2, 2),
        ('h', 1) => Token::Number(Part::Hour12, 1, 2),
        ('h', 2) => Token::Number(Part::Hour12, 2, 2),
        ('m', 1 | 2) => Token::Number(Part::Minute, 2, 2),
        ('s', 1 | 2) => Token::Number(Part::Second, 2, 2),
        ('S', 1..=9) => Token::Number(Part::Fraction, 1, 9),
        ('a', 1) => Token::AmPm,
        ('X', 1..=3) => Token::Offset,
        ('D' | 'Y' | 'j' | 'J' | 't', _) => {
            return Err(format!(
                "`{letter}` means nothing here: day, month and year are `d`, `M` and `y`, as in `dd.MM.yyyy`"
            ));
        }
        (letter, run) => {
            let word: String = std::iter::repeat_n(letter, run).collect();
            return Err(format!("`{word}` means nothing here; text that stands for itself goes in quotes: `'{word}'`"));
        }
    })
}

/// A format of strptime.
fn strptime(source: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut letters = source.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            tokens.push(Token::Literal(letter));
            continue;
        }
        let directive = letters.next().ok_or("a `%` ends the format")?;
        match directive {
            'd' | 'e' => tokens.push(Token::Number(Part::Day, 1, 2)),
            'm' => tokens.push(Token::Number(Part::Month, 1, 2)),
            'Y' => tokens.push(Token::Number(Part::Year, 4, 4)),
            'y' => tokens.push(Token::Number(Part::ShortYear, 2, 2)),
            'H' => tokens.push(Token::Number(Part::Hour, 1, 2)),
            'I' => tokens.push(Token::Number(Part::Hour12, 1, 2)),
            'M' => tokens.push(Token::Number(Part::Minute, 2, 2)),
            'S' => tokens.push(Token::Number(Part::Second, 2, 2)),
            'f' => tokens.push(Token::Number(Part::Fraction, 1, 9)),
            'b' | 'B' | 'h' => tokens.push(Token::MonthName),
            'p' => tokens.push(Token::AmPm),
            'z' => tokens.push(Token::Offset),
            'F' => tokens.extend(people("yyyy-MM-dd")?),
            'T' => tokens.extend(people("HH:mm:ss")?),
            'R' => tokens.extend(people("HH:mm")?),
            '%' => tokens.push(Token::Literal('%')),
            other => return Err(format!("`%{other}` is not known here")),
        }
    }
    Ok(tokens)
}

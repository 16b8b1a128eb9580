//! How dates and times are written out: in the words of people (`dd.MM.yyyy`) or of strptime (`%d.%m.%Y`). Only digits
//! are written, never names of months or days: those would depend on a language.

use std::fmt::Write as _;

use super::operators::Sort;
use super::problem::Trouble;
use crate::record::Value;

/// A format, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateFormat {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(char),
    Part(Part),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month { padded: bool },
    Day { padded: bool },
    Hour { padded: bool },
    Minute,
    Second,
}

impl Part {
    fn of_day(self) -> bool {
        matches!(self, Part::Year | Part::ShortYear | Part::Month { .. } | Part::Day { .. })
    }
}

const WORDS: &str = "the parts are yyyy, yy, MM, M, dd, d, HH, H, mm (minutes) and ss";

impl DateFormat {
    /// Takes a format apart.
    pub(super) fn parse(format: &str) -> Result<Self, Trouble> {
        let mut pieces = Vec::new();
        let mut rest = format;
        while let Some(first) = rest.chars().next() {
            let run = rest.len() - rest.trim_start_matches(first).len();
            let (piece, length) = match first {
                '%' => {
                    let letter = rest.chars().nth(1);
                    let part = letter.and_then(strptime).ok_or_else(|| {
                        Trouble::new(format!("the date format `{format}` has an unknown part `%{}`", text_of(letter)))
                            .help("the parts are %Y, %y, %m, %d, %H, %M, %S and %%")
                    })?;
                    (part, 1 + letter.map_or(0, char::len_utf8))
                }
                '\'' => {
                    let end = rest[1..].find('\'').ok_or_else(|| {
                        Trouble::new(format!("the date format `{format}` has a quote that is not closed"))
                    })?;
                    pieces.extend(rest[1..=end].chars().map(Piece::Literal));
                    rest = &rest[end + 2..];
                    continue;
                }
                // The `T` and `Z` of ISO 8601 mean themselves.
                letter if letter.is_ascii_alphabetic() && !matches!(letter, 'T' | 'Z') => {
                    let word = &rest[..run];
                    let part = words(word).ok_or_else(|| {
                        let trouble = Trouble::new(format!("the date format `{format}` has an unknown part `{word}`"));
                        match word {
                            "MMM" | "MMMM" | "EEE" | "EEEE" => {
                                trouble.help("names of months and days cannot be written")
                            }
                            "DD" | "D" => trouble.help("the day of the month is `dd`"),
                            "YYYY" | "YY" | "JJJJ" | "jjjj" => trouble.help("the year is `yyyy`"),
                            "TT" | "tt" => trouble.help("the day of the month is `dd`"),
                            _ => trouble.help(WORDS),
                        }
                    })?;
                    (Piece::Part(part), run)
                }
                other => (Piece::Literal(other), other.len_utf8()),
            };
            pieces.push(piece);
            rest = &rest[length..];
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Part(_))) {
            return Err(Trouble::new(format!("the date format `{format}` has no part")).help(WORDS));
        }
        Ok(Self { pieces })
    }

    /// Whether values of a sort have all that the format writes.
    pub(super) fn suits(&self, sort: Sort) -> Result<(), Trouble> {
        let parts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Part(part) => Some(*part),
            Piece::Literal(_) => None,
        });
        for part in parts {
            match sort {
                Sort::Date if !part.of_day() => {
                    let trouble = Trouble::new("a date has no time of day to be written");
                    return Err(if part == Part::Minute { trouble.help("months are `MM`") } else { trouble });
                }
                Sort::Time if part.of_day() => {
                    let trouble = Trouble::new("a time has no day to be written");
                    let month = matches!(part, Part::Month { .. });
                    return Err(if month { trouble.help("minutes are `mm`") } else { trouble });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The value written so; none for values that are neither date nor time.
    pub(super) fn write(&self, value: &Value) -> Option<String> {
        let (date, time) = match value {
            Value::Date(date) => (*date, jiff::civil::Time::midnight()),
            Value::Time(time) => (jiff::civil::Date::default(), *time),
            Value::DateTime(stamp) => (stamp.civil.date(), stamp.civil.time()),
            _ => return None,
        };
        let mut text = String::new();
        for piece in &self.pieces {
            let part = match piece {
                Piece::Literal(letter) => {
                    text.push(*letter);
                    continue;
                }
                Piece::Part(part) => *part,
            };
            // Writing into a text cannot fail.
            let _ = match part {
                Part::Year => write!(text, "{:04}", date.year()),
                Part::ShortYear => write!(text, "{:02}", date.year().rem_euclid(100)),
                Part::Month { padded: true } => write!(text, "{:02}", date.month()),
                Part::Month { padded: false } => write!(text, "{}", date.month()),
                Part::Day { padded: true } => write!(text, "{:02}", date.day()),
                Part::Day { padded: false } => write!(text, "{}", date.day()),
                Part::Hour { padded: true } => write!(text, "{:02}", time.hour()),
                Part::Hour { padded: false } => write!(text, "{}", time.hour()),
                Part::Minute => write!(text, "{:02}", time.minute()),
                Part::Second => write!(text, "{:02}", time.second()),
            };
        }
        Some(text)
    }
}

fn words(word: &str) -> Option<Part> {
    Some(match word {
        "yyyy" => Part::Year,
        "yy" => Part::ShortYear,
        "MM" => Part::Month { padded: true },
        "M" => Part::Month { padded: false },
        "dd" => Part::Day { padded: true },
        "d" => Part::Day { padded: false },
        "HH" => Part::Hour { padded: true },
        "H" => Part::Hour { padded: false },
        "mm" => Part::Minute,
        "ss" => Part::Second,
        _ => return None,
    })
}

fn strptime(letter: char) -> Option<Piece> {
    Some(Piece::Part(match letter {
        'Y' => Part::Year,
        'y' => Part::ShortYear,
        'm' => Part::Month { padded: true },
        'd' => Part::Day { padded: true },
        'H' => Part::Hour { padded: true },
        'M' => Part::Minute,
        'S' => Part::Second,
        '%' => return Some(Piece::Literal('%')),
        _ => return None,
    }))
}

fn text_of(letter: Option<char>) -> String {
    letter.map(String::from).unwrap_or_default()
}

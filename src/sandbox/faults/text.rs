//! Faults as they are written: `503=5%,lost_answer=1%,latency=20ms`. A list can be read and printed, a slip is named
//! with its cure.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use super::kinds::{Fault, Faults, LATE_BY, RETRY_AFTER, STALE_FOR, Share};
use crate::diagnostic::did_you_mean;

/// The longest time that a fault may name: a day. Longer ones are slips.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The names of all faults, in the order of the documentation.
const NAMES: [&str; 10] = [
    "503",
    "429",
    "reset",
    "lost_answer",
    "late_commit",
    "stale_search",
    "expire_session",
    "latency",
    "echo_search",
    "refuse_duplicate",
];

/// As it is written in a list of faults: `1%`, `0.25%`.
impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.as_per_million() / 10_000, self.as_per_million() % 10_000);
        if rest == 0 {
            write!(out, "{whole}%")
        } else {
            write!(out, "{whole}.{}%", format!("{rest:04}").trim_end_matches('0'))
        }
    }
}

/// What is wrong with a list of faults.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// There is no fault of this name.
    #[error("unknown fault `{name}`; help: {}", known(name))]
    Unknown {
        /// The name as written.
        name: String,
    },
    /// The same fault stands in the list twice.
    #[error("the fault `{name}` stands in the list twice; help: write it once")]
    Twice {
        /// Its name.
        name: String,
    },
    /// A fault that needs a value has none, or has one of the wrong kind.
    #[error("the fault `{name}` cannot have the value `{found}`; help: write `{example}`")]
    Value {
        /// Its name.
        name: String,
        /// The value as written; empty if there is none.
        found: String,
        /// How it is written rightly.
        example: &'static str,
    },
}

fn known(name: &str) -> String {
    match did_you_mean(name, NAMES) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", NAMES.join(", ")),
    }
}

/// How a fault is written, for messages.
fn example(name: &str) -> &'static str {
    match name {
        "503" => "503=5%` or `503=5%@1s",
        "429" => "429=1%` or `429=1%@1s",
        "reset" => "reset=1%",
        "lost_answer" => "lost_answer=1%",
        "late_commit" => "late_commit=1%` or `late_commit=1%@500ms",
        "stale_search" => "stale_search=1%` or `stale_search=1%@300ms",
        "expire_session" => "expire_session=1%",
        "latency" => "latency=20ms",
        "echo_search" => "echo_search",
        _ => "refuse_duplicate",
    }
}

impl FromStr for Faults {
    type Err = FaultsError;

    /// # Errors
    /// An unknown fault, one that stands there twice, or a value that it cannot have.
    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let mut faults = Faults::default();
        let mut seen = Vec::new();
        for item in text.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty()) {
            let (name, value) = match item.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (item, None),
            };
            if seen.contains(&name) {
                return Err(FaultsError::Twice { name: name.to_owned() });
            }
            faults.set(name, value)?;
            seen.push(name);
        }
        Ok(faults)
    }
}

impl Faults {
    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), FaultsError> {
        let wrong = || FaultsError::Value {
            name: name.to_owned(),
            found: value.unwrap_or_default().to_owned(),
            example: example(name),
        };
        let share_and_time = || {
            let (share, time) = split_time(value.ok_or_else(wrong)?);
            let time = time.map(|time| duration(time).ok_or_else(wrong)).transpose()?;
            Ok((share_of(share).ok_or_else(wrong)?, time))
        };
        let share = || value.and_then(share_of).ok_or_else(wrong);
        let plain = || if value.is_none() { Ok(true) } else { Err(wrong()) };
        match name {
            "503" => {
                let (share, time) = share_and_time()?;
                (self.unavailable, self.unavailable_retry_after) = (share, time.unwrap_or(RETRY_AFTER));
            }
            "429" => {
                let (share, time) = share_and_time()?;
                (self.too_many, self.too_many_retry_after) = (share, time.unwrap_or(RETRY_AFTER));
            }
            "late_commit" => {
                let (share, time) = share_and_time()?;
                (self.late_commit, self.late_by) = (share, time.unwrap_or(LATE_BY));
            }
            "stale_search" => {
                let (share, time) = share_and_time()?;
                (self.stale_search, self.stale_for) = (share, time.unwrap_or(STALE_FOR));
            }
            "reset" => self.reset = share()?,
            "lost_answer" => self.lost_answer = share()?,
            "expire_session" => self.expire_session = share()?,
            "latency" => self.latency = value.and_then(duration).ok_or_else(wrong)?,
            "echo_search" => self.echo_search = plain()?,
            "refuse_duplicate" => self.refuse_duplicate = plain()?,
            _ => return Err(FaultsError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }
}

impl FromStr for Fault {
    type Err = FaultsError;

    /// # Errors
    /// An unknown fault, or a time that it cannot have.
    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let (name, time_text) = split_time(text.trim());
        let wrong = |example| FaultsError::Value {
            name: name.to_owned(),
            found: time_text.unwrap_or_default().to_owned(),
            example,
        };
        let time = |example| time_text.map(|time| duration(time).ok_or_else(|| wrong(example))).transpose();
        let plain = |fault, example| if time_text.is_none() { Ok(fault) } else { Err(wrong(example)) };
        match name {
            "503" => Ok(Fault::Unavailable(time("503` or `503@1s")?)),
            "429" => Ok(Fault::TooMany(time("429` or `429@1s")?.unwrap_or(RETRY_AFTER))),
            "reset" => plain(Fault::Reset, "reset"),
            "expire_session" => plain(Fault::ExpireSession, "expire_session"),
            "lost_answer" => plain(Fault::LostAnswer, "lost_answer"),
            "late_commit" => Ok(Fault::LateCommit(time("late_commit` or `late_commit@500ms")?.unwrap_or(LATE_BY))),
            "stale_search" => {
                Ok(Fault::StaleSearch(time("stale_search` or `stale_search@300ms")?.unwrap_or(STALE_FOR)))
            }
            "latency" => {
                let example = "latency@20ms";
                Ok(Fault::Latency(time(example)?.ok_or_else(|| wrong(example))?))
            }
            _ => Err(FaultsError::Unknown { name: name.to_owned() }),
        }
    }
}

/// As it can be read again; no faults are the empty text.
impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timed = [
            ("503", self.unavailable, Some(self.unavailable_retry_after)),
            ("429", self.too_many, Some(self.too_many_retry_after)),
            ("reset", self.reset, None),
            ("lost_answer", self.lost_answer, None),
            ("late_commit", self.late_commit, Some(self.late_by)),
            ("stale_search", self.stale_search, Some(self.stale_for)),
            ("expire_session", self.expire_session, None),
        ];
        let mut items: Vec<String> = timed
            .into_iter()
            .filter(|(_, share, _)| *share > Share::NONE)
            .map(|(name, share, time)| match time {
                Some(time) => format!("{name}={share}@{}ms", time.as_millis()),
                None => format!("{name}={share}"),
            })
            .collect();
        if !self.latency.is_zero() {
            items.push(format!("latency={}ms", self.latency.as_millis()));
        }
        for (name, on) in [("echo_search", self.echo_search), ("refuse_duplicate", self.refuse_duplicate)] {
            if on {
                items.push(name.to_owned());
            }
        }
        out.write_str(&items.join(","))
    }
}

fn split_time(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((before, time)) => (before.trim(), Some(time.trim())),
        None => (text, None),
    }
}

/// `5%`, `0.25%`: at most a hundred, at most four decimals, so that it is exact.
fn share_of(text: &str) -> Option<Share> {
    let number = text.strip_suffix('%')?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || whole.len() > 3 || decimals.len() > 4 {
        return None;
    }
    let parts = format!("{whole}{decimals:0<4}").parse().ok()?;
    (parts <= Share::ALL.as_per_million()).then(|| Share::per_million(parts))
}

/// `20ms`, `1s`, `2m`: whole numbers, at most [`LONGEST`].
fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().ok()?;
    let time = match unit.trim_start() {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" | "min" => Duration::from_secs(number.checked_mul(60)?),
        _ => return None,
    };
    (time <= LONGEST).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_list_of_the_contract_is_read() {
        let faults: Faults = "503=5%,reset=1%,lost_answer=1%,latency=20ms,late_commit=1%@2s,stale_search=0.25%, \
                              expire_session=100%,429=0.0001%@3s,echo_search,refuse_duplicate"
            .parse()
            .unwrap();
        let expected = Faults {
            unavailable: Share::percent(5),
            reset: Share::percent(1),
            lost_answer: Share::percent(1),
            latency: Duration::from_millis(20),
            late_commit: Share::percent(1),
            late_by: Duration::from_secs(2),
            stale_search: Share::per_million(2_500),
            expire_session: Share::ALL,
            too_many: Share::per_million(1),
            too_many_retry_after: Duration::from_secs(3),
            echo_search: true,
            refuse_duplicate: true,
            ..Faults::default()
        };
        assert_eq!(faults, expected);
        assert_eq!(faults.to_string().parse(), Ok(faults), "what is printed can be read again");
        assert_eq!("".parse(), Ok(Faults::default()));
        assert_eq!(Faults::default().to_string(), "");
    }

    #[test]
    fn slips_are_named_with_the_cure() {
        let message = |text: &str| text.parse::<Faults>().unwrap_err().to_string();
        assert_eq!(message("lost_anser=1%"), "unknown fault `lost_anser`; help: did you mean `lost_answer`?");
        assert!(message("fire=1%").contains("there are 503, 429, reset,"));
        assert_eq!(message("reset=1%,reset=2%"), "the fault `reset` stands in the list twice; help: write it once");
        assert_eq!(message("reset"), "the fault `reset` cannot have the value ``; help: write `reset=1%`");
        assert_eq!(message("reset=0.01"), "the fault `reset` cannot have the value `0.01`; help: write `reset=1%`");
        assert!(message("latency=20").ends_with("help: write `latency=20ms`"));
        for wrong in [
            "503=101%",
            "503=-1%",
            "503=%",
            "503=1e1%",
            "503=1.%",
            "503=1%@",
            "reset=1%@1s",
            "echo_search=1%",
            "latency=99999999999999999999s",
            "latency=25000m",
            "latency=1.5s",
            "503=0.00001%",
            "=",
            "503=1%@1h",
        ] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong} must not be read");
        }
    }

    #[test]
    fn one_fault_is_read_with_its_time() {
        assert_eq!("lost_answer".parse(), Ok(Fault::LostAnswer));
        assert_eq!("late_commit@2s".parse(), Ok(Fault::LateCommit(Duration::from_secs(2))));
        assert_eq!("503".parse(), Ok(Fault::Unavailable(None)));
        assert_eq!("503@0s".parse(), Ok(Fault::Unavailable(Some(Duration::ZERO))));
        assert!("latency".parse::<Fault>().is_err());
        assert!("reset@1s".parse::<Fault>().is_err());
        assert!("lost_anser".parse::<Fault>().unwrap_err().to_string().contains("did you mean `lost_answer`?"));
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        proptest::proptest!(|(text in "\\PC{0,40}")| {
            let _ = text.parse::<Faults>();
            let _ = text.parse::<Fault>();
        });
    }
}

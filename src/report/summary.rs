//! The closing balance, as a clerk reads it: how many rows and records, what became of them, the first issues, and where
//! the rest is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::messages::{self, Language, Word, word};
use crate::record::{Origin, Outcome};
use crate::runner::{Event, Listener, RecordReport};

/// Issues shown in the closing balance.
const SHOWN: usize = 8;

/// Collects what the closing balance shows besides the numbers.
pub struct Summary {
    language: Language,
    /// The first by their places, whatever the order in which the records ended; of equal places as they came.
    first: BTreeMap<(Origin, u64), String>,
    more: u64,
    of_files: BTreeSet<String>,
    /// Why records were not reached, and how many for each.
    unreached: BTreeMap<String, u64>,
}

impl Summary {
    /// A summary in a language.
    pub fn new(language: Language) -> Self {
        Self { language, first: BTreeMap::new(), more: 0, of_files: BTreeSet::new(), unreached: BTreeMap::new() }
    }

    /// The first issues, and how many there are beyond them.
    pub fn first_issues(&self) -> (impl ExactSizeIterator<Item = &str>, u64) {
        (self.first.values().map(String::as_str), self.more)
    }

    /// Why records were not reached: reasons and numbers of records, the most first.
    pub fn unreached(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<(&str, u64)> = self.unreached.iter().map(|(why, count)| (why.as_str(), *count)).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }

    fn note(&mut self, at: &Origin, line: String) {
        let count = self.more + self.first.len() as u64;
        self.first.insert((at.clone(), count), line);
        if self.first.len() > SHOWN {
            self.first.pop_last();
            self.more += 1;
        }
    }

    fn record(&mut self, record: &RecordReport) {
        if let (Outcome::Pending, Some(reason)) = (record.outcome, &record.reason) {
            let why = messages::reason(reason, self.language);
            // Reasons are few, unless each has words of its own; then some will do.
            if self.unreached.len() < 100 || self.unreached.contains_key(&why) {
                *self.unreached.entry(why).or_default() += 1;
            }
        }
        for issue in &record.issues {
            let line = messages::issue(issue, self.language);
            // What is wrong with the file as a whole is said of each of its records; here once is enough.
            if record.places.contains(&issue.at) || self.of_files.insert(line.clone()) {
                self.note(&issue.at, line);
            }
        }
        let speaks = matches!(record.outcome, Outcome::Held | Outcome::Failed | Outcome::InDoubt)
            || (record.outcome == Outcome::Rejected && record.issues.is_empty());
        if let (true, Some(reason)) = (speaks, &record.reason) {
            let key = record.key.as_ref().map_or_else(String::new, |key| format!(" {key}"));
            let (outcome, _) = messages::outcome(record.outcome, self.language);
            let reason = messages::reason(reason, self.language);
            let line = format!("{} [{}]{key}: {outcome} - {reason}", record.origin, record.id);
            self.note(&record.origin, line);
        }
    }
}

impl Listener for Summary {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Record(record) => self.record(record),
            // Where a file as a whole is wrong and has no record to say so, the file says it itself.
            Event::File(file) if file.rows == 0 => {
                for issue in &file.verdict.issues {
                    self.note(&issue.at, messages::issue(issue, self.language));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The numbers of a balance. `balance` is its JSON form, so that a past run's is printed by the same words.
pub fn balance_text(balance: &Json, language: Language) -> String {
    let number = |name: &str| balance.get(name).and_then(Json::as_u64).unwrap_or(0);
    let mut text = String::new();
    let counted = |name: &str, word| messages::counted(number(name), word, language);
    let _ = write!(text, "{}, {}", counted("rows", Word::Rows), counted("records", Word::Records));
    if number("skipped") > 0 {
        let _ = write!(text, ", {}", counted("skipped", Word::Skipped));
    }
    text.push('\n');
    outcomes(&mut text, balance.get("records_in"), language);
    if balance.get("carried").and_then(Json::as_object).is_some_and(|carried| !carried.is_empty()) {
        let _ = writeln!(text, "{}:", word(Word::Carried, language));
        outcomes(&mut text, balance.get("carried"), language);
    }
    totals(&mut text, balance, language);
    if number("unreadable_files") > 0 {
        let _ = writeln!(text, "{}", counted("unreadable_files", Word::Files));
    }
    if balance.get("stopped") == Some(&Json::Bool(true)) {
        let _ = writeln!(text, "{}", word(Word::StoppedEarly, language));
    }
    if balance.get("closes") == Some(&Json::Bool(false)) {
        let _ = writeln!(text, "{}", word(Word::DoesNotClose, language));
    }
    text
}

fn outcomes(text: &mut String, counts: Option<&Json>, language: Language) {
    for outcome in [Outcome::Valid].into_iter().chain(Outcome::ALL) {
        let count = counts.and_then(|counts| counts.get(outcome.word())).and_then(Json::as_u64).unwrap_or(0);
        if count > 0 {
            let (name, meaning) = messages::outcome(outcome, language);
            let _ = writeln!(text, "  {count:>7}  {name:<12} {meaning}");
        }
    }
}

fn totals(text: &mut String, balance: &Json, language: Language) {
    let totals = balance.get("totals").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    if totals.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}:", word(Word::Totals, language));
    for total in totals {
        let part = |name: &str| total.get(name).and_then(Json::as_str).unwrap_or("-");
        let met = if total.get("met") == Some(&Json::Bool(true)) { Word::Met } else { Word::NotMet };
        let _ = writeln!(
            text,
            "  {}: {} {} / {} {}",
            part("file"),
            messages::total_name(part("name"), language),
            messages::number_text(part("found"), language),
            messages::number_text(part("expected"), language),
            word(met, language)
        );
    }
}

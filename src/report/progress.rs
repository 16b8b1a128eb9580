//! How far a run is: on a terminal a bar with rate, time left and the outcomes so far; elsewhere a plain line now and
//! then, since a log wants no bar.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::messages::{self, Language, Word, word};
use crate::record::Outcome;
use crate::runner::{Event, Listener};

/// The time between two plain lines.
const PLAIN: Duration = Duration::from_secs(10);

/// The progress of a run.
pub struct Progress {
    /// None where stderr is no terminal.
    bar: Option<ProgressBar>,
    language: Language,
    records: u64,
    done: u64,
    so_far: BTreeMap<Outcome, u64>,
    started: Instant,
    last: Instant,
}

impl Progress {
    /// Progress on stderr.
    pub fn new(language: Language) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let now = Instant::now();
        Self { bar, language, records: 0, done: 0, so_far: BTreeMap::new(), started: now, last: now }
    }

    fn counted(&mut self, records: u64) {
        self.records = records;
        let Some(bar) = &self.bar else { return };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {per_sec}  ETA {eta}  {msg}") {
            bar.set_style(style);
        }
        bar.set_length(records);
    }

    fn record(&mut self, outcome: Outcome) {
        self.done += 1;
        *self.so_far.entry(outcome).or_default() += 1;
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(self.outcomes());
            }
            None if self.last.elapsed() >= PLAIN => {
                self.last = Instant::now();
                let line = self.plain();
                // Nobody reads: no reason to stop.
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            None => {}
        }
    }

    fn outcomes(&self) -> String {
        let words: Vec<String> = self
            .so_far
            .iter()
            .map(|(outcome, count)| format!("{count} {}", messages::outcome(*outcome, self.language).0))
            .collect();
        words.join(", ")
    }

    fn plain(&self) -> String {
        let seconds = self.started.elapsed().as_secs().max(1);
        format!(
            "{}/{} {} ({}/s): {}",
            self.done,
            self.records,
            word(Word::Records, self.language),
            self.done / seconds,
            self.outcomes()
        )
    }
}

impl Listener for Progress {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Began(_) | Event::File(_) => {}
            Event::Counted { records } => self.counted(*records),
            Event::Record(record) => self.record(record.outcome),
            Event::Good { records } => {
                self.done += records;
                *self.so_far.entry(Outcome::Valid).or_default() += records;
                if let Some(bar) = &self.bar {
                    bar.inc(*records);
                }
            }
            Event::Ended(_) => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
            }
        }
        Ok(())
    }
}

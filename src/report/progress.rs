//! The bar on a terminal: how many records, how fast, how long still, and what became of those so far. Elsewhere nothing:
//! a log wants no bar.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::messages::{self, Language};
use crate::record::Outcome;
use crate::runner::{Event, Listener};

/// The bar of a run.
pub struct Progress {
    bar: ProgressBar,
    language: Language,
    so_far: BTreeMap<Outcome, u64>,
}

impl Progress {
    /// A bar on stderr, where that is a terminal.
    pub fn new(language: Language) -> Self {
        let bar = ProgressBar::new_spinner();
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, language, so_far: BTreeMap::new() }
    }

    fn words(&self) -> String {
        let words: Vec<String> = self
            .so_far
            .iter()
            .map(|(outcome, count)| format!("{count} {}", messages::outcome(*outcome, self.language).0))
            .collect();
        words.join(", ")
    }
}

impl Listener for Progress {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Began(_) | Event::File(_) => {}
            Event::Counted { records } => {
                let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} ETA {eta} · {msg}");
                if let Ok(style) = style {
                    self.bar.set_style(style);
                }
                self.bar.set_length(*records);
            }
            Event::Record(record) => {
                *self.so_far.entry(record.outcome).or_default() += 1;
                self.bar.inc(1);
                if !self.bar.is_hidden() {
                    self.bar.set_message(self.words());
                }
            }
            Event::Ended(_) => self.bar.finish_and_clear(),
        }
        Ok(())
    }
}

//! What a person or program sees of a run: the bar, the lines, the closing balance, the rejects.

use std::io::{BufWriter, Stdout};
use std::path::Path;
use std::sync::Arc;

use super::output::Output;
use crate::journal::RunId;
use crate::messages::{Word, outcome, word};
use crate::recipe::Recipe;
use crate::record::Outcome;
use crate::report::{Lines, Progress, Rejects, Summary, balance_text};
use crate::runner::{Balance, Event, Listener};
use crate::secret::Secrets;
use crate::source::Snapshot;

/// Listens for the screen.
pub(super) struct Screen<'a> {
    output: &'a Output,
    progress: Progress,
    lines: Option<Lines<BufWriter<Stdout>>>,
    summary: Summary,
    rejects: Rejects,
}

impl<'a> Screen<'a> {
    pub(super) fn new(recipe: &Recipe, output: &'a Output, secrets: &Arc<Secrets>) -> Self {
        let lines = || {
            let out = BufWriter::new(std::io::stdout());
            Lines::new(out, output.language, Arc::clone(secrets))
        };
        Self {
            output,
            progress: Progress::new(output.language),
            lines: output.is_jsonl().then(lines),
            summary: Summary::new(output.language),
            rejects: Rejects::new(&recipe.source.kind, output.language),
        }
    }

    /// The closing balance. `reports` is the folder for what is written besides; `run` is in the journal for good.
    pub(super) fn close(
        &self,
        recipe: &Recipe,
        snapshots: &[Snapshot],
        balance: &Balance,
        reports: Option<&Path>,
        run: Option<RunId>,
    ) {
        let language = self.output.language;
        let mut text = format!("{}: {}", recipe.name, balance_text(&balance.to_json(), language));
        for (why, count) in self.summary.unreached().into_iter().take(3) {
            text.push_str(&format!("  {count:>7}  {}: {why}\n", outcome(Outcome::Pending, language).0));
        }
        let (first, more) = self.summary.first_issues();
        if first.len() > 0 {
            text.push_str(&format!("{}:\n", word(Word::FirstIssues, language)));
            for issue in first {
                text.push_str(&format!("  {issue}\n"));
            }
            if more > 0 {
                text.push_str(&format!("  … +{more}\n"));
            }
        }
        if let Some(folder) = reports {
            match self.rejects.write(recipe, snapshots, folder) {
                Ok(files) => {
                    for (what, path) in files {
                        text.push_str(&format!("{}: {}\n", word(what, language), path.display()));
                    }
                }
                Err(error) => text.push_str(&format!("warning: the rejects cannot be written: {error}\n")),
            }
        }
        if let Some(run) = run {
            text.push_str(&format!("{}: eintrag report {run}\n", word(Word::More, language)));
        }
        if self.lines.is_some() {
            self.output.talk(text.trim_end());
        } else {
            // For people the balance is the data.
            let _ = self.output.data(&text);
        }
    }
}

impl Listener for Screen<'_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        self.progress.take(event)?;
        if let Some(lines) = &mut self.lines {
            lines.take(event)?;
        }
        self.summary.take(event)?;
        self.rejects.take(event)
    }

    /// For people, good records are a number; only the lines show each of them.
    fn wants_good_records(&self) -> bool {
        self.lines.is_some()
    }
}

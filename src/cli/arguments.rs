//! What can be said on the command line. The doc comments here are the help that users read.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::messages::Language;

/// Heading of the options that every command takes.
const EVERYWHERE: &str = "Options of every command";

/// Enters data where people today retype it: nothing silently wrong, nothing lost, nothing twice, everything explained.
#[derive(Debug, Parser)]
#[command(name = "eintrag", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Language of what staff read: `en` or `de` (the environment's unless stated)
    #[arg(long, global = true, value_name = "LANGUAGE", help_heading = EVERYWHERE)]
    pub lang: Option<Language>,
    /// Folder of the journal and the reports (`.eintrag` beside the recipes' folder unless stated)
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub state: Option<PathBuf>,
    /// What goes to stdout: text for people, or one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t, help_heading = EVERYWHERE)]
    pub format: Format,
    #[command(subcommand)]
    pub verb: Verb,
}

/// A pause such as `500ms` or `2s`.
fn duration(text: &str) -> Result<Duration, String> {
    let most = Duration::from_secs(60);
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    parsed
        .filter(|time| *time <= most)
        .ok_or_else(|| "write a time up to one minute, such as `500ms` or `2s`".to_owned())
}

/// The form of what goes to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Doc comments here would blow up the help of every command.
    #[default]
    Text,
    Jsonl,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Read, validate and enter records; running again is resuming
    Run(Run),
    /// Find all that can be known of recipes without data or network
    Check(Check),
    /// Run the fixture cases of recipes, without any network
    Test(Test),
    /// What is in a file: sheets, columns, types, and the evidence for each
    Inspect(Inspect),
    /// How many records stand where, and what waits for a person
    Status,
    /// Past runs
    Runs(Runs),
    /// One record's whole story: who entered what, when, from where
    Explain(Explain),
    /// Decide on a record whose end is open
    Resolve(Resolve),
    /// Approve exactly the content that a held record has
    Approve(Approve),
    /// A run as text, JSON lines or JUnit
    Report(Report),
    /// Verify the journal, or tell it what only a person can know
    Journal(Journal),
    /// Whether browsers, folders, time zones and settings are as runs need them
    Doctor(Doctor),
    /// Start the practice office and leave it running
    Sandbox(Sandbox),
    /// Print the JSON Schema of recipes, for editors
    Schema,
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Recipe files
    #[arg(required = true, value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,
    /// Read these files, or all of a folder, instead of those that the recipe names
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub input: Vec<PathBuf>,
    /// Read, validate and show what would be sent; send nothing
    #[arg(long, conflicts_with_all = ["rehearse", "recheck", "sandbox"])]
    pub dry_run: bool,
    /// Do all but the write, in the real system
    #[arg(long, conflicts_with = "recheck")]
    pub rehearse: bool,
    /// Enter nothing; look up what was entered before
    #[arg(long)]
    pub recheck: bool,
    /// Enter at most so many records; the rest is pending
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Only records of this id or `field=value` (of several, all must fit); the rest is pending
    #[arg(long, value_name = "KEY")]
    pub only: Vec<String>,
    /// Show the browser's window, with the step being done
    #[arg(long)]
    pub headed: bool,
    /// Pause so long after each step in a browser, such as `500ms` or `2s`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub slow: Option<Duration>,
    /// Enter into the practice office instead of the real system, with throw-away state
    #[arg(long)]
    pub sandbox: bool,
    /// Faults of the practice office, such as `503=5%,lost_answer=1%`
    #[arg(long, value_name = "FAULTS", requires = "sandbox")]
    pub fault: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Recipe files
    #[arg(required = true, value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Recipe files (all in `recipes/` unless stated)
    #[arg(value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,
    /// Folder of the cases (`fixtures` beside the recipes' folder unless stated)
    #[arg(long, value_name = "DIR")]
    pub fixtures: Option<PathBuf>,
    /// Write what comes out as what is expected; look at the difference before you commit it
    #[arg(long)]
    pub update: bool,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// A CSV file or a spreadsheet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Every row as read, one JSON object a line
    #[arg(long)]
    pub raw: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Runs {
    /// How many, latest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The record: an id (or its beginning), or `field=value` of its key
    #[arg(value_name = "ID")]
    pub id: String,
}

#[derive(Args, Debug)]
pub(crate) struct Resolve {
    /// The record: an id (or its beginning), or `field=value` of its key
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub resolution: ResolutionFlags,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct ResolutionFlags {
    /// It is in the target
    #[arg(long)]
    pub entered: bool,
    /// It is not in the target: try again
    #[arg(long)]
    pub again: bool,
    /// It is not to be entered
    #[arg(long)]
    pub drop: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Approve {
    /// The record: an id (or its beginning), or `field=value` of its key
    #[arg(value_name = "ID")]
    pub id: String,
}

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// The run's number, or `last`
    #[arg(value_name = "RUN")]
    pub run: String,
    /// Write the record lines and the balance as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Journal {
    #[command(subcommand)]
    pub verb: JournalVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalVerb {
    /// Go through the whole chain of events: is anything changed, gone or added?
    Verify,
    /// Say that a target of a recipe is the same system as before, at its new address
    Moved {
        /// The recipe file
        #[arg(value_name = "RECIPE")]
        recipe: PathBuf,
        /// The target (all of the recipe unless stated)
        #[arg(long, value_name = "NAME")]
        target: Option<String>,
    },
    /// Say that a journal that was lost or restored knows all there is
    Trust,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Recipe files: look at what their runs need, too
    #[arg(value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,
    /// Try whether the browsers start
    #[arg(long)]
    pub start: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Sandbox {
    /// Port on loopback (a free one unless stated)
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Faults, such as `503=5%,lost_answer=1%,latency=20ms`
    #[arg(long, value_name = "FAULTS")]
    pub fault: Option<String>,
    /// Seed of the faults
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

//! The command line: arguments become typed options once, each verb has a short file of its own, and the exit codes are
//! those of the contract.

mod approve;
mod arguments;
mod check;
mod completions;
mod doctor;
mod explain;
mod input;
mod inspect;
mod journal;
mod load;
mod mailbox;
mod office;
mod output;
mod place;
mod report;
mod resolve;
mod run;
mod runs;
mod sandbox;
mod schema;
mod scratch;
mod screen;
mod signal;
mod status;
mod test;

use clap::Parser;

use arguments::{Arguments, Verb};
use output::Output;

/// Exit codes of the contract that are not a balance's.
pub mod exit {
    /// All entered or unchanged.
    pub const GOOD: u8 = 0;
    /// Some rejected, held or failed; some checks or tests failed.
    pub const SOME_WRONG: u8 = 1;
    /// Wrong usage or recipe; nothing was sent.
    pub const USAGE: u8 = 2;
    /// Stopped early or locked; run again.
    pub const STOPPED: u8 = 3;
}

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What is wrong and what to do, for people.
    message: String,
    code: u8,
}

impl Failed {
    /// Wrong usage, recipe or surroundings: nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: exit::USAGE }
    }

    /// Stopped early or locked.
    pub(crate) fn stopped(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: exit::STOPPED }
    }
}

/// What a command comes to: its exit code.
pub(crate) type Done = Result<u8, Failed>;

/// Runs the command that the process was started with; answers the exit code.
pub fn main() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows which stream each belongs to.
            let _ = error.print();
            return if error.use_stderr() { exit::USAGE } else { exit::GOOD };
        }
    };
    let output = Output::new(&arguments);
    let done = match &arguments.verb {
        Verb::Run(run) => run::run(&arguments, run, &output),
        Verb::Check(check) => check::check(check, &output),
        Verb::Test(test) => test::test(test, &output),
        Verb::Inspect(inspect) => inspect::inspect(inspect, &output),
        Verb::Status => status::status(&arguments, &output),
        Verb::Runs(runs) => runs::runs(&arguments, runs, &output),
        Verb::Explain(explain) => explain::explain(&arguments, explain, &output),
        Verb::Resolve(resolve) => resolve::resolve(&arguments, resolve, &output),
        Verb::Approve(approve) => approve::approve(&arguments, approve, &output),
        Verb::Report(report) => report::report(&arguments, report, &output),
        Verb::Journal(journal) => journal::journal(&arguments, journal, &output),
        Verb::Doctor(doctor) => doctor::doctor(&arguments, doctor, &output),
        Verb::Sandbox(sandbox) => sandbox::sandbox(sandbox, &output),
        Verb::Schema => schema::schema(&output),
        Verb::Completions(completions) => completions::completions(completions, &output),
    };
    match done {
        Ok(code) => code,
        Err(failed) => {
            output.talk(&format!("error: {}", failed.message));
            failed.code
        }
    }
}

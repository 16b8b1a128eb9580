//! `eintrag report`: a past run as text, JSON lines or JUnit.

use std::path::Path;

use super::arguments::{Arguments, Report};
use super::output::Output;
use super::{Done, Failed, exit, place};
use crate::report;

pub(super) fn report(arguments: &Arguments, report: &Report, output: &Output) -> Done {
    let journal = place::journal(arguments)?;
    let failed = |error: crate::journal::JournalError| Failed::usage(error.to_string());
    let runs = journal.runs(u32::MAX).map_err(failed)?;
    let wanted = report.run.trim_start_matches('#');
    let run = if wanted == "last" { runs.first() } else { runs.iter().find(|run| run.id.to_string() == wanted) };
    let Some(run) = run else {
        return Err(Failed::usage(format!("there is no run `{}`; `eintrag runs` lists them", report.run)));
    };
    let lines = journal.lines(run.id).map_err(failed)?;
    if let Some(path) = &report.json {
        let all = lines.iter().chain(&run.balance).map(|line| format!("{line}\n")).collect::<String>();
        write(path, &all)?;
    }
    if let Some(path) = &report.junit {
        write(path, &report::junit(&run.recipe, &lines).map_err(Failed::usage)?)?;
    }
    if report.json.is_none() && report.junit.is_none() {
        if output.is_jsonl() {
            for line in lines.iter().chain(&run.balance) {
                output.line(line)?;
            }
        } else {
            output.data(&report::run_text(run, &lines, output.language))?;
        }
    }
    Ok(exit::GOOD)
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    std::fs::write(path, text).map_err(|error| Failed::usage(format!("cannot write `{}`: {error}", path.display())))
}

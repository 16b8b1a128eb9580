//! `eintrag completions`.

use clap::CommandFactory;

use super::arguments::{Arguments, Completions};
use super::output::Output;
use super::{Done, exit};

pub(super) fn completions(completions: &Completions, output: &Output) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "eintrag", &mut script);
    output.data(&String::from_utf8_lossy(&script))?;
    Ok(exit::GOOD)
}

//! `eintrag sandbox`: the practice office, until it is ended.

use super::arguments::Sandbox as Options;
use super::output::Output;
use super::signal::interrupted;
use super::{Done, Failed, exit, office, place};
use crate::sandbox::{self, Sandbox};

pub(super) fn sandbox(options: &Options, output: &Output) -> Done {
    let faults = office::faults(options.fault.as_deref())?;
    let settings = sandbox::Options { port: options.port, seed: options.seed, faults, ..sandbox::Options::default() };
    place::block_on_all(async {
        let sandbox = Sandbox::start(settings)
            .await
            .map_err(|error| Failed::usage(format!("cannot start the office: {error}")))?;
        output.data(&sandbox.url())?;
        output.talk("the practice office is open; its start page says what is there; Ctrl-C ends it");
        interrupted().await;
        sandbox.stop().await;
        Ok(exit::GOOD)
    })?
}

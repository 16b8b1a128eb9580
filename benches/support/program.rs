//! Runs the built program as its users do, and measures what it took: time on the wall, time on the processors, and the
//! largest memory. All from outside, so that starting and ending count.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What one run of the program took.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// From start to exit.
    pub wall: Duration,
    /// On all processors, its own and the system's on its behalf.
    pub cpu: Duration,
    /// The largest resident memory in bytes.
    pub peak: u64,
}

/// Runs `eintrag` to its end; any exit code but 0 is an error.
pub fn eintrag(arguments: &[&str], folder: &Path, environment: &[(&str, &str)]) -> Result<Taken, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
    measured(command.args(arguments).current_dir(folder).envs(environment.iter().copied()))
}

/// Runs a program to its end; any exit code but 0 is an error.
pub fn measured(command: &mut Command) -> Result<Taken, Box<dyn Error>> {
    let begun = Instant::now();
    let child = command.stdout(Stdio::null()).spawn()?;
    let end = child.wait4()?;
    let wall = begun.elapsed();
    if !end.status.success() {
        return Err(format!("{command:?} ended with {}", end.status).into());
    }
    Ok(Taken { wall, cpu: end.rusage.utime + end.rusage.stime, peak: end.rusage.maxrss })
}

/// The median of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

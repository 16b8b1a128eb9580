//! How long 20,000 records take from a CSV to an HTTP system, with the journal on disk, beside a bare load generator that
//! sends equal bodies to the same server and keeps no journal; and what one record costs from process start to exit. The
//! server is the practice office as a process of its own. Run with `cargo bench --bench enter`; a number after `--` is
//! how many rounds are made (3 unless stated), and `speed`, `faults` or `start` measure that part alone. With `wrk` in the path it is compared with that too.
#![allow(clippy::print_stdout, reason = "a bench talks to the terminal")]

mod generator;
mod invoices;
#[path = "../support/office.rs"]
mod office;
#[path = "../support/parts.rs"]
mod parts;
#[path = "../support/program.rs"]
mod program;

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use invoices::{Recipe, number};
use office::Office;
use parts::Parts;
use program::{Taken, eintrag, median};

/// Records of one run.
const RECORDS: usize = 20_000;
/// Connections of the generators, and records in work at the same time.
pub const CONCURRENCY: usize = 32;
/// Runs of one record, of which the median counts.
const STARTS: usize = 21;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(3);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let parts = Parts::of(&["speed", "faults", "start"]);
    println!("{RECORDS} records, concurrency {CONCURRENCY}, {rounds} rounds");
    if parts.has("speed") {
        speed(rounds, folder.path())?;
    }
    if parts.has("faults") {
        faults(folder.path())?;
    }
    if parts.has("start") {
        start(folder.path())?;
    }
    Ok(())
}

/// How long all records take.
fn speed(rounds: usize, folder: &Path) -> Result<(), Box<dyn Error>> {
    // Before anything else: a process counts what the one that started it had in memory then.
    let peak = enter(folder, &Office::open("")?, Recipe::LookedUp, "first", RECORDS)?.peak;
    println!("memory:                   {} MB at the most", peak / 1_000_000);
    let (mut bare, mut looked, mut built_in) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let office = Office::open("")?;
        let wrk = generator::wrk(folder, &office, RECORDS)?;
        let own = generator::built_in(&office, RECORDS)?;
        let reference = wrk.unwrap_or(own).as_secs_f64();
        built_in.push(own.as_secs_f64() / reference);
        for (recipe, ratios) in [(Recipe::Bare, &mut bare), (Recipe::LookedUp, &mut looked)] {
            let taken = enter(folder, &office, recipe, &format!("{round}{}", recipe.name()), RECORDS)?;
            ratios.push(taken.wall.as_secs_f64() / reference);
            println!(
                "round {}: {:<8} {:.2} s wall, {:.2} s cpu; {} {reference:.2} s; ratio {:.2}",
                round + 1,
                recipe.name(),
                taken.wall.as_secs_f64(),
                taken.cpu.as_secs_f64(),
                if wrk.is_some() { "wrk" } else { "built-in generator" },
                taken.wall.as_secs_f64() / reference,
            );
        }
    }
    println!("bare POST:                ratio {:.2} (at most 3)", median(bare));
    println!("with look-up before it:   ratio {:.2}", median(looked));
    println!("built-in generator:       ratio {:.2}", median(built_in));
    Ok(())
}

/// All records, with an office that has a bad day.
fn faults(folder: &Path) -> Result<(), Box<dyn Error>> {
    let office = Office::open("503=5%,reset=2%,lost_answer=2%,late_commit=1%,stale_search=1%")?;
    let taken = enter(folder, &office, Recipe::LookedUp, "faults", RECORDS)?;
    println!("with faults:              {:.2} s wall, nothing lost, nothing twice", taken.wall.as_secs_f64());
    Ok(())
}

/// What one record costs from process start to exit.
fn start(folder: &Path) -> Result<(), Box<dyn Error>> {
    let office = Office::open("")?;
    let starts = (0..STARTS)
        .map(|start| {
            let taken = enter(folder, &office, Recipe::LookedUp, &format!("start{start}"), 1)?;
            Ok(taken.cpu.as_secs_f64() * 1000.0)
        })
        .collect::<Result<Vec<f64>, Box<dyn Error>>>()?;
    println!("one record:               {:.1} ms cpu from start to exit (under 50)", median(starts));
    Ok(())
}

/// Enters records and checks in the office's ledger that each is there exactly once.
fn enter(folder: &Path, office: &Office, recipe: Recipe, name: &str, records: usize) -> Result<Taken, Box<dyn Error>> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("invoices.csv"), invoices::csv(name, records))?;
    std::fs::write(folder.join("recipe.yaml"), recipe.text())?;
    let environment = [("ERP_URL", office.url()), ("ERP_TOKEN", "sandbox-token")];
    let taken = eintrag(&["run", "recipe.yaml"], &folder, &environment)?;
    check(office, name, records)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(taken)
}

/// Checks that each invoice of a run is there exactly once, and none besides.
fn check(office: &Office, run: &str, records: usize) -> Result<(), Box<dyn Error>> {
    let entries = office.ledger()?;
    let prefix = number(run, 0);
    let prefix = &prefix[..prefix.len() - 6];
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry["took"] == true) {
        let number = entry["number"].as_str().unwrap_or_default();
        if number.starts_with(prefix) {
            *seen.entry(number).or_default() += 1;
        }
    }
    let lost = (0..records).filter(|place| !seen.contains_key(number(run, *place).as_str())).count();
    let twice = seen.values().filter(|times| **times > 1).count();
    if lost > 0 || twice > 0 || seen.len() != records {
        return Err(format!("{run}: {lost} lost, {twice} twice, {} of {records} there", seen.len()).into());
    }
    Ok(())
}

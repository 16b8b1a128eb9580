//! How fast records are entered through a browser, beside what else drives the same Chromium over the same pages.
//!
//! The practice page, from Start to the last submit, 10 and 200 rounds: eintrag with its journal, read-back and strict
//! labels; a single script that does all rounds inside of the page, which is the floor; Playwright and Selenium. Then 200
//! records through the server's invoice form, beside the bare loading of the page and sending of the form. All in one run,
//! because the figures of two runs cannot be compared. Run with `cargo bench --bench browser`; a number after `--` is how
//! many times each is measured (3 unless stated), and `practice`, `trips` or `form` measure that part alone. Playwright and Selenium are installed into the target folder and left
//! out, with a note, where they cannot be had.
#![allow(clippy::print_stdout, reason = "a bench talks to the terminal")]

mod counting;
mod driver;
mod invoices;
#[path = "../support/office.rs"]
mod office;
#[path = "../support/parts.rs"]
mod parts;
mod practice;
#[path = "../support/program.rs"]
mod program;
mod tools;

use std::error::Error;
use std::path::Path;

use driver::Browser;
use office::Office;
use parts::Parts;
use practice::Person;
use program::median;
use tools::Tool;

/// Records of the form that the server draws.
const RECORDS: usize = 200;

type Done<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Done<()> {
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "the TLS provider stands already")?;
    let times = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(3);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir_in(target)?;
    let people = practice::people(&Office::open("")?).await?;
    let parts = Parts::of(&["practice", "trips", "form"]);
    if parts.has("practice") {
        let tools = tools::installed(target)?;
        for rounds in [10, 200] {
            rounds_of(&people, rounds, times, folder.path(), &tools).await?;
        }
    }
    if parts.has("trips") {
        round_trips(&people, folder.path()).await?;
    }
    if parts.has("form") {
        form(times, folder.path()).await?;
    }
    Ok(())
}

/// The practice page.
async fn rounds_of(people: &[Person], rounds: usize, times: usize, folder: &Path, tools: &[Tool]) -> Done<()> {
    let (mut floor, mut own) = (Vec::new(), Vec::new());
    let mut others = vec![Vec::new(); tools.len()];
    for _ in 0..times {
        let office = Office::open("")?;
        let mut browser = Browser::start().await?;
        browser.go(&format!("{}/practice?rounds={rounds}", office.url())).await?;
        browser.run(practice::ONE_SCRIPT, practice::rows(people, rounds)).await?;
        browser.end().await?;
        floor.push(practice::elapsed(&office, people, rounds)?);
        let office = Office::open("")?;
        practice::enter(folder, &office, people, rounds, None)?;
        own.push(practice::elapsed(&office, people, rounds)?);
        for (tool, taken) in tools.iter().zip(&mut others) {
            let office = Office::open("")?;
            tool.run(&office, &practice::rows(people, rounds), rounds)?;
            taken.push(practice::elapsed(&office, people, rounds)?);
        }
    }
    let floor = median(floor);
    println!("practice page, {rounds} rounds, from Start to the last submit, median of {times}:");
    println!("  one script in the page  {floor:6.0} ms");
    let print = |name: &str, taken: Vec<f64>| {
        let taken = median(taken);
        println!("  {name:<22}  {taken:6.0} ms  ratio {:.2}", taken / floor);
    };
    print("eintrag", own);
    for (tool, taken) in tools.iter().zip(others) {
        print(tool.name(), taken);
    }
    Ok(())
}

/// What goes over the wire between eintrag and the driver.
async fn round_trips(people: &[Person], folder: &Path) -> Done<()> {
    let mut counts = Vec::new();
    for rounds in [10, 20] {
        let driver = driver::Driver::start().await?;
        let wire = counting::Wire::open(driver.url()).await?;
        practice::enter(folder, &Office::open("")?, people, rounds, Some(wire.url()))?;
        counts.push(wire.count());
    }
    let per_record = (counts[1] as f64 - counts[0] as f64) / 10.0;
    println!("WebDriver round trips:    {per_record:.1} a record of the practice page (at most 3)");
    Ok(())
}

/// The form that the server draws.
async fn form(times: usize, folder: &Path) -> Done<()> {
    let (mut bare, mut own, mut looked_up) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cpu, mut peak) = (Vec::new(), 0);
    for _ in 0..times {
        bare.push(invoices::bare(&Office::open("")?, RECORDS).await?.as_secs_f64());
        for (lookup, taken) in [(false, &mut own), (true, &mut looked_up)] {
            // Starting, logging in and ending count for neither side.
            let one = invoices::enter(folder, &Office::open("")?, 1, lookup)?;
            let all = invoices::enter(folder, &Office::open("")?, RECORDS + 1, lookup)?;
            taken.push(all.wall.saturating_sub(one.wall).as_secs_f64());
            cpu.push(all.cpu.as_secs_f64());
            peak = peak.max(all.peak);
        }
    }
    let bare = median(bare);
    println!("{RECORDS} records through the invoice form, median of {times}:");
    println!("  bare load and POST      {bare:6.2} s");
    for (name, taken) in [("eintrag", own), ("eintrag with look-up", looked_up)] {
        let taken = median(taken);
        println!("  {name:<22}  {taken:6.2} s  ratio {:.2}", taken / bare);
    }
    println!("  of which in eintrag     {:6.2} s cpu, {} MB at the most", median(cpu), peak / 1_000_000);
    Ok(())
}

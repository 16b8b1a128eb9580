//! A kill at any instant: of the program, of the driver and of the browser, at each journal write, around the submit, and
//! whenever the office sees a request. Afterwards every order is there exactly once, and nothing is left running.

use std::fs;
use std::process::Command;

use super::portal::Portal;
use crate::support::{Ran, wait_until};

const ORDER: [&str; 1] = ["B-2026-0044"];

/// One good order, so that its every step is met; the others of the file are wrong.
fn portal() -> Portal {
    Portal::bundled("portal-orders", "wrong/bestellungen.xlsx")
}

/// Runs to the end: only the wrong rows are left.
#[track_caller]
fn run_to_the_end(portal: &Portal, what: &str) {
    let ran = portal.run_while(&[3, 5]);
    assert_eq!((ran.code, ran.count("rejected")), (Some(1), 7), "{what}: {}", ran.stderr);
    assert_eq!(ran.count("entered") + ran.count("unchanged"), 1, "{what}: {}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&ORDER, what);
    let verified = Ran::of(&mut portal.command(&["journal", "verify"]));
    assert!(verified.stderr.contains("the journal is whole"), "{what}: {}", verified.stderr);
}

/// Kills the program at passages of a place, from the `first` on each `step`th, until a run gets by. Answers the number of
/// the last passage before that.
#[track_caller]
fn kill_at(place: &str, first: usize, step: usize) -> usize {
    for nth in (first..=40).step_by(step) {
        let at = format!("{place}:{nth}");
        let portal = portal();
        let killed = Ran::of(portal.run_command().env("EINTRAG_CRASH_AT", &at));
        if killed.code.is_some() {
            assert_eq!(killed.code, Some(1), "{at}: {}", killed.stderr);
            return nth - step;
        }
        run_to_the_end(&portal, &at);
    }
    panic!("the run never got by `{place}`");
}

// What the journal does at each of its writes does not depend on the kind of target, and is tried at every one of them
// without a browser; here every other one is, before or after it.
#[test]
fn the_program_is_killed_before_journal_writes() {
    assert!(kill_at("before-commit", 1, 2) >= 5);
}

#[test]
fn the_program_is_killed_after_journal_writes() {
    assert!(kill_at("after-commit", 2, 2) >= 4);
}

#[test]
fn the_program_is_killed_around_the_submit() {
    assert_eq!(kill_at("before-request", 1, 1), 1);
    assert_eq!(kill_at("after-request", 1, 1), 1);
}

/// A process and the names of those that it started.
struct Process {
    id: u32,
    parent: u32,
    name: String,
}

fn processes() -> Vec<Process> {
    let stat = |id: u32| {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name stands in brackets and may itself hold some.
        let (name, rest) = (text.split_once('(')?.1.rsplit_once(')')?.0.to_owned(), text.rsplit_once(')')?.1);
        let mut words = rest.split_whitespace();
        let is_over = words.next()? == "Z";
        (!is_over).then_some(Process { id, parent: words.next()?.parse().ok()?, name })
    };
    let ids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(stat).collect()
}

/// The driver that a process has started, and the browser that the driver has started.
fn driver_and_browser(of: u32) -> (Option<u32>, Option<u32>) {
    let all = processes();
    let child = |parent: u32, name: &str| {
        all.iter().find(|process| process.parent == parent && process.name.starts_with(name)).map(|process| process.id)
    };
    let driver = child(of, "chromedriver");
    (driver, driver.and_then(|driver| child(driver, "chrom")))
}

#[derive(Clone, Copy, Debug)]
enum Victim {
    Program,
    Driver,
    Browser,
}

/// Kills as soon as the office gets its nth request, in the midst of the answer, and runs to the end.
#[track_caller]
fn kill_when_requested(victim: Victim, nth: u64) {
    let what = format!("{victim:?} at request {nth}");
    let portal = portal();
    portal.office.set_faults("latency=25ms");
    let mut running = portal.start();
    wait_until(&what, || portal.office.requests() >= nth || running.is_over());
    assert!(!running.is_over(), "{what}: it was over before");
    let (driver, browser) = driver_and_browser(running.id());
    let (driver, browser) = (driver.expect("a driver runs"), browser.expect("a browser runs"));
    let id = match victim {
        Victim::Program => running.id(),
        Victim::Driver => driver,
        Victim::Browser => browser,
    };
    let kill = Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap();
    assert!(kill.success(), "{what}");
    let ran = running.wait();
    assert_eq!(ran.code.is_none(), matches!(victim, Victim::Program), "{what}: {}", ran.stderr);
    run_to_the_end(&portal, &what);
    wait_until(&format!("{what}: nothing is left running"), || {
        processes().iter().all(|process| process.id != driver && process.id != browser)
    });
}

/// The requests of one order: three of the login, the look-up, the form, the submit, the page behind it, the reading back.
const REQUESTS: [u64; 5] = [2, 4, 5, 6, 7];

#[test]
fn the_program_is_killed_at_each_request() {
    REQUESTS.into_iter().for_each(|nth| kill_when_requested(Victim::Program, nth));
}

#[test]
fn the_driver_is_killed_at_each_request() {
    REQUESTS.into_iter().for_each(|nth| kill_when_requested(Victim::Driver, nth));
}

#[test]
fn the_browser_is_killed_at_each_request() {
    REQUESTS.into_iter().for_each(|nth| kill_when_requested(Victim::Browser, nth));
}

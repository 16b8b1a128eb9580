//! A kill at any instant: of the program, of the driver and of the browser, at each journal write, around the submit, and
//! whenever the office sees a request. Afterwards every order is there exactly once, and nothing is left running.

use std::fs;
use std::process::Command;

use super::portal::Portal;
use crate::support::{Ran, wait_until};

const ORDER: [&str; 1] = ["B-2026-0044"];

/// One good order, so that its every step is met; the others of the file are wrong.
pub fn portal() -> Portal {
    Portal::bundled("portal-orders", "wrong/bestellungen.xlsx")
}

/// Runs to the end: only the wrong rows are left.
#[track_caller]
pub fn run_to_the_end(portal: &Portal, what: &str) {
    let ran = portal.run_while(&[3, 5]);
    assert_eq!((ran.code, ran.count("rejected")), (Some(1), 7), "{what}: {}", ran.stderr);
    assert_eq!(ran.count("entered") + ran.count("unchanged"), 1, "{what}: {}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&ORDER, what);
    let verified = Ran::of(&mut portal.command(&["journal", "verify"]));
    assert!(verified.stderr.contains("the journal is whole"), "{what}: {}", verified.stderr);
}

/// A run that ends at a passage of a place, if it comes by there.
pub fn killed_at(portal: &Portal, at: &str) -> Ran {
    Ran::of(portal.run_command().env("EINTRAG_CRASH_AT", at))
}

/// Kills the program at passages of a place, from the `first` on each `step`th, until a run gets by. Answers the number of
/// the last passage before that.
#[track_caller]
fn kill_at(place: &str, first: usize, step: usize) -> usize {
    for nth in (first..=40).step_by(step) {
        let at = format!("{place}:{nth}");
        let portal = portal();
        let killed = killed_at(&portal, &at);
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

/// The drivers that a process has started, each with the browser that it has started.
fn drivers_and_browsers(of: u32) -> Vec<(u32, u32)> {
    let all = processes();
    let children = |parent: u32, name: &'static str| {
        all.iter().filter(move |process| process.parent == parent && process.name.starts_with(name))
    };
    let browser = |driver: u32| children(driver, "chrom").next().map(|browser| (driver, browser.id));
    children(of, "chromedriver").filter_map(|driver| browser(driver.id)).collect()
}

#[derive(Clone, Copy, Debug)]
enum Victim {
    Program,
    Driver,
    Browser,
}

/// Kills one of so many drivers or browsers as soon as the office gets its nth request, in the midst of the answer. The
/// end of that run; nothing of it is left running.
#[track_caller]
fn kill_when_requested(portal: &Portal, victim: Victim, nth: u64, sessions: usize) -> Ran {
    let what = format!("{victim:?} at request {nth}");
    portal.office.set_faults("latency=25ms");
    let mut running = portal.start();
    wait_until(&what, || portal.office.requests() >= nth || running.is_over());
    assert!(!running.is_over(), "{what}: it was over before");
    let ours = drivers_and_browsers(running.id());
    assert_eq!(ours.len(), sessions, "{what}: the browsers at work");
    let id = match victim {
        Victim::Program => running.id(),
        Victim::Driver => ours[0].0,
        Victim::Browser => ours[0].1,
    };
    let kill = Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap();
    assert!(kill.success(), "{what}");
    let ran = running.wait();
    assert_eq!(ran.code.is_none(), matches!(victim, Victim::Program), "{what}: {}", ran.stderr);
    if matches!(victim, Victim::Program) {
        // What a killed program leaves running is ended by its next start.
        drop(portal.run());
    }
    wait_until(&format!("{what}: nothing is left running"), || {
        let left = processes();
        ours.iter().all(|(driver, browser)| left.iter().all(|process| process.id != *driver && process.id != *browser))
    });
    ran
}

/// The requests of one order: three of the login, the look-up, the form, the submit, the page behind it, the reading back.
const REQUESTS: [u64; 5] = [2, 4, 5, 6, 7];

#[track_caller]
fn kill_at_each_request(victim: Victim) {
    for nth in REQUESTS {
        let portal = portal();
        kill_when_requested(&portal, victim, nth, 1);
        run_to_the_end(&portal, &format!("{victim:?} at request {nth}"));
    }
}

#[test]
fn the_program_is_killed_at_each_request() {
    kill_at_each_request(Victim::Program);
}

#[test]
fn the_driver_is_killed_at_each_request() {
    kill_at_each_request(Victim::Driver);
}

#[test]
fn the_browser_is_killed_at_each_request() {
    kill_at_each_request(Victim::Browser);
}

#[test]
fn one_of_two_sessions_is_killed() {
    for victim in [Victim::Program, Victim::Driver, Victim::Browser] {
        let portal = super::orders::portal();
        portal.change_recipe("timeout: 4s", "timeout: 4s, sessions: 2");
        // Both have logged in and are at work by then.
        kill_when_requested(&portal, victim, 14, 2);
        let ran = portal.run_while(&[3, 5]);
        assert_eq!(ran.code, Some(0), "{victim:?}: {}\n{:#?}", ran.stderr, ran.lines);
        portal.assert_has_each_once(&super::orders::ORDERS, &format!("{victim:?} of two sessions"));
    }
}

#[test]
fn on_a_page_that_stays_a_lost_browser_begins_with_the_login_again() {
    let portal = Portal::bundled("practice-page", "good/personen.xlsx");
    // The page and its style are asked for first; each later request is an entry.
    let ran = kill_when_requested(&portal, Victim::Driver, 6, 1);
    ran.assert_accounts_for_all();
    // Nothing can be looked up there: the entry at hand may be in doubt, and no other.
    let (entered, in_doubt) = (ran.count("entered"), ran.count("in_doubt"));
    assert!(entered + in_doubt == 10 && in_doubt <= 1, "{}\n{:#?}", ran.stderr, ran.lines);
    let writes = portal.office.writes();
    let rounds: Vec<_> = writes.iter().map(|write| write.body["round"].as_str().unwrap_or_default()).collect();
    let firsts = rounds.iter().filter(|round| **round == "1").count();
    assert_eq!(firsts, 2, "the page was begun anew once: {rounds:?}");
    let mut people: Vec<_> = writes.iter().map(|write| &write.body["email"]).collect();
    people.sort_by_key(|email| email.to_string());
    people.dedup();
    assert_eq!(people.len(), writes.len(), "somebody was entered twice: {writes:#?}");
}

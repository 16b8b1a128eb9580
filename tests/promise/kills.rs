//! A kill at any instant: at each journal write, before and after each request, and whenever the office sees one.

use std::time::Duration;

use crate::support::{Desk, Office, Recipe, Row, rows, wait_until};

/// Kills the program at the first, second, third … passage of a place, each on a fresh desk, until a run gets by; then
/// runs to the end. Answers how many kills there were.
#[track_caller]
fn kill_at_each(place: &str, recipe: Recipe, good: &[Row]) -> usize {
    for nth in 1..=300 {
        let at = format!("{place}:{nth}");
        let (erp, archive) = (Office::new(), Office::new());
        let offices = [&erp, &archive];
        let desk = Desk::new(recipe, good);
        let killed = desk.run_and_crash(&offices, &at);
        if killed.code.is_some() {
            assert_eq!(killed.code, Some(0), "{at}: {}", killed.stderr);
            return nth - 1;
        }
        let ran = desk.run_while(&offices, &[3, 5]);
        assert_eq!(ran.code, Some(0), "{at}: {}", ran.stderr);
        erp.assert_has_each_once(good, &at);
        archive.assert_has_each_once(good, &at);
        desk.assert_journal_is_whole(&at);
    }
    panic!("the run never got by `{place}`");
}

fn one_by_one() -> Recipe {
    Recipe { archive: true, settle: "100ms", ..Recipe::default() }
}

fn four_at_once() -> Recipe {
    Recipe { concurrency: 4, verify: true, ..one_by_one() }
}

#[test]
fn killed_before_each_journal_write() {
    // Two systems are named, the run begins, six entries are claimed, intended and ended (two may share a commit), the
    // run ends.
    assert!(kill_at_each("before-commit", one_by_one(), &rows(3)) >= 12);
}

#[test]
fn killed_after_each_journal_write() {
    assert!(kill_at_each("after-commit", one_by_one(), &rows(3)) >= 12);
}

#[test]
fn killed_before_each_request() {
    assert_eq!(kill_at_each("before-request", one_by_one(), &rows(3)), 6);
}

#[test]
fn killed_after_each_request() {
    assert_eq!(kill_at_each("after-request", one_by_one(), &rows(3)), 6);
}

#[test]
fn killed_before_each_journal_write_with_four_at_once() {
    assert!(kill_at_each("before-commit", four_at_once(), &rows(4)) >= 6);
}

#[test]
fn killed_after_each_journal_write_with_four_at_once() {
    assert!(kill_at_each("after-commit", four_at_once(), &rows(4)) >= 6);
}

#[test]
fn killed_around_each_request_with_four_at_once() {
    assert_eq!(kill_at_each("before-request", four_at_once(), &rows(4)), 8);
    assert_eq!(kill_at_each("after-request", four_at_once(), &rows(4)), 8);
}

/// Kills the program from outside as soon as `seen` says so, and runs to the end.
#[track_caller]
fn kill_when(what: &str, good: &[Row], seen: impl Fn(&Office) -> bool) {
    let office = Office::with("latency=8ms");
    let desk = Desk::new(Recipe { concurrency: 2, ..Recipe::default() }, good);
    let mut running = desk.start(&[&office]);
    wait_until(what, || seen(&office) || running.is_over());
    running.kill();
    let killed = running.wait();
    assert_eq!(killed.code, None, "{what}: it was over before: {}", killed.stderr);
    let ran = desk.run_while(&[&office], &[3, 5]);
    assert_eq!(ran.code, Some(0), "{what}: {}", ran.stderr);
    office.assert_has_each_once(good, what);
    desk.assert_journal_is_whole(what);
}

#[test]
fn killed_from_outside_when_the_office_gets_a_request() {
    for nth in 1..=12 {
        kill_when(&format!("request {nth}"), &rows(16), |office| office.requests() >= nth);
    }
}

#[test]
fn killed_from_outside_when_a_write_took() {
    for nth in 1..=6 {
        kill_when(&format!("write {nth}"), &rows(16), |office| office.entered().len() >= nth);
    }
}

#[test]
fn killed_while_it_starts() {
    let good = rows(3);
    let office = Office::new();
    let desk = Desk::new(Recipe::default(), &good);
    for step in 0..25 {
        let mut running = desk.start(&[&office]);
        std::thread::sleep(Duration::from_millis(step * 2));
        running.kill();
        running.wait();
    }
    let ran = desk.run(&[&office]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("warning"), "the journal was never lost: {}", ran.stderr);
    office.assert_has_each_once(&good, "killed while it starts");
    desk.assert_journal_is_whole("killed while it starts");
}

#[test]
fn killed_again_and_again_on_a_bad_day() {
    let good = rows(40);
    let office = Office::with(super::faults::BAD_DAY);
    let recipe = Recipe { settle: super::faults::SETTLE, concurrency: 4, ..Recipe::default() };
    let desk = Desk::new(recipe, &good);
    for _ in 0..12 {
        let mut running = desk.start(&[&office]);
        let until = office.requests() + 17;
        wait_until("some requests", || office.requests() >= until || running.is_over());
        running.kill();
        running.wait();
    }
    let ran = desk.run_while(&[&office], &[3, 5]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    office.assert_has_each_once(&good, "after twelve kills");
    desk.assert_journal_is_whole("after twelve kills");
}

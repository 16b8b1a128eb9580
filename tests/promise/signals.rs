//! Ctrl-C and SIGTERM: what is in flight is finished, the rest is left for the next run.

use crate::support::{Desk, Office, Recipe, rows, wait_until};

#[track_caller]
fn stopped_by(signal: &str) {
    let good = rows(30);
    let office = Office::with("latency=40ms");
    let desk = Desk::new(Recipe { concurrency: 3, ..Recipe::default() }, &good);
    let running = desk.start(&[&office]);
    wait_until("the first writes", || office.entered().len() >= 4);
    running.signal(signal);

    let stopped = running.wait();

    assert_eq!(stopped.code, Some(3), "{signal}: {}", stopped.stderr);
    stopped.assert_accounts_for_all();
    assert_eq!(stopped.balance()["stopped"], true);
    let entered = stopped.count("entered");
    assert!((4..30).contains(&entered), "{signal}: {entered}");
    assert_eq!(stopped.count("pending"), 30 - entered, "{signal}: {:?}", stopped.outcomes());
    assert_eq!(office.entered().len() as u64, entered, "{signal}: what was in flight is known to be in");

    let ran = desk.run(&[&office]);
    assert_eq!((ran.code, ran.count("unchanged")), (Some(0), entered), "{signal}: {}", ran.stderr);
    office.assert_has_each_once(&good, signal);
    desk.assert_journal_is_whole(signal);
}

#[test]
fn ctrl_c_finishes_what_is_in_flight() {
    stopped_by("INT");
}

#[test]
fn sigterm_finishes_what_is_in_flight() {
    stopped_by("TERM");
}

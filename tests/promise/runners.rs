//! Two runners at once.

use crate::support::{Desk, Office, Recipe, rows, wait_until};

#[test]
fn a_second_runner_of_the_ledger_is_kept_out_and_told_by_whom() {
    let good = rows(6);
    let office = Office::with("latency=150ms");
    let desk = Desk::new(Recipe::default(), &good);
    let first = desk.start(&[&office]);
    wait_until("the first runner's first request", || office.requests() > 0);

    let second = desk.run(&[&office]);

    assert_eq!(second.code, Some(3), "{}", second.stderr);
    let named = format!("another run is working on the ledger `invoices` (process {}", first.id());
    assert!(second.stderr.contains(&named), "{}", second.stderr);
    assert!(second.lines.is_empty());
    let first = first.wait();
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    office.assert_has_each_once(&good, "two runners");
    let third = desk.run(&[&office]);
    assert_eq!((third.code, third.count("unchanged")), (Some(0), 6), "the lock ends with its process");
}

#[test]
fn runners_that_start_at_the_same_moment_enter_once() {
    let good = rows(5);
    let office = Office::with("latency=2ms");
    let desk = Desk::new(Recipe::default(), &good);
    let runners: Vec<_> = (0..4).map(|_| desk.start(&[&office])).collect();
    let codes: Vec<_> = runners
        .into_iter()
        .map(|running| {
            let ran = running.wait();
            // One that comes after another's end finds all as it should be.
            assert!(matches!(ran.code, Some(0 | 3)), "{:?}: {}", ran.code, ran.stderr);
            ran.code
        })
        .collect();
    assert!(codes.contains(&Some(0)), "{codes:?}");
    office.assert_has_each_once(&good, "four runners");
    desk.assert_journal_is_whole("four runners");
}

#[test]
fn a_runner_with_another_state_folder_finds_by_look_up_what_was_entered() {
    let good = rows(6);
    let office = Office::new();
    let (one, other) = (Desk::new(Recipe::default(), &good[..4]), Desk::new(Recipe::default(), &good));
    assert_eq!(one.run(&[&office]).code, Some(0));

    let ran = other.run(&[&office]);

    assert_eq!((ran.code, ran.count("unchanged"), ran.count("entered")), (Some(0), 4, 2), "{}", ran.stderr);
    office.assert_has_each_once(&good, "two state folders");
}

//! What concerns a run as a whole: what its input must be like, what is left out, when it stops, and that its balance
//! accounts for every row.

use super::desk::Desk;
use super::fake::{fails, later, same};
use super::recipes::{ONE, STEPS, TWO, blind, looked_up, recipe};
use crate::runner::{Options, Selector};
use crate::target::Class;

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

#[test]
fn more_rejects_than_the_gate_lets_through_and_nothing_of_the_file_is_sent() {
    let yaml = recipe("send: { if_rejected_below: 50% }", STEPS);
    let mut desk = desk(&yaml, "number;gross;note\nRE-1;1;a\nRE-2;x;b\n");
    desk.add_file("good.csv", "number;gross;note\nRE-3;3;c\n");
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["good.csv:2 entered", "input.csv:2 held", "input.csv:3 rejected"]);
    assert!(ran.told()[1].contains("1 of 2 records are rejected"), "{:?}", ran.told());
    assert_eq!((ran.calls.len(), ran.exit()), (2, 1));
    // One reject of three is below.
    desk.csv("number;gross;note\nRE-1;1;a\nRE-2;x;b\nRE-4;4;d\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered", "input.csv:3 rejected", "input.csv:4 entered"]);
}

#[test]
fn a_control_total_that_is_not_met_rejects_the_file() {
    let yaml = recipe("control: { sum: { gross: { footer: Summe } } }", STEPS);
    let wrong = desk(&yaml, "number;gross;note\nRE-1;100;a\nRE-2;200;b\nSumme;301;\n");
    let ran = wrong.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 rejected", "input.csv:3 rejected"]);
    assert_eq!((ran.balance.rows, ran.balance.skipped, ran.calls.len(), ran.exit()), (3, 1, 0, 1));
    let right = desk(&yaml, "number;gross;note\nRE-1;100;a\nRE-2;200;b\nSumme;300;\n");
    assert_eq!((right.run().exit(), right.keys().len()), (0, 2));
}

/// A file that is rejected as a whole says nothing of what became of its records before.
#[test]
fn a_rejected_file_does_not_hide_what_is_in_doubt() {
    let yaml = recipe("control: { sum: { gross: { footer: Summe } } }", STEPS);
    let mut desk = desk(&yaml, "number;gross;note\nRE-1;100;a\nSumme;100;\n");
    desk.erp().submits([fails(Class::Unknown)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
    desk.csv("number;gross;note\nRE-1;100;a\nSumme;99;\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 rejected"]);
    assert_eq!(desk.open(), ["RE-1 in_doubt"]);
    assert_eq!(desk.no_file().run().outcomes(), ["carried input.csv:2 in_doubt"]);
}

#[test]
fn rows_that_the_recipe_leaves_out_are_counted() {
    let yaml = blind().replace("csv: {", "csv: { stop_at: Summe, skip_rows_where: { column: note, equals: Storno },");
    let ran = desk(&yaml, "number;gross;note\nRE-1;1;a\nRE-2;2;Storno\nSumme;3;\nRE-3;4;printed by anna\n").run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!((ran.balance.rows, ran.balance.skipped, ran.exit()), (4, 3, 0));
}

#[test]
fn a_file_without_a_column_is_rejected_row_by_row() {
    let ran = desk(&blind(), "number;note\nRE-1;a\nRE-2;b\n").run();
    assert_eq!(ran.outcomes(), ["input.csv:2 rejected", "input.csv:3 rejected"]);
    assert_eq!((ran.balance.rows, ran.calls.len(), ran.exit()), (2, 0, 1));
}

#[test]
fn a_file_that_cannot_be_read_is_counted_and_the_others_are_entered() {
    let mut desk = Desk::new(&blind());
    desk.add_file("broken.csv", "").add_file("input.csv", ONE);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!((ran.balance.unreadable, ran.exit()), (1, 1));
}

#[test]
fn a_target_that_is_down_is_given_up_whether_or_not_the_recipe_speaks_of_it() {
    let rows: String = (1..=30).map(|row| format!("RE-{row};{row};x\n")).collect();
    let desk = desk(&blind(), &format!("number;gross;note\n{rows}"));
    let hour = std::time::Duration::from_secs(3600);
    desk.erp().submits((0..30).map(|_| later(hour)));
    let ran = desk.run();
    assert_eq!((desk.keys().len(), ran.exit(), desk.open().len()), (10, 3, 30));
}

#[test]
fn failures_in_a_row_stop_the_target_and_the_rest_is_pending() {
    let rows: String = (1..=6).map(|row| format!("RE-{row};{row};x\n")).collect();
    let desk = desk(&recipe("stop_after: { failures_in_a_row: 2 }", STEPS), &format!("number;gross;note\n{rows}"));
    let hour = std::time::Duration::from_secs(3600);
    desk.erp().submits([fails(Class::Unknown), super::fake::done("A"), later(hour), later(hour)]);
    let ran = desk.run();
    assert_eq!(
        ran.outcomes(),
        [
            "input.csv:2 in_doubt",
            "input.csv:3 entered",
            "input.csv:4 pending",
            "input.csv:5 pending",
            "input.csv:6 pending",
            "input.csv:7 pending"
        ]
    );
    assert_eq!((ran.calls.len(), ran.exit()), (5, 3));
    assert!(ran.told()[5].contains("2 failures in a row"), "{:?}", ran.told());
}

#[test]
fn a_limit_and_only_leave_the_rest_pending_on_purpose() {
    let mut desk = desk(&blind(), TWO);
    desk.options.limit = Some(1);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered", "input.csv:3 pending"]);
    assert_eq!(ran.exit(), 0);
    let id = ran.reports.iter().find(|report| report.origin.place() == "3").unwrap().id.clone();
    desk.options = Options { only: vec![Selector::Id(id[..6].to_owned())], ..Options::default() };
    assert_eq!(desk.run().outcomes(), ["input.csv:2 pending", "input.csv:3 entered"]);
    // What was left out stands as it stood.
    assert_eq!(desk.open(), [""; 0]);
    desk.options = Options { only: vec![Selector::Field("number".into(), "RE-1".into())], ..Options::default() };
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged", "input.csv:3 pending"]);
}

#[test]
fn a_rehearsal_does_all_but_the_write() {
    let steps = "\n    steps:\n      - get: /suppliers/${note}\n      - post: /invoices\n        json: { number: \"${number}\" }\n";
    let yaml = recipe("", &format!("{}{steps}", super::recipes::LOOKUP));
    let mut desk = desk(&yaml, TWO);
    desk.options.rehearse = true;
    desk.erp().lookups([crate::target::Looked::None, same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending", "input.csv:3 unchanged"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1", "stage RE-1", "lookup RE-2"]);
    assert_eq!(ran.exit(), 0);
    desk.options.rehearse = false;
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered", "input.csv:3 unchanged"]);
}

#[test]
fn what_is_in_doubt_stays_so_where_nothing_may_be_submitted() {
    let yaml = recipe("", super::recipes::PUT);
    for options in [Options { rehearse: true, ..Options::default() }, Options { recheck: true, ..Options::default() }] {
        let mut desk = desk(&yaml, ONE);
        desk.run_killed_at("submit RE-1", 1);
        desk.options = options;
        let ran = desk.run();
        assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
        assert_eq!((desk.keys().len(), ran.exit()), (1, 5));
        desk.options = Options::default();
        assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    }
}

#[test]
fn a_stop_finishes_what_is_in_flight() {
    let desk = desk(&looked_up(), TWO);
    let stop = desk.stop.clone();
    *desk.book.on_call.lock().unwrap() = Some(Box::new(move |call| {
        if call == "submit RE-1" {
            stop.stop()
        }
    }));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered", "input.csv:3 pending"]);
    assert_eq!(ran.exit(), 3);
}

#[test]
fn a_lost_journal_submits_nothing_without_a_lookup() {
    for (yaml, outcome) in [(blind(), "input.csv:2 pending"), (looked_up(), "input.csv:2 unchanged")] {
        let desk = desk(&yaml, ONE);
        desk.run();
        for file in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            let _ = std::fs::remove_file(desk.state().join(file));
        }
        desk.erp().lookups([same("A1")]);
        desk.erp().lookups.lock().unwrap().truncate(1);
        let ran = desk.run();
        assert_eq!(ran.outcomes(), [outcome]);
        assert_eq!(desk.keys().len(), 1);
    }
}

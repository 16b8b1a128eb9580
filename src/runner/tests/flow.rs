//! Several targets and parts, approval, and what a person decides.

use super::desk::Desk;
use super::fake::{different, done, fails, id, reads_different, same};
use super::recipes::{LOOKUP, ONE, STEPS, TWO, VERIFY, blind, looked_up, recipe};
use crate::expression::Name;
use crate::journal::Resolution;
use crate::runner::RunError;
use crate::target::{Class, Looked};

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

/// An ERP that gives an id, and an archive that wants it.
fn two_targets() -> String {
    let steps = STEPS.replace("total: \"${gross}\" }", "total: \"${gross}\" }\n        capture: { invoice_id: $.id }");
    let archive = r#"
  archive:
    http: { url: "http://archive.test", concurrency: 1 }
    steps:
      - post: /documents
        json: { number: "${number}", invoice: "${erp.invoice_id}" }
"#;
    recipe("", &format!("{steps}{archive}"))
}

fn invoice_id(target: Option<&str>) -> Option<Name> {
    Some(Name::Capture { target: target.map(Into::into), name: "invoice_id".into(), secret: false })
}

#[test]
fn targets_are_done_in_order_and_the_next_has_the_captures_of_the_earlier() {
    let desk = desk(&two_targets(), ONE);
    *desk.targets[1].look_at.lock().unwrap() = invoice_id(Some("erp"));
    desk.erp().submits([done("A7")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["erp login", "erp submit RE-1", "archive login", "archive submit RE-1"]);
    assert_eq!(*desk.book.seen.lock().unwrap(), ["A7"]);
    assert_ne!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn the_next_target_waits_until_the_earlier_is_in_and_then_has_its_captures() {
    let desk = desk(&two_targets(), TWO);
    *desk.targets[1].look_at.lock().unwrap() = invoice_id(Some("erp"));
    desk.erp().submits([done("A7"), fails(Class::Refused)]);
    desk.targets[1].submits((0..3).map(|_| fails(Class::NotSubmitted)));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending", "input.csv:3 failed"]);
    let entries: Vec<String> =
        ran.reports.iter().flat_map(|it| &it.entries).map(|it| format!("{} {}", it.target, it.outcome)).collect();
    assert!(entries.contains(&"archive pending".to_owned()) && entries.contains(&"erp entered".to_owned()));
    let again = desk.run();
    assert_eq!(again.outcomes(), ["input.csv:2 entered", "input.csv:3 failed"]);
    assert!(!again.calls.contains(&"erp submit RE-1".to_owned()));
    assert_eq!(desk.book.seen.lock().unwrap().last().unwrap(), "A7");
}

#[test]
fn two_targets_that_are_one_entry_to_the_journal_are_refused() {
    let mut desk = desk(&two_targets(), ONE);
    desk.one_system = true;
    let error = desk.try_run().err().unwrap();
    assert!(matches!(error, RunError::SameSystem { .. }), "{error}");
    desk.change_recipe(&two_targets().replace("  archive:\n", "  archive:\n    system: archive\n"));
    let ran = Desk::run(&desk);
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
}

#[test]
fn a_target_that_moved_is_not_entered_into() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    desk.origin = "http://elsewhere.test".to_owned();
    assert!(matches!(desk.try_run(), Err(RunError::Moved { .. })));
    assert_eq!(desk.keys().len(), 1);
}

fn parts() -> String {
    recipe(
        "",
        r#"
    parts:
      draft:
        lookup:
          - get: /drafts
            query: { number: "${number}" }
            list: $.items
            capture: { invoice_id: $.id }
        steps:
          - post: /drafts
            json: { number: "${number}", total: "${gross}" }
            capture: { invoice_id: $.id }
      confirm:
        lookup:
          - get: /drafts/${invoice_id}/confirmations
            list: $.items
        steps:
          - post: /drafts/${invoice_id}/confirm
            json: {}
"#,
    )
}

#[test]
fn each_part_has_its_own_lookup_intent_and_receipt() {
    let desk = desk(&parts(), ONE);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1", "submit RE-1", "lookup RE-1#1", "submit RE-1#1"]);
    assert_eq!(desk.story("RE-1"), ["intent", "entered", "intent", "entered"]);
    assert_ne!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn a_run_cut_between_the_parts_goes_on_with_the_second() {
    let desk = desk(&parts(), ONE);
    *desk.erp().look_at.lock().unwrap() = invoice_id(None);
    desk.erp().submits([done("A7")]);
    desk.run_killed_at("lookup RE-1#1", 1);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1#1", "submit RE-1#1"]);
    assert_eq!(desk.book.seen.lock().unwrap().last().unwrap(), "A7");
}

#[test]
fn a_second_part_cut_off_is_settled_by_its_own_lookup() {
    let desk = desk(&parts(), ONE);
    desk.run_killed_at("submit RE-1#1", 1);
    desk.erp().lookups([same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1#1"]);
}

#[test]
fn parts_renamed_while_a_record_is_half_done_hold_it() {
    let mut desk = desk(&parts(), ONE);
    desk.run_killed_at("lookup RE-1#1", 1);
    desk.change_recipe(&parts().replace("      draft:", "      sketch:"));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held"]);
    assert!(ran.told()[0].ends_with("draft"), "{:?}", ran.told());
    assert_eq!(ran.calls, ["login"]);
    desk.change_recipe(&parts());
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
}

fn approving() -> String {
    recipe("needs_approval: gross > 50", STEPS)
}

#[test]
fn approval_is_of_exactly_this_content() {
    let mut desk = desk(&approving(), "number;gross;note\nRE-1;100;a\nRE-2;20;b\n");
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held", "input.csv:3 entered"]);
    assert_eq!(ran.exit(), 1);
    desk.approve("RE-1");
    desk.csv("number;gross;note\nRE-1;999;a\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"], "approved was 100, not 999");
    desk.approve("RE-1");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
}

#[test]
fn what_is_approved_is_entered_by_the_next_run_without_its_file() {
    let mut desk = desk(&approving(), ONE);
    desk.run();
    desk.approve("RE-1");
    let ran = desk.no_file().run();
    assert_eq!(ran.outcomes(), ["carried input.csv:2 entered"]);
    assert_eq!((ran.balance.records, ran.balance.carried.values().sum::<u64>()), (0, 1));
    assert_eq!(desk.open(), [""; 0]);
    assert_eq!(desk.run().outcomes(), [""; 0]);
}

/// A condition that the recipe gained later asks nothing of what is in.
#[test]
fn what_is_in_needs_no_approval() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    desk.change_recipe(&approving());
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!(desk.csv("number;gross;note\nRE-1;101;a\n").run().outcomes(), ["input.csv:2 held"]);
}

#[test]
fn pending_held_and_failed_records_need_no_file() {
    let mut desk = desk(&approving(), "number;gross;note\nRE-1;100;a\nRE-2;20;b\nRE-3;30;c\n");
    desk.erp().submits([fails(Class::Refused)]).submits((0..3).map(|_| fails(Class::NotSubmitted)));
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held", "input.csv:3 failed", "input.csv:4 pending"]);
    let ran = desk.csv("number;gross;note\nRE-9;9;z\n").run();
    assert_eq!(
        ran.outcomes(),
        [
            "input.csv:2 entered",
            "carried input.csv:2 held",
            "carried input.csv:3 failed",
            "carried input.csv:4 entered"
        ]
    );
    assert_eq!(ran.balance.records, 1);
    assert_eq!(ran.exit(), 1);
    assert_eq!(desk.open(), ["RE-2 failed", "RE-1 held"]);
}

#[test]
fn a_doubtful_record_is_decided_by_a_person() {
    let entered = desk(&blind(), ONE);
    entered.erp().submits([fails(Class::Unknown)]);
    entered.run();
    assert_eq!(entered.resolve("RE-1", Resolution::Entered), ["erp.entry"]);
    assert_eq!(entered.open(), [""; 0]);
    assert_eq!(entered.run().outcomes(), ["input.csv:2 unchanged"]);
    let dropped = desk(&blind(), ONE);
    dropped.erp().submits([fails(Class::Unknown)]);
    dropped.run();
    assert_eq!(dropped.resolve("RE-1", Resolution::Drop), ["erp.entry"]);
    assert_eq!(dropped.open(), [""; 0]);
    assert_eq!(dropped.run().told(), ["input.csv:2 unchanged: dropped by a person"]);
    assert_eq!((entered.keys().len(), dropped.keys().len()), (1, 1));
}

#[test]
fn a_failed_record_may_be_dropped_or_said_to_be_in() {
    for resolution in [Resolution::Drop, Resolution::Entered] {
        let desk = desk(&blind(), ONE);
        desk.erp().submits([fails(Class::Refused)]);
        desk.run();
        assert_eq!(desk.resolve("RE-1", resolution), ["erp.entry"]);
        assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
        assert_eq!(desk.open(), [""; 0]);
    }
}

#[test]
fn what_was_found_different_may_be_accepted_and_later_changes_are_noticed() {
    let mut desk = desk(&looked_up(), ONE);
    desk.erp().lookups([different()]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
    desk.resolve("RE-1", Resolution::Entered);
    assert_eq!(desk.open(), [""; 0]);
    let again = desk.run();
    assert_eq!((again.outcomes(), again.calls.len()), (vec!["input.csv:2 unchanged".to_owned()], 1));
    assert_eq!(desk.csv("number;gross;note\nRE-1;101;a\n").run().outcomes(), ["input.csv:2 held"]);
    assert_eq!(desk.keys().len(), 0);
}

#[test]
fn a_changed_record_may_be_accepted_or_left() {
    for resolution in [Resolution::Entered, Resolution::Drop] {
        let mut desk = desk(&blind(), ONE);
        desk.run();
        desk.csv("number;gross;note\nRE-1;101;a\n").run();
        assert_eq!(desk.open(), ["RE-1 held"]);
        assert_eq!(desk.resolve("RE-1", Resolution::Again), [""; 0], "it is in the target");
        assert_eq!(desk.resolve("RE-1", resolution), ["erp.entry"]);
        assert_eq!(desk.open(), [""; 0]);
        assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
        // It is this content that was accepted, not any.
        assert_eq!(desk.csv("number;gross;note\nRE-1;102;a\n").run().outcomes(), ["input.csv:2 held"]);
        assert_eq!(desk.keys().len(), 1);
    }
}

#[test]
fn what_read_back_different_may_be_accepted() {
    let desk = desk(&recipe("", &format!("{STEPS}{VERIFY}")), ONE);
    desk.erp().verifies([reads_different(), reads_different()]);
    desk.run();
    assert_eq!(desk.resolve("RE-1", Resolution::Entered), ["erp.entry"]);
    let again = desk.run();
    assert_eq!((again.outcomes(), again.calls.len()), (vec!["input.csv:2 unchanged".to_owned()], 1));
}

#[test]
fn a_decision_leaves_the_rest_of_the_record_to_the_next_run() {
    let mut desk = desk(
        &two_targets().replace("${erp.invoice_id}", "${number}").replace("\n        capture: { invoice_id: $.id }", ""),
        ONE,
    );
    desk.erp().submits([fails(Class::Unknown)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
    desk.resolve("RE-1", Resolution::Entered);
    assert_eq!(desk.open(), ["RE-1 pending"]);
    let ran = desk.no_file().run();
    assert_eq!(ran.outcomes(), ["carried input.csv:2 entered"]);
    assert_eq!(ran.calls, ["erp login", "archive login", "archive submit RE-1"]);
    assert_eq!(desk.open(), [""; 0]);
}

/// Held before there was any entry: the drop lasts, though the file comes again, and voids an approval.
#[test]
fn a_record_that_was_dropped_is_not_entered_even_if_approved_before() {
    let desk = desk(&approving(), ONE);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
    desk.approve("RE-1");
    assert_eq!(desk.open(), ["RE-1 pending"], "who approved need not be asked again");
    desk.resolve("RE-1", Resolution::Drop);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!((desk.run().outcomes(), desk.keys().len()), (vec!["input.csv:2 unchanged".to_owned()], 0));
    desk.resolve("RE-1", Resolution::Again);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"], "and is to be approved anew");
}

#[test]
fn a_drop_of_what_was_tried_can_be_taken_back() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::Refused)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
    desk.resolve("RE-1", Resolution::Drop);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    desk.resolve("RE-1", Resolution::Again);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
}

#[test]
fn rows_in_conflict_can_be_dropped() {
    let desk = desk(&blind(), "number;gross;note\nRE-1;1;a\nRE-1;2;b\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held", "input.csv:3 held"]);
    desk.resolve("RE-1", Resolution::Drop);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged", "input.csv:3 unchanged"]);
}

#[test]
fn what_a_person_dropped_goes_into_no_later_target_either() {
    let desk = desk(&two_targets(), ONE);
    desk.erp().submits([fails(Class::Refused)]);
    desk.run();
    desk.resolve("RE-1", Resolution::Drop);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!(ran.calls, [""; 0]);
}

#[test]
fn the_journal_notices_what_was_changed_behind_its_back() {
    for (sql, finding) in [
        ("UPDATE events SET data = '{}' WHERE kind = 'intent'", "was changed after it was written"),
        ("DELETE FROM events WHERE kind = 'intent'", "after event"),
        ("UPDATE entries SET state = 'open'", "stands as `open`, but its events say `entered`"),
        ("DELETE FROM entries", "is gone, but its events are there"),
    ] {
        let desk = desk(&recipe("", &format!("{LOOKUP}{STEPS}")), ONE);
        desk.erp().lookups([Looked::None]).submits([done("A1")]);
        assert_eq!(desk.run().reports[0].entries[0].receipt, id("A1"));
        desk.tamper(sql);
        let error = desk.journal().verify().unwrap_err().to_string();
        assert!(error.contains(finding), "{sql}: {error}");
    }
}

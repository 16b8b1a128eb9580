//! What counts as the same content, duplicates inside one input, and what happens when content changes.

use super::desk::Desk;
use super::fake::{different, fails, reads_different, same};
use super::recipes::{LOOKUP, ONE, STEPS, VERIFY, blind, looked_up, recipe};
use crate::journal::Resolution;
use crate::target::{Class, Looked};

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

const CHANGED: &str = "number;gross;note\nRE-1;101;a\n";

#[test]
fn the_second_of_two_equal_rows_is_unchanged() {
    let desk = desk(&blind(), "number;gross;note\nRE-1;1.10;a\nRE-2;5;b\nRE-1;1.1;a\n");
    let ran = desk.run();
    assert_eq!(
        ran.told(),
        ["input.csv:2 entered", "input.csv:3 entered", "input.csv:4 unchanged: duplicate of input.csv:2"]
    );
    assert_eq!(ran.exit(), 0);
}

/// Its first row is what counts: a second equal row must not make a failed record look done.
#[test]
fn a_duplicate_does_not_hide_what_became_of_the_first() {
    let mut desk = desk(&blind(), "number;gross;note\nRE-1;1;a\nRE-2;2;a\nRE-3;3;a\nRE-1;1;a\n");
    desk.erp().submits([fails(Class::Refused)]);
    desk.run();
    assert_eq!(desk.open(), ["RE-1 failed"]);
    assert_eq!(desk.no_file().run().outcomes(), ["carried input.csv:2 failed"]);
}

/// Nor may it take away what the first one needs to be done without its file.
#[test]
fn a_duplicate_does_not_stand_for_a_first_that_was_only_rehearsed() {
    let mut desk = desk(&looked_up(), "number;gross;note\nRE-1;1;a\nRE-1;1;a\n");
    desk.options.rehearse = true;
    let outcomes = desk.run().outcomes();
    assert_eq!(outcomes, ["input.csv:2 pending", "input.csv:3 unchanged"]);
    desk.options.rehearse = false;
    assert_eq!(desk.no_file().run().outcomes(), ["carried input.csv:2 entered"]);
}

#[test]
fn equal_keys_with_other_content_are_all_held_before_anything_is_written() {
    let desk = desk(&blind(), "number;gross;note\nRE-1;1;a\nRE-2;2;a\nRE-1;9;a\nRE-1;1;a\n");
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held", "input.csv:3 entered", "input.csv:4 held", "input.csv:5 held"]);
    assert!(ran.told()[0].contains("input.csv:4"), "{:?}", ran.told());
    assert_eq!(ran.calls, ["login", "submit RE-2"]);
    assert_eq!(ran.exit(), 1);
}

#[test]
fn duplicates_are_found_across_files_even_of_one_name() {
    let mut desk = desk(&blind(), ONE);
    desk.add_file("other/input.csv", ONE).add_file("third.csv", ONE);
    let ran = desk.run();
    let mut outcomes = ran.outcomes();
    outcomes.sort();
    assert_eq!(outcomes, ["input.csv:2 entered", "input.csv:2 unchanged", "third.csv:2 unchanged"]);
    assert_eq!(ran.calls, ["login", "submit RE-1"]);
}

#[test]
fn equal_numbers_are_equal_content_however_written() {
    let lines = r#"
    steps:
      - post: /invoices
        json: { number: "${number}", total: "${gross}", lines: "${lines}" }
"#;
    let yaml = recipe("records: { one_per: [number], same: [gross], lines: [note, price] }", lines)
        .replace("  note:  ", "  price:  { column: price, type: decimal }\n  note:  ");
    let mut desk = desk(&yaml, "number;gross;note;price\nRE-1;100.0;a;1.10\nRE-1;100.0;b;2\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    desk.csv("number;gross;note;price\nRE-1;100;a;1.1\nRE-1;100;b;2.00\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    desk.csv("number;gross;note;price\nRE-1;100;a;1.1\nRE-1;100;b;2.01\n");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
}

#[test]
fn a_change_of_what_the_target_uses_is_held_and_stays_so() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    let ran = desk.csv(CHANGED).run();
    assert_eq!(ran.told(), ["input.csv:2 held: it was entered before, and these fields have changed since: gross"]);
    assert_eq!(desk.open(), ["RE-1 held"]);
    assert_eq!(desk.no_file().run().outcomes(), ["carried input.csv:2 held"]);
    assert_eq!(desk.csv(ONE).run().outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!(desk.open(), [""; 0]);
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn a_change_of_what_the_target_does_not_use_is_none() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    assert_eq!(desk.csv("number;gross;note\nRE-1;100;other\n").run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn a_change_may_be_ignored() {
    let mut desk = desk(&recipe("on_change: ignore", STEPS), ONE);
    desk.run();
    let ran = desk.csv(CHANGED).run();
    assert_eq!(ran.outcomes(), ["input.csv:2 unchanged"]);
    assert!(ran.told()[0].ends_with("gross"), "{:?}", ran.told());
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn a_field_that_the_recipe_gained_later_changes_nothing() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    desk.change_recipe(&blind().replace("total: \"${gross}\"", "total: \"${gross}\", note: \"${note}\""));
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn today_never_counts() {
    let yaml = blind()
        .replace("  note:  ", "  due:    { value: \"${today.plus_days(30)}\", type: date }\n  note:  ")
        .replace("total: \"${gross}\"", "total: \"${gross}\", due: \"${due}\"");
    let mut desk = desk(&yaml, ONE);
    desk.run();
    desk.today = jiff::civil::date(2026, 3, 3);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn an_added_key_field_does_not_enter_carried_records_under_another_name() {
    let mut desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::Unknown)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
    desk.change_recipe(&blind().replace("key: [number]", "key: [number, note]"));
    let ran = desk.no_file().run();
    assert_eq!(ran.outcomes(), [""; 0]);
    assert_eq!(desk.open(), ["RE-1 in_doubt"]);
}

/// Under the new key nothing is known of what was entered under the old one.
#[test]
fn a_changed_key_submits_nothing_without_a_lookup_until_a_person_trusts() {
    let mut desk = desk(&blind(), ONE);
    desk.run();
    desk.change_recipe(&blind().replace("key: [number]", "key: [number, note]"));
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.exit()), (vec!["input.csv:2 pending".to_owned()], 3));
    assert!(ran.told()[0].contains("the recipe's key was `number` so far"), "{:?}", ran.told());
    assert_eq!(desk.keys().len(), 1);
    super::desk::block_on(desk.journal().trust_again("test")).unwrap();
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

const UPDATE: &str = r#"
    update:
      - put: /invoices/${number}
        json: { total: "${gross}" }
"#;

fn updating() -> String {
    recipe("on_change: update", &format!("{LOOKUP}{STEPS}{UPDATE}{VERIFY}"))
}

#[test]
fn an_update_reads_back_first_and_is_a_new_generation() {
    let mut desk = desk(&updating(), ONE);
    desk.run();
    let ran = desk.csv(CHANGED).run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "verify RE-1", "update RE-1", "verify RE-1"]);
    assert_ne!(desk.keys()[0], desk.keys()[1]);
    let again = desk.run();
    assert_eq!((again.outcomes(), again.calls.len()), (vec!["input.csv:2 unchanged".to_owned()], 1));
}

#[test]
fn an_update_of_what_a_person_changed_in_the_target_is_held() {
    let mut desk = desk(&updating(), ONE);
    desk.run();
    desk.erp().verifies([reads_different(), reads_different()]);
    let ran = desk.csv(CHANGED).run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held"]);
    assert!(ran.told()[0].contains("somebody changed it in the target"), "{:?}", ran.told());
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
    assert_eq!(desk.resolve("RE-1", Resolution::Entered), ["erp.entry"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn an_update_that_was_not_reached_is_done_by_the_next_run() {
    let mut desk = desk(&updating(), ONE);
    desk.run();
    desk.erp().submits((0..3).map(|_| fails(Class::NotSubmitted)));
    assert_eq!(desk.csv(CHANGED).run().outcomes(), ["input.csv:2 pending"]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "verify RE-1", "update RE-1", "verify RE-1"]);
    let keys = desk.keys();
    assert!(keys[1..].iter().all(|key| *key == keys[1]) && keys[0] != keys[1]);
}

#[test]
fn an_update_that_was_refused_is_failed_until_it_is_corrected() {
    let mut desk = desk(&updating(), ONE);
    desk.run();
    desk.erp().submits([fails(Class::Refused)]);
    assert_eq!(desk.csv(CHANGED).run().outcomes(), ["input.csv:2 failed"]);
    let again = desk.run();
    assert_eq!((again.outcomes(), again.calls.len()), (vec!["input.csv:2 failed".to_owned()], 1));
    assert_eq!(desk.csv("number;gross;note\nRE-1;102;a\n").run().outcomes(), ["input.csv:2 entered"]);
}

#[test]
fn an_update_that_was_killed_is_sent_again_with_what_it_needs() {
    let put = "    update:\n      - put: /invoices/${invoice_id}\n        json: { total: \"${gross}\" }\n";
    let steps = STEPS.replace("total: \"${gross}\" }", "total: \"${gross}\" }\n        capture: { invoice_id: $.id }");
    let mut desk = desk(&recipe("on_change: update", &format!("{steps}{put}{VERIFY}")), ONE);
    desk.run();
    desk.csv(CHANGED);
    *desk.erp().look_at.lock().unwrap() =
        Some(crate::expression::Name::Capture { target: None, name: "invoice_id".into(), secret: false });
    desk.run_killed_at("update RE-1", 1);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "update RE-1", "verify RE-1"]);
    assert_eq!(*desk.book.seen.lock().unwrap(), ["A1", "A1"]);
    assert_eq!(desk.keys()[1], desk.keys()[2]);
}

/// Not found with the new content, but still as it was: the update did not take.
#[test]
fn an_update_of_unknown_end_that_left_the_target_as_it_was_is_sent_again() {
    let post = UPDATE.replace("put:", "post:");
    let mut desk = desk(&recipe("on_change: update", &format!("{LOOKUP}{STEPS}{post}{VERIFY}")), ONE);
    desk.run();
    desk.erp().submits([fails(Class::Unknown)]).lookups((0..3).map(|_| different()));
    let ran = desk.csv(CHANGED).run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys()[1], desk.keys()[2]);
}

#[test]
fn verify_that_differs_is_held_with_the_entry_in_it() {
    let desk = desk(&recipe("", &format!("{STEPS}{VERIFY}")), ONE);
    desk.erp().verifies([reads_different(), reads_different()]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held"]);
    assert_eq!(desk.story("RE-1"), ["intent", "entered", "differs"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"], "corrected in the target meanwhile");
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn what_could_not_be_read_back_is_entered_with_a_note_and_read_by_the_next_run_without_its_file() {
    let mut desk = desk(&recipe("", &format!("{STEPS}{VERIFY}")), ONE);
    let fails_to_read = || crate::target::Verified::Failed(super::fake::failure(Class::Unknown));
    desk.erp().verifies((0..3).map(|_| fails_to_read())).verifies([reads_different()]);
    let ran = desk.run();
    assert!(ran.told()[0].starts_with("input.csv:2 entered: it was entered, but could not be read back yet"));
    assert_eq!(ran.exit(), 0);
    assert_eq!(desk.no_file().run().outcomes(), ["carried input.csv:2 held"]);
    assert_eq!(desk.run().outcomes(), ["carried input.csv:2 unchanged"]);
    assert_eq!(desk.run().outcomes(), [""; 0]);
}

#[test]
fn recheck_finds_what_is_gone_or_changed_and_it_stays_held() {
    let mut desk = desk(&looked_up(), "number;gross;note\nRE-1;100;a\nRE-2;2;b\nRE-3;3;c\nRE-4;4;d\n");
    desk.options.only = vec![crate::runner::Selector::Field("number".into(), "RE-1".into())];
    desk.run();
    desk.options.only.clear();
    desk.options.limit = Some(2);
    desk.run();
    desk.options = crate::runner::Options { recheck: true, ..Default::default() };
    desk.erp().lookups([same("A1"), Looked::None, different(), Looked::None]);
    let ran = desk.run();
    assert_eq!(
        ran.outcomes(),
        ["input.csv:2 unchanged", "input.csv:3 held", "input.csv:4 held", "input.csv:5 pending"]
    );
    assert_eq!(ran.exit(), 1, "what `--recheck` does not enter is no run stopped early");
    assert!(ran.told()[1].contains("not in the target any more"), "{:?}", ran.told());
    assert!(ran.calls.iter().all(|call| !call.starts_with("submit")));
    // A run that does not recheck looks at them all the same.
    desk.options = crate::runner::Options::default();
    desk.erp().lookups([Looked::None, same("A1")]);
    let ran = desk.run();
    assert_eq!(
        ran.outcomes(),
        ["input.csv:2 unchanged", "input.csv:3 held", "input.csv:4 unchanged", "input.csv:5 entered"]
    );
    // What is gone may be entered again by a person's word, and only by that.
    assert_eq!(desk.resolve("RE-2", Resolution::Again), ["erp.entry"]);
    assert_eq!(desk.resolve("RE-1", Resolution::Again), [""; 0]);
    assert_eq!(desk.run().outcomes()[1], "input.csv:3 entered");
}

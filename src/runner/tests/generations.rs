//! Generations, and the look-up before the first submit: when another attempt is another write, and when it is the same.

use super::desk::Desk;
use super::fake::{different, fails, look_fails, same, unsure};
use super::recipes::{LOOKUP, ONE, PUT, STEPS, blind, looked_up, recipe};
use crate::journal::Resolution;
use crate::target::{Class, Looked};

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

const CORRECTED: &str = "number;gross;note\nRE-1;101;a\n";

#[test]
fn corrected_content_after_a_refusal_is_a_new_attempt_of_a_new_generation() {
    let mut desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::Refused)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
    assert_eq!(desk.csv(CORRECTED).run().outcomes(), ["input.csv:2 entered"]);
    assert_ne!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn failed_is_tried_again_by_a_new_run_only_after_a_lookup_says_none() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Refused)]).lookups([Looked::None, unsure()]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
    let unsure = desk.run();
    assert_eq!(unsure.outcomes(), ["input.csv:2 failed"]);
    assert_eq!(unsure.calls, ["login", "lookup RE-1"]);
    let none = desk.run();
    assert_eq!(none.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(none.calls, ["login", "lookup RE-1", "submit RE-1"]);
    assert_ne!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn failed_and_found_by_the_next_run_is_unchanged_or_held() {
    let found = desk(&looked_up(), ONE);
    found.erp().submits([fails(Class::Refused)]).lookups([Looked::None, same("A1")]);
    found.run();
    assert_eq!(found.run().told(), ["input.csv:2 unchanged: it was in the target already"]);
    let other = desk(&looked_up(), ONE);
    other.erp().submits([fails(Class::Refused)]).lookups([Looked::None, different()]);
    other.run();
    assert_eq!(other.run().outcomes(), ["input.csv:2 held"]);
    assert_eq!((found.keys().len(), other.keys().len()), (1, 1));
}

#[test]
fn resolve_again_is_a_new_generation_and_looks_first() {
    let blind = desk(&blind(), ONE);
    blind.erp().submits([fails(Class::Unknown)]);
    blind.run();
    assert_eq!(blind.resolve("RE-1", Resolution::Again), ["erp.entry"]);
    assert_eq!(blind.open(), ["RE-1 pending"]);
    assert_eq!(blind.run().outcomes(), ["input.csv:2 entered"]);
    assert_ne!(blind.keys()[0], blind.keys()[1]);
    assert_eq!(blind.open(), [""; 0]);

    let looked = desk(&looked_up(), ONE);
    looked.erp().submits([fails(Class::Unknown)]).lookups([Looked::None, unsure(), same("A1")]);
    assert_eq!(looked.run().outcomes(), ["input.csv:2 in_doubt"]);
    looked.resolve("RE-1", Resolution::Again);
    assert_eq!(looked.run().outcomes(), ["input.csv:2 unchanged"]);
    assert_eq!(looked.keys().len(), 1);
}

/// An attempt that nobody knows the end of may still take: whatever is sent after it, until a person has spoken, has its
/// idempotency key, also when a refusal came in between and the program was run anew.
#[test]
fn the_generation_never_grows_after_unknown() {
    let mut desk = desk(&recipe("", &format!("{LOOKUP}{PUT}")), ONE);
    desk.erp().submits([fails(Class::Unknown), fails(Class::Refused)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
    assert_eq!(desk.csv(CORRECTED).run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys().len(), 3);
    assert!(desk.keys().iter().all(|key| *key == desk.keys()[0]));
}

#[test]
fn unknown_is_remembered_by_the_next_run() {
    let desk = desk(&looked_up(), ONE);
    desk.run_killed_at("submit RE-1", 1);
    // Not found twice, sent again, and refused: since the first may have taken meanwhile, it is looked up once more.
    desk.erp().submits([fails(Class::Refused)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 failed"]);
    assert!(ran.calls.last().unwrap().starts_with("lookup"), "{:?}", ran.calls);
    desk.erp().lookups([same("A1")]);
    // It did take, late: ours.
    assert_eq!(desk.run().told(), ["input.csv:2 entered"]);
}

#[test]
fn the_lookup_before_the_first_submit_decides() {
    for (answer, outcome, calls) in [
        (same("A1"), "unchanged: it was in the target already", 2),
        (different(), "held: it is in the target already, but different: $.total should be 100 but is 90", 2),
        (unsure(), "held: whether it is in the target cannot be told: ", 2),
        (Looked::None, "entered", 3),
    ] {
        let desk = desk(&looked_up(), ONE);
        desk.erp().lookups([answer]);
        let ran = desk.run();
        assert!(ran.told()[0].starts_with(&format!("input.csv:2 {outcome}")), "{:?}", ran.told());
        assert_eq!(ran.calls.len(), calls, "{:?}", ran.calls);
    }
}

#[test]
fn a_lookup_that_cannot_be_asked_leaves_it_pending() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().lookups((0..3).map(|_| look_fails(Class::NotSubmitted)));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1", "lookup RE-1", "lookup RE-1"]);
    assert_eq!(ran.exit(), 3);
}

#[test]
fn what_was_found_counts_as_entered_from_then_on() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().lookups([same("A1")]);
    desk.run();
    assert_eq!(desk.story("RE-1"), ["found"]);
    let again = desk.run();
    assert_eq!((again.outcomes(), again.calls), (vec!["input.csv:2 unchanged".to_owned()], vec!["login".to_owned()]));
}

#[test]
fn other_recipes_and_parts_have_other_keys() {
    let one = desk(&recipe("", STEPS), ONE);
    let other = desk(&recipe("ledger: other", STEPS), ONE);
    one.run();
    other.run();
    assert_ne!(one.keys()[0], other.keys()[0]);
}

//! The failure table: what each class of failure means.

use std::time::{Duration, Instant};

use super::desk::Desk;
use super::fake::{different, done, fails, later, look_fails, same, unsure};
use super::recipes::{LOOKUP, ONE, PUT, STEPS, TWO, blind, looked_up, recipe};
use crate::target::{Class, Polled, Receipt, Submitted};

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

#[test]
fn all_is_well() {
    let desk = desk(&looked_up(), TWO);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered", "input.csv:3 entered"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1", "submit RE-1", "lookup RE-2", "submit RE-2"]);
    assert_eq!(ran.exit(), 0);
    assert_eq!(desk.story("RE-1"), ["intent", "entered"]);
    let again = desk.run();
    assert_eq!(again.outcomes(), ["input.csv:2 unchanged", "input.csv:3 unchanged"]);
    assert_eq!(again.calls, ["login"]);
}

#[test]
fn not_submitted_is_tried_again() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::NotSubmitted), fails(Class::NotSubmitted)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "submit RE-1", "submit RE-1", "submit RE-1"]);
    assert_eq!(desk.story("RE-1"), ["intent", "not_taken", "intent", "not_taken", "intent", "entered"]);
    let keys = desk.keys();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[test]
fn not_submitted_with_all_attempts_used_up_is_pending_and_the_next_run_goes_on() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::NotSubmitted), fails(Class::NotSubmitted), fails(Class::NotSubmitted)]);
    let ran = desk.run();
    assert_eq!(
        ran.told(),
        [
            "input.csv:2 pending: nothing was written after 3 attempts; run again later: the target cannot be reached, nothing was sent: connection refused"
        ]
    );
    assert_eq!((ran.calls.len(), ran.exit()), (4, 3));
    assert_eq!(desk.open(), ["RE-1 pending"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.open(), [""; 0]);
}

#[test]
fn retry_after_is_honoured() {
    let desk = desk(&recipe("", STEPS).replace("max_wait: 20ms", "max_wait: 1s"), ONE);
    desk.erp().submits([later(Duration::from_millis(120))]);
    let began = Instant::now();
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert!(began.elapsed() >= Duration::from_millis(120));
}

#[test]
fn retry_after_beyond_max_wait_is_declined() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([later(Duration::from_secs(3600))]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending"]);
    assert_eq!((ran.calls.len(), ran.exit()), (2, 3));
}

#[test]
fn an_expired_login_is_renewed_once_and_the_write_sent_once_more() {
    let desk = desk(&blind(), TWO);
    desk.erp().submits([fails(Class::Login)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered", "input.csv:3 entered"]);
    assert_eq!(ran.calls, ["login", "submit RE-1", "login", "submit RE-1", "submit RE-2"]);
}

#[test]
fn a_login_that_does_not_help_stops_the_target_and_leaves_the_rest_pending() {
    let desk = desk(&blind(), TWO);
    desk.erp().submits([fails(Class::Login), fails(Class::Login)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending", "input.csv:3 pending"]);
    assert_eq!(ran.calls, ["login", "submit RE-1", "login", "submit RE-1"]);
    assert_eq!(ran.exit(), 3);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered", "input.csv:3 entered"]);
}

#[test]
fn a_refused_login_is_not_tried_again() {
    let desk = desk(&blind(), TWO);
    desk.erp().log_ins.lock().unwrap().push_back(Err(super::fake::failure(Class::Refused)));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 pending", "input.csv:3 pending"]);
    assert_eq!(ran.calls, ["login"]);
}

/// A session may expire again after the login was of use for an answer that says no.
#[test]
fn a_login_that_got_an_answer_may_be_renewed_again() {
    let desk = desk(&blind(), TWO);
    desk.erp().submits([fails(Class::Login), fails(Class::Refused), fails(Class::Login)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 failed", "input.csv:3 entered"]);
    assert_eq!(ran.calls.iter().filter(|call| *call == "login").count(), 3);
}

#[test]
fn refused_is_failed_and_never_tried_again_by_itself() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::Refused)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 failed"]);
    assert_eq!(ran.calls, ["login", "submit RE-1"]);
    assert_eq!(ran.exit(), 1);
    let again = desk.run();
    assert_eq!(again.outcomes(), ["input.csv:2 failed"]);
    assert_eq!(again.calls, ["login"]);
}

/// What stands before the write may be refused too: then nothing was written, and the same content is not sent again.
#[test]
fn a_refusal_before_the_write_is_failed_too() {
    let steps = r#"
    steps:
      - get: /suppliers/${note}
      - post: /invoices
        json: { number: "${number}", total: "${gross}" }
"#;
    let mut desk = desk(&recipe("", steps), ONE);
    desk.erp().stages.lock().unwrap().push_back(Err(super::fake::failure(Class::Refused)));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 failed"]);
    assert_eq!(ran.calls, ["login", "stage RE-1"]);
    assert_eq!(desk.run().calls, ["login"]);
    assert_eq!(desk.csv("number;gross;note\nRE-1;100;other\n").run().outcomes(), ["input.csv:2 entered"]);
}

#[test]
fn refused_after_an_unknown_attempt_is_unknown() {
    let desk = desk(&recipe("", PUT), ONE);
    desk.erp().submits([fails(Class::Unknown), fails(Class::Refused)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!(ran.exit(), 5);
}

#[test]
fn refused_after_an_unknown_attempt_is_looked_up() {
    let yaml = recipe("", &format!("{LOOKUP}{PUT}"));
    let with = desk(&yaml, ONE);
    with.erp()
        .submits([fails(Class::Unknown), fails(Class::Refused)])
        .lookups([crate::target::Looked::None, same("A1")]);
    assert_eq!(with.run().outcomes(), ["input.csv:2 entered"]);
    let without = desk(&yaml, ONE);
    without.erp().submits([fails(Class::Unknown), fails(Class::Refused)]);
    assert_eq!(without.run().outcomes(), ["input.csv:2 failed"]);
}

#[test]
fn exists_and_the_same_is_unchanged() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Exists)]).lookups([crate::target::Looked::None, same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.told(), ["input.csv:2 unchanged: it was in the target already"]);
    assert_eq!(ran.exit(), 0);
}

#[test]
fn exists_and_the_same_after_an_unknown_attempt_is_entered() {
    let desk = desk(&recipe("", &format!("{LOOKUP}{PUT}")), ONE);
    desk.erp()
        .submits([fails(Class::Unknown), fails(Class::Exists)])
        .lookups([crate::target::Looked::None, same("A1")]);
    assert_eq!(desk.run().told(), ["input.csv:2 entered"]);
}

#[test]
fn exists_but_different_is_held() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Exists)]).lookups([crate::target::Looked::None, different()]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 held"]);
    assert_eq!(ran.exit(), 1);
}

#[test]
fn exists_without_a_lookup_is_failed_and_after_an_unknown_attempt_in_doubt() {
    let plain = desk(&blind(), ONE);
    plain.erp().submits([fails(Class::Exists)]);
    assert_eq!(plain.run().outcomes(), ["input.csv:2 failed"]);
    let unknown = desk(&recipe("", PUT), ONE);
    unknown.erp().submits([fails(Class::Unknown), fails(Class::Exists)]);
    assert_eq!(unknown.run().outcomes(), ["input.csv:2 in_doubt"]);
}

/// "Exists" was not settled since the run was stopped: nothing was written by it, so it is pending, not failed.
#[test]
fn exists_in_a_run_that_is_stopped_is_pending() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Exists)]);
    let stop = desk.stop.clone();
    *desk.book.on_call.lock().unwrap() = Some(Box::new(move |call| {
        if call.starts_with("submit") {
            stop.stop()
        }
    }));
    assert_eq!(desk.run().outcomes(), ["input.csv:2 pending"]);
    assert_eq!(desk.story("RE-1"), ["intent", "not_taken"]);
}

fn waits() -> String {
    let wait = "        wait_until: { get: /jobs/1, expect: { $.state: done }, every: 50ms, at_most: 200ms }\n";
    recipe("", &format!("{LOOKUP}{STEPS}{wait}"))
}

#[test]
fn accepted_is_polled_until_it_is_done() {
    let desk = desk(&waits(), ONE);
    desk.erp().submits([Submitted::Accepted(Receipt::default())]);
    desk.erp().polls.lock().unwrap().extend([Polled::NotYet, Polled::NotYet]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls[3..], ["poll RE-1", "poll RE-1", "poll RE-1"]);
}

#[test]
fn accepted_and_then_refused_is_failed() {
    let desk = desk(&waits(), ONE);
    desk.erp().submits([Submitted::Accepted(Receipt::default())]);
    desk.erp().polls.lock().unwrap().push_back(Polled::Failed(super::fake::failure(Class::Refused)));
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
}

#[test]
fn accepted_and_never_done_is_unknown() {
    let desk = desk(&waits(), ONE);
    desk.erp().submits([Submitted::Accepted(Receipt::default())]);
    desk.erp().polls.lock().unwrap().extend((0..9).map(|_| Polled::NotYet));
    desk.erp().lookups([crate::target::Looked::None, same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.story("RE-1"), ["intent", "unknown", "found"]);
}

#[test]
fn unknown_of_a_repeatable_write_is_sent_again_with_the_same_key() {
    let desk = desk(&recipe("", PUT), ONE);
    desk.erp().submits([fails(Class::Unknown)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "submit RE-1", "submit RE-1"]);
    assert_eq!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn unknown_of_an_idempotent_write_is_sent_again_within_its_keeps() {
    let desk = desk(&blind().replace("concurrency: 1", "concurrency: 1, idempotent: { keeps: 24h }"), ONE);
    desk.erp().submits([fails(Class::Unknown)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn unknown_of_an_idempotent_write_beyond_its_keeps_is_not_sent_again() {
    let yaml = blind().replace("concurrency: 1", "concurrency: 1, idempotent: { keeps: 100ms }");
    let desk = desk(&yaml.replace("max_wait: 20ms", "max_wait: 1s"), ONE);
    let mut slow = super::fake::failure(Class::Unknown);
    slow.retry_after = Some(Duration::from_millis(150));
    desk.erp().submits([Submitted::Failed(slow), fails(Class::Unknown)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!(ran.calls, ["login", "submit RE-1"]);
}

#[test]
fn unknown_and_found_is_entered() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Unknown)]).lookups([crate::target::Looked::None, same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "lookup RE-1", "submit RE-1", "lookup RE-1"]);
}

#[test]
fn unknown_and_found_different_is_held() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Unknown)]).lookups([crate::target::Looked::None, different()]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
}

/// What is not found while the target may still be at it does not count; nor does one look.
#[test]
fn unknown_and_not_found_twice_after_settling_is_submitted_again_with_the_same_key() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Unknown)]);
    let began = Instant::now();
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert!(began.elapsed() >= Duration::from_millis(60), "settle, and the pause to the second look");
    let looks = ran.calls.iter().filter(|call| *call == "lookup RE-1").count();
    assert_eq!(looks, 4, "before; at once, which does not count; two after settling: {:?}", ran.calls);
    assert_eq!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn unknown_with_all_attempts_used_up_is_failed() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits((0..3).map(|_| fails(Class::Unknown)));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 failed"]);
    assert_eq!(desk.keys().len(), 3);
    // The next run looks first, and sends it under the key of the attempts that may yet take.
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys()[0], desk.keys()[3]);
}

#[test]
fn unknown_and_unsure_is_in_doubt_and_the_next_run_settles_it() {
    let desk = desk(&looked_up(), ONE);
    desk.erp().submits([fails(Class::Unknown)]).lookups([crate::target::Looked::None, unsure(), same("A1")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!(ran.exit(), 5);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn unknown_and_a_lookup_that_fails_is_in_doubt() {
    let desk = desk(&looked_up(), ONE);
    let fails_for_good = (0..3).map(|_| look_fails(Class::Unknown));
    desk.erp().submits([fails(Class::Unknown)]).lookups([crate::target::Looked::None]).lookups(fails_for_good);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
}

#[test]
fn unknown_without_a_lookup_is_in_doubt_and_stays_so() {
    let desk = desk(&blind(), ONE);
    desk.erp().submits([fails(Class::Unknown)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
    let again = desk.run();
    assert_eq!(again.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!((again.calls, again.balance.exit_code()), (vec!["login".to_owned()], 5));
    assert_eq!(desk.open(), ["RE-1 in_doubt"]);
}

#[test]
fn a_stop_while_settling_leaves_it_in_doubt_and_the_next_run_settles_it() {
    let desk = desk(&looked_up().replace("settle: 30ms", "settle: 10s"), TWO);
    desk.erp().submits([fails(Class::Unknown)]);
    let stop = desk.stop.clone();
    *desk.book.on_call.lock().unwrap() = Some(Box::new(move |call| {
        if call.starts_with("submit") {
            stop.stop()
        }
    }));
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt", "input.csv:3 pending"]);
    assert_eq!(ran.exit(), 3);
}

#[test]
fn a_kill_during_the_write_is_settled_by_the_next_run() {
    let desk = desk(&looked_up(), ONE);
    desk.run_killed_at("submit RE-1", 1);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    let looks = ran.calls.iter().filter(|call| *call == "lookup RE-1").count();
    assert!(looks >= 2, "{:?}", ran.calls);
    assert_eq!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn a_kill_during_the_write_without_a_lookup_is_in_doubt() {
    let desk = desk(&blind(), ONE);
    desk.run_killed_at("submit RE-1", 1);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!(ran.calls, ["login"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 in_doubt"]);
}

/// After a kill the target may remember the key longer than the recipe's `settle`; what is sent again must be the same.
#[test]
fn a_kill_and_other_content_under_an_idempotency_key_is_not_sent_again() {
    let yaml = blind().replace("concurrency: 1", "concurrency: 1, idempotent: { keeps: 24h }");
    let mut desk = desk(&yaml, ONE);
    desk.run_killed_at("submit RE-1", 1);
    let ran = desk.csv("number;gross;note\nRE-1;101;a\n").run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert_eq!(desk.csv(ONE).run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.keys()[0], desk.keys()[1]);
}

#[test]
fn the_write_of_an_accepted_answer_keeps_its_captures() {
    let desk = desk(&waits(), ONE);
    desk.erp().submits([Submitted::Accepted(Receipt { captures: super::fake::id("A7"), status: Some(202) })]);
    let ran = desk.run();
    assert_eq!(ran.reports[0].entries[0].receipt, super::fake::id("A7"));
    desk.erp().submits([done("never")]);
    assert_eq!(desk.run().reports[0].entries[0].receipt, super::fake::id("A7"));
}

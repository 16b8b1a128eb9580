//! Without a look-up nobody but a person can tell whether a lost answer took: such entries are in doubt, and stay so
//! until they are decided on.

use super::faults::{BAD_DAY, ONE_OF_EACH, SETTLE};
use crate::support::{Desk, Office, Ran, Recipe, rows};

/// Decides on every record in doubt by looking into the office's books, as a person would.
#[track_caller]
fn decide(desk: &Desk, office: &Office, ran: &Ran) -> usize {
    let doubts: Vec<_> = ran.of_kind("record").filter(|record| record["outcome"] == "in_doubt").collect();
    for record in &doubts {
        let number = record["key"]["number"].as_str().unwrap();
        let flag = if office.entered().contains_key(number) { "--entered" } else { "--again" };
        let decided = desk.say(&["resolve", record["id"].as_str().unwrap(), flag]);
        assert_eq!(decided.code, Some(0), "{number} {flag}: {}", decided.stderr);
    }
    doubts.len()
}

#[test]
fn without_a_look_up_the_same_bad_day_leaves_doubts_but_no_duplicates() {
    let good = rows(150);
    let recipe = Recipe { lookup: false, settle: SETTLE, concurrency: 8, ..Recipe::default() };
    let desk = Desk::new(recipe, &good);
    let office = Office::with(BAD_DAY);
    office.next_faults(&ONE_OF_EACH);

    let ran = desk.run_while(&[&office], &[3]);

    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    // 503 without a time, a lost answer, a reset and a late commit all look alike to who gets no answer.
    assert!(ran.count("in_doubt") >= 4, "{:?}", ran.outcomes());
    // The late ones are late by 200 ms.
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(office.duplicates(), [""; 0]);

    let writes = office.writes().len();
    let again = desk.run(&[&office]);
    assert_eq!((again.code, again.count("in_doubt")), (Some(5), ran.count("in_doubt")), "doubts do not go away");
    assert_eq!(office.writes().len(), writes, "and nothing is tried again on suspicion");

    office.set_faults("");
    assert!(decide(&desk, &office, &again) >= 4);
    let ran = desk.run(&[&office]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    office.assert_has_each_once(&good, "after a person decided");
    desk.assert_journal_is_whole("after a person decided");
}

#[test]
fn without_a_look_up_a_kill_leaves_one_doubt_at_the_most() {
    let good = rows(3);
    let recipe = Recipe { lookup: false, ..Recipe::default() };
    let mut doubts = 0;
    for place in ["before-commit", "after-commit", "before-request", "after-request"] {
        for nth in 1..=100 {
            let at = format!("{place}:{nth}");
            let office = Office::new();
            let desk = Desk::new(recipe, &good);
            if desk.run_and_crash(&[&office], &at).code.is_some() {
                break;
            }
            let mut ran = desk.run_while(&[&office], &[3]);
            assert_eq!(office.duplicates(), [""; 0], "{at}");
            if ran.code == Some(5) {
                assert_eq!(decide(&desk, &office, &ran), 1, "{at}");
                doubts += 1;
                ran = desk.run(&[&office]);
            }
            assert_eq!(ran.code, Some(0), "{at}: {}", ran.stderr);
            office.assert_has_each_once(&good, &at);
            desk.assert_journal_is_whole(&at);
        }
    }
    // Before and after each of three requests, and between intent and receipt in the journal.
    assert!(doubts >= 6, "{doubts}");
}

#[test]
fn with_few_calls_at_a_time_a_kill_leaves_no_more_doubts_than_calls_and_with_many_no_duplicates_either() {
    let good = rows(120);
    for (concurrency, at_most) in [(4, 4), (12, 12 + 8 * 4)] {
        for at in ["before-request:1", "after-request:20", "after-commit:9"] {
            let office = Office::new();
            let desk = Desk::new(Recipe { lookup: false, concurrency, ..Recipe::default() }, &good);
            assert_eq!(desk.run_and_crash(&[&office], at).code, None, "{concurrency} {at}");

            let mut ran = desk.run_while(&[&office], &[3]);

            if ran.code == Some(5) {
                let doubts = decide(&desk, &office, &ran);
                assert!((1..=at_most).contains(&doubts), "{concurrency} {at}: {doubts}");
                ran = desk.run(&[&office]);
            }
            assert_eq!(ran.code, Some(0), "{concurrency} {at}: {}", ran.stderr);
            office.assert_has_each_once(&good, at);
            desk.assert_journal_is_whole(at);
        }
    }
}

//! Parts whose write is repeated for the lines of a record: each line is an entry of its own, whatever ends a run between
//! two of them, and whatever becomes of the record later.

use super::desk::{Desk, Ran};
use super::fake::{different, fails, same};
use super::recipes::{LINE_LOOKUP, LINES, ORDER, by_line, by_line_with};
use crate::journal::Resolution;
use crate::record::Outcome;
use crate::target::Class;

fn desk(yaml: &str, csv: &str) -> Desk {
    let mut desk = Desk::new(yaml);
    desk.csv(csv);
    desk
}

/// An order of these lines; one that is written `2:9` has another quantity than its position.
fn order(lines: &[&str]) -> String {
    let row = |line: &&str| {
        let (position, quantity) = line.split_once(':').unwrap_or((line, line));
        format!("B-1;{position};a;{quantity}\n")
    };
    format!("number;position;article;quantity\n{}", lines.iter().map(row).collect::<String>())
}

/// `erp.entry[2] entered` for each entry of the one record.
fn entries(ran: &Ran) -> Vec<String> {
    let [report] = ran.reports.as_slice() else { panic!("not one record: {:?}", ran.outcomes()) };
    report.entries.iter().map(|entry| format!("{} {}", entry.name(), entry.outcome)).collect()
}

#[test]
fn each_line_is_an_entry_of_its_own() {
    let desk = desk(&by_line("", LINE_LOOKUP), ORDER);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(
        ran.calls,
        ["login", "lookup B-1[1]", "submit B-1[1]", "lookup B-1[2]", "submit B-1[2]", "lookup B-1[3]", "submit B-1[3]"]
    );
    assert_eq!(entries(&ran), ["erp.entry[1] entered", "erp.entry[2] entered", "erp.entry[3] entered"]);
    assert_eq!(desk.story("B-1"), ["intent", "entered", "intent", "entered", "intent", "entered"]);
    let mut keys = desk.keys();
    keys.dedup();
    assert_eq!(keys.len(), 3, "each has an idempotency key of its own");
    let again = desk.run();
    assert_eq!((again.outcomes(), &again.calls), (vec!["input.csv:2 unchanged".to_owned()], &calls(&[])));
    assert_eq!(entries(&again), ["erp.entry[1] unchanged", "erp.entry[2] unchanged", "erp.entry[3] unchanged"]);
}

#[test]
fn a_line_that_is_refused_is_named_and_those_after_it_wait() {
    let desk = desk(&by_line("", ""), ORDER);
    desk.erp().submits([super::fake::done("A1"), fails(Class::Refused)]);
    let ran = desk.run();
    assert_eq!(ran.told(), ["input.csv:2 failed: `erp.entry[2]`: the target refused (status 422): no such account"]);
    assert_eq!(entries(&ran), ["erp.entry[1] entered", "erp.entry[2] failed", "erp.entry[3] pending"]);
    assert_eq!(ran.reports[0].entries[2].reason.as_ref().unwrap().code(), "waits");
    assert_eq!(ran.exit(), 1);
    // Without a look-up only a person, or other content, makes another attempt.
    assert_eq!(desk.run().calls, ["login"]);
    assert_eq!(desk.resolve("B-1", Resolution::Again), ["erp.entry[2]"]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    assert_eq!(ran.calls, ["login", "submit B-1[2]", "submit B-1[3]"]);
}

#[test]
fn a_line_whose_answer_was_lost_is_looked_up() {
    let desk = desk(&by_line("", LINE_LOOKUP), ORDER);
    desk.erp().submits([super::fake::done("A1"), fails(Class::Unknown)]);
    desk.erp().lookups([crate::target::Looked::None, crate::target::Looked::None, same("A2")]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 entered"]);
    let submits = ran.calls.iter().filter(|call| call.starts_with("submit")).count();
    assert_eq!(submits, 3, "{:?}", ran.calls);
}

#[test]
fn a_line_whose_answer_was_lost_without_a_lookup_is_in_doubt_until_a_person_decides() {
    let desk = desk(&by_line("", ""), ORDER);
    desk.erp().submits([super::fake::done("A1"), fails(Class::Unknown)]);
    let ran = desk.run();
    assert_eq!(ran.outcomes(), ["input.csv:2 in_doubt"]);
    assert!(ran.told()[0].contains("`erp.entry[2]`"), "{:?}", ran.told());
    assert_eq!(ran.exit(), 5);
    assert_eq!(desk.run().calls, ["login"]);
    assert_eq!(desk.resolve("B-1", Resolution::Entered), ["erp.entry[2]"]);
    assert_eq!(desk.open(), ["B-1 pending"]);
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 entered".to_owned()], calls(&["submit B-1[3]"])));
}

fn calls(after_login: &[&str]) -> Vec<String> {
    ["login"].iter().chain(after_login).map(|call| (*call).to_owned()).collect()
}

#[test]
fn a_line_that_the_target_has_otherwise_is_held() {
    let desk = desk(&by_line("", LINE_LOOKUP), ORDER);
    desk.erp().lookups([different()]);
    let ran = desk.run();
    assert_eq!(entries(&ran), ["erp.entry[1] held", "erp.entry[2] pending", "erp.entry[3] pending"]);
    assert!(ran.calls.iter().all(|call| !call.starts_with("submit")), "{:?}", ran.calls);
}

/// A kill at every call of a run, one after the other: what was in stays in, what was not is entered, once.
#[test]
fn killed_at_each_call_the_next_run_goes_on_where_it_was() {
    for (nth, call) in ["submit B-1[1]", "submit B-1[2]", "submit B-1[3]"].into_iter().enumerate() {
        let desk = desk(&by_line("", LINE_LOOKUP), ORDER);
        desk.run_killed_at(call, 1);
        // It took, and only a look-up can tell.
        desk.erp().lookups([same("A1")]);
        let ran = desk.run();
        assert_eq!(ran.outcomes(), ["input.csv:2 entered"], "{call}");
        let expected: Vec<String> = (nth + 2..=3).map(|position| format!("submit B-1[{position}]")).collect();
        let submits: Vec<String> = ran.calls.iter().filter(|call| call.starts_with("submit")).cloned().collect();
        assert_eq!(submits, expected, "{call}");
        assert!(ran.calls.contains(&format!("lookup B-1[{}]", nth + 1)), "{call}: {:?}", ran.calls);
    }
    for call in ["lookup B-1[1]", "lookup B-1[2]", "lookup B-1[3]"] {
        let desk = desk(&by_line("", LINE_LOOKUP), ORDER);
        desk.run_killed_at(call, 1);
        let before = desk.keys().len();
        assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"], "{call}");
        assert_eq!(desk.keys().len(), 3, "{call}: {before} were sent before");
    }
}

#[test]
fn a_line_that_changed_is_held_and_the_others_are_not_entered_again() {
    let mut desk = desk(&by_line("", ""), &order(&["1", "2", "3"]));
    desk.run();
    let ran = desk.csv(&order(&["1", "2:9", "3"])).run();
    assert_eq!(
        ran.told(),
        ["input.csv:2 held: `erp.entry[2]`: it was entered before, and these fields have changed since: quantity"]
    );
    assert_eq!((entries(&ran)[0].as_str(), ran.calls), ("erp.entry[1] unchanged", calls(&[])));
    desk.resolve("B-1", Resolution::Entered);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn lines_in_another_order_are_the_same_lines() {
    let mut desk = desk(&by_line("", ""), &order(&["1", "2", "3"]));
    desk.run();
    assert_eq!(desk.csv(&order(&["3", "1", "2"])).run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn lines_that_come_later_are_held_together_and_entered_when_a_person_says_so() {
    let mut desk = desk(&by_line("", ""), &order(&["2", "3"]));
    desk.run();
    let ran = desk.csv(&order(&["1", "2", "3", "4"])).run();
    assert_eq!(ran.calls, ["login"]);
    assert_eq!(
        entries(&ran),
        ["erp.entry[2] unchanged", "erp.entry[3] unchanged", "erp.entry[1] held", "erp.entry[4] held"]
    );
    assert_eq!(ran.reports[0].reason.as_ref().unwrap().code(), "added");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"], "asked again, it is the same");
    assert_eq!(desk.resolve("B-1", Resolution::Again), ["erp.entry[1]", "erp.entry[4]"]);
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.calls.len()), (vec!["input.csv:2 entered".to_owned()], 3));
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

#[test]
fn a_line_that_comes_later_and_was_entered_by_hand_is_not_entered() {
    let mut desk = desk(&by_line("", ""), &order(&["1", "2"]));
    desk.run();
    desk.csv(&order(&["1", "2", "3"])).run();
    desk.resolve("B-1", Resolution::Entered);
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 unchanged".to_owned()], calls(&[])));
    // Its content counts from then on.
    let ran = desk.csv(&order(&["1", "2", "3:9"])).run();
    assert_eq!(entries(&ran).last().unwrap(), "erp.entry[3] held");
}

#[test]
fn a_line_that_comes_later_is_entered_where_the_recipe_updates_and_left_where_it_ignores_changes() {
    let update = "\n    update:\n      - put: /orders/${number}/lines/${line.position}\n        \
                  json: { quantity: \"${line.quantity}\" }\n";
    let mut desk = desk(&by_line("on_change: update", &format!("{LINE_LOOKUP}{update}")), &order(&["1", "2"]));
    desk.run();
    let ran = desk.csv(&order(&["1", "2", "3"])).run();
    assert_eq!(
        (ran.outcomes(), ran.calls),
        (vec!["input.csv:2 entered".to_owned()], calls(&["lookup B-1[3]", "submit B-1[3]"]))
    );
    // A change of a line is an update of that line.
    desk.erp().lookups([same("A1")]);
    let ran = desk.csv(&order(&["1", "2:9", "3"])).run();
    assert_eq!(ran.calls, ["login", "lookup B-1[2]", "update B-1[2]"]);

    let mut desk = self::desk(&by_line("on_change: ignore", ""), &order(&["1", "2"]));
    desk.run();
    let ran = desk.csv(&order(&["1", "2:9", "3"])).run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 unchanged".to_owned()], calls(&[])));
}

/// The lines that an interrupted run did not come to are not lines that came later.
#[test]
fn what_an_interrupted_run_did_not_come_to_is_entered_whatever_the_recipe_says_of_changes() {
    for on_change in ["hold", "ignore"] {
        let desk = desk(&by_line(&format!("on_change: {on_change}"), LINE_LOOKUP), ORDER);
        desk.run_killed_at("lookup B-1[2]", 1);
        let ran = desk.run();
        assert_eq!(ran.outcomes(), ["input.csv:2 entered"], "{on_change}");
        assert_eq!(desk.keys().len(), 3, "{on_change}");
    }
}

/// Nothing of the record is in yet, so there is nothing to protect.
#[test]
fn a_record_of_which_nothing_is_in_may_get_lines_and_lose_them() {
    let mut desk = desk(&by_line("", ""), &order(&["1", "2"]));
    desk.erp().submits([fails(Class::Refused)]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 failed"]);
    let ran = desk.csv(&order(&["2", "3"])).run();
    assert_eq!(
        (ran.outcomes(), ran.calls),
        (vec!["input.csv:2 entered".to_owned()], calls(&["submit B-1[2]", "submit B-1[3]"]))
    );
}

#[test]
fn a_line_that_is_gone_is_held_until_a_person_decides_and_once_more_if_it_comes_back() {
    let mut desk = desk(&by_line("", ""), &order(&["1", "2", "3"]));
    desk.run();
    let ran = desk.csv(&order(&["1", "3"])).run();
    assert_eq!(entries(&ran), ["erp.entry[1] unchanged", "erp.entry[3] unchanged", "erp.entry[2] held"]);
    assert_eq!(ran.reports[0].reason.as_ref().unwrap().code(), "removed");
    assert_eq!(desk.resolve("B-1", Resolution::Entered), ["erp.entry[2]"]);
    let ran = desk.run();
    assert_eq!(entries(&ran), ["erp.entry[1] unchanged", "erp.entry[3] unchanged"]);
    let ran = desk.csv(&order(&["1", "2", "3"])).run();
    assert_eq!(ran.reports[0].reason.as_ref().unwrap().code(), "added");
    assert_eq!(ran.outcomes(), ["input.csv:2 held"]);
}

#[test]
fn a_line_in_doubt_that_is_gone_stays_in_doubt() {
    let mut desk = desk(&by_line("", LINE_LOOKUP), &order(&["1", "2"]));
    desk.run_killed_at("submit B-1[2]", 1);
    let ran = desk.csv(&order(&["1"])).run();
    assert_eq!(entries(&ran), ["erp.entry[1] unchanged", "erp.entry[2] in_doubt"]);
    assert_eq!(ran.exit(), 5);
    desk.resolve("B-1", Resolution::Again);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
}

/// Known by something else the same lines would be others, and all of them would be entered again.
#[test]
fn lines_that_are_known_by_something_else_are_for_a_person_to_look_at() {
    let mut desk = desk(&by_line("", ""), ORDER);
    desk.run();
    for steps in [LINES.replace("by: position", "by: article"), by_the_record()] {
        desk.change_recipe(&by_line_with("", &steps, ""));
        let ran = desk.run();
        assert_eq!((ran.outcomes(), &ran.calls), (vec!["input.csv:2 held".to_owned()], &calls(&[])));
        assert!(ran.told()[0].ends_with("no longer has: entry[position]"), "{:?}", ran.told());
    }
}

fn by_the_record() -> String {
    "\n    steps:\n      - post: /orders\n        json: { number: \"${number}\" }\n".to_owned()
}

#[test]
fn a_record_that_was_entered_whole_is_not_entered_by_line() {
    let mut desk = desk(&by_line_with("", &by_the_record(), ""), ORDER);
    desk.run();
    desk.change_recipe(&by_line("", ""));
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 held".to_owned()], calls(&[])));
}

#[test]
fn when_leaves_out_lines_or_all_of_them() {
    let step = LINES.replace("            json:", "            when: line.quantity > 1\n            json:");
    let desk = desk(&by_line_with("", &step, ""), ORDER);
    assert_eq!(entries(&desk.run()), ["erp.entry[2] entered", "erp.entry[3] entered"]);
    let all = LINES.replace("        by:", "        when: number != \"B-1\"\n        by:");
    let desk = self::desk(&by_line_with("", &all, ""), ORDER);
    let ran = desk.run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 unchanged".to_owned()], Vec::new()));
}

#[test]
fn lines_without_a_key_of_their_own_reject_the_record() {
    let csv = "number;position;article;quantity\nB-1;1;a;1\nB-1;1;b;2\nB-2;;a;1\nB-3;1;a;1\nB-3;x;a;1\n";
    let desk = desk(&by_line("", ""), csv);
    let ran = desk.run();
    let issues: Vec<String> = ran
        .reports
        .iter()
        .flat_map(|report| &report.issues)
        .map(|issue| crate::messages::issue(issue, crate::messages::Language::English))
        .collect();
    assert_eq!(
        issues,
        [
            "input.csv:3 position: 1 - `position` tells a line from the others of its record, but is the same in row 2",
            "input.csv:4 position: is part of what tells a line from the others of its record, so it must not be empty",
            "input.csv:6 position: x - `x` has no place in a number; digits are 0 to 9",
        ]
    );
    assert!(ran.reports.iter().all(|report| report.outcome == Outcome::Rejected), "{:?}", ran.outcomes());
    assert_eq!(ran.calls, [""; 0]);
}

#[test]
fn approved_is_the_order_with_all_its_lines() {
    let yaml = by_line("needs_approval: lines.sum(quantity) > 5", "");
    let mut desk = desk(&yaml, ORDER);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 held"]);
    desk.approve("B-1");
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
    assert_eq!(desk.run().outcomes(), ["input.csv:2 unchanged"]);
    let more = ORDER.replace("B-1;3;c;3", "B-1;3;c;3\nB-1;4;d;4");
    let ran = desk.csv(&more).run();
    assert_eq!((ran.outcomes(), ran.calls), (vec!["input.csv:2 held".to_owned()], Vec::new()));
}

/// Those after the first only wait, and a rehearsal is no run that was stopped.
#[test]
fn a_rehearsal_submits_no_line() {
    let mut desk = desk(&by_line("", LINE_LOOKUP), ORDER);
    desk.options.rehearse = true;
    let ran = desk.run();
    assert_eq!(ran.told(), ["input.csv:2 pending: rehearsed: all but the write was done"]);
    assert_eq!((ran.calls.as_slice(), ran.exit()), (calls(&["lookup B-1[1]"]).as_slice(), 0));
    desk.options.rehearse = false;
    assert_eq!(desk.run().outcomes(), ["input.csv:2 entered"]);
}

/// One call at a time is one record at a time, with all its lines.
#[test]
fn the_lines_of_a_record_are_entered_together() {
    let csv = "number;position;article;quantity\nB-1;1;a;1\nB-1;2;a;2\nB-2;1;a;1\nB-2;2;a;2\n";
    let desk = desk(&by_line("", ""), csv);
    let ran = desk.run();
    assert_eq!(ran.calls, calls(&["submit B-1[1]", "submit B-1[2]", "submit B-2[1]", "submit B-2[2]"]));
}

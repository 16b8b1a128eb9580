//! A target on a bad day: refused, lost and late answers. The last test lets a write take later than the promise allows
//! for, to prove that these tests see a duplicate when there is one.

use crate::support::{Desk, Office, Recipe, rows};

/// What the promise covers: late commits and stale searches are over well before `settle` is.
pub const BAD_DAY: &str = "503=5%,lost_answer=2%,reset=2%,late_commit=2%@200ms,stale_search=20%@60ms,latency=3ms";
pub const SETTLE: &str = "400ms";

/// One of each for certain, whatever the dice say.
pub const ONE_OF_EACH: [&str; 4] = ["503", "lost_answer", "reset", "late_commit@200ms"];

/// Rows that must not be entered, and what becomes of each.
const WRONG: [(&str, &str); 10] = [
    (";Müller & Söhne;03.04.2026;10,00", "rejected"),
    ("RE-1;Müller & Söhne;03.04.2026;10,00", "rejected"),
    ("RE-9001;;03.04.2026;10,00", "rejected"),
    ("RE-9002;Müller & Söhne;31.02.2026;10,00", "rejected"),
    ("RE-9003;Müller & Söhne;03.04.2026;12.50", "rejected"),
    ("RE-9004;Müller & Söhne;03.04.2026;-1,00", "rejected"),
    ("RE-9005;Müller & Söhne;03.04.2026", "rejected"),
    // The same key with two contents: nobody can tell which is right.
    ("RE-9006;Müller & Söhne;03.04.2026;10,00", "held"),
    ("RE-9006;Müller & Söhne;03.04.2026;11,00", "held"),
    ("RE-9007;Müller & Söhne;2026;x", "rejected"),
];

#[test]
fn on_a_bad_day_every_valid_record_is_there_exactly_once() {
    let good = rows(150);
    let mut lines = Desk::lines(&good);
    for (index, (line, _)) in WRONG.iter().enumerate() {
        lines.insert(index * 14 + 3, (*line).to_owned());
    }
    // Four rows stand there twice, with equal content.
    lines.extend(Desk::lines(&good[20..24]));
    let recipe = Recipe { settle: SETTLE, concurrency: 8, verify: true, ..Recipe::default() };
    let desk = Desk::new(recipe, &[]);
    desk.put_lines(&lines);
    let office = Office::with(BAD_DAY);
    office.next_faults(&ONE_OF_EACH);

    let ran = desk.run_while(&[&office], &[3, 5]);

    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    office.assert_has_each_once(&good, "after a bad day");
    let met: Vec<_> = office.writes().iter().filter_map(|write| write.fault).collect();
    for fault in ONE_OF_EACH {
        let name = fault.split('@').next().unwrap();
        assert!(met.contains(&name), "the test did not meet {name}: {met:?}");
    }
    // Every row is in a named outcome, at its place.
    assert_eq!(ran.balance()["rows"], lines.len());
    for (index, line) in lines.iter().enumerate() {
        let origin = format!("invoices.csv:{}", index + 2);
        let record = ran.records().find(|record| record["origin"] == *origin).unwrap();
        let outcome = record["outcome"].as_str().unwrap();
        match WRONG.iter().find(|(wrong, _)| wrong == line) {
            Some((_, expected)) => assert_eq!(outcome, *expected, "{record}"),
            None => assert!(matches!(outcome, "entered" | "unchanged"), "{record}"),
        }
    }
    desk.assert_journal_is_whole("after a bad day");

    // Once more, on a good day: nothing is left to do.
    office.set_faults("");
    let writes = office.writes().len();
    let again = desk.run(&[&office]);
    assert_eq!(again.count("unchanged"), 154, "{}", again.stderr);
    assert_eq!(again.count("entered"), 0);
    assert_eq!(office.writes().len(), writes);
}

#[test]
fn a_late_commit_beyond_settle_is_the_one_duplicate_that_the_promise_excludes() {
    let good = rows(4);
    let desk = Desk::new(Recipe { settle: "50ms", ..Recipe::default() }, &good);
    let office = Office::new();
    office.next_faults(&["late_commit@3s"]);

    let ran = desk.run(&[&office]);

    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    office.assert_has_each_once(&good, "before the late commit");
    office.wait_for_entered(5);
    // Which of the four is the first at the office is left open.
    let [twice] = &office.duplicates()[..] else { panic!("{:?}", office.duplicates()) };
    assert_eq!(office.differs_from(&good), [format!("{twice}: 2 times")]);
}

#[test]
fn an_unknown_attempt_is_remembered_beyond_the_refusal_that_follows() {
    // The office refuses so long a name each time; the first answer, though, never comes.
    let desk = Desk::new(Recipe::default(), &[]);
    desk.put_lines(&[format!("RE-0001;{};03.04.2026;10,00", "Müller ".repeat(40))]);
    let office = Office::new();
    office.next_faults(&["reset"]);
    for _ in 0..2 {
        let ran = desk.run(&[&office]);
        assert_eq!((ran.code, ran.count("failed")), (Some(1), 1), "{}", ran.stderr);
    }
    let writes = office.writes();
    assert!(writes.len() >= 3, "{writes:#?}");
    // Should the first take yet, a target that honours the key knows all later ones as the same.
    assert!(writes.iter().all(|write| write.idempotency_key == writes[0].idempotency_key), "{writes:#?}");
}

//! A journal that was lost, restored from an old copy, or asked about another system.

use std::fs;

use crate::support::{Desk, Office, Recipe, Row, rows, wait_until};

/// Enters the first half of the rows, keeping a copy of the journal from before the last of them; then all rows wait.
fn half_done(recipe: Recipe, good: &[Row], office: &Office) -> Desk {
    let half = good.len() / 2;
    let desk = Desk::new(recipe, &good[..half - 1]);
    assert_eq!(desk.run(&[office]).code, Some(0));
    Desk::copy_journal(&desk.state(), &desk.path("copy"));
    desk.put_lines(&Desk::lines(&good[..half]));
    assert_eq!(desk.run(&[office]).code, Some(0));
    desk.put_lines(&Desk::lines(good));
    desk
}

const NO_LOOKUP: Recipe =
    Recipe { lookup: false, archive: false, verify: false, concurrency: 1, settle: "200ms", attempts: 4 };

#[test]
fn with_a_look_up_a_lost_journal_makes_no_duplicate() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(Recipe::default(), &good, &office);
    Desk::delete_journal(&desk.state());

    let ran = desk.run(&[&office]);

    assert_eq!((ran.code, ran.count("unchanged"), ran.count("entered")), (Some(0), 4, 4), "{}", ran.stderr);
    assert!(ran.stderr.contains("the journal that was here is gone"), "{}", ran.stderr);
    office.assert_has_each_once(&good, "a lost journal");
    desk.assert_journal_is_whole("a lost journal");
}

#[test]
fn with_a_look_up_a_restored_journal_makes_no_duplicate() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(Recipe::default(), &good, &office);
    Desk::copy_journal(&desk.path("copy"), &desk.state());

    let ran = desk.run(&[&office]);

    assert_eq!((ran.code, ran.count("unchanged"), ran.count("entered")), (Some(0), 4, 4), "{}", ran.stderr);
    assert!(ran.stderr.contains("it was restored from a copy"), "{}", ran.stderr);
    office.assert_has_each_once(&good, "a restored journal");
}

#[test]
fn what_a_lost_journal_had_just_submitted_gets_the_time_to_appear() {
    let (good, office) = (rows(3), Office::new());
    let desk = Desk::new(Recipe { settle: "600ms", ..Recipe::default() }, &good);
    office.next_faults(&["late_commit@500ms"]);
    let mut running = desk.start(&[&office]);
    wait_until("the first write", || office.requests() >= 2);
    running.kill();
    running.wait();
    Desk::delete_journal(&desk.state());

    let ran = desk.run(&[&office]);

    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let late = || office.writes().iter().any(|write| write.fault == Some("late_commit"));
    wait_until("the late commit", late);
    office.assert_has_each_once(&good, "a journal lost right after a write");
}

/// Without a look-up nothing is submitted on such a journal's word, until a person looks into the target, says what is
/// there and that the rest is not. `known` is how many the journal still knows.
#[track_caller]
fn a_person_must_look(desk: &Desk, office: &Office, good: &[Row], known: u64) {
    let writes = office.writes().len();
    for _ in 0..2 {
        let ran = desk.run(&[office]);
        assert_eq!((ran.code, ran.count("pending")), (Some(3), 8 - known), "{}", ran.stderr);
        assert_eq!(ran.count("unchanged"), known);
        assert!(ran.stderr.contains("eintrag journal trust"), "{}", ran.stderr);
        ran.assert_accounts_for_all();
    }
    assert_eq!(office.writes().len(), writes, "nothing is submitted");
    for row in &good[usize::try_from(known).unwrap()..4] {
        let dropped = desk.say(&["resolve", &format!("number={}", row.number), "--drop"]);
        assert_eq!(dropped.code, Some(0), "{}", dropped.stderr);
    }
    let trust = desk.say(&["journal", "trust"]);
    assert_eq!(trust.code, Some(0), "{}", trust.stderr);
    let ran = desk.run(&[office]);
    assert_eq!((ran.code, ran.count("entered"), ran.count("unchanged")), (Some(0), 4, 4), "{}", ran.stderr);
    assert!(!ran.stderr.contains("eintrag journal trust"), "{}", ran.stderr);
    office.assert_has_each_once(good, "after a person looked");
    desk.assert_journal_is_whole("after a person looked");
}

#[test]
fn without_a_look_up_a_lost_journal_submits_nothing_until_it_is_trusted() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(NO_LOOKUP, &good, &office);
    Desk::delete_journal(&desk.state());
    a_person_must_look(&desk, &office, &good, 0);
}

#[test]
fn without_a_look_up_a_restored_journal_submits_nothing_until_it_is_trusted() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(NO_LOOKUP, &good, &office);
    Desk::copy_journal(&desk.path("copy"), &desk.state());
    a_person_must_look(&desk, &office, &good, 3);
}

#[test]
fn two_targets_of_one_system_with_the_same_part_are_told_apart_before_anything_is_sent() {
    let (good, office) = (rows(2), Office::new());
    let desk = Desk::new(Recipe { archive: true, ..Recipe::default() }, &good);
    let ran = desk.run(&[&office, &office]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("the targets `erp` and `archive` are both at http://127.0.0.1:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`system:`"), "{}", ran.stderr);
    assert_eq!(office.requests(), 0);
}

#[test]
fn once_a_run_is_over_the_journal_is_one_file_that_can_be_copied() {
    let (good, office) = (rows(4), Office::new());
    let desk = Desk::new(Recipe::default(), &good);
    for _ in 0..8 {
        assert_eq!(desk.run(&[&office]).code, Some(0));
        assert!(!desk.state().join("journal.db-wal").exists(), "the log was not taken over");
    }
}

#[test]
fn a_kill_while_the_journal_is_made_is_no_lost_journal() {
    let (good, office) = (rows(4), Office::new());
    let desk = Desk::new(NO_LOOKUP, &good);
    fs::create_dir_all(desk.state()).unwrap();
    // Between making the seal and writing it.
    fs::write(desk.state().join("journal.seal"), "").unwrap();
    let ran = desk.run(&[&office]);
    assert_eq!((ran.code, ran.count("entered")), (Some(0), 4), "{}", ran.stderr);
}

#[test]
fn a_recipe_pointed_at_another_system_sends_nothing_until_told_that_it_is_the_same() {
    let (good, was, is) = (rows(4), Office::new(), Office::new());
    let desk = Desk::new(Recipe::default(), &good);
    assert_eq!(desk.run(&[&was]).code, Some(0));

    let moved = desk.run(&[&is]);

    assert_eq!(moved.code, Some(2), "{}", moved.stderr);
    assert!(moved.stderr.contains(&was.url()) && moved.stderr.contains(&is.url()), "{}", moved.stderr);
    assert!(moved.stderr.contains("eintrag journal moved invoices.yaml --target erp"), "{}", moved.stderr);
    assert_eq!(is.requests(), 0, "not even a look-up");
    was.assert_has_each_once(&good, "pointed elsewhere");

    let told =
        desk.command(&["journal", "moved", "invoices.yaml", "--target", "erp"]).env("ERP_URL", is.url()).output();
    assert!(told.unwrap().status.success());
    let ran = desk.run(&[&is]);
    assert_eq!((ran.code, ran.count("unchanged")), (Some(0), 4), "{}", ran.stderr);
    assert!(is.writes().is_empty(), "it is the same system, where all is entered");
    assert_eq!(desk.run(&[&was]).code, Some(2), "and the old address is another one now");
}

//! A journal that was lost, restored from an old copy, or asked about another system.

use crate::support::{Desk, Office, Recipe, Row, rows};

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
    let desk = Desk::new(Recipe { settle: "1500ms", ..Recipe::default() }, &good);
    office.next_faults(&["late_commit@1200ms"]);
    let mut running = desk.start(&[&office]);
    crate::support::wait_until("the first write", || office.requests() >= 2);
    running.kill();
    running.wait();
    Desk::delete_journal(&desk.state());

    let ran = desk.run(&[&office]);

    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    office.wait_for_entered(3);
    std::thread::sleep(std::time::Duration::from_millis(300));
    office.assert_has_each_once(&good, "a journal lost right after a write");
}

/// Without a look-up nothing is submitted on such a journal's word, until a person says so.
#[track_caller]
fn waits_for_trust(desk: &Desk, office: &Office, known: u64) {
    let writes = office.writes().len();
    for _ in 0..2 {
        let ran = desk.run(&[office]);
        assert_eq!((ran.code, ran.count("pending")), (Some(3), 8 - known), "{}", ran.stderr);
        assert_eq!(ran.count("unchanged"), known);
        assert!(ran.stderr.contains("eintrag journal trust"), "{}", ran.stderr);
        ran.assert_accounts_for_all();
    }
    assert_eq!(office.writes().len(), writes, "nothing is submitted");
    let trust = desk.say(&["journal", "trust"]);
    assert_eq!(trust.code, Some(0), "{}", trust.stderr);
}

#[test]
fn without_a_look_up_a_lost_journal_submits_nothing_until_it_is_trusted() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(NO_LOOKUP, &good, &office);
    Desk::delete_journal(&desk.state());
    waits_for_trust(&desk, &office, 0);
    // The person who said so has taken out what is entered.
    desk.put_lines(&Desk::lines(&good[4..]));
    let ids: Vec<String> = desk.run(&[&office]).ids("entered");
    assert_eq!(ids.len(), 8, "what waited is carried over, and trust means to enter it");
    assert_eq!(office.duplicates().len(), 4, "only the person could have known better");
}

#[test]
fn without_a_look_up_a_restored_journal_submits_nothing_until_it_is_trusted() {
    let (good, office) = (rows(8), Office::new());
    let desk = half_done(NO_LOOKUP, &good, &office);
    Desk::copy_journal(&desk.path("copy"), &desk.state());
    waits_for_trust(&desk, &office, 3);
    // The fourth was entered after the copy; the person looks and says so.
    let dropped = desk.say(&["resolve", "number=RE-0004", "--drop"]);
    assert_eq!(dropped.code, Some(0), "{}", dropped.stderr);
    let ran = desk.run(&[&office]);
    assert_eq!((ran.code, ran.count("entered"), ran.count("unchanged")), (Some(0), 4, 4), "{}", ran.stderr);
    office.assert_has_each_once(&good, "a restored journal without a look-up");
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

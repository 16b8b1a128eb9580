//! After a run: what status, runs, explain, report and the journal tell, and what a person can decide.

use crate::desk::{Desk, EXPORT, Office, RECIPE, Said};

/// A desk whose office is open.
struct Day {
    desk: Desk,
    office: Office,
}

impl Day {
    fn new() -> Self {
        Self { desk: Desk::new(), office: Office::open() }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let url = self.office.url();
        self.desk.eintrag_with(arguments, &[("ERP_URL", &url), ("ERP_TOKEN", "sandbox-token")])
    }

    fn say(&self, arguments: &[&str]) -> Said {
        self.desk.eintrag(arguments)
    }
}

const RUN: &[&str] = &["run", "recipes/mai.yaml"];

#[test]
fn the_balance_of_a_run_is_for_clerks() {
    let day = Day::new();
    let said = day.run(RUN).ended(1);
    let rejects = "run-1/mai.csv.rejects.csv";
    let (before, after) = said.out.split_once("all rejected rows").expect("the rejects are named");
    assert_eq!(
        before,
        "\
mai: 3 rows read, 3 records
        2  entered      now in the target
        1  rejected     the data is wrong; nothing was sent
the first issues:
  mai.csv:3 gross: 12.50 - looks like an English number; in German (de) write 12,50
"
    );
    assert!(after.contains(rejects), "{after}");
    assert_eq!(day.office.entered(), 2);
}

#[test]
fn running_again_enters_nothing_twice() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let again = day.run(RUN).ended(1);
    assert!(again.out.contains("2  unchanged    nothing to do"), "{}", again.out);
    assert_eq!(day.office.entered(), 2);
}

#[test]
fn a_corrected_reject_is_fed_back() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let rejects = std::fs::read_to_string(day.desk.file(".eintrag/reports/run-1/mai.csv.rejects.csv")).unwrap();
    day.desk.write("inbox/korrigiert.csv", &rejects.replace(";12.50;", ";12,50;"));
    let said = day.run(&["run", "recipes/mai.yaml", "--input", "inbox/korrigiert.csv"]).ended(0);
    assert!(said.out.starts_with("mai: 1 row read, 1 record\n        1  entered "), "{}", said.out);
    assert_eq!(day.office.entered(), 3);
}

#[test]
fn files_of_one_name_in_two_folders_keep_their_rejects_apart() {
    let day = Day::new();
    day.desk.write("nord/mai.csv", EXPORT);
    day.desk.write("sued/mai.csv", &EXPORT.replace("R-", "S-"));
    let said = day.run(&["run", "recipes/mai.yaml", "--input", "nord/mai.csv", "sued/mai.csv"]).ended(1);
    for (folder, number) in [("nord", "R-2"), ("sued", "S-2")] {
        assert!(said.out.contains(&format!("  {folder}/mai.csv:3 gross: 12.50 - ")), "{}", said.out);
        let rejects = day.desk.file(&format!(".eintrag/reports/run-1/{folder}-mai.csv.rejects.csv"));
        let rejects = std::fs::read_to_string(rejects).unwrap();
        assert!(rejects.lines().count() == 2 && rejects.contains(&format!("{number};Huber AG")), "{rejects}");
    }
}

#[test]
fn status_and_runs_count_what_the_journal_knows() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let status = day.say(&["status"]).ended(0);
    assert_eq!(
        status.out,
        "mai\n        2  entered      now in the target\n        1  rejected     the data is wrong; nothing was sent\n"
    );
    let runs = day.say(&["runs"]).ended(0);
    assert!(runs.out.starts_with("#1 ") && runs.out.contains("mai") && runs.out.contains("2 entered, 1 rejected"));
    let line: serde_json::Value = serde_json::from_str(&day.say(&["runs", "--format", "jsonl"]).out).unwrap();
    assert_eq!((&line["kind"], &line["exit_code"]), (&"run".into(), &1.into()));
}

#[test]
fn explain_tells_one_record_from_cell_to_receipt() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let told = day.say(&["explain", "number=R-3"]).ended(0).out;
    for part in [
        "supplier=Huber AG, number=R-3 (mai)",
        "run #1: entered from mai.csv:4",
        "gross: 1190.00",
        "erp.entry: about to be submitted",
    ] {
        assert!(told.contains(part), "`{part}` is missing:\n{told}");
    }
    // The same by the id that it printed.
    let id = told.split(['[', ']']).nth(1).expect("the id stands in brackets");
    assert_eq!(day.say(&["explain", id]).ended(0).out, told);
    // And the story of one that was refused entry.
    let rejected = day.say(&["explain", "number=R-2"]).ended(0).out;
    assert!(rejected.contains("run #1: rejected from mai.csv:3"), "{rejected}");
}

#[test]
fn a_record_that_is_not_known_or_not_clear_is_said() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let said = day.say(&["explain", "R-9"]).ended(2);
    assert_eq!(
        said.err,
        "error: no record is called `R-9`; name it by its id, or by `field=value` of its key, such as `number=R-9`\n"
    );
    let said = day.say(&["explain", "supplier=Huber AG"]).ended(2);
    assert!(said.err.contains("`supplier=Huber AG` names several records; say which:\n  "), "{}", said.err);
    for decision in ["--entered", "--again", "--drop"] {
        let said = day.say(&["resolve", "number=R-1", decision]).ended(2);
        assert!(said.err.contains("has nothing to decide on"), "{decision}: {}", said.err);
    }
    let said = day.say(&["approve", "number=R-1"]).ended(2);
    assert!(said.err.contains("is not held, so there is nothing to approve"), "{}", said.err);
}

#[test]
fn reports_are_views_of_the_journal() {
    let day = Day::new();
    let entered = day.run(RUN).ended(1);
    let report = day.say(&["report", "last"]).ended(0);
    assert!(report.out.starts_with("mai #1 "), "{}", report.out);
    assert!(report.out.contains("mai.csv:3 gross: \"12.50\" - looks like an English number"), "{}", report.out);
    assert!(entered.out.contains("the whole report: eintrag report 1"), "{}", entered.out);
    day.say(&["report", "1", "--json", "1.jsonl", "--junit", "1.xml"]).ended(0);
    let json = std::fs::read_to_string(day.desk.file("1.jsonl")).unwrap();
    assert_eq!(json.lines().count(), 4, "three records and the balance: {json}");
    assert!(std::fs::read_to_string(day.desk.file("1.xml")).unwrap().contains("<testcase"));
    let german = |arguments: &[&str]| day.say(&[arguments, &["--lang", "de"]].concat()).ended(0).out;
    let report = german(&["report", "1"]);
    assert!(report.contains("] abgelehnt ") && report.contains("sieht wie eine englische Zahl aus"), "{report}");
    assert!(german(&["runs"]).contains("Code 1     2 eingetragen, 1 abgelehnt"), "{}", german(&["runs"]));
    let told = german(&["explain", "number=R-3"]);
    assert!(told.contains("Lauf #1: eingetragen aus mai.csv:4") && told.contains("Status 201"), "{told}");
    let said = day.say(&["report", "7"]).ended(2);
    assert_eq!(said.err, "error: there is no run `7`; `eintrag runs` lists them\n");
}

#[test]
fn the_journal_is_whole_or_says_that_it_is_not() {
    let day = Day::new();
    day.run(RUN).ended(1);
    let whole = day.say(&["journal", "verify"]).ended(0);
    assert!(whole.err.starts_with("the journal is whole: "), "{}", whole.err);
    // Gone, as after a crash of the disk: nothing is submitted without a look-up, and nothing is entered twice.
    std::fs::remove_file(day.desk.file(".eintrag/journal.db")).unwrap();
    let said = day.run(RUN);
    assert!(said.err.contains("warning: the journal that was here is gone"), "{}", said.err);
    assert_eq!(day.office.entered(), 2);
}

#[test]
fn what_needs_approval_waits_for_it() {
    let day = Day::new();
    day.desk.write("recipes/mai.yaml", &format!("{RECIPE}needs_approval: gross > 1000\n"));
    let held = day.run(RUN).ended(1);
    assert!(held.out.contains("1  held         wait for a person"), "{}", held.out);
    assert_eq!(day.office.entered(), 1);
    let approved = day.say(&["approve", "number=R-3"]).ended(0);
    assert!(approved.err.contains("gross: 1190.00") && approved.err.contains("approved; the next run enters it"));
    day.run(RUN).ended(1);
    assert_eq!(day.office.entered(), 2);
    let told = day.say(&["explain", "number=R-3"]).out;
    assert!(told.contains(": approved by a person (by anna)\n"), "{told}");
}

#[test]
fn a_change_of_content_is_held_until_a_person_decides() {
    let day = Day::new();
    day.run(RUN).ended(1);
    day.desk.write("inbox/mai.csv", &EXPORT.replace("48,20", "84,20"));
    let held = day.run(RUN).ended(1);
    assert!(held.out.contains("1  held "), "{}", held.out);
    assert_eq!(day.office.entered(), 2);
    day.say(&["resolve", "number=R-1", "--drop"]).ended(0);
    let told = day.say(&["explain", "number=R-1"]).out;
    assert!(told.contains(": decided by a person: stays in the target as it is (by anna)\n"), "{told}");
    assert!(!day.say(&["status"]).ended(0).out.contains("held"));
}

#[test]
fn two_recipes_go_in_one_call() {
    let day = Day::new();
    let june = RECIPE.replace("recipe: mai", "recipe: juni").replace("mai.csv", "juni.csv");
    day.desk.write("recipes/juni.yaml", &june);
    day.desk.write("inbox/juni.csv", "Nummer;Lieferant;Datum;Betrag\nR-7;Huber AG;01.06.2026;7,00\n");
    // All is well with the second; the worse of the two is how the call ends.
    let said = day.run(&["run", "recipes/mai.yaml", "recipes/juni.yaml"]).ended(1);
    assert!(said.out.contains("mai: 3 rows read") && said.out.contains("juni: 1 row read"), "{}", said.out);
    assert_eq!(day.office.entered(), 3);
    assert_eq!(day.say(&["runs"]).ended(0).out.lines().count(), 2);
}

#[test]
fn limit_and_only_leave_the_rest_pending() {
    let day = Day::new();
    let one = day.run(&["run", "recipes/mai.yaml", "--limit", "1"]);
    assert!(one.out.contains("1  entered") && one.out.contains("1  pending"), "{}", one.out);
    day.run(&["run", "recipes/mai.yaml", "--only", "number=R-3"]);
    assert_eq!(day.office.entered(), 2);
}

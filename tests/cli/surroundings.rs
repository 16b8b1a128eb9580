//! Settings, secrets, addresses, and the folder of the journal.

use crate::desk::{Desk, Office, RECIPE};

const RUN: &[&str] = &["run", "recipes/mai.yaml"];

#[test]
fn a_dry_run_needs_no_settings_and_sends_nothing() {
    let (desk, office) = (Desk::new(), Office::open());
    let dry = ["run", "recipes/mai.yaml", "--dry-run", "--format", "jsonl"];
    let without = desk.eintrag(&dry).ended(1);
    assert!(without.err.contains("note: `ERP_URL` is not set; its place is shown as `http://erp-url.invalid`"));
    let german = desk.eintrag(&["run", "recipes/mai.yaml", "--dry-run", "--lang", "de"]).ended(1);
    let note = "Hinweis: `ERP_URL` ist nicht gesetzt; an seiner Stelle steht `http://erp-url.invalid`";
    assert!(german.err.contains(note), "{}", german.err);
    assert!(without.out.contains(r#"{"post":"http://erp-url.invalid/api/invoices""#), "{}", without.out);
    assert!(without.out.contains(r#""total":1190.00"#), "{}", without.out);
    let url = office.url();
    let with = desk.eintrag_with(&dry, &[("ERP_URL", &url)]).ended(1);
    assert!(with.out.contains(&format!(r#"{{"post":"{url}/api/invoices""#)), "{}", with.out);
    assert!(with.err.ends_with("dry run: nothing was sent\n"), "{}", with.err);
    assert_eq!(office.requests(), 0);
    assert!(!desk.file(".eintrag").exists(), "a dry run keeps no journal");
}

#[test]
fn a_secret_is_not_shown_by_a_dry_run() {
    let said = Desk::new()
        .eintrag_with(&["run", "recipes/mai.yaml", "--dry-run", "--format", "jsonl"], &[("ERP_TOKEN", "geheim-123")])
        .ended(1);
    assert!(!said.out.contains("geheim") && !said.err.contains("geheim"), "{}{}", said.out, said.err);
    assert!(said.out.contains("Bearer •••"), "{}", said.out);
}

#[test]
fn a_setting_that_is_missing_is_named_and_leaves_nothing_behind() {
    let desk = Desk::new();
    let said = desk.eintrag(RUN).ended(2);
    assert!(said.err.contains("the environment variable `ERP_URL` is not set"), "{}", said.err);
    let said = desk.eintrag_with(RUN, &[("ERP_URL", "http://127.0.0.1:9")]).ended(2);
    assert!(said.err.contains("the secret `ERP_TOKEN` is not set: set the environment variable ERP_TOKEN, or"));
    assert!(!desk.file(".eintrag").exists());
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let (desk, office) = (Desk::new(), Office::open());
    desk.write("secrets/ERP_TOKEN", "sandbox-token\n");
    let (url, folder) = (office.url(), desk.file("secrets"));
    desk.eintrag_with(RUN, &[("ERP_URL", &url), ("EINTRAG_SECRETS", folder.to_str().unwrap())]).ended(1);
    assert_eq!(office.entered(), 2);
}

#[test]
fn a_real_secret_never_goes_to_the_practice_office() {
    // The office knows its own token only: were the real one sent, it would refuse.
    let said = Desk::new().eintrag_with(&["run", "recipes/mai.yaml", "--sandbox"], &[("ERP_TOKEN", "the-real-one")]);
    assert!(said.ended(1).out.contains("2  entered"));
}

#[test]
fn practice_never_goes_to_an_address_that_the_recipe_states() {
    let (desk, office) = (Desk::new(), Office::open());
    let url = office.url();
    desk.write("recipes/mai.yaml", &RECIPE.replace("${env.ERP_URL}", &url));
    let said = desk.eintrag(&["run", "recipes/mai.yaml", "--sandbox"]).ended(2);
    let why =
        format!("the target `erp` is at `{url}`, which the practice office cannot stand in for; nothing was sent");
    assert!(said.err.contains(&why) && said.err.contains("help: write `url: \"${env.ERP_URL}\"`"), "{}", said.err);
    assert_eq!(office.requests(), 0);
    office.close();
}

#[test]
fn a_practice_run_leaves_rejects_but_no_journal() {
    let desk = Desk::new();
    let said = desk.eintrag(&["run", "recipes/mai.yaml", "--sandbox"]).ended(1);
    assert!(said.err.contains("2 writes in its ledger"), "{}", said.err);
    assert!(!desk.file(".eintrag/journal.db").exists());
    let place = said.out.lines().find_map(|line| line.strip_suffix(".rejects.csv")).expect("the rejects are named");
    let place = place.rsplit(": ").next().unwrap();
    let rejects = std::fs::read_to_string(desk.file(&format!("{place}.rejects.csv"))).unwrap();
    assert!(rejects.contains("R-2;Huber AG;04.05.2026;12.50;"), "{rejects}");
}

#[test]
fn the_journal_stands_beside_the_recipes_folder() {
    let (desk, office) = (Desk::new(), Office::open());
    let url = office.url();
    let settings = [("ERP_URL", &*url), ("ERP_TOKEN", "sandbox-token")];
    desk.eintrag_with(RUN, &settings).ended(1);
    assert!(desk.file(".eintrag/journal.db").is_file());

    // A recipe elsewhere has it in its own folder.
    desk.write("einkauf/mai.yaml", RECIPE);
    desk.eintrag_with(&["run", "einkauf/mai.yaml"], &settings).ended(1);
    assert!(desk.file("einkauf/.eintrag/journal.db").is_file());

    // And `--state` says otherwise.
    desk.eintrag_with(&["run", "recipes/mai.yaml", "--state", "anderswo"], &settings).ended(1);
    assert!(desk.file("anderswo/journal.db").is_file());

    // Three journals, and yet nothing twice: each first looked into the office.
    assert_eq!(office.entered(), 2);
}

#[test]
fn without_a_journal_the_commands_about_it_say_where_they_looked() {
    let desk = Desk::new();
    for verb in [&["status"][..], &["runs"], &["explain", "abc"], &["report", "last"], &["journal", "verify"]] {
        let said = desk.eintrag(verb).ended(2);
        assert_eq!(said.err, "error: there is no `.eintrag` here or above; name the folder with `--state DIR`\n");
    }
    let said = desk.eintrag(&["status", "--state", "leer"]).ended(2);
    assert_eq!(said.err, "error: there is no journal in `leer`; nothing was run there yet\n");
}

#[test]
fn a_target_that_is_down_leaves_all_for_the_next_run() {
    let (desk, office) = (Desk::new(), Office::open());
    let url = office.url();
    office.close();
    let settings = [("ERP_URL", &*url), ("ERP_TOKEN", "sandbox-token")];
    let said = desk.eintrag_with(RUN, &settings).ended(3);
    assert!(said.out.contains("2  pending"), "{}", said.out);
}

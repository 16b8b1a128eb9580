//! Recipes with something wrong in them, as their authors get them explained.

use crate::desk::{Desk, Office, RECIPE};

#[test]
fn each_problem_has_its_place_snippet_and_help() {
    let desk = Desk::new();
    let broken = RECIPE.replace("key: [supplier, number]", "key: [supplier, nummer]\nchecks:\n  - check: gros > 0");
    desk.write("recipes/mai.yaml", &broken);
    let said = desk.eintrag(&["check", "recipes/mai.yaml"]).ended(2);
    assert_eq!(
        said.err,
        "\
error: the key names `nummer`, which is no field
  --> recipes/mai.yaml:10:17
   |
10 | key: [supplier, nummer]
   |                 ^^^^^^
   |
   = help: did you mean `number`?

error: unknown name `gros`
  --> recipes/mai.yaml:12:12
   |
12 |   - check: gros > 0
   |            ^^^^
   |
   = help: did you mean `gross`?

2 problems
"
    );
    assert_eq!(said.out, "");
}

#[test]
fn a_slip_of_a_key_is_named_with_what_was_meant() {
    let desk = Desk::new();
    desk.write("recipes/mai.yaml", &RECIPE.replace("{ column: Datum", "{ colum: Datum"));
    let said = desk.eintrag(&["check", "recipes/mai.yaml"]).ended(2);
    assert!(said.err.contains("error: unknown key `colum`\n --> recipes/mai.yaml:8:15\n"), "{}", said.err);
    assert!(said.err.contains("= help: did you mean `column`?"), "{}", said.err);
}

#[test]
fn a_file_that_is_not_there_is_said_in_two_lines() {
    let said = Desk::new().eintrag(&["check", "recipes/nai.yaml"]).ended(2);
    let lines: Vec<&str> = said.err.lines().collect();
    assert!(lines[0].starts_with("error: cannot read the recipe `recipes/nai.yaml`: "), "{}", said.err);
    assert_eq!(lines[1..], ["  = help: is the path right?", "", "1 problem"]);
}

#[test]
fn a_footer_that_no_file_can_have_is_known_before_any_file() {
    let desk = Desk::new();
    let stopped = RECIPE
        .replace("mai.csv }", "mai.csv, stop_at: [Ende, 'SUMME*'] }")
        .replace("key: [", "control: { sum: { gross: { footer: 'Summe:' } } }\nkey: [");
    desk.write("recipes/mai.yaml", &stopped);
    let said = desk.eintrag(&["check", "recipes/mai.yaml"]).ended(2);
    let expected = "error: the footer `Summe:` is never read, since `stop_at:` ends the data before it\n  --> recipes/mai.yaml:10:";
    assert!(said.err.starts_with(expected), "{}", said.err);
    assert!(said.err.contains("= help: leave it out of `stop_at:`: a footer is no record anyway"), "{}", said.err);
    desk.write("recipes/mai.yaml", &stopped.replace("'SUMME*'", "Summen"));
    desk.eintrag(&["check", "recipes/mai.yaml"]).ended(0);
}

#[test]
fn good_and_broken_recipes_are_told_apart() {
    let desk = Desk::new();
    desk.write("recipes/juni.yaml", &RECIPE.replace("type: date", "type: dat"));
    let said = desk.eintrag(&["check", "recipes/mai.yaml", "recipes/juni.yaml"]).ended(2);
    assert!(said.err.contains("recipes/mai.yaml: ok (4 fields)"), "{}", said.err);
    assert!(said.err.contains("--> recipes/juni.yaml:8:"), "{}", said.err);
    desk.eintrag(&["check", "recipes/mai.yaml"]).ended(0);
}

#[test]
fn one_broken_recipe_keeps_all_of_a_call_from_being_sent() {
    let (desk, office) = (Desk::new(), Office::open());
    desk.write("recipes/juni.yaml", &RECIPE.replace("recipe: mai", "recipe: juni").replace("${gross}", "${brutto}"));
    let url = office.url();
    let settings = [("ERP_URL", &*url), ("ERP_TOKEN", "sandbox-token")];
    let said = desk.eintrag_with(&["run", "recipes/mai.yaml", "recipes/juni.yaml"], &settings).ended(2);
    assert!(said.err.contains("unknown name `brutto`"), "{}", said.err);
    assert!(said.err.contains("nothing was sent"), "{}", said.err);
    assert_eq!(office.requests(), 0);
    assert!(!desk.file(".eintrag").exists());
}

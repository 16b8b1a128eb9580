//! Help, wrong usage, languages, and what goes to which stream.

use crate::desk::{Desk, EXPORT};

#[test]
fn help_names_every_command_on_stdout() {
    let said = Desk::new().eintrag(&["--help"]).ended(0);
    for verb in ["run", "check", "test", "status", "runs", "explain", "resolve", "approve", "report", "journal"] {
        assert!(said.out.contains(&format!("\n  {verb} ")), "`{verb}` is missing:\n{}", said.out);
    }
    assert_eq!(said.err, "");
}

#[test]
fn without_a_command_the_help_is_an_error() {
    let said = Desk::new().eintrag(&[]).ended(2);
    assert!(said.err.contains("Usage: eintrag [OPTIONS] <COMMAND>"), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let desk = Desk::new();
    for (arguments, expected) in [
        (&["run"][..], "<RECIPE>"),
        (&["rum"], "some similar subcommands exist: 'runs', 'run'"),
        (&["run", "recipes/mai.yaml", "--dry-runn"], "a similar argument exists: '--dry-run'"),
        (&["run", "recipes/mai.yaml", "--dry-run", "--sandbox"], "cannot be used with"),
        (&["run", "recipes/mai.yaml", "--limit", "some"], "invalid value 'some'"),
        (&["run", "recipes/mai.yaml", "--sandbox", "--fault", "504=5%"], "504"),
        (
            &["run", "recipes/mai.yaml", "--dry-run", "--only", "numer=R-1"],
            "`mai` has no field `numer`; did you mean `number`?",
        ),
        (&["status", "--lang", "fr"], "`fr` is not a language of eintrag: `en` or `de`"),
        (&["resolve", "abc"], "<--entered|--again|--drop>"),
        (
            &["run", "recipes/mai.yaml", "recipes/mai.yaml", "--input", "inbox/mai.csv"],
            "`--input` goes with one recipe",
        ),
    ] {
        let said = desk.eintrag(arguments).ended(2);
        assert!(said.err.contains(expected), "{arguments:?} says:\n{}", said.err);
        assert_eq!(said.out, "", "{arguments:?}");
    }
}

#[test]
fn jsonl_puts_nothing_but_json_on_stdout() {
    let desk = Desk::new();
    let said = desk.eintrag(&["run", "recipes/mai.yaml", "--sandbox", "--format", "jsonl"]).ended(1);
    let lines: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().expect("each line has a kind")).collect();
    assert_eq!(kinds, ["file", "record", "record", "record", "balance"]);
    assert_eq!(lines[4]["records_in"], serde_json::json!({ "entered": 2, "rejected": 1 }));
    // The same for people is talk then.
    assert!(said.err.contains("mai: 3 rows read, 3 records"), "{}", said.err);
}

#[test]
fn a_log_gets_no_bar() {
    let said = Desk::new().eintrag(&["run", "recipes/mai.yaml", "--sandbox"]).ended(1);
    let control = |letter: char| letter.is_control() && letter != '\n';
    assert!(!said.err.contains(control) && !said.out.contains(control), "{:?}{:?}", said.out, said.err);
}

#[test]
fn staff_read_german_where_it_is_asked_for() {
    let desk = Desk::new();
    let arguments = ["run", "recipes/mai.yaml", "--dry-run"];
    let german = desk.eintrag(&["run", "recipes/mai.yaml", "--dry-run", "--lang", "de"]).ended(1);
    assert!(german.out.contains("mai: 3 Zeilen gelesen, 3 Datensätze"), "{}", german.out);
    assert!(german.out.contains("mai.csv:3 gross: 12.50 - sieht wie eine englische Zahl aus"), "{}", german.out);
    let by_environment = desk.eintrag_with(&arguments, &[("LANG", "de_DE.UTF-8")]).ended(1);
    assert_eq!(by_environment.out, german.out);
    let stated = desk.eintrag_with(&["run", "recipes/mai.yaml", "--dry-run", "--lang", "en"], &[("LANG", "de_DE")]);
    assert!(stated.out.contains("mai: 3 rows read, 3 records"), "{}", stated.out);
}

#[test]
fn the_locale_of_the_computer_changes_no_value() {
    let desk = Desk::new();
    desk.write("inbox/mai.csv", EXPORT);
    let arguments = ["run", "recipes/mai.yaml", "--dry-run", "--format", "jsonl", "--lang", "en"];
    let plain = desk.eintrag(&arguments).out;
    for (name, value) in [("LC_ALL", "de_DE.UTF-8"), ("LC_ALL", "en_US"), ("TZ", "Pacific/Kiritimati")] {
        assert_eq!(desk.eintrag_with(&arguments, &[(name, value)]).out, plain, "with {name}={value}");
    }
}

#[test]
fn completions_and_the_schema_are_data() {
    let desk = Desk::new();
    let schema: serde_json::Value = serde_json::from_str(&desk.eintrag(&["schema"]).ended(0).out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(desk.eintrag(&["completions", shell]).ended(0).out.contains("eintrag"), "{shell}");
    }
}

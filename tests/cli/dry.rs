//! Dry runs: what they say does not depend on the way that they take through the input. One that shows each record reads
//! the input as often as a live run does; one that only counts good records mostly needs to read it once.

use std::fmt::Write as _;

use crate::desk::{Desk, RECIPE, Said};

const HEADER: &str = "Nummer;Lieferant;Datum;Betrag\n";

/// So many good rows from a number on.
fn good(from: usize, count: usize) -> String {
    (from..from + count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "R-{number};Huber AG;05.05.2026;{},50", number % 900);
        text
    })
}

/// Both ways, which must say the same; the one without record lines is given.
#[track_caller]
fn both_ways(recipe: &str, export: &str, code: i32) -> Said {
    let desk = Desk::new();
    desk.write("recipes/mai.yaml", recipe);
    desk.write("inbox/mai.csv", export);
    let counted = desk.eintrag(&["run", "recipes/mai.yaml", "--dry-run"]).ended(code);
    let shown = desk.eintrag(&["run", "recipes/mai.yaml", "--dry-run", "--format", "jsonl"]).ended(code);
    assert_eq!(format!("{}{}", counted.err, counted.out), {
        // With record lines on stdout, the balance is talk.
        let (talk, last) = shown.err.trim_end().rsplit_once('\n').unwrap_or(("", &shown.err));
        let (notes, balance): (Vec<&str>, Vec<&str>) = talk.lines().partition(|line| line.starts_with("note: "));
        let lines = |lines: Vec<&str>| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        format!("{}{last}\n{}", lines(notes), lines(balance))
    });
    counted
}

#[test]
fn good_records_are_counted() {
    let said = both_ways(RECIPE, &format!("{HEADER}{}", good(1, 3000)), 0);
    assert!(said.out.starts_with("mai: 3000 rows read, 3000 records\n     3000  valid "), "{}", said.out);
}

#[test]
fn rejected_records_are_told_wherever_they_stand() {
    let wrong = "R-9001;Huber AG;31.02.2026;1.5\n;Huber AG;05.05.2026;1,50\nR-9003;Huber AG;05.05.2026\n";
    let export = format!("{HEADER}{}{wrong}{}R-9004;;05.05.2026;1,505\n", good(1, 700), good(701, 2500));
    let said = both_ways(RECIPE, &export, 1);
    assert!(said.out.contains("     3200  valid "), "{}", said.out);
    assert!(said.out.contains("        4  rejected "), "{}", said.out);
    assert!(said.out.contains("mai.csv:702 issued: 31.02.2026 - February 2026 has 28 days"), "{}", said.out);
    assert!(said.out.contains("mai.csv:3205 supplier:"), "{}", said.out);
}

#[test]
fn what_concerns_good_records_too_is_told() {
    let equal = format!("{HEADER}{}{}{}", good(1, 900), good(17, 1), good(901, 900));
    let said = both_ways(RECIPE, &equal, 0);
    assert!(said.out.contains("     1800  valid ") && said.out.contains("        1  unchanged "), "{}", said.out);
    let other = format!("{equal}R-18;Huber AG;05.05.2026;1,00\n");
    let said = both_ways(RECIPE, &other, 1);
    assert!(said.out.contains("     1799  valid ") && said.out.contains("        2  held "), "{}", said.out);

    let gate = RECIPE.replace("key: [", "send: { if_rejected_below: 5% }\nkey: [");
    let many = format!("{HEADER}{}{}", good(1, 900), ";;;\n".repeat(100));
    assert!(both_ways(&gate, &many, 1).out.contains("      900  held "));

    let control = RECIPE.replace("key: [", "control: { count: { footer: Anzahl } }\nkey: [");
    let met = format!("{HEADER}{}Anzahl;1000;;\n", good(1, 1000));
    assert!(both_ways(&control, &met, 0).out.contains("     1000  valid "));
    let missed = format!("{HEADER}{}Anzahl;1001;;\n", good(1, 1000));
    assert!(both_ways(&control, &missed, 1).out.contains("     1000  rejected "));
    let broken = format!("{HEADER}{}R-5000;\"Huber AG;05.05.2026;1,50\n", good(1, 1000));
    let said = both_ways(RECIPE, &broken, 1);
    assert!(said.out.contains("a quote that opens on line 1002 of `mai.csv` is never closed"), "{}", said.out);
}

#[test]
fn what_cannot_be_sent_and_what_waits_for_approval_is_told() {
    let recipe = RECIPE
        .replace("- post: /api/invoices\n", "- post: \"/api/invoices/${supplier}\"\n")
        .replace("key: [", "needs_approval: gross > 800\nkey: [");
    let export = format!("{HEADER}{}R-9000;..;05.05.2026;1,50\n", good(790, 20));
    let said = both_ways(&recipe, &export, 1);
    assert!(said.out.contains("       10  valid "), "{}", said.out);
    assert!(said.out.contains("       10  held ") && said.out.contains("        1  rejected "), "{}", said.out);
}

#[test]
fn rows_that_are_no_simple_text_take_the_long_way_to_the_same_end() {
    let recipe = RECIPE
        .replace(
            "type: decimal, decimals: 2 }",
            "type: decimal, decimals: 2 }\n  due: { value: \"${issued.plus_days(30)}\", type: date }",
        )
        .replace("key: [", "checks:\n  - check: due > issued and gross < 899\nkey: [");
    let said = both_ways(&recipe, &format!("{HEADER}{}", good(1, 1800)), 1);
    assert!(said.out.contains("     1798  valid ") && said.out.contains("        2  rejected "), "{}", said.out);
}

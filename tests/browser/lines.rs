//! A page that takes lines one by one, each with its own submit: each line is an entry of its own.

use super::portal::Portal;
use crate::support::Ran;

const RECIPE: &str = r##"recipe: lines
source:
  csv: { file: input.csv, encoding: utf-8, delimiter: ";" }
  locale: de
fields:
  order: { column: Auftrag, required: true }
  number: { column: Nummer, required: true }
  total: { column: Brutto, type: decimal, required: true }
records: { one_per: order, lines: [number, total] }
key: order
targets:
  portal:
    browser: { url: "${env.PORTAL_URL}", timeout: 3s }
    login:
      logged_in: { text: Abmelden }
      steps:
        - open: /login
        - fill: { Benutzername: "${secrets.PORTAL_USER}", Kennwort: "${secrets.PORTAL_PASSWORD}" }
        - click: Anmelden
    lookup:
      - open: /invoices?q=${line.number}
      - found: { row: "${line.number}" }
        none: { text: Keine Treffer }
    steps:
      - open: /invoices/new
      - for_each: lines
        as: line
        number: position
        by: number
        steps:
          - fill: { Rechnungsnummer: "${line.number}", Lieferant: "Auftrag ${order}, Zeile ${position}", Brutto: "${line.total}" }
          - submit: Speichern
          - expect: { text: Die Rechnung wurde gespeichert }
          - capture: { receipt: { css: "#receipt" } }
"##;

const CSV: &str = "Auftrag;Nummer;Brutto\nB-1;RE-1;10,50\nB-1;RE-2;20,00\nB-1;RE-3;1.200,00\nB-2;RE-4;5,00\n";
const NUMBERS: [&str; 4] = ["RE-1", "RE-2", "RE-3", "RE-4"];

#[test]
fn each_line_is_submitted_once_and_found_again() {
    let portal = Portal::with(RECIPE, CSV);
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("entered")), (Some(0), 2), "{}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&NUMBERS, "after the first run");
    let second = &portal.office.writes()[1];
    assert_eq!((&second.body["supplier"], &second.body["number"]), (&"Auftrag B-1, Zeile 2".into(), &"RE-2".into()));
    let record = ran.records().next().unwrap();
    assert_eq!(record["entries"][2]["element"], "RE-3");
    assert_eq!(record["entries"][2]["receipt"]["receipt"], "ERP-000003");
    let again = portal.run();
    assert_eq!(
        (again.code, again.count("unchanged"), portal.office.writes().len()),
        (Some(0), 2, 4),
        "{}",
        again.stderr
    );
    portal.lose_journal();
    let found = portal.run();
    assert_eq!(
        (found.code, found.count("unchanged"), portal.office.writes().len()),
        (Some(0), 2, 4),
        "{}",
        found.stderr
    );
}

#[test]
fn killed_around_the_submit_of_the_second_line_the_next_run_goes_on_there() {
    for at in ["before-request:2", "after-request:2"] {
        let portal = Portal::with(RECIPE, CSV);
        let killed = Ran::of(portal.run_command().env("EINTRAG_CRASH_AT", at));
        assert_eq!(killed.code, None, "{at}: {}", killed.stderr);
        let ran = portal.run_while(&[3, 5]);
        assert_eq!(ran.code, Some(0), "{at}: {}", ran.stderr);
        portal.assert_has_each_once(&NUMBERS, at);
    }
}

#[test]
fn a_lost_answer_of_a_line_is_looked_up() {
    let portal = Portal::with(RECIPE, CSV);
    portal.office.next_faults(&["lost_answer"]);
    let ran = portal.run_while(&[3, 5]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    portal.assert_has_each_once(&NUMBERS, "after a lost answer");
}

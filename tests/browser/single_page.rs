//! The single-page form: a dialog to close, ids that change, fields that come late, a look-up field, a mask, a second step,
//! rows to add, and a submit button that is covered for a while.

use serde_json::json;

use super::portal::Portal;
use crate::support::Ran;

const RECIPE: &str = r#"recipe: app-orders
source:
  csv: { file: input.csv, encoding: utf-8, delimiter: ";" }
  locale: de
fields:
  number:   { column: Nummer, required: true }
  supplier: { column: Lieferant, required: true }
  ordered:  { column: Datum, type: date, required: true }
  currency: { column: Währung, required: true }
  iban:     { column: IBAN, type: iban }
  note:     { column: Bemerkung }
  article:  { column: Artikel, type: code, required: true }
  quantity: { column: Menge, type: decimal, required: true }
  price:    { column: Preis, type: decimal, required: true }
records:
  one_per: [number]
  same: [supplier, ordered, currency, iban, note]
  lines: [article, quantity, price]
key: number
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
      - open: /orders?q=${number}
      - found: { row: "${number}" }
        none: { text: Keine Treffer }
    steps:
      - open: /portal/app
      - click: Verstanden
      - fill: { Bestellnummer: "${number}" }
      - choose: { Lieferant: "${supplier}" }
      - fill: { Bestelldatum: "${ordered}", IBAN für Vorkasse: "${iban}", Bemerkung: "${note}" }
      - select: { Währung: "${currency}" }
      - click: Weiter
      - for_each: lines
        as: line
        number: position
        steps:
          - click: Zeile hinzufügen
          - fill:
              Artikel ${position}: ${line.article}
              Menge ${position}: ${line.quantity}
              Einzelpreis ${position}: ${line.price}
      - click: Prüfen
      - submit: Verbindlich bestellen
      - expect: { text: "Die Bestellung ${number} wurde gespeichert" }
      - capture: { receipt: { test_id: receipt } }
"#;

const HEADER: &str = "Nummer;Lieferant;Datum;Währung;IBAN;Bemerkung;Artikel;Menge;Preis";

fn portal(lines: &[&str]) -> Portal {
    Portal::with(RECIPE, &format!("{HEADER}\n{}\n", lines.join("\n")))
}

/// Two orders, the first of two lines.
pub fn two_orders() -> Portal {
    portal(&[
        "B-1;Huber AG;03.03.2026;CHF;DE44500105175407324931;eilig;000815;1.200;3,45",
        "B-1;Huber AG;03.03.2026;CHF;DE44500105175407324931;eilig;42;4,5;0,0875",
        "B-2;Müller Elektro GmbH;04.03.2026;EUR;;;7;1;10,00",
    ])
}

/// Asserts that both are there, to the character.
#[track_caller]
pub fn assert_two_orders(portal: &Portal, ran: &Ran) {
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("entered")), (Some(0), 2), "{}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&["B-1", "B-2"], "after the run");
    let body = serde_json::to_value(&*portal.office.writes()[0].body).unwrap();
    let exact = |digits: &str| serde_json::from_str::<serde_json::Value>(digits).unwrap();
    assert_eq!(
        body,
        json!({
            "number": "B-1",
            "supplier": "Huber AG",
            "ordered": "2026-03-03",
            "currency": "CHF",
            "iban": "DE44 5001 0517 5407 3249 31",
            "note": "eilig",
            "lines": [
                { "article": "000815", "quantity": 1200, "price": exact("3.45") },
                { "article": "42", "quantity": exact("4.5"), "price": exact("0.0875") },
            ],
        })
    );
}

#[test]
fn an_order_goes_through_both_steps() {
    let portal = two_orders();
    assert_two_orders(&portal, &portal.run());
    let again = portal.run();
    assert_eq!((again.code, again.count("unchanged")), (Some(0), 2), "{}", again.stderr);
}

#[test]
fn what_the_page_cuts_off_or_does_not_know_is_never_submitted() {
    let long = "x".repeat(81);
    let portal = portal(&[
        &format!("B-1;Huber AG;03.03.2026;EUR;;{long};7;1;10,00"),
        "B-2;Niemand & Co;03.03.2026;EUR;;;7;1;10,00",
        "B-3;Huber AG;03.03.2026;SEK;;;7;1;10,00",
        "B-4;Huber AG;03.03.2026;EUR;;;7;1;10,00",
    ]);
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!(ran.code, Some(1), "{}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&["B-4"], "the others were stopped");
    assert_eq!(portal.office.writes().len(), 1, "nothing of the others was sent: {:#?}", portal.office.writes());
}

/// An order that the server refuses.
pub fn one_refused() -> Portal {
    let portal = portal(&["B-1;Huber AG;03.03.2026;EUR;;;7;0;10,00"]);
    portal.change_recipe(
        "      - submit: Verbindlich bestellen\n",
        "      - submit: Verbindlich bestellen\n        refused: { css: \"p.error\", reason: { css: \"p.error\" } }\n",
    );
    portal
}

/// Asserts that it is not there, and that the page's words say why.
#[track_caller]
pub fn assert_refused(portal: &Portal, ran: &Ran) {
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("failed")), (Some(1), 1), "{}\n{:#?}", ran.stderr, ran.lines);
    assert!(format!("{:?}", ran.lines).contains("Bitte eine Zahl größer als 0 eingeben."), "{:#?}", ran.lines);
    assert!(portal.office.entered().is_empty());
}

#[test]
fn a_refusal_of_the_server_is_told_in_its_words() {
    let portal = one_refused();
    assert_refused(&portal, &portal.run());
}

//! The practice page: what it judges, and what it gives to download.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::json;

use super::json_of;
use super::person::Person;
use crate::sandbox::{Options, System, practice_workbook};

/// The rows of the workbook that the page gives to download.
async fn workbook(person: &Person) -> Vec<Vec<String>> {
    let bytes = person.open("/practice/personen.xlsx").await.bytes().await.unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("Personen").unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[tokio::test]
async fn what_the_workbook_says_is_right_to_the_character() {
    let person = Person::new(Options::default()).await;
    let rows = workbook(&person).await;
    assert_eq!(rows[0], ["Vorname", "Nachname", "Firma", "Funktion", "Adresse", "E-Mail", "Telefon"]);
    assert_eq!(rows.len(), 11);
    let page = person.text("/practice").await;
    assert!(page.contains("data-rounds=\"10\"") && !page.contains("Abmelden"), "{page}");
    let names = ["first_name", "last_name", "company", "role", "address", "email", "phone"];
    for (round, row) in (1..).zip(&rows[1..]) {
        let round = round.to_string();
        let mut form: Vec<(&str, &str)> = names.into_iter().zip(row.iter().map(String::as_str)).collect();
        form.push(("round", &round));
        let answer = person.send("/practice/rounds", &form).await;
        assert_eq!(json_of(answer).await, json!({ "right": 7, "of": 7 }), "round {round}");
    }
    let ledger = person.visit.sandbox.ledger();
    assert_eq!(ledger.len(), 10);
    for (entry, row) in ledger.iter().zip(&rows[1..]) {
        assert_eq!((entry.system, entry.took, entry.number.as_ref()), (System::Practice, true, Some(&row[5])));
    }
}

#[tokio::test]
async fn a_slip_costs_its_field_and_a_round_that_there_is_not_is_refused() {
    let person = Person::new(Options::default()).await;
    let slip = [("round", "1"), ("first_name", "Anna "), ("last_name", "Öztürk"), ("company", "huber AG")];
    assert_eq!(json_of(person.send("/practice/rounds", &slip).await).await["right"], 1);
    for round in ["0", "-1", "x", ""] {
        assert_eq!(person.send("/practice/rounds", &[("round", round)]).await.status(), 422, "{round}");
    }
    assert_eq!(person.visit.sandbox.ledger().iter().filter(|entry| entry.took).count(), 1);
    assert!(person.text("/practice?rounds=200").await.contains("data-rounds=\"200\""));
    let person_one_again = [("round", "11"), ("first_name", "Anna")];
    assert_eq!(json_of(person.send("/practice/rounds", &person_one_again).await).await["right"], 1);
    assert_eq!(person.visit.sandbox.ledger().iter().filter(|entry| entry.took).count(), 2);
    person.visit.sandbox.next_fault("503".parse().unwrap());
    assert_eq!(person.send("/practice/rounds", &[("round", "2")]).await.status(), 503);
    person.visit.sandbox.next_fault("lost_answer".parse().unwrap());
    let lost = person.browser.post(person.visit.url("/practice/rounds")).form(&[("round", "2")]).send().await;
    assert!(lost.is_err());
    assert_eq!(person.visit.sandbox.ledger().iter().filter(|entry| entry.took).count(), 3);
}

#[test]
fn the_workbook_is_the_same_bytes_each_time() {
    assert_eq!(practice_workbook().unwrap(), practice_workbook().unwrap());
}

use std::sync::Arc;

use super::{issue, why};
use crate::messages::Language;
use crate::record::{DateFault, IbanFault, Issue, NumberFault, Origin, Place, Why};

#[test]
fn an_issue_is_one_line_with_place_field_value_and_reason() {
    let mut found = Issue {
        at: Origin::line("rechnungen.csv", 37),
        field: Some("net".into()),
        value: Some("12.50".to_owned()),
        why: Why::Number(NumberFault::DecimalMark { locale: "de", write: "12,50".to_owned() }),
    };
    assert_eq!(
        issue(&found, Language::English),
        "rechnungen.csv:37 net: 12.50 - looks like an English number; in German (de) write 12,50"
    );
    assert_eq!(
        issue(&found, Language::German),
        "rechnungen.csv:37 net: 12.50 - sieht wie eine englische Zahl aus; auf Deutsch (de): 12,50"
    );
    found.value = Some(format!("a\nb{}", "x".repeat(200)));
    let line = issue(&found, Language::English);
    assert!(line.starts_with("rechnungen.csv:37 net: a␣bxxx") && line.contains("x… - looks"), "{line}");
}

#[test]
fn the_two_languages_say_the_same_thing() {
    let said = |fault: Why| (why(&fault, Language::English), why(&fault, Language::German));
    assert_eq!(
        said(Why::Date(DateFault::NoSuchDay { year: 2026, month: 2, days: 28 })),
        ("February 2026 has 28 days".to_owned(), "der Februar 2026 hat 28 Tage".to_owned())
    );
    assert_eq!(
        said(Why::Iban(IbanFault::Length { country: "DE".to_owned(), expected: 22, found: 21 })),
        (
            "an IBAN of DE has 22 characters, this one has 21".to_owned(),
            "eine IBAN von DE hat 22 Stellen, diese hat 21".to_owned()
        )
    );
    assert_eq!(
        said(Why::Unique { first: Place::Sheet { sheet: Arc::from("Tabelle1"), row: 7 } }),
        (
            "must be unique, but stands in row 7 already".to_owned(),
            "darf nur einmal vorkommen, steht aber schon in Zeile 7".to_owned()
        )
    );
    assert_eq!(
        said(Why::Control {
            name: "sum of gross".to_owned(),
            expected: "0.30".to_owned(),
            found: "0.1".to_owned(),
            unread: 2
        }),
        (
            "the control total `sum of gross` should be 0.30, the rows add up to 0.1; 2 rows could not be read and are \
             missing from it"
                .to_owned(),
            "Summe von gross soll 0,30 sein, die Zeilen ergeben 0,1; 2 Zeilen waren nicht lesbar und fehlen darin"
                .to_owned()
        )
    );
}

#[test]
fn what_cannot_be_seen_is_shown_by_its_number() {
    let fault = Why::Number(NumberFault::Character { found: '\u{200b}' });
    assert_eq!(why(&fault, Language::German), "`U+200B` gehört nicht in eine Zahl; Ziffern sind 0 bis 9");
}

//! What is read back, and what is kept of a page for people.

use super::fixture::{Desk, Server, number, page, page_saved, words};
use crate::target::{Class, Verified};

#[tokio::test]
async fn what_is_read_back_is_the_same_in_another_form_or_different() {
    let server = Server::new(|request, _| {
        (200, match request {
            "POST /save" => page_saved(),
            "GET /list" => page("<dl><dt>Betrag:</dt><dd>1.234,50 €</dd></dl>"),
            _ => page("<form method=post action=/save><label>Betrag <input name=b></label><button>Speichern</button></form>"),
        })
    })
    .await;
    let rest = "steps:
  - open: /
  - fill: { Betrag: '${gross}' }
  - submit: Speichern
  - expect: { text: gespeichert }
verify:
  - open: /list
  - expect: { values: { Betrag: '${gross}' } }";
    let mut desk = Desk::new(&server, "", rest).with("gross", number("1234.5"));
    desk.enter().await;
    assert!(matches!(desk.verify().await, Verified::Same));
    desk.values.0.insert("gross", number("1234.51"));
    let Verified::Different(differences) = desk.verify().await else { panic!("not told as different") };
    let [one] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!((one.expected.as_str(), one.found.as_str()), ("`1234,51`", "`1.234,50 €`"));
    desk.end().await;
}

#[tokio::test]
async fn a_failure_keeps_the_page_and_its_steps_without_secrets() {
    let server = Server::new(|_, _| {
        (200, page(
            "<p>Angemeldet mit geheim-4711</p><form><label>Nummer <input></label><label>Kennwort <input type=password value=geheim-4711></label></form>",
        ))
    })
    .await;
    let desk = Desk::filling(&server, "- fill: { Nummer: '${number}' }\n- fill: { Betrag: '1' }\n  timeout: 200ms");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::NotSubmitted);
    assert_eq!(words(&failure), "the page has no `Betrag`; it has `Kennwort`, `Nummer`");
    let kept = desk.state.path().join("reports").join("portal-1");
    let source = std::fs::read_to_string(kept.join("page.html")).unwrap();
    assert!(source.contains("Angemeldet mit •••"), "{source}");
    assert!(!source.contains("geheim-4711"), "{source}");
    let steps = std::fs::read_to_string(kept.join("steps.txt")).unwrap();
    assert!(steps.contains("fill `Nummer`: RE-1") && steps.contains("fill `Betrag`: 1  FAILED"), "{steps}");
    assert!(std::fs::read(kept.join("page.png")).unwrap().starts_with(b"\x89PNG"));
    desk.end().await;
}

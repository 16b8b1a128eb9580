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

/// The calls over the wire that the pages kept of entered records tell of.
fn calls(desk: &Desk) -> Vec<u32> {
    let mut kept: Vec<_> =
        std::fs::read_dir(desk.state.path().join("reports")).unwrap().map(|one| one.unwrap().path()).collect();
    kept.sort();
    let calls = |folder: &std::path::Path| {
        let steps = std::fs::read_to_string(folder.join("steps.txt")).unwrap();
        let line = steps.lines().last().unwrap_or_default().to_owned();
        line.strip_suffix(" calls of the driver").unwrap_or_else(|| panic!("{steps}")).parse().unwrap()
    };
    kept.iter().map(|folder| calls(folder)).collect()
}

#[tokio::test]
async fn a_form_of_any_size_takes_few_calls() {
    let fields: String = (1..=30).map(|at| format!("<label>Feld {at} <input name=f{at}></label>")).collect();
    let fills: String = (1..=30).map(|at| format!("      Feld {at}: Wert {at}\n")).collect();
    let server = Server::form(&fields).await;
    let rest = format!(
        "steps:\n  - open: /\n  - fill:\n{fills}  - submit: Speichern\n  - expect: {{ text: gespeichert }}\n  - capture: {{ receipt: {{ css: '#receipt' }} }}"
    );
    let desk = Desk::new(&server, ", screenshots: always", &rest);
    desk.enter().await;
    assert_eq!(server.last().len(), 30);
    // Opening, filling in and reading back, the submit, and the page behind it; that one may replace itself once more.
    assert!(matches!(calls(&desk).as_slice(), [4 | 5]), "{:?}", calls(&desk));
    desk.end().await;

    // On a page that stays: filling in and reading back, and the submit with what the page says.
    let server = Server::new(move |request, _| {
        (200, if request.starts_with("POST") { page_saved() } else {
            page(&format!(
                "<p id=said>bereit</p><form onsubmit=\"event.preventDefault(); fetch('/save', {{ method: 'POST', body: new URLSearchParams(new FormData(this)) }}).then(() => {{ said.textContent = this.f1.value + ' gespeichert'; this.reset(); }})\">{fields}<button>Speichern</button></form>"
            ))
        })
    })
    .await;
    let rest = format!(
        "login:\n  logged_in: bereit\n  steps:\n    - open: /\nsteps:\n  - fill:\n{}      Feld 1: ${{number}}\n  - submit: Speichern\n  - expect: {{ text: '${{number}} gespeichert' }}",
        fills.split_once('\n').map_or("", |(_, rest)| rest)
    );
    let mut desk = Desk::new(&server, ", stay: true, screenshots: always", &rest);
    for number in ["RE-1", "RE-2"] {
        desk.values.0.insert("number", crate::record::Value::text(number));
        desk.enter().await;
        assert_eq!(server.last()["f1"], number);
    }
    assert_eq!(calls(&desk), [2, 2]);
    desk.end().await;
}

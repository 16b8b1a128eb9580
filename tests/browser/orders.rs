//! The bundled recipe `portal-orders`: a workbook into a form with lines, on good days and on bad ones.

use serde_json::json;

use super::portal::Portal;
use crate::support::{Ran, wait_until};

/// The orders of the good fixture.
pub const ORDERS: [&str; 4] = ["B-2026-0041", "B-2026-0042", "B-2026-0043", "B-2026-0044"];

pub fn portal() -> Portal {
    Portal::bundled("portal-orders", "good/bestellungen.xlsx")
}

/// What the office got of an order that took.
fn entered(portal: &Portal, number: &str) -> serde_json::Value {
    let writes = portal.office.writes();
    let write = writes.iter().find(|write| write.took && write.number.as_deref() == Some(number)).unwrap();
    serde_json::to_value(&*write.body).unwrap()
}

#[track_caller]
pub fn assert_all(ran: &Ran, outcome: &str) {
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count(outcome)), (Some(0), 4), "{}\n{:#?}", ran.stderr, ran.lines);
}

#[test]
fn each_order_is_entered_once_and_found_again() {
    let portal = portal();
    assert_all(&portal.run(), "entered");
    portal.assert_has_each_once(&ORDERS, "after the first run");
    let exact = |digits: &str| serde_json::from_str::<serde_json::Value>(digits).unwrap();
    assert_eq!(
        entered(&portal, "B-2026-0041"),
        json!({
            "number": "B-2026-0041",
            "supplier": "Müller & Söhne Industriebedarf GmbH",
            "ordered": "2026-03-03",
            "delivery": "2026-03-17",
            "currency": "EUR",
            "shipping": "Spedition",
            "note": "Anlieferung Tor 3, Mo-Do",
            "lines": [
                { "article": "000815", "text": "Rillenkugellager 6204", "quantity": 20, "price": exact("3.45") },
                { "article": "000816", "text": "Wellendichtring 35×52×7", "quantity": 1200, "price": exact("1.985") },
                { "article": "000042", "text": "Sechskantschraube M8×40", "quantity": 500, "price": exact("0.0875") },
            ],
        })
    );
    let paper = entered(&portal, "B-2026-0042");
    assert_eq!((&paper["express"], &paper["shipping"]), (&json!(true), &json!("Paket")));
    assert_eq!(paper["note"], "Für Raum \"Süd\"; bitte <nicht> falten");
    assert_eq!(entered(&portal, "B-2026-0043")["express"], json!(null));
    assert_eq!(portal.office.logins(), 1, "one login serves all records");

    assert_all(&portal.run(), "unchanged");
    assert_eq!(portal.office.writes().len(), 4, "the second run writes nothing");
    // Without a journal the look-up tells.
    portal.lose_journal();
    assert_all(&portal.run(), "unchanged");
    assert_eq!(portal.office.writes().len(), 4, "what is found is not entered again");
}

#[test]
fn wrong_rows_are_rejected_and_the_rest_is_entered() {
    let portal = Portal::bundled("portal-orders", "wrong/bestellungen.xlsx");
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("entered"), ran.count("rejected")), (Some(1), 1, 7), "{}", ran.stderr);
    portal.assert_has_each_once(&["B-2026-0044"], "the others are wrong");
}

#[test]
fn a_rehearsal_fills_the_form_and_submits_nothing() {
    let portal = portal();
    let mut command = portal.run_command();
    let ran = Ran::of(command.arg("--rehearse"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(portal.office.writes().is_empty(), "{:#?}", portal.office.writes());
    assert_all(&portal.run(), "entered");
}

#[test]
fn what_the_page_does_not_have_is_told_by_a_rehearsal_as_by_the_run() {
    let portal = portal();
    portal.change_recipe("timeout: 4s", "timeout: 400ms");
    portal.change_recipe("submit: Speichern", "submit: Speichrn");
    for arguments in [&["--rehearse", "--limit", "1"][..], &["--limit", "1"]] {
        let ran = Ran::of(portal.run_command().args(arguments));
        let why = "the page has no `Speichrn`; it has ";
        let help = "; nothing was written after 4 attempts; correct the recipe, or run again once the page is right";
        let tried = ran.records().filter(|record| record["code"] != "not_selected").collect::<Vec<_>>();
        assert_eq!((tried.len(), &tried[0]["outcome"], ran.code), (1, &"pending".into(), Some(3)), "{tried:?}");
        let said = tried[0]["reason"].as_str().unwrap();
        assert!(said.starts_with(why) && said.contains(help), "{said}");
    }
    assert!(portal.office.writes().is_empty(), "{:#?}", portal.office.writes());
    portal.change_recipe("submit: Speichrn", "submit: Speichern");
    assert_all(&portal.run(), "entered");
}

#[test]
fn a_wrong_name_in_a_look_up_is_told_as_such() {
    let portal = portal();
    assert_all(&portal.run(), "entered");
    portal.lose_journal();
    portal.change_recipe("same: { Lieferant:", "same: { Liefrant:");
    let ran = portal.run();
    assert_eq!((ran.code, ran.count("held")), (Some(1), 4), "{}", ran.stderr);
    let reason = ran.records().next().unwrap()["reason"].as_str().unwrap();
    let why = "but is not on the page (is its name in the recipe right?)";
    assert!(reason.contains("Liefrant should be ") && reason.ends_with(why), "{reason}");
}

#[test]
fn on_a_bad_day_every_order_is_there_exactly_once() {
    let portal = portal();
    portal.office.set_faults("503=4%@0s,reset=1%,stale_search=20%@100ms,expire_session=3%,echo_search,latency=3ms");
    portal.office.next_faults(&["503", "lost_answer", "reset", "late_commit@150ms", "expire_session"]);
    let ran = portal.run_while(&[3, 5]);
    portal.assert_has_each_once(&ORDERS, "after a bad day");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let met: Vec<_> = portal.office.writes().iter().filter_map(|write| write.fault).collect();
    for fault in ["503", "lost_answer", "reset", "late_commit", "expire_session"] {
        assert!(met.contains(&fault), "the test did not meet {fault}: {met:?}");
    }
}

#[test]
fn a_session_that_ends_is_opened_again() {
    let portal = portal();
    portal.office.set_faults("latency=5ms");
    let mut running = portal.start();
    for entered in [1, 2] {
        wait_until("an order", || portal.office.entered().len() >= entered || running.is_over());
        portal.office.expire_sessions();
    }
    let ran = running.wait();
    assert_all(&ran, "entered");
    portal.assert_has_each_once(&ORDERS, "after two ends of the session");
    assert!(portal.office.logins() >= 2);
}

#[test]
fn a_wrong_password_stops_the_target_and_does_not_lock_the_account() {
    let portal = portal();
    let ran = Ran::of(portal.run_command().env("PORTAL_PASSWORD", "wrong"));
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("pending")), (Some(3), 4), "{}", ran.stderr);
    let said = format!("{}{:?}", ran.stderr, ran.lines);
    assert!(!said.contains("\"wrong\"") && !said.contains("=wrong"), "the password is told: {said}");
    assert!(portal.office.writes().is_empty());
    assert!(portal.office.requests() <= 12, "{} requests", portal.office.requests());
}

#[test]
fn a_refused_duplicate_is_not_entered_again() {
    let portal = portal();
    portal.office.set_faults("refuse_duplicate");
    assert_all(&portal.run(), "entered");
    portal.lose_journal();
    // A portal that cannot be searched: only its own answer says that the order is there.
    let text = std::fs::read_to_string(portal.path("recipe.yaml")).unwrap();
    let (before, rest) = text.split_once("    lookup:\n").unwrap();
    let (_, after) = rest.split_once("    steps:\n").unwrap();
    std::fs::write(portal.path("recipe.yaml"), format!("{before}    steps:\n{after}")).unwrap();
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("failed")), (Some(1), 4), "{}\n{:#?}", ran.stderr, ran.lines);
    portal.assert_has_each_once(&ORDERS, "refused by the portal");
}

//! The bundled recipe `orders-by-mail`: a workbook that a mail brings is ordered in the portal's pages and then booked by
//! the API of the ERP. Here these are two offices, each with a ledger of its own.

use serde_json::{Value as Json, json};

use super::portal::Portal;
use crate::support::{Office, Ran, wait_until};

/// The orders of the good fixtures.
const ORDERS: [&str; 2] = ["B-2026-0051", "B-2026-0052"];

/// A desk before both.
struct Both {
    portal: Portal,
    erp: Office,
}

impl Both {
    fn with(fixtures: &[&str]) -> Self {
        let erp = Office::new();
        let portal = Portal::bundled_with("orders-by-mail", fixtures);
        Self { portal: portal.around("ERP_URL", &erp.url()).around("ERP_TOKEN", "sandbox-token"), erp }
    }

    /// The mails of the good case.
    fn good() -> Self {
        Self::with(&["good/lager.eml", "good/papier.eml"])
    }

    /// Asserts that each of these was entered exactly once in both, and nothing else.
    #[track_caller]
    fn assert_has_each_once(&self, numbers: &[&str], when: &str) {
        self.portal.assert_has_each_once(numbers, when);
        let expected = numbers.iter().map(|number| ((*number).to_owned(), 1)).collect();
        assert_eq!(self.erp.entered(), expected, "{when}\nledger of the ERP: {:#?}", self.erp.writes());
    }
}

#[track_caller]
fn assert_all(ran: &Ran, outcome: &str) {
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count(outcome)), (Some(0), 2), "{}\n{:#?}", ran.stderr, ran.lines);
}

/// What an office got of an order that took.
fn entered(office: &Office, number: &str) -> Json {
    let writes = office.writes();
    let write = writes.iter().find(|write| write.took && write.number.as_deref() == Some(number)).unwrap();
    serde_json::to_value(&*write.body).unwrap()
}

#[test]
fn each_order_is_entered_in_both_and_found_again() {
    let both = Both::good();
    assert_all(&both.portal.run(), "entered");
    both.assert_has_each_once(&ORDERS, "after the first run");
    let exact = |digits: &str| serde_json::from_str::<Json>(digits).unwrap();
    let lines = json!([
        { "article": "000815", "text": "Rillenkugellager 6204", "quantity": 20, "price": exact("3.45") },
        { "article": "000816", "text": "Wellendichtring 35×52×7", "quantity": 1200, "price": exact("1.985") },
        { "article": "000042", "text": "Sechskantschraube M8×40", "quantity": 500, "price": exact("0.0875") },
    ]);
    let ordered = entered(&both.portal.office, "B-2026-0051");
    assert_eq!((&ordered["delivery"], &ordered["lines"]), (&json!("2026-03-17"), &lines));
    assert_eq!(
        entered(&both.erp, "B-2026-0051"),
        json!({
            "number": "B-2026-0051",
            "supplier": "Müller & Söhne Industriebedarf GmbH",
            "ordered": "2026-03-03",
            "delivery": "2026-03-17",
            "contact": "anna.huber@werke.example",
            "confirmation": "PO-000001",
            "lines": lines,
        })
    );

    assert_all(&both.portal.run(), "unchanged");
    // Without a journal the look-ups tell, in both.
    both.portal.lose_journal();
    assert_all(&both.portal.run(), "unchanged");
    assert_eq!((both.portal.office.writes().len(), both.erp.writes().len()), (2, 2), "what is in is not sent again");
}

#[test]
fn wrong_mails_are_rejected_with_their_reasons_and_the_rest_is_entered() {
    let both = Both::with(&["wrong/ohne-anhang.eml", "wrong/fremder.eml", "wrong/mehrere.eml"]);
    let ran = both.portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("entered"), ran.count("rejected")), (Some(1), 1, 5), "{}", ran.stderr);
    both.assert_has_each_once(&["B-2026-0053"], "the others are wrong");
    let missing = ran.records().find(|record| record["origin"] == "ohne-anhang.eml").unwrap();
    let why = "the mail has no attachment; `Bestellung*.xlsx` is expected";
    assert_eq!((&missing["outcome"], &missing["issues"][0]["why"]), (&json!("rejected"), &json!(why)));
    let stranger = ran.records().find(|record| record["key"]["number"] == "B-2026-0061").unwrap();
    assert!(stranger["issues"][0]["why"].as_str().unwrap().starts_with("only our plants may order"), "{stranger}");
}

#[test]
fn while_the_erp_is_away_orders_wait_and_are_not_ordered_again() {
    let both = Both::good();
    both.erp.set_faults("503=100%@0s");
    let ran = both.portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("pending")), (Some(3), 2), "{}\n{:#?}", ran.stderr, ran.lines);
    let ends: Vec<_> = ran.records().flat_map(|record| record["entries"].as_array().unwrap().clone()).collect();
    assert!(ends.iter().any(|end| end["target"] == "portal" && end["outcome"] == "entered"), "{ends:#?}");
    both.erp.set_faults("");
    assert_all(&both.portal.run(), "entered");
    both.assert_has_each_once(&ORDERS, "after the ERP came back");
    assert_eq!(both.portal.office.writes().len(), 2, "nothing was ordered a second time");
    assert_eq!(entered(&both.erp, "B-2026-0052")["confirmation"], "PO-000002", "the answer was kept");
}

/// Kills the program at passages of a place, on each `step`th, until a run gets by; afterwards the order is in both
/// exactly once. Answers the number of the last passage before that.
#[track_caller]
fn kill_at(place: &str, step: usize) -> usize {
    for nth in (step..=40).step_by(step) {
        let at = format!("{place}:{nth}");
        let both = Both::with(&["good/papier.eml"]);
        let killed = Ran::of(both.portal.run_command().env("EINTRAG_CRASH_AT", &at));
        if killed.code.is_some() {
            assert_eq!(killed.code, Some(0), "{at}: {}", killed.stderr);
            return nth - step;
        }
        run_to_the_end(&both, &at);
    }
    panic!("the run never got by `{place}`");
}

#[track_caller]
fn run_to_the_end(both: &Both, what: &str) {
    let ran = both.portal.run_while(&[3, 5]);
    assert_eq!(ran.code, Some(0), "{what}: {}\n{:#?}", ran.stderr, ran.lines);
    both.assert_has_each_once(&ORDERS[1..], what);
    assert_eq!(entered(&both.erp, ORDERS[1])["confirmation"], "PO-000001", "{what}");
    let verified = Ran::of(&mut both.portal.command(&["journal", "verify"]));
    assert!(verified.stderr.contains("the journal is whole"), "{what}: {}", verified.stderr);
}

#[test]
fn killed_around_the_submits_of_both_it_is_in_both_exactly_once() {
    assert_eq!(kill_at("before-request", 1), 2);
    assert_eq!(kill_at("after-request", 1), 2);
}

// What the journal does at each of its writes is tried without a browser; here every third one is.
#[test]
fn killed_after_journal_writes_of_both_it_is_in_both_exactly_once() {
    assert!(kill_at("after-commit", 3) >= 6);
}

#[test]
fn killed_from_outside_between_both_it_is_in_both_exactly_once() {
    let both = Both::with(&["good/papier.eml"]);
    both.portal.office.set_faults("latency=20ms");
    both.erp.set_faults("latency=20ms");
    let mut running = both.portal.start();
    wait_until("the order is in the portal", || both.portal.office.entered().len() == 1 || running.is_over());
    running.kill();
    assert_eq!(running.wait().code, None, "it was over before");
    assert!(both.erp.entered().is_empty(), "the ERP comes after the portal: {:#?}", both.erp.writes());
    run_to_the_end(&both, "killed from outside");
}

#[test]
fn the_practice_office_stands_in_for_both() {
    let both = Both::good();
    let mut command = both.portal.command(&["run", "recipe.yaml", "--sandbox", "--input", "lager.eml", "papier.eml"]);
    let ran = Ran::of(command.env("ERP_TOKEN", "the-real-one"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("4 writes in its ledger"), "{}", ran.stderr);
    both.assert_has_each_once(&[], "practice goes nowhere else");
}

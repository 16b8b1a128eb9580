//! Purchasing: the order form, its list, and what the single-page form sends.

use reqwest::Response;
use serde_json::{Value, json};

use super::person::{Person, csrf};
use super::{Visit, header, json_of};
use crate::sandbox::{Fault, Kind, Options, System};

impl Person {
    /// Sends an order of two lines with some fields changed; those of a line count for the first.
    async fn order(&self, path: &str, changes: &[(&str, &str)]) -> Response {
        let csrf = csrf(&self.text("/orders/new").await);
        let form = order_form(&csrf, changes);
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, text)| (*name, text.as_str())).collect();
        self.send(path, &pairs).await
    }
}

fn order_form<'n>(csrf: &str, changes: &[(&'n str, &str)]) -> Vec<(&'n str, String)> {
    let mut form = vec![
        ("csrf", csrf),
        ("number", "B-1"),
        ("supplier", "Müller & Söhne"),
        ("ordered", "03.03.2026"),
        ("delivery", ""),
        ("currency", "CHF"),
        ("shipping", "Spedition"),
        ("iban", ""),
        ("note", "Hof 2"),
        ("article", "000815"),
        ("text", "Kugellager"),
        ("quantity", "1.200"),
        ("price", "3,45"),
        ("article", "42"),
        ("text", ""),
        ("quantity", "4,5"),
        ("price", "0,0875"),
    ];
    for (name, text) in changes {
        match form.iter_mut().find(|(found, _)| found == name) {
            Some(pair) => pair.1 = text,
            None => form.push((name, text)),
        }
    }
    form.into_iter().map(|(name, text)| (name, text.to_owned())).collect()
}

#[tokio::test]
async fn a_saved_order_is_shown_found_and_in_the_ledger() {
    let person = Person::logged_in(Options::default()).await;
    let saved = person.order("/orders/new", &[]).await;
    assert_eq!((saved.status().as_u16(), header(saved.headers(), "location")), (303, "/orders/1?saved=1"));
    let page = person.text("/orders/1?saved=1").await;
    for part in [
        "Die Bestellung wurde gespeichert.",
        "<dd id=\"receipt\">PO-000001</dd>",
        "<dd id=\"supplier\">Müller &amp; Söhne</dd>",
        "<dd id=\"ordered\">03.03.2026</dd>",
        "<dd id=\"total\">4.140,39</dd>",
        "<td class=\"amount\">0,0875</td>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!person.text("/orders/1").await.contains("gespeichert"));
    let list = person.text("/orders?q=b-1").await;
    assert!(list.contains("<a href=\"/orders/1\">B-1</a>") && list.contains("4.140,39</td>"), "{list}");
    assert_eq!(person.open("/orders/2").await.status(), 404);
    let ledger = person.visit.sandbox.ledger();
    let entry = &ledger[0];
    assert_eq!((ledger.len(), entry.system, entry.kind, entry.took), (1, System::Purchasing, Kind::Create, true));
    assert_eq!((entry.number.as_deref(), entry.supplier.as_deref()), (Some("B-1"), Some("Müller & Söhne")));
    let lines = json!([
        { "article": "000815", "text": "Kugellager", "quantity": 1200, "price": exact("3.45") },
        { "article": "42", "quantity": exact("4.5"), "price": exact("0.0875") },
    ]);
    assert_eq!(entry.body["lines"], lines);
}

/// A number of exactly these digits.
fn exact(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap()
}

#[tokio::test]
async fn the_form_keeps_what_was_sent_and_marks_what_is_wrong() {
    let person = Person::logged_in(Options::default()).await;
    let answer = person.order("/orders/new", &[("ordered", "2026-03-03"), ("price", "3.45"), ("express", "on")]).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    for part in [
        "Es wurde nichts gespeichert.",
        "Bitte ein Datum wie 31.01.2026 eingeben.",
        "value=\"3.45\" aria-label=\"Einzelpreis 1\" inputmode=\"decimal\" autocomplete=\"off\" aria-invalid=\"true\"",
        "value=\"0,0875\" aria-label=\"Einzelpreis 2\" inputmode=\"decimal\" autocomplete=\"off\">",
        "value=\"Spedition\" checked",
        "name=\"express\" checked",
        "<option value=\"CHF\" selected>",
        ">Hof 2</textarea>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let empty = person.text("/orders/new").await;
    for label in
        [">Bestellnummer *</label>", ">Liefertermin</label>", "> Eilbestellung</label>", ">Versandart</legend>"]
    {
        assert!(empty.contains(label), "{label}");
    }
    let none = person.order("/orders/new", &[("article", ""), ("text", ""), ("quantity", ""), ("price", "")]).await;
    assert_eq!(none.status(), 303, "an empty line does not count");
    assert_eq!(person.visit.sandbox.ledger()[1].body["lines"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_forged_or_expired_form_saves_nothing() {
    let person = Person::logged_in(Options::default()).await;
    assert_eq!(person.order("/orders/new", &[("csrf", "x")]).await.status(), 403);
    let token = csrf(&person.text("/orders/new").await);
    person.visit.sandbox.expire_sessions();
    let form = order_form(&token, &[("number", "B-2")]);
    let expired = person.browser.post(person.visit.url("/orders/new")).form(&form).send().await.unwrap();
    assert_eq!(header(expired.headers(), "location"), "/login?next=%2Forders%2Fnew");
    let writes = [(Kind::Create, Some(403), None, false), (Kind::Create, Some(303), None, false)];
    assert_eq!(person.visit.summary(), writes);
    assert_eq!(person.visit.sandbox.ledger()[1].number.as_deref(), Some("B-2"), "the ledger knows what was lost");
}

#[tokio::test]
async fn faults_meet_orders_as_they_meet_invoices() {
    let person = Person::logged_in(Options::default()).await;
    let sandbox = &person.visit.sandbox;
    sandbox.set_faults("echo_search,refuse_duplicate".parse().unwrap());
    assert!(person.text("/orders?q=B-7").await.contains("Keine Treffer für B-7</p>"));
    assert!(person.text("/orders").await.contains("Keine Treffer</p>"));
    let token = csrf(&person.text("/orders/new").await);
    let post = |number: &'static str| {
        let form = order_form(&token, &[("number", number)]);
        person.browser.post(person.visit.url("/orders/new")).form(&form).send()
    };
    assert_eq!(post("B-1").await.unwrap().status(), 303);
    let again = post("B-1").await.unwrap();
    assert_eq!(again.status(), 409);
    assert!(again.text().await.unwrap().contains("schon erfasst"));
    for fault in ["503", "reset", "lost_answer", "late_commit@50ms", "stale_search@10m"] {
        sandbox.next_fault(fault.parse::<Fault>().unwrap());
    }
    assert!(post("B-2").await.unwrap().text().await.unwrap().contains("Wartungsarbeiten"));
    post("B-3").await.unwrap_err();
    post("B-4").await.unwrap_err();
    post("B-5").await.unwrap_err();
    assert_eq!(post("B-6").await.unwrap().status(), 303);
    person.visit.ledger_of(7).await;
    let mut took: Vec<_> =
        sandbox.ledger().iter().filter(|entry| entry.took).filter_map(|entry| entry.number.clone()).collect();
    took.sort();
    assert_eq!(took, ["B-1", "B-4", "B-5", "B-6"]);
    let list = person.text("/orders").await;
    let shown = |number: &str| list.contains(&format!(">{number}</a>"));
    assert!(shown("B-4") && shown("B-5") && !shown("B-6"), "{list}");
}

#[tokio::test]
async fn the_single_page_form_is_answered_in_json() {
    let person = Person::logged_in(Options { refuse_duplicate: true, ..Options::default() }).await;
    let page = person.text("/portal/app").await;
    assert!(page.contains("id=\"app\" data-csrf=\"") && page.contains("showModal"), "{page}");
    let found = json_of(person.open("/portal/app/suppliers?q=HUBER").await).await;
    assert_eq!(found, json!(["Huber AG", "Huber Landtechnik GmbH"]));
    let saved = person.order("/portal/app/orders", &[]).await;
    assert_eq!(saved.status(), 201);
    assert_eq!(json_of(saved).await, json!({ "id": 1, "number": "B-1", "receipt": "PO-000001" }));
    assert_eq!(person.order("/portal/app/orders", &[]).await.status(), 409);
    assert_eq!(person.order("/portal/app/orders", &[("csrf", "")]).await.status(), 403);
    let wrong = person.order("/portal/app/orders", &[("iban", "DE00"), ("quantity", "0")]).await;
    assert_eq!(wrong.status(), 422);
    let errors = json!([
        { "field": "iban", "message": "Diese IBAN ist nicht gültig." },
        { "field": "quantity", "line": 0, "message": "Bitte eine Zahl größer als 0 eingeben." },
    ]);
    assert_eq!(json_of(wrong).await["errors"], errors);
    person.visit.sandbox.expire_sessions();
    assert_eq!(person.open("/portal/app/suppliers").await.status(), 303);
    assert_eq!(person.open("/portal/app").await.status(), 303);
}

fn booked(number: &str) -> Value {
    json!({ "number": number, "supplier": "Müller & Söhne", "ordered": "2026-03-03", "delivery": null, "contact": "anna@werk.example",
            "lines": [{ "article": "000815", "quantity": "1200", "price": exact("3.45") }, { "article": "42", "quantity": 2, "price": "0.10" }] })
}

#[tokio::test]
async fn an_order_is_booked_by_the_api_beside_those_of_the_portal() {
    let person = Person::logged_in(Options { refuse_duplicate: true, ..Options::default() }).await;
    let visit = &person.visit;
    let post = |body: &Value| visit.post("/api/orders").json(body).send();
    let made = post(&booked("B-1")).await.unwrap();
    assert_eq!((made.status().as_u16(), header(made.headers(), "location")), (201, "/api/orders/1"));
    let order = json_of(made).await;
    assert_eq!(
        (&order["id"], &order["total"], &order["contact"]),
        (&json!(1), &exact("4140.20"), &json!("anna@werk.example"))
    );
    assert_eq!(order["lines"][0], json!({ "article": "000815", "quantity": 1200, "price": exact("3.45") }));
    assert_eq!(json_of(visit.get("/api/orders/1").send().await.unwrap()).await, order);
    assert_eq!(visit.get("/api/orders/2").send().await.unwrap().status(), 404);
    for (number, supplier, count) in [("B-1", "Müller & Söhne", 1), ("B-1", "Huber AG", 0), ("B", "Müller & Söhne", 0)]
    {
        let query = [("number", number), ("supplier", supplier)];
        let found = json_of(visit.get("/api/orders").query(&query).send().await.unwrap()).await;
        assert_eq!(found["total"], count, "{number} {supplier}");
    }
    assert_eq!(visit.get("/api/orders?nummer=B-1").send().await.unwrap().status(), 400);
    let again = post(&booked("B-1")).await.unwrap();
    assert_eq!(again.status(), 409);
    assert_eq!(json_of(again).await["error"]["id"], 1);
    assert!(person.text("/orders").await.contains("Keine Treffer"), "the portal has orders of its own");
    assert_eq!(person.order("/orders/new", &[]).await.status(), 303, "and knows of no duplicate");
    let systems: Vec<_> = visit.sandbox.ledger().iter().map(|entry| (entry.system, entry.took)).collect();
    assert_eq!(systems, [(System::Erp, true), (System::Erp, false), (System::Purchasing, true)]);
}

#[tokio::test]
async fn wrong_fields_of_a_booked_order_are_named() {
    let visit = Visit::new(Options::default()).await;
    let wrong = json!({ "number": 7, "supplier": " ", "ordered": "03.03.2026", "express": "ja", "currency": "XYZ",
                        "lines": [{ "article": "1", "quantity": "1,5", "price": 1 }, { "quantity": 0, "price": 1 }] });
    let answer = visit.post("/api/orders").json(&wrong).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    let errors = json_of(answer).await;
    let named = errors["error"]["fields"].as_array().unwrap().iter();
    let named: Vec<String> =
        named.map(|error| format!("{} {} {}", error["field"], error["line"], error["message"])).collect();
    assert_eq!(
        named,
        [
            "\"number\" null \"must be text\"",
            "\"ordered\" null \"must be a date such as 2026-01-31\"",
            "\"express\" null \"must be true or false\"",
            "\"quantity\" 0 \"must be a decimal number such as 1234.56\"",
            "\"supplier\" null \"is required\"",
            "\"currency\" null \"must be one of EUR, CHF, USD, GBP, SEK\"",
            "\"article\" 1 \"is required\"",
            "\"quantity\" 1 \"must be more than 0\"",
        ]
    );
    for (lines, message) in
        [(json!("x"), "must be a list"), (json!([1]), "must be a list"), (json!([]), "must have at least one line")]
    {
        let mut order = booked("B-2");
        order["lines"] = lines;
        let answer = visit.post("/api/orders").json(&order).send().await.unwrap();
        assert_eq!(json_of(answer).await["error"]["fields"], json!([{ "field": "lines", "message": message }]));
    }
    assert_eq!(visit.summary(), vec![(Kind::Create, Some(422), None, false); 4]);
}

#[tokio::test]
async fn an_idempotency_key_books_an_order_once() {
    let visit = Visit::new(Options { idempotency: true, ..Options::default() }).await;
    let post = |body: Value| visit.post("/api/orders").header("Idempotency-Key", "k").json(&body).send();
    let first = json_of(post(booked("B-1")).await.unwrap()).await;
    assert_eq!(json_of(post(booked("B-1")).await.unwrap()).await, first);
    assert_eq!(post(booked("B-2")).await.unwrap().status(), 422);
    let took: Vec<_> = visit.sandbox.ledger().iter().map(|entry| (entry.took, entry.status)).collect();
    assert_eq!(took, [(true, Some(201)), (false, Some(201)), (false, Some(422))]);
}

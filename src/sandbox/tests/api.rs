//! The JSON API, JSON-RPC, and the ledger.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Visit, header, invoice, json_of};
use crate::sandbox::{Kind, Options};

#[tokio::test]
async fn an_invoice_is_created_found_and_read_with_exact_digits() {
    let visit = Visit::new(Options::default()).await;
    let body =
        r#"{"number":"RE-1","supplier":"A & B","total":119.10,"net":"100.0900","cost_centre":12345678901234567890.5}"#;
    let post = visit.post("/api/invoices").header("content-type", "application/json").body(body);
    let answer = post.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(header(answer.headers(), "location"), "/api/invoices/1");
    let expected = r#"{"id":1,"number":"RE-1","supplier":"A & B","total":119.10,"net":"100.0900","cost_centre":12345678901234567890.5,"state":"draft","receipt":"ERP-000001"}"#;
    assert_eq!(answer.text().await.unwrap(), expected);
    let read = visit.get("/api/invoices/1").send().await.unwrap();
    assert_eq!((read.status().as_u16(), read.text().await.unwrap().as_str()), (200, expected));
    let search = [("number", "RE-1"), ("supplier", "A & B")];
    let found = json_of(visit.get("/api/invoices").query(&search).send().await.unwrap()).await;
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(1)));
    let other = [("number", "RE-1"), ("supplier", "A")];
    let none = json_of(visit.get("/api/invoices").query(&other).send().await.unwrap()).await;
    assert_eq!((&none["items"], &none["pages"], &none["next"]), (&json!([]), &json!(1), &Value::Null));
}

#[tokio::test]
async fn lists_have_pages() {
    let visit = Visit::new(Options::default()).await;
    for number in 1..=5 {
        visit.create(&format!("RE-{number}")).send().await.unwrap();
    }
    let mut next = "/api/invoices?supplier=M%C3%BCller+GmbH&per_page=2".to_owned();
    let mut numbers = Vec::new();
    loop {
        let page = json_of(visit.get(&next).send().await.unwrap()).await;
        assert_eq!((&page["pages"], &page["total"]), (&json!(3), &json!(5)));
        numbers.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].clone()));
        match page["next"].as_str() {
            Some(address) => next = address.to_owned(),
            None => break,
        }
    }
    assert_eq!(numbers, ["RE-1", "RE-2", "RE-3", "RE-4", "RE-5"]);
    let far = json_of(visit.get("/api/invoices?page=1000000000&per_page=200").send().await.unwrap()).await;
    assert_eq!(far["items"], json!([]));
    for (query, message) in [
        ("page=0", "`page` must be a whole number from 1 to 1000000000, not `0`"),
        ("per_page=201", "`per_page` must be a whole number from 1 to 200, not `201`"),
        ("numer=RE-1", "unknown parameter `numer`: did you mean `number`?"),
    ] {
        let answer = visit.get(&format!("/api/invoices?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(json_of(answer).await["error"]["message"], message);
    }
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_written() {
    let visit = Visit::new(Options::default()).await;
    let body = json!({ "number": "RE-1", "total": "zwölf" });
    let answer = visit.post("/api/invoices").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    let fields = json!([
        { "field": "supplier", "message": "is required" },
        { "field": "total", "message": "must be a decimal number such as 1234.56" },
    ]);
    assert_eq!(json_of(answer).await["error"]["fields"], fields);
    assert_eq!(visit.summary(), [(Kind::Create, Some(422), None, false)]);
    assert_eq!(visit.sandbox.ledger()[0].number.as_deref(), Some("RE-1"));
}

#[tokio::test]
async fn bodies_that_are_no_json_objects_are_refused_and_noted() {
    let visit = Visit::new(Options::default()).await;
    let deep = "[".repeat(100_000);
    for (body, status) in [("{", 400), ("[]", 400), ("\u{0}", 400), (deep.as_str(), 400)] {
        let post = visit.post("/api/invoices").header("content-type", "application/json").body(body.to_owned());
        assert_eq!(post.send().await.unwrap().status(), status);
    }
    assert_eq!(visit.post("/api/invoices").body("{}").send().await.unwrap().status(), 415);
    let large = vec![b' '; 10 * 1024 * 1024 + 1];
    let post = visit.post("/api/invoices").header("content-type", "application/json").body(large);
    // Whether the client still reads the answer depends on how much of the body it had sent.
    if let Ok(answer) = post.send().await {
        assert_eq!(answer.status(), 413);
    }
    let statuses: Vec<_> = visit.ledger_of(6).await.iter().filter_map(|entry| entry.status).collect();
    assert_eq!(statuses, [400, 400, 400, 400, 415, 413]);
    assert_eq!(visit.found("RE-1").await, 0);
}

#[tokio::test]
async fn a_duplicate_is_refused_only_on_demand() {
    let visit = Visit::new(Options::default()).await;
    for _ in 0..2 {
        assert_eq!(visit.create("RE-1").send().await.unwrap().status(), 201);
    }
    assert_eq!(visit.found("RE-1").await, 2);
    let strict = Visit::new(Options { refuse_duplicate: true, ..Options::default() }).await;
    strict.create("RE-1").send().await.unwrap();
    let answer = strict.create("RE-1").send().await.unwrap();
    assert_eq!(answer.status(), 409);
    assert_eq!(json_of(answer).await["error"]["id"], 1);
    let mut other = invoice("RE-1");
    other["supplier"] = json!("Meier AG");
    assert_eq!(strict.post("/api/invoices").json(&other).send().await.unwrap().status(), 201);
    let rename = json!({ "supplier": "Müller GmbH" });
    let patch = strict.client.patch(strict.url("/api/invoices/2")).bearer_auth("sandbox-token").json(&rename);
    assert_eq!(patch.send().await.unwrap().status(), 409);
}

#[tokio::test]
async fn invoices_are_changed_confirmed_and_deleted() {
    let visit = Visit::new(Options::default()).await;
    visit.create("RE-1").send().await.unwrap();
    let at = visit.url("/api/invoices/1");
    let patch = visit.client.patch(&at).bearer_auth("sandbox-token").json(&json!({ "number": "RE-2" }));
    let patched = json_of(patch.send().await.unwrap()).await;
    assert_eq!((&patched["number"], &patched["total"]), (&json!("RE-2"), &json!("119.00")));
    assert_eq!((visit.found("RE-1").await, visit.found("RE-2").await), (0, 1));
    let put = visit.client.put(&at).bearer_auth("sandbox-token");
    let replaced = put.json(&json!({ "number": "RE-3", "supplier": "B" })).send().await.unwrap();
    assert_eq!((replaced.status().as_u16(), &json_of(replaced).await["total"]), (200, &Value::Null));
    let wrong = visit.client.patch(&at).bearer_auth("sandbox-token").json(&json!({ "number": null }));
    assert_eq!(wrong.send().await.unwrap().status(), 422);

    let confirmed = visit.post("/api/invoices/1/confirm").send().await.unwrap();
    assert_eq!((confirmed.status().as_u16(), &json_of(confirmed).await["state"]), (200, &json!("confirmed")));
    assert_eq!(visit.post("/api/invoices/1/confirm").send().await.unwrap().status(), 409);

    let delete = || visit.client.delete(&at).bearer_auth("sandbox-token").send();
    assert_eq!(delete().await.unwrap().status(), 204);
    assert_eq!(delete().await.unwrap().status(), 404);
    assert_eq!(visit.get("/api/invoices/1").send().await.unwrap().status(), 404);
    assert_eq!(visit.found("RE-3").await, 0);
    assert_eq!(
        visit.summary(),
        [
            (Kind::Create, Some(201), None, true),
            (Kind::Update, Some(200), None, true),
            (Kind::Update, Some(200), None, true),
            (Kind::Update, Some(422), None, false),
            (Kind::Confirm, Some(200), None, true),
            (Kind::Confirm, Some(409), None, false),
            (Kind::Delete, Some(204), None, true),
            (Kind::Delete, Some(404), None, false),
        ]
    );
}

#[tokio::test]
async fn an_idempotency_key_counts_only_if_the_office_honours_it() {
    let visit = Visit::new(Options { idempotency: true, ..Options::default() }).await;
    let create = |number: &str| visit.create(number).header("Idempotency-Key", "k1").send();
    let first = create("RE-1").await.unwrap();
    let again = create("RE-1").await.unwrap();
    assert_eq!((first.status(), again.status()), (201.try_into().unwrap(), 201.try_into().unwrap()));
    assert_eq!(json_of(first).await, json_of(again).await);
    assert_eq!(create("RE-2").await.unwrap().status(), 422);
    assert_eq!((visit.found("RE-1").await, visit.found("RE-2").await), (1, 0));
    let took: Vec<bool> = visit.sandbox.ledger().iter().map(|entry| entry.took).collect();
    assert_eq!(took, [true, false, false]);

    let careless = Visit::new(Options::default()).await;
    for _ in 0..2 {
        careless.create("RE-1").header("Idempotency-Key", "k1").send().await.unwrap();
    }
    assert_eq!(careless.found("RE-1").await, 2);
    assert_eq!(careless.sandbox.ledger()[1].idempotency_key.as_deref(), Some("k1"));
}

#[tokio::test]
async fn a_job_enters_the_invoice_later() {
    let visit = Visit::new(Options { job_time: Duration::from_millis(500), ..Options::default() }).await;
    let accepted = visit.post("/api/jobs/invoices").json(&invoice("RE-1")).send().await.unwrap();
    assert_eq!(accepted.status(), 202);
    let at = header(accepted.headers(), "location").to_owned();
    assert_eq!((at.as_str(), &json_of(accepted).await["job_id"]), ("/api/jobs/1", &json!(1)));
    assert_eq!(json_of(visit.get(&at).send().await.unwrap()).await, json!({ "job_id": 1, "state": "pending" }));
    visit.post("/api/jobs/invoices").json(&json!({ "number": "RE-2" })).send().await.unwrap();
    visit.ledger_of(2).await;
    // The job is marked as done right after its write.
    while json_of(visit.get("/api/jobs/2").send().await.unwrap()).await["state"] == "pending" {
        tokio::task::yield_now().await;
    }
    let done = json_of(visit.get(&at).send().await.unwrap()).await;
    assert_eq!(done, json!({ "job_id": 1, "state": "done", "invoice_id": 1 }));
    let failed = json_of(visit.get("/api/jobs/2").send().await.unwrap()).await;
    assert_eq!((&failed["state"], &failed["error"]["fields"][0]["field"]), (&json!("failed"), &json!("supplier")));
    assert_eq!(visit.get("/api/jobs/3").send().await.unwrap().status(), 404);
    assert_eq!(visit.get("/api/jobs/0").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn files_are_kept_by_name_size_and_digest() {
    let visit = Visit::new(Options::default()).await;
    visit.create("RE-1").send().await.unwrap();
    let form = || {
        let part = Part::bytes(b"abc".to_vec()).file_name("Rechnung Jänner.pdf").mime_str("application/pdf").unwrap();
        Form::new().text("note", "x").part("file", part)
    };
    let added = visit.post("/api/invoices/1/attachments").multipart(form()).send().await.unwrap();
    assert_eq!(added.status(), 201);
    let file = json!({ "name": "Rechnung Jänner.pdf", "media_type": "application/pdf", "size": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" });
    assert_eq!(json_of(added).await, file);
    let list = json_of(visit.get("/api/invoices/1/attachments").send().await.unwrap()).await;
    assert_eq!(list, json!({ "items": [file] }));
    let nowhere = visit.post("/api/invoices/9/attachments").multipart(form()).send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    let empty = visit.post("/api/invoices/1/attachments").multipart(Form::new().text("a", "b")).send().await.unwrap();
    assert_eq!(empty.status(), 422);
    let plain = visit.post("/api/invoices/1/attachments").body("abc").send().await.unwrap();
    assert_eq!(plain.status(), 400);
    let took: Vec<_> = visit.sandbox.ledger().iter().map(|entry| (entry.kind, entry.took)).collect();
    assert_eq!(took[1..], [(Kind::Attach, true), (Kind::Attach, false), (Kind::Attach, false), (Kind::Attach, false)]);
    assert_eq!(visit.sandbox.ledger()[1].number.as_deref(), Some("RE-1"));
}

#[tokio::test]
async fn json_rpc_answers_errors_with_200() {
    let visit = Visit::new(Options::default()).await;
    let rpc = async |token: &str, method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let post = visit.client.post(visit.url("/rpc")).bearer_auth(token).json(&body);
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        json_of(answer).await
    };
    let wrong = rpc("", "login", json!({ "user": "sandbox", "password": "x" })).await;
    assert_eq!(wrong["error"]["message"], "login failed");
    let login = rpc("", "login", json!({ "user": "sandbox", "password": "sandbox" })).await;
    let token = login["result"]["token"].as_str().unwrap();
    let created = rpc(token, "invoice.create", invoice("RE-1")).await;
    assert_eq!((&created["id"], &created["result"]["id"]), (&json!(7), &json!(1)));
    let refused = rpc(token, "invoice.create", json!({ "number": "RE-2" })).await;
    assert_eq!(refused["error"]["data"]["fields"][0]["field"], "supplier");
    let found = rpc(token, "invoice.search", json!({ "number": "RE-1" })).await;
    assert_eq!(found["result"][0]["supplier"], "Müller GmbH");
    assert_eq!(rpc("", "invoice.create", invoice("RE-3")).await["error"]["message"], "session expired");
    assert_eq!(rpc(token, "invoice.burn", json!({})).await["error"]["code"], -32601);
    assert_eq!(rpc(token, "invoice.create", json!([1])).await["error"]["code"], -32600);
    let broken = visit.client.post(visit.url("/rpc")).body("{").send().await.unwrap();
    assert_eq!(json_of(broken).await["error"]["code"], -32700);
    let summary: Vec<_> = visit.sandbox.ledger().iter().map(|entry| (entry.number.clone(), entry.took)).collect();
    let expected = [("RE-1", true), ("RE-2", false), ("RE-3", false)].map(|(text, took)| (Some(text.to_owned()), took));
    assert_eq!(summary[..3], expected);
}

#[tokio::test]
async fn the_ledger_is_answered_in_order() {
    let visit = Visit::new(Options::default()).await;
    visit.create("RE-1").send().await.unwrap();
    visit.post("/api/invoices/1/confirm").header("X-Sandbox-Fault", "503").send().await.unwrap();
    // The ledger asks for no login.
    let answer = visit.client.get(visit.url("/ledger")).send().await.unwrap();
    let entries = json!([
        { "seq": 1, "kind": "create", "system": "erp", "id": 1, "number": "RE-1", "supplier": "Müller GmbH",
          "body": invoice("RE-1"), "took": true, "status": 201 },
        { "seq": 2, "kind": "confirm", "system": "erp", "id": 1, "body": {}, "fault": "503", "took": false,
          "status": 503 },
    ]);
    assert_eq!(json_of(answer).await, json!({ "entries": entries }));
    assert_eq!(visit.sandbox.requests(), 2);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_told() {
    let visit = Visit::new(Options::default()).await;
    for path in ["/nowhere", "/api/nowhere", "/api/invoices/1/x/y", "/api/invoices/99999999999999999999"] {
        let answer = visit.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(json_of(answer).await["error"]["message"].is_string());
    }
    let answer = visit.client.delete(visit.url("/api/invoices")).bearer_auth("sandbox-token").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert!(json_of(answer).await["error"]["message"].is_string());
}

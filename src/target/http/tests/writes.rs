//! A write is never sent twice by itself, whatever the connection does.

use std::collections::HashMap;

use super::fixture::{
    Values, at, built, calls, capture, expression, job, part, post_json, settings, step, target, text,
};
use super::server::{Reply, Server, head, json};
use crate::expression::Name;
use crate::recipe::model::{Body, BodyPart, HttpCall, Idempotent, Method, Rate, TargetKind};
use crate::record::Value;
use crate::target::{Class, Receipt, Submitted, Target as _, Trouble};

#[tokio::test]
async fn a_kept_connection_that_closes_under_a_write_makes_it_unknown_not_double() {
    let server = Server::script(vec![json(200, "{}"), Reply::Close(Vec::new()), json(200, "{}")]).await;
    let target = built(target(&server.url, part(post_json("/a", &[("x", "1")]))));
    let values = Values::default();
    assert!(matches!(target.submit(job(&values)).await, Submitted::Done(_)));
    let Submitted::Failed(failure) = target.submit(job(&values)).await else { panic!("must not be hidden") };
    assert_eq!(failure.class, Class::Unknown);
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_server_that_always_closes_gets_every_write_once_at_the_most() {
    // The server closes after each answer without saying so, which is when clients repeat requests by themselves.
    let server = Server::new(|_, _| Reply::Close(head(200, &[], 2, b"{}"))).await;
    let mut took = Vec::new();
    for number in 0..60 {
        let number = format!("/write-{number}-");
        let target_model = target(&server.url, part(post_json(&number, &[("x", "1")])));
        took.push((number, target_model));
    }
    // One client, so that connections are kept between the writes.
    let mut model = target(&server.url, part(post_json("/unused", &[])));
    model.parts = took.iter().map(|(_, one)| one.parts[0].clone()).collect();
    let shared = built(model);
    let values = Values::default();
    for (part, (path, _)) in took.iter().enumerate() {
        let end = shared.submit(crate::target::Job { part, ..job(&values) }).await;
        let count = server.lines().iter().filter(|line| line.ends_with(path.as_str())).count();
        match end {
            Submitted::Done(_) => assert_eq!(count, 1, "{path}"),
            Submitted::Failed(failure) => {
                assert_eq!(failure.class, Class::Unknown, "{:?}", failure.trouble);
                assert!(count <= 1, "{path}: {count}");
            }
            Submitted::Accepted(_) => panic!("{path}"),
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in server.lines() {
        *counts.entry(line).or_default() += 1;
    }
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}

#[tokio::test]
async fn the_rate_paces_calls() {
    let server = Server::script(vec![json(200, "{}")]).await;
    let mut model = target(&server.url, part(post_json("/a", &[])));
    let mut paced = settings(&server.url);
    paced.rate = Some(Rate { calls: 50, per: std::time::Duration::from_secs(1) });
    model.kind = TargetKind::Http(paced);
    let target = built(model);
    let values = Values::default();
    let start = std::time::Instant::now();
    for _ in 0..6 {
        assert!(matches!(target.submit(job(&values)).await, Submitted::Done(_)));
    }
    assert!(start.elapsed() >= std::time::Duration::from_millis(100), "{:?}", start.elapsed());
}

#[tokio::test]
async fn each_write_carries_the_idempotency_key_and_reads_do_not() {
    let server = Server::script(vec![json(200, r#"{"id": 3}"#)]).await;
    let mut model = target(&server.url, part(step(Method::Put, "/a")));
    let mut known = settings(&server.url);
    let keeps = std::time::Duration::from_secs(60);
    known.idempotent = Some(Idempotent { keeps, header: "X-Request-Id".into() });
    model.kind = TargetKind::Http(known);
    calls(&mut model).steps.before = vec![step(Method::Get, "/before").into()];
    let target = built(model);
    let values = Values::default().and(Name::IdempotencyKey, Value::text("k17"));
    target.stage(job(&values)).await.unwrap();
    assert!(matches!(target.submit(job(&values)).await, Submitted::Done(_)));
    let seen = server.seen();
    assert!(!seen[0].text.contains("k17"), "{}", seen[0].text);
    assert!(seen[1].text.contains("x-request-id: k17\r\n"), "{}", seen[1].text);
}

#[tokio::test]
async fn steps_before_the_write_capture_in_order() {
    let server = Server::new(|request, _| match request.line.as_str() {
        "GET /one" => json(200, r#"{"id": "A 1"}"#),
        _ => json(200, r#"{"id": "B"}"#),
    })
    .await;
    let mut model = target(&server.url, part(step(Method::Post, "/a")));
    let one = HttpCall { capture: vec![capture("one_id", "$.id")], ..step(Method::Get, "/one") };
    let two = HttpCall { capture: vec![capture("two_id", "$.id")], ..step(Method::Get, "/two/${one_id}") };
    calls(&mut model).steps.before = vec![one.into(), two.into()];
    let captures = built(model).stage(job(&Values::default())).await.unwrap();
    assert_eq!(captures, [("one_id".into(), Value::text("A 1")), ("two_id".into(), Value::text("B"))]);
    assert_eq!(server.lines(), ["GET /one", "GET /two/A%201"]);
}

#[tokio::test]
async fn a_write_that_when_leaves_out_sends_nothing() {
    let server = Server::script(vec![json(200, "{}")]).await;
    let write = HttpCall { when: Some(at(expression("1 == 2"))), ..step(Method::Post, "/a") };
    let Submitted::Done(receipt) = built(target(&server.url, part(write))).submit(job(&Values::default())).await else {
        panic!("there was nothing to fail")
    };
    assert_eq!(receipt, Receipt::default());
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_is_refused_without_a_call() {
    let server = Server::script(vec![json(200, "{}")]).await;
    let target = built(target(&server.url, part(step(Method::Post, "/a/${note}"))));
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::Refused);
    assert_eq!(failure.trouble, Trouble::Recipe("invoices.yaml:1:1 the path: `${note}` has no value".into()));
    assert!(server.lines().is_empty());
}

fn upload(file: &str) -> HttpCall {
    let file = BodyPart::File { path: text(file), name: None, media_type: Some("application/pdf".into()) };
    let parts = vec![("title".into(), BodyPart::Text(text("Müller"))), ("file".into(), file)];
    HttpCall { body: Some(Body::Multipart(parts)), ..step(Method::Post, "/upload") }
}

#[tokio::test]
async fn files_are_sent_with_name_type_and_length() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scan.pdf");
    std::fs::write(&file, "%PDF-1.7 content").unwrap();
    let server = Server::script(vec![json(201, "{}")]).await;
    let target = built(target(&server.url, part(upload(file.to_str().unwrap()))));
    assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    let sent = &server.seen()[0].text;
    for expected in [
        "content-type: multipart/form-data; boundary=",
        "content-length: ",
        "name=\"title\"\r\n\r\nMüller\r\n",
        "name=\"file\"; filename=\"scan.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7 content\r\n",
    ] {
        assert!(sent.contains(expected), "{expected} in {sent}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_found_before_anything_is_sent() {
    let server = Server::script(vec![json(201, "{}")]).await;
    let target = built(target(&server.url, part(upload("/no/such/file.pdf"))));
    let values = Values::default();
    assert!(matches!(target.prepare(job(&values)), Err(Trouble::File { .. })));
    let Submitted::Failed(failure) = target.submit(job(&values)).await else { panic!("must fail") };
    assert!(matches!(failure.trouble, Trouble::File { .. }), "{:?}", failure.trouble);
    assert_eq!(failure.class, Class::Refused);
    assert!(server.lines().is_empty());
}

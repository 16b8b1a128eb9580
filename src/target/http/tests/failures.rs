//! Each line of the failure table, against a real server.

use std::time::Duration;

use super::fixture::{
    Values, built, capture, condition, job, part, path, post_json, settings, step, target, text, when_equal,
    when_status,
};
use super::server::{Reply, Server, answer, head, json};
use crate::messages::{Language, trouble};
use crate::recipe::model::{Condition, ConditionSet, HttpCall, Method, TargetKind, WaitUntil};
use crate::record::Value;
use crate::target::{Class, Failure, Polled, Submitted, Target as _};

async fn submitted(step: HttpCall, reply: Reply) -> (Submitted, Server) {
    let server = Server::script(vec![reply]).await;
    let target = built(target(&server.url, part(step)));
    let submitted = target.submit(job(&Values::default())).await;
    (submitted, server)
}

/// The class and the English words of a failed write.
async fn failed(step: HttpCall, reply: Reply) -> (Class, String) {
    match submitted(step, reply).await.0 {
        Submitted::Failed(failure) => words(&failure),
        other => panic!("should have failed: {other:?}"),
    }
}

fn words(failure: &Failure) -> (Class, String) {
    (failure.class, trouble(&failure.trouble, Language::English))
}

fn post() -> HttpCall {
    post_json("/api/invoices", &[("number", "RE-1")])
}

#[tokio::test]
async fn a_write_that_took_gives_its_receipt() {
    let step = HttpCall { capture: vec![capture("invoice_id", "$.id")], ..post() };
    let (submitted, server) = submitted(step, json(201, r#"{"id": 17}"#)).await;
    let Submitted::Done(receipt) = submitted else { panic!("{submitted:?}") };
    assert_eq!(receipt.status, Some(201));
    assert_eq!(receipt.captures, [("invoice_id".into(), Value::Number(17.into()))]);
    assert_eq!(server.lines(), ["POST /api/invoices"]);
    assert!(server.seen()[0].text.ends_with(r#"{"number":"RE-1"}"#), "{}", server.seen()[0].text);
}

#[tokio::test]
async fn nobody_listens() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let target = built(target(&format!("http://127.0.0.1:{port}"), part(post())));
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    let (class, words) = words(&failure);
    assert_eq!(class, Class::NotSubmitted);
    assert!(words.starts_with("the target cannot be reached, nothing was sent: "), "{words}");
    assert!(words.contains("onnection refused"), "{words}");
}

#[tokio::test]
async fn an_unknown_host() {
    let target = built(target("http://no-such-host.invalid", part(post())));
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::NotSubmitted);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls() {
    let server = Server::script(vec![Reply::Close(b"HTTP/1.1 400 X\r\n\r\n".to_vec())]).await;
    let target = built(target(&server.url.replace("http:", "https:"), part(post())));
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::NotSubmitted, "{:?}", failure.trouble);
}

#[tokio::test]
async fn statuses_that_say_later() {
    for status in [421, 423, 425, 429] {
        let (class, words) = failed(post(), json(status, "{}")).await;
        assert_eq!(class, Class::NotSubmitted);
        assert_eq!(words, format!("the target asks to try again later (status {status})"));
    }
}

#[tokio::test]
async fn retry_after_in_seconds_and_as_a_date() {
    let (end, _) = submitted(post(), answer(503, &[("retry-after", "7")], "")).await;
    let Submitted::Failed(failure) = end else { panic!("must fail") };
    assert_eq!((failure.class, failure.retry_after), (Class::NotSubmitted, Some(Duration::from_secs(7))));

    let in_a_minute = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(60));
    let (end, _) = submitted(post(), answer(429, &[("retry-after", &in_a_minute)], "")).await;
    let Submitted::Failed(failure) = end else { panic!("must fail") };
    let wait = failure.retry_after.unwrap();
    assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");

    let (end, _) = submitted(post(), answer(429, &[("retry-after", "999999999")], "")).await;
    let Submitted::Failed(failure) = end else { panic!("must fail") };
    assert_eq!(failure.retry_after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn unavailable_without_retry_after_is_unknown() {
    let (class, words) = failed(post(), answer(503, &[], "")).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(words, "the target answered with status 503, which does not tell whether it was done");
}

#[tokio::test]
async fn a_login_is_wanted() {
    for status in [401, 407] {
        let (class, words) = failed(post(), json(status, "{}")).await;
        assert_eq!(class, Class::Login);
        assert_eq!(words, format!("the target wants a login (status {status}): it is missing, wrong or has expired"));
    }
    let (class, words) = failed(post(), answer(302, &[("location", "/web/login?next=x")], "")).await;
    assert_eq!(class, Class::Login);
    assert_eq!(words, "the target wants a login (status 302): it redirects to the login page /web/login");
}

#[tokio::test]
async fn an_expected_redirect_is_no_success_where_it_leads_to_the_login() {
    let step = HttpCall { expect: when_status(302), ..post() };
    let (class, _) = failed(step, answer(302, &[("location", "/accounts/signin")], "")).await;
    assert_eq!(class, Class::Login);
}

#[tokio::test]
async fn forbidden_is_a_refusal_where_there_is_no_login() {
    let (class, words) = failed(post(), json(403, r#"{"detail": "kein Zugriff"}"#)).await;
    assert_eq!((class, words.as_str()), (Class::Refused, "the target refused (status 403): kein Zugriff"));
}

#[tokio::test]
async fn refusals() {
    for status in [400, 402, 404, 405, 410, 411, 413, 415, 422, 431, 451, 501] {
        let (class, words) = failed(post(), json(status, r#"{"message": "Konto fehlt"}"#)).await;
        assert_eq!((class, words), (Class::Refused, format!("the target refused (status {status}): Konto fehlt")));
    }
}

#[tokio::test]
async fn refused_of_the_recipe_wins_over_a_good_status() {
    let mut refused = when_equal("$.ok", "false");
    refused.any[0].reason = Some(path("$.errors[*].text"));
    let step = HttpCall { refused, ..post() };
    let body = r#"{"ok": false, "errors": [{"text": "Betrag fehlt"}, {"text": "Datum fehlt"}]}"#;
    let (class, words) = failed(step, json(200, body)).await;
    assert_eq!(class, Class::Refused);
    assert_eq!(words, "the target refused (status 200): Betrag fehlt; Datum fehlt");
}

#[tokio::test]
async fn it_exists_already() {
    for status in [409, 412] {
        let (class, words) = failed(post(), json(status, "{}")).await;
        assert_eq!(class, Class::Exists);
        assert_eq!(words, format!("the target says that it is there already (status {status})"));
    }
    let exists = ConditionSet { any: vec![Condition { text: Some(text("schon erfasst")), ..condition() }] };
    let (class, _) = failed(HttpCall { exists, ..post() }, answer(400, &[], "RE-1 ist schon erfasst")).await;
    assert_eq!(class, Class::Exists);
}

#[tokio::test]
async fn expect_that_names_the_status_knows_better_than_the_table() {
    for status in [200, 302, 404, 500] {
        let step = HttpCall { expect: when_status(status), ..post() };
        let (end, _) = submitted(step, answer(status, &[("location", "/elsewhere")], "")).await;
        assert!(matches!(end, Submitted::Done(_)), "{status}: {end:?}");
    }
}

#[tokio::test]
async fn statuses_that_tell_nothing() {
    for status in [408, 500, 502, 504, 507, 202, 304] {
        let (class, words) = failed(post(), answer(status, &[], "")).await;
        assert_eq!(class, Class::Unknown, "{status}");
        assert_eq!(words, format!("the target answered with status {status}, which does not tell whether it was done"));
    }
}

#[tokio::test]
async fn writes_follow_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let (end, server) = submitted(post(), answer(status, &[("location", "/moved?key=1")], "")).await;
        let Submitted::Failed(failure) = end else { panic!("must fail") };
        assert_eq!(
            words(&failure),
            (
                Class::Unknown,
                format!("the target redirects to {}/moved (status {status}), which is not followed", server.url)
            )
        );
        assert_eq!(server.lines().len(), 1);
    }
}

#[tokio::test]
async fn an_unexpected_status() {
    let (class, words) = failed(HttpCall { expect: when_status(201), ..post() }, json(200, "{}")).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(words, "the target's answer (status 200) is not as expected: the status should be 201 but is 200");
}

#[tokio::test]
async fn an_expectation_that_is_not_met() {
    let step = HttpCall { expect: when_equal("$.state", "posted"), ..post() };
    let (class, words) = failed(step, json(200, r#"{"state": "draft"}"#)).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(words, "the target's answer (status 200) is not as expected: $.state should be posted but is draft");
}

#[tokio::test]
async fn a_body_that_is_no_json() {
    let step = HttpCall { capture: vec![capture("invoice_id", "$.id")], ..post() };
    let (class, words) = failed(step.clone(), answer(200, &[], "<html>ok</html>")).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(
        words,
        "the target's answer (status 200) cannot be read: it is not JSON: expected value at line 1 column 1"
    );
    let (class, words) = failed(step, answer(200, &[], "")).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(words, "the target's answer (status 200) cannot be read: it is empty where JSON is needed");
}

#[tokio::test]
async fn captures_that_are_not_there_once() {
    let step = HttpCall { capture: vec![capture("invoice_id", "$..id")], ..post() };
    for (body, expected) in [
        (r#"{}"#, "the target's answer has no `invoice_id` at `$..id`"),
        (r#"{"id": null}"#, "the target's answer has no `invoice_id` at `$..id`"),
        (
            r#"[{"id": 1}, {"id": 2}]"#,
            "the target's answer has 2 values for `invoice_id` at `$..id` where there must be one",
        ),
        (
            r#"{"id": [1]}"#,
            "the value for `invoice_id` at `$..id` in the target's answer is a list or an object, not one value",
        ),
    ] {
        assert_eq!(failed(step.clone(), json(200, body)).await, (Class::Unknown, expected.to_owned()));
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large() {
    let (class, words) = failed(post(), answer(200, &[], &"x".repeat(5000))).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(words, "the target's answer is longer than 4096 bytes - raise `max_answer:` if that is right");
}

#[tokio::test]
async fn a_broken_encoding() {
    let bytes = head(200, &[("content-encoding", "gzip")], 9, b"not gzip!");
    let (class, words) = failed(post(), Reply::Keep(bytes)).await;
    assert_eq!(class, Class::Unknown);
    assert!(words.starts_with("the target's answer (status 200) cannot be read: "), "{words}");
}

#[tokio::test]
async fn broken_connections() {
    for reply in [Reply::Reset, Reply::Close(Vec::new()), Reply::Close(head(200, &[], 100, b"half"))] {
        let (end, server) = submitted(post(), reply).await;
        let Submitted::Failed(failure) = end else { panic!("must fail") };
        let (class, words) = words(&failure);
        assert_eq!(class, Class::Unknown);
        assert!(words.starts_with("the connection broke before the whole answer was there: "), "{words}");
        assert!(!words.contains("127.0.0.1"), "addresses may hold keys: {words}");
        assert_eq!(server.lines().len(), 1, "sent once");
    }
}

#[tokio::test]
async fn a_refusal_is_one_even_if_its_body_breaks_off() {
    let (class, _) = failed(post(), Reply::Close(head(422, &[], 100, b"half"))).await;
    assert_eq!(class, Class::Refused);
}

#[tokio::test]
async fn no_answer_in_time() {
    let server = Server::script(vec![Reply::Hang]).await;
    let mut model = target(&server.url, part(post()));
    let mut short = settings(&server.url);
    short.timeout = Duration::from_millis(150);
    model.kind = TargetKind::Http(short);
    let Submitted::Failed(failure) = built(model).submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(words(&failure), (Class::Unknown, "the target did not answer within 150 ms".to_owned()));
}

#[tokio::test]
async fn accepted_and_then_polled() {
    let polled = HttpCall {
        expect: when_equal("$.state", "done"),
        refused: when_equal("$.state", "error"),
        ..step(Method::Get, "/jobs/1")
    };
    let wait = WaitUntil { step: polled, every: Duration::from_secs(1), at_most: Duration::from_secs(9) };
    let submit = HttpCall { wait_until: Some(Box::new(wait)), ..post() };
    let server = Server::script(vec![
        json(202, "{}"),
        json(200, r#"{"state": "running"}"#),
        json(202, "{}"),
        answer(500, &[], ""),
        answer(404, &[], ""),
        json(200, r#"{"state": "error"}"#),
        json(200, r#"{"state": "done"}"#),
    ])
    .await;
    let target = built(target(&server.url, part(submit)));
    let values = Values::default();
    assert!(matches!(target.submit(job(&values)).await, Submitted::Accepted(_)));
    for _ in 0..3 {
        assert!(matches!(target.poll(job(&values)).await, Polled::NotYet));
    }
    // That the address is gone does not say that the write was refused.
    assert!(matches!(target.poll(job(&values)).await, Polled::Failed(Failure { class: Class::Unknown, .. })));
    assert!(matches!(target.poll(job(&values)).await, Polled::Failed(Failure { class: Class::Refused, .. })));
    assert!(matches!(target.poll(job(&values)).await, Polled::Done(_)));
}

#[tokio::test]
async fn the_answer_is_kept_masked_and_cut() {
    let secrets = std::sync::Arc::new(crate::secret::Secrets::from_environment());
    secrets.keep_out("password", "geheim123");
    let server = Server::script(vec![answer(400, &[], &format!("geheim123 {}", "ä".repeat(1990)))]).await;
    let recipe = super::fixture::recipe(target(&server.url, part(post())));
    let target = super::super::HttpTarget::new(recipe, 0, &Values::default(), secrets).unwrap();
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    let answer = failure.answer.unwrap();
    assert!(answer.starts_with("••• ä"), "{answer}");
    assert!(answer.chars().count() <= 2001);
}

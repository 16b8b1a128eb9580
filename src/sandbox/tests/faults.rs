//! Each fault: what the client sees, and what was really written.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Visit, client, header, invoice, json_of};
use crate::sandbox::{Fault, Faults, Kind, Options};

async fn with(faults: &str) -> Visit {
    Visit::new(Options { faults: faults.parse().unwrap(), ..Options::default() }).await
}

#[tokio::test]
async fn a_503_writes_nothing_and_half_name_a_time() {
    let visit = with("503=100%@3s").await;
    let mut with_time = 0;
    for number in 0..40 {
        let answer = visit.create(&format!("RE-{number}")).send().await.unwrap();
        assert_eq!(answer.status(), 503);
        match header(answer.headers(), "retry-after") {
            "" => {}
            "3" => with_time += 1,
            other => panic!("{other}"),
        }
        assert!(json_of(answer).await["error"]["message"].is_string());
    }
    assert!((10..30).contains(&with_time), "{with_time} of 40");
    assert_eq!(visit.get("/api/invoices").send().await.unwrap().status(), 503, "reads too");
    let ledger = visit.sandbox.ledger();
    assert!(ledger.iter().all(|entry| !entry.took && entry.fault == Some("503")));
    assert_eq!(ledger[7].number.as_deref(), Some("RE-7"), "the ledger knows what was not written");
    visit.sandbox.set_faults(Faults::default());
    assert_eq!(visit.found("RE-7").await, 0);
}

#[tokio::test]
async fn a_429_names_a_time() {
    let visit = with("429=100%@1500ms").await;
    let answer = visit.create("RE-1").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(answer.headers(), "retry-after")), (429, "2"));
    assert_eq!(visit.summary(), [(Kind::Create, Some(429), Some("429"), false)]);
}

#[tokio::test]
async fn a_reset_writes_nothing() {
    let visit = with("").await;
    visit.sandbox.next_fault(Fault::Reset);
    let error = visit.create("RE-1").send().await.unwrap_err();
    assert!(format!("{error:?}").contains("reset"), "{error:?}");
    assert_eq!(visit.summary(), [(Kind::Create, None, Some("reset"), false)]);
    assert_eq!(visit.found("RE-1").await, 0, "reads do not take from the queue, and go on");
    assert_eq!(visit.create("RE-1").send().await.unwrap().status(), 201, "one fault, one write");
}

#[tokio::test]
async fn a_lost_answer_wrote_exactly_one() {
    let visit = with("").await;
    let create = visit.create("RE-1").header("X-Sandbox-Fault", "lost_answer");
    let error = create.send().await.unwrap_err();
    assert!(!error.is_connect() && error.status().is_none(), "{error:?}");
    assert_eq!(visit.found("RE-1").await, 1);
    assert_eq!(visit.summary(), [(Kind::Create, Some(201), Some("lost_answer"), true)]);
}

#[tokio::test]
async fn a_late_commit_writes_after_the_client_gave_up() {
    let visit = with("").await;
    visit.sandbox.next_fault("late_commit@800ms".parse().unwrap());
    let begin = Instant::now();
    visit.create("RE-1").send().await.unwrap_err();
    assert!(begin.elapsed() < Duration::from_millis(800), "the connection is closed at once");
    assert_eq!(visit.found("RE-1").await, 0);
    visit.ledger_of(1).await;
    assert!(begin.elapsed() >= Duration::from_millis(800));
    assert_eq!(visit.found("RE-1").await, 1);
    assert_eq!(visit.summary(), [(Kind::Create, Some(201), Some("late_commit"), true)]);
}

#[tokio::test]
async fn a_late_commit_after_a_repetition_with_its_key_writes_nothing() {
    let visit = Visit::new(Options { idempotency: true, ..Options::default() }).await;
    let create = || visit.create("RE-1").header("Idempotency-Key", "k1");
    create().header("X-Sandbox-Fault", "late_commit@500ms").send().await.unwrap_err();
    assert_eq!(create().send().await.unwrap().status(), 201);
    let took: Vec<_> = visit.ledger_of(2).await.iter().map(|entry| (entry.fault, entry.took)).collect();
    assert_eq!(took, [(None, true), (Some("late_commit"), false)]);
}

#[tokio::test]
async fn a_stale_search_misses_a_new_entry_for_a_while() {
    let visit = with("stale_search=100%@200ms").await;
    let begin = Instant::now();
    let created = visit.create("RE-1").send().await.unwrap();
    assert_eq!(created.status(), 201);
    let early = visit.found("RE-1").await;
    assert!(early == 0 || begin.elapsed() >= Duration::from_millis(200));
    assert_eq!(visit.get("/api/invoices/1").send().await.unwrap().status(), 200, "by its id it is there");
    while visit.found("RE-1").await == 0 {
        assert!(begin.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(begin.elapsed() >= Duration::from_millis(200));
    assert_eq!(visit.summary(), [(Kind::Create, Some(201), Some("stale_search"), true)]);
}

#[tokio::test]
async fn latency_goes_on_writing_after_the_client_gave_up() {
    let visit = with("latency=400ms").await;
    let begin = Instant::now();
    visit.get("/api/invoices").send().await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(400));
    let impatient = visit.create("RE-1").timeout(Duration::from_millis(50)).send().await;
    assert!(impatient.unwrap_err().is_timeout());
    visit.ledger_of(1).await;
    assert_eq!(visit.found("RE-1").await, 1);
}

#[tokio::test]
async fn an_expired_session_writes_nothing_and_the_fixed_token_never_expires() {
    let visit = with("expire_session=100%").await;
    let body = json!({ "user": "sandbox", "password": "sandbox" });
    let login = visit.client.post(visit.url("/api/login")).json(&body).send().await.unwrap();
    let token = json_of(login).await["token"].as_str().unwrap().to_owned();
    let post = || visit.client.post(visit.url("/api/invoices")).bearer_auth(&token).json(&invoice("RE-1")).send();
    assert_eq!(post().await.unwrap().status(), 401);
    assert_eq!(visit.create("RE-2").send().await.unwrap().status(), 201);
    visit.sandbox.set_faults(Faults::default());
    assert_eq!(post().await.unwrap().status(), 401, "the session stays over");
    let scripted = visit.create("RE-3").header("X-Sandbox-Fault", "expire_session").send().await.unwrap();
    assert_eq!(scripted.status(), 401, "what is scripted happens");
    assert_eq!(
        visit.summary(),
        [
            (Kind::Create, Some(401), Some("expire_session"), false),
            (Kind::Create, Some(201), None, true),
            (Kind::Create, Some(401), None, false),
            (Kind::Create, Some(401), Some("expire_session"), false),
        ]
    );
}

#[tokio::test]
async fn echo_search_and_refuse_duplicate_are_switched_at_run_time() {
    let visit = with("").await;
    let set =
        async |faults: &'static str| visit.client.post(visit.url("/sandbox/faults")).body(faults).send().await.unwrap();
    let search = async || {
        let answer = visit.get("/api/invoices?number=RE-9").send().await.unwrap();
        json_of(answer).await["message"].clone()
    };
    assert_eq!(search().await, json!(null));
    visit.create("RE-1").send().await.unwrap();
    let answer = set("echo_search, refuse_duplicate").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
        (200, "echo_search,refuse_duplicate")
    );
    assert_eq!(search().await, "Keine Treffer für RE-9");
    assert_eq!(visit.create("RE-1").send().await.unwrap().status(), 409);
    let wrong = set("eco_search").await;
    assert_eq!(wrong.status(), 400);
    let message = json_of(wrong).await["error"]["message"].clone();
    assert_eq!(message, "unknown fault `eco_search`; help: did you mean `echo_search`?");
    let shown = visit.client.get(visit.url("/sandbox/faults")).send().await.unwrap();
    assert_eq!(shown.text().await.unwrap(), "echo_search,refuse_duplicate", "a slip changes nothing");
}

#[tokio::test]
async fn faults_meet_jobs_and_json_rpc_too() {
    let visit = with("").await;
    let job = || visit.post("/api/jobs/invoices").json(&invoice("RE-1"));
    job().header("X-Sandbox-Fault", "lost_answer").send().await.unwrap_err();
    job().header("X-Sandbox-Fault", "late_commit@10ms").send().await.unwrap_err();
    visit.ledger_of(2).await;
    assert_eq!(visit.found("RE-1").await, 2);
    let rpc = |method: &str| {
        visit.post("/rpc").json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": invoice("RE-2") }))
    };
    visit.sandbox.next_fault(Fault::LostAnswer);
    assert_eq!(rpc("invoice.search").send().await.unwrap().status(), 200, "a search is no write");
    rpc("invoice.create").send().await.unwrap_err();
    assert_eq!(visit.found("RE-2").await, 1);
    let scripted = visit.create("RE-3").header("X-Sandbox-Fault", "lost_anser").send().await.unwrap();
    assert_eq!(scripted.status(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_many_faults_at_once_the_ledger_and_the_store_agree() {
    let visit =
        with("503=10%,429=2%,reset=5%,lost_answer=5%,late_commit=5%@10ms,stale_search=10%@20ms,latency=1ms").await;
    let client = client();
    let tasks: Vec<_> = (0..16)
        .map(|worker| {
            let (client, url) = (client.clone(), visit.url("/api/invoices"));
            tokio::spawn(async move {
                let mut entered = 0;
                for number in 0..25 {
                    let body = invoice(&format!("RE-{worker}-{number}"));
                    let answer = client.post(&url).bearer_auth("sandbox-token").json(&body).send().await;
                    entered += usize::from(answer.is_ok_and(|answer| answer.status() == 201));
                }
                entered
            })
        })
        .collect();
    let mut entered = 0;
    for task in tasks {
        entered += task.await.unwrap();
    }
    let ledger = visit.ledger_of(400).await;
    assert_eq!(ledger.len(), 400, "each write stands there once");
    assert!(ledger.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
    let took = ledger.iter().filter(|entry| entry.took).count();
    let unanswered = ledger.iter().filter(|entry| matches!(entry.fault, Some("lost_answer" | "late_commit"))).count();
    assert_eq!(took, entered + unanswered);
    assert!(unanswered > 10 && took < 360, "{unanswered} unanswered, {took} took");
    visit.sandbox.set_faults(Faults::default());
    tokio::time::sleep(Duration::from_millis(20)).await;
    let all = json_of(visit.get("/api/invoices").send().await.unwrap()).await;
    assert_eq!(all["total"], took);
}

#[tokio::test]
async fn a_stopped_office_answers_no_more() {
    let visit = with("").await;
    let url = visit.url("/api/invoices");
    visit.create("RE-1").send().await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), visit.sandbox.stop()).await.unwrap();
    assert!(client().get(&url).send().await.unwrap_err().is_connect());
    assert!(visit.client.get(&url).send().await.unwrap_err().is_connect(), "nor on kept connections");
}

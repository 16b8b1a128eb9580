//! A write is never sent twice by itself, whatever the connection does.

use std::collections::HashMap;

use super::fixture::{Values, built, job, part, post_json, settings, target};
use super::server::{Reply, Server, head, json};
use crate::recipe::model::{Rate, TargetKind};
use crate::target::{Class, Submitted, Target as _};

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

//! Look-ups and reading back: found, none, or unsure.

use super::fixture::{
    Values, at, built, calls, capture, expression, job, part, path, step, target, text, when_equal, when_status,
};
use super::server::{Reply, Server, answer, json};
use crate::messages::{Language, trouble};
use crate::recipe::model::{ForEach, HttpCall, HttpForEach, HttpStep, Lookup, Method, NextPage, Pages, Target, Test};
use crate::record::Value;
use crate::target::{Class, Looked, Target as _, Verified};

fn lookup() -> Lookup {
    let ask =
        HttpCall { capture: vec![capture("invoice_id", "$.id")], ..step(Method::Get, "/api/invoices?number=RE-1") };
    Lookup {
        before: Vec::new(),
        step: ask,
        list: Some(path("$.items")),
        same: vec![(path("$.total"), Test::Equals(text("${gross}")))],
        pages: None,
    }
}

fn with(url: &str, lookup: Lookup) -> Target {
    let mut model = target(url, part(step(Method::Post, "/api/invoices")));
    calls(&mut model).lookup = Some(lookup);
    model
}

async fn looked(lookup: Lookup, replies: Vec<Reply>) -> (Looked, Vec<String>) {
    let server = Server::script(replies).await;
    let values = Values::of(&[("gross", Value::Number("119.00".parse().unwrap()))]);
    let looked = built(with(&server.url, lookup)).lookup(job(&values)).await;
    (looked, server.lines())
}

/// What was looked up, in one text.
async fn told(lookup: Lookup, replies: Vec<Reply>) -> String {
    match looked(lookup, replies).await.0 {
        Looked::None => "none".to_owned(),
        Looked::Found { captures, differences } => {
            let captures: Vec<String> = captures.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let differences: Vec<String> = differences
                .iter()
                .map(|one| format!(" but {} is {} not {}", one.what, one.found, one.expected))
                .collect();
            format!("found {}{}", captures.join(","), differences.concat())
        }
        Looked::Unsure(why) => format!("unsure: {}", trouble(&why, Language::English)),
        Looked::Failed(failure) => format!("{:?}: {}", failure.class, trouble(&failure.trouble, Language::English)),
    }
}

#[tokio::test]
async fn one_none_and_several() {
    assert_eq!(told(lookup(), vec![json(200, r#"{"items": []}"#)]).await, "none");
    assert_eq!(
        told(lookup(), vec![json(200, r#"{"items": [{"id": 7, "total": "119.0"}]}"#)]).await,
        "found invoice_id=7"
    );
    assert_eq!(
        told(lookup(), vec![json(200, r#"{"items": [{"id": 7, "total": 118}]}"#)]).await,
        "found invoice_id=7 but $.total is 118 not 119.00"
    );
    assert_eq!(
        told(lookup(), vec![json(200, r#"{"items": [{"id": 7, "total": 119}, {"id": 8, "total": 1}]}"#)]).await,
        "unsure: the look-up found 2 entries where there should be one at the most"
    );
}

#[tokio::test]
async fn no_list_is_never_none() {
    for body in ["{}", r#"{"items": null}"#, r#"{"items": {}}"#, "[]"] {
        assert_eq!(
            told(lookup(), vec![json(200, body)]).await,
            "unsure: the look-up's answer has no list at `$.items`"
        );
    }
    assert_eq!(
        told(lookup(), vec![answer(200, &[], "no hits for RE-1")]).await,
        "unsure: the target's answer (status 200) cannot be read: it is not JSON: expected ident at line 1 column 2"
    );
    assert_eq!(told(lookup(), vec![json(404, "{}")]).await, "unsure: the target refused (status 404)");
    assert_eq!(
        told(lookup(), vec![json(200, r#"{"items": [{"total": 119}]}"#)]).await,
        "unsure: the target's answer has no `invoice_id` at `$.id`"
    );
}

#[tokio::test]
async fn what_asking_again_may_cure_is_a_failure() {
    assert_eq!(
        told(lookup(), vec![json(500, "{}")]).await,
        "Unknown: the target answered with status 500, which does not tell whether it was done"
    );
    assert_eq!(
        told(lookup(), vec![json(429, "{}")]).await,
        "NotSubmitted: the target asks to try again later (status 429)"
    );
    assert!(told(lookup(), vec![Reply::Reset]).await.starts_with("Unknown: the connection broke"));
    assert!(told(lookup(), vec![json(401, "{}")]).await.starts_with("Login: "));
    let page = answer(302, &[("location", "/login")], "");
    assert!(told(lookup(), vec![page, answer(200, &[], "<form>")]).await.starts_with("Login: "));
}

#[tokio::test]
async fn without_a_list_404_is_none() {
    let single = || Lookup { list: None, ..lookup() };
    assert_eq!(told(single(), vec![json(404, "{}")]).await, "none");
    assert_eq!(told(single(), vec![json(200, r#"{"id": 7, "total": 119}"#)]).await, "found invoice_id=7");
    assert_eq!(told(single(), vec![json(410, "{}")]).await, "unsure: the target refused (status 410)");
    let mut checked = single();
    checked.step.expect = when_equal("$.kind", "invoice");
    assert_eq!(
        told(checked, vec![json(200, r#"{"id": 7, "kind": "order"}"#)]).await,
        "unsure: the target's answer (status 200) is not as expected: $.kind should be invoice but is order"
    );
}

#[tokio::test]
async fn reads_follow_redirects_of_the_same_origin() {
    let (end, lines) =
        looked(lookup(), vec![answer(302, &[("location", "/v2?number=RE-1")], ""), json(200, r#"{"items": []}"#)])
            .await;
    assert!(matches!(end, Looked::None), "{end:?}");
    assert_eq!(lines, ["GET /api/invoices?number=RE-1", "GET /v2?number=RE-1"]);

    let other = answer(302, &[("location", "http://127.0.0.1:1/evil")], "");
    assert_eq!(
        told(lookup(), vec![other]).await,
        "unsure: the target redirects to http://127.0.0.1:1/evil (status 302), which is not followed"
    );
    let (end, lines) = looked(lookup(), vec![answer(302, &[("location", "/again")], "")]).await;
    assert!(matches!(end, Looked::Unsure(_)), "{end:?}");
    assert_eq!(lines.len(), 6);
}

fn paged(next: NextPage, max: u32) -> Lookup {
    Lookup { pages: Some(Pages { next, max }), ..lookup() }
}

#[tokio::test]
async fn pages_by_a_path() {
    let next = || paged(NextPage::Path(path("$.next")), 3);
    let page = |items: &str, next: &str| json(200, &format!(r#"{{"items": [{items}], "next": {next}}}"#));
    let hit = r#"{"id": 7, "total": 119}"#;
    let (end, lines) = looked(next(), vec![page("", r#""/p2""#), page(hit, r#""?page=3""#), page("", "null")]).await;
    assert!(matches!(end, Looked::Found { .. }), "{end:?}");
    assert_eq!(lines, ["GET /api/invoices?number=RE-1", "GET /p2", "GET /p2?page=3"]);
    assert_eq!(
        told(next(), vec![page("", r#""/p2""#), page("", r#""/p3""#), page("", r#""/p4""#)]).await,
        "unsure: the look-up could not read all pages (3 read), so the entry may be on another one"
    );
    assert_eq!(
        told(next(), vec![page(hit, r#""/p2""#), page(hit, "null")]).await,
        "unsure: the look-up found 2 entries where there should be one at the most"
    );
    assert_eq!(
        told(next(), vec![page("", r#""http://127.0.0.1:1/p2""#)]).await,
        "unsure: the look-up could not read all pages (1 read), so the entry may be on another one"
    );
    assert_eq!(told(next(), vec![page("", "17")]).await.split(':').next(), Some("unsure"));
}

#[tokio::test]
async fn pages_by_the_link_header() {
    let link = r#"</first>; rel="first", </p2?a=1,2>; title="x, y"; rel="next last""#;
    let replies = vec![answer(200, &[("link", link)], r#"{"items": []}"#), json(200, r#"{"items": []}"#)];
    let (end, lines) = looked(paged(NextPage::LinkHeader, 5), replies).await;
    assert!(matches!(end, Looked::None), "{end:?}");
    assert_eq!(lines[1], "GET /p2?a=1,2");
}

#[tokio::test]
async fn pages_by_number() {
    let counted = NextPage::Counted { param: "page".into(), first: 1 };
    let replies = vec![json(200, r#"{"items": [{"id": 7, "total": 119}]}"#), json(200, r#"{"items": []}"#)];
    let (end, lines) = looked(paged(counted, 5), replies).await;
    assert!(matches!(end, Looked::Found { .. }), "{end:?}");
    assert_eq!(lines, ["GET /api/invoices?number=RE-1&page=1", "GET /api/invoices?number=RE-1&page=2"]);
}

#[tokio::test]
async fn steps_before_capture_for_the_look_up() {
    let mut two = lookup();
    let before = HttpCall { capture: vec![capture("supplier_id", "$.id")], ..step(Method::Get, "/suppliers") };
    two.before = vec![before.into()];
    two.step.query = vec![("supplier".into(), text("${supplier_id}"))];
    let (end, lines) = looked(two, vec![json(200, r#"{"id": "S/1"}"#), json(200, r#"{"items": []}"#)]).await;
    assert!(matches!(end, Looked::None), "{end:?}");
    assert_eq!(lines[1], "GET /api/invoices?number=RE-1&supplier=S%2F1");
}

async fn verified(verify: HttpCall, reply: Reply) -> Verified {
    let server = Server::script(vec![reply]).await;
    let mut model = target(&server.url, part(step(Method::Post, "/a")));
    calls(&mut model).verify = vec![verify.into()];
    let values = Values::of(&[("gross", Value::Number("119.00".parse().unwrap()))]);
    built(model).verify(job(&values)).await
}

#[tokio::test]
async fn reading_back() {
    let verify = HttpCall { expect: when_equal("$.total", "${gross}"), ..step(Method::Get, "/a/1") };
    assert!(matches!(verified(verify.clone(), json(200, r#"{"total": 119}"#)).await, Verified::Same));
    let Verified::Different(differences) = verified(verify.clone(), json(200, r#"{"total": 191}"#)).await else {
        panic!("must differ")
    };
    assert_eq!((differences[0].what.as_str(), differences[0].found.as_str()), ("$.total", "191"));
    let Verified::Different(differences) = verified(verify.clone(), json(404, "{}")).await else {
        panic!("must differ")
    };
    assert_eq!((differences[0].what.as_str(), differences[0].found.as_str()), ("the status", "404"));
    let Verified::Failed(failure) = verified(verify, json(502, "{}")).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::Unknown);
    let gone = HttpCall { expect: when_status(404), ..step(Method::Get, "/a/1") };
    assert!(matches!(verified(gone, json(404, "{}")).await, Verified::Same));
}

/// `GET /a/${line}` for each of the tags.
fn for_each_tag(when: Option<&str>) -> HttpStep {
    let call = HttpCall { expect: when_equal("$.ok", "yes"), ..step(Method::Get, "/a/${line}") };
    let each =
        ForEach { list: at(expression("tags")), variable: "line".into(), number: None, steps: vec![call.into()] };
    HttpStep::ForEach(Box::new(HttpForEach { span: 0..1, when: when.map(|when| at(expression(when))), each }))
}

#[tokio::test]
async fn a_step_is_repeated_for_each_value_of_a_list() {
    let read_back = async |when: Option<&str>, tags: Value| {
        let server = Server::new(|request, _| {
            json(200, if request.line.ends_with('3') { r#"{"ok": "no"}"# } else { r#"{"ok": "yes"}"# })
        })
        .await;
        let mut model = target(&server.url, part(step(Method::Post, "/a")));
        calls(&mut model).verify = vec![for_each_tag(when), step(Method::Get, "/b").into()];
        let values = Values::of(&[("tags", tags), ("note", Value::text("x"))]);
        (built(model).verify(job(&values)).await, server.lines())
    };
    let list = |tags: &[&str]| Value::List(tags.iter().map(|tag| Value::text(*tag)).collect());
    let (end, lines) = read_back(None, list(&["1", "2"])).await;
    assert!(matches!(end, Verified::Same), "{end:?}");
    assert_eq!(lines, ["GET /a/1", "GET /a/2", "GET /b"]);
    let (end, lines) = read_back(None, list(&["1", "3", "4"])).await;
    assert!(matches!(end, Verified::Different(_)), "{end:?}");
    assert_eq!(lines, ["GET /a/1", "GET /a/3"]);
    let (end, lines) = read_back(Some("note == \"y\""), list(&["1", "3"])).await;
    assert!(matches!(end, Verified::Same), "{end:?}");
    assert_eq!(lines, ["GET /b"]);
    let (end, lines) = read_back(None, Value::text("1")).await;
    assert!(matches!(end, Verified::Failed(_)), "{end:?}");
    assert_eq!(lines, [""; 0]);
}

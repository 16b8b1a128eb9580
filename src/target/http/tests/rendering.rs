//! What would be sent, without a network.

use super::super::body::SpecBody;
use super::super::render::{Renderer, render_steps};
use super::fixture::{
    Values, at, calls, capture, expression, job, part, post_json, recipe, settings, step, target, text,
};
use crate::expression::Name;
use crate::recipe::model::{Auth, Body, BodyPart, Each, HttpCall, JsonBody, Method, TargetKind};
use crate::record::{Money, Value};
use crate::target::Trouble;
use crate::target::fill::Filler;

/// The URL, headers and body that a step would be sent with; or the words of what keeps it.
fn sent(step: &HttpCall, values: &Values) -> Result<(String, String), String> {
    let recipe = recipe(target("http://erp.example/base/", part(step.clone())));
    let TargetKind::Http(settings) = &recipe.targets[0].kind else { panic!("no http target") };
    let base = "http://erp.example/base/";
    let origin = base.parse::<url::Url>().unwrap().origin();
    let filler = Filler { recipe: &recipe, show: false };
    let renderer = Renderer { filler, settings, base, origin: Some(&origin), latest: None };
    let words = |trouble| match trouble {
        Trouble::Recipe(words) => words,
        other => panic!("{other:?}"),
    };
    let rendered = renderer.step(step, values).map_err(words)?.expect("is not left out");
    let spec = renderer.spec(step, rendered).map_err(words)?;
    let body = match spec.body {
        SpecBody::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        SpecBody::Empty => String::new(),
        SpecBody::Multipart(parts) => format!("{parts:?}"),
    };
    Ok((spec.url.to_string(), body))
}

fn url(at_path: &str, values: &Values) -> Result<String, String> {
    sent(&step(Method::Get, at_path), values).map(|(url, _)| url)
}

fn note(value: &str) -> Values {
    Values::of(&[("note", Value::text(value))])
}

fn number(digits: &str) -> Value {
    Value::Number(digits.parse().unwrap())
}

#[test]
fn values_in_paths_are_percent_encoded() {
    assert_eq!(
        url("/api/${note}/x", &note("a/b?c#d e%ä\\.")).unwrap(),
        "http://erp.example/base/api/a%2Fb%3Fc%23d%20e%25%C3%A4%5C./x"
    );
    assert_eq!(url("api?q=${note}", &note("a&b=c")).unwrap(), "http://erp.example/base/api?q=a%26b%3Dc");
    assert_eq!(url("/api/v${note}", &note("..")).unwrap(), "http://erp.example/base/api/v..");
}

#[test]
fn values_never_lead_to_another_place() {
    for bad in ["", ".", ".."] {
        assert_eq!(
            url("/api/${note}/x", &note(bad)).unwrap_err(),
            format!(
                "invoices.yaml:1:1 the path: `${{note}}` makes the path segment `{bad}`, which would lead elsewhere"
            )
        );
    }
    assert_eq!(
        url("/api/${note}", &Values::default()).unwrap_err(),
        "invoices.yaml:1:1 the path: `${note}` has no value"
    );
    let location = |to: &str| Values::of(&[("location", Value::text(to))]);
    assert_eq!(
        url("${location}", &location("http://erp.example/jobs/1?x=2")).unwrap(),
        "http://erp.example/jobs/1?x=2"
    );
    assert_eq!(
        url("${location}", &location("http://evil.example/jobs/1")).unwrap_err(),
        "invoices.yaml:1:1 the path: `http://evil.example` is another system than the target's"
    );
}

#[test]
fn queries_leave_out_what_is_missing() {
    let mut one = step(Method::Get, "/api?fixed=1");
    one.query = vec![("number".into(), text("${note}")), ("gross".into(), text("${gross}"))];
    assert_eq!(sent(&one, &note("RE 1&+")).unwrap().0, "http://erp.example/base/api?fixed=1&number=RE%201%26%2B");
    one.query = vec![("q".into(), text("${note ?? null}"))];
    assert_eq!(
        sent(&one, &Values::default()).unwrap_err(),
        "invoices.yaml:1:1 query `q`: `${note ?? null}` is null, which only `json:` can send"
    );
    one.query = vec![("q".into(), text("a ${note}"))];
    assert_eq!(sent(&one, &Values::default()).unwrap_err(), "invoices.yaml:1:1 query `q`: `${note}` has no value");
}

#[test]
fn json_keeps_types_and_digits() {
    let values = Values::of(&[
        ("gross", number("119.00")),
        ("note", Value::text("007")),
        ("issued", Value::Date(jiff::civil::date(2026, 1, 31))),
    ]);
    let (_, body) = sent(
        &post_json(
            "/a",
            &[
                ("total", "${gross}"),
                ("code", "${note}"),
                ("text", "RE ${note}"),
                ("day", "${issued}"),
                ("quoted", "007"),
                ("gone", "${number}"),
                ("nothing", "${number ?? null}"),
            ],
        ),
        &values,
    )
    .unwrap();
    assert_eq!(
        body,
        r#"{"total":119.00,"code":"007","text":"RE 007","day":"2026-01-31","quoted":"007","nothing":null}"#
    );
    let long = Values::of(&[("gross", number("12345678901234567.890123456789"))]);
    assert_eq!(
        sent(&post_json("/a", &[("v", "${gross}")]), &long).unwrap().1,
        r#"{"v":12345678901234567.890123456789}"#
    );
    let money = Value::Money(Money { amount: "12.50".parse().unwrap(), currency: "EUR".into() });
    let money = Values::of(&[("gross", money)]);
    assert_eq!(
        sent(&post_json("/a", &[("v", "${gross}")]), &money).unwrap().1,
        r#"{"v":{"amount":12.50,"currency":"EUR"}}"#
    );
}

fn json_step(body: JsonBody) -> HttpCall {
    HttpCall { body: Some(Body::Json(body)), ..step(Method::Post, "/a") }
}

#[test]
fn lists_are_made_of_each_value() {
    let each = Each {
        list: at(expression("lines")),
        variable: "line".into(),
        item: JsonBody::Object(vec![
            ("article".into(), JsonBody::Text(at(text("${line.article}")))),
            ("n".into(), JsonBody::Number("1.10".into())),
            ("note".into(), JsonBody::Text(at(text("${line.note}")))),
        ]),
    };
    let body = JsonBody::Object(vec![("lines".into(), JsonBody::Each(Box::new(each)))]);
    let line =
        |article: &str| Value::Map([("article".into(), Value::text(article)), ("note".into(), Value::Missing)].into());
    let values = Values::default().and(Name::Lines, Value::List([line("A1"), line("B2")].into()));
    assert_eq!(
        sent(&json_step(body.clone()), &values).unwrap().1,
        r#"{"lines":[{"article":"A1","n":1.10},{"article":"B2","n":1.10}]}"#
    );
    assert_eq!(sent(&json_step(body.clone()), &Values::default()).unwrap().1, "{}");
    let no_list = Values::default().and(Name::Lines, Value::text("x"));
    assert_eq!(
        sent(&json_step(body), &no_list).unwrap_err(),
        "invoices.yaml:1:1 json `$.lines`: `$each: lines` needs a list, this is a text"
    );
}

#[test]
fn a_list_has_no_gaps() {
    let body = JsonBody::List(vec![JsonBody::Bool(true), JsonBody::Text(at(text("${note}"))), JsonBody::Null]);
    assert_eq!(sent(&json_step(body.clone()), &note("x")).unwrap().1, r#"[true,"x",null]"#);
    assert_eq!(
        sent(&json_step(body), &Values::default()).unwrap_err(),
        "invoices.yaml:1:1 json `$[1]`: an item of a list has no value (help: `${x ?? null}` sends null)"
    );
}

#[test]
fn forms_are_encoded_and_leave_out_what_is_missing() {
    let body =
        Body::Form(vec![("a".into(), text("${note}")), ("b".into(), text("${number}")), ("c".into(), text("x"))]);
    let one = HttpCall { body: Some(body), ..step(Method::Post, "/a") };
    assert_eq!(sent(&one, &note("ü & 1")).unwrap().1, "a=%C3%BC+%26+1&c=x");
    let list = Values::of(&[("note", Value::List([Value::text("x")].into()))]);
    assert_eq!(
        sent(&one, &list).unwrap_err(),
        "invoices.yaml:1:1 form field `a`: `${note}` is a list, which only `json:` can send"
    );
}

#[test]
fn headers_take_no_control_characters() {
    let mut one = step(Method::Get, "/a");
    one.headers = vec![("X-Note".into(), text("n: ${note}"))];
    assert!(sent(&one, &note("Müller")).is_ok());
    for (bad, code) in [("a\r\nX-Evil: 1", "000D"), ("a\u{0}", "0000"), ("日", "65E5"), ("\u{7f}", "007F")] {
        assert_eq!(
            sent(&one, &note(bad)).unwrap_err(),
            format!("invoices.yaml:1:1 header `X-Note`: a header cannot hold the character U+{code} of `n: ${{note}}`")
        );
    }
}

#[test]
fn files_stay_below_the_folder_that_the_recipe_names() {
    let file = |path: &str| HttpCall {
        body: Some(Body::Multipart(vec![(
            "file".into(),
            BodyPart::File { path: text(path), name: None, media_type: Some("application/pdf".into()) },
        )])),
        ..step(Method::Post, "/a")
    };
    assert!(sent(&file("scans/${note}"), &note("17/a.pdf")).unwrap().1.contains("name: \"a.pdf\""));
    for bad in ["../secret", "/etc/passwd", "C:/x", "a/../../b", r"..\b"] {
        assert_eq!(
            sent(&file("${note}"), &note(bad)).unwrap_err(),
            format!(
                "invoices.yaml:1:1 part `file`: `{bad}` leads out of the folder (help: write the folder in the recipe, before the value)"
            )
        );
    }
}

#[test]
fn the_dry_run_shows_what_would_be_sent() {
    let mut one = post_json("/api/invoices", &[("total", "${gross}"), ("pin", "${secrets.PIN}")]);
    one.headers = vec![("X-Key".into(), text("k ${secrets.PIN}"))];
    one.query = vec![("dry".into(), text("${note}"))];
    let mut after = step(Method::Get, "/api/invoices/${invoice_id}/lines");
    after.query = vec![("of".into(), text("${invoice_id}"))];
    let mut model = target("${env.ERP_URL}", part(one));
    calls(&mut model).steps.after = vec![after.into()];
    let mut with_auth = settings("${env.ERP_URL}");
    with_auth.auth = Some(Auth::Bearer(text("${secrets.ERP_TOKEN}")));
    model.kind = TargetKind::Http(with_auth);
    let values = Values::of(&[("gross", number("119.00"))])
        .and(Name::Env("ERP_URL".into()), Value::text("http://erp.example"))
        .and(Name::IdempotencyKey, Value::text("abc"));
    let recipe = recipe(model);
    let views = render_steps(&recipe, &recipe.targets[0], job(&values)).unwrap();
    let views: Vec<String> = views.iter().map(ToString::to_string).collect();
    assert_eq!(
        views,
        [
            r#"{"post":"http://erp.example/api/invoices","headers":{"Authorization":"Bearer •••","X-Key":"k •••","Idempotency-Key":"abc"},"json":{"total":119.00,"pin":"•••"}}"#,
            r#"{"get":"http://erp.example/api/invoices/${invoice_id}/lines","query":{"of":"${invoice_id}"},"headers":{"Authorization":"Bearer •••"}}"#,
        ]
    );
}

#[test]
fn when_leaves_a_step_out_or_is_shown_where_it_cannot_be_known() {
    let mut one = post_json("/a", &[]);
    one.when = Some(at(expression("gross > 100")));
    one.capture = vec![capture("invoice_id", "$.id")];
    let mut after = step(Method::Get, "/b");
    after.when = Some(at(expression("invoice_id != 1")));
    let mut model = target("http://erp.example", part(one));
    calls(&mut model).steps.after = vec![after.into()];
    let recipe = recipe(model);
    let views = |gross: &str| {
        let values = Values::of(&[("gross", number(gross))]);
        let views = render_steps(&recipe, &recipe.targets[0], job(&values)).unwrap();
        views.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let shown = r#"{"get":"http://erp.example/b","when":"invoice_id != 1"}"#;
    assert_eq!(views("99"), [shown]);
    assert_eq!(views("101"), [r#"{"post":"http://erp.example/a","json":{}}"#, shown]);
}

#[test]
fn a_dry_run_finds_what_could_not_be_sent() {
    let recipe = recipe(target("http://erp.example", part(step(Method::Post, "/a/${note}"))));
    let end = render_steps(&recipe, &recipe.targets[0], job(&Values::default()));
    assert_eq!(end, Err(Trouble::Recipe("invoices.yaml:1:1 the path: `${note}` has no value".into())));
}

proptest::proptest! {
    #[test]
    fn no_value_leaves_its_segment(value in ".*") {
        match url("/api/${note}/end", &note(&value)) {
            Err(_) => proptest::prop_assert!(matches!(value.as_str(), "" | "." | "..")),
            Ok(url) => {
                let parsed = url::Url::parse(&url).unwrap();
                let segments: Vec<&str> = parsed.path_segments().unwrap().collect();
                proptest::prop_assert_eq!(segments.len(), 4);
                proptest::prop_assert_eq!(segments[3], "end");
                proptest::prop_assert!(parsed.query().is_none());
                let back = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
                proptest::prop_assert_eq!(back, value);
            }
        }
    }
}

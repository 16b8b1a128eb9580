//! What the cross-checks find in targets: steps and their keys, parts, captures, lookups.

use std::time::Duration;

use insta::assert_snapshot;

use super::{EXAMPLE, bad, bad_small, call, calls, good, small};
use crate::expression::Name;
use crate::recipe::model::{
    Auth, Body, BodyPart, CaptureFrom, Effect, JsonBody, NextPage, StatusPattern, TargetKind, Test,
};

/// The example with one piece replaced.
fn example(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from} is not in the example");
    EXAMPLE.replacen(from, to, 1)
}

#[test]
fn a_target_writes_once() {
    assert_snapshot!(bad_small("post: /api/invoices\n        json: { number: \"${number}\", net: \"${net}\" }", "get: /api/invoices"), @r#"
    error: nothing here writes: no step of `erp` enters the record
     --> r.yaml:8:3
      |
    8 |   erp:
      |   ^^^
      |
      = help: one step must be a post, put, patch or delete; a get that writes says `effect: once`
    "#);
    assert_snapshot!(bad_small("      - post", "      - put: /a\n        body: x\n      - post"), @r#"
    error: this is the second step that writes, and each part has one
      --> r.yaml:13:9
       |
    13 |       - post: /api/invoices
       |         ^^^^
       |
       = help: name the writes as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; a call that writes nothing says `effect: read`
    "#);
    assert_snapshot!(bad_small("    steps:\n", "    lookup:\n"), @r#"
    error: `steps` is missing
     --> r.yaml:8:3
      |
    8 |   erp:
      |   ^^^ here
      |
      = help: write the steps that enter a record: `steps: [ { post: /api/invoices, json: { … } } ]`
    "#);
    let recipe = good(&small("      - post", "      - post: /search\n        effect: read\n      - post"));
    let steps = &calls(&recipe, 0, 0).steps;
    assert_eq!((call(&steps.before[0]).effect, call(&steps.submit).effect), (Effect::Read, Effect::Once));
}

#[test]
fn one_verb_a_step() {
    assert_snapshot!(bad_small("      - post", "      - get: /a\n        post"), @r#"
    error: two verbs stand in one step, `get` and `post`
      --> r.yaml:12:9
       |
    12 |         post: /api/invoices
       |         ^^^^
       |
       = help: make two steps of it, each with its own `- `
    "#);
    assert_snapshot!(bad_small("      - post: /api/invoices\n        json", "      - json"), @r#"
    error: this step does nothing
      --> r.yaml:11:9
       |
    11 |       - json: { number: "${number}", net: "${net}" }
       |         ^^^^
       |
       = help: a step has one of get, post, put, patch and delete
    "#);
    assert_snapshot!(bad_small("      - post", "      - get: /a\n        json: { a: b }\n        list: $.x\n      - post"), @r#"
    error: `json` does not go with `get`
      --> r.yaml:12:9
       |
    12 |         json: { a: b }
       |         ^^^^
       |
       = help: `get` takes: query, headers, effect, when, expect, refused, capture

    error: `list` belongs to a lookup
      --> r.yaml:13:9
       |
    13 |         list: $.x
       |         ^^^^
       |
       = help: move it to the last step of `lookup:`
    "#);
    assert_snapshot!(bad_small("        json", "        body: x\n        json"), @r#"
    error: `body` and `json` exclude each other
      --> r.yaml:13:9
       |
    13 |         json: { number: "${number}", net: "${net}" }
       |         ^^^^
       |
       = help: keep the one that is meant
    "#);
    assert_snapshot!(bad_small("      - post", "      - click: Anmelden\n      - post"), @r#"
    error: `click` belongs to a browser target, and this is an http target
      --> r.yaml:11:9
       |
    11 |       - click: Anmelden
       |         ^^^^^
       |
       = help: steps of an http target begin with get, post, put, patch or delete
    "#);
    assert_snapshot!(bad_small("        json", "        for_each: x\n        by: y\n        json"), @r#"
    error: two verbs stand in one step, `for_each` and `post`
      --> r.yaml:11:9
       |
    11 |       - post: /api/invoices
       |         ^^^^
       |
       = help: what is repeated stands in its `steps:`

    error: `json` does not go with `for_each`
      --> r.yaml:14:9
       |
    14 |         json: { number: "${number}", net: "${net}" }
       |         ^^^^
       |
       = help: `for_each` takes: as, number, by, steps, when
    "#);
}

#[test]
fn unknown_names_in_templates() {
    assert_snapshot!(bad(&example("total: ${gross}", "total: ${gros}")), @r#"
    error: unknown name `gros`
      --> r.yaml:45:20
       |
    45 |           total: ${gros}                  # a value that is one ${...} keeps its type
       |                    ^^^^
       |
       = help: did you mean `gross`?
    "#);
    assert_snapshot!(bad(&example("/api/invoices/${invoice_id}", "/api/invoices/${invoice_ids}")), @r#"
    error: unknown name `invoice_ids`
      --> r.yaml:49:30
       |
    49 |       - get: /api/invoices/${invoice_ids}
       |                              ^^^^^^^^^^^
       |
       = help: did you mean `invoice_id`?
    "#);
    assert_snapshot!(bad_small("net: \"${net}\"", "net: \"${net\""), @r#"
    error: `${` is not closed by `}`
      --> r.yaml:12:44
       |
    12 |         json: { number: "${number}", net: "${net" }
       |                                            ^^
       |
       = help: add the `}`; to write `${` as text, write `$${`
    "#);
}

#[test]
fn captures_are_used() {
    assert_snapshot!(bad_small("      - post", "      - get: /csrf\n        capture: { token: $.token }\n      - post"), @r#"
    error: nothing uses the captured `token`
      --> r.yaml:12:20
       |
    12 |         capture: { token: $.token }
       |                    ^^^^^
       |
       = help: write `${token}` where it is needed, or take it out
    "#);
    good(&small(
        "      - post: /api/invoices\n",
        "      - get: /csrf\n        capture: { token: $.token }\n      - post: /api/invoices\n        headers: { X-Csrf: \"${token}\" }\n",
    ));
    // What the write itself captures is the receipt, used or not.
    good(&small("        json", "        capture: { id: $.id, place: { header: Location } }\n        json"));
}

#[test]
fn a_lookup_stands_in_for_the_steps() {
    assert_snapshot!(bad(&example("        capture: { invoice_id: $.id }      # the same captures as the step that it stands for\n", "")), @r#"
    error: the lookup does not capture `invoice_id`, which `verify` uses
      --> r.yaml:35:9
       |
    35 |       - get: /api/invoices
       |         ^^^
       |
       = help: when the entry is found the steps are not done, so capture it here as well: `capture: { invoice_id: $.… }`
    "#);
    assert_snapshot!(bad(&example("capture: { invoice_id: $.id }      # the", "capture: { invoice_id: $.id, etag: $.etag }      # the")), @r#"
    error: the lookup captures `etag`, which no step captures
      --> r.yaml:39:38
       |
    39 |         capture: { invoice_id: $.id, etag: $.etag }      # the same captures as the step that it stands for
       |                                      ^^^^
       |
       = help: a lookup stands in for the steps and captures what they do, under the same names
    "#);
    assert_snapshot!(bad(&example("        list: $.items ", "        pages: { next: $.next }\n        wait_until: { get: /x }\n        effect: once ")), @r#"
    error: `pages` needs `list`
      --> r.yaml:37:9
       |
    37 |         pages: { next: $.next }
       |         ^^^^^
       |
       = help: say where in the answer the list stands: `list: $.items`

    error: `wait_until` does not go with `get`
      --> r.yaml:38:9
       |
    38 |         wait_until: { get: /x }
       |         ^^^^^^^^^^
       |
       = help: `get` takes: query, headers, effect, when, expect, refused, capture, list, same, pages

    error: `expect` is missing
      --> r.yaml:38:9
       |
    38 |         wait_until: { get: /x }
       |         ^^^^^^^^^^ here
       |
       = help: say what an answer looks like that means done: `expect: { $.state: done }`

    error: a step of `lookup` must not write
      --> r.yaml:39:17
       |
    39 |         effect: once                      # must exist; empty = none; two, or pages not read = unsure
       |                 ^^^^
       |
       = help: what stands here may be done at any time; writes belong into `steps:`
    "#);
}

#[test]
fn capture_names_are_clear() {
    assert_snapshot!(bad_small("        json", "        capture: { net: $.net, today: $.t }\n        json"), @r#"
    error: the capture `net` has the name of a field
      --> r.yaml:12:20
       |
    12 |         capture: { net: $.net, today: $.t }
       |                    ^^^
       |
       = help: choose another name, so that expressions can tell them apart

    error: `today` has a meaning of its own and cannot be the name of a capture
      --> r.yaml:12:32
       |
    12 |         capture: { net: $.net, today: $.t }
       |                                ^^^^^
       |
       = help: choose another name
    "#);
    assert_snapshot!(bad_small("        json", "        capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\\d' }, d: '$.[' }\n        json"), @r#"
    error: `id` is not a path
      --> r.yaml:12:24
       |
    12 |         capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\d' }, d: '$.[' }
       |                        ^^
       |
       = help: write a path (`$.id`), `{ header: Location }`, `{ cookie: SESSIONID }`, `{ text: 'No (\d+)' }` or `{ path: $.ids[*], first: true }`

    error: unknown key `css`
      --> r.yaml:12:33
       |
    12 |         capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\d' }, d: '$.[' }
       |                                 ^^^
       |
       = help: that is for browser targets; of an HTTP answer a path is captured: `$.id`

    error: a captured value stands in one place
      --> r.yaml:12:59
       |
    12 |         capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\d' }, d: '$.[' }
       |                                                           ^^^^^^
       |
       = help: write a path (`$.id`), `{ header: Location }`, `{ cookie: SESSIONID }`, `{ text: 'No (\d+)' }` or `{ path: $.ids[*], first: true }`

    error: the pattern has 0 groups, and needs one
      --> r.yaml:12:83
       |
    12 |         capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\d' }, d: '$.[' }
       |                                                                                   ^^^^
       |
       = help: put what is wanted into `( )`; other brackets can be `(?: )`

    error: `$.[` is not a JSONPath: in dot member name, must start with lowercase alpha or '_'
      --> r.yaml:12:97
       |
    12 |         capture: { id: id, a: { css: x }, b: { header: X, cookie: Y }, c: { text: '\d' }, d: '$.[' }
       |                                                                                                 ^
       |
       = help: a path looks like `$.items[0].id`; names with special characters like `$['invoice-no']` (RFC 9535)
    "#);
}

#[test]
fn captures_of_all_forms() {
    let recipe = good(&small(
        "        json",
        "        capture: { a: '$.a[0]', b: { header: Location }, c: { cookie: S }, d: { text: 'No (\\d+)', first: true }, e: { path: '$..id', first: true } }\n        json",
    ));
    let captures = &call(&calls(&recipe, 0, 0).steps.submit).capture;
    let kinds: Vec<(&str, bool)> = captures
        .iter()
        .map(|capture| match &capture.from {
            CaptureFrom::Json(path) => (path.source.as_str(), capture.first),
            CaptureFrom::Header(name) | CaptureFrom::Cookie(name) => (name.as_str(), capture.first),
            CaptureFrom::Text(pattern) => (pattern.as_str(), capture.first),
        })
        .collect();
    assert_eq!(kinds, [("$.a[0]", false), ("Location", false), ("S", false), ("No (\\d+)", true), ("$..id", true)]);
}

#[test]
fn conditions() {
    let recipe = good(&small(
        "        json",
        "        expect: [{ status: [200, 2xx] }, { headers: { X-State: done }, text: saved, $.a: { not: 1 }, $.b: { one_of: [1, \"${net}\"] } }]\n        refused: { $.error: { exists: true }, $.list: { empty: false }, $.c: { matches: 'E\\d' }, reason: $.error.message }\n        exists: { status: 409 }\n        json",
    ));
    let submit = call(&calls(&recipe, 0, 0).steps.submit);
    assert_eq!(submit.expect.any[0].status, [StatusPattern::Exactly(200), StatusPattern::Class(2)]);
    assert_eq!(submit.expect.any[1].headers[0].0, "x-state");
    assert!(matches!(&submit.expect.any[1].paths[..], [(_, Test::Not(_)), (_, Test::OneOf(list))] if list.len() == 2));
    assert!(matches!(
        &submit.refused.any[0].paths[..],
        [(_, Test::Exists(true)), (_, Test::Empty(false)), (_, Test::Matches(_))]
    ));
    assert_eq!(submit.refused.any[0].reason.as_ref().map(|path| path.source.as_str()), Some("$.error.message"));
    assert_snapshot!(bad_small("        json", "        expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }\n        json"), @r#"
    error: unknown key `staus`
      --> r.yaml:12:19
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                   ^^^^^
       |
       = help: did you mean `status`?

    error: `2000` is not an HTTP status
      --> r.yaml:12:39
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                       ^^^^
       |
       = help: write `201`, `2xx`, or several: `[200, 201]`

    error: `reason` belongs to `refused`
      --> r.yaml:12:45
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                             ^^^^^^
       |
       = help: it names the path of the target's own words

    error: expected what the value must be, found nothing
      --> r.yaml:12:58
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                                          ^^^
       |
       = help: for a value that is missing or null write `{ exists: false }`

    error: expected what the value must be, found a list
      --> r.yaml:12:69
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                                                     ^^^
       |
       = help: for any of several values write `{ one_of: [ … ] }`

    error: unknown test `nott`
      --> r.yaml:12:89
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                                                                         ^^^^
       |
       = help: did you mean `not`?

    error: unknown key `total`
      --> r.yaml:12:100
       |
    12 |         expect: { staus: 200, status: 2000, reason: $.x, $.a: null, $.b: [1, 2], $.c: { nott: 1 }, total: 1 }
       |                                                                                                    ^^^^^
       |
       = help: the keys here are status, headers, text, and paths such as `$.total`
    "#);
    assert_snapshot!(bad_small("        json", "        expect: 201\n        json"), @r#"
    error: expected a map, found `201`
      --> r.yaml:12:17
       |
    12 |         expect: 201
       |                 ^^^
       |
       = help: write `{ status: 201 }`, `{ $.state: done }`, `{ text: saved }` or `{ headers: { … } }`
    "#);
}

#[test]
fn bodies() {
    let recipe = good(&small(
        "json: { number: \"${number}\", net: \"${net}\" }",
        "multipart: { a: x, scan: { file: \"scans/${number}.pdf\", type: application/pdf } }",
    ));
    let Some(Body::Multipart(parts)) = &call(&calls(&recipe, 0, 0).steps.submit).body else { panic!("not multipart") };
    assert!(
        matches!(&parts[..], [(_, BodyPart::Text(_)), (_, BodyPart::File { media_type: Some(kind), .. })] if kind == "application/pdf")
    );
    assert_snapshot!(bad_small("json: { number: \"${number}\", net: \"${net}\" }", "multipart: { scan: { name: x, type: pdf } }"), @r#"
    error: `file` is missing
      --> r.yaml:12:22
       |
    12 |         multipart: { scan: { name: x, type: pdf } }
       |                      ^^^^ here
       |
       = help: write `{ file: "${scan}", name: …, type: application/pdf }`
    "#);
    assert_snapshot!(bad_small("net: \"${net}\"", "a: { $each: net, as: line, item: x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net, as: net, item: 1 }"), @r#"
    error: `net` is not a list
      --> r.yaml:12:50
       |
    12 | ...   json: { number: "${number}", a: { $each: net, as: line, item: x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net...
       |                                                ^^^
       |
       = help: `$each` takes a list, such as `lines` or a field of the type `list`

    error: `as` is missing
      --> r.yaml:12:81
       |
    12 | ...   json: { number: "${number}", a: { $each: net, as: line, item: x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net...
       |                                                                               ^^^^^ here
       |
       = help: a list is made by `{ $each: lines, as: line, item: { article: "${line.article}" } }`

    error: `az` does not go with `$each`
      --> r.yaml:12:93
       |
    12 | ...   json: { number: "${number}", a: { $each: net, as: line, item: x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net...
       |                                                                                           ^^
       |
       = help: did you mean `as`?

    error: `$ech` has no meaning here
      --> r.yaml:12:107
       |
    12 | ...   json: { number: "${number}", a: { $each: net, as: line, item: x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net...
       |                                                                                                         ^^^^
       |
       = help: did you mean `$each`?

    error: `net` is not a list
      --> r.yaml:12:132
       |
    12 | ... x }, b: { $each: net, az: x }, c: { $ech: net }, d: { $each: net, as: net, item: 1 } }
       |                                                                  ^^^
       |
       = help: `$each` takes a list, such as `lines` or a field of the type `list`

    error: `net` is already the name of a field or capture
      --> r.yaml:12:141
       |
    12 | ...{ $each: net, az: x }, c: { $ech: net }, d: { $each: net, as: net, item: 1 } }
       |                                                                  ^^^
       |
       = help: choose another name for `as:`
    "#);
}

#[test]
fn each_knows_its_variable() {
    let recipe = good(
        &small("net: \"${net}\"", "tags: { $each: tags, as: tag, item: { name: \"${tag}\" } }")
            .replace("  net: {", "  tags: { column: T, type: list }\n  net: {"),
    );
    let Some(Body::Json(JsonBody::Object(members))) = &call(&calls(&recipe, 0, 0).steps.submit).body else {
        panic!("no object")
    };
    let JsonBody::Each(each) = &members[1].1 else { panic!("no list") };
    let JsonBody::Object(item) = &each.item else { panic!("no item") };
    let JsonBody::Text(name) = &item[0].1 else { panic!("no text") };
    assert_eq!(name.single().map(|expression| expression.names().to_vec()), Some(vec![Name::Local("tag".into())]));
    assert_eq!(recipe.targets[0].parts[0].uses.iter().copied().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn parts_and_targets_use_what_earlier_ones_captured() {
    let text = small(
        "    steps:\n      - post: /api/invoices\n",
        "    parts:\n      confirm:\n        steps:\n          - post: /api/${draft_id}/confirm\n      draft:\n        steps:\n          - post: /api/drafts\n            capture: { draft_id: $.id }\n            body: x\n",
    );
    let text = text.replace("        json: { number: \"${number}\", net: \"${net}\" }\n", "");
    assert_snapshot!(bad(&text), @r#"
    error: unknown name `draft_id`
      --> r.yaml:13:26
       |
    13 |           - post: /api/${draft_id}/confirm
       |                          ^^^^^^^^
       |
       = help: known names are `number`, `net`, `today`, `occurrence`, `idempotency_key`
    "#);
    let dms = |id| {
        small("        json", "        capture: { invoice_id: $.id }\n        json")
            + &format!(
                "  dms:\n    http: {{ url: https://dms.example }}\n    steps:\n      - post: /docs/${{{id}}}\n        body: x\n"
            )
    };
    let recipe = good(&dms("erp.invoice_id"));
    assert!(bad(&dms("invoice_id")).contains("help: did you mean `erp.invoice_id`?"));
    let path = call(&calls(&recipe, 1, 0).steps.submit).path.pieces();
    assert_eq!(path.len(), 2);
}

#[test]
fn a_part_that_takes_nothing_of_the_record_needs_no_update() {
    let parts = "    parts:
      draft:
        steps: [{ post: /a, json: { net: \"${net}\" }, capture: { id: $.id } }]
        update: [{ put: \"/a/${id}\", json: { net: \"${net}\" } }]
      confirm:
        steps: [{ post: \"/a/${id}/confirm\" }]
";
    let text = small("key: number", "key: number\non_change: update");
    let start = text.find("    steps:").unwrap();
    let recipe = good(&format!("{}{parts}", &text[..start]));
    assert!(calls(&recipe, 0, 1).update.is_none());
}

#[test]
fn update_steps_belong_to_on_change() {
    assert_snapshot!(bad_small("key: number", "key: number\non_change: update"), @r#"
    error: `on_change: update` needs `update:` steps in the target `erp`
     --> r.yaml:7:12
      |
    7 | on_change: update
      |            ^^^^^^
      |
      = help: write the steps that change an entry, such as `update: [ { put: "/api/invoices/${invoice_id}", … } ]`, or use `on_change: hold`
    "#);
    assert_snapshot!(bad_small("    steps:\n", "    update:\n      - put: /a\n        body: x\n    steps:\n"), @r#"
    error: `update` steps are never done
      --> r.yaml:10:5
       |
    10 |     update:
       |     ^^^^^^
       |
       = help: write `on_change: update`, or take them out
    "#);
    let recipe = good(
        &small("        json", "        capture: { id: $.id }\n        json")
            .replace("key: number", "key: number\non_change: update")
            .replace(
                "    steps:\n",
                "    update:\n      - put: /api/invoices/${id}\n        json: { net: \"${net}\" }\n    steps:\n",
            ),
    );
    assert_eq!(
        calls(&recipe, 0, 0).update.as_ref().map(|update| call(&update.submit).effect),
        Some(Effect::Repeatable)
    );
}

#[test]
fn logins() {
    let recipe = good(&small(
        "    steps:\n",
        "    login:\n      steps:\n        - post: /rpc\n          json: { method: login, params: [\"${secrets.USER}\", 007] }\n          refused: { $.error: { exists: true }, reason: $.error.message }\n          capture: { session: $.result.token }\n      headers: { Authorization: \"Session ${session}\" }\n    steps:\n",
    ));
    let TargetKind::Http(http) = &recipe.targets[0].kind else { panic!("no http target") };
    let login = http.login.as_ref().expect("there is a login");
    assert_eq!((call(&login.steps[0]).effect, login.headers[0].0.as_str()), (Effect::Read, "Authorization"));
    let names: Vec<bool> = login.headers[0]
        .1
        .pieces()
        .iter()
        .filter_map(|piece| match piece {
            crate::expression::Piece::Expression(expression, _) => Some(expression.names()[0].is_secret()),
            crate::expression::Piece::Literal(_) => None,
        })
        .collect();
    assert_eq!(names, [true]);
    assert_snapshot!(bad_small("    steps:\n", "    login:\n      steps:\n        - post: /rpc\n          effect: once\n          body: \"${number}\"\n    steps:\n"), @r#"
    error: a step of `login` must not write
      --> r.yaml:13:19
       |
    13 |           effect: once
       |                   ^^^^
       |
       = help: what stands here may be done at any time; writes belong into `steps:`

    error: the field `number` cannot be used here, where there is no record yet
      --> r.yaml:14:20
       |
    14 |           body: "${number}"
       |                    ^^^^^^
       |
       = help: settings and logins are the same for all records; use `env.` or `secrets.`
    "#);
}

#[test]
fn settings() {
    let recipe = good(&small(
        "{ url: https://erp.example }",
        "{ url: https://erp.example, auth: { oauth2: { token_url: /token, client_id: a, client_secret: \"${secrets.S}\", credentials_in: body } }, idempotent: { keeps: 24h }, proxy: none, max_answer: 1MB, rate: 100/min }",
    ));
    let TargetKind::Http(http) = &recipe.targets[0].kind else { panic!("no http target") };
    assert!(matches!(&http.auth, Some(Auth::OAuth2(oauth)) if oauth.in_body));
    let idempotent = http.idempotent.as_ref().expect("it is idempotent");
    assert_eq!((idempotent.keeps, idempotent.header.as_str()), (Duration::from_secs(86_400), "Idempotency-Key"));
    assert_eq!((http.concurrency, http.max_answer), (4, 1_000_000));
    assert_snapshot!(bad_small("{ url: https://erp.example }", "{ url: https://erp.example, headers: { X Y: a, Host: b }, auth: { basic: { user: a }, bearer: b }, idempotent: { header: x } }"), @r#"
    error: `X Y` cannot be the name of a header
     --> r.yaml:9:50
      |
    9 |     http: { url: https://erp.example, headers: { X Y: a, Host: b }, auth: { basic: { user: a }, bearer: b }, idempotent: { header: x } }
      |                                                  ^^^
      |
      = help: a header's name has letters, digits and `-`, without blanks and colons

    error: the header `Host` is set by the program itself
     --> r.yaml:9:58
      |
    9 |     http: { url: https://erp.example, headers: { X Y: a, Host: b }, auth: { basic: { user: a }, bearer: b }, idempotent: { header: x } }
      |                                                          ^^^^
      |
      = help: take it out

    error: two ways to authenticate stand here, `basic` and `bearer`
     --> r.yaml:9:97
      |
    9 |     http: { url: https://erp.example, headers: { X Y: a, Host: b }, auth: { basic: { user: a }, bearer: b }, idempotent: { header: x } }
      |                                                                                                 ^^^^^^
      |
      = help: write one of `{ bearer }`, `{ basic: { user, password } }`, `{ api_key: { header, value } }`, `{ oauth2: { token_url, client_id, client_secret } }`, `{ cookie }`

    error: `keeps` is missing
     --> r.yaml:9:110
      |
    9 |     http: { url: https://erp.example, headers: { X Y: a, Host: b }, auth: { basic: { user: a }, bearer: b }, idempotent: { header: x } }
      |                                                                                                              ^^^^^^^^^^ here
      |
      = help: say how long the target remembers a key: `idempotent: { keeps: 24h }`
    "#);
    assert_snapshot!(bad_small("{ url: https://erp.example }", "{ url: https://erp.example, auth: { api_key: { value: x } } }"), @r#"
    error: `header` is missing
     --> r.yaml:9:47
      |
    9 |     http: { url: https://erp.example, auth: { api_key: { value: x } } }
      |                                               ^^^^^^^ here
      |
      = help: write `api_key: { header: X-Api-Key, value: "${secrets.KEY}" }`, or `query:` for a parameter
    "#);
}

#[test]
fn polls_and_pages() {
    let recipe = good(&small(
        "        json",
        "        capture: { job: $.job }\n        wait_until: { get: \"/jobs/${job}\", expect: { $.state: done }, refused: { $.state: failed }, every: 1s, at_most: 1m }\n        json",
    ));
    let wait = call(&calls(&recipe, 0, 0).steps.submit).wait_until.as_ref().expect("it waits");
    assert_eq!(
        (wait.every, wait.at_most, wait.step.effect),
        (Duration::from_secs(1), Duration::from_secs(60), Effect::Read)
    );
    let recipe = good(&example("        same:", "        pages: { param: page, max: 3 }\n        same:"));
    let pages = calls(&recipe, 0, 0).lookup.as_ref().and_then(|lookup| lookup.pages.as_ref()).expect("there are pages");
    assert!(matches!(&pages.next, NextPage::Counted { param, first: 1 } if param == "page") && pages.max == 3);
    assert_snapshot!(bad(&example("        same:", "        pages: { first: 1, next: '$[', max: 0 }\n        same:")), @r#"
    error: `first` goes with `param`
      --> r.yaml:38:18
       |
    38 |         pages: { first: 1, next: '$[', max: 0 }
       |                  ^^^^^

    error: `$[` is not a JSONPath
      --> r.yaml:38:36
       |
    38 |         pages: { first: 1, next: '$[', max: 0 }
       |                                    ^
       |
       = help: a path looks like `$.items[0].id`; names with special characters like `$['invoice-no']` (RFC 9535)

    error: 0 pages find nothing
      --> r.yaml:38:40
       |
    38 |         pages: { first: 1, next: '$[', max: 0 }
       |                                        ^^^
    "#);
    assert_snapshot!(bad_small("        json", "        wait_until: { every: 1ms }\n        json"), @r#"
    error: `get` is missing
      --> r.yaml:12:9
       |
    12 |         wait_until: { every: 1ms }
       |         ^^^^^^^^^^ here
       |
       = help: name the call that asks: `wait_until: { get: /jobs/${job}, expect: { $.state: done } }`
    "#);
}

#[test]
fn paths() {
    assert_snapshot!(bad_small("post: /api/invoices", "post: api/invoices for all"), @r#"
    error: the path `api/invoices for all` does not begin with `/`
      --> r.yaml:11:15
       |
    11 |       - post: api/invoices for all
       |               ^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `/api/invoices for all`; it is relative to the target's `url:`
    "#);
}

//! What the cross-checks find in browser targets: verbs and their keys, locators, what a submit needs, lookups, logins.

use insta::assert_snapshot;

use super::{PORTAL, bad, portal, small};

fn bad_portal(from: &str, to: &str) -> String {
    bad(&portal(from, to))
}

/// The messages about the portal with steps before its submit.
fn bad_steps(steps: &str) -> String {
    bad_portal("      - submit: Speichern", &format!("{steps}      - submit: Speichern"))
}

#[test]
fn steps_of_the_other_kind() {
    assert_snapshot!(bad_steps("      - post: /invoices\n        json: { a: b }\n      - click: Weiter\n        query: { a: b }\n"), @r#"
    error: `post` belongs to an http target, and this is a browser target
      --> r.yaml:29:9
       |
    29 |       - post: /invoices
       |         ^^^^
       |
       = help: steps of a browser target begin with open, fill, select, click, submit and the like

    error: `json` belongs to an http target, and this is a browser target
      --> r.yaml:30:9
       |
    30 |         json: { a: b }
       |         ^^^^
       |
       = help: steps of a browser target begin with open, fill, select, click, submit and the like

    error: `query` belongs to an http target, and this is a browser target
      --> r.yaml:32:9
       |
    32 |         query: { a: b }
       |         ^^^^^
       |
       = help: steps of a browser target begin with open, fill, select, click, submit and the like
    "#);
    assert_snapshot!(bad(&small("      - post: /api/invoices\n", "      - fill: { Nummer: \"${number}\" }\n      - post: /api/invoices\n        timeout: 3s\n")), @r#"
    error: `fill` belongs to a browser target, and this is an http target
      --> r.yaml:11:9
       |
    11 |       - fill: { Nummer: "${number}" }
       |         ^^^^
       |
       = help: steps of an http target begin with get, post, put, patch or delete

    error: `timeout` belongs to a browser target, and this is an http target
      --> r.yaml:13:9
       |
    13 |         timeout: 3s
       |         ^^^^^^^
       |
       = help: steps of an http target begin with get, post, put, patch or delete
    "#);
    assert_snapshot!(bad(&small("    http: {", "    browser: { url: https://portal.example }\n    http: {")), @r#"
    error: `browser` and `http` exclude each other
      --> r.yaml:10:5
       |
    10 |     http: { url: https://erp.example }
       |     ^^^^
       |
       = help: keep the one that is meant
    "#);
    assert_snapshot!(bad_portal("    browser: { url: \"${env.PORTAL_URL}\", sessions: 2, locale: de }\n", ""), @r#"
    error: `browser` is missing
      --> r.yaml:11:3
       |
    11 |   portal:
       |   ^^^^^^ here
       |
       = help: its steps are those of a browser; say where the system is: `browser: { url: "${env.PORTAL_URL}" }`
    "#);
}

#[test]
fn one_verb_a_step() {
    assert_snapshot!(bad_steps("      - click: Weiter\n        fill: { a: b }\n      - within: Formular\n      - into: Betrag\n"), @r#"
    error: two verbs stand in one step, `click` and `fill`
      --> r.yaml:30:9
       |
    30 |         fill: { a: b }
       |         ^^^^
       |
       = help: make two steps of it, each with its own `- `

    error: this step does nothing
      --> r.yaml:31:9
       |
    31 |       - within: Formular
       |         ^^^^^^
       |
       = help: a step has one of open, fill, type, select, choose, check, uncheck, click, press, upload, submit, expect, capture, found, wait, frame, window, accept_alert, screenshot, for_each

    error: `into` goes with `type`, which is missing
      --> r.yaml:32:9
       |
    32 |       - into: Betrag
       |         ^^^^
       |
       = help: add `type:` to the step
    "#);
    assert_snapshot!(bad_steps("      - within: Formular\n      - into: Betrag\n      - open: /a\n        within: b\n      - click: a\n        into: b\n"), @r#"
    error: this step does nothing
      --> r.yaml:29:9
       |
    29 |       - within: Formular
       |         ^^^^^^
       |
       = help: a step has one of open, fill, type, select, choose, check, uncheck, click, press, upload, submit, expect, capture, found, wait, frame, window, accept_alert, screenshot, for_each

    error: `into` goes with `type`, which is missing
      --> r.yaml:30:9
       |
    30 |       - into: Betrag
       |         ^^^^
       |
       = help: add `type:` to the step

    error: `within` does not go with `open`
      --> r.yaml:32:9
       |
    32 |         within: b
       |         ^^^^^^
       |
       = help: `open` takes: when

    error: `into` does not go with `click`
      --> r.yaml:34:9
       |
    34 |         into: b
       |         ^^^^
       |
       = help: `click` takes: when, within, timeout
    "#);
}

#[test]
fn verbs_need_what_belongs_to_them() {
    assert_snapshot!(bad_steps("      - type: x\n      - fill: {}\n      - check: []\n      - for_each: lines\n      - for_each: gross\n        as: line\n        steps: [{ click: a }]\n"), @r##"
    error: `into` is missing
      --> r.yaml:29:9
       |
    29 |       - type: x
       |         ^^^^ here
       |
       = help: say into what: `into: { css: "#zip" }`, or use `fill:` with a label

    error: `fill` names no field
      --> r.yaml:30:9
       |
    30 |       - fill: {}
       |         ^^^^
       |
       = help: write labels and values: `fill: { Betrag: "${gross}" }`

    error: the list is empty
      --> r.yaml:31:9
       |
    31 |       - check: []
       |         ^^^^^
       |
       = help: name at least one

    error: `as` is missing
      --> r.yaml:32:9
       |
    32 |       - for_each: lines
       |         ^^^^^^^^ here
       |
       = help: write `- for_each: lines`, `as: line` and `steps: [ … ]`

    error: unknown name `lines`
      --> r.yaml:32:19
       |
    32 |       - for_each: lines
       |                   ^^^^^
       |
       = help: known names are `number`, `issued`, `gross`, `currency`, `today`, `occurrence`, `idempotency_key`
    "##);
    assert_snapshot!(bad_steps("      - press: [Enta, Strg+S, Control, Hallo]\n      - window: 0\n      - accept_alert: [a]\n      - wait: 0s\n      - screenshot: \"\"\n"), @r#"
    error: `Enta` is not a key
      --> r.yaml:29:17
       |
    29 |       - press: [Enta, Strg+S, Control, Hallo]
       |                 ^^^^
       |
       = help: the keys here are: Enter, Tab, Escape, Backspace, Delete, Insert, Home, End, PageUp, PageDown, ArrowUp, ArrowDown, ArrowLeft, ArrowRight, Space, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12; texts are entered by `type:`

    error: `Strg` is not a key
      --> r.yaml:29:23
       |
    29 |       - press: [Enta, Strg+S, Control, Hallo]
       |                       ^^^^^^
       |
       = help: did you mean `Control`?

    error: `Control` is not a key
      --> r.yaml:29:31
       |
    29 |       - press: [Enta, Strg+S, Control, Hallo]
       |                               ^^^^^^^
       |
       = help: `Control` is held while another key is pressed: `Control+S`

    error: `Hallo` is not a key
      --> r.yaml:29:40
       |
    29 |       - press: [Enta, Strg+S, Control, Hallo]
       |                                        ^^^^^
       |
       = help: the keys here are: Enter, Tab, Escape, Backspace, Delete, Insert, Home, End, PageUp, PageDown, ArrowUp, ArrowDown, ArrowLeft, ArrowRight, Space, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12; texts are entered by `type:`

    error: windows are counted from 1
      --> r.yaml:30:17
       |
    30 |       - window: 0
       |                 ^

    error: expected a text, found a list
      --> r.yaml:31:9
       |
    31 |       - accept_alert: [a]
       |         ^^^^^^^^^^^^
       |
       = help: write `- accept_alert:`, or what the dialog must say

    error: nothing comes in no time
      --> r.yaml:32:15
       |
    32 |       - wait: 0s
       |               ^^
       |
       = help: write `10s` or the like

    error: the picture's name is empty
      --> r.yaml:33:21
       |
    33 |       - screenshot: ""
       |                     ^^
    "#);
}

#[test]
fn locators() {
    assert_snapshot!(bad_steps("      - click: { css: a, label: b }\n      - click: { within: b }\n      - click: { role: buton }\n      - click: { label: a, name: b }\n      - click: { row: a, nth: 0 }\n      - click: { clas: a }\n      - click: \"\"\n      - click:\n      - click: [a, b]\n      - click: { css: { a: b } }\n"), @r#"
    error: an element is named in one way, and here by `css` and `label`
      --> r.yaml:29:26
       |
    29 |       - click: { css: a, label: b }
       |                          ^^^^^
       |
       = help: keep one; to look for it in a part of the page, use `within:`

    error: nothing says which element is meant
      --> r.yaml:30:9
       |
    30 |       - click: { within: b }
       |         ^^^^^
       |
       = help: write a label as a person reads it, or one of `{ role: button, name: Speichern }`, `{ text }`, `{ label }`, `{ placeholder }`, `{ test_id }`, `{ css }`, `{ xpath }`, `{ row }`

    error: `buton` is not a role
      --> r.yaml:31:24
       |
    31 |       - click: { role: buton }
       |                        ^^^^^
       |
       = help: did you mean `button`?

    error: `name` goes with `role`
      --> r.yaml:32:28
       |
    32 |       - click: { label: a, name: b }
       |                            ^^^^
       |
       = help: write `{ role: button, name: Speichern }`, or the name alone: `Speichern`

    error: `0` is not a place in a row of elements
      --> r.yaml:33:31
       |
    33 |       - click: { row: a, nth: 0 }
       |                               ^
       |
       = help: write a number counted from 1, or `last`

    error: unknown key `clas`
      --> r.yaml:34:18
       |
    34 |       - click: { clas: a }
       |                  ^^^^
       |
       = help: the keys here are: role, text, label, placeholder, test_id, css, xpath, row, name, nth, within

    error: the label is empty
      --> r.yaml:35:16
       |
    35 |       - click: ""
       |                ^^

    error: expected what names an element, found nothing
      --> r.yaml:36:9
       |
    36 |       - click:
       |         ^^^^^
       |
       = help: write a label as a person reads it, or one of `{ role: button, name: Speichern }`, `{ text }`, `{ label }`, `{ placeholder }`, `{ test_id }`, `{ css }`, `{ xpath }`, `{ row }`

    error: expected what names an element, found a list
      --> r.yaml:37:9
       |
    37 |       - click: [a, b]
       |         ^^^^^
       |
       = help: write a label as a person reads it, or one of `{ role: button, name: Speichern }`, `{ text }`, `{ label }`, `{ placeholder }`, `{ test_id }`, `{ css }`, `{ xpath }`, `{ row }`

    error: expected a text, found a map
      --> r.yaml:38:18
       |
    38 |       - click: { css: { a: b } }
       |                  ^^^
    "#);
    assert_snapshot!(bad_steps("      - fill: { \"\": x, \"Artikel ${gros}\": y }\n      - click: \"${secrets.PASSWORD}\"\n"), @r#"
    error: the label is empty
      --> r.yaml:29:17
       |
    29 |       - fill: { "": x, "Artikel ${gros}": y }
       |                 ^^

    error: unknown name `gros`
      --> r.yaml:29:35
       |
    29 |       - fill: { "": x, "Artikel ${gros}": y }
       |                                   ^^^^
       |
       = help: did you mean `gross`?

    error: the secret `secrets.PASSWORD` cannot be used here: it would be looked for on a page, and shown
      --> r.yaml:30:19
       |
    30 |       - click: "${secrets.PASSWORD}"
       |                   ^^^^^^^^^^^^^^^^
       |
       = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in
    "#);
}

#[test]
fn conditions() {
    assert_snapshot!(bad_portal("{ text: gespeichert }", "[{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } }, { $.a: b }, { text: \"${secrets.A}\" }]"), @r##"
    error: unknown key `status`
      --> r.yaml:30:20
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                    ^^^^^^
       |
       = help: the keys here are: role, text, label, placeholder, test_id, css, xpath, row, name, nth, within, is, gone, url, title, values, reason

    error: `is` needs a locator
      --> r.yaml:30:37
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                     ^^
       |
       = help: write `{ css: "#total", is: "${gross}" }`, or `values: { Betrag: "${gross}" }`

    error: the condition is empty and would always be met
      --> r.yaml:30:46
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                              ^
       |
       = help: write a text that is seen, a locator such as `{ css: "#receipt" }`, `{ url: … }`, `{ title: … }`, `{ values: { … } }` or `{ gone: … }`

    error: unknown key `txt`
      --> r.yaml:30:52
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                    ^^^
       |
       = help: did you mean `text`?

    error: `reason` belongs to `refused`
      --> r.yaml:30:64
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                                ^^^^^^
       |
       = help: it says where the page's own words stand

    error: expected what the page shows, found a list
      --> r.yaml:30:77
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                                             ^
       |
       = help: write a text that is seen, a locator such as `{ css: "#receipt" }`, `{ url: … }`, `{ title: … }`, `{ values: { … } }` or `{ gone: … }`

    error: expected labels and values, found `x`
      --> r.yaml:30:92
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                                                            ^
       |
       = help: write `values: { Betrag: "${gross}" }`

    error: nothing is compared
      --> r.yaml:30:99
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                                                                   ^^^^^^
       |
       = help: write `{ Betrag: "${gross}" }`

    error: expected a text, found a map
      --> r.yaml:30:115
       |
    30 |       - expect: [{ status: 200 }, { is: x }, {}, { txt: x }, { reason: a }, [a], { values: x }, { values: {} }, { title: { a: b } },...
       |                                                                                                                   ^^^^^
       |
       = help: write a text that it holds, or `{ matches: … }` for the whole

    error: unknown key `$.a`
      --> r.yaml:30:136
       |
    30 | ...}, [a], { values: x }, { values: {} }, { title: { a: b } }, { $.a: b }, { text: "${secrets.A}" }]
       |                                                                  ^^^
       |
       = help: a path leads into the answer of an http target; on a page there are labels

    error: the secret `secrets.A` cannot be used here: it would be looked for on a page, and shown
      --> r.yaml:30:157
       |
    30 | ... values: {} }, { title: { a: b } }, { $.a: b }, { text: "${secrets.A}" }]
       |                                                               ^^^^^^^^^
       |
       = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in
    "##);
    assert_snapshot!(bad_portal("submit: Speichern", "submit: Speichern\n        refused: { reason: { css: .error } }\n        effect: read\n     "), @r#"
    error: `reason` alone does not tell when it is a refusal
      --> r.yaml:30:9
       |
    30 |         refused: { reason: { css: .error } }
       |         ^^^^^^^
       |
       = help: add what is seen, such as `{ css: ".error", reason: { css: ".error" } }`

    error: a submit writes
      --> r.yaml:31:17
       |
    31 |         effect: read
       |                 ^^^^
       |
       = help: what writes nothing is a `click:`
    "#);
}

#[test]
fn captures() {
    assert_snapshot!(bad_portal("{ css: \"#receipt\" }", "$.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut: a, css: b }"), @r##"
    error: `$.id` is not on the page
      --> r.yaml:31:29
       |
    31 |       - capture: { receipt: $.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern...
       |                             ^^^^
       |
       = help: that is a path into the answer of an http target; write a label, a locator such as `{ css: "#receipt" }`, or `{ url: true, pattern: '/invoices/(\d+)' }`

    error: `url` and `css` exclude each other
      --> r.yaml:31:51
       |
    31 |       - capture: { receipt: $.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern...
       |                                                   ^^^
       |
       = help: a captured value stands in one place

    error: a captured value stands in one place
      --> r.yaml:31:77
       |
    31 |       - capture: { receipt: $.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern...
       |                                                                             ^^^^^
       |
       = help: write a label, a locator such as `{ css: "#receipt" }`, or `{ url: true, pattern: '/invoices/(\d+)' }`

    error: nothing says which element is meant
      --> r.yaml:31:92
       |
    31 |       - capture: { receipt: $.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern...
       |                                                                                            ^
       |
       = help: write a label as a person reads it, or one of `{ role: button, name: Speichern }`, `{ text }`, `{ label }`, `{ placeholder }`, `{ test_id }`, `{ css }`, `{ xpath }`, `{ row }`

    error: the pattern has 0 groups, and needs one
      --> r.yaml:31:106
       |
    31 |       - capture: { receipt: $.id, a: { url: true, css: b }, c: { url: true, title: true }, d: { pattern: 'x' }, e: { css: a, pattern...
       |                                                                                                          ^^^
       |
       = help: put what is wanted into `( )`; other brackets can be `(?: )`

    error: the pattern has 0 groups, and needs one
      --> r.yaml:31:135
       |
    31 | ...ue, title: true }, d: { pattern: 'x' }, e: { css: a, pattern: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut:...
       |                                                                  ^^^
       |
       = help: put what is wanted into `( )`; other brackets can be `(?: )`

    error: expected `true` or `false`, found `yes`
      --> r.yaml:31:162
       |
    31 | ...tern: 'x' }, e: { css: a, pattern: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut: a, css: b } }
       |                                                                  ^^^

    error: the capture `number` has the name of a field
      --> r.yaml:31:169
       |
    31 | ...' }, e: { css: a, pattern: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut: a, css: b } }
       |                                                                 ^^^^^^
       |
       = help: choose another name, so that expressions can tell them apart

    error: expected where the value stands, found a list
      --> r.yaml:31:180
       |
    31 | ... css: a, pattern: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut: a, css: b } }
       |                                                                   ^
       |
       = help: write a label, a locator such as `{ css: "#receipt" }`, or `{ url: true, pattern: '/invoices/(\d+)' }`

    error: unknown key `attribut`
      --> r.yaml:31:193
       |
    31 | ...: 'x' }, f: { css: a, first: yes }, number: x, g: [a], h: { attribut: a, css: b } }
       |                                                                ^^^^^^^^
       |
       = help: did you mean `attribute`?
    "##);
    assert_snapshot!(bad_steps("      - capture: { token: { css: \"#token\" } }\n"), @r##"
    error: nothing uses the captured `token`
      --> r.yaml:29:20
       |
    29 |       - capture: { token: { css: "#token" } }
       |                    ^^^^^
       |
       = help: write `${token}` where it is needed, or take it out
    "##);
    assert_snapshot!(bad_portal("      - fill:                              # label", "      - fill: { Beleg: \"${receipt}\" }\n      - fill:       # label"), @r#"
    error: unknown name `receipt`
      --> r.yaml:25:27
       |
    25 |       - fill: { Beleg: "${receipt}" }
       |                           ^^^^^^^
       |
       = help: known names are `number`, `issued`, `gross`, `currency`, `today`, `occurrence`, `idempotency_key`
    "#);
}

#[test]
fn one_submit_a_part() {
    assert_snapshot!(bad_portal("      - expect: { text: gespeichert }\n", "      - submit: Buchen\n      - expect: { text: gespeichert }\n"), @r#"
    error: this is the second step that writes, and each part has one
      --> r.yaml:30:9
       |
    30 |       - submit: Buchen
       |         ^^^^^^
       |
       = help: name the submits as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; what writes nothing, such as the next page of a wizard, is a `click:`
    "#);
    assert_snapshot!(bad_portal("- submit:", "- click:"), @r#"
    error: nothing here writes: no step of `portal` enters the record
      --> r.yaml:11:3
       |
    11 |   portal:
       |   ^^^^^^
       |
       = help: one step must be the point of no return: `- submit: Speichern`
    "#);
    assert_snapshot!(bad_portal("      - expect: { text: gespeichert }\n", ""), @r#"
    error: nothing tells whether the submit took
      --> r.yaml:29:9
       |
    29 |       - submit: Speichern                  # the point of no return
       |         ^^^^^^
       |
       = help: add what the page shows then: `- expect: { text: gespeichert }`; it decides between entered and unknown
    "#);
    assert_snapshot!(bad_portal("      - expect: { text: gespeichert }\n", "      - click: Weiter\n      - expect: { text: gespeichert }\n"), @r#"
    error: nothing tells whether the submit took
      --> r.yaml:29:9
       |
    29 |       - submit: Speichern                  # the point of no return
       |         ^^^^^^
       |
       = help: add what the page shows then: `- expect: { text: gespeichert }`; it decides between entered and unknown
    "#);
    assert_snapshot!(bad_portal("      - expect: { text: gespeichert }\n", "      - expect: { text: gespeichert }\n        when: gross > 5\n"), @r#"
    error: what tells whether the submit took cannot depend on `when:`
      --> r.yaml:31:15
       |
    31 |         when: gross > 5
       |               ^^^^^^^^^
       |
       = help: leave out `when:`; where the page may say one thing or another, list both: `- expect: [ { text: gespeichert }, { text: vorgemerkt } ]`
    "#);
    assert_snapshot!(bad_steps("      - for_each: [a]\n"), @r#"
    error: expected a text, found a list
      --> r.yaml:29:9
       |
    29 |       - for_each: [a]
       |         ^^^^^^^^
    "#);
}

#[test]
fn loops() {
    let text = PORTAL.replace("key: number\n", "  article: { column: Artikel }\nrecords: { one_per: number, same: [issued, gross, currency], lines: article }\nkey: number\n");
    let looped = |steps: &str| {
        bad(&text.replace(
            "      - submit: Speichern ",
            &format!("      - for_each: lines\n        as: line\n{steps}      - submit: Speichern "),
        ))
    };
    assert_snapshot!(looped("        by: line.article\n        steps:\n          - submit: Buchen\n"), @r#"
    error: `line.article` is no field of the lines
      --> r.yaml:33:13
       |
    33 |         by: line.article
       |             ^^^^^^^^^^^^
       |
       = help: did you mean `article`?
    "#);
    assert_snapshot!(looped("        steps:\n          - submit: Buchen\n          - capture: { a: b }\n          - fill: { Artikel: \"${line.artikle}\" }\n"), @r#"
    error: a write inside of `for_each` needs `by`
      --> r.yaml:34:13
       |
    34 |           - submit: Buchen
       |             ^^^^^^
       |
       = help: each line is an entry of its own then, which is never made twice: say beside `for_each:` which field tells it from the other lines of its record, such as `by: position`

    error: `capture` cannot be repeated
      --> r.yaml:35:13
       |
    35 |           - capture: { a: b }
       |             ^^^^^^^
       |
       = help: a name holds one value; capture it after the loop

    error: `line` has no member `artikle`
      --> r.yaml:36:38
       |
    36 |           - fill: { Artikel: "${line.artikle}" }
       |                                      ^^^^^^^
       |
       = help: did you mean `article`?
    "#);
    assert_snapshot!(looped("        number: line\n        steps: []\n"), @r#"
    error: `line` is the name of the value and of its number
      --> r.yaml:33:17
       |
    33 |         number: line
       |                 ^^^^
       |
       = help: choose another name for `number:`

    error: `for_each` has no steps
      --> r.yaml:34:9
       |
    34 |         steps: []
       |         ^^^^^
    "#);
    assert_snapshot!(looped("        number: gross\n        steps: [{ click: \"${article}\" }]\n"), @r#"
    error: `gross` is already the name of a field or capture
      --> r.yaml:33:17
       |
    33 |         number: gross
       |                 ^^^^^
       |
       = help: choose another name for `number:`

    error: `article` is a field of the lines, and a record has several
      --> r.yaml:34:29
       |
    34 |         steps: [{ click: "${article}" }]
       |                             ^^^^^^^
       |
       = help: use the list, as in `lines.sum(article)`, or repeat what is sent: `{ $each: lines, as: line, item: … }`, or whole steps: `for_each: lines`
    "#);
}

#[test]
fn lookups() {
    assert_snapshot!(bad_portal("        none: { text: Keine Treffer }\n", ""), @r#"
    error: `none` is missing
      --> r.yaml:21:9
       |
    21 |       - found: { row: "${number}" }        # both are required; neither seen = unsure
       |         ^^^^^ here
       |
       = help: a lookup ends with what is seen in either case: `- found: { row: "${number}" }` and `none: { text: Keine Treffer }`; neither seen is unsure
    "#);
    assert_snapshot!(bad_portal("none: { text: Keine Treffer }", "none: []"), @r##"
    error: the list is empty and would never be met
      --> r.yaml:22:9
       |
    22 |         none: []
       |         ^^^^
       |
       = help: write a text that is seen, a locator such as `{ css: "#receipt" }`, `{ url: … }`, `{ title: … }`, `{ values: { … } }` or `{ gone: … }`
    "##);
    assert_snapshot!(bad_portal("      - found: { row: \"${number}\" }        # both are required; neither seen = unsure\n        none:", "      - none:"), @r#"
    error: `none` goes with `found`, which is missing
      --> r.yaml:21:9
       |
    21 |       - none: { text: Keine Treffer }
       |         ^^^^
       |
       = help: add `found:` to the step
    "#);
    assert_snapshot!(bad_portal("      - found: { row: \"${number}\" }        # both are required; neither seen = unsure\n        none: { text: Keine Treffer }\n", "      - click: Suchen\n"), @r#"
    error: `found` is missing
      --> r.yaml:21:9
       |
    21 |       - click: Suchen
       |         ^^^^^ here
       |
       = help: a lookup ends with what is seen in either case: `- found: { row: "${number}" }` and `none: { text: Keine Treffer }`; neither seen is unsure
    "#);
    assert_snapshot!(bad_portal("        none: { text: Keine Treffer }\n", "        none: { text: Keine Treffer }\n      - click: Suchen\n"), @r#"
    error: `found` belongs to the last step of a lookup
      --> r.yaml:21:9
       |
    21 |       - found: { row: "${number}" }        # both are required; neither seen = unsure
       |         ^^^^^
       |
       = help: what stands before it leads to the page

    error: `found` is missing
      --> r.yaml:23:9
       |
    23 |       - click: Suchen
       |         ^^^^^ here
       |
       = help: a lookup ends with what is seen in either case: `- found: { row: "${number}" }` and `none: { text: Keine Treffer }`; neither seen is unsure
    "#);
    assert_snapshot!(bad_steps("      - found: a\n        none: b\n"), @r#"
    error: `found` belongs to a lookup
      --> r.yaml:29:9
       |
    29 |       - found: a
       |         ^^^^^
       |
       = help: move it to the last step of `lookup:`
    "#);
    assert_snapshot!(bad_portal("      - open: /invoices?q=${number}\n", "      - fill: { Suche: \"${number}\" }\n      - submit: Suchen\n"), @r#"
    error: `lookup` does not begin with `open`
      --> r.yaml:20:9
       |
    20 |       - fill: { Suche: "${number}" }
       |         ^^^^
       |
       = help: begin with `- open: "/invoices?q=${number}"`

    error: a step of `lookup` must not write
      --> r.yaml:21:9
       |
    21 |       - submit: Suchen
       |         ^^^^^^
       |
       = help: `submit` is the point of no return; a search is started by `click:` or `press: Enter`
    "#);
    assert_snapshot!(bad_portal("        none: { text: Keine Treffer }\n", "        none: { text: Keine Treffer }\n        when: gross > 0\n        same: { Betrag: { css: a }, Stand: { clas: b, is: c }, Datum: [] }\n        capture: { other: a }\n"), @r##"
    error: `when` does not go with `found`
      --> r.yaml:23:9
       |
    23 |         when: gross > 0
       |         ^^^^
       |
       = help: `found` takes: none, same, capture, within, timeout

    error: `is` is missing
      --> r.yaml:24:17
       |
    24 |         same: { Betrag: { css: a }, Stand: { clas: b, is: c }, Datum: [] }
       |                 ^^^^^^ here
       |
       = help: write `Betrag: { css: "#total", is: "${gross}" }`

    error: unknown key `clas`
      --> r.yaml:24:46
       |
    24 |         same: { Betrag: { css: a }, Stand: { clas: b, is: c }, Datum: [] }
       |                                              ^^^^
       |
       = help: the keys here are: role, text, label, placeholder, test_id, css, xpath, row, name, nth, within, is, attribute, pattern

    error: expected what the value must be, found a list
      --> r.yaml:24:64
       |
    24 |         same: { Betrag: { css: a }, Stand: { clas: b, is: c }, Datum: [] }
       |                                                                ^^^^^
       |
       = help: for any of several values write `{ one_of: [ … ] }`

    error: the lookup captures `other`, which no step captures
      --> r.yaml:25:20
       |
    25 |         capture: { other: a }
       |                    ^^^^^
       |
       = help: a lookup stands in for the steps and captures what they do, under the same names
    "##);
    assert_snapshot!(bad(&(PORTAL.to_owned() + "    verify:\n      - open: /invoices/${receipt}\n      - expect: { values: { Betrag: \"${gross}\" } }\n")), @r#"
    error: the lookup does not capture `receipt`, which `verify` uses
      --> r.yaml:21:9
       |
    21 |       - found: { row: "${number}" }        # both are required; neither seen = unsure
       |         ^^^^^
       |
       = help: when the entry is found the steps are not done, so capture it here as well: `capture: { receipt: { css: … } }`
    "#);
}

#[test]
fn pages_are_opened_first() {
    assert_snapshot!(bad_portal("      - open: /invoices/new\n", ""), @r#"
    error: `steps` does not begin with `open`
      --> r.yaml:24:9
       |
    24 |       - fill:                              # label as a person reads it: value, in this order
       |         ^^^^
       |
       = help: begin with `- open: /invoices/new`; with `browser: { stay: true }` the next record goes on where the last submit left the page
    "#);
    assert_snapshot!(bad_portal("        - open: /login\n", ""), @r#"
    error: `login` does not begin with `open`
      --> r.yaml:16:11
       |
    16 |         - fill: { Benutzername: "${secrets.PORTAL_USER}", Kennwort: "${secrets.PORTAL_PASSWORD}" }
       |           ^^^^
       |
       = help: begin with `- open: /login`
    "#);
    assert_snapshot!(bad_portal("- open: /invoices/new", "- open: invoices/new"), @r#"
    error: the path `invoices/new` does not begin with `/`
      --> r.yaml:24:15
       |
    24 |       - open: invoices/new
       |               ^^^^^^^^^^^^
       |
       = help: write `/invoices/new`; it is relative to the target's `url:`
    "#);
    let start = PORTAL.find("    login:").expect("it is there");
    let end = PORTAL.find("    lookup:").expect("it is there");
    let no_login = PORTAL.replace(&PORTAL[start..end], "").replace("sessions: 2", "stay: true");
    assert_snapshot!(bad(&no_login.replace("      - open: /invoices/new\n", "")), @r#"
    error: with `stay: true` and no `open:` here, nothing leads to the first page
      --> r.yaml:18:9
       |
    18 |       - fill:                              # label as a person reads it: value, in this order
       |         ^^^^
       |
       = help: begin with `open:`, or let `login:` lead there
    "#);
}

#[test]
fn logins() {
    assert_snapshot!(bad_portal("      logged_in: { text: Abmelden }\n", "      headers: { a: b }\n"), @r#"
    error: `logged_in` is missing
      --> r.yaml:13:5
       |
    13 |     login:
       |     ^^^^^ here
       |
       = help: say what a page shows when somebody is logged in: `logged_in: { text: Abmelden }`

    error: `headers` belongs to an http target, and this is a browser target
      --> r.yaml:14:7
       |
    14 |       headers: { a: b }
       |       ^^^^^^^
    "#);
    assert_snapshot!(bad_portal("        - click: Anmelden\n", "        - submit: Anmelden\n          refused: { text: falsch }\n        - capture: { a: b }\n        - fill: { Nummer: \"${number}\" }\n"), @r#"
    error: `refused` belongs to a submit that writes
      --> r.yaml:19:11
       |
    19 |           refused: { text: falsch }
       |           ^^^^^^^
       |
       = help: a login has no point of no return; `logged_in:` tells its end

    error: the login of a browser target captures nothing
      --> r.yaml:20:11
       |
    20 |         - capture: { a: b }
       |           ^^^^^^^
       |
       = help: each browser logs in for itself; what a page shows can be captured in `steps:`

    error: the field `number` cannot be used here, where there is no record yet
      --> r.yaml:21:30
       |
    21 |         - fill: { Nummer: "${number}" }
       |                              ^^^^^^
       |
       = help: settings and logins are the same for all records; use `env.` or `secrets.`
    "#);
    assert_snapshot!(bad(&small("    steps:\n", "    login: { logged_in: a, steps: [{ post: /login, form: { code: \"${totp.A}\" } }] }\n    steps:\n")), @r#"
    error: `logged_in` belongs to a browser target, and this is an http target
      --> r.yaml:10:14
       |
    10 |     login: { logged_in: a, steps: [{ post: /login, form: { code: "${totp.A}" } }] }
       |              ^^^^^^^^^

    error: the one-time code `totp.A` cannot be used here
      --> r.yaml:10:69
       |
    10 |     login: { logged_in: a, steps: [{ post: /login, form: { code: "${totp.A}" } }] }
       |                                                                     ^^^^^^
       |
       = help: a code holds for seconds; it belongs into a `fill:` or `type:` of a browser's login
    "#);
}

#[test]
fn settings() {
    assert_snapshot!(bad_portal("sessions: 2, locale: de }", "sessions: 0, locale: dee, timeout: 0s, page_timeout: 2d, window: { width: 10 }, browser: opera, webdriver: grid, capabilities: [a], heads: 1 }"), @r#"
    error: unknown value `dee`
      --> r.yaml:12:63
       |
    12 |     browser: { url: "${env.PORTAL_URL}", sessions: 0, locale: dee, timeout: 0s, page_timeout: 2d, window: { width: 10 }, browser: op...
       |                                                               ^^^
       |
       = help: did you mean `de`?

    error: unknown value `opera`
      --> r.yaml:12:131
       |
    12 | ...meout: 0s, page_timeout: 2d, window: { width: 10 }, browser: opera, webdriver: grid, capabilities: [a], heads: 1 }
       |                                                                 ^^^^^
       |
       = help: the values here are: chromium, chrome, edge, firefox

    error: unknown key `heads`
      --> r.yaml:12:174
       |
    12 | ...h: 10 }, browser: opera, webdriver: grid, capabilities: [a], heads: 1 }
       |                                                                 ^^^^^
       |
       = help: did you mean `headed`?
    "#);
    assert_snapshot!(bad_portal("url: \"${env.PORTAL_URL}\", sessions: 2, locale: de }", "url: \"https://${secrets.HOST}\", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, capabilities: { a: \"${env.A}\" } }"), @r#"
    error: the secret `secrets.HOST` cannot be used here: the URL is stored in the journal and shown
      --> r.yaml:12:32
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                ^^^^^^^^^^^^
       |
       = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in

    error: 0 browsers cannot be at work at the same time
      --> r.yaml:12:58
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                                          ^
       |
       = help: write a number from 1 to 100

    error: nothing comes in no time
      --> r.yaml:12:70
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                                                      ^^
       |
       = help: write `10s` or the like

    error: `2d` is too long to wait
      --> r.yaml:12:88
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                                                                        ^^
       |
       = help: write `24h` at the most

    error: `height` is missing
      --> r.yaml:12:92
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                                                                            ^^^^^^ here
       |
       = help: write `window: { width: 1280, height: 1024 }`

    error: a page cannot be shown with a width of 10
      --> r.yaml:12:109
       |
    12 |     browser: { url: "https://${secrets.HOST}", sessions: 0, timeout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, c...
       |                                                                                                             ^^
       |
       = help: write a number from 200 to 10000

    error: `grid` is not an http or https URL
      --> r.yaml:12:126
       |
    12 | ...eout: 0s, page_timeout: 2d, window: { width: 10 }, webdriver: grid, capabilities: { a: "${env.A}" } }
       |                                                                  ^^^^
       |
       = help: write `https://erp.example.com`, or take it from the environment: "${env.ERP_URL}"

    error: capabilities cannot hold `${…}`
      --> r.yaml:12:151
       |
    12 | ...window: { width: 10 }, webdriver: grid, capabilities: { a: "${env.A}" } }
       |                                                               ^^^^^^^^^^
       |
       = help: they are passed on as they stand; a Grid's user and password may stand in `webdriver:`
    "#);
    assert_snapshot!(bad_portal("url: \"${env.PORTAL_URL}\", ", ""), @r#"
    error: `url` is missing
      --> r.yaml:12:5
       |
    12 |     browser: { sessions: 2, locale: de }
       |     ^^^^^^^ here
       |
       = help: say where the system is: `browser: { url: "${env.PORTAL_URL}" }`
    "#);
}

#[test]
fn updates_need_steps() {
    assert_snapshot!(bad(&PORTAL.replace("key: number\n", "key: number\non_change: update\n")), @r#"
    error: `on_change: update` needs `update:` steps in the target `portal`
     --> r.yaml:9:12
      |
    9 | on_change: update
      |            ^^^^^^
      |
      = help: write the steps that change an entry, such as `update: [ { open: "/invoices/${number}/edit" }, { fill: { … } }, { submit: Speichern }, { expect: gespeichert } ]`, or use `on_change: hold`
    "#);
    assert_snapshot!(bad(&(PORTAL.to_owned() + "    verify:\n      - open: /a\n")), @r#"
    error: `verify` compares nothing
      --> r.yaml:32:5
       |
    32 |     verify:
       |     ^^^^^^
       |
       = help: add `- expect:` with what must be read back: `- expect: { values: { Betrag: "${gross}" } }`
    "#);
}

//! What the cross-checks find in steps that are repeated: `for_each`, with `by:` where it writes.

use insta::assert_snapshot;

use super::{bad, call, calls, good};
use crate::recipe::model::{Action, HttpStep, PartKind, RepeatList};

/// Orders with lines, whose one target has these parts.
fn orders(parts: &str) -> String {
    format!(
        r#"recipe: orders
source: {{ csv: {{ file: o.csv }}, locale: de }}
fields:
  number: {{ column: Nummer }}
  tags: {{ column: Marken, type: list }}
  position: {{ column: Position, type: integer }}
  article: {{ column: Artikel }}
records: {{ one_per: number, same: tags, lines: [position, article] }}
key: number
targets:
  erp:
    http: {{ url: "http://erp.example" }}
{parts}"#
    )
}

/// The same with one part, `steps:` of which are these.
fn steps(steps: &str) -> String {
    orders(&format!("    steps:\n{steps}"))
}

const LINES: &str = r#"      - get: /orders/${number}
        capture: { order: $.id }
      - for_each: lines
        as: line
        number: place
        by: [position, article]
        when: number != "x"
        steps:
          - get: /articles/${line.article}
            capture: { article_id: $.id }
          - post: /orders/${order}/lines
            json: { place: "${place}", article: "${article_id}" }
            capture: { line_id: $.id }
"#;

#[test]
fn a_write_is_repeated_for_lines() {
    let text = steps(LINES)
        + r#"    lookup:
      - get: /orders/${number}/lines
        query: { position: "${line.position}" }
        list: $.items
        capture: { line_id: $.id }
    verify:
      - get: /lines/${line_id}
        expect: { $.position: "${line.position}" }
"#;
    let recipe = good(&text);
    let part = &recipe.targets[0].parts[0];
    let repeat = part.repeat.as_ref().unwrap();
    assert_eq!((repeat.list, &*repeat.variable, repeat.number.as_deref()), (RepeatList::Lines, "line", Some("place")));
    assert_eq!((repeat.by_in_words().as_str(), repeat.when.is_some()), ("position, article", true));
    let steps = &calls(&recipe, 0, 0).steps;
    let paths: Vec<&str> = steps.all().map(|step| call(step).path.source()).collect();
    assert_eq!(paths, ["/orders/${number}", "/articles/${line.article}", "/orders/${order}/lines"]);
    // The other lines are no part of what a line is compared by.
    assert!(!part.uses_lines);
    assert_eq!(part.uses.iter().copied().collect::<Vec<_>>(), [0]);
}

#[test]
fn a_write_is_repeated_for_the_values_of_a_list() {
    let recipe = good(&steps(
        "      - for_each: tags\n        as: tag\n        by: tag\n        steps:\n          - post: /tags\n            json: { tag: \"${tag}\" }\n",
    ));
    let repeat = recipe.targets[0].parts[0].repeat.as_ref().unwrap();
    assert_eq!((repeat.list, repeat.by.len(), repeat.by_in_words().as_str()), (RepeatList::Field(1), 0, "tag"));
    assert!(recipe.targets[0].parts[0].uses.is_empty());
}

#[test]
fn what_is_only_read_is_repeated_without_a_key() {
    let text = steps(
        "      - post: /orders\n        json: { number: \"${number}\" }\n    verify:\n      - for_each: lines\n        as: line\n        number: n\n        when: number != \"x\"\n        steps:\n          - get: /lines/${n}\n            expect: { $.article: \"${line.article}\" }\n",
    );
    let recipe = good(&text);
    assert!(recipe.targets[0].parts[0].repeat.is_none());
    let [HttpStep::ForEach(looped)] = calls(&recipe, 0, 0).verify.as_slice() else { panic!("not a `for_each`") };
    assert_eq!((looped.each.list.source(), looped.each.steps.len(), looped.when.is_some()), ("lines", 1, true));
}

#[test]
fn a_submit_is_repeated_in_a_browser() {
    let text = steps(
        "      - open: /orders/${number}\n      - for_each: lines\n        as: line\n        by: position\n        within: Positionen\n        steps:\n          - fill: { Artikel: \"${line.article}\" }\n          - submit: Zeile speichern\n          - expect: { text: gespeichert }\n          - capture: { receipt: { css: b } }\n",
    );
    let recipe = good(&text.replace("http: { url", "browser: { url"));
    let PartKind::Browser(part) = &recipe.targets[0].parts[0].kind else { panic!("not a browser's part") };
    let Action::Submit(submit) = &part.steps.submit.action else { panic!("not a submit") };
    assert_eq!((part.steps.before.len(), submit.end.len(), part.steps.after.len()), (2, 2, 0));
    assert!(part.steps.before[0].within.is_none());
    assert!(part.steps.before[1].within.is_some() && part.steps.submit.within.is_some());
}

#[test]
fn a_repeated_write_needs_a_key() {
    let post = "          - post: /lines\n            json: { article: \"${line.article}\" }\n";
    assert_snapshot!(bad(&steps(&format!("      - for_each: lines\n        as: line\n        steps:\n{post}"))), @r#"
    error: a write inside of `for_each` needs `by`
      --> r.yaml:17:13
       |
    17 |           - post: /lines
       |             ^^^^
       |
       = help: each line is an entry of its own then, which is never made twice: say beside `for_each:` which field tells it from the other lines of its record, such as `by: position`
    "#);
    assert_snapshot!(bad(&steps(&format!("      - for_each: lines\n        as: line\n        by: positon\n        steps:\n{post}"))), @r#"
    error: `positon` is no field of the lines
      --> r.yaml:16:13
       |
    16 |         by: positon
       |             ^^^^^^^
       |
       = help: did you mean `position`?
    "#);
    assert_snapshot!(bad(&steps(&format!("      - for_each: lines\n        as: line\n        by: [number, line]\n        steps:\n{post}"))), @r#"
    error: `number` is no field of the lines
      --> r.yaml:16:14
       |
    16 |         by: [number, line]
       |              ^^^^^^
       |
       = help: the lines have: position, article

    error: `line` is no field of the lines
      --> r.yaml:16:22
       |
    16 |         by: [number, line]
       |                      ^^^^
       |
       = help: the lines have: position, article
    "#);
    assert_snapshot!(bad(&steps("      - for_each: tags\n        as: tag\n        by: position\n        steps:\n          - post: /tags\n            json: { tag: \"${tag}\" }\n")), @r#"
    error: `position` is no field: the values of this list have none
      --> r.yaml:16:13
       |
    16 |         by: position
       |             ^^^^^^^^
       |
       = help: write `by: tag`: each value is its own key
    "#);
    assert_snapshot!(bad(&steps("      - for_each: \"[lines.first()]\"\n        as: line\n        by: position\n        steps:\n          - post: /tags\n            body: x\n")), @r#"
    error: a write is repeated for `lines`, or for a field of the type `list`
      --> r.yaml:14:19
       |
    14 |       - for_each: "[lines.first()]"
       |                   ^^^^^^^^^^^^^^^^^
       |
       = help: which entries there are must be known before anything is sent; what is to be left out says so by `when:` of its write
    "#);
}

#[test]
fn a_key_needs_a_repeated_write() {
    let get = "        as: line\n        by: position\n        steps:\n          - get: /lines/${line.position}\n            expect: { $.a: b }\n";
    let post = "      - post: /orders\n        json: { number: \"${number}\" }\n";
    assert_snapshot!(bad(&steps(&format!("      - for_each: lines\n{get}{post}"))), @r#"
    error: nothing in this `for_each` writes, so `by` is of no use
      --> r.yaml:16:9
       |
    16 |         by: position
       |         ^^
       |
       = help: `by` belongs to a `for_each` in `steps:` that writes
    "#);
    assert_snapshot!(bad(&steps(&format!("{post}    verify:\n      - for_each: lines\n{get}"))), @r#"
    error: a step of `verify` must not write, so `by` is of no use
      --> r.yaml:19:9
       |
    19 |         by: position
       |         ^^
       |
       = help: `by` belongs to a `for_each` in `steps:` that writes
    "#);
    assert_snapshot!(bad(&steps("      - for_each: lines\n        as: line\n        steps:\n          - for_each: tags\n            as: tag\n            by: tag\n            steps:\n              - post: /tags\n                body: x\n")), @r#"
    error: `by` stands inside of another `for_each`
      --> r.yaml:19:13
       |
    19 |             by: tag
       |             ^^
       |
       = help: `by` belongs to a `for_each` in `steps:` that writes

    error: a write inside of `for_each` needs `by`
      --> r.yaml:21:17
       |
    21 |               - post: /tags
       |                 ^^^^
       |
       = help: each line is an entry of its own then, which is never made twice: say beside `for_each:` which field tells it from the other lines of its record, such as `by: position`
    "#);
}

#[test]
fn nothing_follows_a_repeated_write() {
    assert_snapshot!(bad(&steps(&format!("{LINES}      - post: /orders/${{order}}/confirm\n"))), @r#"
    error: a step stands after the write that is repeated
      --> r.yaml:27:9
       |
    27 |       - post: /orders/${order}/confirm
       |         ^^^^
       |
       = help: what belongs to each line goes into the `steps:` of its `for_each`; what comes after all of them is a part of its own: `parts: { positions: { steps: … }, confirm: { steps: … } }`
    "#);
    assert_snapshot!(bad(&steps(&LINES.replace("- get: /orders/${number}\n        capture: { order: $.id }", "- post: /orders\n        body: x\n        capture: { order: $.id }"))), @r#"
    error: this is the second step that writes, and each part has one
      --> r.yaml:25:13
       |
    25 |           - post: /orders/${order}/lines
       |             ^^^^
       |
       = help: name the writes as parts, each with its own lookup: `parts: { draft: { steps: … }, confirm: { steps: … } }`; a call that writes nothing says `effect: read`
    "#);
}

/// Of several lines a name would hold several values.
#[test]
fn what_a_line_captures_is_known_to_that_line_alone() {
    let parts = |use_of: &str| {
        let lines = LINES
            .replace("- get: /orders/${number}\n        capture: { order: $.id }", "- get: /orders/${number}")
            .replace("${order}", "1");
        let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
        orders(&format!(
            "    parts:\n      positions:\n        steps:\n{lines}      confirm:\n        steps:\n          - post: /confirm/{use_of}\n"
        ))
    };
    good(&parts("${number}"));
    assert_snapshot!(bad(&parts("${line_id}")), @r#"
    error: unknown name `line_id`
      --> r.yaml:30:30
       |
    30 |           - post: /confirm/${line_id}
       |                              ^^^^^^^
       |
       = help: known names are `number`, `tags`, `today`, `lines`, `occurrence`, `idempotency_key`
    "#);
}

#[test]
fn a_for_each_of_calls_takes_its_own_keys() {
    assert_snapshot!(bad(&steps("      - for_each: lines\n        as: line\n        by: position\n        within: x\n        expect: 200\n        steps:\n          - post: /a\n            body: x\n")), @r#"
    error: `within` does not go with `for_each`
      --> r.yaml:17:9
       |
    17 |         within: x
       |         ^^^^^^
       |
       = help: `for_each` takes: as, number, by, steps, when

    error: `expect` does not go with `for_each`
      --> r.yaml:18:9
       |
    18 |         expect: 200
       |         ^^^^^^
       |
       = help: `for_each` takes: as, number, by, steps, when
    "#);
    assert_snapshot!(bad(&steps("      - for_each: lines\n        post: /a\n        as: line\n        steps: [{ get: /a, capture: { a: $.a } }]\n      - post: /b\n        by: x\n")), @r#"
    error: two verbs stand in one step, `for_each` and `post`
      --> r.yaml:15:9
       |
    15 |         post: /a
       |         ^^^^
       |
       = help: what is repeated stands in its `steps:`

    error: `by` goes with `for_each`, which is missing
      --> r.yaml:19:9
       |
    19 |         by: x
       |         ^^
       |
       = help: add `for_each: lines` to the step
    "#);
}

#[test]
fn a_browser_opens_the_page_for_each_line() {
    let text = steps(
        "      - for_each: lines\n        as: line\n        by: position\n        steps:\n          - fill: { Artikel: \"${line.article}\" }\n          - submit: Speichern\n          - expect: gespeichert\n",
    );
    let text = text.replace("http: { url", "browser: { stay: true, url");
    assert_snapshot!(bad(&text), @r#"
    error: a part that repeats its write does not begin with `open`
      --> r.yaml:18:13
       |
    18 |           - fill: { Artikel: "${line.article}" }
       |             ^^^^
       |
       = help: begin with the page that takes the lines, such as `- open: "/orders/${number}"`; it is opened anew for each line
    "#);
    good(&text.replace("          - fill", "          - open: /lines\n          - fill"));
}

#[test]
fn the_recipe_of_the_page_about_lines_is_good() {
    let page = include_str!("../../../recipes/LINES.md");
    let recipe = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows a recipe");
    let parts: Vec<bool> = good(recipe).targets[0].parts.iter().map(|part| part.repeat.is_some()).collect();
    assert_eq!(parts, [false, true]);
}

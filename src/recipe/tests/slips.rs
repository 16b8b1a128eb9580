//! The usual slips of YAML, each with a message that says how to write it.

use insta::assert_snapshot;

use super::{bad, bad_small};

#[test]
fn templates_in_braces_need_quotes() {
    assert_snapshot!(bad_small("number: \"${number}\"", "number: ${number}"), @r#"
    error: `${…}` inside of `{ }` or `[ ]` needs quotes
      --> r.yaml:12:25
       |
    12 |         json: { number: ${number}, net: "${net}" }
       |                         ^^^^^^^^^
       |
       = help: write "${number}"
    "#);
    assert_snapshot!(bad_small("post: /api/invoices\n", "post: /api/invoices\n        capture: { id: $.items[0].id }\n"), @r#"
    error: brackets inside of `{ }` or `[ ]` need quotes
      --> r.yaml:12:24
       |
    12 |         capture: { id: $.items[0].id }
       |                        ^^^^^^^^^^^^^
       |
       = help: write "$.items[0].id"
    "#);
}

#[test]
fn a_colon_with_a_blank_ends_a_text() {
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: ${net > 0 ? \"x\" : \"y\"}"), @r#"
    error: `: ` inside of `${…}` ends the text for YAML
     --> r.yaml:7:33
      |
    7 | needs_approval: ${net > 0 ? "x" : "y"}
      |                                 ^
      |
      = help: put the whole value in quotes, for example '${a ? "x" : "y"}', or write it below `>-`
    "#);
    assert_snapshot!(bad_small("key: number", "key: number\nchecks:\n  - check: number == \"a: b\""), @r#"
    error: `: ` inside of a text makes YAML see another key
     --> r.yaml:8:24
      |
    8 |   - check: number == "a: b"
      |                        ^
      |
      = help: put the whole value in quotes: 'number == "a: b"'; or is the line indented too far?
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "\n    column: USt: 19%"), @r#"
    error: `: ` inside of a text makes YAML see another key
     --> r.yaml:5:16
      |
    5 |     column: USt: 19%
      |                ^
      |
      = help: put the whole value in quotes: 'USt: 19%'; or is the line indented too far?
    "#);
}

#[test]
fn a_comma_in_braces_ends_a_value() {
    assert_snapshot!(bad_small("type: decimal }", "type: decimal, minimum: 1,5 }"), @r#"
    error: a comma ends a value inside of `{ }`
     --> r.yaml:5:50
      |
    5 |   net: { column: Netto, type: decimal, minimum: 1,5 }
      |                                                  ^
      |
      = help: put the whole value in quotes: "1,5"
    "#);
}

#[test]
fn a_text_after_quotes() {
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: \"EUR\" == number"), @r#"
    error: more text follows after the closing quote
     --> r.yaml:7:23
      |
    7 | needs_approval: "EUR" == number
      |                       ^
      |
      = help: put the whole value in quotes: '"EUR" == number'
    "#);
}

#[test]
fn first_characters_with_a_meaning() {
    assert_snapshot!(bad_small("column: Nr", "column: *Name"), @r#"
    error: `*Name` is read as a reference to an anchor, and there is none of that name
     --> r.yaml:4:21
      |
    4 |   number: { column: *Name }
      |                     ^
      |
      = help: a text that begins with `*` needs quotes: "*Name"
    "#);
    assert_snapshot!(bad_small("column: Nr", "column: @x"), @r#"
    error: a text may not begin with `@` unless it is quoted
     --> r.yaml:4:21
      |
    4 |   number: { column: @x }
      |                     ^
      |
      = help: put the whole value in quotes: "@x"
    "#);
    assert_snapshot!(bad_small("column: Nr", "column: %x"), @r#"
    error: a text may not begin with `%` unless it is quoted
     --> r.yaml:4:21
      |
    4 |   number: { column: %x }
      |                     ^
      |
      = help: put the whole value in quotes: "%x"
    "#);
    assert_snapshot!(bad_small("column: Nr", "column: `x`"), @r#"
    error: a text may not begin with a grave accent unless it is quoted
     --> r.yaml:4:21
      |
    4 |   number: { column: `x` }
      |                     ^
      |
      = help: put the whole value in quotes: "`x`"
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "\n    column: #id"), @r##"
    error: ` #` begins a comment and cuts the text off
     --> r.yaml:5:13
      |
    5 |     column: #id
      |             ^^^ this is not part of the value
      |
      = help: if it belongs to the text, put the whole value in quotes: "#id"; if it is a comment, put a blank after `#`
    "##);
    assert_snapshot!(bad_small("column: Nr", "column: !important"), @r#"
    error: `!important` is read as a tag of YAML
     --> r.yaml:4:21
      |
    4 |   number: { column: !important }
      |                     ^^^^^^^^^^
      |
      = help: a text that begins with `!` needs quotes: "!important"
    "#);
}

#[test]
fn brackets_quotes_tabs_and_lists() {
    assert_snapshot!(bad("fields:\n\tnumber: { column: Nr }\n"), @r#"
    error: a tab stands where only blanks may indent
     --> r.yaml:2:2
      |
    2 |     number: { column: Nr }
      |     ^
      |
      = help: indent with blanks; two a level are usual
    "#);
    assert_snapshot!(bad("fields:\n  number: { column: Nr\n  net: { column: Netto }\n"), @r#"
    error: expected `,` or the closing bracket
     --> r.yaml:3:6
      |
    3 |   net: { column: Netto }
      |      ^
      |
      = help: is a `}` or `]` missing on the line before, or a comma, or do values need quotes?
    "#);
    assert_snapshot!(bad("key: [number, net\n"), @r#"
    error: this bracket is never closed
     --> r.yaml:1:6
      |
    1 | key: [number, net
      |      ^
      |
      = help: close it; a text that begins with a bracket needs quotes
    "#);
    assert_snapshot!(bad("about: 'it is\n"), @r#"
    error: this quote is never closed
     --> r.yaml:1:8
      |
    1 | about: 'it is
      |        ^
      |
      = help: close it; inside single quotes a quote is written twice: 'it''s'
    "#);
    assert_snapshot!(bad("key: - number\n"), @r#"
    error: a list cannot begin on the line of its key
     --> r.yaml:1:6
      |
    1 | key: - number
      |      ^
      |
      = help: begin each `- ` on a line of its own, below the key
    "#);
}

#[test]
fn what_yaml_can_do_and_a_recipe_cannot() {
    assert_snapshot!(bad_small("key: number", "key: number\nkey: net"), @r#"
    error: the key `key` stands here twice
     --> r.yaml:7:1
      |
    7 | key: net
      | ^^^
      |
      = help: a key may stand in a map once; take one out, or give it another name
    "#);
    assert_snapshot!(bad_small("number: \"${number}\", net", "net: a, net"), @r#"
    error: the key `net` stands here twice
      --> r.yaml:12:25
       |
    12 |         json: { net: a, net: "${net}" }
       |                         ^^^
       |
       = help: a key may stand in a map once; take one out, or give it another name
    "#);
    assert_snapshot!(bad_small("key: number", "<<: { key: number }"), @r#"
    error: `<<` is not part of a recipe
     --> r.yaml:6:1
      |
    6 | <<: { key: number }
      | ^^
      |
      = help: write the keys out, or repeat a whole value with an anchor `&name` and `*name`
    "#);
    assert_snapshot!(bad_small("key: number", "---\nkey: number"), @r#"
    error: a second document begins here
     --> r.yaml:7:1
      |
    7 | key: number
      | ^
      |
      = help: a file holds one recipe; take out the line `---`
    "#);
    assert_snapshot!(bad(""), @r#"
    error: the file is empty
     --> r.yaml:1:1
      |
    1 |
      | ^
      |
      = help: `eintrag init` writes a first recipe
    "#);
    assert_snapshot!(bad("- a\n- b\n"), @r#"
    error: expected a map of keys and values, found a list
     --> r.yaml:1:1
      |
    1 | - a
      | ^
      |
      = help: the keys here are: recipe, about, ledger, source, fields, records, checks, control, key, on_change, needs_approval, send, targets, retry, settle, stop_after
    "#);
    assert_snapshot!(bad(&format!("about: {}x{}", "[".repeat(70), "]".repeat(70))), @r#"
    error: the recipe is nested too deeply
     --> r.yaml:1:71
      |
    1 | about: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]...
      |                                                                       ^
      |
      = help: the limit is 64 levels
    "#);
}

#[test]
fn anchors_that_repeat_without_end_are_refused() {
    let mut text = "about: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("k{level}: &a{level} [{before}]\n"));
    }
    let problems = bad(&text);
    assert!(problems.contains("anchors and aliases repeat too much") || problems.contains("too large"), "{problems}");
}

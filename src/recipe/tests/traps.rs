//! Each trap of YAML (and of its library) by which a recipe could silently mean something else than it says.

use insta::assert_snapshot;

use super::{bad, bad_small, call, calls, good, small};
use crate::recipe::model::{Body, Finder, JsonBody, SheetChoice, SourceKind};

/// The JSON body of the small recipe's write, as compact text in which texts are quoted.
fn json_of(body: &str) -> String {
    let recipe = good(&small("json: { number: \"${number}\", net: \"${net}\" }", &format!("json:\n{body}")));
    let Some(Body::Json(body)) = &call(&calls(&recipe, 0, 0).steps.submit).body else { panic!("no JSON body") };
    plain(body)
}

fn plain(body: &JsonBody) -> String {
    match body {
        JsonBody::Null => "null".to_owned(),
        JsonBody::Bool(value) => value.to_string(),
        JsonBody::Number(digits) => digits.clone(),
        JsonBody::Text(text) => format!("{:?}", text.source()),
        JsonBody::List(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(",")),
        JsonBody::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}:{}", plain(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        JsonBody::Each(each) => format!("each {} as {}: {}", each.list.source(), each.variable, plain(&each.item)),
    }
}

#[test]
fn plain_scalars_stay_text_where_text_is_meant() {
    for written in
        ["00123", "007", "no", "NO", "1.10", "0x1F", "1_000", "2024", "true", "1e3", "12:30", "2026-01-31", ".5"]
    {
        let recipe = good(&small(
            "{ column: Nr }",
            &format!("{{ column: {written}, default: {written}, one_of: [{written}, x] }}"),
        ));
        let field = &recipe.fields[0];
        let Finder::Column(columns) = &field.finder else { panic!("not a column") };
        assert_eq!(columns[0].value, written);
        assert_eq!(field.default.as_deref(), Some(written));
        let one_of = field.constraints.one_of.as_ref().expect("there are values");
        assert_eq!(one_of[0].to_string(), written);
    }
}

#[test]
fn column_takes_one_name_or_several_with_their_places() {
    let text = small("{ column: Nr }", "{ column: [1.10, Nr] }");
    let recipe = good(&text);
    let Finder::Column(columns) = &recipe.fields[0].finder else { panic!("not a column") };
    assert_eq!(columns.iter().map(|column| &text[column.span.clone()]).collect::<Vec<_>>(), ["1.10", "Nr"]);
}

#[test]
fn json_numbers_keep_their_digits_and_all_else_is_text() {
    assert_eq!(
        json_of(
            "          a: [1.10, 12345678901234567890123.10, -0.50, 0, 007, 1e3, 0x1F, 1_000, 12:30, no, True, .5, 5.]"
        ),
        r#"{a:[1.10,12345678901234567890123.10,-0.50,0,"007","1e3","0x1F","1_000","12:30","no","True",".5","5."]}"#
    );
    assert_eq!(
        json_of("          a: [true, false, null, ~, 'true', \"1.10\", 'null', !!str 5]"),
        r#"{a:[true,false,null,null,"true","1.10","null","5"]}"#
    );
    assert_eq!(json_of("          $type: x\n          \"@id\": y"), r#"{$type:"x",@id:"y"}"#);
    assert_eq!(json_of("          b: 1\n          a:\n          c: x"), "{b:1,a:null,c:\"x\"}");
}

#[test]
fn a_sheet_named_like_a_number_is_a_name() {
    let excel =
        |keys: &str| good(&small("csv: { file: in.csv }", &format!("excel: {{ file: in.xlsx, {keys} }}"))).source.kind;
    let SourceKind::Excel(source) = excel("sheet: 2024") else { panic!("not excel") };
    assert!(matches!(source.sheet, SheetChoice::Name(name) if name.value == "2024"));
    let SourceKind::Excel(source) = excel("sheet_index: 2") else { panic!("not excel") };
    assert!(matches!(source.sheet, SheetChoice::Index(2)));
}

#[test]
fn a_key_with_nothing_behind_it_is_not_an_absent_key() {
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval:"), @r#"
    error: expected a text, found nothing
     --> r.yaml:7:1
      |
    7 | needs_approval:
      | ^^^^^^^^^^^^^^
      |
      = help: write a value, or leave the key out
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, default: null }"), @r#"
    error: expected a text, found nothing
     --> r.yaml:4:25
      |
    4 |   number: { column: Nr, default: null }
      |                         ^^^^^^^
      |
      = help: write a value, or leave the key out
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: ~ }"), @r#"
    error: expected a text, found nothing
     --> r.yaml:4:13
      |
    4 |   number: { column: ~ }
      |             ^^^^^^
      |
      = help: write a value, or leave the key out
    "#);
}

#[test]
fn a_comment_that_cuts_a_text() {
    assert_snapshot!(bad_small("key: number", "key: number\nabout: Rechnung #1"), @r#"
    error: ` #` begins a comment and cuts the text off
     --> r.yaml:7:17
      |
    7 | about: Rechnung #1
      |                 ^^ this is not part of the value
      |
      = help: if it belongs to the text, put the whole value in quotes: "Rechnung #1"; if it is a comment, put a blank after `#`
    "#);
    assert_snapshot!(bad_small("number: \"${number}\", net: \"${net}\" }", "number: x }\n        body: ${net} #${number}"), @r#"
    error: ` #` begins a comment and cuts the text off
      --> r.yaml:13:22
       |
    13 |         body: ${net} #${number}
       |                      ^^^^^^^^^^ this is not part of the value
       |
       = help: if it belongs to the text, put the whole value in quotes: "${net} #${number}"; if it is a comment, put a blank after `#`
    "#);
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: #net"), @r##"
    error: ` #` begins a comment and cuts the text off
     --> r.yaml:7:17
      |
    7 | needs_approval: #net
      |                 ^^^^ this is not part of the value
      |
      = help: if it belongs to the text, put the whole value in quotes: "#net"; if it is a comment, put a blank after `#`
    "##);
    assert_snapshot!(bad_small("json: { number: \"${number}\", net: \"${net}\" }", "json:\n          - #5\n          - b"), @r##"
    error: ` #` begins a comment and cuts the text off
      --> r.yaml:13:13
       |
    13 |           - #5
       |             ^^ this is not part of the value
       |
       = help: if it belongs to the text, put the whole value in quotes: "#5"; if it is a comment, put a blank after `#`
    "##);
    // A sign with a blank behind it is a comment, and one inside of a word or of quotes is text.
    let recipe = good(&small("key: number", "key: number\nabout: Rechnung # 1"));
    assert_eq!(recipe.about.as_deref(), Some("Rechnung"));
    let recipe = good(&small("key: number", "key: number\nabout: \"Rechnung #1\"  # really"));
    assert_eq!(recipe.about.as_deref(), Some("Rechnung #1"));
    let recipe = good(&small("key: number", "key: number\nabout: a#1"));
    assert_eq!(recipe.about.as_deref(), Some("a#1"));
}

#[test]
fn typos_below_a_choice_of_shapes_are_found() {
    assert_snapshot!(bad_small("post: /api/invoices\n", "post: /api/invoices\n        qurey: { a: b }\n"), @r#"
    error: unknown key `qurey`
      --> r.yaml:12:9
       |
    12 |         qurey: { a: b }
       |         ^^^^^
       |
       = help: did you mean `query`?
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, map: { fiel: a.csv } }"), @r#"
    error: unknown key `fiel`
     --> r.yaml:4:32
      |
    4 |   number: { column: Nr, map: { fiel: a.csv } }
      |                                ^^^^
      |
      = help: did you mean `file`?
    "#);
}

#[test]
fn a_missing_key_is_said_of_its_parent() {
    assert_snapshot!(bad_small("http: { url: https://erp.example }", "http: { rate: 5/s, timeout: 3s }"), @r#"
    error: `url` is missing
     --> r.yaml:9:5
      |
    9 |     http: { rate: 5/s, timeout: 3s }
      |     ^^^^ here
      |
      = help: say where the system is: `http: { url: "${env.ERP_URL}" }`
    "#);
}

#[test]
fn all_that_has_the_wrong_shape_is_reported_at_once() {
    assert_snapshot!(bad(r#"recipe: small
source: { csv: { fiel: in.csv }, locale: dee }
fields:
  number: { colum: Nr, required: yes }
  net: { column: { a: b }, type: decimall, decimals: two }
key: { a: b }
retry: 3
targets: [erp]
"#), @r#"
    error: unknown key `fiel`
     --> r.yaml:2:18
      |
    2 | source: { csv: { fiel: in.csv }, locale: dee }
      |                  ^^^^
      |
      = help: did you mean `file`?

    error: unknown value `dee`
     --> r.yaml:2:42
      |
    2 | source: { csv: { fiel: in.csv }, locale: dee }
      |                                          ^^^
      |
      = help: did you mean `de`?

    error: unknown key `colum`
     --> r.yaml:4:13
      |
    4 |   number: { colum: Nr, required: yes }
      |             ^^^^^
      |
      = help: did you mean `column`?

    error: expected `true` or `false`, found `yes`
     --> r.yaml:4:34
      |
    4 |   number: { colum: Nr, required: yes }
      |                                  ^^^
      |
      = help: write `true`, without quotes

    error: expected a text, found a map
     --> r.yaml:5:10
      |
    5 |   net: { column: { a: b }, type: decimall, decimals: two }
      |          ^^^^^^

    error: unknown value `decimall`
     --> r.yaml:5:34
      |
    5 |   net: { column: { a: b }, type: decimall, decimals: two }
      |                                  ^^^^^^^^
      |
      = help: did you mean `decimal`?

    error: expected a whole number, found `two`
     --> r.yaml:5:54
      |
    5 |   net: { column: { a: b }, type: decimall, decimals: two }
      |                                                      ^^^

    error: expected a text, found a map
     --> r.yaml:6:1
      |
    6 | key: { a: b }
      | ^^^

    error: expected a map of keys and values, found `3`
     --> r.yaml:7:8
      |
    7 | retry: 3
      |        ^
      |
      = help: the keys here are: attempts, wait, max_wait

    error: expected a map of keys and values, found a list
     --> r.yaml:8:1
      |
    8 | targets: [erp]
      | ^^^^^^^
    "#);
}

#[test]
fn places_are_exact_in_characters_and_through_anchors() {
    let text = small("{ column: Nr }", "&f { column: Größe, default: nö }")
        .replace("net: { column: Netto, type: decimal }", "net: *f");
    let recipe = good(&text.replace("net: \"${net}\"", "x: y"));
    let Finder::Column(columns) = &recipe.fields[1].finder else { panic!("not a column") };
    assert_eq!(&text[columns[0].span.clone()], "Größe");
    let text = small("{ column: Nr }", "{ column: Größe, minimum: 5 }");
    assert!(bad(&text).contains("r.yaml:4:28"), "{}", bad(&text));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let recipe = good(&format!("\u{feff}{}", small("", "").replace('\n', "\r\n")));
    assert_eq!(recipe.fields.len(), 2);
    let problems = bad(&format!("\u{feff}{}", small("column: Nr", "colum: Nr").replace('\n', "\r\n")));
    assert!(problems.contains("r.yaml:4:13"), "{problems}");
}

#[test]
fn keys_stand_in_any_order_and_stay_in_the_order_written() {
    let recipe = good(&small(
        "post: /api/invoices\n",
        "query: { z: 1, a: 2 }\n        when: net > 0\n        post: /api/invoices\n",
    ));
    let step = call(&calls(&recipe, 0, 0).steps.submit);
    assert_eq!(step.query.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["z", "a"]);
    assert!(step.when.is_some());
}

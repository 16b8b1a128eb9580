//! What the cross-checks find in the recipe itself: source, fields, grouping, checks, control totals, key.

use insta::assert_snapshot;

use super::{SMALL, bad, bad_small, good, small};
use crate::recipe::model::{Expected, Finder, HiddenRows, KeyField, SourceKind, Total, Transform};
use crate::record::Value;

#[test]
fn all_problems_are_reported_at_once() {
    assert_snapshot!(bad(r#"recipe: ""
source: { csv: { file: a.csv }, excel: { file: b.xlsx }, email: { folder: x } }
fields:
  number: { column: Nr, cell: B3 }
  net: { type: decimal, pattern: '\d+', minimum: '1,5' }
  vat: { column: USt, type: text, decimals: 2 }
checks:
  - check: nett + vat == 3
key: [nummer, net, net]
on_change: update
settle: 60
"#), @r#"
    error: `targets` is missing
     --> r.yaml:1:1
      |
    1 | recipe: ""
      | ^^^^^^ here
      |
      = help: name the system that records are entered into: `targets: { erp: { http: …, steps: … } }`

    error: `recipe` is empty
     --> r.yaml:1:9
      |
    1 | recipe: ""
      |         ^^

    error: `locale` is missing
     --> r.yaml:2:1
      |
    2 | source: { csv: { file: a.csv }, excel: { file: b.xlsx }, email: { folder: x } }
      | ^^^^^^ here
      |
      = help: say how numbers and dates are written: `locale: de` (or de-AT, de-CH, en-GB, en-US, iso); it is never taken from the computer

    error: two sources stand here, `csv` and `excel`
     --> r.yaml:2:33
      |
    2 | source: { csv: { file: a.csv }, excel: { file: b.xlsx }, email: { folder: x } }
      |                                 ^^^^^
      |
      = help: a recipe has one source; write a recipe for each, and let them share a `ledger:`

    error: the field `number` has two places, `column` and `cell`
     --> r.yaml:4:25
      |
    4 |   number: { column: Nr, cell: B3 }
      |                         ^^^^
      |
      = help: a field has one; several names of a column are a list: `column: [Lieferant, Kreditor]`

    error: `column` is missing
     --> r.yaml:5:3
      |
    5 |   net: { type: decimal, pattern: '\d+', minimum: '1,5' }
      |   ^^^ here
      |
      = help: say where the value stands: `column:`, `cell:`, `right_of:`, `below:`, or `value:` for a computed one

    error: `pattern` does not go with the type `decimal`
     --> r.yaml:5:25
      |
    5 |   net: { type: decimal, pattern: '\d+', minimum: '1,5' }
      |                         ^^^^^^^
      |
      = help: it is for texts; a number that is an identifier has the type `code`

    error: `1,5` is not a value of the type `decimal`
     --> r.yaml:5:50
      |
    5 |   net: { type: decimal, pattern: '\d+', minimum: '1,5' }
      |                                                  ^^^^^
      |
      = help: write it as `1234.56`: digits with a point, whatever the locale

    error: `decimals` does not go with the type `text`
     --> r.yaml:6:35
      |
    6 |   vat: { column: USt, type: text, decimals: 2 }
      |                                   ^^^^^^^^
      |
      = help: it is for decimal and money

    error: unknown name `nett`
     --> r.yaml:8:12
      |
    8 |   - check: nett + vat == 3
      |            ^^^^
      |
      = help: did you mean `net`?

    error: the key names `nummer`, which is no field
     --> r.yaml:9:7
      |
    9 | key: [nummer, net, net]
      |       ^^^^^^
      |
      = help: did you mean `number`?

    error: `net` stands in the key twice
     --> r.yaml:9:20
      |
    9 | key: [nummer, net, net]
      |                    ^^^

    error: `60` is not a length of time
      --> r.yaml:11:9
       |
    11 | settle: 60
       |         ^^
       |
       = help: write a whole number and a unit: `500ms`, `2s`, `5m`, `24h` or `1d`
    "#);
}

#[test]
fn what_a_recipe_must_have() {
    assert_snapshot!(bad("about: nothing else\n"), @r#"
    error: `recipe` is missing
     --> r.yaml:1:1
      |
    1 | about: nothing else
      | ^^^^^ here
      |
      = help: give the recipe a name: `recipe: supplier-invoices`

    error: `source` is missing
     --> r.yaml:1:1
      |
    1 | about: nothing else
      | ^^^^^ here
      |
      = help: say where rows come from: `source: { csv: { file: … }, locale: de }`

    error: `fields` is missing
     --> r.yaml:1:1
      |
    1 | about: nothing else
      | ^^^^^ here
      |
      = help: name the fields of a record: `fields: { number: { column: Belegnummer } }`

    error: `key` is missing
     --> r.yaml:1:1
      |
    1 | about: nothing else
      | ^^^^^ here
      |
      = help: name the fields that make two records the same: `key: [supplier, number]`; by it nothing is entered twice

    error: `targets` is missing
     --> r.yaml:1:1
      |
    1 | about: nothing else
      | ^^^^^ here
      |
      = help: name the system that records are entered into: `targets: { erp: { http: …, steps: … } }`
    "#);
}

#[test]
fn sources() {
    assert_snapshot!(bad_small("csv: { file: in.csv }, locale: de", "csv: { file: in.csv, delimiter: ab, encoding: utf-9, header_row: 0 }, locale: de, zone: Europe/Wein"), @r#"
    error: `ab` cannot be the delimiter
     --> r.yaml:2:43
      |
    2 | source: { csv: { file: in.csv, delimiter: ab, encoding: utf-9, header_row: 0 }, locale: de, zone: Europe/Wein }
      |                                           ^^
      |
      = help: write one character such as `";"`, or `tab`

    error: `utf-9` is not a character encoding
     --> r.yaml:2:57
      |
    2 | source: { csv: { file: in.csv, delimiter: ab, encoding: utf-9, header_row: 0 }, locale: de, zone: Europe/Wein }
      |                                                         ^^^^^
      |
      = help: write `utf-8`, `windows-1252`, `iso-8859-15`, `utf-16le` or another WHATWG label

    error: `0` is not a row
     --> r.yaml:2:76
      |
    2 | source: { csv: { file: in.csv, delimiter: ab, encoding: utf-9, header_row: 0 }, locale: de, zone: Europe/Wein }
      |                                                                            ^
      |
      = help: write the header's row, counted from 1, or `none`

    error: `Europe/Wein` is not a time zone
     --> r.yaml:2:99
      |
    2 | source: { csv: { file: in.csv, delimiter: ab, encoding: utf-9, header_row: 0 }, locale: de, zone: Europe/Wein }
      |                                                                                                   ^^^^^^^^^^^
      |
      = help: write a name of the IANA database, such as `Europe/Vienna`
    "#);
    assert_snapshot!(bad_small("csv: { file: in.csv }", "excel: { file: in.xlsx, sheet: a, sheet_index: 1, range: B3 }"), @r#"
    error: `sheet` and `sheet_index` exclude each other
     --> r.yaml:2:45
      |
    2 | source: { excel: { file: in.xlsx, sheet: a, sheet_index: 1, range: B3 }, locale: de }
      |                                             ^^^^^^^^^^^
      |
      = help: keep the one that is meant

    error: `B3` is not a range of cells
     --> r.yaml:2:68
      |
    2 | source: { excel: { file: in.xlsx, sheet: a, sheet_index: 1, range: B3 }, locale: de }
      |                                                                    ^^
      |
      = help: write its corners: `B3:F200`
    "#);
    let recipe = good(&small(
        "csv: { file: in.csv }, locale: de",
        "csv: { file: [a.csv, b.csv], delimiter: tab, encoding: windows-1252, header_row: none }, locale: de-AT",
    ));
    let SourceKind::Csv(csv) = &recipe.source.kind else { panic!("not CSV") };
    assert_eq!((csv.delimiter, csv.files.len(), recipe.source.zone.as_str()), (Some(b'\t'), 2, "Europe/Vienna"));
}

#[test]
fn fields_have_one_place() {
    assert_snapshot!(bad_small("{ column: Nr }", "{ path: a/b }"), @r#"
    error: `path` does not go with the source `csv`
     --> r.yaml:4:13
      |
    4 |   number: { path: a/b }
      |             ^^^^
      |
      = help: values stand there by `column:`, `cell:`, `right_of:`, `below:`
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ header: X-Order }"), @r#"
    error: `header` does not go with the source `csv`
     --> r.yaml:4:13
      |
    4 |   number: { header: X-Order }
      |             ^^^^^^
      |
      = help: values stand there by `column:`, `cell:`, `right_of:`, `below:`
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ required: true }"), @r#"
    error: `column` is missing
     --> r.yaml:4:3
      |
    4 |   number: { required: true }
      |   ^^^^^^ here
      |
      = help: say where the value stands: `column:`, `cell:`, `right_of:`, `below:`, or `value:` for a computed one
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ cell: 3B }"), @r#"
    error: `3B` is not a cell
     --> r.yaml:4:19
      |
    4 |   number: { cell: 3B }
      |                   ^^
      |
      = help: write column and row: `B3`
    "#);
    let recipe = good(&small("{ column: Nr }", "{ cell: AB12 }"));
    assert!(matches!(recipe.fields[0].finder, Finder::Cell { row: 11, column: 27 }));
}

#[test]
fn names_that_mean_something_else() {
    assert_snapshot!(bad_small("  net: {", "  today: { column: a }\n  2net: { column: b }\n  rg-nr: { column: c }\n  net: {"), @r#"
    error: `today` has a meaning of its own and cannot be the name of a field
     --> r.yaml:5:3
      |
    5 |   today: { column: a }
      |   ^^^^^
      |
      = help: choose another name

    error: `2net` cannot be the name of a field
     --> r.yaml:6:3
      |
    6 |   2net: { column: b }
      |   ^^^^
      |
      = help: a name has letters, digits and `_`, and begins with a letter

    error: `rg-nr` cannot be the name of a field
     --> r.yaml:7:3
      |
    7 |   rg-nr: { column: c }
      |   ^^^^^
      |
      = help: a name has letters, digits and `_`, and begins with a letter
    "#);
}

#[test]
fn constraints_go_with_types() {
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, minimum: 5, currency: EUR, separator: x, format: dd.MM. }"), @r#"
    error: `minimum` does not go with the type `text`
     --> r.yaml:4:25
      |
    4 |   number: { column: Nr, minimum: 5, currency: EUR, separator: x, format: dd.MM. }
      |                         ^^^^^^^
      |
      = help: it is for numbers, money, dates and times; for the length of a text there is `min_length`

    error: `currency` does not go with the type `text`
     --> r.yaml:4:37
      |
    4 |   number: { column: Nr, minimum: 5, currency: EUR, separator: x, format: dd.MM. }
      |                                     ^^^^^^^^
      |
      = help: it is for money

    error: `separator` does not go with the type `text`
     --> r.yaml:4:52
      |
    4 |   number: { column: Nr, minimum: 5, currency: EUR, separator: x, format: dd.MM. }
      |                                                    ^^^^^^^^^
      |
      = help: it is for lists

    error: `format` does not go with the type `text`
     --> r.yaml:4:66
      |
    4 |   number: { column: Nr, minimum: 5, currency: EUR, separator: x, format: dd.MM. }
      |                                                                  ^^^^^^
      |
      = help: it is for date, time and datetime
    "#);
    assert_snapshot!(bad_small("type: decimal }", "type: decimal, pattern: x, min_length: 3, minimum: 5, maximum: 3 }"), @r#"
    error: `pattern` does not go with the type `decimal`
     --> r.yaml:5:40
      |
    5 |   net: { column: Netto, type: decimal, pattern: x, min_length: 3, minimum: 5, maximum: 3 }
      |                                        ^^^^^^^
      |
      = help: it is for texts; a number that is an identifier has the type `code`

    error: `min_length` does not go with the type `decimal`
     --> r.yaml:5:52
      |
    5 |   net: { column: Netto, type: decimal, pattern: x, min_length: 3, minimum: 5, maximum: 3 }
      |                                                    ^^^^^^^^^^
      |
      = help: it is for texts; for the size of a number there is `minimum`

    error: the maximum is less than the minimum, so no value is right
     --> r.yaml:5:88
      |
    5 |   net: { column: Netto, type: decimal, pattern: x, min_length: 3, minimum: 5, maximum: 3 }
      |                                                                                        ^
    "#);
    assert_snapshot!(bad_small("type: decimal }", "type: date, minimum: 31.12.2026, default: morgen, one_of: [2026-02-31] }"), @r#"
    error: `31.12.2026` is not a value of the type `date`
     --> r.yaml:5:46
      |
    5 |   net: { column: Netto, type: date, minimum: 31.12.2026, default: morgen, one_of: [2026-02-31] }
      |                                              ^^^^^^^^^^
      |
      = help: write a date that exists as `2026-12-31`, whatever the locale

    error: the default `morgen` is not of the type `date`
     --> r.yaml:5:67
      |
    5 |   net: { column: Netto, type: date, minimum: 31.12.2026, default: morgen, one_of: [2026-02-31] }
      |                                                                   ^^^^^^
      |
      = help: write it as the source would write it

    error: `2026-02-31` is not a value of the type `date`
     --> r.yaml:5:84
      |
    5 |   net: { column: Netto, type: date, minimum: 31.12.2026, default: morgen, one_of: [2026-02-31] }
      |                                                                                    ^^^^^^^^^^
      |
      = help: write a date that exists as `2026-12-31`, whatever the locale
    "#);
    assert_snapshot!(bad_small("type: decimal }", "type: integer, minimum: 1.5, one_of: [] }"), @r#"
    error: `1.5` is not a value of the type `integer`
     --> r.yaml:5:49
      |
    5 |   net: { column: Netto, type: integer, minimum: 1.5, one_of: [] }
      |                                                 ^^^
      |
      = help: the field is an integer; write a whole number

    error: the list of allowed values is empty, so no value is right
     --> r.yaml:5:54
      |
    5 |   net: { column: Netto, type: integer, minimum: 1.5, one_of: [] }
      |                                                      ^^^^^^
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, one_of: [EUR, CHF], default: USD, pattern: 'a(b' }"), @r#"
    error: the default `USD` is not among the values of `one_of`
     --> r.yaml:4:54
      |
    4 |   number: { column: Nr, one_of: [EUR, CHF], default: USD, pattern: 'a(b' }
      |                                                      ^^^

    error: `a(b` is not a regular expression: unclosed group
     --> r.yaml:4:68
      |
    4 |   number: { column: Nr, one_of: [EUR, CHF], default: USD, pattern: 'a(b' }
      |                                                                    ^^^^^
      |
      = help: in single quotes backslashes stand for themselves: 'RE-\d{4}'
    "#);
    let recipe = good(&small("type: decimal }", "type: money, currency: EUR, minimum: -0.50, one_of: [1.00 EUR] }"));
    let Some(Value::Money(money)) = &recipe.fields[1].constraints.minimum else { panic!("not money") };
    assert_eq!((money.amount.to_string().as_str(), &*money.currency), ("-0.50", "EUR"));
}

#[test]
fn transforms() {
    let recipe = good(&small(
        "{ column: Nr }",
        "{ column: Nr, transform: [trim, { replace: /, with: '-' }, { extract: 'Nr (\\d+)' }, { pad_left: 8 }, digits] }",
    ));
    assert!(matches!(
        recipe.fields[0].transforms.as_slice(),
        [
            Transform::Trim,
            Transform::Replace { .. },
            Transform::Extract(_),
            Transform::PadLeft { length: 8, with: '0' },
            Transform::Digits
        ]
    ));
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, transform: [uper, extract, { replace: a }, { extract: '\\d+' }, { pad_left: 3, with: ab }] }"), @r#"
    error: unknown transform `uper`
     --> r.yaml:4:37
      |
    4 |   number: { column: Nr, transform: [uper, extract, { replace: a }, { extract: '\d+' }, { pad_left: 3, with: ab }] }
      |                                     ^^^^
      |
      = help: did you mean `upper`?

    error: unknown transform `extract`
     --> r.yaml:4:43
      |
    4 |   number: { column: Nr, transform: [uper, extract, { replace: a }, { extract: '\d+' }, { pad_left: 3, with: ab }] }
      |                                           ^^^^^^^
      |
      = help: `extract` takes a value: `{ extract: … }`

    error: `with` is missing
     --> r.yaml:4:54
      |
    4 |   number: { column: Nr, transform: [uper, extract, { replace: a }, { extract: '\d+' }, { pad_left: 3, with: ab }] }
      |                                                      ^^^^^^^ here
      |
      = help: say what stands in its place: `{ replace: "/", with: "-" }`

    error: the pattern has 0 groups, and needs one
     --> r.yaml:4:79
      |
    4 |   number: { column: Nr, transform: [uper, extract, { replace: a }, { extract: '\d+' }, { pad_left: 3, with: ab }] }
      |                                                                               ^^^^^
      |
      = help: put what is wanted into `( )`; other brackets can be `(?: )`

    error: `ab` is not one character
     --> r.yaml:4:103
      |
    4 |   number: { column: Nr, transform: [uper, extract, { replace: a }, { extract: '\d+' }, { pad_left: 3, with: ab }] }
      |                                                                                                       ^^^^
      |
      = help: write `with: "0"`
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, transform: [{ replace: a, extract: b }, { extract: '\\d+' }] }"), @r#"
    error: a transform does one thing
     --> r.yaml:4:39
      |
    4 |   number: { column: Nr, transform: [{ replace: a, extract: b }, { extract: '\d+' }] }
      |                                       ^^^^^^^
      |
      = help: one entry of the list is one of: replace, extract, remove_prefix, remove_suffix, pad_left

    error: the pattern has 0 groups, and needs one
     --> r.yaml:4:76
      |
    4 |   number: { column: Nr, transform: [{ replace: a, extract: b }, { extract: '\d+' }] }
      |                                                                            ^^^^^
      |
      = help: put what is wanted into `( )`; other brackets can be `(?: )`
    "#);
}

#[test]
fn tables_in_the_recipe_and_beside_it() {
    let recipe = good(&small("{ column: Nr }", "{ column: Nr, map: { table: { 007: James, no: Norway } } }"));
    let table = recipe.fields[0].map.as_ref().expect("there is a table");
    assert_eq!(
        table.entries.iter().map(|(from, to)| format!("{from}={to}")).collect::<Vec<_>>(),
        ["007=James", "no=Norway"]
    );

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.csv"), "\u{feff}Name;Id;Ort\nMüller;7;Wien\nMeier;8;Graz\n").expect("a file");
    let read = |map: &str| {
        crate::recipe::read("r.yaml", &small("{ column: Nr }", &format!("{{ column: Nr, map: {map} }}")), folder.path())
    };
    let recipe = read("{ file: t.csv, from: Ort, to: Id }").expect("it is good");
    assert_eq!(
        recipe.fields[0].map.as_ref().and_then(|table| table.entries.get("Wien")).map(String::as_str),
        Some("7")
    );
    let recipe = read("t.csv").expect("it is good");
    assert_eq!(
        recipe.fields[0].map.as_ref().and_then(|table| table.entries.get("Müller")).map(String::as_str),
        Some("7")
    );
    assert_snapshot!(super::shown(&read("{ file: t.csv, from: Nam }").expect_err("it is bad")), @r#"
    error: the table `t.csv` has no column `Nam`
     --> r.yaml:4:51
      |
    4 |   number: { column: Nr, map: { file: t.csv, from: Nam } }
      |                                                   ^^^
      |
      = help: did you mean `Name`?
    "#);
    std::fs::write(folder.path().join("t.csv"), "a,b\nx,1\nx,2\n").expect("a file");
    assert_snapshot!(super::shown(&read("t.csv").expect_err("it is bad")), @r#"
    error: the table `t.csv` says both `1` and `2` for `x`
     --> r.yaml:4:30
      |
    4 |   number: { column: Nr, map: t.csv }
      |                              ^^^^^
      |
      = help: the second stands in its line 3
    "#);
    assert_snapshot!(bad_small("{ column: Nr }", "{ column: Nr, map: there-is-none.csv }"), @r#"
    error: cannot read the table `there-is-none.csv`: there is no such file
     --> r.yaml:4:30
      |
    4 |   number: { column: Nr, map: there-is-none.csv }
      |                              ^^^^^^^^^^^^^^^^^
      |
      = help: its path is relative to the recipe's folder
    "#);
}

#[test]
fn computed_fields() {
    assert_snapshot!(bad_small("{ column: Nr }", "{ value: \"${net * 2}\" }"), @r#"
    error: the computed value does not have the field's type `text`
     --> r.yaml:4:20
      |
    4 |   number: { value: "${net * 2}" }
      |                    ^^^^^^^^^^^^
      |
      = help: write `type: decimal`, or change the expression
    "#);
    assert_snapshot!(bad_small("  net: {", "  a: { value: \"${b}\" }\n  b: { value: \"${c}x\" }\n  c: { value: \"${a}\" }\n  net: {"), @r#"
    error: the field `a` is computed from itself
     --> r.yaml:5:3
      |
    5 |   a: { value: "${b}" }
      |   ^
      |
      = help: the circle is a → b → c → a
    "#);
    assert_snapshot!(bad_small("  net: {", "  a: { value: \"${upper}\", default: x }\n  b: { value: \"x ${net\" }\n  net: {"), @r#"
    error: unknown name `upper`
     --> r.yaml:5:18
      |
    5 |   a: { value: "${upper}", default: x }
      |                  ^^^^^
      |
      = help: known names are `number`, `a`, `b`, `net`, `today`, `occurrence`

    error: `default` does not go with `value`
     --> r.yaml:5:27
      |
    5 |   a: { value: "${upper}", default: x }
      |                           ^^^^^^^
      |
      = help: a computed value is taken as it is; put the change into the expression

    error: `${` is not closed by `}`
     --> r.yaml:6:18
      |
    6 |   b: { value: "x ${net" }
      |                  ^^
      |
      = help: add the `}`; to write `${` as text, write `$${`
    "#);
}

#[test]
fn expressions_point_into_quoted_and_folded_values() {
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: >-\n  net > 5 and\n  grosss < 3"), @r#"
    error: unknown name `grosss`
     --> r.yaml:9:3
      |
    9 |   grosss < 3
      |   ^^^^^^
      |
      = help: known names are `number`, `net`, `today`, `occurrence`
    "#);
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: 'number == ''a'' and nett > 1'"), @r#"
    error: unknown name `nett`
     --> r.yaml:7:38
      |
    7 | needs_approval: 'number == ''a'' and nett > 1'
      |                                      ^^^^
      |
      = help: did you mean `net`?
    "#);
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: ${net > 5}"), @r#"
    error: an expression stands here without `${` and `}`
     --> r.yaml:7:17
      |
    7 | needs_approval: ${net > 5}
      |                 ^^^^^^^^^^
      |
      = help: write `net > 5`
    "#);
    assert_snapshot!(bad_small("key: number", "key: number\nneeds_approval: net + 5"), @r#"
    error: `net + 5` is neither true nor false
     --> r.yaml:7:17
      |
    7 | needs_approval: net + 5
      |                 ^^^^^^^
      |
      = help: compare it with something, as in `gross > 0`
    "#);
}

#[test]
fn secrets_are_not_stored() {
    assert_snapshot!(bad_small("{ column: Nr }", "{ value: \"x${secrets.TOKEN}\" }"), @r#"
    error: the secret `secrets.TOKEN` cannot be used here: its value would be shown and stored
     --> r.yaml:4:24
      |
    4 |   number: { value: "x${secrets.TOKEN}" }
      |                        ^^^^^^^^^^^^^
      |
      = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in
    "#);
    assert_snapshot!(bad_small("key: number", "key: secrets.A\nchecks:\n  - check: number == secrets.A"), @r#"
    error: the key names `secrets.A`, which is no field
     --> r.yaml:6:6
      |
    6 | key: secrets.A
      |      ^^^^^^^^^
      |
      = help: the fields are: number, net

    error: the secret `secrets.A` cannot be used here: its value would be shown and stored
     --> r.yaml:8:22
      |
    8 |   - check: number == secrets.A
      |                      ^^^^^^^^^
      |
      = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in
    "#);
    assert_snapshot!(bad_small("url: https://erp.example", "url: \"https://${secrets.HOST}/x\""), @r#"
    error: the secret `secrets.HOST` cannot be used here: the URL is stored in the journal and shown
     --> r.yaml:9:29
      |
    9 |     http: { url: "https://${secrets.HOST}/x" }
      |                             ^^^^^^^^^^^^
      |
      = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in
    "#);
}

const GROUPED: &str = "\
fields:
  number: { column: Nr }
  issued: { column: Datum, type: date }
  article: { column: Artikel }
  quantity: { column: Menge, type: integer }
  total: { value: \"${lines.sum(quantity)}\", type: decimal }
records:
  one_per: [number]
  same: [issued]
  lines: [article, quantity]
key: number
";

fn grouped(from: &str, to: &str) -> String {
    assert!(GROUPED.contains(from));
    let text = small(
        "fields:\n  number: { column: Nr }\n  net: { column: Netto, type: decimal }\nkey: number\n",
        &GROUPED.replacen(from, to, 1),
    );
    text.replace("net: \"${net}\"", "lines: { $each: lines, as: line, item: { a: \"${line.article}\" } }")
}

#[test]
fn records_of_several_rows() {
    let recipe =
        good(&grouped("key: number", "checks:\n  - check: quantity > 0\n  - check: lines.count() > 0\nkey: number"));
    let grouping = recipe.grouping.as_ref().expect("there is a grouping");
    assert_eq!((&grouping.one_per[..], &grouping.same[..], &grouping.lines[..]), (&[0][..], &[1][..], &[2, 3][..]));
    assert_eq!(recipe.checks.iter().map(|check| check.per_line).collect::<Vec<_>>(), [true, false]);
    assert!(recipe.targets[0].parts[0].uses_lines);
    assert_snapshot!(bad(&grouped("same: [issued]", "same: [isued, number]")), @r#"
    error: `same` names `isued`, which is no field
      --> r.yaml:11:10
       |
    11 |   same: [isued, number]
       |          ^^^^^
       |
       = help: did you mean `issued`?

    error: `number` stands in `records` twice
      --> r.yaml:11:17
       |
    11 |   same: [isued, number]
       |                 ^^^^^^
       |
       = help: a field joins rows (`one_per`), agrees in them (`same`), or belongs to one (`lines`)
    "#);
    assert_snapshot!(bad(&grouped("key: number", "key: [number, article]")), @r#"
    error: `article` is a field of the lines and cannot be part of the key
      --> r.yaml:13:15
       |
    13 | key: [number, article]
       |               ^^^^^^^
       |
       = help: a key belongs to the whole record; name fields of `one_per:` or `same:`
    "#);
    assert_snapshot!(bad(&grouped("one_per: [number]\n", "scattered: true\n").replace("${number}", "${quantity}")), @r#"
    error: `one_per` is missing
     --> r.yaml:9:1
      |
    9 | records:
      | ^^^^^^^ here
      |
      = help: name the fields whose equal values join rows: `one_per: [number]`

    error: `quantity` is a field of the lines, and a record has several
      --> r.yaml:19:28
       |
    19 |         json: { number: "${quantity}", lines: { $each: lines, as: line, item: { a: "${line.article}" } } }
       |                            ^^^^^^^^
       |
       = help: use the list, as in `lines.sum(quantity)`, or repeat what is sent: `{ $each: lines, as: line, item: … }`, or whole steps: `for_each: lines`
    "#);
}

#[test]
fn control_totals() {
    let recipe = good(&small(
        "key: number",
        "key: number\ncontrol: { sum: { net: { equals: \"${env.TOTAL}\" } }, count: { equals: 12 } }",
    ));
    assert!(matches!(&recipe.control[0].total, Total::Sum(1)));
    assert!(matches!(&recipe.control[0].expected, Expected::Equals(total) if total.source() == "env.TOTAL"));
    assert!(matches!(&recipe.control[1].expected, Expected::Equals(count) if count.source() == "12"));
    assert_snapshot!(bad_small("key: number", "key: number\ncontrol: { sum: { number: { footer: Summe }, nett: { equals: 1 } }, count: { footer: a, equals: '1,5' } }"), @r#"
    error: `number` is not a number and has no sum
     --> r.yaml:7:19
      |
    7 | control: { sum: { number: { footer: Summe }, nett: { equals: 1 } }, count: { footer: a, equals: '1,5' } }
      |                   ^^^^^^
      |
      = help: a sum is for integer, decimal and money

    error: `sum` names `nett`, which is no field
     --> r.yaml:7:46
      |
    7 | control: { sum: { number: { footer: Summe }, nett: { equals: 1 } }, count: { footer: a, equals: '1,5' } }
      |                                              ^^^^
      |
      = help: did you mean `net`?

    error: `footer` and `equals` exclude each other
     --> r.yaml:7:89
      |
    7 | control: { sum: { number: { footer: Summe }, nett: { equals: 1 } }, count: { footer: a, equals: '1,5' } }
      |                                                                                         ^^^^^^
      |
      = help: keep the one that is meant
    "#);
}

#[test]
fn small_notations() {
    assert_snapshot!(bad_small("key: number", "key: number\nsettle: 60\nsend: { if_rejected_below: 0.05 }\nretry: { attempts: 0, wait: 2min, max_wait: 1ms }\nstop_after: { failures_in_a_row: 0 }"), @r#"
    error: `60` is not a length of time
     --> r.yaml:7:9
      |
    7 | settle: 60
      |         ^^
      |
      = help: write a whole number and a unit: `500ms`, `2s`, `5m`, `24h` or `1d`

    error: `0.05` is not a share
     --> r.yaml:8:28
      |
    8 | send: { if_rejected_below: 0.05 }
      |                            ^^^^
      |
      = help: write a percentage from `0%` to `100%`, such as `5%` or `2.5%`

    error: 0 attempts enter nothing
     --> r.yaml:9:20
      |
    9 | retry: { attempts: 0, wait: 2min, max_wait: 1ms }
      |                    ^
      |
      = help: 1 means that nothing is tried again

    error: `2min` is not a length of time
     --> r.yaml:9:29
      |
    9 | retry: { attempts: 0, wait: 2min, max_wait: 1ms }
      |                             ^^^^
      |
      = help: write a whole number and a unit: `500ms`, `2s`, `5m`, `24h` or `1d`

    error: `max_wait` is shorter than `wait`
     --> r.yaml:9:45
      |
    9 | retry: { attempts: 0, wait: 2min, max_wait: 1ms }
      |                                             ^^^

    error: 0 failures in a row stop every run before it begins
      --> r.yaml:10:34
       |
    10 | stop_after: { failures_in_a_row: 0 }
       |                                  ^
       |
       = help: write 1 or more, or take `stop_after:` out
    "#);
    assert_snapshot!(bad_small("url: https://erp.example", "url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s"), @r#"
    error: `erp.example` is not an http or https URL
     --> r.yaml:9:18
      |
    9 |     http: { url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s }
      |                  ^^^^^^^^^^^
      |
      = help: write `https://erp.example.com`, or take it from the environment: "${env.ERP_URL}"

    error: `20` is not a rate
     --> r.yaml:9:37
      |
    9 |     http: { url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s }
      |                                     ^^
      |
      = help: write calls and a time: `20/s`, `100/min` or `1000/h`

    error: `10 Mio` is not a size
     --> r.yaml:9:53
      |
    9 |     http: { url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s }
      |                                                     ^^^^^^
      |
      = help: write a whole number and a unit: `512kB`, `10MB` or `1GB`

    error: 0 records cannot be in work at the same time
     --> r.yaml:9:74
      |
    9 |     http: { url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s }
      |                                                                          ^
      |
      = help: write a number from 1 to 1000

    error: no call ends in no time
     --> r.yaml:9:86
      |
    9 |     http: { url: erp.example, rate: 20, max_answer: 10 Mio, concurrency: 0, timeout: 0s }
      |                                                                                      ^^
      |
      = help: write `30s` or the like
    "#);
}

#[test]
fn keys() {
    let recipe = good(&small("key: number", "key: [number, occurrence]"));
    assert!(matches!(recipe.key.as_slice(), [KeyField::Field(0), KeyField::Occurrence]));
    assert_snapshot!(bad_small("key: number", "key: occurrence"), @r#"
    error: `occurrence` alone is no key
     --> r.yaml:6:6
      |
    6 | key: occurrence
      |      ^^^^^^^^^^
      |
      = help: name the fields that tell records apart as well
    "#);
    assert_snapshot!(bad_small("key: number\n", ""), @r#"
    error: `key` is missing
     --> r.yaml:1:1
      |
    1 | recipe: small
      | ^^^^^^ here
      |
      = help: name the fields that make two records the same: `key: [supplier, number]`; by it nothing is entered twice
    "#);
}

#[test]
fn rows_that_are_no_data_are_named_by_text() {
    let text = SMALL.replace(
        "{ csv: { file: in.csv }, locale: de }",
        "\n  locale: de\n  excel:\n    file: in.xlsx\n    hidden: skip\n    stop_at: [Summe, 'Gesamt*']\n    skip_rows_where:\n      - { column: Art, equals: Storno }\n      - { column: Betrag, empty: true }",
    );
    let SourceKind::Excel(excel) = good(&text).source.kind else { panic!() };
    assert_eq!(excel.hidden, HiddenRows::Skip);
    assert_eq!(excel.left_out.stop_at, ["Summe", "Gesamt*"]);
    let rules: Vec<(String, Vec<String>)> =
        excel.left_out.skip.into_iter().map(|rule| (rule.column.value, rule.equals)).collect();
    assert_eq!(rules, [("Art".to_owned(), vec!["Storno".to_owned()]), ("Betrag".to_owned(), Vec::new())]);
    let csv = |rules: &str| {
        SMALL.replace(
            "{ csv: { file: in.csv }, locale: de }",
            &format!("{{ csv: {{ file: in.csv, {rules} }}, locale: de }}"),
        )
    };
    assert_eq!(good(&csv("stop_at: Summe")).fields.len(), 2);
    let wrong = bad(&csv("skip_rows_where: { column: Art }"));
    assert!(wrong.contains("say which rows: `equals: Storno`"), "{wrong}");
    let wrong = bad(&csv("skip_rows_where: { equals: Art }"));
    assert!(wrong.contains("say in which column"), "{wrong}");
    let wrong = bad(&csv("skip_rows_where: { column: Art, equals: x, empty: true }"));
    assert!(wrong.contains("`equals` and `empty` exclude each other"), "{wrong}");
    let wrong = bad(&csv("hidden: skip"));
    assert!(wrong.contains("hidden"), "{wrong}");
}

//! The recipes that the tests vary: one small invoice, with and without a look-up.

/// A recipe with further keys at its top and this target.
pub fn recipe(top: &str, target: &str) -> String {
    format!(
        r#"
recipe: invoices
source:
  csv: {{ file: input.csv, delimiter: ";" }}
  locale: iso
fields:
  number: {{ column: number, required: true }}
  gross:  {{ column: gross, type: decimal }}
  note:   {{ column: note }}
key: [number]
retry: {{ attempts: 3, wait: 2ms, max_wait: 20ms }}
settle: 30ms
{top}
targets:
  erp:
    http: {{ url: "http://erp.test", concurrency: 1 }}
{target}
"#
    )
}

/// How an invoice is looked for.
pub const LOOKUP: &str = r#"
    lookup:
      - get: /invoices
        query: { number: "${number}" }
        list: $.items
        same: { $.total: "${gross}" }
"#;

/// The write.
pub const STEPS: &str = r#"
    steps:
      - post: /invoices
        json: { number: "${number}", total: "${gross}" }
"#;

/// A write that may be sent again with the same result.
pub const PUT: &str = r#"
    steps:
      - put: /invoices/${number}
        json: { total: "${gross}" }
"#;

/// Reading back.
pub const VERIFY: &str = r#"
    verify:
      - get: /invoices/${number}
        expect: { $.total: "${gross}" }
"#;

/// With a look-up.
pub fn looked_up() -> String {
    recipe("", &format!("{LOOKUP}{STEPS}"))
}

/// Without one.
pub fn blind() -> String {
    recipe("", STEPS)
}

/// Two rows.
pub const TWO: &str = "number;gross;note\nRE-1;100;a\nRE-2;200;b\n";

/// One row.
pub const ONE: &str = "number;gross;note\nRE-1;100;a\n";

/// An order whose lines are entries of their own, with further keys at its top and these sections for one line.
pub fn by_line(top: &str, sections: &str) -> String {
    by_line_with(top, LINES, sections)
}

/// The same, with these steps.
pub fn by_line_with(top: &str, steps: &str, sections: &str) -> String {
    format!(
        r#"
recipe: orders
source:
  csv: {{ file: input.csv, delimiter: ";" }}
  locale: iso
fields:
  number:   {{ column: number, required: true }}
  position: {{ column: position, type: integer }}
  article:  {{ column: article }}
  quantity: {{ column: quantity, type: integer }}
records: {{ one_per: [number], lines: [position, article, quantity] }}
key: [number]
retry: {{ attempts: 3, wait: 2ms, max_wait: 20ms }}
settle: 30ms
{top}
targets:
  erp:
    http: {{ url: "http://erp.test", concurrency: 1 }}
{sections}
{steps}
"#
    )
}

/// The write of one line.
pub const LINES: &str = r#"
    steps:
      - for_each: lines
        as: line
        by: position
        steps:
          - post: /orders/${number}/lines
            json: { position: "${line.position}", article: "${line.article}", quantity: "${line.quantity}" }
"#;

/// How one line is looked for.
pub const LINE_LOOKUP: &str = r#"
    lookup:
      - get: /orders/${number}/lines
        query: { position: "${line.position}" }
        list: $.items
        same: { $.quantity: "${line.quantity}" }
"#;

/// An order of three lines.
pub const ORDER: &str = "number;position;article;quantity\nB-1;1;a;1\nB-1;2;b;2\nB-1;3;c;3\n";

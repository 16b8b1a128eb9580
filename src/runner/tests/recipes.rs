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

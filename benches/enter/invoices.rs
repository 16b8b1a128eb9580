//! What is entered: invoices as a CSV for the program, and the bodies that it makes of them for the generators.

use std::fmt::Write;

/// How it is entered.
#[derive(Clone, Copy, Debug)]
pub enum Recipe {
    /// The write alone.
    Bare,
    /// A look-up before the write.
    LookedUp,
}

impl Recipe {
    /// Its name in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Recipe::Bare => "bare",
            Recipe::LookedUp => "look-up",
        }
    }

    /// The recipe.
    pub fn text(self) -> String {
        let lookup = match self {
            Recipe::Bare => "",
            Recipe::LookedUp => {
                "    lookup:
      - get: /api/invoices
        query: { number: '${number}', supplier: '${supplier}' }
        list: $.items
        same: { $.total: '${gross}' }
        capture: { invoice_id: $.id }
"
            }
        };
        format!(
            "recipe: invoices
source:
  csv: {{ file: invoices.csv }}
  locale: de
fields:
  number:   {{ column: Belegnummer, required: true }}
  supplier: {{ column: Lieferant, required: true }}
  issued:   {{ column: Belegdatum, type: date }}
  net:      {{ column: Netto, type: decimal }}
  vat:      {{ column: USt, type: decimal }}
  gross:    {{ column: Brutto, type: decimal }}
  iban:     {{ column: IBAN, type: iban }}
checks:
  - check: net + vat == gross
    message: net plus VAT is not the gross amount
key: [supplier, number]
targets:
  erp:
    http: {{ url: '${{env.ERP_URL}}', auth: {{ bearer: '${{secrets.ERP_TOKEN}}' }}, concurrency: {}, timeout: 5s }}
{lookup}    steps:
      - post: /api/invoices
        json: {{ number: '${{number}}', supplier: '${{supplier}}', issued: '${{issued}}', net: '${{net}}', vat: '${{vat}}', total: '${{gross}}', iban: '${{iban}}' }}
        expect: {{ status: 201 }}
        capture: {{ invoice_id: $.id }}
retry: {{ attempts: 6, wait: 20ms, max_wait: 1s }}
settle: 3s
",
            super::CONCURRENCY
        )
    }
}

/// An invoice's number; `run` keeps those of several runs apart.
pub fn number(run: &str, place: usize) -> String {
    format!("RE-{run}-{place:06}")
}

fn cents(place: usize) -> (usize, usize) {
    let net = 100 * (100 + place % 9000);
    (net, net * 19 / 100)
}

/// The CSV, as a German program exports it.
pub fn csv(run: &str, records: usize) -> String {
    let decimal = |cents: usize| format!("{},{:02}", cents / 100, cents % 100);
    let mut text = String::from("Belegnummer;Lieferant;Belegdatum;Netto;USt;Brutto;IBAN\n");
    for place in 0..records {
        let (net, vat) = cents(place);
        let _ = writeln!(
            text,
            "{};Müller & Söhne GmbH {};{:02}.04.2026;{};{};{};DE89370400440532013000",
            number(run, place),
            place % 50,
            place % 28 + 1,
            decimal(net),
            decimal(vat),
            decimal(net + vat)
        );
    }
    text
}

/// The bodies, as the recipe makes them.
pub fn bodies(run: &str, records: usize) -> Vec<String> {
    let decimal = |cents: usize| format!("{}.{:02}", cents / 100, cents % 100);
    (0..records)
        .map(|place| {
            let (net, vat) = cents(place);
            format!(
                r#"{{"number":"{}","supplier":"Müller & Söhne GmbH {}","issued":"2026-04-{:02}","net":{},"vat":{},"total":{},"iban":"DE89370400440532013000"}}"#,
                number(run, place),
                place % 50,
                place % 28 + 1,
                decimal(net),
                decimal(vat),
                decimal(net + vat)
            )
        })
        .collect()
}

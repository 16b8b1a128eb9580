//! Invoices through the form that the server draws: with eintrag, and with the least that a browser has to do for it.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Done;
use super::driver::Browser;
use super::office::Office;
use super::program::{Taken, eintrag};

/// Fills in the form by names and sends it.
const SEND: &str = r#"
const [fields] = arguments;
const form = document.querySelector("form[action='/invoices/new']");
for (const [name, text] of Object.entries(fields)) form.elements[name].value = text;
form.submit();
"#;

fn number(place: usize) -> String {
    format!("RE-{place:05}")
}

fn cents(place: usize) -> [usize; 3] {
    let net = 100 * (100 + place % 9000);
    [net, net * 19 / 100, net + net * 19 / 100]
}

fn german(cents: usize) -> String {
    format!("{},{:02}", cents / 100, cents % 100)
}

/// Loads the page and sends the form so many times, and nothing else.
pub async fn bare(office: &Office, records: usize) -> Done<Duration> {
    let mut browser = Browser::start().await?;
    let url = format!("{}/invoices/new", office.url());
    browser.go(&url).await?;
    let log_in = "document.querySelector('#user').value = 'sandbox'; document.querySelector('#password').value = \
                  'sandbox'; document.querySelector('form').submit();";
    browser.run_now(log_in, &Value::Null).await?;
    browser.address().await?;
    let begun = Instant::now();
    for place in 0..records {
        let [net, vat, total] = cents(place).map(german);
        let fields = json!({
            "number": number(place), "supplier": "Müller & Söhne GmbH", "issued": "03.04.2026", "net": net, "vat": vat,
            "total": total, "iban": "DE89370400440532013000", "currency": "EUR",
        });
        browser.go(&url).await?;
        browser.run_now(SEND, &fields).await?;
        // The driver answers this when the next page has loaded.
        let address = browser.address().await?;
        if !address.ends_with("?saved=1") {
            return Err(format!("{} was not saved: {address}", number(place)).into());
        }
    }
    let taken = begun.elapsed();
    browser.end().await?;
    check(office, records)?;
    Ok(taken)
}

/// Enters so many with eintrag.
pub fn enter(folder: &Path, office: &Office, records: usize, lookup: bool) -> Done<Taken> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut csv = String::from("Belegnummer;Lieferant;Belegdatum;Netto;USt;Brutto;IBAN;Währung\n");
    for place in 0..records {
        let [net, vat, total] = cents(place).map(german);
        let number = number(place);
        writeln!(csv, "{number};Müller & Söhne GmbH;03.04.2026;{net};{vat};{total};DE89370400440532013000;EUR")?;
    }
    std::fs::write(folder.path().join("invoices.csv"), csv)?;
    let lookup = if lookup { LOOKUP } else { "" };
    std::fs::write(folder.path().join("recipe.yaml"), RECIPE.replace("    # look-up\n", lookup))?;
    let environment = [("PORTAL_URL", office.url()), ("PORTAL_USER", "sandbox"), ("PORTAL_PASSWORD", "sandbox")];
    let taken = eintrag(&["run", "recipe.yaml"], folder.path(), &environment)?;
    check(office, records)?;
    Ok(taken)
}

/// Checks that each is there exactly once.
fn check(office: &Office, records: usize) -> Done<()> {
    let ledger = office.ledger()?;
    let mut numbers: Vec<&str> =
        ledger.iter().filter(|entry| entry["took"] == true).filter_map(|entry| entry["number"].as_str()).collect();
    numbers.sort_unstable();
    let expected: Vec<String> = (0..records).map(number).collect();
    if numbers != expected {
        return Err(format!("{} of {records} invoices are in the ledger, not each once", numbers.len()).into());
    }
    Ok(())
}

const RECIPE: &str = "recipe: invoices
source:
  csv: { file: invoices.csv }
  locale: de
fields:
  number:   { column: Belegnummer, required: true }
  supplier: { column: Lieferant, required: true }
  issued:   { column: Belegdatum, type: date }
  net:      { column: Netto, type: decimal }
  vat:      { column: USt, type: decimal }
  gross:    { column: Brutto, type: decimal }
  iban:     { column: IBAN, type: iban }
  currency: { column: Währung }
key: [supplier, number]
targets:
  portal:
    browser: { url: '${env.PORTAL_URL}' }
    login:
      logged_in: { text: Abmelden }
      steps:
        - open: /login
        - fill: { Benutzername: '${secrets.PORTAL_USER}', Kennwort: '${secrets.PORTAL_PASSWORD}' }
        - click: Anmelden
    # look-up
    steps:
      - open: /invoices/new
      - fill:
          Rechnungsnummer: ${number}
          Lieferant: ${supplier}
          Datum: ${issued}
          Netto: ${net}
          USt: ${vat}
          Brutto: ${gross}
          IBAN: ${iban}
      - select: { Währung: '${currency}' }
      - submit: Speichern
      - expect: { text: gespeichert }
";

const LOOKUP: &str = "    lookup:
      - open: /invoices?q=${number}
      - found: { row: '${number}' }
        none: { text: Keine Treffer }
";

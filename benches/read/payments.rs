//! The file that is read: payments as a German program exports them, in Windows-1252, the same in every run.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Types, a list of allowed values and a cross-check; the target only so that the recipe is whole.
pub const RECIPE: &str = "recipe: payments
source:
  csv: { file: payments.csv, encoding: windows-1252, delimiter: ';' }
  locale: de
fields:
  number:   { column: Belegnummer, type: code, required: true }
  customer: { column: Kunde, required: true }
  email:    { column: E-Mail, type: email }
  issued:   { column: Belegdatum, type: date }
  due:      { column: Fällig, type: date }
  quantity: { column: Menge, type: integer, minimum: 1 }
  net:      { column: Netto, type: decimal, decimals: 2 }
  vat:      { column: USt, type: decimal, decimals: 2 }
  gross:    { column: Brutto, type: decimal, decimals: 2 }
  iban:     { column: IBAN, type: iban }
  currency: { column: Währung, one_of: [EUR, CHF, USD] }
  kind:     { column: Art, one_of: [Überweisung, Lastschrift, Gutschrift] }
checks:
  - check: net + vat == gross
    message: net plus VAT is not the gross amount
key: [number]
targets:
  bank:
    http: { url: 'http://localhost:1' }
    steps:
      - post: /payments
        json: { number: '${number}', customer: '${customer}', email: '${email}', issued: '${issued}', due: '${due}', quantity: '${quantity}', net: '${net}', vat: '${vat}', gross: '${gross}', iban: '${iban}', currency: '${currency}', kind: '${kind}' }
";

/// Writes so many rows; answers the file's length.
pub fn write(path: &Path, rows: usize) -> io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&latin("Belegnummer;Kunde;E-Mail;Belegdatum;Fällig;Menge;Netto;USt;Brutto;IBAN;Währung;Art\r\n"))?;
    for row in 0..rows {
        let net = 1000 + row * 7 % 9_000_000;
        let vat = net * 19 / 100;
        let line = format!(
            "{row:09};{} {};kunde{}@beispiel-firma.de;{};{};{};{};{};{};{};{};{}\r\n",
            ["Müller GmbH", "Bäckerei Öztürk", "Weiß & Söhne KG", "Huber AG"][row % 4],
            row % 997,
            row % 9973,
            date(row),
            date(row + 14),
            row % 50 + 1,
            decimal(net),
            decimal(vat),
            decimal(net + vat),
            iban(row % 100_000),
            ["EUR", "EUR", "CHF", "USD"][row % 4],
            ["Überweisung", "Lastschrift", "Gutschrift"][row % 3],
        );
        out.write_all(&latin(&line))?;
    }
    out.into_inner()?.metadata().map(|file| file.len())
}

/// In Windows-1252, of which only letters that Latin 1 has too are used here.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

fn date(day: usize) -> String {
    format!("{:02}.{:02}.{}", day % 28 + 1, day / 28 % 12 + 1, 2020 + day / 336 % 7)
}

/// `1.234,56`.
fn decimal(cents: usize) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    if whole < 1000 { format!("{whole},{rest:02}") } else { format!("{}.{:03},{rest:02}", whole / 1000, whole % 1000) }
}

/// A German IBAN of the account, with its check digits (ISO 7064: the number with `DE00` at its end, modulo 97).
fn iban(account: usize) -> String {
    let bank = 37_040_044_u128;
    let number = bank * 10_u128.pow(10) + account as u128;
    let check = 98 - (number * 1_000_000 + 131_400) % 97;
    format!("DE{check:02}{number:018}")
}

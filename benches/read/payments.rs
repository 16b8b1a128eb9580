//! The files that are read: payments as a German program exports them, in Windows-1252 and as a workbook, the same in every
//! run.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// The source of the CSV file.
pub const CSV: &str = "csv: { file: payments.csv, encoding: windows-1252, delimiter: ';' }";

/// The source of the workbook.
pub const EXCEL: &str = "excel: { file: payments.xlsx }";

/// A recipe with types, a list of allowed values and a cross-check; the target only so that it is whole.
pub fn recipe(source: &str) -> String {
    format!("recipe: payments\nsource:\n  {source}\n  locale: de\n{RULES}")
}

const RULES: &str = "fields:
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

const HEADER: &str = "Belegnummer;Kunde;E-Mail;Belegdatum;Fällig;Menge;Netto;USt;Brutto;IBAN;Währung;Art";

/// One payment.
struct Payment {
    number: String,
    customer: String,
    email: String,
    issued: (usize, usize, usize),
    due: (usize, usize, usize),
    quantity: usize,
    /// In cents.
    net: usize,
    vat: usize,
    iban: String,
    currency: &'static str,
    kind: &'static str,
}

impl Payment {
    fn of(row: usize) -> Self {
        let net = 1000 + row * 7 % 9_000_000;
        let customer = ["Müller GmbH", "Bäckerei Öztürk", "Weiß & Söhne KG", "Huber AG"][row % 4];
        Self {
            number: format!("{row:09}"),
            customer: format!("{customer} {}", row % 997),
            email: format!("kunde{}@beispiel-firma.de", row % 9973),
            issued: date(row),
            due: date(row + 14),
            quantity: row % 50 + 1,
            net,
            vat: net * 19 / 100,
            iban: iban(row % 100_000),
            currency: ["EUR", "EUR", "CHF", "USD"][row % 4],
            kind: ["Überweisung", "Lastschrift", "Gutschrift"][row % 3],
        }
    }
}

/// Writes so many rows as CSV.
pub fn write(path: &Path, rows: usize) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&latin(&format!("{HEADER}\r\n")))?;
    for payment in (0..rows).map(Payment::of) {
        let day = |(year, month, day): (usize, usize, usize)| format!("{day:02}.{month:02}.{year}");
        let line = format!(
            "{};{};{};{};{};{};{};{};{};{};{};{}\r\n",
            payment.number,
            payment.customer,
            payment.email,
            day(payment.issued),
            day(payment.due),
            payment.quantity,
            decimal(payment.net),
            decimal(payment.vat),
            decimal(payment.net + payment.vat),
            payment.iban,
            payment.currency,
            payment.kind,
        );
        out.write_all(&latin(&line))?;
    }
    out.flush()
}

/// Writes so many rows as a workbook, with numbers and dates as such.
pub fn write_workbook(path: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let mut workbook = Workbook::new();
    let day_format = Format::new().set_num_format("dd.mm.yyyy");
    let amount_format = Format::new().set_num_format("#,##0.00");
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(HEADER.split(';')) {
        sheet.write_string(0, column, name)?;
    }
    for (row, payment) in (1..).zip((0..rows).map(Payment::of)) {
        sheet.write_string(row, 0, &payment.number)?;
        sheet.write_string(row, 1, &payment.customer)?;
        sheet.write_string(row, 2, &payment.email)?;
        for (column, (year, month, day)) in [(3, payment.issued), (4, payment.due)] {
            let date = ExcelDateTime::from_ymd(u16::try_from(year)?, u8::try_from(month)?, u8::try_from(day)?)?;
            sheet.write_datetime_with_format(row, column, &date, &day_format)?;
        }
        sheet.write_number(row, 5, payment.quantity as f64)?;
        for (column, cents) in [(6, payment.net), (7, payment.vat), (8, payment.net + payment.vat)] {
            sheet.write_number_with_format(row, column, cents as f64 / 100.0, &amount_format)?;
        }
        sheet.write_string(row, 9, &payment.iban)?;
        sheet.write_string(row, 10, payment.currency)?;
        sheet.write_string(row, 11, payment.kind)?;
    }
    workbook.save(path)?;
    Ok(())
}

/// In Windows-1252, of which only letters that Latin 1 has too are used here.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// Year, month and day.
fn date(day: usize) -> (usize, usize, usize) {
    (2020 + day / 336 % 7, day / 28 % 12 + 1, day % 28 + 1)
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

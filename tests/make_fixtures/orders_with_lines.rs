//! The workbooks of `orders-with-lines`: invoices with their lines, from the purchasing department.

use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, Formula, Worksheet, XlsxError};

use super::{day, workbook};

const HEADER: [&str; 8] =
    ["Rechnung", "Lieferant", "Datum", "Artikel-Nr.", "Bezeichnung", "Menge", "Einzelpreis", "Währung"];

/// One line of an invoice.
struct Line {
    number: &'static str,
    supplier: &'static str,
    /// Day of March 2026.
    day: u8,
    article: u32,
    text: &'static str,
    quantity: f64,
    price: f64,
    currency: &'static str,
}

const fn line(
    head: (&'static str, &'static str, u8, &'static str),
    article: u32,
    text: &'static str,
    quantity: f64,
    price: f64,
) -> Line {
    let (number, supplier, day, currency) = head;
    Line { number, supplier, day, article, text, quantity, price, currency }
}

const MUELLER: &str = "Müller & Söhne Industriebedarf GmbH";
const WAELZLAGER: (&str, &str, u8, &str) = ("004711", MUELLER, 3, "EUR");
const SCHRAUBEN: (&str, &str, u8, &str) = ("2026/0815", "Großhandel Weiß & Partner", 5, "EUR");
const FRACHT: (&str, &str, u8, &str) = ("RG-77", "Alpenblick Logistik AG", 10, "CHF");
const PAPIER: (&str, &str, u8, &str) = ("000318", "Bürobedarf Schröder OHG", 17, "");

/// Writes the three workbooks into the recipe's folder.
pub(super) fn make(folder: &Path) -> Result<(), XlsxError> {
    good(&folder.join("good/bestellungen.xlsx"))?;
    wrong(&folder.join("wrong/bestellungen.xlsx"))?;
    awkward(&folder.join("awkward/Bestellungen März.xlsx"))
}

/// Cells as an accountant formats them: dates as dates, article numbers with leading zeros.
fn write(sheet: &mut Worksheet, row: u32, line: &Line) -> Result<(), XlsxError> {
    sheet.write(row, 0, line.number)?;
    sheet.write(row, 1, line.supplier)?;
    sheet.write_datetime_with_format(row, 2, day(line.day)?, &Format::new().set_num_format("dd.mm.yyyy"))?;
    sheet.write_with_format(row, 3, line.article, &Format::new().set_num_format("000000"))?;
    sheet.write(row, 4, line.text)?;
    sheet.write(row, 5, line.quantity)?;
    sheet.write_with_format(row, 6, line.price, &Format::new().set_num_format("#,##0.00"))?;
    if !line.currency.is_empty() {
        sheet.write(row, 7, line.currency)?;
    }
    Ok(())
}

fn header(sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
    for (column, name) in (0..).zip(HEADER) {
        sheet.write_with_format(row, column, name, &Format::new().set_bold())?;
    }
    Ok(())
}

fn good(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet().set_name("Positionen")?;
    header(sheet, 0)?;
    let lines = [
        line(WAELZLAGER, 815, "Rillenkugellager 6204", 20.0, 3.45),
        line(WAELZLAGER, 816, "Wellendichtring 35×52×7", 12.0, 1.985),
        line(SCHRAUBEN, 42, "Sechskantschraube M8×40", 500.0, 0.0875),
        line(SCHRAUBEN, 43, "Unterlegscheibe 8,4", 500.0, 0.012),
        line(SCHRAUBEN, 120_007, "Schraubenschlüssel 13", 2.0, 8.9),
        line(FRACHT, 1, "Fracht Zürich-Basel", 1.0, 324.3),
        line(PAPIER, 9001, "Kopierpapier A4, Karton", 4.5, 21.99),
    ];
    for (row, line) in (1..).zip(&lines) {
        write(sheet, row, line)?;
    }
    book.save(path)
}

/// One wrong row spoils its invoice and no other.
fn wrong(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet().set_name("Positionen")?;
    header(sheet, 0)?;
    let lines = [
        line(WAELZLAGER, 815, "Rillenkugellager 6204", 20.0, 3.45),
        line(WAELZLAGER, 816, "Wellendichtring 35×52×7", 12.0, 1.985),
        line(SCHRAUBEN, 42, "Sechskantschraube M8×40", 500.0, 0.0875),
        line(SCHRAUBEN, 43, "Unterlegscheibe 8,4", 500.0, 0.012),
        line(FRACHT, 1, "Fracht Zürich-Basel", 1.0, 324.3),
        line(FRACHT, 2, "Maut", 1.0, 12.0),
        line(PAPIER, 9001, "Kopierpapier A4, Karton", 4.5, 21.99),
        line(("000319", "Bürobedarf Schröder OHG", 18, "EUR"), 9002, "Ordner breit", 10.0, 2.19),
        line(("000320", "Bürobedarf Schröder OHG", 19, "EUR"), 9003, "Locher", 1.0, 14.9),
        line(("000321", "Bürobedarf Schröder OHG", 20, "EUR"), 9004, "Heftklammern", 3.0, 1.49),
    ];
    for (row, line) in (1..).zip(&lines) {
        write(sheet, row, line)?;
    }
    // An English decimal point as text, a lookup that found nothing, another date within the same invoice, an article
    // with a fraction, a date as text that does not exist, a quantity of nothing.
    sheet.write(2, 6, "19.85")?;
    sheet.write_formula(4, 3, Formula::new("=VLOOKUP(\"x\",K1:L2,2,0)").set_result("#N/A"))?;
    sheet.write_datetime_with_format(6, 2, day(11)?, &Format::new().set_num_format("dd.mm.yyyy"))?;
    sheet.write(7, 3, 9001.5)?;
    sheet.write(8, 2, "31.02.2026")?;
    sheet.write(9, 5, 0)?;
    book.save(path)
}

/// What a person made by hand: a title, merged cells, an empty column, empty rows between invoices, numbers as texts, a
/// second sheet, the columns in another order.
fn awkward(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    book.add_worksheet().set_name("Hinweise")?.write(0, 0, "Bitte nur das Blatt Positionen ausfüllen.")?;
    let sheet = book.add_worksheet().set_name("Positionen")?;
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    sheet.merge_range(0, 0, 0, 8, "Bestellungen März 2026", &title)?;
    sheet.write(1, 0, "Stand:")?;
    sheet.write_datetime_with_format(1, 1, day(31)?, &Format::new().set_num_format("dd.mm.yyyy"))?;
    let names = ["Datum", "Rechnung", "", "Lieferant", "Artikel", "Bezeichnung", "Menge", "Einzelpreis ", "Währung"];
    for (column, name) in (0..).zip(names) {
        sheet.write(3, column, name)?;
    }
    let date = Format::new().set_num_format("d. mmm yy");
    // Number, supplier, article, text, quantity, price and currency, all as text.
    let rows: [(u32, u8, [&str; 7]); 5] = [
        (4, 3, ["004711", MUELLER, "000815", "Rillenkugellager\n6204", "20", "3,45", "EUR"]),
        (5, 3, ["004711", MUELLER, "000816", "Wellendichtring", "1.200", "1,985 €", "EUR"]),
        (8, 5, ["2026/0815", "Großhandel Weiß & Partner", "000042", "Sechskantschraube M8×40", "500", "0,0875", ""]),
        (9, 5, ["2026/0815", " Großhandel Weiß & Partner ", "000043", "Unterlegscheibe 8,4", "1 000", "0,01", ""]),
        (11, 10, ["RG-77", "Alpenblick Logistik AG", "1", "Fracht", "1", "CHF 1.324,30", "CHF"]),
    ];
    for (row, on, cells) in rows {
        sheet.write_datetime_with_format(row, 0, day(on)?, &date)?;
        for (column, cell) in [1, 3, 4, 5, 6, 7, 8].into_iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row, column, cell)?;
        }
    }
    book.save(path)
}

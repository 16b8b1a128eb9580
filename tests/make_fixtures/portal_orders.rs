//! The workbooks of `portal-orders`: what the works order of their suppliers, a row a line.

use std::path::Path;

use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

use super::{day, workbook};

const HEADER: [&str; 12] = [
    "Bestellnummer",
    "Lieferant",
    "Bestelldatum",
    "Liefertermin",
    "Versandart",
    "Eilt",
    "Währung",
    "Bemerkung",
    "Artikel",
    "Bezeichnung",
    "Menge",
    "Einzelpreis",
];

/// What all lines of an order share.
#[derive(Clone, Copy)]
struct Head {
    number: &'static str,
    supplier: &'static str,
    /// Days of March 2026.
    ordered: u8,
    delivery: Option<u8>,
    shipping: &'static str,
    express: &'static str,
    currency: &'static str,
    note: &'static str,
}

const PLAIN: Head =
    Head { number: "", supplier: "", ordered: 3, delivery: None, shipping: "", express: "", currency: "", note: "" };

const LAGER: Head = Head {
    number: "B-2026-0041",
    supplier: "Müller & Söhne Industriebedarf GmbH",
    delivery: Some(17),
    shipping: "Spedition",
    currency: "EUR",
    note: "Anlieferung Tor 3, Mo-Do",
    ..PLAIN
};
const PAPIER: Head = Head {
    number: "B-2026-0042",
    supplier: "Bürobedarf Schröder OHG",
    ordered: 4,
    express: "ja",
    note: "Für Raum \"Süd\"; bitte <nicht> falten",
    ..PLAIN
};
const FRACHT: Head = Head {
    number: "B-2026-0043",
    supplier: "Alpenblick Logistik AG",
    ordered: 5,
    delivery: Some(5),
    shipping: "Abholung",
    express: "nein",
    currency: "CHF",
    ..PLAIN
};
const LAMPEN: Head = Head { number: "B-2026-0044", supplier: "Nordlicht Leuchten GmbH", ordered: 9, ..PLAIN };

/// One line: article, text, quantity, price.
type Line = (u32, &'static str, f64, f64);

const KUGELLAGER: Line = (815, "Rillenkugellager 6204", 20.0, 3.45);
const DICHTRING: Line = (816, "Wellendichtring 35×52×7", 1200.0, 1.985);
const SCHRAUBE: Line = (42, "Sechskantschraube M8×40", 500.0, 0.0875);
const KARTON: Line = (9001, "Kopierpapier A4, Karton", 4.5, 21.99);
const ORDNER: Line = (9002, "Ordner \"breit\"", 10.0, 2.19);
const TRANSPORT: Line = (1, "Fracht Zürich-Basel", 1.0, 324.3);
const LEUCHTE: Line = (77_310, "Pendelleuchte 4000 K", 3.0, 1189.0);

/// Writes the three workbooks into the recipe's folder.
pub(super) fn make(folder: &Path) -> Result<(), XlsxError> {
    good(&folder.join("good/bestellungen.xlsx"))?;
    wrong(&folder.join("wrong/bestellungen.xlsx"))?;
    awkward(&folder.join("awkward/Bestellungen Werk Süd (2).xlsx"))
}

/// Cells as purchasing formats them: dates as dates, article numbers with leading zeros.
fn write(sheet: &mut Worksheet, row: u32, head: &Head, line: &Line) -> Result<(), XlsxError> {
    let date = Format::new().set_num_format("dd.mm.yyyy");
    for (column, text) in [(0, head.number), (1, head.supplier), (4, head.shipping), (5, head.express)] {
        text_cell(sheet, row, column, text)?;
    }
    sheet.write_datetime_with_format(row, 2, day(head.ordered)?, &date)?;
    if let Some(delivery) = head.delivery {
        sheet.write_datetime_with_format(row, 3, day(delivery)?, &date)?;
    }
    text_cell(sheet, row, 6, head.currency)?;
    text_cell(sheet, row, 7, head.note)?;
    let (article, text, quantity, price) = line;
    sheet.write_with_format(row, 8, *article, &Format::new().set_num_format("000000"))?;
    sheet.write(row, 9, *text)?;
    sheet.write(row, 10, *quantity)?;
    sheet.write_with_format(row, 11, *price, &Format::new().set_num_format("#,##0.00##"))?;
    Ok(())
}

fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if !text.is_empty() {
        sheet.write(row, column, text)?;
    }
    Ok(())
}

fn header(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    for (column, name) in (0..).zip(HEADER) {
        sheet.write_with_format(0, column, name, &Format::new().set_bold())?;
    }
    Ok(())
}

fn good(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet().set_name("Bestellungen")?;
    header(sheet)?;
    let lines = [
        (LAGER, KUGELLAGER),
        (LAGER, DICHTRING),
        (LAGER, SCHRAUBE),
        (PAPIER, KARTON),
        (PAPIER, ORDNER),
        (FRACHT, TRANSPORT),
        (LAMPEN, LEUCHTE),
    ];
    for (row, (head, line)) in (1..).zip(&lines) {
        write(sheet, row, head, line)?;
    }
    book.save(path)
}

/// One wrong row spoils its order and no other.
fn wrong(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet().set_name("Bestellungen")?;
    header(sheet)?;
    let numbered = |number| Head { number, ..LAMPEN };
    let lines = [
        (LAGER, KUGELLAGER),
        (LAGER, DICHTRING),
        (PAPIER, KARTON),
        (PAPIER, ORDNER),
        (FRACHT, TRANSPORT),
        (LAMPEN, LEUCHTE),
        (numbered("B-2026-0045"), LEUCHTE),
        (numbered("B-2026-46"), LEUCHTE),
        (numbered("B-2026-0047"), LEUCHTE),
        (numbered("B-2026-0048"), LEUCHTE),
    ];
    for (row, (head, line)) in (1..).zip(&lines) {
        write(sheet, row, head, line)?;
    }
    // An English decimal point as text; another delivery date within the same order; a way of shipping that there is not;
    // a delivery before the order; a number of another form (row 9); a look-up that found nothing; no quantity.
    sheet.write(2, 11, "19.85")?;
    sheet.write_datetime_with_format(4, 3, day(20)?, &Format::new().set_num_format("dd.mm.yyyy"))?;
    sheet.write(5, 4, "Brieftaube")?;
    sheet.write_datetime_with_format(7, 3, day(8)?, &Format::new().set_num_format("dd.mm.yyyy"))?;
    sheet.write_formula(9, 8, Formula::new("=VLOOKUP(\"x\",N1:O2,2,0)").set_result("#N/A"))?;
    sheet.write(10, 10, 0)?;
    book.save(path)
}

/// What a works sends that keeps its own list: other captions in another order, a remark above the table, everything as
/// text, spaces around words, a total below.
fn awkward(path: &Path) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    book.add_worksheet().set_name("Lieferanten")?.write(0, 0, "Bitte nicht löschen, wird nachgeschlagen.")?;
    let sheet = book.add_worksheet().set_name("Bestellungen")?;
    sheet.write(0, 0, "Bestellungen Werk Süd, KW 10")?;
    let names = [
        "Artikel-Nr.",
        "Artikelbezeichnung",
        "Menge",
        "Preis",
        "Best.-Nr.",
        "Lieferant ",
        "Bestelldatum",
        "Liefertermin",
        "Versand",
        "Eilt",
        "Währung",
        "Bemerkung",
    ];
    for (column, name) in (0..).zip(names) {
        sheet.write(2, column, name)?;
    }
    let rows: [[&str; 12]; 4] = [
        [
            "000815",
            "Rillenkugellager\n6204",
            "20",
            "3,45",
            "B-2026-0051",
            " Müller Elektro GmbH",
            "03.03.2026",
            "17.03.2026",
            "Spedition",
            "Nein",
            "EUR",
            "",
        ],
        [
            "000816",
            "Dichtring",
            "1.200",
            "1,985 €",
            "B-2026-0051",
            "Müller Elektro GmbH ",
            "03.03.2026",
            "17.03.2026",
            "Spedition",
            "Nein",
            "EUR",
            "",
        ],
        [
            "4711",
            "Leuchte",
            "2",
            "1.189,00",
            "B-2026-0052",
            "Nordlicht Leuchten GmbH",
            "9.3.2026",
            "",
            "",
            "x",
            "",
            "Zeile eins\nZeile zwei",
        ],
        ["Summe", "", "", "", "", "", "", "", "", "", "", ""],
    ];
    for (row, cells) in (3..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            text_cell(sheet, row, column, text)?;
        }
    }
    book.save(path)
}

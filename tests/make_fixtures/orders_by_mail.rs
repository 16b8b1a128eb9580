//! The mails of `orders-by-mail`: each brings the order of a works as a workbook.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

use super::{day, workbook};

/// One line: article, text, quantity, price.
type Line = (u32, &'static str, f64, f64);

const KUGELLAGER: Line = (815, "Rillenkugellager 6204", 20.0, 3.45);
const DICHTRING: Line = (816, "Wellendichtring 35×52×7", 1200.0, 1.985);
const SCHRAUBE: Line = (42, "Sechskantschraube M8×40", 500.0, 0.0875);
const KARTON: Line = (9001, "Kopierpapier A4, Karton", 4.5, 21.99);
const LEUCHTE: Line = (77_310, "Pendelleuchte 4000 K", 3.0, 1189.0);

/// An order as a works fills it in.
#[derive(Clone, Copy)]
struct Order {
    number: &'static str,
    supplier: &'static str,
    /// Days of March 2026.
    ordered: u8,
    delivery: Option<u8>,
    lines: &'static [Line],
    /// What the lines come to, as the works has summed it up.
    value: f64,
}

const LAGER: Order = Order {
    number: "B-2026-0051",
    supplier: "Müller & Söhne Industriebedarf GmbH",
    ordered: 3,
    delivery: Some(17),
    lines: &[KUGELLAGER, DICHTRING, SCHRAUBE],
    value: 2494.75,
};
const PAPIER: Order = Order {
    number: "B-2026-0052",
    supplier: "Bürobedarf Schröder OHG",
    ordered: 4,
    delivery: None,
    lines: &[KARTON],
    value: 98.96,
};
const LAMPEN: Order = Order {
    number: "B-2026-0053",
    supplier: "Nordlicht Leuchten GmbH",
    ordered: 9,
    delivery: Some(30),
    lines: &[LEUCHTE],
    value: 3567.0,
};

/// A mail with what is attached to it.
struct Mail<'a> {
    from: &'a str,
    subject: &'a str,
    /// The beginning of its Message-ID.
    id: &'a str,
    body: &'a str,
    /// The header lines of each attachment, and its bytes.
    attached: Vec<(String, Vec<u8>)>,
}

const WERK: &str = "Anna Huber <anna.huber@werke.example>";
const BODY: &str = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGuten Morgen,\n\nanbei unsere Bestellung.\n";

impl Mail<'_> {
    fn text(&self) -> String {
        let Mail { from, subject, id, body, attached } = self;
        let mut text = format!(
            "From: {from}\nTo: einkauf@example.com\nDate: Tue, 03 Mar 2026 08:31:00 +0100\nMessage-ID: <{id}@werke.example>\n\
             Subject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"grenze-{id}\"\n\n\
             --grenze-{id}\n{body}\n"
        );
        for (head, bytes) in attached {
            text.push_str(&format!("--grenze-{id}\n{head}\n\n{}", content(head, bytes)));
        }
        text + &format!("--grenze-{id}--\n")
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        fs::write(path, self.text())
    }
}

/// The bytes in lines of Base64; a mail in a mail stands there as it is.
fn content(head: &str, bytes: &[u8]) -> String {
    if head.contains("message/rfc822") {
        return format!("{}\n", String::from_utf8_lossy(bytes));
    }
    let code = STANDARD.encode(bytes);
    let lines = code.as_bytes().chunks(76).map(|line| format!("{}\n", String::from_utf8_lossy(line)));
    lines.collect()
}

/// An attachment whose name is plain.
fn attached(name: &str, media_type: &str, bytes: Vec<u8>) -> (String, Vec<u8>) {
    let disposition = format!("Content-Disposition: attachment; filename=\"{name}\"");
    (format!("Content-Type: {media_type}\n{disposition}\nContent-Transfer-Encoding: base64"), bytes)
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Writes all mails into the recipe's folder.
pub(super) fn make(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    good(&folder.join("good"))?;
    wrong(&folder.join("wrong"))?;
    awkward(&folder.join("awkward"))
}

fn mail<'a>(id: &'a str, subject: &'a str, attached: Vec<(String, Vec<u8>)>) -> Mail<'a> {
    Mail { from: WERK, subject, id, body: BODY, attached }
}

fn good(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let lager = attached("Bestellung B-2026-0051.xlsx", XLSX, filled(&LAGER, |_| Ok(()))?);
    mail("b-51", "Bestellung Lager", vec![lager]).write(&folder.join("lager.eml"))?;
    let papier = attached("bestellung.xlsx", XLSX, filled(&PAPIER, |_| Ok(()))?);
    let sheet = attached("Preisliste.pdf", "application/pdf", b"%PDF-1.7\n".to_vec());
    mail("b-52", "Papier", vec![sheet, papier]).write(&folder.join("papier.eml"))?;
    Ok(())
}

/// Each mail is wrong in its own way; one of its orders is right, and is entered.
fn wrong(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    mail("w-1", "Bestellung", Vec::new()).write(&folder.join("ohne-anhang.eml"))?;
    let stranger = attached("Bestellung.xlsx", XLSX, filled(&Order { number: "B-2026-0061", ..LAGER }, |_| Ok(()))?);
    let stranger = mail("w-2", "Bestellung", vec![stranger]);
    Mail { from: "Werk Süd <bestellung@werke-example.test>", ..stranger }.write(&folder.join("fremder.eml"))?;
    // An English decimal point as text, and a line without its article.
    let values = filled(&Order { number: "B-2026-0062", ..LAGER }, |sheet| {
        sheet.write(8, 4, "3.45")?;
        sheet.write_blank(10, 1, &Format::new())?;
        Ok(())
    })?;
    let value = filled(&Order { number: "B-2026-0063", value: 2495.75, ..LAGER }, |_| Ok(()))?;
    let delivery = filled(&Order { number: "B-2026-0064", delivery: Some(1), ..LAGER }, |_| Ok(()))?;
    let right = filled(&LAMPEN, |_| Ok(()))?;
    let several = [
        ("Bestellung Werte.xlsx", values),
        ("Bestellung Summe.xlsx", value),
        ("Bestellung Termin.xlsx", delivery),
        ("Bestellung Lampen.xlsx", right),
    ];
    let several = several.map(|(name, bytes)| attached(name, XLSX, bytes));
    mail("w-3", "Mehrere Bestellungen", several.into()).write(&folder.join("mehrere.eml"))?;
    Ok(())
}

/// A forwarded mail whose file has an umlaut in its name, and orders in an archive, one of them made by hand.
fn awkward(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let name =
        "Content-Disposition: attachment;\n filename*0*=UTF-8''Bestellung%20Werk;\n filename*1*=%20S%C3%BCd.xlsx";
    let head = format!("Content-Type: {XLSX}\n{name}\nContent-Transfer-Encoding: base64");
    let inner = mail("a-1", "=?utf-8?q?Bestellung_Werk_S=C3=BCd?=", vec![(head, filled(&LAGER, |_| Ok(()))?)]).text();
    let forwarded = ("Content-Type: message/rfc822\nContent-Disposition: attachment".to_owned(), inner.into_bytes());
    let html = "Content-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n<p>Zur Bearbeitung, mit freundlichen Gr=FC=DFen</p>\n";
    let outer = mail("a-2", "WG: =?utf-8?q?Bestellung_Werk_S=C3=BCd?=", vec![forwarded]);
    Mail { body: html, from: "ANNA.HUBER@WERKE.EXAMPLE", ..outer }.write(&folder.join("WG Bestellung Süd.eml"))?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // Archives say when their files were made.
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, bytes) in
        [("KW 10/Bestellung.xlsx", filled(&PAPIER, |_| Ok(()))?), ("KW 11/Bestellung.xlsx", by_hand()?)]
    {
        archive.start_file(name, options)?;
        archive.write_all(&bytes)?;
    }
    let archive = attached("Bestellungen.zip", "application/zip", archive.finish()?.into_inner());
    mail("a-3", "Bestellungen KW 10 und 11", vec![archive]).write(&folder.join("archiv.eml"))?;
    Ok(())
}

/// The form that the works have: captions and values above the table, formats as purchasing set them. `change` spoils it.
fn filled(order: &Order, change: impl Fn(&mut Worksheet) -> Result<(), XlsxError>) -> Result<Vec<u8>, XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet().set_name("Bestellung")?;
    let (bold, date) = (Format::new().set_bold(), Format::new().set_num_format("dd.mm.yyyy"));
    sheet.write_with_format(0, 0, "Bestellung", &bold)?;
    for (row, caption) in (1..).zip(["Bestellnummer", "Lieferant", "Bestelldatum", "Liefertermin", "Auftragswert"]) {
        sheet.write(row, 0, caption)?;
    }
    sheet.write(1, 1, order.number)?;
    sheet.write(2, 1, order.supplier)?;
    sheet.write_datetime_with_format(3, 1, day(order.ordered)?, &date)?;
    if let Some(delivery) = order.delivery {
        sheet.write_datetime_with_format(4, 1, day(delivery)?, &date)?;
    }
    sheet.write_with_format(5, 1, order.value, &Format::new().set_num_format("#,##0.00"))?;
    for (column, caption) in (0..).zip(["Pos.", "Artikel", "Bezeichnung", "Menge", "Einzelpreis"]) {
        sheet.write_with_format(7, column, caption, &bold)?;
    }
    for (row, (at, (article, text, quantity, price))) in (8..).zip((1..).zip(order.lines)) {
        sheet.write(row, 0, at)?;
        sheet.write_with_format(row, 1, *article, &Format::new().set_num_format("000000"))?;
        sheet.write(row, 2, *text)?;
        sheet.write(row, 3, *quantity)?;
        sheet.write_with_format(row, 4, *price, &Format::new().set_num_format("#,##0.00##"))?;
    }
    change(sheet)?;
    book.save_to_buffer()
}

/// The same made by hand: another sheet before it, captions with a colon beside each other, all values as texts, columns
/// in another order, an empty row between the lines.
fn by_hand() -> Result<Vec<u8>, XlsxError> {
    let mut book = workbook()?;
    book.add_worksheet().set_name("Hinweise")?.write(0, 0, "Bitte nur das Blatt Bestellung ausfüllen.")?;
    let sheet = book.add_worksheet().set_name("Bestellung")?;
    sheet.merge_range(0, 0, 0, 5, "Bestellung Werk Süd", &Format::new().set_bold())?;
    let head = [
        ["Bestellnummer:", "B-2026-0054", "Bestelldatum:", "9. März 2026"],
        ["Lieferant:", " Huber  Landtechnik GmbH ", "Auftragswert:", "1.193,50 €"],
    ];
    for (row, cells) in (2..).zip(head) {
        for (column, text) in (0..).zip(cells) {
            sheet.write(row, column, text)?;
        }
    }
    sheet.write(4, 2, "Liefertermin:")?;
    sheet.write_datetime_with_format(
        4,
        3,
        &ExcelDateTime::from_ymd(2026, 4, 2)?,
        &Format::new().set_num_format("d. mmm"),
    )?;
    let lines = [
        (6, ["Artikel-Nr.", "Menge", "Einzelpreis ", "Bezeichnung"]),
        (7, ["000777", "1.000", "1,19", "Scharnier\nverzinkt"]),
        (9, ["A-12", "7", "0,50", ""]),
    ];
    for (row, cells) in lines {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write(row, column, text)?;
        }
    }
    book.save_to_buffer()
}

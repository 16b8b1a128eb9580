//! The people whose data the practice page asks for: one table, from which the page judges and the workbook to download
//! is made, so that both agree.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// The fields, by their names in the ledger and their captions on the page and in the workbook.
pub(super) const FIELDS: [(&str, &str); 7] = [
    ("first_name", "Vorname"),
    ("last_name", "Nachname"),
    ("company", "Firma"),
    ("role", "Funktion"),
    ("address", "Adresse"),
    ("email", "E-Mail"),
    ("phone", "Telefon"),
];

/// One person a round, the texts in the order of [`FIELDS`]. All of them are made up.
pub(super) const PEOPLE: [[&str; FIELDS.len()]; 10] = [
    ["Anna", "Öztürk", "Huber AG", "Einkauf", "Lindenweg 3, 8004 Zürich", "anna@huber.example", "+41 44 555 01 01"],
    [
        "Bjørn",
        "Weiß",
        "Weiß & Partner",
        "Geschäftsführer",
        "Am Ring 12a, 50667 Köln",
        "b@weiss.example",
        "0221 5550102",
    ],
    ["Chloé", "Dupont", "Müller GmbH", "Assistenz", "Hauptstraße 7, 1010 Wien", "cd@mueller.example", "+43 1 5550103"],
    ["Dirk", "van der Meer", "Nordlicht KG", "Lager", "Kaistr. 44, 20457 Hamburg", "meer@nord.example", "040/555-0104"],
    [
        "Émile",
        "D'Angelo",
        "Isar OHG",
        "Buchhaltung",
        "Tal 21, 80331 München",
        "e.dangelo@isar.example",
        "(089) 5550105",
    ],
    [
        "Fatma",
        "Yıldız",
        "Rheintal AG",
        "Qualität",
        "Seestr. 9, 9000 St. Gallen",
        "fatma@rhein.example",
        "071 555 01 06",
    ],
    ["Gerd", "Groß", "Schröder OHG", "Vertrieb", "Markt 1, 04109 Leipzig", "gross@schroeder.example", "0341 5550107"],
    ["Hanna", "Ng", "Zürcher Papier AG", "IT", "Bahnhofplatz 2, 8001 Zürich", "ng@papier.example", "+41 44 555 01 08"],
    ["Ivo", "Šimić", "Donau Werkzeug", "Meister", "Lände 5, 4020 Linz", "ivo@donau.example", "0732 555 0109"],
    [
        "Jo",
        "Müller-Lüdenscheidt",
        "Bad & Heizung",
        "Direktor",
        "Wannenweg 8, 28195 Bremen",
        "jo@bad.example",
        "0421 5550110",
    ],
];

/// The workbook with the people of the practice page, in the order of its rounds. It says nothing of the day on which it
/// was made, so that it is the same bytes each time.
///
/// # Errors
/// If the workbook cannot be made.
pub fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 4, 1)?));
    let sheet = book.add_worksheet().set_name("Personen")?;
    for (column, (_, caption)) in (0..).zip(FIELDS) {
        sheet.write_with_format(0, column, caption, &Format::new().set_bold())?;
    }
    for (row, person) in (1..).zip(PEOPLE) {
        for (column, text) in (0..).zip(person) {
            sheet.write(row, column, text)?;
        }
    }
    book.save_to_buffer()
}

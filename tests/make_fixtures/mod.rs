//! Makes the workbooks of the fixtures. Not a test, but kept beside those that use them, so that it keeps compiling:
//! `cargo test --test integration make_fixtures -- --ignored` writes the same bytes each time.

mod e_invoices;
mod orders_by_mail;
mod orders_with_lines;
mod portal_orders;

use std::fs;
use std::path::Path;

use eintrag::sandbox::practice_workbook;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

#[test]
#[ignore = "writes the workbooks of the fixtures"]
fn make_fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    orders_with_lines::make(&folder.join("orders-with-lines")).unwrap();
    orders_by_mail::make(&folder.join("orders-by-mail")).unwrap();
    e_invoices::make(&folder.join("e-invoices")).unwrap();
    portal_orders::make(&folder.join("portal-orders")).unwrap();
    fs::write(folder.join("practice-page/good/personen.xlsx"), practice_workbook().unwrap()).unwrap();
}

/// A workbook that says nothing of the day on which it was made.
fn workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 4, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(book)
}

/// A day of March 2026.
fn day(day: u8) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(2026, 3, day)
}

//! The PDFs of the fixtures `e-invoices`: one with an invoice inside, and one without.

use std::fs;
use std::io;
use std::path::Path;

use crate::support::pdf;

/// The invoice in CII that is put into a PDF.
const INVOICE: &[u8] = include_bytes!("invoice.xml");

pub(super) fn make(folder: &Path) -> io::Result<()> {
    let page = [(56, 780, "Rechnung 2026/77"), (56, 760, "Gesamt: 226,10 EUR")];
    fs::write(folder.join("awkward/rechnung.pdf"), pdf(&page, Some(("factur-x.xml", INVOICE))))?;
    fs::write(folder.join("wrong/nur-bild.pdf"), pdf(&page, None))
}

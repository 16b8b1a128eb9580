//! The awkward mails of `invoices-by-mail`: invoices as plain PDFs, which nobody has checked but the recipe.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::pdf;

/// The lines of an invoice: caption and value.
type Lines<'a> = &'a [(&'a str, &'a str)];

const RIGHT: Lines = &[
    ("Rechnungsnummer:", "2026-1188"),
    ("Rechnungsdatum:", "16.04.2026"),
    ("Nettobetrag", "1.250,00 €"),
    ("Umsatzsteuer 19 %", "237,50 €"),
    ("Rechnungsbetrag", "1.487,50 €"),
    ("Zahlbar bis", "30.04.2026"),
];

/// Read as machines write numbers, the net amount would be 1.25.
const WRONG: Lines = &[
    ("Rechnungsnummer:", "2026-1189"),
    ("Rechnungsdatum:", "17.04.2026"),
    ("Nettobetrag", "1.250,00 €"),
    ("Umsatzsteuer 19 %", "237,50 €"),
    ("Rechnungsbetrag", "1.478,50 €"),
];

pub(super) fn make(folder: &Path) -> io::Result<()> {
    let folder = folder.join("awkward");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("pdf.eml"), mail("pdf-1", &page(RIGHT)))?;
    fs::write(folder.join("verrechnet.eml"), mail("pdf-2", &page(WRONG)))?;
    // A scan is a picture, and has no text.
    fs::write(folder.join("scan.eml"), mail("pdf-3", &pdf(&[], None)))
}

fn page(lines: Lines<'_>) -> Vec<u8> {
    let mut texts = vec![(56, 790, "Gärtnerei Grünwald GmbH"), (56, 775, "Am Anger 4, 06108 Halle")];
    for (at, (caption, value)) in (0..).zip(lines) {
        let y = 720 - 18 * at;
        texts.extend([(56, y, *caption), (300, y, *value)]);
    }
    // Windows-1252 has the sign of the euro where Latin-1 has a control character.
    let texts: Vec<_> = texts.into_iter().map(|(x, y, text)| (x, y, text.replace('€', "\u{80}"))).collect();
    pdf(&texts.iter().map(|(x, y, text)| (*x, *y, text.as_str())).collect::<Vec<_>>(), None)
}

fn mail(id: &str, file: &[u8]) -> String {
    let base64 = STANDARD.encode(file);
    let lines: Vec<&str> = base64.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!(
        "From: Buchhaltung <buero@gruenwald.example>\nTo: eingang@example.com\nDate: Fri, 17 Apr 2026 07:02:00 +0200\n\
         Message-ID: <{id}@gruenwald.example>\nSubject: Ihre Rechnung\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"grenze\"\n\n--grenze\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nGuten Tag,\n\nanbei die Rechnung.\n\n--grenze\n\
         Content-Type: application/pdf; name=\"rechnung.pdf\"\n\
         Content-Disposition: attachment; filename=\"rechnung.pdf\"\nContent-Transfer-Encoding: base64\n\n{}\n--grenze--\n",
        lines.join("\n")
    )
}

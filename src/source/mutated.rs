//! Documents of our own, broken at random: whatever stands in a file, reading it ends in rows or in a message, and a value
//! of the whole file is never made of a part of it.

use std::fs;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Outline, Reader, Snapshot, Wanted};
use crate::diagnostic::At;
use crate::recipe::model::{
    DataPath, EinvoiceSource, JsonPath, JsonSource, Locale, PdfSource, Per, Pick, Source, SourceKind, TermPath,
    XmlPath, XmlSource,
};
use crate::record::{Origin, Row};

const INVOICE: &[u8] = include_bytes!("../../fixtures/e-invoices/good/xrechnung.xml");
const PDF: &[u8] = include_bytes!("../../fixtures/e-invoices/awkward/rechnung.pdf");
const STATEMENT: &[u8] = include_bytes!("../../fixtures/bank-statement/good/camt053-maerz.xml");
const ORDERS: &[u8] = br#"{"items": [{"id": 1, "more": {"a": [1.50, true, null]}}, {"id": "x\u00e4"}], "x": {}}"#;

/// A way of breaking a file.
#[derive(Clone, Debug)]
enum Change {
    Cut(prop::sample::Index),
    Byte(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Double(prop::sample::Index, prop::sample::Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = any::<prop::sample::Index>;
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            &b"<"[..],
            b">",
            b"\"",
            b"&#0;",
            b"&a;",
            b"<![CDATA[",
            b"<!--",
            b"endstream",
            b"<<",
            b"[[[["
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    let change = prop_oneof![
        at().prop_map(Change::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (at(), piece).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at(), at()).prop_map(|(from, to)| Change::Double(from, to)),
    ];
    prop::collection::vec(change, 1..6)
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match change {
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Byte(at, byte) => bytes[at.index(length)] = *byte,
            Change::Insert(at, piece) => drop(bytes.splice(at.index(length)..at.index(length), piece.iter().copied())),
            Change::Double(from, to) => {
                let (from, to) = (from.index(length), to.index(length));
                let piece = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.extend(piece);
            }
        }
    }
    bytes
}

/// Reads a file as a recipe and as `inspect` would; gives what the picks of its rows are.
fn read(name: &str, bytes: &[u8], kind: SourceKind, picks: Vec<Pick>) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let snapshot = Snapshot::in_place(&path).unwrap();
    drop(Outline::of(&snapshot));
    let count = picks.len();
    let wanted = Wanted { picks: picks.into(), ..Wanted::default() };
    let source = Source { kind, locale: Locale::De, zone: "Europe/Berlin".into() };
    let mut reader = Reader::open_with(&source, &snapshot, &wanted).ok()?;
    let mut row = Row::new(Origin::file(Arc::clone(&snapshot.name)));
    let mut rows = Vec::new();
    while reader.next(&mut row).ok()? {
        rows.push((0..count).map(|number| row.picked(number).to_string()).collect());
    }
    Some(rows)
}

fn term(source: &str) -> Pick {
    Pick::Path { paths: vec![DataPath::Term(TermPath::parse(source).unwrap())], first: true, text: None }
}

fn xml_path(source: &str) -> XmlPath {
    XmlPath::parse(source, &|_| None).unwrap()
}

fn json_path(source: &str) -> JsonPath {
    JsonPath { source: source.to_owned(), path: serde_json_path::JsonPath::parse(source).unwrap() }
}

fn einvoice() -> SourceKind {
    SourceKind::Einvoice(EinvoiceSource { files: Vec::new(), per: Per::Line })
}

fn xml() -> SourceKind {
    let records = At::new(xml_path("Stmt/Ntry"), 0..0);
    SourceKind::Xml(XmlSource { files: Vec::new(), records, namespaces: Default::default() })
}

fn statement_picks() -> Vec<Pick> {
    let path = |source: &str| Pick::Path { paths: vec![DataPath::Xml(xml_path(source))], first: false, text: None };
    vec![path("Amt"), path("../Id"), path("/Document/BkToCstmrStmt/GrpHdr/MsgId"), path("Amt/@Ccy")]
}

#[test]
fn unbroken_they_are_read() {
    let rows = read("i.xml", INVOICE, einvoice(), vec![term("number"), term("line.net_amount")]).unwrap();
    assert_eq!(rows, [["RE-2026-0815", "75.00"], ["RE-2026-0815", "12.40"]]);
    let rows = read("i.pdf", PDF, einvoice(), vec![term("payable"), term("line.name")]).unwrap();
    assert_eq!(rows, [["200.00", "Wartung"]]);
    let rows = read("s.xml", STATEMENT, xml(), statement_picks()).unwrap();
    assert_eq!((rows.len(), &rows[4]), (5, &["0.05", "2026-03-CHF", "M-02", "CHF"].map(str::to_owned).to_vec()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn broken_invoices_end_in_rows_or_a_message(changes in changes()) {
        read("i.xml", &changed(INVOICE, &changes), einvoice(), vec![term("number"), term("vat[S:19].amount")]);
    }

    #[test]
    fn broken_statements_end_in_rows_or_a_message(changes in changes()) {
        read("s.xml", &changed(STATEMENT, &changes), xml(), statement_picks());
    }

    #[test]
    fn broken_json_ends_in_rows_or_a_message(changes in changes()) {
        let records = At::new(json_path("$.items[*]"), 0..0);
        let source = SourceKind::Json(JsonSource { files: Vec::new(), records, list: Some(json_path("$.items")) });
        let paths = vec![DataPath::Json { path: json_path("$..a[0]"), from_root: false }];
        read("o.json", &changed(ORDERS, &changes), source, vec![Pick::Path { paths, first: false, text: None }]);
    }

    #[test]
    fn broken_pdfs_end_in_rows_or_a_message(changes in changes()) {
        let bytes = changed(PDF, &changes);
        read("i.pdf", &bytes, einvoice(), vec![term("number")]);
        let caption = Pick::Label(At::new("Gesamt".to_owned(), 0..0));
        read("i.pdf", &bytes, SourceKind::Pdf(PdfSource { files: Vec::new() }), vec![caption]);
    }

    /// What is cut off is never read as if it were whole.
    #[test]
    fn a_document_that_is_cut_off_has_no_rows(at in any::<prop::sample::Index>()) {
        let cut = &INVOICE[..at.index(INVOICE.len() - 2)];
        prop_assert_eq!(read("i.xml", cut, einvoice(), vec![term("number")]), None);
        let cut = &STATEMENT[..at.index(STATEMENT.len() - 2)];
        prop_assert_eq!(read("s.xml", cut, xml(), statement_picks()), None);
        let cut = &PDF[..at.index(PDF.len() - 8)];
        prop_assert_eq!(read("i.pdf", cut, einvoice(), vec![term("number")]), None);
    }
}

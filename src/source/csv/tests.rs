use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::At;
use crate::recipe::model::{Locale, Source, SourceKind};
use crate::source::Reader;

fn snapshot(bytes: &[u8]) -> (tempfile::TempDir, Snapshot) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, bytes).unwrap();
    let snapshot = Snapshot::take(&path, &folder.path().join("inputs")).unwrap();
    (folder, snapshot)
}

fn open_with(bytes: &[u8], csv: CsvSource, wanted: &Wanted) -> Result<(tempfile::TempDir, Reader), SourceError> {
    let (folder, snapshot) = snapshot(bytes);
    let source = Source { kind: SourceKind::Csv(csv), locale: Locale::De, zone: "Europe/Berlin".into() };
    Ok((folder, Reader::open_with(&source, &snapshot, wanted)?))
}

/// The header, then each row as `line: cell|cell` with its problems.
fn read_with(bytes: &[u8], csv: CsvSource, wanted: &Wanted) -> Result<Vec<String>, SourceError> {
    let (_folder, mut reader) = open_with(bytes, csv, wanted)?;
    let mut lines = vec![reader.facts().header.join("|")];
    let mut row = Row::new(Origin::file("other"));
    let end = loop {
        match reader.next(&mut row) {
            Ok(true) => lines.push(shown(&row)),
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    for (piece, longest) in [(1, 1 << 20), (3, 12), (64, 100), (1 << 16, 1 << 22)] {
        assert_same_in_pieces(&reader, (piece, longest), &lines[1..], end.as_ref().err());
    }
    end.map(|()| lines)
}

fn shown(row: &Row) -> String {
    let cells: Vec<&str> = row.cells().map(|cell| if let Cell::Text(text) = cell { text } else { "?" }).collect();
    let problems: String = row.problems.iter().map(|why| format!(" {why:?}")).collect();
    format!("{}: {}{problems}", row.origin, cells.join("|"))
}

/// Where a file can be read in pieces, that comes to the same, wherever they end.
fn assert_same_in_pieces(
    reader: &Reader,
    (piece, longest): (usize, usize),
    expected: &[String],
    error: Option<&SourceError>,
) {
    let Some(pieces) = reader.pieces() else { return };
    let mut pieces = pieces.with_lengths(piece, longest);
    let mut rows = pieces.rows();
    let mut lines = Vec::new();
    let mut row = Row::new(Origin::file("other"));
    let mut used = Piece::default();
    let end = 'all: loop {
        let Some(next) = pieces.next(used).unwrap() else { break Ok(()) };
        used = rows.begin(next);
        loop {
            match rows.next(&mut row) {
                Ok(true) => lines.push(shown(&row)),
                Ok(false) => break,
                Err(error) => break 'all Err(error),
            }
        }
    };
    assert_eq!(lines, expected, "in pieces of {piece}");
    let told = |error: &SourceError| format!("{} {} {:?}", error.at, error.title, error.help);
    assert_eq!(end.as_ref().err().map(told), error.map(told), "in pieces of {piece}");
}

fn read(bytes: &[u8]) -> Result<Vec<String>, SourceError> {
    read_with(bytes, CsvSource::default(), &Wanted::default())
}

fn lines(bytes: &[u8]) -> Vec<String> {
    read(bytes).unwrap_or_else(|error| panic!("{error} {:?}", error.help))
}

fn encoding(label: &str) -> CsvSource {
    CsvSource { encoding: Some(At::new(label.into(), 0..0)), ..CsvSource::default() }
}

fn wrong(bytes: &[u8], csv: CsvSource) -> String {
    let error = read_with(bytes, csv, &Wanted::default()).unwrap_err();
    format!("{}: {}", error.at, error.title)
}

#[test]
fn rows_know_their_exact_line_for_all_line_ends_and_quoted_breaks() {
    let expected = ["a|b", "in.csv:2: 1|x\ny", "in.csv:5: 2|z", "in.csv:7: 3|w"];
    assert_eq!(lines(b"a,b\n1,\"x\ny\"\n\n2,z\n\n3,w\n"), expected);
    let crlf = ["a|b", "in.csv:2: 1|x\r\ny", "in.csv:5: 2|z", "in.csv:7: 3|w"];
    assert_eq!(lines(b"a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n\r\n3,w"), crlf);
    let cr = ["a|b", "in.csv:2: 1|x\ry", "in.csv:5: 2|z", "in.csv:7: 3|w"];
    assert_eq!(lines(b"a,b\r1,\"x\ry\"\r\r2,z\r\r3,w\r"), cr);
    assert_eq!(lines(b"\n\r\n\na;b\n1;2\n"), ["a|b", "in.csv:5: 1|2"]);
}

#[test]
fn encodings_are_found_or_stated() {
    let expected = ["Stra\u{df}e|\u{d6}rt", "in.csv:2: M\u{fc}ller|K\u{f6}ln"];
    let text = "Straße;Ört\r\nMüller;Köln\r\n";
    assert_eq!(lines(text.as_bytes()), expected);
    assert_eq!(lines(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), expected);
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    assert_eq!(lines(&[vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat()), expected);
    assert_eq!(lines(&[vec![0xfe, 0xff], utf16(u16::to_be_bytes)].concat()), expected);
    let stated = |label: &str, bytes: &[u8]| read_with(bytes, encoding(label), &Wanted::default()).unwrap();
    assert_eq!(stated("utf-16le", &utf16(u16::to_le_bytes)), expected);
    assert_eq!(stated("utf-16", &[vec![0xfe, 0xff], utf16(u16::to_be_bytes)].concat()), expected);
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    assert_eq!(lines(&latin), expected);
    for label in ["windows-1252", "cp1252", "iso-8859-1", "ISO-8859-15", "latin1"] {
        assert_eq!(stated(label, &latin), expected, "{label}");
    }
    let dos = b"Stra\xe1e;\x99rt\r\nM\x81ller;K\x94ln\r\n";
    assert_eq!(lines(dos), expected);
    assert_eq!(stated("CP850", dos), expected);
}

#[test]
fn the_evidence_is_kept() {
    let (_folder, reader) = open_with(b"a;b\nM\xfcller;2\n", CsvSource::default(), &Wanted::default()).unwrap();
    assert_eq!(
        reader.evidence(),
        [
            "encoding windows-1252: not UTF-8 (line 2), and its letters fit windows-1252 (1 German letters)",
            "delimiter `;`: records × cells for `;`: 2 × 2"
        ]
    );
    assert_eq!(reader.facts().encoding.as_deref(), Some("windows-1252"));
    assert_eq!(reader.facts().delimiter, Some(';'));
}

#[test]
fn what_is_no_text_in_the_encoding_is_refused_with_its_line() {
    let dos = b"a;b\n1;2\nM\x81ller;3\n";
    assert_eq!(wrong(dos, encoding("windows-1252")), "in.csv:3: line 3 of `in.csv` is not valid windows-1252");
    let latin = b"a;b\n\"x\ny\";\"\nM\xfcller\"\n";
    assert_eq!(wrong(latin, encoding("utf-8")), "in.csv:4: line 4 of `in.csv` is not valid utf-8");
    assert_eq!(wrong(b"a;b\n1;2\n3;\x004\n", encoding("utf-8")), "in.csv:3: line 3 of `in.csv` has a NUL byte");
    assert_eq!(wrong(b"a;b\n1;\x00\x00\n", CsvSource::default()), "in.csv:2: `in.csv` has a NUL byte");
    assert_eq!(wrong(b"a\x00\x00;\x00\x00b\x00\x00", CsvSource::default()), "in.csv:1: `in.csv` has a NUL byte");
    assert_eq!(
        wrong(b"a;b\n\n1;5 \xa4\n", CsvSource::default()),
        "in.csv:3: the encoding of `in.csv` is not clear: byte 0xA4 is not UTF-8, and byte 0xA4 is the euro sign in \
         iso-8859-15 but `¤` in windows-1252"
    );
    assert_eq!(wrong(b"a", encoding("windows-1253x")), "in.csv: unknown encoding `windows-1253x`");
    assert_eq!(
        wrong(b"PK\x03\x04abc", CsvSource::default()),
        "in.csv: `in.csv` is no text file: it is a zip file or workbook"
    );
    assert_eq!(
        wrong(b"\xef\xbb\xbfa;b", encoding("windows-1252")),
        "in.csv: `in.csv` begins with the byte order mark of utf-8, but the recipe states `windows-1252`"
    );
}

#[test]
fn utf_16_is_known_without_its_byte_order_mark() {
    let text = "Nr;Straße\n1;Hauptstraße\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(lines(&bytes), ["Nr|Straße", "in.csv:2: 1|Hauptstraße"]);
    }
}

#[test]
fn who_only_looks_at_a_file_sees_what_is_not_clear_with_a_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let look = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let wanted = Wanted { lenient: true, ..Wanted::default() };
        let source = CsvSource { header: HeaderRow::None, ..CsvSource::default() };
        let (mut rows, _) = CsvRows::open(&source, &Snapshot::in_place(&path).unwrap(), &wanted).unwrap();
        let mut row = Row::new(Origin::file("in.csv"));
        assert!(rows.next(&mut row).unwrap());
        let cells: Vec<String> = row.cells().map(|cell| format!("{cell:?}")).collect();
        (cells.join(" "), rows.doubts().join("; "))
    };
    let euro = look(b"1;5 \xa4\n");
    assert_eq!(euro.0, "Text(\"1\") Text(\"5 ¤\")");
    assert!(euro.1.starts_with("the encoding of `in.csv` is not clear"), "{}", euro.1);
    assert_eq!(look(b"1;\x005\n"), ("Text(\"1\") Text(\"\\05\")".into(), "`in.csv` has a NUL byte".into()));
    let delimiter = look(b"a;b,c\nd;e,f\n");
    assert!(delimiter.1.starts_with("the delimiter of `in.csv` is not clear"), "{}", delimiter.1);
    assert_eq!(look(b"1;2\n"), ("Text(\"1\") Text(\"2\")".into(), String::new()));
}

#[test]
fn dialects_are_found_or_stated() {
    assert_eq!(lines(b"sep=|\r\na|b;c\r\n1|2\r\n"), ["a|b;c", "in.csv:3: 1|2"]);
    assert_eq!(lines(b"a\n1\n2\n"), ["a", "in.csv:2: 1", "in.csv:3: 2"]);
    let stated = CsvSource { delimiter: Some(b':'), quote: Some(b'\''), ..CsvSource::default() };
    assert_eq!(read_with(b"a:b\n'1:2':3\n", stated, &Wanted::default()).unwrap(), ["a|b", "in.csv:2: 1:2|3"]);
    let error = read(b"a;b,c\nd;e,f\n").unwrap_err();
    assert_eq!(error.title, "the delimiter of `in.csv` is not clear: records × cells for `;`: 2 × 2, for `,`: 2 × 2");
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_at_its_line() {
    let error = read(b"a;b\n1;2\n\"x\ny\";\"never\n5;6\n").unwrap_err();
    assert_eq!(error.at.to_string(), "in.csv:4");
    assert_eq!(error.title, "a quote that opens on line 4 of `in.csv` is never closed");
    assert_eq!(lines(b"a;b\n1;\"closed\""), ["a|b", "in.csv:2: 1|closed"]);
    assert_eq!(lines(b"a;b\n1;\"\""), ["a|b", "in.csv:2: 1|"]);
}

#[test]
fn ragged_rows_are_issues_but_empty_cells_beyond_are_not() {
    assert_eq!(
        lines(b"a;b;c;\n1;2;3\n1;2\n1;2;3;4;\n1;2;3;4;5\n"),
        [
            "a|b|c|",
            "in.csv:2: 1|2|3",
            "in.csv:3: 1|2 TooFewCells { expected: 3, found: 2 }",
            "in.csv:4: 1|2|3|4|",
            "in.csv:5: 1|2|3|4|5 TooManyCells { expected: 4, found: 5 }",
        ]
    );
}

#[test]
fn the_header_stands_where_the_recipe_says_or_where_its_columns_are() {
    let text = b"Konto;123\nvom;1.1.\n\nDatum;Betrag\n2.1.;5\n";
    let header = |header| CsvSource { header, ..CsvSource::default() };
    let row = |number| read_with(text, header(HeaderRow::Row(number)), &Wanted::default());
    assert_eq!(row(4).unwrap(), ["Datum|Betrag", "in.csv:5: 2.1.|5"]);
    assert_eq!(row(3).unwrap_err().title, "line 3 of `in.csv`, where the header should be, begins no row");
    assert_eq!(row(9).unwrap_err().at.to_string(), "in.csv:9");
    let none = read_with(b"1;2\n3;4\n", header(HeaderRow::None), &Wanted::default()).unwrap();
    assert_eq!(none, ["A|B", "in.csv:1: 1|2", "in.csv:2: 3|4"]);
    let wanted =
        Wanted { columns: vec![vec!["Betrag".into()], vec!["Tag".into(), "datum".into()]], ..Wanted::default() };
    assert_eq!(read_with(text, CsvSource::default(), &wanted).unwrap(), ["Datum|Betrag", "in.csv:5: 2.1.|5"]);
}

#[test]
fn datev_exports_have_their_header_in_the_second_line() {
    let text = b"\"EXTF\";700;21;\"Buchungsstapel\"\nUmsatz;Konto;Belegfeld 1\n1,50;8400;\"RE-1\"\n";
    let stated = CsvSource { delimiter: Some(b';'), ..CsvSource::default() };
    let found = read_with(text, stated, &Wanted::default()).unwrap();
    assert_eq!(found, ["Umsatz|Konto|Belegfeld 1", "in.csv:3: 1,50|8400|RE-1"]);
}

#[test]
fn empty_files_and_headers_without_rows_are_no_error() {
    assert_eq!(lines(b""), [""]);
    assert_eq!(lines(b"\r\n\r\n"), [""]);
    assert_eq!(lines(b"a;b"), ["a|b"]);
    assert_eq!(lines(b"\xef\xbb\xbf"), [""]);
}

#[test]
fn single_cells_are_reached_from_the_top() {
    let wanted = Wanted { top: true, single: true, ..Wanted::default() };
    let (_folder, mut reader) =
        open_with(b"Kunde;Meier\n\nNummer;\"1\n2\"\nx;y\n", CsvSource::default(), &wanted).unwrap();
    let top: Vec<String> = reader.facts().top.iter().map(|row| format!("{} {:?}", row.origin, row.cell(1))).collect();
    assert_eq!(top, ["in.csv:1 Text(\"Meier\")", "in.csv:2 Empty", "in.csv:3 Text(\"1\\n2\")", "in.csv:5 Text(\"y\")"]);
    let mut row = Row::new(Origin::line("other", 7));
    assert!(reader.next(&mut row).unwrap());
    assert_eq!((row.origin.to_string().as_str(), row.len()), ("in.csv", 0));
    assert!(!reader.next(&mut row).unwrap());
}

#[test]
fn long_files_stream_and_pieces_join() {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"n;name;betrag\r\n");
    for number in 0..100_000 {
        write!(bytes, "{number};\"M\u{fc}ller; {number}\r\nGmbH\";{number},50\r\n").unwrap();
    }
    let (_folder, mut reader) = open_with(&bytes, CsvSource::default(), &Wanted::default()).unwrap();
    let mut row = Row::new(Origin::file("x"));
    let mut number = 0;
    while reader.next(&mut row).unwrap() {
        assert_eq!(row.origin.place, Place::Line(2 + 2 * number));
        assert_eq!(row.cell(0), Cell::Text(&number.to_string()));
        assert_eq!(row.cell(1), Cell::Text(&format!("Müller; {number}\r\nGmbH")));
        number += 1;
    }
    assert_eq!(number, 100_000);
}

#[test]
fn rows_without_end_are_refused() {
    let mut bytes = b"a;b\n1;".to_vec();
    bytes.resize(LONGEST_RECORD + 100, b'x');
    assert_eq!(wrong(&bytes, CsvSource::default()), "in.csv:2: the row that begins on line 2 is longer than 64 MB");
    let mut bytes = b"a;b\n1;2\n".to_vec();
    bytes.resize(MOST_CELLS + 100, b';');
    assert_eq!(wrong(&bytes, CsvSource::default()), "in.csv:3: the row that begins here has more than 65536 cells");
}

#[test]
fn german_letters_that_are_utf8_by_chance_are_not_read_as_foreign_ones() {
    for text in ["a;b\nSpaß“;1\n", "a;b\n1;Maß€\n", "a;b\nBÜ…;2\n"] {
        let western = ::encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        assert!(std::str::from_utf8(&western).is_ok(), "{text}");
        let said = wrong(&western, CsvSource::default());
        assert!(said.starts_with("in.csv:2: the encoding of `in.csv` is not clear"), "{said}");
        assert!(read_with(&western, encoding("windows-1252"), &Wanted::default()).is_ok());
        // One letter more that is German in UTF-8 too, and there is no doubt.
        assert!(read_with(format!("{text}ä;3\n").as_bytes(), CsvSource::default(), &Wanted::default()).is_ok());
    }
}

/// As in exports that were put one behind the other.
#[test]
fn a_byte_order_mark_further_down_stays_in_its_cell_wherever_a_piece_begins() {
    let csv = CsvSource { delimiter: Some(b';'), header: HeaderRow::None, ..encoding("utf-8") };
    let said = read_with("\u{feff}a;b\n\u{feff}c;d\n\u{feff}\"\";e\n".as_bytes(), csv, &Wanted::default()).unwrap();
    assert_eq!(said[1..], ["in.csv:1: a|b", "in.csv:2: \u{feff}c|d", "in.csv:3: \u{feff}\"\"|e"]);
}

proptest! {
    #[test]
    fn no_bytes_take_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..600), label in 0..5_usize) {
        let csv = match ["", "utf-8", "windows-1252", "utf-16le", "cp850"][label] {
            "" => CsvSource::default(),
            label => encoding(label),
        };
        let wanted = Wanted { top: true, ..Wanted::default() };
        let _ = read_with(&bytes, csv, &wanted);
    }

    /// The same text is the same table, whatever it is encoded in; what is refused is refused in all encodings.
    #[test]
    fn encoding_a_file_anew_never_changes_the_answer(
        rows in proptest::collection::vec(proptest::collection::vec("[A-Za-zäöüß€ ]{0,8}|[0-9]{1,3}[.,][0-9]{2}|[0-9 ;,|\t]{0,5}", 3), 1..12),
        delimiter in prop::sample::select(vec![b';', b',', b'\t', b'|']),
    ) {
        let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let words = |read: Result<Vec<String>, SourceError>| read.map_err(|error| error.title);
        let expected = words(read_with(text.as_bytes(), encoding("utf-8"), &Wanted::default()));
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let marked = [b"\xef\xbb\xbf".to_vec(), b"\xff\xfe".to_vec(), b"\xfe\xff".to_vec()];
        for (mark, bytes) in marked.into_iter().zip([text.clone().into_bytes(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)]) {
            let found = words(read(&[mark, bytes].concat()));
            prop_assert_eq!(&found, &expected);
        }
        let western = ::encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        prop_assert_eq!(&words(read_with(&western, encoding("windows-1252"), &Wanted::default())), &expected);
        // Without a word of the recipe the encoding may stay unclear, but then nothing is read.
        if let (Ok(found), Ok(expected)) = (words(read(&western)), &expected) {
            prop_assert_eq!(&found, expected);
        }
    }

    #[test]
    fn a_file_in_pieces_is_the_same_file(
        text in "([a-zäö;,\"0-9]{0,6}(\"\"|\"[^\"]{0,9}\"|\r\n|\n|\r|;|\u{0})){0,30}",
        header in prop::sample::select(vec![HeaderRow::None, HeaderRow::First, HeaderRow::Row(2)]),
        label in prop::sample::select(vec!["utf-8", "windows-1252", "cp850", "iso-8859-15"]),
    ) {
        let csv = CsvSource { delimiter: Some(b';'), header, ..encoding(label) };
        // The comparison is made wherever a file is read.
        let _ = read_with(text.as_bytes(), csv, &Wanted::default());
    }

    #[test]
    fn what_was_written_is_read_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a-zäöü ,;\"\r\n0-9]{0,12}", 3), 1..40),
        crlf in any::<bool>(),
    ) {
        let terminator = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(terminator)
            .quote_style(::csv::QuoteStyle::Always)
            .delimiter(b';')
            .from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let csv = CsvSource { delimiter: Some(b';'), header: HeaderRow::None, ..CsvSource::default() };
        let (_folder, mut reader) = open_with(&bytes, csv, &Wanted::default()).unwrap();
        let mut row = Row::new(Origin::file("x"));
        let mut line = 1;
        for expected in &rows {
            prop_assert!(reader.next(&mut row).unwrap());
            prop_assert_eq!(&row.origin.place, &Place::Line(line));
            let cells: Vec<String> = row.cells().map(|cell| match cell { Cell::Text(text) => text.to_owned(), _ => "?".into() }).collect();
            prop_assert_eq!(&cells, expected);
            line += 1 + expected.iter().map(|cell| breaks(cell.as_bytes())).sum::<u64>();
        }
        prop_assert!(!reader.next(&mut row).unwrap());
    }
}

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Table, TableColumn, Workbook};

use super::*;
use crate::diagnostic::At;
use crate::recipe::model::{HiddenRows, LeftOut, Locale, SheetChoice, SkipRule, Source, SourceKind};
use crate::record::Cell;
use crate::source::Reader;

fn excel() -> ExcelSource {
    ExcelSource {
        files: Vec::new(),
        sheet: SheetChoice::Only,
        header: HeaderRow::First,
        range: None,
        table: None,
        name: None,
        hidden: HiddenRows::Read,
        left_out: LeftOut::default(),
    }
}

fn named(text: &str) -> Option<At<String>> {
    Some(At::new(text.into(), 0..0))
}

fn snapshot(bytes: &[u8]) -> (tempfile::TempDir, Snapshot) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    std::fs::write(&path, bytes).unwrap();
    let snapshot = Snapshot::take(&path, &folder.path().join("inputs")).unwrap();
    (folder, snapshot)
}

/// The header, then each row as `place: cell|cell`.
fn read_with(bytes: &[u8], excel: ExcelSource, wanted: &Wanted) -> Result<(Vec<String>, FileFacts), SourceError> {
    let (_folder, snapshot) = snapshot(bytes);
    let source = Source { kind: SourceKind::Excel(excel), locale: Locale::De, zone: "Europe/Berlin".into() };
    let mut reader = Reader::open_with(&source, &snapshot, wanted)?;
    let mut lines = vec![reader.facts().header.join("|")];
    let mut row = Row::new(Origin::file("other"));
    while reader.next(&mut row)? {
        let cells: Vec<String> = row
            .cells()
            .map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) => text.to_owned(),
                Cell::Number { digits, shown } if digits == shown => format!("#{digits}"),
                Cell::Number { digits, shown } => format!("#{digits}={shown}"),
                other => format!("{other:?}"),
            })
            .collect();
        lines.push(format!("{}: {}", row.origin, cells.join("|")));
    }
    Ok((lines, reader.facts().clone()))
}

fn read(bytes: &[u8], excel: ExcelSource) -> Vec<String> {
    read_with(bytes, excel, &Wanted::default()).unwrap_or_else(|error| panic!("{error} {:?}", error.help)).0
}

fn wrong(bytes: &[u8], excel: ExcelSource) -> (String, String) {
    let error = read_with(bytes, excel, &Wanted::default()).unwrap_err();
    (error.title, error.help.unwrap_or_default())
}

/// Three sheets: `Rechnungen` with a preamble, a table from B3 on and a name for it; `Leer`; hidden `Alt`.
fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Rechnungen").unwrap();
    sheet.write(0, 0, "Stand").unwrap();
    sheet.write(0, 1, 2026).unwrap();
    for (column, name) in ["Nr", "Betrag", "Datum", "OK"].into_iter().enumerate() {
        sheet.write(2, 1 + column as u16, name).unwrap();
    }
    let number = Format::new().set_num_format("00000");
    let date = Format::new().set_num_format("dd.mm.yyyy");
    for (row, amount) in [(3, 0.1 + 0.2), (5, 1234.5)] {
        sheet.write_with_format(row, 1, row, &number).unwrap();
        sheet.write(row, 2, amount).unwrap();
        sheet.write_with_format(row, 3, ExcelDateTime::from_ymd(2026, 1, 31).unwrap(), &date).unwrap();
        sheet.write(row, 4, true).unwrap();
    }
    sheet.write(9, 5, "weit draußen").unwrap();
    let columns = ["Nr", "Betrag", "Datum", "OK"].map(|name| TableColumn::new().set_header(name));
    sheet.add_table(2, 1, 5, 4, &Table::new().set_name("Posten").set_columns(&columns)).unwrap();
    book.define_name("Bereich", "=Rechnungen!$B$3:$C$4").unwrap();
    book.add_worksheet().set_name("Leer").unwrap();
    book.add_worksheet().set_name("Alt").unwrap().set_hidden(true);
    book.save_to_buffer().unwrap()
}

#[test]
fn sheets_are_chosen_by_name_position_and_pattern() {
    let book = book();
    let (title, help) = wrong(&book, excel());
    assert_eq!(title, "`book.xlsx` has 2 sheets, and the recipe does not say which");
    assert_eq!(help, "state `sheet:`; there are `Rechnungen`, `Leer`, `Alt` (hidden)");
    let sheet = |name: &str| ExcelSource { sheet: SheetChoice::Name(At::new(name.into(), 0..0)), ..excel() };
    assert_eq!(
        wrong(&book, sheet("Rechnung")).1.split(';').next().unwrap(),
        "did you mean `Rechnungen`? there are `Rechnungen`, `Leer`, `Alt` (hidden)"
    );
    for choice in [
        sheet("Rechnungen"),
        sheet("rechnungen"),
        sheet("Rech*"),
        ExcelSource { sheet: SheetChoice::Index(1), ..excel() },
    ] {
        assert_eq!(read(&book, choice)[0], "Stand|2026");
    }
    assert_eq!(
        wrong(&book, ExcelSource { sheet: SheetChoice::Index(4), ..excel() }).0,
        "`book.xlsx` has no sheet number 4"
    );
    assert_eq!(wrong(&book, sheet("*l*")).0, "2 sheets of `book.xlsx` match `*l*`");
    assert_eq!(read(&book, sheet("Leer")), [""]);
    let (_folder, snapshot) = snapshot(&book);
    let hidden: Vec<bool> = list_sheets(&snapshot).unwrap().iter().map(|sheet| sheet.hidden).collect();
    assert_eq!(hidden, [false, false, true]);
}

#[test]
fn values_keep_their_type_place_and_digits() {
    let first = ExcelSource { sheet: SheetChoice::Index(1), ..excel() };
    let wanted = Wanted { columns: vec![vec!["betrag".into()], vec!["Datum".into()]], top: true, ..Wanted::default() };
    let (lines, facts) = read_with(&book(), first.clone(), &wanted).unwrap();
    assert_eq!(
        lines,
        [
            "|Nr|Betrag|Datum|OK",
            "book.xlsx › Rechnungen!4: |#3=00003|#0.3|Date(2026-01-31T00:00:00)|Bool(true)",
            "book.xlsx › Rechnungen!6: |#5=00005|#1234.5|Date(2026-01-31T00:00:00)|Bool(true)",
            "book.xlsx › Rechnungen!10: |||||weit draußen",
        ]
    );
    assert_eq!(facts.sheet.as_deref(), Some("Rechnungen"));
    assert_eq!(facts.header_origin.unwrap().to_string(), "book.xlsx › Rechnungen!3");
    assert_eq!(facts.top.len(), 10);
    assert_eq!(facts.top[1].len(), 0);
    assert_eq!(facts.top[1].origin.to_string(), "book.xlsx › Rechnungen!2");
    assert_eq!(facts.top[9].cell(5), Cell::Text("weit draußen"));
    let (lines, facts) = read_with(&book(), first, &Wanted { top: true, single: true, ..Wanted::default() }).unwrap();
    assert_eq!((lines, facts.top.len()), (vec![String::new(), "book.xlsx: ".into()], 10));
}

#[test]
fn areas_are_cut_out_and_their_header_is_their_first_row() {
    let book = book();
    let first = ExcelSource { sheet: SheetChoice::Index(1), ..excel() };
    let posten = [
        "Nr|Betrag|Datum|OK",
        "book.xlsx › Rechnungen!4: #3=00003|#0.3|Date(2026-01-31T00:00:00)|Bool(true)",
        "book.xlsx › Rechnungen!6: #5=00005|#1234.5|Date(2026-01-31T00:00:00)|Bool(true)",
    ];
    assert_eq!(read(&book, ExcelSource { range: named("B3:E6"), ..first.clone() }), posten);
    assert_eq!(read(&book, ExcelSource { table: named("posten"), ..excel() }), posten);
    let name = read(&book, ExcelSource { name: named("Bereich"), ..excel() });
    assert_eq!(name, ["Nr|Betrag", "book.xlsx › Rechnungen!4: #3=00003|#0.3"]);
    let none = read(&book, ExcelSource { range: named("C4:D6"), header: HeaderRow::None, ..first.clone() });
    assert_eq!(none[0], "C|D");
    assert_eq!(none.len(), 3);
    let row = |number| ExcelSource { header: HeaderRow::Row(number), ..first.clone() };
    assert_eq!(read(&book, row(3))[0], "|Nr|Betrag|Datum|OK");
    assert_eq!(wrong(&book, row(2)).0, "row 2 of the sheet `Rechnungen`, where the header should be, is empty");
    assert_eq!(wrong(&book, row(99)).0, "row 99 of the sheet `Rechnungen`, where the header should be, is empty");
    assert_eq!(wrong(&book, ExcelSource { range: named("B3-F9"), ..first }).0, "`B3-F9` is no cell range");
    let table = wrong(&book, ExcelSource { table: named("Poste"), ..excel() });
    assert_eq!(table, ("`book.xlsx` has no table `Poste`".into(), "did you mean `Posten`?".into()));
    assert_eq!(wrong(&book, ExcelSource { name: named("X"), ..excel() }).0, "`book.xlsx` has no defined name `X`");
}

#[test]
fn errors_and_formulas_give_what_the_file_holds() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    sheet.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_formula(2, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let lines = read(&book.save_to_buffer().unwrap(), excel());
    assert_eq!(lines, ["a", "book.xlsx › Sheet1!2: #2", "book.xlsx › Sheet1!3: Error(\"#DIV/0!\")"]);
}

#[test]
fn long_sheets_stream_in_order_and_may_be_left_early() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..30_000 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 3, format!("Zeile {row}")).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let (_folder, snapshot) = snapshot(&bytes);
    let source = Source {
        kind: SourceKind::Excel(ExcelSource { header: HeaderRow::None, ..excel() }),
        locale: Locale::De,
        zone: "Europe/Berlin".into(),
    };
    let mut reader = Reader::open(&source, &snapshot).unwrap();
    let mut row = Row::new(Origin::file("x"));
    for number in 0..30_000 {
        assert!(reader.next(&mut row).unwrap());
        assert_eq!(row.origin.to_string(), format!("book.xlsx › Sheet1!{}", number + 1));
        assert_eq!(row.cell(3), Cell::Text(&format!("Zeile {number}")));
    }
    assert!(!reader.next(&mut row).unwrap());
    assert!(!reader.next(&mut row).unwrap());
    let mut early = Reader::open(&source, &snapshot).unwrap();
    assert!(early.next(&mut row).unwrap());
}

#[test]
fn what_is_no_workbook_is_named() {
    let title = |bytes: &[u8]| wrong(bytes, excel()).0;
    assert_eq!(title(b""), "`book.xlsx` is empty (0 bytes)");
    assert_eq!(title(b"a;b\n1;2\n"), "`book.xlsx` is no workbook: it looks like text");
    assert_eq!(title(b"<html><table>"), "`book.xlsx` is no workbook: it is a web page (HTML) named like one");
    assert_eq!(title(b"%PDF-1.7"), "`book.xlsx` is no workbook: it is a PDF");
    assert_eq!(title(b"\x09\x02\x06\x00"), "`book.xlsx` is a workbook of Excel 2, 3 or 4, which is not read");
    let mut cut = book();
    cut.truncate(cut.len() / 2);
    assert!(title(&cut).starts_with("`book.xlsx` is damaged or cut off"));
    let mut protected = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    protected.resize(1024, 0);
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(title(&protected), "`book.xlsx` is protected by a password");
}

#[test]
fn two_cells_at_the_ends_of_a_sheet_cost_two_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, 1).unwrap();
    sheet.write(1_048_575, 16_383, 2).unwrap();
    let lines = read(&book.save_to_buffer().unwrap(), ExcelSource { header: HeaderRow::None, ..excel() });
    assert_eq!(lines.len(), 3);
    assert!(lines[2].starts_with("book.xlsx › Sheet1!1048576: |||"));
    assert!(lines[2].ends_with("|#2"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn damaged_books_end_in_rows_or_a_message(
        at in proptest::prelude::any::<proptest::sample::Index>(),
        byte in proptest::prelude::any::<u8>(),
        length in proptest::prelude::any::<proptest::sample::Index>(),
    ) {
        let mut bytes = book();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let length = bytes.len() - length.index(bytes.len()) / 8;
        bytes.truncate(length);
        let first = ExcelSource { sheet: SheetChoice::Index(1), ..excel() };
        if let Err(error) = read_with(&bytes, first, &Wanted { top: true, ..Wanted::default() }) {
            proptest::prop_assert!(error.title.contains("`book.xlsx`"), "{}", error.title);
        }
    }
}

/// A workbook of one sheet with this XML, made by hand for what no library writes.
fn by_hand(sheet: &str) -> Vec<u8> {
    use std::io::Write;
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"a\"/><sheet name=\"Makro\" sheetId=\"2\" r:id=\"b\"/><sheet name=\" \" sheetId=\"3\" r:id=\"\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet\" Target=\"macrosheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\">{sheet}</worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn formulas_without_value_and_new_errors_are_cells_like_others_and_macro_sheets_do_no_harm() {
    let book = by_hand(
        r##"<sheetData><row r="1"><c r="A1" t="str"><v>Nr</v></c><c r="B1" t="str"><v>Betrag</v></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2*2</f></c></row>
        <row r="3"><c r="A3" t="e"><f>X()</f><v>#SPILL!</v></c><c r="B3"><v>3</v></c><c r="C3" t="e"><v>#BUSY!</v></c></row>
        <row r="4"><c r="A4" t="str"><f>T("")</f><v></v></c><c r="B4"><f>A2</f><v>4</v></c></row></sheetData>"##,
    );
    assert_eq!(
        read(&book, excel()),
        [
            "Nr|Betrag",
            "book.xlsx › A!2: #1|Error(\"formula not calculated\")",
            "book.xlsx › A!3: Error(\"#SPILL!\")|#3|Error(\"#BUSY!\")",
            "book.xlsx › A!4: |#4",
        ]
    );
}

#[test]
fn a_header_that_is_merged_down_names_its_columns() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 1, 0, "Nr", &plain).unwrap();
    sheet.merge_range(0, 1, 0, 2, "Betrag", &plain).unwrap();
    sheet.write(1, 1, "Netto").unwrap();
    sheet.write(1, 2, "Brutto").unwrap();
    sheet.merge_range(0, 3, 1, 3, "Art", &plain).unwrap();
    for (column, value) in [(0, 1), (1, 100), (2, 119), (3, 7)] {
        sheet.write(2, column, value).unwrap();
    }
    let book = book.save_to_buffer().unwrap();
    let columns = vec![vec!["Netto".into()], vec!["Brutto".into()]];
    let found = read_with(&book, excel(), &Wanted { columns, ..Wanted::default() }).unwrap().0;
    assert_eq!(found, ["Nr|Netto|Brutto|Art", "book.xlsx › Sheet1!3: #1|#100|#119|#7"]);
    let second = ExcelSource { header: HeaderRow::Row(2), ..excel() };
    assert_eq!(read(&book, second)[0], "Nr|Netto|Brutto|Art");
}

#[test]
fn a_header_that_is_merged_down_names_its_columns_in_xlsb_and_ods_too() {
    let header: &[&str] = &["Nr", "Betrag", "", "Art"];
    let rows = [(header, false), (&["", "Netto", "Brutto"], false), (&["1", "100", "119", "7"], false)];
    let binary = xlsb::tests::book(&rows, &[[0, 1, 0, 0], [0, 0, 1, 2], [0, 1, 3, 3]]);
    let cell = |span: &str, text: &str| {
        format!(r#"<table:table-cell {span} office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let (down, wide) = (r#"table:number-rows-spanned="2""#, r#"table:number-columns-spanned="2""#);
    let covered = "<table:covered-table-cell/>";
    let first = [&*cell(down, "Nr"), &cell(wide, "Betrag"), covered, &cell(down, "Art")].concat();
    let second = [covered, &*cell("", "Netto"), &cell("", "Brutto"), covered].concat();
    let third: String = ["1", "100", "119", "7"].map(|text| cell("", text)).concat();
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let open = open_document(&[row(&first), row(&second), row(&third)].concat());
    for book in [binary, open] {
        let second = ExcelSource { header: HeaderRow::Row(2), ..excel() };
        assert_eq!(read(&book, second), ["Nr|Netto|Brutto|Art", "book.xlsx › A!3: 1|100|119|7"]);
    }
}

#[test]
fn hidden_rows_of_an_xlsb_book_are_left_out_where_the_recipe_says_so() {
    let book = xlsb::tests::book(&[(&["Nr"], false), (&["1"], true), (&["2"], false)], &[]);
    assert_eq!(read(&book, excel()).len(), 3);
    assert_eq!(read(&book, ExcelSource { hidden: HiddenRows::Skip, ..excel() }), ["Nr", "book.xlsx › A!3: 2"]);
}

#[test]
fn hidden_rows_are_read_unless_the_recipe_leaves_them_out() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..5 {
        sheet.write(row, 0, row).unwrap();
    }
    sheet.set_row_hidden(1).unwrap();
    sheet.set_row_hidden(3).unwrap();
    let book = book.save_to_buffer().unwrap();
    let all = ExcelSource { header: HeaderRow::None, ..excel() };
    assert_eq!(read(&book, all.clone()).len(), 6);
    let places: Vec<String> = read(&book, ExcelSource { hidden: HiddenRows::Skip, ..all })[1..].to_vec();
    assert_eq!(places, ["book.xlsx › Sheet1!1: #0", "book.xlsx › Sheet1!3: #2", "book.xlsx › Sheet1!5: #4"]);
}

#[test]
fn the_data_ends_where_the_recipe_says() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in
        [["Nr", "Art"], ["1", "Kauf"], ["2", "Storno"], ["3", "Kauf"], ["Summe", ""], ["9", "x"]].iter().enumerate()
    {
        for (column, text) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *text).unwrap();
        }
    }
    let storno = SkipRule { column: At::new("Art".into(), 0..0), equals: vec!["Storno".into()] };
    let left_out = LeftOut { stop_at: vec!["Summe".into()], skip: vec![storno] };
    let found = read(&book.save_to_buffer().unwrap(), ExcelSource { left_out, ..excel() });
    assert_eq!(found, ["Nr|Art", "book.xlsx › Sheet1!2: 1|Kauf", "book.xlsx › Sheet1!4: 3|Kauf"]);
}

#[test]
fn a_sheet_that_breaks_midway_gives_what_stands_before() {
    let book = by_hand(
        r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="b"><v>banana</v></c></row></sheetData>"#,
    );
    let (_folder, snapshot) = snapshot(&book);
    let mut rows = EverySheet::open(&snapshot).unwrap();
    let mut row = Row::new(Origin::file("x"));
    assert!(rows.next(&mut row).unwrap());
    assert_eq!(row.origin.to_string(), "book.xlsx › A!1");
    let error = rows.next(&mut row).unwrap_err();
    assert!(error.title.starts_with("the sheet `A` of `book.xlsx` cannot be read beyond row 1: "), "{error}");
    assert!(!rows.next(&mut row).unwrap());
}

/// An OpenDocument workbook of one sheet with these rows.
fn open_document(rows: &str) -> Vec<u8> {
    use std::io::Write;
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:calcext=\"c\"><office:body><office:spreadsheet>\
         <table:table table:name=\"A\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>"),
        ("content.xml", &content),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn open_document_books_are_read_with_white_space_between_cells_and_their_errors_are_errors() {
    let book = open_document(
        r##"<table:table-row>
            <table:table-cell office:value-type="float" office:value="1.5"><text:p>1,5</text:p></table:table-cell>
            <table:table-cell table:number-columns-repeated="2"/>
            <table:table-cell office:value-type="date" office:date-value="2026-01-31"><text:p>31.01.26</text:p></table:table-cell>
        </table:table-row>
        <table:table-row table:visibility="collapse"><table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>
        <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
        <table:table-row>
            <table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>
            <table:table-cell office:value-type="string"><text:p>Müller &amp; Co</text:p></table:table-cell>
        </table:table-row>"##,
    );
    let all = ExcelSource { header: HeaderRow::None, ..excel() };
    assert_eq!(
        read(&book, all.clone())[1..],
        [
            "book.xlsx › A!1: #1.5|||Date(2026-01-31T00:00:00)",
            "book.xlsx › A!2: Bool(true)",
            "book.xlsx › A!6: Error(\"#DIV/0!\")|Müller & Co",
        ]
    );
    assert_eq!(read(&book, ExcelSource { hidden: HiddenRows::Skip, ..all }).len(), 3);
}

#[test]
fn a_huge_open_document_sheet_is_refused_before_it_is_loaded() {
    let book = open_document(
        r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/></table:table-row>"#,
    );
    let (title, help) = wrong(&book, excel());
    assert!(title.starts_with("`book.xlsx` is refused, because reading it would take more than 400 MB"), "{title}");
    assert_eq!(help, "open it in a spreadsheet program, delete what is not needed and save it again");
}

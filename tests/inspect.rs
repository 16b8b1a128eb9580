//! `eintrag inspect`: what a person sees of a file before there is a recipe.

use std::path::Path;

use assert_cmd::Command;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

/// Output, talk and exit code of `eintrag inspect` in a folder.
fn inspect(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output =
        Command::cargo_bin("eintrag").unwrap().current_dir(folder).arg("inspect").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// A visible sheet with a preamble, a hidden one, an empty one.
fn book(path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Rechnungen").unwrap();
    sheet.write(0, 0, "Stand 2026").unwrap();
    for (column, name) in ["Nr", "Betrag", "Datum", "Bezahlt"].into_iter().enumerate() {
        sheet.write(2, column as u16, name).unwrap();
    }
    let (code, date) = (Format::new().set_num_format("00000"), Format::new().set_num_format("dd.mm.yyyy"));
    for row in 3..6 {
        sheet.write_with_format(row, 0, row, &code).unwrap();
        sheet.write(row, 1, f64::from(row) + 0.5).unwrap();
        sheet.write_with_format(row, 2, ExcelDateTime::from_ymd(2026, 1, row as u8).unwrap(), &date).unwrap();
        sheet.write(row, 3, row % 2 == 0).unwrap();
    }
    sheet.write_formula(6, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let hidden = book.add_worksheet().set_name("Alt").unwrap().set_hidden(true);
    hidden.write(0, 0, "x").unwrap();
    book.add_worksheet().set_name("Leer").unwrap();
    book.save(path).unwrap();
}

#[test]
fn raw_gives_every_row_of_every_sheet() {
    let folder = tempfile::tempdir().unwrap();
    book(&folder.path().join("book.xlsx"));
    let (out, talk, code) = inspect(folder.path(), &["--raw", "book.xlsx"]);
    assert_eq!(
        out,
        r##"{"origin":"book.xlsx › Rechnungen!1","sheet":"Rechnungen","row":1,"cells":["Stand 2026"],"types":"s"}
{"origin":"book.xlsx › Rechnungen!3","sheet":"Rechnungen","row":3,"cells":["Nr","Betrag","Datum","Bezahlt"],"types":"ssss"}
{"origin":"book.xlsx › Rechnungen!4","sheet":"Rechnungen","row":4,"cells":["3","3.5","2026-01-03","false"],"types":"nndb"}
{"origin":"book.xlsx › Rechnungen!5","sheet":"Rechnungen","row":5,"cells":["4","4.5","2026-01-04","true"],"types":"nndb"}
{"origin":"book.xlsx › Rechnungen!6","sheet":"Rechnungen","row":6,"cells":["5","5.5","2026-01-05","false"],"types":"nndb"}
{"origin":"book.xlsx › Rechnungen!7","sheet":"Rechnungen","row":7,"cells":[null,"#DIV/0!"],"types":"-e"}
{"origin":"book.xlsx › Alt!1","sheet":"Alt","row":1,"cells":["x"],"types":"s"}
"##
    );
    assert_eq!((talk.as_str(), code), ("", 0));
}

#[test]
fn raw_gives_the_records_of_a_csv_file_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.csv"), "Konto 1\n\nNr;Text\r\n1;\"a\nb\"\r\n2; c \n3\n").unwrap();
    let (out, talk, code) = inspect(folder.path(), &["--raw", "in.csv"]);
    assert_eq!(
        out,
        r#"{"origin":"in.csv:1","row":1,"cells":["Konto 1"],"types":"s"}
{"origin":"in.csv:3","row":3,"cells":["Nr","Text"],"types":"ss"}
{"origin":"in.csv:4","row":4,"cells":["1","a\nb"],"types":"ss"}
{"origin":"in.csv:6","row":6,"cells":["2"," c "],"types":"ss"}
{"origin":"in.csv:7","row":7,"cells":["3"],"types":"s"}
"#
    );
    assert_eq!((talk.as_str(), code), ("", 0));
}

#[test]
fn the_overview_says_what_is_there_and_why() {
    let folder = tempfile::tempdir().unwrap();
    book(&folder.path().join("book.xlsx"));
    let (out, talk, code) = inspect(folder.path(), &["book.xlsx"]);
    assert_eq!(
        out,
        "book.xlsx

sheet `Rechnungen`: 6 rows
  header in row 3: the first row of different texts that are no values (4 cells; rows have 4)
  A  Nr       code     3 × digits with leading zeros, 1 empty  00003 | 00004 | 00005
  B  Betrag   decimal  3 × number cell, 1 × error              3.5 | 4.5 | 5.5
  C  Datum    date     3 × date cell, 1 empty                  2026-01-03 | 2026-01-04 | 2026-01-05
  D  Bezahlt  bool     3 × true or false, 1 empty              false | true

sheet `Alt` (hidden): 1 row
  header in row 1: the first row of different texts that are no values (1 cells; rows have 1)
  A  x  -

sheet `Leer`: 0 rows
"
    );
    assert_eq!((talk.as_str(), code), ("", 0));
}

#[test]
fn the_overview_of_a_csv_file_has_its_encoding_and_delimiter() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.csv"), b"Name;Betrag;IBAN\nM\xfcller;1.234,56;DE89370400440532013000\n")
        .unwrap();
    let (out, _, code) = inspect(folder.path(), &["--format", "jsonl", "in.csv"]);
    assert_eq!(
        out,
        r#"{"kind":"file","name":"in.csv","encoding":"windows-1252","delimiter":";","evidence":["encoding windows-1252: not UTF-8 (line 2), and its letters fit windows-1252 (1 German letters)","delimiter `;`: records × cells for `;`: 2 × 3, for `,`: 1 × 2 1 × 1"]}
{"kind":"table","rows":2,"header_row":1,"evidence":"the first row of different texts that are no values (3 cells; rows have 3)"}
{"kind":"column","at":"A","name":"Name","type":"text","filled":1,"empty":0,"evidence":{"text":1},"examples":["Müller"]}
{"kind":"column","at":"B","name":"Betrag","type":"decimal","filled":1,"empty":0,"evidence":{"number with a decimal comma, as 1.234,56":1},"examples":["1.234,56"]}
{"kind":"column","at":"C","name":"IBAN","type":"iban","filled":1,"empty":0,"evidence":{"IBAN with right check digits":1},"examples":["DE89370400440532013000"]}
"#
    );
    assert_eq!(code, 0);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("cut.csv", b"a;b\n1;2\n3;\"open\n");
    let (out, talk, code) = inspect(folder.path(), &["--raw", "cut.csv"]);
    assert_eq!(out.lines().count(), 2);
    assert!(
        talk.starts_with("error: a quote that opens on line 3 of `cut.csv` is never closed\n  --> cut.csv:3\nhelp: "),
        "{talk}"
    );
    assert_eq!(code, 1);
    write("odd.csv", b"a;b,c\nd;e,\xa4\n");
    let (_, talk, code) = inspect(folder.path(), &["--raw", "odd.csv"]);
    assert_eq!(
        talk,
        "warning: the encoding of `odd.csv` is not clear: byte 0xA4 is not UTF-8, and byte 0xA4 is the euro sign in \
         iso-8859-15 but `¤` in windows-1252; it is read as is most likely, a recipe must state it\n\
         warning: the delimiter of `odd.csv` is not clear: records × cells for `;`: 2 × 2, for `,`: 2 × 2; it is read as \
         is most likely, a recipe must state it\n"
    );
    assert_eq!(code, 0);
    write("page.xls", b"<html><table><tr><td>1</td></tr></table></html>");
    write("empty.xlsx", b"");
    for (file, title) in [
        (
            "page.xls",
            "error: `page.xls` is no workbook: it is a web page (HTML) named like one\n  --> page.xls\nhelp: ",
        ),
        ("empty.xlsx", "error: `empty.xlsx` is empty (0 bytes)\n  --> empty.xlsx\nhelp: "),
        ("no.csv", "error: `no.csv` does not exist\n  --> no.csv\nhelp: "),
        ("mail.eml", "error: `mail.eml` does not exist\n"),
    ] {
        let (out, talk, code) = inspect(folder.path(), &[file]);
        assert!(out.is_empty() && talk.starts_with(title), "{out}{talk}");
        assert_eq!(code, 2);
    }
}

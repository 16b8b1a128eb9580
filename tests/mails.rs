//! Mails as a source: what becomes of their attachments, tables and texts, seen as users see it.

use base64::Engine;
use rust_xlsxwriter::Workbook;
use serde_json::Value as Json;

use crate::desk::{Desk, Office, Said};

/// Orders that come as workbooks.
const ORDERS: &str = r#"recipe: orders
source:
  email:
    folder: ../inbox
    from: "*@kunde.example"
    attachment: { name: "bestellung*", excel: { sheet: Positionen } }
  locale: de
fields:
  number:   { column: Nr, required: true }
  gross:    { column: Betrag, type: decimal }
  supplier: { value: "${mail.from_name}", required: true }
  date:     { value: "${mail.date}", type: datetime }
key: [supplier, number]
retry: { attempts: 2, wait: 5ms, max_wait: 50ms }
settle: 50ms
targets:
  erp:
    http: { url: "${env.ERP_URL}", auth: { bearer: "${secrets.ERP_TOKEN}" }, timeout: 10s }
    lookup:
      - get: /api/invoices
        query: { number: "${number}", supplier: "${supplier}" }
        list: $.items
        same: { $.total: "${gross}" }
    steps:
      - post: /api/invoices
        json: { number: "${number}", supplier: "${supplier}", total: "${gross}" }
        expect: { status: 201 }
"#;

/// What mails are read for by themselves.
const TEXTS: &str = r#"recipe: texts
source:
  email: { file: ../inbox/*.eml, quoted: cut }
  locale: de
fields:
  number: { subject: 'Bestellung (\S+)', required: true }
  amount: { body: 'Betrag:\s*([\d.,]+) EUR', type: decimal }
  due:    { label: Liefertermin, type: date }
  unit:   { header: X-Abteilung }
key: [number, mail.message_id]
targets:
  erp:
    http: { url: "http://erp.invalid", timeout: 10s }
    steps:
      - post: "/api/${number}"
        json: { amount: "${amount}", due: "${due}", unit: "${unit}", subject: "${mail.subject}" }
"#;

fn workbook(rows: &[(&str, f64)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Positionen").unwrap();
    sheet.write(0, 0, "Nr").unwrap();
    sheet.write(0, 1, "Betrag").unwrap();
    for (row, (number, amount)) in (1..).zip(rows) {
        sheet.write(row, 0, *number).unwrap();
        sheet.write(row, 1, *amount).unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// A mail with attachments.
fn mail(id: &str, attachments: &[(&str, &[u8])]) -> String {
    let mut text = format!(
        "From: =?utf-8?q?M=C3=BCller_GmbH?= <einkauf@kunde.example>\r\nTo: auftrag@wir.example\r\n\
         Subject: Bestellung\r\nDate: Tue, 03 Mar 2026 08:05:15 +0100\r\nMessage-ID: <{id}@kunde.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nanbei\r\n"
    );
    for (name, bytes) in attachments {
        let code = base64::engine::general_purpose::STANDARD.encode(bytes);
        text.push_str(&format!(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{code}\r\n"
        ));
    }
    text + "--b--\r\n"
}

fn lines(said: &Said) -> Vec<Json> {
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn records(said: &Said) -> Vec<Json> {
    lines(said).into_iter().filter(|line| line["kind"] == "record").collect()
}

fn places(said: &Said) -> Vec<(String, String)> {
    let text = |line: &Json, key: &str| line[key].as_str().unwrap().to_owned();
    records(said).iter().map(|line| (text(line, "origin"), text(line, "outcome"))).collect()
}

#[test]
fn each_row_of_an_attachment_is_a_record_that_knows_its_mail() {
    let desk = Desk::new();
    desk.write("recipes/orders.yaml", ORDERS);
    let (two, one) = (workbook(&[("A-1", 12.5), ("A-2", 3.0)]), workbook(&[("A-3", 1.0)]));
    desk.write("inbox/1.eml", &mail("1", &[("Bestellung März.xlsx", &two), ("logo.png", b"x")]));
    desk.write(
        "inbox/2.eml",
        &mail("2", &[("bestellung.xlsx", &one), ("bestellung.xlsx", &workbook(&[("A-4", 2.0)]))]),
    );
    desk.write("inbox/3.eml", &mail("3", &[("rechnung.pdf", b"%PDF")]));
    desk.write("inbox/4.eml", &mail("4", &[]));
    desk.write("inbox/5.eml", &mail("5", &[]).replace("kunde.example>", "werbung.example>"));
    desk.write("inbox/6.eml", "no mail at all");
    desk.write("inbox/liesmich.txt", "not read");

    let dry = desk.eintrag(&["run", "recipes/orders.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    assert_eq!(
        places(&dry),
        [
            ("1.eml › Bestellung März.xlsx › Positionen!2", "valid"),
            ("1.eml › Bestellung März.xlsx › Positionen!3", "valid"),
            ("2.eml › bestellung.xlsx › Positionen!2", "valid"),
            ("2.eml › bestellung.xlsx (2) › Positionen!2", "valid"),
            ("3.eml", "rejected"),
            ("4.eml", "rejected"),
        ]
        .map(|(place, outcome)| (place.to_owned(), outcome.to_owned()))
    );
    let records = records(&dry);
    assert_eq!(records[0]["fields"]["supplier"], "Müller GmbH");
    assert_eq!(records[0]["fields"]["date"], "2026-03-03T08:05:15+01:00");
    assert_eq!(records[4]["issues"][0]["code"], "no_attachment");
    assert_eq!(records[4]["issues"][0]["why"], "the mail has no attachment `bestellung*`; attached is `rechnung.pdf`");
    assert_eq!(records[5]["issues"][0]["why"], "the mail has no attachment; `bestellung*` is expected");
    assert!(dry.err.contains("note: mails not read: 1; `from:` or `subject:` leave them out"), "{}", dry.err);
    assert!(format!("{}{}", dry.out, dry.err).contains("`6.eml` has no headers: it is no mail"), "{}", dry.out);
    assert_eq!(lines(&dry).last().unwrap()["closes"], true);
    let german = desk.eintrag(&["run", "recipes/orders.yaml", "--dry-run", "--lang", "de"]).ended(1);
    assert!(german.out.contains("die Mail hat keinen Anhang; erwartet wird `bestellung*`"), "{}", german.out);
}

#[test]
fn a_mail_that_comes_twice_enters_nothing_twice_and_leaves_no_copies() {
    let desk = Desk::new();
    desk.write("recipes/orders.yaml", ORDERS);
    let book = workbook(&[("A-1", 12.5), ("A-2", 3.0)]);
    desk.write("inbox/1.eml", &mail("1", &[("bestellung.xlsx", &book)]));
    let office = Office::open();
    let around = [("ERP_URL", office.url()), ("ERP_TOKEN", "sandbox-token".to_owned())];
    let around: Vec<(&str, &str)> = around.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = || desk.eintrag_with(&["run", "recipes/orders.yaml", "--format", "jsonl"], &around).ended(0);
    let outcomes = |said: &Said| records(said).iter().map(|line| line["outcome"].to_string()).collect::<Vec<_>>();
    assert_eq!(outcomes(&run()), ["\"entered\"", "\"entered\""]);
    desk.write("inbox/1 (Kopie).eml", &mail("1", &[("bestellung.xlsx", &book)]));
    assert_eq!(outcomes(&run()), ["\"unchanged\""; 4]);
    assert_eq!(office.entered(), 2);
    let left: Vec<_> =
        std::fs::read_dir(desk.file(".eintrag/inputs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
    office.close();
}

#[test]
fn subject_body_captions_and_headers_are_fields() {
    let desk = Desk::new();
    desk.write("recipes/texts.yaml", TEXTS);
    let head = "From: a@x.example\nSubject: =?utf-8?q?Bestellung_Ä-7?=\nX-Abteilung: Lager Süd\nMessage-ID: <7@x>\n";
    desk.write(
        "inbox/1.eml",
        &format!("{head}\nBetrag: 1.190,00 EUR\nLiefertermin:\n  17.03.2026\n\n-----Ursprüngliche Nachricht-----\nBetrag: 1,00 EUR\n"),
    );
    let html =
        "<table><tr><td>Betrag:</td><td>5,20 EUR</td></tr><tr><td>Liefertermin</td><td>18.03.2026</td></tr></table>";
    desk.write(
        "inbox/2.eml",
        &format!("From: b@x.example\nSubject: Bestellung B\nContent-Type: text/html\n\n{html}\n"),
    );
    desk.write("inbox/3.eml", "From: c@x.example\nSubject: Bestellung C\n\nBetrag: 1,00 EUR\nBetrag: 2,00 EUR\n");
    desk.write("inbox/4.eml", "From: d@x.example\nSubject: Frage\nX-Abteilung: a\nX-Abteilung: b\n\nHallo\n");
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    let found = records(&dry);
    let fields = |at: usize| {
        let fields = &found[at]["fields"];
        ["number", "amount", "due", "unit"].map(|name| fields[name].as_str().unwrap_or("-").to_owned())
    };
    assert_eq!(fields(0), ["Ä-7", "1190.00", "2026-03-17", "Lager Süd"]);
    assert_eq!(found[0]["fields"]["mail.subject"], "Bestellung Ä-7");
    assert_eq!(found[0]["key"]["mail.message_id"], "<7@x>");
    assert_eq!(fields(1), ["B", "5.20", "2026-03-18", "-"]);
    // A mail without Message-ID is known by what it holds.
    assert!(found[1]["key"]["mail.message_id"].as_str().unwrap().starts_with("sha256:"), "{}", found[1]);
    let issues = |at: usize| {
        let issues = found[at]["issues"].as_array().unwrap();
        issues
            .iter()
            .map(|issue| format!("{} {}", issue["field"].as_str().unwrap(), issue["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(issues(2), ["amount text_twice"]);
    assert_eq!(issues(3), ["unit text_twice", "number required"]);
}

#[test]
fn the_rows_of_a_table_in_the_body_and_files_to_upload() {
    let desk = Desk::new();
    let recipe = TEXTS.replace(", quoted: cut }", ", table: { header: [Artikel, Menge] } }").replace(
        "amount: { body: 'Betrag:\\s*([\\d.,]+) EUR', type: decimal }",
        "amount: { column: Menge, type: decimal }",
    );
    desk.write("recipes/texts.yaml", &recipe);
    let table = "<table><tr><th>Artikel<th>Menge<tr><td>A<td>1,5<tr><td>B<td>x</table>";
    let html = |body: &str| format!("Subject: Bestellung 1\nFrom: a@x\nContent-Type: text/html\n\n<p>{body}</p>\n");
    desk.write("inbox/1.eml", &html(&format!("<table><tr><td>{table}</table>")));
    desk.write("inbox/2.eml", &html(&format!("{table}{table}")));
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    let found = records(&dry);
    assert_eq!((&found[0]["origin"], &found[0]["fields"]["amount"]), (&"1.eml › table:2".into(), &"1.5".into()));
    assert_eq!((&found[1]["origin"], &found[1]["outcome"]), (&"1.eml › table:3".into(), &"rejected".into()));
    assert_eq!(found[2]["issues"][0]["code"], "mail_table");

    let recipe = TEXTS.replace(", quoted: cut }", ", attachment: { media_type: application/pdf } }").replace(
        "amount: { body: 'Betrag:\\s*([\\d.,]+) EUR', type: decimal }",
        "amount: { file: true, required: true }",
    );
    let recipe = recipe
        .replace("unit: \"${unit}\", subject", "subject")
        .replace("json: { amount: \"${amount}\", due", "multipart: { datei: { file: \"${amount}\" }, due");
    desk.write("recipes/texts.yaml", &recipe);
    std::fs::remove_file(desk.file("inbox/2.eml")).unwrap();
    desk.write(
        "inbox/1.eml",
        &mail("1", &[("../../Rechnung Nr. 7.pdf", b"%PDF-1.7")])
            .replace("Subject: Bestellung", "Subject: Bestellung 7"),
    );
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(0);
    let found = records(&dry);
    assert_eq!(found[0]["origin"], "1.eml › Rechnung Nr. 7.pdf");
    let value = found[0]["fields"]["amount"].as_str().unwrap();
    assert!(value.ends_with("/Rechnung Nr. 7.pdf") && value.len() == 64 + 19, "{value}");
    let steps = found[0]["entries"][0]["steps"].to_string();
    assert!(steps.contains("\"file\":\"Rechnung Nr. 7.pdf\""), "{steps}");
}

#[test]
fn a_mail_with_more_files_than_are_opened_is_told_and_not_read_in_part() {
    let desk = Desk::new();
    desk.write("recipes/orders.yaml", ORDERS);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..1001 {
        archive.start_file(format!("{number}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let book = workbook(&[("A-1", 12.5)]);
    desk.write("inbox/1.eml", &mail("1", &[("viele.zip", &archive), ("bestellung.xlsx", &book)]));
    let dry = desk.eintrag(&["run", "recipes/orders.yaml", "--dry-run"]).ended(1);
    let told =
        "1.eml: the file cannot be read: `1.eml` has more than 1000 files attached, those in archives among them";
    assert!(dry.out.contains(told), "{}", dry.out);
}

/// What is wrong with each record, by its place.
fn wrong(said: &Said) -> Vec<String> {
    let all = records(said);
    let texts = all.iter().flat_map(|line| {
        let issues = line["issues"].as_array().cloned().unwrap_or_default();
        let codes: Vec<String> = issues.iter().map(|issue| issue["code"].as_str().unwrap().to_owned()).collect();
        let place = line["origin"].as_str().unwrap().to_owned();
        (!codes.is_empty()).then(|| format!("{place}: {}", codes.join(" ")))
    });
    texts.collect()
}

#[test]
fn what_a_mail_lacks_is_told_beside_what_it_has() {
    let desk = Desk::new();
    let recipe = ORDERS
        .replace("name: \"bestellung*\", excel: { sheet: Positionen }", "name: \"*.csv\", csv: { delimiter: \";\" }");
    desk.write("recipes/orders.yaml", &recipe);
    let csv: &[u8] = b"Nr;Betrag\nA-1;123456,00\n";
    let whole = mail("1", &[("a.csv", csv)]);
    let at = whole.len() - 20;
    desk.write("inbox/1.eml", &whole[..at]);
    // The wanted part is complete, but those that may have stood behind it are not there.
    let two = mail("2", &[("a.csv", csv), ("b.csv", csv)]);
    desk.write("inbox/2.eml", &two[..two.rfind("\r\n--b\r\n").unwrap()]);
    desk.write("inbox/3.eml", &mail("3", &[("a.csv", csv), ("rest.zip", b"PK\x03\x04 cut off")]));
    desk.write("inbox/4.eml", &mail("4", &[("rest.7z", b"7z")]));
    desk.write("inbox/5.eml", &mail("5", &[("a.csv", b"Nr;Betrag\n")]));
    desk.write("inbox/6.eml", &mail("6", &[("a.csv", b"Nr;Betrag\nA-2;1,00\n"), ("logo.png", b"x")]));
    let other = "From: boss@kunde.example, x@werbung.example\r\n";
    let written = mail("7", &[("a.csv", csv)]);
    desk.write("inbox/7.eml", &format!("{other}{}", &written[written.find("To:").unwrap()..]));
    let dry = desk.eintrag(&["run", "recipes/orders.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    assert_eq!(
        wrong(&dry),
        [
            "1.eml: mail_cut_off",
            "2.eml: mail_cut_off",
            "3.eml: closed_archive",
            "4.eml: closed_archive",
            "5.eml › a.csv: no_rows",
        ]
    );
    let valid: Vec<_> =
        places(&dry).into_iter().filter(|(_, outcome)| outcome == "valid").map(|(place, _)| place).collect();
    assert_eq!(valid, ["3.eml › a.csv:2", "6.eml › a.csv:2"]);
    assert!(dry.err.contains("note: mails not read: 1"), "{}", dry.err);
    let german = desk.eintrag(&["run", "recipes/orders.yaml", "--dry-run", "--lang", "de"]).ended(1);
    for words in ["sie ist abgeschnitten", "`rest.zip` lässt sich nicht öffnen", "unter der Kopfzeile steht nichts"] {
        assert!(german.out.contains(words), "{words}: {}", german.out);
    }
}

#[test]
fn texts_that_are_not_what_was_written_are_not_entered() {
    let desk = Desk::new();
    let recipe = TEXTS.replace("subject: \"${mail.subject}\"", "subject: \"${mail.subject}\", from: \"${mail.from}\"");
    desk.write("recipes/texts.yaml", &recipe);
    let head = |number: u32| format!("From: a@x.example\nSubject: Bestellung {number}\n");
    let base64 = "Content-Transfer-Encoding: base64\n\n";
    desk.write("inbox/1.eml", &format!("{}{base64}QmV0cmFnOiAx!!!!MjMgRVVS\n", head(1)));
    desk.write("inbox/2.eml", &format!("{}\nLiefertermin: 17.03.\u{1b}2026\n", head(2)));
    desk.write("inbox/3.eml", &format!("{}Subject: Bestellung 4\n\nx\n", head(3)));
    desk.write("inbox/4.eml", &format!("{}From: b@x.example\n\nx\n", head(4)));
    let html = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>Betrag: 5,00 EUR<p \
                style=display:none>Betrag: 6,00 EUR\n--b--\n";
    desk.write("inbox/5.eml", &format!("{}{html}", head(5)));
    desk.write(
        "inbox/6.eml",
        &format!("{}Content-Type: text/plain; charset=utf-8\n\nLiefertermin: \u{fffd}\n", head(6)),
    );
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    assert_eq!(
        wrong(&dry),
        [
            "1.eml: damaged_text damaged_text",
            "2.eml: control_letter",
            "3.eml: text_twice text_twice",
            "4.eml: text_twice",
            "6.eml: lost_letters",
        ]
    );
    assert_eq!(records(&dry)[4]["fields"]["amount"], "5.00");
    let said = |lang: &str| desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--lang", lang]).ended(1).out;
    let (english, german) = (said("en"), said("de"));
    assert!(
        english.contains("its Base64 code is damaged") && german.contains("sein Base64-Code ist beschädigt"),
        "{german}"
    );
    assert!(english.contains("control character `U+001B`") && german.contains("Steuerzeichen `U+001B`"), "{english}");
    assert!(english.contains("do not fit the encoding that the mail states"), "{english}");
}

#[test]
fn an_empty_caption_has_no_value_and_a_table_without_rows_is_told() {
    let desk = Desk::new();
    let recipe = TEXTS
        .replace("unit:   { header: X-Abteilung }", "unit:   { label: Kostenstelle }")
        .replace("due:    { label: Liefertermin, type: date }", "due:    { label: Lieferant }");
    desk.write("recipes/texts.yaml", &recipe);
    let html = |body: &str| format!("From: a@x.example\nSubject: Bestellung 1\nContent-Type: text/html\n\n{body}\n");
    let plain = |body: &str| format!("From: a@x.example\nSubject: Bestellung 1\n\n{body}\n");
    let mails = [
        plain("Lieferant:\nKostenstelle: 4"),
        plain("Lieferant:\n\nKostenstelle: 4"),
        plain("Kostenstelle: 4 Lieferant:"),
        html("<p>Lieferant:</p><p>Kostenstelle: 4</p>"),
        html("<table><tr><td>Lieferant</td><td></td></tr><tr><td>Kostenstelle</td><td>4</td></tr></table>"),
        html("<table><tr><td>Lieferant:<td>&nbsp;<td>Kostenstelle:<td>4</table>"),
        html(
            "<table><tr><td><p>Kostenstelle:</p></td><td><p>4</p></td></tr><tr><td><p>Lieferant:</p></td><td></td></tr></table>Gruß",
        ),
    ];
    for (number, mail) in mails.iter().enumerate() {
        desk.write(&format!("inbox/{number}.eml"), mail);
    }
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(0);
    let found = records(&dry);
    assert_eq!(found.len(), mails.len());
    for (line, mail) in found.iter().zip(&mails) {
        let fields = &line["fields"];
        assert!(fields["unit"] == "4" && fields["due"].is_null(), "{mail}: {fields}");
    }

    let recipe = TEXTS.replace(", quoted: cut }", ", table: { header: [Artikel, Menge] } }").replace(
        "amount: { body: 'Betrag:\\s*([\\d.,]+) EUR', type: decimal }",
        "amount: { column: Menge, type: decimal }",
    );
    desk.write("recipes/texts.yaml", &recipe);
    for number in 1..mails.len() {
        std::fs::remove_file(desk.file(&format!("inbox/{number}.eml"))).unwrap();
    }
    desk.write("inbox/0.eml", &html("<table><tr><th>Artikel<th>Menge</table>"));
    desk.write("inbox/1.eml", &html("<table><tr><th>Artikel<th>Menge<tr><td rowspan=2>A<td>7<tr><td>8</table>"));
    let dry = desk.eintrag(&["run", "recipes/texts.yaml", "--dry-run", "--format", "jsonl"]).ended(1);
    assert_eq!(wrong(&dry)[0], "0.eml › table: no_rows");
    let amounts: Vec<_> = records(&dry)[1..].iter().map(|line| line["fields"]["amount"].clone()).collect();
    assert_eq!(amounts, ["7", "8"]);
}

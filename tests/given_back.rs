//! Rejected documents: mails and others that have no rows to be corrected in a table. They are put down as they came, it is
//! listed what is wrong with each, and what was corrected is given back.

use std::fs;
use std::path::Path;

use base64::Engine;
use serde_json::Value as Json;

use crate::desk::{Desk, Office, Said};

/// Invoices whose rows come in CSV files of mails.
const RECIPE: &str = r#"recipe: by-mail
source:
  email: { folder: ../inbox, attachment: { name: "*.csv", csv: {} } }
  locale: de
fields:
  number:   { column: Nummer, required: true }
  gross:    { column: Betrag, type: decimal, required: true }
  supplier: { subject: 'Rechnungen (.+)', required: true }
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

fn mail(subject: &str, csv: Option<&str>) -> String {
    let head = format!("From: a@lieferant.example\nSubject: {subject}\nMIME-Version: 1.0\n");
    let Some(csv) = csv else { return format!("{head}\nfolgt\n") };
    let code = base64::engine::general_purpose::STANDARD.encode(csv);
    format!(
        "{head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nanbei\n--b\n\
         Content-Type: text/csv\nContent-Disposition: attachment; filename=\"liste.csv\"\n\
         Content-Transfer-Encoding: base64\n\n{code}\n--b--\n"
    )
}

fn run(desk: &Desk, office: &Office, more: &[&str]) -> Said {
    let arguments = [&["run", "recipes/by-mail.yaml"], more].concat();
    desk.eintrag_with(&arguments, &[("ERP_URL", &office.url()), ("ERP_TOKEN", "sandbox-token")])
}

/// The rows of a list, as texts.
fn list(desk: &Desk, path: &str) -> Vec<Vec<String>> {
    let raw = desk.eintrag(&["inspect", path, "--raw"]).ended(0);
    let rows = raw.out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |cell: &Json| cell.as_str().unwrap_or_default().to_owned();
    rows.map(|row| row["cells"].as_array().unwrap().iter().map(text).collect()).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn rejected_mails_are_put_down_listed_corrected_and_given_back() {
    let (desk, office) = (Desk::new(), Office::open());
    desk.write("recipes/by-mail.yaml", RECIPE);
    let half = mail("Rechnungen Huber AG", Some("Nummer;Betrag\nR-1;1,50\nR-2;2.50\n"));
    desk.write("inbox/gut.eml", &mail("Rechnungen Gut GmbH", Some("Nummer;Betrag\nR-1;1,00\n")));
    desk.write("inbox/halb.eml", &half);
    desk.write("inbox/leer.eml", &mail("Rechnungen Leer KG", None));
    desk.write("inbox/formel.eml", &mail("Rechnungen X", Some("Nummer;Betrag\nR-7;=1+1\n")));
    desk.write("inbox/keine.eml", "no mail at all");

    let said = run(&desk, &office, &[]).ended(1);
    let folder = ".eintrag/reports/run-1/rejects";
    let told = format!("all files with rejected records, to correct and to give back by `--input`: {folder}\n");
    assert!(said.out.contains(&told), "{}", said.out);
    assert!(said.out.contains(&format!("what is wrong with each of them: {folder}.xlsx\n")), "{}", said.out);
    assert_eq!(files(&desk.file(folder)), ["formel.eml", "halb.eml", "keine.eml", "leer.eml"]);
    for name in files(&desk.file(folder)) {
        assert_eq!(fs::read(desk.file(folder).join(&name)).unwrap(), fs::read(desk.file("inbox").join(&name)).unwrap());
    }
    let rows = list(&desk, &format!("{folder}.xlsx"));
    let cut: Vec<[&str; 5]> = rows.iter().map(|row| std::array::from_fn(|at| row[at].as_str())).collect();
    assert_eq!(
        cut,
        [
            ["file", "place", "field", "value", "reason"],
            // What strangers write is text in the list, and no formula.
            [
                "formel.eml",
                "formel.eml › liste.csv:2",
                "gross",
                "=1+1",
                "`=` has no place in a number; digits are 0 to 9"
            ],
            [
                "halb.eml",
                "halb.eml › liste.csv:3",
                "gross",
                "2.50",
                "looks like an English number; in German (de) write 2,50"
            ],
            [
                "keine.eml",
                "keine.eml",
                "",
                "",
                "the file cannot be read: `keine.eml` has no headers: it is no mail; save it again in the mail program, as eml or msg"
            ],
            ["leer.eml", "leer.eml", "", "", "the mail has no attachment; `*.csv` is expected"],
        ]
    );
    assert_eq!(office.entered(), 2);
    let left = fs::read_dir(desk.file(".eintrag/inputs")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "copies of mails are left");

    // The clerk corrects one, gets another anew, and gives the folder back.
    desk.write(&format!("{folder}/leer.eml"), &mail("Rechnungen Leer KG", Some("Nummer;Betrag\nR-1;3,00\n")));
    desk.write(
        &format!("{folder}/halb.eml"),
        &mail("Rechnungen Huber AG", Some("Nummer;Betrag\nR-1;1,50\nR-2;2,50\n")),
    );
    let said = run(&desk, &office, &["--input", folder]).ended(1);
    for part in ["2  entered", "1  unchanged", "1  rejected"] {
        assert!(said.out.contains(part), "`{part}` is not in {}", said.out);
    }
    assert_eq!(office.entered(), 4);
    assert_eq!(files(&desk.file(".eintrag/reports/run-2/rejects")), ["formel.eml", "keine.eml"]);
    office.close();
}

#[test]
fn a_rejected_mail_of_a_mailbox_file_is_put_down_alone() {
    let (desk, office) = (Desk::new(), Office::open());
    desk.write("recipes/by-mail.yaml", &RECIPE.replace("folder: ../inbox", "mbox: ../inbox/post.mbox"));
    let wrong = mail("Rechnungen Huber AG", Some("Nummer;Betrag\nR-2;2.50\n"));
    let good = mail("Rechnungen Gut GmbH", Some("Nummer;Betrag\nR-1;1,00\n"));
    let line = "From a@lieferant.example Tue Mar  3 08:31:00 2026\n";
    desk.write("inbox/post.mbox", &format!("{line}{good}\n{line}{wrong}\n{line}{good}\n"));
    let said = run(&desk, &office, &["--lang", "de"]).ended(1);
    let folder = ".eintrag/reports/run-1/rejects";
    assert!(said.out.contains("Alle Dateien mit Abgelehntem, zum Berichtigen und Zurückgeben mit `--input`: "));
    let name = "post.mbox › message 2.eml";
    assert_eq!(files(&desk.file(folder)), [name]);
    assert_eq!(fs::read_to_string(desk.file(folder).join(name)).unwrap(), wrong);
    let rows = list(&desk, &format!("{folder}.xlsx"));
    assert_eq!(rows[0], ["Datei", "Stelle", "Feld", "Wert", "Grund"]);
    assert_eq!(rows[1][1], "post.mbox › message 2 › liste.csv:2");
    office.close();
}

#[test]
fn documents_without_rejects_leave_no_folder_and_an_empty_one_is_told() {
    let (desk, office) = (Desk::new(), Office::open());
    desk.write("recipes/by-mail.yaml", RECIPE);
    desk.write("inbox/gut.eml", &mail("Rechnungen Gut GmbH", Some("Nummer;Betrag\nR-1;1,00\n")));
    run(&desk, &office, &[]).ended(0);
    assert!(!desk.file(".eintrag/reports/run-1").exists());
    fs::create_dir(desk.file("leer")).unwrap();
    let said = run(&desk, &office, &["--input", "leer"]).ended(2);
    assert!(said.err.contains("--input: `leer` is a folder without files"), "{}", said.err);
    office.close();
}

#[test]
fn a_rejected_invoice_is_put_down_beside_others_of_its_name() {
    let (desk, office) = (Desk::new(), Office::open());
    let source = "  einvoice: { file: ../inbox/*/*.xml }\n";
    let (before, rest) = RECIPE.split_once("  email:").unwrap();
    let recipe = format!("{before}{source}{}", rest.split_once('\n').unwrap().1)
        .replace("{ column: Nummer,", "{ path: number,")
        .replace("{ column: Betrag,", "{ path: gross_total,")
        .replace("{ subject: 'Rechnungen (.+)',", "{ path: seller.name,");
    desk.write("recipes/by-mail.yaml", &recipe);
    let good = include_str!("../fixtures/e-invoices/good/xrechnung.xml");
    let wrong = include_str!("../fixtures/e-invoices/wrong/summe.xml");
    desk.write("inbox/mai/re.xml", wrong);
    desk.write("inbox/juni/re.xml", wrong);
    desk.write("inbox/juli/re.xml", good);
    run(&desk, &office, &[]).ended(1);
    let folder = ".eintrag/reports/run-1/rejects";
    assert_eq!(files(&desk.file(folder)), ["juni-re.xml", "mai-re.xml"]);
    assert_eq!(fs::read_to_string(desk.file(folder).join("mai-re.xml")).unwrap(), wrong);
    office.close();
}

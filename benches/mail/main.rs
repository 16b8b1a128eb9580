//! How long a dry run takes to read orders from ten thousand mails of 30 KB, beside a script with Python's own `email`
//! package and `policy.default` that takes out the same (sender, date, a number in the subject, a word of the text, the
//! rows of the attached CSV file) and judges nothing; and how much memory it needs, also for a tenth of the mails. Run with
//! `cargo bench --bench mail`; numbers after `--` are the rounds (3 unless stated) and the mails (10,000 unless stated).
#![allow(clippy::print_stdout, reason = "a bench talks to the terminal")]

#[path = "../support/program.rs"]
mod program;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use program::{Taken, eintrag, measured, median};

const RECIPE: &str = r#"recipe: orders
source:
  email: { folder: inbox, subject: Bestellung, attachment: { name: "*.csv", csv: { encoding: utf-8, delimiter: ";" } } }
  locale: de
fields:
  number:   { subject: 'Bestellung (\S+)', required: true }
  due:      { body: 'Liefertermin: (\S+)', type: date, required: true }
  customer: { value: "${mail.from}" }
  sent:     { value: "${mail.date}", type: datetime }
  article:  { column: Artikel, required: true }
  quantity: { column: Menge, type: integer, minimum: 1 }
  price:    { column: Preis, type: decimal }
key: [customer, number, article]
targets:
  erp:
    http: { url: http://erp.invalid }
    lookup: [ { get: /api/orders, query: { number: "${number}", article: "${article}" }, list: $.items } ]
    steps:
      - post: /api/orders
        json: { number: "${number}", article: "${article}", quantity: "${quantity}", price: "${price}", due: "${due}" }
"#;

const SCRIPT: &str = r#"
import csv, email, email.policy, io, pathlib, re, sys
rows = 0
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    with path.open("rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    sender = mail["from"].addresses[0].addr_spec
    sent = mail["date"].datetime
    number = re.search(r"Bestellung (\S+)", mail["subject"])[1]
    due = re.search(r"Liefertermin: (\S+)", mail.get_body(("plain",)).get_content())[1]
    for part in mail.iter_attachments():
        if part.get_filename().endswith(".csv"):
            for row in csv.DictReader(io.StringIO(part.get_payload(decode=True).decode("utf-8")), delimiter=";"):
                rows += 1
assert rows == int(sys.argv[2]), rows
"#;

/// Rows of each attachment.
const ROWS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<usize>().ok());
    let (rounds, mails) = (numbers.next().unwrap_or(3), numbers.next().unwrap_or(10_000));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    take(folder.path(), 1, mails / 10)?;
    take(folder.path(), rounds, mails)
}

fn take(folder: &Path, rounds: usize, mails: usize) -> Result<(), Box<dyn Error>> {
    let folder = folder.join(mails.to_string());
    let inbox = folder.join("inbox");
    std::fs::create_dir_all(&inbox)?;
    for number in 0..mails {
        std::fs::write(inbox.join(format!("{number:06}.eml")), mail(number)?)?;
    }
    std::fs::write(folder.join("recipe.yaml"), RECIPE)?;
    std::fs::write(folder.join("read.py"), SCRIPT)?;
    println!("{mails} mails of {} KB, {rounds} rounds", mail(0)?.len() / 1000);
    let python = || -> Result<Taken, Box<dyn Error>> {
        let rows = (mails * ROWS).to_string();
        measured(Command::new("python3").arg("read.py").arg("inbox").arg(rows).current_dir(&folder))
    };
    let (mut ratios, mut peak) = (Vec::new(), 0);
    for round in 1..=rounds {
        let theirs = python()?;
        let ours = eintrag(&["run", "recipe.yaml", "--dry-run"], &folder, &[])?;
        ratios.push(theirs.wall.as_secs_f64() / ours.wall.as_secs_f64());
        peak = peak.max(ours.peak);
        println!(
            "  round {round}: Python {:.2} s; dry run {:.2} s wall, {:.2} s cpu, {} MB peak",
            theirs.wall.as_secs_f64(),
            ours.wall.as_secs_f64(),
            ours.cpu.as_secs_f64(),
            ours.peak / 1_000_000
        );
    }
    println!("  {:.1} times as fast (at least 5); {} MB (flat)", median(ratios), peak / 1_000_000);
    Ok(())
}

/// An order as a mail program sends it: a text, the same as a long page, and a table.
fn mail(number: usize) -> Result<String, std::fmt::Error> {
    let mut table = String::from("Artikel;Menge;Preis;Bezeichnung\r\n");
    for row in 0..ROWS {
        writeln!(table, "A-{row:03};{};{},50;Schraube für Gehäuse\r", row + 1, row + 10)?;
    }
    let mut page = String::from("<html><body><table>\r\n");
    while page.len() < 27_000 {
        page.push_str("<tr><td style=3D\"border:1px\">Gr=C3=BC=C3=9Fe</td><td>aus dem Einkauf</td></tr>\r\n");
    }
    page.push_str("</table></body></html>\r\n");
    let encoded = STANDARD.encode(table);
    Ok(format!(
        "From: =?utf-8?q?M=C3=BCller_GmbH?= <einkauf{}@kunde.example>\r\nTo: auftrag@wir.example\r\n\
         Subject: =?utf-8?q?Bestellung_B-{number:06}_f=C3=BCr?=\r\n =?utf-8?q?_M=C3=A4rz?=\r\n\
         Date: Tue, 03 Mar 2026 08:{:02}:15 +0100\r\nMessage-ID: <{number}@kunde.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"aussen\"\r\n\r\n--aussen\r\n\
         Content-Type: multipart/alternative; boundary=\"wahl\"\r\n\r\n--wahl\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         Guten Tag,\r\n\r\nwir bestellen wie angeh=C3=A4ngt.\r\nLiefertermin: {:02}.04.2026\r\n\r\n--wahl\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{page}--wahl--\r\n\
         --aussen\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"bestellung.csv\"\r\n\r\n{}\r\n--aussen--\r\n",
        number % 50,
        number % 60,
        number % 28 + 1,
        encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n"),
    ))
}

//! Whole runs: from the mailbox into the practice office and back, whatever ends them in between.

use std::fs;
use std::process::Command;

use super::mail;
use super::putting_away::KINDS;
use crate::support::{
    Cut, Cutter, Desk, Dovecot, Lying, Office, PASSWORD, Ran, Recipe, Row, Running, Scripted, wait_until,
};

const GOOD: &str = "Gepr&APw-ft";

/// A recipe that reads the inbox of the server at `IMAP_PORT`.
fn recipe(login: &str) -> String {
    format!(
        r#"recipe: invoices
source:
  email:
    imap:
      host: 127.0.0.1
      port: "${{env.IMAP_PORT}}"
      tls: none
      user: anna
      {login}
      processed: Geprüft
      failed: Fehler
    unseen: true
    subject: Rechnung
  locale: de
fields:
  number: {{ subject: 'Rechnung (RE-\d{{4}})', required: true }}
  supplier: {{ body: 'Lieferant: (.+)', required: true }}
  issued: {{ body: 'Datum: (\S+)', type: date, required: true }}
  total: {{ body: 'Brutto: (\S+)', type: decimal, required: true, minimum: 0 }}
key: [supplier, number]
needs_approval: total > 5000
targets:
  erp:
    http: {{ url: "${{env.ERP_URL}}", auth: {{ bearer: "${{secrets.ERP_TOKEN}}" }}, timeout: 5s }}
    lookup:
      - get: /api/invoices
        query: {{ number: "${{number}}", supplier: "${{supplier}}" }}
        list: $.items
        same: {{ $.total: "${{total}}" }}
    steps:
      - post: /api/invoices
        json: {{ number: "${{number}}", supplier: "${{supplier}}", issued: "${{issued}}", total: "${{total}}" }}
        expect: {{ status: 201 }}
retry: {{ attempts: 3, wait: 5ms, max_wait: 50ms }}
settle: 200ms
"#
    )
}

/// A desk whose recipe reads a mailbox.
fn desk() -> Desk {
    with_login("password: \"${secrets.IMAP_PASSWORD}\"")
}

fn with_login(login: &str) -> Desk {
    let desk = Desk::new(Recipe::default(), &[]);
    fs::write(desk.path("invoices.yaml"), recipe(login)).unwrap();
    desk
}

fn command(desk: &Desk, office: &Office, port: u16, more: &[&str]) -> Command {
    let mut command = desk.run_command(&[office]);
    command.args(more).env("IMAP_PORT", port.to_string()).env("IMAP_PASSWORD", PASSWORD);
    command
}

fn run(desk: &Desk, office: &Office, port: u16, more: &[&str]) -> Ran {
    Ran::of(&mut command(desk, office, port, more))
}

/// So many invoices, from this number on.
fn rows(from: u32, count: u32) -> Vec<Row> {
    (from..from + count).map(|number| Row { number: format!("RE-{number:04}"), cents: 10_001 + number }).collect()
}

fn subject(number: &str) -> String {
    format!("Rechnung {number}")
}

fn invoice(number: &str, total: &str) -> String {
    format!(
        "From: bert@supplier.example\r\nMessage-ID: <{number}@supplier.example>\r\nSubject: {}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nLieferant: Müller & Söhne\r\nDatum: 03.04.2026\r\nBrutto: {total}\r\n",
        subject(number)
    )
}

fn deliver(server: &Dovecot, rows: &[Row]) {
    for row in rows {
        server.deliver(&invoice(&row.number, &format!("{},{:02}", row.cents / 100, row.cents % 100)));
    }
}

fn lying(number: &str, seen: bool) -> Lying {
    Lying { subject: subject(number), seen }
}

#[test]
fn mails_are_entered_and_then_moved() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    let good = rows(1, 3);
    deliver(&server, &good);
    server.deliver(&invoice("RE-0009", "viel"));
    server.deliver(&mail("Werbung"));
    let ran = run(&desk, &office, server.port, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    ran.assert_accounts_for_all();
    office.assert_has_each_once(&good, "after the run");
    assert!(ran.stderr.contains("mailbox: 4 mails dealt with, 0 stay as they are"), "{}", ran.stderr);
    let origins: Vec<&str> = ran.records().map(|record| record["origin"].as_str().unwrap()).collect();
    assert!(origins.contains(&"Rechnung RE-0001 (1).eml"), "{origins:?}");
    assert_eq!(server.lying(GOOD), ["RE-0001", "RE-0002", "RE-0003"].map(|number| lying(number, true)));
    assert_eq!(server.lying("Fehler"), [lying("RE-0009", true)]);
    assert_eq!(server.lying("INBOX"), [Lying { subject: "Werbung".to_owned(), seen: false }]);
    let again = run(&desk, &office, server.port, &[]);
    assert_eq!((again.code, again.records().count()), (Some(0), 0), "{}", again.stderr);
    let copies = fs::read_dir(desk.state().join("inputs")).into_iter().flatten().count();
    assert_eq!(copies, 0, "no copy of a mail stays behind");
}

#[test]
fn a_dry_run_and_a_rehearsal_leave_no_trace() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    deliver(&server, &rows(1, 2));
    let dry = run(&desk, &office, server.port, &["--dry-run"]);
    assert_eq!((dry.code, dry.count("valid")), (Some(0), 2), "{}", dry.stderr);
    let rehearsed = run(&desk, &office, server.port, &["--rehearse"]);
    assert_eq!(rehearsed.count("pending"), 2, "{}", rehearsed.stderr);
    assert_eq!(server.lying("INBOX"), [lying("RE-0001", false), lying("RE-0002", false)]);
    assert!(office.writes().is_empty() && !dry.stderr.contains("mailbox:") && !rehearsed.stderr.contains("mailbox:"));
}

#[test]
fn a_mail_waits_for_the_approval_of_its_record() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    server.deliver(&invoice("RE-0001", "6.000,00"));
    let held = run(&desk, &office, server.port, &[]);
    assert_eq!((held.code, held.count("held")), (Some(1), 1), "{}", held.stderr);
    assert!(held.stderr.contains("mailbox: 0 mails dealt with, 1 stay as they are"), "{}", held.stderr);
    assert_eq!(server.lying("INBOX"), [lying("RE-0001", false)]);
    let approved = desk.say(&["approve", "number=RE-0001"]);
    assert_eq!(approved.code, Some(0), "{}", approved.stderr);
    let entered = run(&desk, &office, server.port, &[]);
    assert_eq!((entered.code, entered.count("entered")), (Some(0), 1), "{}", entered.stderr);
    assert_eq!((server.lying("INBOX"), server.lying(GOOD)), (Vec::new(), vec![lying("RE-0001", true)]));
}

#[test]
fn a_mail_that_comes_twice_is_entered_once_and_moved_twice() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    let good = rows(1, 1);
    deliver(&server, &good);
    deliver(&server, &good);
    let ran = run(&desk, &office, server.port, &[]);
    assert_eq!((ran.code, ran.count("entered"), ran.count("unchanged")), (Some(0), 1, 1), "{}", ran.stderr);
    office.assert_has_each_once(&good, "twice");
    assert_eq!(server.lying(GOOD), [lying("RE-0001", true), lying("RE-0001", true)]);
    assert!(server.subjects("INBOX").is_empty());
}

#[test]
fn killed_anywhere_nothing_is_entered_twice_and_each_mail_is_moved_in_the_end() {
    for kind in &KINDS {
        killed_anywhere(kind);
    }
}

/// What happens to each mail of a server that can do this.
fn killed_anywhere(kind: &str) {
    let server = Dovecot::with(&format!("ssl = no\n{kind}"));
    let copies = if kind.is_empty() || kind.contains("MOVE") { 0 } else { 1 };
    let mut number = 1;
    for (place, least) in [
        ("before-commit", 6),
        ("after-commit", 6),
        ("after-request", 2),
        ("before-move", 1),
        ("after-copy", copies),
        ("after-move", 1),
    ] {
        // What comes before the mails are put away is the same with all servers.
        if !kind.is_empty() && ["before-commit", "after-request"].contains(&place) {
            continue;
        }
        for nth in 1..=50 {
            let at = format!("{place}:{nth}");
            let (office, desk, good) = (Office::new(), desk(), rows(number, 2));
            number += 2;
            deliver(&server, &good);
            let killed = Ran::of(command(&desk, &office, server.port, &[]).env("EINTRAG_CRASH_AT", &at));
            let was_killed = killed.code.is_none();
            let ran = if was_killed { run(&desk, &office, server.port, &[]) } else { killed };
            assert_eq!(ran.code, Some(0), "{at}: {}", ran.stderr);
            office.assert_has_each_once(&good, &at);
            let left = server.undeleted("INBOX");
            assert!(left.is_empty(), "{at}: {left:?}");
            let moved = server.subjects(GOOD);
            assert!(server.lying(GOOD).iter().all(|mail| mail.seen), "{at}: {:?}", server.lying(GOOD));
            let times = |row: &Row| moved.iter().filter(|moved| **moved == subject(&row.number)).count();
            assert!(good.iter().all(|row| times(row) == 1), "{at}: {moved:?}");
            desk.assert_journal_is_whole(&at);
            if !was_killed {
                assert!(nth > least, "{place} was passed {} times", nth - 1);
                break;
            }
        }
    }
}

#[test]
fn a_mail_that_somebody_moves_during_the_run_is_told() {
    let (server, office, desk) = (Dovecot::start(), Office::with("latency=300ms"), desk());
    let good = rows(1, 2);
    deliver(&server, &good);
    let mut running = Running::start(&mut command(&desk, &office, server.port, &[]));
    wait_until("the first request", || office.requests() > 0 || running.is_over());
    server.move_by_hand(&subject("RE-0002"), "INBOX", "Fehler");
    let ran = running.wait();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let told =
        "warning: `Rechnung RE-0002 (2).eml` was moved or deleted by somebody else while its records were entered";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    office.assert_has_each_once(&good, "moved by somebody else");
    assert_eq!(server.subjects(GOOD), [subject("RE-0001")]);
}

#[test]
fn a_lost_line_after_the_run_is_told_and_made_good_by_the_next() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    let good = rows(1, 2);
    deliver(&server, &good);
    let line = Cutter::before(server.port, &[Cut::Before("UID MOVE"); 3]);
    let ran = run(&desk, &office, line.port, &[]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: 2 mails could not be marked and moved (the connection"), "{}", ran.stderr);
    let again = run(&desk, &office, server.port, &[]);
    // They are moved first, so there is nothing left to read.
    assert_eq!((again.code, again.records().count()), (Some(0), 0), "{}", again.stderr);
    assert!(again.stderr.contains("mailbox: 2 mails of an earlier run dealt with"), "{}", again.stderr);
    office.assert_has_each_once(&good, "after a lost line");
    assert_eq!(server.lying(GOOD), [lying("RE-0001", true), lying("RE-0002", true)]);
    let told = desk.command(&["explain", "number=RE-0002"]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    for words in [
        "run #1: its mail is to be put away (mail Rechnung RE-0002 (2).eml, mailbox imap://anna@127.0.0.1/INBOX,",
        "run #1: its mail was marked as read and moved (mail Rechnung RE-0002 (2).eml, mailbox imap://",
        "to Geprüft)",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("RE-0001"), "{told}");
}

#[test]
fn a_wrong_password_is_a_mistake_and_a_server_that_is_away_is_not() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    let ran = Ran::of(command(&desk, &office, server.port, &[]).env("IMAP_PASSWORD", "falsches-wort"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("does not let `anna` in: [AUTHENTICATIONFAILED]"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("falsches-wort"));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran = run(&desk, &office, port, &[]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be reached") && ran.stderr.contains("; run again"), "{}", ran.stderr);
    assert!(office.writes().is_empty());
}

#[test]
fn with_files_given_no_mailbox_is_touched() {
    let (server, office, desk) = (Dovecot::start(), Office::new(), desk());
    deliver(&server, &rows(1, 1));
    fs::write(desk.path("one.eml"), invoice("RE-0005", "100,06")).unwrap();
    let ran = run(&desk, &office, server.port, &["--input", "one.eml"]);
    assert_eq!((ran.code, ran.count("entered")), (Some(0), 1), "{}", ran.stderr);
    assert_eq!(server.logins(), (0, 0));
    assert_eq!(server.lying("INBOX"), [lying("RE-0001", false)]);
    let practice = run(&desk, &office, server.port, &["--sandbox"]);
    assert_eq!(practice.code, Some(2));
    assert!(practice.stderr.contains("the practice office has no mailbox; give it mails with `--input FILE`"));
    assert_eq!(server.logins(), (0, 0));
}

#[test]
fn a_token_of_the_office_opens_a_mailbox() {
    let server = Scripted::start(
        "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hi\r\n",
        &[
            ("AUTHENTICATE XOAUTH2", "+ \r\n"),
            ("dXNlcj1", "TAG OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] in\r\n"),
            ("STATUS", "TAG OK done\r\n"),
            ("EXAMINE", "* OK [UIDVALIDITY 7] ok\r\nTAG OK done\r\n"),
            ("SEARCH", "* SEARCH\r\nTAG OK done\r\n"),
            ("LOGOUT", "* BYE\r\nTAG OK done\r\n"),
        ],
    );
    let office = Office::new();
    let oauth = "oauth2: { token_url: \"${env.ERP_URL}/oauth/token\", client_id: sandbox, client_secret: \
                 \"${secrets.CLIENT_SECRET}\" }";
    let desk = with_login(oauth);
    let ran = Ran::of(command(&desk, &office, server.port, &[]).env("CLIENT_SECRET", "sandbox-secret"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        server.heard().iter().any(|line| line.starts_with("dXNlcj1hbm5hAWF1dGg9QmVhcmVyI")),
        "{:?}",
        server.heard()
    );
    let refused = Ran::of(command(&desk, &office, server.port, &[]).env("CLIENT_SECRET", "wrong-secret"));
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(refused.stderr.contains("there is no token for the login at the mail server"), "{}", refused.stderr);
}

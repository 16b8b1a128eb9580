//! Which mails are fetched, and that nobody notices it.

use std::time::{Duration, SystemTime};

use eintrag::mailbox::{MailboxError, Note, Sieve};

use super::{fetched, inbox, mail, names};
use crate::support::{Cut, Cutter, Dovecot, Scripted};

#[test]
fn mails_are_fetched_byte_by_byte_and_stay_unread() {
    let server = Dovecot::start();
    let long = format!("{}{}\r\n", mail("long"), "x\0\u{e4})(\"{5}\r\n".repeat(5000));
    for text in [&mail("first"), &long, &mail("third")] {
        server.deliver(text);
    }
    let (found, texts) = fetched(&inbox(server.port)).unwrap();
    assert_eq!(names(&found), ["first (1).eml", "long (2).eml", "third (3).eml"]);
    assert_eq!(texts[0], mail("first"));
    // IMAP knows no NUL: the server sends another byte for it. All else is as it was delivered.
    assert_eq!(texts[1].replace('\u{fffd}', "\0"), long);
    assert_eq!(found.messages[1].bytes, long.len() as u64);
    assert!(server.lying("INBOX").iter().all(|mail| !mail.seen), "{:?}", server.lying("INBOX"));
    // What is fetched again is the same.
    assert_eq!(fetched(&inbox(server.port)).unwrap().0.messages, found.messages);
}

#[test]
fn the_server_is_asked_only_for_mails_that_may_be_meant() {
    let server = Dovecot::start();
    let day = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(days * 24 * 60 * 60);
    for (subject, from, days) in [
        ("Bestellung 1", "bert@supplier.example", 20_500),
        ("=?utf-8?q?Bestellung_f=C3=BCr_uns?=", "bert@supplier.example", 20_500),
        ("Bestellung 3", "carl@other.example", 20_500),
        ("Bestellung 4", "bert@supplier.example", 20_000),
        ("Werbung", "bert@supplier.example", 20_500),
    ] {
        let text = format!("From: {from}\r\nSubject: {subject}\r\n\r\nText\r\n");
        server.deliver_bytes(text.as_bytes(), day(days));
    }
    let with = |sieve: Sieve| {
        let (found, _) = fetched(&eintrag::mailbox::Settings { sieve, ..inbox(server.port) }).unwrap();
        found.messages.iter().map(|message| message.uid).collect::<Vec<_>>()
    };
    assert_eq!(with(Sieve::default()), [1, 2, 3, 4, 5]);
    assert_eq!(with(Sieve { from: vec!["*@supplier.example".into()], ..Sieve::default() }), [1, 2, 4, 5]);
    assert_eq!(with(Sieve { subject: vec!["Bestellung".into()], ..Sieve::default() }), [1, 2, 3, 4]);
    assert_eq!(with(Sieve { subject: vec!["bestellung für".into(), "Werbung".into()], ..Sieve::default() }), [2, 5]);
    assert_eq!(with(Sieve { since: Some(jiff::civil::date(2026, 1, 1)), ..Sieve::default() }), [1, 2, 3, 5]);
    assert_eq!(with(Sieve { unseen: true, ..Sieve::default() }), [1, 2, 3, 4, 5]);
}

#[test]
fn a_mail_that_is_too_long_is_told_and_not_fetched() {
    let server = Dovecot::start();
    server.deliver(&mail("good"));
    server.deliver(&format!("{}{}", mail("long"), "0123456789".repeat(10_000)));
    let (found, texts) = fetched(&inbox(server.port)).unwrap();
    assert_eq!((names(&found), texts.len()), (vec!["good (1).eml"], 1));
    assert!(
        matches!(found.notes[..], [Note::TooLong { uid: 2, bytes: 100_000.., most: 100_000 }]),
        "{:?}",
        found.notes
    );
}

#[test]
fn a_folder_that_is_not_there_is_named_with_the_nearest() {
    let server = Dovecot::start();
    let of = |folder: &str| eintrag::mailbox::Settings { processed: Some(folder.to_owned()), ..inbox(server.port) };
    let error = fetched(&of("Erledgt")).unwrap_err();
    assert_eq!(error.to_string(), "the mailbox has no folder `Erledgt`; did you mean `Erledigt`?");
    let error = fetched(&of("Archiv")).unwrap_err().to_string();
    assert_eq!(error, "the mailbox has no folder `Archiv`; there are: Erledigt, Fehler, Geprüft, INBOX");
    assert!(fetched(&of("Geprüft")).is_ok());
}

#[test]
fn a_lost_connection_is_made_again_where_it_was_lost() {
    let server = Dovecot::start();
    for number in 1..=4 {
        server.deliver(&mail(&format!("mail-{number}")));
    }
    let cuts =
        [Cut::Before("AUTHENTICATE"), Cut::After("UID FETCH 2 "), Cut::Before("UID FETCH 3 "), Cut::Before("SEARCH")];
    let line = Cutter::before(server.port, &cuts);
    let (found, texts) = fetched(&inbox(line.port)).unwrap();
    assert_eq!(names(&found), ["mail-1 (1).eml", "mail-2 (2).eml", "mail-3 (3).eml", "mail-4 (4).eml"]);
    assert_eq!(texts.len(), 4);
    assert_eq!(line.left(), 0);
}

#[test]
fn a_line_that_breaks_again_and_again_ends_the_attempts() {
    let server = Dovecot::start();
    server.deliver(&mail("never"));
    let line = Cutter::before(server.port, &[Cut::Before("UID FETCH"); 9]);
    let error = fetched(&inbox(line.port)).unwrap_err();
    assert!(matches!(error, MailboxError::Lost { .. }) && error.is_passing(), "{error}");
    assert_eq!(line.left(), 6);
}

#[test]
fn nobody_there_is_told_after_the_last_attempt() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = fetched(&inbox(port)).unwrap_err();
    assert!(error.is_passing());
    assert!(error.to_string().starts_with(&format!("the mail server 127.0.0.1:{port} cannot be reached: ")), "{error}");
}

const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n";

#[test]
fn a_refused_search_is_no_empty_inbox() {
    let server = Scripted::start(
        GREETING,
        &[
            ("AUTHENTICATE", "+ \r\n"),
            ("STATUS", "TAG OK done\r\n"),
            ("EXAMINE", "* OK [UIDVALIDITY 7] ok\r\nTAG OK [READ-ONLY] done\r\n"),
            ("SEARCH", "TAG NO not today\r\n"),
            // The line with user and password.
            ("AGFubmE", "TAG OK in\r\n"),
            ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"),
        ],
    );
    let error = fetched(&inbox(server.port)).unwrap_err();
    assert!(error.to_string().contains("refused to search"), "{error}");
}

#[test]
fn a_server_that_says_nonsense_is_told_from_one_that_is_not_there() {
    for (greeting, why) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "cannot be understood"),
        ("* PREAUTH welcome\r\n", "it lets everybody in without a login"),
        ("* BYE full house\r\n", "asks to try again later: full house"),
        ("* LIST (((((((((((((((((((((((((((((((((((((((((((((((\r\n", "too many lists in lists"),
        ("* 1 FETCH (BODY[] {999999999}\r\nx", "it is longer than"),
    ] {
        let server = Scripted::start(greeting, &[]);
        let error = fetched(&inbox(server.port)).unwrap_err().to_string();
        assert!(error.contains(why), "{greeting}: {error}");
    }
}

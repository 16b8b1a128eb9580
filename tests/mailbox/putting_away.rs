//! What becomes of mails after a run, whatever happens meanwhile.

use eintrag::mailbox::{Note, Settings};

use super::{all_due, fetched, inbox, mail, put_away, put_away_those};
use crate::support::{Cut, Cutter, Dovecot, Lying};

fn with_mails(more: &str, subjects: &[&str]) -> Dovecot {
    let server = Dovecot::with(&format!("ssl = no\n{more}"));
    for subject in subjects {
        server.deliver(&mail(subject));
    }
    server
}

fn seen(subject: &str) -> Lying {
    Lying { subject: subject.to_owned(), seen: true }
}

fn unseen(subject: &str) -> Lying {
    Lying { subject: subject.to_owned(), seen: false }
}

#[test]
fn each_mail_goes_where_it_belongs() {
    let server = with_mails("", &["good-1", "bad-2", "open-3", "good-4"]);
    let settings = Settings { processed: Some("Geprüft".to_owned()), ..inbox(server.port) };
    let (found, _) = fetched(&settings).unwrap();
    // One that came in since the run began is not touched.
    server.deliver(&mail("good-5"));
    let disposed = put_away(&settings, &found);
    assert_eq!((disposed.done, disposed.open, &disposed.notes[..]), (3, 1, &[][..]));
    assert!(disposed.left.is_none());
    assert_eq!(server.lying("INBOX"), [unseen("good-5"), unseen("open-3")]);
    assert_eq!(server.lying("Gepr&APw-ft"), [seen("good-1"), seen("good-4")]);
    assert_eq!(server.lying("Fehler"), [seen("bad-2")]);
}

#[test]
fn a_server_without_move_copies_and_takes_away_only_these() {
    let server = with_mails("imap_capability = IMAP4rev1 UIDPLUS\n", &["good-1", "bad-2", "open-3"]);
    let (found, _) = fetched(&inbox(server.port)).unwrap();
    assert_eq!(put_away(&inbox(server.port), &found).done, 2);
    assert_eq!(server.lying("INBOX"), [unseen("open-3")]);
    assert_eq!((server.lying("Erledigt"), server.lying("Fehler")), (vec![seen("good-1")], vec![seen("bad-2")]));
}

#[test]
fn without_folders_what_is_in_is_marked_and_what_failed_stays_unread() {
    let server = with_mails("", &["good-1", "bad-2"]);
    let settings = Settings { processed: None, failed: None, ..inbox(server.port) };
    let (found, _) = fetched(&settings).unwrap();
    let disposed = put_away(&settings, &found);
    assert_eq!((disposed.done, disposed.open), (1, 1));
    assert_eq!(server.lying("INBOX"), [unseen("bad-2"), seen("good-1")]);
}

#[test]
fn a_mail_that_somebody_moved_meanwhile_is_told() {
    let server = with_mails("", &["good-1", "good-2"]);
    let (found, _) = fetched(&inbox(server.port)).unwrap();
    server.move_by_hand("good-1", "INBOX", "Fehler");
    let disposed = put_away(&inbox(server.port), &found);
    assert_eq!(disposed.done, 1);
    assert_eq!(disposed.notes, [Note::Gone { name: "good-1 (1).eml".to_owned() }]);
    assert_eq!(server.subjects("Erledigt"), ["good-2"]);
    assert_eq!(server.subjects("Fehler"), ["good-1"]);
}

#[test]
fn a_folder_that_numbers_its_mails_anew_does_not_mix_them_up() {
    let server = with_mails("", &["good-1", "bad-2", "open-3"]);
    // Without a Message-ID it is found by its length, and told from another of that length by its bytes.
    let plain = |word: &str| format!("From: b@c.example\r\nSubject: good-{word}\r\n\r\nText\r\n");
    server.deliver(&plain("a"));
    server.deliver(&plain("b"));
    let (mut found, _) = fetched(&inbox(server.port)).unwrap();
    found.messages.retain(|message| !message.name.starts_with("good-b"));
    server.renumber();
    let disposed = put_away(&inbox(server.port), &found);
    assert_eq!((disposed.done, disposed.open, &disposed.notes[..]), (3, 1, &[][..]));
    assert_eq!(server.lying("INBOX"), [unseen("good-b"), unseen("open-3")]);
    assert_eq!(server.subjects("Erledigt"), ["good-1", "good-a"]);
    assert_eq!(server.subjects("Fehler"), ["bad-2"]);
}

#[test]
fn a_lost_connection_neither_forgets_a_mail_nor_blames_others() {
    for cut in [
        Cut::Before("AUTHENTICATE"),
        Cut::Before("STORE"),
        Cut::After("STORE"),
        Cut::Before("MOVE"),
        Cut::After("MOVE"),
    ] {
        let server = with_mails("", &["good-1", "good-2", "bad-3"]);
        let (found, _) = fetched(&inbox(server.port)).unwrap();
        let line = Cutter::before(server.port, &[cut]);
        let disposed = put_away(&inbox(line.port), &found);
        assert_eq!((disposed.done, &disposed.notes[..]), (3, &[][..]), "{cut:?}");
        assert!(disposed.left.is_none() && line.left() == 0, "{cut:?}: {:?}", disposed.left);
        assert_eq!(server.lying("Erledigt"), [seen("good-1"), seen("good-2")], "{cut:?}");
        assert_eq!(server.lying("Fehler"), [seen("bad-3")], "{cut:?}");
        assert!(server.subjects("INBOX").is_empty(), "{cut:?}");
    }
}

/// What servers can do: move in one step and tell new numbers; only the one; only the other; neither.
pub(super) const KINDS: [&str; 4] = [
    "",
    "imap_capability = IMAP4rev1 UIDPLUS\n",
    "imap_capability = IMAP4rev1 MOVE\n",
    "imap_capability = IMAP4rev1\n",
];

#[test]
fn a_line_that_is_lost_between_copy_and_delete_leaves_no_second_copy() {
    for kind in &KINDS {
        for cut in [Cut::After("COPY"), Cut::Before("Deleted"), Cut::After("Deleted"), Cut::After("EXPUNGE")] {
            let server = with_mails(kind, &["good-1", "good-2", "bad-3", "open-4"]);
            let (found, _) = fetched(&inbox(server.port)).unwrap();
            let line = Cutter::before(server.port, &[cut]);
            let disposed = put_away(&inbox(line.port), &found);
            assert_eq!((disposed.done, &disposed.notes[..]), (3, &[][..]), "{kind} {cut:?}");
            assert_eq!(server.lying("Erledigt"), [seen("good-1"), seen("good-2")], "{kind} {cut:?}");
            assert_eq!(server.lying("Fehler"), [seen("bad-3")], "{kind} {cut:?}");
            assert_eq!(fetched(&inbox(server.port)).unwrap().0.messages.len(), 1, "{kind} {cut:?}");
        }
    }
}

#[test]
fn what_an_earlier_run_may_have_asked_for_is_done_once() {
    for kind in &KINDS {
        let server = with_mails(kind, &["good-1", "good-2", "good-3", "good-4"]);
        let (found, _) = fetched(&inbox(server.port)).unwrap();
        // The first was copied only, the second moved, the third not touched yet; the fourth was deleted by somebody.
        server.copy_by_hand("good-1", "INBOX", "Erledigt");
        server.move_by_hand("good-2", "INBOX", "Erledigt");
        server.move_by_hand("good-4", "INBOX", "Fehler");
        let mut due = all_due(&inbox(server.port), &found);
        due.iter_mut().for_each(|due| due.asked = true);
        let disposed = put_away_those(&inbox(server.port), &found, &due);
        assert_eq!((disposed.done, &disposed.notes[..]), (3, &[Note::Gone { name: "good-4 (4).eml".into() }][..]));
        let twice = if kind.contains("MOVE") || kind.is_empty() { 2 } else { 1 };
        let moved = server.subjects("Erledigt");
        assert_eq!(moved.iter().filter(|subject| *subject == "good-1").count(), twice, "{kind}: {moved:?}");
        assert_eq!(moved.iter().filter(|subject| *subject != "good-1").count(), 2, "{kind}: {moved:?}");
        assert!(server.lying("Erledigt").iter().all(|mail| mail.seen || twice == 2), "{kind}");
        assert!(fetched(&inbox(server.port)).unwrap().0.messages.is_empty(), "{kind}");
    }
}

#[test]
fn what_cannot_be_done_is_left_for_the_next_run() {
    let server = with_mails("", &["good-1", "good-2"]);
    let (found, _) = fetched(&inbox(server.port)).unwrap();
    let line = Cutter::before(server.port, &[Cut::Before("MOVE"); 9]);
    let disposed = put_away(&inbox(line.port), &found);
    let (left, why) = disposed.left.unwrap();
    assert!(left == 2 && why.is_passing(), "{why}");
    // Marked as read they would be forgotten by a search for unread mails.
    assert_eq!(server.lying("INBOX"), [unseen("good-1"), unseen("good-2")]);
    assert_eq!(put_away(&inbox(server.port), &found).done, 2);
}

//! What the cross-checks find in `email:`, and what a good one means.

use std::time::Duration;

use insta::assert_snapshot;

use super::{good, small};
use crate::recipe::model::{EmailSource, ImapLogin, ImapTls, MailPlace, Since, SourceKind};

/// The small recipe with mails as its source.
fn email(source: &str) -> String {
    let text = small("csv: { file: in.csv }", &format!("email: {source}"));
    text.replace("{ column: Nr }", "{ header: Nr }").replace("{ column: Netto,", "{ header: Netto,")
}

fn read(source: &str) -> EmailSource {
    match good(&email(source)).source.kind {
        SourceKind::Email(email) => *email,
        other => panic!("{other:?}"),
    }
}

fn bad(source: &str) -> String {
    super::bad(&email(source))
}

#[test]
fn a_folder_with_workbooks_in_its_mails() {
    let email = read(
        "{ folder: inbox, from: '*@kunde.example', subject: [Bestellung, Order], \
         attachment: { name: 'bestellung*.xlsx', excel: { sheet: Positionen }, optional: true }, quoted: cut }",
    );
    assert!(matches!(&email.place, MailPlace::Folder(folder) if folder.value == "inbox"));
    assert_eq!(
        (email.from, email.subject),
        (vec!["*@kunde.example".into()], vec!["Bestellung".into(), "Order".into()])
    );
    let attachment = email.attachment.unwrap();
    assert_eq!(attachment.name, ["bestellung*.xlsx"]);
    assert!(matches!(attachment.content.as_deref(), Some(SourceKind::Excel(_))));
    assert!(attachment.optional && email.cut_quoted && !email.unseen && email.table.is_none());
}

#[test]
fn an_attachment_of_a_kind_is_known_by_its_ending() {
    let email = read("{ file: '*.eml', attachment: { csv: { delimiter: ';' } } }");
    assert_eq!(email.attachment.unwrap().name, ["*.csv", "*.tsv", "*.txt"]);
}

#[test]
fn a_folder_of_a_server() {
    let text = "{ imap: { host: '${env.IMAP}', user: '${secrets.USER}', password: '${secrets.PASSWORD}', \
                processed: Erledigt, failed: Fehler, since: 30d }, unseen: true }";
    let MailPlace::Imap(imap) = read(text).place else { panic!("not imap") };
    assert_eq!((imap.tls, imap.port.source()), (ImapTls::Tls, "993"));
    assert_eq!(
        (imap.folder.value.as_str(), imap.since),
        ("INBOX", Some(Since::Last(Duration::from_secs(30 * 86_400))))
    );
    assert!(matches!(imap.login, ImapLogin::Password(_)));
    assert_eq!(imap.processed.unwrap().value, "Erledigt");

    let text = "{ imap: { host: localhost, port: 1143, tls: none, user: a, since: 2026-01-31, \
                oauth2: { token_url: 'https://login.example/token', client_id: a, refresh_token: '${secrets.TOKEN}' } } }";
    let MailPlace::Imap(imap) = read(text).place else { panic!("not imap") };
    assert_eq!((imap.tls, imap.port.source()), (ImapTls::None, "1143"));
    assert_eq!(imap.since, Some(Since::Day(jiff::civil::date(2026, 1, 31))));
    assert!(matches!(imap.login, ImapLogin::OAuth2(_)));
}

#[test]
fn mails_are_in_one_place_and_give_one_kind_of_rows() {
    assert_snapshot!(bad("{ folder: a, mbox: b, attachment: { csv: {}, excel: {} }, table: { header: [] } }"), @r"
    error: `folder` and `mbox` exclude each other
     --> r.yaml:2:31
      |
    2 | source: { email: { folder: a, mbox: b, attachment: { csv: {}, excel: {} }, table: { header: [] } }, locale: de }
      |                               ^^^^
      |
      = help: keep the one that is meant

    error: `csv` and `excel` exclude each other
     --> r.yaml:2:63
      |
    2 | source: { email: { folder: a, mbox: b, attachment: { csv: {}, excel: {} }, table: { header: [] } }, locale: de }
      |                                                               ^^^^^
      |
      = help: keep the one that is meant

    error: `attachment` and `table` exclude each other
     --> r.yaml:2:76
      |
    2 | source: { email: { folder: a, mbox: b, attachment: { csv: {}, excel: {} }, table: { header: [] } }, locale: de }
      |                                                                            ^^^^^
      |
      = help: keep the one that is meant

    error: `header` is missing
     --> r.yaml:2:76
      |
    2 | source: { email: { folder: a, mbox: b, attachment: { csv: {}, excel: {} }, table: { header: [] } }, locale: de }
      |                                                                            ^^^^^ here
      |
      = help: name columns that only this table has: `table: { header: [Artikel, Menge] }`
    ");
    assert_snapshot!(bad("{ subject: Bestellung, quoted: remove }"), @r"
    error: unknown value `remove`
     --> r.yaml:2:49
      |
    2 | source: { email: { subject: Bestellung, quoted: remove }, locale: de }
      |                                                 ^^^^^^
      |
      = help: the values here are: keep, cut
    ");
    assert_snapshot!(bad("{ folder: a, unseen: true, subject: [], from: '' }"), @r"
    error: `unseen` is for `imap` and `maildir`: files do not tell whether somebody has read them
     --> r.yaml:2:39
      |
    2 | source: { email: { folder: a, unseen: true, subject: [], from: '' }, locale: de }
      |                                       ^^^^
      |
      = help: take it out; what was entered before is `unchanged` anyway

    error: the list is empty, so that no mail would be read
     --> r.yaml:2:45
      |
    2 | source: { email: { folder: a, unseen: true, subject: [], from: '' }, locale: de }
      |                                             ^^^^^^^
      |
      = help: take it out to read all

    error: the address is empty
     --> r.yaml:2:64
      |
    2 | source: { email: { folder: a, unseen: true, subject: [], from: '' }, locale: de }
      |                                                                ^^
    ");
}

#[test]
fn an_attachment_says_which_one_and_no_file() {
    assert_snapshot!(bad("{ folder: a, attachment: { csv: { file: x.csv } } }"), @r#"
    error: the attachment is the file, so `file` does not go with it
     --> r.yaml:2:52
      |
    2 | source: { email: { folder: a, attachment: { csv: { file: x.csv } } }, locale: de }
      |                                                    ^^^^
      |
      = help: write `attachment: { name: "*.…", csv: {} }`
    "#);
    assert_snapshot!(bad("{ folder: a, attachment: { media_type: pdf, nam: x } }"), @r"
    error: unknown key `nam`
     --> r.yaml:2:62
      |
    2 | source: { email: { folder: a, attachment: { media_type: pdf, nam: x } }, locale: de }
      |                                                              ^^^
      |
      = help: did you mean `name`?
    ");
    assert_snapshot!(bad("{ folder: a, attachment: { optional: true } }"), @r#"
    error: `name` is missing
     --> r.yaml:2:31
      |
    2 | source: { email: { folder: a, attachment: { optional: true } }, locale: de }
      |                               ^^^^^^^^^^ here
      |
      = help: say which attachment: `attachment: { name: "*.pdf" }` or `{ media_type: application/pdf }`
    "#);
}

#[test]
fn a_server_is_reached_safely_and_by_somebody() {
    assert_snapshot!(bad(
        "{ imap: { host: mail.example.com, tls: none, port: 0, user: a, password: b, since: lately } }"
    ), @r"
    error: `tls: none` would send the password to `mail.example.com` in plain
     --> r.yaml:2:52
      |
    2 | source: { email: { imap: { host: mail.example.com, tls: none, port: 0, user: a, password: b, since: lately } }, locale: de }
      |                                                    ^^^
      |
      = help: write `tls: tls`, or `starttls` where the server wants that

    error: `0` is not a port
     --> r.yaml:2:69
      |
    2 | source: { email: { imap: { host: mail.example.com, tls: none, port: 0, user: a, password: b, since: lately } }, locale: de }
      |                                                                     ^
      |
      = help: write a number from 1 to 65535

    error: `lately` is neither a day nor a length of time
     --> r.yaml:2:101
      |
    2 | source: { email: { imap: { host: mail.example.com, tls: none, port: 0, user: a, password: b, since: lately } }, locale: de }
      |                                                                                                     ^^^^^^
      |
      = help: write `2026-01-31`, or how far back: `30d`
    ");
    assert_snapshot!(bad("{ imap: { folder: INBOX, processed: INBOX } }"), @r#"
    error: `host` is missing
     --> r.yaml:2:20
      |
    2 | source: { email: { imap: { folder: INBOX, processed: INBOX } }, locale: de }
      |                    ^^^^ here
      |
      = help: write `imap: { host: imap.example.com, user: "${secrets.IMAP_USER}", password: "${secrets.IMAP_PASSWORD}" }`

    error: `user` is missing
     --> r.yaml:2:20
      |
    2 | source: { email: { imap: { folder: INBOX, processed: INBOX } }, locale: de }
      |                    ^^^^ here
      |
      = help: write `imap: { host: imap.example.com, user: "${secrets.IMAP_USER}", password: "${secrets.IMAP_PASSWORD}" }`

    error: `password` is missing
     --> r.yaml:2:20
      |
    2 | source: { email: { imap: { folder: INBOX, processed: INBOX } }, locale: de }
      |                    ^^^^ here
      |
      = help: write `imap: { host: imap.example.com, user: "${secrets.IMAP_USER}", password: "${secrets.IMAP_PASSWORD}" }`

    error: mails of `INBOX` are moved to `INBOX` itself
     --> r.yaml:2:54
      |
    2 | source: { email: { imap: { folder: INBOX, processed: INBOX } }, locale: de }
      |                                                      ^^^^^
      |
      = help: name another folder, or take it out to leave them where they are
    "#);
    assert_snapshot!(bad("{ imap: { host: '${secrets.HOST}', user: a, password: b, oauth2: { token_url: /token } } }"), @r"
    error: the secret `secrets.HOST` cannot be used here: it is shown, and stored in the journal
     --> r.yaml:2:37
      |
    2 | source: { email: { imap: { host: '${secrets.HOST}', user: a, password: b, oauth2: { token_url: /token } } }, locale: de }
      |                                     ^^^^^^^^^^^^
      |
      = help: secrets belong into `auth:`, `headers:` and the values that steps send or fill in

    error: `password` and `oauth2` exclude each other
     --> r.yaml:2:75
      |
    2 | source: { email: { imap: { host: '${secrets.HOST}', user: a, password: b, oauth2: { token_url: /token } } }, locale: de }
      |                                                                           ^^^^^^
      |
      = help: keep the one that is meant
    ");
}

#[test]
fn the_page_on_mailboxes_shows_a_good_recipe() {
    let page = include_str!("../../../recipes/MAILBOX.md");
    let recipe = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows a recipe");
    let SourceKind::Email(email) = good(recipe).source.kind else { panic!("it reads mails") };
    assert!(matches!(email.place, MailPlace::Imap(_)));
    // The login by token that it shows goes in its place.
    let login = page.split("```yaml\n").nth(2).and_then(|rest| rest.split("```").next()).expect("it shows a login");
    let indented = format!("    {}", login.trim_end().replace('\n', "\n    "));
    let (before, rest) = recipe.split_once("    imap:\n").expect("it reads a mailbox");
    let (_, after) = rest.split_once("    unseen:").expect("it reads unread mails");
    let SourceKind::Email(email) = good(&format!("{before}{indented}\n    unseen:{after}")).source.kind else {
        panic!("it reads mails")
    };
    let MailPlace::Imap(imap) = email.place else { panic!("{:?}", email.place) };
    assert!(matches!(imap.login, ImapLogin::OAuth2(_)));
}

/// Mails as the source, with other fields.
fn fields(fields: &str) -> String {
    email("{ folder: a }").replace("  number: { header: Nr }\n  net: { header: Netto, type: decimal }\n", fields)
}

#[test]
fn fields_of_a_mail() {
    let text = fields("  number: { subject: '(\\d+)' }\n  net: { value: \"${mail.date.date()}\", type: date }\n");
    let recipe = good(&text.replace("key: number", "key: [mail.from, number]"));
    let names: Vec<&str> = recipe.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names, ["number", "net", "mail.from", "mail.date"]);
    assert_eq!(recipe.key_in_words(), "mail.from, number");
    let said = super::bad(&fields(
        "  number: { subject: 'no group', body: x }\n  net: { body: '(a)(b)', type: decimal }\n  file: { file: false }\n  \
         to: { value: \"${mail.form}\" }\n  cell: { column: Nr }\n",
    ));
    for title in [
        "the field `number` has two places, `subject` and `body`",
        "the pattern has 0 groups, and needs one",
        "the pattern has 2 groups, and needs one",
        "`file: false` says nothing",
        "unknown name `mail.form`",
        "did you mean `mail.from`?",
        "`column` does not go with the source `email`",
    ] {
        assert!(said.contains(title), "{title}\n{said}");
    }
    let said = super::bad(&small("key: number", "key: [mail.from, number]"));
    assert!(said.contains("the key names `mail.from`, which is no field"), "{said}");
}

#[test]
fn the_recipes_of_the_page_about_mails_are_good() {
    let page = include_str!("../../../recipes/MAIL.md");
    let fences: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(fences.len(), 2);
    fences.into_iter().for_each(|recipe| drop(good(recipe)));
}

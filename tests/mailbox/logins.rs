//! Ways to a server, and ways in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use eintrag::mailbox::{Login, MailboxError, Security, Settings, TokenFuture, Tokens};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::{fetched, inbox, mail, names};
use crate::support::{Dovecot, Scripted};

fn safely(server: &Dovecot, security: Security) -> Settings {
    let port = if security == Security::Tls { server.tls_port } else { server.port };
    let authority = CertificateDer::from_pem_file(server.authority()).unwrap();
    Settings { host: "localhost".to_owned(), security, trusted: vec![authority], ..inbox(port) }
}

#[test]
fn tls_and_starttls_lead_in_where_the_authority_is_trusted() {
    let server = Dovecot::with_tls();
    server.deliver(&mail("safe"));
    for security in [Security::Tls, Security::StartTls] {
        let (found, _) = fetched(&safely(&server, security)).unwrap();
        assert_eq!(names(&found), ["safe (1).eml"], "{security:?}");
        let strange = Settings { trusted: Vec::new(), ..safely(&server, security) };
        let error = fetched(&strange).unwrap_err();
        assert!(matches!(&error, MailboxError::Unsafe { why, .. } if why.contains("UnknownIssuer")), "{error}");
        // The certificate is for `localhost`.
        let other = Settings { host: "127.0.0.1".to_owned(), ..safely(&server, security) };
        let error = fetched(&other).unwrap_err();
        assert!(matches!(&error, MailboxError::Unsafe { why, .. } if why.contains("not valid for name")), "{error}");
        assert!(!error.is_passing());
    }
    assert_eq!(server.logins().0, 2, "no password went over a line that was not safe");
}

#[test]
fn nothing_goes_in_plain_to_another_computer() {
    let settings = Settings { host: "mail.example".to_owned(), ..inbox(143) };
    let error = fetched(&settings).unwrap_err();
    assert!(error.to_string().contains("`tls: none` is for a server on this computer only"), "{error}");
}

#[test]
fn a_server_without_starttls_gets_no_password() {
    let server = Scripted::start("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", &[("STARTTLS", "TAG NO not now\r\n")]);
    let settings = Settings { security: Security::StartTls, ..inbox(server.port) };
    let error = fetched(&settings).unwrap_err();
    assert!(error.to_string().ends_with("it refused STARTTLS: not now"), "{error}");
    assert_eq!(server.heard(), ["e1 STARTTLS"]);
}

#[test]
fn words_said_before_tls_are_no_answers_after_it() {
    let said = "TAG OK begin\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] injected\r\n";
    let server = Scripted::start("* OK hi\r\n", Box::leak(Box::new([("STARTTLS", said)])));
    let settings = Settings { security: Security::StartTls, ..inbox(server.port) };
    let error = fetched(&settings).unwrap_err();
    assert!(matches!(error, MailboxError::Unsafe { .. } | MailboxError::Lost { .. }), "{error}");
}

#[test]
fn a_wrong_password_is_tried_once() {
    let server = Dovecot::start();
    let wrong = Settings { login: Login::Password("falsch".to_owned()), ..inbox(server.port) };
    let error = fetched(&wrong).unwrap_err();
    assert!(!error.is_passing());
    let text = error.to_string();
    assert!(text.contains("does not let `anna` in: [AUTHENTICATIONFAILED]"), "{text}");
    assert!(text.ends_with("check user and password, it was tried once") && !text.contains("falsch"), "{text}");
    crate::support::wait_until("dovecot wrote it down", || server.logins().1 > 0);
    assert_eq!(server.logins(), (0, 1));
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let script = &[("AUTHENTICATE", "+ \r\n"), ("AGFubmE", "TAG NO [UNAVAILABLE] no backend\r\n")];
    let server = Scripted::start("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", script);
    let error = fetched(&inbox(server.port)).unwrap_err();
    assert!(matches!(error, MailboxError::Later { .. }), "{error}");
    assert_eq!(server.heard().iter().filter(|line| line.contains("AUTHENTICATE")).count(), 3);
}

struct Tickets(AtomicUsize);

impl Tokens for Tickets {
    fn token(&self) -> TokenFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(format!("ticket-{number}")) })
    }
}

#[test]
fn a_token_leads_in() {
    let server = Scripted::start(
        "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hi\r\n",
        &[
            ("AUTHENTICATE XOAUTH2", "+\r\n"),
            ("dXNlcj1", "TAG OK [CAPABILITY IMAP4rev1 MOVE] in\r\n"),
            ("STATUS", "TAG OK done\r\n"),
            ("EXAMINE", "* OK [UIDVALIDITY 7] ok\r\nTAG OK done\r\n"),
            ("SEARCH", "* SEARCH\r\nTAG OK done\r\n"),
            ("LOGOUT", "* BYE\r\nTAG OK done\r\n"),
        ],
    );
    let tokens: Arc<dyn Tokens> = Arc::new(Tickets(AtomicUsize::new(0)));
    let settings = Settings { login: Login::Token(Arc::clone(&tokens)), ..inbox(server.port) };
    assert!(fetched(&settings).unwrap().0.messages.is_empty());
    let proof = server.heard().into_iter().find(|line| line.starts_with("dXNlcj1")).unwrap();
    let proof = base64::engine::general_purpose::STANDARD.decode(proof).unwrap();
    assert_eq!(proof, b"user=anna\x01auth=Bearer ticket-1\x01\x01");
}

#[test]
fn a_token_that_is_not_taken_says_why() {
    // Base64 of {"status":"400","schemes":"Bearer"}; the client has to answer it with an empty line.
    let server = Scripted::start(
        "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hi\r\n",
        &[
            ("AUTHENTICATE XOAUTH2", "+ \r\n"),
            ("dXNlcj1", "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n"),
            ("", "TAG NO SASL authentication failed\r\n"),
        ],
    );
    let tokens: Arc<dyn Tokens> = Arc::new(Tickets(AtomicUsize::new(0)));
    let error = fetched(&Settings { login: Login::Token(tokens), ..inbox(server.port) }).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(r#"SASL authentication failed ({"status":"400","schemes":"Bearer"})"#), "{text}");
    assert!(!error.is_passing() && !text.contains("ticket-1"));
}

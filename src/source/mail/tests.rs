//! Mails of our own that look like real ones, and what others make of them: whole, cut off, and with bytes changed.

use proptest::prelude::*;

use super::{Inner, Mail, in_a_row, pick, read};
use crate::record::Why;

/// A mail as a German mail program writes it: encoded words, RFC 2231, a related picture, a forwarded mail.
const LETTER: &str = "Received: from mx.kunde.example by mail.wir.example; Tue, 3 Mar 2026 08:05:16 +0100\r\n\
From: =?UTF-8?B?TcO8bGxlciAmIFPDtmhuZQ==?= <einkauf@kunde.example>\r\n\
To: \"Auftrag, Zentrale\" <auftrag@wir.example>,\r\n =?iso-8859-1?Q?J=F6rg_Wei=DF?= <weiss@wir.example>\r\n\
Subject: =?utf-8?Q?Bestellung_f=C3=BCr_M=C3=A4rz?=\r\n =?utf-8?Q?_2026?=\r\n\
Date: Tue, 03 Mar 2026 08:05:15 +0100 (CET)\r\nMessage-ID:\r\n <a.1@kunde.example>\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"aussen\"\r\n\r\nMehrteilig.\r\n--aussen\r\n\
Content-Type: multipart/related; boundary=\"innen\"\r\n\r\n--innen\r\n\
Content-Type: multipart/alternative; boundary=\"wahl\"\r\n\r\n--wahl\r\n\
Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
Betrag: 1.190,00 =80=\r\n f=FCr Teile\r\n--wahl\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
<p>Betrag: 1.190,00 \u{20ac}</p>\r\n--wahl--\r\n--innen\r\nContent-Type: image/png; name=logo.png\r\n\
Content-ID: <logo>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--innen--\r\n\
--aussen\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''Bestellung%20;\r\n\
\x20filename*1*=M%C3%A4rz.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBE\r\nRi0xLjc\r\n--aussen\r\n\
Content-Type: message/rfc822\r\n\r\nSubject: alt\r\nFrom: b@x.example\r\n\
Content-Type: multipart/mixed; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/csv; name=\"=?utf-8?Q?St=C3=BCck.csv?=\"\r\n\r\n\
Nr;Menge\r\n1;2\r\n--alt--\r\n--aussen--\r\n";

fn letter() -> Mail {
    read(LETTER.as_bytes().to_vec()).unwrap()
}

#[test]
fn a_letter_is_read_as_a_mail_program_shows_it() {
    let mail = letter();
    assert_eq!(in_a_row(&mail.from), "Müller & Söhne <einkauf@kunde.example>");
    assert_eq!(in_a_row(&mail.to), "\"Auftrag, Zentrale\" <auftrag@wir.example>, Jörg Weiß <weiss@wir.example>");
    assert_eq!(mail.subject.as_deref(), Some("Bestellung für März 2026"));
    assert_eq!(mail.date.unwrap().to_string(), "2026-03-03T08:05:15+01:00");
    assert_eq!(mail.message_id.as_deref(), Some("<a.1@kunde.example>"));
    assert_eq!(mail.text.as_deref().map(str::trim_end), Some("Betrag: 1.190,00 € für Teile"));
    assert!(mail.html.as_deref().unwrap().contains("1.190,00 €"));
    let attached: Vec<_> =
        mail.attachments.iter().map(|file| (file.name.as_deref(), &*file.media_type, file.bytes.len())).collect();
    assert_eq!(
        attached[..2],
        [(Some("logo.png"), "image/png", 8), (Some("Bestellung März.pdf"), "application/pdf", 8)]
    );
    let Inner::Mail(inner) = &mail.attachments[2].inner else { panic!("not a mail") };
    assert_eq!((inner.subject.as_deref(), inner.attachments[0].name.as_deref()), (Some("alt"), Some("Stück.csv")));
    assert_eq!(inner.attachments[0].bytes.trim_ascii_end(), b"Nr;Menge\r\n1;2");
}

#[test]
fn what_is_broken_is_said_to_be() {
    let broken = LETTER.replace("JVBE\r\nRi0xLjc", "JVBE\u{1}\r\nRi0x*Ljc");
    let mail = read(broken.into_bytes()).unwrap();
    assert_eq!(mail.attachments[1].damage.as_deref(), Some("its Base64 code is damaged"));
    assert!(mail.attachments[0].damage.is_none());
    for (bytes, why) in [
        (Vec::new(), "has no headers: it is no mail"),
        (b"\0\0\0".to_vec(), "has no headers: it is no mail"),
        (b"Content-Type: message/rfc822\n\n".repeat(2_000), "has more than 1000 parts within parts"),
        (super::msg::MAGIC.to_vec(), "is damaged"),
    ] {
        let said = read(bytes).unwrap_err();
        assert!(said.starts_with(why), "{said}");
    }
}

#[test]
fn deep_and_long_mails_end_soon() {
    let deep: String =
        (0..300).map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n")).collect();
    assert!(read(deep.into_bytes()).is_ok());
    let nested = "Content-Type: message/rfc822\n\n".repeat(500) + "Subject: x\n\ny";
    assert!(read(nested.into_bytes()).is_ok());
    let long = format!("Subject: {}\nFrom: a@x\n\n{}", "x".repeat(5 << 20), "y".repeat(5 << 20));
    assert_eq!(read(long.into_bytes()).unwrap().subject.unwrap().len(), 5 << 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_change_of_bytes_makes_it_fail(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..40),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = LETTER.as_bytes().to_vec();
        bytes.truncate(end.index(bytes.len()) + 1);
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    let line = bytes[at..].iter().take(60).copied().collect::<Vec<u8>>();
                    bytes.splice(at..at, line);
                }
            }
        }
        if let Ok(mail) = read(bytes) {
            // What is made of it later must hold as well.
            let body = pick::body(&mail, true);
            prop_assert!(body.len() < 100_000);
            for attachment in &mail.attachments {
                attachment.contents(0);
            }
        }
    }
}

/// A mail as Outlook saves it, with these properties.
fn outlook(properties: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/__properties_version1.0").unwrap().write_all(&[0; 32]).unwrap();
    for (name, bytes) in properties {
        file.create_stream(format!("/__substg1.0_{name}")).unwrap().write_all(bytes).unwrap();
    }
    file.into_inner().into_inner()
}

#[test]
fn a_body_that_outlook_keeps_as_rtf_only_is_read() {
    let html = r"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag64 <table><tr><td>}Nummer{\*\htmltag64 </td><td>}\htmlrtf {\b\htmlrtf0 F\'fcr 7\htmlrtf }\htmlrtf0{\*\htmltag64 </td></tr></table>}}";
    let packed = compressed_rtf::compress_rtf(html).unwrap();
    let subject = ("0037001E", b"Bestellung".as_slice());
    let mail = read(outlook(&[subject, ("10090102", &packed)])).unwrap();
    assert_eq!((mail.subject.as_deref(), mail.text.as_deref()), (Some("Bestellung"), None));
    assert_eq!(mail.html.as_deref(), Some("<table><tr><td>Nummer</td><td>Für 7</td></tr></table>"));
    assert!(pick::body(&mail, false).contains("Nummer"));
    let plain = compressed_rtf::compress_rtf(r"{\rtf1\ansi\ansicpg1252 Betrag: 7 \'80\par}").unwrap();
    let mail = read(outlook(&[("10090102", &plain)])).unwrap();
    assert_eq!((mail.text.as_deref(), mail.html.as_deref()), (Some("Betrag: 7 €\n"), None));
    // What is there as text is not looked for in the RTF, and one that is damaged is told where it is all there is.
    let text = ("1000001E", b"Text".as_slice());
    let mail = read(outlook(&[text, ("10090102", &plain)])).unwrap();
    assert_eq!(mail.text.as_deref(), Some("Text"));
    let cut = &plain[..plain.len() - 3];
    assert_eq!(read(outlook(&[text, ("10090102", cut)])).unwrap().text.as_deref(), Some("Text"));
    let error = read(outlook(&[("10090102", cut)])).unwrap_err();
    assert_eq!(error, "has a text that cannot be read: it is damaged");
}

#[test]
fn a_mail_that_is_cut_off_is_known() {
    assert!(!letter().cut_off);
    for end in ["--aussen--", "--innen--", "--wahl--"] {
        let at = LETTER.find(end).unwrap();
        let mail = read(LETTER.as_bytes()[..at].to_vec()).unwrap();
        assert_eq!((mail.cut_off, &mail.text_damage), (true, &None), "{end}");
    }
    // The text itself is what is cut; another part is not, if the text is whole.
    let at = LETTER.find("=80=").unwrap();
    let cut = read(LETTER.as_bytes()[..at].to_vec()).unwrap();
    assert_eq!(cut.text_damage, Some(Why::MailCutOff));
    // An inner part that its program forgot to close is no end of the mail.
    assert!(!read(LETTER.replace("--innen--\r\n", "").into_bytes()).unwrap().cut_off);
    let alone = "Subject: x\nContent-Transfer-Encoding: base64\n\n";
    let of = |code: &str| read(format!("{alone}{code}\n").into_bytes()).unwrap().text_damage;
    assert_eq!(of("TWVuZ2U6IDU="), None);
    assert_eq!(of("TWVuZ2U6I"), Some(Why::MailCutOff));
    assert_eq!(of("TWVu!!!!Z2U6IDU="), Some(Why::DamagedText));
}

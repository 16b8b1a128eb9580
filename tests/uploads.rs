//! The attachment of a mail on its way to the other side, over HTTP and through a browser: what arrives there is what the
//! mail brought, byte for byte and with its name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::desk::{Desk, Said};
use crate::support::{Archive, Document};

/// The recipe as far as both have it in common.
const RECIPE: &str = r#"recipe: documents
source:
  email: { folder: ../inbox, attachment: { media_type: application/pdf } }
  locale: de
fields:
  number:   { subject: 'Rechnung (\S+)', required: true }
  document: { file: true, required: true }
key: [number]
retry: { attempts: 2, wait: 5ms, max_wait: 50ms }
settle: 50ms
targets:
"#;

const OVER_HTTP: &str = r#"  archive:
    http: { url: "${env.ARCHIVE_URL}", timeout: 10s }
    lookup:
      - get: /api/documents
        query: { number: "${number}" }
        list: $.items
    steps:
      - post: /api/documents
        multipart: { number: "${number}", document: { file: "${document}", type: application/pdf } }
        expect: { status: 201 }
"#;

const BY_BROWSER: &str = r#"  archive:
    browser: { url: "${env.ARCHIVE_URL}", timeout: 10s }
    lookup:
      - open: /documents?number=${number}
      - found: { row: "${number}" }
        none: Keine Treffer
    steps:
      - open: /documents/new
      - fill: { Nummer: "${number}" }
      - upload: { Beleg: "${document}" }
      - submit: Ablegen
      - expect: { text: Der Beleg ist abgelegt }
"#;

/// Bytes of every value, line ends and boundaries among them, and more than one packet.
fn bytes() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n\r\n--grenze\r\n".to_vec();
    bytes.extend((0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
    bytes.extend(b"\r\n--grenze--\r\n\0\n");
    bytes
}

fn mail(number: &str, attachment: &[u8]) -> String {
    let code: Vec<u8> = STANDARD.encode(attachment).into_bytes();
    let lines: String = code.chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect();
    format!(
        "From: a@lieferant.example\r\nSubject: Rechnung {number}\r\nMessage-ID: <{number}@lieferant.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=grenze\r\n\r\n--grenze\r\n\
         Content-Type: text/plain\r\n\r\nanbei\r\n--grenze\r\nContent-Type: application/pdf\r\n\
         Content-Disposition: attachment; filename*=UTF-8''Beleg%20{number}%20M%C3%BCller.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{lines}--grenze--\r\n"
    )
}

/// Runs twice: what the mails bring is there once, and nothing is left lying about.
#[track_caller]
fn arrives_whole(target: &str) {
    let (desk, archive) = (Desk::new(), Archive::open());
    desk.write("recipes/documents.yaml", &format!("{RECIPE}{target}"));
    desk.write("inbox/1.eml", &mail("R-1", &bytes()));
    desk.write("inbox/2.eml", &mail("R-2", b"%PDF-1.7 and no more"));
    let run = || -> Said {
        desk.eintrag_with(&["run", "recipes/documents.yaml"], &[("ARCHIVE_URL", &archive.url())]).ended(0)
    };
    assert!(run().out.contains("2  entered"));
    let document = |number: &str, bytes| Document {
        number: number.to_owned(),
        name: format!("Beleg {number} Müller.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes,
    };
    let mut arrived = archive.documents();
    arrived.sort_by(|one, other| one.number.cmp(&other.number));
    assert_eq!(arrived.len(), 2);
    for (found, wanted) in
        arrived.iter().zip([document("R-1", bytes()), document("R-2", b"%PDF-1.7 and no more".to_vec())])
    {
        let short = |document: &Document| Document { bytes: Vec::new(), ..document.clone() };
        assert_eq!(short(found), short(&wanted));
        // So many bytes are no help in a message.
        assert!(found.bytes == wanted.bytes, "{}: {} bytes of {}", wanted.name, found.bytes.len(), wanted.bytes.len());
    }
    assert!(run().out.contains("2  unchanged"));
    assert_eq!(archive.documents().len(), 2);
    let left: Vec<_> = std::fs::read_dir(desk.file(".eintrag/inputs")).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn over_http_it_arrives_whole() {
    arrives_whole(OVER_HTTP);
}

#[test]
fn through_a_browser_it_arrives_whole() {
    arrives_whole(BY_BROWSER);
}

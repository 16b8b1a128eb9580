//! PDFs that were made to keep programs busy: each ends with words that say so, soon, and without much memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lopdf::{Dictionary, Stream};
use tempfile::TempDir;
use wait4::Wait4;

use crate::support::{deflated, whole_pdf};

/// What a program may take for any of them, built without optimisation on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(30);
const MOST_MEMORY: u64 = 512 << 20;

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 \
                    /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >> >>";

/// What the program says of a file that it refuses.
#[track_caller]
fn said(bytes: &[u8]) -> String {
    let (code, said) = ended(bytes);
    assert_eq!(code, Some(2), "{said}");
    said
}

/// How the program ends on a file, and what it says.
#[track_caller]
fn ended(bytes: &[u8]) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bomb.pdf");
    fs::write(&path, bytes).unwrap();
    let errors = folder.path().join("errors");
    let begun = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_eintrag"))
        .args(["inspect", "--lang", "en"])
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let used = child.wait4().unwrap();
    let said = fs::read_to_string(&errors).unwrap();
    assert!(begun.elapsed() < LONGEST, "{:?}: {said}", begun.elapsed());
    assert!(used.rusage.maxrss < MOST_MEMORY, "{} MB: {said}", used.rusage.maxrss >> 20);
    (used.status.code(), said)
}

/// A document of one page on which this is drawn.
fn drawn(content: Vec<u8>) -> Vec<u8> {
    whole_pdf(&[CATALOG.into(), PAGES.into(), PAGE.into(), content])
}

#[test]
fn what_inflates_without_end_is_not_read() {
    // Three times over: a few bytes, a kilobyte, a megabyte, a gigabyte.
    let mut bytes = vec![b' '; 64 << 20];
    for _ in 0..3 {
        let mut stream = Stream::new(Dictionary::new(), bytes);
        stream.compress().unwrap();
        bytes = stream.content;
    }
    let nested = deflated("/Filter [/FlateDecode /FlateDecode /FlateDecode]", &bytes);
    let told = said(&drawn(nested));
    assert!(told.contains("`bomb.pdf` has a part that inflates to more than 16 MB"), "{told}");
}

#[test]
fn one_stream_drawn_a_thousand_times_is_too_much() {
    let content = deflated("", &b"q Q ".repeat(1 << 20));
    let page = PAGE.replace("4 0 R", &format!("[{}]", "4 0 R ".repeat(1000)));
    let told = said(&whole_pdf(&[CATALOG.into(), PAGES.into(), page.into(), content]));
    assert!(told.contains("describes more than a document of this kind can have"), "{told}");
    assert!(told.contains("help: it may be made to keep programs busy"), "{told}");
}

#[test]
fn steps_operands_and_letters_are_counted() {
    for content in [b"q Q ".repeat(4 << 20), b"0 ".repeat(8 << 20), b"BT /F1 9 Tf [".repeat(1 << 20)] {
        let told = said(&drawn(deflated("", &content)));
        assert!(told.contains("describes more than") || told.contains("inflates to more than"), "{told}");
    }
    let mut shown = b"BT /F1 9 Tf [".to_vec();
    shown.extend(b"(a)".repeat(1_000_000));
    shown.extend(b"] TJ ET");
    let told = said(&drawn(deflated("", &shown)));
    assert!(told.contains("`bomb.pdf` has more than 100000 pieces of text on a page"), "{told}");
}

#[test]
fn a_document_has_so_many_objects_and_pages_at_the_most() {
    let array = format!("[{}]", "0 ".repeat(8 << 20));
    let told = said(&whole_pdf(&[CATALOG.into(), PAGES.into(), PAGE.into(), deflated("", b""), array.into_bytes()]));
    assert!(told.contains("describes more than"), "{told}");
    for (pages, words) in [(10_000, "`bomb.pdf` has more than 200 pages"), (100_000, "describes more than")] {
        let kids: String = (3..pages + 3).map(|number| format!("{number} 0 R ")).collect();
        let mut objects = vec![CATALOG.into(), PAGES.replace("3 0 R", &kids).into()];
        objects.resize(pages + 2, b"<< /Type /Page /Parent 2 0 R >>".to_vec());
        let told = said(&whole_pdf(&objects));
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn objects_in_streams_are_counted_before_they_are_made() {
    let members: Vec<Vec<u8>> = (0..64)
        .map(|number| {
            let inside = format!("{} 0 [{}]", 1000 + number, "0 ".repeat(1 << 20));
            deflated("/Type /ObjStm /N 1 /First 7", inside.as_bytes())
        })
        .collect();
    let objects: Vec<Vec<u8>> = [CATALOG.into(), PAGES.into(), PAGE.into()].into_iter().chain(members).collect();
    let told = said(&whole_pdf(&objects));
    assert!(told.contains("describes more than"), "{told}");
}

#[test]
fn one_object_listed_again_and_again_is_counted_each_time() {
    let array = format!("[{}]", "0 ".repeat(10_000));
    let mut bytes = whole_pdf(&[CATALOG.into(), PAGES.into(), PAGE.into(), array.into_bytes()]);
    let at = bytes.windows(7).position(|window| window == b"4 0 obj").unwrap();
    let start = bytes.windows(5).rposition(|window| window == b"xref\n").unwrap();
    let entries = format!("{at:010} 00000 n \n").repeat(100_000);
    bytes.truncate(start);
    bytes.extend_from_slice(
        format!("xref\n0 100000\n{entries}trailer\n<< /Size 100000 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
            .as_bytes(),
    );
    let told = said(&bytes);
    assert!(told.contains("describes more than"), "{told}");
}

#[test]
fn what_leads_back_to_itself_comes_to_an_end() {
    // A page tree whose only page is the tree, a stream whose length is the stream, tables that name each other.
    let own_kid = whole_pdf(&[CATALOG.into(), PAGES.replace("3 0 R", "2 0 R").into(), PAGE.into()]);
    assert_eq!(ended(&own_kid), (Some(0), "warning: `bomb.pdf` has no text and no e-invoice: it is a scan\n".into()));
    let own_length = b"<< /Length 4 0 R >>\nstream\nBT ET\nendstream".to_vec();
    let mut bytes = drawn(own_length);
    let start = bytes.windows(5).rposition(|window| window == b"xref\n").unwrap();
    let second = bytes.len();
    let table = format!(
        "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 5 /Root 1 0 R /Prev {start} >>\nstartxref\n{second}\n%%EOF\n"
    );
    bytes.extend_from_slice(table.as_bytes());
    let named = format!("/Root 1 0 R /Prev {second}");
    let bytes = String::from_utf8(bytes).unwrap().replacen("/Root 1 0 R", &named, 1).into_bytes();
    let (code, told) = ended(&bytes);
    assert!(code.is_some() && told.contains("`bomb.pdf`"), "{code:?} {told}");
}

#[test]
fn the_files_inside_inflate_to_so_much_in_all() {
    let files = 20;
    let list: String = (0..files).map(|number| format!("(f{number}.xml) {} 0 R ", 4 + 2 * number)).collect();
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [{list}] >> >> >>");
    let mut objects: Vec<Vec<u8>> = vec![catalog.into(), PAGES.into(), PAGE.into()];
    for number in 0..files {
        let file = 5 + 2 * number;
        objects.push(format!("<< /Type /Filespec /UF (f{number}.xml) /EF << /UF {file} 0 R >> >>").into());
        objects.push(deflated("/Type /EmbeddedFile", &vec![b' '; 15 << 20]));
    }
    let told = said(&whole_pdf(&objects));
    assert!(told.contains("describes more than"), "{told}");
    objects[4] = deflated("/Type /EmbeddedFile", &vec![b' '; 17 << 20]);
    let told = said(&whole_pdf(&objects[..5]));
    assert!(told.contains("has a part that inflates to more than 16 MB"), "{told}");
}

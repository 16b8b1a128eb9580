//! Small PDFs, written byte for byte.

use std::fmt::Write as _;

/// A text on the page: its place in points from the lower left corner.
pub type Placed<'a> = (u32, u32, &'a str);

/// A PDF of one page with these texts in a font that says what its letters are, and perhaps with a file inside.
pub fn pdf(texts: &[Placed<'_>], file: Option<(&str, &[u8])>) -> Vec<u8> {
    with_font("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding", texts, file)
}

/// The same with another font.
pub fn with_font(font: &str, texts: &[Placed<'_>], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut content = String::from("BT /F1 10 Tf\n");
    for (x, y, text) in texts {
        let bytes: String = text.chars().fold(String::new(), |mut hex, letter| {
            let _ = write!(hex, "{:02x}", u8::try_from(u32::from(letter)).expect("letters of Latin-1"));
            hex
        });
        let _ = writeln!(content, "1 0 0 1 {x} {y} Tm <{bytes}> Tj");
    }
    content.push_str("ET");
    let names = file.map_or(String::new(), |(name, _)| {
        format!(" /Names << /EmbeddedFiles << /Names [({name}) 6 0 R] >> >> /AF [6 0 R]")
    });
    let mut objects: Vec<Vec<u8>> = vec![
        format!("<< /Type /Catalog /Pages 2 0 R{names} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        stream("", content.as_bytes()),
        format!("<< {font} >>").into_bytes(),
    ];
    if let Some((name, bytes)) = file {
        let specification = format!(
            "<< /Type /Filespec /F ({name}) /UF ({name}) /AFRelationship /Data /EF << /F 7 0 R /UF 7 0 R >> >>"
        );
        objects.push(specification.into_bytes());
        objects.push(stream("/Type /EmbeddedFile /Subtype /text#2Fxml ", bytes));
    }
    whole_pdf(&objects)
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {dictionary}/Length {} >>\nstream\n", content.len()).into_bytes();
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(b"\nendstream");
    bytes
}

/// A stream that is packed, with more in its dictionary; where that names filters, the content is packed by them already.
pub fn deflated(dictionary: &str, content: &[u8]) -> Vec<u8> {
    if dictionary.contains("/Filter") {
        return stream(&format!("{dictionary} "), content);
    }
    let mut packed = lopdf::Stream::new(lopdf::Dictionary::new(), content.to_vec());
    packed.compress().unwrap();
    let filter = if packed.dict.has(b"Filter") { "/Filter /FlateDecode " } else { "" };
    stream(&format!("{dictionary} {filter}"), &packed.content)
}

/// A document of these objects, numbered from 1; the first is the catalog.
pub fn whole_pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend_from_slice(table.as_bytes());
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}

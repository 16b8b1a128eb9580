//! Text in the encoding that a recipe states, so that what is written for people to correct is read by the same recipe.

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::encoding::{Charset, cp850_table};

/// The bytes of a text file in the encoding of a label; in UTF-8 with a byte order mark (by which spreadsheet programs
/// know it) where none is stated. Characters that the encoding lacks become numeric character references.
pub fn encode(label: Option<&str>, text: &str) -> Vec<u8> {
    match label.and_then(Charset::from_label) {
        None | Some(Charset::Utf8) => [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
        Some(Charset::Whatwg(encoding)) if encoding == UTF_16LE => utf16(text, u16::to_le_bytes),
        Some(Charset::Whatwg(encoding)) if encoding == UTF_16BE => utf16(text, u16::to_be_bytes),
        Some(Charset::Whatwg(encoding)) => encoding.encode(text).0.into_owned(),
        Some(Charset::Cp850) => {
            let table = cp850_table();
            let mut bytes = Vec::with_capacity(text.len());
            for letter in text.chars() {
                match table.iter().position(|known| *known == letter) {
                    _ if letter.is_ascii() => bytes.push(letter as u8),
                    // The table has 128 characters, so the sum fits a byte.
                    Some(place) => bytes.push(0x80 + place as u8),
                    None => bytes.extend_from_slice(format!("&#{};", u32::from(letter)).as_bytes()),
                }
            }
            bytes
        }
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_the_recipe_reads_it() {
        assert_eq!(encode(None, "ü"), b"\xef\xbb\xbf\xc3\xbc");
        assert_eq!(encode(Some("windows-1252"), "ü€›"), b"\xfc\x80\x9b");
        assert_eq!(encode(Some("iso-8859-15"), "ü–"), b"\xfc&#8211;");
        assert_eq!(encode(Some("cp850"), "aü–"), b"a\x81&#8211;");
        assert_eq!(encode(Some("utf-16le"), "ü"), b"\xff\xfe\xfc\x00");
        assert_eq!(encode(Some("utf-16be"), "ü"), b"\xfe\xff\x00\xfc");
    }
}

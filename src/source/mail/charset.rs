//! Bytes of a mail as text. What a mail says of its encoding is believed where the bytes fit it; where it says nothing,
//! or says ASCII of bytes that are none, they are UTF-8 if they fit that, and else Windows-1252, as the mails of old
//! programs are.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

use super::super::encoding::Charset;

/// A body with the charset that the mail states for it.
pub(super) fn text(bytes: &[u8], stated: Option<&str>) -> String {
    let stated = stated.map(|label| label.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    match stated.as_deref() {
        None | Some("" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "unknown-8bit" | "x-unknown" | "utf-8" | "utf8") => {
            plain(bytes)
        }
        Some(label) => match Charset::from_label(label) {
            Some(Charset::Whatwg(encoding)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            // Charsets of mails that the web does not know: code page 850, UTF-7 and others.
            _ => charset_decoder(label.as_bytes()).map_or_else(|| plain(bytes), |decode| decode(bytes)),
        },
    }
}

/// Bytes of which nothing is stated.
pub(super) fn plain(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    // UTF-8 with a broken byte in it is UTF-8 all the same where it has other letters that fit.
    let is_utf8 =
        matches!(text, Cow::Borrowed(_)) || text.chars().any(|letter| !letter.is_ascii() && letter != '\u{fffd}');
    if is_utf8 {
        text.into_owned()
    } else {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// Line feeds only.
pub(super) fn lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_is_believed_where_it_fits() {
        assert_eq!(text(b"M\xfcller \x80", Some("ISO-8859-1")), "Müller €");
        assert_eq!(text(b"M\xfcller", Some("us-ascii")), "Müller");
        assert_eq!(text("Müller".as_bytes(), Some("us-ascii")), "Müller");
        assert_eq!(text("Müller".as_bytes(), None), "Müller");
        assert_eq!(text(b"M\xfcller", Some("utf-8")), "Müller");
        assert_eq!(text(b"M\xc3\xbcller \xff", Some("utf-8")), "Müller \u{fffd}");
        assert_eq!(text(b"M\x81ller", Some("cp850")), "Müller");
        assert_eq!(text(b"M+APw-ller", Some("utf-7")), "Müller");
        assert_eq!(text(b"M\xfcller", Some("x-nobody-knows")), "Müller");
        assert_eq!(text(b"\x83n\x83\x8d", Some("shift_jis")), "ハロ");
    }
}

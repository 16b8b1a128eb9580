//! Bytes of a mail as text. What a mail says of its encoding is believed; where it says nothing, or says ASCII of bytes
//! that are none, they are read as UTF-8. What does not fit becomes U+FFFD, by which all later steps know that a letter is
//! lost: nothing is guessed.

use std::borrow::Cow;

use encoding_rs::Encoding;
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
    String::from_utf8_lossy(bytes).into_owned()
}

/// The charset that Windows knows by a number.
pub(super) fn charset_of(code_page: u32) -> Option<&'static Encoding> {
    let label = match code_page {
        65001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        20127 => "windows-1252".to_owned(),
        28591..=28606 => format!("iso-8859-{}", code_page - 28590),
        874 | 1250..=1258 => format!("windows-{code_page}"),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// Line feeds only.
pub(super) fn lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// The bytes of a header with what stands in encoded words (RFC 2047) in ASCII, as it has to be. Old programs put letters of
/// their charset there as they are.
pub(super) fn mend_words(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let mut mended = Vec::with_capacity(raw.len() + 64);
    let mut rest = raw;
    while let Some(start) = memchr::memmem::find(rest, b"=?") {
        let (before, word) = rest.split_at(start);
        mended.extend_from_slice(before);
        let coded = memchr::memmem::find(word, b"?Q?").or_else(|| memchr::memmem::find(word, b"?q?"));
        let end = coded.and_then(|at| memchr::memmem::find(&word[at + 3..], b"?=").map(|end| at + 3 + end + 2));
        let Some(end) = end else {
            rest = word;
            break;
        };
        for byte in &word[..end] {
            if byte.is_ascii() {
                mended.push(*byte);
            } else {
                mended.extend_from_slice(format!("={byte:02X}").as_bytes());
            }
        }
        rest = &word[end..];
    }
    mended.extend_from_slice(rest);
    Cow::Owned(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_is_believed_where_it_fits() {
        assert_eq!(text(b"M\xfcller \x80", Some("ISO-8859-1")), "Müller €");
        assert_eq!(text(b"M\xfcller", Some("us-ascii")), "M\u{fffd}ller");
        assert_eq!(text("Müller".as_bytes(), Some("us-ascii")), "Müller");
        assert_eq!(text("Müller".as_bytes(), None), "Müller");
        assert_eq!(text(b"M\xc3\xbcller \xff", Some("utf-8")), "Müller \u{fffd}");
        assert_eq!(text(b"M\x81ller", Some("cp850")), "Müller");
        assert_eq!(text(b"M+APw-ller", Some("utf-7")), "Müller");
        assert_eq!(text(b"M\xfcller", Some("x-nobody-knows")), "M\u{fffd}ller");
        assert_eq!(text(b"\x83n\x83\x8d", Some("shift_jis")), "ハロ");
    }
}

//! A parameter of a MIME header that is written in pieces (RFC 2231, section 3), as long names of attachments are:
//! `filename*0*=utf-8''Bestellung%20; filename*1*=M%C3%A4rz.pdf`.

use super::charset;

/// The value of a parameter in pieces; none if it is not written in pieces.
pub(super) fn in_pieces(header: &str, wanted: &str) -> Option<String> {
    let mut pieces: Vec<(u32, bool, String)> = Vec::new();
    for parameter in parameters(header) {
        let Some((name, value)) = parameter.split_once('=') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let Some(number) = name.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('*')) else { continue };
        let (number, coded) = number.strip_suffix('*').map_or((number, false), |number| (number, true));
        if let Ok(number) = number.parse() {
            pieces.push((number, coded, unquoted(value.trim())));
        }
    }
    pieces.sort_by_key(|(number, ..)| *number);
    let (mut bytes, mut stated) = (Vec::new(), None);
    for (expected, (number, coded, value)) in (0..).zip(&pieces) {
        if *number != expected {
            break;
        }
        let mut value = value.as_str();
        if expected == 0 && *coded {
            let mut parts = value.splitn(3, '\'');
            if let (Some(label), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                stated = Some(label.to_owned());
                value = rest;
            }
        }
        if *coded {
            bytes.extend(percent_encoding::percent_decode_str(value));
        } else {
            bytes.extend_from_slice(value.as_bytes());
        }
    }
    (!bytes.is_empty()).then(|| charset::text(&bytes, stated.as_deref()))
}

/// The parameters of a header, cut at semicolons that are not in quotes.
fn parameters(header: &str) -> Vec<&str> {
    let (mut found, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in header.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                found.push(&header[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&header[start..]);
    found
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        text.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_pieces;

    #[test]
    fn pieces_are_joined_in_their_order() {
        let name = |header: &str| in_pieces(header, "filename");
        let header =
            "attachment;\r\n filename*1*=M%C3%A4rz; filename*0*=utf-8'de'Bestellung%20;\r\n filename*2=\".p;df\"";
        assert_eq!(name(header).as_deref(), Some("Bestellung März.p;df"));
        assert_eq!(name("attachment; filename*0=\"a \\\"b\\\"\"; filename*1=c").as_deref(), Some("a \"b\"c"));
        assert_eq!(name("attachment; filename*0*=iso-8859-1''%FC; filename*2*=x").as_deref(), Some("ü"));
        assert_eq!(name("attachment; filename=a; filename*=utf-8''b"), None);
    }
}

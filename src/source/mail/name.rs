//! The name of an attachment as a file may bear it. A mail may call its attachments `../../.bashrc` or `C:\con`; what is
//! left of that is a name without folders, which every system takes.

/// How long a name may be, in bytes; file systems take 255.
const LONGEST: usize = 180;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name as a file may bear it.
pub(crate) fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let letter = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        letter if letter.is_control() || is_hidden(letter) => '_',
        letter => letter,
    };
    let plain: String = last.trim().chars().map(letter).collect();
    let plain = plain.trim_matches(['.', ' ']);
    let stem = plain.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device = DEVICES.contains(&stem.trim_end_matches(|digit: char| digit.is_ascii_digit())) && stem.len() <= 4;
    let plain = if is_device { format!("_{plain}") } else { plain.to_owned() };
    if plain.len() <= LONGEST {
        return plain;
    }
    // The ending says what the file is.
    let ending = plain.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).filter(|ending| ending.len() <= 12);
    let ending = ending.unwrap_or_default();
    plain[..plain.floor_char_boundary(LONGEST - ending.len())].trim_end_matches(['.', ' ']).to_owned() + &ending
}

/// Characters that turn the reading direction round, so that `fdp.exe` looks like `exe.pdf`, and others without a shape.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn names_stay_and_tricks_go() {
        for (name, right) in [
            ("Rechnung Nr. 4711 – Müller & Söhne.pdf", "Rechnung Nr. 4711 – Müller & Söhne.pdf"),
            ("1234/../../1234.txt", "1234.txt"),
            ("../../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\rechnung.pdf", "rechnung.pdf"),
            ("C:rechnung.pdf", "C_rechnung.pdf"),
            (".htaccess", "htaccess"),
            ("..", ""),
            ("a/..", "a"),
            ("con.xlsx", "_con.xlsx"),
            ("LPT1", "_LPT1"),
            ("content.xlsx", "content.xlsx"),
            ("a\u{202e}fdp.exe", "a_fdp.exe"),
            ("a\r\nb\0.csv", "a__b_.csv"),
            ("a. ", "a"),
        ] {
            assert_eq!(safe(name), right, "{name:?}");
        }
        let long = safe(&format!("{}.xlsx", "ä".repeat(300)));
        assert!(long.len() <= 180 && long.ends_with("ä.xlsx") && safe(&long) == long);
    }
}

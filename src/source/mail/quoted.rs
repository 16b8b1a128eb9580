//! Where the answer ends and the mail that is answered begins, in plain text: at a separator that mail programs write,
//! at the lines that begin with `>`, or at the signature's two hyphens.

/// A text without quoted mails and signature. What is written below a mail that is quoted line by line stays.
pub(super) fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_quoted = |line: &&&str| line.trim_start().starts_with('>');
    let mut kept = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if line == "-- " || line.trim_end() == "--" {
            break;
        }
        if let Some(length) = introduction(&lines, at) {
            let next = lines[at + length..].iter().find(|line| !line.trim().is_empty());
            if next.as_ref().is_some_and(is_quoted) {
                at += length;
                continue;
            }
            break;
        }
        if is_separator(&lines, at) {
            break;
        }
        if !is_quoted(&&line) {
            kept.push(line);
        }
        at += 1;
    }
    kept.join("\n").trim_end().to_owned()
}

/// The words between hyphens that Outlook and others put before a quoted mail.
const RULES: [&str; 6] = [
    "ursprüngliche nachricht",
    "original message",
    "originalnachricht",
    "weitergeleitete nachricht",
    "forwarded message",
    "original-nachricht",
];

fn is_separator(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    let bare = line.trim_matches(['-', '_', ' ', '*']).to_lowercase();
    if line.starts_with('-') && RULES.iter().any(|rule| bare.trim_end_matches(':') == *rule) {
        return true;
    }
    // Outlook's rule is a line of underscores with the headers below.
    let header = |line: Option<&&str>| {
        let line = line.map(|line| line.trim().trim_matches('*')).unwrap_or_default();
        ["Von:", "From:", "De:"].iter().any(|word| line.starts_with(word))
    };
    let begins = |at: usize, words: &[&str]| {
        let line = lines.get(at).map(|line| line.trim().trim_matches('*')).unwrap_or_default();
        words.iter().any(|word| line.starts_with(word))
    };
    // A form may have `Von: Wien` above `Datum: …`; the headers of a mail have an address or a subject with them.
    let of_mail = |from: usize| {
        lines.get(from).is_some_and(|line| line.contains('@'))
            || (from + 2..from + 6).any(|at| begins(at, &["Betreff:", "Subject:", "Objet"]))
    };
    let outlook = |from: usize| {
        header(lines.get(from))
            && (begins(from + 1, &["Gesendet:", "Sent:", "Envoyé"])
                || (begins(from + 1, &["Datum:", "Date:"]) && of_mail(from)))
    };
    let is_rule = line.len() >= 10 && line.bytes().all(|byte| byte == b'_');
    outlook(at) || (is_rule && (outlook(at + 1) || outlook(at + 2)))
}

/// How many lines of `Am 3. März 2025 um 08:05 schrieb Erika <e@kunde.example>:` begin here; none if it does not.
fn introduction(lines: &[&str], at: usize) -> Option<usize> {
    let line = lines[at].trim();
    let written = |text: &str| {
        (text.starts_with("Am ") && text.contains(" schrieb"))
            || (text.starts_with("On ") && text.contains(" wrote"))
            || (text.starts_with("Le ") && text.contains(" a écrit"))
    };
    if written(line) && line.ends_with(':') {
        return Some(1);
    }
    let next = lines.get(at + 1).map_or("", |line| line.trim());
    let begins = ["Am ", "On ", "Le "].iter().any(|word| line.starts_with(word));
    (begins && next.ends_with(':') && written(&format!("{line} {next}"))).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_answer_alone_is_left() {
        for quoted in [
            "-----Ursprüngliche Nachricht-----\nVon: a\nMenge: 5",
            "Von: Erika\nGesendet: Montag\nMenge: 5",
            "________________________________\nFrom: Erika\nSent: Monday\nMenge: 5",
            "Am 3. März 2025 um 08:05 schrieb Erika <e@kunde.example>:\n> Menge: 5",
            "Am 3. März 2025 um 08:05 schrieb\nErika <e@kunde.example>:\n> Menge: 5",
            "On Mon, Mar 3, 2025 at 8:05 AM Erika wrote:\n\n> Menge: 5",
            "> Menge: 5\n",
            "-- \nErika\nMenge: 5",
        ] {
            assert_eq!(cut(&format!("Menge: 7\n\n{quoted}")), "Menge: 7", "{quoted}");
        }
    }

    #[test]
    fn what_is_written_below_a_quoted_mail_stays() {
        let text = "Am 3. März 2025 um 08:05 schrieb Erika:\n\n> Menge: 5\n> Ort: Wien\n\nMenge: 7\n-- \nErika";
        assert_eq!(cut(text).trim(), "Menge: 7");
        assert_eq!(cut("a\n\nVon: e@kunde.example\nDatum: 3.3.\nMenge: 5"), "a");
        assert_eq!(cut("a\n\nVon: Erika\nDatum: 3.3.\nAn: uns\nBetreff: x\nMenge: 5"), "a");
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "Am Montag kommt die Ware.\nMenge: 7",
            "Von: Lager Nord\nMenge: 7",
            "Von: Wien\nDatum: 3.3.2026\nMenge: 7",
            "--- Positionen ---\nMenge: 7",
            "Menge: 7 --",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}

//! Where the answer ends and the mail that is answered begins, in plain text: at a separator that mail programs write,
//! at the lines that begin with `>`, or at the signature's two hyphens.

/// A text without quoted mails and signature.
pub(super) fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut end = lines.len();
    for (at, line) in lines.iter().enumerate() {
        if is_separator(&lines, at) || *line == "-- " || line.trim_end() == "--" {
            end = at;
            break;
        }
    }
    let kept = lines[..end].iter().filter(|line| !line.trim_start().starts_with('>'));
    kept.copied().collect::<Vec<_>>().join("\n").trim_end().to_owned()
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
    let sent = |line: Option<&&str>| {
        let line = line.map(|line| line.trim().trim_matches('*')).unwrap_or_default();
        ["Gesendet:", "Sent:", "Datum:", "Date:", "Envoyé"].iter().any(|word| line.starts_with(word))
    };
    let outlook = |from: usize| header(lines.get(from)) && sent(lines.get(from + 1));
    let is_rule = line.len() >= 10 && line.bytes().all(|byte| byte == b'_');
    if outlook(at) || (is_rule && (outlook(at + 1) || outlook(at + 2))) {
        return true;
    }
    // `Am 3. März 2025 um 08:05 schrieb Erika <e@kunde.example>:` may be broken into two lines.
    let written = |text: &str| {
        (text.starts_with("Am ") && text.contains(" schrieb"))
            || (text.starts_with("On ") && text.contains(" wrote"))
            || (text.starts_with("Le ") && text.contains(" a écrit"))
    };
    let next = lines.get(at + 1).map_or("", |line| line.trim());
    let joined = format!("{line} {next}");
    (written(line) && line.ends_with(':'))
        || (["Am ", "On ", "Le "].iter().any(|word| line.starts_with(word)) && written(&joined) && next.ends_with(':'))
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
    fn what_only_looks_like_it_stays() {
        for text in [
            "Am Montag kommt die Ware.\nMenge: 7",
            "Von: Lager Nord\nMenge: 7",
            "--- Positionen ---\nMenge: 7",
            "Menge: 7 --",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}

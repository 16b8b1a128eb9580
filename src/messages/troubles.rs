//! What happened at a target, in words: what a clerk must know first, and after a colon what an administrator needs to
//! find the cause.

use std::borrow::Cow;

use super::Language;
use crate::target::{Difference, NOT_ON_PAGE, Trouble};

/// The words for a trouble: lower case in English, no full stop, technical reasons as the library or target gave them.
pub fn trouble(trouble: &Trouble, language: Language) -> String {
    match language {
        Language::English => english(trouble),
        Language::German => german(trouble),
    }
}

fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NotDone(after) => {
            format!("the target accepted it, but was not done with it within {}", seconds(*after))
        }
        Trouble::Browser(trouble) => super::browser::english(trouble),
        Trouble::Connect(reason) => format!("the target cannot be reached, nothing was sent: {reason}"),
        Trouble::Recipe(message) => message.clone(),
        Trouble::Settings(message) => format!("the settings of the target cannot be used: {message}"),
        Trouble::File { path, why } => format!("the file `{path}` cannot be sent: {why}"),
        Trouble::Timeout(after) => format!("the target did not answer within {}", seconds(*after)),
        Trouble::Broken(reason) => format!("the connection broke before the whole answer was there: {reason}"),
        Trouble::Unreadable { status, why } => format!("the target's answer (status {status}) cannot be read: {why}"),
        Trouble::TooLarge(limit) => {
            format!("the target's answer is longer than {limit} bytes - raise `max_answer:` if that is right")
        }
        Trouble::Later(status) => format!("the target asks to try again later (status {status})"),
        Trouble::LoginNeeded { status, page: None } => {
            format!("the target wants a login (status {status}): it is missing, wrong or has expired")
        }
        Trouble::LoginNeeded { status, page: Some(page) } => {
            format!("the target wants a login (status {status}): it redirects to the login page {page}")
        }
        Trouble::LoginFailed(why) => format!("the login failed: {}", english(why)),
        Trouble::NoCookie(name) => format!("the login did not set the cookie `{name}`: user or password may be wrong"),
        Trouble::Refused { status, reason: None, .. } => format!("the target refused (status {status})"),
        Trouble::Refused { status, reason: Some(reason), .. } => {
            format!("the target refused (status {status}): {reason}")
        }
        Trouble::Exists(status) => format!("the target says that it is there already (status {status})"),
        Trouble::Status(status) => {
            format!("the target answered with status {status}, which does not tell whether it was done")
        }
        Trouble::Redirect { status, to } => {
            format!("the target redirects to {to} (status {status}), which is not followed")
        }
        Trouble::Expected { status, differences } => {
            format!(
                "the target's answer (status {status}) is not as expected: {}",
                self::differences(differences, Language::English)
            )
        }
        Trouble::Capture { name, from, found: 0 } => format!("the target's answer has no `{name}` at `{from}`"),
        Trouble::Capture { name, from, found } => {
            format!("the target's answer has {found} values for `{name}` at `{from}` where there must be one")
        }
        Trouble::CaptureKind { name, from } => {
            format!("the value for `{name}` at `{from}` in the target's answer is a list or an object, not one value")
        }
        Trouble::NoList(path) => format!("the look-up's answer has no list at `{path}`"),
        Trouble::Several(count) => format!("the look-up found {count} entries where there should be one at the most"),
        Trouble::Pages(read) => {
            format!("the look-up could not read all pages ({read} read), so the entry may be on another one")
        }
    }
}

fn german(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NotDone(after) => {
            format!("das Zielsystem hat es angenommen, war aber nach {} nicht damit fertig", seconds(*after))
        }
        Trouble::Browser(trouble) => super::browser::german(trouble),
        Trouble::Connect(reason) => format!("das Zielsystem ist nicht erreichbar, nichts wurde gesendet: {reason}"),
        Trouble::Recipe(message) => match message.strip_suffix(" has no value") {
            Some(what) => format!("{what} hat keinen Wert"),
            None => message.clone(),
        },
        Trouble::Settings(message) => {
            format!("die Einstellungen des Zielsystems sind nicht verwendbar: {message}")
        }
        Trouble::File { path, why } => format!("die Datei `{path}` kann nicht gesendet werden: {why}"),
        Trouble::Timeout(after) => {
            format!("das Zielsystem hat nicht innerhalb von {} geantwortet", seconds(*after))
        }
        Trouble::Broken(reason) => {
            format!("die Verbindung brach ab, bevor die ganze Antwort da war: {reason}")
        }
        Trouble::Unreadable { status, why } => {
            format!("die Antwort des Zielsystems (Status {status}) ist nicht lesbar: {why}")
        }
        Trouble::TooLarge(limit) => format!(
            "die Antwort des Zielsystems ist länger als {limit} Bytes - wenn das richtig ist, `max_answer:` erhöhen"
        ),
        Trouble::Later(status) => {
            format!("das Zielsystem bittet, es später noch einmal zu versuchen (Status {status})")
        }
        Trouble::LoginNeeded { status, page: None } => {
            format!("das Zielsystem verlangt eine Anmeldung (Status {status}): sie fehlt, ist falsch oder abgelaufen")
        }
        Trouble::LoginNeeded { status, page: Some(page) } => format!(
            "das Zielsystem verlangt eine Anmeldung (Status {status}): es leitet auf die Anmeldeseite {page} um"
        ),
        Trouble::LoginFailed(why) => format!("die Anmeldung ist fehlgeschlagen: {}", german(why)),
        Trouble::NoCookie(name) => format!(
            "die Anmeldung hat das Cookie `{name}` nicht gesetzt: vielleicht sind Benutzer oder Kennwort falsch"
        ),
        Trouble::Refused { status, reason: None, .. } => format!("das Zielsystem hat abgelehnt (Status {status})"),
        Trouble::Refused { status, reason: Some(reason), .. } => {
            format!("das Zielsystem hat abgelehnt (Status {status}): {reason}")
        }
        Trouble::Exists(status) => format!("das Zielsystem meldet, dass es schon vorhanden ist (Status {status})"),
        Trouble::Status(status) => format!(
            "das Zielsystem hat mit Status {status} geantwortet; daraus geht nicht hervor, ob es ausgeführt wurde"
        ),
        Trouble::Redirect { status, to } => {
            format!("das Zielsystem leitet auf {to} um (Status {status}); dem wird nicht gefolgt")
        }
        Trouble::Expected { status, differences } => format!(
            "die Antwort des Zielsystems (Status {status}) ist nicht wie erwartet: {}",
            self::differences(differences, Language::German)
        ),
        Trouble::Capture { name, from, found: 0 } => {
            format!("in der Antwort des Zielsystems fehlt `{name}` an der Stelle `{from}`")
        }
        Trouble::Capture { name, from, found } => format!(
            "die Antwort des Zielsystems enthält {found} Werte für `{name}` an der Stelle `{from}`, erlaubt ist einer"
        ),
        Trouble::CaptureKind { name, from } => format!(
            "der Wert für `{name}` an der Stelle `{from}` in der Antwort des Zielsystems ist eine Liste oder ein \
             Objekt, kein einzelner Wert"
        ),
        Trouble::NoList(path) => format!("die Antwort auf die Suche enthält keine Liste an der Stelle `{path}`"),
        Trouble::Several(count) => format!("die Suche fand {count} Einträge, es darf höchstens einer sein"),
        Trouble::Pages(read) => format!(
            "die Suche konnte nicht alle Seiten lesen ({read} gelesen); der Eintrag kann auf einer weiteren stehen"
        ),
    }
}

/// The words for differences, one after the other.
pub(super) fn differences(differences: &[Difference], language: Language) -> String {
    let words: Vec<String> = differences
        .iter()
        .map(|Difference { what, expected, found }| match language {
            Language::English => format!("{what} should be {expected} but is {found}"),
            Language::German => {
                format!("{} soll {} sein, ist aber {}", in_german(what), in_german(expected), in_german(found))
            }
        })
        .collect();
    words.join("; ")
}

/// The words that stand for a value in a difference. All else are values, which have no language.
fn in_german(words: &str) -> Cow<'_, str> {
    if let Some(rest) = words.strip_prefix("other than ") {
        return format!("anders als {}", in_german(rest)).into();
    }
    if let Some(pattern) = words.strip_prefix("like `") {
        return format!("wie `{pattern}").into();
    }
    match words {
        "there" => "vorhanden".into(),
        "absent" | "missing" | "not there" => "nicht vorhanden".into(),
        "empty" => "leer".into(),
        "not empty" => "nicht leer".into(),
        "not in the answer" => "nicht in der Antwort".into(),
        "the text" => "der Text".into(),
        "the status" => "der Status".into(),
        NOT_ON_PAGE => "nicht auf der Seite (stimmt der Name im Rezept?)".into(),
        other => other.into(),
    }
}

fn seconds(time: std::time::Duration) -> String {
    if time.subsec_millis() == 0 { format!("{} s", time.as_secs()) } else { format!("{} ms", time.as_millis()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_what_should_be_and_what_is() {
        let differences = vec![Difference { what: "$.total".into(), expected: "119.00".into(), found: "118".into() }];
        let trouble_at_hand = Trouble::Expected { status: 201, differences };
        assert_eq!(
            trouble(&trouble_at_hand, Language::English),
            "the target's answer (status 201) is not as expected: $.total should be 119.00 but is 118"
        );
        assert_eq!(
            trouble(&trouble_at_hand, Language::German),
            "die Antwort des Zielsystems (Status 201) ist nicht wie erwartet: $.total soll 119.00 sein, ist aber 118"
        );
    }

    #[test]
    fn what_stands_for_a_value_has_words_in_both_languages() {
        let words = |expected: &str, found: &str| {
            let one = Difference { what: "Summe".into(), expected: expected.into(), found: found.into() };
            differences(&[one], Language::German)
        };
        assert_eq!(words("`119,00`", "not there"), "Summe soll `119,00` sein, ist aber nicht vorhanden");
        assert_eq!(words("other than `A`", "empty"), "Summe soll anders als `A` sein, ist aber leer");
        assert_eq!(
            words("`119,00`", NOT_ON_PAGE),
            "Summe soll `119,00` sein, ist aber nicht auf der Seite (stimmt der Name im Rezept?)"
        );
        let missing = Trouble::Recipe("r.yaml:4:5 `Nummer`: `${number}` has no value".into());
        let reason = crate::messages::reason(&crate::runner::Reason::CannotBeSent(missing), Language::German);
        assert_eq!(reason, "kann nicht gesendet werden: r.yaml:4:5 `Nummer`: `${number}` hat keinen Wert");
    }

    #[test]
    fn a_failed_login_says_why() {
        let failed = Trouble::LoginFailed(Box::new(Trouble::NoCookie("SID".into())));
        assert_eq!(
            trouble(&failed, Language::English),
            "the login failed: the login did not set the cookie `SID`: user or password may be wrong"
        );
        assert_eq!(
            trouble(
                &Trouble::LoginFailed(Box::new(Trouble::Timeout(std::time::Duration::from_millis(1500)))),
                Language::German
            ),
            "die Anmeldung ist fehlgeschlagen: das Zielsystem hat nicht innerhalb von 1500 ms geantwortet"
        );
    }

    #[test]
    fn the_targets_own_words_are_kept() {
        let refused = Trouble::Refused { status: 422, reason: Some("Konto 4711 ist gesperrt".into()), by_recipe: true };
        assert_eq!(trouble(&refused, Language::English), "the target refused (status 422): Konto 4711 ist gesperrt");
        assert_eq!(
            trouble(&refused, Language::German),
            "das Zielsystem hat abgelehnt (Status 422): Konto 4711 ist gesperrt"
        );
    }
}

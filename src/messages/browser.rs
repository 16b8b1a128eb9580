//! What happened in a browser, in words: which element, what was expected and found, and what to do.

use super::Language;
use super::troubles::{differences, trouble};
use crate::target::browser::{BrowserTrouble, Candidate, Unusable};

pub(super) fn english(what: &BrowserTrouble) -> String {
    match what {
        BrowserTrouble::NoDriver(drivers) => format!(
            "no browser can be driven here: install {} and its browser, or name a WebDriver server by `webdriver:`",
            drivers.join(" or ")
        ),
        BrowserTrouble::DriverFailed { driver, why } => format!("the driver `{driver}` cannot be started: {why}"),
        BrowserTrouble::Mismatch(why) => {
            format!(
                "the versions of the browser and its driver do not fit each other; install the same one of both: {why}"
            )
        }
        BrowserTrouble::NoSession(why) => format!("no browser could be started: {why}"),
        BrowserTrouble::Lost(why) => format!("the browser was lost: {why}"),
        BrowserTrouble::Call(why) => format!("the browser failed: {why}"),
        BrowserTrouble::NotLoaded(why) => format!("the page could not be loaded: {why}"),
        BrowserTrouble::Nothing { locator, near } if near.is_empty() => format!("the page has no {locator}"),
        BrowserTrouble::Nothing { locator, near } => {
            format!("the page has no {locator}; it has {}", quoted(near))
        }
        BrowserTrouble::Several { locator, count, which } => format!(
            "{locator} fits {count} elements of the page where it must be one: {}",
            candidates(which, "within", "by")
        ),
        BrowserTrouble::Unusable { locator, element, why } => match why {
            Unusable::Disabled => format!("{locator} ({element}) stays disabled"),
            Unusable::ReadOnly => format!("{locator} ({element}) can only be read"),
            Unusable::Covered(by) => format!("{locator} ({element}) is covered by {by}"),
            Unusable::Moving => format!("{locator} ({element}) does not stand still"),
        },
        BrowserTrouble::Selector { locator, why } => format!("the selector {locator} cannot be used: {why}"),
        BrowserTrouble::NoOption { control, wanted, offered } if offered.is_empty() => {
            format!("{control} does not offer `{wanted}`")
        }
        BrowserTrouble::NoOption { control, wanted, offered } => {
            format!("{control} does not offer `{wanted}`, but {}", quoted(offered))
        }
        BrowserTrouble::NotKept(fields) => format!(
            "not submitted, since fields do not keep what is filled in: {}",
            differences(fields, Language::English)
        ),
        BrowserTrouble::Taken { locator, other: Some(other), element } => {
            format!("not submitted, since {other} and {locator} end at the same control ({element})")
        }
        BrowserTrouble::Taken { locator, other: None, element } => format!(
            "not submitted, since {locator} ends at a control that holds another value of the record ({element})"
        ),
        BrowserTrouble::Vanished(fields) => {
            format!(
                "not submitted, since the page has drawn itself anew without what was filled in: {}",
                fields.join(", ")
            )
        }
        BrowserTrouble::Invalid(fields) => format!("the page refuses: {}", complaints(fields)),
        BrowserTrouble::Dialog(text) => format!("the page shows a dialog that the recipe does not expect: {text}"),
        BrowserTrouble::NoDialog { wanted, found: None } if wanted.is_empty() => "the page shows no dialog".to_owned(),
        BrowserTrouble::NoDialog { wanted, found: None } => format!("the page shows no dialog with `{wanted}`"),
        BrowserTrouble::NoDialog { wanted, found: Some(found) } => {
            format!("the page's dialog should say `{wanted}` but says `{found}`")
        }
        BrowserTrouble::LoginPage(at) => format!("the target wants a login: {at} is a login page"),
        BrowserTrouble::NotLoggedIn { at, words } => {
            format!("after the login {at} does not show what `logged_in:` names{}", said(words, "; it says"))
        }
        BrowserTrouble::NotSeen { expected, at, words } => {
            format!("the page {at} does not show {expected}{}", said(words, "; it says"))
        }
        BrowserTrouble::Different(fields) => {
            format!("the page is not as expected: {}", differences(fields, Language::English))
        }
        BrowserTrouble::Refused(words) => format!("the target refused{}", said(words, ":")),
        BrowserTrouble::Exists => "the target says that it is there already".to_owned(),
        BrowserTrouble::ErrorPage { status, words, .. } => {
            format!("the target answered with an error page (status {status}){}", said(words, ":"))
        }
        BrowserTrouble::NoWindow(name) => format!("there is no window `{name}`"),
        BrowserTrouble::Neither(at) => {
            format!("the look-up's page {at} shows neither what `found:` nor what `none:` names")
        }
        BrowserTrouble::Both => "the look-up's page shows both what `found:` and what `none:` names".to_owned(),
        BrowserTrouble::Kept { trouble: why, at } => {
            format!("{} (the page is kept in {at})", trouble(why, Language::English))
        }
    }
}

pub(super) fn german(what: &BrowserTrouble) -> String {
    match what {
        BrowserTrouble::NoDriver(drivers) => format!(
            "hier kann kein Browser gesteuert werden: {} und den Browser dazu installieren oder mit `webdriver:` einen \
             WebDriver-Server nennen",
            drivers.join(" oder ")
        ),
        BrowserTrouble::DriverFailed { driver, why } => {
            format!("der Treiber `{driver}` kann nicht gestartet werden: {why}")
        }
        BrowserTrouble::Mismatch(why) => format!(
            "die Versionen von Browser und Treiber passen nicht zusammen; von beiden dieselbe installieren: {why}"
        ),
        BrowserTrouble::NoSession(why) => format!("es konnte kein Browser gestartet werden: {why}"),
        BrowserTrouble::Lost(why) => format!("der Browser ging verloren: {why}"),
        BrowserTrouble::Call(why) => format!("der Browser meldet einen Fehler: {why}"),
        BrowserTrouble::NotLoaded(why) => format!("die Seite konnte nicht geladen werden: {why}"),
        BrowserTrouble::Nothing { locator, near } if near.is_empty() => format!("auf der Seite fehlt {locator}"),
        BrowserTrouble::Nothing { locator, near } => {
            format!("auf der Seite fehlt {locator}; vorhanden sind {}", quoted(near))
        }
        BrowserTrouble::Several { locator, count, which } => format!(
            "{locator} passt auf {count} Elemente der Seite, es darf nur eines sein: {}",
            candidates(which, "in", "eindeutig mit")
        ),
        BrowserTrouble::Unusable { locator, element, why } => match why {
            Unusable::Disabled => format!("{locator} ({element}) bleibt gesperrt"),
            Unusable::ReadOnly => format!("{locator} ({element}) ist schreibgeschützt"),
            Unusable::Covered(by) => format!("{locator} ({element}) ist verdeckt von {by}"),
            Unusable::Moving => format!("{locator} ({element}) kommt nicht zur Ruhe"),
        },
        BrowserTrouble::Selector { locator, why } => {
            format!("der Selektor {locator} ist nicht verwendbar: {why}")
        }
        BrowserTrouble::NoOption { control, wanted, offered } if offered.is_empty() => {
            format!("{control} bietet `{wanted}` nicht an")
        }
        BrowserTrouble::NoOption { control, wanted, offered } => {
            format!("{control} bietet `{wanted}` nicht an, sondern {}", quoted(offered))
        }
        BrowserTrouble::NotKept(fields) => format!(
            "nicht abgeschickt, denn Felder behalten nicht, was eingetragen wird: {}",
            differences(fields, Language::German)
        ),
        BrowserTrouble::Taken { locator, other: Some(other), element } => {
            format!("nicht abgeschickt, denn {other} und {locator} führen zum selben Feld ({element})")
        }
        BrowserTrouble::Taken { locator, other: None, element } => format!(
            "nicht abgeschickt, denn {locator} führt zu einem Feld, in dem schon ein anderer Wert des Datensatzes steht \
             ({element})"
        ),
        BrowserTrouble::Vanished(fields) => format!(
            "nicht abgeschickt, denn die Seite hat sich neu aufgebaut und Eingetragenes fehlt: {}",
            fields.join(", ")
        ),
        BrowserTrouble::Invalid(fields) => format!("die Seite lehnt ab: {}", complaints(fields)),
        BrowserTrouble::Dialog(text) => {
            format!("die Seite zeigt eine Meldung, die das Rezept nicht erwartet: {text}")
        }
        BrowserTrouble::NoDialog { wanted, found: None } if wanted.is_empty() => {
            "die Seite zeigt keine Meldung".to_owned()
        }
        BrowserTrouble::NoDialog { wanted, found: None } => format!("die Seite zeigt keine Meldung mit `{wanted}`"),
        BrowserTrouble::NoDialog { wanted, found: Some(found) } => {
            format!("die Meldung der Seite soll `{wanted}` lauten, lautet aber `{found}`")
        }
        BrowserTrouble::LoginPage(at) => {
            format!("das Zielsystem verlangt eine Anmeldung: {at} ist eine Anmeldeseite")
        }
        BrowserTrouble::NotLoggedIn { at, words } => {
            format!("nach der Anmeldung zeigt {at} nicht, was `logged_in:` nennt{}", said(words, "; dort steht"))
        }
        BrowserTrouble::NotSeen { expected, at, words } => {
            format!("die Seite {at} zeigt {expected} nicht{}", said(words, "; dort steht"))
        }
        BrowserTrouble::Different(fields) => {
            format!("die Seite ist nicht wie erwartet: {}", differences(fields, Language::German))
        }
        BrowserTrouble::Refused(words) => format!("das Zielsystem hat abgelehnt{}", said(words, ":")),
        BrowserTrouble::Exists => "das Zielsystem meldet, dass es schon vorhanden ist".to_owned(),
        BrowserTrouble::ErrorPage { status, words, .. } => {
            format!("das Zielsystem hat mit einer Fehlerseite geantwortet (Status {status}){}", said(words, ":"))
        }
        BrowserTrouble::NoWindow(name) => format!("es gibt kein Fenster `{name}`"),
        BrowserTrouble::Neither(at) => {
            format!("die Seite {at} der Suche zeigt weder, was `found:`, noch, was `none:` nennt")
        }
        BrowserTrouble::Both => "die Seite der Suche zeigt, was `found:` und was `none:` nennt".to_owned(),
        BrowserTrouble::Kept { trouble: why, at } => {
            format!("{} (die Seite ist aufgehoben in {at})", trouble(why, Language::German))
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Each of several elements, with what tells it from the others.
fn candidates(which: &[Candidate], within: &str, by: &str) -> String {
    let one = |candidate: &Candidate| {
        let mut words = candidate.outline.clone();
        if !candidate.within.is_empty() {
            words.push_str(&format!(" {within} `{}`", candidate.within));
        }
        if !candidate.css.is_empty() {
            words.push_str(&format!(" ({by} {{ css: \"{}\" }})", candidate.css));
        }
        words
    };
    which.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn complaints(fields: &[(String, String)]) -> String {
    let one = |(field, message): &(String, String)| match (field.is_empty(), message.is_empty()) {
        (true, _) => message.clone(),
        (false, true) => format!("`{field}`"),
        (false, false) => format!("`{field}`: {message}"),
    };
    fields.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The page's own words, if it has any.
fn said(words: &str, before: &str) -> String {
    if words.is_empty() { String::new() } else { format!("{before} {words}") }
}

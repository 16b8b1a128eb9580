//! What a look at the surroundings found, in words, and the remedy.

use super::Language;
use super::troubles::trouble;
use crate::doctor::{Fact, Level};
use crate::recipe::model::BrowserName;

/// The word for how much a finding matters.
pub fn level(level: Level, language: Language) -> &'static str {
    match (level, language) {
        (Level::Good, Language::English) => "good",
        (Level::Good, Language::German) => "gut",
        (Level::Note, Language::English) => "note",
        (Level::Note, Language::German) => "Hinweis",
        (Level::Wrong, Language::English) => "wrong",
        (Level::Wrong, Language::German) => "falsch",
    }
}

/// The words for what was found.
pub fn fact(fact: &Fact, language: Language) -> String {
    match language {
        Language::English => english(fact),
        Language::German => german(fact),
    }
}

fn english(fact: &Fact) -> String {
    match fact {
        Fact::Browser { name, browser, version, driver, driver_version } => {
            let place = browser.as_ref().map_or_else(String::new, |path| format!(" ({})", path.display()));
            let version = version_text(version.as_ref());
            let driver_version = version_text(driver_version.as_ref());
            format!("{}{version}{place} with its driver{driver_version} ({})", browser_name(*name), driver.display())
        }
        Fact::Mismatch { name, version, driver, driver_version } => format!(
            "{} {version} and its driver {driver_version} ({}) do not fit each other",
            browser_name(*name),
            driver.display()
        ),
        Fact::NoDriver { name, browser, driver } => {
            format!("{} ({}) has no driver: `{driver}` is not here", browser_name(*name), browser.display())
        }
        Fact::NoBrowser { driver } => format!("the driver {} has no browser to drive", driver.display()),
        Fact::NoneToDrive(drivers) => format!("no browser can be driven here: there is no {}", drivers.join(" or ")),
        Fact::Started(target) => format!("the browser{} starts", of(target, "of")),
        Fact::NotStarted { target, why } => {
            format!("the browser{} does not start: {}", of(target, "of"), trouble(why, Language::English))
        }
        Fact::StateFolder(folder) => format!("the state folder {} can be written to", folder.display()),
        Fact::StateNotWritable { folder, why } => {
            format!("the folder {} cannot be written to: {why}", folder.display())
        }
        Fact::StateOnNetwork { folder, kind } => {
            format!("the state folder {} is on a network drive ({kind}), where a journal is not safe", folder.display())
        }
        Fact::Zone { zone, now } => format!("the time in {zone} is {now}"),
        Fact::NoZone(zone) => format!("there is no time zone data for `{zone}`"),
        Fact::Set { recipe, names } => format!("{recipe}: {} set", are(names)),
        Fact::NoSecret { recipe, name } => format!("{recipe}: the secret `{name}` is not set"),
        Fact::NoVariable { recipe, name } => format!("{recipe}: the environment variable `{name}` is not set"),
    }
}

fn german(fact: &Fact) -> String {
    match fact {
        Fact::Browser { name, browser, version, driver, driver_version } => {
            let place = browser.as_ref().map_or_else(String::new, |path| format!(" ({})", path.display()));
            let version = version_text(version.as_ref());
            let driver_version = version_text(driver_version.as_ref());
            format!("{}{version}{place} mit seinem Treiber{driver_version} ({})", browser_name(*name), driver.display())
        }
        Fact::Mismatch { name, version, driver, driver_version } => format!(
            "{} {version} und sein Treiber {driver_version} ({}) passen nicht zusammen",
            browser_name(*name),
            driver.display()
        ),
        Fact::NoDriver { name, browser, driver } => {
            format!("{} ({}) hat keinen Treiber: `{driver}` fehlt", browser_name(*name), browser.display())
        }
        Fact::NoBrowser { driver } => format!("der Treiber {} hat keinen Browser", driver.display()),
        Fact::NoneToDrive(drivers) => {
            format!("hier kann kein Browser gesteuert werden: {} fehlt", drivers.join(" oder "))
        }
        Fact::Started(target) => format!("der Browser{} startet", of(target, "von")),
        Fact::NotStarted { target, why } => {
            format!("der Browser{} startet nicht: {}", of(target, "von"), trouble(why, Language::German))
        }
        Fact::StateFolder(folder) => format!("der Zustandsordner {} ist beschreibbar", folder.display()),
        Fact::StateNotWritable { folder, why } => {
            format!("der Ordner {} ist nicht beschreibbar: {why}", folder.display())
        }
        Fact::StateOnNetwork { folder, kind } => format!(
            "der Zustandsordner {} liegt auf einem Netzlaufwerk ({kind}), wo ein Journal nicht sicher ist",
            folder.display()
        ),
        Fact::Zone { zone, now } => format!("in {zone} ist es {now}"),
        Fact::NoZone(zone) => format!("für `{zone}` gibt es keine Zeitzonendaten"),
        Fact::Set { recipe, names } => format!("{recipe}: gesetzt: {}", quoted(names)),
        Fact::NoSecret { recipe, name } => format!("{recipe}: das Geheimnis `{name}` ist nicht gesetzt"),
        Fact::NoVariable { recipe, name } => format!("{recipe}: die Umgebungsvariable `{name}` ist nicht gesetzt"),
    }
}

/// What to do about it, where something is to be done.
pub fn remedy(fact: &Fact, language: Language) -> Option<String> {
    let german = language == Language::German;
    Some(match fact {
        Fact::Mismatch { name, version, .. } => {
            let major = version.split('.').next().unwrap_or_default();
            let source = source(*name);
            if german {
                format!("den Treiber der Version {major} installieren ({source}), oder beide aus derselben Quelle")
            } else {
                format!("install the driver of version {major} ({source}), or both from the same source")
            }
        }
        Fact::NoDriver { name, driver, .. } => {
            let source = source(*name);
            if german {
                format!("`{driver}` installieren ({source}) und in den `PATH` oder neben eintrag legen")
            } else {
                format!("install `{driver}` ({source}) and lay it into the `PATH` or beside eintrag")
            }
        }
        Fact::NoBrowser { .. } | Fact::NoneToDrive(_) => if german {
            "einen Browser und seinen Treiber installieren, unter Debian etwa `apt install chromium chromium-driver`, oder \
             mit `webdriver:` einen WebDriver-Server nennen"
        } else {
            "install a browser and its driver, on Debian `apt install chromium chromium-driver`, or name a WebDriver server \
             by `webdriver:`"
        }
        .to_owned(),
        Fact::StateNotWritable { .. } | Fact::StateOnNetwork { .. } => if german {
            "mit `--state DIR` einen Ordner auf einem Laufwerk dieses Rechners nennen, in den dieser Benutzer schreiben darf"
        } else {
            "name a folder on a drive of this computer, which this user may write to, by `--state DIR`"
        }
        .to_owned(),
        Fact::NoSecret { name, .. } => {
            if german {
                format!(
                    "die Umgebungsvariable {name} setzen, oder das Geheimnis in eine Datei dieses Namens in dem Ordner \
                     legen, den EINTRAG_SECRETS nennt"
                )
            } else {
                format!(
                    "set the environment variable {name}, or put the secret into a file of that name in the folder that \
                     EINTRAG_SECRETS names"
                )
            }
        }
        Fact::NoVariable { name, .. } => {
            if german {
                format!("{name} für diesen Benutzer oder in der geplanten Aufgabe setzen")
            } else {
                format!("set {name} for this user, or in the scheduled task")
            }
        }
        Fact::NoZone(_) => if german {
            "in `source:` eine Zeitzone der IANA nennen, wie `zone: Europe/Vienna`"
        } else {
            "name a zone of the IANA database in `source:`, such as `zone: Europe/Vienna`"
        }
        .to_owned(),
        Fact::Browser { .. }
        | Fact::Started(_)
        | Fact::NotStarted { .. }
        | Fact::StateFolder(_)
        | Fact::Zone { .. }
        | Fact::Set { .. } => return None,
    })
}

/// Whose browser it is, where it is known.
fn of(target: &Option<String>, word: &str) -> String {
    target.as_ref().map_or_else(String::new, |target| format!(" {word} {target}"))
}

fn browser_name(name: BrowserName) -> &'static str {
    match name {
        BrowserName::Chromium => "Chromium",
        BrowserName::Chrome => "Chrome",
        BrowserName::Edge => "Edge",
        BrowserName::Firefox => "Firefox",
    }
}

/// Where drivers come from.
fn source(name: BrowserName) -> &'static str {
    match name {
        BrowserName::Chromium => "package `chromium-driver`",
        BrowserName::Chrome => "https://googlechromelabs.github.io/chrome-for-testing/",
        BrowserName::Edge => "https://developer.microsoft.com/microsoft-edge/tools/webdriver/",
        BrowserName::Firefox => "https://github.com/mozilla/geckodriver/releases",
    }
}

fn version_text(version: Option<&String>) -> String {
    version.map_or_else(String::new, |version| format!(" {version}"))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn are(names: &[String]) -> String {
    format!("{} {}", quoted(names), if names.len() == 1 { "is" } else { "are" })
}

//! Browsers and their drivers, found as a run finds them: which are here, in which versions, whether these fit each other,
//! and whether a session can be started.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::finding::{Fact, Finding};
use crate::recipe::model::BrowserName;
use crate::target::Target;
use crate::target::browser::{BrowserTarget, Present, present};

/// How long a program may take to say its version. A browser of a snap package unpacks itself first.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is here. `wanted` are the browsers that runs will start, none standing for any; where there is none that a run
/// starts itself, nothing here is wrong.
pub async fn browsers(wanted: &[Option<BrowserName>]) -> Vec<Finding> {
    among(&present(), wanted).await
}

async fn among(all: &[Present], wanted: &[Option<BrowserName>]) -> Vec<Finding> {
    // Each run takes the first that can be driven and that it wants.
    let taken: Vec<Option<BrowserName>> = wanted
        .iter()
        .map(|wanted| {
            let mut fit = all.iter().filter(|one| wanted.is_none_or(|wanted| one.name == wanted));
            fit.find_map(Present::installed).map(|installed| installed.name)
        })
        .collect();
    let mut findings = Vec::new();
    for one in all {
        let finding = look(one, all).await;
        findings.extend(finding.map(|(fact, is_good)| match is_good {
            true => Finding::good(fact),
            false if taken.contains(&Some(one.name)) => Finding::wrong(fact),
            false => Finding::note(fact),
        }));
    }
    for (wanted, _) in wanted.iter().zip(&taken).filter(|(_, taken)| taken.is_none()) {
        let mut drivers: Vec<&'static str> = all
            .iter()
            .filter(|one| wanted.is_none_or(|wanted| one.name == wanted))
            .map(|one| one.driver_name)
            .collect();
        drivers.dedup();
        findings.push(Finding::wrong(Fact::NoneToDrive(drivers)));
    }
    if wanted.is_empty() && all.iter().all(|one| one.installed().is_none()) {
        findings.push(Finding::note(Fact::NoneToDrive(vec!["chromedriver"])));
    }
    findings
}

/// What is to be said of one browser, and whether it is good; nothing where it is not here at all.
async fn look(one: &Present, all: &[Present]) -> Option<(Fact, bool)> {
    let Some(driver) = &one.driver else {
        let browser = one.browser.clone()?;
        return Some((Fact::NoDriver { name: one.name, browser, driver: one.driver_name }, false));
    };
    let Some(installed) = one.installed() else {
        // One driver may serve another browser that is here.
        let serves = all.iter().any(|other| other.driver_name == one.driver_name && other.browser.is_some());
        let is_first = all.iter().find(|other| other.driver_name == one.driver_name)?.name == one.name;
        return (!serves && is_first).then(|| (Fact::NoBrowser { driver: driver.clone() }, false));
    };
    let version = match &installed.browser {
        Some(browser) => browser_version(browser).await,
        None => None,
    };
    let driver_version = said_version(driver).await;
    match (version, driver_version) {
        (Some(version), Some(driver_version)) if !fit(one.name, &version, &driver_version) => {
            Some((Fact::Mismatch { name: one.name, version, driver: driver.clone(), driver_version }, false))
        }
        (version, driver_version) => {
            let (name, driver) = (one.name, driver.clone());
            Some((Fact::Browser { name, browser: installed.browser, version, driver, driver_version }, true))
        }
    }
}

/// Whether a session of a target's browser can be started.
pub async fn started(title: Option<String>, target: &BrowserTarget) -> Finding {
    let tried = target.try_session().await;
    target.close().await;
    match tried {
        Ok(()) => Finding::good(Fact::Started(title)),
        Err(why) => Finding::wrong(Fact::NotStarted { target: title, why }),
    }
}

/// The drivers of Chromium and its kin serve browsers of their own major version alone; that of Firefox serves all of the
/// last years.
fn fit(name: BrowserName, browser: &str, driver: &str) -> bool {
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    name == BrowserName::Firefox || major(browser) == major(driver)
}

/// A browser's version. On Windows browsers do not say it, but it stands beside them.
async fn browser_version(browser: &Path) -> Option<String> {
    if cfg!(windows) { version_beside(browser) } else { said_version(browser).await }
}

/// The version that a program says it has.
async fn said_version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.split_whitespace().find(|word| is_version(word)).map(str::to_owned)
}

/// The version in the name of a folder beside the program (Chrome, Edge), or in Firefox's `application.ini`.
fn version_beside(browser: &Path) -> Option<String> {
    let folder = browser.parent()?;
    if let Ok(settings) = std::fs::read_to_string(folder.join("application.ini")) {
        return settings
            .lines()
            .find_map(|line| line.strip_prefix("Version="))
            .map(|version| version.trim().to_owned());
    }
    let names = std::fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_version(name)).max_by_key(|name| numbers(name))
}

fn is_version(word: &str) -> bool {
    word.contains('.') && word.starts_with(|letter: char| letter.is_ascii_digit())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drivers_of_chromium_fit_their_own_major_version_alone() {
        assert!(fit(BrowserName::Chromium, "156.0.7444.59", "156.0.7444.175"));
        assert!(!fit(BrowserName::Chrome, "157.0.1.2", "156.0.7444.175"));
        assert!(!fit(BrowserName::Edge, "15.0", "156.0"));
        assert!(fit(BrowserName::Firefox, "140.3.0esr", "0.36.0"));
    }

    fn present(name: BrowserName, driver: Option<&str>, browser: Option<&str>) -> Present {
        let driver_name = if name == BrowserName::Firefox { "geckodriver" } else { "chromedriver" };
        Present { name, driver_name, driver: driver.map(Into::into), browser: browser.map(Into::into) }
    }

    #[tokio::test]
    async fn what_is_missing_is_wrong_only_where_a_run_needs_it() {
        use crate::doctor::Level;
        use BrowserName::{Chrome, Chromium, Firefox};
        let all = [
            present(Chromium, Some("/none/chromedriver"), Some("/none/chromium")),
            present(Chrome, Some("/none/chromedriver"), None),
            present(Firefox, None, Some("/none/firefox")),
        ];
        let found = async |wanted: &[Option<BrowserName>]| {
            let findings = among(&all, wanted).await;
            findings.into_iter().map(|finding| (finding.level, finding.fact.code())).collect::<Vec<_>>()
        };
        let always = [(Level::Good, "browser"), (Level::Note, "no_driver")];
        assert_eq!(found(&[]).await, always);
        assert_eq!(found(&[None, Some(Chromium)]).await, always);
        assert_eq!(found(&[Some(Firefox)]).await, [always[0], always[1], (Level::Wrong, "none_to_drive")]);
        // A driver alone is told once, though it could drive two browsers.
        let alone =
            [present(Chromium, Some("/none/chromedriver"), None), present(Chrome, Some("/none/chromedriver"), None)];
        let findings = among(&alone, &[None]).await;
        let codes: Vec<_> = findings.iter().map(|finding| finding.fact.code()).collect();
        assert_eq!(codes, ["no_browser", "none_to_drive"]);
        assert_eq!(findings[1].fact, Fact::NoneToDrive(vec!["chromedriver"]));
        let levels: Vec<_> = among(&alone, &[]).await.iter().map(|finding| finding.level).collect();
        assert_eq!(levels, [Level::Note, Level::Note]);
    }

    #[test]
    fn on_windows_the_version_stands_beside_the_browser() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["99.0.1.2", "120.0.6099.71", "SetupMetrics"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(version_beside(&folder.path().join("chrome.exe")).as_deref(), Some("120.0.6099.71"));
        std::fs::write(folder.path().join("application.ini"), "[App]\nName=Firefox\nVersion=140.3.0\n").unwrap();
        assert_eq!(version_beside(&folder.path().join("firefox.exe")).as_deref(), Some("140.3.0"));
    }
}

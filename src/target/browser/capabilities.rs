//! What a new session is asked for: which browser, with a fresh profile, without anything that disturbs, drawn or not.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::driver::Installed;
use crate::recipe::model::{BrowserName, BrowserSettings};

/// The capabilities of a session; `installed` and `profile` where the driver is one of ours.
pub(super) fn capabilities(
    settings: &BrowserSettings,
    headed: bool,
    installed: Option<(&Installed, &Path)>,
) -> Map<String, Json> {
    let mut all = Map::new();
    // Dialogs of the page are answered by steps, and tell something.
    all.insert("unhandledPromptBehavior".into(), "ignore".into());
    all.insert("pageLoadStrategy".into(), "normal".into());
    let name = installed.map(|(installed, _)| installed.name).or(settings.browser);
    let firefox = name == Some(BrowserName::Firefox);
    if let (Some(name), None) = (name, installed) {
        all.insert("browserName".into(), browser_name(name).into());
    }
    let language = super::value::language(settings.locale);
    let size = settings.window;
    if firefox {
        let mut options = json!({ "prefs": {
            "intl.accept_languages": language,
            // A form whose answer is lost must not be sent again by the browser itself.
            "network.http.request.max-attempts": 1,
        } });
        let mut arguments = vec![format!("--width={}", size.width), format!("--height={}", size.height)];
        if !headed {
            arguments.push("-headless".to_owned());
        }
        options["args"] = arguments.into();
        if let Some(browser) = installed.and_then(|(installed, _)| installed.browser.as_ref()) {
            options["binary"] = browser.display().to_string().into();
        }
        all.insert("moz:firefoxOptions".into(), options);
    } else {
        let mut arguments: Vec<String> = [
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-search-engine-choice-screen",
            "--disable-http2",
            "--disable-quic",
            "--disable-features=Translate,PasswordManagerOnboarding,PasswordLeakDetection,AutofillServerCommunication",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--window-size={},{}", size.width, size.height));
        arguments.push(format!("--lang={language}"));
        if !headed {
            arguments.extend(["--headless=new".to_owned(), "--disable-gpu".to_owned()]);
        }
        let mut options = json!({
            "prefs": {
                "intl.accept_languages": language,
                // No connections on suspicion: see `Session::send_once`.
                "net.network_prediction_options": 2,
                "credentials_enable_service": false,
                "profile.password_manager_enabled": false,
                "profile.password_manager_leak_detection": false,
                "autofill.profile_enabled": false,
                "autofill.credit_card_enabled": false,
            },
            "excludeSwitches": ["enable-automation"],
        });
        if let Some((installed, profile)) = installed {
            arguments.push(format!("--user-data-dir={}", profile.display()));
            // The browser ends by itself when its driver does.
            arguments.push("--remote-debugging-pipe".to_owned());
            if is_root() {
                // Chromium's sandbox does not work for root, who has nothing to be kept from.
                arguments.push("--no-sandbox".to_owned());
            }
            if let Some(browser) = &installed.browser {
                options["binary"] = browser.display().to_string().into();
            }
        }
        options["args"] = arguments.into();
        let key = if name == Some(BrowserName::Edge) { "ms:edgeOptions" } else { "goog:chromeOptions" };
        all.insert(key.into(), options);
    }
    for (name, value) in &settings.capabilities {
        all.insert(name.clone(), value.clone());
    }
    all
}

fn browser_name(name: BrowserName) -> &'static str {
    match name {
        BrowserName::Chromium | BrowserName::Chrome => "chrome",
        BrowserName::Edge => "MicrosoftEdge",
        BrowserName::Firefox => "firefox",
    }
}

/// Whether this process runs as root: then what it makes is root's.
#[cfg(unix)]
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}

/// There is no root.
#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::recipe::model::TargetKind;

    /// The settings of a target that says no more than it must.
    fn settings() -> BrowserSettings {
        let text = "recipe: forms
source: { csv: { file: input.csv }, locale: de }
fields: { number: { column: number } }
key: number
targets:
  portal:
    browser: { url: 'http://127.0.0.1:9' }
    steps:
      - open: /
      - submit: Speichern
      - expect: gespeichert
";
        let recipe = crate::recipe::read("forms.yaml", text, Path::new("")).unwrap();
        match &recipe.targets[0].kind {
            TargetKind::Browser(settings) => settings.clone(),
            TargetKind::Http(_) => panic!("it is a browser target"),
        }
    }

    fn arguments(name: BrowserName, headed: bool) -> Vec<String> {
        let installed = Installed { name, driver: PathBuf::from("driver"), browser: Some(PathBuf::from("browser")) };
        let all = capabilities(&settings(), headed, Some((&installed, Path::new("profile"))));
        let options = ["goog:chromeOptions", "ms:edgeOptions", "moz:firefoxOptions"];
        let options = options.iter().find_map(|name| all.get(*name)).expect("no options");
        assert_eq!(options["binary"], "browser");
        options["args"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_window_is_shown_only_where_it_is_wanted() {
        for name in [BrowserName::Chromium, BrowserName::Chrome, BrowserName::Edge, BrowserName::Firefox] {
            let hidden = |arguments: &[String]| arguments.iter().any(|one| one.contains("headless"));
            let (headless, headed) = (arguments(name, false), arguments(name, true));
            assert!(hidden(&headless) && !hidden(&headed), "{name:?}: {headless:?} {headed:?}");
            // Nothing else of what pages can tell differs.
            let of_pages = |all: &[String]| {
                all.iter().filter(|one| one.contains("size") || one.contains("width") || one.contains("lang")).count()
            };
            assert_eq!(of_pages(&headless), of_pages(&headed), "{name:?}");
        }
    }
}

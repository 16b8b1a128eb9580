//! `browser:` which browser, how many, and how patient.

use std::time::Duration;

use super::super::super::model::{BrowserName, BrowserSettings, Locale, Screenshots, WindowSize};
use super::super::super::names::Place;
use super::super::super::raw;
use super::super::super::yaml::{Keyed, Text, Tree};
use super::super::words::duration;
use super::super::{Context, auth, source};
use crate::diagnostic::At;

/// Lowers `browser:`; `locale` is that of the source.
pub(in super::super) fn settings(
    context: &Context,
    written: &Keyed<raw::Browser>,
    locale: Locale,
    place: &Place<'_>,
) -> Option<BrowserSettings> {
    let Some(url) = &written.url else {
        context.missing(&written.span, "url", "say where the system is: `browser: { url: \"${env.PORTAL_URL}\" }`");
        return None;
    };
    // The origin of the URL is the name under which entries are remembered.
    let plain = Place { secrets: Err("the URL is stored in the journal and shown"), ..place.clone() };
    let url = auth::address(context, url, &plain);
    let sessions = written.sessions.as_ref().map_or(1, |sessions| {
        if !(1..=100).contains(&sessions.value) {
            let title = format!("{} browsers cannot be at work at the same time", sessions.value);
            context.wrong(&sessions.span, title, "write a number from 1 to 100");
        }
        sessions.value as usize
    });
    Some(BrowserSettings {
        url,
        login: None,
        sessions,
        locale: written.locale.as_ref().map_or(locale, |locale| source::locale(locale.value).0),
        stay: written.stay.as_ref().is_some_and(|stay| stay.value),
        headed: written.headed.as_ref().is_some_and(|headed| headed.value),
        browser: written.browser.as_ref().map(|browser| match browser.value {
            raw::BrowserName::Chromium => BrowserName::Chromium,
            raw::BrowserName::Chrome => BrowserName::Chrome,
            raw::BrowserName::Edge => BrowserName::Edge,
            raw::BrowserName::Firefox => BrowserName::Firefox,
        }),
        webdriver: written.webdriver.as_ref().map(|url| auth::address(context, url, place)),
        timeout: patience(context, written.timeout.as_ref(), Duration::from_secs(10)),
        page_timeout: patience(context, written.page_timeout.as_ref(), Duration::from_secs(60)),
        window: written.window.as_ref().map_or(SIZE, |window| self::window(context, window)),
        screenshots: match written.screenshots.as_ref().map(|when| when.value) {
            Some(raw::Screenshots::Always) => Screenshots::Always,
            Some(raw::Screenshots::OnFailure) | None => Screenshots::OnFailure,
        },
        slow: duration(context, written.slow.as_ref(), Duration::ZERO),
        capabilities: written.capabilities.as_ref().map_or_else(Default::default, |tree| capabilities(context, tree)),
    })
}

/// The size of the page, where none is stated.
const SIZE: WindowSize = WindowSize { width: 1280, height: 1024 };

/// How long is waited.
pub(super) fn patience(context: &Context, written: Option<&At<Text>>, default: Duration) -> Duration {
    let patience = duration(context, written, default);
    if let Some(text) = written.filter(|_| patience.is_zero()) {
        context.wrong(&text.span, "nothing comes in no time", "write `10s` or the like");
    }
    if let Some(text) = written.filter(|_| patience > Duration::from_secs(24 * 60 * 60)) {
        context.wrong(&text.span, format!("`{}` is too long to wait", text.as_str()), "write `24h` at the most");
    }
    patience
}

fn window(context: &Context, written: &Keyed<raw::Window>) -> WindowSize {
    let side = |given: &Option<At<u32>>, key: &str, default: u32| {
        let Some(side) = given else {
            context.missing(&written.span, key, "write `window: { width: 1280, height: 1024 }`");
            return default;
        };
        if !(200..=10_000).contains(&side.value) {
            let title = format!("a page cannot be shown with a {key} of {}", side.value);
            context.wrong(&side.span, title, "write a number from 200 to 10000");
        }
        side.value
    };
    WindowSize {
        width: side(&written.width, "width", SIZE.width),
        height: side(&written.height, "height", SIZE.height),
    }
}

fn capabilities(context: &Context, written: &At<Tree>) -> serde_json::Map<String, serde_json::Value> {
    match json(context, written) {
        serde_json::Value::Object(members) => members,
        _ => {
            let title = format!("expected capabilities and their values, found {}", written.value.found());
            context.wrong(&written.span, title, "write `capabilities: { acceptInsecureCerts: true }`");
            serde_json::Map::new()
        }
    }
}

/// A value as it stands.
fn json(context: &Context, written: &At<Tree>) -> serde_json::Value {
    match &written.value {
        Tree::Null => serde_json::Value::Null,
        Tree::Bool(value) => (*value).into(),
        Tree::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| digits.0.clone().into()),
        Tree::Text(text) => {
            if text.contains("${") {
                let help = "they are passed on as they stand; a Grid's user and password may stand in `webdriver:`";
                context.wrong(&written.span, "capabilities cannot hold `${…}`", help);
            }
            text.0.clone().into()
        }
        Tree::List(list) => list.iter().map(|item| json(context, item)).collect(),
        Tree::Map(members) => {
            let members = members.iter().map(|(key, value)| (key.value.clone(), json(context, value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

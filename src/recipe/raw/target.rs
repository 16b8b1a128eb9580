//! `targets:` as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Ordered, Text, Tree};
use super::{Locale, Step};
use crate::diagnostic::At;

/// One system that records are entered into.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Target {
    /// It is reached through its HTTP API.
    pub http: Option<Keyed<Http>>,
    /// It is used through a browser.
    pub browser: Option<Keyed<Browser>>,
    /// The name under which its entries are remembered; the origin of its URL unless stated.
    pub system: Option<At<Text>>,
    /// How to log in.
    pub login: Option<Keyed<Login>>,
    /// Asked before the first submit and whenever an attempt's end is unknown.
    pub lookup: Option<At<Vec<Keyed<Step>>>>,
    /// The steps that enter a record; exactly one of them writes.
    pub steps: Option<At<Vec<Keyed<Step>>>>,
    /// The steps of `on_change: update`; exactly one of them writes.
    pub update: Option<At<Vec<Keyed<Step>>>>,
    /// Reads back and compares.
    pub verify: Option<At<Vec<Keyed<Step>>>>,
    /// The named pieces of a target with several writes.
    pub parts: Option<At<Ordered<Keyed<Part>>>>,
}

/// A named piece of a target with exactly one write.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Part {
    /// Asked before the first submit and whenever an attempt's end is unknown.
    pub lookup: Option<At<Vec<Keyed<Step>>>>,
    /// The steps that enter a record; exactly one of them writes.
    pub steps: Option<At<Vec<Keyed<Step>>>>,
    /// The steps of `on_change: update`; exactly one of them writes.
    pub update: Option<At<Vec<Keyed<Step>>>>,
    /// Reads back and compares.
    pub verify: Option<At<Vec<Keyed<Step>>>>,
}

/// How to log in.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Login {
    /// The steps; what calls capture here is secret.
    pub steps: Option<At<Vec<Keyed<Step>>>>,
    /// Of an HTTP target: headers sent with each call after the login, from what was captured.
    pub headers: Option<Ordered<At<Text>>>,
    /// Of a browser target: what a page shows when somebody is logged in.
    pub logged_in: Option<OneOrMany<At<Tree>>>,
}

/// How a target is reached over HTTP.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Http {
    /// What the paths of steps are relative to; mostly "${env.NAME}".
    pub url: Option<At<Text>>,
    /// Headers sent with each call.
    pub headers: Option<Ordered<At<Text>>>,
    /// How calls are authenticated.
    pub auth: Option<Keyed<Auth>>,
    /// At most so many calls, such as `20/s` or `100/min`.
    pub rate: Option<At<Text>>,
    /// Records in work at the same time; 4 unless stated.
    pub concurrency: Option<At<u32>>,
    /// The longest time of one call; 30s unless stated.
    pub timeout: Option<At<Text>>,
    /// A proxy's URL, or `none`; the system's unless stated.
    pub proxy: Option<At<Text>>,
    /// A PEM file with a certificate authority to trust besides the system's, relative to the recipe's folder.
    pub ca: Option<At<Text>>,
    /// The target honours the idempotency key that is sent with each write.
    pub idempotent: Option<Keyed<Idempotent>>,
    /// The longest answer that is read, such as `10MB`; that unless stated.
    pub max_answer: Option<At<Text>>,
}

/// How a target is used through a browser.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Browser {
    /// What the paths of `open:` are relative to; mostly "${env.NAME}".
    pub url: Option<At<Text>>,
    /// Browsers at work at the same time, each with a profile of its own; 1 unless stated.
    pub sessions: Option<At<u32>>,
    /// How numbers and dates are written into fields and stand on pages, and the language that pages are asked for; the
    /// source's unless stated.
    pub locale: Option<At<Locale>>,
    /// The next record goes on where the last submit left the page (quick-entry forms), so that parts need no `open:`.
    pub stay: Option<At<bool>>,
    /// The browser's window is shown.
    pub headed: Option<At<bool>>,
    /// Which browser; the first that is found unless stated.
    pub browser: Option<At<BrowserName>>,
    /// The URL of a WebDriver server or a Selenium Grid, which gives the browsers.
    pub webdriver: Option<At<Text>>,
    /// How long an element, or what a step waits for, may take to come; 10s unless stated.
    pub timeout: Option<At<Text>>,
    /// How long a page may take to load; 60s unless stated.
    pub page_timeout: Option<At<Text>>,
    /// The size of the page; 1280 by 1024 unless stated.
    pub window: Option<Keyed<Window>>,
    /// When pictures of the page are kept; `on_failure` unless stated.
    pub screenshots: Option<At<Screenshots>>,
    /// A pause after each step, to watch, such as `500ms`.
    pub slow: Option<At<Text>>,
    /// WebDriver capabilities that are passed on as they stand.
    pub capabilities: Option<At<Tree>>,
}

/// The browsers that there are drivers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BrowserName {
    /// Chromium, by chromedriver.
    Chromium,
    /// Google Chrome, by chromedriver.
    Chrome,
    /// Microsoft Edge, by msedgedriver.
    Edge,
    /// Firefox, by geckodriver.
    Firefox,
}

/// The size of a page, in CSS pixels.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Window {
    /// Its width.
    pub width: Option<At<u32>>,
    /// Its height.
    pub height: Option<At<u32>>,
}

/// When pictures of the page are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Screenshots {
    /// Of what failed.
    OnFailure,
    /// Of what was entered, too.
    Always,
}

/// The target honours the idempotency key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Idempotent {
    /// How long it remembers a key, such as `24h`.
    pub keeps: Option<At<Text>>,
    /// The header it wants it in; `Idempotency-Key` unless stated.
    pub header: Option<At<Text>>,
}

/// How calls are authenticated: one of these.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Auth {
    /// A user's name and password.
    pub basic: Option<Keyed<Basic>>,
    /// A token.
    pub bearer: Option<At<Text>>,
    /// A key in a header or a query parameter.
    pub api_key: Option<Keyed<ApiKey>>,
    /// OAuth 2.0: client credentials, or a refresh token.
    pub oauth2: Option<Keyed<OAuth2>>,
    /// The name of the cookie that the login sets.
    pub cookie: Option<At<Text>>,
}

/// A user's name and password.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Basic {
    /// The user's name.
    pub user: Option<At<Text>>,
    /// The password.
    pub password: Option<At<Text>>,
}

/// A key in a header or a query parameter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiKey {
    /// The header it is sent in.
    pub header: Option<At<Text>>,
    /// The query parameter it is sent in.
    pub query: Option<At<Text>>,
    /// The key.
    pub value: Option<At<Text>>,
}

/// OAuth 2.0.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OAuth2 {
    /// The token endpoint, absolute or relative to the target's URL.
    pub token_url: Option<At<Text>>,
    /// The client's id.
    pub client_id: Option<At<Text>>,
    /// The client's secret.
    pub client_secret: Option<At<Text>>,
    /// The scope asked for.
    pub scope: Option<At<Text>>,
    /// A refresh token; without it, client credentials are used.
    pub refresh_token: Option<At<Text>>,
    /// Where the client's id and secret go; `header` unless stated.
    pub credentials_in: Option<At<Place>>,
}

/// Where the client's id and secret go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// Into the form.
    Body,
    /// Into the `Authorization` header.
    Header,
}

//! One browser under WebDriver: the calls that the steps need, each with a time limit, and what their failures mean. A
//! session that was lost once is not used again.

use std::time::Duration;

use base64::Engine;
use fantoccini::error::{CmdError, ErrorStatus, NewSessionError};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value as Json, json};
use url::Url;

use super::driver::Driver;
use super::page::{AGAIN, INSTALL, SCRIPT};
use super::trouble::BrowserTrouble;
use crate::target::Trouble;

/// Beyond the time that a call itself is given, before its session is taken for lost.
const GRACE: Duration = Duration::from_secs(20);
/// How long any call of no time of its own may take.
const CALL: Duration = Duration::from_secs(60);
/// How often in a row pages may have lost our script before it is sent with each call.
const MISSED: u32 = 3;
/// How long starting a browser may take.
const START: Duration = Duration::from_secs(90);

/// A browser at work.
pub(super) struct Session {
    client: Client,
    driver: Option<Driver>,
    /// Whether it is lost: the browser, the tab or the driver is gone, or does not answer.
    pub sick: bool,
    /// Whether the login was made in it.
    pub logged_in: bool,
    /// Whether something was done since the login that only works logged in.
    pub login_proven: bool,
    /// Whether the last call did not even reach the driver.
    pub unreached: bool,
    /// Whether a page was forbidden under its login.
    pub forbidden: bool,
    /// Whether it has left the page that records are entered on, where that stays: for a look-up, say.
    pub away: bool,
    /// Whether the page at hand has our script already; how often in a row it did not, though it should have.
    has_script: bool,
    missed: u32,
    /// Whether the browser puts it into each page of the window that it began with.
    is_preset: bool,
    other_window: bool,
    in_frame: bool,
    /// Where it is: the address after the last call.
    pub address: String,
    /// Calls over the wire so far.
    pub trips: u64,
    /// The window that it began with.
    main_window: Option<String>,
    /// Windows in the order in which they were seen.
    windows: Vec<String>,
}

/// Why a call failed.
#[derive(Debug)]
pub(super) enum Broken {
    /// The session is lost.
    Lost(String),
    /// The browser shows a dialog of the page.
    Dialog,
    /// The driver refused the call, in its own words.
    Call(ErrorStatus, String),
}

/// The end of a script.
#[derive(Debug)]
pub(super) enum Ran {
    /// Its answer.
    Answer(Json),
    /// The page was replaced while it ran.
    Gone,
    /// The page showed a dialog while it ran.
    Dialog(String),
}

impl Session {
    /// Asks a WebDriver server for a session.
    pub async fn new(
        url: &str,
        capabilities: Map<String, Json>,
        driver: Option<Driver>,
        page_timeout: Duration,
    ) -> Result<Self, Trouble> {
        let connected = async {
            if url.starts_with("https:") {
                let connector = secure().map_err(|why| Trouble::Connect(why.to_string()))?;
                ClientBuilder::new(connector).capabilities(capabilities).connect(url).await.map_err(not_made)
            } else {
                ClientBuilder::new(plain()).capabilities(capabilities).connect(url).await.map_err(not_made)
            }
        };
        let client = tokio::time::timeout(START, connected)
            .await
            .map_err(|_| BrowserTrouble::NoSession(format!("no browser within {} s", START.as_secs())))??;
        let mut session = Self {
            client,
            driver,
            sick: false,
            logged_in: false,
            login_proven: false,
            unreached: false,
            forbidden: false,
            away: false,
            has_script: false,
            missed: 0,
            is_preset: false,
            other_window: false,
            in_frame: false,
            address: String::new(),
            trips: 0,
            main_window: None,
            windows: Vec::new(),
        };
        // Scripts wait by themselves, and are given up by us.
        let timeouts = json!({ "script": 3_600_000, "pageLoad": page_timeout.as_millis() as u64, "implicit": 0 });
        let set = session.call("POST", "timeouts", Some(timeouts), CALL).await;
        set.map_err(|broken| Trouble::from(BrowserTrouble::NoSession(broken.words())))?;
        session.send_once().await.map_err(|broken| Trouble::from(BrowserTrouble::NoSession(broken.words())))?;
        session.preset_script().await;
        session.main_window = session.window().await.ok();
        session.windows.extend(session.main_window.clone());
        Ok(session)
    }

    /// Keeps Chromium from sending a form twice: on a connection that was used or opened before, it does so by itself
    /// where that is cut off before there is an answer. So no connection is used again (which needs HTTP/1.1), and none is
    /// opened beforehand.
    async fn send_once(&mut self) -> Result<(), Broken> {
        let headers = json!({ "headers": { "Connection": "close" } });
        self.tell_chromium("Network.enable", json!({})).await?;
        self.tell_chromium("Network.setExtraHTTPHeaders", headers).await.map(|_| ())
    }

    /// Has Chromium put our script into each page; others, and a Grid that passes no such command on, get it with the calls.
    async fn preset_script(&mut self) {
        let preset = self.tell_chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": INSTALL })).await;
        self.is_preset = matches!(preset, Ok(true));
    }

    /// A command of the Chrome DevTools Protocol; false for browsers that know none.
    async fn tell_chromium(&mut self, command: &str, parameters: Json) -> Result<bool, Broken> {
        let capabilities = self.client.capabilities();
        let name = capabilities.and_then(|all| all.get("browserName")).and_then(Json::as_str).unwrap_or_default();
        let path = match name.to_lowercase().as_str() {
            name if name.contains("chrom") => "goog/cdp/execute",
            name if name.contains("edge") => "ms/cdp/execute",
            _ => return Ok(false),
        };
        self.call("POST", path, Some(json!({ "cmd": command, "params": parameters })), CALL).await?;
        Ok(true)
    }

    /// One call of the WebDriver protocol, with a limit; after that, or when its other end is gone, the session is lost.
    pub async fn call(
        &mut self,
        method: &'static str,
        path: &str,
        body: Option<Json>,
        limit: Duration,
    ) -> Result<Json, Broken> {
        self.trips += 1;
        self.unreached = false;
        let command = Raw { method, path: path.to_owned(), body };
        let done = tokio::time::timeout(limit + GRACE, self.client.issue_cmd(command)).await;
        let error = match done {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => {
                self.sick = true;
                return Err(Broken::Lost(format!("no answer within {} s", (limit + GRACE).as_secs())));
            }
        };
        let broken = match error {
            CmdError::Standard(error) => {
                let message = first_line(&error.message);
                match error.error {
                    ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow => Broken::Lost(message),
                    ErrorStatus::UnexpectedAlertOpen => Broken::Dialog,
                    _ if is_crash(&message) => Broken::Lost(message),
                    status => Broken::Call(status, message),
                }
            }
            CmdError::FailedC(error) => {
                self.unreached = error.is_connect();
                Broken::Lost(error.to_string())
            }
            other => Broken::Lost(other.to_string()),
        };
        self.sick |= matches!(broken, Broken::Lost(_));
        Err(broken)
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&mut self, url: &Url, limit: Duration) -> Result<(), Broken> {
        self.has_script = false;
        self.in_frame = false;
        self.call("POST", "url", Some(json!({ "url": url.as_str() })), limit).await.map(|_| ())
    }

    /// Runs our script, which takes `limit` at most by itself.
    pub async fn run(&mut self, request: Json, limit: Duration) -> Result<Ran, Broken> {
        let preset = self.is_preset && !self.other_window && !self.in_frame;
        if (std::mem::take(&mut self.has_script) || preset) && self.missed < MISSED {
            match self.run_as(AGAIN, &request, limit).await? {
                Ran::Answer(answer) if answer["missing"] == true => self.missed += 1,
                ran => {
                    self.missed = 0;
                    return Ok(ran);
                }
            }
        }
        // The request is the very same: should it have begun in a page that is gone, the script knows it again.
        self.run_as(&SCRIPT, &request, limit).await
    }

    async fn run_as(&mut self, script: &str, request: &Json, limit: Duration) -> Result<Ran, Broken> {
        let body = json!({ "script": script, "args": [request] });
        match self.call("POST", "execute/async", Some(body), limit).await {
            Ok(answer @ Json::Object(_)) => {
                let leaves = answer["results"].as_array().is_some_and(|all| all.iter().any(|one| one["left"] == true));
                self.has_script = !leaves && answer["missing"] != true;
                Ok(Ran::Answer(answer))
            }
            // So Chromium tells of a dialog that came up meanwhile.
            Ok(_) | Err(Broken::Dialog) => self.interrupted().await,
            Err(Broken::Call(
                ErrorStatus::ScriptTimeout
                | ErrorStatus::JavascriptError
                | ErrorStatus::UnknownError
                | ErrorStatus::Timeout,
                _,
            )) => self.interrupted().await,
            Err(broken) => Err(broken),
        }
    }

    async fn interrupted(&mut self) -> Result<Ran, Broken> {
        Ok(self.dialog().await?.map_or(Ran::Gone, Ran::Dialog))
    }

    /// The text of the dialog that the page shows, if it does.
    pub async fn dialog(&mut self) -> Result<Option<String>, Broken> {
        match self.call("GET", "alert/text", None, CALL).await {
            Ok(text) => Ok(Some(text.as_str().unwrap_or_default().to_owned())),
            Err(Broken::Call(..)) => Ok(None),
            Err(broken) => Err(broken),
        }
    }

    /// Answers the dialog with OK, or with Cancel.
    pub async fn answer_dialog(&mut self, accept: bool) -> Result<(), Broken> {
        let path = if accept { "alert/accept" } else { "alert/dismiss" };
        self.call("POST", path, Some(json!({})), CALL).await.map(|_| ())
    }

    /// Presses and releases keys where the focus is; those that are `held` stay down meanwhile.
    pub async fn keys(&mut self, held: &[char], keys: &str) -> Result<(), Broken> {
        let down = |key: char| json!({ "type": "keyDown", "value": key.to_string() });
        let up = |key: char| json!({ "type": "keyUp", "value": key.to_string() });
        let mut actions: Vec<Json> = held.iter().copied().map(down).collect();
        for key in keys.chars() {
            actions.extend([down(key), up(key)]);
        }
        actions.extend(held.iter().rev().copied().map(up));
        let body = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.call("POST", "actions", Some(body), CALL).await.map(|_| ())
    }

    /// Types into an element by its reference, as file inputs want it.
    pub async fn send_keys(&mut self, element: &str, text: &str) -> Result<(), Broken> {
        self.call("POST", &format!("element/{element}/value"), Some(json!({ "text": text })), CALL).await.map(|_| ())
    }

    /// Goes into a frame, or out to the page itself.
    pub async fn frame(&mut self, element: Option<Json>) -> Result<(), Broken> {
        self.has_script = false;
        self.in_frame = element.is_some();
        self.call("POST", "frame", Some(json!({ "id": element })), CALL).await.map(|_| ())
    }

    /// A picture of what is shown.
    pub async fn screenshot(&mut self) -> Result<Vec<u8>, Broken> {
        let answer = self.call("GET", "screenshot", None, CALL).await?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(answer.as_str().unwrap_or_default());
        decoded.map_err(|error| Broken::Call(ErrorStatus::UnableToCaptureScreen, error.to_string()))
    }

    /// The page as it is now.
    pub async fn source(&mut self) -> Result<String, Broken> {
        let answer = self.call("GET", "source", None, CALL).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// Forgets the cookies of the page at hand: its login is over.
    pub async fn forget_cookies(&mut self) -> Result<(), Broken> {
        self.call("DELETE", "cookie", None, CALL).await.map(|_| ())
    }

    /// The window at hand.
    pub async fn window(&mut self) -> Result<String, Broken> {
        let answer = self.call("GET", "window", None, CALL).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// All windows, in the order in which they were first seen.
    pub async fn windows(&mut self) -> Result<Vec<String>, Broken> {
        let answer = self.call("GET", "window/handles", None, CALL).await?;
        let open: Vec<String> =
            answer.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect();
        self.windows.retain(|known| open.contains(known));
        for one in open {
            if !self.windows.contains(&one) {
                self.windows.push(one);
            }
        }
        Ok(self.windows.clone())
    }

    /// Goes to a window.
    pub async fn go_to_window(&mut self, window: &str) -> Result<(), Broken> {
        self.has_script = false;
        self.in_frame = false;
        self.other_window = self.main_window.as_deref() != Some(window);
        self.call("POST", "window", Some(json!({ "handle": window })), CALL).await?;
        // What holds for one window does not for the next.
        self.send_once().await
    }

    /// Closes the window at hand.
    pub async fn close_window(&mut self) -> Result<(), Broken> {
        self.call("DELETE", "window", None, CALL).await.map(|_| ())
    }

    /// The title of the page at hand.
    pub async fn title(&mut self) -> Result<String, Broken> {
        let answer = self.call("GET", "title", None, CALL).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// The window that it began with.
    pub fn main_window(&self) -> Option<String> {
        self.main_window.clone()
    }

    /// Leaves only the window that it began with, for the next record.
    pub async fn tidy(&mut self) -> Result<(), Broken> {
        if self.windows.len() < 2 {
            return Ok(());
        }
        let main = self.main_window.clone().unwrap_or_default();
        for window in self.windows().await? {
            if window != main {
                self.go_to_window(&window).await?;
                self.close_window().await?;
            }
        }
        self.windows.retain(|window| *window == main);
        self.go_to_window(&main).await
    }

    /// Ends the browser, and its driver where that is one of ours.
    pub async fn end(self) {
        let Self { client, driver, sick, .. } = self;
        if !sick {
            let _ = tokio::time::timeout(Duration::from_secs(5), client.close()).await;
        }
        // Waiting for processes to be gone blocks.
        let _ = tokio::task::spawn_blocking(move || drop(driver)).await;
    }
}

impl Broken {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Broken::Lost(why) | Broken::Call(_, why) => why.clone(),
            Broken::Dialog => "the page shows a dialog".to_owned(),
        }
    }
}

/// A call that fantoccini has no method for, or not one with a limit.
#[derive(Debug)]
struct Raw {
    method: &'static str,
    path: String,
    body: Option<Json>,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (reqwest::Method, Option<String>) {
        let method = match self.method {
            "POST" => reqwest::Method::POST,
            "DELETE" => reqwest::Method::DELETE,
            _ => reqwest::Method::GET,
        };
        (method, self.body.as_ref().map(Json::to_string))
    }
}

fn plain() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

fn secure() -> Result<hyper_rustls::HttpsConnector<HttpConnector>, rustls::Error> {
    let mut http = plain();
    http.enforce_http(false);
    let builder = hyper_rustls::HttpsConnectorBuilder::new().try_with_platform_verifier()?;
    Ok(builder.https_or_http().enable_http1().wrap_connector(http))
}

fn not_made(error: NewSessionError) -> Trouble {
    let message = match &error {
        NewSessionError::SessionNotCreated(error) => first_line(&error.message),
        NewSessionError::NotW3C(answer) => {
            answer.get("message").and_then(Json::as_str).map_or_else(|| answer.to_string(), first_line)
        }
        NewSessionError::Failed(_) | NewSessionError::FailedC(_) | NewSessionError::Lost(_) => {
            return Trouble::Connect(error.to_string());
        }
        other => other.to_string(),
    };
    // "This version of ChromeDriver only supports Chrome version 114", "Current browser version is 120.0"
    let versions = ["only supports", "version of", "Expected browser binary", "Unable to find a matching"];
    if versions.iter().any(|words| message.contains(words)) && message.contains("version") {
        return BrowserTrouble::Mismatch(message).into();
    }
    BrowserTrouble::NoSession(message).into()
}

/// Drivers add lines on themselves and stack traces.
fn first_line(message: &str) -> String {
    let lines = message.lines().take_while(|line| !line.trim_start().starts_with("(Session info"));
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Whether a driver's words mean that there is no page any more.
fn is_crash(message: &str) -> bool {
    let words = [
        "disconnected",
        "tab crashed",
        "not reachable",
        "session deleted",
        "target window already closed",
        "chrome not",
    ];
    words.iter().any(|word| message.contains(word))
}

//! A bare WebDriver client: what the protocol costs without anything of ours.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Done;

/// A running chromedriver; ended when dropped.
pub struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    /// Starts one on a free port.
    pub async fn start() -> Done<Self> {
        let mut command = Command::new("chromedriver");
        let mut process = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdout = process.stdout.take().ok_or("chromedriver has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = loop {
            let line = lines.next().ok_or("chromedriver names no port")??;
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // It must not meet a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, url: format!("http://127.0.0.1:{port}") })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A session with a headless Chromium.
pub struct Browser {
    driver: Driver,
    client: Client,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts driver and browser.
    pub async fn start() -> Done<Self> {
        let driver = Driver::start().await?;
        let client = Client::builder().no_proxy().build()?;
        let profile = tempfile::tempdir()?;
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", format!("--user-data-dir={}", profile.path().display()),
        ]});
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let mut browser = Self { driver, client, session: String::new(), _profile: profile };
        let made = browser.call(Method::POST, "", Some(capabilities)).await?;
        browser.session = format!("/{}", made["sessionId"].as_str().ok_or("the driver names no session")?);
        Ok(browser)
    }

    async fn call(&self, method: Method, command: &str, body: Option<Value>) -> Done<Value> {
        let url = format!("{}/session{}{command}", self.driver.url(), self.session);
        let request = self.client.request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let mut answer: Value = request.send().await?.json().await?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{command}: {error}: {}", value["message"]).into()),
            None => Ok(value),
        }
    }

    /// Loads a page.
    pub async fn go(&mut self, url: &str) -> Done<()> {
        self.call(Method::POST, "/url", Some(json!({ "url": url }))).await?;
        Ok(())
    }

    /// The page's address, as soon as it has loaded.
    pub async fn address(&mut self) -> Done<String> {
        let address = self.call(Method::GET, "/url", None).await?;
        Ok(address.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script that calls its last argument when it is done.
    pub async fn run(&mut self, script: &str, argument: Value) -> Done<Value> {
        self.call(Method::POST, "/execute/async", Some(json!({ "script": script, "args": [argument] }))).await
    }

    /// Runs a script.
    pub async fn run_now(&mut self, script: &str, argument: &Value) -> Done<Value> {
        self.call(Method::POST, "/execute/sync", Some(json!({ "script": script, "args": [argument] }))).await
    }

    /// Closes the browser, and waits for that.
    pub async fn end(self) -> Done<()> {
        self.call(Method::DELETE, "", None).await?;
        Ok(())
    }
}

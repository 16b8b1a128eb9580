//! What only the driver can do, around the page: real keys, files, frames, windows and dialogs.

use std::time::{Duration, Instant};

use serde_json::json;

use super::bench::Doer;
use crate::recipe::model::KeyPress;
use crate::target::Trouble;
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::Place;
use crate::target::browser::plan::Window;
use crate::target::browser::session::Broken;
use crate::target::browser::value;

impl Doer<'_> {
    /// Presses keys.
    pub async fn press(&mut self, keys: &[KeyPress], at: Option<Place>, timeout: Duration) -> Result<(), Trouble> {
        if let Some(at) = at {
            self.one("focus", json!({ "at": at, "use": "click" }), timeout).await?;
        }
        for press in keys {
            let pressed = self.bench.session.keys(&press.held, &press.key.to_string()).await;
            match pressed {
                Ok(()) | Err(Broken::Dialog) => {}
                Err(broken) => return Err(self.broken(&broken)),
            }
        }
        Ok(())
    }

    pub(super) async fn upload(&mut self, at: &Place, path: &str, timeout: Duration) -> Result<(), Trouble> {
        let done = self.one("element", json!({ "at": at }), timeout).await?;
        let element = done.element.as_ref().and_then(|element| element.as_object()?.values().next()?.as_str());
        let element = element.ok_or_else(|| BrowserTrouble::Call("the page gives no file input".to_owned()))?;
        self.bench.session.send_keys(element, path).await.map_err(|broken| self.broken(&broken))
    }

    pub(super) async fn frame(&mut self, place: Option<Place>, timeout: Duration) -> Result<(), Trouble> {
        let element = match place {
            None => None,
            Some(place) => self.one("element", json!({ "at": place }), timeout).await?.element,
        };
        self.bench.session.frame(element).await.map_err(|broken| self.broken(&broken))
    }

    pub(super) async fn window(&mut self, window: &Window, timeout: Duration) -> Result<(), Trouble> {
        let end = Instant::now() + timeout;
        let here = self.bench.session.window().await.unwrap_or_default();
        loop {
            let session = &mut self.bench.session;
            let all = session.windows().await.map_err(|broken| Trouble::from(BrowserTrouble::Lost(broken.words())))?;
            let (wanted, words) = match window {
                Window::Main => (session.main_window(), "main".to_owned()),
                Window::Last => (all.last().filter(|last| **last != here).cloned(), "last".to_owned()),
                Window::Number(number) => {
                    let at = usize::try_from(*number).unwrap_or(usize::MAX).wrapping_sub(1);
                    (all.get(at).cloned(), number.to_string())
                }
                Window::Title(title) => (self.titled(&all, title).await, title.clone()),
                Window::Close => {
                    let at = all.iter().position(|one| *one == here).unwrap_or_default();
                    let before = all.iter().take(at).next_back().or_else(|| all.iter().find(|one| **one != here));
                    let before = before.cloned();
                    // Closing the only window would end the session.
                    if before.is_some() {
                        let closed = self.bench.session.close_window().await;
                        closed.map_err(|broken| self.broken(&broken))?;
                    }
                    (before, "close".to_owned())
                }
            };
            if let Some(wanted) = wanted {
                return self.bench.session.go_to_window(&wanted).await.map_err(|broken| self.broken(&broken));
            }
            if Instant::now() >= end {
                return Err(BrowserTrouble::NoWindow(words).into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The one window whose title holds a text.
    pub(super) async fn titled(&mut self, all: &[String], title: &str) -> Option<String> {
        let mut fits = Vec::new();
        for window in all {
            self.bench.session.go_to_window(window).await.ok()?;
            if self.bench.session.title().await.ok()?.contains(title) {
                fits.push(window.clone());
            }
        }
        if fits.len() == 1 { fits.pop() } else { None }
    }

    /// Answers the page's dialog with OK.
    pub(super) async fn accept(&mut self, wanted: Option<String>, timeout: Duration) -> Result<(), Trouble> {
        let end = Instant::now() + timeout;
        let found = loop {
            match self.bench.session.dialog().await {
                Ok(Some(text)) => break Some(text),
                Err(broken) => return Err(self.broken(&broken)),
                Ok(None) if Instant::now() >= end => break None,
                Ok(None) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let fits = found
            .as_ref()
            .is_some_and(|text| wanted.as_ref().is_none_or(|wanted| value::tidy(text).contains(&value::tidy(wanted))));
        if !fits {
            if found.is_some() {
                let _ = self.bench.session.answer_dialog(false).await;
            }
            return Err(BrowserTrouble::NoDialog { wanted: wanted.unwrap_or_default(), found }.into());
        }
        self.bench.session.answer_dialog(true).await.map_err(|broken| self.broken(&broken))
    }

    /// A dialog that no step speaks of: it is refused, so that the session can go on.
    pub async fn unexpected(&mut self, text: String) -> Trouble {
        let _ = self.bench.session.answer_dialog(false).await;
        BrowserTrouble::Dialog(text).into()
    }

    pub(super) async fn dialog_trouble(&mut self) -> Trouble {
        match self.bench.session.dialog().await {
            Ok(Some(text)) => self.unexpected(text).await,
            Ok(None) => BrowserTrouble::NotLoaded("the page shows a dialog".to_owned()).into(),
            Err(broken) => BrowserTrouble::Lost(broken.words()).into(),
        }
    }

    /// A failed call of the driver.
    pub fn broken(&self, broken: &Broken) -> Trouble {
        match broken {
            Broken::Lost(why) => BrowserTrouble::Lost(why.clone()).into(),
            other => BrowserTrouble::Call(other.words()).into(),
        }
    }
}

//! Doing steps in order: what the page does by itself is gathered into batches, what only the driver can do comes between
//! them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::batch::{Op, op};
use super::bench::Doer;
use crate::recipe::model::BrowserStep;
use crate::record::Value;
use crate::target::Trouble;
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::{Place, Written};
use crate::target::browser::plan::{Deed, Ready};
use crate::target::browser::render::Given;
use crate::target::browser::session::Broken;

impl Doer<'_> {
    /// Does steps in order.
    pub async fn steps(&mut self, steps: &[BrowserStep]) -> Result<(), Trouble> {
        let rest = self.all_but_last_batch(steps).await?;
        self.flush(rest).await
    }

    /// Does steps in order, up to the last batch for the page, which may go there together with what follows.
    pub async fn all_but_last_batch(&mut self, steps: &[BrowserStep]) -> Result<Vec<Op>, Trouble> {
        let mut ready = Vec::new();
        for step in steps {
            {
                let overlay = self.target.overlay(self.scope, &self.captures);
                self.target.renderer().one(step, self.target.settings().timeout, &overlay, &mut ready)?;
            }
            // What is captured may be used by the steps after it.
            if ready.iter().any(|one| matches!(one.deed, Deed::Capture { .. })) {
                let rest = self.ready(std::mem::take(&mut ready)).await?;
                self.flush(rest).await?;
            }
        }
        self.ready(ready).await
    }

    /// Does steps that are ready, but for the last batch.
    async fn ready(&mut self, steps: Vec<Ready<'_>>) -> Result<Vec<Op>, Trouble> {
        let mut batch: Vec<Op> = Vec::new();
        let mut dirty = false;
        for step in steps {
            let Ready { shown, timeout, deed } = step;
            match deed {
                Deed::Give { verb, at, given, written } => {
                    dirty = true;
                    batch.push(self.give(verb, at, given, written, shown, timeout));
                }
                Deed::Box { at, on } => {
                    dirty = true;
                    let given = Given { value: Value::Bool(on), shown: String::new(), secret: false };
                    let field = self.note(&at, &given, Written { bool: Some(on), ..Written::default() });
                    batch.push(op(
                        "check",
                        json!({
                            "at": at, "on": on, "field": field, "what": at.said(), "settled": self.bench.settled,
                        }),
                        shown,
                        timeout,
                    ));
                }
                Deed::Click(at) => {
                    // Read back before the click, which may lead to another page.
                    if std::mem::take(&mut dirty) {
                        let json = json!({
                            "strict": true, "settled": self.bench.settled, "count": self.bench.filled.len(),
                        });
                        batch.push(op("readback", json, String::new(), timeout));
                    }
                    self.bench.settled = self.bench.filled.len();
                    batch.push(op("click", json!({ "at": at }), shown, timeout));
                }
                Deed::Wait(time) => {
                    batch.push(op("pause", json!({ "milliseconds": time.as_millis() as u64 }), shown, time));
                }
                other => {
                    self.flush(std::mem::take(&mut batch)).await?;
                    if dirty && !matches!(other, Deed::Type { .. } | Deed::Upload { .. }) {
                        self.read_back().await?;
                        dirty = false;
                    }
                    dirty |= matches!(other, Deed::Type { .. });
                    if matches!(other, Deed::Press { .. } | Deed::Frame(_) | Deed::Window(_) | Deed::Accept(_)) {
                        self.bench.settled = self.bench.filled.len();
                    }
                    self.native(other, shown, timeout).await?;
                }
            }
        }
        Ok(batch)
    }

    pub(super) fn give(
        &mut self,
        verb: &'static str,
        at: Place,
        given: Given,
        written: Written,
        shown: String,
        timeout: Duration,
    ) -> Op {
        let field = self.note(&at, &given, written.clone());
        let json = json!({
            "at": at, "what": at.said(), "field": field, "settled": self.bench.settled, "value": written,
        });
        op(verb, json, shown, timeout)
    }

    /// What only the driver can do.
    pub(super) async fn native(&mut self, deed: Deed<'_>, shown: String, timeout: Duration) -> Result<(), Trouble> {
        let begun = Instant::now();
        let done = self.native_now(deed, &shown, timeout).await;
        self.bench.log.add(&shown, begun, done.as_ref().err().map(|_| ()));
        done
    }

    pub(super) async fn native_now(&mut self, deed: Deed<'_>, shown: &str, timeout: Duration) -> Result<(), Trouble> {
        match deed {
            Deed::Open(url) => self.open(&url).await,
            Deed::Type { at, given, written } => {
                let field = self.note(&at, &given, written);
                self.type_into(field, shown, timeout).await
            }
            Deed::Press { keys, at } => self.press(keys, at, timeout).await,
            Deed::Upload { at, path } => self.upload(&at, &path, timeout).await,
            Deed::Expect { asked, is_wait } => self.expect(&asked, is_wait, timeout).await,
            Deed::Capture { wanted, within } => self.capture(wanted, within, timeout).await,
            Deed::Frame(place) => self.frame(place, timeout).await,
            Deed::Window(window) => self.window(&window, timeout).await,
            Deed::Accept(text) => self.accept(text, timeout).await,
            Deed::Screenshot(name) => {
                self.target.keep_picture(self.bench, &name).await;
                Ok(())
            }
            Deed::Give { .. } | Deed::Box { .. } | Deed::Click(_) | Deed::Wait(_) => Ok(()),
        }
    }

    pub(super) async fn open(&mut self, url: &url::Url) -> Result<(), Trouble> {
        let limit = self.target.settings().page_timeout;
        self.bench.forget();
        match self.bench.session.open(url, limit).await {
            Ok(()) => Ok(()),
            Err(Broken::Dialog) => Err(self.dialog_trouble().await),
            Err(Broken::Call(status, why)) => {
                use fantoccini::error::ErrorStatus;
                if matches!(status, ErrorStatus::Timeout | ErrorStatus::ScriptTimeout) {
                    return Err(Trouble::Timeout(limit));
                }
                let why = why.trim_start_matches("unknown error: ").to_owned();
                Err(if why.contains("net::") { Trouble::Connect(why) } else { BrowserTrouble::NotLoaded(why).into() })
            }
            Err(Broken::Lost(why)) => Err(BrowserTrouble::Lost(why).into()),
        }
    }
}

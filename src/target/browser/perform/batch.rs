//! Batches of steps for the page: each goes there in one call, and again with what is left where the page has stopped at
//! a value that only we can judge.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::bench::Doer;
use crate::target::Trouble;
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::{Answer, Done};
use crate::target::browser::session::{Broken, Ran};

/// The calls in which one page may be replaced by the next before it is said to never rest.
const REPLACED: u32 = 20;

/// One step of a batch.
pub(in crate::target::browser) struct Op {
    pub json: Json,
    pub shown: String,
    pub timeout: Duration,
}

impl Doer<'_> {
    /// Sends a batch to the page until all of it is done.
    pub(super) async fn flush(&mut self, mut batch: Vec<Op>) -> Result<(), Trouble> {
        while !batch.is_empty() {
            let clicks_last = batch.last().is_some_and(|op| op.json["do"] == "click");
            match self.run(&batch).await? {
                Ran::Answer(answer) => {
                    let answer = read(answer)?;
                    let mut count = answer.results.len();
                    for (op, done) in batch.iter().zip(answer.results) {
                        match done.problem {
                            Some(problem) if problem.kind != "differs" => return Err(self.trouble(&problem, Some(op))),
                            _ => {}
                        }
                        // The page may write values in another way; whether they are the same is judged here.
                        if let Some(fields) = done.fields {
                            let number = |name: &str| op.json[name].as_u64().unwrap_or_default() as usize;
                            self.kept(fields, number("settled")..number("count")).await?;
                        }
                    }
                    if count == 0 {
                        count = 1;
                    }
                    batch.drain(..count.min(batch.len()));
                }
                // A click led to another page before its answer was there. Where there is more in the batch than the
                // click, nobody knows how far it came.
                Ran::Gone if clicks_last && batch.iter().filter(|op| op.json["do"] == "click").count() == 1 => {
                    return Ok(());
                }
                Ran::Gone => {
                    return Err(BrowserTrouble::NotLoaded("the page was replaced by another one".to_owned()).into());
                }
                Ran::Dialog(text) if clicks_last => {
                    // A step after the click may answer it; one that does not expect it will find it.
                    self.bench.log.remark(&format!("the page shows a dialog: {text}"));
                    return Ok(());
                }
                Ran::Dialog(text) => return Err(self.unexpected(text).await),
            }
        }
        Ok(())
    }

    /// Runs a batch in the page.
    pub(super) async fn run(&mut self, batch: &[Op]) -> Result<Ran, Trouble> {
        let steps: Vec<Json> = batch.iter().map(|op| op.json.clone()).collect();
        let limit = batch.iter().map(|op| op.timeout + self.target.slow()).sum();
        let begun = Instant::now();
        let ran = self.ask(steps, limit).await?;
        if let Ran::Answer(answer) = &ran {
            let results = answer["results"].as_array().map_or(&[][..], Vec::as_slice);
            let mut at = begun;
            for (op, done) in batch.iter().zip(results) {
                if !op.shown.is_empty() {
                    let failed = done.get("problem").map(|_| ());
                    self.bench.log.add_at(
                        &op.shown,
                        at,
                        Duration::from_millis(done["took"].as_u64().unwrap_or(0)),
                        failed,
                    );
                }
                at += Duration::from_millis(done["took"].as_u64().unwrap_or(0));
            }
        }
        Ok(ran)
    }

    /// Asks the script to do steps.
    pub async fn ask(&mut self, steps: Vec<Json>, limit: Duration) -> Result<Ran, Trouble> {
        let mut request = json!({
            "steps": steps, "call": format!("{:016x}", fastrand::u64(..)), "record": format!("{:016x}", self.bench.record),
        });
        if self.guarded
            && let Some(login) = self.target.login_conditions()?
        {
            request["login"] = serde_json::to_value(login).unwrap_or_default();
        }
        if self.target.is_headed() {
            request["show"] = true.into();
        }
        if !self.target.slow().is_zero() {
            request["slow"] = (self.target.slow().as_millis() as u64).into();
        }
        match self.bench.session.run(request, limit).await {
            Ok(ran) => {
                let Ran::Answer(answer) = &ran else { return Ok(ran) };
                answer["url"].as_str().unwrap_or_default().clone_into(&mut self.bench.session.address);
                if answer["again"] == true { Ok(Ran::Gone) } else { Ok(ran) }
            }
            Err(Broken::Lost(why)) => Err(BrowserTrouble::Lost(why).into()),
            Err(broken) => Err(BrowserTrouble::Call(broken.words()).into()),
        }
    }

    /// One step in the page, which must come to an answer.
    pub async fn one(&mut self, verb: &'static str, json: Json, timeout: Duration) -> Result<Done, Trouble> {
        let op = op(verb, json, String::new(), timeout);
        for _ in 0..REPLACED {
            match self.ask(vec![op.json.clone()], timeout).await? {
                Ran::Answer(answer) => {
                    let mut answer = read(answer)?;
                    let Some(done) = answer.results.pop() else { continue };
                    return match &done.problem {
                        Some(problem) if problem.kind != "differs" => Err(self.trouble(problem, Some(&op))),
                        _ => Ok(done),
                    };
                }
                Ran::Gone => {}
                Ran::Dialog(text) => return Err(self.unexpected(text).await),
            }
        }
        Err(BrowserTrouble::NotLoaded("the page is replaced again and again".to_owned()).into())
    }
}

/// The script's answer.
pub(in crate::target::browser) fn read(answer: Json) -> Result<Answer, Trouble> {
    let answer: Answer =
        serde_json::from_value(answer).map_err(|error| BrowserTrouble::Call(format!("the page's answer: {error}")))?;
    match answer.error {
        Some(error) => Err(BrowserTrouble::Call(error).into()),
        None => Ok(answer),
    }
}

pub(super) fn op(verb: &str, mut json: Json, shown: String, timeout: Duration) -> Op {
    json["do"] = verb.into();
    json["timeout"] = (timeout.as_millis() as u64).into();
    if !shown.is_empty() {
        json["show"] = shown.clone().into();
    }
    Op { json, shown, timeout }
}

//! The point of no return: the click that sends the form, and what the page says afterwards. Until the click, whatever
//! fails has written nothing; from then on only what the page shows anew decides.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::BrowserTrouble;
use super::page::{Done, Place};
use super::perform::{Doer, Op, read};
use super::plan::Send;
use super::render::{Asked, Renderer};
use super::session::Ran;
use super::target::{BrowserTarget, class_before, lost};
use super::value::tidy;
use crate::expression::Scope;
use crate::recipe::model::{Action, BrowserStep, Locator, PageCapture, PageConditionSet, ReadFrom, Reading, Submit};
use crate::target::{Captures, Class, Failure, Job, Receipt, Trouble};

/// What tells the end of a submit, asked in this order.
struct Ends<'r> {
    refused: Asked<'r>,
    exists: Asked<'r>,
    expect: Asked<'r>,
}

/// How the page looks after the click.
enum After {
    /// It was observed, and perhaps read.
    Seen(Box<(Done, Option<Done>)>),
    /// It was replaced by another one.
    Gone,
    /// It shows a dialog.
    Dialog(String),
}

impl BrowserTarget {
    /// Submits what was staged.
    pub(super) async fn submitted(&self, job: Job<'_>) -> Result<Receipt, Failure> {
        let steps = self.steps(job)?;
        let Action::Submit(submit) = &steps.submit.action else {
            return Err(self.failure(Class::Refused, Trouble::Recipe("the part has no `submit:`".to_owned())));
        };
        let mut lease = self.lease(job.held).await?;
        let mut sent = false;
        let done = match self.ready(&mut lease).await {
            Err(failure) => {
                job.held.put(lease);
                return Err(failure);
            }
            Ok(()) => match &mut lease.bench {
                // A form that was filled in is gone with its browser.
                Some(bench) if bench.staged.is_some() || steps.before.is_empty() => {
                    let mut doer =
                        Doer { target: self, bench, scope: job.scope, captures: Captures::new(), guarded: true };
                    let done = doer.submit(&steps.submit, submit, &mut sent).await;
                    let captures = std::mem::take(&mut doer.captures);
                    bench.staged = None;
                    done.map(|status| Receipt { captures, status })
                }
                _ => Err(lost()),
            },
        };
        let result = match done {
            Ok(receipt) => {
                if let Some(bench) = &mut lease.bench {
                    bench.session.login_proven = true;
                    bench.session.forbidden = false;
                    self.keep_good(bench).await;
                }
                Ok(receipt)
            }
            Err(trouble) => {
                let class = if sent { self.class_after(&mut lease, &trouble) } else { class_before(&trouble) };
                Err(self.failed(&mut lease, class, trouble).await)
            }
        };
        job.held.put(lease);
        result
    }

    /// What a trouble after the click means.
    fn class_after(&self, lease: &mut super::pool::Lease, trouble: &Trouble) -> Class {
        let Trouble::Browser(trouble) = trouble else { return Class::Unknown };
        match &**trouble {
            BrowserTrouble::Refused(_) | BrowserTrouble::Invalid(_) => Class::Refused,
            BrowserTrouble::Exists => Class::Exists,
            // The form may have been taken, and the session have ended before the page that says so.
            BrowserTrouble::LoginPage(_) => Class::Unknown,
            BrowserTrouble::ErrorPage { redirected: false, status, .. } => match *status {
                401 | 407 => Class::Login,
                // The first one may be an expired session or form token.
                403 => match &mut lease.bench {
                    Some(bench) if self.settings().login.is_some() && !bench.session.forbidden => {
                        bench.session.forbidden = true;
                        bench.session.logged_in = false;
                        Class::Login
                    }
                    _ => Class::Refused,
                },
                409 | 412 => Class::Exists,
                421 | 423 | 425 | 429 => Class::NotSubmitted,
                408 => Class::Unknown,
                400..=499 | 501 => Class::Refused,
                _ => Class::Unknown,
            },
            _ => Class::Unknown,
        }
    }
}

impl Doer<'_> {
    /// Looks at the button beforehand, once everything before the submit is done, `rest` at last, and was read back.
    pub async fn foresee(&mut self, rest: Vec<Op>, step: &BrowserStep) -> Result<(), Trouble> {
        let at = match &step.action {
            Action::Submit(submit) => {
                let overlay = self.target.overlay(self.scope, &self.captures);
                match self.target.renderer().send(submit, step.within.as_ref(), &overlay)? {
                    Send::Click(at) => Some(at),
                    Send::Press(..) => None,
                }
            }
            _ => None,
        };
        self.read_back_and_foresee(rest, at).await
    }

    /// Looks whether the submit could be made now, as it would be made.
    pub async fn rehearse(&mut self, step: &BrowserStep) -> Result<(), Trouble> {
        let Action::Submit(submit) = &step.action else { return Ok(()) };
        let timeout = step.timeout.unwrap_or(self.target.settings().timeout);
        let send = {
            let overlay = self.target.overlay(self.scope, &self.captures);
            self.target.renderer().send(submit, step.within.as_ref(), &overlay)?
        };
        let (at, clicked) = match send {
            Send::Click(at) => (at, true),
            Send::Press(_, Some(at)) => (at, false),
            // Keys without a place go to whatever has the focus.
            Send::Press(_, None) => return Ok(()),
        };
        let done = self.one("rehearse", json!({ "at": at, "clicked": clicked }), timeout).await?;
        done.complaints.map_or(Ok(()), |complaints| Err(invalid(complaints)))
    }

    /// Submits; `sent` is set as soon as the click may have been made. Answers the status of the page.
    pub async fn submit(
        &mut self,
        step: &BrowserStep,
        submit: &Submit,
        sent: &mut bool,
    ) -> Result<Option<u16>, Trouble> {
        let timeout = step.timeout.unwrap_or(self.target.settings().timeout);
        let (send, ends) = {
            let overlay = self.target.overlay(self.scope, &self.captures);
            let renderer = self.target.renderer();
            let send = renderer.send(submit, step.within.as_ref(), &overlay)?;
            (send, self.ends(&renderer, submit, &overlay)?)
        };
        if self.bench.staged.is_none() {
            self.foresee(Vec::new(), step).await?;
        }
        let token = self.bench.staged.clone().unwrap_or_default();
        let form = match &send {
            Send::Click(at) => Some(at.clone()),
            Send::Press(..) => None,
        };
        let observation = self.observation(&ends, &token, form.as_ref(), timeout);
        // What is captured right after is read in the same call.
        let (direct, wanted) = match submit.end.as_slice() {
            [first, second, ..] if is_expect(first) => (true, captures_of(second)),
            [first] if is_expect(first) => (true, None),
            _ => (false, None),
        };
        let begun = Instant::now();
        let mut follow: Vec<Json> = Vec::new();
        if direct {
            follow.push(observation.clone());
            if let Some((wanted, within)) = wanted {
                follow.push(json!({
                    "do": "read", "readings": self.readings(wanted, within)?, "onlyMet": 2,
                    "timeout": timeout.as_millis() as u64,
                }));
            }
        }
        let after = self.send(&send, &ends, &token, follow, timeout, sent).await;
        self.bench.log.add("submit", begun, after.as_ref().err().map(|_| ()));
        self.settle(after?, submit, &ends, &observation, timeout).await
    }

    fn ends<'r>(
        &self,
        renderer: &Renderer<'_>,
        submit: &'r Submit,
        scope: &(dyn Scope + Sync),
    ) -> Result<Ends<'r>, Trouble> {
        let expect = submit.end.iter().find_map(|step| match &step.action {
            Action::Expect(set) => Some((set, step.within.as_ref())),
            _ => None,
        });
        let expect = match expect {
            Some((set, within)) => renderer.conditions(set, within, scope)?,
            None => Asked { page: Vec::new(), judges: Vec::new(), said: Vec::new() },
        };
        Ok(Ends {
            refused: renderer.conditions(&submit.refused, None, scope)?,
            exists: renderer.conditions(&submit.exists, None, scope)?,
            expect,
        })
    }

    fn observation(&self, ends: &Ends<'_>, token: &str, form: Option<&Place>, timeout: Duration) -> Json {
        json!({
            "do": "observe", "sets": [ends.refused.page, ends.exists.page, ends.expect.page], "token": token,
            "form": form, "timeout": timeout.as_millis() as u64,
        })
    }

    /// Makes the click, or presses the keys.
    async fn send(
        &mut self,
        send: &Send<'_>,
        ends: &Ends<'_>,
        token: &str,
        follow: Vec<Json>,
        timeout: Duration,
        sent: &mut bool,
    ) -> Result<After, Trouble> {
        let at = match send {
            Send::Click(at) => Some(at),
            Send::Press(..) => None,
        };
        let mut accept = false;
        loop {
            let mut steps = vec![json!({
                "do": "submit", "at": at, "token": token, "accept": accept, "timeout": timeout.as_millis() as u64,
                "sets": [ends.refused.page, ends.exists.page, ends.expect.page], "show": "submit",
                "settled": self.bench.settled,
            })];
            if at.is_some() {
                steps.extend(follow.iter().cloned());
            }
            // Whatever happens to this call, the click may have been made.
            *sent = at.is_some();
            let limit = timeout * 3;
            let answer = match self.ask(steps, limit).await {
                Ok(Ran::Answer(answer)) => answer,
                Ok(Ran::Gone) => return Ok(After::Gone),
                Ok(Ran::Dialog(text)) => return Ok(After::Dialog(text)),
                Err(trouble) => {
                    // Where nobody took this very call, there was no click.
                    *sent &= !self.bench.session.unreached;
                    return Err(trouble);
                }
            };
            let mut results = read(answer)?.results.into_iter();
            let Some(first) = results.next() else { return Ok(After::Gone) };
            if !first.sent {
                *sent = false;
                if let Some(problem) = &first.problem {
                    return Err(self.page_trouble(problem));
                }
                if let Some(complaints) = first.complaints {
                    return Err(invalid(complaints));
                }
                // What a field shows has changed since it was read back.
                self.kept_still(first.fields.unwrap_or_default())?;
                if std::mem::replace(&mut accept, true) {
                    return Err(BrowserTrouble::Call("the fields do not rest".to_owned()).into());
                }
                continue;
            }
            if let Send::Press(keys, target) = send {
                if first.left {
                    *sent = false;
                    return Err(BrowserTrouble::NotLoaded("the page was replaced by another one".to_owned()).into());
                }
                *sent = true;
                self.press(keys, target.clone(), timeout).await?;
                return Ok(After::Gone);
            }
            if first.replaced {
                return Err(BrowserTrouble::NotLoaded("the page was replaced by another one".to_owned()).into());
            }
            return Ok(match results.next() {
                Some(seen) => After::Seen(Box::new((seen, results.next()))),
                None => After::Gone,
            });
        }
    }

    /// What the page says after the click, by the steps that belong to the end of the submit.
    async fn settle(
        &mut self,
        after: After,
        submit: &Submit,
        ends: &Ends<'_>,
        observation: &Json,
        timeout: Duration,
    ) -> Result<Option<u16>, Trouble> {
        let mut first = Some(after);
        let mut status = None;
        let mut expected = false;
        let mut read_already = None;
        for step in &submit.end {
            if let Some(when) = &step.when {
                let overlay = self.target.overlay(self.scope, &self.captures);
                if self.target.renderer().holds(when, &overlay)? == Some(false) {
                    continue;
                }
            }
            match &step.action {
                Action::Expect(_) if !expected => {
                    expected = true;
                    let after = first.take().unwrap_or(After::Gone);
                    let (seen, read) = self.decided(after, submit, ends, observation, timeout).await?;
                    status = seen.status;
                    read_already = read;
                }
                Action::Capture(wanted) if read_already.is_some() => {
                    let done = read_already.take().unwrap_or_default();
                    let captured = self.captured(wanted, &done)?;
                    self.captures.extend(captured);
                }
                Action::AcceptAlert(_) => {
                    first = None;
                    self.steps(std::slice::from_ref(step)).await?;
                }
                _ => {
                    read_already = None;
                    if let Some(After::Dialog(text)) = &first {
                        let text = text.clone();
                        return Err(self.dialog(text, ends).await);
                    }
                    self.steps(std::slice::from_ref(step)).await?;
                }
            }
        }
        // Recipes are read only with an `expect:` there. Without one, nobody knows.
        if !expected {
            return Err(self.not_seen(&ends.expect, &Done::default()));
        }
        Ok(status)
    }

    /// Waits for one of the ends.
    async fn decided(
        &mut self,
        after: After,
        submit: &Submit,
        ends: &Ends<'_>,
        observation: &Json,
        timeout: Duration,
    ) -> Result<(Done, Option<Done>), Trouble> {
        let end = Instant::now() + timeout;
        let mut after = after;
        loop {
            let (seen, read_done) = match after {
                After::Seen(seen) => *seen,
                After::Dialog(text) => return Err(self.dialog(text, ends).await),
                After::Gone => {
                    let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(200));
                    let mut json = observation.clone();
                    json["timeout"] = (left.as_millis() as u64).into();
                    let mut steps = vec![json];
                    let wanted = submit.end.get(1).filter(|_| submit.end.first().is_some_and(is_expect));
                    if let Some((wanted, within)) = wanted.and_then(captures_of) {
                        steps.push(json!({
                            "do": "read", "readings": self.readings(wanted, within)?, "onlyMet": 2,
                            "timeout": left.as_millis() as u64,
                        }));
                    }
                    after = match self.ask(steps, left * 2).await? {
                        Ran::Gone if Instant::now() >= end => {
                            return Err(BrowserTrouble::NotLoaded("the page is replaced again and again".into()).into());
                        }
                        Ran::Gone => After::Gone,
                        Ran::Dialog(text) => After::Dialog(text),
                        Ran::Answer(answer) => {
                            let mut results = read(answer)?.results.into_iter();
                            match results.next() {
                                Some(seen) => After::Seen(Box::new((seen, results.next()))),
                                None => After::Gone,
                            }
                        }
                    };
                    continue;
                }
            };
            let none = Vec::new();
            let set = |at: usize| seen.sets.get(at).unwrap_or(&none);
            if let (Some(at), _) = self.met(&ends.refused, set(0))? {
                let words = self.reason(&submit.refused, at, &seen).await;
                return Err(BrowserTrouble::Refused(words).into());
            }
            if let (Some(_), _) = self.met(&ends.exists, set(1))? {
                return Err(BrowserTrouble::Exists.into());
            }
            let (met, differences) = self.met(&ends.expect, set(2))?;
            if met.is_some() {
                return Ok((seen, read_done));
            }
            match seen.state.as_str() {
                "login" => return Err(BrowserTrouble::LoginPage(self.bench.session.address.clone()).into()),
                "invalid" => return Err(invalid(seen.complaints.unwrap_or_default())),
                "broken" => return Err(BrowserTrouble::NotLoaded(seen.words).into()),
                _ => {}
            }
            if let (true, Some(status @ 400..)) = (seen.new_page, seen.status)
                && (seen.state == "error" || seen.state == "time")
            {
                return Err(BrowserTrouble::ErrorPage { status, words: seen.words, redirected: seen.redirected }.into());
            }
            if seen.state != "met" || Instant::now() >= end {
                if !differences.is_empty() {
                    return Err(BrowserTrouble::Different(differences).into());
                }
                return Err(self.not_seen(&ends.expect, &seen));
            }
            // Something was met that our own judgement does not share: wait for something else.
            let mut again = observation.clone();
            again["previous"] = seen.shape.clone().into();
            again["timeout"] = (end.saturating_duration_since(Instant::now()).as_millis() as u64).into();
            after = match self.ask(vec![again], timeout).await? {
                Ran::Gone => After::Gone,
                Ran::Dialog(text) => After::Dialog(text),
                Ran::Answer(answer) => match read(answer)?.results.pop() {
                    Some(seen) => After::Seen(Box::new((seen, None))),
                    None => After::Gone,
                },
            };
        }
    }

    /// A dialog after the submit: by its words it may be a refusal; else nobody knows.
    async fn dialog(&mut self, text: String, ends: &Ends<'_>) -> Trouble {
        let _ = self.bench.session.answer_dialog(false).await;
        let says = |asked: &Asked<'_>| {
            asked.page.iter().any(|tests| {
                tests.iter().all(|test| {
                    let wanted = test.at.as_ref().filter(|at| at.by == "text").and_then(|at| at.text.as_ref());
                    test.is == "seen" && wanted.is_some_and(|wanted| tidy(&text).contains(&tidy(wanted)))
                })
            })
        };
        if says(&ends.refused) {
            BrowserTrouble::Refused(text).into()
        } else if says(&ends.exists) {
            BrowserTrouble::Exists.into()
        } else {
            BrowserTrouble::Dialog(text).into()
        }
    }

    /// The page's own words of a refusal.
    async fn reason(&mut self, refused: &PageConditionSet, at: usize, seen: &Done) -> String {
        let condition = refused.any.get(at);
        if let Some(locator) = condition.and_then(|condition| condition.reason.as_ref()) {
            let from = ReadFrom::Element { locator: locator.clone(), attribute: None, first: true };
            let overlay = self.target.overlay(self.scope, &self.captures);
            let reading = self.target.renderer().reading(&Reading { from, pattern: None }, None, &overlay);
            if let Ok(reading) = reading {
                let json = json!({ "readings": [reading], "lenient": true });
                let done = self.one("read", json, Duration::from_secs(1)).await;
                let value = done.ok().and_then(|done| done.values?.into_iter().next()?.value);
                if let Some(words) = value.filter(|words| !words.trim().is_empty()) {
                    return words.trim().to_owned();
                }
            }
        }
        let tests = seen.sets.first().and_then(|set| set.get(at)).map(|seen| seen.tests.as_slice());
        let values = tests.unwrap_or_default().iter().filter_map(|test| test.value.clone());
        values.into_iter().find(|value| !value.is_empty()).unwrap_or_else(|| seen.words.clone())
    }
}

fn is_expect(step: &BrowserStep) -> bool {
    matches!(step.action, Action::Expect(_)) && step.when.is_none()
}

fn captures_of(step: &BrowserStep) -> Option<(&[PageCapture], Option<&Locator>)> {
    match &step.action {
        Action::Capture(wanted) if step.when.is_none() => Some((wanted, step.within.as_ref())),
        _ => None,
    }
}

fn invalid(complaints: Vec<super::page::Complaint>) -> Trouble {
    BrowserTrouble::Invalid(complaints.into_iter().map(|one| (one.field, one.message)).collect()).into()
}

impl Renderer<'_> {
    /// The submit as a dry run shows it.
    pub fn submit_view(
        &self,
        submit: &Submit,
        within: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Json, Trouble> {
        Ok(match self.send(submit, within, scope)? {
            Send::Click(at) => json!({ "submit": at.view() }),
            Send::Press(keys, _) => {
                let keys: Vec<&str> = keys.iter().map(|key| key.written.as_str()).collect();
                json!({ "submit": { "press": keys.join(" ") } })
            }
        })
    }
}

//! Doing steps in a session: batches go to the page in one call each, what only the driver can do comes between them. What
//! was filled in is read back before the page is left, and typed with real keys where the field did not keep it.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::BrowserTrouble;
use super::evidence::Log;
use super::page::{Answer, Done, Field, Place, Problem, SCRIPT, Written};
use super::plan::{Deed, Ready, Window};
use super::render::{Asked, Given, Judge};
use super::session::{Broken, Ran, Session};
use super::target::BrowserTarget;
use super::trouble::{Candidate, Unusable};
use super::value;
use crate::expression::Scope;
use crate::recipe::model::{BrowserStep, KeyPress, Locator, PageCapture, Test};
use crate::record::Value;
use crate::target::fill::Filling;
use crate::target::site::Site;
use crate::target::{Captures, Difference, Trouble};

/// Select all, and delete what is selected.
const DELETE: &str = "\u{e017}";
/// The calls in which one page may be replaced by the next before it is said to never rest.
const REPLACED: u32 = 20;

/// A field that was filled, for reading back.
pub(super) struct Filled {
    place: Place,
    value: Value,
    written: Written,
    secret: bool,
    /// Whether it was typed by keys already.
    typed: bool,
}

/// A session with what was done in it for the record at hand.
pub(super) struct Bench {
    /// The browser.
    pub session: Session,
    /// What was filled in since the record began.
    pub filled: Vec<Filled>,
    /// The steps done for the record, for the evidence.
    pub log: Log,
    /// The mark of the page that stands filled in, ready to be submitted.
    pub staged: Option<String>,
}

impl Bench {
    /// A session with nothing done in it yet.
    pub fn new(session: Session) -> Self {
        Self { session, filled: Vec::new(), log: Log::new(), staged: None }
    }
}

/// Steps at work in a session.
pub(super) struct Doer<'a> {
    /// Whose steps they are.
    pub target: &'a BrowserTarget,
    /// Where they are done.
    pub bench: &'a mut Bench,
    /// The values of names, but for captures of the steps at hand.
    pub scope: &'a (dyn Scope + Sync),
    /// Captures of the steps at hand.
    pub captures: Captures,
    /// Whether a login page is the wrong page.
    pub guarded: bool,
}

/// One step of a batch.
struct Op {
    json: Json,
    shown: String,
    timeout: Duration,
}

impl Doer<'_> {
    /// Does steps in order.
    pub async fn steps(&mut self, steps: &[BrowserStep]) -> Result<(), Trouble> {
        let mut ready = Vec::new();
        for step in steps {
            {
                let overlay = self.target.overlay(self.scope, &self.captures);
                self.target.renderer().one(step, self.target.settings().timeout, &overlay, &mut ready)?;
            }
            // What is captured may be used by the steps after it.
            if ready.iter().any(|one| matches!(one.deed, Deed::Capture { .. })) {
                self.ready(std::mem::take(&mut ready)).await?;
            }
        }
        self.ready(ready).await
    }

    /// Does steps that are ready.
    pub async fn ready(&mut self, steps: Vec<Ready<'_>>) -> Result<(), Trouble> {
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
                    let field = self.note(&at, &given, Written::default());
                    batch.push(op(
                        "check",
                        json!({ "at": at, "on": on, "field": field, "what": at.said() }),
                        shown,
                        timeout,
                    ));
                }
                Deed::Click(at) => {
                    // Read back before the click, which may lead to another page.
                    if std::mem::take(&mut dirty) {
                        batch.push(op("readback", json!({ "strict": true }), String::new(), timeout));
                    }
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
                    self.native(other, shown, timeout).await?;
                }
            }
        }
        self.flush(batch).await?;
        Ok(())
    }

    fn give(
        &mut self,
        verb: &'static str,
        at: Place,
        given: Given,
        written: Written,
        shown: String,
        timeout: Duration,
    ) -> Op {
        let field = self.note(&at, &given, written.clone());
        let json = json!({ "at": at, "what": at.said(), "field": field, "value": written });
        op(verb, json, shown, timeout)
    }

    /// Remembers what was given to a control; answers its number.
    fn note(&mut self, at: &Place, given: &Given, written: Written) -> usize {
        let field =
            Filled { place: at.clone(), value: given.value.clone(), written, secret: given.secret, typed: false };
        self.bench.filled.push(field);
        self.bench.filled.len() - 1
    }

    /// What only the driver can do.
    async fn native(&mut self, deed: Deed<'_>, shown: String, timeout: Duration) -> Result<(), Trouble> {
        let begun = Instant::now();
        let done = self.native_now(deed, &shown, timeout).await;
        self.bench.log.add(&shown, begun, done.as_ref().err().map(|_| ()));
        done
    }

    async fn native_now(&mut self, deed: Deed<'_>, shown: &str, timeout: Duration) -> Result<(), Trouble> {
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

    async fn open(&mut self, url: &url::Url) -> Result<(), Trouble> {
        let limit = self.target.settings().page_timeout;
        self.bench.filled.clear();
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

    /// Sends a batch to the page until all of it is done.
    async fn flush(&mut self, mut batch: Vec<Op>) -> Result<(), Trouble> {
        while !batch.is_empty() {
            let clicks_last = batch.last().is_some_and(|op| op.json["do"] == "click");
            match self.run(&batch).await? {
                Ran::Answer(answer) => {
                    let answer = read(answer)?;
                    let mut count = answer.results.len();
                    if let Some(problem) = answer.results.iter().find_map(|done| done.problem.as_ref()) {
                        if problem.kind != "differs" {
                            return Err(self.trouble(problem, batch.get(count.saturating_sub(1))));
                        }
                        // The page wrote the values in another way; whether they are the same is judged here.
                        let fields = problem.fields.clone();
                        self.kept(fields).await?;
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
    async fn run(&mut self, batch: &[Op]) -> Result<Ran, Trouble> {
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
        let mut request = json!({ "steps": steps, "call": format!("{:016x}", fastrand::u64(..)) });
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
        match self.bench.session.run(SCRIPT, request, limit).await {
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

    /// A dialog that no step speaks of: it is refused, so that the session can go on.
    pub async fn unexpected(&mut self, text: String) -> Trouble {
        let _ = self.bench.session.answer_dialog(false).await;
        BrowserTrouble::Dialog(text).into()
    }

    async fn dialog_trouble(&mut self) -> Trouble {
        match self.bench.session.dialog().await {
            Ok(Some(text)) => self.unexpected(text).await,
            Ok(None) => BrowserTrouble::NotLoaded("the page shows a dialog".to_owned()).into(),
            Err(broken) => BrowserTrouble::Lost(broken.words()).into(),
        }
    }

    /// Reads back all fields, and types where they did not keep what they were given.
    pub async fn read_back(&mut self) -> Result<(), Trouble> {
        if self.bench.filled.is_empty() {
            return Ok(());
        }
        let done = self.one("readback", json!({}), Duration::from_secs(5)).await?;
        self.kept(done.fields.unwrap_or_default()).await
    }

    /// Reads back all fields, and looks at the button that is clicked next.
    pub async fn read_back_and_foresee(&mut self, button: Option<Place>) -> Result<(), Trouble> {
        let token = format!("{:016x}", fastrand::u64(..));
        self.bench.staged = Some(token.clone());
        let mut steps = Vec::new();
        let timeout = Duration::from_secs(5);
        if !self.bench.filled.is_empty() {
            steps.push(op("readback", json!({}), String::new(), timeout).json);
        }
        steps.push(op("foresee", json!({ "at": button, "token": token }), String::new(), timeout).json);
        match self.ask(steps, timeout).await? {
            Ran::Answer(answer) => {
                let fields = read(answer)?.results.into_iter().find_map(|done| done.fields);
                self.kept(fields.unwrap_or_default()).await
            }
            Ran::Gone => Err(BrowserTrouble::NotLoaded("the page was replaced by another one".to_owned()).into()),
            Ran::Dialog(text) => Err(self.unexpected(text).await),
        }
    }

    /// Judges what stands in fields at the last moment, when nothing can be typed any more.
    pub fn kept_still(&self, fields: Vec<Field>) -> Result<(), Trouble> {
        let differences: Vec<Difference> =
            fields.iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// What a problem of the page means, where no batch tells more.
    pub fn page_trouble(&self, problem: &Problem) -> Trouble {
        self.trouble(problem, None)
    }

    /// Judges what stands in fields.
    pub async fn kept(&mut self, fields: Vec<Field>) -> Result<(), Trouble> {
        let differ: Vec<Field> = fields.into_iter().filter(|field| !self.is_kept(field)).collect();
        if differ.is_empty() {
            return Ok(());
        }
        // Once more as a person does it: masks and frameworks listen to keys.
        for field in &differ {
            let typed = self.bench.filled.get(field.field).is_none_or(|filled| filled.typed);
            if !typed && takes_keys(&field.kind) {
                let shown = self.bench.filled.get(field.field).map_or_else(String::new, |filled| filled.place.said());
                self.type_into(field.field, &format!("type {shown} by keys"), self.target.settings().timeout).await?;
            }
        }
        let again = self.one("readback", json!({}), Duration::from_secs(5)).await?.fields.unwrap_or_default();
        let differences: Vec<Difference> =
            again.into_iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(&field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// Whether a field shows what it was given.
    pub fn is_kept(&self, field: &Field) -> bool {
        let Some(filled) = self.bench.filled.get(field.field) else { return true };
        match field.kind.as_str() {
            // The page has picked the option or set the box, and notes the text of that.
            "checkbox" | "radio" | "select" => field.found == field.wanted,
            "date" | "time" | "datetime-local" | "month" => {
                field.found == field.wanted || field.found.starts_with(&field.wanted) && !field.wanted.is_empty()
            }
            "number" | "range" => {
                let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
                number(&field.found).is_some() && number(&field.found) == number(&field.wanted)
            }
            _ if field.found == field.wanted => true,
            _ => value::same(&filled.value, &field.found, self.target.settings().locale),
        }
    }

    fn difference(&self, field: &Field) -> Difference {
        let filled = self.bench.filled.get(field.field);
        let hide = |text: &str| {
            if filled.is_some_and(|filled| filled.secret) {
                crate::secret::MASK.to_owned()
            } else {
                format!("`{text}`")
            }
        };
        Difference {
            what: filled.map_or_else(String::new, |filled| filled.place.said()),
            expected: hide(&field.wanted),
            found: if field.found.is_empty() { "empty".to_owned() } else { hide(&field.found) },
        }
    }

    /// Types a value with real keys.
    async fn type_into(&mut self, field: usize, shown: &str, timeout: Duration) -> Result<(), Trouble> {
        let Some(filled) = self.bench.filled.get_mut(field) else { return Ok(()) };
        filled.typed = true;
        let (place, written) = (filled.place.clone(), filled.written.clone());
        self.one("focus", json!({ "at": place, "all": true, "show": shown }), timeout).await?;
        let keys = format!("{DELETE}{}", written.text);
        self.bench.session.keys(&[], &keys).await.map_err(|broken| self.broken(&broken))?;
        let json = json!({ "at": place, "field": field, "what": place.said(), "value": written });
        self.one("typed", json, timeout).await?;
        Ok(())
    }

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

    async fn upload(&mut self, at: &Place, path: &str, timeout: Duration) -> Result<(), Trouble> {
        let done = self.one("element", json!({ "at": at }), timeout).await?;
        let element = done.element.as_ref().and_then(|element| element.as_object()?.values().next()?.as_str());
        let element = element.ok_or_else(|| BrowserTrouble::Call("the page gives no file input".to_owned()))?;
        self.bench.session.send_keys(element, path).await.map_err(|broken| self.broken(&broken))
    }

    async fn frame(&mut self, place: Option<Place>, timeout: Duration) -> Result<(), Trouble> {
        let element = match place {
            None => None,
            Some(place) => self.one("element", json!({ "at": place }), timeout).await?.element,
        };
        self.bench.session.frame(element).await.map_err(|broken| self.broken(&broken))
    }

    async fn window(&mut self, window: &Window, timeout: Duration) -> Result<(), Trouble> {
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
    async fn titled(&mut self, all: &[String], title: &str) -> Option<String> {
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
    async fn accept(&mut self, wanted: Option<String>, timeout: Duration) -> Result<(), Trouble> {
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

    /// Waits until the page shows what is asked.
    pub async fn expect(&mut self, asked: &Asked<'_>, is_wait: bool, timeout: Duration) -> Result<(), Trouble> {
        let end = Instant::now() + timeout;
        let mut previous: Option<String> = None;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let json = json!({ "sets": [asked.page], "previous": previous });
            let seen = self.one("observe", json, left).await?;
            if seen.state == "login" {
                return Err(BrowserTrouble::LoginPage(self.bench.session.address.clone()).into());
            }
            let none = Vec::new();
            let (met, differences) = self.met(asked, seen.sets.first().unwrap_or(&none))?;
            if met.is_some() {
                return Ok(());
            }
            if seen.state != "met" || Instant::now() >= end {
                if !differences.is_empty() && !is_wait {
                    return Err(BrowserTrouble::Different(differences).into());
                }
                return Err(self.not_seen(asked, &seen));
            }
            previous = Some(seen.shape);
        }
    }

    /// That the page does not show what it should.
    pub fn not_seen(&self, asked: &Asked<'_>, seen: &Done) -> Trouble {
        if seen.state == "broken" {
            return BrowserTrouble::NotLoaded(seen.words.clone()).into();
        }
        BrowserTrouble::NotSeen {
            expected: asked.words(),
            at: self.bench.session.address.clone(),
            words: seen.words.clone(),
        }
        .into()
    }

    /// The first condition that is met, by the page's and by our own judgement; else in what the nearest differs.
    pub fn met(
        &self,
        asked: &Asked<'_>,
        seen: &[super::page::Seen],
    ) -> Result<(Option<usize>, Vec<Difference>), Trouble> {
        let mut nearest: Vec<Difference> = Vec::new();
        for (at, (judges, seen)) in asked.judges.iter().zip(seen).enumerate() {
            if !seen.met {
                // The page's own tests fail; of values, those that could be read are told all the same.
                for (judge, test) in judges.iter().zip(&seen.tests).filter(|(_, test)| test.value.is_some()) {
                    nearest.extend(self.judged(judge, test.value.as_deref())?);
                }
                continue;
            }
            let mut differences = Vec::new();
            for (judge, test) in judges.iter().zip(&seen.tests) {
                differences.extend(self.judged(judge, test.value.as_deref())?);
            }
            if differences.is_empty() {
                return Ok((Some(at), Vec::new()));
            }
            nearest = differences;
        }
        Ok((None, nearest))
    }

    fn judged(&self, judge: &Judge<'_>, found: Option<&str>) -> Result<Option<Difference>, Trouble> {
        match judge {
            Judge::Page => Ok(None),
            Judge::Matches(regex, what) => Ok((!found.is_some_and(|found| whole(regex, found))).then(|| Difference {
                what: (*what).to_owned(),
                expected: format!("like `{}`", regex.as_str()),
                found: found.map_or_else(|| "not there".to_owned(), |found| format!("`{found}`")),
            })),
            Judge::Value(test, what, span) => self.compare(test, what, span, found),
        }
    }

    /// In what a value of the page differs from what is asked of it.
    pub fn compare(
        &self,
        test: &Test,
        what: &str,
        span: &std::ops::Range<usize>,
        found: Option<&str>,
    ) -> Result<Option<Difference>, Trouble> {
        let overlay = self.target.overlay(self.scope, &self.captures);
        let renderer = self.target.renderer();
        let locale = self.target.settings().locale;
        let site = Site::new(what, span);
        let expected = |template: &crate::expression::Template| -> Result<Value, Trouble> {
            match template.single() {
                Some(expression) => match renderer.filler.value(expression, &site, &overlay)? {
                    Filling::Value(value) => Ok(value),
                    Filling::Shown(shown) => Ok(Value::text(shown)),
                },
                None => renderer.filler.required(template, &site, &overlay).map(Value::text),
            }
        };
        let is = |value: &Value| match (value, found) {
            (Value::Missing | Value::Null, found) => found.is_none_or(|found| found.trim().is_empty()),
            (value, Some(found)) => value::same(value, found, locale),
            (_, None) => false,
        };
        let said = |value: &Value| format!("`{}`", value::text(value, locale));
        let (passes, words) = match test {
            Test::Equals(template) => {
                let value = expected(template)?;
                (is(&value), said(&value))
            }
            Test::Not(template) => {
                let value = expected(template)?;
                (found.is_some() && !is(&value), format!("other than {}", said(&value)))
            }
            Test::OneOf(templates) => {
                let values = templates.iter().map(expected).collect::<Result<Vec<_>, _>>()?;
                (values.iter().any(is), values.iter().map(said).collect::<Vec<_>>().join(" or "))
            }
            Test::Matches(regex) => {
                (found.is_some_and(|found| whole(regex, found)), format!("like `{}`", regex.as_str()))
            }
            Test::Exists(wanted) => (found.is_some() == *wanted, if *wanted { "there" } else { "absent" }.to_owned()),
            Test::Empty(wanted) => {
                let empty = found.is_none_or(|found| found.trim().is_empty());
                (empty == *wanted, if *wanted { "empty" } else { "not empty" }.to_owned())
            }
        };
        let found = found.map_or_else(|| "not there".to_owned(), |found| format!("`{found}`"));
        Ok((!passes).then(|| Difference { what: what.to_owned(), expected: words, found }))
    }

    /// Keeps values of the page.
    async fn capture(
        &mut self,
        wanted: &[PageCapture],
        within: Option<&Locator>,
        timeout: Duration,
    ) -> Result<(), Trouble> {
        let json = json!({ "readings": self.readings(wanted, within)? });
        let answer = self.ask(vec![op("read", json, String::new(), timeout).json], timeout).await?;
        let Ran::Answer(answer) = answer else {
            return Err(BrowserTrouble::NotLoaded("the page was replaced while it was read".to_owned()).into());
        };
        let done = read(answer)?.results.pop().unwrap_or_default();
        let captured = self.captured(wanted, &done)?;
        self.captures.extend(captured);
        Ok(())
    }

    /// What the page is asked for captures.
    pub fn readings(
        &self,
        wanted: &[PageCapture],
        within: Option<&Locator>,
    ) -> Result<Vec<super::page::Reading>, Trouble> {
        let overlay = self.target.overlay(self.scope, &self.captures);
        let renderer = self.target.renderer();
        wanted.iter().map(|one| renderer.reading(&one.reading, within, &overlay)).collect()
    }

    /// The captures of what was read.
    pub fn captured(&self, wanted: &[PageCapture], done: &Done) -> Result<Captures, Trouble> {
        let missing = |capture: &PageCapture, found: usize| Trouble::Capture {
            name: capture.name.to_string(),
            from: self.target.text_of(&capture.span),
            found,
        };
        if let Some(problem) = &done.problem {
            return Err(match wanted.get(problem.at).filter(|_| problem.kind == "capture") {
                Some(capture) => missing(capture, problem.count),
                None => self.trouble(problem, None),
            });
        }
        let values = done.values.as_deref().unwrap_or_default();
        let mut captures = Captures::new();
        for (at, capture) in wanted.iter().enumerate() {
            let value = values.get(at).and_then(|read| read.value.as_deref());
            let kept = match (value, &capture.reading.pattern) {
                (Some(value), Some(pattern)) => {
                    pattern.captures(value).and_then(|found| found.get(1).or(found.get(0))).map(|group| group.as_str())
                }
                (value, None) => value,
                (None, _) => None,
            };
            let kept = kept.map(str::trim).filter(|kept| !kept.is_empty()).ok_or_else(|| missing(capture, 0))?;
            captures.push((capture.name.clone(), Value::text(kept)));
        }
        Ok(captures)
    }

    /// A failed call of the driver.
    pub fn broken(&self, broken: &Broken) -> Trouble {
        match broken {
            Broken::Lost(why) => BrowserTrouble::Lost(why.clone()).into(),
            other => BrowserTrouble::Call(other.words()).into(),
        }
    }

    /// What a problem of the page means.
    fn trouble(&self, problem: &Problem, op: Option<&Op>) -> Trouble {
        let locator =
            problem.locator.as_ref().or_else(|| op.and_then(|op| op.json.get("at"))).map(said).unwrap_or_default();
        let unusable =
            |why| BrowserTrouble::Unusable { locator: locator.clone(), element: problem.outline.clone(), why };
        let hidden = op
            .and_then(|op| op.json["field"].as_u64())
            .and_then(|at| self.bench.filled.get(at as usize))
            .is_some_and(|filled| filled.secret);
        let hide = |text: &str| if hidden { crate::secret::MASK.to_owned() } else { format!("`{text}`") };
        match problem.kind.as_str() {
            "none" => {
                let wanted = problem.locator.as_ref().and_then(|locator| locator["text"].as_str()).unwrap_or_default();
                BrowserTrouble::Nothing { locator, near: nearest(wanted, &problem.names) }
            }
            "several" => BrowserTrouble::Several {
                locator,
                count: problem.count,
                which: problem
                    .which
                    .iter()
                    .map(|one| Candidate {
                        outline: one.outline.clone(),
                        within: one.within.clone(),
                        css: one.css.clone(),
                    })
                    .collect(),
            },
            "disabled" => unusable(Unusable::Disabled),
            "readonly" => unusable(Unusable::ReadOnly),
            "covered" => unusable(Unusable::Covered(problem.by.clone())),
            "moving" => unusable(Unusable::Moving),
            "selector" => BrowserTrouble::Selector { locator, why: problem.why.clone() },
            "option" | "options" => BrowserTrouble::NoOption {
                control: locator,
                wanted: problem.wanted.clone(),
                offered: problem.options.clone(),
            },
            "lost" => BrowserTrouble::NotKept(vec![Difference {
                what: locator,
                expected: hide(&problem.expected),
                found: if problem.found.is_empty() { "empty".to_owned() } else { hide(&problem.found) },
            }]),
            "login" => BrowserTrouble::LoginPage(self.bench.session.address.clone()),
            other => BrowserTrouble::Call(format!("{other} {}", problem.why)),
        }
        .into()
    }
}

/// The script's answer.
pub(super) fn read(answer: Json) -> Result<Answer, Trouble> {
    let answer: Answer =
        serde_json::from_value(answer).map_err(|error| BrowserTrouble::Call(format!("the page's answer: {error}")))?;
    match answer.error {
        Some(error) => Err(BrowserTrouble::Call(error).into()),
        None => Ok(answer),
    }
}

fn op(verb: &str, mut json: Json, shown: String, timeout: Duration) -> Op {
    json["do"] = verb.into();
    json["timeout"] = (timeout.as_millis() as u64).into();
    if !shown.is_empty() {
        json["show"] = shown.clone().into();
    }
    Op { json, shown, timeout }
}

/// A locator of the page's answer, as the recipe has it.
fn said(locator: &Json) -> String {
    let text = locator["text"].as_str().unwrap_or_default();
    let own = match locator["by"].as_str().unwrap_or_default() {
        "label" | "click" | "group" | "frame" | "value" | "text" => format!("`{text}`"),
        "role" => format!("{{ role: {}, name: {text} }}", locator["role"].as_str().unwrap_or_default()),
        by => format!("{{ {by}: {text} }}"),
    };
    match locator.get("within") {
        None => own,
        Some(within) => format!("{own} within {}", said(within)),
    }
}

/// Whether a pattern matches all of a text.
fn whole(regex: &regex::Regex, text: &str) -> bool {
    regex.find_iter(text).any(|found| found.start() == 0 && found.end() == text.len())
}

/// Whether real keys can be typed into such a control and mean their letters, whatever the browser's locale.
fn takes_keys(kind: &str) -> bool {
    !matches!(
        kind,
        "checkbox"
            | "radio"
            | "select"
            | "date"
            | "time"
            | "datetime-local"
            | "month"
            | "week"
            | "range"
            | "color"
            | "file"
    )
}

/// The names that are most like what was looked for; the first ones where none is.
fn nearest(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &String)> = names
        .iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let part = !wanted.is_empty() && (lower.contains(&wanted) || wanted.contains(&lower));
            (if part { 1.0 } else { strsim::jaro_winkler(&wanted, &lower) }, name)
        })
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored.into_iter().take(5).map(|(_, name)| name.clone()).collect()
}

//! Observing the page: waiting for what is expected, judging the values that it shows, and keeping some of them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::batch::{op, read};
use super::bench::Doer;
use crate::recipe::model::{Locator, PageCapture, Test};
use crate::record::Value;
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::{Done, Reading, Seen};
use crate::target::browser::render::{Asked, Judge};
use crate::target::browser::session::Ran;
use crate::target::browser::value;
use crate::target::fill::Filling;
use crate::target::site::Site;
use crate::target::{Captures, Difference, NOT_ON_PAGE, Trouble};

impl Doer<'_> {
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
    pub fn met(&self, asked: &Asked<'_>, seen: &[Seen]) -> Result<(Option<usize>, Vec<Difference>), Trouble> {
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

    pub(super) fn judged(&self, judge: &Judge<'_>, found: Option<&str>) -> Result<Option<Difference>, Trouble> {
        match judge {
            Judge::Page => Ok(None),
            Judge::Matches(regex, what) => Ok((!found.is_some_and(|found| whole(regex, found))).then(|| Difference {
                what: (*what).to_owned(),
                expected: format!("like `{}`", regex.as_str()),
                found: found.map_or_else(|| NOT_ON_PAGE.to_owned(), |found| format!("`{found}`")),
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
        let none = if matches!(test, Test::Exists(_)) { "not there" } else { NOT_ON_PAGE };
        let found = found.map_or_else(|| none.to_owned(), |found| format!("`{found}`"));
        Ok((!passes).then(|| Difference { what: what.to_owned(), expected: words, found }))
    }

    /// Keeps values of the page.
    pub(super) async fn capture(
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
    pub fn readings(&self, wanted: &[PageCapture], within: Option<&Locator>) -> Result<Vec<Reading>, Trouble> {
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
}

/// Whether a pattern matches all of a text.
fn whole(regex: &regex::Regex, text: &str) -> bool {
    regex.find_iter(text).any(|found| found.start() == 0 && found.end() == text.len())
}

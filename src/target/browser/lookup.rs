//! Looking up whether an entry is there. "No" must be certain, for it allows another write: the page must say so itself,
//! and rest; whatever else it shows is *unsure*.

use std::time::Instant;

use serde_json::json;

use super::BrowserTrouble;
use super::page::{Done, Test};
use super::perform::{Doer, read};
use super::render::Words;
use super::session::Ran;
use super::target::{BrowserTarget, lost};
use crate::recipe::model::BrowserLookup;
use crate::target::{Captures, Class, Failure, Job, Looked, Trouble};

/// How long a page that is still being drawn by scripts must not change before it is believed.
const STILL: u64 = 250;

/// The end of a look-up that could be asked.
enum Answer {
    Found(Captures, Vec<crate::target::Difference>),
    None,
    Unsure(Trouble),
}

impl BrowserTarget {
    /// Whether the entry is there.
    pub(super) async fn look_up(&self, job: Job<'_>) -> Looked {
        match self.try_look_up(job).await {
            Ok(Answer::Found(captures, differences)) => Looked::Found { captures, differences },
            Ok(Answer::None) => Looked::None,
            Ok(Answer::Unsure(trouble)) => Looked::Unsure(trouble),
            Err(failure) => Looked::Failed(failure),
        }
    }

    async fn try_look_up(&self, job: Job<'_>) -> Result<Answer, Failure> {
        let Some(lookup) = &self.part(job)?.lookup else {
            return Ok(Answer::Unsure(Trouble::Recipe("the part has no `lookup:`".to_owned())));
        };
        let mut lease = self.lease(job.held).await?;
        let done = match self.ready(&mut lease).await {
            Err(failure) => {
                job.held.put(lease);
                return Err(failure);
            }
            Ok(()) => match &mut lease.bench {
                None => Err(lost()),
                Some(bench) => {
                    bench.log = super::evidence::Log::new(bench.session.trips);
                    bench.forget();
                    bench.staged = None;
                    bench.session.away = true;
                    let mut doer =
                        Doer { target: self, bench, scope: job.scope, captures: Captures::new(), guarded: true };
                    doer.look(lookup).await
                }
            },
        };
        let result = match done {
            Ok(answer) => {
                if let (Some(bench), false) = (&mut lease.bench, matches!(answer, Answer::Unsure(_))) {
                    bench.session.login_proven = true;
                }
                match answer {
                    Answer::Unsure(trouble) => {
                        let failure = self.failed(&mut lease, Class::Unknown, trouble).await;
                        Ok(Answer::Unsure(failure.trouble))
                    }
                    answer => Ok(answer),
                }
            }
            Err(trouble) => Err(self.failed_before(&mut lease, trouble).await),
        };
        job.held.put(lease);
        result
    }
}

impl Doer<'_> {
    async fn look(&mut self, lookup: &BrowserLookup) -> Result<Answer, Trouble> {
        self.steps(&lookup.before).await?;
        let timeout = lookup.timeout.unwrap_or(self.target.settings().timeout);
        let within = lookup.within.as_ref();
        let (place, none, same) = {
            let overlay = self.target.overlay(self.scope, &self.captures);
            let renderer = self.target.renderer();
            let place = renderer.place(&lookup.found, Words::Text, within, &overlay)?;
            let none = renderer.conditions(&lookup.none, within, &overlay)?;
            let same: Vec<super::page::Reading> = lookup
                .same
                .iter()
                .map(|one| renderer.reading(&one.reading, None, &overlay))
                .collect::<Result<_, _>>()?;
            (place, none, same)
        };
        let captures = self.readings(&lookup.capture, None)?;
        let found = Test {
            is: "seen",
            at: Some(place.clone()),
            text: None,
            from: "element",
            attribute: None,
            first: false,
            optional: false,
        };
        let begun = Instant::now();
        let end = begun + timeout;
        let mut previous: Option<String> = None;
        let (seen, same_done, captured) = loop {
            let left = end.saturating_duration_since(Instant::now());
            let milliseconds = left.as_millis() as u64;
            let mut steps = vec![json!({
                "do": "observe", "sets": [[[found]], none.page], "still": STILL, "timeout": milliseconds,
                "previous": previous, "show": "look up",
            })];
            // What stands at the found entry is read in the same call.
            steps.push(json!({
                "do": "read", "root": place, "readings": same, "lenient": true, "onlyMet": 0, "timeout": 1000,
            }));
            steps.push(json!({ "do": "read", "root": place, "readings": captures, "timeout": 1000 }));
            match self.ask(steps, left + std::time::Duration::from_secs(2)).await? {
                Ran::Dialog(text) => return Err(self.unexpected(text).await),
                Ran::Gone if Instant::now() >= end => {
                    return Err(BrowserTrouble::NotLoaded("the page is replaced again and again".to_owned()).into());
                }
                Ran::Gone => {}
                Ran::Answer(answer) => {
                    let mut results = read(answer)?.results.into_iter();
                    let seen = results.next().unwrap_or_default();
                    let judged_none = match seen.sets.get(1) {
                        Some(set) => self.met(&none, set)?.0.is_some(),
                        None => false,
                    };
                    let any = judged_none || seen.sets.first().is_some_and(|set| set.iter().any(|one| one.met));
                    if any || seen.state != "met" || Instant::now() >= end {
                        break (seen, results.next(), results.next());
                    }
                    previous = Some(seen.shape);
                }
            }
        };
        self.bench.log.add("look up", begun, None);
        self.answer(lookup, &none, seen, same_done, captured)
    }

    fn answer(
        &self,
        lookup: &BrowserLookup,
        none: &super::render::Asked<'_>,
        seen: Done,
        same: Option<Done>,
        captured: Option<Done>,
    ) -> Result<Answer, Trouble> {
        match seen.state.as_str() {
            "login" => return Err(BrowserTrouble::LoginPage(self.bench.session.address.clone()).into()),
            "broken" => return Err(BrowserTrouble::NotLoaded(seen.words).into()),
            _ => {}
        }
        let found = seen.sets.first().and_then(|set| set.first()).and_then(|one| one.tests.first());
        let count = found.filter(|test| test.met).map_or(0, |test| test.count);
        let no = match seen.sets.get(1) {
            Some(set) => self.met(none, set)?.0.is_some(),
            None => false,
        };
        match (count, no) {
            (0, true) => Ok(Answer::None),
            (0, false) => match seen.status {
                // A server that is not well is asked again.
                Some(status @ (408 | 429 | 500..)) => {
                    Err(BrowserTrouble::ErrorPage { status, words: seen.words, redirected: seen.redirected }.into())
                }
                _ => Ok(Answer::Unsure(BrowserTrouble::Neither(self.bench.session.address.clone()).into())),
            },
            (_, true) => Ok(Answer::Unsure(BrowserTrouble::Both.into())),
            (1, false) => {
                let captured = captured.unwrap_or_default();
                let mut captures = self.captures.clone();
                match self.captured(&lookup.capture, &captured) {
                    Ok(more) => captures.extend(more),
                    Err(trouble) => return Ok(Answer::Unsure(trouble)),
                }
                let values = same.and_then(|done| done.values).unwrap_or_default();
                let mut differences = Vec::new();
                for (at, one) in lookup.same.iter().enumerate() {
                    let value = values.get(at).and_then(|read| read.value.as_deref());
                    differences.extend(self.compare(&one.test, &one.what, &one.span, value)?);
                }
                Ok(Answer::Found(captures, differences))
            }
            (several, false) => Ok(Answer::Unsure(Trouble::Several(several))),
        }
    }
}

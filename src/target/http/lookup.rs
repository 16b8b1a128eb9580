//! Looking up whether an entry is there. "No" must be certain, for it allows another write; so whatever is not clear is
//! *unsure*: no list in the answer, two found, pages that were not read.

use reqwest::header::LINK;
use serde_json::Value as Json;
use url::Url;

use super::answer::{Answer, Reading};
use super::capture::captures;
use super::condition::Conditions;
use super::judge::{Verdict, judge};
use super::render::RequestSpec;
use super::session::Session;
use super::steps::{Standing, follow};
use super::target::HttpTarget;
use crate::expression::Scope;
use crate::recipe::model::{HttpCall, JsonPath, Lookup, NextPage};
use crate::target::{Captures, Class, Difference, Failure, Looked, Trouble};

/// Why a look-up came to no result.
enum Stopped {
    Failed(Failure),
    Unsure(Trouble),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Stopped::Failed(failure)
    }
}

impl HttpTarget {
    /// Whether the entry is there.
    pub(super) async fn look_up(&self, lookup: Option<&Lookup>, scope: &(dyn Scope + Sync)) -> Looked {
        let Some(lookup) = lookup else {
            return Looked::Unsure(Trouble::Recipe("the part has no `lookup:`".to_owned()));
        };
        match self.try_look_up(lookup, scope).await {
            Ok(looked) => looked,
            Err(Stopped::Failed(failure)) => Looked::Failed(failure),
            Err(Stopped::Unsure(trouble)) => Looked::Unsure(trouble),
        }
    }

    async fn try_look_up(&self, lookup: &Lookup, scope: &(dyn Scope + Sync)) -> Result<Looked, Stopped> {
        let before = self.read_all(&lookup.before, scope).await?;
        let session = self.ready().await?;
        let Some(spec) = self.spec(&session, &lookup.step, scope, &before)? else {
            return Err(Stopped::Unsure(Trouble::Recipe("`when:` leaves the look-up out".to_owned())));
        };
        let Some(list) = &lookup.list else {
            let answer = self.ask(&session, &lookup.step, spec).await?;
            if answer.status == 404 && answer.redirect().is_none() {
                return Ok(Looked::None);
            }
            self.check(&session, &lookup.step, &answer, scope, &before)?;
            return self.found(lookup, &session, &answer, None, scope, &before);
        };
        self.pages(lookup, list, &session, spec, scope, &before).await
    }

    /// Reads pages until two entries are found or the last page is.
    async fn pages(
        &self,
        lookup: &Lookup,
        list: &JsonPath,
        session: &Session,
        first: RequestSpec,
        scope: &(dyn Scope + Sync),
        before: &Captures,
    ) -> Result<Looked, Stopped> {
        let most = lookup.pages.as_ref().map_or(1, |pages| pages.max.max(1));
        let mut spec = first;
        let mut found: Option<(Answer, Json)> = None;
        for read in 1..=most {
            if let Some(NextPage::Counted { param, first }) = lookup.pages.as_ref().map(|pages| &pages.next) {
                set_parameter(&mut spec.url, param, &(u64::from(*first) + u64::from(read - 1)).to_string());
            }
            let answer = self.ask(session, &lookup.step, spec.clone()).await?;
            self.check(session, &lookup.step, &answer, scope, before)?;
            let (next, items) = {
                let reading = Reading::new(&answer);
                let json = reading.json().map_err(Stopped::Unsure)?;
                let items = entries(list, json).ok_or_else(|| Stopped::Unsure(Trouble::NoList(list.source.clone())))?;
                let next = match &lookup.pages {
                    None => Next::Last,
                    Some(pages) => next_page(&pages.next, &answer, json, items.len(), &spec.url),
                };
                (next, items.into_iter().cloned().collect::<Vec<Json>>())
            };
            let count = items.len() + usize::from(found.is_some());
            if count > 1 {
                return Err(Stopped::Unsure(Trouble::Several(count)));
            }
            if let Some(item) = items.into_iter().next() {
                found = Some((answer, item));
            }
            match next {
                Next::Last => {
                    return match found {
                        None => Ok(Looked::None),
                        Some((answer, item)) => self.found(lookup, session, &answer, Some(&item), scope, before),
                    };
                }
                Next::Same => {}
                Next::Page(url) if url.origin() == spec.url.origin() && url != spec.url => spec.url = url,
                Next::Page(_) | Next::Broken => return Err(Stopped::Unsure(Trouble::Pages(read))),
            }
        }
        Err(Stopped::Unsure(Trouble::Pages(most)))
    }

    async fn ask(&self, session: &Session, step: &HttpCall, spec: RequestSpec) -> Result<Answer, Stopped> {
        match self.transport.send(spec, session, follow(step, Standing::Read)).await {
            Ok(answer) => Ok(answer),
            Err((_, trouble @ (Trouble::Unreadable { .. } | Trouble::TooLarge(_)))) => Err(Stopped::Unsure(trouble)),
            Err((class, trouble)) => Err(Stopped::Failed(self.failure(class, trouble, None))),
        }
    }

    /// Whether the answer is one to a look-up at all. What asking again may cure is a failure, all else is unsure.
    fn check(
        &self,
        session: &Session,
        step: &HttpCall,
        answer: &Answer,
        scope: &(dyn Scope + Sync),
        before: &Captures,
    ) -> Result<(), Stopped> {
        let overlay = self.overlay(scope, session, before);
        let filler = self.filler();
        let conditions = Conditions { filler: &filler, scope: &overlay };
        match self.settle(judge(step, &Reading::new(answer), &conditions), session) {
            Verdict::Done => Ok(()),
            Verdict::Accepted => Err(Stopped::Unsure(Trouble::Status(answer.status))),
            Verdict::Failed(class, trouble) | Verdict::Forbidden(class, trouble) => {
                let failure = self.failure(class, trouble, Some(answer));
                Err(match (failure.class, &failure.trouble) {
                    (Class::NotSubmitted | Class::Login, _) => Stopped::Failed(failure),
                    (_, Trouble::Status(408 | 500..)) => Stopped::Failed(failure),
                    _ => Stopped::Unsure(failure.trouble),
                })
            }
        }
    }

    fn found(
        &self,
        lookup: &Lookup,
        session: &Session,
        answer: &Answer,
        entry: Option<&Json>,
        scope: &(dyn Scope + Sync),
        before: &Captures,
    ) -> Result<Looked, Stopped> {
        let reading = Reading::new(answer);
        let captured = captures(&lookup.step.capture, &reading, entry).map_err(Stopped::Unsure)?;
        let overlay = self.overlay(scope, session, before);
        let filler = self.filler();
        let conditions = Conditions { filler: &filler, scope: &overlay };
        let mut differences: Vec<Difference> = Vec::new();
        if !lookup.same.is_empty() {
            let json = match entry {
                Some(entry) => entry,
                None => reading.json().map_err(Stopped::Unsure)?,
            };
            for (path, test) in &lookup.same {
                let difference = conditions.path(path, test, json, &lookup.step.span).map_err(Stopped::Unsure)?;
                differences.extend(difference);
            }
        }
        // What the steps before captured may be needed by the steps after, like the rest.
        let mut all = before.clone();
        all.extend(captured);
        Ok(Looked::Found { captures: all, differences })
    }
}

/// What comes after a page.
enum Next {
    /// Nothing.
    Last,
    /// The same address with the next number.
    Same,
    /// This address.
    Page(Url),
    /// A page that cannot be reached.
    Broken,
}

fn next_page(next: &NextPage, answer: &Answer, json: &Json, count: usize, asked: &Url) -> Next {
    match next {
        NextPage::Counted { .. } if count == 0 => Next::Last,
        NextPage::Counted { .. } => Next::Same,
        NextPage::Path(path) => match path.path.query(json).all().as_slice() {
            [] | [Json::Null] => Next::Last,
            [Json::String(text)] if text.is_empty() => Next::Last,
            // Some systems say `false` or give an empty object for "no more"; that is not agreed, so it is not guessed.
            [Json::String(text)] => asked.join(text).map_or(Next::Broken, Next::Page),
            _ => Next::Broken,
        },
        NextPage::LinkHeader => {
            let mut links = answer.headers.get_all(LINK).iter();
            match links.find_map(|value| next_link(&String::from_utf8_lossy(value.as_bytes()))) {
                None => Next::Last,
                Some(target) => answer.url.join(&target).map_or(Next::Broken, Next::Page),
            }
        }
    }
}

/// The target of the link with `rel="next"` (RFC 8288 section 3).
fn next_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>')?;
        let target = &rest[start + 1..end];
        let parameters = &rest[end + 1..];
        let stop = end_of_link(parameters);
        for parameter in parameters[..stop].split(';') {
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').split_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
            {
                return Some(target.to_owned());
            }
        }
        rest = &parameters[stop..];
    }
    None
}

/// The comma that ends a link; those in quotes do not.
fn end_of_link(parameters: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in parameters.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => return at,
            _ => {}
        }
    }
    parameters.len()
}

/// The entries of a page; none where the path leads to no list.
fn entries<'j>(list: &JsonPath, json: &'j Json) -> Option<Vec<&'j Json>> {
    match list.path.query(json).all().as_slice() {
        [Json::Array(items)] => Some(items.iter().collect()),
        _ => None,
    }
}

fn set_parameter(url: &mut Url, name: &str, value: &str) {
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(other, _)| other != name).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    url.set_query(None);
    super::render::append_query(url, &kept);
    super::render::append_query(url, &[(name.to_owned(), value.to_owned())]);
}

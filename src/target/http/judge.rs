//! What an answer means: the failure table of the design, in one pure function.
//!
//! The order in which an answer is looked at matters:
//! 1. `refused:` and then `exists:` of the recipe, whatever the status: many systems say "no" with a 200.
//! 2. A redirect to a login page. A form that answers a write with `302` does so for an expired session too, so this
//!    comes before an `expect: { status: 302 }`.
//! 3. An `expect:` that names this status and is met: the recipe knows better than the table (`204` or `404` of a delete).
//! 4. The status, by the table.
//! 5. For a 2xx: the rest of `expect:`. Not met is *unknown*, for the write may have taken.
//! 6. The captures (by the caller). A missing one is *unknown* too.

use std::time::SystemTime;

use super::answer::Reading;
use super::condition::{Conditions, cut};
use crate::recipe::model::{Condition, HttpCall};
use crate::target::{Class, Trouble};

/// What an answer means.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// As expected.
    Done,
    /// 202: the target will do it.
    Accepted,
    /// 403 without more: an expired session (CSRF) the first time, a refusal after that. The caller knows which.
    Forbidden(Class, Trouble),
    /// Anything else.
    Failed(Class, Trouble),
}

/// What an answer to a step means.
pub(super) fn judge(step: &HttpCall, reading: &Reading<'_>, conditions: &Conditions<'_>) -> Verdict {
    match look(step, reading, conditions) {
        Ok(verdict) => verdict,
        // A condition could not be decided: nobody knows what the answer means.
        Err(trouble) => Verdict::Failed(Class::Unknown, trouble),
    }
}

fn look(step: &HttpCall, reading: &Reading<'_>, conditions: &Conditions<'_>) -> Result<Verdict, Trouble> {
    let status = reading.answer.status;
    if let Some(condition) = conditions.first_met(&step.refused, reading)? {
        let reason = own_words(condition, reading);
        return Ok(Verdict::Failed(Class::Refused, Trouble::Refused { status, reason, by_recipe: true }));
    }
    if conditions.first_met(&step.exists, reading)?.is_some() {
        return Ok(Verdict::Failed(Class::Exists, Trouble::Exists(status)));
    }
    if let Some(page) = reading.answer.login_page() {
        let page = Some(page.path().to_owned());
        return Ok(Verdict::Failed(Class::Login, Trouble::LoginNeeded { status, page }));
    }
    if let Some(met) = conditions.first_met(&step.expect, reading)?
        && !met.status.is_empty()
    {
        return Ok(if status == 202 && step.wait_until.is_some() { Verdict::Accepted } else { Verdict::Done });
    }
    if let Some(verdict) = by_status(step, reading) {
        return Ok(verdict);
    }
    let differences = conditions.nearest(&step.expect, reading)?;
    Ok(if differences.is_empty() {
        Verdict::Done
    } else {
        Verdict::Failed(Class::Unknown, Trouble::Expected { status, differences })
    })
}

/// The table; none for a 2xx, of which `expect:` must say more.
fn by_status(step: &HttpCall, reading: &Reading<'_>) -> Option<Verdict> {
    let answer = reading.answer;
    let status = answer.status;
    let refused = || Trouble::Refused { status, reason: usual_words(reading), by_recipe: false };
    let later = || Verdict::Failed(Class::NotSubmitted, Trouble::Later(status));
    Some(match status {
        202 if step.wait_until.is_some() => Verdict::Accepted,
        202 => Verdict::Failed(Class::Unknown, Trouble::Status(status)),
        200..=299 => return None,
        300..=399 => {
            let trouble = match answer.redirect() {
                Some(to) => Trouble::Redirect { status, to: without_query(to) },
                None => Trouble::Status(status),
            };
            Verdict::Failed(Class::Unknown, trouble)
        }
        401 | 407 => Verdict::Failed(Class::Login, Trouble::LoginNeeded { status, page: None }),
        403 => Verdict::Forbidden(Class::Refused, refused()),
        408 => Verdict::Failed(Class::Unknown, Trouble::Status(status)),
        409 | 412 => Verdict::Failed(Class::Exists, Trouble::Exists(status)),
        421 | 423 | 425 | 429 => later(),
        503 if answer.retry_after(SystemTime::now()).is_some() => later(),
        400..=499 | 501 => Verdict::Failed(Class::Refused, refused()),
        _ => Verdict::Failed(Class::Unknown, Trouble::Status(status)),
    })
}

/// A query may hold tokens.
fn without_query(mut url: url::Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// The target's words where the recipe says that they stand.
fn own_words(condition: &Condition, reading: &Reading<'_>) -> Option<String> {
    let Some(path) = &condition.reason else { return usual_words(reading) };
    let nodes = path.path.query(reading.json().ok()?).all();
    let words: Vec<String> =
        nodes.into_iter().map(|node| node.as_str().map_or_else(|| node.to_string(), str::to_owned)).collect();
    if words.is_empty() { None } else { Some(cut(&words.join("; "), 500)) }
}

/// The target's words where many systems put them (RFC 9457 among them). Only shown, never decided by.
fn usual_words(reading: &Reading<'_>) -> Option<String> {
    let json = reading.json().ok()?;
    let places = ["/detail", "/message", "/error/message", "/error_description", "/error", "/title"];
    let words = places.iter().find_map(|place| json.pointer(place)?.as_str())?;
    Some(cut(words, 500))
}

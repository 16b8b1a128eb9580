//! Doing one step: render, send, judge, capture.

use super::answer::{Answer, Reading};
use super::call::Follow;
use super::capture::captures;
use super::condition::{Conditions, status_is};
use super::judge::{Verdict, judge};
use super::session::Session;
use super::target::HttpTarget;
use super::unroll::{Unrolled, unroll};
use crate::expression::Scope;
use crate::recipe::model::{Effect, HttpCall, HttpStep};
use crate::target::{Captures, Class, Failure, Trouble};

/// The end of a step that went well.
#[derive(Debug, Default)]
pub(super) struct Performed {
    /// What it captured.
    pub captures: Captures,
    /// The answer's status; none where `when:` left the step out.
    pub status: Option<u16>,
    /// Whether the target only accepted it (202).
    pub accepted: bool,
}

/// As what a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The write.
    Write,
    /// A harmless step.
    Read,
    /// The question whether an accepted write is done.
    Poll,
    /// A step of the login.
    Login,
}

impl HttpTarget {
    /// Harmless steps in order; each sees what those before captured.
    pub(super) async fn read_all(&self, steps: &[HttpStep], scope: &(dyn Scope + Sync)) -> Result<Captures, Failure> {
        let mut all = Captures::new();
        for call in self.unrolled(steps, scope)? {
            let session = self.ready().await?;
            let performed = self.perform_one(&session, &call, scope, &all, Standing::Read).await?;
            all.extend(performed.captures);
        }
        Ok(all)
    }

    /// The calls of steps in order, those of loops as often as they are made.
    pub(super) fn unrolled<'r>(
        &self,
        steps: &'r [HttpStep],
        scope: &(dyn Scope + Sync),
    ) -> Result<Vec<Unrolled<'r>>, Failure> {
        unroll(steps, &self.filler(), scope).map_err(|trouble| self.failure(Class::Refused, trouble, None))
    }

    /// One of these calls in a session.
    pub(super) async fn perform_one(
        &self,
        session: &Session,
        call: &Unrolled<'_>,
        scope: &(dyn Scope + Sync),
        before: &Captures,
        standing: Standing,
    ) -> Result<Performed, Failure> {
        let is_done = call.is_done(&self.filler(), &self.overlay(scope, session, before));
        if !is_done.map_err(|trouble| self.failure(Class::Refused, trouble, None))? {
            return Ok(Performed::default());
        }
        self.perform_in(session, call.call, &call.over(scope), before, standing).await
    }

    /// One step in the session at hand, which is opened first where there is none.
    pub(super) async fn perform(
        &self,
        step: &HttpCall,
        scope: &(dyn Scope + Sync),
        before: &Captures,
        standing: Standing,
    ) -> Result<Performed, Failure> {
        let session = self.ready().await?;
        self.perform_in(&session, step, scope, before, standing).await
    }

    /// One step in a session.
    pub(super) async fn perform_in(
        &self,
        session: &Session,
        step: &HttpCall,
        scope: &(dyn Scope + Sync),
        before: &Captures,
        standing: Standing,
    ) -> Result<Performed, Failure> {
        let Some(answer) = self.exchange(session, step, scope, before, standing).await? else {
            return Ok(Performed::default());
        };
        let overlay = self.overlay(scope, session, before);
        let filler = self.filler();
        let conditions = Conditions { filler: &filler, scope: &overlay };
        let reading = Reading::new(&answer);
        let accepted = match self.settle(judge(step, &reading, &conditions), session) {
            Verdict::Done => false,
            // Whoever asks whether it is done and hears 202 knows that it is not.
            Verdict::Accepted => true,
            Verdict::Failed(Class::Unknown, Trouble::Status(202)) if standing == Standing::Poll => true,
            Verdict::Failed(class, trouble) | Verdict::Forbidden(class, trouble) => {
                return Err(self.failure(class, trouble, Some(&answer)));
            }
        };
        if accepted && standing == Standing::Poll {
            return Ok(Performed { accepted, status: Some(answer.status), captures: Captures::new() });
        }
        let captured = captures(&step.capture, &reading, None)
            .map_err(|trouble| self.failure(Class::Unknown, trouble, Some(&answer)))?;
        Ok(Performed { captures: captured, status: Some(answer.status), accepted })
    }

    /// Sends a step; none where `when:` leaves it out.
    pub(super) async fn exchange(
        &self,
        session: &Session,
        step: &HttpCall,
        scope: &(dyn Scope + Sync),
        before: &Captures,
        standing: Standing,
    ) -> Result<Option<Answer>, Failure> {
        let Some(spec) = self.spec(session, step, scope, before)? else { return Ok(None) };
        match self.transport.send(spec, session, follow(step, standing)).await {
            Ok(answer) => Ok(Some(answer)),
            Err((class, trouble)) => Err(self.failure(class, trouble, None)),
        }
    }

    /// The request of a step. Not being able to make one is a refusal: for certain nothing was sent.
    pub(super) fn spec(
        &self,
        session: &Session,
        step: &HttpCall,
        scope: &(dyn Scope + Sync),
        before: &Captures,
    ) -> Result<Option<super::render::RequestSpec>, Failure> {
        let overlay = self.overlay(scope, session, before);
        let renderer = self.renderer();
        let spec = match renderer.step(step, &overlay) {
            Ok(None) => return Ok(None),
            Ok(Some(rendered)) => renderer.spec(step, rendered),
            Err(trouble) => Err(trouble),
        };
        spec.map(Some).map_err(|trouble| self.failure(Class::Refused, trouble, None))
    }

    /// Decides what a 403 means under a session.
    pub(super) fn settle(&self, verdict: Verdict, session: &Session) -> Verdict {
        match verdict {
            Verdict::Forbidden(_, trouble) if self.forbidden_means_login(session.number) => {
                let status = if let Trouble::Refused { status, .. } = trouble { status } else { 403 };
                Verdict::Failed(Class::Login, Trouble::LoginNeeded { status, page: None })
            }
            Verdict::Forbidden(class, trouble) => Verdict::Failed(class, trouble),
            other => other,
        }
    }
}

/// Writes follow no redirect, and neither does a step that expects one.
pub(super) fn follow(step: &HttpCall, standing: Standing) -> Follow {
    let expects_redirect =
        step.expect.any.iter().any(|condition| {
            (300..400).any(|status| condition.status.iter().any(|pattern| status_is(*pattern, status)))
        });
    match standing {
        _ if expects_redirect => Follow::None,
        Standing::Login => Follow::Login,
        Standing::Write => Follow::None,
        Standing::Read | Standing::Poll if step.effect != Effect::Read => Follow::None,
        Standing::Read | Standing::Poll => Follow::Reads,
    }
}

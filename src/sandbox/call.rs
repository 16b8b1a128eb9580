//! One request on its way to a handler: who sent it, what it is to write, and the faults that it meets. Handlers write
//! through [`Call::perform`], which is where an answer gets lost and a commit gets late.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::door::Identity;
use super::erp::{Change, Refusal, Write, Written};
use super::faults::Fault;
use super::intent::Intent;
use super::ledger::{Members, Note};
use super::line::Line;
use super::office::Office;

/// What handlers need to know of their request.
#[derive(Clone)]
pub(super) struct Call {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) office: Arc<Office>,
    pub(super) line: Line,
    /// Who sent it, if that is known; always on paths that need a login.
    pub(super) identity: Option<Identity>,
    /// What it is to write, as far as method and path tell.
    pub(super) intent: Option<Intent>,
    /// [`Fault::LostAnswer`] or [`Fault::LateCommit`].
    pub(super) fault: Option<Fault>,
    /// How long searches do not show what it makes.
    pub(super) hidden_for: Option<Duration>,
    pub(super) idempotency_key: Option<String>,
}

impl Call {
    pub(super) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    pub(super) fn identity(&self) -> Option<&Identity> {
        self.inner.identity.as_ref()
    }

    /// How long searches do not show what it makes.
    pub(super) fn hidden_for(&self) -> Option<Duration> {
        self.inner.hidden_for
    }

    /// The fault that the answer to a write meets.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.inner.fault
    }

    /// The `Idempotency-Key` that it came with.
    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.inner.idempotency_key.as_deref()
    }

    /// Whether a write with a known idempotency key gets the stored answer.
    pub(super) fn is_idempotent(&self) -> bool {
        self.inner.office.options.idempotency
    }

    /// Whether the same supplier and number is refused a second time.
    pub(super) fn refuses_duplicates(&self) -> bool {
        self.inner.office.refuses_duplicates()
    }

    /// Closes the connection without an answer.
    pub(super) fn cut(&self) {
        self.inner.line.cut();
    }

    /// The write with what the request came with.
    pub(super) fn write(&self, change: Change) -> Write {
        let office = &self.inner.office;
        Write {
            change,
            idempotency_key: self.inner.idempotency_key.clone(),
            fault: self.inner.fault,
            hidden_for: self.inner.hidden_for,
            refuse_duplicate: office.refuses_duplicates(),
            idempotent: office.options.idempotency,
        }
    }

    /// Writes an invoice, now or late, and answers, or not.
    pub(super) fn perform(&self, change: Change) -> Result<Written, Refusal> {
        let write = self.write(change);
        self.commit(move |office| office.erp.write(write, &office.ledger)).unwrap_or(Err(Refusal::Unanswered))
    }

    /// Does a write, now or late; nothing where nobody will read the answer: then only the ledger knows what came of it.
    pub(super) fn commit<T>(&self, write: impl FnOnce(&Office) -> T + Send + 'static) -> Option<T> {
        let office = &self.inner.office;
        match self.inner.fault {
            Some(Fault::LateCommit(by)) => {
                self.cut();
                let office = Arc::clone(office);
                tokio::spawn(async move {
                    tokio::time::sleep(by).await;
                    write(&office);
                });
                None
            }
            Some(Fault::LostAnswer) => {
                self.cut();
                write(office);
                None
            }
            _ => Some(write(office)),
        }
    }

    /// Notes in the ledger that the write, if it is one, was refused before the store saw it; `body` is what could be
    /// read of it.
    pub(super) fn turned_away(&self, status: StatusCode, body: &Members) {
        let Some(intent) = &self.inner.intent else { return };
        let note = Note {
            system: intent.system,
            kind: intent.kind,
            id: intent.id,
            body: Arc::clone(body),
            idempotency_key: self.inner.idempotency_key.clone(),
            fault: None,
            took: false,
            status: Some(status.as_u16()),
        };
        self.inner.office.ledger.add(note, body);
    }
}

/// The gate puts a call into every request that it lets pass.
impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Call>().cloned().expect("the gate stands before every handler that takes a call"))
    }
}

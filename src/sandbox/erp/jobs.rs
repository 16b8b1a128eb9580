//! Jobs: invoices that are accepted at once and entered a little later, as systems with a queue do it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::store::{Change, Refusal, Write};
use crate::sandbox::answer::{self, JsonObject};
use crate::sandbox::call::Call;
use crate::sandbox::faults::Fault;
use crate::sandbox::office::Office;

/// All jobs so far; a job's number is its place, from 1.
#[derive(Debug, Default)]
pub(super) struct Jobs(Mutex<Vec<Job>>);

#[derive(Clone, Debug)]
enum Job {
    Pending,
    Done { invoice_id: u64 },
    Failed(Refusal),
}

impl Jobs {
    fn add(&self) -> usize {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push(Job::Pending);
        jobs.len()
    }

    fn end(&self, number: usize, end: Job) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = number.checked_sub(1).and_then(|at| jobs.get_mut(at)) {
            *job = end;
        }
    }

    fn get(&self, number: usize) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number.checked_sub(1)?).cloned()
    }
}

/// `POST /api/jobs/invoices`: 202 at once, the write a little later.
pub(in crate::sandbox) async fn create(
    State(office): State<Arc<Office>>,
    call: Call,
    JsonObject(fields): JsonObject,
) -> Response {
    let write = call.write(Change::Create { fields });
    match call.fault() {
        Some(Fault::LateCommit(by)) => {
            call.cut();
            tokio::spawn(async move {
                tokio::time::sleep(by).await;
                start(office, write);
            });
            return answer::nobody();
        }
        Some(Fault::LostAnswer) => call.cut(),
        _ => {}
    }
    let number = start(office, write);
    let location = format!("/api/jobs/{number}");
    let body = json!({ "job_id": number, "state": "pending" });
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], axum::Json(body)).into_response()
}

/// Starts a job and answers its number.
fn start(office: Arc<Office>, write: Write) -> usize {
    let number = office.erp.jobs.add();
    tokio::spawn(async move {
        tokio::time::sleep(office.options.job_time).await;
        let end = match office.erp.write(write, &office.ledger) {
            Ok(written) => Job::Done { invoice_id: written.invoice.id },
            Err(refusal) => Job::Failed(refusal),
        };
        office.erp.jobs.end(number, end);
    });
    number
}

/// `GET /api/jobs/{id}`.
pub(in crate::sandbox) async fn show(State(office): State<Arc<Office>>, Path(id): Path<String>) -> Response {
    let Some((number, job)) = id.parse().ok().and_then(|number| Some((number, office.erp.jobs.get(number)?))) else {
        return answer::error(StatusCode::NOT_FOUND, &format!("there is no job {id}"));
    };
    let mut body = json!({ "job_id": number, "state": "pending" });
    match job {
        Job::Pending => {}
        Job::Done { invoice_id } => {
            body["state"] = json!("done");
            body["invoice_id"] = json!(invoice_id);
        }
        Job::Failed(refusal) => {
            body["state"] = json!("failed");
            body["error"] = answer::refusal_body(&refusal);
        }
    }
    axum::Json(body).into_response()
}

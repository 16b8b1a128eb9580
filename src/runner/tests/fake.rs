//! A target that does as a test says: it answers from a queue for each kind of call, and writes down who called what in
//! which order with which idempotency key.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::expression::Name;
use crate::record::Value;
use crate::target::{
    Captures, Class, Difference, Doing, Failure, Job, Looked, Mode, Polled, Receipt, Submitted, Target, Trouble,
    Verified,
};

/// Told the call as it is written down.
pub type OnCall = Box<dyn Fn(&str) + Send>;

/// What all targets of a desk write down, in one order.
#[derive(Default)]
pub struct Book {
    /// `lookup RE-1`, `submit RE-1`, `update RE-1`, `login` …; with the target's name where there are several, and the
    /// part's number where it is not the first, and the element's where there is one.
    pub calls: Mutex<Vec<String>>,
    /// The idempotency keys of the writes, in order.
    pub keys: Mutex<Vec<String>>,
    /// What `${erp.invoice_id}` meant in each write, where a test asks for it.
    pub seen: Mutex<Vec<String>>,
    /// A call (as in `calls`) at which the run is killed; counted down to 0 by each such call.
    pub kill: Mutex<Option<(String, u32)>>,
    /// Told when that call is reached.
    pub killed: Notify,
    /// Told at each call; a test may stop the run there.
    pub on_call: Mutex<Option<OnCall>>,
}

/// The queues of one target.
#[derive(Default)]
pub struct Fake {
    /// Shown before the call, where there are several targets.
    pub label: String,
    pub book: Arc<Book>,
    pub submits: Mutex<VecDeque<Submitted>>,
    pub lookups: Mutex<VecDeque<Looked>>,
    pub verifies: Mutex<VecDeque<Verified>>,
    pub stages: Mutex<VecDeque<Result<Captures, Failure>>>,
    pub polls: Mutex<VecDeque<Polled>>,
    pub finishes: Mutex<VecDeque<Result<Captures, Failure>>>,
    pub log_ins: Mutex<VecDeque<Result<(), Failure>>>,
    pub login: AtomicU64,
    /// A capture of another target whose value each write notes down.
    pub look_at: Mutex<Option<Name>>,
}

impl Fake {
    /// Answers to the writes to come; those after the last one take.
    pub fn submits(&self, answers: impl IntoIterator<Item = Submitted>) -> &Self {
        self.submits.lock().unwrap().extend(answers);
        self
    }

    /// Answers to the look-ups to come; those after the last one find nothing.
    pub fn lookups(&self, answers: impl IntoIterator<Item = Looked>) -> &Self {
        self.lookups.lock().unwrap().extend(answers);
        self
    }

    /// Answers to the read-backs to come; those after the last one find all as it should be.
    pub fn verifies(&self, answers: impl IntoIterator<Item = Verified>) -> &Self {
        self.verifies.lock().unwrap().extend(answers);
        self
    }

    /// Writes the call down; never returns where the run is killed at it.
    async fn called(&self, what: &str, job: Option<Job<'_>>) {
        let call = match &job {
            Some(job) => {
                let number = match job.scope.value(&Name::Field(0)) {
                    Ok(value) => value.to_string(),
                    Err(why) => why,
                };
                let part = if job.part == 0 { String::new() } else { format!("#{}", job.part) };
                format!("{}{what} {number}{part}{}", self.label, element(job))
            }
            None => format!("{}{what}", self.label),
        };
        if let Some(on_call) = &*self.book.on_call.lock().unwrap() {
            on_call(&call);
        }
        let dies = match &mut *self.book.kill.lock().unwrap() {
            Some((at, left)) if *at == call => {
                *left -= 1;
                *left == 0
            }
            _ => false,
        };
        self.book.calls.lock().unwrap().push(call);
        if dies {
            self.book.killed.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

/// `[2]` for the element with this position.
pub fn element(job: &Job<'_>) -> String {
    match job.scope.value(&Name::Local("line".into())).unwrap().as_ref() {
        Value::Map(members) => {
            let (_, position) = members.iter().find(|(name, _)| &**name == "position").unwrap();
            format!("[{position}]")
        }
        _ => String::new(),
    }
}

fn next<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    queue.lock().unwrap().pop_front()
}

impl Target for Fake {
    fn prepare(&self, _job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
        Ok(Vec::new())
    }

    fn login(&self, seen: u64) -> Doing<'_, Result<u64, Failure>> {
        Box::pin(async move {
            if self.login.load(Ordering::SeqCst) > seen {
                return Ok(self.login.load(Ordering::SeqCst));
            }
            self.called("login", None).await;
            match next(&self.log_ins) {
                Some(Err(failure)) => Err(failure),
                _ => Ok(self.login.fetch_add(1, Ordering::SeqCst) + 1),
            }
        })
    }

    fn logins(&self) -> u64 {
        self.login.load(Ordering::SeqCst)
    }

    fn stage<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(async move {
            self.called("stage", Some(job)).await;
            next(&self.stages).unwrap_or(Ok(Captures::new()))
        })
    }

    fn submit<'a>(&'a self, job: Job<'a>) -> Doing<'a, Submitted> {
        Box::pin(async move {
            let key = job.scope.value(&Name::IdempotencyKey).unwrap().to_string();
            self.book.keys.lock().unwrap().push(key);
            if let Some(name) = &*self.look_at.lock().unwrap() {
                self.book.seen.lock().unwrap().push(job.scope.value(name).unwrap().to_string());
            }
            let what = if job.mode == Mode::Update { "update" } else { "submit" };
            self.called(what, Some(job)).await;
            next(&self.submits).unwrap_or_else(|| done("A1"))
        })
    }

    fn poll<'a>(&'a self, job: Job<'a>) -> Doing<'a, Polled> {
        Box::pin(async move {
            self.called("poll", Some(job)).await;
            next(&self.polls).unwrap_or(Polled::Done(Captures::new()))
        })
    }

    fn finish<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(async move {
            self.called("finish", Some(job)).await;
            next(&self.finishes).unwrap_or(Ok(Captures::new()))
        })
    }

    fn lookup<'a>(&'a self, job: Job<'a>) -> Doing<'a, Looked> {
        Box::pin(async move {
            self.called("lookup", Some(job)).await;
            next(&self.lookups).unwrap_or(Looked::None)
        })
    }

    fn verify<'a>(&'a self, job: Job<'a>) -> Doing<'a, Verified> {
        Box::pin(async move {
            self.called("verify", Some(job)).await;
            next(&self.verifies).unwrap_or(Verified::Same)
        })
    }
}

/// The capture `invoice_id`.
pub fn id(value: &str) -> Captures {
    vec![("invoice_id".into(), Value::text(value))]
}

/// It took, and got this id.
pub fn done(captured: &str) -> Submitted {
    Submitted::Done(Receipt { captures: id(captured), status: Some(201) })
}

/// A failure of a class.
pub fn failure(class: Class) -> Failure {
    let trouble = match class {
        Class::NotSubmitted => Trouble::Connect("connection refused".to_owned()),
        Class::Login => Trouble::LoginNeeded { status: 401, page: None },
        Class::Refused => {
            Trouble::Refused { status: 422, reason: Some("no such account".to_owned()), by_recipe: false }
        }
        Class::Exists => Trouble::Exists(409),
        Class::Unknown => Trouble::Timeout(Duration::from_secs(30)),
    };
    Failure { class, trouble, answer: None, retry_after: None }
}

/// A write that failed.
pub fn fails(class: Class) -> Submitted {
    Submitted::Failed(failure(class))
}

/// "Come back in so long."
pub fn later(wait: Duration) -> Submitted {
    let trouble = Trouble::Later(429);
    Submitted::Failed(Failure { class: Class::NotSubmitted, trouble, answer: None, retry_after: Some(wait) })
}

/// It is there as it should be.
pub fn same(captured: &str) -> Looked {
    Looked::Found { captures: id(captured), differences: Vec::new() }
}

fn total() -> Difference {
    Difference { what: "$.total".to_owned(), expected: "100".to_owned(), found: "90".to_owned() }
}

/// It is there, but with another total.
pub fn different() -> Looked {
    Looked::Found { captures: id("A1"), differences: vec![total()] }
}

/// The look-up does not tell.
pub fn unsure() -> Looked {
    Looked::Unsure(Trouble::Several(2))
}

/// The look-up itself failed.
pub fn look_fails(class: Class) -> Looked {
    Looked::Failed(failure(class))
}

/// It reads back with another total.
pub fn reads_different() -> Verified {
    Verified::Different(vec![total()])
}

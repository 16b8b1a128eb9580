//! The practice office, in the test's own process: the only witness of what was really written.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use eintrag::sandbox::{Fault, Kind, LedgerEntry, Options, Sandbox};
use tokio::runtime::Runtime;

use super::desk::Row;

/// A running office and the runtime that it runs on.
pub struct Office {
    // Dropped before the runtime.
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Office {
    /// An office with these faults.
    pub fn with(faults: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = Options { faults: faults.parse().unwrap(), ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        Self { sandbox, _runtime: runtime }
    }

    /// An office on a good day.
    pub fn new() -> Self {
        Self::with("")
    }

    pub fn url(&self) -> String {
        self.sandbox.url()
    }

    pub fn set_faults(&self, faults: &str) {
        self.sandbox.set_faults(faults.parse().unwrap());
    }

    /// Faults for the next writes, one each.
    pub fn next_faults(&self, faults: &[&str]) {
        for fault in faults {
            self.sandbox.next_fault(fault.parse::<Fault>().unwrap());
        }
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        self.sandbox.requests()
    }

    /// Ends all sessions.
    pub fn expire_sessions(&self) {
        self.sandbox.expire_sessions();
    }

    /// Sessions so far.
    pub fn logins(&self) -> u64 {
        self.sandbox.logins()
    }

    /// Every write that it got, whether it took or not.
    pub fn writes(&self) -> Vec<LedgerEntry> {
        self.sandbox.ledger()
    }

    /// How often each invoice number was really entered.
    pub fn entered(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for write in self.writes() {
            if write.took && write.kind == Kind::Create {
                *times.entry(write.number.unwrap_or_default()).or_default() += 1;
            }
        }
        times
    }

    /// What differs from "each of these exactly once, and nothing else": `RE-0007: 2 times`.
    pub fn differs_from(&self, rows: &[Row]) -> Vec<String> {
        let entered = self.entered();
        let missing = rows.iter().filter(|row| !entered.contains_key(&row.number)).map(|row| (&row.number, &0));
        let strange =
            entered.iter().filter(|(number, times)| **times != 1 || !rows.iter().any(|row| row.number == **number));
        missing.chain(strange).map(|(number, times)| format!("{number}: {times} times")).collect()
    }

    /// What was entered more than once.
    pub fn duplicates(&self) -> Vec<String> {
        self.entered().into_iter().filter(|(_, times)| *times > 1).map(|(number, _)| number).collect()
    }

    /// Asserts that each of these is there exactly once, with what the row says, and nothing else.
    #[track_caller]
    pub fn assert_has_each_once(&self, rows: &[Row], when: &str) {
        let differs = self.differs_from(rows);
        assert!(differs.is_empty(), "{when}: {differs:?}\nledger: {:#?}", self.writes());
        for write in self.writes().iter().filter(|write| write.took) {
            let row = rows.iter().find(|row| Some(&row.number) == write.number.as_ref()).unwrap();
            assert_eq!(write.body["total"].to_string(), row.total_as_json(), "{when}: {}", row.number);
        }
    }

    /// Waits until so many writes took. Late ones come after their connection was closed.
    #[track_caller]
    pub fn wait_for_entered(&self, count: usize) {
        let begin = Instant::now();
        while self.entered().values().sum::<usize>() < count {
            assert!(begin.elapsed() < Duration::from_secs(20), "the ledger has only {:#?}", self.writes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

//! A run of the program: its exit code, the JSON lines on stdout and the talk on stderr.

use std::collections::BTreeMap;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    /// None if it was killed.
    pub code: Option<i32>,
    pub lines: Vec<Json>,
    pub stderr: String,
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    fn from(output: Output) -> Self {
        let stdout = String::from_utf8(output.stdout).unwrap();
        Self {
            code: output.status.code(),
            // A run that was killed may leave a torn last line.
            lines: stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The lines of one kind.
    pub fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Json> {
        self.lines.iter().filter(move |line| line["kind"] == *kind)
    }

    /// The records that come from the input, not from an earlier run alone.
    pub fn records(&self) -> impl Iterator<Item = &Json> {
        self.of_kind("record").filter(|line| line.get("carried").is_none())
    }

    /// How many records of the input have each outcome.
    pub fn outcomes(&self) -> BTreeMap<String, u64> {
        let mut outcomes = BTreeMap::new();
        for record in self.records() {
            *outcomes.entry(record["outcome"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        outcomes
    }

    pub fn count(&self, outcome: &str) -> u64 {
        self.outcomes().get(outcome).copied().unwrap_or(0)
    }

    /// The closing balance.
    #[track_caller]
    pub fn balance(&self) -> &Json {
        let last = self.lines.last();
        assert!(last.is_some_and(|line| line["kind"] == "balance"), "no balance: {}", self.stderr);
        last.unwrap()
    }

    /// Asserts that the balance closes, and that the lines say the same as its numbers: each row of the files is in one
    /// record, each record in one outcome.
    #[track_caller]
    pub fn assert_accounts_for_all(&self) {
        let balance = self.balance();
        let number = |json: &Json| json.as_u64().unwrap();
        let sum = |json: &Json| json.as_object().unwrap().values().map(number).sum::<u64>();
        assert_eq!(balance["closes"], true, "{balance}");
        let rows: u64 = self.of_kind("file").map(|file| number(&file["rows"])).sum();
        assert_eq!(number(&balance["rows"]), rows);
        assert_eq!(sum(&balance["rows_in"]) + number(&balance["skipped"]), rows);
        assert_eq!(
            self.records().map(|record| number(&record["rows"])).sum::<u64>() + number(&balance["skipped"]),
            rows
        );
        assert_eq!(number(&balance["records"]), self.records().count() as u64);
        let said: BTreeMap<String, u64> = balance["records_in"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(outcome, count)| (outcome.clone(), number(count)))
            .collect();
        assert_eq!(said, self.outcomes());
        assert_eq!(balance["exit_code"].as_i64(), self.code.map(i64::from));
    }
}

/// A run under way. Dropping it ends it.
pub struct Running {
    child: Option<Child>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child: Some(child) }
    }

    pub fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Whether it has come to its end.
    pub fn is_over(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_some()
    }

    /// SIGKILL, or what is like it.
    pub fn kill(&mut self) {
        self.child.as_mut().unwrap().kill().unwrap();
    }

    /// Sends a signal by its name.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let kill = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status().unwrap();
        assert!(kill.success());
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ran {
        Ran::from(self.child.take().unwrap().wait_with_output().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may be over already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits until something is so.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(30), "never happened: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

//! The practice office as a process of its own, and what its ledger says.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::invoices::number;

/// A running office; ended when dropped.
pub struct Office {
    process: Child,
    url: String,
}

impl Office {
    /// Opens an office with faults as `eintrag sandbox --fault` takes them.
    pub fn open(faults: &str) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
        command.arg("sandbox").stdout(Stdio::piped()).stderr(Stdio::null());
        if !faults.is_empty() {
            command.args(["--fault", faults]);
        }
        let mut process = command.spawn()?;
        let stdout = process.stdout.take().ok_or("the office has no output")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        Ok(Self { process, url: url.trim().to_owned() })
    }

    /// Its address, such as `http://127.0.0.1:4711`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its host and port.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Checks that each invoice of a run is there exactly once, and none besides.
    pub fn check(&self, run: &str, records: usize) -> Result<(), Box<dyn Error>> {
        let mut connection = TcpStream::connect(self.host())?;
        write!(connection, "GET /ledger HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host())?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("the ledger gave no answer")?;
        let ledger: Value = serde_json::from_str(body)?;
        let entries = ledger["entries"].as_array().ok_or("the ledger has no entries")?;
        let prefix = number(run, 0);
        let prefix = &prefix[..prefix.len() - 6];
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for entry in entries.iter().filter(|entry| entry["took"] == true) {
            let number = entry["number"].as_str().unwrap_or_default();
            if number.starts_with(prefix) {
                *seen.entry(number).or_default() += 1;
            }
        }
        let lost = (0..records).filter(|place| !seen.contains_key(number(run, *place).as_str())).count();
        let twice = seen.values().filter(|times| **times > 1).count();
        if lost > 0 || twice > 0 || seen.len() != records {
            return Err(format!("{run}: {lost} lost, {twice} twice, {} of {records} there", seen.len()).into());
        }
        Ok(())
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

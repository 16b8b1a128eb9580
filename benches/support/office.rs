//! The practice office as a process of its own, and what its ledger says.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

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

    /// Every write that it got, in order.
    pub fn ledger(&self) -> Result<Vec<Value>, Box<dyn Error>> {
        let mut connection = TcpStream::connect(self.host())?;
        write!(connection, "GET /ledger HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host())?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("the ledger gave no answer")?;
        let mut ledger: Value = serde_json::from_str(body)?;
        match ledger["entries"].take() {
            Value::Array(entries) => Ok(entries),
            _ => Err("the ledger has no entries".into()),
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

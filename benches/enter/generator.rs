//! Bare load generators: they send bodies over kept connections as fast as the server takes them, read the answers, and
//! remember nothing.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::CONCURRENCY;
use super::invoices::bodies;
use super::office::Office;

/// How long `wrk` sends. It cannot be told how many requests to send, so its time for them comes from its rate.
const SECONDS: u64 = 3;

/// The time that `wrk` needs for so many bodies; none where it is not installed.
pub fn wrk(folder: &Path, office: &Office, records: usize) -> Result<Option<Duration>, Box<dyn Error>> {
    let (bodies_path, script_path) = (folder.join("bodies.jsonl"), folder.join("post.lua"));
    std::fs::write(&bodies_path, bodies("wrk", records).join("\n"))?;
    // Requests are made before the time runs, so that only sending is measured.
    let script = format!(
        "local requests, at = {{}}, 0
         wrk.headers['Authorization'] = 'Bearer sandbox-token'
         wrk.headers['Content-Type'] = 'application/json'
         function init(args)
           for body in io.lines('{}') do
             requests[#requests + 1] = wrk.format('POST', '/api/invoices', nil, body)
           end
         end
         function request()
           at = at % #requests + 1
           return requests[at]
         end",
        bodies_path.display()
    );
    std::fs::write(&script_path, script)?;
    let mut command = Command::new("wrk");
    command.args(["--threads", "1", "--connections", &CONCURRENCY.to_string(), "--duration", &SECONDS.to_string()]);
    let output = match command.arg("--script").arg(&script_path).arg(office.url()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return Err(format!("wrk met errors:\n{text}").into());
    }
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    let rate: f64 = rate.ok_or_else(|| format!("wrk tells no rate:\n{text}"))?.trim().parse()?;
    Ok(Some(Duration::from_secs_f64(records as f64 / rate)))
}

/// The time that threads with one blocking connection each need for so many bodies.
pub fn built_in(office: &Office, records: usize) -> Result<Duration, Box<dyn Error>> {
    let requests: Vec<String> = bodies("own", records)
        .into_iter()
        .map(|body| {
            format!(
                "POST /api/invoices HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer sandbox-token\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                office.host(),
                body.len()
            )
        })
        .collect();
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONCURRENCY).map(|_| scope.spawn(|| send(office.host(), &requests, &next))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| io::Error::other("a thread failed"))?)
    })?;
    Ok(begun.elapsed())
}

fn send(host: &str, requests: &[String], next: &AtomicUsize) -> io::Result<()> {
    let mut writing = TcpStream::connect(host)?;
    writing.set_nodelay(true)?;
    let mut reading = BufReader::new(writing.try_clone()?);
    let (mut line, mut body) = (String::new(), Vec::new());
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        writing.write_all(request.as_bytes())?;
        let mut length = 0;
        line.clear();
        reading.read_line(&mut line)?;
        if !line.starts_with("HTTP/1.1 201") {
            return Err(io::Error::other(format!("the office answered {line}")));
        }
        while line != "\r\n" {
            line.clear();
            if reading.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        body.resize(length, 0);
        reading.read_exact(&mut body)?;
    }
    Ok(())
}

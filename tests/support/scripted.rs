//! A mail server that plays a part: for each line that it is told, it says what its script says.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// The server.
pub struct Scripted {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// A server that greets, and answers each line by what stands beside the first word of its script that is in the
    /// line; `TAG` in an answer is the tag of the last command.
    pub fn start(greeting: &'static str, script: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut out = stream.try_clone().unwrap();
                let _ = out.write_all(greeting.as_bytes());
                let mut tag = String::new();
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if let Some((first, _)) = line.split_once(' ')
                        && first.len() < 6
                    {
                        tag = first.to_owned();
                    }
                    all.lock().unwrap().push(line.clone());
                    let answer =
                        script.iter().find(|(word, _)| line.contains(word)).map_or("TAG BAD what\r\n", |(_, say)| say);
                    if out.write_all(answer.replace("TAG", &tag).as_bytes()).is_err() {
                        break;
                    }
                }
            }
        });
        Self { port, heard }
    }

    /// All lines that it was told.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

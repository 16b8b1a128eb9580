//! A line to a server that breaks at a wanted moment: a proxy that hangs up on both sides.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// When a line breaks.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// A command with this word in it never reaches the server.
    Before(&'static str),
    /// The server does what a command with this word in it wants, and its answer gets lost.
    After(&'static str),
}

/// The proxy.
pub struct Cutter {
    pub port: u16,
    left: Arc<Mutex<Vec<Cut>>>,
}

impl Cutter {
    /// Before a server at this port; each cut happens once, in this order.
    pub fn before(port: u16, cuts: &[Cut]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let left = Arc::new(Mutex::new(cuts.to_vec()));
        let cuts = Arc::clone(&left);
        // It ends with the tests' process.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let cuts = Arc::clone(&cuts);
                std::thread::spawn(move || pass_on(&client, &server, &cuts));
            }
        });
        Self { port: own, left }
    }

    /// Cuts that did not happen yet.
    pub fn left(&self) -> usize {
        self.left.lock().unwrap().len()
    }
}

fn pass_on(client: &TcpStream, server: &TcpStream, cuts: &Mutex<Vec<Cut>>) {
    let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let answers = std::thread::spawn(move || copy(&back.0, &back.1));
    let mut buffer = [0; 1 << 14];
    let (mut from, mut to) = (client, server);
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let said = String::from_utf8_lossy(&buffer[..count]).into_owned();
        let first = cuts.lock().unwrap().first().copied();
        match first {
            Some(Cut::Before(word)) if said.contains(word) => {
                cuts.lock().unwrap().remove(0);
                break;
            }
            Some(Cut::After(word)) if said.contains(word) => {
                cuts.lock().unwrap().remove(0);
                let _ = client.shutdown(Shutdown::Both);
                let _ = to.write_all(&buffer[..count]);
                // The answer shows that it is done.
                let _ = server.set_read_timeout(Some(Duration::from_secs(10)));
                std::thread::sleep(Duration::from_millis(300));
                break;
            }
            _ => {
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = answers.join();
}

fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let mut buffer = [0; 1 << 14];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

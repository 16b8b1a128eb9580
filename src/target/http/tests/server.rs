//! A server that answers as it is told, byte by byte, and remembers every request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is done with one request.
#[derive(Clone)]
pub enum Reply {
    /// These bytes; the connection stays open.
    Keep(Vec<u8>),
    /// These bytes, then the connection is closed.
    Close(Vec<u8>),
    /// The connection is reset.
    Reset,
    /// Nothing, ever.
    Hang,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST /api?x=1`.
    pub line: String,
    /// Head and body.
    pub text: String,
}

/// The server.
pub struct Server {
    /// Its URL.
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

/// An answer with these headers and body; the connection stays open.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    Reply::Keep(head(status, headers, body.len(), body.as_bytes()))
}

/// An answer with a JSON body.
pub fn json(status: u16, body: &str) -> Reply {
    answer(status, &[("content-type", "application/json")], body)
}

/// An answer that states another length than its body has.
pub fn head(status: u16, headers: &[(&str, &str)], length: usize, body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

impl Server {
    /// A server that asks `reply` what to do; it gets the request and how many came before.
    pub async fn new(reply: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        // Every test that connects comes by here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (kept, reply) = (Arc::clone(&seen), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&reply)));
            }
        });
        Self { url, seen }
    }

    /// A server that gives these replies in order, the last of them again and again.
    pub async fn script(replies: Vec<Reply>) -> Self {
        Self::new(move |_, before| replies[before.min(replies.len() - 1)].clone()).await
    }

    /// The requests that came so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Their first lines.
    pub fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|request| request.line).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: Arc<Mutex<Vec<Request>>>,
    reply: Arc<impl Fn(&Request, usize) -> Reply + Send + Sync + 'static>,
) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        match reply(&request, before) {
            Reply::Keep(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Close(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reply::Reset => {
                #[allow(deprecated, reason = "a reset on purpose")]
                let _ = stream.set_linger(Some(Duration::ZERO));
                return;
            }
            Reply::Hang => {
                std::future::pending::<()>().await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            let chunked = head.contains("transfer-encoding: chunked");
            let whole = end + 4 + length.unwrap_or(0);
            let done = if chunked { buffer.ends_with(b"0\r\n\r\n") } else { buffer.len() >= whole };
            if done {
                let whole = if chunked { buffer.len() } else { whole };
                let text = String::from_utf8_lossy(&buffer.drain(..whole).collect::<Vec<u8>>()).into_owned();
                let line = text.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
                return Some(Request { line, text });
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => buffer.extend_from_slice(&chunk[..count]),
        }
    }
}

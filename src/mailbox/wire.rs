//! The line to a mail server: commands go out, answers come in one by one. It bounds what a server can make us keep and
//! how long it can make us wait, and gives no meaning to answers.

use std::borrow::Cow;
use std::time::Duration;

use imap_proto::{Capability, RequestId, Response, ResponseCode, Status};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::MailboxError;
use super::command::Command;

/// The longest answer that is no mail: a search that finds half a million mails.
const LONGEST_ANSWER: usize = 4 << 20;

/// How long a server may be silent while it is its turn.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lists inside lists of an answer at the most, since the parser goes down into them.
const DEEPEST: usize = 32;

/// A connection of any kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The line to a server.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    server: String,
    buffer: Vec<u8>,
    /// Bytes that the buffer must hold before it is worth while to look at it again.
    needs: usize,
    commands: u32,
    /// What the server said when it hung up.
    farewell: Option<String>,
}

/// How a command ended, with the server's words.
#[derive(Debug)]
pub(super) struct Done {
    pub status: Status,
    pub words: String,
    /// What it says in the words of the protocol.
    pub code: Option<ResponseCode<'static>>,
}

impl Done {
    /// What it can do from now on, where it says so.
    pub fn capabilities(&self) -> Option<Vec<String>> {
        match &self.code {
            Some(ResponseCode::Capabilities(capabilities)) => Some(words_of(capabilities)),
            _ => None,
        }
    }

    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

impl Wire {
    pub fn new(stream: Box<dyn Stream>, server: String) -> Self {
        Self { stream, server, buffer: Vec::new(), needs: 0, commands: 0, farewell: None }
    }

    /// Host and port.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The bare connection, to go on with TLS.
    ///
    /// # Errors
    /// The server has said more than it was asked: somebody may have put words into its mouth before the line was safe.
    pub fn into_stream(self) -> Result<Box<dyn Stream>, MailboxError> {
        if self.buffer.is_empty() {
            return Ok(self.stream);
        }
        Err(MailboxError::Unsafe { server: self.server, why: "something was said between STARTTLS and TLS".to_owned() })
    }

    /// Runs a command; each answer to it goes to `take`. An answer may be as long as `most` bytes.
    pub async fn run(
        &mut self,
        command: &Command,
        most: usize,
        mut take: impl FnMut(Response<'static>),
    ) -> Result<Done, MailboxError> {
        self.commands += 1;
        let tag = RequestId(format!("e{}", self.commands));
        let mut lines = command.lines();
        let first = lines.next().unwrap_or_default();
        self.send(&format!("{} {first}\r\n", tag.0)).await?;
        let mut unwanted = 0;
        loop {
            let answer = self.next(most).await?;
            match answer {
                Response::Continue(_) => {
                    take(answer);
                    // A server that wants more than there is has refused (a login, with its reasons), and says so next.
                    let line = lines.next().unwrap_or_default();
                    unwanted += usize::from(line.is_empty());
                    if unwanted > 3 {
                        return Err(self.garbled("it asks for more and more"));
                    }
                    self.send(&format!("{line}\r\n")).await?;
                }
                Response::Done { tag: of, .. } if of != tag => {
                    return Err(self.garbled("it answers a command that was not given"));
                }
                Response::Done { status: Status::Bye | Status::PreAuth, .. } => {
                    return Err(self.garbled("a command ends in no way that there is"));
                }
                Response::Done { status, outcome, .. } => {
                    let words = outcome.information.as_deref().unwrap_or_default().trim().to_owned();
                    return Ok(Done { status, words, code: outcome.code });
                }
                Response::Data { status: Status::Bye, outcome } => {
                    self.farewell = outcome.information.map(Cow::into_owned);
                }
                answer => take(answer),
            }
        }
    }

    /// Runs a command whose answers are short.
    pub async fn ask(&mut self, command: &Command, take: impl FnMut(Response<'static>)) -> Result<Done, MailboxError> {
        self.run(command, LONGEST_ANSWER, take).await
    }

    /// The server's first words.
    pub async fn greeting(&mut self) -> Result<Response<'static>, MailboxError> {
        self.next(LONGEST_ANSWER).await
    }

    async fn send(&mut self, text: &str) -> Result<(), MailboxError> {
        let sent = async {
            self.stream.write_all(text.as_bytes()).await?;
            self.stream.flush().await
        };
        match timeout(PATIENCE, sent).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.lost(&error.to_string())),
            Err(_) => Err(self.lost(&format!("it took nothing for {} s", PATIENCE.as_secs()))),
        }
    }

    /// The next answer.
    async fn next(&mut self, most: usize) -> Result<Response<'static>, MailboxError> {
        loop {
            if let Some(answer) = self.parse()? {
                return Ok(answer);
            }
            if self.buffer.len().max(self.needs) > most {
                return Err(self.garbled(&format!("it is longer than {most} bytes")));
            }
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await;
            match read {
                Ok(Ok(0)) => {
                    let why = self.farewell.take().unwrap_or_else(|| "the server hung up".to_owned());
                    return Err(self.lost(&why));
                }
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(self.lost(&error.to_string())),
                Err(_) => return Err(self.lost(&format!("it said nothing for {} s", PATIENCE.as_secs()))),
            }
        }
    }

    fn parse(&mut self) -> Result<Option<Response<'static>>, MailboxError> {
        let line = memchr::memchr(b'\n', &self.buffer);
        let Some(line) = line.filter(|_| self.buffer.len() >= self.needs) else { return Ok(None) };
        if depth(&self.buffer[..line]) > DEEPEST {
            return Err(self.garbled("it has too many lists in lists"));
        }
        match Response::parse(&self.buffer) {
            Ok((rest, answer)) => {
                let (answer, rest) = (answer.into_owned(), rest.len());
                self.needs = 0;
                if rest == 0 {
                    // Mails are long and rare: what one of them took is given back.
                    self.buffer = Vec::new();
                } else {
                    self.buffer.drain(..self.buffer.len() - rest);
                }
                Ok(Some(answer))
            }
            Err(nom::Err::Incomplete(nom::Needed::Size(more))) => {
                self.needs = self.buffer.len().saturating_add(more.get());
                Ok(None)
            }
            Err(nom::Err::Incomplete(nom::Needed::Unknown)) => Ok(None),
            Err(_) => {
                let shown = String::from_utf8_lossy(&self.buffer[..line.min(120)]).trim().to_owned();
                Err(self.garbled(&shown))
            }
        }
    }

    fn lost(&self, why: &str) -> MailboxError {
        MailboxError::Lost { server: self.server.clone(), why: why.to_owned() }
    }

    fn garbled(&self, why: &str) -> MailboxError {
        MailboxError::Garbled { server: self.server.clone(), why: why.to_owned() }
    }
}

/// Capabilities as the words that the protocol has for them, in capitals.
pub(super) fn words_of(capabilities: &[Capability<'_>]) -> Vec<String> {
    let word = |capability: &Capability<'_>| match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(how) => format!("AUTH={}", how.to_uppercase()),
        Capability::Atom(word) => word.to_uppercase(),
    };
    capabilities.iter().map(word).collect()
}

fn depth(line: &[u8]) -> usize {
    let (mut deepest, mut now) = (0_usize, 0_usize);
    for byte in line {
        match byte {
            b'(' => now += 1,
            b')' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

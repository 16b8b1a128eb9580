//! Connections that the practice office can cut: after [`Line::cut`] or [`Line::reset`] no byte of an answer leaves
//! any more, as if the network or the server had died.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const OPEN: u8 = 0;
const CUT: u8 = 1;
const RESET: u8 = 2;

/// One client's connection, as handlers see it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    state: Arc<AtomicU8>,
}

impl Line {
    /// Closes the connection as soon as an answer would be sent.
    pub(super) fn cut(&self) {
        self.state.store(CUT, Ordering::Release);
    }

    /// Resets it (TCP RST) as soon as an answer would be sent.
    pub(super) fn reset(&self) {
        self.state.store(RESET, Ordering::Release);
    }
}

/// Accepts connections on loopback and makes each a [`Stream`].
#[derive(Debug)]
pub(super) struct Doorman(TcpListener);

impl Doorman {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self(listener)
    }
}

impl Listener for Doorman {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        // The listener's own `accept` waits after errors such as too many open files.
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small answers must not wait for Nagle's algorithm; that it cannot be set changes nothing else.
        let _ = stream.set_nodelay(true);
        (Stream { stream, state: Arc::new(AtomicU8::new(OPEN)) }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Doorman>> for Line {
    fn connect_info(stream: IncomingStream<'_, Doorman>) -> Self {
        Line { state: Arc::clone(&stream.io().state) }
    }
}

/// A TCP stream that stops writing when its [`Line`] is cut.
#[derive(Debug)]
pub(super) struct Stream {
    stream: TcpStream,
    state: Arc<AtomicU8>,
}

impl Stream {
    fn check(&self) -> io::Result<()> {
        match self.state.load(Ordering::Acquire) {
            OPEN => Ok(()),
            RESET => {
                // With a linger time of zero the close that follows sends RST instead of FIN.
                self.stream.set_zero_linger()?;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.state.load(Ordering::Acquire) {
            // A shutdown would send FIN first.
            RESET => Poll::Ready(Ok(())),
            _ => Pin::new(&mut self.stream).poll_shutdown(context),
        }
    }
}

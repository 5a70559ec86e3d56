//! Connections that can be cut off on purpose.
//!
//! A handler cannot drop the connection that it answers on. So each connection obeys a [`WriteLimit`]
//! that the handler can set.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

const UNLIMITED: usize = usize::MAX;

/// How much of the next reply passes, shared by the connection and the handler.
#[derive(Debug, Clone)]
pub(crate) struct WriteLimit(Arc<AtomicUsize>);

impl WriteLimit {
    /// Nothing more passes; the connection closes.
    pub(crate) fn drop_now(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The head of the reply and this many bytes of its body pass, and the connection closes.
    pub(crate) fn cut_body_after(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// How many bytes of a write pass; `None` closes the connection.
    fn admit(&self, bytes: &[u8]) -> Option<usize> {
        match self.0.load(Ordering::Relaxed) {
            UNLIMITED => Some(bytes.len()),
            0 => None,
            left => {
                let head = head_length(bytes);
                let admitted = bytes.len().min(head + left);
                self.0.store(left - (admitted - head), Ordering::Relaxed);
                Some(admitted)
            }
        }
    }
}

fn head_length(bytes: &[u8]) -> usize {
    const END: &[u8] = b"\r\n\r\n";
    if !bytes.starts_with(b"HTTP/") {
        return 0;
    }
    bytes.windows(END.len()).position(|part| part == END).map_or(bytes.len(), |at| at + END.len())
}

/// What is known of a connection on which a request comes.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) limit: WriteLimit,
    /// The address of this machine that was called.
    pub(super) local: SocketAddr,
}

/// A connection that obeys its limit.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    limit: WriteLimit,
}

impl Connection {
    /// A connection without a limit.
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, limit: WriteLimit(Arc::new(AtomicUsize::new(UNLIMITED))) }
    }

    /// What a handler is told of it.
    pub(super) fn arrival(&self) -> Arrival {
        // Of a connection that has ended already nobody reads a reply.
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Arrival { limit: self.limit.clone(), local: self.stream.local_addr().unwrap_or(nowhere) }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let admitted = self.limit.admit(bytes).and_then(|length| bytes.get(..length));
        match admitted {
            Some(part) => Pin::new(&mut self.stream).poll_write(context, part),
            None => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

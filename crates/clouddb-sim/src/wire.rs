//! The listener, and connections that can be cut off on purpose.
//!
//! A handler cannot drop the connection that it answers on. So each connection carries a [`Link`]
//! that the handler can tell how much of the reply to let through. New connections pass the [`Door`].

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

const WHOLE: usize = usize::MAX;

/// Between two tries to accept a connection.
const PAUSE: Duration = Duration::from_millis(10);

/// How much of the next reply passes.
#[derive(Debug, Clone)]
pub(crate) struct Link(Arc<AtomicUsize>);

impl Link {
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
            WHOLE => Some(bytes.len()),
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

/// Whether connections are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// They are refused, as by a machine on which nothing listens.
    Closed,
}

/// As many connections as the standard library lets wait.
const BACKLOG: u32 = 128;

/// Accepts connections and gives each its link.
#[derive(Debug)]
pub(crate) struct Wire {
    /// None while the door is closed.
    listener: Option<TcpListener>,
    address: SocketAddr,
    door: watch::Receiver<Door>,
}

impl Wire {
    pub(crate) fn new(listener: TcpListener, door: watch::Receiver<Door>) -> io::Result<Self> {
        Ok(Self { address: listener.local_addr()?, listener: Some(listener), door })
    }

    /// Refuses connections until the door opens. A socket that does not listen keeps the port, which
    /// somebody else could take otherwise.
    async fn reopen(&mut self) -> io::Result<TcpListener> {
        let placeholder = match self.address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        placeholder.set_reuseaddr(true)?;
        placeholder.bind(self.address)?;
        let open = self.door.wait_for(|door| *door == Door::Open).await;
        open.map_err(io::Error::other)?;
        placeholder.listen(BACKLOG)
    }

    /// The next connection, or nothing if the door was turned.
    async fn next(&mut self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        if *self.door.borrow_and_update() == Door::Closed {
            self.listener = None;
        }
        let listener = match self.listener.take() {
            Some(listener) => listener,
            None => self.reopen().await?,
        };
        let listener = self.listener.insert(listener);
        tokio::select! {
            biased;
            turned = self.door.changed() => turned.map(|()| None).map_err(io::Error::other),
            accepted = TcpListener::accept(listener) => accepted.map(Some),
        }
    }
}

impl Listener for Wire {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.next().await {
                Ok(Some((stream, address))) => {
                    // Delaying small replies would slow every test.
                    let _ = stream.set_nodelay(true);
                    let link = Link(Arc::new(AtomicUsize::new(WHOLE)));
                    return (Connection { stream, link }, address);
                }
                Ok(None) => {}
                // Out of file descriptors, for example: others may be closed soon.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, Wire>> for Link {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.io().link.clone()
    }
}

/// A connection that obeys its link.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    link: Link,
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
        let admitted = self.link.admit(bytes).and_then(|length| bytes.get(..length));
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

//! What comes in at an endpoint: connections, with TLS or without.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::host::{Connections, Counted};
use super::listener::{Listener, Stream};

/// A peer that has not finished its TLS handshake by then is dropped.
const TLS_DEADLINE: Duration = Duration::from_secs(10);

/// How long not to accept after an accept failed, as it does when the process runs out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Every peer that connects, after its TLS handshake if there is an acceptor.
///
/// Handshakes run side by side, so that a peer that stalls in the middle of one keeps nobody waiting. Who has passed it
/// is counted.
pub(super) fn incoming(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    counted: Option<Connections>,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(accept(listener, tls, counted, sender));
    ReceiverStream::new(receiver)
}

async fn accept(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    counted: Option<Connections>,
    connections: mpsc::Sender<io::Result<Connection>>,
) {
    while !connections.is_closed() {
        match listener.accept().await {
            Ok(stream) => {
                let (tls, counted) = (tls.clone(), counted.clone());
                tokio::spawn(welcome(stream, tls, counted, connections.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "A connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn welcome(
    stream: Box<dyn Stream>,
    tls: Option<TlsAcceptor>,
    counted: Option<Connections>,
    connections: mpsc::Sender<io::Result<Connection>>,
) {
    let stream: Box<dyn Stream> = match tls {
        None => stream,
        Some(tls) => match tokio::time::timeout(TLS_DEADLINE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Box::new(stream),
            Ok(Err(error)) => return tracing::warn!(%error, "A peer was turned away"),
            Err(_) => return tracing::warn!("A peer did not finish its TLS handshake"),
        },
    };
    let connection = Connection { stream, _counted: counted.map(|it| it.count()) };
    // The receiver is gone only when the process is about to end.
    drop(connections.send(Ok(connection)).await);
}

/// A peer, with TLS or without.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    _counted: Option<Counted>,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, duplex};

    use super::super::tls::Identity;
    use super::*;
    use crate::client;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_stalls_in_the_tls_handshake_is_dropped() {
        let identity =
            Identity::for_client(&client::Identity::generate().unwrap().certificate_pem());
        let (ours, mut theirs) = duplex(64);
        let (connections, mut arrived) = mpsc::channel(1);

        welcome(Box::new(ours), Some(identity.unwrap().acceptor), None, connections).await;

        assert!(arrived.recv().await.is_none());
        assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
    }
}

//! What listens for a host, and the bare streams that come of it.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

/// What accepts connections.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(Arc<tokio::net::UnixListener>),
    Tcp(Arc<tokio::net::TcpListener>),
}

/// A stream of bytes in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}

impl Listener {
    /// The next peer.
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // The messages of a call are small, and each waits for the one before.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

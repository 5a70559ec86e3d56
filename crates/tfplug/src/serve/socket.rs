//! The unix socket: where it is, who may connect, and what comes in.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use crate::serve::host::{Connections, Counted};

/// Folders left behind by killed providers are known by this.
const PREFIX: &str = "tfplug-";
const NAME: &str = "s";

/// Longest path of a socket, in bytes: `sun_path` without its final zero.
const LONGEST_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// A peer that has not finished its TLS handshake by then is dropped.
const TLS_DEADLINE: Duration = Duration::from_secs(10);

/// How long not to accept after an accept failed, as it does when the process runs out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listening socket in a folder of its own that only this user may enter.
#[derive(Debug)]
pub(super) struct Socket {
    folder: TempDir,
    path: String,
    listener: Arc<UnixListener>,
}

impl Socket {
    /// Listens in `wanted`, or if the host does not care in the folder for temporary files.
    ///
    /// `TMPDIR` may be longer than the path of a socket can be, above all on macOS: then `/tmp` serves. A folder
    /// that the host asked for is not replaced, since the host may be looking at it through a mount.
    pub(super) fn bind(wanted: Option<&Path>) -> io::Result<Self> {
        match wanted {
            Some(parent) => Self::bind_in(parent),
            None => Self::bind_in(&std::env::temp_dir())
                .or_else(|error| Self::bind_in(Path::new("/tmp")).map_err(|_| error)),
        }
    }

    fn bind_in(parent: &Path) -> io::Result<Self> {
        let parent = std::path::absolute(parent)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|error| io::Error::new(error.kind(), format!("no socket: {error}")))?;
        let path = in_handshake(&folder.path().join(NAME)).ok_or_else(|| {
            let parent = parent.display();
            io::Error::other(format!("the path {parent} is too long or too odd for a socket"))
        })?;
        let listener = Arc::new(UnixListener::bind(&path)?);
        Ok(Self { folder, path, listener })
    }

    /// The address to connect to.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Removes the socket and its folder. What is connected stays connected.
    pub(super) fn remove(self) -> io::Result<()> {
        self.folder.close()
    }

    /// Every peer that connects, after its TLS handshake if there is an acceptor.
    ///
    /// Handshakes run side by side, so that a peer that stalls in the middle of one keeps nobody waiting. Who has
    /// passed it is counted.
    pub(super) fn connections(
        &self,
        tls: Option<TlsAcceptor>,
        counted: Option<Connections>,
    ) -> ReceiverStream<io::Result<Connection>> {
        let (sender, receiver) = mpsc::channel(8);
        tokio::spawn(accept(Arc::clone(&self.listener), tls, counted, sender));
        ReceiverStream::new(receiver)
    }
}

/// The path as a field of the handshake line, if it can be one.
fn in_handshake(path: &Path) -> Option<String> {
    let path = PathBuf::from(path).into_os_string().into_string().ok()?;
    let fits = path.len() <= LONGEST_PATH && !path.contains(['|', '\n']);
    fits.then_some(path)
}

async fn accept(
    listener: Arc<UnixListener>,
    tls: Option<TlsAcceptor>,
    counted: Option<Connections>,
    connections: mpsc::Sender<io::Result<Connection>>,
) {
    while !connections.is_closed() {
        match listener.accept().await {
            Ok((stream, _)) => {
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
    stream: UnixStream,
    tls: Option<TlsAcceptor>,
    counted: Option<Connections>,
    connections: mpsc::Sender<io::Result<Connection>>,
) {
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
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

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}

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
    use std::fs;

    use tokio::io::AsyncReadExt as _;

    use super::super::tls::Identity;
    use super::*;
    use crate::client;

    #[tokio::test]
    async fn the_folder_is_closed_to_others_and_goes_with_the_socket() {
        let socket = Socket::bind(None).unwrap();
        let folder = socket.folder.path().to_owned();

        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(folder.file_name().unwrap().to_string_lossy().starts_with(PREFIX));

        socket.remove().unwrap();
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn the_folder_the_host_wants_is_used() {
        let wanted = tempfile::tempdir().unwrap();

        let socket = Socket::bind(Some(wanted.path())).unwrap();

        assert!(Path::new(socket.path()).starts_with(wanted.path()));
    }

    #[tokio::test]
    async fn a_folder_too_long_for_a_socket_is_an_error_that_leaves_nothing_behind() {
        let wanted = tempfile::tempdir().unwrap();
        let long = wanted.path().join("x".repeat(LONGEST_PATH));
        fs::create_dir(&long).unwrap();

        let error = Socket::bind(Some(&long)).unwrap_err();

        assert!(error.to_string().contains("too long"), "{error}");
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_stalls_in_the_tls_handshake_is_dropped() {
        let identity =
            Identity::for_client(&client::Identity::generate().unwrap().certificate_pem());
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let (connections, mut arrived) = mpsc::channel(1);

        welcome(ours, Some(identity.unwrap().acceptor), None, connections).await;

        assert!(arrived.recv().await.is_none());
        assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
    }

    #[test]
    fn a_path_that_would_break_the_handshake_line_is_refused() {
        assert_eq!(in_handshake(Path::new("/tmp/a/s")), Some("/tmp/a/s".to_owned()));
        assert_eq!(in_handshake(Path::new("/tmp/a|b/s")), None);
        assert_eq!(in_handshake(Path::new("/tmp/a\nb/s")), None);
        assert_eq!(in_handshake(Path::new(&"x".repeat(LONGEST_PATH + 1))), None);
    }
}

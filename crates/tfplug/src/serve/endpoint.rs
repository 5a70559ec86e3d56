//! Where a host connects: a unix socket, or a port of the loopback interface.
//!
//! A unix socket is better where there is one: the file system says who may connect. Windows has none that the
//! asynchronous runtime knows; there, as with go-plugin, it is a TCP port, and only the pinned certificates keep others
//! out.

use std::io;

use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;

use super::connection::{self, Connection};
use super::handshake::{Environment, Network};
use super::host::Connections;
use super::listener::Listener;

use port::Port;
#[cfg(unix)]
use socket::Socket;

mod port;
#[cfg(unix)]
mod socket;

/// A listening endpoint of this process.
#[derive(Debug)]
pub(super) enum Endpoint {
    /// A path that only this user can reach.
    #[cfg(unix)]
    Unix(Socket),
    /// A port that every user of this machine can reach.
    Tcp(Port),
}

impl Endpoint {
    /// Listens where the host wants it, as far as it cares.
    pub(super) async fn bind(environment: &Environment) -> io::Result<Self> {
        match environment.network {
            #[cfg(unix)]
            Network::Unix => Socket::bind(environment.socket_folder.as_deref()).map(Self::Unix),
            Network::Tcp => Port::bind(environment.ports.clone()).await.map(Self::Tcp),
        }
    }

    /// The network, in the words of go-plugin.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }

    /// The address to connect to: a path, or a host and a port.
    pub(super) fn address(&self) -> String {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.path().to_owned(),
            Self::Tcp(port) => port.address(),
        }
    }

    /// Every peer that connects, after its TLS handshake if there is an acceptor. Who has passed it is counted.
    pub(super) fn connections(
        &self,
        tls: Option<TlsAcceptor>,
        counted: Option<Connections>,
    ) -> ReceiverStream<io::Result<Connection>> {
        let listener = match self {
            #[cfg(unix)]
            Self::Unix(socket) => Listener::Unix(socket.listener()),
            Self::Tcp(port) => Listener::Tcp(port.listener()),
        };
        connection::incoming(listener, tls, counted)
    }

    /// Stops listening and leaves nothing behind. What is connected stays connected.
    pub(super) fn remove(self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.remove(),
            Self::Tcp(_) => Ok(()),
        }
    }
}

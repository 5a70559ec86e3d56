//! The listener, which can stop listening and begin again on the same port.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

use crate::http::connection::{Arrival, Connection};

/// Between two tries to accept a connection.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether connections are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// They are refused, as by a machine on which nothing listens.
    Closed,
}

/// As many connections as the standard library lets wait.
const BACKLOG: u32 = 128;

/// Accepts connections while the door is open.
#[derive(Debug)]
pub(crate) struct DoorListener {
    /// None while the door is closed.
    listener: Option<TcpListener>,
    address: SocketAddr,
    door: watch::Receiver<Door>,
}

impl DoorListener {
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

impl Listener for DoorListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.next().await {
                Ok(Some((stream, address))) => {
                    // Delaying small replies would slow every test.
                    let _ = stream.set_nodelay(true);
                    return (Connection::new(stream), address);
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

impl Connected<IncomingStream<'_, DoorListener>> for Arrival {
    fn connect_info(stream: IncomingStream<'_, DoorListener>) -> Self {
        stream.io().arrival()
    }
}

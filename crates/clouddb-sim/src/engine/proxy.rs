//! One address for several servers that stand in for each other.
//!
//! A connection is led to a server and stays with it. When that is none of the servers any more it is closed,
//! and the client, who connects again, comes to another. A server is told the address of the client by the
//! PROXY protocol, so that users are let in from their hosts only.
//!
//! <https://mariadb.com/kb/en/proxy-protocol-support/>

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::Ipv4Net;
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::engine::tools::Tools;

/// Between two tries to accept a connection.
const PAUSE: Duration = Duration::from_millis(10);

/// An address at which clients are let in, until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    tools: Arc<Tools>,
    endpoint: SocketAddr,
    route: watch::Sender<Route>,
}

/// Who is let in, and what that one reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Route {
    /// They take turns.
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) allowed: Vec<Ipv4Net>,
}

impl Proxy {
    /// Listens for a name at this port, or at another one where addresses have to be shared.
    pub(super) fn new(
        tools: Arc<Tools>,
        runtime: &Handle,
        name: &str,
        port: u16,
    ) -> io::Result<Self> {
        let endpoint = tools.addresses.endpoint(name, port)?;
        let (route, routes) = watch::channel(Route::default());
        // From here on the address is given back with it.
        let proxy = Self { tools, endpoint, route };
        let listener = std::net::TcpListener::bind(endpoint)?;
        listener.set_nonblocking(true)?;
        let _entered = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        runtime.spawn(serve(listener, routes));
        Ok(proxy)
    }

    /// Where it listens.
    pub(crate) fn endpoint(&self) -> SocketAddr {
        self.endpoint
    }

    /// From now on clients are led there. What this lets through no longer is closed.
    pub(crate) fn lead(&self, route: Route) {
        self.route.send_if_modified(|present| {
            let is_new = *present != route;
            *present = route;
            is_new
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.tools.addresses.release(self.endpoint);
    }
}

impl Route {
    fn lets_in(&self, client: IpAddr) -> bool {
        let IpAddr::V4(client) = client else { return false };
        self.allowed.iter().any(|network| network.contains(&client))
    }

    fn holds(&self, client: IpAddr, server: SocketAddr) -> bool {
        self.lets_in(client) && self.servers.contains(&server)
    }

    /// The server whose turn it is.
    fn server(&self, turn: usize) -> Option<SocketAddr> {
        self.servers.get(turn.checked_rem(self.servers.len())?).copied()
    }
}

/// Lets clients in until nobody holds the proxy any more.
async fn serve(listener: TcpListener, mut routes: watch::Receiver<Route>) {
    let mut turn = 0_usize;
    loop {
        let accepted = tokio::select! {
            changed = routes.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
            accepted = listener.accept() => accepted,
        };
        let Ok((client, from)) = accepted else {
            // Out of file descriptors, for example: others may be closed soon.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let route = routes.borrow().clone();
        if let Some(server) = route.server(turn).filter(|_| route.lets_in(from.ip())) {
            turn = turn.wrapping_add(1);
            tokio::spawn(relay_while_led(client, from, server, routes.clone()));
        }
    }
}

async fn relay_while_led(
    client: TcpStream,
    from: SocketAddr,
    server: SocketAddr,
    mut routes: watch::Receiver<Route>,
) {
    tokio::select! {
        // The end of the proxy is an error here, and an end as well.
        _ = routes.wait_for(|route| !route.holds(from.ip(), server)) => {}
        // Whichever of the two ends, the other sees the end of its connection.
        _ = relay(client, from, server) => {}
    }
}

async fn relay(mut client: TcpStream, from: SocketAddr, server: SocketAddr) -> io::Result<()> {
    let mut to = TcpStream::connect(server).await?;
    to.set_nodelay(true)?;
    client.set_nodelay(true)?;
    to.write_all(announced(from, client.local_addr()?).as_bytes()).await?;
    copy_bidirectional(&mut client, &mut to).await?;
    Ok(())
}

/// What the PROXY protocol, version 1, says of a connection.
fn announced(from: SocketAddr, to: SocketAddr) -> String {
    format!("PROXY TCP4 {} {} {} {}\r\n", from.ip(), to.ip(), from.port(), to.port())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn servers_take_turns_and_only_whom_a_network_has_is_let_in() {
        let server = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let client = |text: &str| text.parse::<IpAddr>().unwrap();
        let route = Route {
            servers: vec![server(1), server(2)],
            allowed: vec!["10.1.0.9/16".parse().unwrap(), "127.0.0.1/32".parse().unwrap()],
        };

        let turns: Vec<_> = (0..3).filter_map(|turn| route.server(turn)).collect();
        assert_eq!(turns, [server(1), server(2), server(1)]);
        assert_eq!(Route::default().server(0), None);
        assert!(route.lets_in(client("10.1.255.1")) && route.lets_in(client("127.0.0.1")));
        for other in ["10.2.0.9", "127.0.0.2", "::1"] {
            assert!(!route.lets_in(client(other)), "{other}");
        }
        assert!(!Route::default().lets_in(client("127.0.0.1")));
        assert!(route.holds(client("127.0.0.1"), server(2)));
        assert!(!route.holds(client("127.0.0.1"), server(3)));
    }

    #[test]
    fn a_server_is_told_where_the_client_is() {
        let (from, to) = (([10, 0, 0, 1], 5).into(), ([127, 0, 0, 1], 3306).into());

        assert_eq!(announced(from, to), "PROXY TCP4 10.0.0.1 127.0.0.1 5 3306\r\n");
    }
}

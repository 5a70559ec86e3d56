//! `clouddb-sim --health`: asks a simulator whether it serves, for a container that has no other program to ask
//! with.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Fails, and says why, unless a simulator that listens there serves.
pub(crate) fn check(listen: SocketAddr) -> io::Result<()> {
    let address = reached(listen);
    let fails = |why: String| io::Error::other(format!("nothing serves on {address}: {why}"));
    let status = status(address).map_err(|error| fails(error.to_string()))?;
    if status.contains(" 200 ") { Ok(()) } else { Err(fails(format!("it answers {status:?}"))) }
}

/// Who listens at every address is reached at the one of this machine.
fn reached(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    listen
}

/// The first line of what is answered.
fn status(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request =
        format!("GET /sim/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut reply = Vec::new();
    stream.take(4096).read_to_end(&mut reply)?;
    let reply = String::from_utf8_lossy(&reply);
    Ok(reply.lines().next().unwrap_or_default().to_owned())
}

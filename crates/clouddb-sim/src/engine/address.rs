//! The address of each server.
//!
//! Where the whole network 127.0.0.0/8 is this machine, each server has an address of its own and the usual
//! port; elsewhere all have 127.0.0.1, or the address at which others reach them, and each another port.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener};
use std::sync::{Mutex, PoisonError};

use sha1::{Digest, Sha1};

use crate::options::engine::MariaDb;

/// The port at which MySQL is looked for.
pub(super) const PORT: u16 = 3306;

/// How servers get their addresses on this machine.
#[derive(Debug)]
pub(super) enum Addresses {
    /// One for each server.
    Many,
    /// One for all, and a port for each.
    One(Ports),
}

/// The ports of an address.
#[derive(Debug)]
pub(super) struct Ports {
    host: Ipv4Addr,
    /// 0 if any will do.
    first: u16,
    /// Those of servers that may not listen yet.
    taken: Mutex<BTreeSet<u16>>,
}

impl Addresses {
    pub(super) fn new(options: &MariaDb) -> Self {
        match options.listen {
            Some(listen) => Self::One(Ports::new(listen)),
            None if !options.one_address && has_many() => Self::Many,
            None => Self::One(Ports::new(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))),
        }
    }

    /// The host of the server of this name, which it has all its life.
    pub(super) fn host(&self, name: &str) -> Ipv4Addr {
        match self {
            Self::Many => own(name),
            Self::One(ports) => ports.host,
        }
    }

    /// Where what has this name listens until that is released: at this port, or at another one of an address
    /// that it shares.
    pub(super) fn endpoint(&self, name: &str, port: u16) -> io::Result<SocketAddr> {
        match self {
            Self::Many => Ok((own(name), port).into()),
            Self::One(ports) => ports.take().map(|port| (ports.host, port).into()),
        }
    }

    /// Nobody listens there any more.
    pub(super) fn release(&self, endpoint: SocketAddr) {
        if let Self::One(ports) = self {
            ports.taken().remove(&endpoint.port());
        }
    }

    /// The address of this machine, if not a loopback one, at which servers are and which they come from.
    pub(super) fn of_the_machine(&self) -> Option<Ipv4Addr> {
        match self {
            Self::One(ports) => Some(ports.host).filter(|host| !is_local(*host)),
            Self::Many => None,
        }
    }

    /// The networks, in words of the server, from which a proxy comes to one.
    pub(super) fn proxies(&self) -> String {
        let own = self.of_the_machine().map(|host| format!(",{host}"));
        format!("127.0.0.0/8{}", own.unwrap_or_default())
    }

    /// The hosts, in words of a grant, from which one server comes to another.
    pub(super) fn followers(&self) -> Vec<String> {
        let own = self.of_the_machine().map(|host| host.to_string());
        ["127.%".to_owned()].into_iter().chain(own).collect()
    }
}

impl Ports {
    fn new(listen: SocketAddrV4) -> Self {
        Self { host: *listen.ip(), first: listen.port(), taken: Mutex::default() }
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, BTreeSet<u16>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> io::Result<u16> {
        let mut taken = self.taken();
        let free = |port: u16| -> io::Result<u16> {
            Ok(TcpListener::bind((self.host, port))?.local_addr()?.port())
        };
        let port = if self.first == 0 {
            free(0)?
        } else {
            let found = (self.first..=u16::MAX)
                .find_map(|port| if taken.contains(&port) { None } else { free(port).ok() });
            found.ok_or_else(|| {
                let from = self.first;
                io::Error::other(format!("no port of {} is free from {from} on", self.host))
            })?
        };
        taken.insert(port);
        Ok(port)
    }
}

/// Where this machine reaches a server that listens there.
pub(super) fn reached(endpoint: SocketAddr) -> SocketAddr {
    let is_everywhere = endpoint.ip().is_unspecified();
    if is_everywhere { (Ipv4Addr::LOCALHOST, endpoint.port()).into() } else { endpoint }
}

fn is_local(host: Ipv4Addr) -> bool {
    host.is_unspecified() || host.is_loopback()
}

/// What this machine lets programs do: somebody who listens at the port on every address, or a system that
/// knows one loopback address only, leaves only that.
fn has_many() -> bool {
    // Others may try it at the same time.
    let some = uuid::Uuid::new_v4().to_string();
    TcpListener::bind((own(&some), PORT)).is_ok()
}

/// An address that hangs on nothing but the name. The lower part of the network is left to what people
/// give addresses there by hand.
fn own(name: &str) -> Ipv4Addr {
    let digest = Sha1::digest(name.as_bytes());
    let [first, second, third, ..] = digest.as_slice() else { return Ipv4Addr::LOCALHOST };
    Ipv4Addr::new(127, 64 + first % 128, *second, 1 + third % 254)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_address_is_a_loopback_one_and_stays() {
        let (one, other) = (own("a"), own("b"));

        assert!(one.is_loopback() && other.is_loopback());
        assert_ne!(one, other);
        assert_eq!(one, own("a"));
    }

    #[test]
    fn with_one_address_each_has_a_port_of_its_own() {
        let one = Addresses::new(&MariaDb { one_address: true, ..MariaDb::default() });
        let first = one.endpoint("a", PORT).unwrap();
        let _taken = TcpListener::bind(first).unwrap();
        let second = one.endpoint("b", PORT).unwrap();

        assert_eq!(first.ip(), one.host("b"));
        assert_ne!(first.port(), second.port());
    }

    #[test]
    fn ports_are_counted_from_the_first_and_given_again() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let listen = Some(SocketAddrV4::new(Ipv4Addr::LOCALHOST, free.port()));
        let addresses = Addresses::new(&MariaDb { listen, ..MariaDb::default() });

        // Neither listens yet.
        let (one, other) =
            (addresses.endpoint("a", PORT).unwrap(), addresses.endpoint("b", PORT).unwrap());
        assert!(free.port() <= one.port() && one.port() < other.port(), "{one} {other}");
        addresses.release(one);
        assert_eq!(addresses.endpoint("c", PORT).unwrap(), one);
    }

    #[test]
    fn servers_come_to_each_other_from_where_they_listen() {
        let followers = |ip: [u8; 4]| {
            let listen = Some(SocketAddrV4::new(ip.into(), 0));
            let addresses = Addresses::new(&MariaDb { listen, ..MariaDb::default() });
            (addresses.followers().join(" "), addresses.proxies())
        };
        let two = |one: &str, other: &str| (one.to_owned(), other.to_owned());

        assert_eq!(followers([0, 0, 0, 0]), two("127.%", "127.0.0.0/8"));
        assert_eq!(followers([172, 18, 0, 3]), two("127.% 172.18.0.3", "127.0.0.0/8,172.18.0.3"));
        assert_eq!(reached(([0, 0, 0, 0], 7).into()), ([127, 0, 0, 1], 7).into());
        assert_eq!(reached(([172, 18, 0, 3], 7).into()), ([172, 18, 0, 3], 7).into());
    }
}

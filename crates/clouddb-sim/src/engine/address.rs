//! The address of each server.
//!
//! Where the whole network 127.0.0.0/8 is this machine, each server has an address of its own and the usual
//! port; elsewhere all have 127.0.0.1, and each another port.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use sha1::{Digest, Sha1};

/// The port at which MySQL is looked for.
const PORT: u16 = 3306;

/// How servers get their addresses on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Addresses {
    /// One for each server.
    Many,
    /// One for all, and a port for each.
    One,
}

impl Addresses {
    /// What this machine lets programs do: somebody who listens at the port on every address, or a system
    /// that knows one loopback address only, leaves that alone.
    pub(super) fn of_this_machine() -> Self {
        // Others may try it at the same time.
        let some = uuid::Uuid::new_v4().to_string();
        let own = TcpListener::bind((own(&some), PORT));
        if own.is_ok() { Self::Many } else { Self::One }
    }

    /// The host of the server of this name, which it has all its life.
    pub(super) fn host(self, name: &str) -> IpAddr {
        match self {
            Self::Many => own(name).into(),
            Self::One => Ipv4Addr::LOCALHOST.into(),
        }
    }

    /// Where the server of this name listens from now on.
    pub(super) fn endpoint(self, name: &str) -> io::Result<SocketAddr> {
        match self {
            Self::Many => Ok((self.host(name), PORT).into()),
            Self::One => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr(),
        }
    }
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
        let first = Addresses::One.endpoint("a").unwrap();
        let _taken = TcpListener::bind(first).unwrap();
        let second = Addresses::One.endpoint("b").unwrap();

        assert_eq!(first.ip(), Addresses::One.host("b"));
        assert_ne!(first.port(), second.port());
    }
}

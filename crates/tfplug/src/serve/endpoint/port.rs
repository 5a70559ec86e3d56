//! A TCP port of the loopback interface.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use tokio::net::TcpListener;

/// A port that is listened at.
#[derive(Debug)]
pub(in crate::serve) struct Port {
    number: u16,
    listener: Arc<TcpListener>,
}

impl Port {
    /// Listens at the first free port of those that the host allows.
    pub(super) async fn bind(allowed: RangeInclusive<u16>) -> io::Result<Self> {
        let none = format!("no port from {} to {} is free", allowed.start(), allowed.end());
        let mut last = io::Error::new(io::ErrorKind::AddrInUse, "the range is empty");
        for port in allowed {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => {
                    let number = listener.local_addr()?.port();
                    return Ok(Self { number, listener: Arc::new(listener) });
                }
                Err(error) => last = error,
            }
        }
        Err(io::Error::new(last.kind(), format!("{none}: {last}")))
    }

    /// What to connect to.
    pub(super) fn address(&self) -> String {
        format!("{}:{}", Ipv4Addr::LOCALHOST, self.number)
    }

    pub(super) fn listener(&self) -> Arc<TcpListener> {
        Arc::clone(&self.listener)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_is_taken_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let first = taken.local_addr().unwrap().port();

        let port = Port::bind(first..=first.saturating_add(20)).await.unwrap();

        assert!(port.number > first);
        assert!(port.address().starts_with("127.0.0.1:"));
    }

    #[tokio::test]
    async fn without_a_free_port_the_error_names_the_range() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let only = taken.local_addr().unwrap().port();

        let error = Port::bind(only..=only).await.unwrap_err();

        assert!(error.to_string().contains(&format!("from {only} to {only}")), "{error}");
    }
}

//! The name by which a client calls the simulator, which the addresses in replies begin with.
//!
//! Whoever writes that name decides where the reader of a reply goes next, so only a host with perhaps a port
//! is one: no credentials, no path.

use std::net::{Ipv6Addr, SocketAddr};

use http::header::HOST;
use http::request::Parts;

use crate::message::reply::Reply;

/// The longest name that DNS has, with a port.
const MAX_LENGTH: usize = 253 + ":65535".len();

/// The host of a request, with the port that it names. One that names none is answered as one to the address
/// at which it came in.
///
/// Fails if it names several, or something else than a host.
pub(super) fn of(parts: &Parts, local: SocketAddr) -> Result<String, Reply> {
    // A URI with a host is what a proxy is sent; it stands above the header.
    if let Some(authority) = parts.uri.authority() {
        return checked(authority.as_str());
    }
    let mut values = parts.headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(local.to_string()),
        (Some(value), None) if value.is_empty() => Ok(local.to_string()),
        (Some(value), None) => checked(value.to_str().unwrap_or("\0")),
        (Some(_), Some(_)) => Err(Reply::framework(400, "The request has more than one Host.")),
    }
}

fn checked(host: &str) -> Result<String, Reply> {
    if is_host(host) {
        return Ok(host.to_owned());
    }
    Err(Reply::framework(
        400,
        "The Host of the request is no host: send a name or an address, and a port if it is not 80.",
    ))
}

fn is_host(text: &str) -> bool {
    if text.len() > MAX_LENGTH {
        return false;
    }
    let (name, port) = match text.rsplit_once(':') {
        // The colons of an address stand in brackets.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let is_port = |port: &str| {
        port.bytes().all(|it| it.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|it| it > 0)
    };
    let in_brackets = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_name = if let Some(address) = in_brackets {
        address.parse::<Ipv6Addr>().is_ok()
    } else {
        let allowed = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_');
        !name.is_empty() && name.bytes().all(allowed)
    };
    is_name && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_address_with_or_without_a_port_is_a_host() {
        for host in ["sim", "sim:8778", "my_sim-1.test.:1", "10.0.0.7:65535", "[::1]", "[::1]:80"] {
            assert!(is_host(host), "{host}");
        }
        let long = format!("{}:8778", "a".repeat(255));
        for other in [
            "", ":80", "a:", "a:0", "a:65536", "a:+1", "a:b", "a b", "a\tb", "u@h", "u:p@h:1",
            "a/b", "a?b", "a#b", "a\"b", "a\\b", "a<b", "a%0d", "::1", "[::1", "[x]:1", "ü", &long,
        ] {
            assert!(!is_host(other), "{other}");
        }
    }
}

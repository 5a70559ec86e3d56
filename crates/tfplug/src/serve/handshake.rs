//! What host and plugin tell each other before the first connection: environment variables one way, one line of
//! stdout the other way.

use std::env;
use std::io::{self, Write as _};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Terraform puts this into the environment of every plugin. It is no secret: it only tells a host from a person.
pub(crate) const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
pub(crate) const COOKIE_VALUE: &str =
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Version of the handshake itself.
const CORE_PROTOCOL: u8 = 1;
/// Major version of the provider protocol. It is told even to a host that does not list it in
/// `PLUGIN_PROTOCOL_VERSIONS`, since the host then explains the mismatch to the user.
const PROVIDER_PROTOCOL: u8 = 6;

/// Ports to listen at where the host names none.
const PORTS: RangeInclusive<u16> = 10_000..=25_000;

/// Chooses the network where both work, so that what runs on one platform is tested on another: `unix` or `tcp`.
const NETWORK: &str = "TFPLUG_NETWORK";

const REFUSAL: &str = "\
This is a Terraform provider. Terraform and OpenTofu start it when a configuration needs it;
started by hand it does nothing. --help says what it takes; --debug serves a debugger.
";

/// What a host connects through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    #[cfg(unix)]
    Unix,
    Tcp,
}

impl Network {
    /// That of this platform, unless another is asked for.
    fn wanted(name: Option<&str>) -> Self {
        #[cfg(unix)]
        if name != Some("tcp") {
            return Self::Unix;
        }
        #[cfg(not(unix))]
        let _ = name;
        Self::Tcp
    }
}

/// The host's side of the handshake.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Environment {
    cookie: Option<String>,
    /// The one certificate to accept, as PEM. None: the host wants no TLS.
    pub(super) client_certificate: Option<String>,
    /// Where the host wants the socket.
    pub(super) socket_folder: Option<PathBuf>,
    /// Where the host wants the port.
    pub(super) ports: RangeInclusive<u16>,
    pub(super) network: Network,
    /// Whether the host wants to hear if connections may be shared.
    pub(super) multiplexing: bool,
}

impl Environment {
    pub(super) fn of_this_process() -> Self {
        let text = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let port = |name| text(name).and_then(|port| port.parse().ok());
        let (first, last) = (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT"));
        Self {
            cookie: text(COOKIE_NAME),
            client_certificate: text("PLUGIN_CLIENT_CERT"),
            socket_folder: env::var_os("PLUGIN_UNIX_SOCKET_DIR")
                .filter(|folder| !folder.is_empty())
                .map(PathBuf::from),
            ports: first.unwrap_or(*PORTS.start())..=last.unwrap_or(*PORTS.end()),
            network: Network::wanted(text(NETWORK).as_deref()),
            multiplexing: text("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }

    /// Whether a host that speaks this handshake started the process.
    pub(super) fn has_cookie(&self) -> bool {
        self.cookie.as_deref() == Some(COOKIE_VALUE)
    }
}

/// The plugin's side of the handshake: where to connect, and the DER certificate to expect there.
pub(super) fn line(
    (network, address): (&str, &str),
    certificate: Option<&[u8]>,
    multiplexing: bool,
) -> String {
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    // The field is sent only to hosts that know it; the answer is that connections are not shared.
    let multiplexing = if multiplexing { "|false" } else { "" };
    format!(
        "{CORE_PROTOCOL}|{PROVIDER_PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}\n"
    )
}

/// Writes to stdout. Nothing else in the process does, and this happens once.
pub(super) fn announce(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Tells a person who started the program what it is.
pub(super) fn refuse() {
    // Nobody is left to tell when stderr is gone.
    drop(io::stderr().lock().write_all(REFUSAL.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKET: (&str, &str) = ("unix", "/tmp/x/s");

    #[test]
    fn the_line_names_protocol_socket_and_certificate() {
        assert_eq!(line(SOCKET, Some(&[1, 2, 3, 4]), false), "1|6|unix|/tmp/x/s|grpc|AQIDBA\n");
        let port = ("tcp", "127.0.0.1:10000");
        assert_eq!(line(port, Some(&[1]), false), "1|6|tcp|127.0.0.1:10000|grpc|AQ\n");
    }

    #[test]
    fn without_tls_the_certificate_is_empty() {
        assert_eq!(line(SOCKET, None, false), "1|6|unix|/tmp/x/s|grpc|\n");
    }

    #[test]
    fn a_host_that_asks_hears_that_connections_are_not_shared() {
        assert_eq!(line(SOCKET, None, true), "1|6|unix|/tmp/x/s|grpc||false\n");
    }

    #[test]
    fn only_the_right_cookie_is_a_cookie() {
        let with = |cookie: Option<&str>| Environment {
            cookie: cookie.map(str::to_owned),
            client_certificate: None,
            socket_folder: None,
            ports: PORTS,
            network: Network::Tcp,
            multiplexing: false,
        };

        assert!(with(Some(COOKIE_VALUE)).has_cookie());
        assert!(!with(Some("d602bf8f")).has_cookie());
        assert!(!with(None).has_cookie());
    }
}

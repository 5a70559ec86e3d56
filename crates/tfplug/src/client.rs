//! The calling side of the protocol: starts a provider the way Terraform does, and makes its calls.
//!
//! For tests and benchmarks, behind the feature `client`. Everything that waits gives up after half a minute with
//! an error of the kind [`io::ErrorKind::TimedOut`], so that a test fails instead of hanging.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout};
use tokio::sync::mpsc;

use crate::serve::handshake::{COOKIE_NAME, COOKIE_VALUE};
pub use crate::wire::generated::{grpc_health_v1, plugin, tfplugin6};
pub use channel::{Channel, Connection};
pub use identity::{Identity, certificate_pem};
pub use stream::Stream;

mod channel;
mod identity;
mod stream;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a plugin says on stdout when it is ready for connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The line itself, without its end.
    pub line: String,
    /// Version of the handshake.
    pub core_protocol: u32,
    /// Major version of the provider protocol.
    pub provider_protocol: u32,
    /// `unix` or `tcp`.
    pub network: String,
    /// Path of the socket, or host and port.
    pub address: String,
    /// `grpc` or `netrpc`.
    pub transport: String,
    /// The server certificate as DER; none without TLS.
    pub certificate: Option<Vec<u8>>,
}

impl Handshake {
    /// Reads the line. The error names it if it has another shape.
    pub fn parse(line: &str) -> io::Result<Self> {
        Self::read(line).ok_or_else(|| io::Error::other(format!("not a handshake: {line:?}")))
    }

    fn read(line: &str) -> Option<Self> {
        let mut fields = line.split('|');
        let handshake = Self {
            line: line.to_owned(),
            core_protocol: fields.next()?.parse().ok()?,
            provider_protocol: fields.next()?.parse().ok()?,
            network: fields.next()?.to_owned(),
            address: fields.next()?.to_owned(),
            transport: fields.next()?.to_owned(),
            certificate: match fields.next()? {
                "" => None,
                certificate => Some(STANDARD_NO_PAD.decode(certificate).ok()?),
            },
        };
        Some(handshake)
    }

    /// Connects with TLS as somebody: with a certificate, or with none.
    ///
    /// In TLS 1.3 a client learns only at its first call that it was turned away.
    pub async fn connect_as(&self, identity: Option<&Identity>) -> io::Result<Connection> {
        let certificate = self.certificate.clone();
        let certificate = certificate.ok_or_else(|| io::Error::other("the plugin has no TLS"))?;
        let stream = patiently(identity::connect(self.socket().await?, certificate, identity));
        Connection::over(stream.await?).await
    }

    /// A bare connection to the endpoint.
    pub async fn socket(&self) -> io::Result<Box<dyn Stream>> {
        if self.network == "tcp" {
            let stream = patiently(TcpStream::connect(&self.address)).await?;
            stream.set_nodelay(true)?;
            return Ok(Box::new(stream));
        }
        #[cfg(unix)]
        return Ok(Box::new(patiently(tokio::net::UnixStream::connect(&self.address)).await?));
        #[cfg(not(unix))]
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it wrote to stdout after the handshake. A plugin writes nothing there.
    pub stdout: String,
}

/// A running provider process. Dropping it kills the process and removes the socket that a killed process leaves.
#[derive(Debug)]
pub struct Plugin {
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: mpsc::UnboundedReceiver<String>,
    handshake: Handshake,
    identity: Option<Identity>,
}

impl Plugin {
    /// Starts `command` with the environment that Terraform gives a provider, and waits for its handshake.
    ///
    /// With an identity the plugin is told to accept that certificate and nobody else; without one there is no TLS.
    /// Fails if the process cannot be started or says something else than a handshake.
    pub async fn start(mut command: Command, identity: Option<Identity>) -> io::Result<Self> {
        command
            .env(COOKIE_NAME, COOKIE_VALUE)
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env_remove("PLUGIN_CLIENT_CERT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(identity) = &identity {
            command.env("PLUGIN_CLIENT_CERT", identity.certificate_pem());
        }
        let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("the process has no stdout or no stderr"));
        };
        let mut stdout = BufReader::new(stdout);
        let log = lines(stderr);
        let mut line = String::new();
        patiently(stdout.read_line(&mut line)).await?;
        let handshake = Handshake::parse(line.trim_end_matches('\n'))?;
        Ok(Self { child, stdout, log, handshake, identity })
    }

    /// What the plugin said on stdout.
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// The process, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Connects as the host that started the plugin.
    pub async fn connect(&self) -> io::Result<Connection> {
        match &self.identity {
            Some(identity) => self.connect_as(Some(identity)).await,
            None => Connection::over(self.handshake.socket().await?).await,
        }
    }

    /// Connects as somebody else, see [`Handshake::connect_as`].
    pub async fn connect_as(&self, identity: Option<&Identity>) -> io::Result<Connection> {
        self.handshake.connect_as(identity).await
    }

    /// A bare connection to the endpoint.
    pub async fn socket(&self) -> io::Result<Box<dyn Stream>> {
        self.handshake.socket().await
    }

    /// The next line of stderr that fits; lines before it are skipped.
    ///
    /// Fails if the process ends without such a line.
    pub async fn log_line(&mut self, fits: impl Fn(&str) -> bool) -> io::Result<String> {
        let found = async {
            while let Some(line) = self.log.recv().await {
                if fits(&line) {
                    return Ok(line);
                }
            }
            Err(io::Error::from(io::ErrorKind::UnexpectedEof))
        };
        patiently(found).await
    }

    /// Waits until the process has ended.
    pub async fn ended(mut self) -> io::Result<Ended> {
        let mut rest = String::new();
        patiently(self.stdout.read_to_string(&mut rest)).await?;
        Ok(Ended { status: patiently(self.child.wait()).await?, stdout: rest })
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // Whatever of this is done already is no failure.
        drop(self.child.start_kill());
        if self.handshake.network == "unix" {
            let path = Path::new(&self.handshake.address);
            drop(std::fs::remove_file(path));
            // Removed only if nothing else is in it.
            drop(path.parent().map(std::fs::remove_dir));
        }
    }
}

/// Drains a stream, so that its writer never waits, and hands on its lines.
fn lines(stream: impl AsyncRead + Send + Unpin + 'static) -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // Lines that nobody will ask for are read all the same.
            drop(sender.send(line));
        }
    });
    receiver
}

async fn patiently<T>(step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PATIENCE, step).await?
}

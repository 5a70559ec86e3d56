//! The proxy that the environment names for https: which variables are asked, what they may say, and
//! what a proxy says that lets nobody through.
//!
//! The variables mean what they mean to Terraform, and curl's `ALL_PROXY` counts too. A value that is no
//! proxy is an error: without it, what was to go through a proxy would go out directly.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use crate::value::error::{Cause, Error};

/// In which the address of a proxy is looked for; the first that is not empty counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// What no proxy is asked for, whatever `NO_PROXY` says.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// How long a proxy that lets nobody through is asked for the reason.
const LONGEST_QUESTION: Duration = Duration::from_secs(5);

/// The longest status line of a proxy, in bytes.
const LONGEST_LINE: u64 = 1_024;

/// A proxy.
#[derive(Clone)]
pub(crate) struct Proxy {
    variable: &'static str,
    url: Url,
    /// Hosts that are reached without it.
    exempt: String,
}

/// What a proxy answers that lets nobody through.
#[derive(Debug, thiserror::Error)]
#[error("the proxy that {variable} names refused the connection with status {status}")]
struct Refused {
    variable: &'static str,
    status: http::StatusCode,
}

impl Proxy {
    /// The proxy of an environment, if it has one.
    pub(crate) fn of_environment(
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, Error> {
        let given = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let mut named = VARIABLES.into_iter().filter_map(|name| Some((name, given(name)?)));
        let Some((variable, address)) = named.next() else { return Ok(None) };
        let url = parsed(address.trim()).map_err(|reason| {
            Error::Invalid(format!("the environment variable {variable} names no proxy: {reason}"))
        })?;
        let others = given("NO_PROXY").or_else(|| given("no_proxy")).unwrap_or_default();
        Ok(Some(Self { variable, url, exempt: format!("{THIS_MACHINE},{others}") }))
    }

    /// The rule that sends requests through it.
    pub(crate) fn rule(&self) -> reqwest::Result<reqwest::Proxy> {
        let exempt = reqwest::NoProxy::from_string(&self.exempt);
        Ok(reqwest::Proxy::all(self.url.as_str())?.no_proxy(exempt))
    }

    /// The reason why no connection came about, if it is that the proxy refused a tunnel to `target`. The
    /// library that asked for the tunnel keeps the status to itself, so it is asked for once more.
    pub(crate) async fn reason(&self, target: &Url, error: &Cause) -> Option<Cause> {
        let refused = causes(error.as_ref()).any(|it| it.to_string().starts_with("tunnel error"));
        if !refused || self.url.scheme() != "http" {
            return None;
        }
        let status = tokio::time::timeout(LONGEST_QUESTION, self.status(target)).await.ok()??;
        let refused = Refused { variable: self.variable, status };
        (!status.is_success())
            .then(|| Cause::from(Box::<dyn std::error::Error + Send + Sync>::from(refused)))
    }

    async fn status(&self, target: &Url) -> Option<http::StatusCode> {
        let address = (self.url.host_str()?, self.url.port_or_known_default()?);
        let mut stream = TcpStream::connect(address).await.ok()?;
        let host = format!("{}:{}", target.host_str()?, target.port_or_known_default()?);
        let login = self.login().map(|it| format!("Proxy-Authorization: Basic {it}\r\n"));
        let question =
            format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", login.unwrap_or_default());
        stream.write_all(question.as_bytes()).await.ok()?;
        let (mut answer, mut line) = (stream.take(LONGEST_LINE), Vec::new());
        while !line.contains(&b'\n') && answer.read_buf(&mut line).await.ok()? > 0 {}
        let line = String::from_utf8_lossy(&line).into_owned();
        line.split(' ').nth(1)?.trim().parse().ok()
    }

    /// The user and the password in its address.
    fn login(&self) -> Option<String> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = (self.url.username(), self.url.password().unwrap_or_default());
        let login = format!("{}:{}", decoded(user), decoded(password));
        (login != ":").then(|| BASE64_STANDARD.encode(login))
    }
}

/// An address of a proxy; without a scheme it is one for http. The reason why it is none does not repeat
/// it: a password may be in it.
fn parsed(address: &str) -> Result<Url, String> {
    let address =
        if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let mut url = Url::parse(&address).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => {}
        // Names are looked up by the proxy, as with Terraform.
        "socks5" | "socks5h" => {
            let port = url.port().unwrap_or(1080);
            if url.set_scheme("socks5h").and_then(|()| url.set_port(Some(port))).is_err() {
                return Err("it has no host".to_owned());
            }
        }
        _ => return Err("its scheme is not http, https, socks5 or socks5h".to_owned()),
    }
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(url),
        _ => Err("it has no host".to_owned()),
    }
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + Send + Sync + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    let first: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |error| error.source())
}

#[cfg(test)]
mod tests;

//! The URL below which the paths of requests lie, and whether secrets may travel there.

use std::net::IpAddr;

use url::{Host, Url};

use crate::http::request::Request;
use crate::value::error::Error;
use crate::value::settings::Settings;

/// The URL of a request: exactly one slash between base and path, and the query as it is.
pub(crate) fn target(base: &Url, request: &Request) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), request.path.encoded()));
    url.set_query(request.query.as_deref());
    url
}

/// Whether a URL names this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// Refuses URLs over which a token or a password must not travel.
pub(crate) fn check_private(what: &str, url: &Url, settings: &Settings) -> Result<(), Error> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) || settings.allows_plain_http_to(url) => {}
        "http" => {
            return Err(Error::Invalid(format!(
                "{what} {} is plain http to another machine; credentials are sent over https only, \
                 unless `plain_http` allows it for the hosts of `auth_url` and `endpoint`",
                shown(url)
            )));
        }
        scheme => {
            return Err(Error::Invalid(format!(
                "{what} {} has the scheme {scheme}; it must be https",
                shown(url)
            )));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Invalid(format!(
            "{what} {} has a user or a password in it; these belong in the credentials",
            shown(url)
        )));
    }
    Ok(())
}

/// A URL without what may be secret in it.
fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
mod tests;

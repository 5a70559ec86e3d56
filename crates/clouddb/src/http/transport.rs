//! Carrying one request to a server and its reply back.
//!
//! A write runs in a task of its own: a caller that stops waiting does not cut it off, so that it is
//! either done or refused, never half sent. A read ends with its caller.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderValue, Method};
use secrecy::ExposeSecret;
use tokio::time;
use tracing::Instrument;
use url::Url;

use crate::http::base_url::{is_loopback, target};
use crate::http::certificates::{self, Trusted};
use crate::http::proxy::Proxy;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::request_log;
use crate::value::clock::ServerClock;
use crate::value::context::CallContext;
use crate::value::error::{Cause, Error, Sent};
use crate::value::limits::{LONGEST_ANSWER, LONGEST_REFUSAL};
use crate::value::settings::Secret;

/// A connection that takes longer than this will not be made: the address is wrong, or something
/// on the way swallows packets.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);

/// What has answered a write has at least this long for the rest of its reply, though the deadline is
/// over.
const LATE_BODY: Duration = Duration::from_secs(1);

/// The way to the network.
pub(crate) struct Transport {
    user_agent: String,
    request_timeout: Duration,
    /// For servers elsewhere: with the certificates and the proxy of the system.
    remote: OnceLock<Result<Way, Error>>,
    /// For plain http to this machine: no proxy, and no certificates to load.
    local: OnceLock<Result<Way, Error>>,
    /// Servers that have answered.
    met: Mutex<HashSet<String>>,
    clock: ServerClock,
}

/// An HTTP client, and the proxy that it goes through.
struct Way {
    client: reqwest::Client,
    proxy: Option<Proxy>,
}

impl Transport {
    pub(crate) fn new(user_agent: String, request_timeout: Duration) -> Self {
        Self {
            user_agent,
            request_timeout,
            remote: OnceLock::new(),
            local: OnceLock::new(),
            met: Mutex::default(),
            clock: ServerClock::default(),
        }
    }

    /// Whether this server has answered before.
    pub(crate) fn has_met(&self, base: &Url) -> bool {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.contains(base.authority())
    }

    /// What time it is for the servers.
    pub(crate) fn clock(&self) -> &ServerClock {
        &self.clock
    }

    /// Sends a request and returns the reply, whatever its status.
    pub(crate) async fn exchange(
        self: &Arc<Self>,
        base: &Url,
        request: &Request,
        token: Option<&Secret>,
        context: &CallContext,
    ) -> Result<Reply, Error> {
        if request.method == Method::GET {
            return Box::pin(self.carry(base, request, token, context)).await;
        }
        let (transport, base, request, token, context) =
            (Arc::clone(self), base.clone(), request.clone(), token.cloned(), context.clone());
        let call = request.call();
        let exchange =
            async move { transport.carry(&base, &request, token.as_ref(), &context).await };
        match tokio::spawn(exchange.in_current_span()).await {
            Ok(result) => result,
            Err(lost) => Err(Error::Transport { call, sent: Sent::Maybe, source: Arc::new(lost) }),
        }
    }

    async fn carry(
        &self,
        base: &Url,
        request: &Request,
        token: Option<&Secret>,
        context: &CallContext,
    ) -> Result<Reply, Error> {
        let call = request.call();
        let way = self.way(base)?;
        let url = target(base, request);
        let mut builder = way.client.request(request.method.clone(), url.clone());
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(token.expose_secret()).map_err(|_| {
                Error::Invalid(
                    "the token has a line break or another character that no token has".to_owned(),
                )
            })?;
            value.set_sensitive(true);
            builder = builder.header("X-Auth-Token", value);
        }
        if let Some(body) = &request.body {
            builder = builder.json(body);
            request_log::body(&call, body);
        }
        let started = Instant::now();
        match receive(builder, context).await {
            Ok(Received { status, headers, body, whole }) => {
                let token = token.map(|it| it.expose_secret().to_owned());
                let secrets = request.secrets().into_iter().chain(token).collect();
                let reply = Reply { call, status, headers, body, whole, secrets };
                self.note(base, &url, &reply, started);
                Ok(reply)
            }
            Err((sent, source)) => {
                request_log::no_reply(&request.method, &url, &source, started);
                if is_untrusted(source.as_ref()) {
                    return Err(Error::Untrusted { call, source });
                }
                let reason = match &way.proxy {
                    Some(proxy) if sent == Sent::No => proxy.reason(&url, &source).await,
                    _ => None,
                };
                Err(Error::Transport { call, sent, source: reason.unwrap_or(source) })
            }
        }
    }

    /// Remembers and logs that a reply came.
    fn note(&self, base: &Url, url: &Url, reply: &Reply, started: Instant) {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).insert(base.authority().to_owned());
        if let Some(date) = reply.header("date") {
            self.clock.set(date);
        }
        request_log::reply(url, reply, started);
    }

    /// The way to a base URL, made when it is first needed: loading the certificates of the system
    /// takes time that calls without a network need not spend.
    fn way(&self, base: &Url) -> Result<&Way, Error> {
        let local = base.scheme() == "http" && is_loopback(base);
        let slot = if local { &self.local } else { &self.remote };
        slot.get_or_init(|| self.build(local)).as_ref().map_err(Clone::clone)
    }

    fn build(&self, local: bool) -> Result<Way, Error> {
        // An error means that the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(&self.user_agent)
            .timeout(self.request_timeout)
            .connect_timeout(LONGEST_CONNECT.min(self.request_timeout))
            .redirect(reqwest::redirect::Policy::none());
        let mut proxy = None;
        if local {
            builder = builder.no_proxy().tls_certs_only(std::iter::empty());
        } else {
            proxy = Proxy::of_environment(|name| std::env::var(name).ok())?;
            if let Some(proxy) = &proxy {
                builder = builder.proxy(proxy.rule().map_err(|error| unmade(&error))?);
            }
            if certificates::trusted(|name| std::env::var_os(name).map(Into::into))?
                == Trusted::Systems
            {
                builder = builder.tls_certs_only(certificates::of_system());
            }
        }
        let client = builder.build().map_err(|error| unmade(&error))?;
        Ok(Way { client, proxy })
    }
}

/// The error of a client that cannot be made, which is one of its settings.
fn unmade(error: &reqwest::Error) -> Error {
    let causes = std::iter::successors(std::error::Error::source(error), |it| it.source());
    let told = causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"));
    Error::Invalid(format!("no connection can be made from this machine: {told}"))
}

/// Whether an exchange ended because of the certificate of the server.
fn is_untrusted(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let first: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |error| {
        // An error of the system does not name the one inside as its cause.
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        inside.map_or_else(|| error.source(), |inside| Some(inside))
    });
    causes.any(|it| matches!(it.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// A reply as it came.
struct Received {
    status: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
    /// Whether that is the whole body.
    whole: bool,
}

/// Sends a request and reads the reply, of which the body has to come within the operation.
async fn receive(
    builder: reqwest::RequestBuilder,
    context: &CallContext,
) -> Result<Received, (Sent, Cause)> {
    let response = builder.header("Accept", "application/json").send().await;
    let mut response = response.map_err(|error| {
        let sent = if error.is_connect() || error.is_builder() { Sent::No } else { Sent::Maybe };
        (sent, Arc::new(error) as Cause)
    })?;
    let (status, headers) = (response.status(), response.headers().clone());
    let longest = if status.is_success() { LONGEST_ANSWER } else { LONGEST_REFUSAL };
    // A write is waited for past the deadline; once it is answered, only for a moment more.
    let until = context.deadline().map(|deadline| deadline.max(time::Instant::now() + LATE_BODY));
    let body = read_body(&mut response, longest);
    let read = match until {
        Some(until) => time::timeout_at(until, body).await,
        None => Ok(body.await),
    };
    let (body, whole) = read
        .map_err(|late| Arc::new(late) as Cause)
        .and_then(|body| body.map_err(|error| Arc::new(error) as Cause))
        .map_err(|cause| (Sent::Maybe, cause))?;
    Ok(Received { status: status.as_u16(), headers, body, whole })
}

/// A body up to a limit, and whether that is all of it. The rest is not read: the connection ends with
/// the response.
async fn read_body(
    response: &mut reqwest::Response,
    longest: usize,
) -> reqwest::Result<(Vec<u8>, bool)> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        match chunk.get(..longest - body.len()) {
            Some(begun) if begun.len() < chunk.len() => {
                body.extend_from_slice(begun);
                return Ok((body, false));
            }
            _ => body.extend_from_slice(&chunk),
        }
    }
    Ok((body, true))
}

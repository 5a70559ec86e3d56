//! Being a plugin process: from the handshake on stdout to the last call.
//!
//! Terraform starts the binary, reads one line from its stdout, connects to the endpoint named there and makes its calls over gRPC with mutual TLS. The rules are go-plugin's
//! (<https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md>). What the calls mean is not known here.
//!
//! **Invariant:** after the handshake nothing is written to stdout; stderr carries log lines only.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::Request;
use tonic::transport::Server;

use crate::engine::call::STOP_PATIENCE;
use crate::wire::generated::tfplugin6::provider_server::Provider;
use crate::wire::generated::tfplugin6::stop_provider;

use arguments::Order;
use endpoint::Endpoint;
use handshake::{Environment, Network};
use host::Host;
pub use options::Options;
use plugin_services::Services;
use signals::{Interrupts, Requests, Urgency};

mod arguments;
mod connection;
mod endpoint;
pub(crate) mod handshake;
mod host;
mod listener;
mod log;
mod options;
mod plugin_services;
mod reattach;
mod signals;
pub(crate) mod tls;

/// Serves `service` until the host asks the process to end.
///
/// Without arguments the process is a plugin: it refuses to work unless a host such as Terraform started it. With
/// `--debug` (or `-debug`) it needs no host: it prints what to put into the environment of Terraform, and serves until
/// Ctrl-C or SIGTERM, over a unix socket without TLS. With `--version` or `--help` it tells about itself and ends.
///
/// Returns only when serving could not begin, or failed. When the host asks for the end (`GRPCController.Shutdown`,
/// in debug mode SIGTERM or Ctrl-C) the socket is removed and the process ends at once, because a returning `main`
/// would wait for blocked threads, and the host kills a plugin that takes longer than two seconds.
///
/// SIGTERM and SIGHUP stop what is running, as `StopProvider` does, and the process ends when the host is done with
/// it; sent again after two seconds they end it at once. When the host is gone, what is running is stopped, and the
/// process ends as soon as that can be over.
pub async fn run<P: Provider>(service: P, options: Options) -> ExitCode {
    let environment = Environment::of_this_process();
    let order = Order::of(std::env::args_os().skip(1));
    match order {
        Order::Version => return told(&arguments::version(&options)),
        Order::Help => return told(&arguments::help(&options)),
        Order::Serve if !environment.has_cookie() => {
            handshake::refuse();
            return ExitCode::FAILURE;
        }
        Order::Serve | Order::Debug => {}
    }
    log::start();
    let outcome = if order == Order::Debug {
        serve_attached(service, &options, &environment).await
    } else {
        serve_host(service, &environment).await
    };
    match outcome {
        Ok(()) => std::process::exit(0),
        Err(error) => {
            log::write_error("tfplug.serve", &format!("The provider cannot be served: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn told(text: &str) -> ExitCode {
    if handshake::announce(text).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Serves the host that started this process.
async fn serve_host<P: Provider>(service: P, environment: &Environment) -> io::Result<()> {
    // Ctrl-C in a terminal reaches the whole process group. The host decides what it means, and tells it by
    // StopProvider and Shutdown; a provider that died of it would lose what it just created.
    let _swallowed = Interrupts::listen()?;
    let requests = Requests::listen()?;
    let host = Host::of_this_process();
    let (endpoint, identity) = open(environment).await?;
    let (address, multiplexing) = (endpoint.address(), environment.multiplexing);
    let certificate = identity.as_ref().map(|identity| identity.certificate.as_slice());
    let line = handshake::line((endpoint.network(), &address), certificate, multiplexing);
    let acceptor = identity.map(|identity| identity.acceptor);
    let shutdown = CancellationToken::new();
    let service = Arc::new(service);

    let server = Server::builder().serve_with_incoming(
        Services::new(Arc::clone(&service), Some(shutdown.clone())),
        endpoint.connections(acceptor, Some(host.connections().clone())),
    );
    tracing::debug!(network = endpoint.network(), address, "listening");
    handshake::announce(&line)?;
    let outcome = tokio::select! {
        outcome = server => outcome.map_err(io::Error::other),
        () = shutdown.cancelled() => Ok(()),
        () = left_alone(&*service, &host, requests) => Ok(()),
    };
    endpoint.remove().and(outcome)
}

/// The endpoint, and who may connect to it; with no identity, whoever can.
async fn open(environment: &Environment) -> io::Result<(Endpoint, Option<tls::Identity>)> {
    let identity = environment.client_certificate.as_deref().map(tls::Identity::for_client);
    let identity = identity.transpose()?;
    if environment.network == Network::Tcp && identity.is_none() {
        return Err(io::Error::other(
            "over TCP every user of this machine could give it orders, so it is served only to the owner of a certificate, \
             which a host names in PLUGIN_CLIENT_CERT. Terraform does unless TF_DISABLE_PLUGIN_TLS is set, but it has \
             none for a provider in debug mode: attach the debugger to the process that Terraform starts",
        ));
    }
    Ok((Endpoint::bind(environment).await?, identity))
}

/// Until nobody wants this process any more: its host is gone, and what was running has been stopped, or the system
/// insists.
async fn left_alone<P: Provider>(service: &P, host: &Host, mut requests: Requests) {
    loop {
        tokio::select! {
            () = host.gone() => {
                tracing::warn!("The host is gone; what is running is stopped");
                stop(service).await;
                // What was on its way is found out about within this time; nobody hears of it.
                return sleep(STOP_PATIENCE).await;
            }
            urgency = requests.next() => match urgency {
                Urgency::AtOnce => return,
                Urgency::Orderly => {
                    tracing::warn!("The system asks to end; what is running is stopped");
                    stop(service).await;
                }
            },
        }
    }
}

/// Asks the provider to stop what it does, as the host would.
async fn stop<P: Provider>(service: &P) {
    if let Err(status) = service.stop_provider(Request::new(stop_provider::Request {})).await {
        tracing::warn!(%status, "The provider could not be asked to stop");
    }
}

/// Serves every host that is told of this process, until it is ended by hand.
async fn serve_attached<P: Provider>(
    service: P,
    options: &Options,
    environment: &Environment,
) -> io::Result<()> {
    let (mut interrupts, mut requests) = (Interrupts::listen()?, Requests::listen()?);
    let (endpoint, identity) = open(environment).await?;
    let address = endpoint.address();
    let text = reattach::text(
        &options.provider_address,
        std::process::id(),
        (endpoint.network(), &address),
        identity.as_ref().map(|identity| identity.certificate.as_slice()),
    );
    let acceptor = identity.map(|identity| identity.acceptor);

    // A host that ends is no reason to end: the next `terraform plan` attaches again.
    let server = Server::builder().serve_with_incoming(
        Services::new(Arc::new(service), None),
        endpoint.connections(acceptor, None),
    );
    handshake::announce(&text)?;
    let outcome = tokio::select! {
        outcome = server => outcome.map_err(io::Error::other),
        () = interrupts.next() => Ok(()),
        _ = requests.next() => Ok(()),
    };
    endpoint.remove().and(outcome)
}

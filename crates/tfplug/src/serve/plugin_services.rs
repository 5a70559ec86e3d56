//! The services on the socket: the provider, and what every go-plugin server offers beside its own service.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, BoxStream, Service, http};
use tonic::server::NamedService;
use tonic::{Request, Response, Status, Streaming};

use crate::wire::generated::grpc_health_v1::health_check_response::ServingStatus;
use crate::wire::generated::grpc_health_v1::health_server::{Health, HealthServer};
use crate::wire::generated::grpc_health_v1::{HealthCheckRequest, HealthCheckResponse};
use crate::wire::generated::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::wire::generated::plugin::grpc_controller_server::{
    GrpcController, GrpcControllerServer,
};
use crate::wire::generated::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::wire::generated::plugin::{ConnInfo, Empty, StdioData};
use crate::wire::generated::tfplugin6::provider_server::{Provider, ProviderServer};

/// Largest message in bytes, both ways: the limit of providers written in Go. Tonic's own is 4 MiB, which a large
/// state exceeds.
const LARGEST_MESSAGE: usize = 256 << 20;

/// All services, told apart by the first segment of a call's path.
pub(super) struct Services<P> {
    provider: ProviderServer<P>,
    controller: GrpcControllerServer<Controller>,
    stdio: GrpcStdioServer<Stdio>,
    broker: GrpcBrokerServer<Broker>,
    health: HealthServer<Healthy>,
}

impl<P: Provider> Services<P> {
    /// `shutdown` is cancelled when the host asks for the end; None leaves that request without an effect.
    pub(super) fn new(provider: Arc<P>, shutdown: Option<CancellationToken>) -> Self {
        Self {
            provider: ProviderServer::from_arc(provider)
                .max_decoding_message_size(LARGEST_MESSAGE)
                .max_encoding_message_size(LARGEST_MESSAGE),
            controller: GrpcControllerServer::new(Controller { shutdown }),
            stdio: GrpcStdioServer::new(Stdio),
            broker: GrpcBrokerServer::new(Broker),
            health: HealthServer::new(Healthy),
        }
    }
}

impl<P> Clone for Services<P> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            controller: self.controller.clone(),
            stdio: self.stdio.clone(),
            broker: self.broker.clone(),
            health: self.health.clone(),
        }
    }
}

impl<P: Provider> Service<http::Request<Body>> for Services<P> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // None of them ever makes a caller wait here.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        if service == <ProviderServer<P> as NamedService>::NAME {
            self.provider.call(request)
        } else if service == <GrpcControllerServer<Controller> as NamedService>::NAME {
            self.controller.call(request)
        } else if service == <GrpcStdioServer<Stdio> as NamedService>::NAME {
            self.stdio.call(request)
        } else if service == <GrpcBrokerServer<Broker> as NamedService>::NAME {
            self.broker.call(request)
        } else if service == <HealthServer<Healthy> as NamedService>::NAME {
            self.health.call(request)
        } else {
            let status = Status::unimplemented(format!("there is no service {service:.100}"));
            Box::pin(async move { Ok(status.into_http()) })
        }
    }
}

/// Lets the host end the process.
struct Controller {
    shutdown: Option<CancellationToken>,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        if let Some(shutdown) = &self.shutdown {
            shutdown.cancel();
        }
        Ok(Response::new(Empty {}))
    }
}

/// Never has anything to tell: after the handshake the process writes only to stderr, which the host reads anyway.
struct Stdio;

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        // Hosts open the stream once and expect it to last as long as the process.
        Ok(Response::new(Box::pin(stream::pending())))
    }
}

/// Never announces a connection, and has no use for one: the host opens the stream and leaves it.
struct Broker;

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(Box::pin(stream::pending())))
    }
}

/// Answers a ping. A process that answers is healthy; what it cannot do, its calls tell.
struct Healthy;

impl Healthy {
    /// go-plugin asks for a service of the name `plugin`, other hosts for the whole server.
    fn status(service: &str) -> ServingStatus {
        match service {
            "" | "plugin" => ServingStatus::Serving,
            _ => ServingStatus::ServiceUnknown,
        }
    }
}

#[tonic::async_trait]
impl Health for Healthy {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match Self::status(&request.get_ref().service) {
            ServingStatus::ServiceUnknown => Err(Status::not_found("there is no such service")),
            status => Ok(Response::new(HealthCheckResponse { status: status.into() })),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<BoxStream<HealthCheckResponse>>, Status> {
        use futures_util::StreamExt as _;

        let status = Self::status(&request.get_ref().service).into();
        let present = stream::iter([Ok(HealthCheckResponse { status })]);
        Ok(Response::new(Box::pin(present.chain(stream::pending()))))
    }
}

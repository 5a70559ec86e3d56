//! HTTP/2 over any stream, in the shape that the generated clients take.

use std::io;
use std::task::{Context, Poll};

use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tonic::body::Body;
use tonic::codegen::http::{Request, Response, Uri};
use tonic::codegen::{BoxFuture, Service};

use crate::wire::generated::grpc_health_v1::health_client::HealthClient;
use crate::wire::generated::plugin::grpc_broker_client::GrpcBrokerClient;
use crate::wire::generated::plugin::grpc_controller_client::GrpcControllerClient;
use crate::wire::generated::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::wire::generated::tfplugin6::provider_client::ProviderClient;

/// As large as the server's.
const LARGEST_MESSAGE: usize = 256 << 20;

/// One connection to a plugin, shared by the clients of all its services.
#[derive(Debug, Clone)]
pub struct Connection {
    channel: Channel,
}

impl Connection {
    /// Speaks HTTP/2 over a stream that is ready for it.
    pub async fn over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<Self> {
        let (requests, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        // Its failure reaches the calls that wait for it.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { channel: Channel(requests) })
    }

    /// The provider itself.
    pub fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::with_origin(self.channel.clone(), origin())
            .max_decoding_message_size(LARGEST_MESSAGE)
            .max_encoding_message_size(LARGEST_MESSAGE)
    }

    /// The service that ends the process.
    pub fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::with_origin(self.channel.clone(), origin())
    }

    /// The service for output of the plugin.
    pub fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::with_origin(self.channel.clone(), origin())
    }

    /// The service for further connections.
    pub fn broker(&self) -> GrpcBrokerClient<Channel> {
        GrpcBrokerClient::with_origin(self.channel.clone(), origin())
    }

    /// The service that answers a ping.
    pub fn health(&self) -> HealthClient<Channel> {
        HealthClient::with_origin(self.channel.clone(), origin())
    }
}

/// HTTP/2 wants an authority; on a unix socket it means nothing.
fn origin() -> Uri {
    Uri::from_static("http://localhost")
}

/// The transport of the generated clients.
#[derive(Debug, Clone)]
pub struct Channel(SendRequest<Body>);

impl Service<Request<Body>> for Channel {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

//! The server: reads a request, has it answered, writes the reply. What answers it is for the floors
//! above to say.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use http::header::{self, HeaderMap};

use crate::http::body;
use crate::http::connection::{Arrival, WriteLimit};
use crate::http::host;
use crate::http::listener::DoorListener;
use crate::message::reply::Reply;
use crate::message::request::Request;

/// What answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers a request. The limit is that of the connection on which the reply will be sent.
    fn answer(
        self: Arc<Self>,
        request: Request,
        limit: WriteLimit,
    ) -> impl Future<Output = Reply> + Send;
}

/// Larger bodies than any documented call can have.
const MAX_BODY_BYTES: usize = 4 << 20;

/// Serves until the task that polls this is dropped.
pub(crate) async fn serve<H: Handler>(
    listener: DoorListener,
    handler: Arc<H>,
) -> std::io::Result<()> {
    // One fallback instead of routes: the service's own router has quirks in how it reads a path.
    let app = Router::new().fallback(answer::<H>).with_state(handler);
    axum::serve(listener, app.into_make_service_with_connect_info::<Arrival>()).await
}

async fn answer<H: Handler>(
    State(handler): State<Arc<H>>,
    ConnectInfo(arrival): ConnectInfo<Arrival>,
    request: http::Request<Body>,
) -> Response {
    let request = match read(request, arrival.local).await {
        Ok(request) => request,
        Err(refusal) => return respond(refusal),
    };
    // What has been read is carried out, whether its client waits for the reply or not; the server
    // drops what belongs to a connection when that goes.
    match tokio::spawn(handler.answer(request, arrival.limit)).await {
        Ok(reply) => respond(reply),
        Err(_) => respond(Reply::internal_error()),
    }
}

async fn read(request: http::Request<Body>, local: SocketAddr) -> Result<Request, Reply> {
    let (parts, body) = request.into_parts();
    let host = host::of(&parts, local)?;
    let text = |headers: &HeaderMap, name: header::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        host,
        token: text(&parts.headers, header::HeaderName::from_static("x-auth-token")),
        content_type: text(&parts.headers, header::CONTENT_TYPE),
        accept: text(&parts.headers, header::ACCEPT),
        user_agent: text(&parts.headers, header::USER_AGENT),
        // A body that cannot be read is no body; the call is then refused for the lack of it.
        body: to_bytes(body, MAX_BODY_BYTES).await.map(Vec::from).unwrap_or_default(),
    })
}

fn respond(reply: Reply) -> Response {
    let mut response =
        Response::builder().status(reply.status).header(header::CONTENT_TYPE, reply.content_type);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    if let Some(length) = body::length(&reply) {
        response = response.header(header::CONTENT_LENGTH, length);
    }
    response.body(body::of(reply)).unwrap_or_else(|_| Response::new(Body::empty()))
}

//! The HTTP side: read a request, let faults have their say, answer, log.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use http::header::{self, HeaderMap};
use tokio::sync::watch;

use crate::call::Request;
use crate::cloud::Cloud;
use crate::control;
use crate::disturbance::Delivery;
use crate::log::{RecordedRequest, instance_of};
use crate::reply::Reply;
use crate::route::{self, below_account};
use crate::wire::{Door, Link, Wire};

/// The cloud, shared by the server and the handle of a test.
#[derive(Debug)]
pub(crate) struct Shared {
    cloud: Mutex<Cloud>,
    door: watch::Sender<Door>,
    logged: Condvar,
}

impl Shared {
    pub(crate) fn new(cloud: Cloud) -> Arc<Self> {
        let (door, _) = watch::channel(Door::Open);
        Arc::new(Self { cloud: Mutex::new(cloud), door, logged: Condvar::new() })
    }

    /// Blocks until the log fulfils the condition, for as long as the patience lasts.
    pub(crate) fn wait_for(
        &self,
        patience: Duration,
        fulfilled: impl Fn(&[RecordedRequest]) -> bool,
    ) -> bool {
        let waits = |cloud: &mut Cloud| !fulfilled(&cloud.log);
        let waited = self.logged.wait_timeout_while(self.cloud(), patience, waits);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Lets connections in, or refuses them.
    pub(crate) fn turn(&self, door: Door) {
        self.door.send_replace(door);
    }

    /// Tells a listener when the door is turned.
    pub(crate) fn door(&self) -> watch::Receiver<Door> {
        self.door.subscribe()
    }

    /// A test that panicked while it held the cloud must not take the server down with it.
    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Larger bodies than any documented call can have.
const MOST_BYTES: usize = 4 << 20;

/// Serves until the task that polls this is dropped.
pub(crate) async fn serve(wire: Wire, shared: Arc<Shared>) -> std::io::Result<()> {
    // One fallback instead of routes: the service's own router has quirks in how it reads a path.
    let app = Router::new().fallback(answer).with_state(shared);
    axum::serve(wire, app.into_make_service_with_connect_info::<Link>()).await
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(link): ConnectInfo<Link>,
    request: http::Request<Body>,
) -> Response {
    let request = read(request).await;
    if request.path == "/sim" || request.path.starts_with("/sim/") {
        return respond(control::answer(&mut shared.cloud(), &request));
    }

    let disturbance = shared.cloud().faults.meet(&request.method, &below_account(&request.path));
    if !disturbance.delay.is_zero() {
        tokio::time::sleep(disturbance.delay).await;
    }
    let reply = {
        let mut cloud = shared.cloud();
        if disturbance.expire_tokens {
            cloud.tokens.expire();
        }
        cloud.tick();
        let status = instance_of(&request).and_then(|id| cloud.instance_status(&id));
        let own = disturbance.effect.then(|| route::answer(&mut cloud, &request));
        let reply = disturbance.instead.map(|reply| reply.repeating(&request)).or(own);
        let sent = match disturbance.delivery {
            Delivery::Whole | Delivery::Cut | Delivery::Last => {
                reply.as_ref().map_or(0, |reply| reply.status)
            }
            Delivery::Dropped | Delivery::Never => 0,
        };
        cloud.log.push(RecordedRequest::new(&request, status, sent));
        shared.logged.notify_all();
        reply.unwrap_or_else(|| Reply::empty(200))
    };
    match disturbance.delivery {
        Delivery::Whole => {}
        // A body of nothing has no middle: then nothing is sent, and a length of zero says so.
        Delivery::Cut => link.cut_body_after(reply.body.len() / 2),
        Delivery::Dropped => link.drop_now(),
        Delivery::Never => std::future::pending().await,
        Delivery::Last => {
            shared.turn(Door::Closed);
            // The listener closes before the reply is written.
            tokio::task::yield_now().await;
            return respond(reply.with("Connection", "close"));
        }
    }
    respond(reply)
}

async fn read(request: http::Request<Body>) -> Request {
    let (parts, body) = request.into_parts();
    let text = |headers: &HeaderMap, name: header::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        host: text(&parts.headers, header::HOST).unwrap_or_else(|| "localhost".into()),
        token: text(&parts.headers, header::HeaderName::from_static("x-auth-token")),
        content_type: text(&parts.headers, header::CONTENT_TYPE),
        user_agent: text(&parts.headers, header::USER_AGENT),
        // A body that cannot be read is no body; the call is then refused for the lack of it.
        body: to_bytes(body, MOST_BYTES).await.map(Vec::from).unwrap_or_default(),
    }
}

fn respond(reply: Reply) -> Response {
    let mut response =
        Response::builder().status(reply.status).header(header::CONTENT_TYPE, reply.content_type);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap_or_else(|_| Response::new(Body::empty()))
}

//! A server that answers as a test tells it, and keeps what it received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use clouddb::{Client, Credentials, Settings, Timing};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

/// The account in the paths.
pub(crate) const ACCOUNT: &str = "123456";

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Below the account, encoded as it was sent.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Value,
    pub(crate) token: Option<String>,
    pub(crate) user_agent: String,
}

impl Received {
    /// `GET /instances/i1`
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What to answer.
pub(crate) enum Answer {
    Reply {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Say that there is no such thing. The collections of an account are there all the same: empty.
    NotFound,
    /// The same text over and over, without an end, with a pause before each.
    Endless {
        status: u16,
        text: String,
        pause: Duration,
    },
    /// Close the connection without a word.
    Drop,
    /// Wait for the gate, then answer.
    Held(Gate, Box<Answer>),
}

/// Holds answers back until it is opened, which lets one through.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub(crate) fn open(&self) {
        self.0.add_permits(1);
    }
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Reply { status, headers: Vec::new(), body: body.to_string() }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// As fast as it is read.
    pub(crate) fn flood(status: u16, text: &'static str) -> Self {
        Self::Endless { status, text: text.repeat(1_000), pause: Duration::ZERO }
    }

    /// A little now and then.
    pub(crate) fn drip(status: u16) -> Self {
        Self::Endless { status, text: " ".to_owned(), pause: Duration::from_millis(10) }
    }

    pub(crate) fn accepted() -> Self {
        Self::text(202, "")
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Reply { status, headers: Vec::new(), body: body.to_owned() }
    }

    pub(crate) fn fault(status: u16, name: &str, message: &str) -> Self {
        Self::json(status, &json!({ name: { "code": status, "message": message } }))
    }

    pub(crate) fn busy() -> Self {
        Self::fault(422, "unprocessableEntity", "Instance i1 is not ready.")
    }

    pub(crate) fn not_found() -> Self {
        Self::NotFound
    }

    pub(crate) fn rejected() -> Self {
        Self::fault(400, "badRequest", "It is not acceptable.")
    }

    pub(crate) fn rate_limited(retry_after: &str) -> Self {
        Self::fault(413, "overLimit", "This request was rate-limited.")
            .header("Retry-After", retry_after)
    }

    pub(crate) fn instance(id: &str, status: &str) -> Self {
        Self::ok(&json!({ "instance": instance(id, status) }))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    pub(crate) fn held(self, gate: &Gate) -> Self {
        Self::Held(gate.clone(), Box::new(self))
    }
}

/// An instance of flavor 1 with 2 GB.
pub(crate) fn instance(id: &str, status: &str) -> Value {
    json!({
        "id": id, "name": "db", "status": status, "flavor": {"id": "1"}, "volume": {"size": 2},
        "created": now(),
    })
}

/// The time in the API's spelling.
pub(crate) fn now() -> String {
    before_now(0)
}

/// The time some seconds ago.
pub(crate) fn before_now(seconds: u64) -> String {
    let time = jiff::Timestamp::now() - Duration::from_secs(seconds);
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

pub(crate) fn names(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({ "name": name })).collect()
}

type Script = dyn Fn(&Received, usize) -> Answer + Send + Sync;

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    log: Arc<Mutex<Log>>,
    came: Arc<Notify>,
}

#[derive(Default)]
struct Log {
    received: Vec<Received>,
    counts: HashMap<String, usize>,
}

/// The server; it ends with the runtime of the test.
pub(crate) struct Server {
    port: u16,
    shared: Shared,
}

impl Server {
    /// Starts a server. The script is told the request and how often its line came, from 1.
    pub(crate) async fn start(
        script: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let shared =
            Shared { script: Arc::new(script), log: Arc::default(), came: Arc::new(Notify::new()) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, shared }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Settings that need no login.
    pub(crate) fn settings(&self) -> Settings {
        let credentials = Credentials::Token {
            token: "a-token".to_owned().into(),
            account_id: ACCOUNT.to_owned(),
        };
        Settings {
            endpoint: Some(self.url("").parse().unwrap()),
            auth_url: self.url("/v2.0").parse().unwrap(),
            timing: quick(),
            user_agent: "test/1".to_owned(),
            ..Settings::new(credentials)
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.log.lock().unwrap().received.clone()
    }

    /// The requests as `METHOD path`, in the order in which they came.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.received().iter().map(Received::line).collect()
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|it| *it == line).count()
    }

    /// Waits until so many requests with that line have come.
    pub(crate) async fn came(&self, line: &str, count: usize) {
        loop {
            let next = self.shared.came.notified();
            if self.count(line) >= count {
                return;
            }
            next.await;
        }
    }
}

/// A timing at which nothing is waited for longer than it must be.
pub(crate) fn quick() -> Timing {
    Timing {
        retry_interval: Duration::from_millis(1),
        max_retry_interval: Duration::from_millis(5),
        max_retry_after: Duration::from_millis(20),
        // A test that would hang is to fail soon.
        operation_timeout: Duration::from_mins(1),
        ..Timing::every(Duration::from_millis(1))
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let received = receive(request).await;
    let nth = {
        let mut log = shared.log.lock().unwrap();
        log.received.push(received.clone());
        let count = log.counts.entry(received.line()).or_default();
        *count += 1;
        *count
    };
    shared.came.notify_waiters();
    let mut answer = (shared.script)(&received, nth);
    while let Answer::Held(gate, then) = answer {
        gate.0.acquire().await.unwrap().forget();
        answer = *then;
    }
    if matches!(answer, Answer::NotFound) {
        answer = match received.line().as_str() {
            "GET /instances" => Answer::ok(&json!({ "instances": [] })),
            "GET /backups" => Answer::ok(&json!({ "backups": [] })),
            "GET /ha" => Answer::ok(&json!({ "ha_instances": [] })),
            _ => Answer::fault(404, "itemNotFound", "Resource x cannot be found."),
        };
    }
    match answer {
        Answer::Reply { status, headers, body } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Answer::Endless { status, text, pause } => {
            let body = futures_util::stream::repeat(text).then(move |text| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, std::io::Error>(text)
            });
            Response::builder().status(status).body(Body::from_stream(body)).unwrap()
        }
        // Ends the task of the connection, and the connection with it.
        Answer::Drop | Answer::Held(..) | Answer::NotFound => {
            std::panic::resume_unwind(Box::new("dropped"))
        }
    }
}

async fn receive(request: Request) -> Received {
    let (parts, body) = request.into_parts();
    let header =
        |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let prefix = format!("/v1.0/{ACCOUNT}");
    let path = parts.uri.path();
    Received {
        method: parts.method.to_string(),
        path: path.strip_prefix(&prefix).unwrap_or(path).to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
        token: header("x-auth-token"),
        user_agent: header("user-agent").unwrap_or_default(),
    }
}

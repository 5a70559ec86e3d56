//! A few lines of HTTP, so that a test says exactly which bytes go out and sees what came back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A reply.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// Name and message of a fault, whichever of the three shapes it has.
    pub(crate) fn fault(&self) -> Option<(String, String)> {
        let body = self.json();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let (Some(code), Some(message)) = (text(&body["code"]), text(&body["message"])) {
            return Some((code, message));
        }
        let (name, fault) = body.as_object()?.iter().next()?;
        Some((name.clone(), text(&fault["message"])?))
    }
}

/// Sends one request on a connection of its own; `None` when the reply did not come whole, or nobody listens.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
) -> Option<Seen> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request = request + name + ": " + value + "\r\n";
    }
    if let Some(body) = body {
        request = request + "Content-Length: " + &body.len().to_string() + "\r\n";
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).ok()?;
    stream.write_all(body.unwrap_or_default()).ok()?;
    let mut reply = Vec::new();
    // A connection that is cut off may end in an error, after what came before it.
    let _ = stream.read_to_end(&mut reply);
    parse(&reply, method)
}

fn parse(reply: &[u8], method: &str) -> Option<Seen> {
    let text = String::from_utf8_lossy(reply);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let seen = Seen { status, head: head.to_owned(), body: body.to_owned() };
    let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    (method == "HEAD" || seen.body.len() == length).then_some(seen)
}

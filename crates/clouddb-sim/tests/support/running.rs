//! The program, and somebody who is logged in to it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::api::api_key;
use crate::http::{Seen, send};

/// The program, which is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    /// It ends when nobody listens to it at its start.
    _out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    token: String,
}

impl Running {
    /// Starts the program on a free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_as(Command::new(env!("CARGO_BIN_EXE_clouddb-sim")).args(arguments))
    }

    pub(crate) fn start_as(program: &mut Command) -> Self {
        program.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let (mut line, mut out) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
        out.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').unwrap().1.parse().unwrap();
        let mut running = Self { child, _out: out, address, token: String::new() };
        let login = running.send("POST", "/v2.0/tokens", &api_key("demo", "demo-key"));
        login.unwrap().json()["access"]["token"]["id"]
            .as_str()
            .unwrap()
            .clone_into(&mut running.token);
        running
    }

    /// Calls the database service; `None` when no whole reply comes.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Option<Seen> {
        self.send(method, &format!("/v1.0/123456{path}"), body)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.call("GET", path, &json!(null)).unwrap().json()
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Option<Seen> {
        let headers = [("Content-Type", "application/json"), ("X-Auth-Token", &*self.token)];
        let body = (!body.is_null()).then(|| body.to_string());
        send(self.address, method, path, &headers, body.as_deref().map(str::as_bytes))
    }

    /// Its number.
    pub(crate) fn number(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

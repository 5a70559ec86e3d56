//! Messages to the browser and from it: JSON, each ended by a zero.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{Error, Result};

/// How long an answer may take, on a machine that has much else to do.
const TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Connection {
    writer: Mutex<ChildStdin>,
    calls: AtomicU64,
    arrived: Arc<Arrived>,
}

#[derive(Debug, Default)]
struct Arrived {
    messages: Mutex<Messages>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Messages {
    /// By the number of their call.
    replies: HashMap<u64, Value>,
    /// By session, in the order in which they came.
    events: HashMap<String, Vec<Value>>,
    has_ended: bool,
}

impl Connection {
    pub(crate) fn new(writer: ChildStdin, reader: ChildStdout) -> Self {
        let arrived = Arc::new(Arrived::default());
        let shared = Arc::clone(&arrived);
        std::thread::spawn(move || read(reader, &shared));
        Self { writer: Mutex::new(writer), calls: AtomicU64::new(1), arrived }
    }

    /// Calls a method, of a session unless it is one of the browser, and waits for what comes of it.
    pub(crate) fn call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value> {
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let (Some(session), Some(fields)) = (session, message.as_object_mut()) {
            fields.insert("sessionId".into(), session.into());
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        writer.write_all(&bytes).map_err(|error| Error::new(format!("{method}: {error}")))?;
        drop(writer);
        let reply = self.wait_for(method, |messages| messages.replies.remove(&id))?;
        match reply.pointer("/error/message").and_then(Value::as_str) {
            Some(refusal) => Err(Error::new(format!("{method}: {refusal}"))),
            None => Ok(reply.get("result").cloned().unwrap_or_default()),
        }
    }

    /// Waits for an event of a session, whether it has come already or not.
    pub(crate) fn wait_for_event(&self, session: &str, method: &str) -> Result<()> {
        let is_it = |event: &Value| event.get("method").is_some_and(|it| it == method);
        self.wait_for(method, |messages| {
            messages.events.get(session).filter(|events| events.iter().any(is_it)).map(drop)
        })
    }

    /// The parameters of every event of this name that has come.
    pub(crate) fn events(&self, session: &str, method: &str) -> Vec<Value> {
        let messages = self.arrived.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let events = messages.events.get(session).into_iter().flatten();
        let those = events.filter(|event| event.get("method").is_some_and(|it| it == method));
        those.filter_map(|event| event.get("params").cloned()).collect()
    }

    fn wait_for<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&mut Messages) -> Option<T>,
    ) -> Result<T> {
        let messages = self.arrived.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        let waits = |messages: &mut Messages| {
            found = look(messages);
            found.is_none() && !messages.has_ended
        };
        let waited = self.arrived.changed.wait_timeout_while(messages, TIMEOUT, waits);
        let has_ended = waited.unwrap_or_else(PoisonError::into_inner).0.has_ended;
        found.ok_or_else(|| {
            let why = if has_ended { "the browser has ended" } else { "there is no answer" };
            Error::new(format!("{what}: {why}"))
        })
    }
}

fn read(reader: ChildStdout, arrived: &Arrived) {
    for message in BufReader::new(reader).split(0) {
        let Ok(message) = message else { break };
        let Ok(message) = serde_json::from_slice::<Value>(&message) else { continue };
        let mut messages = arrived.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = message.get("id").and_then(Value::as_u64) {
            messages.replies.insert(id, message);
        } else {
            let session = message.get("sessionId").and_then(Value::as_str).unwrap_or_default();
            messages.events.entry(session.to_owned()).or_default().push(message);
        }
        drop(messages);
        arrived.changed.notify_all();
    }
    arrived.messages.lock().unwrap_or_else(PoisonError::into_inner).has_ended = true;
    arrived.changed.notify_all();
}

//! A page: what it shows, and what is done to it.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::error::{Error, Result};

/// How long a condition may take to come true.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A page, which shares neither cookies nor anything else with others, and closes with this value.
#[derive(Debug)]
pub struct Page<'a> {
    connection: &'a Connection,
    context: String,
    session: String,
}

/// What a screen reader is told of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is, such as `button`.
    pub role: String,
    /// What it is called; empty if it has no name.
    pub name: String,
    /// Whether the keyboard can reach it.
    pub is_focusable: bool,
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl<'a> Page<'a> {
    pub(crate) fn open(connection: &'a Connection, url: &str) -> Result<Self> {
        let of_browser =
            |method: &str, parameters: Value| connection.call(None, method, &parameters);
        let made = of_browser("Target.createBrowserContext", json!({ "disposeOnDetach": true }))?;
        let context = text(&made, "/browserContextId");
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let target = text(&of_browser("Target.createTarget", target)?, "/targetId");
        let attached = json!({ "targetId": target, "flatten": true });
        let session = text(&of_browser("Target.attachToTarget", attached)?, "/sessionId");
        let page = Self { connection, context, session };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), &json!({}))?;
        }
        // Each has the focus, however many there are.
        page.call("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }))?;
        page.resize(1600, 1000)?;
        let gone = page.call("Page.navigate", &json!({ "url": url }))?;
        if let Some(why) = gone.get("errorText") {
            return Err(Error::new(format!("{url}: {why}")));
        }
        connection.wait_for_event(&page.session, "Page.loadEventFired")?;
        Ok(page)
    }

    /// Calls a method of the protocol.
    pub fn call(&self, method: &str, parameters: &Value) -> Result<Value> {
        self.connection.call(Some(&self.session), method, parameters)
    }

    /// The parameters of every event of this name that the page has had.
    pub fn events(&self, method: &str) -> Vec<Value> {
        self.connection.events(&self.session, method)
    }

    /// The size of what is seen of it, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size).map(drop)
    }

    /// The value of an expression of JavaScript; of a promise, what it comes to.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        let asked =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &asked)?;
        if answer.get("exceptionDetails").is_some() {
            let why = text(&answer, "/result/description");
            return Err(Error::new(format!("`{expression}`: {why}")));
        }
        Ok(answer.pointer_mut("/result/value").map(Value::take).unwrap_or_default())
    }

    /// Looks until an expression is neither false nor null nor an empty text, and returns it.
    pub fn wait_until(&self, expression: &str) -> Result<Value> {
        let until = Instant::now() + TIMEOUT;
        loop {
            let value = self.evaluate(expression)?;
            if value != Value::Null && value != false && value != "" {
                return Ok(value);
            }
            if Instant::now() > until {
                let shown = self.evaluate("document.body.innerText")?;
                return Err(Error::new(format!(
                    "never true: `{expression}`, on a page with {shown}"
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key and lets it go: `Tab`, `Enter`, `Space`, an arrow such as `ArrowDown`.
    pub fn press(&self, key: &str) -> Result<()> {
        let (key, text, code) = match key {
            "Enter" => ("Enter", "\r", 13),
            "Tab" => ("Tab", "", 9),
            "Space" => (" ", " ", 32),
            "ArrowUp" => (key, "", 38),
            "ArrowDown" => (key, "", 40),
            other => return Err(Error::new(format!("no key is known as {other}"))),
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            if let (false, Some(fields)) = (text.is_empty(), event.as_object_mut()) {
                fields.insert("text".into(), text.into());
            }
            self.call("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// Types a text into what has the focus.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.call("Input.insertText", &json!({ "text": text })).map(drop)
    }

    /// The addresses that it has asked for, itself included.
    pub fn requests(&self) -> Vec<String> {
        let events = self.events("Network.requestWillBeSent");
        events.iter().map(|event| text(event, "/request/url")).collect()
    }

    /// What went wrong in its scripts, and what its policy refused.
    pub fn complaints(&self) -> Vec<String> {
        let thrown = self.events("Runtime.exceptionThrown");
        let thrown = thrown.iter().map(|event| {
            let description = text(event, "/exceptionDetails/exception/description");
            if description.is_empty() { text(event, "/exceptionDetails/text") } else { description }
        });
        let logged = self.events("Log.entryAdded");
        let logged = logged.iter().filter(|event| text(event, "/entry/level") == "error");
        thrown.chain(logged.map(|event| text(event, "/entry/text"))).collect()
    }

    /// What a screen reader is told, in the order of the page.
    pub fn accessibility(&self) -> Result<Vec<Node>> {
        let tree = self.call("Accessibility.getFullAXTree", &json!({}))?;
        let nodes = tree.get("nodes").and_then(Value::as_array).cloned().unwrap_or_default();
        let seen = nodes.iter().filter(|node| node.get("ignored") != Some(&Value::Bool(true)));
        let is_focusable = |node: &Value| {
            let properties = node.get("properties").and_then(Value::as_array);
            properties.into_iter().flatten().any(|it| {
                text(it, "/name") == "focusable" && it.pointer("/value/value") == Some(&true.into())
            })
        };
        Ok(seen
            .map(|node| Node {
                role: text(node, "/role/value"),
                name: text(node, "/name/value"),
                is_focusable: is_focusable(node),
            })
            .collect())
    }

    /// A picture of what is seen of it, as WebP without loss: half the size of the PNG that Chromium makes.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let asked = json!({ "format": "webp", "quality": 100 });
        let taken = self.call("Page.captureScreenshot", &asked)?;
        let data = STANDARD.decode(text(&taken, "/data"));
        data.map_err(|error| Error::new(format!("the picture: {error}")))
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        // A browser that has ended has no pages.
        let _ = self.connection.call(None, "Target.disposeBrowserContext", &context);
    }
}

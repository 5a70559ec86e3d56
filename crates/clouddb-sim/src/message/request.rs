//! A request, as it came.

use serde_json::Value;

use crate::message::path::decode;
use crate::message::reply::Reply;

/// A request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent, encoded.
    pub(crate) path: String,
    /// As sent, encoded.
    pub(crate) query: Option<String>,
    pub(crate) host: String,
    pub(crate) token: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Segments of the path, encoded, without the leading slash.
    pub(crate) fn raw_segments(&self) -> Vec<&str> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        if path.is_empty() { Vec::new() } else { path.split('/').collect() }
    }

    /// The host by which the client calls, without its port.
    pub(crate) fn host_name(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => name,
            _ => &self.host,
        }
    }

    /// The value of a query key, decoded once; of several, the last one.
    pub(crate) fn query(&self, key: &str) -> Option<String> {
        self.query_pairs().into_iter().rfind(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The query, decoded once, in order.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or("");
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
            })
            .collect()
    }

    /// The same request from somebody who knows no password in it, and has no part in the configuration
    /// group of an instance or an HA group.
    pub(crate) fn of_somebody_else(&self) -> Self {
        let Ok(mut body) = serde_json::from_slice(&self.body) else { return self.clone() };
        replace_passwords(&mut body);
        for key in ["instance", "ha"] {
            if let Some(new) = body.get_mut(key).and_then(Value::as_object_mut) {
                new.remove("configuration");
            }
        }
        Self { body: body.to_string().into_bytes(), ..self.clone() }
    }

    /// The body as JSON.
    ///
    /// No body is a fault of the server.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        if self.body.is_empty() && self.content_type.is_none() {
            return Err(Reply::internal_error());
        }
        let content_type = self.content_type.as_deref().unwrap_or("None");
        let media_type = content_type.split(';').next().unwrap_or("").trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Reply::framework(
                415,
                &format!(
                    "The request media type {media_type} is not supported by this server.\n<br \
                     /><br />\n"
                ),
            ));
        }
        if self.body.is_empty() {
            return Err(Reply::internal_error());
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| Reply::framework(400, "Malformed request body<br /><br />\n\n\n"))
    }
}

fn replace_passwords(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "password" {
                    *field = uuid::Uuid::new_v4().simple().to_string().into();
                } else {
                    replace_passwords(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(replace_passwords),
        _ => {}
    }
}

//! The log of requests, with secrets masked before they are kept.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::message::path::{below_account, matches};
use crate::message::request::Request;

/// One request and the status it was answered with.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedRequest {
    /// How many requests had come with this one, those that were forgotten included.
    pub number: u64,
    /// When it came, in RFC 3339 with milliseconds, by the clock of this machine.
    pub time: String,
    /// Method, in capitals.
    pub method: String,
    /// Path as it was sent, encoded; a token in it is masked.
    pub path: String,
    /// Path below the account (`/instances`), or the whole path outside the database service.
    pub call: String,
    /// Query as it was sent, encoded, without the question mark.
    pub query: Option<String>,
    /// Status of the reply; 0 when the connection was dropped or nothing was answered.
    pub status: u16,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// What the instance or the HA group that the call is about reported when the call came: the one in the
    /// path, or the instance that `POST /backups` names. `None` if the call is about none that exists.
    pub instance_status: Option<String>,
    /// Body with secrets masked: JSON, or null when there was none, or its text if it was not JSON.
    pub body: Value,
}

impl RecordedRequest {
    pub(crate) fn new(
        number: u64,
        request: &Request,
        instance_status: Option<String>,
        status: u16,
    ) -> Self {
        let path = masked_path(&request.path);
        Self {
            number,
            time: format!("{:.3}", Timestamp::now()),
            method: request.method.clone(),
            call: below_account(&path),
            path,
            query: request.query.clone(),
            status,
            instance_status,
            user_agent: request.user_agent.clone(),
            body: masked_body(&request.body),
        }
    }

    /// True for what can change something at the database service.
    pub fn is_write(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE") && !self.is_identity()
    }

    /// True for calls to the identity service.
    pub fn is_identity(&self) -> bool {
        self.path.starts_with("/v2.0")
    }

    /// True if the method (`*`: any) and the pattern of the path match, as in `Fault::on`.
    pub fn is(&self, method: &str, pattern: &str) -> bool {
        (method == "*" || method == self.method) && matches(pattern, &self.call)
    }
}

/// ID of the instance or the HA group that a call is about.
pub(crate) fn instance_of(request: &Request) -> Option<String> {
    let call = below_account(&request.path);
    let mut segments = call.split('/').skip(1);
    match (segments.next(), segments.next()) {
        (Some("instances" | "ha"), Some(id)) => Some(id.to_owned()),
        (Some("backups"), None) => {
            let body: Value = serde_json::from_slice(&request.body).ok()?;
            body.pointer("/backup/instance")?.as_str().map(str::to_owned)
        }
        _ => None,
    }
}

const MASK: &str = "***";

fn masked_path(path: &str) -> String {
    match path.strip_prefix("/v2.0/tokens/") {
        Some(rest) if !rest.is_empty() => {
            let below =
                rest.split_once('/').map_or(String::new(), |(_, below)| format!("/{below}"));
            format!("/v2.0/tokens/{MASK}{below}")
        }
        _ => path.to_owned(),
    }
}

fn masked_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_slice(body) {
        Ok(mut json) => {
            mask(&mut json);
            json
        }
        // What cannot be read cannot be masked either.
        Err(_) => Value::String(format!("{} bytes that are not JSON", body.len())),
    }
}

/// The keys below which everything is secret, in any case.
const SECRET: [&str; 4] = ["password", "apikey", "passcode", "token"];

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if SECRET.contains(&name.to_ascii_lowercase().as_str()) && !field.is_null() {
                    *field = MASK.into();
                } else {
                    mask(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_are_nested() {
        let body = br#"{"auth":{"RAX-KSKEY:apiKeyCredentials":{"username":"u","apiKey":"k"},
            "token":{"id":"t"}},"users":[{"name":"n","password":"p"},{"Password":["q"]}]}"#;

        let masked = masked_body(body).to_string();

        assert_eq!(
            masked,
            r#"{"auth":{"RAX-KSKEY:apiKeyCredentials":{"apiKey":"***","username":"u"},"token":"***"},"users":[{"name":"n","password":"***"},{"Password":"***"}]}"#
        );
    }

    #[test]
    fn a_token_in_a_path_is_masked() {
        assert_eq!(masked_path("/v2.0/tokens/abc/endpoints"), "/v2.0/tokens/***/endpoints");
        assert_eq!(masked_path("/v2.0/tokens"), "/v2.0/tokens");
    }
}

//! Replies and refusals: the one place that knows the three shapes of an error body.
//!
//! 1. Faults of Trove: `{"badRequest": {"code": 400, "message": "..."}}`.
//! 2. Errors raised by the framework before Trove looks at the request:
//!    `{"code": "400 Bad Request", "title": "Bad Request", "message": "...<br /><br />..."}`.
//! 3. Errors of the authentication filter: `{"error": {"code": 401, "title": "...", ...}}`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How the body of a reply is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    #[default]
    Whole,
    /// And blanks after it, without an end.
    Endless,
    /// One byte at a time.
    Drip,
    /// Blown up to 100 MB.
    Huge,
}

/// What is sent back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) flow: Flow,
}

/// A reply, or the refusal that ends the handling of a call.
pub(crate) type Answer = Result<Reply, Reply>;

const JSON: &str = "application/json";

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { body: body.to_string(), ..Self::empty(status) }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// 202 without a body, which most writes answer.
    pub(crate) fn accepted() -> Self {
        Self::empty(202)
    }

    pub(crate) fn empty(status: u16) -> Self {
        let (headers, body, flow) = (Vec::new(), String::new(), Flow::Whole);
        Self { status, headers, content_type: JSON, body, flow }
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self { content_type: "text/html; charset=UTF-8", body, ..Self::empty(status) }
    }

    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    /// The first shape.
    pub(crate) fn fault(status: u16, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::json(status, &json!({ fault_name(status): { "code": status, "message": message } }))
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::fault(400, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::fault(404, message)
    }

    pub(crate) fn no_resource(id: &str) -> Self {
        Self::not_found(format!("Resource {id} cannot be found."))
    }

    /// No such route. A wrong method on a known path is answered the same way.
    pub(crate) fn no_route() -> Self {
        Self::not_found("The resource could not be found.")
    }

    pub(crate) fn busy(message: impl Into<String>) -> Self {
        Self::fault(422, message)
    }

    pub(crate) fn not_ready(id: &str) -> Self {
        Self::busy(format!("Instance {id} is not ready."))
    }

    /// The machine of an instance could not do what it was told to, in its words.
    pub(crate) fn guest_error(said: &str) -> Self {
        Self::fault(500, format!("An error occurred communicating with the guest: {said}."))
    }

    /// The fault that a server of this lineage answers when a body has no shape at all.
    pub(crate) fn internal_error() -> Self {
        let id = uuid::Uuid::new_v4();
        Self::fault(
            500,
            format!(
                "Internal Server Error. Please keep this ID to help us figure out what went \
                 wrong: ({id})."
            ),
        )
    }

    /// The second shape.
    pub(crate) fn framework(status: u16, message: &str) -> Self {
        let title = reason(status);
        Self::json(
            status,
            &json!({ "code": format!("{status} {title}"), "title": title, "message": message }),
        )
    }

    /// The third shape, with the header that names the identity service.
    pub(crate) fn unauthenticated(identity: &str) -> Self {
        let body = json!({ "error": {
            "code": 401,
            "title": "Unauthorized",
            "message": "The request you have made requires authentication.",
        } });
        Self::json(401, &body).with("WWW-Authenticate", format!("Keystone uri={identity}"))
    }

    /// A token that is good, but not for the account in the URL.
    pub(crate) fn other_account() -> Self {
        Self::fault(
            401,
            "This server could not verify that you are authorized to access the document you \
             requested.  Either you supplied the wrong credentials (e.g., bad password), or your \
             browser does not understand how to supply the credentials required.",
        )
    }
}

/// The key of a fault of the first shape.
fn fault_name(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflict",
        413 => "overLimit",
        415 => "badMediaType",
        422 => "unprocessableEntity",
        500 => "instanceFault",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        status if status >= 500 => "instanceFault",
        _ => "badRequest",
    }
}

/// The text that a fault has when nothing better is said.
pub(crate) fn default_message(status: u16) -> &'static str {
    match status {
        400 => {
            "The server could not comply with the request since it is either malformed or \
             otherwise incorrect."
        }
        403 => "Access was denied to this resource.",
        404 => "The resource could not be found.",
        413 => "The body of your request was too large for this server.",
        422 => "Unable to process the contained instructions",
        503 => "The server is currently unavailable. Please try again at a later time.",
        _ => "The server has either erred or is incapable of performing the requested operation.",
    }
}

pub(crate) fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown")
}

//! Requests as values, and the replies to them. Building a request is apart from sending it, so
//! that paths, queries and bodies are tested without a server.

use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::presentable;
use crate::rate::LimitClass;
use crate::{Call, Error, UserId, secret};

/// What is written as `%XX` in a path segment. The period too: the API's router takes what follows
/// one in the last segment for a format.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// Encodes a value of a query.
pub(crate) fn query_value(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A path below the base URL, segment by segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path {
    segments: Vec<String>,
}

impl Path {
    /// A path that begins with a word of the API.
    pub(crate) fn of(word: &'static str) -> Self {
        Self::default().word(word)
    }

    /// Adds a word of the API.
    pub(crate) fn word(mut self, word: &'static str) -> Self {
        self.segments.push(word.to_owned());
        self
    }

    /// Adds an ID or a name, encoded.
    pub(crate) fn name(mut self, name: &str) -> Self {
        self.segments.push(utf8_percent_encode(name, SEGMENT).to_string());
        self
    }

    /// Adds a user, encoded as the API wants it.
    pub(crate) fn user(mut self, id: &UserId) -> Self {
        self.segments.push(user_segment(id));
        self
    }

    /// The path with its leading slash.
    pub(crate) fn encoded(&self) -> String {
        self.segments.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }

    /// The segments, encoded.
    pub(crate) fn segments(&self) -> &[String] {
        &self.segments
    }
}

/// `name@host` as one path segment.
///
/// The server decodes the path once as any server does, and the user part once more, and it takes
/// what follows a period in the last segment for a format. So a period is encoded twice, and so is a
/// percent sign in the name, which would otherwise be eaten with what follows it. The percent sign
/// of a host mostly stands alone and survives the second decoding; before two hexadecimal digits it
/// would not. The host is always sent: without one the server splits at an `@` of the name.
/// See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/security.rst>.
fn user_segment(id: &UserId) -> String {
    let mut segment = String::new();
    for part in id.name.split_inclusive(['.', '%']) {
        push_part(&mut segment, part, "%2525");
    }
    segment.push_str("%40");
    let mut rest = id.host.as_str();
    for part in id.host.split_inclusive(['.', '%']) {
        rest = rest.strip_prefix(part).unwrap_or_default();
        push_part(&mut segment, part, if eats(rest) { "%2525" } else { "%25" });
    }
    segment
}

/// Whether a percent sign before this text would be decoded together with it.
fn eats(text: &str) -> bool {
    let mut bytes = text.bytes();
    let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
    digit() && digit()
}

/// Appends text that has a period or a percent sign at its end at most.
fn push_part(segment: &mut String, part: &str, percent: &str) {
    let (text, mark) = match (part.strip_suffix('.'), part.strip_suffix('%')) {
        (Some(text), _) => (text, "%252E"),
        (None, Some(text)) => (text, percent),
        (None, None) => (part, ""),
    };
    segment.extend(utf8_percent_encode(text, SEGMENT));
    segment.push_str(mark);
}

/// Whether a request may be sent again when it may have taken effect already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It changes nothing, or no more the second time than the first.
    Safe,
    /// As safe, except that the second time finds nothing: 404 is then success.
    SafeToDelete,
    /// It would be done twice.
    Never,
}

/// A request to the API.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: Path,
    pub(crate) query: Option<String>,
    pub(crate) body: Option<Value>,
    pub(crate) repeat: Repeat,
}

impl Request {
    fn new(method: Method, path: Path, repeat: Repeat) -> Self {
        Self { method, path, query: None, body: None, repeat }
    }

    pub(crate) fn get(path: Path) -> Self {
        Self::new(Method::GET, path, Repeat::Safe)
    }

    pub(crate) fn post(path: Path, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path, Repeat::Never) }
    }

    pub(crate) fn put(path: Path, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PUT, path, Repeat::Safe) }
    }

    pub(crate) fn patch(path: Path, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PATCH, path, Repeat::Safe) }
    }

    pub(crate) fn delete(path: Path) -> Self {
        Self::new(Method::DELETE, path, Repeat::SafeToDelete)
    }

    /// The same request, asking for as many items on a page as the server will give.
    ///
    /// Since version 3.1.0 of the service a large limit is honoured; older servers cut it to their
    /// page size without a word. Either way the `next` link is followed.
    pub(crate) fn long_pages(self) -> Self {
        self.query("limit=1000")
    }

    /// The same request for the page that begins after a marker, encoded already.
    pub(crate) fn after(mut self, marker: &str) -> Self {
        let query = self.query.take().map_or_else(String::new, |query| query + "&");
        self.query = Some(format!("{query}marker={marker}"));
        self
    }

    /// The same request with a query, encoded already.
    pub(crate) fn query(mut self, query: &str) -> Self {
        self.query = Some(query.to_owned());
        self
    }

    /// The same request with another rule for repeating it.
    pub(crate) fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// What errors say about this request.
    pub(crate) fn call(&self) -> Call {
        Call { method: self.method.to_string(), path: self.path.encoded() }
    }

    /// The rate limit that this request counts against.
    pub(crate) fn limit_class(&self) -> LimitClass {
        LimitClass::of(&self.method, self.path.segments())
    }

    /// Refuses paths that would address something else: an empty ID addresses the collection, and
    /// URLs drop segments made of periods only.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for segment in self.path.segments() {
            if segment.is_empty() {
                return Err(Error::Invalid(format!("{}: an ID or a name is empty", self.call())));
            }
            if segment == "%2E" || segment == "%2E%2E" {
                return Err(Error::Invalid(format!(
                    "{}: an ID or a name consists of periods",
                    self.call()
                )));
            }
        }
        Ok(())
    }

    /// The secrets in the body, which the API may repeat in its answer.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.body.as_ref().map(secret::within).unwrap_or_default()
    }
}

/// A reply of the API.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) call: Call,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The secrets of the request, its token among them, to be cut out of what the reply says.
    pub(crate) secrets: Vec<String>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The ID under which the API's operators find the request.
    pub(crate) fn request_id(&self) -> Option<String> {
        ["x-request-id", "x-openstack-request-id", "x-compute-request-id", "x-trans-id"]
            .into_iter()
            .find_map(|name| self.header(name))
            .map(|id| secret::scrubbed(id, &self.secrets))
    }

    /// The whole body, decoded. It must be JSON to its end before any of it is looked at: what is
    /// wrong with a document is told without its secrets, and those are only found in a whole one.
    pub(crate) fn decoded<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body: Value =
            serde_json::from_slice(&self.body).map_err(|error| self.undecodable(error))?;
        serde_json::from_value(body).map_err(|error| self.undecodable(error))
    }

    /// The object under `key`, which is how the API wraps whatever it returns.
    pub(crate) fn unwrapped<T: DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        let mut body: serde_json::Map<String, Value> = self.decoded()?;
        let value = body
            .remove(key)
            .ok_or_else(|| self.undecodable(format!("there is no \"{key}\" in it")))?;
        serde_json::from_value(value).map_err(|error| self.undecodable(error))
    }

    /// The error for a body that is not what the API documents. What is wrong is told without the
    /// secrets of the body, which a decoder may quote; in the answer to a login that may be any text.
    pub(crate) fn undecodable(&self, what: impl std::fmt::Display) -> Error {
        let mut secrets = self.secrets.clone();
        if let Ok(body) = serde_json::from_slice(&self.body) {
            let login = self.call.path == "/tokens";
            secrets.extend(if login { secret::texts(&body) } else { secret::within(&body) });
        }
        let what = presentable(&secret::scrubbed(&what.to_string(), &secrets));
        let source: Box<dyn std::error::Error + Send + Sync> = what.into();
        Error::Undecodable { call: self.call.clone(), source: source.into() }
    }
}

#[cfg(test)]
mod tests;

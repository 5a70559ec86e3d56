//! Requests as values. Building a request is apart from sending it, so that paths, queries and bodies
//! are tested without a server.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::http::limiter::LimitClass;
use crate::value::error::{Call, Error};
use crate::value::secret;

/// What is written as `%XX` in a path segment. The period too: the API's router takes what follows
/// one in the last segment for a format.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

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

    /// Adds a segment that is encoded already.
    pub(crate) fn encoded_segment(mut self, segment: String) -> Self {
        self.segments.push(segment);
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

    /// A POST that says all by its path.
    pub(crate) fn post_nothing(path: Path) -> Self {
        Self::new(Method::POST, path, Repeat::Never)
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
    pub(crate) fn after(self, marker: &str) -> Self {
        self.and(&format!("marker={marker}"))
    }

    /// The same request with more of a query, encoded already.
    pub(crate) fn and(mut self, more: &str) -> Self {
        let query = self.query.take().map_or_else(String::new, |query| query + "&");
        self.query = Some(format!("{query}{more}"));
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

#[cfg(test)]
mod tests;

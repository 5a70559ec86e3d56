//! One call as the handlers see it: decoded path, query, body, and the links to write into replies.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::site::Place;

/// One call to the database service, authenticated and placed.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) place: Place,
    /// Path below the account, each segment decoded once.
    pub(crate) segments: Vec<String>,
    /// `https://HOST`, with the region if the request had it in its path.
    pub(crate) origin: String,
}

/// A request, as it came.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent, encoded.
    pub(crate) path: String,
    /// As sent, encoded.
    pub(crate) query: Option<String>,
    pub(crate) host: String,
    pub(crate) token: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Decodes once. A percent sign that begins no escape stays.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Request {
    /// Segments of the path, encoded, without the leading slash.
    pub(crate) fn raw_segments(&self) -> Vec<&str> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        if path.is_empty() { Vec::new() } else { path.split('/').collect() }
    }

    /// The value of a query key, decoded once.
    pub(crate) fn query(&self, key: &str) -> Option<String> {
        self.query_pairs().into_iter().find(|(name, _)| name == key).map(|(_, value)| value)
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

    /// The body as JSON.
    ///
    /// A body without a content type is no body, and no body is a fault of the server: that is what
    /// recorded exchanges show.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        let Some(content_type) = self.content_type.as_deref() else {
            return Err(Reply::broken());
        };
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
            return Err(Reply::broken());
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| Reply::framework(400, "Malformed request body<br /><br />\n\n\n"))
    }
}

impl Call<'_> {
    /// `self` and `bookmark` of an object: the second lacks version and account.
    pub(crate) fn links(&self, path: &str) -> Value {
        json!([
            { "href": format!("{}/v1.0/{}/{path}", self.origin, self.place.account), "rel": "self" },
            { "href": format!("{}/{path}", self.origin), "rel": "bookmark" },
        ])
    }

    /// URL of this call without its query.
    pub(crate) fn url(&self) -> String {
        let below: String = match self.request.raw_segments().iter().position(|s| *s == "v1.0") {
            Some(version) => self
                .request
                .raw_segments()
                .iter()
                .skip(version)
                .fold(String::new(), |path, segment| path + "/" + segment),
            None => self.request.path.clone(),
        };
        format!("{}{below}", self.origin)
    }
}

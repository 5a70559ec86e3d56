//! One call as the handlers see it: decoded path, query, body, and the links to write into replies.

use serde_json::{Value, json};

use crate::message::request::Request;
use crate::state::place::Place;

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

impl Call<'_> {
    pub(crate) fn method(&self) -> &str {
        &self.request.method
    }

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

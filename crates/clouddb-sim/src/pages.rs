//! Pages of a listing, and the link to the next one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::call::{Call, decode};
use crate::reply::{Reply, put};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What the query asks for.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) marker: Option<String>,
}

/// What `limit` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    /// A larger limit is silently cut to the page size, zero or less is a fault of the server.
    Positive,
    /// As before, but zero means everything.
    ZeroIsAll,
    /// A larger limit is honoured.
    Uncapped,
}

impl Page {
    pub(crate) fn of(call: &Call<'_>, size: usize, limits: Limits) -> Result<Self, Reply> {
        let marker = call.request.query("marker");
        let limit = match call.request.query("limit") {
            None => size,
            Some(text) => {
                // A limit that is no number breaks the real server.
                let limit: i64 = text.trim().parse().map_err(|_| Reply::broken())?;
                match (usize::try_from(limit), limits) {
                    (Ok(0), Limits::ZeroIsAll) => usize::MAX,
                    (Err(_) | Ok(0), _) => return Err(Reply::broken()),
                    (Ok(limit), Limits::Uncapped) => limit,
                    (Ok(limit), _) => limit.min(size),
                }
            }
        };
        Ok(Self { limit, marker })
    }

    /// The items after the marker that fit, and the marker of the next page if more follow.
    pub(crate) fn cut<'a, T>(
        &self,
        items: impl IntoIterator<Item = (&'a str, T)>,
    ) -> (Vec<T>, Option<&'a str>) {
        let after = items
            .into_iter()
            .filter(|(key, _)| self.marker.as_deref().is_none_or(|marker| *key > marker));
        let (mut page, mut last, mut more) = (Vec::new(), None, false);
        for (key, item) in after {
            if page.len() == self.limit {
                more = true;
                break;
            }
            last = Some(key);
            page.push(item);
        }
        (page, last.filter(|_| more))
    }
}

/// Body of a listing. `links` is there only when another page follows.
pub(crate) fn body(call: &Call<'_>, key: &str, items: &[Value], next: Option<&str>) -> Value {
    let mut body = json!({ key: items });
    if let Some(marker) = next {
        let others = call.request.query_pairs().into_iter().filter(|(name, _)| name != "marker");
        let query: String =
            others.map(|(name, value)| encode(&name) + "=" + &encode(&value) + "&").collect();
        let href = format!("{}?{query}marker={}", call.url(), encode(marker));
        put(&mut body, "links", json!([{ "rel": "next", "href": href }]));
    }
    body
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The marker of a user listing. The server quotes it once before the link is encoded, and decodes it
/// once more when it comes back.
pub(crate) fn user_marker(page: Page, decoded_once: bool) -> Page {
    if decoded_once {
        return page;
    }
    Page { marker: page.marker.map(|marker| decode(&marker)), ..page }
}

//! Pages of a listing, and the link to the next one.

use serde_json::{Value, json};

use crate::message::call::Call;
use crate::message::fields;
use crate::message::path::{decode, encode};
use crate::message::reply::Reply;

/// What the query asks for.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) marker: Option<String>,
}

/// What `limit` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitRule {
    /// A larger limit is silently cut to the page size, zero or less is a fault of the server.
    Positive,
    /// As before, but zero means everything.
    ZeroIsAll,
    /// A larger limit is honoured.
    Uncapped,
}

impl Page {
    pub(crate) fn of(call: &Call<'_>, size: usize, rule: LimitRule) -> Result<Self, Reply> {
        let marker = call.request.query("marker");
        let limit = match call.request.query("limit").filter(|text| !text.is_empty()) {
            None => size,
            Some(text) => {
                // A limit that is no number breaks the real server.
                let limit: i64 = text.trim().parse().map_err(|_| Reply::internal_error())?;
                match (usize::try_from(limit), rule) {
                    (Ok(0), LimitRule::ZeroIsAll) => usize::MAX,
                    (Err(_) | Ok(0), _) => return Err(Reply::internal_error()),
                    (Ok(limit), LimitRule::Uncapped) => limit,
                    (Ok(limit), _) => limit.min(size),
                }
            }
        };
        Ok(Self { limit, marker })
    }

    /// The same page of a listing by key: the server writes the key into its link encoded twice, and
    /// decodes it once.
    pub(crate) fn by_key(self, decoded_twice: bool) -> Self {
        if !decoded_twice {
            return self;
        }
        Self { marker: self.marker.map(|marker| decode(&marker)), ..self }
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

/// Body of a listing by key, whose link has the key encoded twice.
pub(crate) fn body_by_key(
    call: &Call<'_>,
    key: &str,
    items: &[Value],
    next: Option<&str>,
) -> Value {
    body(call, key, items, next.map(encode).as_deref())
}

/// Body of a listing. `links` is there only when another page follows.
pub(crate) fn body(call: &Call<'_>, key: &str, items: &[Value], next: Option<&str>) -> Value {
    let mut body = json!({ key: items });
    if let Some(marker) = next {
        let others = call.request.query_pairs().into_iter().filter(|(name, _)| name != "marker");
        let query: String =
            others.map(|(name, value)| encode(&name) + "=" + &encode(&value) + "&").collect();
        let href = format!("{}?{query}marker={}", call.url(), encode(marker));
        fields::set(&mut body, "links", json!([{ "rel": "next", "href": href }]));
    }
    body
}

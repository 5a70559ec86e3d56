//! The pages of a collection, and how to read all of them.
//!
//! The end is a page without a `next` link: a page may be short or empty and still have one. Of the
//! link only the query is used, byte for byte, on our own base URL: its host may be one that is not
//! reachable from here, and its marker is encoded in the way this server wants it back, which for
//! users is twice.
//!
//! A collection may change between two pages. What was there throughout is found once all the same
//! where pages go by a key: the marker is the key of the last item seen, and what follows it follows
//! still. Backups are paged by number, and with one less on the pages already read, or one that moves to
//! the front, another slips through. So their pages overlap by one item, and where it is not the same
//! one, the reading begins again.
//!
//! See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/pagination.rst>.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::http::reply::Reply;
use crate::http::request::{Request, query_value};
use crate::value::error::Error;
use crate::value::limits::{LONGEST_LINK, MOST_ITEMS, MOST_PAGES};

/// An item of a collection.
pub(crate) trait Item: DeserializeOwned {
    /// Whether the marker of a page may be the number of items before it.
    const PAGED_BY_NUMBER: bool = false;

    /// What tells it from others, as an error shows it; an item that comes on two pages counts once.
    type Key: Eq + std::hash::Hash + std::fmt::Display + Send + Clone;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// What a query for the page after it has as its marker.
    fn marker(key: &Self::Key) -> String {
        query_value(&key.to_string())
    }
}

/// The reading of a whole collection, apart from the sending of its requests.
pub(crate) struct Reading<T: Item> {
    request: Request,
    names: &'static [&'static str],
    items: Vec<T>,
    keys: HashSet<T::Key>,
    /// The queries that have been sent.
    asked: HashSet<String>,
    /// The item with which the next page must begin.
    expected: Option<T::Key>,
    /// How many pages were taken in.
    pages: u32,
}

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The next page is to be asked for.
    Next,
    /// That was the last one.
    Done,
    /// The collection has changed in a way that may hide an item.
    Changed,
}

impl<T: Item> Reading<T> {
    /// Begins with this request; documents have the items under one of `names`.
    pub(crate) fn new(request: Request, names: &'static [&'static str]) -> Self {
        let asked = HashSet::from([request.query.clone().unwrap_or_default()]);
        let (items, keys) = (Vec::new(), HashSet::new());
        Self { request, names, items, keys, asked, expected: None, pages: 0 }
    }

    /// The request for the page that is next.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// Takes in the page that was asked for.
    pub(crate) fn take(&mut self, reply: &Reply) -> Result<Step, Error> {
        let page: Page<T> = page(reply, self.names)?;
        self.pages += 1;
        if self.expected.is_some() && page.items.first().map(T::key) != self.expected {
            return Ok(Step::Changed);
        }
        let last = page.items.last().map(T::key);
        let keys = &mut self.keys;
        self.items.extend(page.items.into_iter().filter(|item| keys.insert(item.key())));
        let Some(next) = page.next else { return Ok(Step::Done) };
        if self.pages >= MOST_PAGES || self.items.len() >= MOST_ITEMS {
            return Err(reply.undecodable(format!(
                "the list has no end: after {} pages with {} items there is a link to the next page",
                self.pages,
                self.items.len()
            )));
        }
        if !self.asked.insert(next.clone()) {
            return Err(reply.undecodable("its link to the next page leads back"));
        }
        let overlapping = overlapping(&next).filter(|_| T::PAGED_BY_NUMBER);
        self.expected = last.filter(|_| overlapping.is_some());
        let query = if self.expected.is_some() { overlapping.unwrap_or(next) } else { next };
        self.request.query = Some(query).filter(|query| !query.is_empty());
        Ok(Step::Next)
    }

    /// What was read.
    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// One page of a collection.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The query that asks for the next page.
    pub(crate) next: Option<String>,
}

pub(crate) fn page<T: Item>(reply: &Reply, names: &[&str]) -> Result<Page<T>, Error> {
    let mut page: Map<String, Value> = reply.decoded()?;
    let items = entries(reply, &mut page, names)?.into_iter().map(serde_json::from_value);
    let items = items.collect::<Result<_, _>>().map_err(|error| reply.undecodable(error))?;
    let next = next_query(&page);
    if next.as_ref().is_some_and(|query| query.len() > LONGEST_LINK) {
        return Err(reply.undecodable("its link to the next page is too long"));
    }
    Ok(Page { items, next })
}

/// The query of a page by number, for one that begins an item earlier.
fn overlapping(query: &str) -> Option<String> {
    let mut changed = false;
    let pairs = query.split('&').map(|pair| {
        let marker = pair.strip_prefix("marker=").and_then(|it| it.parse::<u64>().ok());
        match marker.and_then(|marker| marker.checked_sub(1)) {
            Some(marker) => {
                changed = true;
                format!("marker={marker}")
            }
            None => pair.to_owned(),
        }
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    changed.then_some(query)
}

/// Takes the items off a page: an array, or in some old documents one object.
fn entries(
    reply: &Reply,
    page: &mut Map<String, Value>,
    names: &[&str],
) -> Result<Vec<Value>, Error> {
    match names.iter().find_map(|name| page.remove(*name)) {
        Some(Value::Array(items)) => Ok(items),
        Some(Value::Null) => Ok(Vec::new()),
        Some(item @ Value::Object(_)) => Ok(vec![item]),
        _ => {
            let name = names.first().copied().unwrap_or_default();
            Err(reply.undecodable(format!("there is no list \"{name}\" in it")))
        }
    }
}

/// The query of the link to the next page, empty for a link without one.
fn next_query(page: &Map<String, Value>) -> Option<String> {
    let links = page.get("links")?.as_array()?;
    let next = links.iter().find(|link| link.get("rel").is_some_and(|rel| rel == "next"))?;
    let href = next.get("href")?.as_str()?;
    let href = href.split_once('#').map_or(href, |(href, _)| href);
    Some(href.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query_of(page: &Value) -> Option<String> {
        next_query(page.as_object().unwrap())
    }

    #[test]
    fn the_query_of_a_next_link_is_kept_byte_for_byte() {
        let page = json!({"links": [
            {"rel": "self", "href": "https://x/users"},
            {"rel": "next", "href": "https://x/v1.0/1/users?marker=a%2520b%2540%2525&limit=2#top"},
        ]});

        assert_eq!(query_of(&page).as_deref(), Some("marker=a%2520b%2540%2525&limit=2"));
    }

    #[test]
    fn a_page_by_number_begins_an_item_earlier() {
        assert_eq!(overlapping("limit=20&marker=40").as_deref(), Some("limit=20&marker=39"));
        for query in ["", "limit=20", "marker=0", "marker=b1"] {
            assert_eq!(overlapping(query), None, "{query}");
        }
    }

    #[test]
    fn a_page_without_a_next_link_is_the_last() {
        for page in [json!({}), json!({"links": []}), json!({"links": [{"rel": "self"}]})] {
            assert_eq!(query_of(&page), None);
        }
    }

    #[test]
    fn a_next_link_without_a_query_leads_to_the_collection_itself() {
        let page = json!({"links": [{"rel": "next", "href": "https://x/v1.0/1/instances"}]});

        assert_eq!(query_of(&page).as_deref(), Some(""));
    }
}

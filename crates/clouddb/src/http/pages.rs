//! The pages of a collection, and how to read all of them.
//!
//! The end is a page without a `next` link: a page may be short or empty and still have one. Of a link
//! only the query is used, on our own base URL: its host may be one that is not reachable from here.
//!
//! Databases and users are paged by their keys, and their links cannot be followed: servers encode the
//! marker in them twice and decode it once, and then the link leads back, or to an empty page. So while
//! there is a link, the next page is asked for by the key of the last item, encoded once. If that brings
//! nothing new, it is asked for in the other ways before the list is called broken. A key that would be
//! another one if it were decoded once more is no marker as long as the page has a better one: a server
//! that decodes twice would leave out what is between the two.
//!
//! A collection may change between two pages. What was there throughout is found once all the same
//! where pages go by a key: what follows it follows still. Backups are paged by number, and with one less
//! on the pages already read, or one that moves to the front, another slips through. So their pages
//! overlap by one item, and where it is not the same one, the reading begins again.
//!
//! See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/pagination.rst>.

use std::collections::{HashSet, VecDeque};

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::http::reply::Reply;
use crate::http::request::{Request, query_value};
use crate::value::error::Error;
use crate::value::limits::{LONGEST_LINK, MOST_ITEMS, MOST_PAGES, MOST_UNREADABLE};
use crate::value::listing::{Listing, Unreadable};

/// How the page after a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paging {
    /// By the link, as it is.
    Link,
    /// By the link, whose marker may be the number of items before the page.
    Number,
    /// By the key of the last item.
    Key,
}

/// An item of a collection.
pub(crate) trait Item: DeserializeOwned {
    /// How its pages are asked for.
    const PAGING: Paging = Paging::Link;

    /// What tells it from others, as an error shows it; an item that comes on two pages counts once.
    type Key: Eq + std::hash::Hash + std::fmt::Display + Send + Clone;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// The key of an item that cannot be understood otherwise, if that can.
    fn key_in(item: &Value) -> Option<Self::Key>;
}

/// An item that cannot be understood.
#[derive(Debug, Clone)]
pub(crate) struct Odd<K> {
    /// `None` for one that may be anything.
    pub(crate) key: Option<K>,
    pub(crate) error: Error,
}

impl<K: std::fmt::Display> From<&Odd<K>> for Unreadable {
    fn from(odd: &Odd<K>) -> Self {
        Self { key: odd.key.as_ref().map(K::to_string), error: odd.error.clone() }
    }
}

/// What a query for the page after an item has as its marker.
pub(crate) fn marker(key: &impl std::fmt::Display) -> String {
    query_value(&key.to_string())
}

/// Whether a key means the same to a server that decodes a marker twice.
pub(crate) fn is_clear(key: &impl std::fmt::Display) -> bool {
    let key = key.to_string();
    percent_decode_str(&key).eq(key.bytes())
}

/// The reading of a whole collection, apart from the sending of its requests.
pub(crate) struct Reading<T: Item> {
    first: Request,
    request: Request,
    names: &'static [&'static str],
    items: Vec<T>,
    odd: Vec<Odd<T::Key>>,
    keys: HashSet<T::Key>,
    /// The queries of the links that were followed.
    followed: HashSet<String>,
    /// Other queries for the page that is next, if it brings nothing new.
    others: VecDeque<String>,
    /// Whether a page that brought nothing new said that it is the last.
    ended: bool,
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
        let followed = HashSet::from([request.query.clone().unwrap_or_default()]);
        Self {
            first: request.clone(),
            request,
            names,
            items: Vec::new(),
            odd: Vec::new(),
            keys: HashSet::new(),
            followed,
            others: VecDeque::new(),
            ended: false,
            expected: None,
            pages: 0,
        }
    }

    /// The request for the page that is next.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// Takes in the page that was asked for.
    pub(crate) fn take(&mut self, reply: &Reply) -> Result<Step, Error> {
        let Page { items, odd, keys: shown, next } = page::<T>(reply, self.names)?;
        self.pages += 1;
        if self.expected.is_some() && shown.first() != Some(&self.expected) {
            return Ok(Step::Changed);
        }
        let last = shown.last().cloned().flatten();
        let shown: Vec<T::Key> = shown.into_iter().flatten().collect();
        let before = self.keys.len();
        self.add(items, odd)?;
        let count = self.items.len() + self.odd.len();
        if next.is_some() && (self.pages >= MOST_PAGES || count >= MOST_ITEMS) {
            return Err(self.without_end(reply));
        }
        let hidden = shown.is_empty() && next.is_some();
        if self.keys.len() == before && !hidden {
            self.ended |= next.is_none();
            if self.ask_otherwise() {
                return Ok(Step::Next);
            }
        } else {
            self.ended = false;
        }
        self.others.clear();
        let Some(next) = next.filter(|_| !self.ended) else { return Ok(Step::Done) };
        if T::PAGING == Paging::Key && !shown.is_empty() {
            if self.keys.len() == before {
                return Err(leads_back(reply));
            }
            self.others = self.ways_on(&shown, next);
            self.ask_otherwise();
            return Ok(Step::Next);
        }
        self.follow(next, last.as_ref()).map_err(|()| leads_back(reply))
    }

    /// Takes in what was not on an earlier page.
    fn add(&mut self, items: Vec<T>, odd: Vec<Odd<T::Key>>) -> Result<(), Error> {
        let keys = &mut self.keys;
        self.items.extend(items.into_iter().filter(|item| keys.insert(item.key())));
        let new = |odd: &Odd<T::Key>| odd.key.as_ref().is_none_or(|it| keys.insert(it.clone()));
        self.odd.extend(odd.into_iter().filter(new));
        if self.odd.len() > MOST_UNREADABLE
            && let Some(last) = self.odd.pop()
        {
            return Err(last.error);
        }
        Ok(())
    }

    fn without_end(&self, reply: &Reply) -> Error {
        let (pages, items) = (self.pages, self.items.len());
        reply.undecodable(format!(
            "the list has no end: after {pages} pages with {items} items there is a link to the next page"
        ))
    }

    /// Asks for the next page in another way, if there is one. That is also for a server that refuses
    /// the way in which it was asked.
    pub(crate) fn ask_otherwise(&mut self) -> bool {
        let other = self.others.pop_front();
        let found = other.is_some();
        self.request.query = other.or(self.request.query.take());
        found
    }

    /// The queries for the page after one that showed these, the best one first.
    fn ways_on(&self, shown: &[T::Key], link: String) -> VecDeque<String> {
        let clear = shown.iter().rfind(|key| is_clear(*key));
        let last = shown.last();
        let twice = last.map(|key| query_value(&marker(key)));
        let mut markers: Vec<String> = clear.into_iter().chain(last).map(marker).collect();
        markers.extend(twice);
        markers.dedup();
        let own = markers.iter().filter_map(|marker| self.first.clone().after(marker).query);
        let mut queries: VecDeque<String> = own.collect();
        if !queries.contains(&link) {
            queries.push_back(link);
        }
        queries
    }

    /// Asks for the next page as the link has it.
    fn follow(&mut self, link: String, last: Option<&T::Key>) -> Result<Step, ()> {
        if !self.followed.insert(link.clone()) {
            return Err(());
        }
        let overlapping = overlapping(&link).filter(|_| T::PAGING == Paging::Number);
        self.expected = last.filter(|_| overlapping.is_some()).cloned();
        let query = if self.expected.is_some() { overlapping.unwrap_or(link) } else { link };
        self.request.query = Some(query).filter(|query| !query.is_empty());
        Ok(Step::Next)
    }

    /// How much has been taken in: items, and what cannot be understood.
    pub(crate) fn count(&self) -> (usize, usize) {
        (self.items.len(), self.odd.len())
    }

    /// What has been taken in since it was that much.
    pub(crate) fn since(&self, (items, odd): (usize, usize)) -> Listing<T>
    where
        T: Clone,
    {
        let items = self.items.iter().skip(items).cloned().collect();
        Listing { items, unreadable: self.odd.iter().skip(odd).map(Unreadable::from).collect() }
    }

    /// What was read, and what could not be.
    pub(crate) fn into_items(self) -> (Vec<T>, Vec<Odd<T::Key>>) {
        (self.items, self.odd)
    }
}

fn leads_back(reply: &Reply) -> Error {
    reply.undecodable("its link to the next page leads back")
}

/// One page of a collection.
pub(crate) struct Page<T: Item> {
    pub(crate) items: Vec<T>,
    pub(crate) odd: Vec<Odd<T::Key>>,
    /// The keys of both, in the order of the page.
    keys: Vec<Option<T::Key>>,
    /// The query that asks for the next page.
    pub(crate) next: Option<String>,
}

pub(crate) fn page<T: Item>(reply: &Reply, names: &[&str]) -> Result<Page<T>, Error> {
    let mut page: Map<String, Value> = reply.decoded()?;
    let entries = entries(reply, &mut page, names)?;
    let next = next_query(&page);
    if next.as_ref().is_some_and(|query| query.len() > LONGEST_LINK) {
        return Err(reply.undecodable("its link to the next page is too long"));
    }
    let mut page = Page { items: Vec::new(), odd: Vec::new(), keys: Vec::new(), next };
    let mut secrets = None;
    for (number, entry) in (1..).zip(&entries) {
        // What is no object would be read field by field.
        let read = match entry {
            Value::Object(_) => T::deserialize(entry),
            _ => Err(serde::de::Error::custom("not an object")),
        };
        let key = match read {
            Ok(item) => {
                page.items.push(item);
                page.items.last().map(T::key)
            }
            Err(error) => {
                let key = T::key_in(entry);
                let item = key.as_ref().map_or_else(
                    || format!("number {number}, which does not say what it is"),
                    T::Key::to_string,
                );
                let secrets = secrets.get_or_insert_with(|| reply.all_secrets());
                let error = reply.undecodable_without(secrets, format!("its item {item}: {error}"));
                if page.odd.len() == MOST_UNREADABLE {
                    return Err(error);
                }
                page.odd.push(Odd { key: key.clone(), error });
                key
            }
        };
        page.keys.push(key);
    }
    Ok(page)
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

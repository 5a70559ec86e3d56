//! Reading every page of a collection.
//!
//! The end is a page without a `next` link: a page may be short or empty and still have one. Of the
//! link only the query is used, byte for byte, on our own base URL: its host may be one that is not
//! reachable from here, and its marker is encoded in the way this server wants it back, which for
//! users is twice.
//!
//! See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/pagination.rst>.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::http::{Reply, Request};
use crate::{Client, Error};

/// An item of a collection.
pub(crate) trait Item: DeserializeOwned {
    /// What tells it from others; an item that comes on two pages counts once.
    type Key: Eq + std::hash::Hash + Send;

    /// Its key.
    fn key(&self) -> Self::Key;
}

/// All items of a collection, which the documents have under one of `names`.
pub(crate) async fn all<T: Item>(
    client: &Client,
    mut request: Request,
    names: &[&str],
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    let mut keys = HashSet::new();
    let mut asked = HashSet::from([request.query.clone().unwrap_or_default()]);
    loop {
        let reply = client.send(&request).await?;
        let page: Page<T> = page(&reply, names)?;
        items.extend(page.items.into_iter().filter(|item: &T| keys.insert(item.key())));
        let Some(next) = page.next else { return Ok(items) };
        if !asked.insert(next.clone()) {
            return Err(reply.undecodable("its link to the next page leads back"));
        }
        request.query = Some(next).filter(|query| !query.is_empty());
    }
}

/// One page of a collection.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The query that asks for the next page.
    pub(crate) next: Option<String>,
}

pub(crate) fn page<T: Item>(reply: &Reply, names: &[&str]) -> Result<Page<T>, Error> {
    let page: Map<String, Value> = reply.decoded()?;
    let items = entries(reply, &page, names)?.into_iter().map(serde_json::from_value);
    let items = items.collect::<Result<_, _>>().map_err(|error| reply.undecodable(error))?;
    Ok(Page { items, next: next_query(&page) })
}

/// The items on a page: an array, or in some old documents one object.
fn entries(reply: &Reply, page: &Map<String, Value>, names: &[&str]) -> Result<Vec<Value>, Error> {
    match names.iter().find_map(|name| page.get(*name)) {
        Some(Value::Array(items)) => Ok(items.clone()),
        Some(Value::Null) => Ok(Vec::new()),
        Some(item @ Value::Object(_)) => Ok(vec![item.clone()]),
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

//! A server that keeps what is created, and lists it in pages of twenty.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Answer, Received, Server};

const PAGE: usize = 20;

/// Names on one instance, by collection.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<BTreeMap<String, BTreeSet<String>>>>);

impl Shelf {
    pub(crate) fn put(&self, collection: &str, name: &str) {
        let mut all = self.0.lock().unwrap();
        all.entry(collection.to_owned()).or_default().insert(name.to_owned());
    }

    pub(crate) fn take(&self, collection: &str, name: &str) {
        self.0.lock().unwrap().entry(collection.to_owned()).or_default().remove(name);
    }

    /// A server for this shelf.
    pub(crate) async fn serve(&self) -> Server {
        let kept = self.clone();
        Server::start(move |request, _| kept.answer(request)).await
    }

    /// The answer to a list call, a creation or a deletion of databases or users.
    pub(crate) fn answer(&self, request: &Received) -> Answer {
        let segments: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["instances", _, collection]) => self.page(collection, &request.query),
            ("POST", ["instances", _, collection]) => {
                for item in request.body[*collection].as_array().unwrap() {
                    self.put(collection, item["name"].as_str().unwrap());
                }
                Answer::accepted()
            }
            ("DELETE", ["instances", _, collection, name]) => {
                self.take(collection, name.trim_end_matches("%40%25"));
                Answer::accepted()
            }
            _ => Answer::not_found(),
        }
    }

    fn page(&self, collection: &str, query: &str) -> Answer {
        let all = self.0.lock().unwrap().get(collection).cloned().unwrap_or_default();
        let marker = query.split('&').find_map(|it| it.strip_prefix("marker="));
        let mut rest = all.iter().filter(|it| marker.is_none_or(|marker| it.as_str() > marker));
        let page: Vec<&String> = rest.by_ref().take(PAGE).collect();
        let items: Vec<Value> = page.iter().map(|name| json!({ "name": name })).collect();
        let mut body = json!({ collection: items });
        if rest.next().is_some() {
            let href = format!("https://x/{collection}?limit={PAGE}&marker={}", page[PAGE - 1]);
            body["links"] = json!([{ "rel": "next", "href": href }]);
        }
        Answer::ok(&body)
    }
}

/// How many pages so many items take.
pub(crate) fn pages(items: usize) -> usize {
    items.div_ceil(PAGE).max(1)
}

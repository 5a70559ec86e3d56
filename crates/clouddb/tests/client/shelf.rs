//! A server that keeps what is created, and lists it in pages of twenty.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Answer, Received, Server};

const PAGE: usize = 20;

/// Names on one instance, by collection.
#[derive(Clone)]
pub(crate) struct Shelf {
    names: Arc<Mutex<BTreeMap<String, BTreeSet<String>>>>,
    /// What the names are sorted by.
    rank: fn(&str) -> String,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::sorted_by(str::to_owned)
    }
}

impl Shelf {
    pub(crate) fn sorted_by(rank: fn(&str) -> String) -> Self {
        Self { names: Arc::default(), rank }
    }

    pub(crate) fn put(&self, collection: &str, name: &str) {
        let mut all = self.names.lock().unwrap();
        all.entry(collection.to_owned()).or_default().insert(name.to_owned());
    }

    pub(crate) fn take(&self, collection: &str, name: &str) {
        self.names.lock().unwrap().entry(collection.to_owned()).or_default().remove(name);
    }

    pub(crate) fn len(&self, collection: &str) -> usize {
        self.names.lock().unwrap().get(collection).map_or(0, BTreeSet::len)
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

    /// What follows the marker; everything, if the marker is not there, as a real server was seen to
    /// answer.
    fn page(&self, collection: &str, query: &str) -> Answer {
        let names = self.names.lock().unwrap().get(collection).cloned().unwrap_or_default();
        let mut names = Vec::from_iter(names);
        names.sort_by_key(|name| (self.rank)(name));
        let marker = query.split('&').find_map(|it| it.strip_prefix("marker="));
        let marker = marker.map(|it| it.trim_end_matches("%40%25"));
        let before = names.iter().position(|name| marker == Some(name.as_str()));
        let rest = &names[before.map_or(0, |before| before + 1)..];
        let page = &rest[..rest.len().min(PAGE)];
        let items: Vec<Value> = page.iter().map(|name| json!({ "name": name })).collect();
        let mut body = json!({ collection: items });
        if rest.len() > PAGE {
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

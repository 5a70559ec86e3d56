//! What the simulator was asked, by kind of call.

use std::collections::BTreeMap;

use clouddb_sim::RecordedRequest;

/// Number of calls by kind, such as `GET /instances/*/users`.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls(BTreeMap<String, usize>);

impl Calls {
    /// Counts requests to the database service; those to Identity are all of one kind.
    pub(super) fn of(requests: &[RecordedRequest]) -> Self {
        let mut calls = BTreeMap::new();
        for request in requests {
            *calls.entry(kind(request)).or_insert(0) += 1;
        }
        Self(calls)
    }

    /// Requests to the database service.
    pub(super) fn api(&self) -> usize {
        self.0.iter().filter(|(kind, _)| *kind != LOGIN).map(|(_, count)| count).sum()
    }

    /// Requests to Identity.
    pub(super) fn logins(&self) -> usize {
        self.of_kind(LOGIN)
    }

    /// Requests of one kind.
    pub(super) fn of_kind(&self, kind: &str) -> usize {
        self.0.get(kind).copied().unwrap_or_default()
    }

    /// Every kind with its number.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(kind, count)| (kind.as_str(), *count))
    }
}

/// The kind of a request to Identity.
const LOGIN: &str = "login";

fn kind(request: &RecordedRequest) -> String {
    if request.is_identity() {
        return LOGIN.into();
    }
    let collections = ["", "instances", "databases", "users", "backups", "flavors", "datastores"];
    let masked = |segment| if collections.contains(&segment) { segment } else { "*" };
    let path: Vec<_> = request.call.split('/').map(masked).collect();
    format!("{} {}", request.method, path.join("/"))
}

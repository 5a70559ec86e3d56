//! A simulator and somebody who is logged in to it.

use clouddb_sim::{Options, Simulator};
use serde_json::{Value, json};

use crate::http::{Seen, send};

pub(crate) struct Api {
    pub(crate) sim: Simulator,
    pub(crate) token: String,
    base: String,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let sim = Simulator::start(options).unwrap();
        let token = log_in(&sim, &api_key("demo", "demo-key")).json()["access"]["token"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        sim.clear_requests();
        Self { sim, token, base: "/v1.0/123456".into() }
    }

    /// The same for another base path, such as that of a region.
    pub(crate) fn at(mut self, base: &str) -> Self {
        base.clone_into(&mut self.base);
        self
    }

    pub(crate) fn try_send(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Seen> {
        let mut headers = vec![("X-Auth-Token", self.token.as_str())];
        let body = body.map(Value::to_string);
        if body.is_some() {
            headers.push(("Content-Type", "application/json"));
        }
        let path = format!("{}{path}", self.base);
        send(self.sim.address(), method, &path, &headers, body.as_deref().map(str::as_bytes))
    }

    pub(crate) fn get(&self, path: &str) -> Seen {
        self.try_send("GET", path, None).unwrap()
    }

    pub(crate) fn delete(&self, path: &str) -> Seen {
        self.try_send("DELETE", path, None).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Seen {
        self.try_send("POST", path, Some(body)).unwrap()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Seen {
        self.try_send("PUT", path, Some(body)).unwrap()
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Seen {
        self.try_send("PATCH", path, Some(body)).unwrap()
    }

    /// Creates an instance and returns its ID; it builds still.
    pub(crate) fn create(&self, name: &str) -> String {
        let seen = self.post("/instances", &instance(name));
        assert_eq!(seen.status, 200, "{}", seen.body);
        seen.json()["instance"]["id"].as_str().unwrap().to_owned()
    }

    /// The status that one GET shows; 404 is `GONE`.
    pub(crate) fn status(&self, id: &str) -> String {
        let seen = self.get(&format!("/instances/{id}"));
        let status = seen.json()["instance"]["status"].as_str().map(str::to_owned);
        status.unwrap_or_else(|| if seen.status == 404 { "GONE".into() } else { seen.body })
    }

    /// Creates an HA group and returns its ID; it builds still.
    pub(crate) fn create_ha(&self, name: &str, replicas: usize) -> String {
        let seen = self.post("/ha", &ha_group(name, replicas));
        assert_eq!(seen.status, 202, "{}", seen.body);
        seen.json()["ha_instance"]["id"].as_str().unwrap().to_owned()
    }

    /// What a GET of an HA group shows; null if there is none.
    pub(crate) fn ha(&self, id: &str) -> Value {
        self.get(&format!("/ha/{id}")).json()["ha_instance"].clone()
    }

    /// The state of an HA group that one GET shows; 404 is `GONE`.
    pub(crate) fn ha_state(&self, id: &str) -> String {
        let state = self.ha(id)["state"].as_str().map(str::to_owned);
        state.unwrap_or_else(|| "GONE".into())
    }

    /// The statuses that this many GETs show.
    pub(crate) fn statuses(&self, id: &str, polls: usize) -> Vec<String> {
        (0..polls).map(|_| self.status(id)).collect()
    }

    pub(crate) fn backup_statuses(&self, id: &str, polls: usize) -> Vec<String> {
        let status = |_| {
            let seen = self.get(&format!("/backups/{id}"));
            let status = seen.json()["backup"]["status"].as_str().map(str::to_owned);
            status.unwrap_or_else(|| seen.status.to_string())
        };
        (0..polls).map(status).collect()
    }

    /// Reads every page by following the links' queries, and says how many pages there were.
    pub(crate) fn pages(&self, path: &str, key: &str) -> (Vec<Value>, usize) {
        let (mut items, mut pages, mut query) = (Vec::new(), 0, String::new());
        loop {
            let body = self.get(&format!("{path}{query}")).json();
            items.extend(body[key].as_array().unwrap().iter().cloned());
            pages += 1;
            match body["links"][0]["href"].as_str() {
                Some(href) => query = format!("?{}", href.split_once('?').unwrap().1),
                None => return (items, pages),
            }
        }
    }
}

/// A new HA group with this many replicas.
pub(crate) fn ha_group(name: &str, replicas: usize) -> Value {
    let member = |name: String| json!({ "name": name, "flavorRef": "2", "volume": { "size": 1 } });
    let replicas: Vec<Value> = (1..=replicas).map(|it| member(format!("replica{it}"))).collect();
    json!({ "ha": {
        "name": name,
        "datastore": { "version": "8.0", "type": "MYSQL" },
        "replica_source": [member("source".into())],
        "replicas": replicas,
    } })
}

pub(crate) fn api_key(user: &str, key: &str) -> Value {
    json!({ "auth": { "RAX-KSKEY:apiKeyCredentials": { "username": user, "apiKey": key } } })
}

pub(crate) fn log_in(sim: &Simulator, body: &Value) -> Seen {
    let headers = [("Content-Type", "application/json")];
    let body = body.to_string();
    send(sim.address(), "POST", "/v2.0/tokens", &headers, Some(body.as_bytes())).unwrap()
}

pub(crate) fn instance(name: &str) -> Value {
    json!({ "instance": { "name": name, "flavorRef": 2, "volume": { "size": 2 } } })
}

pub(crate) fn message(seen: &Seen) -> String {
    seen.fault().map(|(_, message)| message).unwrap_or_default()
}

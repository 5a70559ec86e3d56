//! A cloud with several of each kind, made by calls of the API as a client makes them.

use clouddb_sim::{Clock, Options};
use serde_json::{Value, json};

use crate::api::{Api, ha_group};

/// What is in it, by ID.
pub(crate) struct Estate {
    pub(crate) api: Api,
    pub(crate) shop: String,
    pub(crate) orders: String,
}

fn made(api: &Api, path: &str, kind: &str, body: &Value) -> String {
    let seen = api.post(path, &json!({ kind: body }));
    let object = if kind == "ha" { "ha_instance" } else { kind };
    let id = seen.json()[object]["id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("POST {path}: {} {}", seen.status, seen.body))
}

fn done(api: &Api, path: &str, body: &Value) {
    let seen = api.post(path, body);
    assert!(matches!(seen.status, 200 | 202), "POST {path}: {} {}", seen.status, seen.body);
}

impl Estate {
    /// One whose phases end only when they are told to. One instance builds, and one backup is made.
    pub(crate) fn new() -> Self {
        let api = Api::with(Options { clock: Clock::Explicit, ..Options::default() });
        let settled = || (0..3).for_each(|_| api.sim.advance());
        let instance = |name: &str, more: Value| {
            let mut body = json!({ "name": name, "flavorRef": 2, "volume": { "size": 5 } });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            made(&api, "/instances", "instance", &body)
        };
        let datastore = json!({ "type": "mysql", "version": "8.0" });
        let settings = json!({ "name": "many connections", "datastore": datastore,
            "values": { "max_connections": 400, "autocommit": 1 } });
        let settings = made(&api, "/configurations", "configuration", &settings);
        let shop = instance("shop", json!({ "flavorRef": 3, "configuration": settings }));
        let orders = instance("orders", json!({}));
        settled();
        for name in ["shop", "sessions"] {
            let body = json!({ "databases": [{ "name": name, "character_set": "latin1" }] });
            done(&api, &format!("/instances/{shop}/databases"), &body);
        }
        let users = json!({ "users": [
            { "name": "app", "password": "hunter2", "host": "10.0.0.%",
              "databases": [{ "name": "shop" }, { "name": "sessions" }] },
            { "name": "report", "password": "hunter3", "databases": [] },
        ] });
        done(&api, &format!("/instances/{shop}/users"), &users);
        done(&api, &format!("/instances/{orders}/root"), &json!({}));
        let replica = json!({ "replica_of": shop, "flavorRef": 3 });
        instance("shop-replica", replica);
        let group = made(&api, "/ha", "ha", &ha_group("billing", 2)["ha"]);
        settled();
        done(&api, &format!("/ha/{group}/acls"), &json!({ "address": "10.1.0.0/16" }));
        settled();
        let whole = json!({ "name": "whole", "instance": shop, "description": "before 2.0" });
        let whole = made(&api, "/backups", "backup", &whole);
        settled();
        let part = json!({ "name": "part", "instance": shop, "parent_id": whole });
        made(&api, "/backups", "backup", &part);
        settled();
        let schedule = |source: &str, kind: &str| {
            let body = json!({ "action": "backup", "source_id": source, "source_type": kind,
                "day_of_week": 0, "hour": 2, "minute": 30 });
            made(&api, "/schedules", "schedule", &body)
        };
        schedule(&shop, "instance");
        schedule(&group, "ha");
        api.sim.add_instance_in("ORD", "far", "1", 1);
        instance("builds", json!({}));
        made(&api, "/backups", "backup", &json!({ "name": "runs", "instance": orders }));
        Self { api, shop, orders }
    }
}

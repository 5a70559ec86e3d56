//! The members of HA groups, which are instances, and what happens when a source fails.

use clouddb_sim::{Clock, Options};
use serde_json::{Value, json};

use crate::api::{Api, message};
use crate::http::{Seen, send};

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

/// A group with two replicas: its ID, that of its source, and those of its replicas.
fn group(api: &Api) -> (String, String, Vec<String>) {
    let id = api.sim.add_ha_group("ha-1", "2", 1, 2);
    let group = api.sim.ha_group(&id).unwrap();
    (id, group.source_id.unwrap(), group.replica_ids)
}

#[test]
fn members_are_instances_that_name_their_group() {
    let api = api();
    let (id, source, replicas) = group(&api);
    let alone = api.sim.add_instance("alone", "2", 1);
    let ids = |query: &str| -> Vec<String> {
        let listed = api.get(&format!("/instances{query}")).json();
        let listed = listed["instances"].as_array().unwrap();
        listed.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };

    assert_eq!(ids("").len(), 4);
    assert_eq!(ids("?include_ha=true").len(), 4);
    assert_eq!(ids("?include_ha=false"), [alone]);
    assert_eq!(ids("?include_replicas=false").len(), 2);
    let told = api.get(&format!("/instances/{source}")).json()["instance"].clone();
    assert_eq!((&told["ha_id"], &told["replicas"].as_array().unwrap().len()), (&json!(id), &2));
    let told = api.get(&format!("/instances/{}", replicas[0])).json()["instance"].clone();
    assert_eq!((&told["ha_id"], &told["replica_of"]["id"]), (&json!(id), &json!(source)));
    assert_eq!(api.sim.instance(&source).unwrap().ha_id, Some(id));
}

#[test]
fn nothing_is_done_to_a_member_alone() {
    let api = api();
    let (id, source, replicas) = group(&api);
    let configuration = api.sim.add_configuration("group", false);
    let backup = |member: &str| json!({ "backup": { "name": "b", "instance": member } });
    let schedule = |member: &str| {
        json!({ "schedule": { "action": "backup", "instance_id": member, "day_of_week": 0,
            "hour": 1, "minute": 1 } })
    };
    let replica = |member: &str| {
        json!({ "instance": { "name": "r", "flavorRef": "2", "volume": { "size": 1 },
            "replica_of": member } })
    };
    let changed = |change: Value| json!({ "instance": change });
    for member in [&source, &replicas[0]] {
        let path = format!("/instances/{member}");
        let action = |body: Value| api.post(&format!("{path}/action"), &body);
        let refused: Vec<(&str, Seen)> = vec![
            ("delete", api.delete(&path)),
            ("rename", api.patch(&path, &changed(json!({ "name": "x" })))),
            ("detach", api.patch(&path, &changed(json!({ "replica_of": "" })))),
            ("configure", api.put(&path, &changed(json!({ "configuration": configuration })))),
            ("restart", action(json!({ "restart": {} }))),
            ("resize", action(json!({ "resize": { "flavorRef": "3" } }))),
            ("grow", action(json!({ "resize": { "volume": { "size": 4 } } }))),
            ("save logs", action(json!({ "save_logs": {} }))),
            ("save no logs", action(json!({ "save_logs": { "allow_ha": false } }))),
            ("enable root", api.try_send("POST", &format!("{path}/root"), None).unwrap()),
            ("back up", api.post("/backups", &backup(member))),
            ("schedule", api.post("/schedules", &schedule(member))),
            ("replicate", api.post("/instances", &replica(member))),
        ];
        for (what, seen) in refused {
            let said = message(&seen);
            assert!(seen.status == 403 && said.contains(&id), "{what}: {} {said}", seen.status);
        }
        let logs = json!({ "save_logs": { "allow_ha": true } });
        assert_eq!(action(logs).status, 202, "the documentation has a way for these");
    }
    assert_eq!((api.sim.instances().len(), api.ha_state(&id).as_str()), (3, "ACTIVE"));
}

#[test]
fn databases_and_users_are_made_on_the_source_only() {
    let api = api();
    let (_, source, replicas) = group(&api);
    let databases = json!({ "databases": [{ "name": "orders" }] });
    let users = json!({ "users": [{ "name": "ann", "password": "secret" }] });

    for (member, status) in [(&replicas[0], 422), (&source, 202)] {
        let path = format!("/instances/{member}");
        assert_eq!(api.post(&format!("{path}/databases"), &databases).status, status);
        assert_eq!(api.post(&format!("{path}/users"), &users).status, status);
    }
    for member in [&source, &replicas[0], &replicas[1]] {
        assert_eq!(api.sim.databases(member)[0].name, "orders");
    }
    let path = format!("/instances/{source}");
    assert_eq!(api.delete(&format!("{path}/users/ann%40%25")).status, 202);
    assert_eq!(api.delete(&format!("{path}/databases/orders")).status, 202);
}

#[test]
fn a_replica_takes_the_place_of_a_source_that_fails_and_another_one_is_added() {
    let api = api();
    let (id, source, replicas) = group(&api);
    api.sim.add_database(&source, "orders");
    let database = json!({ "databases": [{ "name": "more" }] });

    assert!(api.sim.fail_over(&id));

    assert_eq!((api.ha_state(&id), api.status(&source)), ("HA_FAILOVER".into(), "SHUTDOWN".into()));
    assert_eq!(api.post(&format!("/instances/{source}/databases"), &database).status, 422);
    assert!(!api.sim.fail_over(&id), "it is at it");
    api.sim.advance();
    assert_eq!((api.ha_state(&id), api.status(&source)), ("ADDING_REPLICA".into(), "GONE".into()));
    let now = api.sim.ha_group(&id).unwrap();
    let promoted = now.source_id.unwrap();
    assert!(replicas.contains(&promoted) && now.replica_ids.len() == 2);
    assert!(!now.replica_ids.contains(&promoted));
    assert_eq!(api.post(&format!("/instances/{promoted}/databases"), &database).status, 202);
    for member in now.replica_ids.iter().chain([&promoted]) {
        let names: Vec<String> = api.sim.databases(member).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["more", "orders"]);
    }
    api.sim.advance();
    let group = api.ha(&id);
    assert_eq!(group["state"], "ACTIVE");
    assert_eq!(group["replica_source"][0]["id"], json!(promoted));
    assert_eq!(group["replicas"][0]["replica_of"]["id"], json!(promoted));
}

#[test]
fn a_failover_is_ordered_over_http_and_a_group_is_stuck_and_lost() {
    let api = api();
    let (id, source, _) = group(&api);
    let sim = |method: &str, path: &str, body: Value| {
        send(api.sim.address(), method, path, &[], Some(body.to_string().as_bytes())).unwrap()
    };

    assert_eq!(sim("POST", "/sim/failover", json!({ "id": id })).status, 200);
    assert_eq!(sim("POST", "/sim/failover", json!({ "id": source })).status, 404);
    assert_eq!(api.ha_state(&id), "HA_FAILOVER");
    sim("POST", "/sim/stick", json!({ "id": id, "status": "FAILOVER_DISABLED" }));
    api.sim.advance();
    assert_eq!(api.ha_state(&id), "FAILOVER_DISABLED");
    sim("POST", "/sim/release", json!({ "id": id }));
    assert_eq!(api.ha_state(&id), "ADDING_REPLICA");
    let state = sim("GET", "/sim/state", json!({})).json();
    assert_eq!(state["ha_groups"][0]["id"], json!(id));
    assert_eq!(sim("DELETE", &format!("/sim/ha/{id}"), json!({})).status, 200);
    assert_eq!(sim("DELETE", &format!("/sim/ha/{id}"), json!({})).status, 404);
    assert!(api.sim.is_empty());
}

#[test]
fn another_hand_changes_groups_past_the_api() {
    let api = api();
    let (id, source, _) = group(&api);
    let configuration = api.sim.add_configuration("group", false);

    api.sim.resize_ha_group(&id, "4", 7);
    api.sim.configure_ha_group(&id, Some(&configuration));
    api.sim.set_ha_datastore(&id, "mysql", "5.6");
    api.sim.set_name(&id, "renamed");
    api.sim.add_acl(&id, "1.2.3.4/32");
    api.sim.set_status(&id, "FAILOVER_DISABLED");

    let seen = api.ha(&id);
    assert_eq!((&seen["flavor"]["id"], &seen["volume"]["size"]), (&json!(4), &json!(7)));
    assert_eq!((&seen["name"], &seen["state"]), (&json!("renamed"), &json!("FAILOVER_DISABLED")));
    assert_eq!(seen["replica_source"][0]["datastore"]["version"], "5.6");
    assert_eq!(seen["acls"], json!([{ "address": "1.2.3.4/32" }]));
    assert_eq!(api.sim.instance(&source).unwrap().configuration_id, Some(configuration));
    api.sim.remove_acl(&id, "1.2.3.4/32");
    api.sim.remove_ha_group(&id);
    assert!(api.sim.is_empty());
    let other = api.sim.add_ha_group_of("777", "theirs", "2", 1, 1);
    assert_eq!(api.ha_state(&other), "GONE");
}

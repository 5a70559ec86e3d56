//! A source and its replicas that become an HA group.

use clouddb_sim::{Clock, Options};
use serde_json::{Value, json};

use crate::api::{Api, message};

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

/// A source and a replica of it, both with 1 GB of memory and of volume.
fn replicated(api: &Api) -> (String, String) {
    let source = api.sim.add_instance("source", "2", 1);
    let replica = api.sim.add_instance("replica", "2", 1);
    api.sim.set_source(&replica, Some(&source));
    (source, replica)
}

fn convert(api: &Api, id: &str, body: &Value) -> (u16, Value) {
    let seen = api.post(&format!("/instances/{id}/action"), &json!({ "convert_to_ha": body }));
    match seen.status {
        202 => (202, seen.json()["ha_instance"].clone()),
        status => (status, json!(message(&seen))),
    }
}

#[test]
fn a_source_becomes_a_group_with_its_replicas_whichever_is_named() {
    for of_replica in [false, true] {
        let api = api();
        let (source, replica) = replicated(&api);
        let configuration = api.sim.add_configuration("group", false);
        api.sim.set_configuration(&source, Some(&configuration));
        let body = json!({
            "name": "ha-1", "acls": [{ "address": "10.0.0.0/0" }], "networks": ["public"],
        });

        let (status, made) = convert(&api, if of_replica { &replica } else { &source }, &body);

        assert_eq!((status, &made["state"]), (202, &json!("BUILD")));
        assert_eq!(made["acls"], json!([{ "address": "10.0.0.0/0" }]));
        assert_eq!(made["networks"], json!([]));
        for (list, member) in [("replica_source", &source), ("replicas", &replica)] {
            assert_eq!(made[list][0]["id"], json!(member));
            assert_eq!(
                (&made[list][0]["status"], &made[list][0]["ha_id"]),
                (&json!("ACTIVE"), &made["id"])
            );
            assert_eq!(api.status(member), "CONVERT_TO_HA");
        }
        let id = made["id"].as_str().unwrap();
        let database = json!({ "databases": [{ "name": "orders" }] });
        let databases = format!("/instances/{source}/databases");
        assert_eq!(api.post(&databases, &database).status, 422);
        assert_eq!(api.ha_state(id), "BUILD");
        api.sim.advance();
        assert_eq!((api.ha_state(id), api.status(&source)), ("ACTIVE".into(), "ACTIVE".into()));
        assert_eq!(api.post(&databases, &database).status, 202);
        let group = api.sim.ha_group(id).unwrap();
        assert_eq!((group.networks.len(), group.configuration_id), (2, Some(configuration)));
        assert_eq!(api.delete(&format!("/instances/{replica}")).status, 403);
    }
}

#[test]
fn a_schedule_becomes_that_of_the_group_with_its_time() {
    for of_replica in [false, true] {
        let api = api();
        let (source, replica) = replicated(&api);
        api.sim.add_schedule(if of_replica { &replica } else { &source }, 14, 30);
        if !of_replica {
            api.sim.add_schedule(&replica, 1, 15);
        }

        let (_, made) = convert(&api, &source, &json!({ "name": "ha-1" }));

        let schedules = api.sim.schedules();
        let [only] = schedules.as_slice() else { panic!("{schedules:?}") };
        assert_eq!((json!(only.source_id), only.source_type.as_str()), (made["id"].clone(), "ha"));
        assert_eq!((only.hour, only.minute), (14, 30));
    }
}

#[test]
fn what_cannot_be_a_group_is_not_converted() {
    let api = api();
    let name = json!({ "name": "ha-1" });
    let alone = api.sim.add_instance("alone", "2", 1);
    let (status, said) = convert(&api, &alone, &name);
    assert!(status == 400 && said.as_str().unwrap().ends_with(" has 0."), "{said}");
    let (source, replica) = replicated(&api);
    assert_eq!(convert(&api, &source, &json!({})).0, 400, "no name");
    let odd = json!({ "name": "ha-1", "acls": [{ "address": "here" }] });
    assert_eq!(convert(&api, &source, &odd).0, 400);
    let replica_only = json!({ "name": "ha-1", "replicas": [] });
    assert_eq!(convert(&api, &source, &replica_only).0, 400, "an unknown field");
    api.sim.set_volume(&replica, 2);
    assert_eq!(convert(&api, &source, &name).0, 400);
    api.sim.set_volume(&replica, 1);
    api.sim.stick(&replica, "REBOOT");
    assert_eq!(convert(&api, &source, &name).0, 422);
    api.sim.release(&replica);
    for small in [&source, &replica] {
        api.sim.set_flavor(small, "1");
    }
    assert_eq!(convert(&api, &source, &name).0, 400);
    let nobody = "11111111-1111-1111-1111-111111111111";
    assert_eq!(convert(&api, nobody, &name).0, 404);
    let id = api.sim.add_ha_group("ha-2", "2", 1, 1);
    let member = api.sim.ha_group(&id).unwrap().source_id.unwrap();
    assert_eq!(convert(&api, &member, &name).0, 403);
    assert_eq!(api.sim.ha_groups().len(), 1);
}

//! What an HA group can be asked for: replicas, sizes, a restart.

use clouddb_sim::{Clock, End, Occasion, Options, Quotas};
use serde_json::{Value, json};

use crate::api::{Api, message};

const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

fn act(api: &Api, id: &str, action: &Value) -> (u16, String) {
    let seen = api.post(&format!("/ha/{id}/action"), action);
    (seen.status, if seen.status == 202 { seen.body } else { message(&seen) })
}

fn add_replica(flavor: &str, size: u64) -> Value {
    let details = json!({ "volume": { "size": size }, "flavorRef": flavor, "name": "new" });
    json!({ "add_replica": { "replica_details": details } })
}

#[test]
fn a_replica_is_added_while_the_group_says_so() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);

    assert_eq!(act(&api, &id, &add_replica("2", 1)), (202, String::new()));

    let group = api.ha(&id);
    assert_eq!(group["state"], "ADDING_REPLICA");
    let replicas = group["replicas"].as_array().unwrap();
    let new = replicas.iter().find(|it| it["name"] == "new").unwrap();
    assert_eq!((&new["status"], replicas.len()), (&json!("BUILD"), 2));
    assert_eq!(group["replica_source"][0]["status"], "ACTIVE");
    let busy = act(&api, &id, &json!({ "restart": {} }));
    let text = format!(
        "HA instance {id} is not currently available for an action to be performed (state was \
         ADDING_REPLICA)."
    );
    assert_eq!(busy, (422, text));
    assert_eq!(api.delete(&format!("/ha/{id}")).status, 422);
    api.sim.advance();
    let group = api.ha(&id);
    assert_eq!(
        (&group["state"], &group["replicas"][1]["status"]),
        (&json!("ACTIVE"), &json!("ACTIVE"))
    );
}

#[test]
fn a_new_replica_is_like_the_others_and_the_second_at_most() {
    let quotas = Quotas { instances: Some(5), ..Quotas::default() };
    let api = Api::with(Options { clock: Clock::Explicit, quotas, ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let full = api.sim.add_ha_group("ha-2", "2", 1, 2);

    assert_eq!(act(&api, &id, &add_replica("3", 1)).0, 400);
    assert_eq!(act(&api, &id, &add_replica("2", 2)).0, 400);
    assert_eq!(act(&api, &id, &add_replica("99", 1)).0, 400);
    let (status, said) = act(&api, &full, &add_replica("2", 1));
    assert!(status == 400 && said.ends_with("has 2 replicas already, and cannot have more."));
    let (status, said) = act(&api, &id, &add_replica("2", 1));
    assert_eq!((status, said.as_str()), (413, "Quota exceeded for resources: ['instances']."));
    assert_eq!(act(&api, &id, &json!({ "add_replica": {} })).0, 400);
    assert_eq!(act(&api, NOBODY, &add_replica("2", 1)).0, 404);
    assert_eq!(api.sim.instances().len(), 5);
}

#[test]
fn a_removed_replica_goes_on_as_an_instance_of_its_own() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 2);
    let group = api.sim.ha_group(&id).unwrap();
    let (source, replica) = (group.source_id.unwrap(), group.replica_ids[0].clone());
    api.sim.add_database(&source, "orders");

    assert_eq!(act(&api, &id, &json!({ "remove_replica": replica })), (202, String::new()));

    assert_eq!(api.ha_state(&id), "REMOVING_REPLICA");
    assert_eq!(
        (api.status(&replica).as_str(), api.status(&source).as_str()),
        ("DETACH_REPLICA", "ACTIVE")
    );
    api.sim.advance();
    let alone = api.sim.instance(&replica).unwrap();
    assert_eq!((alone.ha_id, alone.replica_of, alone.status.as_str()), (None, None, "ACTIVE"));
    assert_eq!(alone.databases[0].name, "orders");
    assert_eq!(api.ha(&id)["replicas"].as_array().unwrap().len(), 1);
    assert_eq!(api.delete(&format!("/instances/{replica}")).status, 202);
}

#[test]
fn neither_the_source_nor_the_last_replica_nor_a_stranger_is_removed() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let group = api.sim.ha_group(&id).unwrap();
    let stranger = api.sim.add_instance("db", "2", 1);
    let remove = |replica: &str| act(&api, &id, &json!({ "remove_replica": replica }));

    let source = group.source_id.unwrap();
    assert_eq!(remove(&source), (400, format!("Instance {source} is not a replica.")));
    let (status, said) = remove(&group.replica_ids[0]);
    assert!(status == 400 && said.contains("is the only replica of HA instance"), "{said}");
    assert_eq!(remove(&stranger), (404, format!("Resource {stranger} cannot be found.")));
    assert_eq!(remove("x").0, 400);
    assert_eq!(act(&api, &id, &json!({ "remove_replica": {} })).0, 400);
}

#[test]
fn all_volumes_grow_together_and_never_shrink() {
    let quotas = Quotas { volumes: Some(20), ..Quotas::default() };
    let api = Api::with(Options { clock: Clock::Explicit, quotas, ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 2, 1);
    let resize = |size: Value| act(&api, &id, &json!({ "resize_volumes": { "size": size } }));

    for size in [1, 2] {
        let text = "The new volume 'size' must be larger than the current volume size of '2'.";
        assert_eq!(resize(json!(size)), (400, text.into()));
    }
    assert_eq!(resize(json!(-1)).0, 400);
    assert_eq!(resize(json!(1.5)).0, 400);
    assert_eq!(resize(json!(1025)).0, 413);
    assert_eq!(resize(json!(11)), (413, "Quota exceeded for resources: ['volumes'].".into()));
    assert_eq!(act(&api, &id, &json!({ "resize_volumes": {} })).0, 400);
    assert_eq!(resize(json!(10)), (202, String::new()));
    assert_eq!(api.ha_state(&id), "RESIZING_VOLUME");
    assert_eq!(api.ha(&id)["volume"], json!({ "size": 2 }), "not before it is over");
    assert_eq!(api.ha(&id)["replicas"][0]["status"], "RESIZE");
    api.sim.advance();
    assert_eq!(api.ha(&id)["volume"], json!({ "size": 10 }));
    assert!(api.sim.instances().iter().all(|it| it.volume == 10));
}

#[test]
fn all_flavors_change_together_and_up_and_down() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "3", 2, 1);
    let resize = |flavor: Value| act(&api, &id, &json!({ "resize_flavor": flavor }));

    assert_eq!(resize(json!("99")), (400, "Resource 99 cannot be found.".into()));
    assert_eq!(resize(json!("1")).0, 400, "512 MB are not enough");
    let (status, said) = resize(json!("3"));
    assert!(status == 400 && said.contains("different than the current flavor id of '3'"));
    assert_eq!(resize(json!({})).0, 400);
    for (flavor, id_of) in [(json!("4"), 4), (json!(2), 2)] {
        assert_eq!(resize(flavor), (202, String::new()));
        assert_eq!(api.ha_state(&id), "RESIZING_FLAVOR");
        api.sim.advance();
        assert_eq!(api.ha(&id)["flavor"]["id"], json!(id_of));
        assert!(api.sim.instances().iter().all(|it| it.flavor_id == id_of.to_string()));
    }
}

#[test]
fn a_restart_reboots_every_member() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 2, 1);

    assert_eq!(act(&api, &id, &json!({ "restart": {} })), (202, String::new()));

    let group = api.ha(&id);
    assert_eq!(
        (&group["state"], &group["replicas"][0]["status"]),
        (&json!("REBOOT"), &json!("REBOOT"))
    );
    assert_eq!(group["replica_source"][0]["status"], "REBOOT");
    api.sim.advance();
    assert_eq!(api.ha_state(&id), "ACTIVE");
}

#[test]
fn an_upgrade_answers_with_the_group_and_leads_to_what_is_offered() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 2, 1);
    let configuration = api.sim.add_configuration("group", false);
    api.sim.configure_ha_group(&id, Some(&configuration));
    api.sim.set_ha_datastore(&id, "mysql", "5.6");
    let source = api.sim.ha_group(&id).unwrap().source_id.unwrap();
    api.sim.add_database(&source, "orders");
    let upgrade = |kind: &str, version: &str| {
        let to = json!({ "datastore_type": kind, "datastore_version": version });
        api.post(&format!("/ha/{id}/action"), &json!({ "upgrade": to }))
    };

    for (kind, version, status, text) in [
        ("mysql", "8.0", 400, "An upgrade from mysql 5.6 to mysql 8.0 is not supported."),
        ("mysql", "9", 400, "Datastore version '9' cannot be found."),
        ("oracle", "9", 404, "Datastore 'oracle' cannot be found."),
    ] {
        let seen = upgrade(kind, version);
        assert_eq!((seen.status, message(&seen).as_str()), (status, text));
    }
    assert_eq!(act(&api, &id, &json!({ "upgrade": { "datastore_type": "mysql" } })).0, 400);
    let seen = upgrade("mysql", "5.7");
    let told = json!({ "ha_instance": {
        "tenant_id": "123456", "state": "UPGRADING", "id": id, "name": "ha-1",
        "datastore": { "type": "mysql", "version": "5.6" },
    } });
    assert_eq!((seen.status, seen.json()), (202, told));
    assert_eq!(
        (api.ha_state(&id).as_str(), api.status(&source).as_str()),
        ("UPGRADING", "UPGRADE")
    );
    assert_eq!(upgrade("mysql", "5.7").status, 422);
    api.sim.advance();
    let group = api.sim.ha_group(&id).unwrap();
    assert_eq!((group.state.as_str(), group.datastore_version.as_str()), ("ACTIVE", "5.7"));
    assert_eq!((group.source_id, group.configuration_id), (Some(source.clone()), None));
    let member = api.sim.instance(&source).unwrap();
    assert_eq!((member.datastore_version.as_str(), member.databases.len()), ("5.7", 1));
    assert_eq!(member.configuration_id, None);
}

#[test]
fn an_unknown_action_breaks_the_server_and_a_misspelt_field_is_named() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 2, 1);

    for action in [json!({}), json!({ "resize_volume": { "size": 4 } }), json!([])] {
        assert_eq!(act(&api, &id, &action).0, 500, "{action}");
        assert_eq!(act(&api, NOBODY, &action).0, 404, "{action}");
    }
    let two = json!({ "restart": {}, "resize_flavor": "3" });
    assert_eq!(act(&api, &id, &two).0, 400);
    let mut misspelt = add_replica("2", 2);
    misspelt["add_replica"]["replica_details"]["flavor"] = json!("2");
    let (status, said) = act(&api, &id, &misspelt);
    assert!(status == 400 && said.contains("u'flavor' was unexpected"), "{said}");
}

#[test]
fn an_action_that_fails_ends_in_its_error_without_effect() {
    let api = api();
    let resize = json!({ "resize_flavor": "3" });
    let grow = json!({ "resize_volumes": { "size": 9 } });
    let upgrade = json!({ "upgrade": { "datastore_type": "mysql", "datastore_version": "8.0" } });
    for (occasion, action, state) in [
        (Occasion::HaReplica, add_replica("2", 1), "ADD_REPLICA_FAIL"),
        (Occasion::HaResize, resize, "RESIZE_FLAVOR_ERROR"),
        (Occasion::HaResize, grow, "VOLUME_RESIZE_ERROR"),
        (Occasion::HaRestart, json!({ "restart": {} }), "ERROR"),
        (Occasion::HaUpgrade, upgrade, "ERROR"),
    ] {
        let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
        api.sim.set_ha_datastore(&id, "mysql", "5.7");
        api.sim.next(occasion, End::In(state.into()));
        assert_eq!(act(&api, &id, &action).0, 202, "{action}");
        api.sim.advance();

        let group = api.ha(&id);

        assert_eq!(group["state"], state);
        assert_eq!((&group["flavor"]["id"], &group["volume"]["size"]), (&json!(2), &json!(1)));
        assert_eq!(group["datastore"]["version"], "5.7");
        assert_eq!(act(&api, &id, &json!({ "restart": {} })).0, 422, "{state}");
        assert_eq!(api.delete(&format!("/ha/{id}")).status, 202, "{state}");
    }
}

#[test]
fn polls_of_the_group_or_of_its_members_bring_the_end_nearer() {
    let api = Api::with(Options { clock: Clock::AfterPolls(2), ..Options::default() });
    let id = api.create_ha("ha-1", 2);
    let replica = api.sim.ha_group(&id).unwrap().replica_ids.remove(0);

    assert_eq!(api.ha_state(&id), "BUILD");
    assert_eq!(api.status(&replica), "BUILD");
    assert_eq!(api.ha_state(&id), "ACTIVE");
    assert_eq!(act(&api, &id, &json!({ "restart": {} })).0, 202);
    for _ in 0..2 {
        // All three members at once are one poll.
        assert_eq!(api.sim.ha_group(&id).unwrap().state, "REBOOT");
        api.get("/instances");
    }
    assert_eq!(api.sim.ha_group(&id).unwrap().state, "ACTIVE");
}

use clouddb_sim::{Clock, Options, Quotas};
use serde_json::{Value, json};

use crate::api::{Api, message};

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

/// An instance of MySQL 5.7, with a database.
fn source(api: &Api) -> String {
    let source = api.sim.add_instance("shop", "3", 7);
    api.sim.set_datastore(&source, "mysql", "5.7");
    api.sim.add_database(&source, "orders");
    source
}

fn to(kind: &str, version: &str) -> Value {
    json!({ "upgrade": { "datastore_type": kind, "datastore_version": version } })
}

fn refused(api: &Api, id: &str, body: &Value) -> (u16, String) {
    let seen = api.post(&format!("/instances/{id}/action"), body);
    (seen.status, message(&seen))
}

/// Upgrades to MySQL 8.0; the new instance builds still.
fn upgrade(api: &Api, id: &str) -> String {
    let seen = api.post(&format!("/instances/{id}/action"), &to("mysql", "8.0"));
    assert_eq!(seen.status, 202, "{}", seen.body);
    seen.json()["instance"]["id"].as_str().unwrap().to_owned()
}

const DETACH: &str = r#"{ "instance": { "replica_of": "" } }"#;

fn detach(api: &Api, id: &str) -> u16 {
    api.patch(&format!("/instances/{id}"), &serde_json::from_str(DETACH).unwrap()).status
}

#[test]
fn an_upgrade_is_a_replica_of_another_version_with_the_size_of_its_source() {
    let api = api();
    let source = source(&api);

    let seen = api.post(&format!("/instances/{source}/action"), &to("mysql", "8.0"));

    assert_eq!(seen.status, 202);
    let new = &seen.json()["instance"];
    assert_eq!((&new["name"], &new["status"]), (&json!("shop_upgrade"), &json!("BUILD")));
    assert_eq!(new["datastore"], json!({ "type": "mysql", "version": "8.0" }));
    assert_eq!((&new["flavor"]["id"], &new["volume"]["size"]), (&json!("3"), &json!(7)));
    assert_eq!(new["replica_of"]["id"], json!(source));
    assert_eq!(new["available_upgrades"], json!({ "current_version": "UNKNOWN", "upgrades": [] }));
}

#[test]
fn both_wait_to_be_verified_until_the_new_one_is_detached() {
    let api = api();
    let source = source(&api);
    let new = upgrade(&api, &source);
    assert_eq!((api.status(&new), api.status(&source)), ("BUILD".into(), "BACKUP".into()));
    api.sim.advance();
    for id in [&new, &source] {
        assert_eq!(api.status(id), "VERIFY_UPGRADE");
    }

    assert_eq!(detach(&api, &new), 202);
    assert_eq!(api.status(&new), "DETACH_REPLICA");
    api.sim.advance();

    for id in [&new, &source] {
        assert_eq!(api.status(id), "ACTIVE");
        assert_eq!(api.sim.databases(id)[0].name, "orders");
    }
    assert_eq!(api.sim.instance(&new).unwrap().replica_of, None);
    assert_eq!(detach(&api, &new), 400);
}

#[test]
fn the_deletion_of_the_new_one_ends_the_upgrade() {
    let api = api();
    let source = source(&api);
    let new = upgrade(&api, &source);
    api.sim.advance();

    assert_eq!(api.delete(&format!("/instances/{source}")).status, 403);
    assert_eq!(api.delete(&format!("/instances/{new}")).status, 202);
    api.sim.advance();

    assert_eq!((api.status(&new), api.status(&source)), ("GONE".into(), "ACTIVE".into()));
}

#[test]
fn an_upgrade_that_fails_leaves_its_source_as_it_was() {
    let api = api();
    let source = source(&api);
    api.sim.next_instance_ends_in("ERROR");
    let new = upgrade(&api, &source);
    api.sim.advance();

    assert_eq!((api.status(&new), api.status(&source)), ("ERROR".into(), "ACTIVE".into()));
    assert_eq!(api.delete(&format!("/instances/{new}")).status, 202);
}

/// The database service of both runs, and what is in them is that of the source.
#[test]
fn while_they_wait_the_source_takes_databases_and_no_actions_and_both_take_a_name() {
    let api = api();
    let source = source(&api);
    let new = upgrade(&api, &source);
    api.sim.advance();
    let database = json!({ "databases": [{ "name": "more" }] });
    let restart = json!({ "restart": {} });
    let backup = |id: &str| json!({ "backup": { "name": "b", "instance": id } });
    let replica = json!({ "instance": {
        "name": "r", "flavorRef": 3, "volume": { "size": 7 }, "replica_of": source } });

    assert_eq!(api.post(&format!("/instances/{source}/databases"), &database).status, 202);
    assert_eq!(api.post(&format!("/instances/{new}/databases"), &database).status, 422);
    assert!(api.get(&format!("/instances/{new}/databases")).body.contains("more"));
    for id in [&source, &new] {
        let (status, said) = refused(&api, id, &restart);
        assert_eq!((status, said.contains("(status was VERIFY_UPGRADE)")), (422, true), "{said}");
        assert_eq!(api.post("/backups", &backup(id)).status, 422);
        let name = json!({ "instance": { "name": format!("{id}-new") } });
        assert_eq!(api.patch(&format!("/instances/{id}"), &name).status, 202);
    }
    assert_eq!(api.post("/instances", &replica).status, 422);
}

#[test]
fn only_a_single_instance_is_upgraded_and_only_to_what_is_offered() {
    let api = api();
    let source = source(&api);

    let (status, said) = refused(&api, &source, &to("mysql", "5.7"));
    assert_eq!(
        (status, said.as_str()),
        (400, "An upgrade from mysql 5.7 to mysql 5.7 is not supported.")
    );
    assert_eq!(refused(&api, &source, &to("mysql", "5.1")).0, 400, "it is not on offer");
    assert_eq!(refused(&api, &source, &to("oracle", "9")).0, 404);
    let bare = json!({ "upgrade": { "datastore_type": "mysql" } });
    assert_eq!(refused(&api, &source, &bare).0, 400);
    let nobody = "11111111-1111-1111-1111-111111111111";
    assert_eq!(refused(&api, nobody, &to("mysql", "8.0")).0, 404);

    let new = upgrade(&api, &source);
    api.sim.advance();
    for id in [&source, &new] {
        let (status, said) = refused(&api, id, &to("mysql", "8.0"));
        assert_eq!((status, said.contains("cannot be upgraded")), (400, true), "{said}");
    }
    assert_eq!(detach(&api, &new), 202);
    assert_eq!(refused(&api, &source, &to("mysql", "8.0")).0, 400, "not before it is detached");
}

#[test]
fn an_instance_tells_what_it_can_be_upgraded_to_where_it_is_shown_alone() {
    let api = api();
    let id = source(&api);
    let offered = |kind: &str, version: &str| {
        api.sim.set_datastore(&id, kind, version);
        let shown = api.get(&format!("/instances/{id}")).json();
        let offered = shown["instance"]["available_upgrades"]["upgrades"].as_array().cloned();
        let words = |it: &Value| format!("{} {}", it["datastore_type"], it["datastore_version"]);
        offered.unwrap().iter().map(words).collect::<Vec<_>>().join(", ").replace('"', "")
    };

    assert_eq!(offered("mysql", "5.6"), "mysql 5.7, mariadb 10.4enc");
    assert_eq!(offered("mysql", "5.7"), "mysql 8.0");
    assert_eq!(offered("mysql", "8.0"), "");
    assert_eq!(offered("mariadb", "10.4"), "mariadb 10.4enc");
    assert!(!api.get("/instances").body.contains("available_upgrades"));
}

#[test]
fn an_upgrade_counts_for_the_quota_and_has_the_memory_that_a_replica_needs() {
    let quotas = Quotas { instances: Some(2), ..Quotas::default() };
    let api = Api::with(Options { clock: Clock::Explicit, quotas, ..Options::default() });
    let source = source(&api);
    api.sim.set_flavor(&source, "1");

    let new = upgrade(&api, &source);
    assert_eq!(api.sim.instance(&new).unwrap().flavor_id, "2", "512 MB are not enough");
    api.sim.advance();
    assert_eq!(detach(&api, &new), 202);
    api.sim.advance();

    assert_eq!(refused(&api, &source, &to("mysql", "8.0")).0, 413);
}

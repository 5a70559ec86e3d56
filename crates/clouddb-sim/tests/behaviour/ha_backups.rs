//! Backups and schedules of HA groups.

use std::time::Duration;

use clouddb_sim::{Clock, End, Fault, Occasion, Options, Quotas};
use serde_json::{Value, json};

use crate::api::{Api, message};

const NOBODY: &str = "11111111-1111-1111-1111-111111111111";
const DAY: Duration = Duration::from_hours(24);

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

fn backup(name: &str, instance: &Value, source: &Value) -> Value {
    json!({ "backup": { "name": name, "instance": instance, "source": source } })
}

fn of_group(id: &str) -> Value {
    backup("nightly", &Value::Null, &json!({ "type": "ha", "id": id }))
}

fn take(api: &Api, body: &Value) -> Value {
    let seen = api.post("/backups", body);
    assert_eq!(seen.status, 202, "{}", seen.body);
    seen.json()["backup"].clone()
}

/// A schedule of a group, at 14:30 UTC.
fn schedule(id: &str, day_of_week: i8) -> Value {
    json!({ "schedule": { "action": "backup", "day_of_week": day_of_week, "hour": 14, "minute": 30,
        "source_id": id, "source_type": "ha" } })
}

#[test]
fn a_backup_of_a_group_is_taken_from_a_replica_and_names_the_group() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 2);
    let group = api.sim.ha_group(&id).unwrap();
    let source = group.source_id.unwrap();

    let made = take(&api, &of_group(&id));

    assert_eq!((&made["instance_id"], &made["status"]), (&Value::Null, &json!("NEW")));
    assert_eq!(made["source"], json!({ "type": "ha", "id": id }));
    assert_eq!((&made["flavor_ram"], &made["volume_size"]), (&json!(1024), &json!(3)));
    assert_eq!((&made["is_automated"], &made["type"]), (&json!(false), &json!("InnoBackupEx")));
    assert_eq!((api.ha_state(&id), api.status(&source)), ("BACKUP".into(), "ACTIVE".into()));
    let replica = api.sim.backups()[0].instance_id.clone();
    assert!(group.replica_ids.contains(&replica) && api.status(&replica) == "BACKUP");
    let database = json!({ "databases": [{ "name": "orders" }] });
    assert_eq!(api.post(&format!("/instances/{source}/databases"), &database).status, 202);
    for _ in 0..2 {
        api.sim.advance();
    }
    assert_eq!(api.ha_state(&id), "ACTIVE");
    let listed = api.get(&format!("/ha/{id}/backups")).json();
    let [done] = listed["backups"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&done["id"], &done["status"]), (&made["id"], &json!("COMPLETED")));
    assert_eq!((&done["is_automated"], &done["source"]["id"]), (&json!(0), &json!(id)));
    let of_member = api.get(&format!("/instances/{replica}/backups")).json();
    assert_eq!(of_member, json!({ "backups": [] }));
    assert_eq!(api.sim.backups()[0].ha_id, Some(id));
}

#[test]
fn a_group_that_is_backed_up_does_nothing_else() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let configuration = api.sim.add_configuration("group", false);
    take(&api, &of_group(&id));
    let path = format!("/ha/{id}");
    let change = json!({ "ha_instance": { "configuration": configuration } });
    let restart = json!({ "restart": {} });

    for (what, status, seen) in [
        ("back up", 422, api.post("/backups", &of_group(&id))),
        ("restart", 422, api.post(&format!("{path}/action"), &restart)),
        ("delete", 422, api.delete(&path)),
        ("configure", 400, api.patch(&path, &change)),
    ] {
        assert_eq!(seen.status, status, "{what}: {}", seen.body);
        assert!(message(&seen).contains("BACKUP"), "{what}: {}", seen.body);
    }
    api.sim.set_status(&id, "RESTART_REQUIRED");
    assert_eq!(api.ha_state(&id), "RESTART_REQUIRED", "it hides the backup");
    assert_eq!(api.post(&format!("{path}/action"), &restart).status, 422);
    assert_eq!(api.delete(&path).status, 422);
}

#[test]
fn an_incremental_backup_builds_on_one_of_the_group() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let parent = take(&api, &of_group(&id))["id"].clone();
    let mut body = of_group(&id);
    body["backup"]["parent_id"] = parent.clone();

    let made = take(&api, &body);

    assert_eq!((&made["parent_id"], &made["type"]), (&parent, &json!("InnoBackupExIncremental")));
    let listed = api.get(&format!("/ha/{id}/backups")).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 2);
}

#[test]
fn instance_and_source_of_a_backup_say_the_same() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let instance = api.sim.add_instance("db", "2", 1);
    let ha = |id: &str| json!({ "type": "ha", "id": id });
    let of = |id: &str| json!({ "type": "instance", "id": id });
    let post = |instance: &Value, source: &Value| {
        let seen = api.post("/backups", &backup("b", instance, source));
        (seen.status, message(&seen))
    };

    assert_eq!(post(&Value::Null, &ha(NOBODY)).0, 404);
    assert_eq!(post(&Value::Null, &ha(&instance)).0, 404);
    assert_eq!(post(&json!(instance), &ha(&id)).0, 400);
    assert_eq!(post(&json!(instance), &of(NOBODY)).0, 400);
    assert_eq!(post(&Value::Null, &of(&id)).0, 404);
    assert!(post(&Value::Null, &json!({ "type": "cluster", "id": id })).1.contains("not one of"));
    assert_eq!(post(&Value::Null, &json!({ "type": "ha" })).0, 400);
    let bare = json!({ "backup": { "name": "b", "instance": null } });
    let text = "Validation error: backup['instance'] None is not of type 'string'";
    assert_eq!(message(&api.post("/backups", &bare)), text);
    let missing = json!({ "backup": { "name": "b", "source": ha(&id) } });
    assert!(message(&api.post("/backups", &missing)).contains("'instance' is a required property"));
    assert!(api.sim.backups().is_empty());
    assert_eq!(post(&Value::Null, &of(&instance)).0, 202);
    api.sim.advance();
    api.sim.advance();
    assert_eq!(post(&json!(instance), &of(&instance)).0, 202);
}

#[test]
fn backups_outlive_their_group_and_are_restored() {
    let quotas = Quotas { backups: Some(1), ..Quotas::default() };
    let clock = Clock::AfterPolls(0);
    let api = Api::with(Options { clock, quotas, ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let source = api.sim.ha_group(&id).unwrap().source_id.unwrap();
    api.sim.add_database(&source, "orders");
    let made = take(&api, &of_group(&id))["id"].as_str().unwrap().to_owned();
    assert_eq!(api.post("/backups", &of_group(&id)).status, 413);
    assert_eq!(api.delete(&format!("/ha/{id}")).status, 202);
    assert_eq!(api.get(&format!("/ha/{id}/backups")).status, 404);
    assert_eq!(api.get(&format!("/backups/{made}")).json()["backup"]["source"]["id"], json!(id));

    let restored = api.post(
        "/instances",
        &json!({ "instance": { "name": "restored", "flavorRef": 2, "volume": { "size": 3 },
            "restorePoint": { "backupRef": made } } }),
    );

    assert_eq!(restored.status, 200, "{}", restored.body);
    let restored = restored.json()["instance"]["id"].as_str().unwrap().to_owned();
    assert_eq!(api.sim.databases(&restored)[0].name, "orders");
}

#[test]
fn a_backup_of_a_group_fails_as_any_other_and_a_fault_strikes_the_list() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    api.sim.next(Occasion::Backup, End::In("FAILED".into()));
    let made = take(&api, &of_group(&id))["id"].as_str().unwrap().to_owned();
    api.sim.advance();
    api.sim.advance();
    let seeded = api.sim.add_ha_backup(&id, "by hand");

    assert_eq!(api.backup_statuses(&made, 1), ["FAILED"]);
    api.sim.inject(Fault::on("GET", "/ha/*/backups").omit(&made));
    let listed = api.get(&format!("/ha/{id}/backups")).json();
    assert_eq!(listed["backups"][0]["id"], json!(seeded));
    assert_eq!(listed["backups"].as_array().unwrap().len(), 1);
}

#[test]
fn polls_of_the_group_move_its_backup_on() {
    let api = Api::new();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    take(&api, &of_group(&id));

    let states: Vec<String> = (0..3).map(|_| api.ha_state(&id)).collect();

    assert_eq!(states, ["BACKUP", "BACKUP", "ACTIVE"]);
}

#[test]
fn a_group_has_one_schedule_which_names_it_and_goes_with_it() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);

    let made = api.post("/schedules", &schedule(&id, 0));

    assert_eq!(made.status, 202, "{}", made.body);
    let made = made.json()["schedule"].clone();
    assert_eq!(made["source"], json!({ "type": "ha", "id": id }));
    assert_eq!(made["instance_id"], Value::Null);
    assert_eq!(api.ha(&id)["schedule"], json!({ "enabled": true }));
    let snapshot = &api.sim.schedules()[0];
    assert_eq!((&snapshot.source_id, snapshot.source_type.as_str()), (&id, "ha"));
    let second = api.post("/schedules", &schedule(&id, 0));
    let text = format!("{id} already has an active schedule");
    assert_eq!((second.status, message(&second)), (400, text));
    assert_eq!(api.delete(&format!("/ha/{id}")).status, 202);
    assert_eq!(api.ha_state(&id), "GONE");
    assert!(api.sim.is_empty());
}

#[test]
fn a_schedule_is_of_a_group_that_is_there_and_not_of_a_member() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let member = api.sim.ha_group(&id).unwrap().source_id.unwrap();

    for (source, kind, status) in [
        (NOBODY, "ha", 404),
        (&member, "ha", 404),
        (&member, "instance", 403),
        (&id, "instance", 404),
    ] {
        let mut body = schedule(source, 0);
        body["schedule"]["source_type"] = json!(kind);
        assert_eq!(api.post("/schedules", &body).status, status, "{kind} {source}");
    }
    let mut both = schedule(&id, 0);
    both["schedule"]["instance_id"] = json!(id);
    assert_eq!(api.post("/schedules", &both).status, 400);
    assert!(api.sim.schedules().is_empty());
}

#[test]
fn the_schedule_of_a_group_makes_backups_of_it_and_keeps_two_full_ones() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    assert_eq!(api.post("/schedules", &schedule(&id, 7)).status, 202);

    for kept in [1, 2, 2] {
        api.sim.pass(DAY);
        let made = api.sim.backups();
        assert_eq!(made.len(), kept);
        assert!(made.iter().all(|it| it.ha_id.as_ref() == Some(&id) && it.is_automated));
    }
}

#[test]
fn a_run_keeps_the_group_busy_and_cannot_begin_while_it_is() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 3, 1);
    let made = api.sim.add_ha_schedule(&id, 14, 30);
    let run = || {
        let body = json!({ "schedule": { "run_now": "true" } });
        api.put(&format!("/schedules/{made}"), &body).status
    };

    assert_eq!((run(), api.ha_state(&id).as_str()), (202, "BACKUP"));
    assert_eq!(run(), 422);
    api.sim.pass(DAY);
    assert_eq!(api.sim.backups().len(), 1, "what was due is left out");
    api.sim.advance();
    api.sim.advance();
    assert_eq!(api.post(&format!("/ha/{id}/action"), &json!({ "restart": {} })).status, 202);
    assert_eq!(run(), 422);
    api.sim.pass(DAY);
    assert_eq!(api.sim.backups().len(), 1);
}

use clouddb_sim::{Clock, Legacy, Options};
use serde_json::{Value, json};

use crate::api::Api;

fn world(options: Options) -> (Api, String) {
    let api = Api::with(options);
    let id = api.sim.add_instance("db", "2", 1);
    let path = format!("/instances/{id}/databases");
    (api, path)
}

fn named(names: &[&str]) -> Value {
    let list: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    json!({ "databases": list })
}

#[test]
fn databases_are_made_together_listed_by_name_and_deleted() {
    let (api, path) = world(Options::default());

    assert_eq!(api.post(&path, &named(&["zeta", "alpha"])).status, 202);
    assert_eq!(api.get(&path).json(), named(&["alpha", "zeta"]));
    assert_eq!(api.delete(&format!("{path}/alpha")).status, 202);
    assert_eq!(api.get(&path).json(), named(&["zeta"]));
    assert_eq!(api.delete(&format!("{path}/alpha")).status, 404);
}

#[test]
fn one_bad_name_refuses_all_of_them() {
    let (api, path) = world(Options::default());

    assert_eq!(api.post(&path, &named(&["good", "b/ad"])).status, 400);
    assert_eq!(api.get(&path).json(), named(&[]));
}

#[test]
fn the_character_set_is_kept_although_it_is_never_told() {
    let (api, path) = world(Options::default());
    let body = json!({ "databases": [
        { "name": "plain" },
        { "name": "wide", "character_set": "utf8mb4", "collate": "utf8mb4_0900_ai_ci" },
    ] });

    assert_eq!(api.post(&path, &body).status, 202);

    let instance = api.sim.instances().remove(0);
    let sets: Vec<_> = instance
        .databases
        .iter()
        .map(|db| (db.name.as_str(), db.character_set.as_str(), db.collate.as_str()))
        .collect();
    assert_eq!(
        sets,
        [("plain", "utf8", "utf8_general_ci"), ("wide", "utf8mb4", "utf8mb4_0900_ai_ci")]
    );
}

#[test]
fn every_page_but_the_last_has_a_link_to_the_next() {
    for (count, pages) in [(0, 1), (1, 1), (20, 1), (21, 2), (41, 3)] {
        let (api, path) = world(Options::default());
        let id = api.sim.instances().remove(0).id;
        (0..count).for_each(|n| api.sim.add_database(&id, &format!("db_{n:03}")));

        let (items, seen) = api.pages(&path, "databases");

        assert_eq!((items.len(), seen), (count, pages), "{count} databases");
    }
}

#[test]
fn with_lag_a_database_is_seen_late_and_stays_a_while() {
    let (api, path) = world(Options { guest_lag: 2, ..Options::default() });
    let listed = || api.get(&path).json()["databases"].as_array().unwrap().len();

    api.post(&path, &named(&["late"]));
    assert_eq!([listed(), listed(), listed(), listed()], [0, 0, 1, 1]);
    assert_eq!(api.post(&path, &named(&["late"])).status, 400, "it is there, listed or not");

    api.delete(&format!("{path}/late"));
    assert_eq!([listed(), listed(), listed()], [1, 1, 0]);
}

#[test]
fn nothing_is_written_while_a_backup_runs_and_all_can_be_read() {
    let (api, path) = world(Options { clock: Clock::Explicit, ..Options::default() });
    let instance = api.sim.instances().remove(0).id;
    api.sim.add_database(&instance, "old");
    let backup = json!({ "backup": { "name": "b", "instance": instance } });
    assert_eq!(api.post("/backups", &backup).status, 202);

    assert_eq!(api.status(&instance), "BACKUP");
    assert_eq!(api.post(&path, &named(&["new"])).status, 422);
    assert_eq!(api.delete(&format!("{path}/old")).status, 422);
    assert_eq!(api.delete(&format!("/instances/{instance}")).status, 422);
    assert_eq!(api.get(&path).json(), named(&["old"]));

    api.sim.advance();
    api.sim.advance();
    assert_eq!(api.post(&path, &named(&["new"])).status, 202);
}

#[test]
fn a_lenient_server_lets_writes_pass_during_a_backup() {
    let legacy = Legacy { writes_during_backup: true, ..Legacy::default() };
    let (api, path) = world(Options { clock: Clock::Explicit, legacy, ..Options::default() });
    let instance = api.sim.instances().remove(0).id;
    api.post("/backups", &json!({ "backup": { "name": "b", "instance": instance } }));

    assert_eq!(api.post(&path, &named(&["new"])).status, 202);
    assert_eq!(api.delete(&format!("/instances/{instance}")).status, 202);
    assert_eq!(api.status(&instance), "BACKUP", "the backup hides the end of the instance");
}

#[test]
fn an_older_server_deletes_an_absent_database_without_a_word() {
    let legacy = Legacy { silent_database_delete: true, ..Legacy::default() };
    let (api, path) = world(Options { legacy, ..Options::default() });

    assert_eq!(api.delete(&format!("{path}/never_was")).status, 202);
}

#[test]
fn a_name_with_odd_characters_is_encoded_once() {
    let (api, path) = world(Options::default());
    api.post(&path, &named(&["a b", "a?b", "a#b", "a@b"]));

    for segment in ["a%20b", "a%3Fb", "a%23b", "a%40b"] {
        assert_eq!(api.delete(&format!("{path}/{segment}")).status, 202, "{segment}");
    }
    assert_eq!(api.get(&path).json(), named(&[]));
}

#[test]
fn a_restarting_instance_is_not_ready() {
    let (api, path) = world(Options { clock: Clock::Explicit, ..Options::default() });
    let instance = api.sim.instances().remove(0).id;
    api.post(&format!("/instances/{instance}/action"), &json!({ "restart": {} }));

    assert_eq!(api.get(&path).status, 422);
    assert_eq!(api.post(&path, &named(&["new"])).status, 422);
}

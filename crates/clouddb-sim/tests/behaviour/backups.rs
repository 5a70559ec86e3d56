use clouddb_sim::{Clock, Options, PageSizes, Quotas};
use serde_json::{Value, json};

use crate::api::{Api, message};

fn body(instance: &str, name: &str, parent: Option<&str>) -> Value {
    json!({ "backup": { "name": name, "instance": instance, "parent_id": parent } })
}

fn take(api: &Api, instance: &str, parent: Option<&str>) -> String {
    let seen = api.post("/backups", &body(instance, "nightly", parent));
    assert_eq!(seen.status, 202, "{}", seen.body);
    seen.json()["backup"]["id"].as_str().unwrap().to_owned()
}

fn restore(api: &Api, backup: &str, gb: u64, datastore: &Value) -> crate::http::Seen {
    api.post(
        "/instances",
        &json!({ "instance": {
            "name": "restored",
            "flavorRef": 2,
            "volume": { "size": gb },
            "datastore": datastore,
            "restorePoint": { "backupRef": backup },
        } }),
    )
}

#[test]
fn a_backup_is_new_then_building_then_completed_and_its_instance_busy_meanwhile() {
    let api = Api::with(Options { clock: Clock::AfterPolls(1), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);

    let created = api.post("/backups", &body(&instance, "nightly", None)).json();
    let fresh = &created["backup"];
    assert_eq!((&fresh["status"], &fresh["size"]), (&json!("NEW"), &Value::Null));
    assert_eq!((&fresh["locationRef"], &fresh["is_automated"]), (&Value::Null, &json!(false)));
    let id = fresh["id"].as_str().unwrap();

    assert_eq!(api.backup_statuses(id, 2), ["NEW", "BUILDING"]);
    let done = api.get(&format!("/backups/{id}")).json();
    assert_eq!(done["backup"]["status"], "COMPLETED");
    assert_eq!(done["backup"]["size"], json!(0.16));
    assert_eq!(done["backup"]["is_automated"], json!(0));
    assert_eq!(done["backup"]["type"], "InnoBackupEx");
    assert_eq!(api.status(&instance), "ACTIVE");
}

#[test]
fn polling_the_instance_moves_its_backup_on_too() {
    let api = Api::with(Options { clock: Clock::AfterPolls(1), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    take(&api, &instance, None);

    assert_eq!(api.statuses(&instance, 3), ["BACKUP", "BACKUP", "ACTIVE"]);
}

#[test]
fn one_backup_runs_at_a_time() {
    let api = Api::with(Options { clock: Clock::Explicit, ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    take(&api, &instance, None);

    let second = api.post("/backups", &body(&instance, "second", None));

    assert_eq!(second.status, 422);
    assert!(message(&second).ends_with("(status was BACKUP)."), "{}", second.body);
}

#[test]
fn a_restore_brings_back_databases_users_passwords_and_grants_as_they_were() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    api.sim.add_database(&instance, "orders");
    api.sim.add_user(&instance, "ann", "10.0.0.1", "then", &["orders"]);
    let before = api.sim.instance(&instance).unwrap();
    let backup = take(&api, &instance, None);
    api.backup_statuses(&backup, 1);
    api.sim.add_database(&instance, "later");
    api.sim.add_user(&instance, "ann", "10.0.0.1", "now", &[]);

    let seen = restore(&api, &backup, 2, &json!({ "type": "mysql", "version": "8.0" }));

    assert_eq!(seen.status, 200);
    let id = seen.json()["instance"]["id"].as_str().unwrap().to_owned();
    let restored = api.sim.instance(&id).unwrap();
    assert_eq!((restored.databases, restored.users), (before.databases, before.users));
}

#[test]
fn a_restore_outlives_the_instance_it_was_taken_from() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let backup = api.sim.add_backup(&instance, "nightly");
    api.delete(&format!("/instances/{instance}"));
    assert_eq!(api.status(&instance), "GONE");

    assert_eq!(api.get(&format!("/backups/{backup}")).status, 200);
    assert_eq!(restore(&api, &backup, 2, &json!({})).status, 200);
}

#[test]
fn a_restore_needs_a_completed_backup_that_fits_and_the_same_datastore() {
    let api = Api::with(Options { clock: Clock::Explicit, ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 9);
    api.sim.set_used(&instance, 3.5);
    let backup = api.sim.add_backup(&instance, "nightly");
    let refused = |gb: u64, kind: &str| {
        let seen = restore(&api, &backup, gb, &json!({ "type": kind }));
        (seen.status, message(&seen))
    };

    assert_eq!(
        refused(3, "mysql"),
        (
            403,
            "Backup is too large for given flavor or volume. Backup size: 3.5 GBs. Available \
             size: 3 GBs."
                .into()
        )
    );
    assert_eq!(
        refused(4, "percona"),
        (
            400,
            "The datastore from which the backup was taken, mysql, does not match the destination \
             datastore of percona."
                .into()
        )
    );
    assert_eq!(refused(4, "mysql").0, 200);
    api.sim.set_status(&backup, "FAILED");
    assert_eq!(
        refused(4, "mysql"),
        (
            409,
            format!(
                "Unable to create instance because backup {backup} is not completed. Actual \
                 state: FAILED."
            )
        )
    );
}

#[test]
fn deleting_a_backup_takes_those_made_from_it_along() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let parent = api.sim.add_backup(&instance, "full");
    let child = take(&api, &instance, Some(&parent));
    assert_eq!(api.backup_statuses(&child, 1), ["COMPLETED"]);
    let grandchild = take(&api, &instance, Some(&child));
    api.backup_statuses(&grandchild, 1);
    let body = api.get(&format!("/backups/{grandchild}")).json();
    assert_eq!(body["backup"]["type"], "InnoBackupExIncremental");

    assert_eq!(api.delete(&format!("/backups/{parent}")).status, 202);

    for id in [parent, child, grandchild] {
        assert_eq!(api.backup_statuses(&id, 1), ["404"]);
    }
}

#[test]
fn a_deleted_backup_is_shown_until_it_is_gone() {
    let api = Api::with(Options { clock: Clock::AfterPolls(2), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let backup = api.sim.add_backup(&instance, "nightly");

    api.delete(&format!("/backups/{backup}"));

    assert_eq!(api.backup_statuses(&backup, 3), ["COMPLETED", "COMPLETED", "404"]);
}

#[test]
fn a_running_backup_cannot_be_deleted_and_a_failed_one_can() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    api.sim.next_backup_ends_in("FAILED");
    let backup = api.sim.add_backup(&instance, "other");
    api.sim.stick(&backup, "BUILDING");
    assert_eq!(api.delete(&format!("/backups/{backup}")).status, 422);
    api.sim.release(&backup);

    let failed = take(&api, &instance, None);
    assert_eq!(api.backup_statuses(&failed, 1), ["FAILED"]);
    assert_eq!(api.get(&format!("/backups/{failed}")).json()["backup"]["size"], Value::Null);
    assert_eq!(api.delete(&format!("/backups/{failed}")).status, 202);
}

#[test]
fn a_full_page_of_backups_has_a_link_even_if_nothing_follows() {
    for (count, pages) in [(0, 1), (1, 1), (19, 1), (20, 2), (21, 2), (41, 3)] {
        let api = Api::new();
        let instance = api.sim.add_instance("db", "2", 3);
        (0..count).for_each(|_| drop(api.sim.add_backup(&instance, "nightly")));

        let (items, seen) = api.pages("/backups", "backups");

        assert_eq!((items.len(), seen), (count, pages), "{count} backups");
        let (items, _) = api.pages(&format!("/instances/{instance}/backups"), "backups");
        assert_eq!(items.len(), count);
    }
}

#[test]
fn backups_come_newest_first_and_only_those_of_the_datastore_asked_for() {
    let api = Api::with(Options { page_sizes: PageSizes::all(5), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let ids: Vec<String> = (0..3).map(|_| api.sim.add_backup(&instance, "b")).collect();

    let listed = api.get("/backups?datastore=mysql&marker=0").json();

    let seen: Vec<&str> =
        listed["backups"].as_array().unwrap().iter().map(|b| b["id"].as_str().unwrap()).collect();
    assert_eq!(seen, [ids[2].as_str(), ids[1].as_str(), ids[0].as_str()]);
    assert_eq!(api.get("/backups?datastore=percona").json(), json!({ "backups": [] }));
    assert_eq!(api.get("/backups?datastore=nope").status, 404);
}

#[test]
fn the_quota_of_backups_and_the_length_of_a_name_are_kept() {
    let quotas = Quotas { backups: Some(1), ..Quotas::default() };
    let api = Api::with(Options { quotas, ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);

    let long = "n".repeat(65);
    let seen = api.post("/backups", &body(&instance, &long, None));
    assert_eq!(seen.status, 400);
    assert!(message(&seen).ends_with("is too long"), "{}", seen.body);

    api.sim.add_backup(&instance, "first");
    let seen = api.post("/backups", &body(&instance, "second", None));
    assert_eq!(
        (seen.status, message(&seen)),
        (413, "Quota exceeded for resources: ['backups'].".into())
    );
}

#[test]
fn a_copy_is_a_backup_of_its_own_in_another_region() {
    let api = Api::with(Options { clock: Clock::AfterPolls(1), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let id = api.sim.add_backup(&instance, "nightly");
    let copy = |body: &Value| api.post(&format!("/backups/{id}/action"), body);

    let body = json!({ "copy-backup": { "target_backup_region": "iad", "name": "far", "description": "d" } });
    let seen = copy(&body);
    assert_eq!((seen.status, seen.body.as_str()), (202, ""));
    let copied = api.sim.backups().into_iter().find(|it| it.region == "IAD").unwrap();
    assert_eq!((copied.name.as_str(), copied.status.as_str()), ("far", "NEW"));
    assert_ne!(copied.id, id);
    for region in ["DFW", "LON", "MARS"] {
        let body = json!({ "copy-backup": { "target_backup_region": region } });
        assert_eq!(copy(&body).status, 400, "{region}");
    }
    let unnamed = copy(&json!({ "copy-backup": { "target_backup_region": "ORD" } }));
    assert_eq!(unnamed.status, 202);
    let running = take(&api, &instance, None);
    let early = api.post(&format!("/backups/{running}/action"), &body);
    assert_eq!((early.status, message(&early).contains("not completed")), (400, true));
}

#[test]
fn a_backup_is_copied_to_the_regions_that_it_was_created_with_when_it_is_complete() {
    let api = Api::with(Options { clock: Clock::AfterPolls(1), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let create = |regions: &Value, parent: Option<&str>| {
        let mut body = body(&instance, "nightly", parent);
        body["backup"]["copy_to"] = regions.clone();
        api.post("/backups", &body)
    };
    let copies = |name: &str| -> Vec<(String, Option<String>)> {
        let all = api.sim.backups().into_iter().filter(|it| it.region != "DFW" && it.name == name);
        all.map(|it| (it.region, it.parent_id)).collect()
    };
    for regions in [json!(["DFW"]), json!(["LON"]), json!(["MARS"]), json!(["IAD", "DFW"])] {
        let refused = create(&regions, None);
        assert_eq!(refused.status, 400, "{regions}");
        assert!(message(&refused).ends_with("is not a region to copy a backup to."));
    }

    let created = create(&json!(["IAD", "ord", "ORD"]), None);

    assert_eq!(created.status, 202, "{}", created.body);
    assert!(created.json()["backup"].get("copy_to").is_none(), "it is told nowhere");
    let id = created.json()["backup"]["id"].as_str().unwrap().to_owned();
    assert!(copies("nightly").is_empty());
    assert_eq!(api.backup_statuses(&id, 3), ["NEW", "BUILDING", "COMPLETED"]);
    assert_eq!(copies("nightly"), [("IAD".to_owned(), None), ("ORD".to_owned(), None)]);
    // Neither copy is complete yet, and so no incremental backup can be copied there.
    let early = create(&json!(["IAD"]), Some(&id));
    assert_eq!(early.status, 400);
    assert_eq!(message(&early), format!("Parent backup {id} is missing in region IAD."));
    let far = api.sim.backups().into_iter().find(|it| it.region == "IAD").unwrap();
    api.sim.set_status(&far.id, "COMPLETED");
    assert_eq!(create(&json!(["IAD"]), Some(&id)).status, 202);
}

#[test]
fn a_backup_that_fails_is_copied_nowhere() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    api.sim.next_backup_ends_in("FAILED");
    let mut body = body(&instance, "nightly", None);
    body["backup"]["copy_to"] = json!(["IAD"]);

    let id = api.post("/backups", &body).json()["backup"]["id"].as_str().unwrap().to_owned();

    assert_eq!(api.backup_statuses(&id, 1), ["FAILED"]);
    assert_eq!(api.sim.backups().len(), 1);
}

//! Backups have the data of their instance, and restored instances have that of the backup.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clouddb_sim::{Clock, End, Occasion, Options};
use serde_json::{Value, json};

use crate::cloud::{Cloud, column};

/// Rows in a table, and a user who may read them.
pub(crate) fn fill(cloud: &Cloud, id: &str) {
    cloud.sim.add_database(id, "orders");
    cloud.sim.add_user(id, "ann", "%", "pw", &["orders"]);
    let mut ann = cloud.log_in(id, "ann", "pw").unwrap();
    column(&mut ann, "CREATE TABLE orders.lines (id INT PRIMARY KEY, text LONGTEXT)");
    column(&mut ann, "INSERT INTO orders.lines VALUES (7, 'seven'), (8, NULL)");
}

fn back_up(cloud: &Cloud, id: &str) -> Value {
    let body = json!({ "backup": { "name": "friday", "instance": id } });
    let seen = cloud.post("/backups", &body);
    assert_eq!(seen.status, 202, "{}", seen.body);
    wait(cloud, seen.json()["backup"]["id"].as_str().unwrap())
}

/// The backup, when it is not being made any more.
pub(crate) fn wait(cloud: &Cloud, id: &str) -> Value {
    loop {
        let backup = cloud.get(&format!("/backups/{id}")).json()["backup"].clone();
        match backup["status"].as_str().unwrap() {
            "NEW" | "BUILDING" => std::thread::sleep(std::time::Duration::from_millis(10)),
            _ => return backup,
        }
    }
}

pub(crate) fn restore(cloud: &Cloud, backup: &str, more: &Value) -> String {
    let mut body = json!({ "instance": {
        "name": "restored",
        "flavorRef": 2,
        "volume": { "size": 2 },
        "restorePoint": { "backupRef": backup },
    } });
    for (key, value) in more.as_object().unwrap() {
        body["instance"][key] = value.clone();
    }
    let made = cloud.post("/instances", &body).json();
    let id = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(cloud.wait(&id, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instance(&id));
    id
}

/// The backups on disk, beside the data of a server.
fn on_disk(cloud: &Cloud, id: &str) -> BTreeSet<PathBuf> {
    let data = PathBuf::from(column(&mut cloud.root(id), "SELECT @@datadir").remove(0));
    let entries = data.parent().unwrap().read_dir().unwrap().map(|it| it.unwrap().path());
    entries.filter(|it| it.file_name().unwrap().to_str().unwrap().starts_with("backup-")).collect()
}

#[test]
fn a_restore_brings_back_rows_users_passwords_and_grants() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let mut first = cloud.root(&id);
    // Nobody but the server knows of this.
    column(&mut first, "CREATE USER 'bob'@'%' IDENTIFIED BY 'by-sql'");
    column(&mut first, "GRANT SELECT ON orders.lines TO 'bob'@'%'");
    let backup = back_up(&cloud, &id);
    assert_eq!(backup["status"], "COMPLETED", "{:?}", cloud.sim.backups());
    column(&mut first, "DELETE FROM orders.lines");
    cloud.put(
        &format!("/instances/{id}/users"),
        &json!({ "users": [{ "name": "ann", "password": "new" }] }),
    );

    let more = json!({
        "databases": [{ "name": "orders" }, { "name": "more" }],
        "users": [
            { "name": "ann", "password": "asked", "databases": [{ "name": "more" }] },
            { "name": "cid", "password": "asked", "databases": [{ "name": "more" }] },
        ],
    });
    let restored = restore(&cloud, backup["id"].as_str().unwrap(), &more);

    let mut ann = cloud.log_in(&restored, "ann", "pw").unwrap();
    assert_eq!(column(&mut ann, "SELECT text FROM orders.lines WHERE id = 7"), ["seven"]);
    assert_eq!(column(&mut ann, "SHOW DATABASES"), ["information_schema", "orders"]);
    let mut bob = cloud.log_in(&restored, "bob", "by-sql").unwrap();
    assert_eq!(column(&mut bob, "SELECT id FROM orders.lines"), ["7", "8"]);
    let mut cid = cloud.log_in(&restored, "cid", "asked").unwrap();
    assert_eq!(column(&mut cid, "SHOW DATABASES"), ["information_schema", "more"]);
    assert_eq!(cloud.names(&restored, "databases"), ["more", "orders"]);
    assert_eq!(cloud.names(&restored, "users"), ["ann", "bob", "cid"]);
    let root = cloud.get(&format!("/instances/{restored}/root")).json();
    assert_eq!(root["rootEnabled"], false);
    assert_eq!(column(&mut first, "SELECT COUNT(*) FROM orders.lines"), ["0"]);
}

#[test]
fn a_backup_is_as_large_as_what_it_has_and_goes_with_its_files() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let small = back_up(&cloud, &id);
    column(
        &mut cloud.root(&id),
        "INSERT INTO orders.lines SELECT seq + 100, REPEAT('x', 1000000) FROM mysql.seq_1_to_40",
    );
    let large = back_up(&cloud, &id);
    let size = |backup: &Value| backup["size"].as_f64().unwrap();

    assert!((0.16..0.18).contains(&size(&small)), "{small}");
    assert!((0.19..0.25).contains(&size(&large)), "{large}");
    let before = on_disk(&cloud, &id);
    assert_eq!(before.len(), 2, "{before:?}");
    let path = format!("/backups/{}", large["id"].as_str().unwrap());
    assert_eq!(cloud.delete(&path).status, 202);
    while cloud.get(&path).status != 404 {}
    assert_eq!(on_disk(&cloud, &id).len(), 1);
    assert!(on_disk(&cloud, &id).is_subset(&before));
}

#[test]
fn a_copy_in_another_region_has_data_of_its_own() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let original = back_up(&cloud, &id);
    let original = original["id"].as_str().unwrap();
    let copy = json!({ "copy-backup": { "target_backup_region": "ORD" } });
    let seen = cloud.post(&format!("/backups/{original}/action"), &copy);
    assert_eq!(seen.status, 202, "{}", seen.body);
    let copy = cloud.sim.backups().into_iter().find(|it| it.copy_of.is_some()).unwrap().id;
    cloud.sim.remove_backup(original);

    let cloud = cloud.at("/ORD/v1.0/123456");
    assert_eq!(wait(&cloud, &copy)["status"], "COMPLETED");
    let restored = restore(&cloud, &copy, &json!({}));

    let mut ann = cloud.log_in(&restored, "ann", "pw").unwrap();
    assert_eq!(column(&mut ann, "SELECT id FROM orders.lines"), ["7", "8"]);
}

#[test]
fn a_backup_lasts_as_long_as_the_clock_says_and_its_data_takes() {
    let Some(cloud) = Cloud::with_backups(Options { clock: Clock::Explicit, ..Options::default() })
    else {
        return;
    };
    let id = cloud.sim.add_instance("shop", "2", 2);
    fill(&cloud, &id);

    let body = json!({ "backup": { "name": "friday", "instance": id } });
    let made = cloud.post("/backups", &body).json();
    let backup = made["backup"]["id"].as_str().unwrap();
    cloud.sim.advance();
    cloud.sim.advance();

    // It takes more than a call.
    assert_eq!(cloud.backup_statuses(backup, 1), ["BUILDING"]);
    assert_eq!(wait(&cloud, backup)["status"], "COMPLETED");
    cloud.sim.next(Occasion::Backup, End::In("FAILED".into()));
    let made = cloud.post("/backups", &body).json();
    let failed = made["backup"]["id"].as_str().unwrap();
    cloud.sim.advance();
    cloud.sim.advance();
    assert_eq!(cloud.backup_statuses(failed, 1), ["FAILED"]);
    assert_eq!(cloud.sim.add_backup(&id, "seed").len(), 36);
    assert_eq!(cloud.sim.backups().iter().filter(|it| it.status == "COMPLETED").count(), 2);
}

#[test]
fn a_server_that_does_not_run_cannot_be_backed_up() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    let _ = mysql::prelude::Queryable::query_drop(&mut cloud.root(&id), "SHUTDOWN");
    assert_eq!(cloud.wait(&id, "ACTIVE"), "BLOCKED");

    let backup = cloud.sim.add_backup(&id, "friday");

    let made = cloud.sim.backups().into_iter().find(|it| it.id == backup).unwrap();
    assert_eq!(made.status, "FAILED");
    assert!(made.failure.as_ref().unwrap().contains("does not run"), "{made:?}");
}

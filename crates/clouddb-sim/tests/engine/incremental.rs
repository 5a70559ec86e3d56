//! Backups that have what has changed since another, and backups that are dumps.

use clouddb_sim::{MariaDb, Options};
use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::backups::{fill, restore, wait};
use crate::cloud::{Cloud, can_copy, can_dump, column};

fn back_up(cloud: &Cloud, id: &str, parent: Option<&Value>) -> Value {
    let mut body = json!({ "backup": { "name": "friday", "instance": id } });
    if let Some(parent) = parent {
        body["backup"]["parent_id"] = parent["id"].clone();
    }
    let seen = cloud.post("/backups", &body);
    assert_eq!(seen.status, 202, "{}", seen.body);
    let made = wait(cloud, seen.json()["backup"]["id"].as_str().unwrap());
    assert_eq!(made["status"], "COMPLETED", "{:?}", cloud.sim.backups());
    made
}

fn restored(cloud: &Cloud, backup: &Value) -> String {
    restore(cloud, backup["id"].as_str().unwrap(), &json!({}))
}

fn size(backup: &Value) -> f64 {
    backup["size"].as_f64().unwrap()
}

fn numbers(cloud: &Cloud, id: &str) -> Vec<String> {
    let mut ann = cloud.log_in(id, "ann", "pw").unwrap();
    column(&mut ann, "SELECT id FROM orders.lines WHERE id < 100 ORDER BY id")
}

#[test]
fn an_incremental_backup_has_what_is_new_and_is_restored_with_what_it_builds_on() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let mut root = cloud.root(&id);
    let many = "SELECT seq + 100, REPEAT('x', 1000000) FROM mysql.seq_1_to_40";
    column(&mut root, &format!("INSERT INTO orders.lines {many}"));
    let full = back_up(&cloud, &id, None);
    column(&mut root, "INSERT INTO orders.lines VALUES (9, 'nine')");
    column(&mut root, "CREATE DATABASE more");
    let first = back_up(&cloud, &id, Some(&full));
    column(&mut root, "DELETE FROM orders.lines WHERE id = 7");
    cloud.sim.add_user(&id, "bob", "%", "pw", &["orders"]);
    let second = back_up(&cloud, &id, Some(&first));
    column(&mut root, "DELETE FROM orders.lines");

    assert!(size(&first) < size(&full) / 4.0, "{first} {full}");
    // Each twice: a restore leaves the backup as it was.
    for _ in 0..2 {
        let last = restored(&cloud, &second);
        assert_eq!(numbers(&cloud, &last), ["8", "9"]);
        assert!(cloud.log_in(&last, "bob", "pw").is_ok());
        assert_eq!(cloud.names(&last, "databases"), ["more", "orders"]);
    }
    let before = restored(&cloud, &first);
    assert_eq!(numbers(&cloud, &before), ["7", "8", "9"]);
    assert!(cloud.log_in(&before, "bob", "pw").is_err());
    let oldest = restored(&cloud, &full);
    assert_eq!(numbers(&cloud, &oldest), ["7", "8"]);
    assert_eq!(cloud.names(&oldest, "databases"), ["orders"]);

    // What is in another server is no change of this one.
    let other = back_up(&cloud, &oldest, Some(&second));
    assert_eq!(numbers(&cloud, &restored(&cloud, &other)), ["7", "8"]);
    assert!(size(&other) >= size(&full), "{other} {full}");
}

#[test]
fn a_copy_of_an_incremental_backup_is_restored_without_the_original() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let full = back_up(&cloud, &id, None);
    column(&mut cloud.root(&id), "INSERT INTO orders.lines VALUES (9, 'nine')");
    let increment = back_up(&cloud, &id, Some(&full));
    let path = format!("/backups/{}/action", increment["id"].as_str().unwrap());
    let copy = json!({ "copy-backup": { "target_backup_region": "ORD" } });
    assert_eq!(cloud.post(&path, &copy).status, 202);
    let copy = cloud.sim.backups().into_iter().find(|it| it.copy_of.is_some()).unwrap().id;
    for gone in [&increment, &full] {
        cloud.sim.remove_backup(gone["id"].as_str().unwrap());
    }

    let cloud = cloud.at("/ORD/v1.0/123456");
    assert_eq!(wait(&cloud, &copy)["status"], "COMPLETED");
    let id = restore(&cloud, &copy, &json!({}));

    assert_eq!(numbers(&cloud, &id), ["7", "8", "9"]);
}

#[test]
fn what_builds_on_a_backup_is_restored_after_a_restart_and_built_on() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let data = Some(folder.path().to_owned());
        Cloud::with_backups(Options { data, ..Options::default() })
    };
    let Some(cloud) = start() else { return };
    let id = cloud.build("shop");
    fill(&cloud, &id);
    let full = back_up(&cloud, &id, None);
    let mut root = cloud.root(&id);
    column(&mut root, "INSERT INTO orders.lines VALUES (9, 'nine')");
    let first = back_up(&cloud, &id, Some(&full));
    drop((root, cloud));

    let cloud = start().unwrap();
    assert_eq!(cloud.wait(&id, "REBOOT"), "ACTIVE");
    assert_eq!(numbers(&cloud, &restored(&cloud, &first)), ["7", "8", "9"]);
    column(&mut cloud.root(&id), "INSERT INTO orders.lines VALUES (10, 'ten')");
    let second = back_up(&cloud, &id, Some(&first));

    assert!(size(&second) < size(&full), "{second} {full}");
    assert_eq!(numbers(&cloud, &restored(&cloud, &second)), ["7", "8", "9", "10"]);
}

#[test]
fn a_dump_brings_back_rows_users_grants_routines_and_triggers() {
    let engine = MariaDb { logical_backups: true, ..MariaDb::default() };
    if !can_dump() {
        return;
    }
    let Some(cloud) = Cloud::with_engine(engine, Options::default()) else { return };
    let id = cloud.build("shop");
    let empty = back_up(&cloud, &id, None);
    fill(&cloud, &id);
    let mut root = cloud.root(&id);
    for statement in [
        "CREATE USER 'bob'@'127.0.0.%' IDENTIFIED BY 'it''s \\\\'",
        "GRANT SELECT (id) ON orders.lines TO 'bob'@'127.0.0.%'",
        "CREATE ROLE reader",
        "GRANT SELECT ON orders.* TO reader",
        "GRANT reader TO 'bob'@'127.0.0.%'",
        "CREATE DEFINER = 'ann'@'%' PROCEDURE orders.count_them() SELECT COUNT(*) FROM orders.lines",
        "CREATE DEFINER = 'ann'@'%' TRIGGER orders.named BEFORE INSERT ON orders.lines FOR EACH ROW \
         SET NEW.text = COALESCE(NEW.text, CONCAT('number ', NEW.id))",
        "CREATE DEFINER = 'ann'@'%' EVENT orders.later ON SCHEDULE EVERY 1 YEAR DO DELETE FROM orders.lines",
        "CREATE DEFINER = 'ann'@'%' VIEW orders.short AS SELECT id FROM orders.lines",
        "CREATE DATABASE `--all` CHARACTER SET utf8mb4",
        "CREATE TABLE `--all`.bytes (it BLOB)",
        "INSERT INTO `--all`.bytes VALUES (X'00FF0D0A275C')",
    ] {
        root.query_drop(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let backup = back_up(&cloud, &id, None);
    column(&mut root, "DELETE FROM orders.lines");
    let changed = back_up(&cloud, &id, Some(&backup));

    let restored_id = restored(&cloud, &backup);
    let mut ann = cloud.log_in(&restored_id, "ann", "pw").unwrap();
    assert_eq!(column(&mut ann, "SELECT id FROM orders.short"), ["7", "8"]);
    column(&mut ann, "INSERT INTO orders.lines VALUES (9, NULL)");
    assert_eq!(column(&mut ann, "SELECT text FROM orders.lines WHERE id = 9"), ["number 9"]);
    assert_eq!(column(&mut ann, "CALL orders.count_them()"), ["3"]);
    let mut bob = cloud.log_in(&restored_id, "bob", "it's \\").unwrap();
    assert!(bob.query_drop("SELECT text FROM orders.lines").is_err());
    assert_eq!(column(&mut bob, "SELECT COUNT(id) FROM orders.lines"), ["3"]);
    column(&mut bob, "SET ROLE reader");
    column(&mut bob, "SELECT COUNT(text) FROM orders.lines");
    let mut other = cloud.root(&restored_id);
    assert_eq!(column(&mut other, "SELECT HEX(it) FROM `--all`.bytes"), ["00FF0D0A275C"]);
    assert_eq!(column(&mut other, "SELECT EVENT_NAME FROM information_schema.EVENTS"), ["later"]);
    assert_eq!(cloud.names(&restored_id, "databases"), ["--all", "orders"]);
    assert_eq!(cloud.names(&restored_id, "users"), ["ann", "bob"]);
    // A dump has everything, whatever it was to build on.
    assert_eq!(numbers(&cloud, &restored(&cloud, &changed)), Vec::<String>::new());
    let nothing = restored(&cloud, &empty);
    assert_eq!(cloud.names(&nothing, "databases"), Vec::<String>::new());
}

#[test]
fn a_replica_follows_its_source_where_backups_are_dumps() {
    let engine = MariaDb { logical_backups: true, ..MariaDb::default() };
    if !can_copy() {
        return;
    }
    let Some(cloud) = Cloud::with_engine(engine, Options::default()) else { return };
    let source = cloud.build("source");
    fill(&cloud, &source);
    let body = json!({ "instance": { "name": "r", "flavorRef": 2, "volume": { "size": 1 },
        "replica_of": source } });
    let made = cloud.post("/instances", &body).json();
    let replica = made["instance"]["id"].as_str().unwrap();

    assert_eq!(cloud.wait(replica, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instance(replica));

    assert_eq!(numbers(&cloud, replica), ["7", "8"]);
}
